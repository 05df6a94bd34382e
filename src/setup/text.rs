//! The text that `gox init` prints: files of `shell/`, joined. It is the same for every user, home and store.

use super::shell::Shell;

const POSIX: &str = include_str!("../../shell/posix.sh");
const FUNCTIONS: &str = include_str!("../../shell/functions.sh");
const ANNOUNCE: &str = include_str!("../../shell/announce.sh");
const BASH_BEGIN: &str = include_str!("../../shell/begin.bash");
const BASH: &str = include_str!("../../shell/gox.bash");
const BASH_ANNOUNCE: &str = include_str!("../../shell/announce.bash");
const BASH_STUBS: &str = include_str!("../../shell/stubs.bash");
const BASH_LIBRARY: &str = include_str!("../../shell/library.bash");
const BASH_END: &str = include_str!("../../shell/end.bash");
const ZSH: &str = include_str!("../../shell/gox.zsh");
const ZSH_ANNOUNCE: &str = include_str!("../../shell/announce.zsh");
const BASH_COMPLETE: &str = include_str!("../../shell/complete.bash");
const BASH_COMPLETE_GO: &str = include_str!("../../shell/complete_go.bash");
const ZSH_COMPLETE: &str = include_str!("../../shell/complete.zsh");
const FISH_COMPLETE: &str = include_str!("../../shell/complete.fish");
const FISH: &str = include_str!("../../shell/gox.fish");
const FISH_ANNOUNCE: &str = include_str!("../../shell/announce.fish");

const NUSHELL: &str = include_str!("../../shell/gox.nu");
const ELVISH: &str = include_str!("../../shell/gox.elv");
const XONSH: &str = include_str!("../../shell/gox.xsh");
const TCSH: &str = include_str!("../../shell/gox.tcsh");
const POWERSHELL: &str = include_str!("../../shell/gox.ps1");

/// The completion alone, for packages and for shells that do not evaluate [`init`]; `None` if the shell has none.
pub fn completion(shell: Shell) -> Option<&'static str> {
    match shell {
        Shell::Bash => Some(BASH_COMPLETE),
        Shell::Zsh => Some(ZSH_COMPLETE),
        Shell::Fish => Some(FISH_COMPLETE),
        _ => None,
    }
}

/// What the text for the start of a shell has beside the selection.
#[derive(Clone, Copy, Debug, Default)]
pub struct Extras {
    /// The line that a `cd` to another version prints.
    pub announce: bool,
    /// In bash: stubs of the functions for work with Go, of which the first call reads [`library`].
    pub library: bool,
}

/// The text that a shell evaluates at its start.
pub fn init(shell: Shell, extras: Extras) -> String {
    let optional = |texts: &[&'static str]| if extras.announce { texts.concat() } else { String::new() };
    match shell {
        Shell::Bash => {
            let announce = optional(&[ANNOUNCE, BASH_ANNOUNCE]);
            let stubs = if extras.library { BASH_STUBS } else { "" };
            let complete = [BASH_COMPLETE, BASH_COMPLETE_GO].concat();
            [BASH_BEGIN, POSIX, FUNCTIONS, BASH, &complete, &announce, stubs, BASH_END].concat()
        }
        Shell::Zsh => {
            let announce = optional(&[ANNOUNCE, ZSH_ANNOUNCE]);
            emulated(&[POSIX, FUNCTIONS, ZSH, ZSH_COMPLETE, &announce].concat())
        }
        Shell::Fish => [FISH, FISH_COMPLETE, &optional(&[FISH_ANNOUNCE])].concat(),
        Shell::Nushell => NUSHELL.to_owned(),
        Shell::Elvish => ELVISH.to_owned(),
        Shell::Xonsh => XONSH.to_owned(),
        Shell::Tcsh => one_line(TCSH),
        Shell::Powershell => POWERSHELL.to_owned(),
        Shell::Sh => POSIX.to_owned(),
    }
}

/// The lines of a start-up file that evaluate [`init`] with the gox on PATH, else with the copy in the store; `None` for
/// a shell of which such lines are made from its own.
pub fn start(shell: Shell) -> Option<&'static str> {
    match shell {
        Shell::Elvish => Some(include_str!("../../shell/setup.elv")),
        Shell::Xonsh => Some(include_str!("../../shell/setup.xsh")),
        Shell::Tcsh => Some(include_str!("../../shell/setup.tcsh")),
        Shell::Powershell => Some(include_str!("../../shell/setup.ps1")),
        _ => None,
    }
}

/// Joins the lines of `text` for tcsh, without comments: `eval` makes one line of all, in which a comment has no end.
fn one_line(text: &str) -> String {
    let lines = text.lines().map(str::trim).filter(|line| !(line.is_empty() || line.starts_with('#')));
    lines.collect::<Vec<_>>().join(" ") + "\n"
}

/// Wraps `text` for zsh in `emulate zsh -o no_aliases`: no alias gets into a function, and each function runs
/// with zsh's default options. A command in `text` itself would be too late, because zsh parses the whole text
/// before it runs any of it. Each line is quoted by itself, because `csh_junkie_quotes` allows no line feed in quotes.
fn emulated(text: &str) -> String {
    let quoted = |line: &str| format!("'{}'$'\\n'\\\n", line.replace('\'', r"'\''"));
    let lines: String = text.lines().map(quoted).collect();
    format!("\\builtin emulate zsh -o no_aliases -c \\\n{lines}\n")
}

/// The functions for work with Go; `None` if there are none for this shell.
pub fn library(shell: Shell) -> Option<&'static str> {
    (shell == Shell::Bash).then_some(BASH_LIBRARY)
}

/// The text for any POSIX shell.
pub fn posix() -> &'static str {
    POSIX
}

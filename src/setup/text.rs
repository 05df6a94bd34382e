//! The text that `gox init` prints, put together of whole files. It has nothing of this user, home or store in it.

use super::shell::Shell;

const POSIX: &str = include_str!("../../shell/posix.sh");
const FUNCTIONS: &str = include_str!("../../shell/functions.sh");
const ANNOUNCE: &str = include_str!("../../shell/announce.sh");
const BASH_BEGIN: &str = include_str!("../../shell/begin.bash");
const BASH: &str = include_str!("../../shell/gox.bash");
const BASH_ANNOUNCE: &str = include_str!("../../shell/announce.bash");
const BASH_END: &str = include_str!("../../shell/end.bash");
const ZSH: &str = include_str!("../../shell/gox.zsh");
const ZSH_ANNOUNCE: &str = include_str!("../../shell/announce.zsh");
const BASH_COMPLETE: &str = include_str!("../../shell/complete.bash");
const ZSH_COMPLETE: &str = include_str!("../../shell/complete.zsh");
const FISH_COMPLETE: &str = include_str!("../../shell/complete.fish");
const FISH: &str = include_str!("../../shell/gox.fish");
const FISH_ANNOUNCE: &str = include_str!("../../shell/announce.fish");

/// The completion alone, for packages and for shells without the functions.
pub fn completion(shell: Shell) -> Option<&'static str> {
    match shell {
        Shell::Bash => Some(BASH_COMPLETE),
        Shell::Zsh => Some(ZSH_COMPLETE),
        Shell::Fish => Some(FISH_COMPLETE),
        Shell::Sh => None,
    }
}

/// What a shell reads at its start; with `announce` it also says when a change of directory changes the version.
pub fn init(shell: Shell, announce: bool) -> String {
    let optional = |texts: &[&'static str]| if announce { texts.concat() } else { String::new() };
    match shell {
        Shell::Bash => {
            let announce = optional(&[ANNOUNCE, BASH_ANNOUNCE]);
            [BASH_BEGIN, POSIX, FUNCTIONS, BASH, BASH_COMPLETE, &announce, BASH_END].concat()
        }
        Shell::Zsh => {
            let announce = optional(&[ANNOUNCE, ZSH_ANNOUNCE]);
            emulated(&[POSIX, FUNCTIONS, ZSH, ZSH_COMPLETE, &announce].concat())
        }
        Shell::Fish => [FISH, FISH_COMPLETE, &optional(&[FISH_ANNOUNCE])].concat(),
        Shell::Sh => POSIX.to_owned(),
    }
}

/// zsh reads a whole text before it runs any of it, so aliases cannot be turned off from inside. Read by
/// `emulate`, there are none, and each function runs under the options that it was written for.
fn emulated(text: &str) -> String {
    format!("\\builtin emulate zsh -o no_aliases -c '{}'\n", text.replace('\'', r"'\''"))
}

/// The text for any POSIX shell.
pub fn posix() -> &'static str {
    POSIX
}

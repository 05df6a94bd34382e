//! Which start-up files get a block from `gox setup`, and the content of each block.
//!
//! | shell | file | why |
//! |---|---|---|
//! | bash | `~/.bashrc` | interactive shells |
//! | | the first of `~/.bash_profile`, `~/.bash_login`, `~/.profile` that exists, else `~/.profile`, which hides none of the others | login shells; not if that file reads all of `~/.bashrc` |
//! | zsh | `.zshrc` in `ZDOTDIR`, else in `~` | interactive shells |
//! | | `.zlogin` beside, if it puts something in front of PATH | login shells, which read it last |
//! | fish | `config.fish` | all shells; a block in `conf.d` would run earlier, and `config.fish` could put other directories before the shims |
//! | nushell | `autoload/gox.nu`, a whole file, beside `config.nu` | nushell evaluates no text, and reads this folder last |
//! | elvish | `rc.elv` | interactive shells |
//! | xonsh | `~/.xonshrc` | the last file that interactive shells read |
//! | tcsh | `~/.tcshrc` if it exists, else `~/.cshrc`: tcsh reads the first that exists, so a new `~/.tcshrc` would hide the other | all shells |
//! | powershell | `profile.ps1` | all hosts of PowerShell |
//! | sh | `~/.profile` | login shells |

use std::fs;
use std::path::{Path, PathBuf};

use super::block::{Mark, Place};
use super::edit::{Edit, Form};
use super::shell::Shell;
use super::wants::{ByHand, Wants};
use super::{ends, lines, text};
use crate::env::{self, XDG_CONFIG_HOME, ZDOTDIR};
use crate::error::{Error, Kind, Result};
use crate::fs::read;

/// The start-up file of interactive bash shells.
pub const BASHRC: &str = ".bashrc";
/// The start-up file of login shells; bash reads it if it finds none of its own.
pub const PROFILE: &str = ".profile";
/// The start-up files of bash login shells, of which bash reads the first that exists.
pub const LOGIN: [&str; 3] = [".bash_profile", ".bash_login", PROFILE];
/// The start-up files of tcsh, of which it reads the first that exists.
const TCSH: [&str; 2] = [".tcshrc", ".cshrc"];
/// The file of `gox setup --system`, which `/etc/profile` reads for the login shells of all users.
pub const SYSTEM: &str = "/etc/profile.d/gox.sh";

/// What follows a change of a file that login shells read.
const AT_LOGIN: &str = "the change takes effect at the next login";

/// What `gox setup` wants of the user's start-up files for a shell.
pub fn wants(shell: Shell, is_shadowed: bool) -> Result<Wants> {
    let place = Place::Last { is_shadowed };
    let files = match shell {
        Shell::Bash => bash_files(place)?,
        Shell::Zsh => zsh_files(place)?,
        Shell::Sh => vec![block(in_home(&PROFILE)?, place, login_body())],
        Shell::Nushell => vec![whole(interactive(shell)?)],
        _ => vec![block(interactive(shell)?, place, body(shell))],
    };
    let then = if shell == Shell::Sh { AT_LOGIN.to_owned() } else { shell.restart() };
    Ok(Wants { then: vec![then], ..unless_by_hand(files, is_shadowed)? })
}

/// The edits, without those of files that have by hand what a block would do.
fn unless_by_hand(files: Vec<Edit>, is_shadowed: bool) -> Result<Wants> {
    let mut wants = Wants::default();
    for edit in files {
        match by_hand(&edit, is_shadowed)? {
            Some(line) => wants.by_hand.push(line),
            None => wants.edits.push(edit),
        }
    }
    Ok(wants)
}

/// Each file in which [`wants`] may have wanted a block, also those in which it wants none today.
pub fn traces(shell: Shell) -> Result<Vec<Edit>> {
    let paths = match shell {
        Shell::Bash => [BASHRC].iter().chain(&LOGIN).map(in_home).collect::<Result<Vec<_>>>()?,
        Shell::Zsh => vec![zshrc()?, zlogin()?],
        Shell::Tcsh => TCSH.iter().map(in_home).collect::<Result<Vec<_>>>()?,
        Shell::Nushell => return Ok(vec![whole(interactive(shell)?)]),
        _ => vec![interactive(shell)?],
    };
    Ok(paths.into_iter().map(|path| block(path, Place::End, String::new())).collect())
}

fn block(path: PathBuf, place: Place, body: String) -> Edit {
    Edit { path, mark: Mark(""), form: Form::Block { place, body, mode: 0o644 } }
}

/// The text for nushell as a file.
fn whole(path: PathBuf) -> Edit {
    let body = text::init(Shell::Nushell, text::Extras::default());
    Edit { path, mark: Mark(Shell::Nushell.word()), form: Form::Whole { first: "", body, mode: 0o644 } }
}

fn bash_files(place: Place) -> Result<Vec<Edit>> {
    let bashrc = block(in_home(&BASHRC)?, place, body(Shell::Bash));
    let login = block(login_file()?, place, login_body());
    // Debian's ~/.bashrc returns early in shells that are not interactive, such as `bash -lc` and desktop
    // sessions, so reading it is not enough for them. `ssh host command` starts no login shell either way.
    let is_enough = !ends::may_end_early(bashrc.read()?.text()) && reads_bashrc_last(login.read()?.text());
    Ok(if is_enough { vec![bashrc] } else { vec![bashrc, login] })
}

/// The file that login shells of bash read: the first that exists, else `~/.profile`. Not a new `~/.bash_profile`,
/// which would hide a `~/.profile` that is created later.
pub(super) fn login_file() -> Result<PathBuf> {
    let login = LOGIN.iter().map(in_home).collect::<Result<Vec<_>>>()?;
    Ok(login.iter().find(|path| path.symlink_metadata().is_ok()).unwrap_or(&login[2]).clone())
}

/// The file that login shells of bash read, where it does not read `~/.bashrc`.
pub fn login_without_bashrc() -> Option<PathBuf> {
    let login = login_file().ok()?;
    let text = read::read_quietly(&login).unwrap_or_default();
    (!lines::lines(&text).iter().any(|line| line.reads(BASHRC))).then_some(login)
}

fn zsh_files(place: Place) -> Result<Vec<Edit>> {
    let mut files = vec![block(zshrc()?, place, body(Shell::Zsh))];
    let login = block(zlogin()?, place, body(Shell::Zsh));
    let now = login.read()?;
    if login.take(&now)? != now || lines::lines(now.text()).iter().any(|line| line.may_put(false)) {
        files.push(login);
    }
    Ok(files)
}

/// The path of a file in the user's home.
pub fn in_home(name: &&str) -> Result<PathBuf> {
    env::user_home().map(|home| home.join(name)).ok_or_else(|| {
        let message = "could not tell where the start-up files are: `HOME` is not set to an absolute path";
        Error::new(Kind::Store, message).hint("set `HOME`")
    })
}

/// The absolute path in `variable`, else `otherwise` in the user's home.
pub(super) fn folder(variable: &str, otherwise: &str) -> Result<PathBuf> {
    let path = env::os(variable).map(PathBuf::from).filter(|path| path.is_absolute());
    path.map_or_else(|| in_home(&otherwise), Ok)
}

/// The path of `.zshrc`. An error if `.zshenv` sets ZDOTDIR without exporting it: only zsh knows the value then.
pub fn zshrc() -> Result<PathBuf> {
    if env::os(ZDOTDIR).is_none() {
        let zshenv = in_home(&".zshenv")?;
        let sets = |line: &str| is_code(line) && line.contains("ZDOTDIR=");
        if read::read_quietly(&zshenv).is_some_and(|text| text.lines().any(sets)) {
            let message = format!("`{}` sets `ZDOTDIR`, and does not export it", zshenv.display());
            return Err(
                Error::new(Kind::Usage, message).hint("say where zsh looks: `ZDOTDIR=/path gox setup zsh`")
            );
        }
    }
    Ok(folder(ZDOTDIR, "")?.join(".zshrc"))
}

/// The path of `.zlogin`, which login shells read after `.zshrc`.
pub fn zlogin() -> Result<PathBuf> {
    Ok(zshrc()?.with_file_name(".zlogin"))
}

/// The start-up file of interactive shells.
pub fn interactive(shell: Shell) -> Result<PathBuf> {
    match shell {
        Shell::Bash => in_home(&BASHRC),
        Shell::Zsh => zshrc(),
        Shell::Fish => config_fish(),
        Shell::Nushell => gox_nu(),
        Shell::Elvish => rc_elv(),
        Shell::Xonsh => in_home(&".xonshrc"),
        Shell::Tcsh => {
            let files = TCSH.iter().map(in_home).collect::<Result<Vec<_>>>()?;
            Ok(files.iter().find(|path| path.symlink_metadata().is_ok()).unwrap_or(&files[1]).clone())
        }
        Shell::Powershell => in_config("powershell/profile.ps1"),
        Shell::Sh => in_home(&PROFILE),
    }
}

/// The path of the file for nushell, which on macOS has its files in `~/Library` unless `XDG_CONFIG_HOME` is set.
fn gox_nu() -> Result<PathBuf> {
    let otherwise = if cfg!(target_os = "macos") { "Library/Application Support" } else { ".config" };
    Ok(folder(XDG_CONFIG_HOME, otherwise)?.join("nushell/autoload/gox.nu"))
}

/// The path of elvish's file, in the older of its two places if it is there: up to 0.20 elvish reads no other then.
fn rc_elv() -> Result<PathBuf> {
    let old = in_home(&".elvish/rc.elv")?;
    if old.exists() { Ok(old) } else { in_config("elvish/rc.elv") }
}

/// The files of the user that a shell reads at its start, and those for all users that people put their own lines in.
pub fn read_at_start(shell: Shell) -> Vec<PathBuf> {
    let folder = Path::new(SYSTEM).parent().unwrap_or(Path::new("/"));
    entries(folder).into_iter().chain(own_at_start(shell)).collect()
}

/// The files of the user that a shell reads at its start.
pub fn own_at_start(shell: Shell) -> Vec<PathBuf> {
    let home = |names: &[&str]| names.iter().filter_map(|name| in_home(name).ok()).collect();
    match shell {
        Shell::Bash => home(&[LOGIN[0], LOGIN[1], LOGIN[2], BASHRC]),
        Shell::Zsh => {
            let folder = zshrc().ok();
            let names = [".zshenv", ".zprofile", ".zshrc", ".zlogin"];
            names.iter().filter_map(|name| Some(folder.as_ref()?.with_file_name(name))).collect()
        }
        Shell::Fish => {
            let config = config_fish().ok();
            let snippets = config.as_ref().map(|path| entries(&path.with_file_name("conf.d")));
            snippets.into_iter().flatten().chain(config).collect()
        }
        Shell::Sh => home(&[PROFILE]),
        _ => interactive(shell).into_iter().collect(),
    }
}

/// The paths of all entries of a directory, sorted; empty if it cannot be read.
pub fn entries(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    let mut paths: Vec<_> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

/// The path of `config.fish`, which every fish reads.
pub fn config_fish() -> Result<PathBuf> {
    in_config("fish/config.fish")
}

/// A path in the user's configuration directory, as all shells but nushell know it on all systems.
fn in_config(path: &str) -> Result<PathBuf> {
    Ok(folder(XDG_CONFIG_HOME, ".config")?.join(path))
}

/// What `gox setup --system` wants. An error if the directory of the file does not exist, as nothing on this machine
/// would read it.
pub fn wants_of_all_users() -> Result<Wants> {
    let edit = of_all_users();
    let folder = edit.path.parent().unwrap_or(&edit.path);
    if !folder.is_dir() {
        let message = format!("`{}` is not there, so nothing on this machine reads it", folder.display());
        return Err(Error::new(Kind::Store, message).hint("let each user do it: `gox setup`"));
    }
    Ok(Wants { then: vec![AT_LOGIN.to_owned()], ..unless_by_hand(vec![edit], false)? })
}

/// The block in the file for all users.
pub fn of_all_users() -> Edit {
    block(SYSTEM.into(), Place::End, text::posix().to_owned())
}

/// The content of the block: evaluates `gox init`, and is silent if gox has been removed. PATH may not have the
/// directory of gox yet, such as `~/.cargo/bin`, so the copy that an install puts into the store is tried too.
fn body(shell: Shell) -> String {
    text::start(shell).map_or_else(|| guarded(shell, shell.init_line()), str::to_owned)
}

/// The content of the block in a login file, which any shell may read: bash evaluates `gox init bash`, any other
/// shell `gox init sh`.
fn login_body() -> String {
    guarded(Shell::Sh, &Shell::Sh.init_line().replace("init sh", "init \"${BASH_VERSION:+ba}sh\""))
}

fn guarded(shell: Shell, line: &str) -> String {
    let from = |place: &str| line.replacen("gox", place, 1);
    if shell == Shell::Fish {
        let own = "$HOME/.local/go/bin/gox";
        return format!(
            "if command --query gox\n    {line}\n\
             else if set --query GOX_HOME; and test -x \"$GOX_HOME/bin/gox\"\n    {}\n\
             else if test -x \"{own}\"\n    {}\nend\n",
            from("$GOX_HOME/bin/gox"),
            from(own)
        );
    }
    let own = "\"${GOX_HOME:-$HOME/.local/go}/bin/gox\"";
    format!(
        "if command -v gox >/dev/null; then\n    {line}\nelif [ -x {own} ]; then\n    {}\nfi\n",
        from(own)
    )
}

/// The line that does by hand what the block would do: the first of the same lines without marks, or one with
/// `gox init`. `None` without such a line, and if there is a block.
fn by_hand(edit: &Edit, is_shadowed: bool) -> Result<Option<ByHand>> {
    let now = edit.read()?;
    let Form::Block { body, .. } = &edit.form else { return Ok(None) };
    if edit.take(&now)? != now {
        return Ok(None);
    }
    let text = now.text();
    let mut lines = text.lines().zip(1..);
    let own = match text.find(body) {
        Some(at) => {
            let first = text[..at].lines().count() + 1;
            Some((first, first + body.lines().count()))
        }
        None => lines
            .find(|(line, _)| is_code(line) && line.contains("gox init"))
            .map(|(_, number)| (number, number + 1)),
    };
    let Some((line, end)) = own else { return Ok(None) };
    let later = lines::lines(text).into_iter().filter(|line| line.number >= end);
    let behind = later.into_iter().find(|line| line.may_put(is_shadowed)).map(|line| line.number);
    Ok(Some(ByHand { path: edit.path.clone(), line, behind }))
}

fn is_code(line: &str) -> bool {
    !line.trim_start().starts_with('#')
}

/// Whether a line of a login file sources `~/.bashrc`, and no later one puts something in front of PATH. If it is
/// overlooked, a second block is the only harm.
fn reads_bashrc_last(text: &str) -> bool {
    let lines = lines::lines(text);
    let last = lines.iter().rposition(|line| line.reads(BASHRC));
    last.is_some_and(|last| !lines[last..].iter().any(|line| line.may_put(false)))
}

#[cfg(test)]
mod tests {
    use super::reads_bashrc_last;

    #[test]
    fn login_files_that_read_bashrc() {
        for (text, expected) in [
            ("if [ -f \"$HOME/.bashrc\" ]; then\n\t. \"$HOME/.bashrc\"\nfi\n", true),
            ("[[ -f ~/.bashrc ]] && . ~/.bashrc", true),
            ("test -r ${HOME}/.bashrc&&source '/root/.bashrc'; x\n", true),
            ("if [ -f ~/.bashrc ]; then . ~/.bashrc; fi", true),
            ("# . ~/.bashrc\n", false),
            ("[ -f ~/.bashrc ] && echo ~/.bashrc\n. ~/.profile\n", false),
            (". ~/.bashrc\nPATH=$PATH:~/bin\n", true),
            (". ~/.bashrc\nPATH=/usr/local/go/bin:$PATH\n", false),
            ("PATH=/usr/local/go/bin:$PATH\n. ~/.bashrc\n", true),
            ("", false),
        ] {
            assert_eq!(reads_bashrc_last(text), expected, "{text:?}");
        }
    }
}

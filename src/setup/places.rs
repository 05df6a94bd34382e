//! Which start-up files get gox, and what is to be in them.
//!
//! | shell | file | why |
//! |---|---|---|
//! | bash | `~/.bashrc` | interactive shells |
//! | | the first of `~/.bash_profile`, `~/.bash_login`, `~/.profile` | login shells, unless it gets all of `~/.bashrc`; where there is none `~/.profile`, which hides no other |
//! | zsh | `.zshrc` in `ZDOTDIR`, else in `~` | interactive shells |
//! | fish | `config.fish` | all shells; a file in `conf.d` would come before what that one puts first on PATH |
//! | sh | `~/.profile` | login shells |

use std::path::{Path, PathBuf};

use super::shell::Shell;
use super::startup_file::StartupFile;
use crate::env::{self, XDG_CONFIG_HOME, ZDOTDIR};
use crate::error::{Error, Kind, Result};

/// What interactive shells of bash read.
pub const BASHRC: &str = ".bashrc";
/// What login shells read where bash finds none of its own.
pub const PROFILE: &str = ".profile";
/// bash reads the first that is there.
pub const LOGIN: [&str; 3] = [".bash_profile", ".bash_login", PROFILE];
/// What `/etc/profile` reads for the login shells of everybody.
pub const SYSTEM: &str = "/etc/profile.d/gox.sh";

/// The files of one's own, each with what is to be in it.
pub fn users_files(shell: Shell) -> Result<Vec<(StartupFile, String)>> {
    let path = match shell {
        Shell::Bash => return bash_files(),
        Shell::Zsh => zshrc()?,
        Shell::Fish => config_fish()?,
        Shell::Sh => return Ok(vec![(StartupFile::read(in_home(&PROFILE)?)?, login_body())]),
    };
    Ok(vec![(StartupFile::read(path)?, body(shell))])
}

fn bash_files() -> Result<Vec<(StartupFile, String)>> {
    let bashrc = StartupFile::read(in_home(&BASHRC)?)?;
    let login = LOGIN.iter().map(in_home).collect::<Result<Vec<_>>>()?;
    // A new `~/.bash_profile` would hide a `~/.profile` that comes later.
    let first = login.iter().find(|path| path.symlink_metadata().is_ok()).unwrap_or(&login[2]);
    let login = StartupFile::read(first.clone())?;
    // Debian's ~/.bashrc ends early where a shell is not interactive, as that of `bash -lc` or of a desktop
    // session is not. `ssh host command` starts no login shell: there the shims must be on PATH otherwise.
    let is_enough = reads_bashrc(login.text()) && !may_end_early(bashrc.text());
    let mut files = vec![(bashrc, body(Shell::Bash))];
    if !is_enough {
        files.push((login, login_body()));
    }
    Ok(files)
}

/// A file of the user's home.
pub fn in_home(name: &&str) -> Result<PathBuf> {
    env::user_home().map(|home| home.join(name)).ok_or_else(|| {
        let message = "could not tell where the start-up files are: `HOME` is not set to an absolute path";
        Error::new(Kind::Store, message).hint("set `HOME`")
    })
}

/// The path that a variable has, else one in the user's home.
fn folder(variable: &str, otherwise: &str) -> Result<PathBuf> {
    let path = env::os(variable).map(PathBuf::from).filter(|path| path.is_absolute());
    path.map_or_else(|| in_home(&otherwise), Ok)
}

/// The file that interactive shells of zsh read; an error where only zsh itself could tell.
pub fn zshrc() -> Result<PathBuf> {
    if env::os(ZDOTDIR).is_none() {
        let zshenv = StartupFile::read(in_home(&".zshenv")?);
        let sets = |line: &str| is_code(line) && line.contains("ZDOTDIR=");
        if let Ok(zshenv) = zshenv
            && zshenv.text().lines().any(sets)
        {
            let message = format!("`{}` sets `ZDOTDIR`, and does not export it", zshenv.path().display());
            return Err(
                Error::new(Kind::Usage, message).hint("say where zsh looks: `ZDOTDIR=/path gox setup zsh`")
            );
        }
    }
    Ok(folder(ZDOTDIR, "")?.join(".zshrc"))
}

/// The file that every fish reads.
pub fn config_fish() -> Result<PathBuf> {
    Ok(folder(XDG_CONFIG_HOME, ".config")?.join("fish/config.fish"))
}

/// The file for everybody; an error where nothing on this machine would read it.
pub fn system_file() -> Result<StartupFile> {
    let path = Path::new(SYSTEM);
    let folder = path.parent().unwrap_or(path);
    if !folder.is_dir() {
        let message = format!("`{}` is not there, so nothing on this machine reads it", folder.display());
        return Err(Error::new(Kind::Store, message).hint("let each user do it: `gox setup`"));
    }
    StartupFile::read(path.to_owned())
}

/// A shell starts without a word where gox is gone. At that point PATH often lacks the folder that gox is in,
/// such as `~/.cargo/bin`; an install leaves a copy in the store. Its text is the same for every store.
fn body(shell: Shell) -> String {
    guarded(shell, shell.init_line())
}

/// What any login shell may read: bash by its own functions, another by PATH alone.
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

/// The number of the line that somebody wrote without `gox setup`.
pub fn line_by_hand(file: &StartupFile, body: &str) -> Result<Option<usize>> {
    if file.has_block()? {
        return Ok(None);
    }
    if let Some(at) = file.text().find(body) {
        return Ok(Some(file.text()[..at].matches('\n').count() + 1));
    }
    let mut lines = file.text().lines().zip(1..);
    Ok(lines.find(|(line, _)| is_code(line) && line.contains("gox init")).map(|(_, number)| number))
}

fn is_code(line: &str) -> bool {
    !line.trim_start().starts_with('#')
}

/// Whether a line of a login file sources `~/.bashrc`. One that is not seen costs nothing but a second block.
fn reads_bashrc(text: &str) -> bool {
    words_of(text).any(|words| {
        words.windows(2).any(|pair| {
            matches!(pair[0], "." | "source") && pair[1].trim_matches(['"', '\'']).ends_with(".bashrc")
        })
    })
}

/// Whether a line may end the file before gox is reached; one that cannot costs the same.
fn may_end_early(text: &str) -> bool {
    words_of(text).any(|words| words.iter().any(|word| matches!(*word, "return" | "exit")))
}

/// The words of each line that is no comment.
fn words_of(text: &str) -> impl Iterator<Item = Vec<&str>> {
    text.lines().filter(|line| is_code(line)).map(|line| {
        let ends = |c: char| c.is_whitespace() || ";&|()".contains(c);
        line.split(ends).filter(|word| !word.is_empty()).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::{may_end_early, reads_bashrc};

    #[test]
    fn login_files_that_read_bashrc() {
        for (text, expected) in [
            ("if [ -f \"$HOME/.bashrc\" ]; then\n\t. \"$HOME/.bashrc\"\nfi\n", true),
            ("[[ -f ~/.bashrc ]] && . ~/.bashrc", true),
            ("test -r ${HOME}/.bashrc&&source '/root/.bashrc'; x\n", true),
            ("if [ -f ~/.bashrc ]; then . ~/.bashrc; fi", true),
            ("# . ~/.bashrc\n", false),
            ("[ -f ~/.bashrc ] && echo ~/.bashrc\n. ~/.profile\n", false),
            ("", false),
        ] {
            assert_eq!(reads_bashrc(text), expected, "{text:?}");
        }
    }

    #[test]
    fn files_that_may_end_early() {
        for (text, expected) in [
            ("case $- in\n    *i*) ;;\n      *) return;;\nesac\n", true),
            ("[[ $- != *i* ]] && return\n", true),
            ("[ -z \"$PS1\" ] && exit 0", true),
            ("# return\nPS1='return>'\nalias returns=x\n", false),
        ] {
            assert_eq!(may_end_early(text), expected, "{text:?}");
        }
    }
}

//! Which start-up files get a block from `gox setup`, and the content of each block.
//!
//! | shell | file | why |
//! |---|---|---|
//! | bash | `~/.bashrc` | interactive shells |
//! | | the first of `~/.bash_profile`, `~/.bash_login`, `~/.profile` that exists, else `~/.profile`, which hides none of the others | login shells; not if that file reads all of `~/.bashrc` |
//! | zsh | `.zshrc` in `ZDOTDIR`, else in `~` | interactive shells |
//! | | `.zlogin` beside, if it puts something in front of PATH | login shells, which read it last |
//! | fish | `config.fish` | all shells; a block in `conf.d` would run earlier, and `config.fish` could put other directories before the shims |
//! | sh | `~/.profile` | login shells |

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::lines;
use super::shell::Shell;
use super::startup_file::StartupFile;
use crate::env::{self, XDG_CONFIG_HOME, ZDOTDIR};
use crate::error::{Error, Kind, Result};

/// The start-up file of interactive bash shells.
pub const BASHRC: &str = ".bashrc";
/// The start-up file of login shells; bash reads it if it finds none of its own.
pub const PROFILE: &str = ".profile";
/// The start-up files of bash login shells, of which bash reads the first that exists.
pub const LOGIN: [&str; 3] = [".bash_profile", ".bash_login", PROFILE];
/// The file of `gox setup --system`, which `/etc/profile` reads for the login shells of all users.
pub const SYSTEM: &str = "/etc/profile.d/gox.sh";

/// The user's start-up files for a shell, each with the content of its block.
pub fn users_files(shell: Shell) -> Result<Vec<(StartupFile, String)>> {
    let path = match shell {
        Shell::Bash => return bash_files(),
        Shell::Zsh => return zsh_files(),
        Shell::Fish => config_fish()?,
        Shell::Sh => return Ok(vec![(StartupFile::read(in_home(&PROFILE)?)?, login_body())]),
    };
    Ok(vec![(StartupFile::read(path)?, body(shell))])
}

fn bash_files() -> Result<Vec<(StartupFile, String)>> {
    let bashrc = StartupFile::read(in_home(&BASHRC)?)?;
    let login = LOGIN.iter().map(in_home).collect::<Result<Vec<_>>>()?;
    // Not a new `~/.bash_profile`, which would hide a `~/.profile` that is created later.
    let first = login.iter().find(|path| path.symlink_metadata().is_ok()).unwrap_or(&login[2]);
    let login = StartupFile::read(first.clone())?;
    // Debian's ~/.bashrc returns early in shells that are not interactive, such as `bash -lc` and desktop
    // sessions, so reading it is not enough for them. `ssh host command` starts no login shell either way.
    let is_enough = reads_bashrc_last(login.text()) && !may_end_early(bashrc.text());
    let mut files = vec![(bashrc, body(Shell::Bash))];
    if !is_enough {
        files.push((login, login_body()));
    }
    Ok(files)
}

fn zsh_files() -> Result<Vec<(StartupFile, String)>> {
    let mut files = vec![(StartupFile::read(zshrc()?)?, body(Shell::Zsh))];
    let login = StartupFile::read(zlogin()?)?;
    if login.has_block()? || lines::lines(login.text()).iter().any(|line| line.may_put(false)) {
        files.push((login, body(Shell::Zsh)));
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
fn folder(variable: &str, otherwise: &str) -> Result<PathBuf> {
    let path = env::os(variable).map(PathBuf::from).filter(|path| path.is_absolute());
    path.map_or_else(|| in_home(&otherwise), Ok)
}

/// The path of `.zshrc`. An error if `.zshenv` sets ZDOTDIR without exporting it: only zsh knows the value then.
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

/// The path of `.zlogin`, which login shells read after `.zshrc`.
pub fn zlogin() -> Result<PathBuf> {
    Ok(zshrc()?.with_file_name(".zlogin"))
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
    Ok(folder(XDG_CONFIG_HOME, ".config")?.join("fish/config.fish"))
}

/// The file for all users. An error if its directory does not exist, as nothing on this machine would read it.
pub fn system_file() -> Result<StartupFile> {
    let path = Path::new(SYSTEM);
    let folder = path.parent().unwrap_or(path);
    if !folder.is_dir() {
        let message = format!("`{}` is not there, so nothing on this machine reads it", folder.display());
        return Err(Error::new(Kind::Store, message).hint("let each user do it: `gox setup`"));
    }
    StartupFile::read(path.to_owned())
}

/// The content of the block: evaluates `gox init`, and is silent if gox has been removed. PATH may not have the
/// directory of gox yet, such as `~/.cargo/bin`, so the copy that an install puts into the store is tried too.
fn body(shell: Shell) -> String {
    guarded(shell, shell.init_line())
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

/// The numbers of the lines that do by hand what the block does: those of the content of the block, or of one line
/// with `gox init`. `None` without such a line, and if there is a block.
pub fn lines_by_hand(file: &StartupFile, body: &str) -> Result<Option<Range<usize>>> {
    if file.has_block()? {
        return Ok(None);
    }
    if let Some(at) = file.text().find(body) {
        let first = file.text()[..at].lines().count() + 1;
        return Ok(Some(first..first + body.lines().count()));
    }
    let mut lines = file.text().lines().zip(1..);
    let line = lines.find(|(line, _)| is_code(line) && line.contains("gox init"));
    Ok(line.map(|(_, number)| number..number + 1))
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

/// Whether a line may end the file before its block is reached. If it never does, a second block is the only harm.
fn may_end_early(text: &str) -> bool {
    let ends = |line| lines::words(line).iter().any(|word| word == "return" || word == "exit");
    text.lines().any(ends)
}

#[cfg(test)]
mod tests {
    use super::{may_end_early, reads_bashrc_last};

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

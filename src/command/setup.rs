//! `gox setup`: gox in the start-up files of the user's shell, or of everybody's.
//!
//! | shell | file | why |
//! |---|---|---|
//! | bash | `~/.bashrc` | interactive shells |
//! | | the first of `~/.bash_profile`, `~/.bash_login`, `~/.profile` | login shells, unless it gets all of `~/.bashrc`; where there is none `~/.profile`, which hides no other |
//! | zsh | `.zshrc` in `ZDOTDIR`, else in `~` | interactive shells |
//! | fish | `config.fish` | all shells; a file in `conf.d` would come before what that one puts first on PATH |
//! | sh | `~/.profile` | login shells |

use std::path::{Path, PathBuf};

use rustix::fs::Mode;
use rustix::process::{geteuid, umask};

use super::cli::{self, Shell};
use super::init;
use crate::error::{Error, Kind, Result};
use crate::select::variables::{self, SHELL, XDG_CONFIG_HOME, ZDOTDIR};
use crate::store::startup_file::{self, Change, StartupFile};
use crate::ui::printer::Printer;

const BASHRC: &str = ".bashrc";
const PROFILE: &str = ".profile";
/// bash reads the first that is there.
const LOGIN: [&str; 3] = [".bash_profile", ".bash_login", PROFILE];
/// What `/etc/profile` reads for the login shells of everybody.
const SYSTEM: &str = "/etc/profile.d/gox.sh";

/// Whose start-up files.
#[derive(Clone, Copy)]
enum Whose {
    User(Shell),
    Everybody,
}

/// Shows what would change, asks, and writes it.
pub fn run(arguments: &cli::Setup, printer: &Printer) -> Result<u8> {
    let whose = whose(arguments)?;
    let changes = if arguments.undo { taken(whose, printer)? } else { put(whose, printer)? };
    if changes.is_empty() {
        return Ok(0);
    }
    if !arguments.dry_run {
        // The file is for every user, whatever root's own files are to be.
        if let Whose::Everybody = whose {
            umask(Mode::from_raw_mode(0o022));
        }
        changes.iter().try_for_each(Change::check_writable).map_err(|error| with_sudo(error, arguments))?;
    }
    changes.iter().try_for_each(|change| printer.data(&change.diff()))?;
    if arguments.dry_run {
        printer.say("nothing was changed");
        return Ok(0);
    }
    if !arguments.yes {
        match printer.ask("change it like this?")? {
            Some(true) => {}
            Some(false) => {
                printer.say("nothing was changed");
                return Ok(Kind::Refused.code());
            }
            None => {
                let error = Error::new(Kind::Refused, "nothing was changed: there is no terminal to ask on");
                return Err(
                    error.hint(format!("do it without a question: `{} --yes`", command_line(arguments)))
                );
            }
        }
    }
    for change in &changes {
        change.write()?;
        printer.say(&format!("changed `{}`", change.path().display()));
    }
    printer.say(&what_now(whose, arguments.undo));
    Ok(0)
}

fn whose(arguments: &cli::Setup) -> Result<Whose> {
    if arguments.system {
        return Ok(Whose::Everybody);
    }
    arguments.shell.or_else(init::users_shell).map(Whose::User).ok_or_else(|| {
        let message = match variables::text(SHELL) {
            Some(shell) => format!("`{shell}` of `SHELL` is no shell that gox has functions for"),
            None => "could not tell which shell is yours: `SHELL` is not set".to_owned(),
        };
        Error::new(Kind::Usage, message).hint("name it: `gox setup bash`, or `zsh`, `fish`, `sh`")
    })
}

/// The changes that put gox into the files.
fn put(whose: Whose, printer: &Printer) -> Result<Vec<Change>> {
    let files = match whose {
        Whose::User(shell) => users_files(shell).map_err(|error| {
            if error.kind() != Kind::InvalidFile {
                return error;
            }
            error
                .hint(format!("put it into the start-up file of your shell by hand: `{}`", init::line(shell)))
        })?,
        Whose::Everybody => vec![(system_file()?, init::posix().to_owned())],
    };
    for (file, body) in &files {
        if let Some(line) = line_by_hand(file, body)? {
            printer.say(&format!(
                "`{}:{line}` does it already, written by hand; nothing was changed",
                file.path().display()
            ));
            return Ok(Vec::new());
        }
    }
    let paths: Vec<_> = files.iter().map(|(file, _)| format!("`{}`", file.path().display())).collect();
    let changes = files.into_iter().map(|(file, body)| file.put(&body)).collect::<Result<Vec<_>>>()?;
    let changes: Vec<_> = changes.into_iter().flatten().collect();
    if changes.is_empty() {
        printer.say(&format!("it is in {} already; nothing was changed", paths.join(" and ")));
    }
    Ok(changes)
}

/// The changes that take it out again, also from files that it would not be put into today.
fn taken(whose: Whose, printer: &Printer) -> Result<Vec<Change>> {
    let paths = match whose {
        Whose::User(Shell::Bash) => [BASHRC].iter().chain(&LOGIN).map(in_home).collect::<Result<Vec<_>>>()?,
        Whose::User(Shell::Zsh) => vec![zshrc()?],
        Whose::User(Shell::Fish) => vec![config_fish()?],
        Whose::User(Shell::Sh) => vec![in_home(&PROFILE)?],
        Whose::Everybody => vec![PathBuf::from(SYSTEM)],
    };
    let mut changes = Vec::new();
    for path in paths {
        match StartupFile::read(path.clone()) {
            Ok(file) => changes.extend(file.take()?),
            // It became so after gox wrote there: nothing may say that it is gone.
            Err(error) if startup_file::has_block(&path) => return Err(error),
            Err(error) => printer.warn(&error.line()),
        }
    }
    if changes.is_empty() {
        printer.say("no start-up file has what `gox setup` writes; nothing was changed");
    }
    Ok(changes)
}

/// The files of one's own, each with what is to be in it.
fn users_files(shell: Shell) -> Result<Vec<(StartupFile, String)>> {
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

fn in_home(name: &&str) -> Result<PathBuf> {
    variables::user_home().map(|home| home.join(name)).ok_or_else(|| {
        let message = "could not tell where the start-up files are: `HOME` is not set to an absolute path";
        Error::new(Kind::Store, message).hint("set `HOME`")
    })
}

/// The path that a variable has, else one in the user's home.
fn folder(variable: &str, otherwise: &str) -> Result<PathBuf> {
    let path = variables::os(variable).map(PathBuf::from).filter(|path| path.is_absolute());
    path.map_or_else(|| in_home(&otherwise), Ok)
}

fn zshrc() -> Result<PathBuf> {
    if variables::os(ZDOTDIR).is_none() {
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

fn config_fish() -> Result<PathBuf> {
    Ok(folder(XDG_CONFIG_HOME, ".config")?.join("fish/config.fish"))
}

fn system_file() -> Result<StartupFile> {
    let path = Path::new(SYSTEM);
    let folder = path.parent().unwrap_or(path);
    if !folder.is_dir() {
        let message = format!("`{}` is not there, so nothing on this machine reads it", folder.display());
        return Err(Error::new(Kind::Store, message));
    }
    StartupFile::read(path.to_owned())
}

/// A shell starts without a word where gox is gone. At that point PATH often lacks the folder that gox is in,
/// such as `~/.cargo/bin`; an install leaves a copy in the store. Its text is the same for every store.
fn body(shell: Shell) -> String {
    guarded(shell, init::line(shell))
}

/// What any login shell may read: bash by its own functions, another by PATH alone.
fn login_body() -> String {
    guarded(Shell::Sh, &init::line(Shell::Sh).replace("init sh", "init \"${BASH_VERSION:+ba}sh\""))
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
fn line_by_hand(file: &StartupFile, body: &str) -> Result<Option<usize>> {
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

/// The command line without what makes no difference to `--yes`.
fn command_line(arguments: &cli::Setup) -> String {
    let mut words = vec!["gox setup"];
    words.extend(arguments.shell.map(Shell::word));
    words.extend(arguments.system.then_some("--system"));
    words.extend(arguments.undo.then_some("--undo"));
    words.join(" ")
}

/// The hint for whoever is not root. sudo may have a PATH of its own, without gox.
fn with_sudo(error: Error, arguments: &cli::Setup) -> Error {
    if !arguments.system || geteuid().is_root() {
        return error;
    }
    let gox = std::env::current_exe().unwrap_or_else(|_| "gox".into());
    error.hint(format!("`sudo {}`", command_line(arguments).replacen("gox", &gox.to_string_lossy(), 1)))
}

fn what_now(whose: Whose, undo: bool) -> String {
    match whose {
        _ if undo => "shells that are open keep gox until they end".to_owned(),
        Whose::User(Shell::Sh) | Whose::Everybody => "it is read at the next login".to_owned(),
        Whose::User(shell) => format!("open a new terminal, or: `exec {}`", shell.word()),
    }
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

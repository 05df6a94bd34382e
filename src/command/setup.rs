//! `gox setup`: puts gox into the start-up files of the user's shell, or into those of all users.

use clap::Args;
use std::path::PathBuf;

use rustix::fs::Mode;
use rustix::process::{geteuid, umask};

use crate::env::{self, SHELL};
use crate::error::{Error, Kind, Result};
use crate::select::typed::{Shims, Typed};
use crate::select::world::World;
use crate::setup::plan::{self, ByHand, Plan};
use crate::setup::shell::Shell;
use crate::setup::startup_file::{self, Change, StartupFile};
use crate::setup::{foreign, places, text};
use crate::ui::printer::Printer;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gox setup              the shell by SHELL; shows the change, then asks
  gox setup zsh --dry-run
  gox setup --undo
  sudo gox setup --system")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(super) struct Arguments {
    /// The shell; without it, the one that `SHELL` names
    pub shell: Option<Shell>,
    /// For all users: only PATH, in /etc/profile.d/gox.sh
    #[arg(long, conflicts_with = "shell")]
    pub system: bool,
    /// Remove what setup has written
    #[arg(long)]
    pub undo: bool,
    /// Do not ask whether to write the change
    #[arg(long, conflicts_with = "dry_run")]
    pub yes: bool,
    /// Only show what would change
    #[arg(long)]
    pub dry_run: bool,
}

/// Whose start-up files to change.
#[derive(Clone, Copy)]
enum Whose {
    User(Shell),
    Everybody,
}

/// Shows what would change, asks, and writes it; then names the lines that are not needed any more.
pub(super) fn run(arguments: &Arguments, printer: &Printer) -> Result<u8> {
    let whose = whose(arguments)?;
    let code = change(whose, arguments, printer)?;
    // After the change, which may have given the lines other numbers.
    if let (0, false, Whose::User(shell)) = (code, arguments.undo, whose) {
        for (place, needless) in foreign::needless(shell) {
            printer.note(&format!("`{}` {needless}", place.text()));
        }
    }
    Ok(code)
}

fn change(whose: Whose, arguments: &Arguments, printer: &Printer) -> Result<u8> {
    let changes = if arguments.undo { taken(whose, printer)? } else { put(whose, printer)? };
    if changes.is_empty() {
        return Ok(0);
    }
    if !arguments.dry_run {
        // Every user must be able to read the file, whatever the umask of root is.
        if let Whose::Everybody = whose {
            umask(Mode::from_raw_mode(0o022));
        }
        changes.iter().try_for_each(Change::check_writable).map_err(|error| with_sudo(error, arguments))?;
    }
    // What is written without a question need not be shown.
    if !(arguments.yes && printer.is_quiet()) {
        changes.iter().try_for_each(|change| printer.data(&change.diff()))?;
    }
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

fn whose(arguments: &Arguments) -> Result<Whose> {
    if arguments.system {
        return Ok(Whose::Everybody);
    }
    arguments.shell.or_else(Shell::of_user).map(Whose::User).ok_or_else(|| {
        let message = match env::text(SHELL) {
            Some(shell) => format!("`{shell}` of `SHELL` is no shell that gox has functions for"),
            None => "could not tell which shell is yours: `SHELL` is not set".to_owned(),
        };
        Error::new(Kind::Usage, message).hint("name it: `gox setup bash`, or `zsh`, `fish`, `sh`")
    })
}

/// The changes that put gox into the files.
fn put(whose: Whose, printer: &Printer) -> Result<Vec<Change>> {
    let files = match whose {
        Whose::User(shell) => places::users_files(shell).map_err(|error| {
            if error.kind() != Kind::InvalidFile {
                return error;
            }
            error
                .hint(format!("put it into the start-up file of your shell by hand: `{}`", shell.init_line()))
        })?,
        Whose::Everybody => vec![(places::system_file()?, text::posix().to_owned())],
    };
    let shims = World::process().map(|world| Typed::find("go", &world).shims).ok();
    let Plan { by_hand, paths, changes } = plan::put(files, shims == Some(Shims::Behind))?;
    let end = if changes.is_empty() { "; nothing was changed" } else { "" };
    for ByHand { path, line, behind } in &by_hand {
        printer.say(&format!("`{}:{line}` does it already, written by hand{end}", path.display()));
        if let Some(behind) = behind {
            printer.hint(&format!("move it behind line {behind}, which puts something before the shims"));
        }
    }
    if !changes.is_empty() {
        return Ok(changes);
    }
    if !paths.is_empty() {
        let paths: Vec<_> = paths.iter().map(|path| format!("`{}`", path.display())).collect();
        printer.say(&format!("it is in {} already{end}", paths.join(" and ")));
    }
    let is_mended = by_hand.iter().all(|line| line.behind.is_none());
    if let (true, Whose::User(shell), Some(Shims::Behind | Shims::Absent)) = (is_mended, whose, shims) {
        printer.hint(&shell.restart());
    }
    Ok(changes)
}

/// The changes that remove gox from the files, also from those into which it would not be put today.
fn taken(whose: Whose, printer: &Printer) -> Result<Vec<Change>> {
    let paths = match whose {
        Whose::User(Shell::Bash) => {
            [places::BASHRC].iter().chain(&places::LOGIN).map(places::in_home).collect::<Result<Vec<_>>>()?
        }
        Whose::User(Shell::Zsh) => vec![places::zshrc()?, places::zlogin()?],
        Whose::User(Shell::Fish) => vec![places::config_fish()?],
        Whose::User(Shell::Sh) => vec![places::in_home(&places::PROFILE)?],
        Whose::Everybody => vec![PathBuf::from(places::SYSTEM)],
    };
    let mut changes = Vec::new();
    for path in paths {
        match StartupFile::read(path.clone()) {
            Ok(file) => changes.extend(file.take()?),
            // The file was made unreadable after gox had written there. The block is not removed, so this is an error.
            Err(error) if startup_file::has_block(&path) => return Err(error),
            Err(error) => printer.warn(&error.line()),
        }
    }
    if changes.is_empty() {
        printer.say("no start-up file has what `gox setup` writes; nothing was changed");
    }
    Ok(changes)
}

/// The command line to repeat with `--yes`: its arguments that choose the change.
fn command_line(arguments: &Arguments) -> String {
    let mut words = vec!["gox setup"];
    words.extend(arguments.shell.map(Shell::word));
    words.extend(arguments.system.then_some("--system"));
    words.extend(arguments.undo.then_some("--undo"));
    words.join(" ")
}

/// Adds the command with sudo as a hint, if the user is not root. It has the path of gox, because the PATH of sudo may
/// lack it.
fn with_sudo(error: Error, arguments: &Arguments) -> Error {
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
        Whose::User(shell) => shell.restart(),
    }
}

//! `gox self update`: puts another release of gox in the place of this one, as `dist/install.sh` would.

use std::cmp::Ordering;
use std::fs;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use clap::Args;
use rustix::fs::{Access, access};
use semver::Version;

use super::owner;
use super::releases::{Release, Releases};
use crate::command::context::Context;
use crate::command::interrupt;
use crate::error::{Error, Kind, Result};
use crate::fs::write::{Claim, Replacement};
use crate::os::child::{self, Unended};
use crate::text;

/// The version of this gox.
const OWN: &str = env!("CARGO_PKG_VERSION");
/// How long the new gox may take to tell its version. It needs milliseconds, and more where an emulator runs it from a
/// cold disk.
const LIMIT: Duration = Duration::from_secs(30);

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gox self update --check
  gox self update
  gox self update 0.1.0     also an older one
  gox self update --url https://mirror.example.com/gox

gox looks for a newer gox only when this is called. One that a package manager
installed is left to it.")]
pub(super) struct Arguments {
    /// The version to change to; by default the newest, if it is newer
    #[arg(value_name = "VERSION")]
    version: Option<String>,
    /// Only tell whether there is a newer one, and fail (1) if so
    #[arg(long, conflicts_with_all = ["version", "dry_run"])]
    check: bool,
    /// Only show what would be replaced
    #[arg(long)]
    dry_run: bool,
    /// Another place that has releases, such as a mirror
    #[arg(long, value_name = "URL")]
    url: Option<String>,
}

pub(super) fn run(arguments: &Arguments, context: &Context<'_>) -> Result<u8> {
    let printer = context.printer;
    let wanted = arguments.version.as_deref().map(parse).transpose()?;
    let releases = Releases::at(arguments.url.as_deref(), context)?;
    let program = this_program()?;
    if !arguments.check {
        check_replaceable(&program)?;
    }
    let release = releases.find(wanted.as_ref())?;
    let new = &release.version;
    let order = new.cmp(&Version::parse(OWN).expect("Cargo takes no other"));
    let standing = match order {
        Ordering::Greater => format!("gox {new} is out, and this is gox {OWN}"),
        Ordering::Equal => format!("gox {OWN} is already installed"),
        Ordering::Less => format!("this is gox {OWN}, and the newest release is {new}"),
    };
    if arguments.check {
        printer.text(&standing)?;
        return Ok(if order == Ordering::Greater { Kind::Refused.code() } else { 0 });
    }
    if order == Ordering::Equal || (order == Ordering::Less && wanted.is_none()) {
        printer.say(&standing);
        return Ok(0);
    }
    if arguments.dry_run {
        let what = format!("would replace `{}` by gox {new}", program.display());
        printer.text(&format!("{what}\n  from    {}\n  sha256  {}", release.url, release.sha256))?;
        return Ok(0);
    }
    replace(&program, &release, &releases, context)?;
    refresh(&program, context)
}

fn parse(word: &str) -> Result<Version> {
    Version::parse(word.strip_prefix('v').unwrap_or(word)).map_err(|error| {
        let message = format!("`{}` is no version of gox: {error}", text::excerpt(word));
        Error::new(Kind::Usage, message).hint("name all of it: `gox self update 0.1.0`")
    })
}

/// The file of this program, without links that lead to it.
fn this_program() -> Result<PathBuf> {
    let found = std::env::current_exe().and_then(fs::canonicalize);
    found.map_err(|error| Error::store("could not find gox itself", error))
}

/// An error if somebody else has to replace the program.
fn check_replaceable(program: &Path) -> Result<()> {
    if let Some(owner) = owner::of(program) {
        let message = format!("`{}` belongs to {owner}", program.display());
        return Err(Error::new(Kind::Refused, message).hint(format!("update it with {owner}")));
    }
    access(program.parent().unwrap_or(program), Access::WRITE_OK).map_err(|error| {
        let hint = "run it as the owner of the folder, then `gox self refresh` as yourself";
        Error::store(format!("could not replace `{}`", program.display()), error.into()).hint(hint)
    })
}

/// Fetches the new gox, and puts it in the place of the program once it runs.
fn replace(program: &Path, release: &Release, place: &Releases, context: &Context<'_>) -> Result<()> {
    interrupt::watch(context.printer)?;
    let shown = program.display();
    let _claim = Claim::of(program).ok_or_else(|| {
        Error::new(Kind::Store, format!("another gox replaces `{shown}`")).hint("wait for it")
    })?;
    context.printer.say(&format!("gox {OWN} -> {}, from {}", release.version, release.url));
    let bytes = release.unpack(&place.fetch(release)?)?;
    let failed = |error| Error::store(format!("could not replace `{shown}`"), error);
    let new = Replacement::of(program, &bytes).map_err(failed)?;
    check_runs(new.path(), release)?;
    new.persist(program).map_err(failed)?;
    context.printer.say(&format!("replaced `{shown}`"));
    Ok(())
}

/// An error if the program does not say that it is this release.
fn check_runs(program: &Path, release: &Release) -> Result<()> {
    let fault = |fault: &str| {
        let message = format!("the gox of {} {fault}, so that this one stays", release.url);
        Error::new(Kind::Verification, message)
    };
    // In the process group of this gox, so that a key which interrupts this one ends both.
    match child::run(Command::new(program).arg("--version"), "", LIMIT) {
        Err(Unended::NotStarted(error)) if error.kind() == io::ErrorKind::StorageFull => {
            Err(Error::store("could not keep what the new gox says", error))
        }
        Err(Unended::NotStarted(error)) => Err(fault("does not run").because(error)),
        Err(Unended::Killed) => Err(fault(&format!("does not end within {} s", LIMIT.as_secs()))),
        Ok(ended) if ended.status.success() && ended.stdout == format!("gox {}\n", release.version) => Ok(()),
        Ok(_) => Err(fault(&format!("does not say that it is {}", release.version))),
    }
}

/// Lets the new gox renew its copy in the store, and the shims, which it carries, in the place of this process: so a
/// signal reaches it, and its exit code is this one's.
fn refresh(program: &Path, context: &Context<'_>) -> Result<u8> {
    if !context.world.home().bin().join("gox").exists() {
        return Ok(0);
    }
    let error = Command::new(program).args(["--quiet", "self", "refresh"]).exec();
    Err(Error::store("could not start the new gox", error))
}

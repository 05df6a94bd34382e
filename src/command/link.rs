//! `gox link`: gives a name for requests and pins to a GOROOT that gox did not install.

use clap::Args;
use std::fs;
use std::path::PathBuf;

use super::context::Context;
use super::requests;
use crate::error::{Error, Kind, Result};
use crate::fs::read::is_executable;
use crate::go::request::Request;
use crate::select::system;
use crate::store::link;
use crate::text;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gox link tip ~/src/go
  gox use tip
  gox uninstall tip")]
pub(super) struct Arguments {
    /// The name for requests and pins
    #[arg(value_name = "NAME")]
    pub name: String,
    /// The GOROOT: a folder with bin/go
    #[arg(value_name = "PATH")]
    pub path: PathBuf,
    /// Replace a link of that name
    #[arg(long)]
    pub force: bool,
}

/// Makes the link, and prints the version of the GOROOT.
pub(super) fn run(arguments: &Arguments, context: &Context<'_>) -> Result<()> {
    let name = match requests::parse(&arguments.name)? {
        Request::Name(name) if name.is_linked() => name,
        request => {
            let message = format!("`{request}` means a version, and cannot name a GOROOT of one's own");
            return Err(Error::new(Kind::Usage, message).hint("choose a name: `gox link tip PATH`"));
        }
    };
    let goroot = fs::canonicalize(&arguments.path).map_err(|error| {
        Error::new(Kind::Usage, format!("could not find `{}`", arguments.path.display())).because(error)
    })?;
    if !is_executable(&goroot.join("bin/go")) {
        let message = format!("`{}` is no GOROOT: it has no `bin/go` that can be run", goroot.display());
        return Err(Error::new(Kind::Usage, message)
            .hint("one that was built from source has it after `cd src && ./make.bash`"));
    }
    let home = context.world.home();
    if fs::canonicalize(home.toolchains()).is_ok_and(|store| goroot.starts_with(store)) {
        let message = format!("`{}` is in the store already", goroot.display());
        return Err(Error::new(Kind::Usage, message).hint("name its version: `gox list` shows them"));
    }
    let linked = link::create(&context.store(), &name, &goroot, arguments.force);
    let before = linked.map_err(|error| match (error.kind(), arguments.force) {
        (Kind::Refused, false) => {
            let path = text::quoted_path(&arguments.path);
            error.hint(format!("link it here all the same: `gox link --force {name} {path}`"))
        }
        _ => error,
    })?;
    let version = system::version(&goroot).map_or_else(String::new, |version| format!(" ({version})"));
    let before = before.map_or_else(String::new, |before| format!("; was `{}`", before.display()));
    context.printer.say(&format!("{name} is `{}`{version} now{before}", goroot.display()));
    Ok(())
}

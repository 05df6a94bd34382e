//! `gox exec`: any command, with one version first on PATH.

use clap::Args;
use std::ffi::{OsStr, OsString};
use std::io::ErrorKind;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::context::Context;
use super::{requests, supply};
use crate::env::{self, GO_VERSION, GOROOT, GOTOOLCHAIN, GOTOOLCHAIN_INTERNAL, PATH};
use crate::error::{Error, Kind, Result};
use crate::fs::read::is_executable;
use crate::go::request::Request;
use crate::select::goenv::GoEnv;
use crate::select::selection::Go;
use crate::select::{exec, system};

/// Arguments of `gox exec`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gox exec 1.21 go test ./...
  gox exec oldstable make")]
pub struct Arguments {
    /// The version, installed if it is missing
    #[arg(value_name = "REQUEST")]
    pub request: String,
    /// The command and its arguments
    #[arg(value_name = "COMMAND", required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    pub command: Vec<OsString>,
}

/// Becomes the command; returns only the reason why it could not.
pub(super) fn run(arguments: &Arguments, context: &Context<'_>) -> Result<std::convert::Infallible> {
    let request = requests::parse(&arguments.request)?;
    let (program, rest) = arguments.command.split_first().ok_or_else(|| {
        Error::new(Kind::Usage, "no command is named").hint("say which: `gox exec 1.22 go test ./...`")
    })?;
    let (go, version) = place(&request, context)?;
    let bin = go.tool("go").parent().map(PathBuf::from).unwrap_or_default();
    let world = &context.world;
    let mut command = Command::new(program);
    let path = first_on_path(bin)?;
    command.args(rest).env(PATH, &path).env(GO_VERSION, version);
    match exec::goroot(world, &go, &GoEnv::of_user(world)) {
        Some(goroot) => command.env(GOROOT, goroot),
        None => command.env_remove(GOROOT),
    };
    for name in GOTOOLCHAIN_INTERNAL {
        command.env_remove(name);
    }
    // The version was named, so Go must not switch to another; where the user says otherwise, that holds.
    if request != Request::System && env::os(GOTOOLCHAIN).is_none() {
        command.env(GOTOOLCHAIN, "local");
    }
    let cause = command.exec();
    let absent = cause.kind() == ErrorKind::NotFound && !is_there(program, &path);
    let kind = if absent { Kind::NotThere } else { Kind::CannotRun };
    Err(Error::new(kind, format!("could not run `{}`", program.display())).because(cause))
}

/// What answers the request, and the request that means just this version.
fn place(request: &Request, context: &Context<'_>) -> Result<(Go, String)> {
    if *request == Request::System {
        let path = system::find("go", &context.world);
        let path = path.ok_or_else(|| Error::new(Kind::NoSuchVersion, "there is no other `go` on PATH"))?;
        return Ok((Go::System(path), request.to_string()));
    }
    let toolchain = supply::toolchain(request, None, Kind::NoSuchVersion, context)?;
    let version = toolchain.name.request().to_string();
    Ok((Go::Toolchain(toolchain), version))
}

/// Whether there is such a program: one that is, and cannot be found, lacks its loader, or the program of its
/// first line.
fn is_there(program: &OsStr, path: &OsStr) -> bool {
    if program.as_encoded_bytes().contains(&b'/') {
        return Path::new(program).exists();
    }
    std::env::split_paths(path).any(|entry| is_executable(&entry.join(program)))
}

fn first_on_path(bin: PathBuf) -> Result<OsString> {
    // Of an empty PATH nothing is left; split, it would be the current directory.
    let rest = env::os(PATH);
    let entries = std::iter::once(bin).chain(rest.iter().flat_map(std::env::split_paths));
    std::env::join_paths(entries)
        .map_err(|error| Error::new(Kind::Store, "could not make a PATH").because(error))
}

//! `gox exec`: runs any command with one version of Go first on PATH.

use std::convert::Infallible;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use clap::Args;

use super::context::Context;
use super::{requests, supply};
use crate::env::{self, GO_VERSION, GOROOT, GOTOOLCHAIN, GOTOOLCHAIN_INTERNAL, GOX_USE, PATH};
use crate::error::{Error, Kind, Result};
use crate::fs::read::is_executable;
use crate::go::request::Request;
use crate::select::goenv::GoEnv;
use crate::select::process::{self, Changes};
use crate::select::selection::Go;
use crate::select::world::World;
use crate::select::{exec, system};
use crate::store::inventory;
use crate::text;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gox exec 1.21 go test ./...
  gox exec oldstable make")]
pub(super) struct Arguments {
    /// The version, installed if it is missing
    #[arg(value_name = "REQUEST")]
    pub request: String,
    /// The command and its arguments
    #[arg(value_name = "COMMAND", required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    pub command: Vec<OsString>,
}

/// Replaces this process by the command; returns only with an error.
pub(super) fn run(arguments: &Arguments, context: &Context<'_>) -> Result<Infallible> {
    let request =
        requests::parse(&arguments.request).map_err(|error| version_first(error, arguments, context))?;
    let name = arguments.command.first().ok_or_else(|| {
        Error::new(Kind::Usage, "no command is named").hint("say which: `gox exec 1.22 go test ./...`")
    })?;
    let (go, version) =
        find_go(&request, context).map_err(|error| version_first(error, arguments, context))?;
    let path = path_of(&go);
    let program = find_program(name, &go, &path)?;
    let changes = environment(&go, &version, path, &context.world)?;
    let argv: Vec<_> = arguments.command.iter().map(OsString::as_os_str).collect();
    let cause = process::with_default_sigpipe(|| process::replace(&program, &argv, &changes));
    Err(exec::not_started(&go, &program, cause))
}

/// The error with the hint that the version comes first, where a command stands in its place.
fn version_first(error: Error, arguments: &Arguments, context: &Context<'_>) -> Error {
    let word = &arguments.request;
    let is_version = Request::parse(word).is_ok_and(|request| !request.is_linked_name());
    let path = env::os(PATH);
    let mut folders = path.iter().flat_map(std::env::split_paths);
    let is_command =
        word == "go" || word == "gofmt" || folders.any(|folder| is_executable(&folder.join(word)));
    if is_version || !is_command {
        return error;
    }
    let newest = inventory::newest(&context.world.homes);
    let version = newest.map_or_else(|| "latest".to_owned(), |newest| newest.name.request().quoted());
    let words = arguments.command.iter().map(|word| text::quoted_path(Path::new(word)));
    let command = std::iter::once(text::quoted(word)).chain(words).collect::<Vec<_>>().join(" ");
    error.only_hint(format!("the version comes first: `gox exec {version} {command}`"))
}

/// The Go that answers the request, and the exact version that a shim called by the command is to choose.
fn find_go(request: &Request, context: &Context<'_>) -> Result<(Go, String)> {
    if *request == Request::System {
        let path = system::find("go", &context.world);
        let path = path.ok_or_else(|| Error::new(Kind::NotThere, "there is no other `go` on PATH"))?;
        return Ok((Go::System(path), request.to_string()));
    }
    let toolchain = supply::toolchain(request, None, Kind::NotThere, context, &context.printer.terse())
        .map_err(|error| requests::for_verb(error, request, ["exec", " …"], context))?;
    let version = toolchain.name.request().to_string();
    Ok((Go::Toolchain(toolchain), version))
}

/// The entries of PATH for the command: the directory of `go`, then those of this process.
fn path_of(go: &Go) -> Vec<PathBuf> {
    let own = go.tool("go").parent().map(Path::to_owned);
    // `env::os` gives no empty PATH, which would be split into one empty entry, the current directory.
    let inherited = env::os(PATH);
    own.into_iter().chain(inherited.iter().flat_map(std::env::split_paths)).collect()
}

/// The file to run. A name with a slash is a path. `go`, `gofmt` and whatever else is in the directory of `go` are
/// those of the toolchain and never another version's, even where they cannot be run. Any other name is the first
/// executable file on PATH; where there is none, the first file of that name, so that the error says why it cannot be
/// run.
fn find_program(name: &OsStr, go: &Go, path: &[PathBuf]) -> Result<PathBuf> {
    if name.as_encoded_bytes().contains(&b'/') {
        return Ok(name.into());
    }
    if let Go::Toolchain(toolchain) = go {
        let own = toolchain.path.join("bin").join(name);
        let is_there = own.symlink_metadata().is_ok_and(|data| !data.is_dir());
        if is_there || name == "go" || name == "gofmt" {
            return Ok(own);
        }
    }
    let files = || path.iter().map(|entry| entry.join(name));
    let found = files().find(|file| is_executable(file)).or_else(|| files().find(|file| file.is_file()));
    found.ok_or_else(|| {
        Error::new(Kind::NotThere, format!("could not find `{}` on PATH", text::path(Path::new(name))))
    })
}

/// The variables that make the command, and every shim that it calls, use this Go.
fn environment(go: &Go, version: &str, path: Vec<PathBuf>, world: &World) -> Result<Changes> {
    // Only the first entry, which is in the store, can have a colon in it.
    let unwritable =
        |error| Error::new(Kind::Store, format!("could not put {version} on PATH")).because(error);
    let path = std::env::join_paths(path).map_err(unwritable)?;
    let goroot = exec::goroot(world, go, &GoEnv::of_user(world)).map(PathBuf::into_os_string);
    let mut changes: Changes =
        vec![(PATH, Some(path)), (GO_VERSION, None), (GOX_USE, Some(version.into())), (GOROOT, goroot)];
    changes.extend(GOTOOLCHAIN_INTERNAL.map(|name| (name, None)));
    // The version was named, so Go must not switch to another, unless the user's GOTOOLCHAIN says so. The system's
    // Go decides for itself.
    if matches!(go, Go::Toolchain(_)) && env::os(GOTOOLCHAIN).is_none() {
        changes.push((GOTOOLCHAIN, Some("local".into())));
    }
    Ok(changes)
}

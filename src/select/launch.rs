//! Runs a tool by the name and arguments of a call: selects the toolchain, prints the warnings, replaces the
//! process. The shim does this, and gox after it has installed what the shim missed.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use super::call::Call;
use super::exec::{self, Program};
use super::reason::Reason;
use super::selection::{Selected, Warning};
use super::world::World;
use super::{handover, resolve};
use crate::error::{Error, Kind, Result};
use crate::go::name::ToolchainName;
use crate::go::request::Request;
use crate::store::inventory::Toolchain;
use crate::text;

/// Called for a toolchain that is missing and may be installed; returns only on failure.
pub type OnMissing<'a> = &'a mut dyn FnMut(&Request, &Reason) -> Error;

/// Selects a toolchain and replaces this process by the tool; returns only on failure. `argv0` is the name by
/// which the program was called.
pub fn run(
    world: &World,
    argv0: &OsStr,
    arguments: &[OsString],
    warn: &mut dyn FnMut(&Warning),
    on_missing: OnMissing<'_>,
) -> Error {
    match try_run(world, argv0, arguments, warn, on_missing) {
        Ok(never) => match never {},
        Err(error) => error,
    }
}

/// The installed toolchain of a launcher that is called as one of golang.org/dl is to install it, `go1.22.4 download`.
/// `None` for any other call, and while the toolchain is missing, which makes this call install it like any other.
pub fn already_downloaded(world: &World, argv0: &OsStr, arguments: &[OsString]) -> Option<Toolchain> {
    if arguments != ["download"] || !program(argv0).is_ok_and(|program| program.launcher) {
        return None;
    }
    resolve::launch(world, &launcher_name(argv0)).ok()?.toolchain()
}

/// The toolchain that a launcher is named after.
fn launcher_name(argv0: &OsStr) -> ToolchainName {
    ToolchainName::new(Path::new(argv0).file_name().unwrap_or_default().to_string_lossy())
}

fn try_run(
    world: &World,
    argv0: &OsStr,
    arguments: &[OsString],
    warn: &mut dyn FnMut(&Warning),
    on_missing: OnMissing<'_>,
) -> Result<std::convert::Infallible> {
    let program = program(argv0)?;
    let (selection, arguments) = if program.launcher {
        (resolve::launch(world, &launcher_name(argv0))?, arguments)
    } else {
        let call = Call::new(program.tool, arguments);
        (resolve::select(world, &call)?, call.arguments)
    };
    selection.warnings.iter().for_each(warn);
    Err(match &selection.selected {
        Selected::Present(go) => exec::replace(world, go, &selection, program, arguments),
        Selected::Missing { request, install: true } if !request.is_linked_name() => {
            on_missing(request, &selection.reason)
        }
        Selected::Missing { request, .. } => handover::not_installed(request, &selection.reason),
    })
}

/// The tool for `argv0`, of which only the file name counts.
fn program(argv0: &OsStr) -> Result<Program<'_>> {
    let name = Path::new(argv0).file_name().and_then(OsStr::to_str).unwrap_or_default();
    let (tool, launcher) = match name {
        "go" => ("go", false),
        "gofmt" => ("gofmt", false),
        _ if ToolchainName::new(name).has_launcher() => ("go", true),
        _ => {
            let name = text::escaped(name);
            let message = format!("the shim is called `go`, `gofmt` or `go1.22.4`, not `{name}`");
            return Err(Error::new(Kind::Usage, message));
        }
    };
    Ok(Program { argv0, tool, launcher })
}

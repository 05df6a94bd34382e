//! From a name and arguments to the tool: what the shim does, and gox after it installed what was missing.

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
use crate::text;

/// What to do about a toolchain that is missing; comes back only with an error.
pub type OnMissing<'a> = &'a mut dyn FnMut(&Request, &Reason) -> Error;

/// Selects and becomes the tool; returns only with an error. `ARGV0` is what the program was called.
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

fn try_run(
    world: &World,
    argv0: &OsStr,
    arguments: &[OsString],
    warn: &mut dyn FnMut(&Warning),
    on_missing: OnMissing<'_>,
) -> Result<std::convert::Infallible> {
    let program = program(argv0)?;
    let (selection, arguments) = if program.launcher {
        let name = Path::new(argv0).file_name().unwrap_or_default().to_string_lossy();
        (resolve::launch(world, &ToolchainName::new(name))?, arguments)
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

/// The tool that a name stands for. A path before it means nothing: the name says what, never where.
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

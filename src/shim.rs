//! The binary behind `go`, `gofmt` and the launchers `go1.22.4`: decides, then becomes the tool.
//! It never writes, and uses nothing but `std` and semver.

use std::ffi::OsString;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use gox::error::{Error, Kind, Result};
use gox::select::{exec, resolve};
use gox::store::layout::Home;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os();
    let name = arguments.next().unwrap_or_default();
    let error = match run(&name, arguments.collect()) {
        Ok(never) => match never {},
        Err(error) => error,
    };
    // A stderr that was closed is no reason to die of it.
    let _ = writeln!(std::io::stderr(), "gox: {}", error.report());
    ExitCode::from(error.kind().code())
}

fn run(argv0: &OsString, arguments: Vec<OsString>) -> Result<std::convert::Infallible> {
    let name = Path::new(argv0).file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let home = Home::locate()?;
    let (tool, launcher) = match name {
        "go" | "gofmt" => (name, false),
        _ if name.starts_with("go1") => ("go", true),
        _ => {
            let message = format!("the shim is called `go`, `gofmt` or `go1.22.4`, not `{name}`");
            return Err(Error::new(Kind::Usage, message));
        }
    };
    let selection = if launcher { resolve::launch(name, &home)? } else { resolve::select(tool, &home)? };
    Err(exec::replace(&selection, tool, launcher, arguments))
}

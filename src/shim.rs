//! The binary behind `go`, `gofmt` and the launchers `go1.22.4`: decides, then becomes the tool.
//! It never writes, and uses nothing but `std` and semver.

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use gox::select::world::World;
use gox::select::{handover, launch};

fn main() -> ExitCode {
    let mut arguments = std::env::args_os();
    let argv0 = arguments.next().unwrap_or_default();
    let arguments: Vec<OsString> = arguments.collect();
    let error = match World::process() {
        Ok(world) => launch::run(
            &world,
            &argv0,
            &arguments,
            &mut |warning| say(format_args!("warning: {warning}")),
            &mut |request, reason| handover::hand_over(&world, request, reason, &argv0, &arguments),
        ),
        Err(error) => error,
    };
    say(format_args!("{}", error.report()));
    ExitCode::from(error.kind().code())
}

/// A stderr that was closed is no reason to die of it.
fn say(line: std::fmt::Arguments<'_>) {
    let _ = writeln!(std::io::stderr(), "gox: {line}");
}

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
    let argv0 = launcher().unwrap_or(argv0);
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

/// The file's own name, where it is a launcher's. The go command starts `go1.22.4` from PATH with the
/// arguments that it got itself, so that argv0 says `go` (Go source `cmd/go/internal/toolchain`, `Exec`);
/// deciding again there would go round in a circle.
fn launcher() -> Option<OsString> {
    let path = std::env::current_exe().ok()?;
    // What Linux says of a file that was replaced meanwhile.
    let name = path.file_name()?.to_str()?;
    let name = name.strip_suffix(" (deleted)").unwrap_or(name);
    name.starts_with("go1").then(|| path.with_file_name(name).into_os_string())
}

/// A stderr that was closed is no reason to die of it.
fn say(line: std::fmt::Arguments<'_>) {
    let _ = writeln!(std::io::stderr(), "gox: {line}");
}

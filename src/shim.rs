//! The binary behind `go`, `gofmt` and the launchers `go1.22.4`: decides, then becomes the tool.
//! It never writes, and uses nothing but `std` and semver.
//!
//! It has a `main` of C: before Rust's own, the runtime opens closed streams and ignores SIGPIPE, and what was
//! there before could not be told any more. The tool is given both as the shim was.
#![no_main]

use std::ffi::{OsString, c_char, c_int};
use std::io::Write;

use gox::go::name::ToolchainName;
use gox::select::world::World;
use gox::select::{handover, launch, process};

#[expect(unsafe_code, reason = "the name and the arguments that the C library gives")]
#[unsafe(no_mangle)]
extern "C" fn main(count: c_int, words: *const *const c_char) -> c_int {
    // SAFETY: they are what this function was given.
    let mut arguments = unsafe { process::arguments(count, words) }.into_iter();
    run(arguments.next().unwrap_or_default(), &arguments.collect::<Vec<_>>()).into()
}

/// Becomes the tool, or gives the code of what was wrong.
fn run(argv0: OsString, arguments: &[OsString]) -> u8 {
    let argv0 = launcher().unwrap_or(argv0);
    let error = match World::process() {
        Ok(world) => launch::run(
            &world,
            &argv0,
            arguments,
            &mut |warning| say(format_args!("warning: {warning}")),
            &mut |request, reason| handover::hand_over(&world, request, reason, &argv0, arguments),
        ),
        Err(error) => error,
    };
    say(format_args!("{}", error.report()));
    error.kind().code()
}

/// The file's own name, where it is a launcher's. The go command starts `go1.22.4` from PATH with the
/// arguments that it got itself, so that argv0 says `go` (Go source `cmd/go/internal/toolchain`, `Exec`);
/// deciding again there would go round in a circle.
fn launcher() -> Option<OsString> {
    let mut path = std::env::current_exe().ok()?;
    // Linux gives the file itself, macOS the path by which it was started, which may be a link to it.
    while cfg!(target_os = "macos")
        && let Ok(target) = path.read_link()
    {
        path = path.parent()?.join(target);
    }
    // Linux adds these words to the name of a file that was replaced meanwhile.
    let name = path.file_name()?.to_str()?;
    let name = name.strip_suffix(" (deleted)").unwrap_or(name);
    ToolchainName::new(name).has_launcher().then(|| path.with_file_name(name).into_os_string())
}

/// A stderr that was closed is no reason to die of it.
fn say(line: std::fmt::Arguments<'_>) {
    let _ = process::without_sigpipe(|| writeln!(std::io::stderr(), "gox: {line}"));
}

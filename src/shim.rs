//! The binary that PATH knows as `go`, `gofmt` and the launchers `go1.22.4`: selects a toolchain, then replaces
//! itself by the tool. It never writes to the disk, and uses only `std`, `semver` and the declarations of
//! `libc`.
//!
//! It defines the C `main`, because the runtime that runs before a Rust `main` opens closed standard streams on
//! `/dev/null` and ignores SIGPIPE. The tool has to get both as the shim got them.
#![no_main]

use std::ffi::{OsString, c_char, c_int};
use std::io::Write;

use gox::env;
use gox::go::name::ToolchainName;
use gox::select::world::World;
use gox::select::{handover, launch, process};
use gox::text;

#[expect(unsafe_code, reason = "the name and the arguments that the C library gives")]
#[unsafe(no_mangle)]
extern "C" fn main(count: c_int, words: *const *const c_char) -> c_int {
    // SAFETY: both are the arguments of this `main`.
    let mut arguments = unsafe { process::arguments(count, words) }.into_iter();
    run(arguments.next().unwrap_or_default(), &arguments.collect::<Vec<_>>()).into()
}

/// Replaces this process by the tool; returns only on failure, with the exit code.
fn run(argv0: OsString, arguments: &[OsString]) -> u8 {
    let argv0 = launcher().unwrap_or(argv0);
    let error = match World::process() {
        Ok(world) if let Some(there) = launch::already_downloaded(&world, &argv0, arguments) => {
            say(format_args!("{}", there.installed_already()));
            return 0;
        }
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

/// The path of this program's file, if that is named as a launcher. It counts instead of argv0: when the go
/// command switches it starts `go1.22.4` from PATH with its own argv, so argv0 is `go` (Go source
/// `cmd/go/internal/toolchain`, `Exec`), and selecting again would be an endless loop.
fn launcher() -> Option<OsString> {
    let mut path = std::env::current_exe().ok()?;
    // Linux gives the path of the file itself, macOS the path by which it was started, which may be a link to it.
    while cfg!(target_os = "macos")
        && let Ok(target) = path.read_link()
    {
        path = path.parent()?.join(target);
    }
    // Linux appends this to the path of a file that was replaced or removed since it was started.
    let name = path.file_name()?.to_str()?;
    let name = name.strip_suffix(" (deleted)").unwrap_or(name);
    ToolchainName::new(name).has_launcher().then(|| path.with_file_name(name).into_os_string())
}

/// Prints a line on stderr. A closed stderr does not end this process.
fn say(line: std::fmt::Arguments<'_>) {
    let line = text::with_tilde(&line.to_string(), env::user_home().as_deref());
    let _ = process::without_sigpipe(|| writeln!(std::io::stderr(), "gox: {line}"));
}

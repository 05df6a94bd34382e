//! The program `gox`: runs a command, prints its error, exits with the error's code.

use std::process::ExitCode;

use gox::command::{self, interrupt};
use gox::error::Kind;
use gox::ui::printer::Printer;

/// The allocator of musl has one lock for all threads, and asks the system for memory for each file that is inflated.
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let printer = Printer::default();
    let result = command::run(std::env::args_os(), &printer);
    interrupt::settle();
    match result {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            if error.kind() != Kind::ClosedPipe {
                printer.error(&error);
            }
            ExitCode::from(error.kind().code())
        }
    }
}

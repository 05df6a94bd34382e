//! The program `gox`: runs a command, prints its error, exits with the error's code.

use std::process::ExitCode;

use gox::command::{self, interrupt};
use gox::error::Kind;
use gox::ui::printer::Printer;

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

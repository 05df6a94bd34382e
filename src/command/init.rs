//! `gox init` and `gox completions`: text for a shell to read.

use super::cli::{Completions, Init};
use crate::error::{Error, Kind, Result};
use crate::setup::text;
use crate::ui::printer::Printer;

/// Prints the text.
pub fn run(arguments: &Init, printer: &Printer) -> Result<()> {
    printer.data(text::init(arguments.shell, arguments.announce).trim_end())
}

/// Prints the completion alone.
pub fn completions(arguments: &Completions, printer: &Printer) -> Result<()> {
    let text = text::completion(arguments.shell).ok_or_else(|| {
        Error::new(Kind::Usage, "a POSIX shell has no completion").hint("name bash, zsh or fish")
    })?;
    printer.data(text.trim_end())
}

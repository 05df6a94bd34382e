//! `gox version`, which is `gox --version` too.

use std::ffi::OsString;

use clap::Args;

use crate::error::Result;
use crate::store::shims::SHIM_TARGET;
use crate::ui::printer::Printer;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Also print the platform that the shim is compiled for
    #[arg(long, short)]
    verbose: bool,
}

impl Arguments {
    /// Those of `gox --version --verbose`, of which clap reads no word after the first.
    pub(super) fn in_words(words: &[OsString]) -> Self {
        Arguments { verbose: words.iter().any(|word| word == "--verbose" || word == "-v") }
    }
}

pub(super) fn run(arguments: &Arguments, printer: &Printer) -> Result<()> {
    printer.data(concat!("gox ", env!("CARGO_PKG_VERSION")))?;
    if arguments.verbose {
        printer.data(&format!("shim {SHIM_TARGET}"))?;
    }
    Ok(())
}

//! `gox man`: prints manual pages, which are made from the help texts.

use clap::CommandFactory;
use clap_mangen::Man as Page;

use super::cli::{Cli, Man};
use crate::error::{Error, Kind, Result};
use crate::ui::printer::Printer;

/// Prints a page.
pub(super) fn run(arguments: &Man, printer: &Printer) -> Result<()> {
    let mut gox = Cli::command();
    // Gives each command its whole name, such as `gox install`.
    gox.build();
    let command = match &arguments.command {
        None => gox,
        Some(word) => {
            let found = gox.find_subcommand(word).filter(|command| !command.is_hide_set()).cloned();
            found.ok_or_else(|| {
                Error::new(Kind::Usage, format!("`gox` has no command `{}`", word.escape_debug()))
                    .hint("`gox help` shows all of them")
            })?
        }
    };
    let mut page = Vec::new();
    Page::new(command)
        .source(format!("gox {}", env!("CARGO_PKG_VERSION")))
        .render(&mut page)
        .map_err(|error| Error::store("could not make the page", error))?;
    // The text after the help always begins with examples, of which no lines may be joined.
    let page = String::from_utf8_lossy(&page).replace(".SH EXTRA\nExamples:\n", ".SH EXAMPLES\n.nf\n");
    printer.data(page.trim_end())
}

//! `gox man`: prints manual pages, which are made from the help texts and the reference.

use clap::CommandFactory;
use clap_mangen::Man as Page;

use super::cli::{Cli, Man};
use crate::error::{Error, Kind, Result};
use crate::ui::printer::Printer;

/// The page for users that has all codes, variables and files.
const REFERENCE: &str = include_str!("../../docs/reference.md");

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
    printer.data(&format!("{}\n.fi\n{}", page.trim_end(), sections()))
}

/// The sections that each page ends with: exit codes, variables and files, by the tables of the reference.
fn sections() -> String {
    let codes = rows("Exit codes").into_iter().map(|[code, meaning, ..]| entry(&code, &meaning));
    let variables = rows("Settings").into_iter().map(|[variable, key, default, meaning]| {
        let key = if key.is_empty() { key } else { format!("; the key {key} in the settings file") };
        let default = if default.is_empty() { default } else { format!("; by default {default}") };
        entry(&variable, &format!("{meaning}{default}{key}"))
    });
    let files = section("The store, layout 1").split("```").nth(1).unwrap_or_default();
    let files = files.trim_start_matches("text").trim();
    format!(
        ".SH \"EXIT STATUS\"\n{}.SH ENVIRONMENT\n{}.SH FILES\n.nf\n{}\n.fi",
        codes.collect::<String>(),
        variables.collect::<String>(),
        roff(files)
    )
}

/// The text of the reference under a head.
fn section(head: &str) -> &'static str {
    let from = REFERENCE.split_once(&format!("\n## {head}\n")).map_or("", |(_, from)| from);
    from.split("\n## ").next().unwrap_or_default()
}

/// The rows of the first table under a head, without backticks; cells that a row lacks are empty.
fn rows(head: &str) -> Vec<[String; 4]> {
    let lines = section(head).lines().skip_while(|line| !line.starts_with('|'));
    let lines = lines.take_while(|line| line.starts_with('|')).skip(2);
    let row = |line: &str| {
        let mut cells = line.trim_matches('|').split('|').map(|cell| cell.trim().replace('`', ""));
        std::array::from_fn(|_| cells.next().unwrap_or_default())
    };
    lines.map(row).collect()
}

/// An entry of a list: a word, and below it what it means.
fn entry(word: &str, meaning: &str) -> String {
    format!(".TP\n.B {}\n{}\n", roff(word), roff(meaning))
}

/// `text` so that roff prints it as it is.
fn roff(text: &str) -> String {
    let lines = text.lines().map(|line| line.replace('\\', "\\e").replace('-', "\\-"));
    // Nothing of zero width keeps a dot or a quote in front from beginning a request.
    lines.map(|line| format!("\\&{line}")).collect::<Vec<_>>().join("\n")
}

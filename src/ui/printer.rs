//! The only place that writes to the terminal. Colours are dropped where `NO_COLOR` or a pipe asks for it.

use std::io::{self, IsTerminal, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use anstream::adapter::strip_str;
use anstream::{AutoStream, ColorChoice};
use indicatif::{MultiProgress, ProgressDrawTarget};

use super::table;
use crate::env::{self, TERM};
use crate::error::{Error, Kind, Result};
use crate::text;

// Readable on black and on white: yellow and cyan are not.
const RED: &str = "\x1b[1;31m";
const MAGENTA: &str = "\x1b[1;35m";
const BOLD: &str = "\x1b[1m";
const RESET: &str = "\x1b[0m";

/// The colour of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Color {
    /// The terminal's own.
    Plain,
    /// Worth knowing.
    Bold,
    /// Probably not meant.
    Magenta,
    /// Broken.
    Red,
}

/// Where lines go.
pub struct Printer {
    bars: MultiProgress,
    interactive: bool,
    terse: bool,
}

impl Default for Printer {
    fn default() -> Self {
        // A dumb terminal cannot move its cursor, so it gets plain lines.
        let dumb = env::os(TERM).is_none_or(|term| term == "dumb");
        let interactive = io::stderr().is_terminal() && !dumb;
        let target = if interactive { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        Printer { bars: MultiProgress::with_draw_target(target), interactive, terse: false }
    }
}

impl Printer {
    /// The same terminal for work that nobody asked for by name: steps are left out.
    #[must_use]
    pub fn terse(&self) -> Self {
        Printer { bars: self.bars.clone(), interactive: self.interactive, terse: true }
    }

    /// Data: a line on stdout.
    pub fn data(&self, line: &str) -> Result<()> {
        let line = whole(line, AutoStream::choice(&io::stdout()));
        self.bars.suspend(|| io::stdout().write_all(line.as_bytes())).map_err(unwritten)
    }

    /// A word for a line of data, filled up with blanks to a width.
    pub fn colored(word: &str, width: usize, color: Color) -> String {
        let blanks = " ".repeat(width.saturating_sub(word.chars().count()));
        match color {
            Color::Plain => format!("{word}{blanks}"),
            Color::Bold => format!("{BOLD}{word}{RESET}{blanks}"),
            Color::Magenta => format!("{MAGENTA}{word}{RESET}{blanks}"),
            Color::Red => format!("{RED}{word}{RESET}{blanks}"),
        }
    }

    /// Data: a path, byte by byte as it is.
    pub fn path(&self, path: &Path) -> Result<()> {
        let line = [path.as_os_str().as_bytes(), b"\n"].concat();
        self.bars.suspend(|| io::stdout().write_all(&line)).map_err(unwritten)
    }

    /// Data: a table, cut to the width of the terminal where stdout is one.
    pub fn table<const N: usize>(&self, head: [&str; N], rows: &[[String; N]]) -> Result<()> {
        self.data(&table::lines(head, rows, width()).join("\n"))
    }

    /// The same without a head.
    pub fn rows<const N: usize>(&self, rows: &[[String; N]]) -> Result<()> {
        if rows.is_empty() { Ok(()) } else { self.data(&table::plain(rows, width()).join("\n")) }
    }

    /// Talk: a line on stderr.
    pub fn say(&self, line: &str) {
        self.line(&text::visible(line));
    }

    /// A step of the work that was asked for: a line on stderr.
    pub fn step(&self, line: &str) {
        if !self.terse {
            self.say(line);
        }
    }

    /// Nobody can be told that it could not be written.
    fn line(&self, line: &str) {
        let line = whole(line, AutoStream::choice(&io::stderr()));
        self.bars.suspend(|| drop(io::stderr().write_all(line.as_bytes())));
    }

    /// Something that the user should know but need not act on; left out where only one line is wanted.
    pub fn note(&self, line: &str) {
        if self.terse {
            return;
        }
        self.line(&format!("{BOLD}note:{RESET} {}", text::visible(line)));
    }

    /// Something that is probably not meant.
    pub fn warn(&self, line: &str) {
        self.line(&format!("{MAGENTA}warning:{RESET} {}", text::visible(line)));
    }

    /// What to type next.
    pub fn hint(&self, line: &str) {
        self.line(&format!("{BOLD}hint:{RESET} {}", text::visible(line)));
    }

    /// A question whose answer may be yes or no, and is yes where it is empty; none without a terminal.
    pub fn ask(&self, question: &str) -> Result<Option<bool>> {
        if !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
            return Ok(None);
        }
        self.say(&format!("{question} [Y/n]"));
        let mut answer = String::new();
        let length = io::stdin().read_line(&mut answer);
        let length = length.map_err(|error| Error::store("could not read the answer", error))?;
        Ok(Some(length > 0 && matches!(answer.trim().to_ascii_lowercase().as_str(), "" | "y" | "yes")))
    }

    /// An error with its details and hints.
    pub fn error(&self, error: &Error) {
        let text = error.report().replace("\nhint:", &format!("\n{BOLD}hint:{RESET}"));
        self.line(&format!("{RED}error:{RESET} {text}"));
    }

    /// Whether bars are drawn, in place of a line for each phase.
    pub fn is_interactive(&self) -> bool {
        self.interactive
    }

    /// Where bars are drawn.
    pub fn bars(&self) -> &MultiProgress {
        &self.bars
    }
}

/// A line that is written at once, so that nothing from elsewhere gets into it.
fn whole(line: &str, choice: ColorChoice) -> String {
    match choice {
        ColorChoice::Never => format!("{}\n", strip_str(line)),
        _ => format!("{line}\n"),
    }
}

fn unwritten(error: io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::BrokenPipe => Error::new(Kind::ClosedPipe, "stdout was closed"),
        _ => Error::store("could not write to stdout", error),
    }
}

/// The width of the terminal that stdout is.
fn width() -> Option<usize> {
    terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| usize::from(width.0))
}

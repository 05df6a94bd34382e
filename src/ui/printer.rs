//! Lines on stdout and stderr. Colours are left out where `NO_COLOR` is set or the stream is no terminal.

use std::io::{self, IsTerminal, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::{Arc, Mutex};

use anstream::adapter::strip_str;
use anstream::{AutoStream, ColorChoice};
use console::Term;
use indicatif::{MultiProgress, ProgressDrawTarget};
use serde_json::Value;

use super::color::Color;
use super::table::{self, Cell};
use super::wrap;
use crate::env::{self, TERM};
use crate::error::{Error, Kind, Result};
use crate::os::threads::lock;
use crate::text;

/// Writes lines to stdout and stderr, above the progress bars where some are drawn.
#[derive(Clone)]
pub struct Printer {
    bars: MultiProgress,
    /// Whether stderr is a terminal that can move its cursor.
    is_interactive: bool,
    verbosity: Verbosity,
    /// The lines for stderr that wait for [`Printer::release`]; `None` where they are written at once.
    held: Arc<Mutex<Option<String>>>,
}

/// How much is written to stderr.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Verbosity {
    /// Errors, with their hints, and warnings.
    Quiet,
    /// All but notes and steps.
    Terse,
    /// All.
    Full,
}

impl Default for Printer {
    fn default() -> Self {
        let can_move_cursor = env::os(TERM).is_some_and(|term| term != "dumb");
        let is_interactive = io::stderr().is_terminal() && can_move_cursor;
        let target = if is_interactive { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        Printer {
            bars: MultiProgress::with_draw_target(target),
            is_interactive,
            verbosity: Verbosity::Full,
            held: Arc::default(),
        }
    }
}

impl Printer {
    /// A printer that leaves out notes and steps, for an install that another command needs. It draws its bars
    /// together with those of `self`.
    #[must_use]
    pub fn terse(&self) -> Self {
        Printer { verbosity: self.verbosity.min(Verbosity::Terse), ..self.clone() }
    }

    /// A printer that holds back its lines for stderr until they are released, so that those of two installs at once do
    /// not mix. It draws its bars together with those of `self`.
    #[must_use]
    pub fn held(&self) -> Self {
        Printer { held: Arc::new(Mutex::new(Some(String::new()))), ..self.clone() }
    }

    /// Writes the lines that were held back, and from now on each line at once.
    pub fn release(&self) {
        // Locked until they are written, so that no later line comes before them.
        let mut held = lock(&self.held);
        if let Some(lines) = held.take() {
            self.bars.suspend(|| drop(io::stderr().write_all(lines.as_bytes())));
        }
    }

    /// A printer that writes only data, errors and warnings, and draws no bars.
    #[must_use]
    pub fn quiet(&self) -> Self {
        let bars = MultiProgress::with_draw_target(ProgressDrawTarget::hidden());
        Printer { bars, verbosity: Verbosity::Quiet, ..self.clone() }
    }

    /// Whether the user wants to see errors and warnings alone. A command then leaves out what it would show of its
    /// own accord, such as a plan that it carries out at once.
    pub fn is_quiet(&self) -> bool {
        self.verbosity == Verbosity::Quiet
    }

    /// Writes a line of data to stdout.
    pub fn data(&self, line: &str) -> Result<()> {
        let line = whole(line, AutoStream::choice(&io::stdout()));
        self.bars.suspend(|| io::stdout().write_all(line.as_bytes())).map_err(unwritten)
    }

    /// Writes JSON to stdout as a line, whose texts do nothing to a terminal.
    pub fn json(&self, value: &Value) -> Result<()> {
        self.data(&text::visible_json(&value.to_string()))
    }

    /// Writes a path to stdout as a line, byte by byte as it is.
    pub fn path(&self, path: &Path) -> Result<()> {
        let line = [path.as_os_str().as_bytes(), b"\n"].concat();
        self.bars.suspend(|| io::stdout().write_all(&line)).map_err(unwritten)
    }

    /// Writes a line for people to stdout. On a terminal paths are short, and no line is broken inside of a word.
    pub fn text(&self, line: &str) -> Result<()> {
        self.text_behind("", line)
    }

    /// Writes a line for people to stdout as [`Printer::text`] does; what is broken off begins below the text, and not
    /// below what is `before` it.
    pub fn text_behind(&self, before: &str, text: &str) -> Result<()> {
        match columns(&Term::stdout()) {
            Some(width) => self.data(&wrap::wrapped_behind(before, &short(text), width)),
            None => self.data(&format!("{before}{text}")),
        }
    }

    /// Writes a command, or words about one, behind `before` to stdout, with its paths as they are. A command is never
    /// broken into lines, because each of them would run alone where it is pasted.
    pub fn command_behind(&self, before: &str, command: &str) -> Result<()> {
        match columns(&Term::stdout()) {
            Some(width) => self.data(&wrap::whole_behind(before, command, width)),
            None => self.data(&format!("{before}{command}")),
        }
    }

    /// Writes a table with a head to stdout, as wide as the terminal where stdout is one. A last column in which no
    /// row has a word is left out.
    pub fn table<const N: usize, C: Clone + Into<Cell>>(
        &self,
        mut head: [&str; N],
        rows: &[[C; N]],
    ) -> Result<()> {
        let mut rows: Vec<[Cell; N]> = rows.iter().map(|row| row.clone().map(Into::into)).collect();
        if let Some(last) = head.last_mut().filter(|_| rows.iter().all(|row| row[N - 1].text.is_empty())) {
            *last = "";
        }
        rows.insert(0, head.map(Cell::from));
        self.rows(&rows)
    }

    /// Writes a table without a head to stdout, as wide as the terminal where stdout is one; without rows nothing.
    pub fn rows<const N: usize, C: Clone + Into<Cell>>(&self, rows: &[[C; N]]) -> Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        let columns = columns(&Term::stdout());
        let cell = |cell: C| {
            let Cell { text, color } = cell.into();
            Cell { text: if columns.is_some() { short(&text) } else { text }, color }
        };
        let rows: Vec<[Cell; N]> = rows.iter().map(|row| row.clone().map(cell)).collect();
        self.data(&table::lines(&rows, columns).join("\n"))
    }

    /// Writes a line to stderr, unless this is a quiet printer.
    pub fn say(&self, line: &str) {
        if self.verbosity > Verbosity::Quiet {
            self.line(&text::visible(line));
        }
    }

    /// Writes a line to stderr that tells how far a command is; a terse printer leaves it out.
    pub fn step(&self, line: &str) {
        if self.verbosity > Verbosity::Terse {
            self.say(line);
        }
    }

    /// Writes to stderr what the user should know but need not act on; a terse printer leaves it out.
    pub fn note(&self, line: &str) {
        if self.verbosity > Verbosity::Terse {
            self.labelled(Color::Bold, "note:", line);
        }
    }

    /// Writes to stderr what is probably not what the user wants. Of an error it is the [body](Error::body), as where
    /// the command fails with it.
    pub fn warn(&self, line: &str) {
        self.labelled(Color::Magenta, "warning:", line);
    }

    /// Writes to stderr what to type next, unless this is a quiet printer.
    pub fn hint(&self, line: &str) {
        if self.verbosity > Verbosity::Quiet {
            self.labelled(Color::Bold, "hint:", line);
        }
    }

    /// Writes an error with its details and hints to stderr.
    pub fn error(&self, error: &Error) {
        self.labelled(Color::Red, "error:", &error.body());
        error.hints().iter().for_each(|hint| self.labelled(Color::Bold, "hint:", hint));
    }

    fn labelled(&self, color: Color, label: &str, line: &str) {
        self.line(&format!("{} {}", color.paint(label), text::visible(line)));
    }

    /// Writes to stderr, or holds the line back. A failure is ignored, because there is no other place to report it.
    fn line(&self, line: &str) {
        let line = match columns(&Term::stderr()) {
            Some(width) => wrap::wrapped(&short(line), width),
            None => short(line),
        };
        let line = whole(&line, AutoStream::choice(&io::stderr()));
        let mut held = lock(&self.held);
        if let Some(held) = &mut *held {
            held.push_str(&line);
            return;
        }
        self.bars.suspend(|| drop(io::stderr().write_all(line.as_bytes())));
    }

    /// Asks a question that is answered by yes or no; `default` is the answer of a user who only presses Enter.
    /// `None` where stdin or stderr is no terminal.
    pub fn ask(&self, question: &str, default: bool) -> Result<Option<bool>> {
        if !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
            return Ok(None);
        }
        let choice = if default { "[Y/n]" } else { "[y/N]" };
        self.line(&text::visible(&format!("{question} {choice}")));
        let mut answer = String::new();
        let length = io::stdin().read_line(&mut answer);
        let length = length.map_err(|error| Error::store("could not read the answer", error))?;
        Ok(Some(match answer.trim().to_ascii_lowercase().as_str() {
            "" => default && length > 0,
            answer => matches!(answer, "y" | "yes"),
        }))
    }

    /// Whether stderr is a terminal that can move its cursor: then bars are drawn, in place of a line for each phase.
    pub(super) fn is_interactive(&self) -> bool {
        self.is_interactive
    }

    /// The bars above which this printer writes.
    pub fn bars(&self) -> &MultiProgress {
        &self.bars
    }
}

/// The number of columns, where the stream is a terminal.
fn columns(term: &Term) -> Option<usize> {
    term.size_checked().map(|(_, columns)| usize::from(columns))
}

/// The text with `~` for the user's folder.
fn short(text: &str) -> String {
    text::with_tilde(text, env::user_home().as_deref())
}

/// The line with its line feed, in one piece so that one write takes it, and without colours where none are wanted.
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

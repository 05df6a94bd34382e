//! A choice among rows on the terminal: letters filter, arrows move, Enter chooses, Esc chooses nothing. It is drawn
//! on stderr, because stdout is for the answer.

use std::io::{self, IsTerminal};
use std::{process, thread};

use console::Term;
use dialoguer::FuzzySelect;
use dialoguer::theme::SimpleTheme;
use rustix::termios::{self, LocalModes, OptionalActions, Termios};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::{Handle, Signals};

use super::printer::Printer;
use super::table;
use crate::error::{Error, Result};

/// The terminal columns that [`SimpleTheme`] puts before a row: `> `.
const MARK: usize = 2;

/// Whether stdin is a terminal to read keys from, and stderr one that can move its cursor.
pub fn is_possible(printer: &Printer) -> bool {
    printer.is_interactive() && io::stdin().is_terminal()
}

/// Lets the user choose one of the rows, whose first cells differ: its index, or none after Esc. A signal ends the
/// program with the terminal restored, as does Ctrl-C.
pub fn choose<const N: usize>(prompt: &str, rows: &[[String; N]]) -> Result<Option<usize>> {
    let term = Term::stderr();
    let columns = usize::from(term.size().1);
    let lines = table::lines(rows, None).into_iter().map(|line| fitted(&line, columns));
    let raw_mode = RawMode::new().map_err(|error| Error::store("could not prepare the terminal", error))?;
    let select = FuzzySelect::with_theme(&SimpleTheme).with_prompt(prompt).items(lines).default(0);
    let chosen = select.report(false).interact_on_opt(&term).map_err(io::Error::from);
    if chosen.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::Interrupted) {
        // `FuzzySelect` has raised SIGINT for Ctrl-C, and the thread of [`RawMode`] ends the program.
        loop {
            thread::park();
        }
    }
    drop(raw_mode);
    chosen.map_err(|error| Error::store("could not read from the terminal", error))
}

/// The row, cut at the end to what [`FuzzySelect`] draws in one line. It counts a row of more bytes than the terminal
/// has columns as several lines, and would erase too many when it draws anew.
fn fitted(row: &str, columns: usize) -> String {
    let widths = (0..columns.saturating_sub(MARK)).rev();
    let mut cuts = widths.map(|width| table::cut(row, width).into_owned());
    cuts.find(|cut| cut.len() <= columns).unwrap_or_default()
}

/// Restores the terminal when it is dropped, and when a signal ends the program before that.
struct RawMode {
    modes: Termios,
    signals: Handle,
}

impl RawMode {
    /// Lets keys arrive one by one and unseen until the value is dropped. [`FuzzySelect`] sets these modes only while
    /// it waits for a key, and a Ctrl-C that is typed while it draws should be a key to it, too.
    fn new() -> io::Result<Self> {
        let modes = termios::tcgetattr(io::stdin())?;
        let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])?;
        let raw_mode = RawMode { modes: modes.clone(), signals: signals.handle() };
        thread::Builder::new().spawn(move || {
            while !signals.is_closed() {
                // After any signal `FuzzySelect` raises SIGINT, which is therefore the cause only where it is alone.
                if let Some(signal) = signals.wait().max_by_key(|signal| *signal != SIGINT) {
                    end(signal, &modes);
                }
            }
        })?;
        let mut keys = raw_mode.modes.clone();
        keys.local_modes.remove(LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG);
        termios::tcsetattr(io::stdin(), OptionalActions::Drain, &keys)?;
        Ok(raw_mode)
    }
}

impl Drop for RawMode {
    fn drop(&mut self) {
        self.signals.close();
        restore(&self.modes);
    }
}

/// Sets the modes of the terminal and shows its cursor. Failures are ignored: after SIGHUP there is no terminal.
fn restore(modes: &Termios) {
    let _ = termios::tcsetattr(io::stdin(), OptionalActions::Now, modes);
    let _ = Term::stderr().show_cursor();
}

#[expect(clippy::exit, reason = "the main thread waits for a key and cannot be told to return")]
fn end(signal: i32, modes: &Termios) -> ! {
    let _ = Term::stderr().write_line("");
    restore(modes);
    process::exit(128 + signal)
}

#[cfg(test)]
mod tests {
    use super::fitted;

    #[test]
    fn rows_are_cut_to_the_columns_and_bytes_that_a_line_has_room_for() {
        for (row, columns, expected) in [
            ("1.22.4", 80, "1.22.4"),
            ("1.22.4", 9, "1.22.4"),
            ("1.22.4", 8, "1.22…"),
            ("漢字漢字", 12, "漢字漢字"),
            ("漢字漢字", 11, "漢字…"),
            ("漢字漢字", 8, "漢…"),
            ("1.22.4", 0, ""),
        ] {
            assert_eq!(fitted(row, columns), expected, "{row:?} in {columns}");
        }
    }
}

//! A choice on the terminal: type to filter, arrows, Enter; Esc chooses nothing. It is drawn on stderr, so that
//! stdout stays free for the answer.

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

/// What stands before a row.
const MARK: usize = 2;

/// Whether somebody is there to choose, and the terminal can move its cursor.
pub fn is_possible(printer: &Printer) -> bool {
    printer.is_interactive() && io::stdin().is_terminal()
}

/// Lets a person choose one of these rows, which differ; none for Esc. Ctrl-C ends the program.
pub fn choose<const N: usize>(prompt: &str, rows: &[[String; N]]) -> Result<Option<usize>> {
    let term = Term::stderr();
    // The library counts lines, and a row that wraps would be counted wrongly.
    let width = usize::from(term.size().1).saturating_sub(MARK + 1);
    let lines = table::lines(rows, Some(width)).into_iter().map(|line| table::cut(&line, width).into_owned());
    let failed = |error| Error::store("could not read from the terminal", error);
    let guard = Guard::new().map_err(failed)?;
    let select = FuzzySelect::with_theme(&SimpleTheme).with_prompt(prompt).items(lines).default(0);
    let chosen = select.report(false).interact_on_opt(&term).map_err(io::Error::from);
    if chosen.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::Interrupted) {
        // By a signal, so the guard's thread ends the program.
        loop {
            thread::park();
        }
    }
    drop(guard);
    chosen.map_err(failed)
}

/// The terminal as it was, put right whatever ends the choice.
struct Guard {
    modes: Termios,
    signals: Handle,
}

impl Guard {
    /// Keys come as they are typed, also those that come while the rows are drawn: Ctrl-C is one of them, which
    /// the library then raises as a signal.
    fn new() -> io::Result<Self> {
        let modes = termios::tcgetattr(io::stdin())?;
        let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])?;
        let guard = Guard { modes: modes.clone(), signals: signals.handle() };
        thread::spawn(move || {
            while !signals.is_closed() {
                // The library raises INT itself after any other signal.
                if let Some(signal) = signals.wait().max_by_key(|signal| *signal != SIGINT) {
                    end(signal, &modes);
                }
            }
        });
        let mut keys = guard.modes.clone();
        keys.local_modes.remove(LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG);
        termios::tcsetattr(io::stdin(), OptionalActions::Drain, &keys)?;
        Ok(guard)
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.signals.close();
        restore(&self.modes);
    }
}

fn restore(modes: &Termios) {
    let _ = termios::tcsetattr(io::stdin(), OptionalActions::Now, modes);
    let _ = Term::stderr().show_cursor();
}

#[expect(clippy::exit, reason = "the other thread waits for a key")]
fn end(signal: i32, modes: &Termios) -> ! {
    let _ = Term::stderr().write_line("");
    restore(modes);
    process::exit(128 + signal)
}

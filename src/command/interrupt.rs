//! What gox does when SIGINT, SIGTERM or SIGHUP arrives while it changes the store or judges a commit: it removes what
//! is in staging and what waits to take the place of a file, ends the tools of the gate, says in one line that it was
//! interrupted, and ends with the exit code 128 + the signal's number.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use indicatif::MultiProgress;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::error::{Error, Result};
use crate::fs::write;
use crate::gate;
use crate::os::signals::is_ignored;
use crate::source::partial;
use crate::store::staging;
use crate::ui::printer::Printer;

static INTERRUPTED: AtomicBool = AtomicBool::new(false);
static WATCHED: AtomicBool = AtomicBool::new(false);

/// Watches for the signals from now on, once for all that a command does. Not for those that gox was started with as
/// ignored: `nohup gox install` goes on when its terminal is closed.
pub fn watch(printer: &Printer) -> Result<()> {
    if WATCHED.swap(true, Ordering::SeqCst) {
        return Ok(());
    }
    let failed = |error| Error::store("could not watch for signals", error);
    let mut wanted = Vec::new();
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        if !is_ignored(signal).map_err(failed)? {
            wanted.push(signal);
        }
    }
    let mut signals = Signals::new(wanted).map_err(failed)?;
    let bars = printer.bars().clone();
    let wait = move || {
        if let Some(signal) = signals.forever().next() {
            INTERRUPTED.store(true, Ordering::SeqCst);
            let was_gate = gate::abandon();
            let has_replaced = write::abandon();
            let unchanged = match staging::abandon() || has_replaced {
                true => "",
                false if was_gate => "; nothing was changed",
                false => "; the store is as it was",
            };
            end(signal, unchanged, &bars);
        }
    };
    // Not `thread::spawn`, which panics where no more threads are allowed.
    thread::Builder::new().spawn(wait).map(drop).map_err(failed)
}

#[expect(clippy::exit, reason = "the other threads are in the middle of their work")]
fn end(signal: i32, unchanged: &str, bars: &MultiProgress) -> ! {
    // This fails where the terminal was closed, which is what SIGHUP means.
    let _ = bars.clear();
    // The lock is held until the process ends, so that no other thread prints anything after this line.
    let mut last_word = io::stderr().lock();
    let goes_on = if partial::is_kept() {
        "; the next run goes on from what is downloaded, if the server can"
    } else {
        ""
    };
    let _ = writeln!(last_word, "interrupted{unchanged}{goes_on}");
    std::process::exit(128 + signal)
}

/// Stops this thread for good once a signal has arrived. Its files have been removed then, and it would print
/// errors about them.
pub fn settle() {
    while INTERRUPTED.load(Ordering::SeqCst) {
        thread::park();
    }
}

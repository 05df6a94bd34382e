//! INT, TERM and HUP during an install: staging is removed, one line says so, and the exit code is 128 and
//! the signal's number.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::{fs, thread};

use indicatif::MultiProgress;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::error::{Error, Result};
use crate::store::staging;
use crate::ui::printer::Printer;

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Watches for the signals from now on, but for those that whoever started gox wants ignored, as nohup does.
pub fn watch(printer: &Printer) -> Result<()> {
    let ignored = ignored();
    let wanted = [SIGINT, SIGTERM, SIGHUP].into_iter().filter(|signal| ignored >> (signal - 1) & 1 == 0);
    let signals = Signals::new(wanted);
    let mut signals = signals.map_err(|error| Error::store("could not watch for signals", error))?;
    let bars = printer.bars().clone();
    thread::spawn(move || {
        if let Some(signal) = signals.forever().next() {
            INTERRUPTED.store(true, Ordering::SeqCst);
            staging::abandon();
            end(signal, &bars);
        }
    });
    Ok(())
}

/// The signals that are ignored already, a bit each; none where the system does not tell.
fn ignored() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}

#[expect(clippy::exit, reason = "the other threads are in the middle of their work")]
fn end(signal: i32, bars: &MultiProgress) -> ! {
    // The terminal may be gone: that is what HUP says.
    let _ = bars.clear();
    // Held to the end, so that no thread says anything after it.
    let mut last_word = io::stderr().lock();
    let _ = writeln!(last_word, "interrupted; the store is as it was");
    std::process::exit(128 + signal)
}

/// Holds the thread that would print errors about files that [`watch`] has just removed.
pub fn settle() {
    while INTERRUPTED.load(Ordering::SeqCst) {
        thread::park();
    }
}

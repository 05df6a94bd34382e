//! INT, TERM and HUP during an install: staging is removed, one line says so, and the exit code is 128 and
//! the signal's number.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::error::{Error, Result};
use crate::store::staging;

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Watches for the signals from now on.
pub fn watch() -> Result<()> {
    let signals = Signals::new([SIGINT, SIGTERM, SIGHUP]);
    let mut signals = signals.map_err(|error| Error::store("could not watch for signals", error))?;
    thread::spawn(move || {
        if let Some(signal) = signals.forever().next() {
            INTERRUPTED.store(true, Ordering::SeqCst);
            staging::abandon();
            end(signal);
        }
    });
    Ok(())
}

#[expect(clippy::exit, clippy::print_stderr, reason = "the other threads are in the middle of their work")]
fn end(signal: i32) -> ! {
    eprintln!("interrupted; nothing was installed");
    std::process::exit(128 + signal)
}

/// Holds the thread that would print errors about files that [`watch`] has just removed.
pub fn settle() {
    while INTERRUPTED.load(Ordering::SeqCst) {
        thread::park();
    }
}

//! What the tests stand on: a sandbox that runs the real binaries, and the servers, archives and
//! checksum databases that those binaries meet. Nothing here touches a real network, and nothing
//! sleeps: whoever waits, waits for an event, with a limit that only a hang can reach.

#![allow(dead_code, reason = "a toolbox: the tests that need a part of it come and go")]

pub(crate) mod archives;
pub(crate) mod command;
pub(crate) mod diff;
pub(crate) mod dl;
pub(crate) mod gate;
pub(crate) mod lines;
pub(crate) mod loopback;
pub(crate) mod proxies;
pub(crate) mod proxy;
pub(crate) mod raw;
pub(crate) mod redact;
pub(crate) mod response;
pub(crate) mod running;
pub(crate) mod sandbox;
pub(crate) mod server;
pub(crate) mod sumdb;
pub(crate) mod tls;
pub(crate) mod tree;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long anything may take before a test calls it a hang.
pub(crate) const LIMIT: Duration = Duration::from_secs(120);

/// Held by whoever writes a program or starts one. A file that is open for writing cannot be run,
/// and a child that another thread starts meanwhile holds the open file until its own exec.
pub(crate) fn programs() -> MutexGuard<'static, ()> {
    static PROGRAMS: Mutex<()> = Mutex::new(());
    // Another test's failure is no reason to fail here.
    PROGRAMS.lock().unwrap_or_else(PoisonError::into_inner)
}

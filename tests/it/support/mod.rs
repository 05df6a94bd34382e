//! What the tests stand on: a sandbox that runs the real binaries, and the servers, archives and
//! checksum databases that those binaries meet. Nothing here touches a real network, and nothing
//! sleeps: whoever waits, waits for an event, with a limit that only a hang can reach.

#![allow(dead_code, reason = "a toolbox: the tests that need a part of it come and go")]

pub(crate) mod archives;
pub(crate) mod command;
pub(crate) mod diff;
pub(crate) mod dl;
pub(crate) mod fifo;
pub(crate) mod gate;
pub(crate) mod lines;
pub(crate) mod loopback;
pub(crate) mod mount;
pub(crate) mod proxies;
pub(crate) mod proxy;
pub(crate) mod pty;
pub(crate) mod raw;
pub(crate) mod real_go;
pub(crate) mod recorded;
pub(crate) mod redact;
pub(crate) mod response;
pub(crate) mod rows;
pub(crate) mod runner;
pub(crate) mod running;
pub(crate) mod sandbox;
pub(crate) mod schema;
pub(crate) mod server;
pub(crate) mod strace;
pub(crate) mod sumdb;
pub(crate) mod tls;
pub(crate) mod tree;
pub(crate) mod vulndb;

use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};
use std::time::{Duration, Instant};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

/// How long anything may take before a test calls it a hang.
pub(crate) const LIMIT: Duration = Duration::from_secs(120);

/// Returns when something on disk that another process writes is so: it asks again and again.
pub(crate) fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let end = Instant::now() + LIMIT;
    while !is_so() {
        assert!(Instant::now() < end, "it never came to be that {what}");
        std::thread::yield_now();
    }
}

/// Makes signals arrive at the programs that tests start, although whoever started the tests ignores
/// them (`nohup`, a job in the background of a script): what is ignored here would be ignored there.
pub(crate) fn signals_arrive() {
    static DONE: Once = Once::new();
    DONE.call_once(|| {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        let ignored = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
        for signal in [SIGHUP, SIGINT, SIGTERM] {
            if ignored & (1 << (signal - 1)) != 0 {
                // A handler of any kind: children start with the default in its place.
                signal_hook::flag::register(signal, Arc::default()).unwrap();
            }
        }
    });
}

/// Held by whoever writes a program or starts one. A file that is open for writing cannot be run,
/// and a child that another thread starts meanwhile holds the open file until its own exec.
pub(crate) fn programs() -> MutexGuard<'static, ()> {
    static PROGRAMS: Mutex<()> = Mutex::new(());
    // Another test's failure is no reason to fail here.
    PROGRAMS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether tests may do without what has to come over the network.
pub(crate) fn is_offline() -> bool {
    std::env::var_os("GOX_TEST_OFFLINE").is_some_and(|value| value == "1")
}

/// Set where nobody may mount, such as in some containers: nothing else lets a test that mounts pass without.
const NO_MOUNTS: &str = "GOX_TEST_NO_MOUNTS";

/// Whether a test may mount, by how its attempt to do so ended.
pub(crate) fn can_mount(attempt: &running::Output) -> bool {
    let allowed = std::env::var_os(NO_MOUNTS).is_some_and(|value| value == "1");
    let can = attempt.code() == 0;
    assert!(can || allowed, "{}\n(where nobody may mount: {NO_MOUNTS}=1)", attempt.stderr);
    can
}

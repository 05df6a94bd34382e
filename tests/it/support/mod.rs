//! What the tests stand on: a sandbox that runs the real binaries, and the servers, archives and
//! checksum databases that those binaries meet. Nothing here touches a real network, and nothing
//! sleeps: whoever waits, waits for an event, with a limit that only a hang can reach.

#![allow(dead_code, reason = "a toolbox: the tests that need a part of it come and go")]

pub(crate) mod gate;
pub(crate) mod loopback;
pub(crate) mod proxies;
pub(crate) mod response;
pub(crate) mod server;
pub(crate) mod tls;

use std::time::Duration;

/// How long anything may take before a test calls it a hang.
pub(crate) const LIMIT: Duration = Duration::from_secs(120);

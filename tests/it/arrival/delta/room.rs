//! How much room the disk must have: for what is written, whatever is linked.

use super::{Upgrade, ZIP, cc_range, honest};
use crate::support::lines;
use crate::support::mount;
use crate::support::response::Response;

/// Runs it with so much room in the store. The download stands still, so that it has not come far when the end is
/// there; then it is taken up.
fn run(upgrade: &Upgrade, kib: usize, line: &str) -> Option<(i32, String)> {
    let size = "used=$(df -k --output=used $store | tail -1)";
    let line = format!("{size}; mount -o remount,size=$((used + {kib}))k $store; {line}");
    let variables = [("GOPROXY", upgrade.proxy.server.url()), ("GOSUMDB", upgrade.proxy.sumdb.verifier())];
    let command = mount::shell(&upgrade.sandbox, "exec", &line)?.envs(variables);
    let run = command.env("GOX_SOURCES", "proxy").env("GOX_TIMEOUT", "1").run();
    Some((run.code(), run.stderr))
}

#[test]
fn what_is_linked_needs_no_room() {
    let upgrade = Upgrade::new(honest);
    let Some((code, stderr)) = run(&upgrade, 5000, "gox install 1.99.1") else { return };
    assert_eq!(code, 0, "{stderr}");
    assert!(stderr.contains(" downloaded, the rest from go1.99.0\n"), "{stderr}");
}

#[test]
fn what_is_written_does() {
    let upgrade = Upgrade::new(honest);
    let Some((code, stderr)) = run(&upgrade, 400, "gox install 1.99.1") else { return };
    assert_eq!(code, 6, "{stderr}");
    // Packed and unpacked, without what had come by then, and with small files.
    let error = "error: not enough space in `[HOME]`: about 3.";
    assert!(stderr.contains(error) && stderr.contains(" MB are needed"), "{stderr}");
    assert!(!upgrade.proxy.ranges().contains(&cc_range()));
}

/// The packed bytes that are still to come, whether the zip is listed beforehand or not.
#[test]
fn without_a_delta_all_that_comes_does() {
    let upgrade = Upgrade::new(honest);
    let Some((code, stderr)) = run(&upgrade, 2000, "gox install --no-delta 1.99.1") else { return };
    assert_eq!(code, 6, "{stderr}");
    let error = "error: not enough space in `[HOME]`: about 12.";
    assert!(stderr.contains(error) && stderr.contains(" MB are needed"), "{stderr}");

    let upgrade = Upgrade::new(|request| match request.header("range") {
        Some(range) if range.ends_with('-') => honest(request),
        _ => Response::status(404, "no"),
    });
    let Some((code, stderr)) = run(&upgrade, 2000, "gox install 1.99.1") else { return };
    let needed = format!("error: not enough space in `[HOME]`: about {} are needed", lines::bytes(ZIP.len()));
    assert_eq!(code, 6, "{stderr}");
    assert!(stderr.contains(&needed), "{stderr}");
}

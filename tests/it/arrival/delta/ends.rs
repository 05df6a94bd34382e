//! Downloads that break off after the last byte that is needed: nobody misses what did not come.

use std::fs;

use super::{NEW, Upgrade, ZIP, answer, cc_range, end, honest, path, tail_range};
use crate::support::gate::Gate;
use crate::support::response::{Fault, Response};
use crate::support::rows::side_by_side;
use crate::support::wait_until;

/// The download waits for more bytes when it turns out that it has enough.
#[test]
fn a_download_that_has_all_that_is_needed_may_break() {
    let table = [
        ("its connection closes at the last of them", 0, true),
        ("its connection closes behind that", 1000, true),
        ("silence at the last of them", 0, false),
        ("silence behind that", 1000, false),
    ];
    side_by_side(table, |(name, more, closes)| {
        let (tail, rest) = (Gate::new(), Gate::new());
        let (length, all) = (end() + more, u64::try_from(ZIP.len()).unwrap());
        let first = answer(&ZIP[..length]).content_length(all).fault(Fault::StallAfter(length, rest.clone()));
        let late = answer(ZIP.as_slice()).fault(Fault::StallHead(tail.clone()));
        let upgrade = Upgrade::new(|_| unreachable!());
        upgrade.proxy.server.handle(path(), move |request| match request.header("range") {
            None => first.clone(),
            Some(range) if range == tail_range(&ZIP) => late.clone(),
            Some(range) if range.ends_with('-') => Response::status(404, "gone"),
            Some(_) => honest(request),
        });
        let timeout = if closes { "30" } else { "5" };
        let running = upgrade.command("install 1.99.1").env("GOX_TIMEOUT", timeout).spawn();
        let part = format!("cache/partial/{}.zip.part", NEW.module_version());
        let part = upgrade.sandbox.home().join(part);
        wait_until("all of it came", || fs::read(&part).is_ok_and(|bytes| bytes.len() == length));
        tail.open();
        let is_over = || upgrade.proxy.ranges().contains(&cc_range()) || running.stderr().contains("error: ");
        wait_until("a range is asked for", is_over);
        if closes {
            rest.open();
        }
        let run = running.wait();
        assert_eq!(run.code(), 0, "{name}: {}", run.stderr);
        assert!(!run.stderr.contains("note: "), "{name}: {}", run.stderr);
        assert_eq!(upgrade.proxy.ranges(), ["-", &cc_range(), &tail_range(&ZIP)], "{name}");
        upgrade.is_whole();
    });
}

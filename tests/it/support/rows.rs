//! Rows of a table that wait for pauses and time-outs more than they compute.

use std::thread;

/// Checks each row in a thread of its own; one that fails, fails the test.
pub(crate) fn side_by_side<T: Send>(rows: impl IntoIterator<Item = T>, check: impl Fn(T) + Sync) {
    let check = &check;
    thread::scope(|scope| {
        for row in rows {
            scope.spawn(move || check(row));
        }
    });
}

//! The end of a module zip, with its central directory, asked for beside the download of the whole.

use super::packed::Tail;
use super::structure::{END, end_record};
use crate::source::side::Side;

/// Bytes that are asked for at first. They hold the central directory of every toolchain so far: Go 1.27 has 1.8 MB.
const EXPECTED: u64 = 2 << 20;
/// Limit in bytes for the tail: a central directory that is longer is that of no toolchain.
const MAX_TAIL: u64 = 4 << 20;
/// Zips of fewer bytes are not worth a second connection.
const MIN_ZIP: u64 = 4 * EXPECTED;

/// Fetches the tail of a zip, if the server gives it and the zip can be that of a toolchain.
pub(super) fn fetch(side: &Side) -> Option<Tail> {
    let start = side.total.checked_sub(EXPECTED).filter(|_| side.total >= MIN_ZIP)?;
    let bytes = side.bytes(start..side.total)?;
    let directory = end_record(bytes.last_chunk::<END>()?, side.total).ok()?.offset;
    if directory >= start {
        return Some(Tail { start, bytes });
    }
    if side.total - directory > MAX_TAIL {
        return None;
    }
    let missing = side.bytes(directory..start)?;
    Some(Tail { start: directory, bytes: [missing, bytes].concat() })
}

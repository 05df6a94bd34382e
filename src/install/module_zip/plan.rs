//! Which bytes of a zip are still fetched, when a donor has the rest: the download goes on as long as it meets any
//! soon, and the others come by ranges on the second connection.

use std::ops::Range;

/// Files that are no further apart are fetched together: a request of its own costs more than that on most links.
const MIN_GAP: u64 = 64 << 10;
/// Limit in bytes for a range, which is held in memory until it is complete.
const MAX_RANGE: u64 = 4 << 20;
/// Limit of ranges. A plan that needs more is dropped.
const MAX_RANGES: usize = 64;

/// The bytes that are fetched.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Plan {
    /// Where the download ends.
    pub(super) end: u64,
    /// What comes by ranges, in order.
    pub(super) ranges: Vec<Range<u64>>,
}

impl Plan {
    /// The plan for files at these places, in order, of a zip of which `arrived` bytes are there and those from `tail`
    /// on as well. `delay` is the number of bytes that come in the time of a request. `None` if it saves less than a
    /// tenth of the time.
    pub(super) fn new(
        files: impl Iterator<Item = Range<u64>>,
        arrived: u64,
        tail: u64,
        delay: u64,
    ) -> Option<Self> {
        let mut end = arrived;
        let mut runs: Vec<Range<u64>> = Vec::new();
        for file in files.map(|file| file.start..file.end.min(tail)).take_while(|file| file.start < tail) {
            let last = runs.last_mut().map_or(&mut end, |run| &mut run.end);
            if file.start.saturating_sub(*last) <= MIN_GAP.max(delay) {
                *last = file.end.max(*last);
            } else {
                runs.push(file);
            }
        }
        let ranges: Vec<_> = runs.into_iter().flat_map(pieces).collect();
        let asked: u64 = ranges.iter().map(|range| range.end - range.start + delay).sum();
        let is_worth = 10 * asked.max(end - arrived) <= 9 * tail.saturating_sub(arrived);
        (is_worth && ranges.len() <= MAX_RANGES).then_some(Plan { end, ranges })
    }
}

/// A range in pieces of at most [`MAX_RANGE`] bytes.
fn pieces(range: Range<u64>) -> impl Iterator<Item = Range<u64>> {
    let starts = range.clone().step_by(usize::try_from(MAX_RANGE).unwrap_or(usize::MAX));
    starts.map(move |start| start..range.end.min(start + MAX_RANGE))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{MAX_RANGE, Plan};

    proptest! {
        /// Each byte of each file comes, and none comes twice.
        #[test]
        fn what_is_fetched_covers_the_files(
            files in proptest::collection::vec((0..9_000_000_u64, 1..300_000_u64), 0..20),
            arrived in 0..50_000_000_u64,
            more in 0..50_000_000_u64,
            delay in 0..2_000_000_u64,
        ) {
            let (mut at, mut places) = (0, Vec::new());
            for (gap, length) in files {
                places.push(at + gap..at + gap + length);
                at += gap + length;
            }
            let tail = arrived + more;
            let Some(plan) = Plan::new(places.iter().cloned(), arrived, tail, delay) else { return Ok(()) };
            prop_assert!(arrived <= plan.end && plan.end <= tail.max(arrived));
            let mut last = plan.end;
            for range in &plan.ranges {
                prop_assert!(last <= range.start && range.start < range.end && range.end <= tail, "{plan:?}");
                prop_assert!(range.end - range.start <= MAX_RANGE);
                last = range.end;
            }
            let fetched = |byte: u64| byte < plan.end || byte >= tail || plan.ranges.iter().any(|range| range.contains(&byte));
            for place in &places {
                prop_assert!(fetched(place.start) && fetched(place.end - 1), "{place:?} {plan:?}");
            }
        }
    }
}

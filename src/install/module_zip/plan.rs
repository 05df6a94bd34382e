//! Which bytes of a zip are still fetched, when a donor has the rest: the download goes on as long as it meets any
//! soon, and the others come by ranges on the second connection.

use std::ops::Range;

/// Files that are no further apart are fetched together: a request of its own costs more than that on most links.
const MIN_GAP: u64 = 64 << 10;
/// The download reads on over bytes that nobody needs if behind them it gets at least so many times as many that are
/// needed. The programs lie in two runs, with a megabyte between them that seldom changes. Both connections are taken
/// to share one link: then it does not matter by which of them bytes come, and a request is saved.
const READ_ON: u64 = 16;
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
        let (mut needed, mut needless, mut last) = (0, 0, end);
        // Where the download may end, each with the number of runs before it.
        let mut ends = vec![(end, 0)];
        for (run, met) in runs.iter().zip(1..) {
            needless += run.start - last;
            needed += run.end - run.start;
            last = run.end;
            if READ_ON * needless <= needed {
                ends.push((last, met));
            }
        }
        let is_worth = |end: u64, ranges: &[Range<u64>]| {
            let asked: u64 = ranges.iter().map(|range| range.end - range.start + delay).sum();
            10 * asked.max(end - arrived) <= 9 * tail.saturating_sub(arrived)
        };
        let mut plans = ends.into_iter().rev().map(|(end, met)| (end, &runs[met..]));
        let (end, ranges) =
            plans.find(|(end, ranges)| ranges.len() <= MAX_RANGES && is_worth(*end, ranges))?;
        Some(Plan { end, ranges: ranges.to_vec() })
    }
}

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use proptest::prelude::*;

    use super::{Plan, READ_ON};

    const MB: u64 = 1_000_000;

    /// As two patch releases are: programs, a megabyte of other files, the tools, and small files far apart.
    #[test]
    fn the_download_reads_on_to_what_is_much_longer() {
        let plan = |files: &[Range<u64>]| {
            let Plan { end, ranges } = Plan::new(files.iter().cloned(), MB, 70 * MB, 0).unwrap();
            (end, ranges)
        };
        let small = 50 * MB..51 * MB;
        assert_eq!(plan(&[0..9 * MB, 10 * MB..36 * MB, small.clone()]), (36 * MB, vec![small.clone()]));
        let between = 9_500_000..9_501_000;
        assert_eq!(plan(&[0..9 * MB, between, 10 * MB..36 * MB]), (36 * MB, vec![]));
        let long = 10 * MB..10 * MB + READ_ON * MB;
        assert_eq!(plan(&[0..9 * MB, long.clone()]), (long.end, vec![]));
        let short = 10 * MB..10 * MB + READ_ON * MB - 1;
        assert_eq!(plan(&[0..9 * MB, short.clone(), small.clone()]), (9 * MB, vec![short, small]));
    }

    /// To the last file that is missing it would be more than nine tenths of the way.
    #[test]
    fn the_download_reads_on_only_as_far_as_that_saves_time() {
        let plan = |files: &[Range<u64>]| {
            let Plan { end, ranges } = Plan::new(files.iter().cloned(), 0, 100 * MB, MB)?;
            Some((end, ranges))
        };
        let (second, third) = (41_500_000..73 * MB, 74_200_000..92 * MB);
        assert_eq!(plan(&[0..40 * MB, second.clone(), third.clone()]), Some((second.end, vec![third])));
        let second = 41_500_000..92 * MB;
        assert_eq!(plan(&[0..40 * MB, second.clone()]), Some((40 * MB, vec![second])));
        assert_eq!(plan(&[0..40 * MB, 40 * MB..92 * MB]), None);
    }

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
                last = range.end;
            }
            let fetched = |byte: u64| byte < plan.end || byte >= tail || plan.ranges.iter().any(|range| range.contains(&byte));
            for place in &places {
                prop_assert!(fetched(place.start) && fetched(place.end - 1), "{place:?} {plan:?}");
            }
        }
    }
}

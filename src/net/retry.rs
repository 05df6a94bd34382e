//! When a failed request is made again, after which pause, and how often.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use super::failure::Failure;

/// How often a request is made again after the first attempt, and how often a broken transfer is resumed.
pub const RETRIES: u32 = 4;

/// A retry that may help. It holds the pause that the server wants before it, if it said so.
pub struct Retry(Option<Duration>);

impl Retry {
    /// A retry, if `may_pass` holds for one of the failures. Of the pauses that their servers want, the longest
    /// counts.
    pub fn after<'a>(
        failures: impl IntoIterator<Item = &'a Failure>,
        may_pass: impl Fn(&Failure) -> bool,
    ) -> Option<Self> {
        let passing = failures.into_iter().filter(|failure| may_pass(failure));
        passing.map(Failure::retry_after).reduce(Option::max).map(Retry)
    }
}

/// Calls `ask` until it succeeds, fails with an error for which `worthwhile` gives no retry, or has failed
/// [`RETRIES`] times after the first.
pub fn retry<T, E>(
    mut ask: impl FnMut() -> Result<T, E>,
    worthwhile: impl Fn(&E) -> Option<Retry>,
) -> Result<T, E> {
    let mut failures = 0;
    loop {
        let error = match ask() {
            Err(error) if failures < RETRIES => error,
            answer => return answer,
        };
        let Some(Retry(retry_after)) = worthwhile(&error) else { return Err(error) };
        std::thread::sleep(pause(failures, retry_after));
        failures += 1;
    }
}

/// The pause before the next retry: what the server wants, else about 0.2 s, doubled after each failure. That is
/// varied at random by up to half, so that many clients do not come back at the same moment.
pub fn pause(failures: u32, retry_after: Option<Duration>) -> Duration {
    if let Some(wanted) = retry_after {
        return wanted;
    }
    let base = 200_u64 << failures.min(8);
    Duration::from_millis(base / 2 + RandomState::new().hash_one(failures) % base)
}

#[cfg(test)]
mod tests {
    use super::{RETRIES, Retry, pause, retry};
    use crate::net::failure::{Cause, Failure};
    use std::time::Duration;
    use url::Url;

    fn status(status: u16, retry_after: Option<u64>) -> Failure {
        let cause = Cause::Status { status, reason: "later".into(), retry_after };
        Failure::new(&Url::parse("https://a.example/").unwrap(), cause)
    }

    #[test]
    fn the_longest_pause_of_those_that_may_pass_counts() {
        let wanted = |seconds: &[Option<u64>]| {
            let failures: Vec<_> = seconds.iter().map(|seconds| status(503, *seconds)).collect();
            Retry::after(&failures, Failure::is_transient)
                .map(|Retry(pause)| pause.map(|pause| pause.as_secs()))
        };
        assert_eq!(wanted(&[]), None);
        assert_eq!(wanted(&[None]), Some(None));
        assert_eq!(wanted(&[Some(2), None, Some(30), Some(0)]), Some(Some(30)));
    }

    #[test]
    fn who_may_be_asked_again_and_when() {
        let table = [
            (503, None, true, None),
            (503, Some(0), true, Some(0)),
            (429, Some(30), true, Some(30)),
            (429, Some(31), false, None),
            (429, Some(u64::MAX), false, None),
            (404, Some(1), false, None),
            (403, None, false, None),
            (501, None, false, None),
        ];
        for (code, seconds, transient, pause) in table {
            let failure = status(code, seconds);
            let found = (failure.is_transient(), failure.retry_after().map(|pause| pause.as_secs()));
            assert_eq!(found, (transient, pause), "{code} {seconds:?}");
        }
    }

    #[test]
    fn pauses_grow_and_are_spread() {
        for (failures, base) in [200_u64, 400, 800, 1600].into_iter().enumerate() {
            for _ in 0..20 {
                let pause = pause(u32::try_from(failures).unwrap(), None);
                let range = Duration::from_millis(base / 2)..Duration::from_millis(base * 3 / 2);
                assert!(range.contains(&pause), "{failures}: {pause:?}");
            }
        }
    }

    #[test]
    fn it_ends_with_an_answer_or_when_a_retry_is_in_vain() {
        let count = |good_at: u32, vain_at: u32| {
            let mut asked = 0;
            let ask = || {
                asked += 1;
                if asked == good_at { Ok(()) } else { Err(asked) }
            };
            let worthwhile = |asked: &u32| (*asked != vain_at).then_some(Retry(Some(Duration::ZERO)));
            let answer = retry(ask, worthwhile);
            (answer.is_ok(), asked)
        };
        assert_eq!(count(1, 0), (true, 1));
        assert_eq!(count(3, 0), (true, 3));
        assert_eq!(count(0, 2), (false, 2));
        assert_eq!(count(0, 0), (false, 1 + RETRIES));
    }
}

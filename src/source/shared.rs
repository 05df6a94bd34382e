//! An answer of the network that several parts of a run need: it is asked for once.

use std::sync::{Arc, Mutex, OnceLock};

use crate::net::failure::Failure;
use crate::os::threads::lock;

/// A failure that may be the answer.
pub(super) trait MayBeAnswer {
    /// Whether the server has answered, and would do so again: there is nothing of that name.
    fn is_answer(&self) -> bool;
}

impl MayBeAnswer for Failure {
    fn is_answer(&self) -> bool {
        self.is_absent()
    }
}

/// The answer to one question.
pub(super) struct Shared<T, E = Failure> {
    asked: Mutex<Arc<OnceLock<Result<T, E>>>>,
}

impl<T, E> Default for Shared<T, E> {
    fn default() -> Self {
        Shared { asked: Mutex::default() }
    }
}

impl<T: Clone, E: Clone + MayBeAnswer> Shared<T, E> {
    /// The answer, which is kept. While one part of the run asks, others wait for the same. After a failure that says
    /// nothing the question is asked again.
    pub(super) fn get(&self, ask: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        let asked = lock(&self.asked).clone();
        let answer = asked.get_or_init(ask).clone();
        if answer.as_ref().is_err_and(|failure| !failure.is_answer()) {
            let mut current = lock(&self.asked);
            if Arc::ptr_eq(&current, &asked) {
                *current = Arc::default();
            }
        }
        answer
    }

    /// The answer, if there is one by now.
    pub(super) fn known(&self) -> Option<T> {
        lock(&self.asked).get()?.as_ref().ok().cloned()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::sync::Barrier;
    use std::thread;

    use super::{MayBeAnswer, Shared};

    #[derive(Clone, Debug, PartialEq)]
    enum Error {
        Absent,
        Broken(u32),
    }

    impl MayBeAnswer for Error {
        fn is_answer(&self) -> bool {
            *self == Error::Absent
        }
    }

    #[test]
    fn answers_are_kept_and_failures_that_say_nothing_are_not() {
        let asked = Cell::new(0);
        let ask = |answer: Result<u8, Error>| {
            asked.set(asked.get() + 1);
            answer
        };
        let shared = Shared::default();
        assert_eq!(shared.get(|| ask(Err(Error::Broken(1)))), Err(Error::Broken(1)));
        assert_eq!(shared.known(), None);
        assert_eq!(shared.get(|| ask(Ok(7))), Ok(7));
        assert_eq!(shared.get(|| ask(Ok(8))), Ok(7));
        assert_eq!((shared.known(), asked.get()), (Some(7), 2));
        let absent = Shared::<u8, Error>::default();
        assert_eq!(absent.get(|| ask(Err(Error::Absent))), Err(Error::Absent));
        assert_eq!(absent.get(|| ask(Ok(9))), Err(Error::Absent));
        assert_eq!((absent.known(), asked.get()), (None, 3));
    }

    #[test]
    fn who_comes_while_another_asks_gets_the_same_failure() {
        let (shared, both) = (Shared::<u8, Error>::default(), Barrier::new(2));
        thread::scope(|scope| {
            let first = scope.spawn(|| {
                shared.get(|| {
                    both.wait();
                    both.wait();
                    Err(Error::Broken(1))
                })
            });
            both.wait();
            let second = scope.spawn(|| {
                // It asks itself if the first is over before it comes.
                shared.get(|| Err(Error::Broken(2)))
            });
            both.wait();
            assert_eq!(first.join().unwrap(), Err(Error::Broken(1)));
            assert!(second.join().unwrap().is_err());
        });
    }
}

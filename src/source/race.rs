//! One answer from several sources: the next source is asked when one fails, and also when one has not answered
//! for a second. The first answer counts.

use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// How long to wait for one source before the next is asked as well: most answers take well under a second, and an
/// install should not wait longer for a source that may be down.
const NEXT_SOURCE_AFTER: Duration = Duration::from_secs(1);

/// A question to one source.
pub type Ask<T, E> = Arc<dyn Fn() -> Result<T, E> + Send + Sync>;

/// The result of a race.
pub struct Outcome<T, E> {
    /// The first answer, with the index of its question.
    pub answer: Option<(usize, T)>,
    /// The failures until then, each with the index of its question, in the order in which they came.
    pub failures: Vec<(usize, E)>,
}

/// Asks in order until there is an answer. A question that is overtaken ends in its thread, without effect.
pub fn first<T, E>(asks: Vec<Ask<T, E>>) -> Outcome<T, E>
where
    T: Send + 'static,
    E: Send + 'static,
{
    let (sender, receiver) = mpsc::channel();
    let mut waiting = asks.into_iter().enumerate();
    let mut running = 0;
    let mut failures = Vec::new();
    loop {
        let next = waiting.next();
        let exhausted = next.is_none();
        if let Some((index, ask)) = next {
            running += 1;
            // Sending fails only when another answer has won and the receiver is gone.
            let sender = sender.clone();
            let answer = move || drop(sender.send((index, ask())));
            // If no thread can be started, ask on this one.
            if thread::Builder::new().spawn(answer.clone()).is_err() {
                answer();
            }
        }
        if running == 0 {
            return Outcome { answer: None, failures };
        }
        let message = if exhausted {
            receiver.recv().map_err(|_| RecvTimeoutError::Disconnected)
        } else {
            receiver.recv_timeout(NEXT_SOURCE_AFTER)
        };
        match message {
            Ok((index, Ok(answer))) => return Outcome { answer: Some((index, answer)), failures },
            Ok((index, Err(error))) => {
                running -= 1;
                failures.push((index, error));
            }
            Err(RecvTimeoutError::Timeout) => {}
            // A question panicked.
            Err(RecvTimeoutError::Disconnected) => return Outcome { answer: None, failures },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{self, Receiver};
    use std::sync::{Arc, Mutex};

    use super::{Ask, first};

    /// Answers 1 when `release` receives, and fails when its sender is dropped.
    fn waiting(release: Receiver<()>) -> Ask<u8, &'static str> {
        let release = Mutex::new(release);
        Arc::new(move || release.lock().unwrap().recv().map(|()| 1).map_err(|_| "released"))
    }

    #[test]
    fn the_next_is_asked_when_one_fails() {
        let asks: Vec<Ask<u8, &str>> = vec![
            Arc::new(|| Err("first")),
            Arc::new(|| Err("second")),
            Arc::new(|| Ok(7)),
            Arc::new(|| panic!("not asked")),
        ];
        let outcome = first(asks);
        assert_eq!(outcome.answer, Some((2, 7)));
        assert_eq!(outcome.failures, [(0, "first"), (1, "second")]);
    }

    #[test]
    fn a_slow_source_is_overtaken_and_may_still_serve() {
        let (release, released) = mpsc::channel::<()>();
        let outcome = first(vec![waiting(released), Arc::new(|| Ok(2))]);
        assert_eq!((outcome.answer, outcome.failures.len()), (Some((1, 2)), 0));
        drop(release);

        let (release, released) = mpsc::channel::<()>();
        let outcome = first(vec![
            waiting(released),
            Arc::new(move || {
                let _ = release.send(());
                Err("second")
            }),
        ]);
        // The failure of the second source may arrive after the answer of the first.
        assert_eq!(outcome.answer, Some((0, 1)));
    }

    #[test]
    fn without_sources_there_is_no_answer() {
        let outcome = first::<u8, u8>(Vec::new());
        assert!(outcome.answer.is_none() && outcome.failures.is_empty());
    }
}

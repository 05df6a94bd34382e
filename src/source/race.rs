//! One answer from several sources: the next source is asked when one fails, and also when one has not answered
//! for a second. The first answer counts.

use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// How long to wait for one source before the next is asked as well: an answer usually takes well under a second,
/// and nobody should wait longer for a source that may be down.
const NEXT_SOURCE_AFTER: Duration = Duration::from_secs(1);

/// Something that may answer.
pub type Ask<T, E> = Arc<dyn Fn() -> Result<T, E> + Send + Sync>;

/// What came of a race.
pub struct Outcome<T, E> {
    /// The index of the one that answered, with its answer.
    pub answer: Option<(usize, T)>,
    /// Why others did not, in the order in which they gave up.
    pub failures: Vec<(usize, E)>,
}

/// Asks them. One that is overtaken goes on in its thread and is forgotten.
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
            // The receiver is gone when another has served already.
            let sender = sender.clone();
            let answer = move || drop(sender.send((index, ask())));
            // Where no thread can be started, all are asked here, one after the other.
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
            // Only where one panicked: nobody is left who could answer.
            Err(RecvTimeoutError::Disconnected) => return Outcome { answer: None, failures },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{self, Receiver};
    use std::sync::{Arc, Mutex};

    use super::{Ask, first};

    /// Silent until the sender of the other end is gone or sends.
    fn silent(silence: Receiver<()>) -> Ask<u8, &'static str> {
        let silence = Mutex::new(silence);
        Arc::new(move || silence.lock().unwrap().recv().map(|()| 1).map_err(|_| "released"))
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
    fn a_silent_one_is_overtaken_and_may_still_serve() {
        let (release, silence) = mpsc::channel::<()>();
        let outcome = first(vec![silent(silence), Arc::new(|| Ok(2))]);
        assert_eq!((outcome.answer, outcome.failures.len()), (Some((1, 2)), 0));
        drop(release);

        let (release, silence) = mpsc::channel::<()>();
        let outcome = first(vec![
            silent(silence),
            Arc::new(move || {
                let _ = release.send(());
                Err("second")
            }),
        ]);
        // The failure of the second may come after the answer that it let through.
        assert_eq!(outcome.answer, Some((0, 1)));
    }

    #[test]
    fn nobody_answers() {
        let outcome = first::<u8, u8>(Vec::new());
        assert!(outcome.answer.is_none() && outcome.failures.is_empty());
    }
}

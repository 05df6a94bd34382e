//! Several sources, one answer: the next is asked when one fails, and also when one is silent for a
//! second; the first that answers serves.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

/// How long one source may be silent before the next is asked too.
const PATIENCE: Duration = Duration::from_secs(1);

/// Something that may answer.
pub type Attempt<T, E> = Box<dyn FnOnce() -> Result<T, E> + Send>;

/// What came of a race.
pub struct Outcome<T, E> {
    /// The index of the attempt that answered, with its answer.
    pub answer: Option<(usize, T)>,
    /// Why others did not, in the order in which they gave up.
    pub failures: Vec<(usize, E)>,
}

/// Runs the attempts. One that is overtaken goes on in its thread and is forgotten.
pub fn first<T, E>(attempts: Vec<Attempt<T, E>>) -> Outcome<T, E>
where
    T: Send + 'static,
    E: Send + 'static,
{
    let (sender, receiver) = mpsc::channel();
    let mut waiting = attempts.into_iter().enumerate();
    let mut running = 0;
    let mut failures = Vec::new();
    loop {
        let next = waiting.next();
        let exhausted = next.is_none();
        if let Some((index, attempt)) = next {
            let sender = sender.clone();
            running += 1;
            // The receiver is gone when another attempt has served already.
            std::thread::spawn(move || drop(sender.send((index, attempt()))));
        }
        if running == 0 {
            return Outcome { answer: None, failures };
        }
        let message = if exhausted {
            receiver.recv().map_err(|_| RecvTimeoutError::Disconnected)
        } else {
            receiver.recv_timeout(PATIENCE)
        };
        match message {
            Ok((index, Ok(answer))) => return Outcome { answer: Some((index, answer)), failures },
            Ok((index, Err(error))) => {
                running -= 1;
                failures.push((index, error));
            }
            Err(RecvTimeoutError::Timeout) => {}
            // Only when an attempt panicked: nobody is left who could answer.
            Err(RecvTimeoutError::Disconnected) => return Outcome { answer: None, failures },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Attempt, first};
    use std::sync::mpsc;

    #[test]
    fn the_next_is_asked_when_one_fails() {
        let attempts: Vec<Attempt<u8, &str>> = vec![
            Box::new(|| Err("first")),
            Box::new(|| Err("second")),
            Box::new(|| Ok(7)),
            Box::new(|| panic!("not asked")),
        ];
        let outcome = first(attempts);
        assert_eq!(outcome.answer, Some((2, 7)));
        assert_eq!(outcome.failures, [(0, "first"), (1, "second")]);
    }

    #[test]
    fn a_silent_one_is_overtaken_and_may_still_serve() {
        let (release, silence) = mpsc::channel::<()>();
        let silent: Attempt<u8, &str> = Box::new(move || silence.recv().map(|()| 1).map_err(|_| "released"));
        let outcome = first(vec![silent, Box::new(|| Ok(2))]);
        assert_eq!((outcome.answer, outcome.failures.len()), (Some((1, 2)), 0));
        drop(release);

        let (release, silence) = mpsc::channel::<()>();
        let slow: Attempt<u8, &str> = Box::new(move || silence.recv().map(|()| 1).map_err(|_| "released"));
        let outcome = first(vec![
            slow,
            Box::new(move || {
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

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

/// The first answer, and the failures until then in the order in which they came, each with the name of its question.
pub type Race<N, T, E> = (Option<(N, T)>, Vec<(N, E)>);

/// Asks named questions in order until there is an answer. A question that is overtaken ends in its thread, without
/// effect.
pub fn first<N, T, E>(asks: Vec<(N, Ask<T, E>)>) -> Race<N, T, E>
where
    N: Clone + Send + 'static,
    T: Send + 'static,
    E: Send + 'static,
{
    let (sender, receiver) = mpsc::channel();
    let (mut sender, mut waiting) = (Some(sender), asks.into_iter());
    let mut failures = Vec::new();
    loop {
        let mut patience = Duration::MAX;
        if let Some(((name, ask), sender)) = waiting.next().zip(sender.clone()) {
            patience = NEXT_SOURCE_AFTER;
            // Sending fails only when another answer has won and the receiver is gone.
            let answer = move || drop(sender.send((name, ask())));
            // If no thread can be started, ask on this one.
            if thread::Builder::new().spawn(answer.clone()).is_err() {
                answer();
            }
        } else {
            sender = None;
        }
        match receiver.recv_timeout(patience) {
            Ok((name, Ok(answer))) => return (Some((name, answer)), failures),
            Ok((name, Err(error))) => failures.push((name, error)),
            Err(RecvTimeoutError::Timeout) => {}
            // Every question has been asked, and has ended.
            Err(RecvTimeoutError::Disconnected) => return (None, failures),
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

    fn numbered(asks: Vec<Ask<u8, &'static str>>) -> Vec<(usize, Ask<u8, &'static str>)> {
        asks.into_iter().enumerate().collect()
    }

    #[test]
    fn the_next_is_asked_when_one_fails() {
        let asks: Vec<Ask<u8, &str>> = vec![
            Arc::new(|| Err("first")),
            Arc::new(|| Err("second")),
            Arc::new(|| Ok(7)),
            Arc::new(|| panic!("not asked")),
        ];
        let (answer, failures) = first(numbered(asks));
        assert_eq!(answer, Some((2, 7)));
        assert_eq!(failures, [(0, "first"), (1, "second")]);
    }

    #[test]
    fn a_slow_source_is_overtaken_and_may_still_serve() {
        let (release, released) = mpsc::channel::<()>();
        let (answer, failures) = first(numbered(vec![waiting(released), Arc::new(|| Ok(2))]));
        assert_eq!((answer, failures.len()), (Some((1, 2)), 0));
        drop(release);

        let (release, released) = mpsc::channel::<()>();
        let (answer, _) = first(numbered(vec![
            waiting(released),
            Arc::new(move || {
                let _ = release.send(());
                Err("second")
            }),
        ]));
        // The failure of the second source may arrive after the answer of the first.
        assert_eq!(answer, Some((0, 1)));
    }

    #[test]
    fn without_sources_there_is_no_answer() {
        assert_eq!(first::<u8, u8, u8>(Vec::new()), (None, Vec::new()));
    }
}

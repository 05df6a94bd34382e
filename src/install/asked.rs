//! A question that is asked while the download runs, so that the install waits for its answer only where it needs it.

use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread;
use std::time::Duration;

use crate::os::threads::lock;

/// A question, and its answer once it has one.
pub struct Asked<T> {
    answer: OnceLock<T>,
    state: Mutex<State<T>>,
}

enum State<T> {
    /// A thread asks. It runs on, without effect, if the `Asked` is dropped.
    Running(Receiver<T>),
    /// The first call of [`Asked::wait`] asks.
    Later(Box<dyn FnOnce() -> T + Send>),
    /// The question has been asked, or its answer was known.
    Done,
}

impl<T: Send + 'static> Asked<T> {
    /// Asks in a new thread, or as [`Asked::later`] if none can be started.
    pub fn ask(question: impl FnOnce() -> T + Send + 'static) -> Self {
        let (sender, receiver) = mpsc::channel();
        let question = Arc::new(Mutex::new(Some(question)));
        let in_thread = question.clone();
        // Sending fails only if the install has failed meanwhile and dropped the receiver.
        let ask = move || drop(lock(&in_thread).take().map(|question| sender.send(question())));
        match thread::Builder::new().spawn(ask) {
            Ok(_) => Asked::in_state(State::Running(receiver)),
            Err(_) => Asked::in_state(match lock(&question).take() {
                Some(question) => State::Later(Box::new(question)),
                None => State::Done,
            }),
        }
    }

    /// Asks in the first call of [`Asked::wait`].
    pub fn later(question: impl FnOnce() -> T + Send + 'static) -> Self {
        Asked::in_state(State::Later(Box::new(question)))
    }

    /// A question whose answer is known.
    pub fn known(answer: T) -> Self {
        Asked { answer: OnceLock::from(answer), state: Mutex::new(State::Done) }
    }

    fn in_state(state: State<T>) -> Self {
        Asked { answer: OnceLock::new(), state: Mutex::new(state) }
    }

    /// Waits for the answer as long as it takes; `None` only if the question panicked.
    pub fn wait(&self) -> Option<&T> {
        let mut state = lock(&self.state);
        let answer = match std::mem::replace(&mut *state, State::Done) {
            State::Running(receiver) => receiver.recv().ok(),
            State::Later(question) => Some(question()),
            State::Done => None,
        };
        self.keep(answer)
    }

    /// Waits for the answer for at most `limit`. A question of [`Asked::later`] is not asked by this.
    pub fn within(&self, limit: Duration) -> Option<&T> {
        let state = lock(&self.state);
        let answer = match &*state {
            State::Running(receiver) => receiver.recv_timeout(limit).ok(),
            State::Later(_) | State::Done => None,
        };
        self.keep(answer)
    }

    fn keep(&self, answer: Option<T>) -> Option<&T> {
        match answer {
            Some(answer) => Some(self.answer.get_or_init(|| answer)),
            None => self.answer.get(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_received_once_and_kept() {
        let (sender, wanted) = mpsc::channel::<u8>();
        let asked = Asked::ask(move || wanted.recv().unwrap_or(0));
        assert_eq!(asked.within(Duration::ZERO), None);
        sender.send(7).unwrap();
        assert_eq!(
            (asked.wait(), asked.wait(), asked.within(Duration::ZERO)),
            (Some(&7), Some(&7), Some(&7))
        );
        assert_eq!(Asked::known(8).wait(), Some(&8));
    }

    #[test]
    fn a_later_question_is_asked_by_the_first_wait() {
        let asked = Asked::later(|| 7);
        assert_eq!(asked.within(Duration::ZERO), None);
        assert_eq!((asked.wait(), asked.within(Duration::ZERO)), (Some(&7), Some(&7)));
    }
}

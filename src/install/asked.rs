//! A question that is asked beside the download, so that nobody waits for its answer before it is needed.

use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::Duration;

/// A question under way. Its thread is left alone when nobody wants the answer any more.
pub struct Asked<T> {
    answer: OnceLock<T>,
    receiver: Mutex<Option<Receiver<T>>>,
}

impl<T: Send + 'static> Asked<T> {
    /// Asks in a thread of its own; here, where none can be started.
    pub fn ask(question: impl Fn() -> T + Clone + Send + 'static) -> Self {
        let (sender, receiver) = mpsc::channel();
        let in_thread = question.clone();
        // Nobody listens any more when the install has failed already.
        let started = thread::Builder::new().spawn(move || drop(sender.send(in_thread())));
        match started {
            Ok(_) => Asked { answer: OnceLock::new(), receiver: Mutex::new(Some(receiver)) },
            Err(_) => Asked::known(question()),
        }
    }

    /// A question whose answer is known.
    pub fn known(answer: T) -> Self {
        Asked { answer: OnceLock::from(answer), receiver: Mutex::new(None) }
    }

    /// The answer, waited for as long as it takes. None only where the question ended without one, by a panic.
    pub fn wait(&self) -> Option<&T> {
        self.receive(|receiver| receiver.recv().map_err(RecvTimeoutError::from))
    }

    /// The answer; none where it does not come in time.
    pub fn within(&self, limit: Duration) -> Option<&T> {
        self.receive(|receiver| receiver.recv_timeout(limit))
    }

    fn receive(&self, receive: impl FnOnce(&Receiver<T>) -> Result<T, RecvTimeoutError>) -> Option<&T> {
        let receiver = self.receiver.lock().unwrap_or_else(PoisonError::into_inner);
        if self.answer.get().is_none()
            && let Some(Ok(answer)) = receiver.as_ref().map(receive)
        {
            return Some(self.answer.get_or_init(|| answer));
        }
        self.answer.get()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_comes_once_and_stays() {
        let (sender, wanted) = mpsc::channel::<u8>();
        let wanted = std::sync::Arc::new(Mutex::new(wanted));
        let asked = Asked::ask(move || wanted.lock().unwrap().recv().unwrap_or(0));
        assert_eq!(asked.within(Duration::ZERO), None);
        sender.send(7).unwrap();
        assert_eq!((asked.wait(), asked.within(Duration::ZERO)), (Some(&7), Some(&7)));
        assert_eq!(Asked::known(8).wait(), Some(&8));
    }
}

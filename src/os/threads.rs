//! Work that several threads do at once.

use std::panic::resume_unwind;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, Scope, ScopedJoinHandle};

/// Runs `work` on this thread and beside it on others, one for each processor, at most `limit` in all; returns all
/// results. If no thread can be started, this one does everything: `work` has to take its next piece from a queue.
pub fn run<T: Send>(limit: usize, work: impl Fn() -> T + Sync) -> Vec<T> {
    let count = thread::available_parallelism().map_or(2, usize::from).clamp(1, limit);
    thread::scope(|scope| {
        let start = |_| thread::Builder::new().spawn_scoped(scope, &work).ok();
        let others: Vec<_> = (1..count).map_while(start).collect();
        let own = work();
        others.into_iter().map(join).chain([own]).collect()
    })
}

/// Work that a thread does or, if none starts, whoever waits for its result.
pub enum Task<'scope, T> {
    /// A thread does it.
    Thread(ScopedJoinHandle<'scope, T>),
    /// It is still to be done.
    Left(Box<dyn FnOnce() -> T + 'scope>),
}

impl<'scope, T: Send + 'scope> Task<'scope, T> {
    /// Starts a thread for `work`.
    pub fn start(scope: &'scope Scope<'scope, '_>, work: impl FnOnce() -> T + Send + 'scope) -> Self {
        let work = Arc::new(Mutex::new(Some(work)));
        let left = work.clone();
        let run = move || match lock(&work).take() {
            Some(work) => work(),
            None => unreachable!("it is done once"),
        };
        match thread::Builder::new().spawn_scoped(scope, run) {
            Ok(thread) => Task::Thread(thread),
            Err(_) => Task::Left(Box::new(move || match lock(&left).take() {
                Some(work) => work(),
                None => unreachable!("it is done once"),
            })),
        }
    }

    /// The result, once there is one.
    pub fn wait(self) -> T {
        match self {
            Task::Thread(thread) => join(thread),
            Task::Left(work) => work(),
        }
    }
}

/// Waits for the result of a thread, and panics if that has.
pub fn join<T>(thread: ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| resume_unwind(panic))
}

/// Locks a value that a panic in another thread leaves valid.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

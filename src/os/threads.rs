//! Work that several threads do at once.

use std::iter;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, Scope, ScopedJoinHandle};

/// Runs `work` on this thread and beside it on others, one for each processor, at most `limit` in all; returns all
/// results. If no thread can be started, this one does everything: `work` has to take its pieces from a [`Queue`].
pub fn run<T: Send>(limit: usize, work: impl Fn() -> T + Sync) -> Vec<T> {
    let count = thread::available_parallelism().map_or(2, usize::from).clamp(1, limit);
    thread::scope(|scope| {
        let start = |_| thread::Builder::new().spawn_scoped(scope, &work).ok();
        let others: Vec<_> = (1..count).map_while(start).collect();
        let own = work();
        others.into_iter().map(join).chain([own]).collect()
    })
}

/// Items of which each goes to one of several threads.
pub struct Queue<'a, T> {
    items: &'a [T],
    next: AtomicUsize,
}

impl<'a, T> Queue<'a, T> {
    /// A queue of these items.
    pub fn new(items: &'a [T]) -> Self {
        Queue { items, next: AtomicUsize::new(0) }
    }

    /// The items that this thread gets, with their indexes.
    pub fn take(&self) -> impl Iterator<Item = (usize, &'a T)> {
        iter::from_fn(|| {
            let index = self.next.fetch_add(1, Ordering::Relaxed);
            Some((index, self.items.get(index)?))
        })
    }
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
        let work = Mutex::new(Some(work));
        let run = Arc::new(move || match lock(&work).take() {
            Some(work) => work(),
            None => unreachable!("it is done once"),
        });
        let left = run.clone();
        match thread::Builder::new().spawn_scoped(scope, move || run()) {
            Ok(thread) => Task::Thread(thread),
            Err(_) => Task::Left(Box::new(move || left())),
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

/// A limit for what may be under way at a time.
pub struct Turns {
    limit: usize,
    taken: Mutex<usize>,
    freed: Condvar,
}

/// The right to have it under way, given back when dropped.
pub struct Turn(&'static Turns);

impl Turns {
    /// So many turns, all of them free.
    pub const fn new(limit: usize) -> Self {
        Turns { limit, taken: Mutex::new(0), freed: Condvar::new() }
    }

    /// Takes a turn if one is free.
    pub fn try_take(&'static self) -> Option<Turn> {
        let mut taken = lock(&self.taken);
        (*taken < self.limit).then(|| {
            *taken += 1;
            Turn(self)
        })
    }

    /// Takes a turn, and waits for one if none is free.
    pub fn take(&'static self) -> Turn {
        let taken = self.freed.wait_while(lock(&self.taken), |taken| *taken >= self.limit);
        *taken.unwrap_or_else(PoisonError::into_inner) += 1;
        Turn(self)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        *lock(&self.0.taken) -= 1;
        self.0.freed.notify_one();
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

#[cfg(test)]
mod tests {
    use std::thread;

    use super::Turns;

    /// Threads that panic, and closures that are dropped because no thread could be started, give theirs back.
    #[test]
    fn turns_are_given_back_whatever_becomes_of_the_work() {
        static TURNS: Turns = Turns::new(2);
        let first = TURNS.take();
        let second = TURNS.try_take().unwrap();
        assert!(TURNS.try_take().is_none(), "there are two");
        let panics = thread::spawn(move || {
            let _turn = first;
            panic!("it fails");
        });
        assert!(panics.join().is_err());
        drop(move || drop(second));
        let turns = [TURNS.try_take(), TURNS.try_take()];
        assert!(turns.iter().all(Option::is_some) && TURNS.try_take().is_none());
        let waits = thread::spawn(|| drop(TURNS.take()));
        drop(turns);
        waits.join().unwrap();
    }
}

//! The space that the installs of this process need beside each other.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};

use crate::os::threads::lock;

/// What the installs that are under way need, in bytes. Some of it may have been written already, so that this is the
/// most that they still take.
static TAKEN: Mutex<u64> = Mutex::new(0);
static GIVEN_BACK: Condvar = Condvar::new();

/// The space for an install, given back when dropped.
#[derive(Debug, Default)]
pub(super) struct Space(AtomicU64);

impl Space {
    /// Takes space, of which `look` tells how much is needed and how much is free. Where there is not enough beside the
    /// installs under way, it waits until one of them has written its tree or failed, and looks again. An install with
    /// space has all that it may need, and only looks: if it waited, another could wait for what it holds. The error
    /// has the two numbers of an install that has not enough even alone.
    pub(super) fn take(&self, mut look: impl FnMut() -> (u64, u64)) -> Result<(), (u64, u64)> {
        let mut taken = lock(&TAKEN);
        loop {
            let (needed, free) = look();
            let has_some = self.0.load(Ordering::Relaxed) > 0;
            let others = if has_some { 0 } else { *taken };
            if free >= others.saturating_add(needed) {
                if !has_some {
                    *taken += needed;
                    self.0.store(needed, Ordering::Relaxed);
                }
                return Ok(());
            }
            if others == 0 {
                return Err((needed, free));
            }
            taken = GIVEN_BACK.wait(taken).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Drop for Space {
    fn drop(&mut self) {
        *lock(&TAKEN) -= *self.0.get_mut();
        GIVEN_BACK.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::thread;

    use super::Space;

    /// One test, because the space is that of the whole process.
    #[test]
    fn who_finds_too_little_beside_others_waits_and_alone_fails() {
        let take = |look: &mut dyn FnMut() -> (u64, u64)| {
            let space = Space::default();
            space.take(look).map(|()| space)
        };
        let first = take(&mut || (60, 100)).unwrap();
        let beside = take(&mut || (40, 100)).unwrap();
        assert_eq!(first.take(|| (100, 100)), Ok(()), "who has space does not wait");
        assert_eq!(first.take(|| (101, 100)), Err((101, 100)));
        drop(beside);
        thread::scope(|scope| {
            let (sender, looked) = mpsc::channel();
            let second = scope.spawn(move || {
                // By then the first has written what it needed.
                let mut free = [100, 40].into_iter();
                let look = || {
                    sender.send(()).unwrap();
                    (60, free.next().unwrap())
                };
                // What it needs is known late.
                let space = Space::default();
                space.take(|| (0, 100)).unwrap();
                space.take(look).unwrap_err()
            });
            looked.recv().unwrap();
            drop(first);
            assert_eq!(second.join().unwrap(), (60, 40));
        });
        assert_eq!(take(&mut || (101, 100)).unwrap_err(), (101, 100));
        assert!(take(&mut || (100, 100)).is_ok());
    }
}

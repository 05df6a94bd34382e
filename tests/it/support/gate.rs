//! A gate between a test and an answer: the answer says that it has come, and waits until the test
//! lets it through. So a test can act in the middle of a download without a guess at its time.

use std::sync::{Arc, Condvar, Mutex};

use super::LIMIT;

/// Where a stalled answer waits until the test, or the end of the server, opens it.
#[derive(Clone, Default)]
pub(crate) struct Gate(Arc<(Mutex<GateState>, Condvar)>);

#[derive(Default)]
struct GateState {
    reached: bool,
    open: bool,
}

impl Gate {
    /// A closed gate.
    pub(crate) fn new() -> Self {
        Gate::default()
    }

    /// Waits until an answer stands before the gate.
    pub(crate) fn wait_reached(&self) {
        assert!(self.wait(|state| state.reached), "no request came to the gate");
    }

    /// Lets through what waits, and all that comes.
    pub(crate) fn open(&self) {
        self.change(|state| state.open = true);
    }

    /// The server's side: says that it is here, and waits.
    pub(super) fn pass(&self) {
        self.change(|state| state.reached = true);
        self.wait(|state| state.open);
    }

    fn change(&self, change: impl Fn(&mut GateState)) {
        change(&mut self.0.0.lock().unwrap());
        self.0.1.notify_all();
    }

    fn wait(&self, done: impl Fn(&GateState) -> bool) -> bool {
        let (state, changed) = &*self.0;
        let state = state.lock().unwrap();
        !changed.wait_timeout_while(state, LIMIT, |state| !done(state)).unwrap().1.timed_out()
    }
}

//! The way to a declared state, action by action. The record of it tells at each moment what is owed.

use super::action::{Action, Outcome, Task};
use super::owed::Owed;
use super::record::{self, Record};
use crate::error::Result;
use crate::setup::wants::Site;
use crate::store::layout::Home;

/// An attempt to reach a state. Until it has, its record says that it has not.
pub struct Attempt<'a> {
    home: Home,
    site: &'a Site,
    record: Record,
}

impl<'a> Attempt<'a> {
    /// Begins it, with what is owed so far. `record` is that of the state.
    pub fn begin(home: &Home, site: &'a Site, record: Record) -> Result<Self> {
        let owed = record::owed(home, record.file.as_ref());
        let mut attempt = Attempt { home: home.clone(), site, record: Record { owed, ..record } };
        attempt.settle()?;
        Ok(attempt)
    }

    /// Does an action by `work`, and notes how it ended.
    pub fn act(&mut self, action: &mut Action, work: impl FnOnce(&Action) -> Result<()>) -> Result<()> {
        let ended = self.noted(action, work);
        action.outcome = Outcome::of(&ended);
        ended
    }

    /// Does it between two notes: what it puts is known before it is there, what it gives back until it is gone.
    fn noted(&mut self, action: &Action, work: impl FnOnce(&Action) -> Result<()>) -> Result<()> {
        let mut owed = self.record.owed.clone();
        match (&action.task, &action.to) {
            (Task::Settings(key), Some(to)) => owed.note_setting(key, action.from.as_ref(), to),
            (Task::Setup(target), Some(_)) => owed.note_target(*target, self.site),
            (Task::Settings(_) | Task::Setup(_) | Task::GiveBack(..), _) => {}
            _ => return work(action),
        }
        self.owe(owed)?;
        let ended = work(action);
        ended.and(self.settle())
    }

    fn settle(&mut self) -> Result<()> {
        let mut owed = self.record.owed.clone();
        owed.settle(self.site)?;
        self.owe(owed)
    }

    fn owe(&mut self, owed: Owed) -> Result<()> {
        if owed == self.record.owed {
            return Ok(());
        }
        self.record.owed = owed;
        record::add(&self.home, &Record { done: false, ..self.record.clone() })
    }

    /// The state is reached.
    pub fn end(self) -> Result<()> {
        record::add(&self.home, &self.record)
    }

    /// Its record.
    pub fn record(&self) -> &Record {
        &self.record
    }
}

//! What the commands share: the world, the settings, the terminal.

use super::interrupt;
use crate::error::{Error, Kind, Result};
use crate::select::call::Call;
use crate::select::resolve;
use crate::select::selection::Selection;
use crate::select::trace::Trace;
use crate::select::world::World;
use crate::settings::Settings;
use crate::store::lock::Store;
use crate::store::projects;
use crate::ui::printer::Printer;

/// What every command has that works on a store.
pub(super) struct Context<'a> {
    /// Variables, directory, stores.
    pub world: World,
    /// The user's settings.
    pub settings: Settings,
    /// The terminal.
    pub printer: &'a Printer,
}

impl<'a> Context<'a> {
    /// Reads the settings and finds the stores.
    pub(super) fn read(printer: &'a Printer) -> Result<Self> {
        let settings = Settings::read(|warning| printer.warn(&warning))?;
        Ok(Context { world: World::process()?, settings, printer })
    }

    /// The user's own store, to be changed.
    pub(super) fn store(&self) -> Store<'_> {
        let waiting = |lock: &str| self.printer.say(&format!("waiting for another gox (`{lock}`)"));
        let lock_timeout = self.settings.lock_timeout;
        Store { home: self.world.home(), lock_timeout, waiting: Box::new(waiting) }
    }

    /// What `tool` runs in this directory. The folder of the file that decided is noted, so that prune keeps what it
    /// asks for. An error of the kind [`Kind::NotThere`] where nothing is selected.
    pub(super) fn select(&self, tool: &str, trace: &mut Trace) -> Result<Selection> {
        self.select_for(&Call::new(tool, &[]), trace)
    }

    /// What a call of a tool runs in this directory, noted as by [`Context::select`].
    pub(super) fn select_for(&self, call: &Call<'_>, trace: &mut Trace) -> Result<Selection> {
        let selection = resolve::trace(&self.world, call, trace)?;
        if let Some(folder) = selection.reason.folder() {
            projects::note(self.world.home(), folder);
        }
        Ok(selection)
    }

    /// What `go` runs in this directory; none where nothing is selected.
    pub(super) fn here(&self) -> Result<Option<Selection>> {
        match self.select("go", &mut Trace::default()) {
            Err(error) if error.kind() == Kind::NotThere => Ok(None),
            selection => selection.map(Some),
        }
    }

    /// Does the work for each item. All are tried: an error is printed, and the code of the first one is given.
    pub(super) fn each<T>(
        &self,
        items: impl IntoIterator<Item = T>,
        mut work: impl FnMut(T) -> Result<()>,
    ) -> u8 {
        let mut first = None;
        for item in items {
            if let Err(error) = work(item) {
                self.fail(&error);
                first.get_or_insert(error.kind().code());
            }
        }
        first.unwrap_or(0)
    }

    /// Prints an error after which the command goes on, unless the user has just interrupted it.
    pub(super) fn fail(&self, error: &Error) {
        interrupt::settle();
        self.printer.error(error);
    }
}

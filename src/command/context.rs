//! What the commands share: the environment and the stores, the settings, the terminal.

use super::interrupt;
use crate::audit::beside::Beside;
use crate::error::{Error, Kind, Result};
use crate::select::call::Call;
use crate::select::resolve;
use crate::select::selection::Selection;
use crate::select::trace::Trace;
use crate::select::world::World;
use crate::settings::Settings;
use crate::store::access;
use crate::store::lock::Store;
use crate::store::projects;
use crate::ui::printer::Printer;

/// The stores that a command cannot do without.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Needed {
    None,
    Own,
    All,
}

/// What each command is given that works on a store.
pub(super) struct Context<'a> {
    /// Environment variables, the current directory, and the stores.
    pub world: World,
    /// The user's settings.
    pub settings: Settings,
    /// The terminal.
    pub printer: &'a Printer,
    /// The refresh of the known vulnerabilities, beside a download.
    pub vulnerabilities: Beside,
}

impl<'a> Context<'a> {
    /// Reads the settings and finds the stores, for a command that goes on without one that cannot be read.
    pub(super) fn read(printer: &'a Printer) -> Result<Self> {
        let context = Context::unchecked(printer)?;
        context.check_stores(Needed::None).map(|()| context)
    }

    /// Reads the settings and finds the stores, for a command that calls [`Context::check_stores`] itself.
    pub(super) fn unchecked(printer: &'a Printer) -> Result<Self> {
        let settings = Settings::read(|warning| printer.warn(&warning))?;
        Ok(Context { world: World::process()?, settings, printer, vulnerabilities: Beside::default() })
    }

    /// Fails if a needed store cannot be read, and warns of each other one.
    pub(super) fn check_stores(&self, needed: Needed) -> Result<()> {
        for (at, home) in self.world.homes.iter().enumerate() {
            let Err(error) = access::check_readable(home) else { continue };
            if needed == Needed::All || (needed == Needed::Own && at == 0) {
                return Err(error);
            }
            self.printer.warn(&format!("{}; {}", error.line(), error.hints().join("; ")));
        }
        Ok(())
    }

    /// The context of a command that was called with `--no-delta`, or without.
    pub(super) fn with_no_delta(self, no_delta: bool) -> Self {
        Context { settings: self.settings.with_no_delta(no_delta), ..self }
    }

    /// The user's own store, for a command that changes it.
    pub(super) fn store(&self) -> Store<'_> {
        let waiting = |lock: &str| self.printer.say(&format!("waiting for another gox (`{lock}`)"));
        let lock_timeout = self.settings.lock_timeout;
        Store { home: self.world.home(), lock_timeout, waiting: Box::new(waiting) }
    }

    /// Selects the Go that runs as `tool` in this directory. If a file decided, its folder is added to the known
    /// projects, so that `gox prune` keeps what it asks for. If nothing is selected, the error is a
    /// [`Kind::NotThere`].
    pub(super) fn select(&self, tool: &str, trace: &mut Trace) -> Result<Selection> {
        self.select_for(&Call::new(tool, &[]), trace)
    }

    /// [`Context::select`] for a call with arguments, which may name a version or another directory.
    pub(super) fn select_for(&self, call: &Call<'_>, trace: &mut Trace) -> Result<Selection> {
        let mut selection = resolve::trace(&self.world, call, trace)?;
        selection.warnings.extend(resolve::invalid_go_line(&self.world, call));
        if let Some(folder) = selection.reason.folder() {
            projects::note(self.world.home(), folder);
        }
        Ok(selection)
    }

    /// The Go that runs as `go` in this directory; `None` if nothing is selected.
    pub(super) fn here(&self) -> Result<Option<Selection>> {
        match self.select("go", &mut Trace::default()) {
            Err(error) if error.kind() == Kind::NotThere => Ok(None),
            selection => selection.map(Some),
        }
    }

    /// Calls `work` for each item, which has a name. An error is printed, and the next item follows. Where only some
    /// failed, a last line names them, because what was printed since may hide the errors. Gives the exit code of the
    /// first error, or 0.
    pub(super) fn each<T>(
        &self,
        items: impl IntoIterator<Item = (String, T)>,
        mut work: impl FnMut(T) -> Result<()>,
    ) -> u8 {
        let mut results = Results::default();
        for (name, item) in items {
            results.add(&name, work(item), self);
        }
        results.end(self)
    }

    /// Prints an error after which the command goes on. Prints nothing if a signal has just interrupted gox.
    pub(super) fn fail(&self, error: &Error) {
        interrupt::settle();
        self.printer.error(error);
    }
}

/// The results of a command that goes on to the next item where one fails.
#[derive(Default)]
pub(super) struct Results {
    count: usize,
    failed: Vec<(String, Kind)>,
}

impl Results {
    /// Adds the result for an item, and prints it if it is an error.
    pub(super) fn add(&mut self, name: &str, result: Result<()>, context: &Context<'_>) {
        self.count += 1;
        if let Err(error) = result {
            context.fail(&error);
            self.failed.push((format!("`{name}`"), error.kind()));
        }
    }

    /// Whether none has failed so far.
    pub(super) fn are_good(&self) -> bool {
        self.failed.is_empty()
    }

    /// Prints what failed, if only some did. Gives the exit code of the first error, or 0.
    pub(super) fn end(self, context: &Context<'_>) -> u8 {
        let Some((_, first)) = self.failed.first() else { return 0 };
        if self.failed.len() < self.count {
            let names: Vec<_> = self.failed.iter().map(|(name, _)| name.as_str()).collect();
            let message = format!("{} of {} failed: {}", names.len(), self.count, names.join(", "));
            context.printer.error(&Error::new(*first, message));
        }
        first.code()
    }
}

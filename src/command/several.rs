//! Installs several toolchains: two at a time are downloaded, unpacked and proven, and one after the other is put into
//! the store, in the order in which they were named. So what is said, which version becomes the default, and which
//! files they share is as if they were installed one by one.

use std::collections::{BTreeSet, VecDeque};
use std::thread::{self, Scope};

use super::action::Action;
use super::context::Context;
use super::supply;
use crate::error::Result;
use crate::go::name::ToolchainName;
use crate::install::installer::Installer;
use crate::install::pipeline::{self, Begun, Built};
use crate::os::memory;
use crate::os::threads::Task;
use crate::store::inventory::Toolchain;
use crate::store::lock::Lock;
use crate::ui::printer::Printer;

/// Limit of toolchains that are built at a time. Two keep the network and the processors busy; more would only need
/// more memory, and more connections to one server.
const AT_ONCE: usize = 2;

/// What is to be done for an item.
pub(super) enum Wanted {
    /// Install this toolchain, with `force` also if it is there.
    Install {
        /// The toolchain.
        name: ToolchainName,
        /// Whether it is built anew.
        force: bool,
    },
    /// Nothing more.
    Over(Action),
}

/// Installs a toolchain for each item that `plan` wants one for, and calls `end` for each item in its order. `plan` is
/// called in that order too, possibly before an earlier item has ended; it is to report to the installer that it is
/// given.
pub(super) fn install<'env, T: 'env>(
    items: impl IntoIterator<Item = T>,
    installer: &'env Installer<'env>,
    context: &'env Context<'env>,
    mut plan: impl FnMut(&T, &Installer<'_>) -> Wanted,
    end: impl FnMut(T, Action),
) {
    let items = items.into_iter();
    if items.size_hint().1.is_none_or(|most| most > 1) {
        memory::give_back_early();
    }
    thread::scope(|scope| {
        let (running, done) = (VecDeque::new(), BTreeSet::new());
        let mut waiting = Waiting { scope, installer, context, running, done, end };
        for item in items {
            let printer = context.printer.held();
            waiting.release_first(&printer);
            let work = match plan(&item, &Installer { report: &printer, ..*installer }) {
                Wanted::Over(action) => Work::Over(action),
                Wanted::Install { name, force } => waiting.begin(name, force, &printer),
            };
            waiting.running.push_back(Running { item, printer, work });
            waiting.end_while(|running| !running[0].work.is_building());
        }
        waiting.end_while(|_| true);
    });
}

/// The items that have begun and not ended, in their order.
struct Waiting<'scope, 'env, T, E> {
    scope: &'scope Scope<'scope, 'env>,
    installer: &'env Installer<'env>,
    context: &'env Context<'env>,
    running: VecDeque<Running<'scope, T>>,
    /// What this run has installed.
    done: BTreeSet<ToolchainName>,
    end: E,
}

struct Running<'scope, T> {
    item: T,
    /// Writes at once for the first item, and holds its lines back for the others.
    printer: Printer,
    work: Work<'scope>,
}

enum Work<'scope> {
    Over(Action),
    Present(Toolchain),
    Building(ToolchainName, Task<'scope, Result<Built>>),
}

impl Work<'_> {
    fn is_building(&self) -> bool {
        matches!(self, Work::Building(..))
    }

    /// Whether one of the same line of releases is being built.
    fn is_neighbour(&self, name: &ToolchainName) -> bool {
        matches!(self, Work::Building(other, _) if other.line() == name.line())
    }
}

impl<'scope, T, E: FnMut(T, Action)> Waiting<'scope, '_, T, E> {
    /// Begins to build a toolchain, if it is not there. It waits for those of its line, with which it shares nearly all
    /// files, and which it then need not fetch.
    fn begin(&mut self, name: ToolchainName, force: bool, printer: &Printer) -> Work<'scope> {
        self.end_while(|running| {
            let building = running.iter().filter(|other| other.work.is_building()).count();
            building >= AT_ONCE || running.iter().any(|other| other.work.is_neighbour(&name))
        });
        let try_lock = || Lock::try_acquire(self.installer.store.home, name.as_str());
        let lock = if self.running.is_empty() { None } else { try_lock() };
        if lock.is_none() {
            // It is waited for, so this gox may hold no other.
            self.end_while(|_| true);
            self.release_first(printer);
        }
        let force = force && !self.done.contains(&name);
        match pipeline::begin(&Installer { report: printer, ..*self.installer }, &name, force, lock) {
            Err(error) => Work::Over(Action::of(name, Err(error))),
            Ok(Begun::Present(present)) => Work::Present(present),
            Ok(Begun::Missing(claim)) => {
                let (installer, context, printer) = (self.installer, self.context, printer.clone());
                let build =
                    move || supply::build(claim, &Installer { report: &printer, ..*installer }, context);
                Work::Building(name, Task::start(self.scope, build))
            }
        }
    }

    /// Ends items from the first on while there are any and `is_wanted` holds.
    fn end_while(&mut self, is_wanted: impl Fn(&VecDeque<Running<'scope, T>>) -> bool) {
        while !self.running.is_empty() && is_wanted(&self.running) {
            self.end_first();
        }
    }

    fn end_first(&mut self) {
        let Some(Running { item, printer, work }) = self.running.pop_front() else { return };
        let action = match work {
            Work::Over(action) => action,
            Work::Present(present) => {
                let done = supply::found(&present, self.installer, self.context, &printer);
                Action::of(present.name, Ok(done))
            }
            Work::Building(name, task) => {
                let publish = |built| supply::publish(built, self.installer, self.context, &printer);
                let result = task.wait().and_then(publish);
                if result.is_ok() {
                    self.done.insert(name.clone());
                }
                Action::of(name, result)
            }
        };
        (self.end)(item, action);
        if let Some(first) = self.running.front() {
            first.printer.release();
        }
    }

    /// Lets an item write its lines if no other is before it.
    fn release_first(&self, printer: &Printer) {
        if self.running.is_empty() {
            printer.release();
        }
    }
}

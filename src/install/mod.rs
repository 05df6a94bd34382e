//! The install pipeline: lock → sweep → look again → one pass (network → hash → inflate → untar → hash each
//! file → write or link) → proofs → receipt → sync → rename → shims.

use std::time::Instant;

pub mod archive;
mod attempt;
pub mod donors;
mod feed;
pub mod fetch;
pub mod guard;
#[cfg(test)]
mod hostile_tests;
mod inflate;
pub mod module_zip;
pub mod plan;
pub mod prove;
pub mod tree;
mod untar;
pub mod verify;
mod zip_structure;

pub use crate::source::Format;

use crate::error::{Error, Kind, Result};
use crate::proof::gosumdb;
use crate::settings::Settings;
use crate::source::Opened;
use crate::source::said::Said;
use crate::source::sources::Sources;
use crate::store::inventory::{self, Toolchain};
use crate::store::layout::Home;
use crate::store::lock::{self, Lock};
use crate::store::receipt::Receipt;
use crate::store::staging;
use crate::ui::printer::Printer;
use crate::ui::size;
use attempt::Built;
use tree::Totals;

/// What an install needs of the program around it.
pub struct Installer<'a> {
    /// The store.
    pub home: &'a Home,
    /// The user's settings.
    pub settings: &'a Settings,
    /// Where bytes come from.
    pub sources: &'a Sources,
    /// The checksum database, or that there is none.
    pub database: &'a gosumdb::Setting,
    /// Where phases are told.
    pub printer: &'a Printer,
}

/// What became of an install.
pub enum Outcome {
    /// It was there.
    Present(Toolchain),
    /// It is there now.
    Installed(Box<Installed>),
}

/// A new toolchain.
pub struct Installed {
    /// What is now in the store.
    pub receipt: Receipt,
    /// What was written and what was shared.
    pub totals: Totals,
    /// From the first question to the rename.
    pub time: std::time::Duration,
}

impl Installer<'_> {
    /// Installs a toolchain, such as `go1.22.4`; with `force` also over one that is there.
    pub fn install(&self, toolchain: &str, force: bool) -> Result<Outcome> {
        let homes = inventory::homes(self.home);
        let present = || inventory::find(&homes, toolchain).filter(|_| !force);
        if let Some(present) = present() {
            staging::sweep(self.home, None);
            return Ok(Outcome::Present(present));
        }
        let lock = Lock::acquire(self.home, toolchain, self.settings.lock_timeout, |path| {
            self.printer.say(&format!("waiting for another gox that installs {toolchain} (`{path}`)"));
        })?;
        // First: a gox that was killed may have left the toolchain itself there.
        staging::sweep(self.home, Some(toolchain));
        if let Some(present) = present() {
            return Ok(Outcome::Present(present));
        }
        let start = Instant::now();
        let built = attempt::run(self, toolchain).or_else(|failed| {
            // Pieces from two answers of a server may not fit together: once more, from zero.
            if failed.spliced && failed.error.kind() == Kind::Verification {
                self.printer.note(&format!("{}; starting over", failed.error.line()));
                return attempt::run(self, toolchain);
            }
            Err(failed)
        });
        let Built { staging, receipt, totals } = built.map_err(|failed| failed.error)?;
        staging.publish(&self.home.toolchain(toolchain))?;
        drop(lock);
        Ok(Outcome::Installed(Box::new(Installed { receipt, totals, time: start.elapsed() })))
    }

    /// One plain line when it is not the first source that serves.
    fn tell_source(&self, source: &str, said: &[Said]) {
        for Said { source: silent, failure } in said {
            self.printer.note(&format!("{silent} did not serve, going on with {source}: {failure}"));
        }
    }

    /// Refuses early what cannot end well. A tree has up to four times the bytes of its archive.
    fn check_space(&self, opened: &Opened) -> Result<()> {
        lock::make_root(self.home)?;
        let Some(size) = opened.size() else { return Ok(()) };
        guard::check_packed(opened.format, size).map_err(|error| attempt::at(error, &opened.address()))?;
        let Some(free) = lock::available_space(self.home) else { return Ok(()) };
        // Beside another version most of the tree is shared, so only the packed bytes are sure to be needed.
        let alone = inventory::all(std::slice::from_ref(self.home)).is_empty();
        let needed = if alone { size.saturating_mul(4) } else { size };
        // What an earlier run kept is on that disk already.
        let needed = needed.saturating_sub(opened.resumed());
        if free >= needed {
            return Ok(());
        }
        let (needed, free) = (size::bytes(needed), size::bytes(free));
        let message = format!(
            "not enough space in `{}`: about {needed} are needed, {free} are free",
            self.home.root().display()
        );
        Err(Error::new(Kind::Store, message)
            .hint("free some, or keep the store elsewhere: `export GOX_HOME=/path/on/a/larger/disk`"))
    }
}

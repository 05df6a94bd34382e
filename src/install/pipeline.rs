//! From a toolchain's name to a toolchain in the store.

use std::time::Instant;

use super::attempt::{self, Built};
use super::installer::Installer;
use super::writer::Totals;
use crate::error::{Kind, Result};
use crate::store::inventory::{self, Toolchain};
use crate::store::lock::Lock;
use crate::store::receipt::Receipt;
use crate::store::staging;

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
        let waiting = |path: &str| self.report.waiting(toolchain, path);
        let lock = Lock::acquire(self.home, toolchain, self.settings.lock_timeout, waiting)?;
        // First: a gox that was killed may have left the toolchain itself there.
        staging::sweep(self.home, Some(toolchain));
        if let Some(present) = present() {
            return Ok(Outcome::Present(present));
        }
        let start = Instant::now();
        let built = attempt::run(self, toolchain).or_else(|failed| {
            // Pieces from two answers of a server may not fit together: once more, from zero.
            if failed.spliced && failed.error.kind() == Kind::Verification {
                self.report.note(&format!("{}; starting over", failed.error.line()));
                return attempt::run(self, toolchain);
            }
            Err(failed)
        });
        let Built { staging, receipt, totals } = built.map_err(|failed| failed.error)?;
        staging.publish(&self.home.toolchain(toolchain))?;
        drop(lock);
        Ok(Outcome::Installed(Box::new(Installed { receipt, totals, time: start.elapsed() })))
    }
}

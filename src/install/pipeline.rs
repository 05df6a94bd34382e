//! From a toolchain's name to a toolchain in the store.

use std::time::Instant;

use super::attempt::{self, Built};
use super::installer::Installer;
use super::writer::Totals;
use crate::error::{Kind, Result};
use crate::go::name::ToolchainName;
use crate::store::inventory::{self, Toolchain};
use crate::store::lock::Store;
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

/// Installs a toolchain, such as `go1.22.4`; with `force` also over one that is there.
pub fn install(installer: &Installer<'_>, toolchain: &ToolchainName, force: bool) -> Result<Outcome> {
    let Installer { store: Store { home, lock_timeout, .. }, report, .. } = *installer;
    let homes = inventory::homes(home);
    let present = || inventory::find(&homes, toolchain).filter(|_| !force);
    if let Some(present) = present() {
        staging::sweep(home, None);
        return Ok(Outcome::Present(present));
    }
    let waiting = Box::new(|lock: &str| report.waiting(toolchain, lock));
    let lock = Store { home, lock_timeout: *lock_timeout, waiting }.lock_toolchain(toolchain)?;
    // First: a gox that was killed may have left the toolchain itself there.
    staging::sweep(home, Some(toolchain));
    if let Some(present) = present() {
        return Ok(Outcome::Present(present));
    }
    let start = Instant::now();
    let built = attempt::run(installer, toolchain).or_else(|failed| {
        // Pieces from two answers of a server may not fit together: once more, from zero.
        if failed.spliced && failed.error.kind() == Kind::Verification {
            report.note(&format!("{}; starting over", failed.error.line()));
            return attempt::run(installer, toolchain);
        }
        Err(failed)
    });
    let Built { staging, receipt, totals } = built.map_err(|failed| failed.error)?;
    staging.publish(&home.toolchain(toolchain))?;
    drop(lock);
    Ok(Outcome::Installed(Box::new(Installed { receipt, totals, time: start.elapsed() })))
}

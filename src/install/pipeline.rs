//! From a toolchain's name to a toolchain in the store. The toolchain's lock is held from the sweep to the rename.

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

/// The result of an install.
pub enum Outcome {
    /// The toolchain was installed before.
    Present(Toolchain),
    /// The toolchain has been installed.
    Installed(Box<Installed>),
}

/// A toolchain that has been installed.
pub struct Installed {
    /// The receipt, as it is in the store.
    pub receipt: Receipt,
    /// The bytes that were written and shared.
    pub totals: Totals,
    /// The packed bytes that were fetched, and all there are, if a donor had the others.
    pub part: Option<(u64, u64)>,
    /// The time from the first request to the rename.
    pub time: std::time::Duration,
}

/// Installs a toolchain, such as `go1.22.4`; with `force` also if it is installed already.
pub fn install(installer: &Installer<'_>, toolchain: &ToolchainName, force: bool) -> Result<Outcome> {
    let Installer { store: Store { home, lock_timeout, .. }, report, .. } = *installer;
    installer.check_programs_run()?;
    let homes = inventory::homes(home);
    let present = || inventory::find(&homes, toolchain).filter(|_| !force);
    if let Some(present) = present() {
        staging::sweep(home, None);
        return Ok(Outcome::Present(present));
    }
    let waiting = Box::new(|lock: &str| report.waiting(toolchain, lock));
    let lock = Store { home, lock_timeout: *lock_timeout, waiting }.lock_toolchain(toolchain)?;
    // Before the second look: the sweep may put back a toolchain that a killed gox has left in staging.
    staging::sweep(home, Some(toolchain));
    if let Some(present) = present() {
        return Ok(Outcome::Present(present));
    }
    let start = Instant::now();
    let built = attempt::run(installer, toolchain, true).or_else(|failed| {
        // The responses may be of different files: try once more from zero, and plainly.
        if failed.spliced && failed.error.kind() == Kind::Verification {
            report.note(&format!("{}; starting over", failed.error.line()));
            return attempt::run(installer, toolchain, false);
        }
        Err(failed)
    });
    let Built { staging, receipt, totals, part } = built.map_err(|failed| failed.error)?;
    staging.publish(&home.toolchain(toolchain))?;
    drop(lock);
    Ok(Outcome::Installed(Box::new(Installed { receipt, totals, part, time: start.elapsed() })))
}

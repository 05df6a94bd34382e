//! From a toolchain's name to a toolchain in the store, in three steps: [`begin`] takes the toolchain's lock and
//! sweeps, [`Claim::build`] makes a complete and proven tree, and [`Built::publish`] renames it into the store. The
//! second is most of the work, and may be done for several toolchains at once.

use std::time::Instant;

use super::attempt;
use super::built::{self, Part};
use super::import::{self, Local};
use super::installer::Installer;
use super::writer::Totals;
use crate::error::{Kind, Result};
use crate::go::name::ToolchainName;
use crate::store::inventory::{self, Toolchain};
use crate::store::lock::{Lock, Store};
use crate::store::receipt::Receipt;
use crate::store::staging;

/// The result of the first step.
pub enum Begun {
    /// The toolchain is installed.
    Present(Toolchain),
    /// The toolchain is not installed, and this gox may install it.
    Missing(Claim),
}

/// The right to install a toolchain. No other gox has it at the same time.
pub struct Claim {
    toolchain: ToolchainName,
    start: Instant,
    lock: Lock,
}

/// A toolchain that is complete and proven, and not in the store yet.
pub struct Built {
    built: built::Built,
    claim: Claim,
}

/// A toolchain that has been installed.
pub struct Installed {
    /// The receipt, as it is in the store.
    pub receipt: Receipt,
    /// The bytes that were written and shared.
    pub totals: Totals,
    /// The whole file, where only a part was downloaded because a donor had the rest.
    pub part: Option<Part>,
    /// The time from the first request to the rename.
    pub time: std::time::Duration,
}

/// Begins to install a toolchain, such as `go1.22.4`; with `force` also if it is installed already. `lock` is the
/// toolchain's, if the caller has it; else it is waited for.
pub fn begin(
    installer: &Installer<'_>,
    toolchain: &ToolchainName,
    force: bool,
    lock: Option<Lock>,
) -> Result<Begun> {
    let Installer { store: Store { home, lock_timeout, .. }, report, .. } = *installer;
    installer.check_programs_run()?;
    let homes = inventory::homes(home);
    let present = || inventory::find(&homes, toolchain).filter(|_| !force);
    if let Some(present) = present() {
        staging::sweep(home, None);
        return Ok(Begun::Present(present));
    }
    let wait = || {
        let waiting = Box::new(|lock: &str| report.waiting(toolchain, lock));
        Store { home, lock_timeout: *lock_timeout, waiting }.lock_toolchain(toolchain)
    };
    let lock = lock.map_or_else(wait, Ok)?;
    // Before the second look: the sweep may put back a toolchain that a killed gox has left in staging.
    staging::sweep(home, Some(toolchain));
    if let Some(present) = present() {
        return Ok(Begun::Present(present));
    }
    Ok(Begun::Missing(Claim { toolchain: toolchain.clone(), start: Instant::now(), lock }))
}

impl Claim {
    /// Downloads, unpacks and proves the toolchain.
    pub fn build(self, installer: &Installer<'_>) -> Result<Built> {
        let built = attempt::run(installer, &self.toolchain, true).or_else(|failed| {
            // The responses may be of different files: try once more from zero, and plainly.
            if failed.spliced && failed.error.kind() == Kind::Verification {
                installer.report.note(&format!("{}; starting over", failed.error.line()));
                let again = attempt::run(installer, &self.toolchain, false);
                return again.map(|built| built.after(failed.downloaded));
            }
            Err(failed)
        });
        Ok(Built { built: built.map_err(|failed| failed.error)?, claim: self })
    }

    /// Builds the toolchain from a tree of this machine.
    pub fn import(self, installer: &Installer<'_>, local: Local<'_>) -> Result<Built> {
        let built = import::build(installer, &self.toolchain, local)?;
        Ok(Built { built, claim: self })
    }
}

impl Built {
    /// Puts the toolchain into the store.
    pub fn publish(self, installer: &Installer<'_>) -> Result<Installed> {
        let Claim { start, lock, .. } = self.claim;
        let (receipt, totals, part) = self.built.publish(installer.store.home)?;
        drop(lock);
        Ok(Installed { receipt, totals, part, time: start.elapsed() })
    }
}

//! A toolchain of files that are on this machine: the same staging, writer, donors and receipt as those of an install.

use super::built::{Built, Origin, Proven, Staged};
use super::donors::Donors;
use super::installer::Installer;
use super::prove::{self, LogQuestion};
use super::report::{Phase, Phases};
use super::space::Space;
use super::writer::Writer;
use crate::error::Result;
use crate::fs::write::create_directory;
use crate::go::name::ToolchainName;
use crate::go::source::SourceName;
use crate::proof::dirhash;
use crate::store::inventory;
use crate::store::staging::Staging;

/// What writes the files of a tree from somewhere else on this machine, and tells how far it is.
pub type Copy<'a> = &'a dyn Fn(&Writer, &dyn Phases) -> Result<()>;

/// Builds a tree of files of this machine, of `bytes` bytes in all, which the checksum database has to prove. `address`
/// is the path that they are from.
pub(super) fn build(
    installer: &Installer<'_>,
    toolchain: &ToolchainName,
    address: String,
    bytes: u64,
    copy: Copy<'_>,
) -> Result<Built> {
    let log = LogQuestion::ask(installer, toolchain);
    create_directory(installer.store.home.root())?;
    let space = Space::default();
    // Beside another version most of the tree may be shared.
    let is_first = inventory::all(std::slice::from_ref(installer.store.home)).is_empty();
    installer.take_room(&space, || if is_first { bytes } else { 0 })?;
    let staging = Staging::create(installer.store.home, toolchain)?;
    let tree = Writer::new(staging.tree(), Donors::nearest(installer.store.home, toolchain));
    let phases = installer.report.phases(toolchain);
    phases.begin(Phase::Read { address: &address, total: Some(bytes) });
    copy(&tree, phases.as_ref())?;
    phases.begin(Phase::Verify);
    let files = tree.records();
    let h1 = dirhash::of_files(toolchain, &files);
    // The bytes that were written are proven, whatever was read of the origin before.
    let proofs = prove::of_import(&h1, toolchain, &address, log.as_ref(), installer)?;
    let origin = Origin { source: SourceName::Import, address, downloaded: 0 };
    let proven = Proven { sha256: None, files, h1, proofs };
    Built::new(toolchain, origin, Staged { staging, tree, phases }, proven)
}

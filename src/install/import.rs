//! A toolchain of files that are on this machine: the same staging, writer, donors and receipt as those of an install.

use std::path::PathBuf;

use super::built::{Built, Origin, Proven, Staged};
use super::donors::Donors;
use super::installer::Installer;
use super::prove::{self, LogQuestion};
use super::report::{Phase, Phases};
use super::space::Space;
use super::writer::Writer;
use crate::error::{Error, Kind, Result};
use crate::fs::write::create_directory;
use crate::go::name::ToolchainName;
use crate::go::proof::Proof;
use crate::go::source::SourceName;
use crate::proof::dirhash;
use crate::store::inventory;
use crate::store::staging::Staging;

/// What writes the files of a tree from somewhere else on this machine, and tells how far it is.
pub type Copy<'a> = &'a dyn Fn(&Writer, &dyn Phases) -> Result<()>;

/// A tree of this machine.
pub struct Local<'a> {
    /// Its path, for the receipt.
    pub address: String,
    /// The bytes of its files.
    pub bytes: u64,
    /// What stands in for the checksum database, if that does not tell.
    pub by_archive: Option<&'a ByArchive>,
    /// Writes its files.
    pub copy: Copy<'a>,
}

/// The hash of a release by its archive, which somebody kept.
#[derive(Clone)]
pub struct ByArchive {
    /// The path of the archive.
    pub path: PathBuf,
    /// The proof that its checksum gives.
    pub proof: Proof,
    /// The `h1:` hash of its files.
    pub h1: String,
}

/// Builds a toolchain from a tree of this machine, and proves the files that were written.
pub(super) fn build(
    installer: &Installer<'_>,
    toolchain: &ToolchainName,
    Local { address, bytes, by_archive, copy }: Local<'_>,
) -> Result<Built> {
    let log = if by_archive.is_none() { LogQuestion::ask(installer, toolchain) } else { None };
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
    let (known, proof, place) = match by_archive {
        Some(archive) => (archive.h1.as_str(), archive.proof, "in the archive of the release"),
        None => (of_log(log.as_ref(), &address, installer)?, Proof::Log, "in the checksum database"),
    };
    if known != h1 {
        let message = format!("what was read of `{address}` is not the official {toolchain}");
        return Err(Error::new(Kind::Verification, message)
            .detail(format!("expected {known} ({place})"))
            .detail(format!("received {h1}"))
            .hint("it may have changed meanwhile: try again"));
    }
    let origin = Origin { source: SourceName::Import, address, downloaded: 0 };
    let proven = Proven { sha256: None, files, h1, proofs: vec![proof] };
    Built::new(toolchain, origin, Staged { staging, tree, phases }, proven)
}

/// The hash that the checksum database has.
fn of_log<'a>(log: Option<&'a LogQuestion>, address: &str, installer: &Installer<'_>) -> Result<&'a str> {
    let answer = log.ok_or_else(prove::switched_off)?.answer(true);
    answer.map_err(|error| prove::of_log(error, installer).detail(format!("while proving `{address}`")))
}

//! The archive that a tree was unpacked from, where somebody kept it. By its checksum it proves the tree where the
//! checksum database does not tell.

use std::collections::{BTreeSet, HashMap};
use std::io::Read;
use std::path::{Path, PathBuf};

use super::differences::Reference;
use super::found::Found;
use super::managers::named;
use super::places::{Surroundings, matching};
use crate::error::{Error, Kind, Result};
use crate::fs::read::{check_regular, open_unnoticed};
use crate::go::name::ToolchainName;
use crate::go::platform::Platform;
use crate::go::proof::Proof;
use crate::go::source::Format;
use crate::install::archive;
use crate::install::guard;
use crate::install::import::ByArchive;
use crate::install::installer::Installer;
use crate::install::prove::{self, Checksum, Subject};
use crate::proof::dirhash;
use crate::proof::hashing::Hashing;
use crate::proof::sumdb::log::LogError;

/// The archives that were kept.
pub struct Archives<'a> {
    installer: &'a Installer<'a>,
    /// The folders that may have them.
    folders: BTreeSet<PathBuf>,
    /// What was found for each release that was asked about.
    read: HashMap<ToolchainName, Option<Kept>>,
}

/// An archive that has the checksum of its release.
pub(super) struct Kept {
    pub(super) proof: ByArchive,
    pub(super) files: Reference,
}

impl<'a> Archives<'a> {
    /// Looks for archives in the trees (golang.org/dl leaves them there), beside them, and in the folders of managers.
    pub fn of(found: &[Found], surroundings: &Surroundings, installer: &'a Installer<'a>) -> Self {
        let of_trees = found.iter().flat_map(|found| [Some(&*found.path), found.path.parent()]);
        let mut folders: BTreeSet<PathBuf> = of_trees.flatten().map(Path::to_owned).collect();
        for manager in named(None) {
            for root in surroundings.folders(manager.roots) {
                folders.extend(manager.archives.iter().flat_map(|pattern| matching(&root, pattern)));
            }
        }
        Archives { installer, folders, read: HashMap::new() }
    }

    /// The archive of a release, as [`find`] gives it.
    pub(super) fn of_release(
        &mut self,
        toolchain: &ToolchainName,
        error: Option<&LogError>,
    ) -> Option<&Kept> {
        let Archives { installer, folders, read } = self;
        let find = || find(folders, toolchain, error, installer);
        let kept = read.entry(toolchain.clone()).or_insert_with(find).as_ref();
        // Each tree has its own answer of the database.
        kept.filter(|kept| prove::stands_alone(kept.proof.proof, error, installer))
    }
}

/// The first archive that has the checksum of a release; a note names each that has not. `None` if there is none, if
/// the checksum is not known, or if no archive may stand in after this `error` of the checksum database.
fn find(
    folders: &BTreeSet<PathBuf>,
    toolchain: &ToolchainName,
    error: Option<&LogError>,
    installer: &Installer<'_>,
) -> Option<Kept> {
    let stands_alone = |checksum| prove::stands_alone(checksum, error, installer);
    // Where a pinned checksum is not enough, one of the list is not either, and is not asked for.
    if !stands_alone(Proof::Pinned) {
        return None;
    }
    let name = Platform::HOST.archive(toolchain);
    let paths: BTreeSet<_> =
        folders.iter().filter_map(|folder| folder.join(&name).canonicalize().ok()).collect();
    let first = paths.first()?;
    let _asking = installer.report.phases(toolchain);
    let checksum = Checksum::ask(toolchain, &installer.network.sources.proving);
    let Some(expected) = checksum.wait().and_then(Option::as_ref) else {
        let path = first.display();
        installer.report.note(&format!("no checksum of `{path}` is known, so the archive proves nothing"));
        return None;
    };
    if !stands_alone(expected.proof) {
        return None;
    }
    paths.into_iter().find_map(|path| {
        let kept = read_whole(path, toolchain, expected, installer);
        let note =
            |error: &Error| installer.report.note(&format!("{}; the archive proves nothing", error.line()));
        kept.inspect_err(note).ok()
    })
}

/// Reads an archive; an error if it is not that of the release.
fn read_whole(
    path: PathBuf,
    toolchain: &ToolchainName,
    expected: &Checksum,
    installer: &Installer<'_>,
) -> Result<Kept> {
    let address = path.display().to_string();
    let unreadable =
        |error| Error::new(Kind::Verification, format!("could not read `{address}`")).because(error);
    let file = open_unnoticed(&path).map_err(unreadable)?;
    let length = file.metadata().and_then(|data| check_regular(&data)).map_err(unreadable)?;
    guard::check_packed(Format::Archive, length)?;
    // A file that grows, perhaps for ever, is not read beyond this.
    let mut packed = Hashing::new(file.take(length));
    let files = archive::records(&mut packed);
    let sha256 = packed.finish().map_err(unreadable)?;
    let subject = Subject { installer, toolchain, address: &address, format: Format::Archive };
    let proof = subject.check_checksum(sha256, expected)?;
    let files = files?;
    let h1 = dirhash::of_files(toolchain, &files);
    Ok(Kept { proof: ByArchive { path, proof, h1 }, files: Reference::of_records(files) })
}

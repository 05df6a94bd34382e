//! Which files of a tree are not those of the official release.

use std::collections::BTreeMap;
use std::path::Path;

use super::tree::{Hashed, LeftOut, Tree};
use crate::go::name::ToolchainName;
use crate::go::source::SourceName;
use crate::install::installer::Installer;
use crate::install::module_zip;
use crate::proof::dirhash;
use crate::source::Source;
use crate::store::receipt::{FileRecord, manifest_records, read_manifest};
use crate::store::verify::FileChange;

/// The files of a release, by path. It is no proof: it tells what is another one where it is known that something is.
pub struct Reference(BTreeMap<String, Sum>);

/// By what a file is told from another one.
enum Sum {
    /// Its length and CRC-32.
    Crc(u64, u32),
    Sha256([u8; 32]),
}

impl Reference {
    /// What the module zip of the release lists, of which only the end is fetched; `None` where no source has it, or
    /// gives the end alone.
    pub fn of_release(toolchain: &ToolchainName, installer: &Installer<'_>) -> Option<Self> {
        let official = |source: &dyn Source| {
            // An archive has no list of its files.
            let lists = matches!(source.name(), SourceName::Proxy | SourceName::Dir(_));
            let opened = lists.then(|| source.open(toolchain).ok()).flatten()?;
            module_zip::official(&opened, toolchain)
        };
        let files = installer.network.sources.all().find_map(official)?;
        let file = |file: module_zip::Official| (file.path, Sum::Crc(file.size, file.crc32));
        Some(Reference(files.into_iter().map(file).collect()))
    }

    /// What the manifest of an installed toolchain lists; `None` if that has none.
    pub fn of_installed(goroot: &Path) -> Option<Self> {
        let text = read_manifest(goroot).ok()?;
        Some(Reference::of_records(manifest_records(&text)))
    }

    /// These files, but for those that the checksum database does not cover.
    pub(super) fn of_records(files: impl IntoIterator<Item = FileRecord>) -> Self {
        let covered = files.into_iter().filter(|file| dirhash::name_in_module(&file.path).is_some());
        Reference(covered.map(|file| (file.path, Sum::Sha256(file.sha256))).collect())
    }

    /// Whether the release has a file at this path.
    pub fn has(&self, path: &str) -> bool {
        self.0.contains_key(path)
    }

    /// The differences, by path. What the release does not have is none: it is left out.
    pub fn differences(&self, tree: &Tree, hashed: &[Hashed]) -> BTreeMap<String, FileChange> {
        let found: BTreeMap<&str, &Hashed> =
            hashed.iter().map(|file| (file.record.path.as_str(), file)).collect();
        let change = |(path, sum): (&String, &Sum)| {
            let Some(file) = found.get(path.as_str()) else {
                return Some((path.clone(), absence(path, tree)));
            };
            let is_same = match *sum {
                Sum::Crc(size, crc32) => (size, crc32) == (file.size, file.crc32),
                Sum::Sha256(sha256) => sha256 == file.record.sha256,
            };
            (!is_same).then(|| (path.clone(), FileChange::Content))
        };
        self.0.iter().filter_map(change).collect()
    }
}

/// Why a file of the release was not read, or one of the folders that it is in.
fn absence(path: &str, tree: &Tree) -> FileChange {
    let ends = path.match_indices('/').map(|(end, _)| end).chain([path.len()]);
    let mut reasons = ends.filter_map(|end| tree.left_out.get(&path[..end]));
    match reasons.next() {
        Some(LeftOut::NoFile) => FileChange::Kind,
        Some(LeftOut::Unreadable(reason) | LeftOut::Refused(reason)) => {
            FileChange::Unreadable(reason.clone())
        }
        _ => FileChange::Missing,
    }
}

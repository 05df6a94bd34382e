//! Writes the tree in staging, from several threads at once: each file is hashed, and hard-linked from a donor that has
//! the same bytes or else written. Callers must pass paths that [`super::guard`] has accepted.

use std::collections::{HashMap, HashSet};
use std::fs::{self, File, Permissions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;
use std::time::SystemTime;

use sha2::{Digest, Sha256};

use super::donors::{Candidate, Donors};
use super::read_file::ReadFile;
use crate::error::{Error, Result};
use crate::go::name::ToolchainName;
use crate::os::threads::lock;
use crate::store::layout::MTIME;
use crate::store::modes;
use crate::store::receipt::FileRecord;

/// Files up to this size in bytes are read into memory and passed to [`Writer::add`], larger ones are streamed.
pub const SMALL: u64 = 1 << 20;

/// A tree under construction.
pub struct Writer {
    pub(super) root: PathBuf,
    pub(super) donors: Donors,
    directories: Mutex<HashSet<String>>,
    pub(super) files: Mutex<Vec<Added>>,
}

/// A file of the tree.
pub(super) struct Added {
    pub(super) record: FileRecord,
    pub(super) size: u64,
    /// The donor that the file is shared with, by its index.
    pub(super) donor: Option<usize>,
}

/// The bytes of a tree, by where they came from.
#[derive(Clone, Debug, Default)]
pub struct Totals {
    /// Bytes that were written.
    pub written: u64,
    /// Bytes that are shared with donors.
    pub shared: u64,
    /// The donors that share any, the one with the most bytes first.
    pub donors: Vec<ToolchainName>,
}

impl Writer {
    /// An empty tree at `root`, an existing directory.
    pub fn new(root: PathBuf, donors: Donors) -> Self {
        Writer { root, donors, directories: Mutex::default(), files: Mutex::default() }
    }

    /// Creates the directory of the file `path`, and those above it.
    pub fn create_parents(&self, path: &str) -> Result<()> {
        let Some((parent, _)) = path.rsplit_once('/') else { return Ok(()) };
        let mut directories = lock(&self.directories);
        if directories.contains(parent) {
            return Ok(());
        }
        let ends = parent.match_indices('/').map(|(end, _)| end).chain([parent.len()]);
        for directory in ends.map(|end| &parent[..end]) {
            if directories.insert(directory.to_owned()) {
                let full = self.root.join(directory);
                fs::create_dir(&full)
                    .and_then(|()| fs::set_permissions(&full, Permissions::from_mode(modes::DIRECTORY)))
                    .map_err(|error| self.failed(directory, error))?;
            }
        }
        Ok(())
    }

    /// Adds a file from its whole content.
    pub fn add(&self, path: String, content: &[u8]) -> Result<()> {
        let sha256: [u8; 32] = Sha256::digest(content).into();
        let donor = self.donors.by_content(&sha256, modes::of_file(&path), content);
        let place = || {
            if let Some(donor) = donor
                && donor.link(&self.root.join(&path))?
            {
                return Ok(Some(donor.donor()));
            }
            let mut file = self.create(&path)?;
            file.write_all(content)?;
            set_mtime(&file)?;
            Ok(None)
        };
        let donor = place().map_err(|error| self.failed(&path, error))?;
        let record = FileRecord { path, sha256 };
        lock(&self.files).push(Added { record, size: content.len() as u64, donor });
        Ok(())
    }

    /// The nearest donor.
    pub fn nearest_donor(&self) -> Option<ToolchainName> {
        self.donors.names().next()
    }

    /// The files of the nearest donor, read in this run.
    pub fn read_donor(&self, stop: &AtomicBool) -> HashMap<String, ReadFile> {
        self.donors.read_nearest(stop)
    }

    /// A file of its own for what is not unpacked yet: outside of the tree, private as staging is, without a name.
    pub fn scratch_file(&self) -> io::Result<File> {
        tempfile::tempfile_in(self.root.parent().unwrap_or(&self.root))
    }

    /// Adds a file that a donor has, whose bytes were read. Returns `false`, with nothing added, if it cannot be
    /// shared.
    pub fn share(&self, path: &str, file: &ReadFile) -> Result<bool> {
        self.create_parents(path)?;
        if !file.link(&self.root.join(path)).map_err(|error| self.failed(path, error))? {
            return Ok(false);
        }
        let record = FileRecord { path: path.to_owned(), sha256: file.sha256 };
        lock(&self.files).push(Added { record, size: file.size, donor: Some(Donors::NEAREST) });
        Ok(true)
    }

    /// Adds a large file from a stream. Nothing is written as long as a donor's file at the same path has the same
    /// bytes. `unreadable` is the error of a stream that cannot be read, or has another length than `size`, if that is
    /// known.
    pub fn add_stream(
        &self,
        path: String,
        size: Option<u64>,
        content: &mut dyn Read,
        unreadable: &dyn Fn(&io::Error) -> Error,
    ) -> Result<()> {
        let failed = |error| self.failed(&path, error);
        let (mut hasher, mut position) = (Sha256::new(), 0);
        let mut sink = match self.donors.candidate(&path, size, modes::of_file(&path)) {
            Some(candidate) => Sink::Comparing(candidate),
            None => Sink::Writing(self.create(&path).map_err(failed)?),
        };
        let mut buffer = vec![0; 256 << 10];
        loop {
            let count = content.read(&mut buffer).map_err(|error| unreadable(&error))?;
            if count == 0 {
                break;
            }
            let bytes = &buffer[..count];
            if let Sink::Comparing(candidate) = &mut sink
                && !candidate.continues_with(bytes)
            {
                sink = Sink::Writing(self.copy_prefix(&path, candidate, position, &hasher).map_err(failed)?);
            }
            if let Sink::Writing(file) = &mut sink {
                file.write_all(bytes).map_err(failed)?;
            }
            hasher.update(bytes);
            position += count as u64;
        }
        if let Some(size) = size.filter(|size| *size != position) {
            let text = format!("got {position} bytes instead of {size}");
            return Err(unreadable(&io::Error::other(text)));
        }
        let donor = self.complete(&path, sink, position, &hasher).map_err(failed)?;
        let record = FileRecord { path, sha256: hasher.finalize().into() };
        lock(&self.files).push(Added { record, size: position, donor });
        Ok(())
    }

    /// Links or completes the file at the end of its stream; returns the donor that it is shared with.
    fn complete(&self, path: &str, sink: Sink, size: u64, hasher: &Sha256) -> io::Result<Option<usize>> {
        let file = match sink {
            Sink::Comparing(candidate)
                if candidate.size() == size && candidate.link(&self.root.join(path))? =>
            {
                return Ok(Some(candidate.donor()));
            }
            Sink::Comparing(candidate) => self.copy_prefix(path, &candidate, size, hasher)?,
            Sink::Writing(file) => file,
        };
        set_mtime(&file)?;
        Ok(None)
    }

    /// Creates a file with the first `length` bytes of a donor's file, which have the hash of `hasher`.
    fn copy_prefix(&self, path: &str, from: &Candidate, length: u64, hasher: &Sha256) -> io::Result<File> {
        let mut file = self.create(path)?;
        from.copy_prefix(length, hasher, &mut file)?;
        Ok(file)
    }

    pub(super) fn create(&self, path: &str) -> io::Result<File> {
        let mode = modes::of_file(path);
        let file = File::options().write(true).create_new(true).mode(mode).open(self.root.join(path))?;
        // The umask may have removed bits of the mode.
        file.set_permissions(Permissions::from_mode(mode))?;
        Ok(file)
    }

    pub(super) fn failed(&self, path: &str, error: io::Error) -> Error {
        Error::unwritable(format!("could not write `{}`", self.root.join(path).display()), error)
    }

    /// Makes the tree empty again.
    pub fn clear(&self) -> Result<()> {
        lock(&self.directories).clear();
        lock(&self.files).clear();
        fs::remove_dir_all(&self.root)
            .and_then(|()| fs::create_dir(&self.root))
            .and_then(|()| fs::set_permissions(&self.root, Permissions::from_mode(modes::DIRECTORY)))
            .map_err(|error| self.failed("", error))
    }

    /// Removes the files that `is_left_out` selects by path, and the directories that are empty without them.
    pub fn leave_out(&self, is_left_out: impl Fn(&str) -> bool) -> Result<()> {
        let mut files = lock(&self.files);
        for file in files.extract_if(.., |file| is_left_out(&file.record.path)) {
            let path = &file.record.path;
            fs::remove_file(self.root.join(path)).map_err(|error| self.failed(path, error))?;
            for directory in Path::new(path).ancestors().skip(1).filter(|path| *path != Path::new("")) {
                // One that is not empty cannot be removed.
                if fs::remove_dir(self.root.join(directory)).is_err() {
                    break;
                }
            }
        }
        Ok(())
    }

    /// The records of all files, sorted by path.
    pub fn records(&self) -> Vec<FileRecord> {
        let mut records: Vec<_> = lock(&self.files).iter().map(|file| file.record.clone()).collect();
        records.sort_unstable();
        records
    }

    /// The totals of all files.
    pub fn totals(&self) -> Totals {
        let files = lock(&self.files);
        let bytes_of = |donor: Option<usize>| {
            files.iter().filter(|file| file.donor == donor).map(|file| file.size).sum::<u64>()
        };
        let donors = self.donors.names().enumerate();
        let mut donors: Vec<_> = donors.map(|(index, name)| (bytes_of(Some(index)), name)).collect();
        let (written, shared) = (bytes_of(None), donors.iter().map(|(bytes, _)| bytes).sum());
        donors.retain(|(bytes, _)| *bytes > 0);
        donors.sort_by_key(|(bytes, _)| std::cmp::Reverse(*bytes));
        let donors = donors.into_iter().map(|(_, name)| name).collect();
        Totals { written, shared, donors }
    }
}

/// The state of a streamed file: equal to a donor's file so far, or being written.
enum Sink {
    Comparing(Candidate),
    Writing(File),
}

pub(super) fn set_mtime(file: &File) -> io::Result<()> {
    file.set_modified(SystemTime::UNIX_EPOCH + MTIME)
}

#[cfg(test)]
pub(super) mod tests {
    use std::os::unix::fs::MetadataExt;

    use super::*;
    use crate::store::layout::{self, Home};
    use crate::store::receipt::{hex, manifest_text};

    const SIZE: usize = 700_000;

    /// Writes a file as gox does.
    pub(in crate::install) fn put(path: &Path, content: &[u8], mode: u32) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let mut file = File::create_new(path).unwrap();
        file.write_all(content).unwrap();
        file.set_permissions(Permissions::from_mode(mode)).unwrap();
        set_mtime(&file).unwrap();
    }

    /// Writes an installed go1.99.1 with these files, and gives its folder.
    pub(in crate::install) fn donor(home: &Home, files: &[(&str, &[u8])]) -> PathBuf {
        let donor = home.toolchain("go1.99.1");
        let write = |&(path, content): &(&str, &[u8])| {
            put(&donor.join(path), content, modes::of_file(path));
            FileRecord { path: path.to_owned(), sha256: Sha256::digest(content).into() }
        };
        let records: Vec<_> = files.iter().map(write).collect();
        put(&layout::manifest(&donor), manifest_text(&records).as_bytes(), 0o444);
        donor
    }

    /// Reads a donor's bytes, and replaces the donor's file by another one before the last of them.
    struct Swapping<'a> {
        rest: &'a [u8],
        donor: &'a Path,
        other: &'a Path,
    }

    impl Read for Swapping<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            if !self.rest.is_empty() && self.rest.len() <= buffer.len() {
                fs::rename(self.other, self.donor)?;
            }
            self.rest.read(buffer)
        }
    }

    #[test]
    fn a_donor_that_is_replaced_while_it_is_compared_is_not_linked() {
        let folder = tempfile::TempDir::new().unwrap();
        let home = Home::at(folder.path());
        let content = vec![7; SIZE];
        let donor = donor(&home, &[("bin/go", b"go"), ("lib/kept", &content), ("lib/large", &content)]);
        let (new, other) = (folder.path().join("new"), folder.path().join("other"));
        put(&other, &vec![8; SIZE], 0o444);
        fs::create_dir(&new).unwrap();

        let tree = Writer::new(new.clone(), Donors::nearest(&home, &ToolchainName::new("go1.99.2")));
        tree.create_parents("lib/large").unwrap();
        let large = donor.join("lib/large");
        let mut swapping = Swapping { rest: &content, donor: &large, other: &other };
        assert!(
            tree.add_stream("lib/large".into(), Some(SIZE as u64), &mut swapping, &|_| unreachable!())
                .is_ok()
        );
        assert!(
            tree.add_stream(
                "lib/kept".into(),
                Some(SIZE as u64),
                &mut content.as_slice(),
                &|_| unreachable!()
            )
            .is_ok()
        );
        let (files, totals) = (tree.records(), tree.totals());

        let at = |path: &str| fs::metadata(new.join(path)).unwrap();
        assert_eq!(fs::read(&large).unwrap()[0], 8, "it was replaced");
        assert!(fs::read(new.join("lib/large")).unwrap() == content);
        assert_eq!((at("lib/large").nlink(), at("lib/large").mode() & 0o7777), (1, 0o444));
        assert_eq!(at("lib/kept").nlink(), 2, "an unchanged file is shared");
        assert_eq!(files.iter().map(|file| hex(&file.sha256)).collect::<HashSet<_>>().len(), 1);
        assert_eq!((totals.written, totals.shared), (SIZE as u64, SIZE as u64));
        assert_eq!(totals.donors, ["go1.99.1".into()]);
    }

    #[test]
    fn a_small_file_that_is_replaced_before_it_is_linked_is_written() {
        let folder = tempfile::TempDir::new().unwrap();
        let home = Home::at(folder.path());
        let (donor, target) = (donor(&home, &[("bin/go", b"go")]), folder.path().join("target"));
        let donors = Donors::nearest(&home, &ToolchainName::new("go1.99.2"));
        let candidate = donors.by_content(&Sha256::digest(b"go").into(), 0o555, b"go").unwrap();
        fs::remove_file(donor.join("bin/go")).unwrap();
        assert!(!candidate.link(&target).unwrap(), "the file is gone");
        put(&donor.join("bin/go"), b"no", 0o555);
        assert!(!candidate.link(&target).unwrap(), "the file is another one");
        assert!(target.symlink_metadata().is_err(), "nothing is left at the target");
    }
}

//! Shares a complete tree with toolchains that were installed while it was written.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use super::donors::Candidate;
use super::writer::{Added, SMALL, Writer};
use crate::error::Result;
use crate::go::name::ToolchainName;
use crate::os::threads::{self, Queue, lock};
use crate::store::layout::Home;
use crate::store::modes;
use crate::store::receipt::FileRecord;

/// Limit of threads that compare with donors what was written; more are not faster.
const MAX_SHARING: usize = 4;

impl Writer {
    /// Shares what was written with the nearest toolchains that were installed since. `aside` is a free path on the
    /// file system of the tree, for links until they are renamed, with an extension for each.
    pub fn share_with_newer(&mut self, home: &Home, toolchain: &ToolchainName, aside: &Path) -> Result<()> {
        if !self.donors.add_nearest(home, toolchain) {
            return Ok(());
        }
        let mut files = lock(&self.files);
        let queue = Queue::new(&files);
        let share = || {
            let mut shared = Vec::new();
            for (index, file) in queue.take().filter(|(_, file)| file.donor.is_none()) {
                let link = self.replaced_by_link(file, &aside.with_extension(index.to_string()));
                let donor = link.map_err(|error| self.failed(&file.record.path, error))?;
                shared.extend(donor.map(|donor| (index, donor)));
            }
            Ok(shared)
        };
        let shared: Result<Vec<_>> = threads::run(MAX_SHARING, share).into_iter().collect();
        for (index, donor) in shared?.into_iter().flatten() {
            files[index].donor = Some(donor);
        }
        Ok(())
    }

    /// Puts a link to a donor's file with the same bytes in the place of a written file, if there is one; returns the
    /// donor.
    pub(super) fn replaced_by_link(&self, file: &Added, aside: &Path) -> io::Result<Option<usize>> {
        let Some(candidate) = self.donor_of(file)? else { return Ok(None) };
        if !candidate.link(aside)? {
            return Ok(None);
        }
        fs::rename(aside, self.root.join(&file.record.path))?;
        Ok(Some(candidate.donor()))
    }

    /// A donor's file with the same bytes as a written file.
    fn donor_of(&self, file: &Added) -> io::Result<Option<Candidate>> {
        let FileRecord { path, sha256 } = &file.record;
        let candidate = self.donors.of_hash(sha256, file.size, modes::of_file(path));
        let Some(mut candidate) = candidate else { return Ok(None) };
        let mut content = File::open(self.root.join(path))?;
        let mut buffer = vec![0; usize::try_from(file.size.min(SMALL)).unwrap_or_default()];
        loop {
            let count = content.read(&mut buffer)?;
            if count == 0 {
                return Ok(Some(candidate));
            }
            if !candidate.continues_with(&buffer[..count]) {
                return Ok(None);
            }
        }
    }
}

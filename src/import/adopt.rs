//! Copies the files of a tree into the store. They are never linked to the origin, whose mode, times and later edits a
//! link would share.

use std::io::{self, Read};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use super::tree::{Tree, TreeFile};
use crate::error::{Error, Kind, Result};
use crate::fs::beneath::Beneath;
use crate::install::report::Phases;
use crate::install::writer::{SMALL, Writer};
use crate::os::threads::{self, Queue};

/// Limit of threads that copy; more are not faster.
const MAX_COPYING: usize = 4;

/// Copies all files that are not left out. What is written is hashed by the writer, so that a file which changes
/// meanwhile makes the proof fail.
pub fn copy(tree: &Tree, writer: &Writer, phases: &dyn Phases) -> Result<()> {
    let folder = tree.folder().map_err(|error| unreadable(&tree.root, &error))?;
    let (queue, has_clones) = (Queue::new(&tree.files), AtomicBool::new(true));
    let has_failed = AtomicBool::new(false);
    let work = || {
        for entry in queue.take() {
            if has_failed.load(Ordering::Relaxed) {
                break;
            }
            copy_one((tree, &folder), entry, writer, &has_clones)
                .inspect_err(|_| has_failed.store(true, Ordering::Relaxed))?;
            phases.advance(entry.1.size);
        }
        Ok(())
    };
    threads::run(MAX_COPYING, work).into_iter().collect()
}

/// Copies a file, which is numbered, from the folder of the tree.
fn copy_one(
    (tree, folder): (&Tree, &Beneath),
    (number, file): (usize, &TreeFile),
    writer: &Writer,
    has_clones: &AtomicBool,
) -> Result<()> {
    let unreadable = |error: &io::Error| unreadable(&tree.root.join(&file.at), error);
    let content = folder.open_file(&file.at).map_err(|error| unreadable(&error))?;
    let is_as_long = content.metadata().is_ok_and(|data| data.len() == file.size);
    if !is_as_long {
        return Err(unreadable(&io::Error::other("it changed meanwhile")));
    }
    writer.create_parents(&file.path)?;
    // Where the first cannot be cloned, none can.
    if has_clones.load(Ordering::Relaxed) {
        if writer.add_clone(&file.path, &content, file.size, number)? {
            return Ok(());
        }
        has_clones.store(false, Ordering::Relaxed);
    }
    // A file that grows for ever is no longer than it was, and a byte.
    let mut content = content.take(file.size + 1);
    if file.size > SMALL {
        return writer.add_stream(file.path.clone(), Some(file.size), &mut content, &unreadable);
    }
    let mut bytes = Vec::with_capacity(usize::try_from(file.size).unwrap_or_default());
    content.read_to_end(&mut bytes).map_err(|error| unreadable(&error))?;
    writer.add(file.path.clone(), &bytes)
}

fn unreadable(path: &Path, error: &io::Error) -> Error {
    let message = format!("could not read `{}`", path.display());
    Error::new(Kind::Verification, message).because(io::Error::new(error.kind(), error.to_string()))
}

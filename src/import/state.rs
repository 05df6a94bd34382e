//! What a tree is: the official release, something else, or nothing that anybody here can tell.

use std::borrow::Borrow;
use std::collections::BTreeMap;

use super::archive::{Archives, Kept};
use super::differences::Reference;
use super::tree::{Hashed, Tree};
use crate::error::Error;
use crate::install::import::ByArchive;
use crate::install::installer::Installer;
use crate::install::prove::{self, LogQuestion};
use crate::proof::dirhash;
use crate::store::inventory::Toolchain;
use crate::store::receipt::{FileRecord, Receipt};
use crate::store::verify::FileChange;

/// What a tree is.
pub enum State {
    /// It has all files of the release, by the hash in the checksum database, or by what stood in for that.
    Proven(Option<StandIn>),
    /// It does not have that hash. Where it is known which files of the release are others, these.
    Differs(Option<BTreeMap<String, FileChange>>, Option<StandIn>),
    /// Neither the checksum database nor an archive tells; with the reason why the database does not.
    Unknown(Error),
    /// Its version is installed.
    Installed {
        /// Whether by gox, and so by a proof.
        by_gox: bool,
        /// Which files are others than the installed ones, where that was to be found out and could be.
        changes: Option<BTreeMap<String, FileChange>>,
    },
    /// It can be no release for this machine; with the reason.
    Unusable(String),
}

/// The archive that stood in for the checksum database.
pub struct StandIn {
    /// What it proves.
    pub archive: ByArchive,
    /// Why the database did not tell.
    pub reason: Error,
}

impl State {
    /// The word for it, in lists and `--json`.
    pub fn word(&self) -> &'static str {
        match self {
            State::Proven(_) => "proven",
            State::Differs(..) => "differs",
            State::Unknown(_) => "unknown",
            State::Installed { .. } => "installed",
            State::Unusable(_) => "unusable",
        }
    }

    /// The files that are others.
    pub fn changes(&self) -> Option<&BTreeMap<String, FileChange>> {
        match self {
            State::Differs(changes, _) | State::Installed { changes, .. } => changes.as_ref(),
            _ => None,
        }
    }

    /// What stood in for the checksum database, if anything did.
    pub fn stand_in(&self) -> Option<&StandIn> {
        match self {
            State::Proven(stand_in) | State::Differs(_, stand_in) => stand_in.as_ref(),
            _ => None,
        }
    }
}

/// Compares a tree, which was read, with the hash in the checksum database, else with an archive that was kept. What no
/// release has is left out of the tree from then on.
pub fn weigh(
    tree: &mut Tree,
    hashed: &[Hashed],
    question: Option<&LogQuestion>,
    archives: &mut Archives<'_>,
    installer: &Installer<'_>,
) -> State {
    let (toolchain, answer) = (tree.toolchain.clone(), question.map(|question| question.answer(true)));
    let (compared, stand_in) = if let Some(Ok(known)) = answer {
        (compare(tree, hashed, known, || Reference::of_release(&toolchain, installer)), None)
    } else {
        let error = answer.and_then(Result::err);
        let reason = error.map_or_else(prove::switched_off, |error| prove::of_log(error, installer));
        let Some(Kept { proof, files }) = archives.of_release(&toolchain, error) else {
            return State::Unknown(reason);
        };
        let stand_in = StandIn { archive: proof.clone(), reason };
        (compare(tree, hashed, &proof.h1, || Some(files)), Some(stand_in))
    };
    match compared {
        Ok(()) => State::Proven(stand_in),
        Err(changes) => State::Differs(changes, stand_in),
    }
}

/// Compares a tree with the hash of its release. What the release does not have is left out. The error lists the files
/// that differ, if there is a reference.
fn compare<R: Borrow<Reference>>(
    tree: &mut Tree,
    hashed: &[Hashed],
    known: &str,
    reference: impl FnOnce() -> Option<R>,
) -> Result<(), Option<BTreeMap<String, FileChange>>> {
    let is_known = |is_wanted: &dyn Fn(&str) -> bool| {
        let records = hashed.iter().map(|file| &file.record).filter(|record| is_wanted(&record.path));
        dirhash::of_files(&tree.toolchain, &records.cloned().collect::<Vec<FileRecord>>()) == known
    };
    if is_known(&|_| true) {
        return Ok(());
    }
    let reference = reference().ok_or(None)?;
    let reference = reference.borrow();
    if is_known(&|path| reference.has(path)) {
        tree.leave_out(|path| !reference.has(path));
        return Ok(());
    }
    Err(Some(reference.differences(tree, hashed)))
}

/// Compares a tree with the toolchain of its version that is installed, if it was `hashed`. What that does not have is
/// left out of the tree.
pub fn beside(installed: &Toolchain, tree: &mut Tree, hashed: Option<&[Hashed]>) -> State {
    let by_gox = Receipt::read(&installed.path).is_some();
    let reference = hashed.and_then(|hashed| Some((Reference::of_installed(&installed.path)?, hashed)));
    let changes = reference.map(|(reference, hashed)| {
        tree.leave_out(|path| !reference.has(path));
        reference.differences(tree, hashed)
    });
    State::Installed { by_gox, changes }
}

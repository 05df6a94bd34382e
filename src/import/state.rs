//! What a tree is: the official release, something else, or nothing that anybody here can tell.

use std::collections::BTreeMap;

use super::differences::Reference;
use super::tree::{Hashed, Tree};
use crate::error::Error;
use crate::install::installer::Installer;
use crate::install::prove::{self, LogQuestion};
use crate::proof::dirhash;
use crate::store::inventory::Toolchain;
use crate::store::receipt::{FileRecord, Receipt};
use crate::store::verify::FileChange;

/// What a tree is.
pub enum State {
    /// It has all files of the release, by the hash in the checksum database.
    Proven,
    /// It does not have that hash. Where it is known which files of the release are others, these.
    Differs(Option<BTreeMap<String, FileChange>>),
    /// The checksum database does not tell; with the reason.
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

impl State {
    /// The word for it, in lists and `--json`.
    pub fn word(&self) -> &'static str {
        match self {
            State::Proven => "proven",
            State::Differs(_) => "differs",
            State::Unknown(_) => "unknown",
            State::Installed { .. } => "installed",
            State::Unusable(_) => "unusable",
        }
    }

    /// The files that are others.
    pub fn changes(&self) -> Option<&BTreeMap<String, FileChange>> {
        match self {
            State::Differs(changes) | State::Installed { changes, .. } => changes.as_ref(),
            _ => None,
        }
    }
}

/// Weighs a tree that was read by what the checksum database answers. What no release has is left out of the tree from
/// then on.
pub fn weigh(
    tree: &mut Tree,
    hashed: &[Hashed],
    question: Option<&LogQuestion>,
    installer: &Installer<'_>,
) -> State {
    let Some(question) = question else { return State::Unknown(prove::switched_off()) };
    let known = match question.answer(true) {
        Ok(known) => known,
        Err(error) => return State::Unknown(prove::of_log(error, installer)),
    };
    let is_known = |is_wanted: &dyn Fn(&str) -> bool| {
        let records = hashed.iter().map(|file| &file.record).filter(|record| is_wanted(&record.path));
        dirhash::of_files(&tree.toolchain, &records.cloned().collect::<Vec<FileRecord>>()) == known
    };
    if is_known(&|_| true) {
        return State::Proven;
    }
    let Some(reference) = Reference::of_release(tree, installer) else { return State::Differs(None) };
    if is_known(&|path| reference.has(path)) {
        tree.leave_out(|path| !reference.has(path));
        return State::Proven;
    }
    State::Differs(Some(reference.differences(tree, hashed)))
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

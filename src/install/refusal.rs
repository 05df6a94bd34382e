//! Hostile or damaged content, always an error of the kind [`Kind::Verification`]: one wording for each form.

use crate::error::{Error, Kind};

/// What is wrong with an archive.
pub(super) fn archive(reason: &str) -> Error {
    refused("archive", reason)
}

/// What is wrong with a module zip.
pub(super) fn module_zip(reason: &str) -> Error {
    refused("module zip", reason)
}

/// What is wrong with a tree that was unpacked without an error.
pub(super) fn toolchain(reason: &str) -> Error {
    refused("toolchain", reason)
}

fn refused(what: &str, reason: &str) -> Error {
    Error::new(Kind::Verification, format!("the {what} is refused: {reason}"))
}

/// Adds where the content came from. Errors of other kinds name their place themselves.
pub(super) fn at(error: Error, address: &str) -> Error {
    if error.kind() == Kind::Verification { error.detail(format!("from `{address}`")) } else { error }
}

//! Errors for hostile or damaged content, all of the kind [`Kind::Verification`] and worded alike.

use crate::error::{Error, Kind};
use crate::go::source::Format;
use crate::text;

/// Refuses content of a format.
pub(super) fn of(format: Format, reason: &str) -> Error {
    match format {
        Format::Archive => archive(reason),
        Format::ModuleZip => module_zip(reason),
    }
}

/// Refuses an archive.
pub(super) fn archive(reason: &str) -> Error {
    refused("archive", reason)
}

/// Refuses a module zip.
pub(super) fn module_zip(reason: &str) -> Error {
    refused("module zip", reason)
}

/// Refuses content that a library cannot read. Its message is escaped, because it may quote the name of an entry.
pub(super) fn malformed(format: Format, what: &str, message: &str) -> Error {
    let message = text::lower_first(&text::escaped(message));
    of(format, &format!("malformed {what}: {message}"))
}

/// Refuses a tree that was unpacked without an error.
pub(super) fn toolchain(reason: &str) -> Error {
    refused("toolchain", reason)
}

fn refused(what: &str, reason: &str) -> Error {
    Error::new(Kind::Verification, format!("the {what} is refused: {reason}"))
}

/// Adds the address of the content to a refusal. Errors of other kinds name a path or a URL themselves.
pub(super) fn at(error: Error, address: &str) -> Error {
    if error.kind() == Kind::Verification { error.detail(format!("from `{address}`")) } else { error }
}

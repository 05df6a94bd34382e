//! Sources that failed, and how an error lists them.

use crate::error::Error;
use crate::go::source::SourceName;
use crate::net::failure::Failure;

/// A source that did not serve what was asked for.
#[derive(Debug)]
pub struct SourceFailure {
    /// The name of the source.
    pub source: SourceName,
    /// Why it did not serve.
    pub failure: Failure,
}

/// Adds a line for each failed source to `error`, and the hints of the failures without repetition.
pub fn with_failures(mut error: Error, failures: &[SourceFailure]) -> Error {
    let mut hints: Vec<String> = Vec::new();
    for SourceFailure { source, failure } in failures {
        error = error.detail(format!("{source}: {failure}"));
        if let Some(hint) = failure.hint()
            && !hints.contains(&hint)
        {
            hints.push(hint);
        }
    }
    hints.into_iter().fold(error, Error::hint)
}

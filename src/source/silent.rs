//! What sources say that do not serve, told to the user.

use crate::error::Error;
use crate::go::source::SourceName;
use crate::net::failure::Failure;

/// A source that did not serve.
#[derive(Debug)]
pub struct Silent {
    /// Its name.
    pub source: SourceName,
    /// Why it did not serve.
    pub failure: Failure,
}

/// Adds what each source said, and the hints to that, each once.
pub fn told(mut error: Error, silent: &[Silent]) -> Error {
    let mut hints: Vec<&str> = Vec::new();
    for Silent { source, failure } in silent {
        error = error.detail(format!("{source}: {failure}"));
        if let Some(hint) = failure.hint()
            && !hints.contains(&hint)
        {
            hints.push(hint);
        }
    }
    hints.into_iter().fold(error, Error::hint)
}

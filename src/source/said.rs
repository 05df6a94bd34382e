//! What sources say that do not serve, told to the user.

use crate::error::Error;
use crate::net::failure::Failure;

/// What one source said.
#[derive(Debug)]
pub struct Said {
    /// The source's word.
    pub source: String,
    /// Why it did not serve.
    pub failure: Failure,
}

/// Adds what each source said, and their hints, each once.
pub fn told(mut error: Error, said: &[Said]) -> Error {
    let mut hints: Vec<String> = Vec::new();
    for Said { source, failure } in said {
        error = error.detail(format!("{source}: {failure}"));
        if let Some(hint) = failure.hint()
            && !hints.contains(&hint)
        {
            hints.push(hint);
        }
    }
    hints.into_iter().fold(error, Error::hint)
}

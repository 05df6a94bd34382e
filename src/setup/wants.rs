//! What a target wants, and what that depends on.

use std::path::PathBuf;

use super::edit::Edit;

/// What a target depends on beside the files that it edits.
pub struct Site {
    /// Whether another program comes before the shims on PATH.
    pub is_shadowed: bool,
}

/// What a target wants.
#[derive(Default)]
pub struct Wants {
    /// The files to change.
    pub edits: Vec<Edit>,
    /// The files that are left alone, because they have the line that evaluates `gox init`.
    pub by_hand: Vec<ByHand>,
}

/// A line that evaluates `gox init` and was written by hand.
#[derive(Clone)]
pub struct ByHand {
    /// The file.
    pub path: PathBuf,
    /// The number of the line, from 1.
    pub line: usize,
    /// The number of a later line that puts something before the shims.
    pub behind: Option<usize>,
}

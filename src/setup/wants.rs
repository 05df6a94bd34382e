//! What a target wants, and what that depends on.

use std::path::PathBuf;

use super::edit::Edit;
use crate::env::Environment;
use crate::machine::Machine;
use crate::machine::wsl::Wsl;

/// What a target depends on beside the files that it edits.
#[derive(Clone, Debug)]
pub struct Site {
    /// The machine, by what it tells of itself.
    pub machine: Machine,
    /// Whether the target `wsl` takes Windows folders off PATH.
    pub isolate: bool,
    /// Whether another program comes before the shims on PATH.
    pub is_shadowed: bool,
    /// The current directory, by which targets of a project find it.
    pub directory: PathBuf,
}

impl Site {
    /// That of this process.
    pub fn here(machine: Machine, is_shadowed: bool) -> Self {
        let directory = std::env::current_dir().unwrap_or_else(|_| ".".into());
        Site { machine, isolate: false, is_shadowed, directory }
    }

    /// What the machine is to WSL.
    pub(super) fn wsl(&self) -> Wsl {
        Wsl::of(&self.machine, &Environment::Process)
    }
}

/// What a target wants.
#[derive(Default)]
pub struct Wants {
    /// The files to change.
    pub edits: Vec<Edit>,
    /// The files that are left alone, because they have the line that evaluates `gox init`.
    pub by_hand: Vec<ByHand>,
    /// Why there is nothing to change, where nothing is.
    pub notes: Vec<String>,
    /// What to do once the files are changed, each in a line.
    pub then: Vec<String>,
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

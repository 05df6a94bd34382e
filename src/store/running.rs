//! Whether a program of a toolchain runs now.

use std::path::Path;

use crate::fs::read::is_absence;
use crate::os::programs;

/// Whether a program inside a tree runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Running {
    /// At least one does.
    Yes,
    /// None does that this user may look at.
    No,
    /// The system does not tell.
    Unknown,
}

impl Running {
    /// Why a toolchain is not removed; none where it may be.
    pub fn reason_to_keep(self) -> Option<&'static str> {
        match self {
            Running::Yes => Some("runs now"),
            Running::No => None,
            Running::Unknown => Some("whether it runs cannot be told"),
        }
    }
}

/// Whether the program of any process is a file inside `tree`.
pub fn inside(tree: &Path) -> Running {
    let tree = match tree.canonicalize() {
        Ok(tree) => tree,
        Err(error) if is_absence(&error) => return Running::No,
        Err(_) => return Running::Unknown,
    };
    match programs::running() {
        Some(programs) if programs.iter().any(|program| program.starts_with(&tree)) => Running::Yes,
        Some(_) => Running::No,
        None => Running::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::{Running, inside};

    #[test]
    fn a_tree_runs_while_a_program_in_it_does() {
        let own = std::env::current_exe().unwrap();
        assert_eq!(inside(own.parent().unwrap()), Running::Yes);
        let empty = tempfile::TempDir::new().unwrap();
        assert_eq!(inside(empty.path()), Running::No);
        assert_eq!(inside(&empty.path().join("none")), Running::No);
        assert_eq!(inside(&own.join("below a file")), Running::No);
        let around = empty.path().join("around");
        std::os::unix::fs::symlink(&around, &around).unwrap();
        assert_eq!(inside(&around), Running::Unknown);
    }
}

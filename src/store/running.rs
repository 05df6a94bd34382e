//! Whether a program of a tree runs now, as far as the system tells.

use std::fs;
use std::path::Path;

/// Whether the program of any process that the user may look at is inside `tree`. Only Linux has `/proc`; elsewhere the answer
/// is no.
pub fn inside(tree: &Path) -> bool {
    let Ok(tree) = fs::canonicalize(tree) else { return false };
    let Ok(processes) = fs::read_dir("/proc") else { return false };
    let programs = processes.flatten().filter_map(|process| fs::read_link(process.path().join("exe")).ok());
    programs.into_iter().any(|program| program.starts_with(&tree))
}

//! What `gox setup` would do to start-up files, and what is left to the user.

use std::path::{Path, PathBuf};

use super::lines;
use super::places;
use super::shell::Shell;
use super::startup_file::{Change, StartupFile};
use crate::error::Result;

/// A plan for start-up files.
#[derive(Default)]
pub struct Plan {
    /// The files that are left alone, because they have the line that evaluates `gox init`.
    pub by_hand: Vec<ByHand>,
    /// The other files, which get a block or have it already.
    pub paths: Vec<PathBuf>,
    /// The changes that are left to make.
    pub changes: Vec<Change>,
}

/// A line that evaluates `gox init` and was written by hand.
pub struct ByHand {
    /// The file.
    pub path: PathBuf,
    /// The number of the line, from 1.
    pub line: usize,
    /// The number of a later line that puts something before the shims.
    pub behind: Option<usize>,
}

/// The plan for files, each with the content of its block. With `is_shadowed`, because another program comes before
/// the shims on PATH, a block also moves behind lines that may be the reason.
pub fn put(files: Vec<(StartupFile, String)>, is_shadowed: bool) -> Result<Plan> {
    let mut plan = Plan::default();
    for (file, body) in files {
        let path = file.path().to_owned();
        if let Some(own) = places::lines_by_hand(&file, &body)? {
            let mut later = lines::lines(file.text()).into_iter().filter(|line| line.number >= own.end);
            let behind = later.find(|line| line.may_put(is_shadowed)).map(|line| line.number);
            plan.by_hand.push(ByHand { path, line: own.start, behind });
        } else {
            plan.paths.push(path);
            plan.changes.extend(file.put(&body, is_shadowed)?);
        }
    }
    Ok(plan)
}

/// What the user does to have the shims first on PATH.
pub enum Step {
    /// Runs a command.
    Run(String),
    /// Moves a line that was written by hand behind another.
    Move(ByHand, usize),
    /// Starts another shell: the start-up files are as they should be, and this one has not read them.
    Restart(Shell),
}

/// The step for the user's shell, or for one that gox does not know the line that puts the directory `shims` first.
pub fn step(shims: &Path, is_shadowed: bool) -> Step {
    let Some(shell) = Shell::of_user() else {
        return Step::Run(format!("export PATH=\"{}:$PATH\"", shims.display()));
    };
    match places::users_files(shell).and_then(|files| put(files, is_shadowed)) {
        Ok(plan) if plan.changes.is_empty() => {
            let moves = plan.by_hand.into_iter().find_map(|line| line.behind.map(|behind| (line, behind)));
            moves.map_or(Step::Restart(shell), |(line, behind)| Step::Move(line, behind))
        }
        _ => Step::Run("gox setup".to_owned()),
    }
}

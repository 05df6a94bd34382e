//! The targets of `gox setup`: what a machine, a user or a project can be set up with.
//!
//! A target writes files and runs no program, so it can be taken back. What else is needed it prints as commands.

use clap::ValueEnum;
use clap::builder::PossibleValue;

use super::edit::Edit;
use super::places;
use super::shell::Shell;
use super::wants::{Site, Wants};
use crate::error::Result;

/// What can be set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The functions and PATH, in the user's start-up files of a shell.
    Shell(Shell),
    /// PATH for all users. `gox setup --system` names it.
    System,
}

/// The targets that are named on the command line.
pub const NAMED: &[Target] = &[
    Target::Shell(Shell::Bash),
    Target::Shell(Shell::Zsh),
    Target::Shell(Shell::Fish),
    Target::Shell(Shell::Sh),
];

impl ValueEnum for Target {
    fn value_variants<'a>() -> &'a [Self] {
        NAMED
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        NAMED.contains(self).then(|| PossibleValue::new(self.name()).help(self.about()))
    }
}

impl Target {
    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Target::Shell(shell) => shell.word(),
            Target::System => "--system",
        }
    }

    /// What it sets up, in a few words.
    fn about(self) -> &'static str {
        match self {
            Target::Shell(Shell::Bash) => "PATH and functions, in ~/.bashrc and the login file",
            Target::Shell(Shell::Zsh) => "PATH and functions, in .zshrc",
            Target::Shell(Shell::Fish) => "PATH and functions, in config.fish",
            Target::Shell(Shell::Sh) => "PATH alone, in ~/.profile",
            Target::System => "PATH alone, for all users",
        }
    }

    /// What the target wants now.
    pub fn wants(self, site: &Site) -> Result<Wants> {
        match self {
            Target::Shell(shell) => places::wants(shell, site.is_shadowed),
            Target::System => places::wants_of_all_users(),
        }
    }

    /// All that the target may have written, by which it is found and taken back.
    pub fn traces(self, _site: &Site) -> Result<Vec<Edit>> {
        match self {
            Target::Shell(shell) => places::traces(shell),
            Target::System => Ok(vec![places::of_all_users()]),
        }
    }

    /// Whether something of the target is there.
    pub fn is_set_up(self, site: &Site) -> bool {
        self.traces(site).is_ok_and(|edits| edits.iter().any(Edit::is_there))
    }

    /// The shell, of a target that sets one up for the user.
    pub fn shell(self) -> Option<Shell> {
        match self {
            Target::Shell(shell) => Some(shell),
            Target::System => None,
        }
    }

    /// What remains after the change was taken back, in a line.
    pub fn then_undone(self) -> String {
        match self {
            Target::Shell(_) | Target::System => "shells that are open keep gox until they end".to_owned(),
        }
    }

    /// What to do after the change, in a line.
    pub fn then(self) -> String {
        match self {
            Target::Shell(Shell::Sh) | Target::System => "it is read at the next login".to_owned(),
            Target::Shell(shell) => shell.restart(),
        }
    }
}

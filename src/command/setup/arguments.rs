//! What `gox setup` is told, and how to tell it the same again.

use std::path::PathBuf;

use clap::Args;

use crate::env::{self, SHELL};
use crate::error::{Error, Kind, Result};
use crate::setup::shell::Shell;
use crate::setup::target::{Owner, Target};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gox setup              the shell by SHELL; shows the change, then asks
  gox setup zsh --dry-run
  gox setup git ssh-agent
  gox setup hooks
  gox setup --check
  gox setup --undo
  sudo env \"PATH=$PATH\" gox setup --system")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(in crate::command) struct Arguments {
    /// What to set up; without it, the shell that `SHELL` names
    #[arg(value_name = "TARGET")]
    pub targets: Vec<Target>,
    /// For all users: only PATH, in /etc/profile.d/gox.sh
    #[arg(long, conflicts_with = "targets")]
    pub system: bool,
    /// With wsl: take Windows folders off PATH
    #[arg(long)]
    pub isolate: bool,
    /// Internal: the machine that was recorded in this folder, in place of `/`
    #[arg(long, hide = true, value_name = "DIR")]
    pub machine: Option<PathBuf>,
    /// Remove what setup has written
    #[arg(long)]
    pub undo: bool,
    /// Compare only, by default all targets that are set up
    #[arg(long, conflicts_with_all = ["undo", "dry_run", "yes"])]
    pub check: bool,
    /// Do not ask whether to write the change
    #[arg(long, conflicts_with = "dry_run")]
    pub yes: bool,
    /// Only show what would change
    #[arg(long)]
    pub dry_run: bool,
}

impl Arguments {
    /// The targets of the command line, else the shell of the user.
    pub(super) fn targets(&self) -> Result<Vec<Target>> {
        if self.system {
            return Ok(vec![Target::System]);
        }
        if !self.targets.is_empty() {
            return Ok(self.targets.clone());
        }
        Shell::of_user().map(|shell| vec![Target::Shell(shell)]).ok_or_else(|| {
            let message = match env::text(SHELL) {
                Some(shell) => format!("gox has no functions for `{shell}`, which `SHELL` names"),
                None => "could not tell which shell is yours: `SHELL` is not set".to_owned(),
            };
            Error::new(Kind::Usage, message)
                .hint("name it: `gox setup bash`, or another of the targets that `gox setup --help` lists")
        })
    }

    /// The command line to repeat with `--yes`: its arguments that choose the change.
    pub(super) fn command_line(&self) -> String {
        self.line("gox", &self.targets)
    }

    pub(super) fn line(&self, gox: &str, targets: &[Target]) -> String {
        let mut words = vec![gox, "setup"];
        words.extend(targets.iter().map(|target| target.name()));
        words.extend(self.system.then_some("--system"));
        words.extend((self.isolate && targets.contains(&Target::Wsl)).then_some("--isolate"));
        words.extend(self.undo.then_some("--undo"));
        words.join(" ")
    }

    /// Whether a file of all users is changed.
    pub(super) fn is_for_all(&self) -> bool {
        self.system || self.targets.iter().any(|target| target.owner() == Owner::Root)
    }
}

//! What `gox sync` is given on its command line.

use std::path::PathBuf;

use clap::Args;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gox sync fleet/gox.toml
  gox sync --check
  gox sync --yes --target ci fleet/gox.toml
  gox sync --at HEAD~1
  gox sync --update fleet/gox.toml

docs/fleet.md has the file by example.")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(in crate::command) struct Arguments {
    /// The fleet file; without it the one that was applied last
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// The target in the file; by default the one for this host
    #[arg(long, value_name = "NAME")]
    pub target: Option<String>,
    /// Compare only, without the network; 1 if something differs
    #[arg(long, conflicts_with_all = ["dry_run", "yes", "update"])]
    pub check: bool,
    /// Only show what would change
    #[arg(long, conflicts_with = "yes")]
    pub dry_run: bool,
    /// Make the changes without asking
    #[arg(long, conflicts_with = "update")]
    pub yes: bool,
    /// Take the file as it is in this commit, to go back
    #[arg(long, value_name = "COMMIT", conflicts_with = "update")]
    pub at: Option<String>,
    /// Also hash the toolchains, and reinstall damaged ones
    #[arg(long, conflicts_with = "update")]
    pub deep: bool,
    /// Fetch module zips whole, not only what is missing
    #[arg(long, conflicts_with = "update")]
    pub no_delta: bool,
    /// Raise the versions in the file to the newest patches
    #[arg(long, conflicts_with_all = ["target", "json"])]
    pub update: bool,
    /// Print a JSON object
    #[arg(long)]
    pub json: bool,
}

impl Arguments {
    /// Whether the machine is to be changed.
    pub(super) fn changes(&self) -> bool {
        !self.check && !self.dry_run
    }
}

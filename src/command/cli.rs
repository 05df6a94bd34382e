//! The command line as types, without logic: help, completions and the manual come from here.

use clap::{Args, Parser, Subcommand};

/// A Go toolchain manager: verified toolchains, and the right one at no cost
#[derive(Debug, Parser)]
#[command(name = "gox", version, disable_help_subcommand = true)]
pub struct Cli {
    /// What to do
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Install toolchains, each proven before it can be used
    Install(Install),
    /// List the installed toolchains
    #[command(visible_alias = "ls")]
    List(List),
    /// Show or set the version that runs where nothing else is asked for
    Default(Default),
}

/// Arguments of `gox install`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gox install 1.22.4
  gox install 1.22 oldstable
  gox install '>=1.21, <1.23'")]
pub struct Install {
    /// Versions: `1.22.4`, `1.22`, `latest`, `oldstable`, `1.28rc1`, or a range; without one what is
    /// asked for here, else `latest`
    #[arg(value_name = "REQUEST")]
    pub requests: Vec<String>,
    /// Build it anew and put it in the place of the one that is there
    #[arg(long)]
    pub force: bool,
}

/// Arguments of `gox list`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gox list
  gox list --json")]
pub struct List {
    /// Print an array of objects
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `gox default`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gox default
  gox default 1.22
  gox default system")]
pub struct Default {
    /// What is to run where nothing else is asked for
    #[arg(value_name = "REQUEST")]
    pub request: Option<String>,
}

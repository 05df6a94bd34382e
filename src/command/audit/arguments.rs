//! The arguments of `gox audit`.

use clap::Args;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gox audit
  gox audit --here
  gox audit 1.26.5 1.25
  gox audit --json

A package that has a vulnerability need not be one that your program reaches,
which `govulncheck ./...` tells. To install it:
  GOTOOLCHAIN=auto go install golang.org/x/vuln/cmd/govulncheck@latest

The code is 1 where a version has any; else 4 or 5 where the database could not
be read, is not a vulnerability database, or may be outdated; else 3 where it is
unknown what a version has, or there is none; else 0.")]
pub(in crate::command) struct Arguments {
    /// Versions, also ones that are not installed; by default all installed ones
    #[arg(value_name = "REQUEST", conflicts_with = "here")]
    pub requests: Vec<String>,
    /// Only the version that runs here
    #[arg(long)]
    pub here: bool,
    /// Print a JSON object
    #[arg(long, conflicts_with = "sarif")]
    pub json: bool,
    /// Print a SARIF log, for code scanning
    #[arg(long)]
    pub sarif: bool,
}

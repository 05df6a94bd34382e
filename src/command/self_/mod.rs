//! `gox self uninstall`: takes back what `gox setup` has written, and removes the store, the settings and gox.

mod removal;

use clap::{Args, Subcommand};

use self::removal::Removal;
use super::context::Context;
use super::{confirm, interrupt};
use crate::error::{Kind, Result};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gox self uninstall --dry-run
  gox self uninstall")]
pub(super) struct Arguments {
    /// What to do
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Remove gox, and what it installed and set up
    Uninstall(Uninstall),
}

#[derive(Debug, Args)]
#[command(after_help = "Example:
  gox self uninstall --dry-run

It takes back what `gox setup` wrote, also the hooks of known projects, and
removes the store, the settings, and gox where it is in ~/.local/bin or ~/bin.
What gox did not write stays, and so do your .go-version files.")]
struct Uninstall {
    /// Do not ask
    #[arg(long, conflicts_with = "dry_run")]
    yes: bool,
    /// Only show what would be removed
    #[arg(long)]
    dry_run: bool,
}

/// Shows what would be removed, asks, and removes it.
pub(super) fn run(arguments: &Arguments, context: &Context<'_>) -> Result<u8> {
    let Command::Uninstall(arguments) = &arguments.command;
    interrupt::watch(context.printer)?;
    let removal = Removal::plan(context)?;
    // What is removed without a question need not be shown.
    if !(arguments.yes && context.printer.is_quiet()) {
        removal.show(context)?;
    }
    let asks = || confirm::is_removal_wanted("gox self uninstall --yes", context.printer);
    if arguments.dry_run || !(arguments.yes || asks()?) {
        context.printer.say("nothing was changed");
        return Ok(if arguments.dry_run { 0 } else { Kind::Refused.code() });
    }
    Ok(removal.carry_out(context))
}

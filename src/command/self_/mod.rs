//! `gox self update`, and `gox self uninstall`, which takes back what `gox setup` has written, and removes the store, the
//! settings and gox.

mod owner;
mod releases;
mod removal;
mod update;

use clap::{Args, Subcommand};

use self::removal::Removal;
use super::context::Context;
use super::{confirm, interrupt};
use crate::error::{Kind, Result};
use crate::store::shims;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gox self update --check
  gox self uninstall --dry-run")]
pub(super) struct Arguments {
    /// What to do
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Replace gox by its newest release, or by that of a version
    Update(update::Arguments),
    /// Remove gox, and what it installed and set up
    Uninstall(Uninstall),
    /// Renew the shims and the copy of gox in the store, for an update
    #[command(hide = true)]
    Refresh,
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

pub(super) fn run(arguments: &Arguments, context: &Context<'_>) -> Result<u8> {
    match &arguments.command {
        Command::Update(arguments) => update::run(arguments, context),
        Command::Uninstall(arguments) => uninstall(arguments, context),
        Command::Refresh => shims::refresh(&context.store()).map(|()| 0).map_err(|error| {
            error.hint("the shims are still those of the gox before: `gox doctor store-shims` tells how to renew them")
        }),
    }
}

/// Shows what would be removed, asks, and removes it.
fn uninstall(arguments: &Uninstall, context: &Context<'_>) -> Result<u8> {
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

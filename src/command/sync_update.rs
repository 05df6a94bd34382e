//! `gox sync --update`: raises the versions in a fleet file, for a person or a program to commit.

use std::path::Path;

use super::context::Context;
use super::supply;
use crate::error::{Error, Kind, Result};
use crate::fs::write::{Claim, Replacement};
use crate::go::name::ToolchainName;
use crate::go::version::Version;
use crate::install::plan;
use crate::setup::change::unified;
use crate::sync::file::FleetFile;
use crate::sync::repository::{self, Read};
use crate::sync::update;
use crate::text;

/// Raises the versions in the file, and prints the change.
pub(super) fn run(file: &Path, dry_run: bool, context: &Context<'_>) -> Result<()> {
    let Read { text: before, name, .. } = repository::read(file)?;
    FleetFile::parse(&name, &before)?;
    let released = supply::with_installer(context, |installer| {
        plan::released(&installer.network.sources, installer.report)
    })?;
    let released: Vec<Version> = released.iter().filter_map(ToolchainName::release).cloned().collect();
    let after = update::raised(&before, &released);
    if after == before {
        context.printer.say("each version is the newest patch of its line");
        return Ok(());
    }
    let shown = file.display().to_string();
    context.printer.data(&unified(&shown, &shown, &before, &after))?;
    if dry_run {
        context.printer.say("nothing was changed");
        return Ok(());
    }
    // Through a symbolic link: the file is where its repository is.
    let target = file.canonicalize().unwrap_or_else(|_| file.to_owned());
    let unwritten = |error| Error::store(format!("could not write `{}`", file.display()), error);
    let new = Replacement::of(&target, after.as_bytes()).map_err(unwritten)?;
    // The network has taken its time.
    let claim = Claim::of(&target);
    if claim.is_none() || repository::read(file)?.text != before {
        let message = format!("`{}` changed in the meantime, so it is left as it is", file.display());
        return Err(Error::new(Kind::Refused, message).hint("run the command again"));
    }
    new.persist(&target).map_err(unwritten)?;
    context.printer.say(&format!(
        "changed `{}`; commit it, then: gox sync {}",
        file.display(),
        text::quoted_path(file)
    ));
    Ok(())
}

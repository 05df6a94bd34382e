//! `gox sync --update`: raises the versions in a fleet file, for a person or a program to commit.

use std::path::Path;

use super::exists;
use crate::command::context::Context;
use crate::command::requests::Lookup;
use crate::command::supply;
use crate::error::{Error, Kind, Result};
use crate::fs::write::{Claim, Replacement};
use crate::go::name::ToolchainName;
use crate::go::version::Version;
use crate::install::plan;
use crate::setup::change::unified;
use crate::sync::file::FleetFile;
use crate::sync::repository::{self, Read};
use crate::sync::update::{self, Raised};
use crate::text;

/// Raises the versions in the file, and prints the change.
pub(super) fn run(file: &Path, dry_run: bool, context: &Context<'_>) -> Result<()> {
    let Read { text: before, name, .. } = repository::read(file)?;
    let fleet = FleetFile::parse(&name, &before)?;
    let released = supply::with_installer(context, |installer| {
        plan::released(&installer.network.sources, installer.report)
    })?;
    let released: Vec<Version> = released.iter().filter_map(ToolchainName::release).cloned().collect();
    refuse_absent(&fleet, &released, context)?;
    let Raised { text: after, versions } = update::raised(&before, &released);
    if after == before {
        context.printer.say("each version is the newest patch of its line");
        return Ok(());
    }
    for (old, new) in &versions {
        let has_exception = |name| fleet.all().any(|declared| declared.has_exception(name));
        if has_exception(old) && !has_exception(new) {
            let [old, new] = [old, new].map(ToolchainName::request);
            context.printer.note(&format!("the exception of the policy for {old} does not cover {new}"));
        }
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

/// An error if a version of the file was never released. One with a suffix may be in a folder that is not here.
fn refuse_absent(fleet: &FleetFile, released: &[Version], context: &Context<'_>) -> Result<()> {
    let lookup = Lookup::new(&context.settings, context);
    for declared in fleet.all() {
        let is_unlisted =
            |name: &&ToolchainName| name.release().is_some_and(|version| !released.contains(version));
        for name in declared.toolchains().iter().filter(is_unlisted) {
            lookup
                .check(&name.request(), |_| Ok(()))
                .map_err(|error| exists::of_file(error, name, declared, context))?;
        }
    }
    Ok(())
}

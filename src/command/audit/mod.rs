//! `gox audit`: lists the known vulnerabilities of Go itself in versions that are installed, selected or named.

mod arguments;
mod audited;
mod json;
mod sarif;
mod targets;
mod text;

use super::context::Context;
use super::vulnerable;
use crate::audit::cache::{Cache, outdated};
use crate::audit::refresh::refresh;
use crate::audit::remedy::Remedies;
use crate::env::GOVULNDB;
use crate::error::{Error, Kind, Result};
use crate::net::failure::offline_hint;
use crate::source::known;
use crate::source::network::Network;
use crate::store::receipt::now;
use crate::ui::progress::Activity;
pub(super) use arguments::Arguments;
use audited::Audited;

/// The hint where the database may not be asked, or does not answer.
const NAME_A_COPY: &str = "name a copy of the database, or its address: `export GOX_VULNDB=/path/to/vulndb`";

/// Prints what each version has. The code is 1 where one is affected; else that of the failure, where the database may
/// not be that of today, as a clean result would rest on old data; else 3 where it is unknown what one has.
pub(super) fn run(arguments: &Arguments, context: &Context<'_>) -> Result<u8> {
    let targets = targets::of(arguments, context)?;
    let (cache, failure) = database(context)?;
    let counts = cache.counts();
    let remedies = Remedies::new(&cache, &counts, known::versions(context.world.home()));
    let audited: Vec<_> = targets.into_iter().map(|target| Audited::new(target, &cache, &remedies)).collect();
    if let Some(failure) = &failure {
        let used = format!("the vulnerability database may not be current: that of {} is used", cache.day());
        context.printer.warn(&format!("{used}\n  {}", failure.body()));
        failure.hints().iter().for_each(|hint| context.printer.hint(hint));
    }
    if arguments.json {
        context.printer.json(&json::object(&audited, &cache, failure.is_none()))?;
    } else if arguments.sarif {
        context.printer.json(&sarif::log(&audited, &cache, failure.as_ref()))?;
    } else {
        text::show(&audited, &cache, &counts, context)?;
    }
    let unknown = audited.iter().any(|one| one.known.is_err()).then_some(Kind::NoSuchVersion);
    let failed = failure.map(|failure| failure.kind()).or(unknown);
    let kind = if audited.iter().any(Audited::is_affected) { Some(Kind::Refused) } else { failed };
    Ok(kind.map_or(0, Kind::code))
}

/// The database as it is now; with a failure where it is none of today, or where it could not be asked, and what was
/// kept of it is used.
fn database(context: &Context<'_>) -> Result<(Cache, Option<Error>)> {
    let base = match &context.settings.vulndb.address {
        Ok(Some(base)) => base,
        Ok(None) => {
            return Err(Error::new(Kind::Network, "the vulnerability database is switched off")
                .hint("who switched it off: `gox config vulndb`"));
        }
        Err(reason) => {
            return Err(Error::new(Kind::Usage, format!("invalid `{GOVULNDB}`: {reason}"))
                .hint(format!("unset it: `unset {GOVULNDB}`")));
        }
    };
    let home = context.world.home();
    let kept = Cache::read(home, base);
    let network = Network::new(&context.settings, &context.world)?;
    let refreshed = match vulnerable::database(&network.sources, context) {
        Some(database) => {
            let _activity = Activity::of("the refresh of the vulnerability database", context.printer);
            refresh(&database, kept.as_ref())
        }
        None => Err(may_not_be_asked(context)),
    };
    match (refreshed, kept) {
        (Ok(new), kept) => {
            let written = if kept.as_ref() == Some(&new) { Ok(()) } else { new.write(home) };
            if let Err(error) = written {
                context.printer.note(&format!("the vulnerability database was not kept: {error}"));
            }
            let outdated = outdated(&new.modified, now());
            Ok((new, outdated))
        }
        (Err(failure), Some(kept)) => Ok((kept, Some(failure))),
        (Err(failure), None) => {
            let message = "could not read the vulnerability database";
            let error = Error::new(failure.kind(), message).detail(failure.line());
            let is_unreached = failure.hints().is_empty() && failure.kind() == Kind::Network;
            let error = if is_unreached { error.hint(NAME_A_COPY) } else { error };
            Err(failure.hints().iter().fold(error, Error::hint))
        }
    }
}

/// The error where the database may not be asked.
fn may_not_be_asked(context: &Context<'_>) -> Error {
    let error = |message| Error::new(Kind::Network, message);
    match &context.settings.offline {
        Some(set_by) => {
            error("it may not be asked, as gox is told to keep off the network").hint(offline_hint(set_by))
        }
        None => error("it may not be asked, as all sources are folders").hint(NAME_A_COPY),
    }
}

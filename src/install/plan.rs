//! From a request to the name of one toolchain.

use super::report::Report;
use crate::error::{Error, Kind, Result};
use crate::go::platform::Platform;
use crate::go::request::{self, Request};
use crate::net::failure::Cause;
use crate::proof::pinned;
use crate::source::nearest::nothing_matches;
use crate::source::releases::Scope;
use crate::source::said::{Said, told};
use crate::source::sources::{Sources, newest, proxy_hint};

/// Names of files are made from it, such as the lock's; no release of anybody is longer.
const MAX_NAME: usize = 200;

/// The toolchain that a request means among all that were released. An exact one needs no list.
pub fn toolchain(request: &Request, sources: &Sources, report: &dyn Report) -> Result<String> {
    if let Some(name) = request.toolchain() {
        if name.len() > MAX_NAME {
            return Err(Error::new(
                Kind::NoSuchVersion,
                format!("no such version: a name of {} bytes", name.len()),
            ));
        }
        return match name.strip_prefix("go1") {
            Some(_) => Ok(name),
            None => Err(Error::new(Kind::NoSuchVersion, format!("`{name}` is no release of Go"))
                .hint("versions look like `1.22.4`, `1.22` or `latest`")),
        };
    }
    if *request == Request::System {
        return Err(Error::new(Kind::Usage, "the system's Go is there already, and not gox's to install"));
    }
    let scope = match request {
        Request::Latest | Request::OldStable => Scope::Latest,
        _ => Scope::All,
    };
    let unanswered = match sources.choose(request, scope) {
        Ok(chosen) => {
            if let Some(note) = &chosen.note {
                report.note(note);
            }
            return Ok(chosen.toolchain);
        }
        Err(unanswered) => unanswered,
    };
    let mut names = unanswered.names;
    if names.is_empty() && !unanswered.said.is_empty() {
        names = compiled(Some(request), &unanswered.said, sources, report)?;
    }
    newest(request, &names).ok_or_else(|| nothing_matches(&request.to_string(), &names))
}

/// The names of all toolchains that were released for this machine.
pub fn released(sources: &Sources, report: &dyn Report) -> Result<Vec<String>> {
    match sources.list() {
        Ok(names) => {
            if let Some(note) = &names.note {
                report.note(note);
            }
            Ok(names.toolchains)
        }
        Err(said) => compiled(None, &said, sources, report),
    }
}

/// A mirror that has files but no list leaves the versions that gox knows by itself. What is not among
/// them may well have been released since.
fn compiled(
    request: Option<&Request>,
    said: &[Said],
    sources: &Sources,
    report: &dyn Report,
) -> Result<Vec<String>> {
    let answers =
        |said: &Said| said.failure.is_absent() || matches!(said.failure.cause, Cause::Unexpected(_));
    let names = pinned::toolchains(Platform::HOST);
    let is_known = request.is_none_or(|request| newest(request, &names).is_some());
    if !said.iter().any(answers) || !is_known {
        let purpose = request.map_or_else(String::new, |request| format!(" to find `{request}`"));
        let message = format!("could not get a list of releases{purpose}");
        let error = told(Error::new(Kind::Network, message), said);
        let offline = said.iter().any(|said| said.failure.cause == Cause::Offline);
        let unnamed = sources.proxies.is_empty() && !offline;
        let request = request.unwrap_or(&Request::Latest);
        return Err(if unnamed { error.hint(proxy_hint(&request.quoted())) } else { error });
    }
    let last = newest(&Request::Latest, &names).map_or_else(String::new, |name| request::of_toolchain(&name));
    report.note(&format!("no source has a list of releases; using the one of this gox, up to {last}"));
    Ok(names)
}

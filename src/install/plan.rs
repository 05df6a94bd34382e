//! From a request to the name of one toolchain.

use super::report::Report;
use crate::error::{Error, Kind, Result};
use crate::go::name::ToolchainName;
use crate::go::platform::Platform;
use crate::go::request::Request;
use crate::net::failure::Cause;
use crate::proof::pinned;
use crate::source::Scope;
use crate::source::absent::nothing_matches;
use crate::source::silent::{Silent, told};
use crate::source::sources::{Sources, newest, proxy_hint};

/// The toolchain that a request means among all that were released. An exact one needs no list.
pub fn toolchain(request: &Request, sources: &Sources, report: &dyn Report) -> Result<ToolchainName> {
    if let Some(name) = request.toolchain() {
        let length = name.as_str().len();
        if length > ToolchainName::MAX_BYTES {
            return Err(Error::new(
                Kind::NoSuchVersion,
                format!("no such version: a name of {length} bytes"),
            ));
        }
        if name.is_linked() {
            return Err(Error::new(Kind::NoSuchVersion, format!("`{name}` is no release of Go"))
                .hint("versions look like `1.22.4`, `1.22` or `latest`"));
        }
        return Ok(name);
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
    if names.is_empty() && !unanswered.silent.is_empty() {
        names = compiled(Some(request), &unanswered.silent, sources, report)?;
    }
    newest(request, &names).ok_or_else(|| nothing_matches(&request.to_string(), &names))
}

/// The names of all toolchains that were released for this machine.
pub fn released(sources: &Sources, report: &dyn Report) -> Result<Vec<ToolchainName>> {
    match sources.list() {
        Ok(names) => {
            if let Some(note) = &names.note {
                report.note(note);
            }
            Ok(names.toolchains)
        }
        Err(silent) => compiled(None, &silent, sources, report),
    }
}

/// A mirror that has files but no list leaves the versions that gox knows by itself. What is not among
/// them may well have been released since.
fn compiled(
    request: Option<&Request>,
    silent: &[Silent],
    sources: &Sources,
    report: &dyn Report,
) -> Result<Vec<ToolchainName>> {
    let answers =
        |silent: &Silent| silent.failure.is_absent() || matches!(silent.failure.cause, Cause::Unexpected(_));
    let names = pinned::toolchains(Platform::HOST);
    let is_known = request.is_none_or(|request| newest(request, &names).is_some());
    if !silent.iter().any(answers) || !is_known {
        let purpose = request.map_or_else(String::new, |request| format!(" to find `{request}`"));
        let message = format!("could not get a list of releases{purpose}");
        let error = told(Error::new(Kind::Network, message), silent);
        let offline = silent.iter().any(|silent| silent.failure.cause == Cause::Offline);
        let unnamed = sources.proxies.is_empty() && !offline;
        let request = request.unwrap_or(&Request::Latest);
        return Err(if unnamed { error.hint(proxy_hint(request)) } else { error });
    }
    let last = newest(&Request::Latest, &names).map_or_else(String::new, |name| name.request().to_string());
    report.note(&format!("no source has a list of releases; using the one of this gox, up to {last}"));
    Ok(names)
}

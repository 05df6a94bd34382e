//! From a request to the name of the toolchain to install.

use super::report::Report;
use crate::error::{Error, Kind, Result};
use crate::go::name::ToolchainName;
use crate::go::platform::Platform;
use crate::go::request::{CHOICES, Request};
use crate::net::failure::Cause;
use crate::proof::pinned;
use crate::source::Scope;
use crate::source::absent::{no_such_version, nothing_matches};
use crate::source::source_failure::{SourceFailure, with_failures};
use crate::source::sources::{Sources, Unanswered, newest, proxy_hint};
use crate::text;

/// The toolchain to install for a request: the newest release that matches. An exact version needs no list.
pub fn toolchain(request: &Request, sources: &Sources, report: &dyn Report) -> Result<ToolchainName> {
    if let Some(name) = request.toolchain() {
        return exact(name);
    }
    if *request == Request::System {
        return Err(Error::new(Kind::Usage, "gox does not install the system Go"));
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
    if names.is_empty() && !unanswered.failures.is_empty() {
        names = compiled(Some(request), &unanswered.failures, sources, report)?;
    }
    if let Some(name) = newest(request, &names) {
        return Ok(name);
    }
    // The list of a module proxy may have only what somebody asked it for before.
    if let Some(name) = newest(request, &sources.known()) {
        report.note(&format!(
            "no source lists a version for `{request}`; {name} is the newest known to this gox"
        ));
        return Ok(name);
    }
    let error = nothing_matches(request, &names);
    Err(sources.folders().into_iter().fold(error, Error::detail))
}

/// The toolchain itself, if a source can have one of that name.
fn exact(name: ToolchainName) -> Result<ToolchainName> {
    let length = name.as_str().len();
    if length > ToolchainName::MAX_BYTES {
        return Err(Error::new(Kind::NoSuchVersion, format!("no such version: a name of {length} bytes")));
    }
    if name.is_linked() {
        let error = Error::new(Kind::NoSuchVersion, format!("`{name}` is not a Go release"));
        return Err(match text::nearest(name.as_str(), CHOICES) {
            Some(word) => error.hint(format!("the nearest is `{word}`")),
            None => error.hint("versions look like `1.22.4`, `1.22` or `latest`"),
        });
    }
    Ok(name)
}

/// Fails if no release list has an exact version, for which [`toolchain`] asks none. What gox knows to be released
/// exists even if the list of a module proxy leaves it out; folders have nothing but their files.
pub fn check_listed(name: &ToolchainName, sources: &Sources, report: &dyn Report) -> Result<()> {
    let Err(Unanswered { names, failures, is_current }) = sources.choose(&name.request(), Scope::All) else {
        return Ok(());
    };
    let are_folders = sources.are_folders();
    if names.contains(name) || sources.known().contains(name) {
        return Ok(());
    }
    // A version that is missing from a list of an earlier run may have been released since.
    if !are_folders && (names.is_empty() || !is_current) {
        return compiled(None, &failures, sources, report).map(drop);
    }
    let error = no_such_version(name, &sources.with_release(names, name), &failures);
    Err(sources.folders().into_iter().fold(error, Error::detail))
}

/// The names of all toolchains released for this platform.
pub fn released(sources: &Sources, report: &dyn Report) -> Result<Vec<ToolchainName>> {
    match sources.list() {
        Ok(names) => {
            if let Some(note) = &names.note {
                report.note(note);
            }
            Ok(names.toolchains)
        }
        Err(failures) => compiled(None, &failures, sources, report),
    }
}

/// The versions compiled into gox, for a source that answers but has no release list, as many mirrors. An error if no
/// source answers, or if `request` matches none of them: a matching version may have been released since.
fn compiled(
    request: Option<&Request>,
    failures: &[SourceFailure],
    sources: &Sources,
    report: &dyn Report,
) -> Result<Vec<ToolchainName>> {
    let answers = |SourceFailure { failure, .. }: &SourceFailure| {
        failure.is_absent() || matches!(failure.cause, Cause::Unexpected(_))
    };
    let names = pinned::toolchains(Platform::HOST);
    let is_known = request.is_none_or(|request| newest(request, &names).is_some());
    if !failures.iter().any(answers) || !is_known {
        let purpose = request.map_or_else(String::new, |request| format!(" to find `{request}`"));
        let message = format!("could not fetch a release list{purpose}");
        let error = with_failures(Error::new(Kind::Network, message), failures);
        let is_offline = failures.iter().any(|failed| matches!(failed.failure.cause, Cause::Offline(_)));
        let needs_proxy = sources.goproxy.is_default() && !sources.are_folders() && !is_offline;
        let request = request.unwrap_or(&Request::Latest);
        return Err(if needs_proxy { error.hint(proxy_hint(request)) } else { error });
    }
    let last = newest(&Request::Latest, &names).map_or_else(String::new, |name| name.request().to_string());
    report.note(&format!("no source has a release list; using the versions known to this gox, up to {last}"));
    Ok(names)
}

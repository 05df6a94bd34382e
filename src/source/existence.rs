//! Whether a release answers a request: by what is known without a network, by the lists of the sources, and by what
//! they said when none of them served it.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use super::Scope;
use super::absent::{line_meant, neighbours, no_such_version, nothing_matches, version_of};
use super::known;
use super::source_failure::{SourceFailure, with_failures};
use super::sources::{Sources, Unanswered, proxy_hint};
use crate::error::{Error, Kind};
use crate::go::name::ToolchainName;
use crate::go::platform::Platform;
use crate::go::request::Request;
use crate::go::source::SourceName;
use crate::go::version::{Line, Version};
use crate::net::failure::Cause;
use crate::proof::pinned;
use crate::select::reason::Rule;
use crate::store::layout::Home;

/// Whether a release answers a request.
#[derive(Debug)]
pub enum Existence {
    /// One does.
    Yes,
    /// None does, with the error that says so.
    No(Error),
    /// It cannot be told, for these reasons.
    Unknown(Vec<String>),
}

/// The last minor version of Go 1 of which not all releases are compiled in: of some there is only a sha1.
const LAST_INCOMPLETE: &str = "1.6";

/// How many newer lines have releases when no patch of a line comes any more. Go 1.19.13 came after 1.21.0, so two are
/// not enough.
const NEWER_LINES: usize = 3;

/// How long [`Lists`] are waited for. The answer only guards against a typing error, for which nobody should wait as
/// long as for a download.
const PATIENCE: Duration = Duration::from_secs(3);

/// Whether a release for any platform answers the request, without asking the network; `None` if one may have been
/// published since this gox was built.
pub fn known(request: &Request, home: &Home) -> Option<Existence> {
    let pinned = pinned::released();
    let is_among = |versions: &[Version]| request.choose(versions.iter()).is_some();
    // The pinned versions answer nearly always, and those known from the disk cost a look at each toolchain.
    if matches!(request, Request::Latest | Request::OldStable)
        || is_among(&pinned)
        || is_among(&known::versions(home))
    {
        return Some(Existence::Yes);
    }
    let is_past = is_past(request, &pinned);
    is_past.then(|| Existence::No(absence(request, &pinned::toolchains(Platform::HOST), &[])))
}

/// Whether a toolchain may have been released, as far as is known without a network, so that a source can have it.
pub fn is_possible(name: &ToolchainName, home: &Home) -> bool {
    let is_ruled_out = || matches!(known(&name.request(), home), Some(Existence::No(_)));
    !name.is_linked() && name.is_request() && !is_ruled_out()
}

/// What to ask for in place of a request that nothing can answer: the line that it means, or the released version
/// nearest to it, as far as is known without a network, else `latest`.
pub fn instead_of(request: &Request, home: &Home) -> Request {
    instead_among(request, &known::versions(home))
}

/// As [`instead_of`], for the place of this rule. One that takes the name of a toolchain gets the newest version that is
/// meant, in Go's spelling: `go1.22` is none.
pub fn instead_at(rule: Rule, request: &Request, home: &Home) -> String {
    let versions = known::versions(home);
    let other = instead_among(request, &versions);
    match other.choose(versions.iter()) {
        Some(version) if matches!(rule, Rule::Gotoolchain | Rule::ToolchainLine) => version.to_string(),
        _ => other.to_string(),
    }
}

/// The released version nearest to a request, as far as is known without a network.
pub fn nearest(request: &Request, home: &Home) -> Option<Version> {
    nearest_among(request, &names(&known::versions(home)))
}

fn instead_among(request: &Request, versions: &[Version]) -> Request {
    let names = names(versions);
    match line_meant(request, &names) {
        Some(line) => Request::Line(line),
        None => nearest_among(request, &names).map_or(Request::Latest, Request::Version),
    }
}

fn nearest_among(request: &Request, names: &[ToolchainName]) -> Option<Version> {
    neighbours(&version_of(request)?, names).into_iter().next()
}

fn names(versions: &[Version]) -> Vec<ToolchainName> {
    versions.iter().map(Version::toolchain).collect()
}

/// Whether an answer to the request would be among the pinned versions if it existed. Names from lists do not tell
/// that, because a list may leave out any version: the short one of go.dev has two, a company's proxy those that it
/// likes.
fn is_past(request: &Request, pinned: &[Version]) -> bool {
    let releases = || pinned.iter().filter(|version| version.is_release());
    let is_closed = |line: &Line| {
        let newer: BTreeSet<Line> = releases().map(Version::line).filter(|other| other > line).collect();
        newer.len() >= NEWER_LINES
    };
    let is_complete =
        |line: &Line| Version::parse(LAST_INCOMPLETE).is_some_and(|version| *line > version.line());
    if Version::parse(&request.to_string()).is_some_and(|version| version.is_short()) {
        return true;
    }
    match request {
        Request::Version(wanted) => {
            let line = wanted.line();
            let is_passed = || releases().any(|version| version.line() == line && version > wanted);
            is_complete(&line) && (is_passed() || is_closed(&line))
        }
        Request::Line(line) => is_complete(line) && is_closed(line),
        _ => false,
    }
}

/// The lists of the sources, which are asked for once and waited for a few seconds, for however many requests.
pub struct Lists {
    sources: Arc<Sources>,
    /// Whether they did not come in time: then they are neither asked nor waited for again.
    is_late: Cell<bool>,
}

impl Lists {
    /// The lists of these sources.
    pub fn of(sources: impl Into<Arc<Sources>>) -> Self {
        Lists { sources: sources.into(), is_late: Cell::new(false) }
    }

    /// Whether a release answers the request, as the sources say.
    pub fn ask(&self, request: &Request) -> Existence {
        if self.is_late.get() {
            return late();
        }
        let (sender, receiver) = mpsc::channel();
        let (request, sources) = (request.clone(), self.sources.clone());
        // Sending fails only when nobody waits any more.
        let answer = move || drop(sender.send(of_lists(&request, &sources)));
        // If no thread can be started, ask on this one.
        if thread::Builder::new().spawn(answer.clone()).is_err() {
            answer();
        }
        drop(answer);
        receiver.recv_timeout(PATIENCE).unwrap_or_else(|_| {
            self.is_late.set(true);
            late()
        })
    }
}

fn late() -> Existence {
    Existence::Unknown(vec![format!("no release list came within {} s", PATIENCE.as_secs())])
}

fn of_lists(request: &Request, sources: &Sources) -> Existence {
    match sources.choose(request, Scope::All) {
        Ok(_) => Existence::Yes,
        Err(Unanswered { names, failures, is_current: true }) => {
            Existence::No(absence(request, &names, &failures))
        }
        Err(Unanswered { failures, .. }) if failures.is_empty() => {
            let reason = if sources.are_folders() {
                "only folders are configured, and they may lack releases"
            } else {
                "the release list is of an earlier run"
            };
            Existence::Unknown(vec![reason.to_owned()])
        }
        Err(Unanswered { failures, .. }) => {
            let line = |SourceFailure { source, failure }: &SourceFailure| format!("{source}: {failure}");
            Existence::Unknown(failures.iter().map(line).collect())
        }
    }
}

/// The error for a toolchain that no source served: there is no such version, or it was released and the network or the
/// sources keep it from being downloaded. Lists are not requested from sources that did not answer before.
pub fn unserved(toolchain: &ToolchainName, sources: &Sources, failures: &[SourceFailure]) -> Error {
    let is_unanswered = |source: &SourceName| {
        failures.iter().any(|failed| failed.source == *source && failed.failure.is_unanswered())
    };
    let answering = sources.all().filter(|source| !is_unanswered(&source.name()));
    let lists = answering.filter_map(|source| sources.list_of(source));
    // A version that is missing from an outdated list may exist.
    let listed: Vec<ToolchainName> =
        lists.filter(|names| names.current).flat_map(|names| names.toolchains).collect();
    let all_absent = !failures.is_empty() && failures.iter().all(|failed| failed.failure.is_absent());
    let unlisted = !listed.is_empty() && !listed.contains(toolchain);
    let known = sources.known();
    // A folder's list is worth nothing without the files.
    let is_listed = !sources.are_folders() && listed.contains(toolchain);
    let is_released = is_listed || known.contains(toolchain);
    let is_nowhere = all_absent || unlisted;
    if is_nowhere && !is_released {
        let names = sources.with_release(if listed.is_empty() { known } else { listed }, toolchain);
        let error = no_such_version(toolchain, &names, failures);
        return sources.folders().into_iter().fold(error, Error::detail);
    }
    let refused = failures.iter().any(|failed| failed.failure.cause == Cause::Unprovable);
    let kind = if refused { Kind::Verification } else { Kind::Network };
    let message = if is_nowhere {
        format!("could not download `{toolchain}`: it was released, but no source has it")
    } else {
        format!("could not download `{toolchain}`")
    };
    let error = with_failures(Error::new(kind, message), failures);
    if !sources.goproxy.is_default()
        || sources.are_folders()
        || failures.iter().any(|failed| failed.failure.hint().is_some())
    {
        return error;
    }
    error.hint(proxy_hint(&toolchain.request()))
}

fn absence(request: &Request, names: &[ToolchainName], failures: &[SourceFailure]) -> Error {
    match request.toolchain() {
        Some(toolchain) => no_such_version(&toolchain, names, failures),
        None => nothing_matches(request, names),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_come_is_unknown_and_what_did_not_come_is_not() {
        let home = Home::at("/nowhere");
        for (word, expected) in [
            ("latest", 'y'),
            ("oldstable", 'y'),
            ("1.22.4", 'y'),
            ("1.22", 'y'),
            ("1.20.0", 'y'),
            ("1.27rc1", 'y'),
            (">=1.21 <1.22", 'y'),
            // A number that was left out, and more than there were.
            ("1.7.2", 'n'),
            ("1.22.99", 'n'),
            ("1.22rc9", 'n'),
            ("1.27rc9", 'n'),
            ("22.4", 'n'),
            ("22.4.1", 'n'),
            ("22", 'n'),
            ("1.25.1", 'y'),
            // The next patches and lines, and what is far from anything.
            ("1.25.99", '?'),
            ("1.27.99", '?'),
            ("1.28rc1", '?'),
            ("1.55", '?'),
            ("1.555.0", '?'),
            ("2", '?'),
            (">=1.99", '?'),
            ("1.22.4-bigcorp", '?'),
            // No sha256 of it is known.
            ("1.5.1", '?'),
            ("1.4.3", '?'),
        ] {
            let found = match known(&Request::parse(word).unwrap(), &home) {
                Some(Existence::Yes) => 'y',
                Some(_) => 'n',
                None => '?',
            };
            assert_eq!(found, expected, "{word}");
        }
    }
}

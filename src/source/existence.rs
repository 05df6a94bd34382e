//! Whether a release answers a request: by what is known without a network, and by the lists of the sources.

use std::collections::BTreeSet;

use super::Scope;
use super::absent::{no_such_version, nothing_matches};
use super::known;
use super::source_failure::SourceFailure;
use super::sources::{Sources, Unanswered};
use crate::error::Error;
use crate::go::name::ToolchainName;
use crate::go::request::Request;
use crate::go::version::{Line, Version};
use crate::store::layout::Home;

/// Whether a release answers a request.
#[derive(Debug)]
pub enum Existence {
    /// One does.
    Yes,
    /// None does, with the error that says so.
    No(Error),
    /// It cannot be told, for this reason.
    Unknown(String),
}

/// The last minor version of Go 1 of which not all releases are compiled in: of some there is only a sha1.
const LAST_INCOMPLETE: &str = "1.6";

/// How many newer lines have releases when no patch of a line comes any more. Go 1.19.13 came after 1.21.0, so two are
/// not enough.
const NEWER_LINES: usize = 3;

/// Tells it by the releases that are known without a network; `None` if one may have come since.
pub fn known(request: &Request, home: &Home) -> Option<Existence> {
    let versions = known::versions(home);
    if matches!(request, Request::Latest | Request::OldStable) || request.choose(versions.iter()).is_some() {
        return Some(Existence::Yes);
    }
    is_past(request, &versions).then(|| {
        let names: Vec<ToolchainName> = versions.iter().map(Version::toolchain).collect();
        Existence::No(absence(request, &names, &[]))
    })
}

/// Whether an answer to the request would be among the known versions if it existed.
fn is_past(request: &Request, known: &[Version]) -> bool {
    let releases = || known.iter().filter(|version| version.is_release());
    let is_closed = |line: &Line| {
        let newer: BTreeSet<Line> = releases().map(Version::line).filter(|other| other > line).collect();
        newer.len() >= NEWER_LINES
    };
    let is_complete =
        |line: &Line| Version::parse(LAST_INCOMPLETE).is_some_and(|version| *line > version.line());
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

/// Asks the sources for their lists.
pub fn ask(request: &Request, sources: &Sources) -> Existence {
    match sources.choose(request, Scope::All) {
        Ok(_) => Existence::Yes,
        Err(Unanswered { names, failures, is_current: true }) => {
            Existence::No(absence(request, &names, &failures))
        }
        Err(Unanswered { failures, .. }) => Existence::Unknown(match failures.first() {
            Some(SourceFailure { source, failure }) => format!("{source}: {failure}"),
            None => "the release list is of an earlier run".into(),
        }),
    }
}

fn absence(request: &Request, names: &[ToolchainName], failures: &[SourceFailure]) -> Error {
    match request.toolchain() {
        Some(toolchain) => no_such_version(&toolchain, names, failures),
        None => nothing_matches(&request.to_string(), names),
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

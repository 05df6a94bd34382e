//! From a request to the name of one toolchain.

use crate::error::{Error, Kind, Result};
use crate::proof::pinned;
use crate::select::request::Request;
use crate::select::version::{Version, version_of_toolchain};
use crate::source::http::Cause;
use crate::source::nearest::nothing_matches;
use crate::source::platform::Platform;
use crate::source::releases::Scope;
use crate::source::said::{Said, told};
use crate::source::sources::Sources;
use crate::ui::printer::Printer;

/// The toolchain that a request means among all that were released. An exact one needs no list.
pub fn toolchain(request: &Request, sources: &Sources, printer: &Printer) -> Result<String> {
    if let Some(name) = request.toolchain() {
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
    let names = match sources.toolchains(scope) {
        Ok(listing) => {
            if let Some(note) = &listing.names.note {
                printer.note(note);
            }
            listing.names.toolchains
        }
        Err(said) => compiled(request, &said, printer)?,
    };
    let versions: Vec<Version> = names.iter().filter_map(|name| plain(name)).collect();
    match request.choose(versions.iter()) {
        Some(version) => Ok(version.toolchain()),
        None => Err(nothing_matches(&request.to_string(), &names)),
    }
}

/// The version of a name without suffix.
fn plain(name: &str) -> Option<Version> {
    version_of_toolchain(name).filter(|version| version.toolchain() == name)
}

/// A mirror that has files but no list leaves the versions that gox knows by itself.
fn compiled(request: &Request, said: &[Said], printer: &Printer) -> Result<Vec<String>> {
    let answers =
        |said: &Said| said.failure.is_absent() || matches!(said.failure.cause, Cause::Unexpected(_));
    if !said.iter().any(answers) {
        let message = format!("could not get a list of releases to find `{request}`");
        return Err(told(Error::new(Kind::Network, message), said)
            .hint("an exact version needs no list: `gox install 1.22.4`"));
    }
    let names = pinned::toolchains(Platform::HOST);
    let newest = names.iter().filter_map(|name| plain(name)).max();
    let newest = newest.map_or_else(String::new, |version| version.to_string());
    printer.note(&format!("no source has a list of releases; using the one of this gox, up to {newest}"));
    Ok(names)
}

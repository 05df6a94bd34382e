//! Reads the requests of a command line, and finds what they mean among what is installed.

use super::context::Context;
use crate::error::{Error, Kind, Result};
use crate::go::request::Request;
use crate::select::selection::Go;
use crate::select::system;
use crate::store::inventory;
use crate::text;

/// Reads a request.
pub(super) fn parse(word: &str) -> Result<Request> {
    Request::parse(word).map_err(|refused| {
        let error = Error::new(Kind::Usage, refused.to_string());
        match Request::meant(word) {
            Some(_) => error,
            None => error.hint("requests look like `1.22.4`, `1.22`, `latest` or `>=1.21, <1.23`"),
        }
    })
}

/// The error for a name that is neither a version nor a linked GOROOT, with the name that is spelled most like it.
pub(super) fn unknown_name(request: &Request, context: &Context<'_>) -> Error {
    let installed = inventory::all(&context.world.homes).into_iter();
    let names = installed.map(|toolchain| toolchain.name.request().to_string());
    let words = ["latest", "stable", "oldstable", "system"].map(str::to_owned);
    let message = format!("`{request}` is no version, and no GOROOT has that name");
    let error = Error::new(Kind::NoSuchVersion, message);
    let error = match text::nearest(&request.to_string(), words.into_iter().chain(names)) {
        Some(name) => error.hint(format!("the nearest is `{name}`")),
        None => error,
    };
    error.hint(request.install_hint())
}

/// The installed Go that a request means.
pub(super) fn installed(request: &Request, context: &Context<'_>) -> Result<Go> {
    if *request == Request::System {
        let path = system::find("go", &context.world);
        let path = path.ok_or_else(|| Error::new(Kind::NoSuchVersion, "there is no other `go` on PATH"))?;
        return Ok(Go::System(path));
    }
    let found = inventory::installed(&context.world.homes, request);
    found.map(Go::Toolchain).ok_or_else(|| not_installed(request))
}

/// The error for a request that nothing installed answers.
pub(super) fn not_installed(request: &Request) -> Error {
    Error::new(Kind::NoSuchVersion, format!("`{request}` is not installed")).hint(request.install_hint())
}

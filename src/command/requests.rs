//! Reads the requests of a command line, and finds what they mean among what is installed.

use std::cell::OnceCell;

use super::context::Context;
use crate::error::{Error, Kind, Result};
use crate::go::platform::Platform;
use crate::go::printed;
use crate::go::request::{CHOICES, EXAMPLES, Request};
use crate::select::reason::Reason;
use crate::select::selection::Go;
use crate::select::{advice, directory, system};
use crate::settings::Settings;
use crate::source::existence::{self, Existence, Lists};
use crate::source::network::Network;
use crate::store::inventory;
use crate::text;

/// Reads a request, or what `go version` prints, as it is pasted.
pub(super) fn parse(word: &str) -> Result<Request> {
    if let Some(request) = printed::request(word) {
        return of_this_machine(word, request);
    }
    Request::parse(word).map_err(|refused| {
        let error = Error::new(Kind::Usage, refused.to_string());
        match Request::meant(word) {
            Some(_) => error,
            None => error.hint(EXAMPLES),
        }
    })
}

/// The request in these words of `go version`. An error if they end with the platform of another machine.
fn of_this_machine(printed: &str, request: Request) -> Result<Request> {
    let Platform { os, arch } = Platform::HOST;
    let this = format!("{os}/{arch}");
    if printed::platform(printed).is_none_or(|platform| platform == this) {
        return Ok(request);
    }
    let message = format!("`{}` is for another platform than this machine's, {this}", text::excerpt(printed));
    Err(Error::new(Kind::Usage, message).hint(format!("ask for the version alone: `{}`", request.quoted())))
}

/// An error if nothing can ever answer the request: no release does, as far as is known or the sources say, and no
/// GOROOT has that name. Returns whether that could be told; if not, it warns, and so it does for the system's Go where
/// there is none now.
pub(super) fn check_exists(request: &Request, context: &Context<'_>) -> Result<bool> {
    let mut is_told = true;
    Lookup::new(&context.settings, context).check(request, |reasons| {
        let reasons = reasons.join("; ");
        context.printer.warn(&format!("could not find out whether `{request}` exists: {reasons}"));
        is_told = false;
        Ok(())
    })?;
    Ok(is_told)
}

/// An error if it is known without a network that no release answers the request.
pub(super) fn check_possible(request: &Request, context: &Context<'_>) -> Result<()> {
    match existence::known(request, context.world.home()) {
        Some(Existence::No(error)) => Err(error),
        _ => Ok(()),
    }
}

/// Looks up whether requests can be answered, by the sources of these settings, whose lists are asked for once.
pub(super) struct Lookup<'a> {
    settings: &'a Settings,
    context: &'a Context<'a>,
    /// The lists of the sources, once a request needs them, or why there are no sources.
    lists: OnceCell<std::result::Result<Lists, String>>,
}

impl<'a> Lookup<'a> {
    pub(super) fn new(settings: &'a Settings, context: &'a Context<'_>) -> Self {
        Lookup { settings, context, lists: OnceCell::new() }
    }

    /// As [`check_exists`]; `unknown` gets the reasons why it cannot be told.
    pub(super) fn check(
        &self,
        request: &Request,
        unknown: impl FnOnce(Vec<String>) -> Result<()>,
    ) -> Result<()> {
        let context = self.context;
        if *request == Request::System && system::find("go", &context.world).is_none() {
            context.printer.warn("`system` selects no Go yet: there is no other `go` on PATH");
        }
        if *request == Request::System || inventory::installed(&context.world.homes, request).is_some() {
            return Ok(());
        }
        if request.is_linked_name() {
            return Err(unknown_name(request, context));
        }
        let known = existence::known(request, context.world.home());
        match known.unwrap_or_else(|| self.ask(request)) {
            Existence::Yes => Ok(()),
            Existence::No(error) => Err(error),
            Existence::Unknown(reasons) => unknown(reasons),
        }
    }

    /// Asks the sources.
    fn ask(&self, request: &Request) -> Existence {
        let network = || Network::new(self.settings, &self.context.world).map_err(|error| error.summary());
        match self.lists.get_or_init(|| network().map(|network| Lists::of(network.sources))) {
            Ok(lists) => lists.ask(request),
            Err(reason) => Existence::Unknown(vec![reason.clone()]),
        }
    }
}

/// The hints for a missing version, for which `reason` asks: how to install it or, where no such version is known, how
/// to ask for another one.
pub(super) fn missing_hints(request: &Request, reason: &Reason, context: &Context<'_>) -> Vec<String> {
    let install = request.install_hint();
    if request.is_linked_name() {
        let other = match nearest(request, context) {
            Some(name) => format!("the nearest is `{name}`; {}", instead(request, reason, context)),
            None => EXAMPLES.to_owned(),
        };
        return vec![other, install];
    }
    let other = || instead(request, reason, context);
    match existence::known(request, context.world.home()) {
        Some(Existence::No(_)) => vec![format!("there is no such version; {}", other())],
        // It may be newer than what is known.
        None | Some(Existence::Unknown(_)) => vec![format!("if there is such a version, {install}"), other()],
        Some(Existence::Yes) => vec![install],
    }
}

/// Whether something may answer the request, as far as is known without a network.
pub(super) fn may_exist(request: &Request, context: &Context<'_>) -> bool {
    !matches!(existence::known(request, context.world.home()), Some(Existence::No(_)))
}

/// How to ask for the nearest version that exists, where `request` was found.
pub(super) fn instead(request: &Request, reason: &Reason, context: &Context<'_>) -> String {
    let name = if request.is_linked_name() { nearest(request, context) } else { None };
    let other = name.unwrap_or_else(|| existence::instead_at(reason.rule, request, context.world.home()));
    let here = directory::current(&context.world).ok();
    format!("ask for another: {}", advice::instead(reason, &other, here.as_deref()))
}

/// The error, with the hint how to ask for another version if it says that `request` does not exist: what asks for it
/// would go on to do so, whatever else is installed.
pub(super) fn asked_for(error: Error, request: &Request, reason: &Reason, context: &Context<'_>) -> Error {
    match error.kind() {
        Kind::NoSuchVersion => error.only_hint(instead(request, reason, context)),
        _ => error,
    }
}

/// The error, with the hint to give `verb` another request, before its `rest`, if it says that no version answers this
/// one.
pub(super) fn for_verb(
    error: Error,
    request: &Request,
    [verb, rest]: [&str; 2],
    context: &Context<'_>,
) -> Error {
    if error.kind() != Kind::NoSuchVersion || request.is_linked_name() {
        return error;
    }
    let other = existence::instead_of(request, context.world.home());
    error.only_hint(format!("ask for another: `gox {verb} {other}{rest}`"))
}

/// The error for a name that is neither a version nor a linked GOROOT, with the name that is spelled most like it.
pub(super) fn unknown_name(request: &Request, context: &Context<'_>) -> Error {
    let message = format!("`{request}` is not a version, and no GOROOT has that name");
    let other =
        nearest(request, context).map_or(EXAMPLES.to_owned(), |name| format!("the nearest is `{name}`"));
    Error::new(Kind::NoSuchVersion, message).hint(other).hint(request.install_hint())
}

/// The word that means something and is spelled most like the request, if one is.
fn nearest(request: &Request, context: &Context<'_>) -> Option<String> {
    let installed = inventory::all(&context.world.homes).into_iter();
    let names = installed.map(|toolchain| toolchain.name.request().to_string());
    text::nearest(&request.to_string(), CHOICES.map(str::to_owned).into_iter().chain(names))
}

/// Says how to install what was just asked for in a file, where it is not installed.
pub(super) fn tell_if_missing(request: &Request, context: &Context<'_>) {
    if *request != Request::System && inventory::installed(&context.world.homes, request).is_none() {
        context.printer.hint(&format!("it is not installed; {}", request.install_hint()));
    }
}

/// The installed Go that a request means.
pub(super) fn installed(request: &Request, context: &Context<'_>) -> Result<Go> {
    if *request == Request::System {
        let path = system::find("go", &context.world);
        let path = path.ok_or_else(|| Error::new(Kind::NoSuchVersion, "there is no other `go` on PATH"))?;
        return Ok(Go::System(path));
    }
    let found = inventory::installed(&context.world.homes, request);
    found.map(Go::Toolchain).ok_or_else(|| not_installed(request, context))
}

/// The error for a request that nothing installed answers.
pub(super) fn not_installed(request: &Request, context: &Context<'_>) -> Error {
    if request.is_linked_name() {
        return unknown_name(request, context);
    }
    if let Some(Existence::No(error)) = existence::known(request, context.world.home()) {
        return error;
    }
    Error::new(Kind::NoSuchVersion, format!("`{request}` is not installed")).hint(request.install_hint())
}

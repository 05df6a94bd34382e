//! Finds the base: asks the rules from `+word` down to the system Go, and takes the first answer.

use std::path::PathBuf;

use super::pin::{self, Pin};
use super::question::Question;
use super::reason::{Reason, Rule};
use super::system;
use super::trace::{Trace, Why};
use super::world::World;
use crate::env::{ENVRC, GO_VERSION, GOX_USE};
use crate::error::{Error, Kind, Result};
use crate::go::printed;
use crate::go::request::Request;
use crate::store::inventory::{self, Toolchain};
use crate::text;

/// The base, from which selection starts.
#[derive(Debug)]
pub(super) enum Base {
    /// A request for a toolchain in a store.
    Own(Box<Own>),
    /// The system Go, by the path of the tool; `None` if it is asked for and there is none.
    System { path: Option<PathBuf>, reason: Reason },
}

/// A base that is a toolchain in a store, installed or not.
#[derive(Debug)]
pub(super) struct Own {
    pub(super) request: Request,
    /// The installed toolchain that the request means, if there is one.
    pub(super) toolchain: Option<Toolchain>,
    pub(super) reason: Reason,
}

/// Asks the rules in order; `None` if none gives a base.
pub(super) fn find(question: &Question<'_>, trace: &mut Trace) -> Result<Option<Base>> {
    let rules = [Rule::Argument, Rule::Environment, Rule::Use, Rule::File, Rule::Default, Rule::System];
    for rule in rules {
        if rule == Rule::File && question.directory().is_none() {
            trace.not_asked(&[rule], Why::NoDirectory);
            continue;
        }
        let base = match rule {
            Rule::Argument => argument(question)?,
            Rule::Environment => environment(question)?,
            Rule::Use => of_shell(question)?,
            Rule::File => file(question)?,
            Rule::Default => default_file(question)?,
            _ => system_go(question),
        };
        if base.is_some() {
            return Ok(base);
        }
        trace.nothing(rule);
    }
    Ok(None)
}

fn argument(question: &Question<'_>) -> Result<Option<Base>> {
    let Some(typed) = question.call.request else { return Ok(None) };
    let reason = Reason::new(Rule::Argument, typed.to_string_lossy());
    let request = parse(&reason)?;
    Ok(Some(answer(question, request, reason)))
}

fn environment(question: &Question<'_>) -> Result<Option<Base>> {
    let Some(text) = question.world.environment.text(GO_VERSION) else { return Ok(None) };
    let reason = Reason::new(Rule::Environment, text);
    let request = printed::request(&reason.text).map_or_else(|| parse(&reason), Ok).map_err(|error| {
        error.hint("start the command, or the `make` above it, without the variable: `env -u GO_VERSION …`")
    })?;
    Ok(Some(answer(question, request, reason)))
}

fn of_shell(question: &Question<'_>) -> Result<Option<Base>> {
    let Some(text) = question.world.environment.text(GOX_USE) else { return Ok(None) };
    let environment = &question.world.environment;
    let envrc = environment.text(ENVRC).and_then(|envrc| {
        let path = PathBuf::from(envrc.strip_prefix(text.as_str())?.strip_prefix(':')?);
        path.is_absolute().then_some(path)
    });
    let reason = Reason { path: envrc, ..Reason::new(Rule::Use, text) };
    let request = parse(&reason).map_err(|error| match &reason.path {
        Some(path) => error.hint(format!("write another into {}: `use gox latest`", text::path(path))),
        None => error.hint("let files and the default choose in this shell: `gox use --unset`"),
    })?;
    Ok(Some(answer(question, request, reason)))
}

/// Parses a request from the command line or a variable, where an invalid one is a usage error.
fn parse(reason: &Reason) -> Result<Request> {
    Request::parse(&reason.text)
        .map_err(|error| Error::new(Kind::Usage, error.to_string()).detail(reason.to_string()))
}

fn file(question: &Question<'_>) -> Result<Option<Base>> {
    let pin = question.directory().map(pin::nearest).transpose()?.flatten();
    Ok(pin.map(|pin| from_pin(question, &pin, Rule::File)))
}

fn default_file(question: &Question<'_>) -> Result<Option<Base>> {
    let pin = default(question.world)?;
    Ok(pin.map(|pin| from_pin(question, &pin, Rule::Default)))
}

/// The pin in the `default` file of the user's store, else of the system store.
pub(super) fn default(world: &World) -> Result<Option<Pin>> {
    for home in &world.homes {
        if let Some(pin) = pin::read(&home.default_file())? {
            return Ok(Some(pin));
        }
    }
    Ok(None)
}

fn from_pin(question: &Question<'_>, pin: &Pin, rule: Rule) -> Base {
    let request = chosen(question.world, question.call.tool, pin).clone();
    let reason = pin.reason(rule, &request);
    answer(question, request, reason)
}

/// The first request of a pin that is installed, else its first request.
pub(super) fn chosen<'a>(world: &World, tool: &str, pin: &'a Pin) -> &'a Request {
    let is_there = |request: &&Request| match request {
        Request::System => system::find(tool, world).is_some(),
        request => inventory::installed(&world.homes, request).is_some(),
    };
    // A single request is not looked up here, because the caller does it anyway.
    let chosen = if pin.requests.len() > 1 { pin.requests.iter().find(is_there) } else { None };
    chosen.unwrap_or(&pin.requests[0])
}

fn system_go(question: &Question<'_>) -> Option<Base> {
    let path = system::find(question.call.tool, question.world)?;
    let reason = Reason::new(Rule::System, path.to_string_lossy());
    Some(Base::System { path: Some(path), reason })
}

fn answer(question: &Question<'_>, request: Request, reason: Reason) -> Base {
    let world = question.world;
    if request == Request::System {
        return Base::System { path: system::find(question.call.tool, world), reason };
    }
    let toolchain = inventory::installed(&world.homes, &request);
    Base::Own(Box::new(Own { request, toolchain, reason }))
}

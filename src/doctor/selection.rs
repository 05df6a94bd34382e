//! The checks of what selects a Go: the default, the request for the current directory, and the settings.

use super::check::{Area, Check, Finding, State};
use super::facts::Facts;
use super::variable;
use crate::error::Kind;
use crate::go::request::{CHOICES, Request};
use crate::import::unread;
use crate::select::call::Call;
use crate::select::reason::Reason;
use crate::select::selection::{Go, Older, Selected};
use crate::select::{advice, pin, resolve, system};
use crate::settings::{AutoInstall, Settings, file};
use crate::source::existence::{self, Existence};
use crate::store::inventory;
use crate::text;

pub(super) const CHECKS: &[Check<Facts>] = &[
    Check { id: "default", area: Area::Selection, run: |facts| facts.if_readable(default) },
    Check { id: "pin", area: Area::Selection, run: |facts| facts.if_readable(pin) },
    Check { id: "pin-unread", area: Area::Selection, run: pin_unread },
    Check { id: "settings", area: Area::Selection, run: settings },
];

fn default(facts: &Facts) -> Finding {
    let read =
        facts.world.homes.iter().map(|home| pin::read(&home.default_file())).find_map(Result::transpose);
    let found = match read {
        Some(Ok(found)) => found,
        Some(Err(error)) => {
            let why = "wherever nothing else is asked for, `go` fails";
            return Finding::of_error(State::Failed, &error, why);
        }
        None if facts.own_toolchains().is_empty() => {
            return Finding::ok("there is no default, and nothing is installed");
        }
        None => {
            let why = "wherever nothing else is asked for, the system's Go runs, or none";
            return Finding::new(State::Note, "there is no default", why).mend("gox default latest");
        }
    };
    let request = &found.requests[0];
    let is_there = match request {
        Request::System => system::find("go", &facts.world).is_some(),
        request => inventory::installed(&facts.world.homes, request).is_some(),
    };
    if is_there { Finding::ok(request.to_string()) } else { no_default(request, facts) }
}

/// The finding about a default that is not there.
fn no_default(request: &Request, facts: &Facts) -> Finding {
    let fails = "wherever nothing else is asked for, `go` fails";
    let installs = "wherever nothing else is asked for, `go` has to install it, or fails";
    if *request == Request::System {
        let seen = "the default is the system's Go, and there is none";
        return Finding::new(State::Failed, seen, fails).mend("gox default latest");
    }
    let other = || format!("gox default {}", existence::instead_of(request, facts.home()));
    let install = format!("gox install {}", request.quoted());
    let mend = match may_be_installed(request, facts) {
        Some(false) => {
            let seen = format!("the default, {request}, does not exist");
            return Finding::new(State::Failed, seen, fails).mend(other());
        }
        Some(true) => install,
        None => if_it_exists(&install, &format!("`{}`", other())),
    };
    Finding::new(State::Warning, format!("the default, {request}, is not installed"), installs).mend(mend)
}

/// Whether an install can give what the request asks for, which it cannot for a linked GOROOT or a version that does
/// not exist; `None` if it cannot be told.
fn may_be_installed(request: &Request, facts: &Facts) -> Option<bool> {
    if request.is_linked_name() {
        return Some(false);
    }
    match facts.existence(request) {
        Existence::Yes => Some(true),
        Existence::No(_) => Some(false),
        Existence::Unknown(_) => None,
    }
}

/// The mend where it cannot be told whether the version exists.
fn if_it_exists(install: &str, other: &str) -> String {
    format!("if there is such a version: `{install}`; else: {other}")
}

fn pin(facts: &Facts) -> Finding {
    let selection = match resolve::select(&facts.world, &Call::new("go", &[])) {
        Ok(selection) => selection,
        Err(error) => {
            let finding = Finding::of_error(State::Failed, &error, "`go` fails in this directory");
            return if finding.mend.is_some() { finding } else { finding.mend("gox status") };
        }
    };
    let reason = &selection.reason;
    if let Some(warning) = resolve::invalid_go_line(&facts.world, &Call::new("go", &[])) {
        let why = "Go accepts no file with such a line";
        return Finding::new(State::Warning, warning.to_string(), why).mend("correct the line");
    }
    if let Some(Older { instead, .. }) = selection.older() {
        let seen = selection.warnings.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
        let why = "Go 1.21 and later fail in such a module, and earlier ones may";
        return Finding::new(State::Warning, seen, why).mend(without_marks(instead));
    }
    match selection.selected {
        Selected::Present(Go::Toolchain(toolchain)) => {
            Finding::ok(format!("{} is selected here, {reason}", toolchain.name))
        }
        Selected::Present(Go::System(path) | Go::OnPath { path, .. }) => {
            Finding::ok(format!("`{}` is selected here, {reason}", text::path(&path)))
        }
        Selected::Missing { request, .. } => not_there(&request, reason, facts),
    }
}

fn pin_unread(facts: &Facts) -> Finding {
    match unread::nearest(&facts.world) {
        Some(unread) => {
            let why = "nothing pins a version for gox here, so that another one may run";
            Finding::new(State::Note, unread.seen, why).mend(unread.pin)
        }
        None => Finding::ok("no file that gox does not read pins a version here"),
    }
}

/// The finding about a request that is not there.
fn not_there(request: &Request, reason: &Reason, facts: &Facts) -> Finding {
    let asked = format!("{request} is asked for here, {reason}, and");
    let other = || ask_otherwise(request, reason, facts);
    let may_be_installed = may_be_installed(request, facts);
    if may_be_installed == Some(false) {
        let seen = format!("{asked} does not exist");
        return Finding::new(State::Failed, seen, "`go` fails here").mend(without_marks(&other()));
    }
    let installs = facts.settings.as_ref().is_ok_and(|settings| settings.auto_install == AutoInstall::Always);
    let install = format!("gox install {}", request.quoted());
    let exists = may_be_installed.is_some();
    let (state, why) = match (installs, exists) {
        (true, true) => (State::Note, "the next `go` installs it first"),
        (true, false) => (State::Warning, "the next `go` installs it first, or fails if it does not exist"),
        (false, _) => (State::Warning, "`go` fails here, as `auto-install` does not let it install"),
    };
    let mend = if exists { install } else { if_it_exists(&install, &other()) };
    Finding::new(state, format!("{asked} is not installed"), why).mend(mend)
}

/// A mend that is a command has no marks around it.
fn without_marks(advice: &str) -> &str {
    advice.strip_prefix('`').and_then(|rest| rest.strip_suffix('`')).unwrap_or(advice)
}

/// How to ask for what exists, in the place where `request` was found, or how to make a name exist.
fn ask_otherwise(request: &Request, reason: &Reason, facts: &Facts) -> String {
    let other = if request.is_linked_name() {
        match text::nearest(&request.to_string(), CHOICES) {
            Some(word) => word.to_owned(),
            None => return format!("`gox link {request} PATH`"),
        }
    } else {
        existence::instead_at(reason.rule, request, facts.home())
    };
    advice::instead(reason, &other, None)
}

fn settings(facts: &Facts) -> Finding {
    let edit = || file::path().map(|path| format!("edit {}", text::quoted_path(&path)));
    if let Err(error) = &facts.settings {
        let finding = Finding::of_error(State::Failed, error, "every command of gox that needs them fails");
        let variable = Settings::invalid_variable().filter(|_| error.kind() == Kind::Usage);
        let variable = variable.map(|key| variable::unset(key.variable, None));
        return Finding { mend: variable.or(finding.mend).or_else(edit), ..finding };
    }
    match facts.warnings.as_slice() {
        [] => Finding::ok("valid"),
        warnings => {
            let why = "what it was meant to set is not set";
            Finding { mend: edit(), ..Finding::new(State::Warning, warnings.join("; "), why) }
        }
    }
}

//! The checks of what selects a Go: the default, the request for the current directory, and the settings.

use super::check::{Area, Check, Finding, State};
use super::facts::Facts;
use crate::go::request::Request;
use crate::select::call::Call;
use crate::select::selection::{Go, Selected};
use crate::select::{pin, resolve, system};
use crate::settings::{AutoInstall, file};
use crate::store::inventory;
use crate::text;

pub(super) const CHECKS: &[Check<Facts>] = &[
    Check { id: "default", area: Area::Selection, run: default },
    Check { id: "pin", area: Area::Selection, run: pin },
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
    if is_there {
        return Finding::ok(request.to_string());
    }
    let seen = match request {
        Request::System => "the default is the system's Go, and there is none".to_owned(),
        _ => format!("the default, {request}, is not installed"),
    };
    let mend = match request {
        Request::System => "gox default latest".to_owned(),
        request => format!("gox install {}", request.quoted()),
    };
    Finding::new(State::Warning, seen, "wherever nothing else is asked for, `go` has to install it, or fails")
        .mend(mend)
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
    match selection.selected {
        Selected::Present(Go::Toolchain(toolchain)) => {
            Finding::ok(format!("{} is selected here, {reason}", toolchain.name))
        }
        Selected::Present(Go::System(path) | Go::OnPath { path, .. }) => {
            Finding::ok(format!("`{}` is selected here, {reason}", text::path(&path)))
        }
        Selected::Missing { request, .. } => {
            let seen = format!("{request} is asked for here, {reason}, and is not installed");
            let installs =
                facts.settings.as_ref().is_ok_and(|settings| settings.auto_install == AutoInstall::Always);
            let (state, why) = if installs {
                (State::Note, "the next `go` installs it first")
            } else {
                (State::Warning, "`go` fails here, as `auto-install` does not let it install")
            };
            Finding::new(state, seen, why).mend(format!("gox install {}", request.quoted()))
        }
    }
}

fn settings(facts: &Facts) -> Finding {
    let edit = || file::path().map(|path| format!("edit {}", text::quoted_path(&path)));
    if let Err(error) = &facts.settings {
        let finding = Finding::of_error(State::Failed, error, "every command of gox that needs them fails");
        return Finding { mend: finding.mend.clone().or_else(edit), ..finding };
    }
    match facts.warnings.as_slice() {
        [] => Finding::ok("valid"),
        warnings => {
            let why = "what it was meant to set is not set";
            Finding { mend: edit(), ..Finding::new(State::Warning, warnings.join("; "), why) }
        }
    }
}

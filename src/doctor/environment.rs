//! The checks of variables and of the GOENV file, where another manager or an earlier set-up may have left values.

use std::path::Path;

use super::check::{Area, Check, Finding, State};
use super::facts::{Facts, owner};
use super::variable;
use crate::env::{GO_VERSION, GO111MODULE, GOPATH, GOPROXY, GOROOT, GOTOOLCHAIN};
use crate::fs::read::{is_absence, is_null_device};
use crate::import::places::Surroundings;
use crate::import::tools;
use crate::select::goenv::{self, GoEnv, Origin};
use crate::text;

pub(super) const CHECKS: &[Check<Facts>] = &[
    Check { id: "env-go-version", area: Area::Environment, run: go_version },
    Check { id: "env-goroot", area: Area::Environment, run: goroot },
    Check { id: "env-gotoolchain", area: Area::Environment, run: gotoolchain },
    Check { id: "env-go111module", area: Area::Environment, run: go111module },
    Check { id: "env-gobin", area: Area::Environment, run: |facts| folder("GOBIN", facts) },
    Check { id: "env-gopath", area: Area::Environment, run: |facts| folder(GOPATH, facts) },
    Check { id: "goenv-file", area: Area::Environment, run: goenv_file },
];

/// The settings that one project wants and another does not, by which people wonder when they come from the GOENV file.
const EVERYWHERE: [&str; 3] = [GOPROXY, "GOPRIVATE", "GOFLAGS"];
/// The values of GOTOOLCHAIN that name no toolchain.
const POLICIES: [&str; 3] = ["local", "auto", "path"];

fn unset(name: &str) -> Finding {
    Finding::ok(format!("`{name}` is not set"))
}

fn go_version(facts: &Facts) -> Finding {
    let Some(value) = facts.environment().text(GO_VERSION) else { return unset(GO_VERSION) };
    let why = "it comes before `gox use`, every pin and the default";
    Finding::new(State::Note, format!("`GO_VERSION={}` is set", text::excerpt(&value)), why)
        .mend(variable::unset(GO_VERSION, None))
}

fn goroot(facts: &Facts) -> Finding {
    let Some(value) = facts.environment().text(GOROOT) else { return unset(GOROOT) };
    let path = Path::new(&value);
    let owner = owner(&path.join("bin"));
    let whose = owner.map_or_else(String::new, |owner| format!(", of {owner}"));
    let gone = if path.join("bin/go").exists() { "" } else { ", where no Go is" };
    let why = "gox removes it for `go`, but a Go that is started by its path, as editors do, takes it and fails \
               with `does not match go tool version`";
    Finding::new(State::Warning, format!("`GOROOT={}` is set{whose}{gone}", text::escaped(&value)), why)
        .mend(variable::unset(GOROOT, owner))
}

fn gotoolchain(facts: &Facts) -> Finding {
    let Some(value) = facts.environment().text(GOTOOLCHAIN) else { return unset(GOTOOLCHAIN) };
    let state = if POLICIES.contains(&value.as_str()) { State::Note } else { State::Warning };
    let why = "while it is set no pin is exact, and Go may switch away from what the pin says";
    Finding::new(state, format!("`GOTOOLCHAIN={}` is set", text::escaped(&value)), why)
        .mend(variable::unset(GOTOOLCHAIN, None))
}

fn go111module(facts: &Facts) -> Finding {
    let Some((value, origin)) = of_user(GO111MODULE, facts) else { return unset(GO111MODULE) };
    let seen = set(GO111MODULE, &value, &origin);
    if value != "off" {
        return Finding::ok(seen);
    }
    let why = "go.mod and go.work have no say in which Go runs, and modules are off";
    Finding::new(State::Warning, seen, why).mend(variable::unset_at(&origin, GO111MODULE, None, facts))
}

/// A variable that the user sets, in the environment or in the GOENV file.
fn of_user(name: &str, facts: &Facts) -> Option<(String, Origin)> {
    GoEnv::of_user(&facts.world).get(name).filter(|(value, _)| !value.is_empty())
}

/// The sentence that a variable has this value, with the file that sets it if one does.
fn set(name: &str, value: &str, origin: &Origin) -> String {
    let by = origin.path().map_or_else(String::new, |path| format!(" in `{}`", text::path(path)));
    format!("`{name}={}` is set{by}", text::escaped(value))
}

/// Checks GOBIN or GOPATH. Any folder is fine, except one that belongs to a single version of Go: what is installed
/// there is lost after a switch.
pub(super) fn folder(name: &str, facts: &Facts) -> Finding {
    let Some((value, origin)) = of_user(name, facts) else { return unset(name) };
    let seen = set(name, &value, &origin);
    // Of several in GOPATH the first is the one that `go install` uses.
    let path = std::env::split_paths(&value).next().unwrap_or_default();
    let mend = |owner| variable::unset_at(&origin, name, owner, facts);
    if facts.world.homes.iter().any(|home| path.starts_with(home.toolchains())) {
        let why = "what `go install` puts into a toolchain is removed with it, and makes `gox verify` fail";
        return Finding::new(State::Note, seen, why).mend(mend(None));
    }
    // The GOPATHs of goenv are elsewhere than goenv.
    let bin = if name == GOPATH { path.join("bin") } else { path.clone() };
    let written = || tools::writer(&bin, &Surroundings::new(&facts.world));
    match owner(&path.join("x")).or_else(written) {
        Some(owner) => {
            let why = "tools that `go install` puts there belong to one version of another manager";
            Finding::new(State::Note, format!("{seen}, of {owner}"), why).mend(mend(Some(owner)))
        }
        None => Finding::ok(seen),
    }
}

fn goenv_file(facts: &Facts) -> Finding {
    let Some(path) = goenv::user_file(facts.environment()) else { return Finding::skipped("`GOENV=off`") };
    read_goenv(&path).map_or_else(|finding| finding, |text| settings(&path, &text, facts))
}

/// The text of the GOENV file, or the finding where it has none.
fn read_goenv(path: &Path) -> Result<String, Finding> {
    let text = match std::fs::metadata(path) {
        Ok(data) if data.is_file() => std::fs::read(path),
        Ok(_) if is_null_device(path) => Ok(Vec::new()),
        Ok(_) => Err(std::io::Error::other("it is not a file")),
        Err(error) => Err(error),
    };
    text.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).map_err(|error| {
        if is_absence(&error) {
            return Finding::ok(format!("`{}` is not there", path.display()));
        }
        let seen = format!("`{}` cannot be read: {}", text::path(path), text::cause(&error));
        Finding::new(State::Warning, seen, "Go runs without its settings")
            .mend(format!("ls -l {}", text::quoted_path(path)))
    })
}

/// The finding for the settings in the GOENV file.
fn settings(path: &Path, text: &str, facts: &Facts) -> Finding {
    let line = |key| goenv::lookup(text, key).filter(|value| !value.is_empty());
    if let Some(value) = line(GOROOT) {
        let seen = format!("`{}` has `GOROOT={}`", text::path(path), text::escaped(value));
        let why =
            "every Go that is started by its path takes that GOROOT, and fails where it is another version's";
        return Finding::new(State::Warning, seen, why).mend(variable::unset_in(path, &[GOROOT], facts));
    }
    if let Some(value) = line(GOTOOLCHAIN) {
        let state = if POLICIES.contains(&value) { State::Note } else { State::Warning };
        let seen = format!("`{}` has `GOTOOLCHAIN={}`", text::path(path), text::escaped(value));
        let why = "it applies in every directory without an exact pin";
        return Finding::new(state, seen, why).mend(variable::unset_in(path, &[GOTOOLCHAIN], facts));
    }
    let set: Vec<_> = EVERYWHERE.into_iter().filter(|key| line(key).is_some()).collect();
    if set.is_empty() {
        return Finding::ok("no GOROOT and no GOTOOLCHAIN in it");
    }
    // Without the values, which may have a password.
    let seen = format!("`{}` sets {}", text::path(path), set.join(", "));
    let why = "what is set there holds in every shell and every project";
    Finding::new(State::Note, seen, why).mend(variable::unset_in(path, &set, facts))
}

//! The checks of variables and of the GOENV file, where another manager or an earlier set-up may have left values.

use std::path::{Path, PathBuf};

use super::check::{Area, Check, Finding, State};
use super::facts::{Facts, owner};
use crate::env::{GO_VERSION, GO111MODULE, GOPROXY, GOROOT, GOTOOLCHAIN};
use crate::fs::read::{is_absence, is_null_device};
use crate::select::goenv;
use crate::setup::foreign;
use crate::text;

pub(super) const CHECKS: &[Check<Facts>] = &[
    Check { id: "env-go-version", area: Area::Environment, run: go_version },
    Check { id: "env-goroot", area: Area::Environment, run: goroot },
    Check { id: "env-gotoolchain", area: Area::Environment, run: gotoolchain },
    Check { id: "env-go111module", area: Area::Environment, run: go111module },
    Check { id: "env-gobin", area: Area::Environment, run: |facts| folder("GOBIN", facts) },
    Check { id: "env-gopath", area: Area::Environment, run: |facts| folder("GOPATH", facts) },
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
        .mend("unset GO_VERSION")
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
        .mend(unset_for_good(GOROOT, owner))
}

/// The mend for a variable: `unset`, and before that each line of a start-up file that sets it or loads its manager.
fn unset_for_good(name: &str, owner: Option<&str>) -> String {
    let mut steps = foreign::removals(name, owner);
    steps.push(format!("unset {name}"));
    steps.join("; then: ")
}

fn gotoolchain(facts: &Facts) -> Finding {
    let Some(value) = facts.environment().text(GOTOOLCHAIN) else { return unset(GOTOOLCHAIN) };
    let state = if POLICIES.contains(&value.as_str()) { State::Note } else { State::Warning };
    let why = "while it is set no pin is exact, and Go may switch away from what the pin says";
    Finding::new(state, format!("`GOTOOLCHAIN={}` is set", text::escaped(&value)), why)
        .mend("unset GOTOOLCHAIN")
}

fn go111module(facts: &Facts) -> Finding {
    match facts.environment().text(GO111MODULE) {
        Some(value) if value == "off" => {
            let why = "go.mod and go.work have no say in which Go runs, and modules are off";
            Finding::new(State::Note, "`GO111MODULE=off` is set", why).mend("unset GO111MODULE")
        }
        Some(value) => Finding::ok(format!("`GO111MODULE={}`", text::escaped(&value))),
        None => unset(GO111MODULE),
    }
}

/// Checks GOBIN or GOPATH. Any folder is fine, except one that belongs to a single version of Go: what is installed
/// there is lost after a switch.
fn folder(name: &str, facts: &Facts) -> Finding {
    let Some(value) = facts.environment().text(name) else { return unset(name) };
    let path = PathBuf::from(&value);
    let seen = format!("`{name}={}` is set", text::escaped(&value));
    let store = facts.world.homes.iter().any(|home| path.starts_with(home.toolchains()));
    if store {
        let why = "what `go install` puts into a toolchain is removed with it, and makes `gox verify` fail";
        return Finding::new(State::Note, seen, why).mend(unset_for_good(name, None));
    }
    match owner(&path.join("x")) {
        Some(owner) => {
            let why = "tools that `go install` puts there belong to one version of another manager";
            let seen = format!("{seen}, of {owner}");
            Finding::new(State::Note, seen, why).mend(unset_for_good(name, Some(owner)))
        }
        None => Finding::ok(seen),
    }
}

fn goenv_file(facts: &Facts) -> Finding {
    let Some(path) = goenv::user_file(facts.environment()) else { return Finding::skipped("`GOENV=off`") };
    let text = match std::fs::metadata(&path) {
        Ok(data) if data.is_file() => std::fs::read(&path),
        Ok(_) if is_null_device(&path) => Ok(Vec::new()),
        Ok(_) => Err(std::io::Error::other("it is not a file")),
        Err(error) => Err(error),
    };
    let text = match text {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(error) if is_absence(&error) => {
            return Finding::ok(format!("`{}` is not there", path.display()));
        }
        Err(error) => {
            let seen = format!("`{}` cannot be read: {}", text::path(&path), crate::text::cause(&error));
            let why = "Go runs without its settings";
            return Finding::new(State::Warning, seen, why)
                .mend(format!("ls -l {}", text::quoted_path(&path)));
        }
    };
    let line = |key| goenv::lookup(&text, key).filter(|value| !value.is_empty());
    if let Some(value) = line(GOROOT) {
        let seen = format!("`{}` has `GOROOT={}`", text::path(&path), text::escaped(value));
        let why =
            "every Go that is started by its path takes that GOROOT, and fails where it is another version's";
        return Finding::new(State::Warning, seen, why).mend("go env -u GOROOT");
    }
    if let Some(value) = line(GOTOOLCHAIN) {
        let state = if POLICIES.contains(&value) { State::Note } else { State::Warning };
        let seen = format!("`{}` has `GOTOOLCHAIN={}`", text::path(&path), text::escaped(value));
        let why = "it applies in every directory without an exact pin";
        return Finding::new(state, seen, why).mend("go env -u GOTOOLCHAIN");
    }
    let set: Vec<_> = EVERYWHERE.into_iter().filter(|key| line(key).is_some()).collect();
    if set.is_empty() {
        return Finding::ok("no GOROOT and no GOTOOLCHAIN in it");
    }
    // Without the values, which may have a password.
    let seen = format!("`{}` sets {}", text::path(&path), set.join(", "));
    let why = "what is set there holds in every shell and every project";
    Finding::new(State::Note, seen, why).mend(format!("go env -u {}", set.join(" ")))
}

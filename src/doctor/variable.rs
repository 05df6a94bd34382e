//! What takes a variable back: from the environment, and from the files that set it for good.

use std::path::Path;

use super::facts::Facts;
use super::{lasting, line};
use crate::env::{GOAUTH, GOPROXY, GOROOT, GOSUMDB};
use crate::fs::read::is_null_device;
use crate::net::goproxy::EXAMPLE_PROXY;
use crate::proof::sumdb::gosumdb;
use crate::select::call::Call;
use crate::select::goenv::{self, GoEnv, Origin};
use crate::select::selection::{Go, Selection};
use crate::select::typed::Typed;
use crate::select::{resolve, system};
use crate::setup::foreign;
use crate::setup::shell;
use crate::text;

/// The mend for a variable of the environment: `unset`, and before that each line of a start-up file that sets it or
/// loads `manager`, which does.
pub(super) fn unset(name: &str, manager: Option<&str>) -> String {
    let mut steps = foreign::removals(name, manager);
    steps.push(shell::unset(name));
    steps.join("; then: ")
}

/// The mend for a variable of Go's that was found in this place.
pub(super) fn unset_at(origin: &Origin, name: &str, manager: Option<&str>, facts: &Facts) -> String {
    match origin {
        Origin::Environment => unset(name, manager),
        Origin::File(path) => unset_in(path, &[name], facts),
        // The files of a toolchain are not to be changed, and what the user sets comes before them.
        Origin::Toolchain(_) if name == GOPROXY => name_proxy(facts),
        Origin::Toolchain(_) => set(&[(name, default(name))], facts),
    }
}

/// What the releases of Go set a variable to (Go source `go.env` and `cmd/go/internal/cfg`); empty for others.
fn default(name: &str) -> &'static str {
    match name {
        GOSUMDB => gosumdb::DEFAULT_NAME,
        GOAUTH => "netrc",
        _ => "",
    }
}

/// The mend that sets variables of Go's for good: by the command of Go or, where that would not run or has no file to
/// write, in the shell.
pub(super) fn set(values: &[(&str, &str)], facts: &Facts) -> String {
    if !go_writes(facts) {
        return lasting::set(values);
    }
    let words = values.iter().map(|(name, value)| format!(" {name}={}", text::quoted(value)));
    format!("go env -w{}", words.collect::<String>())
}

/// The mend that names a module proxy. Which one is reached from here only the user knows.
pub(super) fn name_proxy(facts: &Facts) -> String {
    let yours = "the address of your module proxy";
    if !go_writes(facts) {
        return lasting::set_to_yours(GOPROXY, EXAMPLE_PROXY, yours);
    }
    format!("type `go env -w {GOPROXY}={EXAMPLE_PROXY}` with {yours}")
}

/// The mend for variables in the GOENV file: the command of Go or, where no Go would run it, an edit.
pub(super) fn unset_in(goenv: &Path, names: &[&str], facts: &Facts) -> String {
    if go_runs(facts) {
        return format!("go env -u {}", names.join(" "));
    }
    let scripts: Vec<_> = names.iter().map(|name| format!("/^{name}=/d")).collect();
    line::edit(&scripts.join("; "), goenv)
}

/// Whether `go env -w` would run here and has a file to write.
fn go_writes(facts: &Facts) -> bool {
    let has_file = goenv::user_file(facts.environment()).is_some_and(|path| !is_null_device(&path));
    has_file && go_runs(facts)
}

/// Whether a typed `go` runs here and installs nothing first. The shim of another manager, which is in no GOROOT, may
/// have no Go to start.
fn go_runs(facts: &Facts) -> bool {
    let typed = Typed::find("go", &facts.world);
    if typed.is_shim() {
        let selection = resolve::select(&facts.world, &Call::new("go", &[]));
        return selection.as_ref().ok().and_then(Selection::go).and_then(Go::goroot).is_some();
    }
    // Where GOROOT is set, only the shim hides it from the Go that it starts.
    let has_goroot = GoEnv::of_user(&facts.world).get(GOROOT).is_some_and(|(value, _)| !value.is_empty());
    !has_goroot && typed.program.as_deref().and_then(system::goroot).is_some()
}

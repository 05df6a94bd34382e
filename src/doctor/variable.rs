//! What takes a variable back: from the environment, and from the files that set it for good.

use std::path::Path;

use super::facts::Facts;
use super::line;
use crate::select::call::Call;
use crate::select::goenv::Origin;
use crate::select::resolve;
use crate::select::selection::Selection;
use crate::select::typed::Typed;
use crate::setup::foreign;

/// The mend for a variable of the environment: `unset`, and before that each line of a start-up file that sets it or
/// loads `manager`, which does.
pub(super) fn unset(name: &str, manager: Option<&str>) -> String {
    let mut steps = foreign::removals(name, manager);
    steps.push(format!("unset {name}"));
    steps.join("; then: ")
}

/// The mend for a variable of Go's that was found in this place.
pub(super) fn unset_at(origin: &Origin, name: &str, manager: Option<&str>, facts: &Facts) -> String {
    match origin.path() {
        Some(path) => unset_in(path, &[name], facts),
        None => unset(name, manager),
    }
}

/// The mend for variables in the GOENV file: the command of Go or, where no Go would run it, an edit.
pub(super) fn unset_in(goenv: &Path, names: &[&str], facts: &Facts) -> String {
    if go_runs(facts) {
        return format!("go env -u {}", names.join(" "));
    }
    let scripts: Vec<_> = names.iter().map(|name| format!("/^{name}=/d")).collect();
    line::edit(&scripts.join("; "), goenv)
}

/// Whether a typed `go` runs here and installs nothing first.
pub(super) fn go_runs(facts: &Facts) -> bool {
    let typed = Typed::find("go", &facts.world);
    let is_there = || {
        let selection = resolve::select(&facts.world, &Call::new("go", &[]));
        selection.as_ref().ok().and_then(Selection::go).is_some()
    };
    typed.program.is_some() && (!typed.is_shim() || is_there())
}

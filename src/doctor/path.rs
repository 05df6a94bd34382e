//! The checks of PATH: the shims come before any other Go, and gox itself is found.

use std::path::Path;

use super::check::{Area, Check, Finding, State};
use super::facts::{Facts, owner};
use super::{environment, lasting, shell};
use crate::env::GOX_SYSTEM_HOME;
use crate::fs::identity::is_same;
use crate::fs::read::is_executable;
use crate::os::child;
use crate::select::goenv::GoEnv;
use crate::select::other_store::OtherStore;
use crate::select::typed::{self, Shims, Typed};
use crate::setup::foreign;
use crate::text;

pub(super) const CHECKS: &[Check<Facts>] = &[
    Check { id: "path-shims", area: Area::Path, run: shims },
    Check { id: "path-bin", area: Area::Path, run: bin },
    Check { id: "path-gox", area: Area::Path, run: gox },
    Check { id: "path-tools", area: Area::Path, run: tools },
];

fn is_on_path(folder: &Path, facts: &Facts) -> bool {
    facts.environment().path_entries().iter().any(|entry| entry == folder || is_same(entry, folder))
}

fn shims(facts: &Facts) -> Finding {
    let typed = Typed::find("go", &facts.world);
    let why = "that Go runs, whatever a pin or the default asks for";
    let failed = |seen: String, why| Finding::new(State::Failed, seen, why);
    match (typed.shims, &typed.program) {
        (Shims::First, _) => Finding::ok("the shims come before any other go"),
        (Shims::OfOtherStore, Some(program)) => other_store(program, facts),
        (Shims::Broken, None) => Finding::skipped("`store-shims` says what is wrong with the shims"),
        (Shims::Missing, None) => Finding::skipped("no shim is there yet"),
        (Shims::Broken | Shims::Missing, Some(program)) => {
            let shim = match typed.shims {
                Shims::Broken => "the shim before it cannot be run",
                _ => "no shim is there yet",
            };
            let seen = format!("`{}` is found, as {shim}", text::path(program));
            failed(seen, why).mend(facts.refresh())
        }
        (_, None) => {
            let seen = format!("`{}` is not on PATH", text::path(&facts.home().shims()));
            failed(seen, "no `go` is found").mend(shell::set_up(facts))
        }
        (place, Some(program)) => {
            let whose = owner(program).map_or_else(String::new, |owner| format!(", of {owner},"));
            let place = match place {
                Shims::Absent => "is found, and the shims are not on PATH",
                _ => "is found before the shims",
            };
            let line = program.parent().and_then(foreign::that_puts);
            let line = line.or_else(|| foreign::that_loads(owner(program)?));
            let line = line.map_or_else(String::new, |line| format!("; `{}` puts it there", line.text()));
            let seen = format!("`{}`{whose} {place}{line}", text::path(program));
            failed(seen, why).mend(shell::set_up(facts))
        }
    }
}

/// The finding that the first `go` is a shim of a store that is not searched.
fn other_store(shim: &Path, facts: &Facts) -> Finding {
    let Some(other) = OtherStore::of(shim, &facts.world) else {
        return Finding::skipped("the shim was removed meanwhile");
    };
    let why = "what is installed in that store is not found, and is installed again";
    let mend = lasting::set_path(GOX_SYSTEM_HOME, &other.root, lasting::set);
    Finding::new(State::Warning, other.to_string(), why).mend(mend)
}

fn bin(facts: &Facts) -> Finding {
    let bin = facts.home().bin();
    if is_on_path(&bin, facts) {
        return Finding::ok("the store's own gox is on PATH");
    }
    let why = "without another gox on PATH, the command `gox` is not found; the shims find it all the same";
    Finding::new(State::Note, format!("`{}` is not on PATH", text::path(&bin)), why)
        .mend(shell::set_up(facts))
}

fn gox(facts: &Facts) -> Finding {
    let own = std::env::current_exe().unwrap_or_default();
    let this = env!("CARGO_PKG_VERSION");
    let copy = facts.home().bin().join("gox");
    if !is_executable(&copy) {
        let defect =
            if copy.symlink_metadata().is_ok() { "is not an executable file" } else { "is not there" };
        let seen = format!("`{}` {defect}", text::path(&copy));
        let why =
            "a shim that finds no gox on PATH, as in an editor or in cron, cannot install what is missing";
        return Finding::new(State::Warning, seen, why).mend(facts.refresh());
    }
    let Some(found) = typed::program("gox", &facts.world) else {
        let why = "`gox use` and completion need it";
        return Finding::new(State::Warning, "no gox is on PATH", why).mend(shell::set_up(facts));
    };
    let others = [(&found, "found on PATH"), (&copy, "that the shims fall back to")];
    for (path, which) in others {
        let version = if is_same(path, &own) { Some(this.to_owned()) } else { version(path, facts) };
        if version.as_deref() != Some(this) {
            let version = version.map_or("cannot be run".to_owned(), |version| format!("is {version}"));
            let seen = format!("the gox {which}, `{}`, {version}; this one is {this}", text::path(path));
            let finding = Finding::new(State::Warning, seen, "the two may behave differently");
            return finding.mend(if path == &copy {
                facts.refresh()
            } else {
                "install gox again the way it was installed".to_owned()
            });
        }
    }
    Finding::ok(format!("{this}, on PATH and in the store"))
}

/// Checks the directory in which `go install` puts tools.
fn tools(facts: &Facts) -> Finding {
    let settings = GoEnv::of_user(&facts.world);
    let is_gobin = settings.get("GOBIN").is_some_and(|(value, _)| !value.is_empty());
    let name = if is_gobin { "GOBIN" } else { "GOPATH" };
    let Some(directory) = settings.install_directory() else {
        return Finding::skipped("`HOME` is not set");
    };
    if environment::folder(name, facts).state != State::Ok {
        return Finding::skipped(format!("`env-{}` says what is wrong with the folder", name.to_lowercase()));
    }
    let shown = text::path(&directory);
    if is_on_path(&directory, facts) {
        return Finding::ok(format!("`{shown}` is on PATH"));
    }
    if std::fs::read_dir(&directory).is_ok_and(|mut entries| entries.next().is_none()) || !directory.exists()
    {
        return Finding::ok(format!("nothing is in `{shown}` yet"));
    }
    let why = "tools that `go install` puts there are not found";
    Finding::new(State::Note, format!("`{shown}` is not on PATH"), why).mend(lasting::on_path(&directory))
}

/// The version that `gox --version` prints; `None` if it cannot be run or prints anything else.
fn version(gox: &Path, facts: &Facts) -> Option<String> {
    let ended = child::run(child::command(gox).arg("--version"), "", facts.limit()).ok()?;
    let version = ended.stdout.trim().strip_prefix("gox ")?.to_owned();
    ended.status.success().then_some(version)
}

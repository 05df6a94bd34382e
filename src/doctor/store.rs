//! The checks of the store: broken toolchains, missing receipts, leftovers of installs, outdated shims, free space.

use std::fs;
use std::path::Path;

use rustix::fs::{Access, access as may};

use super::check::{Area, Check, Finding, State};
use super::facts::Facts;
use super::variable;
use crate::env::{GOX_HOME, GOX_SYSTEM_HOME};
use crate::fs::identity::is_same;
use crate::fs::read::is_executable;
use crate::go::name::ToolchainName;
use crate::os::mount::{Noexec, existing};
use crate::source::existence;
use crate::store::access;
use crate::store::inventory::{self, Toolchain};
use crate::store::layout::Home;
use crate::store::lock::Lock;
use crate::store::receipt::Receipt;
use crate::store::shims::{SHIM, SHIM_TARGET, has_content};
use crate::store::{disk_usage, staging};
use crate::text;

pub(super) const CHECKS: &[Check<Facts>] = &[
    Check { id: "store-writable", area: Area::Store, run: writable },
    Check { id: "store-system", area: Area::Store, run: system },
    Check { id: "store-exec", area: Area::Store, run: exec },
    Check { id: "store-layout", area: Area::Store, run: |facts| facts.if_readable(layout) },
    Check { id: "store-unverified", area: Area::Store, run: |facts| facts.if_readable(unverified) },
    Check { id: "store-staging", area: Area::Store, run: staging },
    Check { id: "store-shims", area: Area::Store, run: |facts| facts.if_readable(shims) },
    Check { id: "store-space", area: Area::Store, run: space },
];

/// The free space, in bytes, below which the check warns: a toolchain takes about 250 MB, and builds need more.
const MIN_FREE: u64 = 1_000_000_000;

/// The names in `folder`, sorted, without those that begin with a dot: the Finder of macOS leaves a `.DS_Store` in
/// each folder that it shows.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<_> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.retain(|name| !name.starts_with('.'));
    names.sort();
    names
}

fn writable(facts: &Facts) -> Finding {
    let home = facts.home();
    if let Err(error) = access::check_readable(home) {
        return Finding::of_error(State::Failed, &error, "what is installed there is not found");
    }
    let folders = [home.root().to_owned(), home.toolchains(), home.shims(), home.staging(), home.locks()];
    for folder in folders.iter().map(|folder| existing(folder)) {
        if !folder.is_dir() {
            let seen = format!("`{}` is not a folder", text::path(folder));
            let mend = if folder.is_file() {
                format!("mv {0} {0}.old", text::quoted_path(folder))
            } else if facts.environment().os(GOX_HOME).is_some() {
                // A device: the rest of the machine needs it where it is.
                variable::unset(GOX_HOME, None)
            } else {
                // A HOME that is none has no start-up file to keep it in.
                format!("export {GOX_HOME}=/path/to/go")
            };
            return Finding::new(State::Failed, seen, "nothing can be installed").mend(mend);
        }
        if let Err(error) = may(folder, Access::WRITE_OK | Access::EXEC_OK) {
            let seen = format!("`{}` cannot be written: {}", text::path(folder), crate::text::cause(&error));
            let mend = format!("ls -ld {}", text::quoted_path(folder));
            return Finding::new(State::Failed, seen, "nothing can be installed or removed").mend(mend);
        }
    }
    Finding::ok(home.root().display().to_string())
}

fn system(facts: &Facts) -> Finding {
    let Some(home) = facts.world.homes.get(1) else {
        return Finding::skipped(format!("`{GOX_SYSTEM_HOME}` is not set"));
    };
    let shown = text::path(home.root());
    if access::is_absent(home) {
        let why = "nothing is found there; the name may be misspelt";
        return Finding::new(State::Warning, format!("`{GOX_SYSTEM_HOME}={shown}` names no folder"), why)
            .mend(variable::unset(GOX_SYSTEM_HOME, None));
    }
    if let Err(error) = access::check_readable(home) {
        let why = "what is installed there is not found, and is installed again";
        return Finding::of_error(State::Warning, &error, why);
    }
    Finding::ok(shown)
}

fn exec(facts: &Facts) -> Finding {
    match Noexec::of(facts.home().root()) {
        Ok(None) => Finding::ok("programs can run from the store"),
        Ok(Some(Noexec { sentence, remount })) => {
            Finding::new(State::Failed, sentence, "neither a shim nor an installed Go can run from it")
                .mend(remount)
        }
        Err(error) => {
            Finding::skipped(format!("whether programs can run cannot be told: {}", text::cause(&error)))
        }
    }
}

fn layout(facts: &Facts) -> Finding {
    let folder = facts.home().toolchains();
    let names = names(&folder);
    for name in &names {
        let path = folder.join(name);
        let shown = text::escaped(name);
        if path.is_symlink() {
            if !is_executable(&path.join("bin/go")) {
                let target = fs::read_link(&path).unwrap_or_default();
                let seen = format!("`{shown}` is linked to `{}`, where no Go is", text::path(&target));
                let why = "each command that selects that name fails";
                return Finding::new(State::Warning, seen, why)
                    .mend(format!("rm {}", text::quoted_path(&path)));
            }
        } else if !path.is_dir() {
            let seen = format!("`{}` is not a directory", text::path(&path));
            let why = "it is not a toolchain, and prevents the installation of one with that name";
            return Finding::new(State::Warning, seen, why).mend(format!("rm {}", text::quoted_path(&path)));
        } else if !is_executable(&path.join("bin/go")) {
            return incomplete(facts);
        }
    }
    Finding::ok(match names.len() {
        1 => "1 toolchain".to_owned(),
        count => format!("{count} toolchains"),
    })
}

/// The finding about all directories in which `bin/go` cannot be run, of which there is at least one.
fn incomplete(facts: &Facts) -> Finding {
    let home = facts.home();
    let toolchains = inventory::incomplete(std::slice::from_ref(home));
    let paths: Vec<_> =
        toolchains.iter().map(|toolchain| format!("`{}`", text::path(&toolchain.path))).collect();
    let (have, they, take) = match toolchains.len() {
        1 => ("has", "it counts", "takes"),
        _ => ("have", "they count", "take"),
    };
    let seen = format!("{} {have} no `bin/go` that can be run", paths.join(", "));
    let why = format!("{they} as not installed, and {take} space; gox never leaves a toolchain like this");
    let names = toolchains.iter().map(|toolchain| &toolchain.name);
    let possible = names.filter(|name| existence::is_possible(name, home));
    let possible: Vec<_> = possible.map(|name| name.request().quoted()).collect();
    let finding = Finding::new(State::Failed, seen, &why);
    match toolchains.first().filter(|_| possible.is_empty()) {
        Some(first) => finding.mend(facts.rebuild(&first.name, &first.path)),
        None => finding.mend(format!("gox install --force {}", possible.join(" "))),
    }
}

fn unverified(facts: &Facts) -> Finding {
    let toolchains = inventory::all_with_go(std::slice::from_ref(facts.home()));
    let own = toolchains.iter().filter(|toolchain| !toolchain.path.is_symlink());
    let without: Vec<_> = own.filter(|toolchain| Receipt::read(&toolchain.path).is_none()).collect();
    let Some(first) = without.first() else { return Finding::ok("each has a receipt") };
    let names: Vec<_> = without.iter().map(|toolchain| text::escaped(toolchain.name.as_str())).collect();
    let (has, them) = if names.len() == 1 { ("has", "it") } else { ("have", "them") };
    let seen = format!("{} {has} no receipt that can be read", names.join(", "));
    let why = format!("gox did not install {them}, and cannot tell whether a file was changed");
    Finding::new(State::Warning, seen, &why).mend(facts.rebuild(&first.name, &first.path))
}

fn staging(facts: &Facts) -> Finding {
    let home = facts.home();
    let is_left = |name: &String| {
        let Some(owner) = staging::owner(name) else { return true };
        // Without a lock file nobody holds the lock.
        !home.locks().join(format!("{owner}.lock")).exists() || Lock::try_acquire(home, owner).is_some()
    };
    let left: Vec<_> = names(&home.staging()).into_iter().filter(is_left).collect();
    let Some(first) = left.first() else { return Finding::ok("nothing is left over") };
    let seen =
        format!("{} left over in `{}`: {}", left.len(), text::path(&home.staging()), text::escaped(first));
    let why = "an install that was killed left it, and it takes space";
    let swept = left.iter().all(|name| staging::owner(name).is_some());
    let mend = if swept { facts.refresh() } else { format!("rm -rf {}", text::quoted_path(&home.staging())) };
    Finding::new(State::Warning, seen, why).mend(mend)
}

fn shims(facts: &Facts) -> Finding {
    let first = facts.home().shims().join("go");
    let toolchains = inventory::all(std::slice::from_ref(facts.home()));
    if !is_executable(&first) {
        if toolchains.is_empty() {
            return Finding::skipped("nothing is installed yet");
        }
        return Finding::new(State::Failed, defect(&first), "no `go` is found on PATH, or another one")
            .mend(facts.refresh());
    }
    let found = broken_shim(&first, &toolchains, facts).or_else(|| idle_launcher(facts));
    found.or_else(|| foreign_shims(&first, facts)).unwrap_or_else(|| {
        Finding::ok(format!("go, gofmt and a launcher for each version, for {SHIM_TARGET}"))
    })
}

/// The first shim, or launcher of a toolchain, that is missing or not the same program as `first`.
fn broken_shim(first: &Path, toolchains: &[Toolchain], facts: &Facts) -> Option<Finding> {
    let launchers = toolchains.iter().map(|toolchain| &toolchain.name).filter(|name| name.has_launcher());
    let names = std::iter::once("gofmt").chain(launchers.map(ToolchainName::as_str));
    let (seen, why) = names.map(|name| first.with_file_name(name)).find_map(|shim| {
        if !is_executable(&shim) {
            return Some((defect(&shim), "that command is not found, or another one is"));
        }
        let seen = format!("`{}` is not the same program as `go` beside it", text::path(&shim));
        (!is_copy(first, &shim)).then_some((seen, "it may choose another Go than `go` does"))
    })?;
    Some(Finding::new(State::Warning, seen, why).mend(facts.refresh()))
}

/// The first launcher of a version that is not installed.
fn idle_launcher(facts: &Facts) -> Option<Finding> {
    let folder = facts.home().shims();
    let mut launchers =
        names(&folder).into_iter().map(ToolchainName::new).filter(ToolchainName::has_launcher);
    // What is there and cannot be run is the matter of `store-layout`.
    let is_there = |name: &ToolchainName| facts.home().toolchain(name).symlink_metadata().is_ok();
    let is_installed = |name: &ToolchainName| inventory::find(&facts.world.homes, name).is_some();
    let name = launchers.find(|name| !is_there(name) && !is_installed(name))?;
    let path = folder.join(&name);
    let seen = format!("`{}` is a launcher, and that version is not installed", text::path(&path));
    let why = "the command only reports that the version is missing";
    Some(Finding::new(State::Warning, seen, why).mend(format!("rm {}", text::quoted_path(&path))))
}

/// The finding that `first` is not the shim that belongs to this gox.
fn foreign_shims(first: &Path, facts: &Facts) -> Option<Finding> {
    if has_content(first, SHIM) {
        return None;
    }
    let why = "the shims are from another gox, and may choose by other rules";
    let seen = "the shims are not those of this gox";
    Some(Finding::new(State::Warning, seen, why).mend(facts.refresh()))
}

/// The defect of a shim that cannot be executed, with its path.
fn defect(shim: &Path) -> String {
    let defect = if shim.symlink_metadata().is_ok() { "is not an executable file" } else { "is not there" };
    format!("`{}` {defect}", text::path(shim))
}

/// Whether `a` and `b` are one file, or have equal contents, as shims have on a file system without hard links.
fn is_copy(a: &Path, b: &Path) -> bool {
    let length = |path| fs::metadata(path).ok().map(|data| data.len());
    is_same(a, b)
        || (length(a).is_some()
            && length(a) == length(b)
            && matches!((fs::read(a), fs::read(b)), (Ok(a), Ok(b)) if a == b))
}

fn space(facts: &Facts) -> Finding {
    let root = facts.home().root();
    let Some(free) = disk_usage::available_space(&Home::at(existing(root))) else {
        return Finding::skipped("how much is free cannot be told");
    };
    judged(free, root)
}

/// The finding for `free` bytes on the file system of `root`.
fn judged(free: u64, root: &Path) -> Finding {
    if free >= MIN_FREE {
        return Finding::ok(format!("{} free", text::bytes(free)));
    }
    let seen = format!("{} free in `{}`", text::bytes(free), text::path(root));
    Finding::new(State::Warning, seen, "a toolchain takes about 250 MB, and builds need more")
        .mend("gox prune --dry-run")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{MIN_FREE, State, judged, names};

    #[test]
    fn files_of_the_desktop_are_passed_over() {
        let folder = tempfile::TempDir::new().unwrap();
        for name in ["go1.22.4.x", ".DS_Store", "go1.21.1.y"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        assert_eq!(names(folder.path()), ["go1.21.1.y", "go1.22.4.x"]);
        assert!(names(&folder.path().join("none")).is_empty());
    }

    #[test]
    fn less_than_a_gigabyte_is_little() {
        let root = Path::new("/s");
        assert_eq!(judged(MIN_FREE, root).state, State::Ok);
        let little = judged(MIN_FREE - 1, root);
        assert_eq!((little.state, little.mend.as_deref()), (State::Warning, Some("gox prune --dry-run")));
        assert_eq!(judged(20_500_000, root).seen, "20.5 MB free in `/s`");
    }
}

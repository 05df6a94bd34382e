//! The checks of what a build needs besides Go: a C compiler, the headers of the C library, pkg-config.

use std::path::PathBuf;

use super::cgo::{self, Cgo};
use super::check::{Area, Check, Finding, State};
use super::facts::Facts;
use super::{pkg_config, place, variable};
use crate::env::CC;
use crate::machine::os_release::OsRelease;
use crate::os::child::{self, Unended};
use crate::os::family::Family;
use crate::select::directory;
use crate::select::goenv::GoEnv;
use crate::text;

pub(super) const CHECKS: &[Check<Facts>] = &[
    Check { id: "cgo-compiler", area: Area::Build, run: compiler },
    Check { id: "cgo-headers", area: Area::Build, run: headers },
    Check { id: "cgo-pkg-config", area: Area::Build, run: pkg_config },
];

/// The family of the distribution, whose commands install packages.
pub(super) fn family(facts: &Facts) -> Family {
    OsRelease::read(&facts.machine).family()
}

fn compiler(facts: &Facts) -> Finding {
    let cgo = Cgo::of(facts);
    match (&cgo.program, cgo.is_on) {
        (_, false) if cgo.asked == Some(false) => Finding::ok("cgo is off, by `CGO_ENABLED=0`"),
        (Some(program), true) if place::is_on_windows(program, facts) => {
            let seen = format!("`{}` is on a Windows drive", text::path(program));
            let why = "a Windows compiler does not build Linux programs";
            Finding::new(State::Warning, seen, why).mend(family(facts).installation_of_c())
        }
        (Some(program), true) => Finding::ok(format!("`{}`", text::path(program))),
        (None, true) => missing(&cgo, facts),
        (_, false) => off(facts),
    }
}

/// The finding for a compiler that is asked for and is not there.
fn missing(cgo: &Cgo, facts: &Facts) -> Finding {
    let name = text::escaped(cgo.name());
    let why = "no package with C code can be built, `net` and `os/user` among them";
    let Some((value, origin)) = &cgo.cc else {
        let seen = format!("`CGO_ENABLED=1` is set, and `{name}` is not on PATH");
        return Finding::new(State::Failed, seen, why).mend(family(facts).installation_of_c());
    };
    let seen = format!("`CC={}` is set by {origin}, and `{name}` is not there", text::excerpt(value));
    Finding::new(State::Failed, seen, why).mend(variable::unset_at(origin, CC, None, facts))
}

/// The finding for a machine without the compiler that Go looks for, and without a wish for it.
fn off(facts: &Facts) -> Finding {
    let seen = format!("`{}` is not on PATH, so cgo is off", cgo::DEFAULT);
    let why = "`-race` does not work, nor do packages that need C; `net` and `os/user` do without";
    let mend = match cgo::find(cgo::OTHER, facts.environment()) {
        Some(_) => variable::set(&[(CC, cgo::OTHER), ("CGO_ENABLED", "1")], facts),
        None => family(facts).installation_of_c(),
    };
    Finding::new(State::Note, seen, why).mend(mend)
}

fn headers(facts: &Facts) -> Finding {
    let cgo = Cgo::of(facts);
    let Some(program) = cgo.program.as_ref().filter(|_| cgo.is_on) else {
        return Finding::skipped("cgo is off, or has no compiler");
    };
    let mut command = child::command(program);
    command.args(&cgo.words[1..]).args(["-E", "-x", "c", "-"]);
    let name = text::escaped(cgo.name());
    let failed = |seen: String| {
        let why = "cgo compiles C against these headers, so nothing with C in it can be built";
        Finding::new(State::Failed, seen, why).mend(family(facts).installation_of_c())
    };
    match child::run(&mut command, "#include <stdlib.h>\n", facts.limit()) {
        Ok(ended) if ended.status.success() => {
            Finding::ok(format!("`{name}` finds the headers of the C library"))
        }
        Ok(ended) => failed(format!("`{name}` fails: {}", text::excerpt(ended.first_line()))),
        Err(Unended::NotStarted(error)) => {
            failed(format!("`{name}` does not start: {}", text::cause(&error)))
        }
        Err(Unended::Killed) => {
            let seen = format!("`{name}` did not end within {} s", facts.limit().as_secs());
            let why = "each file of C takes as long, or for ever";
            Finding::new(State::Warning, seen, why).mend(format!("{} --version", text::quoted(cgo.name())))
        }
    }
}

fn pkg_config(facts: &Facts) -> Finding {
    let Some(module) = module(facts) else { return Finding::skipped("there is no module here") };
    let Some(file) = pkg_config::user(&module) else {
        return Finding::skipped("no package of this module uses pkg-config");
    };
    let setting = GoEnv::of_user(&facts.world).get("PKG_CONFIG").map(|(value, _)| value);
    let name = setting.filter(|value| !value.is_empty()).unwrap_or_else(|| "pkg-config".to_owned());
    if let Some(program) = cgo::find(&name, facts.environment()) {
        return Finding::ok(format!("`{}`", text::path(&program)));
    }
    let seen = format!("`{}` needs `{}`, which is not on PATH", text::path(&file), text::excerpt(&name));
    let why = "its package cannot be built, nor what imports it";
    Finding::new(State::Warning, seen, why).mend(family(facts).installation_of_pkg_config())
}

/// The folder of the module in which the user is.
fn module(facts: &Facts) -> Option<PathBuf> {
    let here = directory::current(&facts.world).ok()?;
    here.ancestors().find(|folder| folder.join("go.mod").is_file()).map(PathBuf::from)
}

//! The resolver: finds the base, then applies GOTOOLCHAIN and the lines of go.mod or go.work to it exactly as
//! the go command would with that base as its local toolchain.
//!
//! An exact base is not changed by them. A selected version that is missing is never replaced by another one.

use std::cell::OnceCell;
use std::path::Path;

use super::advice;
use super::base::{self, Base, Own};
use super::call::Call;
use super::directory::Directory;
use super::goenv::GoEnv;
use super::gomod::{Project, Search};
use super::local::Local;
use super::pin::Pin;
use super::question::Question;
use super::reason::{Reason, Rule};
use super::selection::{Go, Older, Selected, Selection, Warning};
use super::switch::{LATER, missing, switch, switch_to};
use super::trace::{Trace, Verdict, Why};
use super::world::World;
use crate::env::GOTOOLCHAIN;
use crate::error::{Error, Kind, Result};
use crate::go::name::ToolchainName;
use crate::go::request::Request;
use crate::go::version::Version;
use crate::store::inventory::{self, Toolchain};

/// Selects the Go for a call.
pub fn select(world: &World, call: &Call<'_>) -> Result<Selection> {
    trace(world, call, &mut Trace::default())
}

/// Selects the Go for a call, and records in `trace` what became of each rule, also if the result is an error.
pub fn trace(world: &World, call: &Call<'_>, trace: &mut Trace) -> Result<Selection> {
    let question = Question::new(world, call);
    let mut selection = match base::find(&question, trace)? {
        Some(Base::System { path, reason }) => {
            trace.base(&reason, Verdict::Exact);
            trace.not_asked(&LATER, Why::System);
            let path = path.ok_or_else(|| no_system_go(&question, &reason))?;
            Selection::new(Selected::Present(Go::System(path)), reason, GoEnv::of_user(world))
        }
        Some(Base::Own(base)) => Resolver::new(&question, *base).select(trace)?,
        None => without_base(&question, trace)?,
    };
    if let Directory::Gone(error) = question.directory {
        selection.warnings.push(Warning::NoDirectory(error));
    }
    Ok(selection)
}

/// The warning for a go line that no go command accepts. [`select`] gives none, because Go says it itself.
pub fn invalid_go_line(world: &World, call: &Call<'_>) -> Option<Warning> {
    let question = Question::new(world, call);
    let settings = GoEnv::of_user(world);
    let search = Search::new(&question, &settings, None);
    let project = search.modules_are_on().ok()?.then(|| search.project().ok().flatten()).flatten()?;
    let line = project.lines().ok()?.go().filter(|line| !Version::is_go_line(&line.text))?;
    Some(Warning::GoLine(Box::new(line)))
}

/// Selects the toolchain that a launcher names. No other rule is asked.
pub fn launch(world: &World, name: &ToolchainName) -> Result<Selection> {
    let reason = Reason::new(Rule::Launcher, name.as_str());
    let selected = match inventory::find(&world.homes, name) {
        Some(toolchain) => Selected::Present(Go::Toolchain(toolchain)),
        None => missing(name, &reason, true)?,
    };
    Ok(Selection::new(selected, reason, GoEnv::of_user(world)))
}

/// The pin in the `default` file of the user's store, else of the system store.
pub fn default(world: &World) -> Result<Option<Pin>> {
    base::default(world)
}

/// The request of a pin that counts: the first that is installed, else the first.
pub fn chosen<'a>(world: &World, pin: &'a Pin) -> &'a Request {
    base::chosen(world, "go", pin)
}

/// A base in a store, and all that decides whether another toolchain replaces it.
struct Resolver<'a> {
    question: &'a Question<'a>,
    request: Request,
    toolchain: Option<Toolchain>,
    reason: Reason,
    /// The base as cmd/go would see it; `None` for a linked GOROOT that does not tell its version.
    local: Option<Local>,
    settings: GoEnv,
    /// The project, searched at most once.
    project: OnceCell<Option<Project>>,
}

impl<'a> Resolver<'a> {
    fn new(question: &'a Question<'a>, base: Own) -> Self {
        let Own { request, toolchain, reason } = base;
        let local = Local::of(&request, toolchain.as_ref());
        let mut settings = GoEnv::of_user(question.world);
        if let (Some(local), Some(toolchain)) = (&local, &toolchain)
            && !local.is_auto
        {
            settings.read_toolchain(question.world, &toolchain.path);
        }
        Resolver { question, request, toolchain, reason, local, settings, project: OnceCell::new() }
    }

    fn select(self, trace: &mut Trace) -> Result<Selection> {
        if matches!(self.question.directory, Directory::Unreachable) {
            // The go command fails before it selects a toolchain.
            trace.base(&self.reason, Verdict::Floor);
            trace.not_asked(&LATER, Why::NoDirectory);
            return Ok(self.keep_base());
        }
        if self.is_exact() {
            trace.base(&self.reason, Verdict::Exact);
            trace.not_asked(&LATER, Why::Exact);
            return self.select_exact();
        }
        trace.base(&self.reason, Verdict::Floor);
        let Some(local) = &self.local else {
            trace.not_asked(&LATER, Why::UnknownVersion);
            return Ok(self.keep_base());
        };
        let known = self.project.get().cloned().flatten();
        match switch(self.question, local, self.search(), known, trace)? {
            Some(switch) => switch_to(self.question, switch, self.settings),
            None => Ok(self.keep_base()),
        }
    }

    /// Whether the base is exact. A pin file is if it is at or below the project's root, or there is no project.
    fn is_exact(&self) -> bool {
        if self.question.world.environment.os(GOTOOLCHAIN).is_some() {
            return false;
        }
        match self.reason.rule {
            Rule::Argument | Rule::Environment | Rule::Use => true,
            Rule::File => {
                let place = self.reason.path.as_deref().and_then(Path::parent);
                self.project().is_none_or(|project| place.is_some_and(|place| project.contains(place)))
            }
            _ => false,
        }
    }

    fn search(&self) -> Search<'_> {
        let goroot = self.toolchain.as_ref().map(|toolchain| toolchain.path.as_path());
        Search::new(self.question, &self.settings, goroot)
    }

    /// The project, if modules are on. With an invalid GOWORK there is none: the base is exact then, and the tool
    /// itself reports the error.
    fn project(&self) -> Option<&Project> {
        let governing = || {
            let search = self.search();
            if search.modules_are_on()? { search.project() } else { Ok(None) }
        };
        self.project.get_or_init(|| governing().ok().flatten()).as_ref()
    }

    fn select_exact(self) -> Result<Selection> {
        let warning = self.warning()?;
        let mut selection = self.keep_base();
        selection.exact = true;
        selection.local = true;
        selection.warnings.extend(warning);
        Ok(selection)
    }

    /// The warning for an exact pin that is older than the go line. None for `+1.20`, which is deliberate, and for
    /// `gofmt`, which does not read go.mod.
    fn warning(&self) -> Result<Option<Warning>> {
        if self.reason.rule == Rule::Argument || self.question.call.tool != "go" || self.toolchain.is_none() {
            return Ok(None);
        }
        let version = self.local.as_ref().and_then(|local| local.version.as_ref());
        let (Some(version), Some(project)) = (version, self.project()) else { return Ok(None) };
        let older = |line: &Reason| Version::parse(&line.text).is_some_and(|line| *version < line);
        let line = project.lines()?.go().filter(older);
        Ok(line.map(|line| {
            // After `-C` the directory is not the one in which the user types.
            let here = self.question.directory().filter(|_| self.question.call.change().is_none());
            let instead = advice::instead(&self.reason, &line.text, here);
            Warning::Older(Box::new(Older { version: version.clone(), line, instead }))
        }))
    }

    fn keep_base(self) -> Selection {
        let selected = match self.toolchain {
            Some(toolchain) => Selected::Present(Go::Toolchain(toolchain)),
            None => Selected::Missing { request: self.request, install: true },
        };
        Selection::new(selected, self.reason, self.settings)
    }
}

/// Selects without a base, by GOTOOLCHAIN and the lines alone.
fn without_base(question: &Question<'_>, trace: &mut Trace) -> Result<Selection> {
    let settings = GoEnv::of_user(question.world);
    let search = Search::new(question, &settings, None);
    if let Some(switch) = switch(question, &Local::none(), search, None, trace)? {
        return switch_to(question, switch, settings);
    }
    let message = format!("no Go is selected, and there is no other `{}` on PATH", question.call.tool);
    Err(Error::new(Kind::NotThere, message).hint(advice::without_go(&question.world.homes)))
}

fn no_system_go(question: &Question<'_>, reason: &Reason) -> Error {
    let Question { world, call: Call { tool, .. }, .. } = question;
    let message = format!("the system's Go is asked for, but there is no other `{tool}` on PATH");
    Error::new(Kind::NotThere, message).detail(reason.to_string()).hint(advice::without_system_go(
        reason,
        &world.homes,
        question.directory(),
    ))
}

#[cfg(test)]
mod tests;

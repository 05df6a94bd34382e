//! Which Go runs: the base, then what go.mod, go.work and GOTOOLCHAIN make of it, exactly as the go
//! command itself would with that base as its local toolchain.

use std::cell::OnceCell;
use std::path::Path;

use super::base::{self, Asked, Base, Footing};
use super::call::Call;
use super::directory::Directory;
use super::goenv::GoEnv;
use super::gomod::{Project, Search};
use super::pin::Pin;
use super::reason::{Reason, Rule};
pub use super::selection::{Answer, Older, Selection, Warning};
use super::switch::{LATER, missing, switch, switch_to};
use super::trace::{Observer, Step, Verdict, Why};
use super::world::World;
use crate::env::GOTOOLCHAIN;
use crate::error::{Error, Kind, Result};
use crate::go::request::Request;
use crate::go::version::Version;
use crate::store::inventory::{self, Toolchain};

/// Decides for a tool, and tells the observer each step.
pub fn select(world: &World, call: &Call<'_>, observe: &mut dyn FnMut(Step<'_>)) -> Result<Selection> {
    let mut observer = Observer(observe);
    let directory = Directory::find(world, call.change());
    let base = base::find(world, call, &directory, &mut observer)?;
    let mut selection = match base {
        Some(Base::System { path, reason }) => {
            observer.base(&reason, Verdict::Exact);
            observer.not_asked(&LATER, Why::System);
            Selection::new(Answer::System(path), reason, GoEnv::of_user(world))
        }
        Some(Base::Request(asked)) => {
            let start = Start::new(world, call, directory.path(), *asked);
            if matches!(directory, Directory::Unreachable) {
                start.unreachable(&mut observer)
            } else {
                start.select(&mut observer)?
            }
        }
        None => without_base(world, call, directory.path(), &mut observer)?,
    };
    if let Directory::Gone(error) = directory {
        selection.warnings.push(Warning::NoDirectory(error));
    }
    Ok(selection)
}

/// Decides for a launcher, whose name is the whole answer.
pub fn launch(world: &World, name: &str) -> Result<Selection> {
    let reason = Reason::new(Rule::Launcher, name);
    let answer = match inventory::find(&world.homes, name) {
        Some(toolchain) => Answer::Toolchain(toolchain),
        None => missing(name, &reason, true)?,
    };
    Ok(Selection::new(answer, reason, GoEnv::of_user(world)))
}

/// The request in the `default` file, and its place: the user's, else the system's.
pub fn default(world: &World) -> Result<Option<Pin>> {
    base::default(world)
}

/// The one of a pin's requests that counts here: the first that is installed, else the first.
pub fn chosen<'a>(world: &World, pin: &'a Pin) -> &'a Request {
    base::chosen(world, "go", pin)
}

/// A base of gox's own, and all that decides what becomes of it.
struct Start<'a> {
    world: &'a World,
    call: &'a Call<'a>,
    directory: Option<&'a Path>,
    request: Request,
    toolchain: Option<Toolchain>,
    reason: Reason,
    footing: Option<Footing>,
    settings: GoEnv,
    /// The project, once it was looked for.
    project: OnceCell<Option<Project>>,
}

impl<'a> Start<'a> {
    fn new(world: &'a World, call: &'a Call<'a>, directory: Option<&'a Path>, asked: Asked) -> Self {
        let Asked { request, toolchain, reason } = asked;
        let footing = Footing::of(&request, toolchain.as_ref());
        let mut settings = GoEnv::of_user(world);
        if let (Some(footing), Some(toolchain)) = (&footing, &toolchain)
            && !footing.is_auto
        {
            settings.read_toolchain(world, &toolchain.path);
        }
        let project = OnceCell::new();
        Start { world, call, directory, request, toolchain, reason, footing, settings, project }
    }

    fn select(self, observer: &mut Observer<'_>) -> Result<Selection> {
        if self.is_exact() {
            observer.base(&self.reason, Verdict::Exact);
            observer.not_asked(&LATER, Why::Exact);
            return self.exactly();
        }
        observer.base(&self.reason, Verdict::Floor);
        let Some(footing) = &self.footing else {
            observer.not_asked(&LATER, Why::UnknownVersion);
            return Ok(self.stay());
        };
        let known = self.project.get().cloned().flatten();
        match switch(self.call, footing, self.search(), known, observer)? {
            Some(switch) => switch_to(self.world, self.call, self.directory, switch, self.settings),
            None => Ok(self.stay()),
        }
    }

    /// The go command gives up before it decides anything.
    fn unreachable(self, observer: &mut Observer<'_>) -> Selection {
        observer.base(&self.reason, Verdict::Floor);
        observer.not_asked(&LATER, Why::NoDirectory);
        self.stay()
    }

    /// A pin from a file is exact at and below the project's root, and where there is no project.
    fn is_exact(&self) -> bool {
        if self.world.environment.os(GOTOOLCHAIN).is_some() {
            return false;
        }
        match self.reason.rule {
            Rule::Argument | Rule::Environment => true,
            Rule::File => {
                let place = self.reason.path.as_deref().and_then(Path::parent);
                self.project().is_none_or(|project| place.is_some_and(|place| project.contains(place)))
            }
            _ => false,
        }
    }

    fn search(&self) -> Search<'_> {
        let goroot = self.toolchain.as_ref().map(|toolchain| toolchain.path.as_path());
        Search { world: self.world, settings: &self.settings, directory: self.directory, goroot }
    }

    /// The project, where modules are on. An invalid GOWORK is the tool's to refuse, where the base is
    /// exact and it has no say.
    fn project(&self) -> Option<&Project> {
        let governing = || {
            let search = self.search();
            if search.modules_are_on()? { search.project() } else { Ok(None) }
        };
        self.project.get_or_init(|| governing().ok().flatten()).as_ref()
    }

    fn exactly(self) -> Result<Selection> {
        let warning = self.warning()?;
        let mut selection = self.stay();
        selection.exact = true;
        selection.local = true;
        selection.warnings.extend(warning);
        Ok(selection)
    }

    /// Where the pin is older than the go line. Whoever typed `+1.20` wanted just that, and `gofmt` does
    /// not care.
    fn warning(&self) -> Result<Option<Warning>> {
        if self.reason.rule == Rule::Argument || self.call.tool != "go" || self.toolchain.is_none() {
            return Ok(None);
        }
        let version = self.footing.as_ref().and_then(|footing| footing.local.version.as_ref());
        let (Some(version), Some(project)) = (version, self.project()) else { return Ok(None) };
        let lines = project.lines()?;
        let older = |line: &str| Version::parse(line).is_some_and(|line| *version < line);
        let line = lines.go().filter(|line| older(line.text));
        Ok(line.map(|line| {
            let (version, pin) = (version.clone(), self.reason.clone());
            Warning::Older(Box::new(Older { version, pin, line: line.to_reason() }))
        }))
    }

    fn stay(self) -> Selection {
        let answer = match self.toolchain {
            Some(toolchain) => Answer::Toolchain(toolchain),
            None => Answer::Missing { request: self.request, install: true },
        };
        Selection::new(answer, self.reason, self.settings)
    }
}

/// No rule gave a base: GOTOOLCHAIN and the lines alone decide.
fn without_base(
    world: &World,
    call: &Call<'_>,
    directory: Option<&Path>,
    observer: &mut Observer<'_>,
) -> Result<Selection> {
    let settings = GoEnv::of_user(world);
    let search = Search { world, settings: &settings, directory, goroot: None };
    if let Some(switch) = switch(call, &Footing::none(), search, None, observer)? {
        return switch_to(world, call, directory, switch, settings);
    }
    let message = format!("no Go is selected, and there is no other `{}` on PATH", call.tool);
    Err(Error::new(Kind::NotThere, message).hint("install the newest: `gox install latest`"))
}

#[cfg(test)]
mod tests;

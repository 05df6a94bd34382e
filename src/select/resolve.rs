//! Which Go runs: the base, then what go.mod, go.work and GOTOOLCHAIN make of it, exactly as the go
//! command itself would with that base as its local toolchain.

use std::cell::OnceCell;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use super::base::{self, Base, Footing};
use super::call::Call;
use super::directory::Directory;
use super::goenv::{GoEnv, Origin};
use super::gomod::{Project, Search};
use super::gotoolchain::{self, Switch};
use super::pin::Pin;
use super::reason::{Reason, Rule, escaped};
use super::request::Request;
use super::trace::{Observer, Step, Verdict, Why};
use super::variables::GOTOOLCHAIN;
use super::version::{Version, version_of_toolchain};
use super::world::World;
use crate::error::{Error, Kind, Result};
use crate::store::inventory::{self, Toolchain};

/// The rules that come after the base.
const LATER: [Rule; 3] = [Rule::Gotoolchain, Rule::ToolchainLine, Rule::GoLine];

/// What will run, and why.
#[derive(Debug)]
pub struct Selection {
    /// What will run.
    pub answer: Answer,
    /// What decided.
    pub reason: Reason,
    /// No go line may raise it, and Go must not switch by itself.
    pub exact: bool,
    /// Whether the tool is given `GOTOOLCHAIN=local`, so that it runs and does not decide again.
    pub local: bool,
    /// What the user should know, a line each.
    pub warnings: Vec<Warning>,
    /// The settings that were read on the way.
    pub(super) settings: GoEnv,
}

/// What will run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// A toolchain of a store.
    Toolchain(Toolchain),
    /// The Go on PATH, by the path of the tool; it decides for itself.
    System(PathBuf),
    /// A toolchain that is not installed. It is never replaced by another one.
    Missing {
        /// What has to be installed.
        request: Request,
        /// Whether that is allowed: not where Go's own `GOTOOLCHAIN=path` forbids it.
        install: bool,
    },
}

/// Something that goes on, and that the user should know.
#[derive(Debug)]
pub enum Warning {
    /// The current directory was deleted.
    NoDirectory(io::Error),
    /// An exact pin is older than the go line of the project.
    Older {
        /// The version that runs.
        version: Version,
        /// The pin.
        pin: Reason,
        /// The go line.
        line: Reason,
    },
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Warning::NoDirectory(error) => {
                let error = error.to_string();
                let error = error.split(" (os error").next().unwrap_or_default().to_lowercase();
                write!(f, "pins and go.mod are not read: the current directory cannot be told: {error}")
            }
            Warning::Older { version, pin, line } => {
                let wanted = escaped(&line.text);
                write!(f, "go{version} runs, {pin}, but go {wanted} is {line}")
            }
        }
    }
}

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
        Some(Base::Request { request, toolchain, reason }) => {
            let base = (request, toolchain, reason);
            let start = Start::new(world, call, directory.path(), base);
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

impl Selection {
    fn new(answer: Answer, reason: Reason, settings: GoEnv) -> Self {
        Selection { answer, reason, exact: false, local: false, warnings: Vec::new(), settings }
    }
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
    fn new(
        world: &'a World,
        call: &'a Call<'a>,
        directory: Option<&'a Path>,
        base: (Request, Option<Toolchain>, Reason),
    ) -> Self {
        let (request, toolchain, reason) = base;
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
        Ok(line.map(|line| Warning::Older {
            version: version.clone(),
            pin: self.reason.clone(),
            line: line.to_reason(),
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

/// What cmd/go would switch to, with this footing and in the order in which it asks. A project that is
/// known already is not looked for again.
fn switch(
    call: &Call<'_>,
    footing: &Footing,
    search: Search<'_>,
    known: Option<Project>,
    observer: &mut Observer<'_>,
) -> Result<Option<Switch>> {
    if !search.modules_are_on()? {
        observer.not_asked(&LATER, Why::ModulesOff);
        return Ok(None);
    }
    // Without a base there is no Go that could answer.
    if call.is_exempt() && !footing.is_none() {
        observer.not_asked(&LATER, Why::Exempt);
        return Ok(None);
    }
    let (value, origin) = setting(search.settings, footing);
    let project = || if known.is_some() { Ok(known) } else { search.project() };
    gotoolchain::decide(&footing.local, &value, origin.as_ref(), project, observer)
}

/// GOTOOLCHAIN. What has no `go.env` of its own counts as one that says `auto`.
fn setting(settings: &GoEnv, footing: &Footing) -> (String, Option<Origin>) {
    match settings.get(GOTOOLCHAIN) {
        Some((value, origin)) => (value, Some(origin)),
        None if footing.is_auto => ("auto".to_owned(), None),
        None => (String::new(), None),
    }
}

fn switch_to(
    world: &World,
    call: &Call<'_>,
    directory: Option<&Path>,
    switch: Switch,
    mut settings: GoEnv,
) -> Result<Selection> {
    let Switch { name, reason, download } = switch;
    let answer = match installed(world, &name) {
        Some(toolchain) => Answer::Toolchain(toolchain),
        None => missing(&name, &reason, download)?,
    };
    let local = match &answer {
        Answer::Toolchain(toolchain) => {
            would_switch_again(world, call, directory, toolchain, &reason, &mut settings)
        }
        _ => false,
    };
    Ok(Selection { local, ..Selection::new(answer, reason, settings) })
}

/// Whether the toolchain, left alone, would switch again because its own `go.env` is another than that of
/// the base. What the environment or the GOENV file says is the same for both.
fn would_switch_again(
    world: &World,
    call: &Call<'_>,
    directory: Option<&Path>,
    toolchain: &Toolchain,
    reason: &Reason,
    settings: &mut GoEnv,
) -> bool {
    let Some(footing) = Footing::of_installed(toolchain).filter(|footing| !footing.is_auto) else {
        return false;
    };
    settings.read_toolchain(world, &toolchain.path);
    let Some((value, Origin::Toolchain(_))) = settings.get(GOTOOLCHAIN) else { return false };
    let is_by_line = matches!(reason.rule, Rule::ToolchainLine | Rule::GoLine);
    if is_by_line && matches!(value.as_str(), "" | "local" | "auto" | "path") {
        // No line asks for more than the toolchain that the lines chose.
        return false;
    }
    let search = Search { world, settings, directory, goroot: Some(&toolchain.path) };
    let mut nobody = |_: Step<'_>| {};
    !matches!(switch(call, &footing, search, None, &mut Observer(&mut nobody)), Ok(None))
}

/// By its name, or by the name under which Go releases that version.
fn installed(world: &World, name: &str) -> Option<Toolchain> {
    if name.contains(char::is_control) {
        return None;
    }
    inventory::find(&world.homes, name).or_else(|| {
        let version = version_of_toolchain(name).filter(|_| !name.contains(['-', ' ', '\t']))?;
        inventory::find(&world.homes, &version.toolchain())
    })
}

/// A request for what a name means, to install it.
fn missing(name: &str, reason: &Reason, install: bool) -> Result<Answer> {
    let is_plain = !name.contains(['-', ' ', '\t']);
    let request = match version_of_toolchain(name).filter(|_| is_plain) {
        Some(version) if version.is_lang() => {
            let line = version.line();
            let why = format!("`go{line}` is a language version and no toolchain; its first is `go{line}.0`");
            return Err(gotoolchain::refused(&reason.said(), &why));
        }
        Some(version) => Request::Version(version),
        None => match Request::parse(name) {
            Ok(request @ Request::Name(_)) if !name.contains(char::is_whitespace) => request,
            _ => return Err(gotoolchain::refused(&reason.said(), "no toolchain can be called so")),
        },
    };
    Ok(Answer::Missing { request, install })
}

#[cfg(test)]
#[path = "resolve_tests.rs"]
mod tests;

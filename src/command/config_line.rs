//! The lines of `gox config`: the settings; where the store, the shims and the settings file are; and Go's own
//! variables that gox follows. Only the first are in the settings file.

use std::path::PathBuf;

use serde_json::{Value as Json, json};

use crate::env::{
    self, Environment, GO111MODULE, GOAUTH, GOENV, GOPROXY, GOSUMDB, GOTOOLCHAIN, GOVULNDB, GOWORK,
    GOX_CONFIG, GOX_HOME, GOX_SYSTEM_HOME,
};
use crate::error::{Error, Result};
use crate::net::goauth;
use crate::proof::sumdb::gosumdb;
use crate::select::call::Call;
use crate::select::goenv::{self, GoEnv, Origin};
use crate::select::reason::Rule;
use crate::select::resolve;
use crate::select::trace::{Step, Trace, Verdict};
use crate::select::world::World;
use crate::settings::file::{self, Place, SettingsFile};
use crate::settings::keys::{self, Key};
use crate::settings::value::{SetBy, value};
use crate::source::network;
use crate::store::layout::Home;
use crate::text;

/// What a value comes from.
#[derive(PartialEq, Eq)]
pub(super) enum Source {
    /// Nothing sets it.
    Default,
    /// Its variable.
    Environment,
    /// The settings file, at this place.
    Settings(Place),
    /// The file of `go env -w`.
    Go(PathBuf),
    /// The `go.env` of a Go, and which Go that is.
    Toolchain(PathBuf, &'static str),
}

/// The Go from which the selection starts in this directory.
const BASE: &str = "the Go that counts here";

impl Source {
    /// The origin of a variable of Go's, where the toolchains of `world` are gox's.
    fn of(origin: Origin, world: Option<&World>) -> Self {
        match origin {
            Origin::Environment => Source::Environment,
            Origin::File(path) => Source::Go(path),
            Origin::Toolchain(path) => {
                let mut homes = world.iter().flat_map(|world| &world.homes);
                let is_installed = homes.any(|home| path.starts_with(home.toolchains()));
                Source::Toolchain(path, if is_installed { "the newest toolchain" } else { "the system's Go" })
            }
        }
    }
}

/// What a line is about: a setting, a place or a variable.
#[derive(Clone, Copy)]
pub(super) struct Subject {
    /// The key in the settings file, else the variable, else what is at the place.
    pub name: &'static str,
    /// The setting, if it is one.
    pub key: Option<&'static Key>,
    /// The variable that sets it.
    pub variable: &'static str,
    /// Whether the go command keeps it in its own file.
    by_go: bool,
}

/// The subject that has no variable of its own: the shims follow the store.
const SHIMS: &str = "shims";

/// What the settings file does not keep, in the order in which it is shown.
const ELSEWHERE: [Subject; 12] = [
    Subject::exported(GOX_HOME),
    Subject { name: SHIMS, ..Subject::exported(GOX_HOME) },
    Subject::exported(GOX_SYSTEM_HOME),
    Subject::exported(GOX_CONFIG),
    Subject::exported(GOENV),
    Subject::written_by_go(GOPROXY),
    Subject::written_by_go(GOSUMDB),
    Subject::written_by_go(GOAUTH),
    Subject::written_by_go(GOTOOLCHAIN),
    Subject::written_by_go(GO111MODULE),
    // `go env -w` refuses these.
    Subject::exported(GOWORK),
    Subject::exported(GOVULNDB),
];

impl Subject {
    /// A variable that only the environment sets.
    const fn exported(variable: &'static str) -> Self {
        Subject { name: variable, key: None, variable, by_go: false }
    }

    /// A variable that `go env -w` sets.
    const fn written_by_go(variable: &'static str) -> Self {
        Subject { by_go: true, ..Subject::exported(variable) }
    }

    /// All subjects, in the order in which they are shown.
    pub(super) fn all() -> impl Iterator<Item = Subject> {
        let settings = keys::ALL.iter();
        let settings = settings.map(|key| Subject {
            name: key.name,
            key: Some(key),
            variable: key.variable,
            by_go: false,
        });
        settings.chain(ELSEWHERE)
    }

    /// The subject that a word of the command line means: by its name, or by its variable.
    pub(super) fn find(word: &str) -> Option<Subject> {
        Subject::all().find(|subject| subject.name == word || subject.variable == word)
    }

    /// Whether it is the variable itself, not a place that follows from one.
    pub(super) fn is_variable(&self) -> bool {
        self.name == self.variable
    }

    /// What to do to give a value to what the settings file does not keep, or to take its value away. A password is
    /// left out.
    pub(super) fn advice(&self, value: Option<&str>) -> String {
        let variable = self.variable;
        let value = match value {
            Some(_) if self.name == SHIMS => Some("/path/to/go".to_owned()),
            value => value.map(|value| shown(variable, value)),
        };
        match (value.as_deref().map(text::quoted), self.by_go) {
            (Some(value), true) => format!("set it: `go env -w {variable}={value}`"),
            (Some(value), false) => format!("set it: `export {variable}={value}`"),
            (None, true) => format!("unset it: `go env -u {variable}`"),
            (None, false) => format!("unset it: `unset {variable}`"),
        }
    }

    /// The subject with what counts now.
    pub(super) fn line(self, file: &SettingsFile, go: &GoWorld) -> Line {
        if let Some(key) = self.key {
            return setting(self, key, file);
        }
        match self.name {
            GOX_HOME => place(self, Home::locate().map(|home| Some(home.root().to_owned()))),
            SHIMS => place(self, Home::locate().map(|home| Some(home.shims()))),
            GOX_SYSTEM_HOME => {
                place(self, Home::system().map(|home| home.map(|home| home.root().to_owned())))
            }
            GOX_CONFIG => place(self, Ok(file::path())),
            GOENV => match goenv::user_file(&Environment::Process) {
                Some(path) => place(self, Ok(Some(path))),
                None => Line { value: Some("off".to_owned()), ..place(self, Ok(None)) },
            },
            GOSUMDB => found(self, Some(gosumdb::DEFAULT_NAME), &go.env, go.world.as_ref()),
            GOAUTH => found(self, Some("netrc"), &go.env, go.world.as_ref()),
            GOTOOLCHAIN => gotoolchain(self, go.world.as_ref()),
            _ => found(self, None, &go.env, go.world.as_ref()),
        }
    }
}

/// Where the variables of Go are looked up.
pub(super) struct GoWorld {
    /// `None` where there is no store.
    world: Option<World>,
    env: GoEnv,
}

impl GoWorld {
    /// That of this process.
    pub(super) fn of_process() -> Self {
        let world = Home::locate().ok().map(World::of_process);
        let env = world.as_ref().map_or_else(|| GoEnv::read(None), network::goenv);
        GoWorld { world, env }
    }
}

/// A subject with what counts now.
pub(super) struct Line {
    /// What it is about.
    pub subject: Subject,
    /// The value, without a password; `None` if it is not set and has no default.
    pub value: Option<String>,
    /// The value where it is a path, with bytes that text cannot have.
    pub path: Option<PathBuf>,
    /// Why the value is invalid, or why there is none.
    pub error: Option<Error>,
    /// What the value comes from.
    pub source: Source,
}

impl Line {
    fn new(subject: Subject, value: Option<String>, source: Source) -> Line {
        Line { subject, value, path: None, error: None, source }
    }

    /// What sets the value, for a person.
    pub(super) fn set_by(&self) -> String {
        match &self.source {
            Source::Default => "default".to_owned(),
            Source::Environment if self.subject.is_variable() => "the environment".to_owned(),
            Source::Environment => format!("`{}`", self.subject.variable),
            Source::Settings(place) => place.to_string(),
            Source::Go(path) => path.display().to_string(),
            Source::Toolchain(path, whose) => format!("{}, of {whose}", path.display()),
        }
    }

    /// The line for programs.
    pub(super) fn object(&self) -> Json {
        let origin = match &self.source {
            Source::Default => json!({ "kind": "default" }),
            Source::Environment => json!({ "kind": "environment" }),
            Source::Go(path) | Source::Toolchain(path, _) => {
                json!({ "kind": "file", "path": path.to_string_lossy() })
            }
            Source::Settings(place) => {
                let path = place.path.to_string_lossy();
                json!({ "kind": "file", "path": path, "line": place.line, "column": place.column })
            }
        };
        let Subject { name, key, variable, .. } = self.subject;
        let key = key.map(|key| key.name);
        json!({ "name": name, "key": key, "variable": variable, "value": self.value, "origin": origin })
    }
}

/// A value as it may be shown: without a password.
fn shown(variable: &str, value: &str) -> String {
    if variable == GOAUTH { goauth::shown(value) } else { text::without_password(value) }
}

fn setting(subject: Subject, key: &'static Key, file: &SettingsFile) -> Line {
    let found = value(key, file);
    let source = match found.set_by {
        SetBy::Default => Source::Default,
        SetBy::Environment => Source::Environment,
        SetBy::File(place) => Source::Settings(place),
    };
    Line::new(subject, Some(shown(key.variable, &found.text)), source)
}

/// A file or folder. Where its own variable is invalid, its text is the value.
fn place(subject: Subject, found: Result<Option<PathBuf>>) -> Line {
    let variable = subject.variable;
    let source = if env::os(variable).is_some() { Source::Environment } else { Source::Default };
    let (path, error) = match found {
        Ok(path) => (path, None),
        Err(error) => (env::os(variable).filter(|_| subject.is_variable()).map(PathBuf::from), Some(error)),
    };
    let value = path.as_ref().map(|path| path.to_string_lossy().into_owned());
    Line { path, error, ..Line::new(subject, value, source) }
}

/// A variable as the go command would find it.
fn found(subject: Subject, default: Option<&str>, goenv: &GoEnv, world: Option<&World>) -> Line {
    match goenv.get(subject.variable).filter(|(value, _)| !value.is_empty()) {
        Some((value, origin)) => {
            Line::new(subject, Some(shown(subject.variable, &value)), Source::of(origin, world))
        }
        None => Line::new(subject, default.map(str::to_owned), Source::Default),
    }
}

/// `GOTOOLCHAIN`, which may be in the `go.env` of the Go that the selection starts from in this directory. Where an
/// exact pin spares the question, only what the user set counts.
fn gotoolchain(subject: Subject, world: Option<&World>) -> Line {
    let mut trace = Trace::default();
    // A selection that fails may have come as far as this rule.
    let _ = world.map(|world| resolve::trace(world, &Call::new("go", &[]), &mut trace));
    let heard = trace.steps.into_iter().find_map(|step| match step {
        Step::Heard(said, verdict) if said.rule == Rule::Gotoolchain => Some((said, verdict)),
        _ => None,
    });
    let user = world.map_or_else(|| GoEnv::read(None), GoEnv::of_user);
    let Some((said, verdict)) = heard else {
        return found(subject, Some("auto"), &user, world);
    };
    let source = match said.path {
        _ if verdict == Verdict::Default => Source::Default,
        None => Source::Environment,
        Some(path) if user.get(GOTOOLCHAIN).is_some() => Source::Go(path),
        Some(path) => Source::Toolchain(path, BASE),
    };
    Line::new(subject, Some(said.text), source)
}

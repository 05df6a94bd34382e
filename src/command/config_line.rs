//! The lines of `gox config`: the settings; where the store, the shims and the settings file are; and Go's own
//! variables that gox follows. Only the first are in the settings file.

use std::path::PathBuf;

use serde_json::{Value as Json, json};

use crate::env::{
    self, Environment, GO111MODULE, GOAUTH, GOENV, GOPROXY, GOSUMDB, GOTOOLCHAIN, GOWORK, GOX_CONFIG,
    GOX_HOME, GOX_SYSTEM_HOME,
};
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
    /// A file of Go's: the one of `go env -w`, or the `go.env` of a toolchain.
    Go(PathBuf),
}

impl Source {
    /// Of a variable that only the environment sets.
    fn of(variable: &str) -> Source {
        if env::os(variable).is_some() { Source::Environment } else { Source::Default }
    }
}

impl From<Origin> for Source {
    fn from(origin: Origin) -> Self {
        match origin {
            Origin::Environment => Source::Environment,
            Origin::File(path) | Origin::Toolchain(path) => Source::Go(path),
        }
    }
}

/// A setting, a place or a variable, with what counts now.
pub(super) struct Line {
    /// The key in the settings file, else the variable, else what is at the place.
    pub name: &'static str,
    /// The setting, if it is one.
    pub key: Option<&'static Key>,
    /// The variable that sets it.
    variable: &'static str,
    /// The value, without a password; `None` if it is not set and has no default.
    pub value: Option<String>,
    /// What the value comes from.
    pub source: Source,
    /// Whether the go command keeps it in its own file.
    by_go: bool,
}

impl Line {
    /// All lines, in the order in which they are shown.
    pub(super) fn all(file: &SettingsFile) -> Vec<Line> {
        keys::ALL.iter().map(|key| Line::setting(key, file)).chain(places()).chain(of_go()).collect()
    }

    /// A setting.
    pub(super) fn setting(key: &'static Key, file: &SettingsFile) -> Line {
        let found = value(key, file);
        let source = match found.set_by {
            SetBy::Default => Source::Default,
            SetBy::Environment => Source::Environment,
            SetBy::File(place) => Source::Settings(place),
        };
        let value = Some(text::without_password(&found.text));
        Line { name: key.name, key: Some(key), variable: key.variable, value, source, by_go: false }
    }

    /// What a variable sets that has no key in the settings file.
    fn variable(name: &'static str, value: Option<String>, source: Source) -> Line {
        Line { name, key: None, variable: name, value, source, by_go: false }
    }

    /// Whether a word of the command line means this line: its name, or its variable.
    pub(super) fn is_called(&self, word: &str) -> bool {
        self.name == word || self.variable == word
    }

    /// The command that gives a value to what the settings file does not keep, or takes its value away.
    pub(super) fn command(&self, value: Option<&str>) -> String {
        let variable = self.variable;
        // The shims follow the store.
        let value = if self.name == variable { value } else { value.and(Some("/path/to/go")) };
        match (value.map(text::quoted), self.by_go) {
            (Some(value), true) => format!("go env -w {variable}={value}"),
            (Some(value), false) => format!("export {variable}={value}"),
            (None, true) => format!("go env -u {variable}"),
            (None, false) => format!("unset {variable}"),
        }
    }

    /// What sets the value, for a person.
    pub(super) fn set_by(&self) -> String {
        match &self.source {
            Source::Default => "default".to_owned(),
            Source::Environment if self.variable == self.name => "the environment".to_owned(),
            Source::Environment => format!("`{}`", self.variable),
            Source::Settings(place) => place.to_string(),
            Source::Go(path) => path.display().to_string(),
        }
    }

    /// The line for programs.
    pub(super) fn object(&self) -> Json {
        let origin = match &self.source {
            Source::Default => json!({ "kind": "default" }),
            Source::Environment => json!({ "kind": "environment" }),
            Source::Go(path) => json!({ "kind": "file", "path": path.to_string_lossy() }),
            Source::Settings(place) => {
                let path = place.path.to_string_lossy();
                json!({ "kind": "file", "path": path, "line": place.line, "column": place.column })
            }
        };
        let key = self.key.map(|key| key.name);
        json!({ "name": self.name, "key": key, "variable": self.variable, "value": self.value, "origin": origin })
    }
}

/// Where the store, the shims and the settings file are.
fn places() -> [Line; 4] {
    let place = |name, path: Option<PathBuf>| {
        Line::variable(name, path.map(|path| path.to_string_lossy().into_owned()), Source::of(name))
    };
    let home = Home::locate().ok();
    let root = |home: &Home| home.root().to_owned();
    let system = Home::system().ok().flatten().as_ref().map(root);
    [
        place(GOX_HOME, home.as_ref().map(root)),
        Line { name: "shims", ..place(GOX_HOME, home.map(|home| home.shims())) },
        place(GOX_SYSTEM_HOME, system),
        place(GOX_CONFIG, file::path()),
    ]
}

/// Go's own variables that gox follows.
fn of_go() -> [Line; 7] {
    let world = Home::locate().ok().map(World::of_process);
    let goenv = world.as_ref().map_or_else(|| GoEnv::read(None), network::goenv);
    let file = goenv::user_file(&Environment::Process);
    let file = file.map_or_else(|| "off".to_owned(), |path| path.to_string_lossy().into_owned());
    let goauth = found(GOAUTH, Some("netrc"), &goenv);
    [
        Line::variable(GOENV, Some(file), Source::of(GOENV)),
        found(GOPROXY, None, &goenv),
        found(GOSUMDB, Some(gosumdb::DEFAULT_NAME), &goenv),
        Line { value: goauth.value.as_deref().map(goauth::shown), ..goauth },
        gotoolchain(world.as_ref()),
        found(GO111MODULE, None, &goenv),
        // `go env -w` refuses this one.
        Line { by_go: false, ..found(GOWORK, None, &goenv) },
    ]
}

/// A variable as the go command would find it.
fn found(name: &'static str, default: Option<&str>, goenv: &GoEnv) -> Line {
    let line = match goenv.get(name).filter(|(value, _)| !value.is_empty()) {
        Some((value, origin)) => Line::variable(name, Some(text::without_password(&value)), origin.into()),
        None => Line::variable(name, default.map(str::to_owned), Source::Default),
    };
    Line { by_go: true, ..line }
}

/// `GOTOOLCHAIN`, which may be in the `go.env` of the Go that the selection starts from in this directory. Where an
/// exact pin spares the question, only what the user set counts.
fn gotoolchain(world: Option<&World>) -> Line {
    let mut trace = Trace::default();
    // A selection that fails may have come as far as this rule.
    let _ = world.map(|world| resolve::trace(world, &Call::new("go", &[]), &mut trace));
    let heard = trace.steps.into_iter().find_map(|step| match step {
        Step::Heard(said, verdict) if said.rule == Rule::Gotoolchain => Some((said, verdict)),
        _ => None,
    });
    let Some((said, verdict)) = heard else {
        let user = world.map_or_else(|| GoEnv::read(None), GoEnv::of_user);
        return found(GOTOOLCHAIN, Some("auto"), &user);
    };
    let source = match said.path {
        _ if verdict == Verdict::Default => Source::Default,
        None => Source::Environment,
        Some(path) => Source::Go(path),
    };
    Line { by_go: true, ..Line::variable(GOTOOLCHAIN, Some(said.text), source) }
}

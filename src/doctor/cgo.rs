//! Whether cgo is on, and by which C compiler, as the go command decides it (Go source `cmd/go/internal/cfg`).

use std::path::PathBuf;

use super::facts::Facts;
use crate::env::{CC, Environment};
use crate::fs::program::on_path;
use crate::fs::read::is_executable;
use crate::go::quoted;
use crate::select::goenv::{GoEnv, Origin};

/// The compiler that Go looks for where `CC` names none: that with which the releases of Go were built.
pub(super) const DEFAULT: &str = if cfg!(target_os = "macos") { "clang" } else { "gcc" };
/// The one that Go does not look for.
pub(super) const OTHER: &str = if cfg!(target_os = "macos") { "gcc" } else { "clang" };

/// What the go command makes of the settings for cgo.
pub(super) struct Cgo {
    /// Whether cgo is on.
    pub(super) is_on: bool,
    /// The value of `CGO_ENABLED`, if it is one that Go knows: then it decides.
    pub(super) asked: Option<bool>,
    /// The value of `CC` with its place, if it is set.
    pub(super) cc: Option<(String, Origin)>,
    /// The name or path of the compiler, and the arguments that it always gets.
    pub(super) words: Vec<String>,
    /// The file of the compiler; `None` if there is none.
    pub(super) program: Option<PathBuf>,
}

impl Cgo {
    pub(super) fn of(facts: &Facts) -> Self {
        let settings = GoEnv::of_user(&facts.world);
        let setting = |key| settings.get(key).filter(|(value, _)| !value.is_empty());
        let asked = match setting("CGO_ENABLED").map(|(value, _)| value).as_deref() {
            Some("0") => Some(false),
            Some("1") => Some(true),
            _ => None,
        };
        let cc = setting(CC);
        // Go refuses a value that it cannot split: all of it is the name, then, and of no program.
        let words = cc.as_ref().map(|(value, _)| quoted::split(value).unwrap_or_else(|| vec![value.clone()]));
        let words = words.filter(|words| !words.is_empty());
        let words = words.unwrap_or_else(|| vec![DEFAULT.to_owned()]);
        // For this Go does not look into the GOENV file.
        let by_default =
            || facts.environment().os(CC).is_some() || find(DEFAULT, facts.environment()).is_some();
        let program = find(&words[0], facts.environment());
        Cgo { is_on: asked.unwrap_or_else(by_default), asked, cc, words, program }
    }

    /// The compiler as the user knows it.
    pub(super) fn name(&self) -> &str {
        &self.words[0]
    }
}

/// The program that a name means to Go.
pub(super) fn find(name: &str, environment: &Environment) -> Option<PathBuf> {
    if name.contains('/') {
        return Some(PathBuf::from(name)).filter(|path| is_executable(path));
    }
    on_path(name, environment)
}

//! Whether cgo is on, and by which C compiler, as the go command decides it (Go source `cmd/go/internal/cfg`).

use std::path::PathBuf;

use super::facts::Facts;
use crate::env::{CC, Environment};
use crate::fs::program::on_path;
use crate::fs::read::is_executable;
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
        let words = cc.as_ref().map(|(value, _)| words(value)).filter(|words| !words.is_empty());
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

/// Splits at blanks, but not in quotes, which have to be around a whole word (Go source `cmd/internal/quoted`).
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (word, after) = match first {
            '\'' | '"' => rest[1..].split_once(first).unwrap_or((&rest[1..], "")),
            _ => rest.split_at(rest.find(char::is_whitespace).unwrap_or(rest.len())),
        };
        words.push(word.to_owned());
        rest = after.trim_start();
    }
    words
}

/// The program that a name means to Go.
pub(super) fn find(name: &str, environment: &Environment) -> Option<PathBuf> {
    if name.contains('/') {
        return Some(PathBuf::from(name)).filter(|path| is_executable(path));
    }
    on_path(name, environment)
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn words_may_be_in_quotes() {
        for (text, expected) in [
            ("gcc", &["gcc"][..]),
            ("  ccache gcc\t-m64 ", &["ccache", "gcc", "-m64"]),
            ("'/opt/my gcc/bin/gcc' \"-D x='y'\"", &["/opt/my gcc/bin/gcc", "-D x='y'"]),
            ("a'b c'", &["a'b", "c'"]),
            ("'open", &["open"]),
            ("", &[]),
        ] {
            assert_eq!(words(text), expected, "{text}");
        }
    }
}

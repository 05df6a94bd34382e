//! `GOTOOLCHAIN` and the lines, as cmd/go weighs them (Go source `cmd/go/internal/toolchain.Select`): what
//! a Go of a given version would switch to before it does anything else.

use std::cmp::Ordering;

use super::goenv::Origin;
use super::gomod::{Project, invalid_toolchain};
use super::reason::{Reason, Rule, Said};
use super::trace::{Observer, Verdict, Why};
use crate::error::{Error, Kind, Result};
use crate::go::version::{Version, version_of_toolchain};
use crate::text;

/// The Go that decides.
#[derive(Clone, Debug)]
pub(super) struct Local {
    /// Its full name, `go1.22.4-bigcorp`; empty where none is there.
    pub(super) name: String,
    /// Its version; none is below every other.
    pub(super) version: Option<Version>,
}

/// A toolchain to switch to.
#[derive(Debug)]
pub(super) struct Switch {
    /// Its full name.
    pub(super) name: String,
    /// Who asks for it.
    pub(super) reason: Reason,
    /// Whether Go would download it; with `path` it would not.
    pub(super) download: bool,
}

/// What the setting says.
#[derive(Debug, PartialEq, Eq)]
struct Setting<'a> {
    /// The toolchain to start from; none for the local one.
    minimum: Option<&'a str>,
    mode: Mode,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// The lines have no say.
    Fixed,
    /// The lines may raise the version, and Go downloads it.
    Auto,
    /// The lines may raise the version, which must be on PATH.
    Path,
}

/// What the local Go would switch to; nothing where it stays. The project is asked for only where the
/// lines have a say.
pub(super) fn decide(
    local: &Local,
    value: &str,
    origin: Option<&Origin>,
    project: impl FnOnce() -> Result<Option<Project>>,
    observer: &mut Observer<'_>,
) -> Result<Option<Switch>> {
    let said = Said { rule: Rule::Gotoolchain, path: origin.and_then(Origin::path), line: None, text: value };
    let setting = parse(value).map_err(|why| invalid_setting(&said, why))?;
    let mut choice = Choice { local, name: None, version: local.version.clone(), reason: None };
    if let Some(minimum) = setting.minimum {
        choice.take(minimum.to_owned(), version_of_toolchain(minimum), &said);
    }
    observer.said(
        said,
        match setting.minimum {
            Some(_) => Verdict::Raises,
            None if origin.is_none() => Verdict::Default,
            None => Verdict::Keeps,
        },
    );
    if setting.mode == Mode::Fixed {
        observer.not_asked(&[Rule::ToolchainLine, Rule::GoLine], Why::Fixed);
    } else if let Some(project) = project()? {
        choice.read_lines(&project, observer)?;
    } else {
        observer.not_asked(&[Rule::ToolchainLine, Rule::GoLine], Why::NoProject);
    }
    choice.finish(setting.mode != Mode::Path)
}

/// The choice so far.
struct Choice<'a> {
    local: &'a Local,
    /// None while it is the local Go.
    name: Option<String>,
    version: Option<Version>,
    reason: Option<Reason>,
}

impl Choice<'_> {
    fn take(&mut self, name: String, version: Option<Version>, said: &Said<'_>) {
        self.name = Some(name);
        self.version = version;
        self.reason = Some(said.to_reason());
    }

    /// Neither line can lower the choice, and `toolchain default` takes the say from both.
    fn read_lines(&mut self, project: &Project, observer: &mut Observer<'_>) -> Result<()> {
        let lines = project.lines()?;
        let toolchain = lines.toolchain();
        match toolchain {
            Some(said) if said.text == "default" => {
                observer.said(said, Verdict::Keeps);
                observer.not_asked(&[Rule::GoLine], Why::ToolchainDefault);
                return Ok(());
            }
            Some(said) => {
                let version = version_of_toolchain(said.text)
                    .ok_or_else(|| invalid_toolchain(&said, "a toolchain is called as in `go1.22.4`"))?;
                self.raise(said, Some(version), said.text.to_owned(), observer);
            }
            None => observer.nothing(Rule::ToolchainLine),
        }
        match lines.go() {
            Some(said) => {
                // A malformed version is below every other, so that it raises nothing.
                let version = Version::parse(said.text);
                let name = version.as_ref().map(|version| version.for_go_line().toolchain());
                self.raise(said, version, name.unwrap_or_default(), observer);
            }
            None => observer.nothing(Rule::GoLine),
        }
        Ok(())
    }

    fn raise(&mut self, said: Said<'_>, version: Option<Version>, name: String, observer: &mut Observer<'_>) {
        let raises = version.cmp(&self.version) == Ordering::Greater;
        if raises {
            self.take(name, version, &said);
        }
        observer.said(said, if raises { Verdict::Raises } else { Verdict::Keeps });
    }

    fn finish(self, download: bool) -> Result<Option<Switch>> {
        let (Some(name), Some(reason)) = (self.name, self.reason) else { return Ok(None) };
        if name == self.local.name {
            return Ok(None);
        }
        // As a check against nonsense cmd/go wants the major number 1.
        if name.starts_with("go1") {
            return Ok(Some(Switch { name, reason, download }));
        }
        Err(refused(&reason.said(), "no toolchain has another major number than 1"))
    }
}

/// Nothing is trimmed: cmd/go does not either.
fn parse(value: &str) -> Result<Setting<'_>, &'static str> {
    let (minimum, mode) = match value {
        "" => (None, Mode::Fixed),
        "auto" => (None, Mode::Auto),
        "path" => (None, Mode::Path),
        _ => match value.split_once('+') {
            None => (Some(value), Mode::Fixed),
            Some((minimum, "auto")) => (Some(minimum), Mode::Auto),
            Some((minimum, "path")) => (Some(minimum), Mode::Path),
            Some(_) => return Err("only `+auto` and `+path` can follow a name"),
        },
    };
    let minimum = minimum.filter(|minimum| *minimum != "local");
    if minimum.is_some_and(|minimum| version_of_toolchain(minimum).is_none()) {
        return Err("it is `local`, `auto`, `path`, a name such as `go1.22.4`, or `go1.22.4+auto`");
    }
    Ok(Setting { minimum, mode })
}

fn invalid_setting(said: &Said<'_>, why: &str) -> Error {
    let error = Error::new(Kind::Usage, format!("invalid `GOTOOLCHAIN`: `{}`", text::escaped(said.text)));
    error.detail(why.to_owned()).detail(said.to_string())
}

/// What asked for a toolchain that cannot exist: a usage error where somebody typed it, an invalid file
/// where a line asks.
pub(super) fn refused(said: &Said<'_>, why: &str) -> Error {
    match said.rule {
        Rule::ToolchainLine | Rule::GoLine => invalid_toolchain(said, why),
        Rule::Launcher => Error::new(Kind::Usage, format!("invalid launcher `{}`", text::escaped(said.text)))
            .detail(why.to_owned()),
        _ => invalid_setting(said, why),
    }
}

//! Decides to which toolchain a Go of a given version would switch, by GOTOOLCHAIN and the `go` and `toolchain`
//! lines. A translation of `toolchain.Select` (Go source `cmd/go/internal/toolchain`), whose order of decisions
//! and errors it keeps.

use std::cmp::Ordering;

use super::goenv::Origin;
use super::gomod::{Project, invalid_toolchain};
use super::local::Local;
use super::reason::{Reason, Rule};
use super::trace::{Trace, Verdict, Why};
use crate::error::{Error, Kind, Result};
use crate::go::name::ToolchainName;
use crate::go::version::Version;
use crate::text;

/// A toolchain to switch to.
#[derive(Debug)]
pub(super) struct Switch {
    pub(super) name: ToolchainName,
    /// The setting or line that asks for it.
    pub(super) reason: Reason,
    /// Whether Go would download it. With `GOTOOLCHAIN=path` it would not.
    pub(super) download: bool,
}

/// The value of GOTOOLCHAIN.
#[derive(Debug, PartialEq, Eq)]
struct Gotoolchain {
    /// The toolchain to start from; `None` for the local one.
    minimum: Option<ToolchainName>,
    mode: Mode,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// The lines are ignored.
    Fixed,
    /// The lines may raise the version, and Go downloads it.
    Auto,
    /// The lines may raise the version, but Go takes the toolchain only from PATH.
    Path,
}

/// The toolchain to which the local one would switch; `None` if it would not. `project` is called only if
/// GOTOOLCHAIN lets the lines count.
pub(super) fn decide(
    local: &Local,
    value: String,
    origin: Option<&Origin>,
    project: impl FnOnce() -> Result<Option<Project>>,
    trace: &mut Trace,
) -> Result<Option<Switch>> {
    let path = origin.and_then(Origin::path).map(Into::into);
    let reason = Reason { rule: Rule::Gotoolchain, path, line: None, text: value };
    let Gotoolchain { minimum, mode } = parse(&reason.text).map_err(|why| invalid_value(&reason, why))?;
    let verdict = match &minimum {
        Some(_) => Verdict::Raises,
        None if origin.is_none() => Verdict::Default,
        None => Verdict::Keeps,
    };
    trace.heard(reason.clone(), verdict);
    let mut choice = Choice { local, version: local.version.clone(), switch: None };
    if let Some(minimum) = minimum {
        choice.take(minimum.version().cloned(), minimum, reason);
    }
    if mode == Mode::Fixed {
        trace.not_asked(&[Rule::ToolchainLine, Rule::GoLine], Why::Fixed);
    } else if let Some(project) = project()? {
        choice.read_lines(&project, trace)?;
    } else {
        trace.not_asked(&[Rule::ToolchainLine, Rule::GoLine], Why::NoProject);
    }
    choice.finish(mode != Mode::Path)
}

/// The toolchain chosen so far.
struct Choice<'a> {
    local: &'a Local,
    /// The version of the chosen toolchain.
    version: Option<Version>,
    /// The chosen toolchain, and what asked for it; `None` for the local one.
    switch: Option<(ToolchainName, Reason)>,
}

impl Choice<'_> {
    fn take(&mut self, version: Option<Version>, name: ToolchainName, reason: Reason) {
        self.version = version;
        self.switch = Some((name, reason));
    }

    /// Applies the two lines, which only raise the version. After `toolchain default` neither counts.
    fn read_lines(&mut self, project: &Project, trace: &mut Trace) -> Result<()> {
        let lines = project.lines()?;
        match lines.toolchain() {
            Some(line) if line.text == "default" => {
                trace.heard(line, Verdict::Keeps);
                trace.not_asked(&[Rule::GoLine], Why::ToolchainDefault);
                return Ok(());
            }
            Some(line) => {
                let name = ToolchainName::new(line.text.as_str());
                let version = name
                    .version()
                    .cloned()
                    .ok_or_else(|| invalid_toolchain(&line, "a toolchain has a name such as `go1.22.4`"))?;
                self.raise(line, Some(version), name, trace);
            }
            None => trace.nothing(Rule::ToolchainLine),
        }
        match lines.go() {
            Some(line) => {
                // A malformed version is below every other, so it raises nothing.
                let version = Version::parse(&line.text);
                let name = version.as_ref().map(|version| version.for_go_line().toolchain());
                self.raise(line, version, name.unwrap_or_else(|| ToolchainName::new("")), trace);
            }
            None => trace.nothing(Rule::GoLine),
        }
        Ok(())
    }

    fn raise(&mut self, line: Reason, version: Option<Version>, name: ToolchainName, trace: &mut Trace) {
        let raises = version.cmp(&self.version) == Ordering::Greater;
        trace.heard(line.clone(), if raises { Verdict::Raises } else { Verdict::Keeps });
        if raises {
            self.take(version, name, line);
        }
    }

    fn finish(self, download: bool) -> Result<Option<Switch>> {
        let Some((name, reason)) = self.switch.filter(|(name, _)| *name != self.local.name) else {
            return Ok(None);
        };
        // cmd/go has the same check.
        if name.is_linked() {
            return Err(refused(&reason, "the only major version of Go is 1"));
        }
        Ok(Some(Switch { name, reason, download }))
    }
}

/// Parses GOTOOLCHAIN, without trimming blanks, as in cmd/go.
fn parse(value: &str) -> Result<Gotoolchain, &'static str> {
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
    let minimum = minimum.filter(|minimum| *minimum != "local").map(ToolchainName::new);
    if minimum.as_ref().is_some_and(|minimum| minimum.version().is_none()) {
        return Err("it must be `local`, `auto`, `path`, a name such as `go1.22.4`, or `go1.22.4+auto`");
    }
    Ok(Gotoolchain { minimum, mode })
}

fn invalid_value(reason: &Reason, why: &str) -> Error {
    let error = Error::new(Kind::Usage, format!("invalid `GOTOOLCHAIN`: `{}`", text::escaped(&reason.text)));
    error.detail(why.to_owned()).detail(reason.to_string())
}

/// The error for a toolchain that cannot exist: an invalid file if a line of go.mod or go.work asks for it, else a
/// usage error.
pub(super) fn refused(reason: &Reason, why: &str) -> Error {
    match reason.rule {
        Rule::ToolchainLine | Rule::GoLine => invalid_toolchain(reason, why),
        Rule::Launcher => {
            Error::new(Kind::Usage, format!("invalid launcher `{}`", text::escaped(&reason.text)))
                .detail(why.to_owned())
        }
        _ => invalid_value(reason, why),
    }
}

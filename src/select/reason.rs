//! The reason for a selection: the rule that decided, and the place and text that it found.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::text;

/// The rules, in the order in which they are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// The name of a launcher, `go1.22.4`.
    Launcher,
    /// `+word` on the command line, as in `go +1.22 build`.
    Argument,
    /// The variable `GO_VERSION`.
    Environment,
    /// The variable `GOX_USE`, which `gox use` sets.
    Use,
    /// The nearest pin file upward.
    File,
    /// The `default` file of a store.
    Default,
    /// The system Go: the first on PATH that is not a gox shim.
    System,
    /// Go's setting `GOTOOLCHAIN`.
    Gotoolchain,
    /// The `toolchain` line of go.work or go.mod.
    ToolchainLine,
    /// The `go` line of go.work or go.mod.
    GoLine,
}

impl Rule {
    /// The rules of a call of `go`, in order: those that give the base, up to [`Rule::System`], then those that
    /// may replace it.
    pub const ALL: [Rule; 9] = [
        Rule::Argument,
        Rule::Environment,
        Rule::Use,
        Rule::File,
        Rule::Default,
        Rule::System,
        Rule::Gotoolchain,
        Rule::ToolchainLine,
        Rule::GoLine,
    ];

    /// The rule's name in `--json`.
    pub fn word(self) -> &'static str {
        match self {
            Rule::Launcher => "launcher",
            Rule::Argument => "argument",
            Rule::Environment => "env",
            Rule::Use => "use",
            Rule::File => "file",
            Rule::Default => "default",
            Rule::System => "system",
            Rule::Gotoolchain => "gotoolchain",
            Rule::ToolchainLine => "toolchain-line",
            Rule::GoLine => "go-line",
        }
    }
}

/// What a rule asks for, and where it found that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The rule.
    pub rule: Rule,
    /// The file in which the text stands, if any; an `.envrc` for `GOX_USE` where that has set it.
    pub path: Option<PathBuf>,
    /// The number of the line in the file, from 1.
    pub line: Option<usize>,
    /// The text that was found: a request, a value of GOTOOLCHAIN, a version.
    pub text: String,
}

impl Reason {
    /// A reason without a file.
    pub(super) fn new(rule: Rule, text: impl Into<String>) -> Self {
        Reason { rule, path: None, line: None, text: text.into() }
    }

    /// The directory of the pin, go.mod or go.work that decided; `None` for other rules.
    pub fn folder(&self) -> Option<&Path> {
        let is_of_project = matches!(self.rule, Rule::File | Rule::ToolchainLine | Rule::GoLine);
        self.path.as_deref().filter(|_| is_of_project).and_then(Path::parent)
    }
}

/// Prints the place: `set by /p/.go-version:1`.
impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.rule, self.path.as_deref()) {
            (Rule::Launcher, _) => f.write_str("asked for by the launcher's name"),
            (Rule::Argument, _) => write!(f, "asked for by `+{}`", text::escaped(&self.text)),
            (Rule::Environment, _) => f.write_str("set by `GO_VERSION`"),
            (Rule::Use, None) => f.write_str("set by `GOX_USE`"),
            (Rule::System, _) => f.write_str("the first Go on PATH"),
            (Rule::Gotoolchain, None) => f.write_str("set by `GOTOOLCHAIN`"),
            (Rule::Gotoolchain, Some(path)) => write!(f, "set by `GOTOOLCHAIN` in {}", text::path(path)),
            (rule, path) => {
                let verb = match rule {
                    Rule::ToolchainLine => "asked for by the toolchain line,",
                    Rule::GoLine => "asked for by the go line,",
                    _ => "set by",
                };
                write!(f, "{verb} {}", text::path(path.unwrap_or(Path::new(""))))?;
                self.line.map_or(Ok(()), |line| write!(f, ":{line}"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_names_its_place() {
        let at = |rule, path: Option<&str>| Reason {
            rule,
            path: path.map(PathBuf::from),
            line: path.map(|_| 3),
            text: "1.22".into(),
        };
        for (reason, printed) in [
            (at(Rule::Launcher, None), "asked for by the launcher's name"),
            (at(Rule::Argument, None), "asked for by `+1.22`"),
            (at(Rule::Environment, None), "set by `GO_VERSION`"),
            (at(Rule::Use, None), "set by `GOX_USE`"),
            (Reason { line: None, ..at(Rule::Use, Some("/p/.envrc")) }, "set by /p/.envrc"),
            (at(Rule::File, Some("/p/.go-version")), "set by /p/.go-version:3"),
            (at(Rule::Default, Some("/h/default")), "set by /h/default:3"),
            (at(Rule::System, None), "the first Go on PATH"),
            (at(Rule::Gotoolchain, None), "set by `GOTOOLCHAIN`"),
            (at(Rule::Gotoolchain, Some("/e/env")), "set by `GOTOOLCHAIN` in /e/env"),
            (at(Rule::ToolchainLine, Some("/p/go.mod")), "asked for by the toolchain line, /p/go.mod:3"),
            (at(Rule::GoLine, Some("/p/go.work")), "asked for by the go line, /p/go.work:3"),
        ] {
            assert_eq!(reason.to_string(), printed);
        }
        assert!(Rule::ALL.is_sorted(), "the order of the rules is the order of the enum");
    }
}

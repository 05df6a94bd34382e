//! `gox which` and `gox root`: print the path of a tool or of a GOROOT, and nothing else. They never install.

use super::context::Context;
use super::other_go::Other;
use super::requests;
use crate::error::{Error, Kind, Result};
use crate::fs::read::is_executable;
use crate::select::reason::Reason;
use crate::select::selection::{Go, Selected};
use crate::select::trace::Trace;
use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gox which
  gox which gofmt")]
pub(super) struct Which {
    /// The tool
    #[arg(default_value = "go")]
    pub tool: Tool,
}

/// The tools.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Tool {
    /// The go command
    Go,
    /// The formatter
    Gofmt,
}

impl Tool {
    /// Its file name.
    pub(super) fn word(self) -> &'static str {
        match self {
            Tool::Go => "go",
            Tool::Gofmt => "gofmt",
        }
    }
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gox root
  gox root 1.22")]
pub(super) struct Root {
    /// An installed version; without it, the one that runs here
    #[arg(value_name = "REQUEST")]
    pub request: Option<String>,
}

/// Prints the path of a tool.
pub(super) fn which(arguments: &Which, context: &Context<'_>) -> Result<()> {
    let tool = arguments.tool.word();
    let path = selected(tool, context)?.tool(tool);
    if !is_executable(&path) {
        return Err(Error::new(Kind::NoSuchVersion, format!("`{}` is not there", path.display())));
    }
    context.printer.path(&path)
}

/// Prints a GOROOT.
pub(super) fn root(arguments: &Root, context: &Context<'_>) -> Result<()> {
    let go = match &arguments.request {
        None => selected("go", context)?,
        Some(word) => requests::installed(&requests::parse(word)?, context)?,
    };
    let goroot = go.goroot().ok_or_else(|| {
        let message = format!("could not tell the GOROOT of `{}`", go.tool("go").display());
        Error::new(Kind::NoSuchVersion, message)
    })?;
    context.printer.path(&goroot)
}

/// [`present`], with a note where a typed `tool` starts another Go.
fn selected(tool: &'static str, context: &Context<'_>) -> Result<Go> {
    let (go, _) = present(tool, context)?;
    if let Some(other) = Other::than(Some(&go), tool, context) {
        other.tell(context);
    }
    Ok(go)
}

/// The Go that is selected here, and why; an error if it is not installed.
pub(super) fn present(tool: &str, context: &Context<'_>) -> Result<(Go, Reason)> {
    let selection = context.select(tool, &mut Trace::default());
    let selection = selection.map_err(|error| match error.kind() {
        Kind::NotThere => error.of_kind(Kind::NoSuchVersion),
        _ => error,
    })?;
    for warning in &selection.warnings {
        context.printer.warn(&warning.to_string());
    }
    match selection.selected {
        Selected::Present(go) => Ok((go, selection.reason)),
        Selected::Missing { request, .. } => {
            let error = Error::new(Kind::NoSuchVersion, format!("`{request}` is not installed"));
            let hints = requests::missing_hints(&request, &selection.reason, context);
            Err(hints.into_iter().fold(error.detail(selection.reason.to_string()), Error::hint))
        }
    }
}

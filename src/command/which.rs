//! `gox which` and `gox root`: a path, and nothing else on stdout. They never install.

use std::path::PathBuf;

use super::cli::{Root, Which};
use super::{Context, install};
use crate::error::{Error, Kind, Result};
use crate::fs::read::is_executable;
use crate::go::request::Request;
use crate::select::call::Call;
use crate::select::resolve::{self, Answer};
use crate::select::system;
use crate::store::inventory;

/// Prints the path of a tool.
pub fn which(arguments: &Which, context: &Context<'_>) -> Result<()> {
    let tool = arguments.tool.word();
    let path = match selected(tool, context)? {
        Answer::System(path) | Answer::OnPath { path, .. } => path,
        Answer::Toolchain(toolchain) => toolchain.path.join("bin").join(tool),
        Answer::Missing { .. } => unreachable!("an error above"),
    };
    if !is_executable(&path) {
        return Err(Error::new(Kind::NoSuchVersion, format!("`{}` is not there", path.display())));
    }
    context.printer.path(&path)
}

/// Prints a GOROOT.
pub fn root(arguments: &Root, context: &Context<'_>) -> Result<()> {
    let answer = match &arguments.request {
        None => selected("go", context)?,
        Some(word) => asked(&install::parse(word)?, context)?,
    };
    let goroot = match answer {
        Answer::System(path) | Answer::OnPath { path, .. } => system::goroot(&path).ok_or_else(|| {
            Error::new(Kind::NoSuchVersion, format!("could not tell the GOROOT of `{}`", path.display()))
        })?,
        Answer::Toolchain(toolchain) => toolchain.path,
        Answer::Missing { .. } => unreachable!("an error above"),
    };
    context.printer.path(&goroot)
}

/// What is selected here, when it is there.
fn selected(tool: &str, context: &Context<'_>) -> Result<Answer> {
    let selection = resolve::select(&context.world, &Call::new(tool, &[]), &mut |_| {});
    let selection = selection.map_err(|error| match error.kind() {
        Kind::NotThere => error.of_kind(Kind::NoSuchVersion),
        _ => error,
    })?;
    context.note_project(&selection.reason);
    for warning in &selection.warnings {
        context.printer.warn(&warning.to_string());
    }
    match selection.answer {
        Answer::Missing { request, .. } => Err(missing(&request).detail(selection.reason.to_string())),
        answer => Ok(answer),
    }
}

/// What a request means among what is installed.
fn asked(request: &Request, context: &Context<'_>) -> Result<Answer> {
    if *request == Request::System {
        let path: Option<PathBuf> = system::find("go", &context.world);
        let path = path.ok_or_else(|| Error::new(Kind::NoSuchVersion, "there is no other `go` on PATH"))?;
        return Ok(Answer::System(path));
    }
    let found = inventory::installed(&context.world.homes, request);
    found.map(Answer::Toolchain).ok_or_else(|| missing(request))
}

fn missing(request: &Request) -> Error {
    Error::new(Kind::NoSuchVersion, format!("`{request}` is not installed")).hint(request.install_hint())
}

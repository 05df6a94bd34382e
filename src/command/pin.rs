//! `gox pin`: shows or writes the version that a directory asks for.

use clap::Args;
use std::path::Path;

use super::context::Context;
use super::other_go::tell_effect;
use super::{go_mod, requests};
use crate::error::{Error, Kind, Result};
use crate::go::request::Request;
use crate::select::pin::{self, GO_VERSION_FILE, Pin, TOOL_VERSIONS_FILE};
use crate::select::pin_file::{self, Written};
use crate::select::selection::Selection;
use crate::select::{directory, resolve};
use crate::store::projects;
use crate::text;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gox pin
  gox pin 1.22
  gox pin --go-mod 1.22.4
  gox pin --unset")]
pub(super) struct Arguments {
    /// The version to pin; without it the pin is shown
    #[arg(value_name = "REQUEST")]
    pub request: Option<String>,
    /// Let the go command write the toolchain line of go.mod
    #[arg(long, requires = "request")]
    pub go_mod: bool,
    /// Replace an invalid `.go-version`, or pin what does not exist
    #[arg(long, requires = "request", conflicts_with = "go_mod")]
    pub force: bool,
    /// Remove the `.go-version` of this directory
    #[arg(long, conflicts_with_all = ["request", "go_mod", "force"])]
    pub unset: bool,
}

/// Shows, writes or removes the pin of this directory.
pub(super) fn run(arguments: &Arguments, context: &Context<'_>) -> Result<()> {
    let directory = directory::current(&context.world)
        .map_err(|error| Error::store("could not reach the current directory", error))?;
    if arguments.unset {
        return unset(&directory, context);
    }
    let Some(word) = &arguments.request else {
        return show(&directory, context);
    };
    let request = requests::parse(word)?;
    if arguments.go_mod {
        return go_mod::pin(&request, &directory, context);
    }
    if !arguments.force {
        requests::check_exists(&request, context).map_err(|error| {
            requests::for_verb(error, &request, ["pin", ""], context)
                .hint(format!("pin it all the same: `gox pin --force {}`", request.quoted()))
        })?;
    }
    let Written { path, replaced } = pin_file::write(&directory, &request.to_string(), arguments.force)?;
    projects::note(context.world.home(), &directory);
    let before = match &*replaced {
        "" => String::new(),
        text => format!(", in place of `{}`", text::excerpt(text)),
    };
    context.printer.say(&format!("`{}` asks for {request} now{before}", path.display()));
    tell_other_tools(&request, &directory, context);
    requests::tell_if_missing(&request, context);
    go_mod::warn_below_go_line(&request, &directory, context);
    tell_effect("pin", &request, context);
    Ok(())
}

/// Notes the line of a `.tool-versions` beside that asks for something else: gox reads the `.go-version` first, and the
/// tools that the other file is for may not.
fn tell_other_tools(request: &Request, directory: &Path, context: &Context<'_>) {
    // An invalid one is no concern of the pin.
    let other = pin::read_tool_versions(&directory.join(TOOL_VERSIONS_FILE)).ok().flatten();
    if let Some(other) = other.filter(|other| !other.requests.contains(request)) {
        let place = format!("{}:{}", text::path(&other.path), other.line);
        context
            .printer
            .note(&format!("{place} asks for {}, which asdf and mise may follow", other.requests[0]));
    }
}

fn show(directory: &Path, context: &Context<'_>) -> Result<()> {
    let Some(pin) = pin::nearest(directory)? else {
        return Err(Error::new(Kind::Refused, "no `.go-version` or `.tool-versions` here or above")
            .hint("write one: `gox pin 1.22`"));
    };
    let request = resolve::chosen(&context.world, &pin);
    context.printer.say(&format!("set by {}:{}", pin.path.display(), pin.line));
    context.printer.data(&request.to_string())?;
    tell_effect("pin", request, context);
    Ok(())
}

/// Removes the pin of this directory, and says what counts here then. Refused where another file goes on to pin it.
fn unset(directory: &Path, context: &Context<'_>) -> Result<()> {
    if let Some(path) = pin_file::remove(directory)? {
        context.printer.say(&format!("removed `{}`", path.display()));
    } else if let Some(pin) = pin::nearest(directory)? {
        return Err(pinned_elsewhere(&pin));
    } else {
        context.printer.say("there is no `.go-version` here; nothing was changed");
    }
    match context.here() {
        Ok(Some(Selection { reason, .. })) => {
            context.printer.say(&format!("{} counts here now, {reason}", text::escaped(&reason.text)));
        }
        Ok(None) => context.printer.say("no Go is selected here now"),
        Err(error) => context.printer.warn(&error.body()),
    }
    Ok(())
}

fn pinned_elsewhere(pin: &Pin) -> Error {
    let error = Error::new(Kind::Refused, "there is no `.go-version` here").detail(format!(
        "{} is set by {}:{}",
        pin.requests[0],
        pin.path.display(),
        pin.line
    ));
    match pin.path.parent().filter(|_| pin.path.ends_with(GO_VERSION_FILE)) {
        Some(folder) => {
            error.hint(format!("remove it there: `cd {} && gox pin --unset`", text::quoted_path(folder)))
        }
        None => error.hint(format!("remove line {} of it by hand", pin.line)),
    }
}

//! `gox import`: takes over toolchains that other managers have, each by its proof and as a copy.

mod look;
mod object;
mod offers;
mod refused;
mod show;

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueHint};
use url::Url;

use super::action::{Action, Done};
use super::confirm;
use super::context::Context;
use super::{requests, supply};
use crate::error::{Error, Kind, Result};
use crate::go::request::Request;
use crate::import::found::{self, Found};
use crate::import::places::Surroundings;
use crate::import::state::{StandIn, State};
use crate::import::tree::Tree;
use crate::import::{adopt, managers};
use crate::install::import::Local;
use crate::install::installer::Installer;
use crate::install::pipeline::{self, Begun};
use crate::select::resolve;
use crate::store::{shims, staging};
use crate::text;
use look::Looked;
use offers::Offers;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gox import --dry-run
  gox import --from gvm
  gox import 1.22.4 ~/src/go
  gox import --yes")]
pub(super) struct Arguments {
    /// Versions, or paths of trees; by default all that are found
    #[arg(value_name = "VERSION|PATH", value_hint = ValueHint::DirPath)]
    pub what: Vec<OsString>,
    /// Only what this manager has
    #[arg(long, value_name = "MANAGER", hide_possible_values = true)]
    #[arg(value_parser = managers())]
    pub from: Option<String>,
    /// Import without a question
    #[arg(long)]
    pub yes: bool,
    /// Only list what there is
    #[arg(long)]
    pub dry_run: bool,
    /// Print a JSON object
    #[arg(long)]
    pub json: bool,
}

impl Arguments {
    /// Whether the folders of managers are searched, and not only paths looked at.
    fn searches(&self) -> bool {
        self.what.is_empty() || self.from.is_some() || !self.what.iter().all(|word| is_path(word))
    }

    /// Whether all that is found is meant, and nothing of it in particular.
    fn names_nothing(&self) -> bool {
        self.what.is_empty() && self.from.is_none()
    }
}

/// The managers, by each name that people type for them.
fn managers() -> impl TypedValueParser<Value = String> {
    let values = managers::names().into_iter();
    let values = values.map(|name| PossibleValue::new(name).aliases(managers::other_names(name)));
    PossibleValuesParser::new(values).map(|typed| managers::name(&typed).to_owned())
}

/// Whether a word is a path, and no version.
fn is_path(word: &OsStr) -> bool {
    word.as_bytes().contains(&b'/') || word == "." || word == ".."
}

/// Lists the trees, and copies those that are proven into the store. Then offers what the defaults, pins and tools of
/// the managers are for gox.
pub(super) fn run(arguments: &Arguments, context: &Context<'_>) -> Result<u8> {
    let surroundings = Surroundings::new(&context.world);
    let (found, wanted) = chosen(arguments, &surroundings, context)?;
    supply::with_installer(context, |installer| {
        let looked = look::at(found, &wanted, &surroundings, installer, context);
        let is_absent = |request: &&Request| !looked.iter().any(|looked| looked.answers(request));
        if let Some(absent) = wanted.iter().find(is_absent) {
            let error = Error::new(Kind::NoSuchVersion, format!("no tree of `{absent}` was found"));
            return Err(error.hint("see what there is: `gox import --dry-run`"));
        }
        // What is imported without a question need not be shown.
        let is_silent = arguments.yes && context.printer.is_quiet();
        if !(arguments.json || is_silent) {
            show::trees(&looked, arguments.from.as_deref(), &surroundings, context)?;
        }
        let (actions, answer) = act(&looked, arguments, installer, context);
        let offers =
            arguments.searches().then(|| Offers::new(&surroundings, arguments.from.as_deref(), context));
        let offers = offers.unwrap_or_default();
        if arguments.json {
            context.printer.json(&object::of(&looked, &actions, &offers, context))?;
        } else if answer.is_ok() && !context.printer.is_quiet() {
            offers.show(context)?;
            hint_default(&actions, &offers, context);
        }
        let is_declined = !answer?;
        let code = refused::code(&looked, actions, arguments.names_nothing(), context);
        Ok(if is_declined { Kind::Refused.code() } else { code })
    })
}

/// The folders to look at, and the versions to which those that were searched for are limited.
fn chosen(
    arguments: &Arguments,
    surroundings: &Surroundings,
    context: &Context<'_>,
) -> Result<(Vec<Found>, Vec<Request>)> {
    let Arguments { what, from, .. } = arguments;
    let (paths, versions): (Vec<_>, Vec<_>) = what.iter().partition(|word| is_path(word));
    let versions = versions
        .into_iter()
        .map(|word| requests::parse(&word.to_string_lossy()))
        .collect::<Result<Vec<_>>>()?;
    let homes = &context.world.homes;
    let mut found = Vec::new();
    for path in paths {
        let named = found::at(path.as_ref(), homes)?;
        if !found.contains(&named) {
            found.push(named);
        }
    }
    if arguments.searches() {
        let all = found::all(surroundings, from.as_deref(), homes);
        let is_new = |one: &Found| found.iter().all(|named| named.path != one.path);
        let new: Vec<_> = all.into_iter().filter(is_new).collect();
        found.extend(new);
    }
    Ok((found, versions))
}

/// Imports what is proven, one after the other. What became of each tree, if anything was to be done, and whether the
/// user wants it; an error if that cannot be asked.
fn act(
    looked: &[Looked],
    arguments: &Arguments,
    installer: &Installer<'_>,
    context: &Context<'_>,
) -> (Vec<Option<Action>>, Result<bool>) {
    let wanted: Vec<&Tree> = looked.iter().filter_map(Looked::wanted).collect();
    let is_asked = || {
        let bytes = text::bytes(wanted.iter().map(|tree| tree.bytes()).sum());
        let count = wanted.len();
        let question = if count == 1 {
            format!("import it, {bytes}?")
        } else {
            format!("import these {count}, {bytes}?")
        };
        confirm::ask(&question, true, &command(arguments), context.printer)
    };
    let needs_answer = !wanted.is_empty() && !arguments.dry_run && !arguments.yes;
    let answer = if needs_answer { is_asked() } else { Ok(true) };
    if matches!(answer, Ok(false)) {
        context.printer.say("nothing was imported");
    }
    let does = !arguments.dry_run && matches!(answer, Ok(true));
    let is_there = |looked: &Looked| matches!(looked.state, State::Installed { .. });
    if does && looked.iter().any(is_there) {
        settle(installer, context);
    }
    let action = |looked: &Looked| {
        let tree = looked.wanted()?;
        let nothing = if arguments.dry_run { Done::Planned } else { Done::Declined };
        let done = if does { import(tree, looked.state.stand_in(), installer, context) } else { Ok(nothing) };
        Some(Action::of(tree.toolchain.clone(), done))
    };
    (looked.iter().map(action).collect(), answer)
}

/// Does what an import that was killed has left to do for the toolchains that are there.
fn settle(installer: &Installer<'_>, context: &Context<'_>) {
    staging::sweep(installer.store.home, None);
    // The toolchains can be used, even if the store cannot be written.
    if let Err(error) = shims::refresh(installer.store) {
        context.printer.note(&error.line());
    }
}

/// The command that does the same without a question.
fn command(Arguments { what, from, .. }: &Arguments) -> String {
    let from = from.iter().flat_map(|from| ["--from", from]);
    let end = what.iter().any(|word| word.as_bytes().starts_with(b"-")).then_some("--");
    let words = ["gox", "import", "--yes"].into_iter().chain(from).chain(end).map(Path::new);
    words.chain(what.iter().map(Path::new)).map(text::quoted_path).collect::<Vec<_>>().join(" ")
}

/// Copies a tree into the store, if its version is not there by now. The default is the user's to set.
fn import(
    tree: &Tree,
    stand_in: Option<&StandIn>,
    installer: &Installer<'_>,
    context: &Context<'_>,
) -> Result<Done> {
    let claim = match pipeline::begin(installer, &tree.toolchain, false, None)? {
        Begun::Present(present) => {
            context.printer.step(&present.installed_already());
            return Ok(Done::Present);
        }
        Begun::Missing(claim) => claim,
    };
    // A receipt is text: a path that is none is there as a URL, which loses nothing of it.
    let address = match (tree.root.to_str(), Url::from_file_path(&tree.root)) {
        (None, Ok(url)) => url.into(),
        _ => tree.root.to_string_lossy().into_owned(),
    };
    let local = Local {
        address,
        bytes: tree.bytes(),
        by_archive: stand_in.map(|stand_in| &stand_in.archive),
        copy: &|writer, phases| adopt::copy(tree, writer, phases),
    };
    let built = claim.import(installer, local)?;
    let new = built.publish(installer)?;
    context.printer.step(&supply::summary(&new));
    shims::refresh(installer.store).map(|()| Done::Installed)
}

/// Says how to make what was imported the default, if there is none and no manager has one.
fn hint_default(actions: &[Option<Action>], offers: &Offers, context: &Context<'_>) {
    let has_one = offers.defaults.iter().any(|offer| offer.command.is_some());
    let is_set = resolve::default(&context.world).is_ok_and(|default| default.is_some());
    let imported = actions.iter().flatten().filter(|action| matches!(action.result, Ok(Done::Installed)));
    let newest = imported.filter_map(|action| action.name.as_ref()).max_by_key(|name| name.version());
    if let Some(newest) = newest.filter(|_| !has_one && !is_set) {
        let request = newest.request();
        context.printer.hint(&format!("make it the default: `gox default {request}`"));
    }
}

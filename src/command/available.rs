//! `gox available`: lists released versions, and marks those that are installed, the default, pre-releases or at
//! their end of life.

use clap::Args;
use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::context::Context;
use super::{default, requests, supply};
use crate::error::{Error, Kind, Result};
use crate::go::lifecycle::Lifecycle;
use crate::go::name::ToolchainName;
use crate::go::request::Request;
use crate::go::version::{Line, Version};
use crate::install::plan;
use crate::source::absent::nothing_matches;
use crate::source::known;
use crate::store::inventory;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gox available
  gox available 1.22
  gox available --rc '>=1.26'
  gox available --all --json")]
pub(super) struct Arguments {
    /// Only the versions that this request matches
    #[arg(value_name = "REQUEST")]
    pub request: Option<String>,
    /// Every release, as with a request, not the newest of each line
    #[arg(long)]
    pub all: bool,
    /// Betas and release candidates as well
    #[arg(long)]
    pub rc: bool,
    /// Print a JSON array of objects
    #[arg(long)]
    pub json: bool,
}

/// How many lines of releases are shown without a request and without `--all`.
const LINES: usize = 6;

/// Prints a table, or an array of JSON.
pub(super) fn run(arguments: &Arguments, context: &Context<'_>) -> Result<()> {
    let request = arguments.request.as_deref().map(requests::parse).transpose()?;
    if request == Some(Request::System) {
        return Err(Error::new(Kind::Usage, "`system` means the Go on PATH, which no release list has"));
    }
    let Listed { names, folders } = listed(context)?;
    let mut released: Vec<Version> = names.iter().filter_map(ToolchainName::release).cloned().collect();
    released.sort_unstable_by(|a, b| b.cmp(a));
    let shown = match &request {
        Some(request) => matching(request, &released, arguments.rc),
        None if arguments.all => releases(&released, arguments.rc),
        None => newest_of_lines(&released, arguments.rc),
    };
    if let (Some(request), true) = (&request, shown.is_empty()) {
        let error = nothing_matches(request, &names);
        return Err(folders.into_iter().fold(error, Error::detail));
    }
    let marks = ReleaseMarks::new(&released, context);
    if arguments.json {
        let objects: Vec<Value> = shown.iter().map(|version| marks.object(version)).collect();
        return context.printer.json(&Value::from(objects));
    }
    if shown.is_empty() {
        for line in &folders {
            context.printer.say(line);
        }
        return Ok(());
    }
    let rows: Vec<_> = shown.iter().map(|version| [version.full(), marks.text(version)]).collect();
    context.printer.table(["VERSION", "STATE"], &rows)?;
    if request.is_none() && releases(&released, arguments.rc).iter().any(|version| !shown.contains(version)) {
        hint_at_more(&shown, context);
    }
    Ok(())
}

/// Says how to see what is not shown.
fn hint_at_more(shown: &[Version], context: &Context<'_>) {
    let Some(newest) = shown.iter().find(|version| version.is_release()) else { return };
    let line = newest.line();
    context.printer.hint(&format!("all of them: `gox available --all`; of one line: `gox available {line}`"));
}

/// What can be had.
struct Listed {
    /// The names in the lists of the sources.
    names: Vec<ToolchainName>,
    /// What each folder has, in a line.
    folders: Vec<String>,
}

/// What the lists of the sources have. Where one of them is no folder also what gox knows without them, because the
/// list of a module proxy may have gaps; without a network only that, after a warning.
fn listed(context: &Context<'_>) -> Result<Listed> {
    let (listed, folders, are_folders) = supply::with_installer(context, |installer| {
        let sources = &installer.network.sources;
        Ok((plan::released(sources, installer.report), sources.folders(), sources.are_folders()))
    })?;
    let mut names = match listed {
        Err(error) if error.kind() == Kind::Network && !are_folders => {
            context.printer.warn(&error.body());
            context.printer.note("showing the releases that are known from before");
            Vec::new()
        }
        listed => listed?,
    };
    if !are_folders {
        names.extend(known::versions(context.world.home()).into_iter().map(|version| version.toolchain()));
    }
    names.sort_unstable();
    names.dedup();
    Ok(Listed { names, folders })
}

/// The versions that the request matches, without pre-releases unless `rc` asks for them or nothing else matches.
fn matching(request: &Request, released: &[Version], rc: bool) -> Vec<Version> {
    if matches!(request, Request::Latest | Request::OldStable) {
        return request.choose(released.iter()).cloned().into_iter().collect();
    }
    let all: Vec<Version> = released.iter().filter(|version| request.matches(version)).cloned().collect();
    let chosen = releases(&all, rc);
    if chosen.is_empty() { all } else { chosen }
}

fn releases(versions: &[Version], rc: bool) -> Vec<Version> {
    versions.iter().filter(|version| rc || version.is_release()).cloned().collect()
}

/// The newest release of each of the newest lines, and the newest pre-release of a line that has no release yet.
fn newest_of_lines(released: &[Version], rc: bool) -> Vec<Version> {
    let lines: BTreeSet<Line> =
        released.iter().filter(|version| version.is_release()).map(Version::line).collect();
    let newest_line = lines.last();
    let shown: BTreeSet<&Line> = lines.iter().rev().take(LINES).collect();
    let mut seen = BTreeSet::new();
    let wanted = |version: &&Version| {
        let line = version.line();
        let is_to_come = newest_line.is_none_or(|newest| line > *newest);
        let is_wanted = is_to_come || shown.contains(&line) && (rc || version.is_release());
        is_wanted && seen.insert((line, version.is_release()))
    };
    released.iter().filter(wanted).cloned().collect()
}

/// What is shown beside a version.
struct ReleaseMarks {
    installed: BTreeSet<Version>,
    default: Option<Version>,
    lifecycle: Lifecycle,
}

impl ReleaseMarks {
    fn new(released: &[Version], context: &Context<'_>) -> Self {
        let installed = inventory::all(&context.world.homes)
            .into_iter()
            .filter_map(|toolchain| toolchain.version().cloned());
        let default =
            default::toolchain_if_readable(context).and_then(|toolchain| toolchain.version().cloned());
        ReleaseMarks {
            installed: installed.collect(),
            default,
            lifecycle: Lifecycle::of(released.iter().cloned().chain(known::versions(context.world.home()))),
        }
    }

    fn text(&self, version: &Version) -> String {
        let marks = [
            (self.installed.contains(version), "installed"),
            (self.default.as_ref() == Some(version), "default"),
            (!version.is_release(), "pre-release"),
            (self.lifecycle.is_over(version), "end of life"),
        ];
        let marks = marks.into_iter().filter_map(|(holds, mark)| holds.then_some(mark));
        marks.collect::<Vec<_>>().join(", ")
    }

    fn object(&self, version: &Version) -> Value {
        json!({
            "version": version.full(),
            "toolchain": version.toolchain(),
            "stable": version.is_release(),
            "supported": !self.lifecycle.is_over(version),
            "installed": self.installed.contains(version),
            "default": self.default.as_ref() == Some(version),
        })
    }
}

//! `gox env`: what the later steps of a CI job need, so that they run the Go that is selected here.
//!
//! That is PATH with the shims, which select anew in the directory of each step, and GOROOT is left alone: a Go that
//! another step starts by its path would take it. A variable carries the exact version only where nothing that the
//! later steps see selects it: a request on the command line, or a variable, which may be set for this step alone.

use std::ffi::OsString;
use std::path::Path;

use clap::Args;
use serde_json::json;

use super::context::Context;
use super::{github, requests, which};
use crate::env::{self, GO_VERSION, GOX_HOME, GOX_SYSTEM_HOME, GOX_USE};
use crate::error::{Error, Kind, Result};
use crate::fs::read::is_executable;
use crate::select::goenv::GoEnv;
use crate::select::reason::Rule;
use crate::select::selection::Go;
use crate::select::system;
use crate::text;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  eval \"$(gox env)\"            in a script, after `gox install`
  gox env --github             in a step of GitHub Actions
  gox env --gitlab >go.env     as a dotenv report, for the jobs after this one
  gox env 1.22 --github        this version in every directory")]
pub(super) struct Arguments {
    /// An installed version; without it, the one that runs here
    #[arg(value_name = "REQUEST")]
    pub request: Option<String>,
    /// Write it for the later steps of a job of GitHub Actions
    #[arg(long, conflicts_with_all = ["gitlab", "json"])]
    pub github: bool,
    /// Print it for later jobs of GitLab, as a dotenv report
    #[arg(long, conflicts_with = "json")]
    pub gitlab: bool,
    /// Print a JSON object
    #[arg(long)]
    pub json: bool,
}

/// What the later steps get.
struct Later {
    go: Go,
    /// The reason for this Go, for a person; empty where it was asked for.
    why: String,
    /// What is to be first on PATH, the first first.
    path: Vec<String>,
    /// The stores, where variables name them.
    stores: Vec<(&'static str, String)>,
    /// The variable that carries the exact version.
    version: (&'static str, String),
    /// Whether the later steps need that variable.
    is_carried: bool,
}

/// Prints what the later steps need, or writes it for them.
pub(super) fn run(arguments: &Arguments, context: &Context<'_>) -> Result<()> {
    let later = Later::find(arguments.request.as_deref(), context)?;
    if arguments.github {
        later.write_for_github()?;
        let version = &later.version.1;
        context.printer.say(&format!("{version} runs in the steps after this one{}", later.why));
        return Ok(());
    }
    if arguments.json {
        return context.printer.json(&later.object());
    }
    context.printer.data(&if arguments.gitlab {
        // GitLab takes quotes and blanks for a part of the value; a version has neither.
        format!("{}={}", later.version.0, later.version.1)
    } else {
        later.script()
    })
}

impl Later {
    fn find(request: Option<&str>, context: &Context<'_>) -> Result<Self> {
        let (go, why, is_carried) = if let Some(word) = request {
            (requests::installed(&requests::parse(word)?, context)?, String::new(), true)
        } else {
            let (go, reason) = which::present("go", context)?;
            let is_carried = matches!(reason.rule, Rule::Environment | Rule::Use);
            (go, format!(", {reason}"), is_carried)
        };
        // GO_VERSION comes before GOX_USE, which is for whoever does not use the other.
        let carrier = if env::os(GO_VERSION).is_some() { GO_VERSION } else { GOX_USE };
        let version = (carrier, go.request().to_string());
        Ok(Later { go, why, path: path(context)?, stores: stores()?, version, is_carried })
    }

    fn variables(&self) -> impl Iterator<Item = &(&'static str, String)> {
        self.stores.iter().chain(self.is_carried.then_some(&self.version))
    }

    /// The version as `go version` has it, without `go`; `None` where the system's Go does not tell.
    fn go_version(&self) -> Option<String> {
        match &self.go {
            Go::System(path) => system::version_of(path).map(|text| text.trim_start_matches("go").to_owned()),
            _ => Some(self.version.1.clone()),
        }
    }

    fn goroot(&self) -> Option<String> {
        // One that is not UTF-8 is left out, as another would not exist.
        self.go.goroot()?.to_str().map(str::to_owned)
    }

    fn object(&self) -> serde_json::Value {
        let variables: serde_json::Map<_, _> =
            self.variables().map(|(name, value)| ((*name).to_owned(), value.as_str().into())).collect();
        json!({
            "version": self.go_version(),
            "goroot": self.goroot(),
            "path": self.path,
            "variables": variables,
        })
    }

    /// Lines for a POSIX shell.
    fn script(&self) -> String {
        let exports = self.variables().map(|(name, value)| format!("export {name}={}\n", quoted(value)));
        let path = quoted(&self.path.join(":"));
        format!("{}export PATH={path}\"${{PATH:+:$PATH}}\"", exports.collect::<String>())
    }

    fn write_for_github(&self) -> Result<()> {
        let variables = self.variables().map(|(name, value)| github::line(name, value)).collect();
        // The runner puts each line in front of those before it.
        let path = self.path.iter().rev().flat_map(|entry| [entry, "\n"]).collect();
        let outputs = [("go-version", self.go_version()), ("goroot", self.goroot())];
        let outputs = outputs.into_iter().filter_map(|(name, value)| Some(github::line(name, &value?)));
        github::append([variables, path, outputs.collect()])
    }
}

/// The directories that belong on PATH: the shims, the copy of gox, and that in which `go install` puts programs.
fn path(context: &Context<'_>) -> Result<Vec<String>> {
    let home = context.world.homes.iter().find(|home| is_executable(&home.shims().join("go")));
    let home = home.ok_or_else(|| {
        let shims = context.world.home().shims();
        let message = format!("there is no shim yet in `{}`", text::path(&shims));
        Error::new(Kind::NoSuchVersion, message).hint("make the shims: `gox install`")
    })?;
    let tools = GoEnv::of_user(&context.world).install_directory();
    [Some(home.shims()), Some(home.bin()), tools].iter().flatten().map(|path| entry(path)).collect()
}

/// A directory as an entry of PATH, in which a colon would end it, and in the runner's file a line break.
fn entry(path: &Path) -> Result<String> {
    let text = path.to_str().filter(|text| text.chars().all(|c| text::is_visible(c) && c != ':'));
    text.map(str::to_owned)
        .ok_or_else(|| Error::new(Kind::Usage, format!("`{}` cannot be an entry of PATH", text::path(path))))
}

/// The variables that say where the stores are, as far as they are set.
fn stores() -> Result<Vec<(&'static str, String)>> {
    let invalid = |name| move |_| Error::new(Kind::Usage, format!("`{name}` is not UTF-8"));
    let set = [GOX_HOME, GOX_SYSTEM_HOME].into_iter().filter_map(|name| Some((name, env::os(name)?)));
    set.map(|(name, value)| Ok((name, OsString::into_string(value).map_err(invalid(name))?))).collect()
}

/// A word for any POSIX shell, which [`text::quoted`] is not where there are control characters in it.
fn quoted(value: &str) -> String {
    format!("'{}'", value.replace('\'', r"'\''"))
}

//! What the two sides say, in terms that can be compared.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use gox::env::{Environment, GOWORK};
use gox::go::name::ToolchainName;
use gox::select::call::Call;
use gox::select::reason::Rule;
use gox::select::resolve;
use gox::select::selection::{Go, Selected, Selection};
use gox::select::trace::{Step, Trace, Why};
use gox::select::world::World;
use gox::store::layout::Home;

use crate::support::programs;

/// Variables by name.
pub(super) type Variables = BTreeMap<String, OsString>;

/// Which Go runs.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// The one that was asked.
    Local,
    /// Another one, whether it is there or not.
    Other(String),
    /// A program on PATH that no toolchain of the store is behind.
    OnPath(String),
    /// None: a setting or a line is wrong.
    Refused,
    /// None: GOWORK is wrong. Real go says so in the same words before it chose and after, so that this
    /// agrees with `Refused` and with `Local`, where the one that runs is the one that complains.
    InvalidWork,
    /// Something that this test does not know.
    Strange(String),
}

impl Answer {
    /// Whether the resolver's answer has the same meaning as real go's.
    pub(super) fn agrees(&self, real: &Answer) -> bool {
        self == real || (*real == Answer::InvalidWork && matches!(self, Answer::Local | Answer::Refused))
    }
}

/// The resolver, with real go as its default.
pub(super) fn of_resolver(
    home: &Path,
    variables: &Variables,
    directory: &Path,
    words: &[OsString],
    local: &str,
) -> Answer {
    match select(home, variables, directory, words, &mut Trace::default()) {
        Ok(selection) => match selection.selected {
            Selected::Present(Go::Toolchain(toolchain)) if toolchain.name.as_str() == local => Answer::Local,
            Selected::Present(Go::Toolchain(toolchain)) => other(toolchain.name.as_str()),
            Selected::Missing { request, .. } => other(&format!("go{request}")),
            Selected::Present(Go::OnPath { name, .. }) => Answer::OnPath(name.to_string()),
            Selected::Present(system @ Go::System(_)) => Answer::Strange(format!("{system:?}")),
        },
        Err(error) => match error.kind().code() {
            2 | 7 => Answer::Refused,
            _ => Answer::Strange(error.report()),
        },
    }
}

/// Whether modules are on only because of a go.work.
pub(super) fn needs_go_work(
    home: &Path,
    variables: &Variables,
    directory: &Path,
    words: &[OsString],
) -> bool {
    let mut variables = variables.clone();
    variables.insert(GOWORK.to_owned(), "off".into());
    let mut trace = Trace::default();
    let _ = select(home, &variables, directory, words, &mut trace);
    trace.steps.contains(&Step::NotAsked(Rule::Gotoolchain, Why::ModulesOff))
}

fn select(
    home: &Path,
    variables: &Variables,
    directory: &Path,
    words: &[OsString],
    trace: &mut Trace,
) -> gox::error::Result<Selection> {
    let environment = Environment::Table(Arc::new(variables.clone()));
    let world = World::new(environment, directory, Home::at(home));
    resolve::trace(&world, &Call::new("go", words), trace)
}

/// Real go, with launchers on PATH and no network.
pub(super) fn of_real_go(
    goroot: &Path,
    variables: &Variables,
    directory: &Path,
    words: &[OsString],
) -> Answer {
    let mut command = Command::new(goroot.join("bin/go"));
    command.args(words).env_clear().envs(variables).env("GOPROXY", "off").current_dir(directory);
    let child = {
        let _programs = programs();
        command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap()
    };
    let output = child.wait_with_output().unwrap();
    let stdout = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8_lossy(&output.stderr);
    let stderr = match stderr.split_once('\n') {
        Some((first, rest)) if first.starts_with("go: downloading ") => rest.to_owned(),
        _ => stderr.into_owned(),
    };
    if let Some(name) = stdout.strip_prefix("fake ") {
        return other(name.trim_end());
    }
    if let Some(name) = stdout.strip_prefix("program ") {
        return Answer::OnPath(name.trim_end().to_owned());
    }
    let after = |prefix: &str| stderr.strip_prefix(prefix);
    // What it does not complain about before it has chosen, it complains about itself.
    let own = [
        "go: chdir ",
        "go frob: unknown command",
        "go mod: unknown command",
        "go: unknown environment setting",
    ];
    if output.status.success() || own.iter().any(|complaint| stderr.starts_with(complaint)) {
        Answer::Local
    } else if let Some(rest) = after("go: cannot find \"") {
        other(rest.split('"').next().unwrap())
    } else if let Some(rest) = after("go: download ") {
        other(rest.split(": ").next().unwrap().split(" for ").next().unwrap())
    } else if stderr.contains("invalid GOWORK") || stderr.contains("is a directory") {
        Answer::InvalidWork
    } else if ["invalid GOTOOLCHAIN", "invalid toolchain"].iter().any(|refusal| stderr.contains(refusal)) {
        Answer::Refused
    } else {
        Answer::Strange(stderr)
    }
}

/// A name, by its version where it has no suffix. What cannot be a toolchain gox refuses at once, where go
/// first looks for it.
fn other(name: &str) -> Answer {
    if name.contains([' ', '\t', '\r']) {
        return Answer::Refused;
    }
    let name = ToolchainName::new(name);
    match name.version().filter(|_| !name.has_suffix()) {
        Some(version) if version.is_lang() => Answer::Refused,
        Some(version) => Answer::Other(version.toolchain().to_string()),
        None => Answer::Other(name.to_string()),
    }
}

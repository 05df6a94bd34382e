//! The runner of GitHub Actions, as far as the steps of a job see it: the files that they write to, and what the next
//! one gets of that.

use std::collections::BTreeMap;
use std::fs;

use super::command::Command;
use super::running::Output;
use super::sandbox::Sandbox;

/// The files of a step, each by the variable that names it.
const FILES: [&str; 3] = ["GITHUB_ENV", "GITHUB_PATH", "GITHUB_OUTPUT"];

/// A job: what its steps so far have set for those after them.
pub(crate) struct Job<'a> {
    sandbox: &'a Sandbox,
    /// Variables by name.
    pub(crate) variables: BTreeMap<String, String>,
    /// What comes first on PATH, in this order.
    pub(crate) path: Vec<String>,
}

impl<'a> Job<'a> {
    /// A job without a step yet.
    pub(crate) fn new(sandbox: &'a Sandbox) -> Self {
        Job { sandbox, variables: BTreeMap::new(), path: Vec::new() }
    }

    /// A command line in a step after those before.
    pub(crate) fn command(&self, program: &str) -> Command<'a> {
        let path = self.sandbox.path_after(&self.path);
        let command = self.sandbox.command(program).env("PATH", path);
        self.variables.iter().fold(command, |command, (name, value)| command.env(name, value))
    }

    /// A script in a step after those before.
    pub(crate) fn sh(&self, script: &str) -> Command<'a> {
        self.command("sh").args(["-ec", script])
    }

    /// Runs a step whose files are empty at first; gives its end and its outputs.
    pub(crate) fn step(&mut self, command: Command<'_>) -> (Output, BTreeMap<String, String>) {
        let files = FILES.map(|name| self.sandbox.write(&format!("runner/{name}"), ""));
        let named = FILES.into_iter().zip(&files);
        let output = named.fold(command, |command, (name, file)| command.env(name, file)).run();
        let [variables, path, outputs] = files.map(|file| fs::read_to_string(file).unwrap());
        self.variables.extend(assignments(&variables));
        for entry in path.lines().filter(|line| !line.is_empty()) {
            self.path.retain(|known| known != entry);
            self.path.insert(0, entry.to_owned());
        }
        (output, assignments(&outputs))
    }
}

/// Reads `NAME=value`, and `NAME<<END` with lines up to `END`.
fn assignments(text: &str) -> BTreeMap<String, String> {
    let mut lines = text.lines();
    let mut found = BTreeMap::new();
    while let Some(line) = lines.next() {
        let (name, value) = match line.split_once("<<").filter(|(name, _)| !name.contains('=')) {
            Some((name, end)) => {
                let value: Vec<_> = lines.by_ref().take_while(|line| *line != end).collect();
                (name, value.join("\n"))
            }
            None => line.split_once('=').map(|(name, value)| (name, value.to_owned())).unwrap(),
        };
        found.insert(name.to_owned(), value);
    }
    found
}

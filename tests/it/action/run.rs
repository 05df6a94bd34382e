//! A run of `action.yml`: its steps as the runner reads them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::world::{Machine, REPOSITORY, World};
use crate::support::command::Command;
use crate::support::response::hex;
use crate::support::runner::Job;

const ACTION: &str = include_str!("../../../action.yml");

/// Text by name: the inputs of the action, the outputs of a step.
type Texts = BTreeMap<String, String>;

/// The inputs, each with its default.
fn defaults(head: &str) -> Texts {
    let (_, inputs) = head.split_once("\ninputs:\n").unwrap();
    let (inputs, _) = inputs.split_once("\noutputs:\n").unwrap();
    let mut found = Texts::new();
    let mut name = String::new();
    for line in inputs.lines().filter(|line| !line.is_empty()) {
        let (key, value) = line.split_once(':').unwrap();
        if !key.starts_with("   ") {
            key.trim().clone_into(&mut name);
            found.insert(name.clone(), String::new());
        } else if key.trim() == "default" {
            found.insert(name.clone(), value.trim().trim_matches('"').to_owned());
        }
    }
    found
}

/// A step as `action.yml` has it: keys, and below `env:` and `with:` more of them.
struct Step {
    id: String,
    keys: Texts,
    inner: Texts,
}

impl Step {
    fn parse(text: &str) -> Self {
        let mut lines = text.lines();
        let id = lines.next().unwrap().trim().to_owned();
        let (mut keys, mut inner) = (Texts::new(), Texts::new());
        let mut last = String::new();
        for line in lines.filter(|line| !line.is_empty()) {
            let depth = line.len() - line.trim_start().len();
            match (depth, line.trim().split_once(": ")) {
                (6, Some((key, value))) => drop(keys.insert(key.to_owned(), value.to_owned())),
                (8, Some((key, value))) => {
                    key.clone_into(&mut last);
                    inner.insert(key.to_owned(), value.trim_start_matches('|').to_owned());
                }
                (10, _) => inner.get_mut(&last).unwrap().extend([line.trim(), "\n"]),
                _ => assert!(line.trim() == "env:" || line.trim() == "with:", "{line}"),
            }
        }
        Step { id, keys, inner }
    }
}

/// A run of the action.
pub(super) struct Run<'a> {
    machine: &'a Machine,
    world: &'a World,
    pub(super) job: Job<'a>,
    inputs: Texts,
    /// The outputs of each step.
    pub(super) steps: BTreeMap<String, Texts>,
    /// What the cache is to keep when the job has ended well: a file of the cache, and paths.
    pub(super) keep: Vec<(PathBuf, Vec<String>)>,
    pub(super) stdout: String,
    pub(super) stderr: String,
    pub(super) code: i32,
}

impl<'a> Run<'a> {
    /// Runs the steps up to the first that fails.
    pub(super) fn of(machine: &'a Machine, world: &'a World, inputs: &[(&str, &str)]) -> Self {
        let (head, steps) = ACTION.split_once("\n  steps:\n").unwrap();
        let mut run = Run {
            machine,
            world,
            job: Job::new(&machine.sandbox),
            inputs: defaults(head),
            steps: BTreeMap::new(),
            keep: Vec::new(),
            stdout: String::new(),
            stderr: String::new(),
            code: 0,
        };
        for (name, value) in inputs {
            assert!(run.inputs.insert((*name).to_owned(), (*value).to_owned()).is_some(), "{name}");
        }
        for step in steps.split("    - id: ").skip(1) {
            if run.code == 0 {
                run.step(&Step::parse(step));
            }
        }
        run
    }

    fn step(&mut self, step: &Step) {
        if !step.keys.get("if").is_none_or(|condition| self.is_met(condition)) {
            return;
        }
        let inner: Texts = step.inner.iter().map(|(key, value)| (key.clone(), self.filled(value))).collect();
        let outputs = match step.keys.get("run") {
            Some(script) => self.script(script, &inner),
            None => self.cache(&step.keys["uses"], &inner),
        };
        self.steps.insert(step.id.clone(), outputs);
    }

    /// A script, in a shell that ends at the first error.
    fn script(&mut self, script: &str, variables: &Texts) -> Texts {
        let command = self.command(script).env("GITHUB_ACTION_PATH", REPOSITORY);
        let command = command.env("RUNNER_TEMP", self.machine.sandbox.root().join("runner/temp"));
        let command = variables.iter().fold(command, |command, (name, value)| command.env(name, value));
        let (output, outputs) = self.job.step(command);
        self.stdout += &output.stdout;
        self.stderr += &output.stderr;
        self.code = output.code();
        outputs
    }

    /// `actions/cache`: a file for each key, from which the paths come and in which they are at the end of the job.
    fn cache(&mut self, action: &str, with: &Texts) -> Texts {
        let (name, commit) = action.split_once(" # v").unwrap().0.split_once('@').unwrap();
        assert!(name == "actions/cache" && commit.len() == 40, "{action}");
        let key = &with["key"];
        assert!(!key.contains(',') && !with["path"].trim().is_empty(), "{with:?}");
        let file = self.world.cache.path().join(key);
        let prefix = with.get("restore-keys").filter(|_| !file.exists());
        let entries = || fs::read_dir(self.world.cache.path()).unwrap().map(|entry| entry.unwrap());
        let other = prefix.and_then(|prefix| {
            entries().find(|entry| entry.file_name().to_str().unwrap().starts_with(prefix.as_str()))
        });
        let found = other.map_or_else(|| file.clone(), |entry| entry.path());
        if found.exists() {
            self.machine.sandbox.sh(&format!("tar -xf '{}' -C ..", found.display()));
        }
        if !file.exists() {
            let paths = with["path"].lines().filter(|line| !line.is_empty()).map(str::to_owned).collect();
            self.keep.push((file.clone(), paths));
        }
        [("cache-hit".to_owned(), file.exists().to_string())].into()
    }

    /// Ends the job well.
    pub(super) fn end(self) {
        assert_eq!(self.code, 0, "{}{}", self.stdout, self.stderr);
        for (file, paths) in &self.keep {
            let there = paths.iter().map(Path::new).filter(|path| path.exists());
            let root = self.machine.sandbox.root();
            let words: Vec<_> =
                there.map(|path| format!(" '{}'", path.strip_prefix(root).unwrap().display())).collect();
            if !words.is_empty() {
                self.machine.sandbox.sh(&format!("tar -cf '{}' -C ..{}", file.display(), words.concat()));
            }
        }
    }

    /// Conditions that `&&` joins, each a comparison with a text.
    fn is_met(&self, condition: &str) -> bool {
        condition.split(" && ").all(|one| {
            let is_equal = one.contains(" == ");
            let (value, text) = one.split_once(if is_equal { " == " } else { " != " }).unwrap();
            (self.value(value) == text.trim_matches('\'')) == is_equal
        })
    }

    /// The text with the value of each `${{ … }}`.
    fn filled(&self, text: &str) -> String {
        let mut parts = text.split("${{ ");
        let first = parts.next().unwrap().to_owned();
        parts.fold(first, |done, part| {
            let (expression, rest) = part.split_once(" }}").unwrap();
            done + &self.value(expression) + rest
        })
    }

    fn value(&self, expression: &str) -> String {
        let words: Vec<_> = expression.split('.').collect();
        match words[..] {
            ["inputs", name] => self.inputs[name].clone(),
            ["steps", id, "outputs", name] => {
                self.steps.get(id).and_then(|outputs| outputs.get(name)).cloned().unwrap_or_default()
            }
            ["runner", name] => name.to_uppercase(),
            ["github", "server_url"] => self.world.proxy.url(),
            ["github", "action_repository"] => self.machine.repository.to_owned(),
            _ if expression == "hashFiles(inputs.cache-dependency-path)" => {
                // By the last part of the pattern alone.
                let name = self.inputs["cache-dependency-path"].rsplit('/').next().unwrap().to_owned();
                fs::read(self.machine.sandbox.code().join(name))
                    .map_or_else(|_| String::new(), |content| hex(&Sha256::digest(content)))
            }
            _ => panic!("{expression}"),
        }
    }

    /// The outputs of the action.
    pub(super) fn outputs(&self) -> Texts {
        let (_, outputs) = ACTION.split_once("\noutputs:\n").unwrap();
        let (outputs, _) = outputs.split_once("\nruns:\n").unwrap();
        let mut name = "";
        let mut found = Texts::new();
        for line in outputs.lines() {
            match line.trim().split_once(':') {
                Some((key, "")) => name = key,
                Some(("value", value)) => drop(found.insert(name.to_owned(), self.filled(value.trim()))),
                _ => {}
            }
        }
        found
    }

    /// A script in a step after those before.
    pub(super) fn command(&self, script: &str) -> Command<'a> {
        let command = self.job.sh(script).envs(self.world.proxy.environment());
        command.envs(self.machine.variables.clone())
    }

    /// What a script in a step after the action prints.
    pub(super) fn prints(&self, script: &str) -> String {
        assert_eq!(self.code, 0, "{}{}", self.stdout, self.stderr);
        let run = self.command(script).run();
        assert_eq!(run.code(), 0, "{}", run.stderr);
        run.stdout
    }

    /// What the action said before it failed.
    pub(super) fn failure(&self) -> &str {
        assert_eq!(self.code, 1, "{}{}", self.stdout, self.stderr);
        assert_eq!(self.steps, [("plan".to_owned(), Texts::new())].into());
        &self.stdout
    }
}

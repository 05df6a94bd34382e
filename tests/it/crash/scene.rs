//! A command and the store that it changes: the store before, which is put back as often as one likes,
//! and the store after.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command as Program;

use crate::support::archives::FakeToolchain;
use crate::support::diff;
use crate::support::dl::GoDev;
use crate::support::proxy::ModuleProxy;
use crate::support::running::{Output, Running};
use crate::support::sandbox::Sandbox;
use crate::support::strace::{self, Call};
use crate::support::tree::{self, Kind};

/// Stands beside what is installed and removed.
pub(super) const NEIGHBOUR: &str = "1.99.1";
/// What is installed and removed.
pub(super) const VERSION: &str = "1.99.4";

/// What a user would miss.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct State {
    /// Every file by toolchain, with mode and content; without the time in the receipt.
    toolchains: BTreeMap<String, Vec<String>>,
    default: Option<String>,
}

/// Where the toolchains come from.
enum Source {
    Proxy(ModuleProxy),
    GoDev(GoDev),
}

/// A command that is run again and again from the same beginning.
pub(super) struct Scene {
    pub(super) sandbox: Sandbox,
    source: Source,
    command: Vec<&'static str>,
    before: State,
    after: State,
    /// The whole store at the end, but for the cache.
    end: String,
    /// What the command changes, call by call.
    pub(super) calls: Vec<Call>,
}

impl Scene {
    /// Runs `first` commands once, then `command` as often as wanted.
    pub(super) fn new(is_archive: bool, first: &[&[&str]], command: &[&'static str]) -> Self {
        Scene::in_sandbox(Sandbox::new().with_programs(), is_archive, first, command)
    }

    /// In a store that does not have gox's own programs yet.
    pub(super) fn without_programs(command: &[&'static str]) -> Self {
        let sandbox = Sandbox::new();
        fs::create_dir_all(sandbox.home()).unwrap();
        Scene::in_sandbox(sandbox, false, &[], command)
    }

    /// In a sandbox that a test has prepared.
    pub(super) fn in_sandbox(
        sandbox: Sandbox,
        is_archive: bool,
        first: &[&[&str]],
        command: &[&'static str],
    ) -> Self {
        let toolchains = [NEIGHBOUR, VERSION].map(small);
        let source = if is_archive {
            Source::GoDev(GoDev::start(&sandbox, &toolchains))
        } else {
            Source::Proxy(ModuleProxy::start(&toolchains))
        };
        let mut scene = Scene {
            sandbox,
            source,
            command: command.to_vec(),
            before: State::default(),
            after: State::default(),
            end: String::new(),
            calls: Vec::new(),
        };
        for command in first {
            assert_eq!(scene.gox(&[], command).code(), 0);
        }
        copy(&scene.sandbox.home(), &scene.beginning());
        scene.before = scene.state();
        assert_eq!(scene.run(&[]).code(), 0);
        scene.calls = strace::calls(&scene.log());
        scene.after = scene.state();
        scene.end = scene.listing();
        scene
    }

    fn beginning(&self) -> PathBuf {
        self.sandbox.root().join("beginning")
    }

    /// Where strace writes the calls of the last run.
    pub(super) fn log(&self) -> PathBuf {
        self.sandbox.root().join("calls")
    }

    /// Puts the store back.
    pub(super) fn reset(&self) {
        fs::remove_dir_all(self.sandbox.home()).unwrap();
        copy(&self.beginning(), &self.sandbox.home());
    }

    /// Runs the command.
    pub(super) fn run(&self, injections: &[String]) -> Output {
        self.gox(injections, &self.command)
    }

    /// The same, with more calls traced.
    pub(super) fn run_traced(&self, traced: &str, injections: &[String]) -> Output {
        let command = strace::gox(&self.sandbox, &self.log(), traced, injections, &self.command);
        command.envs(self.environment()).run()
    }

    /// The same, begun, with strace at the head of a process group.
    pub(super) fn spawn_traced(&self, traced: &str, injections: &[String]) -> Running {
        let command = strace::gox(&self.sandbox, &self.log(), traced, injections, &self.command);
        command.envs(self.environment()).group().spawn()
    }

    /// Every call of a run that nothing disturbs.
    pub(super) fn all_calls(&self) -> Vec<Call> {
        self.calls_of("all")
    }

    /// The calls of some kinds in a run that nothing disturbs.
    pub(super) fn calls_of(&self, traced: &str) -> Vec<Call> {
        self.reset();
        assert_eq!(self.run_traced(traced, &[]).code(), 0);
        strace::calls(&self.log())
    }

    fn gox(&self, injections: &[String], arguments: &[&str]) -> Output {
        let command = strace::gox(&self.sandbox, &self.log(), strace::CHANGES, injections, arguments);
        command.envs(self.environment()).run()
    }

    fn environment(&self) -> Vec<(&'static str, String)> {
        match &self.source {
            Source::Proxy(proxy) => proxy.environment().to_vec(),
            Source::GoDev(go_dev) => go_dev.environment().to_vec(),
        }
    }

    /// The store is as it was, or as it was to become; and what runs from it runs.
    #[track_caller]
    pub(super) fn assert_whole(&self, place: &str) {
        let state = self.state();
        assert!(
            state.toolchains == self.before.toolchains || state.toolchains == self.after.toolchains,
            "{place}: neither before nor after: {state:#?}"
        );
        assert!(
            state.default == self.before.default || state.default == self.after.default,
            "{place}: {:?}",
            state.default
        );
        let is_there = |default: &String| state.toolchains.contains_key(&format!("go{}", default.trim_end()));
        assert!(state.default.iter().all(is_there), "{place}: the default is gone: {state:#?}");
        let list = self.sandbox.gox(["list"]).run();
        let names: Vec<_> = list.stdout.lines().skip(1).filter_map(|line| line.split(' ').next()).collect();
        let mut expected: Vec<_> = state.toolchains.keys().map(|name| &name[2..]).collect();
        expected.reverse();
        assert_eq!((list.code(), names), (0, expected), "{place}: {}", list.stderr);
        for name in self.before.toolchains.keys().filter(|name| self.after.toolchains.contains_key(*name)) {
            let said = format!("go version {name} [OS]/[ARCH]\n");
            let launcher = self.sandbox.home().join("shims").join(name);
            let run = self.sandbox.command(launcher).arg("version").run();
            assert_eq!((run.code(), &run.stdout), (0, &said), "{place}: {}", run.stderr);
        }
        if state.default.is_some() {
            let run = self.sandbox.command(self.sandbox.home().join("shims/go")).arg("version").run();
            assert_eq!(run.code(), 0, "{place}: {}", run.stderr);
        }
    }

    /// Whether the store is as it was.
    pub(super) fn is_as_before(&self) -> bool {
        self.state() == self.before
    }

    /// A run that failed did not go half way, and has cleaned up where it could.
    #[track_caller]
    pub(super) fn assert_clean_failure(&self, place: &str, may_leave_files: bool) {
        self.assert_whole(place);
        let staging = self.sandbox.listing("staging");
        assert!(may_leave_files || staging.is_empty(), "{place}: {staging}");
    }

    /// The same command, or where that removes something the opposite, ends as ever, and leaves nothing
    /// of what was broken off.
    #[track_caller]
    pub(super) fn assert_next_run_needs_no_cleaning(&self, place: &str) {
        if self.command[0] == "uninstall" {
            let run = self.gox(&[], &["install", VERSION]);
            assert_eq!(run.code(), 0, "{place}: {}", run.stderr);
            assert_eq!(self.state(), self.before, "{place}");
            let clean = self.sandbox.listing("staging").is_empty() && !self.listing().contains("/.gox-");
            assert!(clean, "{place}: {}", self.listing());
            return;
        }
        let run = self.run(&[]);
        assert_eq!(run.code(), 0, "{place}: {}", run.stderr);
        assert_eq!(self.state(), self.after, "{place}");
        assert_eq!(self.listing(), self.end, "{place}:\n{}", diff::lines(&self.end, &self.listing()));
    }

    fn state(&self) -> State {
        let mut toolchains: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let root = self.sandbox.home().join("toolchains");
        for entry in tree::entries(&root) {
            let (name, path) = entry.path.split_once('/').unwrap_or((&entry.path, ""));
            let content = match entry.kind {
                Kind::File if path != ".gox/receipt.json" => fs::read(root.join(&entry.path)).unwrap(),
                _ => Vec::new(),
            };
            let line = format!("{entry} {}", content.escape_ascii());
            toolchains.entry(name.to_owned()).or_default().push(line);
        }
        let default = fs::read_to_string(self.sandbox.home().join("default")).ok();
        State { toolchains, default }
    }

    /// Everything but the cache, where a kill may leave a name that means nothing.
    fn listing(&self) -> String {
        let listing = self.sandbox.listing("");
        listing
            .lines()
            .filter(|line| !line.contains(" cache"))
            .fold(String::new(), |all, line| all + line + "\n")
    }
}

/// A toolchain of a few files: every one of its calls is a case.
pub(super) fn small(version: &str) -> FakeToolchain {
    FakeToolchain::new(version).with_only(&["bin/go", "VERSION", "go.env", "src/fmt/print.go", "src/go.mod"])
}

/// A copy that shares its files: gox replaces files, and never changes one.
fn copy(from: &Path, to: &Path) {
    let status = Program::new("cp").arg("-al").arg(from).arg(to).status().unwrap();
    assert!(status.success());
}

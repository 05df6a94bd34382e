//! Small trees: a store of empty toolchains, a project, and the variables of a call.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tempfile::TempDir;

use crate::env::Environment;
use crate::go::name::ToolchainName;
use crate::select::resolve::{self, *};
use crate::select::trace::{Step, Trace};
use crate::store::layout::Home;

/// A folder with a store `home` and a project `p`, and the variables of a call.
pub(super) struct Tree {
    _folder: TempDir,
    pub(super) root: PathBuf,
    pub(super) variables: Vec<(String, OsString)>,
    pub(super) directory: PathBuf,
}

impl Tree {
    /// A tree with these toolchains installed.
    pub(super) fn new(toolchains: &[&str]) -> Self {
        let folder = TempDir::with_prefix("gox-resolve-").unwrap();
        let root = folder.path().canonicalize().unwrap();
        let directory = root.join("p");
        fs::create_dir(&directory).unwrap();
        let tree = Tree { _folder: folder, root, variables: Vec::new(), directory };
        let tree = toolchains.iter().fold(tree, |tree, name| tree.toolchain(name));
        tree.set("GOENV", "off").set("TMPDIR", "/nonexistent")
    }

    pub(super) fn toolchain(self, name: &str) -> Self {
        self.put_go(&format!("home/toolchains/{name}"), name)
    }

    /// Makes a GOROOT with `version` in VERSION and, from 1.21 on, Go's own `go.env`.
    pub(super) fn put_go(self, goroot: &str, version: &str) -> Self {
        let is_new = ToolchainName::new(version).version() >= Version::parse("1.21rc1").as_ref();
        let settings = if is_new { "GOTOOLCHAIN=auto\n" } else { "" };
        self.file(&format!("{goroot}/VERSION"), &format!("{version}\ntime 2024-05-30T19:26:07Z\n"))
            .file(&format!("{goroot}/go.env"), settings)
            .program(&format!("{goroot}/bin/go"))
            .program(&format!("{goroot}/bin/gofmt"))
    }

    pub(super) fn program(self, path: &str) -> Self {
        let tree = self.file(path, "#!/bin/sh\n");
        fs::set_permissions(tree.root.join(path), fs::Permissions::from_mode(0o755)).unwrap();
        tree
    }

    pub(super) fn file(self, path: &str, text: &str) -> Self {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    pub(super) fn remove(self, path: &str) -> Self {
        fs::remove_file(self.root.join(path)).unwrap();
        self
    }

    pub(super) fn link(self, path: &str, to: impl AsRef<Path>) -> Self {
        symlink(to, self.root.join(path)).unwrap();
        self
    }

    pub(super) fn folder(self, path: &str) -> Self {
        fs::create_dir_all(self.root.join(path)).unwrap();
        self
    }

    /// Sets the default of the store.
    pub(super) fn default(self, request: &str) -> Self {
        self.file("home/default", &format!("{request}\n"))
    }

    /// Sets a variable; `@` in its value stands for the tree's root.
    pub(super) fn set(mut self, name: &str, value: &str) -> Self {
        let value = value.replace('@', self.root.to_str().unwrap());
        self.variables.retain(|(other, _)| other != name);
        self.variables.push((name.to_owned(), value.into()));
        self
    }

    pub(super) fn cwd(mut self, path: &str) -> Self {
        self.directory = self.root.join(path);
        fs::create_dir_all(&self.directory).unwrap();
        self
    }

    pub(super) fn world(&self) -> World {
        let table = self.variables.iter().cloned().collect();
        let environment = Environment::Table(Arc::new(table));
        World::new(environment, &self.directory, Home::at(self.root.join("home")))
    }

    pub(super) fn select_with(&self, line: &str, trace: &mut Trace) -> Result<Selection> {
        let words: Vec<OsString> = line.split_whitespace().map(OsString::from).collect();
        let (tool, arguments) = words.split_first().unwrap();
        resolve::trace(&self.world(), &Call::new(tool.to_str().unwrap(), arguments), trace)
    }

    /// The answer in a line: `go1.22.4 (exact)`, `missing 1.22.4`, `system bin/go`, or the error's code and
    /// report. Paths are relative to the root.
    pub(super) fn run(&self, line: &str) -> String {
        let text = match self.select_with(line, &mut Trace::default()) {
            Ok(selection) => describe(&selection),
            Err(error) => format!("{} {}", error.kind().code(), error.report()),
        };
        self.relative(&text)
    }

    /// The answer of `go version` with one more variable.
    pub(super) fn set_and_run(&self, name: &str, value: &str) -> String {
        let variables = self.variables.iter().cloned();
        let variables = variables.chain([(name.to_owned(), value.into())]).collect();
        let environment = Environment::Table(Arc::new(variables));
        let world = World::new(environment, &self.directory, Home::at(self.root.join("home")));
        let arguments = [OsString::from("version")];
        let selection = select(&world, &Call::new("go", &arguments)).unwrap();
        describe(&selection)
    }

    /// The answer of `go version`.
    pub(super) fn go(&self) -> String {
        self.run("go version")
    }

    /// The reason for the answer: `file p/.go-version:1 1.22.4`.
    pub(super) fn why(&self) -> String {
        let reason = self.select_with("go version", &mut Trace::default()).unwrap().reason;
        let place = reason.path.as_ref().map(|path| format!(" {}", path.display())).unwrap_or_default();
        let line = reason.line.map(|line| format!(":{line}")).unwrap_or_default();
        self.relative(&format!("{}{place}{line} {}", reason.rule.word(), reason.text))
    }

    pub(super) fn warnings(&self, line: &str) -> Vec<String> {
        let selection = self.select_with(line, &mut Trace::default()).unwrap();
        selection.warnings.iter().map(|warning| self.relative(&warning.to_string())).collect()
    }

    pub(super) fn trace(&self) -> Vec<String> {
        let mut trace = Trace::default();
        let _ = self.select_with("go version", &mut trace);
        let text = |step: &Step| match step {
            Step::Heard(reason, verdict) => format!("{}: {} {verdict:?}", reason.rule.word(), reason.text),
            Step::Nothing(rule) => format!("{}: -", rule.word()),
            Step::NotAsked(rule, why) => format!("{}: {why:?}", rule.word()),
        };
        trace.steps.iter().map(|step| self.relative(&text(step))).collect()
    }

    pub(super) fn relative(&self, text: &str) -> String {
        text.replace(&format!("{}/", self.root.display()), "").replace(self.root.to_str().unwrap(), "@")
    }
}

pub(super) fn describe(selection: &Selection) -> String {
    let answer = match &selection.selected {
        Selected::Present(Go::Toolchain(toolchain)) => toolchain.name.to_string(),
        Selected::Present(Go::System(path)) => format!("system {}", path.display()),
        Selected::Present(Go::OnPath { name, path }) => format!("{name} on PATH {}", path.display()),
        Selected::Missing { request, install: true } => format!("missing {request}"),
        Selected::Missing { request, install: false } => format!("missing {request}, not to be installed"),
    };
    match (selection.exact, selection.local) {
        (true, true) => format!("{answer} (exact)"),
        (false, true) => format!("{answer} (local)"),
        (false, false) => answer,
        (true, false) => panic!("exact and not local"),
    }
}

//! What the steps share: the commit, the modules with their Go, and how a tool is started.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::commit::Commit;
use super::outcome::Outcome;
use super::process::{self, End};
use super::view::{Place, View};
use super::workspace;
use crate::env::{self, GOFLAGS, GOWORK, PATH};
use crate::error::{Error, Kind, Result};
use crate::go::quoted::{quoted, split};
use crate::go::version::Version;
use crate::select::exec::apply;
use crate::select::process::Changes;

/// The `go` or `gofmt` that is selected for a folder.
#[derive(Debug)]
pub struct Tool {
    /// Its path.
    pub path: PathBuf,
    /// What its environment has other than this process's.
    pub changes: Changes,
    /// Its version, if it tells.
    pub version: Option<Version>,
}

impl Tool {
    /// Whether it is at least this version. A Go that tells no version is a new one that somebody built.
    pub(super) fn is_at_least(&self, version: &str) -> bool {
        self.version.is_none() || self.version >= Version::parse(version)
    }
}

/// Finds the tool, `go` or `gofmt`, that runs in a folder.
pub type Find<'a> = &'a dyn Fn(&str, &Path) -> Result<Tool>;

/// The settings of Go that the user has, in the environment or by `go env -w`.
#[derive(Clone, Debug, Default)]
pub struct GoSettings {
    /// `GOFLAGS`.
    pub flags: String,
    /// `GOWORK`.
    pub workspace: String,
}

impl GoSettings {
    /// Whether every Go may write go.mod and go.sum.
    pub(super) fn may_write(&self) -> bool {
        split(&self.flags).unwrap_or_default().iter().any(|flag| flag.trim_start_matches('-') == "mod=mod")
    }
}

/// The first version that does not write what go.mod lacks (Go 1.16 release notes).
const FIRST_READER: &str = "1.16beta1";
/// The first version whose vet, also that of `go test`, reads what an overlay has in the place of a file. Older ones
/// only pass over what it hides.
const FIRST_WITH_OVERLAYS: &str = "1.24rc1";

/// A module in which something changed.
pub(super) struct Module {
    /// Its folder below the top; empty for the top itself.
    pub(super) folder: PathBuf,
    pub(super) go: Tool,
    /// Where its Go works.
    pub(super) site: Site,
    /// Where a tool works that reads files itself, if one is to.
    readers: Option<Site>,
}

/// Where a tool works on a module.
pub(super) struct Site {
    pub(super) place: Place,
    /// The value of GOWORK; `None` for the user's.
    pub(super) workspace: Option<OsString>,
}

/// What the steps share.
pub(super) struct Bench<'a> {
    pub(super) commit: &'a Commit,
    pub(super) settings: &'a GoSettings,
    pub(super) modules: Vec<Module>,
    /// The folder for temporary files.
    pub(super) temporary: &'a Path,
    /// Whether data files that tests may open differ from the commit.
    pub(super) has_other_data: bool,
    /// The files of modules that differ from the commit: go.mod, go.sum and those with code.
    pub(super) differing: Vec<PathBuf>,
    /// The longest time of a tool.
    pub(super) limit: Duration,
}

impl Bench<'_> {
    /// Adds the modules that changed, each with its Go. `is_read` tells whether a tool that reads files itself is to
    /// work in one.
    pub(super) fn add_modules(
        &mut self,
        view: &mut View<'_>,
        find: Find<'_>,
        is_read: impl Fn(&Path) -> bool,
    ) -> Result<()> {
        for folder in self.commit.touched() {
            let mut place = view.for_go(true)?;
            let go = find("go", &place.folder(folder))?;
            if !go.is_at_least(FIRST_READER) {
                place = view.for_writers()?;
            } else if !go.is_at_least(FIRST_WITH_OVERLAYS) {
                place = view.for_readers()?;
            }
            let site = |place: Place| -> Result<Site> {
                let top = self.commit.git.top();
                let workspace = workspace::of(folder, &place, top, &self.settings.workspace, self.temporary)?;
                Ok(Site { place, workspace })
            };
            let readers = if is_read(folder) { Some(site(view.for_readers()?)?) } else { None };
            let site = site(place)?;
            self.modules.push(Module { folder: folder.to_owned(), go, site, readers });
        }
        Ok(())
    }

    /// Judges each module by `judge`, and puts the outcomes together.
    pub(super) fn each(&self, judge: impl Fn(&Module) -> Result<Outcome>) -> Result<Outcome> {
        let outcomes = self.modules.iter().map(|module| Ok((&*module.folder, judge(module)?)));
        let outcomes = outcomes.collect::<Result<Vec<_>>>()?;
        Ok(Outcome::of_modules(outcomes).unwrap_or_else(|| Outcome::skipped("no module has changes")))
    }

    /// Whether the module is shown in a copy of the repository.
    pub(super) fn is_copied(&self, module: &Module) -> bool {
        module.site.place.root != self.commit.git.top()
    }

    /// Runs the Go of a module with a command, such as `mod tidy`, and its arguments; judges its exit code and what it
    /// printed.
    pub(super) fn go(
        &self,
        module: &Module,
        name: &str,
        arguments: &[&str],
        variables: &[(&str, &str)],
        judge: impl FnOnce(i32, String) -> Outcome,
    ) -> Outcome {
        let run = self.run_go(module, &module.site, name, arguments, variables);
        Outcome::of(&format!("go {name}"), self.limit, run, judge)
    }

    /// The folders of the packages that the Go of a module compiles for this platform, below the module's; `None` if it
    /// cannot tell them.
    pub(super) fn packages(&self, module: &Module) -> Option<BTreeSet<PathBuf>> {
        let run = self.run_go(module, &module.site, "list", &["-f", "{{.Dir}}", "./..."], &[]).ok();
        let (_, printed) = run.filter(|(end, _)| *end == End::Code(0))?;
        let top = module.site.place.folder(&module.folder);
        let folders = printed.lines().filter_map(|line| Path::new(line).strip_prefix(&top).ok());
        Some(folders.map(Path::to_owned).collect())
    }

    /// Runs the Go of a module in `site`, which may be another than its own.
    pub(super) fn run_go(
        &self,
        module: &Module,
        site: &Site,
        name: &str,
        arguments: &[&str],
        variables: &[(&str, &str)],
    ) -> Result<(End, String)> {
        let mut command = self.command(&module.go.path, module, site);
        command.args(name.split(' ')).args(arguments).envs(variables.iter().copied());
        if let Some(overlay) = &site.place.overlay {
            // Not every command has the flag.
            let path = overlay.display();
            let flag = quoted(&format!("-overlay={path}")).ok_or_else(|| {
                Error::new(
                    Kind::Store,
                    format!("`{path}` has quotes of both kinds, so {GOFLAGS} cannot name it"),
                )
                .hint("choose another folder for what is temporary: `export TMPDIR=/path`")
            })?;
            command.env(GOFLAGS, format!("{} {flag}", self.settings.flags).trim_start());
        }
        process::run(&mut command, self.limit, self.temporary)
    }

    /// Runs a tool that reads files itself; judges likewise.
    pub(super) fn reader(
        &self,
        module: &Module,
        program: &Path,
        arguments: &[String],
        judge: impl FnOnce(i32, String) -> Outcome,
    ) -> Result<Outcome> {
        let site = module.readers.as_ref().unwrap_or(&module.site);
        let mut command = self.command(program, module, site);
        command.args(arguments).env(PATH, path(module)?);
        let run = process::run(&mut command, self.limit, self.temporary);
        let name = program.file_name().unwrap_or_default().to_string_lossy();
        Ok(Outcome::of(&name, self.limit, run, judge))
    }

    /// A program in the folder of a module, with the environment of the module's Go, and without that of the hook.
    fn command(&self, program: &Path, module: &Module, site: &Site) -> Command {
        let folder = site.place.folder(&module.folder);
        let mut command = Command::new(program);
        apply(&module.go.changes, &mut command);
        self.commit.git.leave(&mut command);
        // The go command takes the spelling of the folder from it.
        command.env(env::PWD, &folder).current_dir(&folder);
        if let Some(workspace) = &site.workspace {
            command.env(GOWORK, workspace);
        }
        command
    }
}

/// PATH for a program that calls `go` by its name: the module's Go comes first.
fn path(module: &Module) -> Result<OsString> {
    let own = module.go.path.parent().map(Path::to_owned);
    let inherited = env::os(PATH);
    let entries = own.into_iter().chain(inherited.iter().flat_map(std::env::split_paths));
    let unwritable = |error| Error::new(Kind::Store, "could not build PATH for the tools").because(error);
    std::env::join_paths(entries).map_err(unwritable)
}

//! The checks that build programs by the Go that is selected here: one that runs, one with C in it, and one for each of
//! three other platforms. What they write is in a private folder, but for the user's own build cache.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::build::family;
use super::cgo::Cgo;
use super::check::{Area, Check, Finding, State};
use super::executable;
use super::facts::Facts;
use crate::fs::read;
use crate::go::platform::Platform;
use crate::go::version::Version;
use crate::os::child::{self, Ended, Unended};
use crate::os::mount::Noexec;
use crate::select::call::Call;
use crate::select::exec::apply;
use crate::select::exec::{self, Program};
use crate::select::process::Changes;
use crate::select::selection::Go;
use crate::select::{resolve, system};
use crate::text;

pub(super) const CHECKS: &[Check<Facts>] = &[
    Check { id: "cgo-build", area: Area::Build, run: |facts| either(cgo(facts)) },
    Check { id: "build-hello", area: Area::Build, run: |facts| either(hello(facts)) },
    Check { id: "build-cross", area: Area::Build, run: |facts| either(cross(facts)) },
];

/// The longest wait for one build: the first for a platform compiles the runtime, which takes 40 s on two processors
/// that are busy otherwise.
const LIMIT: Duration = Duration::from_secs(120);
/// The length of the longest line of Go that is shown.
const LONGEST: usize = 200;
/// The largest program that is read, in bytes; a small one of Go has about 2 MB.
const MAX_PROGRAM: usize = 64 << 20;
/// The platforms that programs are built for, and the first version of Go that builds for each without more.
const CROSS: [(&str, &str, &str); 3] =
    [("windows", "amd64", "1.5"), ("darwin", "arm64", "1.16"), ("linux", "arm64", "1.5")];

/// It imports only what each program has in it anyway: on two idle processors its first build for a platform takes 4 s,
/// where one with `fmt` takes 12 s.
const HELLO: &str = "package main

import \"runtime\"

func main() { println(\"hello\", runtime.GOOS+\"/\"+runtime.GOARCH, runtime.Version()) }
";
const WITH_C: &str = "package main

// #include <stdlib.h>
import \"C\"

func main() { C.free(C.malloc(1)) }
";

/// The finding on either side: of a build that worked, or of what kept it from that.
fn either(finding: Result<Finding, Finding>) -> Finding {
    finding.unwrap_or_else(|finding| finding)
}

/// The Go that is selected here, with a folder to work in.
struct Trial {
    folder: TempDir,
    go: PathBuf,
    /// The changes to the environment that the shim would make.
    changes: Changes,
    /// What `go version` says, `go1.22.4`; `None` for a Go without a VERSION file.
    name: Option<String>,
    /// The command that builds the toolchain anew where it is not as it was installed; `None` for a Go of others.
    rebuild: Option<String>,
}

impl Trial {
    /// Writes the program. The finding on the other side is that of a check that is not possible.
    fn of(program: &str, facts: &Facts) -> Result<Self, Finding> {
        let skipped = || Finding::skipped("no Go is selected here that is installed");
        let selection = resolve::select(&facts.world, &Call::new("go", &[])).map_err(|_| skipped())?;
        let go = selection.go().ok_or_else(skipped)?;
        let call = Program { argv0: OsStr::new("go"), tool: "go", launcher: false };
        let (path, changes) = exec::tool(&facts.world, go, &selection, call).map_err(|_| skipped())?;
        let rebuild = match go {
            Go::Toolchain(toolchain) if toolchain.version().is_some() => {
                let request = toolchain.name.request().quoted();
                Some(format!("gox verify {request} || gox install --force {request}"))
            }
            _ => None,
        };
        let name = go.goroot().and_then(|goroot| system::version(&goroot));
        let folder = folder(program)?;
        Ok(Trial { folder, go: path, changes, name, rebuild })
    }

    /// The version of the Go; `None` if it is not one of a release.
    fn version(&self) -> Option<Version> {
        Version::parse(self.name.as_deref()?.strip_prefix("go")?)
    }

    fn is_at_least(&self, version: &str) -> bool {
        self.version().is_none_or(|own| Version::parse(version).is_some_and(|version| own >= version))
    }

    /// The go command for a platform, with or without cgo. The user's own settings stay, but for those that would make
    /// it another build: a variable that is set comes before the file of `go env -w`.
    fn command(&self, arguments: &[&str], os: &str, arch: &str, cgo: Option<&str>) -> Command {
        let mut command = child::command(&self.go);
        command.args(arguments).arg("main.go").current_dir(self.folder.path());
        apply(&self.changes, &mut command);
        // Without the path of the folder in it the second program is the first one's copy in the cache.
        let flags = match () {
            () if self.is_at_least("1.18") => "-trimpath -buildvcs=false",
            () if self.is_at_least("1.13") => "-trimpath",
            () => "-buildmode=default",
        };
        command.envs([("GOFLAGS", flags), ("GOWORK", "off"), ("GOOS", os), ("GOARCH", arch)]);
        command.envs(cgo.map(|value| ("CGO_ENABLED", value)));
        command
    }

    /// Runs the go command; the finding on the other side is that of a build that failed.
    fn run(&self, arguments: &[&str], os: &str, arch: &str, cgo: Option<&str>) -> Result<Ended, Finding> {
        match child::run(&mut self.command(arguments, os, arch, cgo), "", LIMIT) {
            Ok(ended) if ended.status.success() => Ok(ended),
            Ok(ended) => Err(self.failed(&text::excerpt_of(ended.first_line(), LONGEST))),
            Err(Unended::NotStarted(error)) => {
                let seen = format!("`{}` does not start: {}", text::path(&self.go), text::cause(&error));
                Err(self.failed(&seen))
            }
            Err(Unended::Killed) => {
                let seen = format!("the build did not end within {} s", LIMIT.as_secs());
                let why = "whether it works cannot be told; a second try goes on where this one ended";
                Err(Finding::new(State::Warning, seen, why).mend("gox doctor --deep"))
            }
        }
    }

    /// The finding for a build that failed, with an explanation where the reason is a common one.
    fn failed(&self, seen: &str) -> Finding {
        let failed = |why| Finding::new(State::Failed, seen, why);
        let temporary = std::env::temp_dir();
        let says = |words: &[&str]| words.iter().any(|word| seen.to_lowercase().contains(word));
        if says(&["no space left", "disk quota"]) {
            return failed("the disk is full: Go needs some 200 MB for its cache and for a build")
                .mend("gox prune --dry-run");
        }
        if says(&["permission denied"]) && Noexec::of(&temporary).is_ok_and(|noexec| noexec.is_some()) {
            let why = "`go run` and `go test` start programs in the folder for temporary files, which is mounted with \
                       `noexec`";
            return failed(why).mend("mkdir -p ~/tmp && go env -w GOTMPDIR=\"$HOME/tmp\"");
        }
        let why = if says(&["exec format error"]) {
            "a program of this Go is made for another machine"
        } else {
            "the Go that is selected here cannot build a program of one line"
        };
        match &self.rebuild {
            Some(command) => failed(why).mend(command),
            None => failed(why),
        }
    }
}

/// A folder with a program in it, where Go keeps its temporary files.
fn folder(program: &str) -> Result<TempDir, Finding> {
    let folder = TempDir::with_prefix("gox-doctor-");
    let written =
        folder.and_then(|folder| std::fs::write(folder.path().join("main.go"), program).map(|()| folder));
    written.map_err(|error| {
        let temporary = std::env::temp_dir();
        let seen = format!("`{}` cannot be written: {}", text::path(&temporary), text::cause(&error));
        let mend = format!("ls -ld {}", text::quoted_path(&temporary));
        Finding::new(State::Failed, seen, "Go builds in that folder").mend(mend)
    })
}

fn hello(facts: &Facts) -> Result<Finding, Finding> {
    let trial = Trial::of(HELLO, facts)?;
    let Platform { os, arch } = Platform::HOST;
    let start = Instant::now();
    let ended = trial.run(&["run"], os, arch, None)?;
    // Experiments follow the version of a release, and a development tree has a version of its own.
    let version = trial.name.as_deref().filter(|_| trial.version().is_some()).unwrap_or_default();
    let expected = format!("hello {os}/{arch} {version}");
    let Some(line) = ended.lines().find(|line| line.starts_with(&expected)) else {
        let line = text::excerpt(ended.first_line());
        return Err(trial.failed(&format!("the program printed `{line}`, and not `{expected}`")));
    };
    Ok(Finding::ok(format!("`{}`, in {}", text::excerpt(line), text::duration(start.elapsed()))))
}

fn cgo(facts: &Facts) -> Result<Finding, Finding> {
    let cgo = Cgo::of(facts);
    if !cgo.is_on || cgo.program.is_none() {
        return Err(Finding::skipped("cgo is off, or has no compiler"));
    }
    let trial = Trial::of(WITH_C, facts)?;
    let Platform { os, arch } = Platform::HOST;
    let start = Instant::now();
    let ran = trial.run(&["run"], os, arch, Some("1"));
    // Without a better explanation: what is missing is most often of C, and `build-hello` says whether Go is whole.
    ran.map_err(|finding| {
        let is_explained = finding.mend.is_some() && finding.mend != trial.rebuild;
        if is_explained { finding } else { finding.mend(family(facts).installation_of_c()) }
    })?;
    Ok(Finding::ok(format!("a program with C in it runs, in {}", text::duration(start.elapsed()))))
}

fn cross(facts: &Facts) -> Result<Finding, Finding> {
    let trial = Trial::of(HELLO, facts)?;
    let mut built = Vec::new();
    for (os, arch, _) in CROSS.into_iter().filter(|(_, _, first)| trial.is_at_least(first)) {
        let name = format!("{os}/{arch}");
        trial
            .run(&["build", "-o", "program"], os, arch, Some("0"))
            .map_err(|finding| Finding { seen: format!("{name}: {}", finding.seen), ..finding })?;
        let program =
            read::read_at_most(&trial.folder.path().join("program"), MAX_PROGRAM).unwrap_or_default();
        if let Some(wrong) = executable::wrong(&program, os, arch) {
            let executable::Wrong { field, is, should_be } = wrong;
            return Err(trial
                .failed(&format!("{name}: the {field} of the program is {is}, and should be {should_be}")));
        }
        built.push(name);
    }
    Ok(Finding::ok(built.join(", ")))
}

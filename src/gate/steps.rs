//! The steps after `format`: each runs a tool in each module that has changes, and judges what it says.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::bench::{Bench, Module, Site};
use super::commit::is_vendored;
use super::located::Located;
use super::outcome::{Outcome, State};
use super::process::End;
use super::reading::{Reading, is_ignored};
use super::view::{Place, is_sum};
use crate::env::Environment;
use crate::error::{Error, Kind, Result};
use crate::fs::program;
use crate::fs::read::read_quietly;

/// The first version that vets a package with cgo by `-trimpath`. The build cache of older ones leads them to a file of
/// the copy of an earlier run, which is not there any more.
const FIRST_TO_TRIM: &str = "1.26rc1";
/// The first version with `go mod tidy -diff` (Go 1.23 release notes).
const FIRST_WITH_DIFF: &str = "1.23rc1";
/// What the go command says for a module that it lacks and may not fetch.
const NO_NETWORK: &str = "module lookup disabled by GOPROXY=off";
const NOT_CACHED: &str = "the module cache lacks modules; `go mod tidy` fetches them";
/// Variables for a `go mod tidy -diff` that asks nobody. The checksum database is not needed: nothing is written.
const OFFLINE: [(&str, &str); 2] = [("GOPROXY", "off"), ("GOSUMDB", "off")];
/// Why a module is skipped that has no Go file yet, or none for this platform.
const NO_PACKAGE: &str = "no package for this platform is here";

/// `go vet`, which also finds what does not compile.
pub(super) fn vet(bench: &Bench<'_>) -> Result<Outcome> {
    let outcome = bench.each(|module| {
        // The copy has a new path each time: without the flag, the build cache would never hit.
        let is_trimmed = bench.is_copied(module) && module.go.is_at_least(FIRST_TO_TRIM);
        let trimmed: &[&str] = if is_trimmed { &["-trimpath"] } else { &[] };
        Ok(bench.go(module, "vet", &[trimmed, &["./..."]].concat(), &[], |code, printed| match code {
            0 => Outcome::ok(),
            1 if has_no_package("vet", &printed) => Outcome::skipped(NO_PACKAGE),
            1 => Outcome::found(located(module, &printed)),
            _ => Outcome::strange("go vet", code, printed),
        }))
    })?;
    Ok(with_unstaged_sums(outcome, bench))
}

/// What was found may be mended in the working tree, and not staged.
fn with_unstaged_sums(mut outcome: Outcome, bench: &Bench<'_>) -> Outcome {
    let sums: Vec<PathBuf> = bench.differing.iter().filter(|path| is_sum(path)).cloned().collect();
    if outcome.state == State::Found && bench.commit.is_staged() && !sums.is_empty() {
        outcome.hint = Some(bench.differ(&sums));
    }
    outcome
}

/// Whether `go vet` or `go test` ended because `./...` matches nothing (Go source `cmd/go/internal`, `vet` and `test`).
fn has_no_package(command: &str, printed: &str) -> bool {
    printed.lines().last() == Some(&format!("no packages to {command}"))
}

/// `go mod tidy -diff`, without the network: what it lacks it cannot judge.
pub(super) fn tidy(bench: &Bench<'_>) -> Result<Outcome> {
    let decides = |path: &Path| is_sum(path) || is_go(bench, path);
    let mut outcome = bench.each(|module| {
        if !bench.commit.changes_in(&module.folder).any(|change| decides(&change.path)) {
            return Ok(Outcome::skipped("neither imports nor go.mod can have changed"));
        }
        if !module.go.is_at_least(FIRST_WITH_DIFF) {
            return Ok(Outcome::skipped("needs Go 1.23 or newer"));
        }
        Ok(bench.go(module, "mod tidy", &["-diff"], &OFFLINE, |code, printed| match code {
            0 => Outcome::ok(),
            1 if printed.contains(NO_NETWORK) => Outcome::skipped(NOT_CACHED),
            1 => Outcome::found(from_top(&module.folder, &located(module, &printed))),
            _ => Outcome::strange("go mod tidy", code, printed),
        }))
    })?;
    outcome.hint = tidied(&outcome, bench);
    Ok(if outcome.hint.is_some() { outcome } else { with_unstaged_sums(outcome, bench) })
}

/// How to mend the files of which `go mod tidy -diff` printed a diff.
fn tidied(outcome: &Outcome, bench: &Bench<'_>) -> Option<String> {
    let parts: Vec<_> = outcome.findings.split("diff current/").skip(1).filter_map(Part::of).collect();
    // The name of a folder that is not UTF-8 is printed as another.
    let is_named = |path: &&Path| path.parent().is_some_and(|folder| bench.commit.is_module(folder));
    let found: Vec<PathBuf> =
        parts.iter().map(|part| part.path).filter(is_named).map(Path::to_owned).collect();
    if found.is_empty() {
        return None;
    }
    if parts.iter().all(|part| part.is_in_tree(bench)) {
        return Some(bench.mended("tidy", &found));
    }
    let hint = kept_back(&folders(&found), outcome, bench);
    Some(hint.unwrap_or_else(|| {
        bench.mend("tidy", &found, false, |found| {
            let command = |folder| match &*bench.words(&[folder]) {
                "." => "go mod tidy".to_owned(),
                word => format!("go -C {word} mod tidy"),
            };
            folders(found).into_iter().map(command).collect::<Vec<_>>().join(" && ")
        })
    }))
}

/// The hint where `go mod tidy` in the working tree of these modules would write another go.mod than the commit needs,
/// or leave in it what the user keeps back.
fn kept_back(folders: &BTreeSet<&Path>, outcome: &Outcome, bench: &Bench<'_>) -> Option<String> {
    let is_inside = |path: &&PathBuf| bench.commit.module_of(path).is_some_and(|it| folders.contains(it));
    let inside: Vec<PathBuf> = bench.differing.iter().filter(is_inside).cloned().collect();
    let mut modules = bench.modules.iter().filter(|module| folders.contains(&*module.folder));
    let finds_the_same = |module| finds_in_tree(bench, module, &outcome.findings);
    let is_right =
        bench.differing.is_empty() || !inside.iter().any(|path| is_sum(path)) && modules.all(finds_the_same);
    // If nothing differs inside, something does in a folder that `replace` names.
    (!is_right).then(|| bench.differ(if inside.is_empty() { &bench.differing } else { &inside }))
}

fn folders(paths: &[PathBuf]) -> BTreeSet<&Path> {
    paths.iter().filter_map(|path| path.parent()).collect()
}

/// Whether `go mod tidy -diff` finds in the working tree of a module what is among the findings.
fn finds_in_tree(bench: &Bench<'_>, module: &Module, findings: &str) -> bool {
    let place = Place { root: bench.commit.git.top().to_owned(), overlay: None, staged: PathBuf::new() };
    let site = Site { place, workspace: None };
    let run = bench.run_go(module, &site, "mod tidy", &["-diff"], &OFFLINE);
    run.is_ok_and(|(end, diff)| end == End::Code(1) && findings.contains(&from_top(&module.folder, &diff)))
}

/// The part of a diff for one file.
struct Part<'a> {
    path: &'a Path,
    lines: Vec<&'a str>,
}

impl<'a> Part<'a> {
    /// From the text behind `diff current/`.
    fn of(text: &'a str) -> Option<Self> {
        let mut lines = text.lines();
        let (path, _) = lines.next()?.split_once(" tidy/")?;
        // Behind the lines `--- current/…` and `+++ tidy/…`.
        Some(Part { path: Path::new(path), lines: lines.skip(2).collect() })
    }

    /// Whether the working tree has the file as the diff makes it of the committed one. Where lines are does not
    /// matter in go.mod and go.sum.
    fn is_in_tree(&self, bench: &Bench<'_>) -> bool {
        let tree = read_quietly(&bench.commit.git.top().join(self.path)).unwrap_or_default();
        let committed = bench.commit.git.staged(&self.path.to_string_lossy());
        let committed = String::from_utf8_lossy(&committed.unwrap_or_default()).into_owned();
        let signed = |sign| self.lines.iter().filter_map(move |line| line.strip_prefix(sign));
        let mut is: Vec<&str> = tree.lines().chain(signed('-')).collect();
        let mut should_be: Vec<&str> = committed.lines().chain(signed('+')).collect();
        is.sort_unstable();
        should_be.sort_unstable();
        is == should_be
    }
}

/// golangci-lint, which reads the files itself.
pub(super) fn lint(bench: &Bench<'_>) -> Result<Outcome> {
    bench.each(|module| {
        if !bench.commit.is_linted(&module.folder) {
            return Ok(Outcome::skipped("there is no `.golangci.yml`"));
        }
        // A configuration may have it mend what it finds, in the files.
        let mut arguments = ["run", "--issues-exit-code=1", "--fix=false"].map(str::to_owned).to_vec();
        if let Some(patch) = patch(bench, module)? {
            arguments.push(format!("--new-from-patch={}", patch.display()));
        }
        on_path(bench, module, "golangci-lint", &arguments, |code, printed| match code {
            0 => Outcome::ok(),
            1 => Outcome::found(printed),
            // pkg/exitcodes of golangci-lint.
            5 => Outcome::skipped("golangci-lint found no Go files"),
            _ => Outcome::strange("golangci-lint", code, printed),
        })
    })
}

/// `go test` of the packages that changed.
pub(super) fn test(bench: &Bench<'_>) -> Result<Outcome> {
    bench.each(|module| {
        let packages = packages(bench, module);
        if packages.is_empty() {
            return Ok(Outcome::skipped("no package for this platform has changes"));
        }
        let packages: Vec<&str> = packages.iter().map(String::as_str).collect();
        let mut outcome = bench.go(module, "test", &packages, &[], |code, printed| match code {
            0 => Outcome::ok(),
            1 if has_no_package("test", &printed) => Outcome::skipped(NO_PACKAGE),
            1 => Outcome::found(located(module, &printed)),
            _ => Outcome::strange("go test", code, printed),
        });
        let is_other = module.site.place.overlay.is_some() || bench.has_other_data;
        if is_other && !bench.is_copied(module) && outcome.why.is_empty() {
            outcome.why.push_str("data files are those of the working tree");
        }
        Ok(outcome)
    })
}

/// `govulncheck`, which reads the files itself.
pub(super) fn vuln(bench: &Bench<'_>) -> Result<Outcome> {
    bench.each(|module| {
        on_path(bench, module, "govulncheck", &["./...".to_owned()], |code, printed| match code {
            0 => Outcome::ok(),
            3 => Outcome::found(printed),
            _ => Outcome::strange("govulncheck", code, printed),
        })
    })
}

/// Runs a tool that is on PATH, and reads files itself.
fn on_path(
    bench: &Bench<'_>,
    module: &Module,
    name: &str,
    arguments: &[String],
    judge: impl FnOnce(i32, String) -> Outcome,
) -> Result<Outcome> {
    match program::on_path(name, &Environment::Process) {
        Some(program) => bench.reader(module, &program, arguments, judge),
        None => Ok(Outcome::failed(Kind::NotThere, format!("`{name}` is not on PATH"), "")),
    }
}

fn is_go(bench: &Bench<'_>, path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "go") && bench.commit.reading(path) != Reading::Never
}

/// A file with what changed in a module, with paths below its folder; `None` if everything counts as changed.
fn patch(bench: &Bench<'_>, module: &Module) -> Result<Option<PathBuf>> {
    let Some(range) = &bench.commit.range else { return Ok(None) };
    let relative = format!("--relative={}", module.folder.join("").display());
    let mut words = vec!["diff", range, "--no-renames", "--no-color", "--no-ext-diff", "--no-textconv"];
    words.extend(["--src-prefix=a/", "--dst-prefix=b/", "--ignore-submodules"]);
    if !module.folder.as_os_str().is_empty() {
        words.push(&relative);
    }
    let changes = bench.commit.git.ask(words)?;
    let mut file =
        tempfile::Builder::new().suffix(".patch").tempfile_in(bench.temporary).map_err(unwritten)?;
    std::io::Write::write_all(&mut file, &changes).map_err(unwritten)?;
    let (_, path) = file.keep().map_err(|error| unwritten(error.error))?;
    Ok(Some(path))
}

fn unwritten(error: std::io::Error) -> Error {
    Error::unwritable("could not write what changed", error)
}

/// The packages of a module to test: those in the folders of its changed Go files, or all where something else changed
/// that they depend on. What is for another platform, or for none, is no package here.
fn packages(bench: &Bench<'_>, module: &Module) -> Vec<String> {
    let mut folders = BTreeSet::new();
    for change in bench.commit.changes_in(&module.folder) {
        let folder = change.path.parent().and_then(|folder| folder.strip_prefix(&module.folder).ok());
        let is_of_others = is_ignored(&change.path) || is_vendored(&change.path);
        match folder {
            Some(folder) if !change.is_deleted && is_go(bench, &change.path) && !is_of_others => {
                folders.insert(folder.to_owned());
            }
            _ => return vec!["./...".to_owned()],
        }
    }
    if folders.is_empty() {
        return vec!["./...".to_owned()];
    }
    if let Some(packages) = bench.packages(module) {
        folders.retain(|folder| packages.contains(folder));
    }
    folders.iter().map(|folder| format!("./{}", folder.display())).collect()
}

/// What a Go printed, with paths below the top.
fn located(module: &Module, printed: &str) -> String {
    let place = &module.site.place;
    let workspace = module.site.workspace.as_ref().map(Path::new).filter(|file| file.is_absolute());
    let tops = [Some(place.root.as_path()), Some(&place.staged), workspace.and_then(Path::parent)];
    let tops = tops.into_iter().flatten().collect();
    Located { folder: place.folder(&module.folder), tops }.text(printed)
}

/// The diff of a module in `folder` as one that applies at the top: `current/sub/go.mod`.
fn from_top(folder: &Path, diff: &str) -> String {
    let folder = folder.join("").display().to_string();
    let is_head = |line: &str| ["diff ", "--- ", "+++ "].iter().any(|head| line.starts_with(head));
    let line = |line: &str| {
        if !is_head(line) {
            return line.to_owned();
        }
        ["current/", "tidy/"]
            .iter()
            .fold(line.to_owned(), |line, side| line.replace(side, &format!("{side}{folder}")))
    };
    diff.split_inclusive('\n').map(line).collect()
}

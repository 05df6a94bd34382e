//! The step `format`: gofmt on the changed files as they are in the commit.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::bench::{Bench, Find};
use super::commit::{Change, Commit, is_vendored};
use super::outcome::Outcome;
use super::process;
use super::reading::is_ignored;
use super::view::View;
use crate::error::{Error, Result};
use crate::fs::read::read_quietly;

/// How many files one gofmt is given: a system limits the length of a command line.
const AT_ONCE: usize = 500;
/// The exit code of gofmt for a file that is no Go.
const SYNTAX: i32 = 2;

/// The files to look at, by the gofmt for them, and the folder in which they are.
#[derive(Default)]
pub(super) struct Files {
    folder: PathBuf,
    by_gofmt: BTreeMap<PathBuf, Vec<PathBuf>>,
}

/// Writes the files of the commit that are to be formatted into `folder`.
pub(super) fn files(commit: &Commit, view: &mut View<'_>, folder: &Path, find: Find<'_>) -> Result<Files> {
    let wanted: Vec<&Path> =
        commit.changes.iter().filter(|it| is_wanted(it)).map(|it| it.path.as_path()).collect();
    let mut files = Files { folder: folder.join("format"), by_gofmt: BTreeMap::new() };
    if wanted.is_empty() {
        return Ok(files);
    }
    commit.git.check_out(Some(&wanted), &files.folder)?;
    let place = view.for_go(true)?;
    let mut known: BTreeMap<&Path, PathBuf> = BTreeMap::new();
    for path in wanted {
        let file = files.folder.join(path);
        let Some(text) = written_by_hand(&file) else { continue };
        if text.contains("\r\n") {
            take_committed_line_ends(commit, path, &file, &text)?;
        }
        let module = commit.module_of(path).unwrap_or(Path::new(""));
        if !known.contains_key(module) {
            known.insert(module, find("gofmt", &place.folder(module))?.path);
        }
        files.by_gofmt.entry(known[module].clone()).or_default().push(path.to_owned());
    }
    Ok(files)
}

fn is_wanted(change: &Change) -> bool {
    let Change { path, is_deleted } = change;
    !is_deleted
        && !is_ignored(path)
        && !is_vendored(path)
        && path.extension().is_some_and(|ending| ending == "go")
}

/// The text of a regular file that no program wrote: then a line above the package clause would say so
/// (go.dev/s/generatedcode).
fn written_by_hand(file: &Path) -> Option<String> {
    file.symlink_metadata().ok().filter(fs::Metadata::is_file)?;
    let text = read_quietly(file)?;
    let mut above = text.lines().take_while(|line| !line.starts_with("package "));
    let is_generated =
        above.any(|line| line.starts_with("// Code generated ") && line.ends_with(" DO NOT EDIT."));
    (!is_generated).then_some(text)
}

/// Writes the file again as it is committed, if it differs only by the line endings that `eol=crlf` in .gitattributes
/// gives to a checkout, whatever git is set to.
fn take_committed_line_ends(commit: &Commit, path: &Path, file: &Path, text: &str) -> Result<()> {
    let Some(path) = path.to_str() else { return Ok(()) };
    let committed = commit.git.staged(path)?;
    if String::from_utf8_lossy(&committed).replace('\n', "\r\n") == text {
        fs::write(file, committed)
            .map_err(|error| Error::unwritable("could not write what changed", error))?;
    }
    Ok(())
}

/// Runs gofmt.
pub(super) fn run(bench: &Bench<'_>, files: &Files) -> Outcome {
    let mut outcome: Option<Outcome> = None;
    for (gofmt, paths) in &files.by_gofmt {
        for paths in paths.chunks(AT_ONCE) {
            let run =
                process::run(&mut command(gofmt, "-l", paths, bench, files), bench.limit, bench.temporary);
            let next = Outcome::of("gofmt", bench.limit, run, judge);
            outcome = outcome.map(|before| before.and(&next)).or(Some(next));
        }
    }
    let Some(mut outcome) = outcome else { return Outcome::skipped("no Go file has changes") };
    outcome.hint = formatted(&outcome, bench, files);
    outcome
}

/// gofmt with an option for these files.
fn command(gofmt: &Path, option: &str, paths: &[PathBuf], bench: &Bench<'_>, files: &Files) -> Command {
    let mut command = Command::new(gofmt);
    bench.commit.git.leave(&mut command);
    command.arg(option).args(paths.iter().map(|path| Path::new(".").join(path)));
    command.current_dir(&files.folder);
    command
}

/// The command that mends the files found. In the working tree they may be formatted already, because the user ran
/// `gofmt -w` after `git add`; or have changes that are not staged; or not be there.
fn formatted(outcome: &Outcome, bench: &Bench<'_>, files: &Files) -> Option<String> {
    let found: BTreeSet<&Path> = outcome.findings.lines().map(Path::new).collect();
    let in_tree = |path: &PathBuf| read_quietly(&bench.commit.git.top().join(path));
    let is_as_in_tree = |path: &PathBuf| {
        let (tree, file) = (in_tree(path), files.folder.join(path));
        let has_ends_of_checkout = || tree.as_ref().is_some_and(|tree| tree.contains("\r\n"));
        tree == read_quietly(&file) || (has_ends_of_checkout() && is_committed_as(bench.commit, path, &file))
    };
    let (mut mendable, mut is_formatted, mut has_more) = (Vec::new(), true, false);
    for (gofmt, paths) in &files.by_gofmt {
        let paths = paths.iter().filter(|path| found.contains(path.as_path()) && in_tree(path).is_some());
        let (same, other): (Vec<PathBuf>, Vec<PathBuf>) = paths.cloned().partition(is_as_in_tree);
        for paths in other.chunks(AT_ONCE) {
            // The files are those in the temporary folder. What fails leaves them as they are committed.
            let _ =
                process::run(&mut command(gofmt, "-w", paths, bench, files), bench.limit, bench.temporary);
        }
        is_formatted &= same.is_empty();
        has_more |= !other.iter().all(is_as_in_tree);
        mendable.extend(same.into_iter().chain(other));
    }
    mendable.sort();
    match mendable[..] {
        [] => None,
        _ if is_formatted && !has_more => Some(bench.mended("formatted", &mendable)),
        _ => Some(
            bench.mend("format", &mendable, has_more, |paths| format!("gofmt -w {}", bench.words(paths))),
        ),
    }
}

/// Whether git, which converts line endings, would commit the bytes of `file` for a file of the working tree.
fn is_committed_as(commit: &Commit, path: &Path, file: &Path) -> bool {
    let (Some(path), Some(file)) = (path.to_str(), file.to_str()) else { return false };
    let hash = |words: &[&str]| commit.git.ask(["hash-object"].into_iter().chain(words.iter().copied())).ok();
    let hashes = [hash(&["--", path]), hash(&["--no-filters", "--", file])];
    hashes[0].is_some() && hashes[0] == hashes[1]
}

/// gofmt prints a line for each file, and for each error of syntax, and its code says nothing of the former.
fn judge(code: i32, printed: String) -> Outcome {
    match code {
        0 if printed.is_empty() => Outcome::ok(),
        0 | SYNTAX => Outcome::found(
            printed.lines().map(|line| line.trim_start_matches("./").to_owned() + "\n").collect::<String>(),
        ),
        _ => Outcome::strange("gofmt", code, printed),
    }
}

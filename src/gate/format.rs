//! The step `format`: gofmt on the changed files as they are in the commit.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::bench::{Bench, Find};
use super::commit::{Change, Commit, is_vendored};
use super::outcome::Outcome;
use super::process;
use super::view::View;
use crate::error::Result;
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
    for path in wanted.into_iter().filter(|path| !is_generated(&files.folder.join(path))) {
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
    let is_data = path.iter().any(|part| part == "testdata") || is_vendored(path);
    !is_deleted && !is_data && path.extension().is_some_and(|ending| ending == "go")
}

/// Whether a program wrote the file: a line above the package clause says so (go.dev/s/generatedcode). What is no
/// regular file is passed over, too.
fn is_generated(file: &Path) -> bool {
    let Some(text) =
        file.symlink_metadata().ok().filter(fs::Metadata::is_file).and_then(|_| read_quietly(file))
    else {
        return true;
    };
    let mut above = text.lines().take_while(|line| !line.starts_with("package "));
    above.any(|line| line.starts_with("// Code generated ") && line.ends_with(" DO NOT EDIT."))
}

/// Runs gofmt.
pub(super) fn run(bench: &Bench<'_>, files: &Files) -> Outcome {
    let mut outcome: Option<Outcome> = None;
    for (gofmt, paths) in &files.by_gofmt {
        for paths in paths.chunks(AT_ONCE) {
            let mut command = Command::new(gofmt);
            bench.commit.git.leave(&mut command);
            command
                .arg("-l")
                .args(paths.iter().map(|path| Path::new(".").join(path)))
                .current_dir(&files.folder);
            let run = process::run(&mut command, bench.limit, bench.temporary);
            let next = Outcome::of("gofmt", bench.limit, run, judge);
            outcome = outcome.map(|before| before.and(&next)).or(Some(next));
        }
    }
    outcome.unwrap_or_else(|| Outcome::skipped("no Go file has changes"))
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

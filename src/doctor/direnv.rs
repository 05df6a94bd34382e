//! The check of direnv: whether it loads the `.envrc` of this directory, and what that leaves behind.

use std::path::{Path, PathBuf};

use super::check::{Area, Check, Finding, State};
use super::facts::Facts;
use super::line;
use crate::env::DIRENV_DIR;
use crate::fs::program::on_path;
use crate::fs::read;
use crate::os::child;
use crate::select::directory;
use crate::setup::foreign::MAX_TEXT;
use crate::setup::shell::Shell;
use crate::setup::{direnv::hook_line, lines, places};
use crate::text;

pub(super) const CHECKS: &[Check<Facts>] = &[Check { id: "direnv", area: Area::Environment, run: direnv }];

/// How direnv says that it loads a file: `true` up to 2.32, later a number.
const ALLOWED: [&str; 2] = ["true", "0"];

fn direnv(facts: &Facts) -> Finding {
    let here = directory::current(&facts.world).unwrap_or_default();
    let file = here.ancestors().map(|folder| folder.join(".envrc")).find(|file| file.is_file());
    let Some(file) = file else { return Finding::skipped("no `.envrc` is here") };
    let Some(direnv) = on_path("direnv", facts.environment()) else {
        return Finding::skipped("`direnv` is not on PATH");
    };
    let Ok(ended) = child::run(child::command(direnv).arg("status"), "", facts.limit()) else {
        return Finding::skipped("`direnv` did not answer");
    };
    let (shown, quoted) = (text::path(&file), text::quoted_path(&file));
    if let Some(number) = line_with(&file, &["go", "env", "-w"]) {
        let seen = format!("line {number} of `{shown}` has `go env -w`");
        let why = "that holds in every shell and every project, and stays when this directory is left";
        let export = line::edit("s/go  *env  *-w/export/", &file);
        return Finding::new(State::Warning, seen, why).mend(format!("{export} && direnv allow {quoted}"));
    }
    let says = |what| ended.lines().find_map(|line| line.strip_prefix(what));
    let folder = Path::new(says("DIRENV_CONFIG ").unwrap_or_default());
    if let Some(number) = line_with(&file, &["use", "gox"])
        && !knows_gox(folder, &file, facts)
    {
        let seen = format!("line {number} of `{shown}` has `use gox`, which direnv does not know");
        let why = "direnv passes over it, and another Go runs here";
        return Finding::new(State::Warning, seen, why).mend("gox setup direnv");
    }
    match says("Found RC allowed ") {
        Some(word) if ALLOWED.contains(&word) => {
            unhooked(facts, &shown).unwrap_or_else(|| Finding::ok(format!("`{shown}` is allowed")))
        }
        Some(_) => {
            let seen = format!("`{shown}` is not allowed");
            let why = "direnv loads nothing of it, so what it sets for Go does not hold here";
            Finding::new(State::Note, seen, why).mend(format!("direnv allow {quoted}"))
        }
        None => Finding::skipped(format!("`direnv` says nothing of `{shown}`")),
    }
}

/// The finding for a shell that does not call direnv; `None` where it does, or cannot be asked.
fn unhooked(facts: &Facts, shown: &str) -> Option<Finding> {
    // Some shells load the line of direnv only after their start.
    if facts.environment().os(DIRENV_DIR).is_some() {
        return None;
    }
    let shell = Shell::of_user()?;
    let hook = hook_line(shell)?;
    facts.shell().ok().filter(|answer| !answer.has_direnv)?;
    let seen = format!("{} does not call direnv, so `{shown}` is never loaded", shell.word());
    let why = "what it sets for Go does not hold here";
    let mend = line::addition(hook, &places::interactive(shell).ok()?);
    Some(Finding::new(State::Note, seen, why).mend(mend))
}

/// Whether the word `use gox` is defined in the file itself or in those that direnv reads before it.
fn knows_gox(folder: &Path, file: &Path, facts: &Facts) -> bool {
    let old = facts.environment().user_home().map(|user| user.join(".direnvrc"));
    let files =
        places::entries(&folder.join("lib")).into_iter().chain([folder.join("direnvrc"), file.into()]);
    let defines =
        |file: PathBuf| read::read_beginning(&file, MAX_TEXT).is_some_and(|text| text.contains("use_gox"));
    files.chain(old).any(defines)
}

/// The number of the first line in which these words come one after the other.
fn line_with(file: &Path, words: &[&str]) -> Option<usize> {
    let content = read::read_beginning(file, MAX_TEXT)?;
    let has = |line: &str| lines::words(line).windows(words.len()).any(|part| part == words);
    Some(content.lines().position(has)? + 1)
}

//! Names of tests, benchmarks and fuzz targets.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use crate::fs::read;

/// How many bytes of test files are read, in 3 milliseconds or less. The packages that have more are few.
const MOST: usize = 2 << 20;

/// The functions in the test files of these folders whose names begin with one of `kinds`, such as `Test`.
pub(super) fn named(folders: &[PathBuf], kinds: &[&str]) -> BTreeSet<String> {
    let entries = folders.iter().filter_map(|folder| fs::read_dir(folder).ok()).flatten().flatten();
    let files = entries.filter(|entry| entry.file_name().to_string_lossy().ends_with("_test.go"));
    let mut names = BTreeSet::new();
    let mut left = MOST;
    for file in files {
        if left == 0 {
            break;
        }
        let Ok(text) = read::read_at_most(&file.path(), left) else { continue };
        names.extend(in_text(&text, kinds));
        left = left.saturating_sub(text.len());
    }
    names
}

/// The names in the lines `func TestName(` of a file, by the rule of `go help testfunc`.
fn in_text(text: &[u8], kinds: &[&str]) -> Vec<String> {
    let lines = text.split(|byte| *byte == b'\n').filter_map(|line| line.strip_prefix(b"func "));
    let functions = lines.filter_map(|line| std::str::from_utf8(line).ok()?.split_once('('));
    let fits = functions.filter(|(name, parameters)| {
        // Anything can stand there: the file need not compile, and the shell would take it as it is.
        let is_name = |sign: char| sign.is_alphanumeric() || sign == '_';
        let is_test = |rest: &str| !rest.starts_with(char::is_lowercase) && rest.chars().all(is_name);
        // It sets up the tests, and is none.
        let is_main = *name == "TestMain" && parameters.contains("testing.M");
        !is_main && kinds.iter().any(|kind| name.strip_prefix(kind).is_some_and(is_test))
    });
    fits.map(|(name, _)| name.to_owned()).collect()
}

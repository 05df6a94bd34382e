//! The files by which a step of GitHub Actions hands variables, entries of PATH and outputs to the steps after it. Each
//! step has files of its own, which variables name; Forgejo and Gitea have the same.

use std::fs::{File, OpenOptions};
use std::hash::{BuildHasher, RandomState};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use crate::env::{self, GITHUB_ENV, GITHUB_OUTPUT, GITHUB_PATH};
use crate::error::{Error, Kind, Result};
use crate::fs::read;
use crate::text;

/// Appends to the files of variables, of PATH and of outputs, in this order. All are opened first, so that a step does
/// not fail half done.
pub(super) fn append(texts: [String; 3]) -> Result<()> {
    let files = [GITHUB_ENV, GITHUB_PATH, GITHUB_OUTPUT].map(open);
    for (file, text) in files.into_iter().collect::<Result<Vec<_>>>()?.into_iter().zip(texts) {
        file.append(&text)?;
    }
    Ok(())
}

/// A line that sets a variable or an output, or the lines where the value has some.
pub(super) fn line(name: &str, value: &str) -> String {
    if !value.contains(['\n', '\r']) {
        return format!("{name}={value}\n");
    }
    // Unknown to whoever made the value, so that no line of it ends the value and sets something else.
    let end = format!("gox_{:016x}", RandomState::new().hash_one(name));
    format!("{name}<<{end}\n{value}\n{end}\n")
}

/// An open file, and the variable that names it.
struct Target {
    variable: &'static str,
    path: PathBuf,
    file: File,
}

/// Opens the file that a variable names. It is not created: nobody would read one that the runner has not made.
fn open(variable: &'static str) -> Result<Target> {
    let path = env::os(variable).map(PathBuf::from).ok_or_else(|| {
        Error::new(Kind::Usage, format!("`{variable}` is not set"))
            .hint("`--github` is for a step of GitHub Actions; in any other script: `eval \"$(gox env)\"`")
    })?;
    // A FIFO that nobody reads is an error at once.
    let file = OpenOptions::new().append(true).custom_flags(libc::O_NONBLOCK).open(&path);
    match file {
        Ok(file) => Ok(Target { variable, path, file }),
        Err(cause) => Err(unwritable(variable, &path, cause)),
    }
}

impl Target {
    /// Appends lines, of which the first begins one also where what the step wrote before does not end its last.
    fn append(mut self, text: &str) -> Result<()> {
        let before = match read::read_at_most(&self.path, usize::MAX) {
            Ok(before) => before,
            // A pipe or a device has no earlier line.
            Err(_) if !self.path.is_file() => Vec::new(),
            Err(cause) => return Err(unwritable(self.variable, &self.path, cause)),
        };
        let end = if before.last().is_none_or(|byte| *byte == b'\n') { "" } else { "\n" };
        let written = self.file.write_all(format!("{end}{text}").as_bytes());
        written.map_err(|cause| unwritable(self.variable, &self.path, cause))
    }
}

fn unwritable(variable: &str, path: &Path, cause: io::Error) -> Error {
    Error::store(format!("could not write `{}`, the file of `{variable}`", text::path(path)), cause)
}

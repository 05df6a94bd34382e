//! The commands that mend what was found, for the shell and the folder of the user.

use std::io::{self, IsTerminal};
use std::path::{Component, Path, PathBuf};

use super::bench::Bench;
use crate::env::{self, GIT_EXEC_PATH, GIT_INDEX_FILE, GIT_PREFIX};
use crate::fs::current;
use crate::text;

/// The most files that a command names, so that it fits on a terminal. The next run names the next ones.
const MOST: usize = 20;

impl Bench<'_> {
    /// What to do with files below the top: `verb` them by `command`, and stage or commit them. Where `has_more`, the
    /// working tree has other changes in them, too, and the user picks.
    pub(super) fn mend(
        &self,
        verb: &str,
        paths: &[PathBuf],
        has_more: bool,
        command: impl FnOnce(&[PathBuf]) -> String,
    ) -> String {
        let goal = if self.commit.is_staged() { "stage" } else { "commit" };
        hint(&format!("{verb} and {goal}"), paths, |paths| {
            format!("{} && {}", command(paths), self.take(paths, has_more))
        })
    }

    /// What to do where the files of the working tree are as they should be: `state`.
    pub(super) fn mended(&self, state: &str, paths: &[PathBuf]) -> String {
        let goal = if self.commit.is_staged() { "staged" } else { "committed" };
        let what = format!("{state} in the working tree, but not yet {goal}");
        hint(&what, paths, |paths| self.take(paths, false))
    }

    /// Names the files in which the working tree differs, where no one command is right: the user may keep back what
    /// differs in them.
    pub(super) fn differ(&self, paths: &[PathBuf]) -> String {
        let goal = if self.commit.is_staged() { "staged" } else { "committed" };
        let names = paths.iter().take(MOST).map(|path| format!("`{}`", text::path(path)));
        let names = names.collect::<Vec<_>>().join(", ");
        let rest = if paths.len() > MOST { ", …" } else { "" };
        format!("the working tree and what is {goal} differ in {names}{rest}")
    }

    /// The command that takes files of the working tree into the commit; of a past one into the next.
    fn take(&self, paths: &[PathBuf], has_more: bool) -> String {
        let option = if has_more { "-p " } else { "" };
        let commit = if self.commit.is_staged() { "" } else { " && git commit" };
        format!("git add {option}{}{commit}", self.words(paths))
    }

    /// Files below the top as words of a command.
    pub(super) fn words<P: AsRef<Path>>(&self, paths: &[P]) -> String {
        let folder = self.folder_of_user();
        let word = |path: &P| {
            let word = from(&folder, &self.commit.git.top().join(path)).display().to_string();
            // Otherwise it would be an option, or have a meaning for git.
            let is_plain = !word.starts_with(['-', ':']);
            text::quoted(&if is_plain { word } else { format!("./{word}") })
        };
        paths.iter().map(word).collect::<Vec<_>>().join(" ")
    }

    /// The folder of the user's shell: git runs a hook at the top, and tells where it was called itself. Of `git -C` it
    /// tells the folder behind `-C`, and nothing tells the shell's.
    fn folder_of_user(&self) -> PathBuf {
        let top = self.commit.git.top();
        let here = current::directory().unwrap_or_else(|_| top.to_owned());
        let prefix = env::os(GIT_PREFIX).map(PathBuf::from).filter(|_| here == top && is_hook());
        let is_below = |prefix: &PathBuf| {
            prefix.components().all(|part| matches!(part, Component::Normal(_))) && top.join(prefix).is_dir()
        };
        prefix.filter(is_below).map_or(here, |prefix| top.join(prefix))
    }
}

/// Whether a hook of git runs. In a shell that an alias of git started, git's variables stay, but the user types.
fn is_hook() -> bool {
    env::os(GIT_INDEX_FILE).is_some() || (env::os(GIT_EXEC_PATH).is_some() && !io::stdin().is_terminal())
}

/// The hint with a command for the files, or for the first of them.
fn hint(what: &str, paths: &[PathBuf], command: impl FnOnce(&[PathBuf]) -> String) -> String {
    let first = &paths[..paths.len().min(MOST)];
    let of = if first.len() < paths.len() { format!(", {MOST} of {}", paths.len()) } else { String::new() };
    format!("{what}{of}: `{}`", command(first))
}

/// The path from a folder to another path, both absolute; `.` for the folder itself.
fn from(folder: &Path, path: &Path) -> PathBuf {
    let common = folder.components().zip(path.components()).take_while(|(a, b)| a == b).count();
    let up = folder.components().skip(common).map(|_| Component::ParentDir);
    let path: PathBuf = up.chain(path.components().skip(common)).collect();
    if path.as_os_str().is_empty() { PathBuf::from(".") } else { path }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::from;

    #[test]
    fn a_path_from_a_folder() {
        for (folder, path, expected) in [
            ("/r", "/r/p/a.go", "p/a.go"),
            ("/r/p", "/r/p/a.go", "a.go"),
            ("/r/p/q/", "/r/a.go", "../../a.go"),
            ("/r/pq", "/r/p", "../p"),
            ("/r/p", "/r/p", "."),
            ("/other", "/r/a.go", "../r/a.go"),
        ] {
            assert_eq!(from(Path::new(folder), Path::new(path)), Path::new(expected), "{folder} {path}");
        }
    }
}

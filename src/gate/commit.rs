//! What is judged: the files of a commit that is about to be made, or was made, and those of them that changed.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::mem;
use std::path::{Path, PathBuf};

use super::git::{self, Git};
use super::reading::{self, Embeds, Reading};
use crate::error::{Error, Kind, Result};

/// What the gate is asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The index, and what it changes in HEAD.
    Staged,
    /// All of HEAD.
    Head,
    /// HEAD, and what it changed since its merge base with a revision.
    Since(String),
}

/// A file that changed.
#[derive(Debug)]
pub(super) struct Change {
    /// Its path below the top of the repository.
    pub(super) path: PathBuf,
    /// Whether it is no longer there.
    pub(super) is_deleted: bool,
}

/// The files of a commit.
pub(super) struct Commit {
    /// The repository, with the index of the commit.
    pub(super) git: Git,
    /// The changed files that somebody reads.
    pub(super) changes: Vec<Change>,
    /// The arguments of `git diff` that give the changes; `None` if everything counts as changed.
    pub(super) range: Option<String>,
    /// What is embedded.
    pub(super) embeds: Embeds,
    /// The folders of modules, below the top.
    modules: BTreeSet<PathBuf>,
    /// The submodules, below the top.
    pub(super) submodules: Vec<PathBuf>,
    /// The symbolic links, below the top.
    pub(super) links: BTreeSet<PathBuf>,
    /// The folders `vendor` with files.
    vendors: BTreeSet<PathBuf>,
    /// The configurations of golangci-lint.
    lint_configs: BTreeSet<PathBuf>,
}

/// The argument of `git diff` for what is staged.
const STAGED: &str = "--cached";
/// The modes of a submodule and of a symbolic link in the index (gitformat-index(5)).
const SUBMODULE: &[u8] = b"160000";
const LINK: &[u8] = b"120000";

impl Commit {
    /// The commit of the repository here; `None` if nothing changed in it that somebody reads. Where tests are run,
    /// these may read all that is in their module.
    pub(super) fn read(subject: &Subject, has_tests: bool, temporary: &Path) -> Result<Option<Self>> {
        let mut git = Git::here()?;
        let range = match subject {
            Subject::Staged => Some(STAGED.to_owned()),
            Subject::Head => None,
            Subject::Since(revision) => Some(format!("{}...HEAD", named(&git, revision)?)),
        };
        if *subject != Subject::Staged {
            if git.commit("HEAD").is_none() {
                return Ok(None);
            }
            git.go_to_head(temporary)?;
        }
        let mut changes = Vec::new();
        if let Some(range) = &range {
            changes = changed(&git, range).map_err(|error| git.explain(error))?;
            if changes.is_empty() {
                return Ok(None);
            }
        }
        if *subject == Subject::Staged {
            git.copy_index(temporary)?;
        }
        let mut commit = Commit {
            embeds: embeds(&git)?,
            git,
            changes,
            range,
            modules: BTreeSet::new(),
            submodules: Vec::new(),
            links: BTreeSet::new(),
            vendors: BTreeSet::new(),
            lint_configs: BTreeSet::new(),
        };
        commit.read_entries(temporary)?;
        let changes = mem::take(&mut commit.changes).into_iter();
        let is_read = |path: &Path| commit.reading(path) != Reading::Never;
        let is_data = |path: &Path| has_tests && commit.module_of(path).is_some();
        commit.changes = changes.filter(|change| is_read(&change.path) || is_data(&change.path)).collect();
        Ok(if commit.changes.is_empty() { None } else { Some(commit) })
    }

    /// Reads the index: lines `H 100644 e69de29… 0<tab>path`.
    fn read_entries(&mut self, temporary: &Path) -> Result<()> {
        let entries = self.git.list(["ls-files", "--stage", "-v", "-z"])?;
        let mut unlooked = Vec::new();
        for entry in &entries {
            let Some(tab) = entry.iter().position(|byte| *byte == b'\t') else { continue };
            let (head, path) = (&entry[..tab], git::path(&entry[tab + 1..]));
            let Some((tag, head)) = head.split_at_checked(2) else { continue };
            if !head.ends_with(b" 0") {
                let message = format!("`{}` has a conflict", crate::text::path(&path));
                return Err(Error::new(Kind::Refused, message).hint("resolve it, then `git add` it"));
            }
            let name = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
            let folder = path.parent().unwrap_or(Path::new(""));
            if head.starts_with(SUBMODULE) {
                self.submodules.push(path);
                continue;
            }
            if is_unlooked(tag) && self.git.top().join(&path).symlink_metadata().is_ok() {
                unlooked.push(&entry[tag.len()..]);
            }
            if head.starts_with(LINK) {
                self.links.insert(path.clone());
            }
            self.vendors.extend(vendor_of(&path).map(Path::to_owned));
            if name == "go.mod" && !reading::is_ignored(folder) && !is_vendored(folder) {
                self.modules.insert(folder.to_owned());
            } else if reading::LINT_CONFIGS.contains(&name) {
                self.lint_configs.insert(folder.to_owned());
            }
            if self.range.is_none() {
                self.changes.push(Change { path, is_deleted: false });
            }
        }
        if unlooked.is_empty() { Ok(()) } else { self.git.look_at(&unlooked, temporary) }
    }

    /// The folders of all modules, below the top.
    pub(super) fn modules(&self) -> impl Iterator<Item = &Path> {
        self.modules.iter().map(PathBuf::as_path)
    }

    /// Whether somebody reads the file at a path.
    pub(super) fn reading(&self, path: &Path) -> Reading {
        reading::of(path, &self.embeds)
    }

    /// Whether the commit is about to be made of what is staged.
    pub(super) fn is_staged(&self) -> bool {
        self.range.as_deref() == Some(STAGED)
    }

    /// Whether the commit has a module in a folder below the top.
    pub(super) fn is_module(&self, folder: &Path) -> bool {
        self.modules.contains(folder)
    }

    /// Whether a file is in a folder `vendor` of which the commit has nothing.
    pub(super) fn is_in_new_vendor(&self, path: &Path) -> bool {
        vendor_of(path).is_some_and(|vendor| !self.vendors.contains(vendor))
    }

    /// The folder of the module that a file belongs to.
    pub(super) fn module_of(&self, path: &Path) -> Option<&Path> {
        let mut above = path.ancestors().skip(1);
        above.find_map(|folder| self.modules.get(folder)).map(PathBuf::as_path)
    }

    /// The folders of the modules in which something changed.
    pub(super) fn touched(&self) -> BTreeSet<&Path> {
        let mut touched = BTreeSet::new();
        for Change { path, .. } in &self.changes {
            if reading::is_for_all_below(path) {
                let folder = path.parent().unwrap_or(path);
                touched.extend(
                    self.modules.iter().filter(|module| module.starts_with(folder)).map(PathBuf::as_path),
                );
            }
            touched.extend(self.module_of(path));
        }
        touched
    }

    /// The changed files of a module, with paths below the top.
    pub(super) fn changes_in<'a>(&'a self, module: &'a Path) -> impl Iterator<Item = &'a Change> {
        self.changes.iter().filter(move |change| self.module_of(&change.path) == Some(module))
    }

    /// Whether golangci-lint has a configuration for a module: in its folder, or above it in the repository.
    pub(super) fn is_linted(&self, module: &Path) -> bool {
        module.ancestors().any(|folder| self.lint_configs.contains(folder))
    }
}

/// Whether a path is in a folder `vendor`, whose files are others'.
pub(super) fn is_vendored(path: &Path) -> bool {
    path.iter().any(|part| part == "vendor")
}

/// The outermost folder `vendor` that a file is in.
fn vendor_of(path: &Path) -> Option<&Path> {
    path.ancestors().skip(1).filter(|folder| folder.ends_with("vendor")).last()
}

/// Whether git does not look at the file in the working tree: the user said that it is unchanged, or not there. For
/// these `git ls-files -v` has lower-case letters, and `S`.
fn is_unlooked(tag: &[u8]) -> bool {
    tag.starts_with(b"S") || tag.first().is_some_and(u8::is_ascii_lowercase)
}

/// The commit that `revision` names.
fn named(git: &Git, revision: &str) -> Result<String> {
    let commit = git.commit(revision).filter(|_| !revision.starts_with('-'));
    commit.ok_or_else(|| {
        let message = format!("`{}` does not name a commit", revision.escape_debug());
        Error::new(Kind::Usage, message).hint(if git.is_shallow() {
            "fetch the other branches, too: `git fetch --unshallow origin '+refs/heads/*:refs/remotes/origin/*'`"
        } else {
            "`git branch --all` shows the branches that are here"
        })
    })
}

/// The changed files by `git diff RANGE`. A renamed file is one that was deleted and one that was added.
fn changed(git: &Git, range: &str) -> Result<Vec<Change>> {
    let words =
        ["diff", range, "--name-status", "-z", "--no-renames", "--no-ext-diff", "--ignore-submodules"];
    let answer = git.list(words)?;
    let pairs = answer.chunks_exact(2).map(|pair| (pair[0].as_slice(), git::path(&pair[1])));
    Ok(pairs.map(|(status, path)| Change { path, is_deleted: status == b"D" }).collect())
}

fn embeds(git: &Git) -> Result<Embeds> {
    let plain = ["-c", "grep.lineNumber=false", "-c", "grep.column=false", "-c", "color.grep=false"];
    let words = [
        "grep",
        "--cached",
        "-G",
        "-z",
        // Whatever .gitattributes takes for binary.
        "--text",
        "--no-recurse-submodules",
        "-e",
        "//go:embed[ \t]",
        "--",
        "*.go",
    ];
    let found = git.search(plain.into_iter().chain(words))?;
    Ok(Embeds::parse(&found))
}

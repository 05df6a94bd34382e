//! The target `hooks`: the hook `pre-commit` of a repository, which runs `gox gate`.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::block::Mark;
use super::edit::{Content, Edit, Form};
use super::repository::{git, no_git, top};
use super::wants::Wants;
use crate::error::{Error, Kind, Result};
use crate::fs::identity::real;
use crate::text;

const BODY: &str = r#"# Without gox the commit fails, because a skipped check would go unnoticed.
gox=$(command -v gox || echo "${GOX_HOME:-$HOME/.local/go}/bin/gox")
exec "$gox" gate
"#;

/// The files by which another program owns the hooks, its name, and what to write for it.
const OWNERS: [(&str, &str, &str); 8] = [
    ("lefthook.yml", "lefthook", LEFTHOOK),
    ("lefthook.yaml", "lefthook", LEFTHOOK),
    (".lefthook.yml", "lefthook", LEFTHOOK),
    (".lefthook.yaml", "lefthook", LEFTHOOK),
    (".config/lefthook.yml", "lefthook", LEFTHOOK),
    (".pre-commit-config.yaml", "pre-commit", PRE_COMMIT),
    (".pre-commit-config.yml", "pre-commit", PRE_COMMIT),
    (".husky", "husky", "`echo 'gox gate' >>.husky/pre-commit`"),
];

const LEFTHOOK: &str = "add this job:\n\
    pre-commit:\n  jobs:\n    - name: gate\n      glob: \"*.{go,mod,sum}\"\n      run: gox gate";
const PRE_COMMIT: &str = "add this below `repos:`\n\
    - repo: local\n  hooks:\n    - id: gox-gate\n      name: gox gate\n      entry: gox gate\n      \
    language: system\n      pass_filenames: false";

/// What the target wants in the repository of `directory`. Refused where the hooks are somebody else's, because a line
/// of gox behind an `exec` or `exit` of theirs would never run.
pub(super) fn wants(directory: &Path) -> Result<Wants> {
    let top = top(directory)?;
    if let Some((file, owner, mend)) = OWNERS.iter().find(|(file, ..)| top.join(file).exists()) {
        let message = format!("the hooks of this repository belong to {owner}, by `{file}`");
        return Err(Error::new(Kind::Refused, message).hint(*mend));
    }
    let edit = edit(directory)?;
    let now = edit.read()?;
    if now != Content::Absent && edit.take(&now)? == now {
        let message = format!("`{}` is there, and gox did not write it", edit.path.display());
        return Err(
            Error::new(Kind::Refused, message).hint("run the gate in it, before it ends: `gox gate || exit`")
        );
    }
    let then = "the gate runs before each commit; to run it now: `gox gate`".to_owned();
    Ok(Wants { edits: vec![edit], then: vec![then], ..Wants::default() })
}

/// The hook of the repository. Refused where Git looks for the hooks of all repositories in one folder.
fn edit(directory: &Path) -> Result<Edit> {
    let top = top(directory)?;
    let [hooks, git] = git_paths(&top)?;
    if is_inside(&hooks, &git, &top) {
        return Ok(hook(&hooks));
    }
    let message = format!("`core.hooksPath` is `{}`, a folder outside this repository", hooks.display());
    let shown = text::quoted_path(&hooks.join("pre-commit"));
    let hint = format!("run the gate in the hook of all repositories: {shown}");
    Err(Error::new(Kind::Refused, message).hint(hint))
}

/// All that the target may have written, also where `core.hooksPath` leads elsewhere today.
pub(super) fn traces(directory: &Path) -> Result<Vec<Edit>> {
    let top = top(directory)?;
    let [hooks, git] = git_paths(&top)?;
    let folders = [git.join("hooks"), hooks].into_iter().filter(|folder| is_inside(folder, &git, &top));
    Ok(folders.map(|folder| hook(&folder)).collect())
}

fn is_inside(folder: &Path, git: &Path, top: &Path) -> bool {
    folder.starts_with(git) || folder.starts_with(real(top))
}

fn hook(folder: &Path) -> Edit {
    let form = Form::Whole { first: "#!/bin/sh\n", body: BODY.to_owned(), mode: 0o755 };
    Edit { path: folder.join("pre-commit"), mark: Mark("hooks"), form }
}

/// The folder of the hooks, which settings may move, and that of Git's own files, which worktrees share.
fn git_paths(top: &Path) -> Result<[PathBuf; 2]> {
    // The prefix is an empty line at the top: the paths may have line feeds, too.
    let ask = ["rev-parse", "--git-path", "hooks", "--show-prefix", "--git-common-dir"];
    let ask = |mut git: Command| git.args(ask).current_dir(top).output();
    let output = git().and_then(ask).map_err(no_git)?;
    let said = output.stdout.strip_suffix(b"\n").unwrap_or_default();
    match said.windows(2).position(|ends| ends == b"\n\n") {
        Some(at) if output.status.success() => {
            Ok([&said[..at], &said[at + 2..]].map(|path| real(&top.join(OsStr::from_bytes(path)))))
        }
        _ => {
            let wrong = String::from_utf8_lossy(&output.stderr);
            Err(Error::new(Kind::Refused, format!("could not ask Git for its hooks: {}", wrong.trim())))
        }
    }
}

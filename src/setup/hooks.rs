//! The target `hooks`: the hooks of a repository that run `gox gate` before each commit and merge.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::block::Mark;
use super::edit::{Content, Edit, Form};
use super::managers;
use super::repository::{git, no_git, refusal, top};
use super::wants::Wants;
use crate::error::{Error, Kind, Result};
use crate::fs::identity::real;
use crate::fs::read::read_quietly;
use crate::text;

const BODY: &str = r#"# Without gox the commit fails, because a skipped check would go unnoticed.
gox=$(command -v gox || echo "${GOX_HOME:-$HOME/.local/go}/bin/gox")
[ -x "$gox" ] || {
    echo "error: could not find gox, which checks the commit" >&2
    echo "hint: commit without the check: \`git commit --no-verify\`; remove the hook: \`rm '$0'\`" >&2
    exit 127
}
exec "$gox" gate"#;

/// The hooks: Git runs the second one, and not the first, for a merge without conflicts.
const NAMES: [&str; 2] = ["pre-commit", "pre-merge-commit"];

/// What the target wants in the repository of `directory`. Refused where the hooks are somebody else's, because a line
/// of gox behind an `exec` or `exit` of theirs would never run.
pub(super) fn wants(directory: &Path) -> Result<Wants> {
    let top = top(directory)?;
    if let Some(wants) = managers::wants(&top) {
        return wants;
    }
    let [commit, merge] = edits(directory)?;
    if is_foreign(&commit)? {
        let message = format!("`{}` is there, and gox did not write it", commit.path.display());
        return Err(
            Error::new(Kind::Refused, message).hint("run the gate in it, before it ends: `gox gate || exit`")
        );
    }
    let mut wants = Wants::default();
    wants.then.push("the gate runs before each commit; to run it now: `gox gate`".to_owned());
    wants.edits.push(commit);
    if is_foreign(&merge)? {
        wants.notes.push(format!("`{}` is left as it is: gox did not write it", merge.path.display()));
    } else {
        wants.edits.push(merge);
    }
    Ok(wants)
}

fn is_foreign(edit: &Edit) -> Result<bool> {
    let now = edit.read()?;
    Ok(now != Content::Absent && edit.take(&now)? == now)
}

/// The hooks of the repository. Refused where Git looks for the hooks of all repositories in one folder.
fn edits(directory: &Path) -> Result<[Edit; 2]> {
    let top = top(directory)?;
    let [hooks, git] = git_paths(&top)?;
    if is_inside(&hooks, &git, &top) {
        return Ok(NAMES.map(|name| hook(&hooks, name)));
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
    Ok(folders.flat_map(|folder| NAMES.map(|name| hook(&folder, name))).collect())
}

fn is_inside(folder: &Path, git: &Path, top: &Path) -> bool {
    folder.starts_with(git) || folder.starts_with(real(top))
}

fn hook(folder: &Path, name: &str) -> Edit {
    let path = folder.join(name);
    let body = format!("{BODY}{}\n", options(&path));
    let form = Form::Whole { first: "#!/bin/sh\n", body, mode: 0o755 };
    Edit { path, mark: Mark("hooks"), form }
}

/// What the user has put behind `gate` in a hook of gox, which stays.
fn options(hook: &Path) -> String {
    let text = read_quietly(hook).unwrap_or_default();
    let options = text.lines().find_map(|line| line.strip_prefix("exec \"$gox\" gate"));
    options.filter(|options| options.starts_with(' ')).unwrap_or_default().to_owned()
}

/// The folder of the hooks, which settings may move, and that of Git's own files, which worktrees share.
fn git_paths(top: &Path) -> Result<[PathBuf; 2]> {
    // The prefix is an empty line at the top: the paths may have line feeds, too.
    let ask = ["rev-parse", "--git-path", "hooks", "--show-prefix", "--git-common-dir"];
    let ask = |mut git: Command| git.args(ask).current_dir(top).env("LC_ALL", "C").output();
    let output = git().and_then(ask).map_err(no_git)?;
    let said = output.stdout.strip_suffix(b"\n").unwrap_or_default();
    match said.windows(2).position(|ends| ends == b"\n\n") {
        Some(at) if output.status.success() => {
            Ok([&said[..at], &said[at + 2..]].map(|path| real(&top.join(OsStr::from_bytes(path)))))
        }
        _ => Err(refusal(top, &String::from_utf8_lossy(&output.stderr))),
    }
}

//! The target `hooks`: the hooks of a repository that run `gox gate` before each commit and merge.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::block::Mark;
use super::edit::{Content, Edit, Form};
use super::managers;
use super::repository::{git, no_git, refusal_of_project, top};
use super::wants::Wants;
use crate::error::{Error, Kind, Result};
use crate::fs::identity::real;
use crate::text;

const BODY: &str = r#"# Without gox the commit fails, because a skipped check would go unnoticed.
gox=$(command -v gox || echo "${GOX_HOME:-$HOME/.local/go}/bin/gox")
[ -x "$gox" ] || {
    echo "error: could not find gox, which checks the commit" >&2
    # Git starts the hook at the top of the working tree, and the user may be below.
    case $0 in /*) hook=$0 ;; *) hook=$PWD/$0 ;; esac
    hook=$(printf '%s\n' "$hook" | sed "s/'/'\\\\''/g")
    echo "hint: commit without the check: \`git commit --no-verify\`; remove the hook: \`rm '$hook'\`" >&2
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
    let [commit, merge] = edits(&top)?;
    if is_foreign(&commit)? {
        let message = format!("`{}` is there, and gox did not write it", commit.path.display());
        return Err(
            Error::new(Kind::Refused, message).hint("run the gate in it, before it ends: `gox gate || exit`")
        );
    }
    let mut wants = Wants::default();
    wants.then.push("the gate runs before each commit; to run it now: `gox gate`".to_owned());
    wants.edits.push(commit);
    match is_foreign(&merge) {
        Ok(false) => wants.edits.push(merge),
        Err(error) if error.kind() != Kind::Refused => return Err(error),
        _ => wants.notes.push(format!("`{}` is left as it is: gox did not write it", merge.path.display())),
    }
    Ok(wants)
}

/// Whether somebody else wrote the hook. If the hook is not text, an error `Refused` says so.
fn is_foreign(edit: &Edit) -> Result<bool> {
    let now = edit.read()?;
    Ok(now != Content::Absent && edit.take(&now)? == now)
}

/// The hooks of the repository. Refused where Git looks for the hooks of all repositories in one folder.
fn edits(top: &Path) -> Result<[Edit; 2]> {
    let [hooks, git] = git_paths(top)?;
    if is_inside(&hooks, &git, top) {
        return with_options(&hooks);
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
    Ok(folders.flat_map(|folder| NAMES.map(|name| hook(&folder, name, ""))).collect())
}

fn is_inside(folder: &Path, git: &Path, top: &Path) -> bool {
    folder.starts_with(git) || folder.starts_with(real(top))
}

fn hook(folder: &Path, name: &str, options: &str) -> Edit {
    let body = format!("{BODY}{options}\n");
    let form = Form::Whole { first: "#!/bin/sh\n", body, mode: 0o755 };
    Edit { path: folder.join(name), mark: Mark("hooks"), form }
}

/// The hooks with the options that they have; one that is not there yet gets those of the other.
fn with_options(folder: &Path) -> Result<[Edit; 2]> {
    let [commit, merge] = NAMES.map(|name| options(&hook(folder, name, "")));
    let (commit, merge) = (commit?, merge?);
    let [first, second] = [commit.as_ref().or(merge.as_ref()), merge.as_ref().or(commit.as_ref())];
    let hook = |name, options: Option<&String>| hook(folder, name, options.map_or("", String::as_str));
    Ok([hook(NAMES[0], first), hook(NAMES[1], second)])
}

/// What the user has put behind `gate` in a hook of gox, which stays; `None` where gox wrote none. Refused where that
/// cannot be told, because it would be lost.
fn options(hook: &Edit) -> Result<Option<String>> {
    if !hook.is_there() {
        return Ok(None);
    }
    let now = hook.read()?;
    let lines: Vec<&str> = now.text().lines().collect();
    let options = (0..lines.len()).find_map(|at| behind_gate(&lines[at..]));
    options.map(Some).ok_or_else(|| {
        let message = format!("`{}` has no line `exec \"$gox\" gate` any more", hook.path.display());
        let path = text::quoted_path(&hook.path);
        let anew = format!(
            "put it back, with your options behind it, or write the hook anew: `rm {path} && gox setup hooks`"
        );
        Error::new(Kind::Refused, message).hint(anew)
    })
}

/// What is behind the gate in the command that begins with the first line, and goes on in the next where one ends in
/// `\`.
fn behind_gate(lines: &[&str]) -> Option<String> {
    let more = lines.iter().take_while(|line| line.ends_with('\\')).count();
    let command = lines[..lines.len().min(more + 1)].join("\n");
    let mut rest = &*command;
    for word in ["exec", "\"$gox\"", "gate"] {
        rest = rest.trim_start_matches([' ', '\t']).strip_prefix(word)?;
    }
    (rest.is_empty() || rest.starts_with([' ', '\t'])).then(|| rest.to_owned())
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
        _ => Err(refusal_of_project(top, &String::from_utf8_lossy(&output.stderr))),
    }
}

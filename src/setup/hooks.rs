//! The target `hooks`: the hook `pre-commit` of a repository, which runs `gox gate`.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::attributes::top;
use super::block::Mark;
use super::edit::{Content, Edit, Form};
use super::wants::Wants;
use crate::error::{Error, Kind, Result};
use crate::text;

const BODY: &str = r#"# Without gox the commit stops: a gate that is open in silence is none.
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

/// What the target wants in the repository of `directory`. Refused where the hooks are somebody else's, because a line of
/// gox behind an `exec` or `exit` of theirs would never run.
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
    let then = "it runs before each commit; by hand: `gox gate`".to_owned();
    Ok(Wants { edits: vec![edit], then: vec![then], ..Wants::default() })
}

/// The hook of the repository. Refused where Git looks for the hooks of all repositories in one folder.
pub(super) fn edit(directory: &Path) -> Result<Edit> {
    let (hooks, common) = (path_of(directory, "hooks")?, path_of(directory, ".")?);
    if !hooks.starts_with(&common) && !hooks.starts_with(real(&top(directory)?)) {
        let message = format!("`core.hooksPath` is `{}`, a folder outside this repository", hooks.display());
        let hint = format!(
            "run the gate in the hook of all repositories: {}",
            text::quoted_path(&hooks.join("pre-commit"))
        );
        return Err(Error::new(Kind::Refused, message).hint(hint));
    }
    let form = Form::Whole { first: "#!/bin/sh\n", body: BODY.to_owned(), mode: 0o755 };
    Ok(Edit { path: hooks.join("pre-commit"), mark: Mark("hooks"), form })
}

/// What Git says is the path of `name` among its own files: worktrees share some of them, and settings move others.
fn path_of(directory: &Path, name: &str) -> Result<PathBuf> {
    let mut git = Command::new("git");
    git.args(["rev-parse", "--git-path", name]).current_dir(directory).stdin(Stdio::null());
    let output = git.output().map_err(|error| {
        let error = Error::new(Kind::Refused, "could not run `git`").because(error);
        error.hint("install it, such as by `sudo apt-get install git`")
    })?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(Error::new(Kind::Refused, format!("could not ask Git for its hooks: {}", said.trim())));
    }
    let path = String::from_utf8_lossy(&output.stdout);
    let path = directory.join(path.trim_end_matches('\n'));
    Ok(real(&path))
}

/// The path without links and `..`, as far as it exists.
fn real(path: &Path) -> PathBuf {
    let parts =
        path.ancestors().filter_map(|part| Some((part.canonicalize().ok()?, path.strip_prefix(part).ok()?)));
    parts.map(|(part, rest)| part.join(rest)).next().unwrap_or_else(|| path.to_owned())
}

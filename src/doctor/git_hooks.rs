//! The check of Git's hooks: whether Git runs those that are there.

use std::path::{Path, PathBuf};

use super::check::{Finding, State};
use super::repository::{Repository, Setting};
use crate::fs::read::is_executable;
use crate::text;

/// The hooks that Git runs in the repository of a user (githooks(5)); what else is in the folder means nothing to it.
const NAMES: [&str; 16] = [
    "applypatch-msg",
    "commit-msg",
    "post-applypatch",
    "post-checkout",
    "post-commit",
    "post-index-change",
    "post-merge",
    "post-rewrite",
    "pre-applypatch",
    "pre-auto-gc",
    "pre-commit",
    "pre-merge-commit",
    "pre-push",
    "pre-rebase",
    "prepare-commit-msg",
    "reference-transaction",
];
const WHY: &str = "Git passes over it, so what it would check is not checked";

/// The check `git-hooks`.
pub(super) fn hooks(repository: &Repository) -> Finding {
    let folder = &repository.hooks;
    if let Some(setting) = repository.setting("core.hookspath").filter(|_| !folder.is_dir()) {
        return nowhere(setting, folder);
    }
    let there = |name: &&str| folder.join(name).symlink_metadata().is_ok_and(|data| !data.is_dir());
    let there: Vec<&str> = NAMES.into_iter().filter(there).collect();
    let warning = |seen, mend| Finding::new(State::Warning, seen, WHY).mend(mend);
    let passed_over: Vec<PathBuf> =
        there.iter().map(|name| folder.join(name)).filter(|hook| !is_executable(hook)).collect();
    if let Some(dangling) = passed_over.iter().find(|hook| !hook.is_file()) {
        let quoted = text::quoted_path(dangling);
        return warning(format!("the hook `{}` is not a file", text::path(dangling)), format!("rm {quoted}"));
    }
    if let Some(first) = passed_over.first() {
        let quoted: Vec<_> = passed_over.iter().map(|hook| text::quoted_path(hook)).collect();
        let seen = format!("the hook `{}` cannot be executed", text::path(first));
        return warning(seen, format!("chmod +x {}", quoted.join(" ")));
    }
    Finding::ok(match there[..] {
        [] => "no hook is there".to_owned(),
        _ => format!("Git runs {}", there.join(", ")),
    })
}

/// The finding for a setting that names a folder which is not there.
fn nowhere(setting: &Setting, folder: &Path) -> Finding {
    let shown = text::path(folder);
    let seen = format!("`core.hooksPath` is `{shown}`, which is not there, set by {}", setting.origin());
    let unset = match &setting.file {
        Some(file) => format!("git config --file {} --unset-all core.hooksPath", text::quoted_path(file)),
        None => "unset GIT_CONFIG_COUNT GIT_CONFIG_PARAMETERS".to_owned(),
    };
    Finding::new(State::Warning, seen, "Git runs no hook, so what hooks would check is not checked")
        .mend(unset)
}

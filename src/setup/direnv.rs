//! The target `direnv`: the word `use gox` in `.envrc` files.

use super::block::Mark;
use super::edit::{Edit, Form};
use super::places;
use super::shell::Shell;
use super::wants::Wants;
use crate::env::XDG_CONFIG_HOME;
use crate::error::Result;

const BODY: &str = include_str!("../../shell/direnv.sh");

/// What the target wants.
pub(super) fn wants() -> Result<Wants> {
    let mut then = vec!["in an `.envrc`: `use gox`, or `use gox 1.26`; then `direnv allow`".to_owned()];
    let line = Shell::of_user().and_then(hook_line);
    then.extend(line.map(|line| format!("direnv needs a line at the end of your start-up file: `{line}`")));
    Ok(Wants { edits: vec![edit()?], then, ..Wants::default() })
}

/// The line of a start-up file by which direnv loads an `.envrc` where the shell comes to it; `None` for a shell that
/// direnv does not know.
pub fn hook_line(shell: Shell) -> Option<&'static str> {
    match shell {
        Shell::Bash => Some(r#"eval "$(direnv hook bash)""#),
        Shell::Zsh => Some(r#"eval "$(direnv hook zsh)""#),
        Shell::Fish => Some("direnv hook fish | source"),
        _ => None,
    }
}

/// The file that direnv reads before each `.envrc`.
pub(super) fn edit() -> Result<Edit> {
    let path = places::folder(XDG_CONFIG_HOME, ".config")?.join("direnv/lib/gox.sh");
    let form = Form::Whole { first: "", body: BODY.to_owned(), mode: 0o644 };
    Ok(Edit { path, mark: Mark("direnv"), form })
}

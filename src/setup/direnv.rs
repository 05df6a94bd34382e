//! The target `direnv`: the word `use gox` in `.envrc` files.

use super::block::Mark;
use super::edit::{Edit, Form};
use super::places;
use super::wants::Wants;
use crate::env::XDG_CONFIG_HOME;
use crate::error::Result;

const BODY: &str = include_str!("../../shell/direnv.sh");

/// What the target wants.
pub(super) fn wants() -> Result<Wants> {
    let then = "in an `.envrc`: `use gox`, or `use gox 1.26`; then `direnv allow`".to_owned();
    Ok(Wants { edits: vec![edit()?], then: vec![then], ..Wants::default() })
}

/// The file that direnv reads before each `.envrc`.
pub(super) fn edit() -> Result<Edit> {
    let path = places::folder(XDG_CONFIG_HOME, ".config")?.join("direnv/lib/gox.sh");
    let form = Form::Whole { first: "", body: BODY.to_owned(), mode: 0o644 };
    Ok(Edit { path, mark: Mark("direnv"), form })
}

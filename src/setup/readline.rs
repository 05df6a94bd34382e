//! The target `readline`: completion and the search for what was typed before, in bash and each program that reads
//! lines by readline.

use std::path::PathBuf;

use super::block::{Mark, Place};
use super::edit::{Content, Edit, Form};
use super::places;
use super::wants::{Site, Wants};
use crate::env::{self, INPUTRC};
use crate::error::Result;

/// The file of all users, which `~/.inputrc` replaces unless it includes it.
pub const SYSTEM: &str = "/etc/inputrc";

const BODY: &str = r#"set completion-ignore-case on
set show-all-if-ambiguous on
set colored-stats on
set mark-symlinked-directories on
"\e[A": history-search-backward
"\e[B": history-search-forward
$if version >= 8.3
set search-ignore-case on
$endif
"#;

/// What the target wants.
pub(super) fn wants(site: &Site) -> Result<Wants> {
    let mut edit = edit()?;
    let now = edit.read()?;
    // A file that gox makes would hide the lines of the administrator.
    let is_new = edit.take(&now)? == Content::Absent;
    if let Form::Block { body, .. } = &mut edit.form
        && is_new
        && site.machine.has(SYSTEM)
    {
        body.insert_str(0, &format!("$include {SYSTEM}\n"));
    }
    let then = "it is read by new shells; in this one: `bind -f ~/.inputrc`".to_owned();
    Ok(Wants { edits: vec![edit], then: vec![then], ..Wants::default() })
}

/// The block in the user's file. At its start, because a later line wins: what the user wrote.
pub(super) fn edit() -> Result<Edit> {
    let named = env::os(INPUTRC).map(PathBuf::from).filter(|path| path.is_absolute());
    let path = named.map_or_else(|| places::in_home(&".inputrc"), Ok)?;
    let form = Form::Block { place: Place::Start, body: BODY.to_owned(), mode: 0o644 };
    Ok(Edit { path, mark: Mark("readline"), form })
}

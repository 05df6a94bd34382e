//! The target `readline`: completion and the search for what was typed before, in bash and each program that reads
//! lines by readline.

use std::path::PathBuf;

use super::block::{self, Mark, Place};
use super::edit::{Content, Edit, Form};
use super::places;
use super::wants::{Site, Wants};
use crate::env::{self, INPUTRC};
use crate::error::Result;
use crate::text;

/// The file of all users, which `~/.inputrc` replaces unless it includes it.
pub const SYSTEM: &str = "/etc/inputrc";

/// The keys of both editing modes: that of the user may be set below, or by bash later. What follows is about the keys
/// of the mode at that place, as it would be without these lines.
const BODY: &str = r#"set completion-ignore-case on
set show-all-if-ambiguous on
set colored-stats on
set mark-symlinked-directories on
set keymap emacs
"\e[A": history-search-backward
"\e[B": history-search-forward
set keymap vi-insert
"\e[A": history-search-backward
"\e[B": history-search-forward
$if mode=emacs
set keymap emacs
$endif
$if version >= 8.3
set search-ignore-case on
$endif
"#;

/// What the target wants.
pub(super) fn wants(site: &Site) -> Result<Wants> {
    let mut edit = edit()?;
    let now = edit.read()?;
    // A file that gox makes would hide the lines of the administrator, whatever the user adds to it.
    let is_new = match block::take(now.text(), edit.mark) {
        Ok(Some((_, had_file))) => !had_file,
        _ => now == Content::Absent,
    };
    if let Form::Block { body, .. } = &mut edit.form
        && is_new
        && site.machine.has(SYSTEM)
    {
        body.insert_str(0, &format!("$include {SYSTEM}\n"));
    }
    let command = format!("bind -f {}", text::quoted_path(&edit.path));
    let then = format!("new shells have the keys; in this one: `{command}`");
    Ok(Wants { edits: vec![edit], then: vec![then], ..Wants::default() })
}

/// The block in the user's file.
fn edit() -> Result<Edit> {
    let named = env::os(INPUTRC).map(PathBuf::from).filter(|path| path.is_absolute());
    Ok(block(named.map_or_else(of_home, Ok)?))
}

/// All that the target may have written, also where `INPUTRC` names another file today.
pub(super) fn traces() -> Result<Vec<Edit>> {
    Ok(vec![edit()?, block(of_home()?)])
}

fn of_home() -> Result<PathBuf> {
    places::in_home(&".inputrc")
}

/// At the start, because a later line wins: what the user wrote.
fn block(path: PathBuf) -> Edit {
    let form = Form::Block { place: Place::Start, body: BODY.to_owned(), mode: 0o644 };
    Edit { path, mark: Mark("readline"), form }
}

//! The target `attributes`: line endings of a Go project, in its `.gitattributes`.
//!
//! gofmt counts a carriage return as unformatted, and a script with one does not start, so both have to be checked out
//! with line feeds whatever `core.autocrlf` says. Test data stays as it is: tests compare its bytes.

use std::path::Path;

use super::block::{Mark, Place};
use super::edit::{Edit, Form};
use super::repository::top;
use super::wants::Wants;
use crate::error::{Error, Kind, Result};

const BODY: &str = "\
* text=auto
*.go text eol=lf
go.mod text eol=lf
go.sum text eol=lf
go.work text eol=lf
go.work.sum text eol=lf
*.sh text eol=lf
**/testdata/** -text
";

/// What the target wants in the repository of `directory`.
pub(super) fn wants(directory: &Path) -> Result<Wants> {
    let add = "git add :/.gitattributes && git add --renormalize :/";
    let then = format!("to stage it, what it converts, and all other changes of tracked files: `{add}`");
    Ok(Wants { edits: vec![edit(directory)?], then: vec![then], ..Wants::default() })
}

/// The block in the `.gitattributes` of the repository. At its start, because of two lines that match a file the later
/// one counts: what the user wrote. Refused where the file is a link, which would lead out of the repository, and which
/// Git does not follow.
pub(super) fn edit(directory: &Path) -> Result<Edit> {
    let form = Form::Block { place: Place::Start, body: BODY.to_owned(), mode: 0o644 };
    let path = top(directory)?.join(".gitattributes");
    if path.is_symlink() {
        let message = format!("`{}` is a symbolic link, which Git does not follow", path.display());
        return Err(Error::new(Kind::Refused, message).hint("put a file of the repository in its place"));
    }
    Ok(Edit { path, mark: Mark("attributes"), form })
}

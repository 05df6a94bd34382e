//! What gox wants a file to be, in one of three forms, and what that makes of the file as it is.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::block::{self, Mark, Place};
use crate::error::{Error, Kind, Result};
use crate::fs::identity::real;
use crate::fs::read;

/// What gox wants a file to be.
#[derive(Clone, Debug)]
pub struct Edit {
    /// The path of the file.
    pub path: PathBuf,
    /// The target to which the edit belongs.
    pub mark: Mark,
    /// How much of the file is gox's.
    pub form: Form,
}

/// How much of a file is gox's.
#[derive(Clone, Debug)]
pub enum Form {
    /// The lines of a block. Symbolic links are followed.
    Block {
        /// Where a new block goes.
        place: Place,
        /// The lines, each with its newline.
        body: String,
        /// The mode of the file if gox creates it.
        mode: u32,
    },
    /// All of the file: a first line that the format demands, or nothing, a line that says who wrote it, and a body.
    Whole {
        /// The first line with its newline, such as `#!/bin/sh`.
        first: &'static str,
        /// The other lines, each with its newline.
        body: String,
        /// The mode of the file.
        mode: u32,
    },
    /// A symbolic link to this path.
    Link(PathBuf),
}

/// What is at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Nothing.
    Absent,
    /// A regular file.
    File {
        /// The text.
        text: String,
        /// The permissions.
        mode: u32,
    },
    /// A symbolic link to this path, which gox does not follow here.
    Link(PathBuf),
}

impl Content {
    /// The text of a file; empty if there is none.
    pub fn text(&self) -> &str {
        match self {
            Content::File { text, .. } => text,
            Content::Absent | Content::Link(_) => "",
        }
    }
}

impl Edit {
    /// What is at the path now. A file must be UTF-8, and regular after the links that are followed, because gox could
    /// not restore it otherwise.
    pub fn read(&self) -> Result<Content> {
        let follows = matches!(self.form, Form::Block { .. });
        if let (false, Ok(target)) = (follows, fs::read_link(&self.path)) {
            return Ok(Content::Link(target));
        }
        let Some(bytes) = read::read_if_there(&self.path, usize::MAX)? else { return Ok(Content::Absent) };
        let mode = fs::metadata(&self.path).map_or(0o644, |data| data.permissions().mode() & 0o7777);
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Content::File { text, mode }),
            Err(_) if matches!(self.form, Form::Whole { .. }) => Err(self.foreign()),
            Err(_) => Err(invalid(&self.path, "it is not UTF-8")),
        }
    }

    /// The path of the file as text, by which a record names it.
    pub fn name(&self) -> String {
        self.path.to_string_lossy().into_owned()
    }

    /// The path of the file that is changed: a block is written through links.
    pub(super) fn place(&self) -> PathBuf {
        if matches!(self.form, Form::Block { .. }) { real(&self.path) } else { self.path.clone() }
    }

    /// The content that has what gox wants.
    pub fn put(&self, before: &Content) -> Result<Content> {
        let is_own = self.take(before)? != *before;
        match &self.form {
            Form::Block { place, body, mode } => {
                let (text, mode) = match before {
                    Content::File { text, mode } => (Some(text.as_str()), *mode),
                    Content::Absent | Content::Link(_) => (None, *mode),
                };
                let text = block::put(text, self.mark, *place, body).map_err(|line| self.torn(line))?;
                Ok(Content::File { text, mode })
            }
            _ if !is_own && *before != Content::Absent => Err(self.foreign()),
            Form::Whole { first, body, mode } => {
                let text = [first, &*self.written_by(), "\n", body].concat();
                Ok(Content::File { text, mode: *mode })
            }
            Form::Link(to) => Ok(Content::Link(to.clone())),
        }
    }

    /// The content without what gox wrote; `before` if gox wrote nothing.
    pub fn take(&self, before: &Content) -> Result<Content> {
        match (&self.form, before) {
            (Form::Block { .. }, Content::File { text, mode }) => {
                let Some((rest, had_file)) = block::take(text, self.mark).map_err(|line| self.torn(line))?
                else {
                    return Ok(before.clone());
                };
                // gox created no link to such a file, so a user has taken the file over since.
                let goes = rest.is_empty() && !had_file && !self.path.is_symlink();
                Ok(if goes { Content::Absent } else { Content::File { text: rest, mode: *mode } })
            }
            (Form::Whole { .. }, Content::File { text, .. }) => {
                let is_own = text.lines().any(|line| line == self.written_by());
                Ok(if is_own { Content::Absent } else { before.clone() })
            }
            (Form::Link(to), Content::Link(now)) if to == now => Ok(Content::Absent),
            _ => Ok(before.clone()),
        }
    }

    /// Whether gox has written something there.
    pub fn is_there(&self) -> bool {
        self.has_mark() || self.read().is_ok_and(|now| self.take(&now).is_ok_and(|rest| rest != now))
    }

    /// Whether the file has a line that begins the block. It need not be UTF-8, nor have all marks.
    pub fn has_mark(&self) -> bool {
        let bytes = read::read_if_there(&self.path, usize::MAX).ok().flatten().unwrap_or_default();
        let head = self.mark.head();
        bytes.split(|byte| *byte == b'\n').any(|line| line.starts_with(head.as_bytes()))
    }

    /// The line by which gox knows a file that is all its own.
    fn written_by(&self) -> String {
        let command = self.mark.command();
        format!("# Written by `{command}`, which `{command} --undo` takes back.")
    }

    fn torn(&self, line: usize) -> Error {
        let message = format!("line {line} is a gox mark without its counterpart");
        let (head, tail) = (self.mark.head(), self.mark.tail());
        invalid(&self.path, &message).hint(format!("remove the marks `{head}` and `{tail}` by hand"))
    }

    fn foreign(&self) -> Error {
        let message = format!("`{}` is there, and gox did not write it", self.path.display());
        Error::new(Kind::Refused, message).hint("move the file away and run the command again, or keep it")
    }
}

fn invalid(path: &Path, why: &str) -> Error {
    Error::new(Kind::InvalidFile, format!("could not change `{}`: {why}", path.display()))
}

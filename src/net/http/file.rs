//! Answers to requests for `file://` addresses, so that callers handle them like any other.

use std::fs::{self, File};
use std::io::{self, Seek, SeekFrom};

use url::Url;

use super::response::{Response, Start};
use crate::net::failure::{Cause, Failure};
use crate::text;

/// Opens a regular file from a position on. One that is not there fails with status 404.
pub(super) fn open(url: &Url, start: &Start) -> Result<Response, Failure> {
    let other = |text: String| Failure::new(url, Cause::Other(text));
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => Failure::absent(url),
        _ => other(text::cause(&error)),
    };
    let path = url.to_file_path().map_err(|()| other("is not a path".into()))?;
    // Checked before the file is opened: opening a FIFO would block until somebody writes to it.
    let data = fs::metadata(&path).map_err(failed)?;
    if !data.is_file() {
        return Err(other("is not a file".into()));
    }
    let mut file = File::open(path).map_err(failed)?;
    let position = start.position.min(data.len());
    file.seek(SeekFrom::Start(position)).map_err(failed)?;
    let mut response = Response::empty();
    (response.position, response.total) = (position, Some(data.len()));
    Ok(response.with_body(file))
}

//! Reads pins: requests in `.go-version`, `.tool-versions` and `default` files. Their content is data, never a
//! command or path, and an invalid word is an error with file and line, never ignored.

use std::path::{Path, PathBuf};

use super::reason::{Reason, Rule};
use crate::error::{Error, Kind, Result};
use crate::fs::read;
use crate::go::request::Request;
use crate::text;

/// The pin file of gox and of most Go version managers.
pub const GO_VERSION_FILE: &str = ".go-version";
/// The pin file of asdf and mise, with a line for each tool.
pub const TOOL_VERSIONS_FILE: &str = ".tool-versions";

/// The longest `.go-version` or `default` file, in bytes: one request, with room for comments.
pub const MAX_BYTES: usize = 4 * 1024;
/// The longest `.tool-versions`, in bytes: many tools, each perhaps with comments.
const MAX_TOOL_VERSIONS_BYTES: usize = 64 * 1024;
/// The names of Go in `.tool-versions`; a line for the first one wins.
const TOOLS: [&str; 2] = ["golang", "go"];
/// The blanks between words. CR is one because files written on Windows end their lines with CR LF.
const BLANKS: [char; 3] = [' ', '\t', '\r'];

/// A request in a file, with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pin {
    /// The requests, best first: at least one, and more than one only from a `.tool-versions`.
    pub requests: Vec<Request>,
    /// The file.
    pub path: PathBuf,
    /// The number of the line, from 1.
    pub line: usize,
}

impl Pin {
    /// The reason for `request`, one of this pin's.
    pub fn reason(&self, rule: Rule, request: &Request) -> Reason {
        Reason { rule, path: Some(self.path.clone()), line: Some(self.line), text: request.to_string() }
    }
}

/// The pin of `directory`, else of the nearest directory above it that has one.
pub fn nearest(directory: &Path) -> Result<Option<Pin>> {
    for directory in directory.ancestors() {
        if let Some(pin) = in_directory(directory)? {
            return Ok(Some(pin));
        }
    }
    Ok(None)
}

/// The pin of one directory: `.go-version`, else a line for Go in `.tool-versions`.
pub fn in_directory(directory: &Path) -> Result<Option<Pin>> {
    match read(&directory.join(GO_VERSION_FILE))? {
        Some(pin) => Ok(Some(pin)),
        None => read_tool_versions(&directory.join(TOOL_VERSIONS_FILE)),
    }
}

/// Reads a `.go-version` or the `default` file of a store, which hold one request. `None` if there is no file.
pub fn read(path: &Path) -> Result<Option<Pin>> {
    let Some(text) = text(path, MAX_BYTES)? else { return Ok(None) };
    let mut lines = text.split('\n').enumerate().filter_map(|(index, line)| {
        let line = split_comment(line).0.trim_matches(BLANKS);
        (!line.is_empty()).then_some((index + 1, line))
    });
    let Some((line, request)) = lines.next() else {
        return Err(invalid(path, None, "it contains no request"));
    };
    if let Some((second, word)) = lines.next() {
        let message = format!("`{}` is a second request, but only one is allowed", text::excerpt(word));
        // goenv runs the first one that it has.
        let first = Request::parse(request).ok();
        return Err(invalid(path, Some(second), &message).only_hint(mend(path, first.as_ref())));
    }
    let requests = vec![parse(path, line, request)?];
    Ok(Some(Pin { requests, path: path.to_owned(), line }))
}

/// Reads the line for Go in a `.tool-versions`. `None` if there is no such file or line.
pub fn read_tool_versions(path: &Path) -> Result<Option<Pin>> {
    let Some(text) = text(path, MAX_TOOL_VERSIONS_BYTES)? else { return Ok(None) };
    for tool in TOOLS {
        let mut lines = text.split('\n').enumerate().filter_map(|(index, line)| {
            let line = line.split('#').next().unwrap_or_default();
            let mut words = line.split(BLANKS).filter(|word| !word.is_empty());
            (words.next() == Some(tool)).then_some((index + 1, words))
        });
        let Some((line, mut words)) = lines.next() else { continue };
        if let Some((second, _)) = lines.next() {
            let message = format!("a second line for `{tool}`, but only one is allowed");
            let first = words.next().and_then(|word| Request::parse(word).ok());
            return Err(invalid(path, Some(second), &message).only_hint(mend(path, first.as_ref())));
        }
        let requests = words.map(|word| parse(path, line, word)).collect::<Result<Vec<_>>>()?;
        if requests.is_empty() {
            return Err(invalid(path, Some(line), &format!("no version follows `{tool}`")));
        }
        return Ok(Some(Pin { requests, path: path.to_owned(), line }));
    }
    Ok(None)
}

/// Reads a file as text without a byte order mark; UTF-16, NUL bytes and more than `limit` bytes are errors.
fn text(path: &Path, limit: usize) -> Result<Option<String>> {
    let bytes = read::read_if_there(path, limit).map_err(|error| {
        error.hint(format!("make it a readable file, or remove it: `rm -ri {}`", text::quoted_path(path)))
    })?;
    let Some(bytes) = bytes else { return Ok(None) };
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err(invalid(path, None, "it is not UTF-8 but UTF-16, as PowerShell writes files"));
    }
    if bytes.len() > limit {
        return Err(invalid(path, None, &format!("it has more than {limit} bytes")));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    if let Some(at) = bytes.iter().position(|byte| *byte == 0) {
        let line = bytes[..at].split(|byte| *byte == b'\n').count();
        return Err(invalid(path, Some(line), "it contains a NUL byte"));
    }
    Ok(Some(String::from_utf8_lossy(bytes).into_owned()))
}

/// Splits the comment off a line: it begins with a `#` at the start or after a blank.
pub fn split_comment(line: &str) -> (&str, &str) {
    let begins = |at: &usize| *at == 0 || line[..*at].ends_with(BLANKS);
    let comment = line.match_indices('#').map(|(at, _)| at).find(begins);
    line.split_at(comment.unwrap_or(line.len()))
}

fn parse(path: &Path, line: usize, text: &str) -> Result<Request> {
    Request::parse(text).map_err(|refused| {
        let error = invalid(path, Some(line), &refused.to_string());
        match Request::meant(text).or_else(|| version_in(text)) {
            Some(meant) => error.only_hint(mend(path, Some(&meant))),
            None => error,
        }
    })
}

/// The version or line that a text has which is no request itself: `1.26` of `1.26.x.y`, of `go 1.26` as go.mod has it,
/// and of `1,26`.
fn version_in(text: &str) -> Option<Request> {
    let text = text.strip_prefix("go ").unwrap_or(text).trim_start().replace(',', ".");
    if let Ok(request @ (Request::Version(_) | Request::Line(_))) = Request::parse(&text) {
        return Some(request);
    }
    let ends = text.match_indices(|c: char| !c.is_ascii_alphanumeric());
    let mut requests = ends.filter_map(|(end, _)| Request::parse(&text[..end]).ok());
    requests.rfind(|request| matches!(request, Request::Version(_) | Request::Line(_)))
}

fn invalid(path: &Path, line: Option<usize>, why: &str) -> Error {
    let line = line.map(|line| format!(":{line}")).unwrap_or_default();
    Error::new(Kind::InvalidFile, format!("{}{line}: {why}", text::path(path))).hint(mend(path, None))
}

/// How to make an invalid file valid, with what its word means, else with an example.
fn mend(path: &Path, meant: Option<&Request>) -> String {
    let version = |example: &str| meant.map_or_else(|| example.to_owned(), Request::to_string);
    if path.ends_with(GO_VERSION_FILE) {
        // Replaced and not edited: the file may be a link that came with the project and leads anywhere.
        let folder = text::quoted_path(path.parent().unwrap_or(path));
        return format!(
            "replace it by one request, such as: `cd {folder} && gox pin --force {}`",
            version("latest")
        );
    }
    if path.ends_with(TOOL_VERSIONS_FILE) {
        let file = text::path(path);
        return format!("write one line for Go into `{file}`, such as `golang {}`", version("1.22.4"));
    }
    format!("choose another default: `gox default {}`", version("latest"))
}

#[cfg(test)]
mod tests;

//! Writes and removes `.go-version` files, which `pin` reads. Of an existing pin only the request changes: comments,
//! line endings and a byte order mark stay.

use std::path::{Path, PathBuf};
use std::{fs, io};

use super::pin::{self, GO_VERSION_FILE, MAX_BYTES};
use crate::error::{Error, Kind, Result};
use crate::fs::read::is_absence;
use crate::fs::write::write_in_place_of;
use crate::go::printed;
use crate::go::request::Request;
use crate::text;

/// A `.go-version` that was written.
#[derive(Debug)]
pub struct Written {
    /// Its path.
    pub path: PathBuf,
    /// The invalid text that it replaced without force; empty where there was none.
    pub replaced: String,
}

/// Makes `request` the pin of `directory`. A `.go-version` that is no valid pin and holds more than an invalid request
/// is replaced only with `force`.
pub fn write(directory: &Path, request: &str, force: bool) -> Result<Written> {
    let path = directory.join(GO_VERSION_FILE);
    let mut replaced = String::new();
    let (target, content) = match pin::read(&path) {
        Ok(None) => (path.clone(), format!("{request}\n").into_bytes()),
        Ok(Some(pin)) => {
            // Follows a symbolic link, as an editor does, but only to a valid pin: the link may come with a cloned
            // project and lead anywhere.
            let target = fs::canonicalize(&path).map_err(|error| unreadable(&path, error))?;
            let content = fs::read(&target).map_err(|error| unreadable(&path, error))?;
            (target, with_request(&content, pin.line, request))
        }
        // A file cannot take the place of a directory, also with `force`.
        Err(error) if path.symlink_metadata().is_ok_and(|data| data.is_dir()) => {
            let path = text::quoted_path(&path);
            return Err(error.only_hint(format!("move it out of the way: `mv {path} {path}.old`")));
        }
        Err(_) if force => (path.clone(), format!("{request}\n").into_bytes()),
        Err(error) => {
            let command = format!("gox pin --force {}", text::quoted(request));
            let refusal = || error.only_hint(format!("replace it: `{command}`"));
            replaced = invalid_request(&path).ok_or_else(refusal)?;
            (path.clone(), format!("{request}\n").into_bytes())
        }
    };
    if content.len() > MAX_BYTES {
        let message =
            format!("could not write `{}`: it would have more than {MAX_BYTES} bytes", path.display());
        return Err(Error::new(Kind::InvalidFile, message).hint("shorten the comments in it"));
    }
    write_in_place_of(&target, &content)
        .map_err(|error| Error::store(format!("could not write `{}`", path.display()), error))?;
    Ok(Written { path, replaced })
}

/// Removes the `.go-version` of `directory`, whatever is in it; of a link, the link. Returns its path, or `None` if
/// there is none.
pub fn remove(directory: &Path) -> Result<Option<PathBuf>> {
    let path = directory.join(GO_VERSION_FILE);
    match fs::remove_file(&path) {
        Ok(()) => Ok(Some(path)),
        Err(error) if is_absence(&error) => Ok(None),
        Err(error) => Err(Error::store(format!("could not remove `{}`", path.display()), error)),
    }
}

fn unreadable(path: &Path, cause: io::Error) -> Error {
    Error::new(Kind::InvalidFile, format!("could not read `{}`", path.display())).because(cause)
}

/// The text of an invalid `.go-version` that holds at most a request somebody wanted: one word, several requests, or
/// what `go version` prints. `None` where there is more, such as a comment in the style of another language, and for a
/// link, which may lead anywhere.
fn invalid_request(path: &Path) -> Option<String> {
    path.symlink_metadata().ok().filter(|data| data.is_file() && data.len() <= MAX_BYTES as u64)?;
    let text = String::from_utf8(fs::read(path).ok()?).ok()?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text).trim_ascii();
    let is_word = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._+-~^<>=*,".contains(&byte));
    let is_version = |word: &str| Request::parse(word).is_ok_and(|request| !request.is_linked_name());
    let is_invalid_request =
        is_word || text.split_ascii_whitespace().all(is_version) || printed::request(text).is_some();
    (is_invalid_request && !text.contains(['\n', '\r'])).then(|| text.to_owned())
}

/// `text` with `request` in line number `line`, from 1, in place of the old one; a comment after it stays.
fn with_request(text: &[u8], line: usize, request: &str) -> Vec<u8> {
    let lines = text.split_inclusive(|byte| *byte == b'\n').enumerate().flat_map(|(index, old)| {
        if index + 1 != line {
            return old.to_vec();
        }
        let end = old.iter().rposition(|byte| !b"\r\n".contains(byte)).map_or(0, |last| last + 1);
        // Found by bytes, because the comment may be in any encoding.
        let begins = |at: &usize| old[*at] == b'#' && (*at == 0 || b" \t".contains(&old[at - 1]));
        let comment = (0..end).find(begins).unwrap_or(end);
        let word = old[..comment].trim_ascii_end().len();
        let blanks = if comment == end { &[][..] } else { &old[word..comment] };
        [request.as_bytes(), blanks, old[comment..end].trim_ascii_end(), &old[end..]].concat()
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use proptest::prelude::*;

    use super::{with_request, write};
    use crate::go::request::Request;
    use crate::select::pin::{self, GO_VERSION_FILE};

    #[test]
    fn only_the_request_changes() {
        let table = [
            ("1.21\n", 1, "1.22\n"),
            ("# why\n\ngo1.21.3 # until May\n# more\n", 3, "# why\n\n1.22 # until May\n# more\n"),
            ("1.21 \t# until #1 is mended\n", 1, "1.22 \t# until #1 is mended\n"),
            ("1.21", 1, "1.22"),
            ("\u{feff}# why\r\n1.21 # until May \r\n", 2, "\u{feff}# why\r\n1.22 # until May\r\n"),
        ];
        for (text, line, expected) in table {
            let found = String::from_utf8(with_request(text.as_bytes(), line, "1.22")).unwrap();
            assert_eq!(found, expected, "{text:?}");
        }
    }

    /// A longer file would be refused when it is read.
    #[test]
    fn a_file_does_not_grow_too_long() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(GO_VERSION_FILE);
        let before = format!("#{}\n1.22\n", "x".repeat(4089));
        fs::write(&path, &before).unwrap();
        assert!(write(folder.path(), "1.23", false).is_ok());
        let error = write(folder.path(), "1.23.4", true).unwrap_err();
        let expected = format!("could not write `{}`: it would have more than 4096 bytes", path.display());
        assert_eq!(error.to_string(), expected);
        assert_eq!(pin::read(&path).unwrap().unwrap().requests[0].to_string(), "1.23");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        /// After a write over any file the pin is read back; after a refusal the file is unchanged.
        #[test]
        fn what_is_written_is_read_back(
            before in "\u{feff}?((#|1.22|go1.21.1|>=1.20|tip|x y|é)?[ \t\r\n]{0,2}){0,8}",
            request in "1\\.2[0-9](\\.[0-9]|\\.x)?|latest|>=1\\.21, <1\\.23|tip",
            force: bool,
        ) {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join(GO_VERSION_FILE);
            fs::write(&path, &before).unwrap();
            let request = Request::parse(&request).unwrap();
            if write(folder.path(), &request.to_string(), force).is_ok() {
                let pin = pin::read(&path).unwrap().unwrap();
                prop_assert_eq!(pin.requests, [request], "over {:?}", before);
            } else {
                prop_assert!(!force, "{:?}", before);
                prop_assert_eq!(fs::read_to_string(&path).unwrap(), before);
            }
        }
    }
}

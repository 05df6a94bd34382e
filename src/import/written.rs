//! Reads the versions that other managers write into their files. These are data: what is invalid in them is told, and
//! is no failure.

use std::path::Path;

use toml_edit::{Document, Item};

use super::managers::{Keys, TOP};
use crate::fs::read::read_if_there;
use crate::go::request::Request;
use crate::go::version::Version;
use crate::settings::file::Place;
use crate::text;

/// The longest file that is read, in bytes.
const MAX_BYTES: usize = 1 << 20;

/// What a file says: a request, or why gox cannot say the same.
pub(super) type Said = Result<Request, String>;

/// What is written in a file, and the number of its line if it has one.
pub(super) type Line = (Said, Option<usize>);

/// The text of a file; `None` where there is none. The error is why it cannot be read.
fn text_of(path: &Path) -> Result<Option<String>, String> {
    match read_if_there(path, MAX_BYTES) {
        Ok(Some(bytes)) if bytes.len() > MAX_BYTES => Err(format!("it has more than {MAX_BYTES} bytes")),
        Ok(bytes) => Ok(bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) => Err(error.line()),
    }
}

/// What `find` finds in the text of a file, if that is there; else why it cannot be read.
pub(super) fn in_file(path: &Path, find: impl FnOnce(&str) -> Option<Line>) -> Option<Line> {
    match text_of(path).transpose()? {
        Ok(text) => find(&text),
        Err(why) => Some((Err(why), None)),
    }
}

/// The value of the first of the keys that is there.
pub(super) fn in_toml(path: &Path, text: &str, keys: Keys) -> Option<Line> {
    let document = match Document::parse(text) {
        Ok(document) => document,
        Err(error) => {
            let message = error.message().lines().next().unwrap_or_default();
            let line = Place::new(path, text, error.span().map_or(0, |span| span.start)).line;
            return Some((Err(format!("it is not valid TOML: {message}")), Some(line)));
        }
    };
    let item =
        |keys: &&[&str]| keys.iter().try_fold(document.as_item(), |item, key| item.as_table_like()?.get(key));
    let item = keys.iter().find_map(item)?;
    let line = Place::new(path, text, item.span().map_or(0, |span| span.start)).line;
    let said = if keys == TOP { request } else { release };
    Some((version(item).map_or_else(|| Err("it names no version".to_owned()), said), Some(line)))
}

/// The version of a value: a text, the first of a list, or `version` of a table.
fn version(item: &Item) -> Option<&str> {
    if let Some(table) = item.as_table_like() {
        return table.get("version")?.as_str();
    }
    match item.as_array() {
        Some(versions) => {
            let first = versions.get(0)?;
            first.as_str().or_else(|| first.as_inline_table()?.get("version")?.as_str())
        }
        None => item.as_str(),
    }
}

/// The version after `gvm use`, with or without a package set.
pub(super) fn in_gvmrc(text: &str) -> Option<Line> {
    let version = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().take_while(|word| !word.starts_with('#')).collect();
        let at = words.windows(2).position(|pair| pair == ["gvm", "use"])?;
        let name = words[at + 2..].iter().find(|word| !word.starts_with('-'))?;
        Some(name.split('@').next().unwrap_or(name).trim_matches(['"', '\'', ';']).to_owned())
    };
    let mut lines = text.lines().zip(1..);
    lines.find_map(|(line, number)| Some((release(&version(line)?), Some(number))))
}

/// The value of `gvm_go_name`, as `gvm use --default` writes it.
pub(super) fn in_script(text: &str) -> Option<Line> {
    let value = |line: &str| {
        let (_, value) = line.split_once("gvm_go_name=")?;
        Some(value.trim().trim_matches(['"', '\'']).to_owned())
    };
    // The first assignment of a line may be an `export` without a value.
    let lines: Vec<_> = text.lines().zip(1..).collect();
    lines.into_iter().rev().find_map(|(line, number)| Some((release(&value(line)?), Some(number))))
}

/// The release that a manager gives this name, with Go's prefix or without.
pub(super) fn release_named(name: &str) -> Option<Version> {
    Version::parse(name.strip_prefix("go").unwrap_or(name)).filter(Version::is_release)
}

/// The request for what a manager calls a release. Before 1.21 the first one of a line has its name, such as `go1.20`,
/// which as a request means the newest.
pub(super) fn release(name: &str) -> Said {
    request(&release_named(name).map_or_else(|| name.to_owned(), |version| version.full()))
}

/// The request for what another manager calls a version.
pub(super) fn request(version: &str) -> Said {
    // mise's word for the newest of a line, which is what a line means to gox.
    let version = version.strip_prefix("prefix:").unwrap_or(version);
    Request::parse(version)
        .map_err(|_| format!("`{}` is not a version that gox knows", text::excerpt(version)))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::import::managers::{TOOLS, TOP};

    fn said((said, line): Line) -> (Result<String, String>, usize) {
        (said.map(|request| request.to_string()), line.unwrap())
    }

    #[test]
    fn versions_in_toml() {
        let of = |text: &str, keys| in_toml(Path::new("mise.toml"), text, keys).map(said);
        let is = |version: &str, line| Some((Ok(version.to_owned()), line));
        assert_eq!(of("go = '1.22.4'\n", TOP), is("1.22.4", 1));
        assert_eq!(of("go = '~1.22'\n", TOP), is("~1.22", 1));
        assert_eq!(of("[tools]\nnode = '20'\ngo = 'latest'\n", TOOLS), is("latest", 3));
        assert_eq!(of("[tools]\ngolang = ['1.21.13', '1.22.4']\n", TOOLS), is("1.21.13", 2));
        assert_eq!(of("tools.go = [{ version = 'prefix:1.22' }]\n", TOOLS), is("1.22", 1));
        assert_eq!(of("[tools.go]\nversion = 'go1.22.4'\nos = ['linux']\n", TOOLS), is("1.22.4", 1));
        assert_eq!(of("go = '1.20'\n", TOP), is("1.20", 1));
        assert_eq!(of("tools.go = '1.20'\n", TOOLS), is("1.20.0", 1));
        assert_eq!(of("tools.go = 'prefix:1.20'\n", TOOLS), is("1.20", 1));
        assert_eq!(of("tools.go = '1.22'\n", TOOLS), is("1.22", 1));
        assert_eq!(of("[tools]\nnode = '20'\n", TOOLS), None);
        assert_eq!(of("", TOP), None);
        for (text, why, line) in [
            ("[tools]\ngo = 1.22\n", "it names no version", 2),
            ("[tools]\ngo = []\n", "it names no version", 2),
            ("[tools]\ngo = 'sub-0.1:latest'\n", "`sub-0.1:latest` is not a version that gox knows", 2),
            ("[tools]\ngo = 'path:/opt/go'\n", "`path:/opt/go` is not a version that gox knows", 2),
        ] {
            assert_eq!(of(text, TOOLS), Some((Err(why.to_owned()), line)), "{text}");
        }
        assert!(
            matches!(of("[tools\n", TOOLS), Some((Err(why), 1)) if why.starts_with("it is not valid TOML: "))
        );
    }

    #[test]
    fn versions_in_scripts_of_gvm() {
        for (text, expected) in [
            ("gvm use go1.22.4\n", Some(("1.22.4", 1))),
            ("# gvm use go1.20\n\n  gvm use --quiet go1.22.4@work --default\n", Some(("1.22.4", 3))),
            ("command gvm use 'go1.22.4'; echo\n", Some(("1.22.4", 1))),
            ("gvm use go1.20\n", Some(("1.20.0", 1))),
            ("gvm use\n", None),
            ("nvm use 20\n", None),
        ] {
            let found = in_gvmrc(text).map(said);
            assert_eq!(found, expected.map(|(version, line)| (Ok(version.to_owned()), line)), "{text}");
        }
        let script = "export gvm_go_name; gvm_go_name=\"go1.22.4\"\nexport gvm_pkgset_name\n";
        assert_eq!(in_script(script).map(said), Some((Ok("1.22.4".to_owned()), 1)));
    }
}

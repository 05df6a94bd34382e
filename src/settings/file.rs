//! The settings file: reading it with the place of every value, and changing one value without touching
//! the rest.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::{fmt, fs};

use toml_edit::{Array, Document, DocumentMut, Item, Value};

use super::keys::{self, Form, Key};
use crate::env;
use crate::error::{Error, Kind, Result};
use crate::fs::read::read_at_most;

/// Nobody has that many settings.
const MAX_BYTES: usize = 1 << 20;

/// The values of the file. One that is not there sets nothing.
#[derive(Debug, Default)]
pub struct SettingsFile {
    found: Vec<Found>,
}

/// A value, and where it stands.
#[derive(Debug)]
pub struct Found {
    /// The key.
    pub key: &'static str,
    /// The value, as its variable would hold it.
    pub text: String,
    /// Where the value stands.
    pub place: Place,
}

/// A place in the file; line and column from 1, the column in characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub path: PathBuf,
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.path.display(), self.line, self.column)
    }
}

impl Place {
    fn new(path: &Path, text: &str, at: usize) -> Self {
        // A position that is no boundary would be the library's mistake.
        let before = text.get(..at).unwrap_or(text);
        let line = before.rsplit('\n').next().unwrap_or_default();
        Place {
            path: path.to_owned(),
            line: before.matches('\n').count() + 1,
            column: line.chars().count() + 1,
        }
    }
}

/// Where the settings file is: `GOX_CONFIG`, else in the user's configuration directory.
pub fn path() -> Option<PathBuf> {
    let path = env::os(env::GOX_CONFIG).map(PathBuf::from);
    path.or_else(|| dirs::config_dir().map(|directory| directory.join("gox/config.toml")))
}

impl SettingsFile {
    /// Reads it; `warn` is told of keys that are none.
    pub fn read(warn: impl FnMut(String)) -> Result<Self> {
        path().map_or_else(|| Ok(SettingsFile::default()), |path| SettingsFile::at(&path, warn))
    }

    /// Reads the one at that path.
    pub fn at(path: &Path, mut warn: impl FnMut(String)) -> Result<Self> {
        let Some(text) = read_text(path)? else { return Ok(SettingsFile::default()) };
        let document = Document::parse(text.as_str()).map_err(|error| syntax(path, &text, &error))?;
        let mut found = Vec::new();
        for (name, item) in document.iter() {
            let key_span = document.key(name).and_then(toml_edit::Key::span);
            let at = |span: Option<std::ops::Range<usize>>| {
                Place::new(path, &text, span.map_or(0, |span| span.start))
            };
            let Some(key) = keys::find(name) else {
                let nearest =
                    keys::nearest(name).map_or_else(String::new, |key| format!("; the nearest is `{key}`"));
                warn(format!("unknown setting `{name}` in `{}`{nearest}", at(key_span)));
                continue;
            };
            let place = at(item.span().or(key_span));
            let Some(text) = item.as_value().and_then(plain) else {
                let message = format!("invalid value for `{name}`: it is text, a number or a list");
                return Err(Error::new(Kind::InvalidFile, message).detail(format!("set by `{place}`")));
            };
            found.push(Found { key: key.name, text, place });
        }
        Ok(SettingsFile { found })
    }

    /// The value of a key.
    pub fn find(&self, key: &str) -> Option<&Found> {
        self.found.iter().find(|found| found.key == key)
    }
}

/// Writes a value, or with none takes the key out; the rest of the file stays as it is. Gives the file.
pub fn set(key: &Key, value: Option<&str>) -> Result<PathBuf> {
    let path = path().ok_or_else(|| {
        Error::new(
            Kind::Store,
            "could not tell where the settings file is: `HOME` is not set to an absolute path",
        )
        .hint("name it: `export GOX_CONFIG=/path/to/config.toml`")
    })?;
    if path.is_symlink() && !path.exists() {
        let message = format!("the settings file `{}` is a link that leads nowhere", path.display());
        return Err(Error::new(Kind::InvalidFile, message));
    }
    let text = read_text(&path)?.unwrap_or_default();
    let mut document: DocumentMut = text.parse().map_err(|error| syntax(&path, &text, &error))?;
    match value {
        Some(value) => match document.get_mut(key.name).and_then(Item::as_value_mut) {
            // A comment behind it stays.
            Some(old) => {
                let decor = old.decor().clone();
                *old = written(key.form, value);
                *old.decor_mut() = decor;
            }
            None => drop(document.insert(key.name, Item::Value(written(key.form, value)))),
        },
        None => drop(document.remove(key.name)),
    }
    let changed = document.to_string();
    if changed != text {
        // Through a link, so that a file that is kept elsewhere is not torn from there.
        let target = fs::canonicalize(&path).unwrap_or_else(|_| path.clone());
        crate::fs::write::write_in_place_of(&target, changed.as_bytes())
            .map_err(|error| Error::store(format!("could not write `{}`", path.display()), error))?;
    }
    Ok(path)
}

/// The text; none where there is no file.
fn read_text(path: &Path) -> Result<Option<String>> {
    let text = read_at_most(path, MAX_BYTES).and_then(|text| {
        String::from_utf8(text).map_err(|_| io::Error::new(ErrorKind::InvalidData, "it is not UTF-8 text"))
    });
    match text {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => {
            let message = format!("could not read the settings file `{}`", path.display());
            Err(Error::new(Kind::InvalidFile, message).because(error))
        }
    }
}

fn syntax(path: &Path, text: &str, error: &toml_edit::TomlError) -> Error {
    let place = Place::new(path, text, error.span().map_or(0, |span| span.start));
    let message = error.message().lines().next().unwrap_or_default();
    Error::new(Kind::InvalidFile, format!("the settings file is invalid: {message}"))
        .detail(format!("at `{place}`"))
}

/// A value as its variable would hold it; a list is joined by commas.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.value().clone()),
        Value::Integer(number) => Some(number.value().to_string()),
        Value::Boolean(truth) => Some(truth.value().to_string()),
        Value::Array(values) => {
            let texts = values.iter().map(plain).collect::<Option<Vec<_>>>()?;
            Some(texts.join(","))
        }
        _ => None,
    }
}

/// A value, which was checked, in the form of its key.
fn written(form: Form, text: &str) -> Value {
    match form {
        Form::List => text.split(',').map(str::trim).collect::<Array>().into(),
        Form::Truth => matches!(text, "1" | "true" | "yes" | "on").into(),
        Form::Number => text.parse::<i64>().map_or_else(|_| text.into(), Value::from),
        Form::Text => text.into(),
    }
}

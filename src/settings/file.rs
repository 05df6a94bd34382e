//! The settings file, in TOML: reads values with their places, and changes one value without touching the rest.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::{fmt, fs};

use toml_edit::{Array, Document, DocumentMut, Item, Value};

use super::keys::{self, Form, Key};
use crate::env::{self, Environment};
use crate::error::{Error, Kind, Result};
use crate::fs::read::{is_absence, is_null_device, read_at_most};
use crate::fs::write::{Claim, Replacement};
use crate::text;

/// The longest settings file, in bytes: far more than all settings need.
const MAX_BYTES: usize = 1 << 20;

/// The values in the settings file, in the form of their variables and with their places; none if there is no file.
#[derive(Debug, Default)]
pub struct SettingsFile(BTreeMap<&'static str, (String, Place)>);

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
    /// The place of a byte of a text.
    pub fn new(path: &Path, text: &str, at: usize) -> Self {
        // `at` comes from toml_edit, and is a character boundary unless that has a bug.
        let before = text.get(..at).unwrap_or(text).trim_start_matches('\u{feff}');
        let line = before.rsplit('\n').next().unwrap_or_default();
        Place {
            path: path.to_owned(),
            line: before.matches('\n').count() + 1,
            column: line.chars().count() + 1,
        }
    }
}

/// The path of the settings file: `GOX_CONFIG`, else `gox/config.toml` in the user's configuration directory.
pub fn path() -> Option<PathBuf> {
    let path = env::os(env::GOX_CONFIG).map(PathBuf::from);
    path.or_else(|| Some(Environment::Process.user_config()?.join("gox/config.toml")))
}

impl SettingsFile {
    /// Reads the user's settings file; calls `warn` for each unknown key.
    pub fn read(warn: impl FnMut(String)) -> Result<Self> {
        path().map_or_else(|| Ok(SettingsFile::default()), |path| SettingsFile::at(&path, warn))
    }

    /// Reads the settings file at `path`.
    pub fn at(path: &Path, mut warn: impl FnMut(String)) -> Result<Self> {
        let Some(text) = read_text(path)? else { return Ok(SettingsFile::default()) };
        let document = Document::parse(text.as_str()).map_err(|error| syntax(path, &text, &error))?;
        let mut values = BTreeMap::new();
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
                let message =
                    format!("invalid value for `{name}`: it must be text, a number, a boolean or a list");
                let error = Error::new(Kind::InvalidFile, message).detail(format!("set by `{place}`"));
                return Err(error.hint(format!("back to the default: `{}`", key.unset())));
            };
            values.insert(key.name, (text, place));
        }
        Ok(SettingsFile(values))
    }

    /// Replaces a value in memory, as [`set`] does in the file.
    pub fn set(&mut self, key: &Key, value: Option<&str>) {
        let old = self.0.remove(key.name);
        let place = old.map(|(_, place)| place).or_else(|| Some(Place { path: path()?, line: 1, column: 1 }));
        if let (Some(value), Some(place)) = (value, place) {
            self.0.insert(key.name, (value.to_owned(), place));
        }
    }

    /// The value of a key, spelled as [`set`] writes it.
    pub fn normal(&self, key: &Key) -> Option<String> {
        self.0.get(key.name).map(|(text, _)| normal(key, text))
    }

    /// The value of a key, and its place.
    pub fn find(&self, key: &str) -> Option<(String, Place)> {
        self.0.get(key).cloned()
    }
}

/// The hint where there is no settings file to write.
const HINT: &str = "name a file: `export GOX_CONFIG=/path/to/config.toml`";

/// How often a change is made anew because another gox changed the file meanwhile. Each time one of them is done.
const TRIES: usize = 100;

/// Sets the value of a key, or removes the key for `None`, and returns the path of the file.
pub fn set(key: &Key, value: Option<&str>) -> Result<PathBuf> {
    let path = writable_path()?;
    for _ in 0..TRIES {
        if is_set(&path, key, value)? {
            return Ok(path);
        }
    }
    let message = format!("`{}` is changed by others all the time, so it is left as it is", path.display());
    Err(Error::new(Kind::Refused, message))
}

/// Sets it, and says whether nobody else changed the file meanwhile.
fn is_set(path: &Path, key: &Key, value: Option<&str>) -> Result<bool> {
    let before = read_text(path)?;
    let text = before.as_deref().unwrap_or_default();
    let mut document: DocumentMut = text.parse().map_err(|error| syntax(path, text, &error))?;
    replace(&mut document, key, value);
    let changed = as_written(&document, text);
    if changed == text {
        return Ok(true);
    }
    let unwritten = |error| Error::store(format!("could not write `{}`", path.display()), error).hint(HINT);
    // Writes through a symbolic link: the user may keep the file elsewhere, as with dotfiles.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let new = Replacement::of(&target, changed.as_bytes()).map_err(unwritten)?;
    let claim = Claim::of(&target);
    if claim.is_none() || read_text(path)? != before {
        return Ok(false);
    }
    match if before.is_some() { new.persist(&target) } else { new.persist_new(&target) } {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        written => written.map(|()| true).map_err(unwritten),
    }
}

/// The text of the document with the byte order mark and the ends of lines that `text` has, which the document forgets.
fn as_written(document: &DocumentMut, text: &str) -> String {
    let written = document.to_string();
    let written =
        if text.contains("\r\n") { written.replace("\r\n", "\n").replace('\n', "\r\n") } else { written };
    if text.starts_with('\u{feff}') { format!("\u{feff}{written}") } else { written }
}

/// The path of the file; an error where it cannot be written.
fn writable_path() -> Result<PathBuf> {
    let path = path().ok_or_else(|| {
        let message = "could not tell where the settings file is: `HOME` is not set to an absolute path";
        Error::new(Kind::Store, message).hint(HINT)
    })?;
    if is_null_device(&path) {
        let message = format!("there is no settings file to write: `{}` switches it off", path.display());
        return Err(Error::new(Kind::Store, message).hint(HINT));
    }
    if path.is_symlink() && !path.exists() {
        let message = format!("the settings file `{}` is a dangling symbolic link", path.display());
        return Err(Error::new(Kind::InvalidFile, message));
    }
    Ok(path)
}

/// Gives the key another value, or takes it out for `None`. The comment after a value stays.
fn replace(document: &mut DocumentMut, key: &Key, value: Option<&str>) {
    let Some(value) = value else { return drop(document.remove(key.name)) };
    let mut value = written(key.form, value);
    match document.get_mut(key.name).and_then(Item::as_value_mut) {
        Some(old) => {
            // The decor holds the comment.
            *value.decor_mut() = old.decor().clone();
            *old = value;
        }
        None => drop(document.insert(key.name, Item::Value(value))),
    }
}

/// The text of the file; `None` if there is no file, or the null device in its place.
fn read_text(path: &Path) -> Result<Option<String>> {
    if is_null_device(path) {
        return Ok(None);
    }
    let invalid = |why: &str| io::Error::new(io::ErrorKind::InvalidData, why);
    let text = read_at_most(path, MAX_BYTES).and_then(|text| {
        if text.len() > MAX_BYTES {
            return Err(invalid(&format!("it has more than {MAX_BYTES} bytes")));
        }
        String::from_utf8(text).map_err(|_| invalid("it is not UTF-8 text"))
    });
    match text {
        Ok(text) => Ok(Some(text)),
        Err(error) if is_absence(&error) => Ok(None),
        Err(error) => {
            let message = format!("could not read the settings file `{}`", path.display());
            let is_denied = error.kind() == io::ErrorKind::PermissionDenied;
            // It may lie in the home of another user, which `~` would not show.
            let home = env::user_home().filter(|home| is_denied && path.starts_with(home));
            let error = Error::new(Kind::InvalidFile, message).because(error);
            let place = |error: Error, home: &PathBuf| error.detail(format!("by `HOME={}`", home.display()));
            let hint = format!("do without a settings file: `export {}=/dev/null`", env::GOX_CONFIG);
            Err(home.iter().fold(error, place).hint(hint))
        }
    }
}

fn syntax(path: &Path, text: &str, error: &toml_edit::TomlError) -> Error {
    let place = Place::new(path, text, error.span().map_or(0, |span| span.start));
    let message = error.message().lines().next().unwrap_or_default();
    Error::new(Kind::InvalidFile, format!("the settings file is invalid: {message}"))
        .detail(format!("at `{place}`"))
        .hint(format!("edit it: `${{EDITOR:-vi}} {}`", text::quoted_path(path)))
}

/// A TOML value in the form of a variable: lists are joined by commas. `None` for a date or a table.
pub fn plain(value: &Value) -> Option<String> {
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

/// A valid value as the file has it after [`set`], in the form of the setting's variable: `5` for `+5`.
pub fn normal(key: &Key, text: &str) -> String {
    plain(&written(key.form, text)).unwrap_or_else(|| text.to_owned())
}

/// A valid value as TOML, in the form of its key.
fn written(form: Form, text: &str) -> Value {
    match form {
        Form::List => text.split(',').map(str::trim).collect::<Array>().into(),
        Form::Truth => matches!(text, "1" | "true" | "yes" | "on").into(),
        Form::Number => text.parse::<i64>().map_or_else(|_| text.into(), Value::from),
        Form::Text => text.into(),
    }
}

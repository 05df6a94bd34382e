//! The value of one setting, and who set it.

use super::file::{Found, Place, SettingsFile};
use super::keys::Key;
use crate::error::{Error, Kind};
use crate::{env, text};

/// A value of one key, and who set it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// As its variable would hold it.
    pub text: String,
    /// Who set it.
    pub set_by: SetBy,
}

/// Who set a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SetBy {
    /// Nobody.
    Default,
    /// Its variable.
    Environment,
    /// The settings file, at this line and column, from 1.
    File(Place),
}

/// The variable of `key`, else its line in the file, else the default.
pub fn value(key: &Key, file: &SettingsFile) -> Value {
    if let Some(text) = env::text(key.variable) {
        return Value { text, set_by: SetBy::Environment };
    }
    match file.find(key.name) {
        Some(Found { text, place, .. }) => Value { text: text.clone(), set_by: SetBy::File(place.clone()) },
        None => Value { text: key.default.to_owned(), set_by: SetBy::Default },
    }
}

/// Says what is wrong with a value.
pub fn invalid(key: &Key, text: &str, reason: &str, kind: Kind) -> Error {
    let shown = text::without_password(text);
    Error::new(kind, format!("invalid value `{}` for `{}`: {reason}", shown.escape_debug(), key.name))
}

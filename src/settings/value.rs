//! Looks up the value of one setting, with its origin.

use super::file::{Place, SettingsFile};
use super::keys::Key;
use crate::error::{Error, Kind};
use crate::{env, text};

/// The value of a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// The value in the form of the setting's variable.
    pub text: String,
    /// The origin of the value.
    pub set_by: SetBy,
}

/// The origin of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SetBy {
    /// The default of gox.
    Default,
    /// The environment variable.
    Environment,
    /// The settings file, at this place.
    File(Place),
}

/// The value of `key`: from its variable, else from `file`, else the default.
pub fn value(key: &Key, file: &SettingsFile) -> Value {
    if let Some(text) = env::text(key.variable) {
        return Value { text, set_by: SetBy::Environment };
    }
    match file.find(key.name) {
        Some((text, place)) => Value { text, set_by: SetBy::File(place) },
        None => Value { text: key.default.to_owned(), set_by: SetBy::Default },
    }
}

/// The error for an invalid value; a password in a URL is left out.
pub fn invalid(key: &Key, text: &str, reason: &str, kind: Kind) -> Error {
    let shown = text::without_password(text);
    Error::new(kind, format!("invalid value `{}` for `{}`: {reason}", shown.escape_debug(), key.name))
}

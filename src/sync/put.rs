//! What `gox sync` itself put for a fleet file: once the file names it no more, it is given back.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::file::Declared;
use crate::text;

/// The settings and the targets of `gox setup` that were put, and are still declared.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Put {
    /// The settings by their keys.
    pub(super) settings: BTreeMap<String, Change>,
    /// The targets that were not set up before.
    pub(super) setup: BTreeSet<String>,
}

/// A value that was put.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Change {
    /// The value of the user before; `None` where there was none.
    pub(super) from: Option<String>,
    /// The value that was put.
    pub(super) to: String,
}

impl Put {
    /// Forgets what is not declared any more.
    pub fn keep(&mut self, declared: &Declared) {
        self.settings.retain(|key, _| declared.settings.contains_key(key.as_str()));
        self.setup.retain(|target| declared.setup.get(target.as_str()).is_some_and(|(_, is_put, _)| *is_put));
    }

    /// Notes that a setting gets a value.
    pub(super) fn set(&mut self, key: &str, now: Option<&String>, to: &str) {
        // Of several changes the first one has seen the user's own value.
        let from = self.settings.remove(key).map_or_else(|| now.cloned(), |change| change.from);
        // A password is in no other file than that of the settings.
        let is_open = |value: &str| text::without_password(value) == value;
        if is_open(to) && from.as_deref().is_none_or(is_open) {
            self.settings.insert(key.to_owned(), Change { from, to: to.to_owned() });
        }
    }
}

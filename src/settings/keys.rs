//! The keys of the settings file, in the order in which they are shown.

use super::parse;
use crate::go::source::OFFICIAL;
use crate::{env, text};

/// One setting.
pub struct Key {
    /// Its name in the settings file.
    pub name: &'static str,
    /// Its variable.
    pub variable: &'static str,
    /// Its value where nobody sets it.
    pub default: &'static str,
    /// How it is written in the settings file.
    pub form: Form,
    /// What is wrong with a value.
    check: fn(&str) -> Result<(), String>,
}

/// How a value is written in TOML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `"text"`
    Text,
    /// `["one", "two"]`
    List,
    /// `true`
    Truth,
    /// `30`
    Number,
}

impl Key {
    /// What is wrong with a value, if anything.
    pub fn check(&self, text: &str) -> Result<(), String> {
        (self.check)(text)
    }
}

/// Where toolchains come from, in order.
pub const SOURCES: Key = Key {
    name: "sources",
    variable: env::GOX_SOURCES,
    default: "dl,proxy",
    form: Form::List,
    check: |text| parse::sources(text).map(drop),
};
/// The base of archives and of the release list.
pub const DL_URL: Key = Key {
    name: "dl-url",
    variable: env::GOX_DL_URL,
    default: OFFICIAL,
    form: Form::Text,
    check: |text| parse::base_url(text).map(drop),
};
/// Whether the checksum database must have proven every toolchain.
pub const VERIFY: Key = Key {
    name: "verify",
    variable: env::GOX_VERIFY,
    default: "any",
    form: Form::Text,
    check: |text| parse::verify(text).map(drop),
};
/// Whether the network is left alone.
pub const OFFLINE: Key = Key {
    name: "offline",
    variable: env::GOX_OFFLINE,
    default: "false",
    form: Form::Truth,
    check: |text| parse::boolean(text).map(drop),
};
/// What becomes of a version that is asked for and missing.
pub const AUTO_INSTALL: Key = Key {
    name: "auto-install",
    variable: env::GOX_AUTO_INSTALL,
    default: "always",
    form: Form::Text,
    check: |text| parse::auto_install(text).map(drop),
};
/// The longest silence of a server, in seconds.
pub const TIMEOUT: Key = Key {
    name: "timeout",
    variable: env::GOX_TIMEOUT,
    default: "30",
    form: Form::Number,
    check: |text| parse::seconds(text).map(drop),
};
/// The longest wait for another gox, in seconds.
pub const LOCK_TIMEOUT: Key = Key {
    name: "lock-timeout",
    variable: env::GOX_LOCK_TIMEOUT,
    default: "300",
    form: Form::Number,
    check: |text| parse::seconds(text).map(drop),
};

/// All of them.
pub const ALL: [&Key; 7] = [&SOURCES, &DL_URL, &VERIFY, &OFFLINE, &AUTO_INSTALL, &TIMEOUT, &LOCK_TIMEOUT];

/// The key of that name.
pub fn find(name: &str) -> Option<&'static Key> {
    ALL.into_iter().find(|key| key.name == name)
}

/// The name that is most like a word, where one is like it at all.
pub fn nearest(word: &str) -> Option<&'static str> {
    text::nearest(word, ALL.iter().map(|key| key.name))
}

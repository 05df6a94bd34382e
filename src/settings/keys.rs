//! The settings: for each its key in the settings file, variable, default and check. Adding one here is all that
//! `gox config` needs to show and set it.

use super::parse;
use crate::go::source::{self, OFFICIAL};
use crate::{env, text};

/// One setting.
pub struct Key {
    /// The key in the settings file.
    pub name: &'static str,
    /// The environment variable, which has precedence over the file.
    pub variable: &'static str,
    /// The default value.
    pub default: &'static str,
    /// The form of the value in the settings file.
    pub form: Form,
    /// Returns the reason why a value is invalid.
    check: fn(&str) -> Result<(), String>,
}

/// The TOML type of a value.
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
    /// Checks a value; the error is the reason why it is invalid.
    pub fn check(&self, text: &str) -> Result<(), String> {
        (self.check)(text)
    }

    /// The command that takes the setting out of the settings file.
    pub fn unset(&self) -> String {
        format!("gox config unset {}", self.name)
    }
}

/// The sources of toolchains, in order.
pub const SOURCES: Key = Key {
    name: "sources",
    variable: env::GOX_SOURCES,
    default: "dl,proxy",
    form: Form::List,
    check: |text| parse::sources(text).map(drop),
};
/// The base URL of archives and of the release list.
pub const DL_URL: Key = Key {
    name: "dl-url",
    variable: env::GOX_DL_URL,
    default: OFFICIAL,
    form: Form::Text,
    check: |text| source::readable(text).map(drop),
};
/// Whether the checksum database is a required proof: `log`, else `any`.
pub const VERIFY: Key = Key {
    name: "verify",
    variable: env::GOX_VERIFY,
    default: "any",
    form: Form::Text,
    check: |text| parse::verify(text).map(drop),
};
/// Whether gox keeps off the network.
pub const OFFLINE: Key = Key {
    name: "offline",
    variable: env::GOX_OFFLINE,
    default: "false",
    form: Form::Truth,
    check: |text| parse::boolean(text).map(drop),
};
/// Whether files that an installed toolchain has are left out of a download.
pub const DELTA: Key = Key {
    name: "delta",
    variable: env::GOX_DELTA,
    default: "true",
    form: Form::Truth,
    check: |text| parse::boolean(text).map(drop),
};
/// Where the vulnerability database is: an address, a folder, or `off`.
pub const VULNDB: Key = Key {
    name: "vulndb",
    variable: env::GOX_VULNDB,
    default: "https://vuln.go.dev",
    form: Form::Text,
    check: |text| parse::vulndb(text).map(drop),
};
/// Whether running a tool installs a selected version that is missing.
pub const AUTO_INSTALL: Key = Key {
    name: "auto-install",
    variable: env::GOX_AUTO_INSTALL,
    default: "always",
    form: Form::Text,
    check: |text| parse::auto_install(text).map(drop),
};
/// The time without a byte after which a transfer has stalled, in seconds.
pub const TIMEOUT: Key = Key {
    name: "timeout",
    variable: env::GOX_TIMEOUT,
    default: "30",
    form: Form::Number,
    check: |text| parse::seconds(text).map(drop),
};
/// The longest wait for a lock that another gox holds, in seconds.
pub const LOCK_TIMEOUT: Key = Key {
    name: "lock-timeout",
    variable: env::GOX_LOCK_TIMEOUT,
    default: "300",
    form: Form::Number,
    check: |text| parse::seconds(text).map(drop),
};

/// All settings, in the order in which they are read and shown.
pub const ALL: [&Key; 9] =
    [&SOURCES, &DL_URL, &VERIFY, &OFFLINE, &DELTA, &VULNDB, &AUTO_INSTALL, &TIMEOUT, &LOCK_TIMEOUT];

/// The setting with the key `name`.
pub fn find(name: &str) -> Option<&'static Key> {
    ALL.into_iter().find(|key| key.name == name)
}

/// The key with the spelling nearest to `word`; `None` if none is near.
pub fn nearest(word: &str) -> Option<&'static str> {
    text::nearest(word, ALL.iter().map(|key| key.name))
}

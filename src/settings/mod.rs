//! The settings of gox: an environment variable has precedence over the settings file, and that over the default.
//! No setting changes which Go is selected, and the shim reads none.

use std::time::Duration;

use url::Url;

pub mod file;
pub mod keys;
pub mod parse;
pub mod value;

pub use parse::AutoInstall;

use crate::env;
use crate::error::{Kind, Result};
use crate::go::source::{self, SourceName};
use file::SettingsFile;
use keys::Key;
use value::{SetBy, Value, invalid, value};

/// The settings of one run.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The sources in order. `None`, the default, means `dl`, then `proxy`, or the other order if GOPROXY is set.
    pub sources: Option<Vec<SourceName>>,
    /// The base URL of archives and of the release list.
    pub dl_url: Url,
    /// Whether the checksum database is a required proof.
    pub require_log: bool,
    /// Who set that gox keeps off the network; `None` if it does not.
    pub offline: Option<SetBy>,
    /// Whether files that an installed toolchain has are left out of a download.
    pub delta: bool,
    /// The vulnerability database.
    pub vulndb: Vulndb,
    /// Whether running a tool installs a selected version that is missing.
    pub auto_install: AutoInstall,
    /// The time without a byte after which a transfer has stalled.
    pub timeout: Duration,
    /// The longest wait for a lock that another gox holds.
    pub lock_timeout: Duration,
}

/// The vulnerability database.
#[derive(Clone, Debug)]
pub struct Vulndb {
    /// Its address, of a folder too; `None` if it is switched off. An error says why the value of `GOVULNDB` is no
    /// address: that is a variable of other programs, so only who needs the database fails.
    pub address: Result<Option<Url>, String>,
    /// Whether the user has named it.
    pub is_users: bool,
}

impl Settings {
    /// Reads the settings; calls `warn` for each unknown key in the settings file.
    pub fn read(warn: impl FnMut(String)) -> Result<Self> {
        Settings::of(&SettingsFile::read(warn)?)
    }

    /// The settings where the settings file has these values. An error is a [`Kind::Usage`] where a variable is invalid,
    /// and a [`Kind::InvalidFile`] where the file is.
    pub fn of(file: &SettingsFile) -> Result<Self> {
        let are_set = value(&keys::SOURCES, file).set_by != SetBy::Default;
        // In the order of `keys::ALL`.
        Ok(Settings {
            sources: Some(setting(file, &keys::SOURCES, parse::sources)?).filter(|_| are_set),
            dl_url: setting(file, &keys::DL_URL, source::readable)?,
            require_log: setting(file, &keys::VERIFY, parse::verify)?,
            offline: setting(file, &keys::OFFLINE, parse::boolean)?
                .then(|| value(&keys::OFFLINE, file).set_by),
            delta: setting(file, &keys::DELTA, parse::boolean)?,
            vulndb: vulndb(file)?,
            auto_install: setting(file, &keys::AUTO_INSTALL, parse::auto_install)?,
            timeout: setting(file, &keys::TIMEOUT, parse::seconds)?,
            lock_timeout: setting(file, &keys::LOCK_TIMEOUT, parse::seconds)?,
        })
    }

    /// The setting whose variable is invalid: of several the one that [`Settings::of`] reads first.
    pub fn invalid_variable() -> Option<&'static Key> {
        let is_invalid = |key: &&Key| env::text(key.variable).is_some_and(|text| key.check(&text).is_err());
        keys::ALL.into_iter().find(is_invalid)
    }

    /// The settings of a command that was called with `--no-delta`, or without.
    #[must_use]
    pub fn with_no_delta(self, no_delta: bool) -> Self {
        Settings { delta: self.delta && !no_delta, ..self }
    }
}

/// The vulnerability database; where no setting names it, that of `GOVULNDB`.
fn vulndb(file: &SettingsFile) -> Result<Vulndb> {
    let is_set = value(&keys::VULNDB, file).set_by != SetBy::Default;
    let others = env::text(env::GOVULNDB).filter(|_| !is_set);
    let address = match &others {
        Some(text) => source::readable(text).map(Some),
        None => Ok(setting(file, &keys::VULNDB, parse::vulndb)?),
    };
    Ok(Vulndb { address, is_users: is_set || others.is_some() })
}

/// Parses the value of `key`. The error names the place of the value.
fn setting<T>(file: &SettingsFile, key: &Key, parse: impl FnOnce(&str) -> Result<T, String>) -> Result<T> {
    let Value { text, set_by } = value(key, file);
    parse(&text).map_err(|reason| {
        let (kind, place, undo) = match set_by {
            SetBy::Default => return invalid(key, &text, &reason, Kind::Usage),
            SetBy::Environment => (Kind::Usage, key.variable.to_owned(), format!("unset {}", key.variable)),
            SetBy::File(place) => (Kind::InvalidFile, place.to_string(), key.unset()),
        };
        let error = invalid(key, &text, &reason, kind).detail(format!("set by `{place}`"));
        error.hint(format!("back to the default: `{undo}`"))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::error::of_hostile_file;

    fn check(text: &str) -> Result<(), TestCaseError> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        let read = SettingsFile::at(file.path(), |_| ()).and_then(|file| {
            setting(&file, &keys::SOURCES, parse::sources)?;
            setting(&file, &keys::DL_URL, source::readable)?;
            setting(&file, &keys::TIMEOUT, parse::seconds).map(drop)
        });
        read.map_or_else(|error| of_hostile_file(&error), Ok)
    }

    proptest! {
        /// Any file gives settings, or an error that names the file and contains no password.
        #[test]
        fn no_file_is_too_strange(
            text in any::<String>(),
            near in "((sources|dl-url|timeout|x)? ?(=|\\[|\\]|\"|dir:|,|1|é|\\\\u00)?[ \n]?){0,16}",
            rest in "[a-z:@/.\\[ é]{0,16}",
        ) {
            check(&text)?;
            check(&near)?;
            check(&format!("dl-url = \"ftp://u:secret@{rest}\""))?;
        }
    }
}

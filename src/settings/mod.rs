//! What the user may set: an environment variable, over a key of the settings file, over the default.
//! None of it changes which Go is selected; the shim never reads it.

use std::path::PathBuf;
use std::time::Duration;

use url::Url;

pub mod file;
pub mod keys;

use crate::error::{Error, Kind, Result};
use crate::go::source::{OFFICIAL, SourceName};
use crate::{env, text};
use file::{Found, SettingsFile};
use keys::Key;

/// The settings of one run.
#[derive(Debug)]
pub struct Settings {
    /// The sources in order; none says: `dl`, then `proxy`, or the other way round where GOPROXY is set.
    pub sources: Option<Vec<SourceName>>,
    /// Base of archives and of the release list.
    pub dl_url: Url,
    /// The checksum database must have proven every toolchain.
    pub require_log: bool,
    /// Keep off the network.
    pub offline: bool,
    /// Whether a missing version is installed by whoever needs it.
    pub auto_install: AutoInstall,
    /// The longest silence of a server.
    pub timeout: Duration,
    /// The longest wait for another gox.
    pub lock_timeout: Duration,
}

/// What becomes of a version that is asked for and not installed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AutoInstall {
    /// It is installed, as Go's own switching does.
    Always,
    /// The user is asked; without a terminal the answer is no.
    Ask,
    /// It is an error.
    Never,
}

impl Settings {
    /// Reads the settings; `warn` is told of unknown keys.
    pub fn read(warn: impl FnMut(String)) -> Result<Self> {
        let file = &SettingsFile::read(warn)?;
        Ok(Settings {
            sources: setting(file, &keys::SOURCES, sources)?,
            dl_url: setting(file, &keys::DL_URL, base_url)?.unwrap_or_else(official),
            require_log: setting(file, &keys::VERIFY, verify)?.unwrap_or(false),
            offline: setting(file, &keys::OFFLINE, boolean)?.unwrap_or(false),
            auto_install: setting(file, &keys::AUTO_INSTALL, auto_install)?.unwrap_or(AutoInstall::Always),
            timeout: setting(file, &keys::TIMEOUT, seconds)?.unwrap_or(Duration::from_secs(30)),
            lock_timeout: setting(file, &keys::LOCK_TIMEOUT, seconds)?.unwrap_or(Duration::from_secs(300)),
        })
    }
}

/// A value of one key, and who set it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// As its variable would hold it.
    pub text: String,
    /// Who set it.
    pub origin: Origin,
}

/// Who set a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Nobody.
    Default,
    /// Its variable.
    Environment,
    /// The settings file, at this line and column, from 1.
    File(file::Place),
}

/// The variable of `key`, else its line in the file, else the default.
pub fn value(key: &Key, file: &SettingsFile) -> Value {
    if let Some(text) = env::text(key.variable) {
        return Value { text, origin: Origin::Environment };
    }
    match file.find(key.name) {
        Some(Found { text, place, .. }) => Value { text: text.clone(), origin: Origin::File(place.clone()) },
        None => Value { text: key.default.to_owned(), origin: Origin::Default },
    }
}

/// The value of `key`, parsed; none where nobody set it. The error names the place.
fn setting<T>(
    file: &SettingsFile,
    key: &Key,
    parse: impl FnOnce(&str) -> Result<T, String>,
) -> Result<Option<T>> {
    let Value { text, origin } = value(key, file);
    let (kind, place) = match origin {
        Origin::Default => return Ok(None),
        Origin::Environment => (Kind::Usage, format!("`{}`", key.variable)),
        Origin::File(place) => (Kind::InvalidFile, format!("`{place}`")),
    };
    parse(&text)
        .map(Some)
        .map_err(|reason| invalid(key, &text, &reason, kind).detail(format!("set by {place}")))
}

/// Says what is wrong with a value.
pub fn invalid(key: &Key, text: &str, reason: &str, kind: Kind) -> Error {
    let shown = text::without_password(text);
    Error::new(kind, format!("invalid value `{}` for `{}`: {reason}", shown.escape_debug(), key.name))
}

fn sources(text: &str) -> Result<Vec<SourceName>, String> {
    let words = text.split(',').map(str::trim).filter(|word| !word.is_empty()).map(|word| match word {
        "dl" => Ok(SourceName::Dl),
        "proxy" => Ok(SourceName::Proxy),
        _ => match word.strip_prefix("dir:").map(PathBuf::from) {
            Some(path) if path.is_absolute() => Ok(SourceName::Dir(path)),
            Some(path) => Err(format!("`{}` is not an absolute path", path.display())),
            None => Err(format!("`{}` is not `dl`, `proxy` or `dir:/path`", text::without_password(word))),
        },
    });
    let words = words.collect::<Result<Vec<_>, _>>()?;
    if words.is_empty() { Err("no source is named".into()) } else { Ok(words) }
}

fn base_url(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| error.to_string())?;
    match url.scheme() {
        "https" | "http" | "file" => Ok(url),
        scheme => Err(format!("`{scheme}` is not https, http or file")),
    }
}

fn official() -> Url {
    base_url(OFFICIAL).unwrap_or_else(|_| unreachable!("a constant URL"))
}

fn verify(text: &str) -> Result<bool, String> {
    match text {
        "log" => Ok(true),
        "any" => Ok(false),
        _ => Err("it is `any` or `log`".into()),
    }
}

fn auto_install(text: &str) -> Result<AutoInstall, String> {
    match text {
        "always" => Ok(AutoInstall::Always),
        "ask" => Ok(AutoInstall::Ask),
        "never" => Ok(AutoInstall::Never),
        _ => Err("it is `always`, `ask` or `never`".into()),
    }
}

fn boolean(text: &str) -> Result<bool, String> {
    match text {
        "1" | "true" | "yes" | "on" => Ok(true),
        "0" | "false" | "no" | "off" => Ok(false),
        _ => Err("it is `true` or `false`".into()),
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    match text.parse::<u32>() {
        Ok(seconds) if seconds > 0 => Ok(Duration::from_secs(seconds.into())),
        _ => Err("it is a number of seconds, 1 or more".into()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str) -> Result<(), TestCaseError> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        let read = SettingsFile::at(file.path(), |_| ()).and_then(|file| {
            setting(&file, &keys::SOURCES, sources)?;
            setting(&file, &keys::DL_URL, base_url)?;
            setting(&file, &keys::TIMEOUT, seconds).map(drop)
        });
        if let Err(error) = read {
            let report = error.report();
            prop_assert_eq!(error.kind(), Kind::InvalidFile, "{}", report);
            prop_assert!(!report.contains("secret"), "{}", report);
            prop_assert!(!report.contains(|c: char| c.is_control() && c != '\n'), "{:?}", report);
        }
        Ok(())
    }

    proptest! {
        /// Settings, or an error of the file's that tells no password.
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

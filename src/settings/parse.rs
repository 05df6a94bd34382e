//! Parses the values of settings. Each error is only the reason; the caller names the setting and the place.

use std::time::Duration;

use url::Url;

use crate::go::source::{self, SourceName};

/// What running a tool does about a selected version that is not installed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AutoInstall {
    /// Install it, as Go's own switching does.
    Always,
    /// Ask the user; without a terminal the answer is no.
    Ask,
    /// Fail.
    Never,
}

pub(super) fn sources(text: &str) -> Result<Vec<SourceName>, String> {
    let words = text.split(',').map(str::trim).filter(|word| !word.is_empty());
    let words = words.map(str::parse).collect::<Result<Vec<_>, _>>()?;
    if words.is_empty() { Err("it names no source".into()) } else { Ok(words) }
}

pub(super) fn verify(text: &str) -> Result<bool, String> {
    match text {
        "log" => Ok(true),
        "any" => Ok(false),
        _ => Err("it must be `any` or `log`".into()),
    }
}

pub(super) fn auto_install(text: &str) -> Result<AutoInstall, String> {
    match text {
        "always" => Ok(AutoInstall::Always),
        "ask" => Ok(AutoInstall::Ask),
        "never" => Ok(AutoInstall::Never),
        _ => Err("it must be `always`, `ask` or `never`".into()),
    }
}

pub(super) fn boolean(text: &str) -> Result<bool, String> {
    match text {
        "1" | "true" | "yes" | "on" => Ok(true),
        "0" | "false" | "no" | "off" => Ok(false),
        _ => Err("it must be `true` or `false`".into()),
    }
}

pub(super) fn vulndb(text: &str) -> Result<Option<Url>, String> {
    match text {
        "off" => Ok(None),
        path if path.starts_with('/') => {
            Url::from_file_path(path).map(Some).map_err(|()| "it is no path".into())
        }
        text if text.contains("://") => source::readable(text).map(Some),
        _ => Err("it must be an address, the absolute path of a folder, or `off`".into()),
    }
}

pub(super) fn seconds(text: &str) -> Result<Duration, String> {
    match text.parse::<u32>() {
        Ok(seconds) if seconds > 0 => Ok(Duration::from_secs(seconds.into())),
        _ => Err("it must be a number of seconds, 1 or more".into()),
    }
}

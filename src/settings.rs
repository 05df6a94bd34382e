//! What the user may set: an environment variable, over a key of the settings file, over the default.
//! None of it changes which Go is selected; the shim never reads it.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use toml::de::{DeTable, DeValue};
use url::Url;

use crate::error::{Error, Kind, Result};
use crate::select::variables as v;
use crate::source::releases::OFFICIAL;

/// The settings of one run.
#[derive(Debug)]
pub struct Settings {
    /// The sources in order; none says: `dl`, then `proxy`, or the other way round where GOPROXY is set.
    pub sources: Option<Vec<SourceWord>>,
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

/// A source as it is written in settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourceWord {
    /// `dl`
    Dl,
    /// `proxy`
    Proxy,
    /// `dir:/path`
    Dir(PathBuf),
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

/// Every key of the settings file and its variable.
const KEYS: [(&str, &str); 7] = [
    ("sources", v::GOX_SOURCES),
    ("dl-url", v::GOX_DL_URL),
    ("verify", v::GOX_VERIFY),
    ("offline", v::GOX_OFFLINE),
    ("auto-install", v::GOX_AUTO_INSTALL),
    ("timeout", v::GOX_TIMEOUT),
    ("lock-timeout", v::GOX_LOCK_TIMEOUT),
];

/// A value and the place that set it, for messages.
struct Found {
    text: String,
    place: String,
    kind: Kind,
}

impl Settings {
    /// Reads the settings; `warn` is told of unknown keys.
    pub fn read(mut warn: impl FnMut(String)) -> Result<Self> {
        let file = match config_path() {
            Some(path) => read_file(&path, &mut warn)?,
            None => Vec::new(),
        };
        let file = &file;
        Ok(Settings {
            sources: setting(file, "sources", sources)?,
            dl_url: setting(file, "dl-url", base_url)?.unwrap_or_else(official),
            require_log: setting(file, "verify", verify)?.unwrap_or(false),
            offline: setting(file, "offline", boolean)?.unwrap_or(false),
            auto_install: setting(file, "auto-install", auto_install)?.unwrap_or(AutoInstall::Always),
            timeout: setting(file, "timeout", seconds)?.unwrap_or(Duration::from_secs(30)),
            lock_timeout: setting(file, "lock-timeout", seconds)?.unwrap_or(Duration::from_secs(300)),
        })
    }
}

/// The variable of `key`, else its line in the file, parsed; the error names the place.
fn setting<T>(
    file: &[(String, Found)],
    key: &str,
    parse: impl FnOnce(&str) -> Result<T, String>,
) -> Result<Option<T>> {
    let variable = KEYS.iter().find(|(name, _)| *name == key).map_or("", |(_, variable)| variable);
    let environment =
        v::text(variable).map(|text| Found { text, place: format!("`{variable}`"), kind: Kind::Usage });
    let found =
        environment.as_ref().or_else(|| file.iter().find(|(name, _)| name == key).map(|(_, found)| found));
    let Some(found) = found else { return Ok(None) };
    parse(&found.text).map(Some).map_err(|reason| {
        Error::new(
            found.kind,
            format!("invalid value `{}` for `{key}`: {reason}", without_password(&found.text).escape_debug()),
        )
        .detail(format!("set by {}", found.place))
    })
}

/// What stands before `@` in a URL may be a password.
fn without_password(text: &str) -> String {
    let parts = text.split_once("://").and_then(|(scheme, rest)| Some((scheme, rest.rsplit_once('@')?.1)));
    parts.map_or_else(|| text.to_owned(), |(scheme, rest)| format!("{scheme}://…@{rest}"))
}

fn config_path() -> Option<PathBuf> {
    let path = v::os(v::GOX_CONFIG).map(PathBuf::from);
    path.or_else(|| dirs::config_dir().map(|directory| directory.join("gox/config.toml")))
}

/// The keys of the file with their places; a file that is not there sets nothing.
fn read_file(path: &Path, warn: &mut impl FnMut(String)) -> Result<Vec<(String, Found)>> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => {
            let message = format!("could not read the settings file `{}`", path.display());
            return Err(Error::new(Kind::InvalidFile, message).because(error));
        }
    };
    let place = |start: usize| {
        let line = text[..start.min(text.len())].matches('\n').count() + 1;
        format!("`{}:{line}`", path.display())
    };
    let table = DeTable::parse(&text).map_err(|error| {
        let place = place(error.span().map_or(0, |span| span.start));
        Error::new(Kind::InvalidFile, format!("the settings file is invalid: {}", error.message()))
            .detail(format!("at {place}"))
    })?;
    let mut found = Vec::new();
    for (key, value) in table.into_inner() {
        let place = place(key.span().start);
        let key = key.into_inner().into_owned();
        if !KEYS.iter().any(|(name, _)| *name == key) {
            warn(format!("unknown setting `{key}` in {place}"));
            continue;
        }
        let text = plain(value.get_ref()).ok_or_else(|| {
            Error::new(
                Kind::InvalidFile,
                format!("invalid value for `{key}`: it is text, a number or a list"),
            )
            .detail(format!("set by {place}"))
        })?;
        found.push((key, Found { text, place, kind: Kind::InvalidFile }));
    }
    Ok(found)
}

/// A value as its variable would hold it; a list is joined by commas.
fn plain(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => Some(number.to_string()),
        DeValue::Boolean(truth) => Some(truth.to_string()),
        DeValue::Array(values) => {
            let texts = values.iter().map(|value| plain(value.get_ref())).collect::<Option<Vec<_>>>()?;
            Some(texts.join(","))
        }
        _ => None,
    }
}

fn sources(text: &str) -> Result<Vec<SourceWord>, String> {
    let words = text.split(',').map(str::trim).filter(|word| !word.is_empty()).map(|word| match word {
        "dl" => Ok(SourceWord::Dl),
        "proxy" => Ok(SourceWord::Proxy),
        _ => match word.strip_prefix("dir:").map(PathBuf::from) {
            Some(path) if path.is_absolute() => Ok(SourceWord::Dir(path)),
            Some(path) => Err(format!("`{}` is not an absolute path", path.display())),
            None => Err(format!("`{word}` is not `dl`, `proxy` or `dir:/path`")),
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

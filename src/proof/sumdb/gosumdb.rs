//! `GOSUMDB`: which checksum database to ask, in every form that the go command accepts
//! (Go source `cmd/go/internal/modfetch/sumdb.go`).

use super::note::VerifierKey;
use crate::error::{Error, Kind, Result};
use crate::go::source::readable;
use crate::text;

/// The default database, as compiled into the go command.
pub const DEFAULT_NAME: &str = "sum.golang.org";
/// The key of the default database, as compiled into the go command.
const DEFAULT_KEY: &str = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8";
/// The default database under a second address, for networks that block sum.golang.org.
const CHINA_NAME: &str = "sum.golang.google.cn";
const CHINA_URL: &str = "https://sum.golang.google.cn";

/// The value of `GOSUMDB`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gosumdb {
    /// `off`: no database is asked.
    Off,
    /// This database is asked.
    Database(Database),
}

/// A checksum database: its key, and its URL if one is set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Database {
    key: VerifierKey,
    url: Option<String>,
}

impl Gosumdb {
    /// Parses the value of `GOSUMDB`; empty means the default database.
    pub fn parse(value: &str) -> Result<Self> {
        let mut words = value.split_whitespace();
        let (name, url) = match (words.next(), words.next()) {
            (None, _) => (DEFAULT_NAME, None),
            (Some("off"), None) => return Ok(Self::Off),
            (Some(CHINA_NAME), None) => (DEFAULT_NAME, Some(CHINA_URL)),
            (Some(name), url) => (name, url),
        };
        if words.next().is_some() {
            return Err(invalid("more than a key and a URL"));
        }
        let key = if name == DEFAULT_NAME { DEFAULT_KEY } else { name };
        let key = VerifierKey::parse(key).map_err(|error| {
            invalid(&format!("`{}`: {error}", text::without_password(name).escape_debug()))
        })?;
        Ok(Self::Database(Database { key, url: url.map(parse_url).transpose()? }))
    }
}

impl Database {
    /// The key that verifies the database's tree heads.
    pub fn key(&self) -> &VerifierKey {
        &self.key
    }

    /// The URL set in `GOSUMDB`, without a trailing slash: no proxy is asked then. `None` if none is set.
    pub fn only_url(&self) -> Option<&str> {
        self.url.as_deref()
    }

    /// The URL to ask where no proxy serves the database: the one set in `GOSUMDB`, else `https://<name>`.
    pub fn direct_url(&self) -> String {
        self.url.clone().unwrap_or_else(|| format!("https://{}", self.key.name()))
    }
}

/// Checks a URL and drops trailing slashes. The error does not quote the URL, which may hold a password.
fn parse_url(text: &str) -> Result<String> {
    let url = readable(text).map_err(|reason| invalid(&format!("the URL after the key: {reason}")))?;
    if url.query().is_some() || url.fragment().is_some() {
        return Err(invalid("the URL after the key: has a `?` or `#`"));
    }
    Ok(text.trim_end_matches('/').to_owned())
}

fn invalid(reason: &str) -> Error {
    Error::new(Kind::Usage, format!("invalid `GOSUMDB`: {reason}"))
        .hint("`GOSUMDB` is `sum.golang.org`, `off`, or `name+hash+key`, and a URL may follow the key")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TEST_KEY: &str = "localhost.localdev/sumdb+00000c67+AcTrnkbUA+TU4heY3hkjiSES/DSQniBqIeQ/YppAUtK6";

    fn database(value: &str) -> Database {
        match Gosumdb::parse(value) {
            Ok(Gosumdb::Database(database)) => database,
            other => panic!("{value:?}: {other:?}"),
        }
    }

    #[test]
    fn every_form_of_the_go_command() {
        let test_with_url = format!("{TEST_KEY} https://example.com/db/");
        let cases = [
            ("", "sum.golang.org", None, "https://sum.golang.org"),
            (" \t", "sum.golang.org", None, "https://sum.golang.org"),
            ("sum.golang.org", "sum.golang.org", None, "https://sum.golang.org"),
            (DEFAULT_KEY, "sum.golang.org", None, "https://sum.golang.org"),
            ("sum.golang.google.cn", "sum.golang.org", Some(CHINA_URL), CHINA_URL),
            ("sum.golang.org http://db:8080", "sum.golang.org", Some("http://db:8080"), "http://db:8080"),
            ("sum.golang.org  file:///srv/db", "sum.golang.org", Some("file:///srv/db"), "file:///srv/db"),
            (TEST_KEY, "localhost.localdev/sumdb", None, "https://localhost.localdev/sumdb"),
            (
                &test_with_url,
                "localhost.localdev/sumdb",
                Some("https://example.com/db"),
                "https://example.com/db",
            ),
        ];
        for (value, name, only_url, direct_url) in cases {
            let database = database(value);
            assert_eq!(database.key().name(), name, "{value:?}");
            assert_eq!(database.only_url(), only_url, "{value:?}");
            assert_eq!(database.direct_url(), direct_url, "{value:?}");
        }
        assert_eq!(Gosumdb::parse("off").unwrap(), Gosumdb::Off);
    }

    #[test]
    fn everything_else_is_an_error() {
        let malformed = "malformed verifier key, expected `name+hash+key`";
        let cases = [
            ("on", format!("`on`: {malformed}")),
            ("OFF", format!("`OFF`: {malformed}")),
            ("off https://example.com", format!("`off`: {malformed}")),
            ("proxy.example.com", format!("`proxy.example.com`: {malformed}")),
            ("sum.golang.google.cn https://x", format!("`sum.golang.google.cn`: {malformed}")),
            (
                "sum.golang.org+033de0af+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8",
                "`sum.golang.org+033de0af+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8`: \
                 the hash in the verifier key does not match its name and key"
                    .to_owned(),
            ),
            ("sum.golang.org https://a https://b", "more than a key and a URL".to_owned()),
            (
                "sum.golang.org nowhere",
                "the URL after the key: an address begins with `https://`, `http://` or `file://`".to_owned(),
            ),
            (
                "sum.golang.org ftp://user:secret@host",
                "the URL after the key: `ftp` is not https, http or file".to_owned(),
            ),
            ("sum.golang.org https://host/?a", "the URL after the key: has a `?` or `#`".to_owned()),
        ];
        for (value, expected) in cases {
            let error = Gosumdb::parse(value).unwrap_err();
            assert_eq!(error.to_string(), format!("invalid `GOSUMDB`: {expected}"), "{value:?}");
            assert_eq!(error.kind(), Kind::Usage);
        }
    }

    proptest! {
        #[test]
        fn no_value_panics_or_leaks_a_password(text in any::<String>(), scheme in "https?|file|ftp|.", rest in "[a-z:@/.?\\[ ]{0,16}") {
            for text in [text, format!("{TEST_KEY} {scheme}://u:secret@{rest}")] {
                if let Err(error) = Gosumdb::parse(&text) {
                    let report = error.report();
                    prop_assert!(!report.contains("secret"), "{}", report);
                    prop_assert!(!report.contains(|c: char| c.is_control() && c != '\n'), "{:?}", report);
                }
            }
        }
    }
}

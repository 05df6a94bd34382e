//! The one error type of both programs: what failed, why, and what to type next.
//!
//! Low-level code names the operation and the path, URL or version; its caller adds the hint. Only the [`Kind`]
//! decides the exit code. Texts are stored as they came; [`Error::report`] and its like make them safe to print.

use std::error::Error as StdError;
use std::fmt;

use crate::text;

/// What went wrong, in the terms of the exit code: one kind per code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// The reader of stdout closed the pipe. That is no failure, and nothing is printed.
    ClosedPipe = 0,
    /// A check found something, or gox refused what `--force` would allow.
    Refused = 1,
    /// The command line or an environment variable is invalid.
    Usage = 2,
    /// The version is not installed where it has to be, or no source has it.
    NoSuchVersion = 3,
    /// The network, a proxy or a server failed.
    Network = 4,
    /// A checksum, a signature or the structure of an archive is wrong.
    Verification = 5,
    /// The store, the disk or a lock failed.
    Store = 6,
    /// A project or settings file is invalid.
    InvalidFile = 7,
    /// The program exists but cannot be run.
    CannotRun = 126,
    /// There is no such program, or the selected version is not installed.
    NotThere = 127,
}

impl Kind {
    /// The exit code, as documented.
    pub fn code(self) -> u8 {
        self as u8
    }
}

/// A result whose error is an [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What failed, why, and what to type next. Boxed, so that a [`Result`] stays small.
#[derive(Debug)]
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    kind: Kind,
    message: String,
    details: Vec<String>,
    hints: Vec<String>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// An error with only a message, which is lower case, without a full stop, values in backticks.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        let message = message.into();
        Error(Box::new(Inner { kind, message, details: Vec::new(), hints: Vec::new(), source: None }))
    }

    /// An error of [`Kind::Store`], caused by the operating system.
    pub fn store(message: impl Into<String>, cause: std::io::Error) -> Self {
        Error::new(Kind::Store, message).because(cause)
    }

    /// An error of [`Kind::Store`] for a failed write, with a hint that fits the cause: no space, no permission.
    pub fn unwritable(message: impl Into<String>, cause: std::io::Error) -> Self {
        use std::io::ErrorKind as Io;
        let hint = match cause.kind() {
            Io::StorageFull | Io::QuotaExceeded => {
                "free some space, or keep the store elsewhere: `export GOX_HOME=/path/on/a/larger/disk`"
            }
            Io::PermissionDenied | Io::ReadOnlyFilesystem | Io::NotADirectory => {
                "keep the store where you may write: `export GOX_HOME=/path/to/go`"
            }
            _ => return Error::store(message, cause),
        };
        Error::store(message, cause).hint(hint)
    }

    /// Replaces the kind.
    #[must_use]
    pub fn of_kind(mut self, kind: Kind) -> Self {
        self.0.kind = kind;
        self
    }

    /// Sets the cause, which is printed after `caused by:`.
    #[must_use]
    pub fn because(mut self, cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(cause.into());
        self
    }

    /// Adds a line that is printed below the message, such as the failure of one source.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.0.details.push(detail.into());
        self
    }

    /// Adds a hint: what to do, with a command to paste.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hints.push(hint.into());
        self
    }

    /// Replaces the hints: for a caller that knows better what to do.
    #[must_use]
    pub fn only_hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hints = vec![hint.into()];
        self
    }

    /// The kind, which decides the exit code.
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// The message alone, one line.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The hints, in the order in which they were added.
    pub fn hints(&self) -> &[String] {
        &self.0.hints
    }

    /// The message of each cause, outermost first. One that the text before it already contains is left out.
    fn causes(&self, text: &str) -> Vec<String> {
        let mut causes = Vec::new();
        let mut last = text.to_owned();
        let mut next = self.source();
        while let Some(error) = next {
            let cause = text::cause(error);
            if !last.contains(&cause) {
                causes.push(cause.clone());
            }
            last = cause;
            next = error.source();
        }
        causes
    }

    /// Message and causes in one line, without the details.
    pub fn line(&self) -> String {
        let mut parts = self.causes(&self.0.message);
        parts.insert(0, self.0.message.clone());
        text::visible(&parts.join(": "))
    }

    /// Message, details and causes in one line, without the hints.
    pub fn summary(&self) -> String {
        text::visible(&self.lines().join(", "))
    }

    /// Message, details and causes, one per line, safe for a terminal.
    pub fn body(&self) -> String {
        text::visible(&self.lines().join("\n  "))
    }

    /// The lines of the message, of the details and of the causes.
    fn lines(&self) -> Vec<String> {
        let mut lines = vec![self.0.message.clone()];
        lines.extend(self.0.details.iter().flat_map(|detail| detail.split('\n')).map(str::to_owned));
        let causes = self.causes(&lines.join("\n"));
        lines.extend(causes.iter().map(|cause| format!("caused by: {cause}")));
        lines
    }

    /// [`Error::body`], then one line per hint; no final line feed.
    pub fn report(&self) -> String {
        let hints = self.0.hints.iter().map(|hint| format!("\nhint: {}", text::visible(hint)));
        self.body() + &hints.collect::<String>()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}

/// Checks the error of a file with the password `secret`, that anybody may have written: it is the file's fault, shows
/// no password, and drives no terminal.
#[cfg(test)]
pub(crate) fn of_hostile_file(
    error: &Error,
) -> std::result::Result<(), proptest::test_runner::TestCaseError> {
    let report = error.report();
    proptest::prop_assert_eq!(error.kind(), Kind::InvalidFile, "{}", report);
    proptest::prop_assert!(!report.contains("secret"), "{}", report);
    proptest::prop_assert!(!report.contains(|c: char| c.is_control() && c != '\n'), "{:?}", report);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Error, Kind};

    #[test]
    fn nothing_that_is_printed_drives_a_terminal() {
        let cause = std::io::Error::other("bad \x1b[2J name");
        let error = Error::new(Kind::Network, "a\x07b").detail("c\x1bd").hint("e\u{9b}f").because(cause);
        let report = error.report();
        assert!(!report.chars().any(|c| c.is_control() && c != '\n'), "{report:?}");
        assert_eq!(report.lines().count(), 4, "{report}");
        assert!(!error.line().contains('\x1b'));
    }
}

//! One error type for the whole program, in the wall so that the shim shares it.
//!
//! The low layer names the operation and the path, URL or version; a higher layer adds the hint.
//! The [`Kind`] decides the exit code and nothing else does.

use std::error::Error as StdError;
use std::fmt;

use crate::text;

/// What went wrong, as far as a script can react to it: one kind per exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Whoever read stdout went away: no error to anybody.
    ClosedPipe,
    /// The answer is no: a check found something, or a refusal that `--force` lifts.
    Refused,
    /// The command line or a variable says something that gox does not understand.
    Usage,
    /// No such version, here or anywhere.
    NoSuchVersion,
    /// The network, a proxy or a server did not give what was asked for.
    Network,
    /// Bytes that are not what they should be: a checksum, a signature, an archive's shape.
    Verification,
    /// The store, the disk or a lock.
    Store,
    /// A project or settings file is invalid.
    InvalidFile,
    /// The tool was found but cannot be run.
    CannotRun,
    /// The tool is not there.
    NotThere,
}

impl Kind {
    /// The documented exit code.
    pub fn code(self) -> u8 {
        match self {
            Kind::ClosedPipe => 0,
            Kind::Refused => 1,
            Kind::Usage => 2,
            Kind::NoSuchVersion => 3,
            Kind::Network => 4,
            Kind::Verification => 5,
            Kind::Store => 6,
            Kind::InvalidFile => 7,
            Kind::CannotRun => 126,
            Kind::NotThere => 127,
        }
    }
}

/// A result of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error that can be printed: what failed, why, and what to type next.
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
    /// A new error; `message` is lower case, without a full stop, values in backticks.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        let message = message.into();
        Error(Box::new(Inner { kind, message, details: Vec::new(), hints: Vec::new(), source: None }))
    }

    /// The error that the operating system gave for an operation on the store.
    pub fn store(message: impl Into<String>, cause: std::io::Error) -> Self {
        Error::new(Kind::Store, message).because(cause)
    }

    /// The same when the store cannot be written: what to do depends on why.
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

    /// The same error with another kind.
    #[must_use]
    pub fn of_kind(mut self, kind: Kind) -> Self {
        self.0.kind = kind;
        self
    }

    /// Adds the cause, printed as `caused by:`.
    #[must_use]
    pub fn because(mut self, cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(cause.into());
        self
    }

    /// Adds a line of detail under the message, such as what one source said.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.0.details.push(detail.into());
        self
    }

    /// Adds a hint: what to do, with a command that can be pasted.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hints.push(hint.into());
        self
    }

    /// The kind, hence the exit code.
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// What went wrong, in one line without a full stop.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// What to do about it, each with a command that can be pasted.
    pub fn hints(&self) -> &[String] {
        &self.0.hints
    }

    /// The words of each cause, outermost first, without those that only repeat the text before them.
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

    /// Message and causes in one line, where only a line fits.
    pub fn line(&self) -> String {
        let mut parts = self.causes(&self.0.message);
        parts.insert(0, self.0.message.clone());
        text::visible(&parts.join(": "))
    }

    /// Message, details and causes in one line: all but what to do about it.
    pub fn summary(&self) -> String {
        self.body().replace("\n  ", ", ")
    }

    /// Message, details and causes, a line each, for a terminal.
    pub fn body(&self) -> String {
        let mut body = self.0.message.clone();
        for detail in &self.0.details {
            body.push_str("\n  ");
            body.push_str(&detail.replace('\n', "\n  "));
        }
        for cause in self.causes(&body) {
            body.push_str("\n  caused by: ");
            body.push_str(&cause);
        }
        text::visible(&body)
    }

    /// The whole text for a terminal: [`Error::body`], then a line for each hint, without a final line feed.
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

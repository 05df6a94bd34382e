//! One error type for the whole program, in the wall so that the shim shares it.
//!
//! The low layer names the operation and the path, URL or version; a higher layer adds the hint.
//! The [`Kind`] decides the exit code and nothing else does.

use std::error::Error as StdError;
use std::fmt;

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

    /// The message and its causes in one line, for a place where only a line fits.
    pub fn line(&self) -> String {
        let mut line = self.0.message.clone();
        let mut cause = self.source();
        while let Some(error) = cause {
            let text = plain(error);
            if !line.contains(&text) {
                line = format!("{line}: {text}");
            }
            cause = error.source();
        }
        printable(&line)
    }

    /// The whole text for the terminal: details, causes, then the hints, without a final newline.
    pub fn report(&self) -> String {
        let mut text = self.0.message.clone();
        for detail in &self.0.details {
            text.push_str("\n  ");
            text.push_str(&detail.replace('\n', "\n  "));
        }
        let mut cause = self.source();
        let mut last = text.clone();
        while let Some(error) = cause {
            let line = plain(error);
            if !last.contains(&line) {
                text.push_str("\n  caused by: ");
                text.push_str(&line);
            }
            last = line;
            cause = error.source();
        }
        for hint in &self.0.hints {
            text.push_str("\nhint: ");
            text.push_str(hint);
        }
        printable(&text)
    }
}

/// The words of an error that comes from elsewhere: without Rust's `(os error 2)`, in lower case.
pub fn plain(error: &(dyn StdError + 'static)) -> String {
    let text = error.to_string();
    let text = text.split(" (os error ").next().unwrap_or_default();
    let mut rest = text.chars();
    match rest.next() {
        // `I/O error` and other words in capitals stay.
        Some(first) if rest.as_str().starts_with(|next: char| next.is_lowercase() || next == ' ') => {
            first.to_lowercase().chain(rest).collect()
        }
        _ => text.to_owned(),
    }
}

/// Text from outside with what cannot be seen replaced, so that it cannot drive a terminal.
pub fn printable(text: &str) -> String {
    text.chars().map(|c| if is_visible(c) || c == '\n' { c } else { '\u{fffd}' }).collect()
}

/// Whether a terminal shows the character itself, and does nothing else about it: no control character, none
/// that turns the direction of a line, none without a width.
pub fn is_visible(c: char) -> bool {
    if c.is_ascii() {
        return !c.is_ascii_control();
    }
    // std knows. Where it stands first it would also escape an accent that belongs to the letter before.
    String::from_iter(['a', c]).escape_debug().nth(1) == Some(c)
}

/// What stands before `@` may be a password, in a URL and in what was to be one.
pub fn without_password(text: &str) -> String {
    let Some((login, rest)) = text.rsplit_once('@') else { return text.to_owned() };
    let scheme = match login.split_once("://") {
        Some((scheme, _)) => format!("{scheme}://"),
        None if login.contains(':') && !login.contains('/') => String::new(),
        // A path, or a name.
        None => return text.to_owned(),
    };
    format!("{scheme}…@{rest}")
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
    use super::{Error, Kind, is_visible, printable, without_password};

    #[test]
    fn letters_of_all_kinds_are_visible_and_what_moves_them_is_not() {
        for c in " ~\\'\"aé\u{301}ßжא漢字あ🐹…→".chars() {
            assert!(is_visible(c), "{c:?}");
        }
        for c in "\0\n\r\t\x1b\x7f\u{9b}\u{ad}\u{61c}\u{200b}\u{200e}\u{200f}\u{202a}\u{202e}\u{2028}\u{2029}\u{2060}\
                  \u{2066}\u{2069}\u{feff}\u{fff9}\u{e0001}\u{e0041}"
            .chars()
        {
            assert!(!is_visible(c), "{c:?}");
        }
        assert_eq!(printable("a\u{202e}b\nc"), "a\u{fffd}b\nc");
    }

    #[test]
    fn nothing_that_is_printed_drives_a_terminal() {
        let cause = std::io::Error::other("bad \x1b[2J name");
        let error = Error::new(Kind::Network, "a\x07b").detail("c\x1bd").hint("e\u{9b}f").because(cause);
        let report = error.report();
        assert!(!report.chars().any(|c| c.is_control() && c != '\n'), "{report:?}");
        assert_eq!(report.lines().count(), 4, "{report}");
        assert!(!error.line().contains('\x1b'));
    }

    #[test]
    fn what_may_be_a_password_is_left_out() {
        for (text, expected) in [
            ("https://host/x", "https://host/x"),
            ("https://me:secret@host/x", "https://…@host/x"),
            ("https://me:se@cr/et@host", "https://…@host"),
            ("me:secret@host", "…@host"),
            ("me:secret@", "…@"),
            ("word", "word"),
            ("dir:/srv/a@b", "dir:/srv/a@b"),
        ] {
            assert_eq!(without_password(text), expected);
        }
    }
}

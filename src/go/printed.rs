//! The words that `go version` prints, `go version go1.21.13 linux/amd64`. A Makefile may put them into `GO_VERSION`:
//! `GO_VERSION := $(shell go version)`.

use super::name::ToolchainName;
use super::request::Request;

/// The request for the version in the words of `go version`, of which the first two and the platform may be missing.
/// The platform is not compared with this one, and words such as `X:boringcrypto`, which name experiments, are
/// ignored. `None` for any other text, such as a single word or the words of a development version.
pub fn request(text: &str) -> Option<Request> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let after_command = words.strip_prefix(&["go", "version"]);
    let (word, rest) = after_command.unwrap_or(&words).split_first()?;
    if after_command.is_none() && rest.is_empty() {
        return None;
    }
    let experiments = match rest {
        [experiments @ .., platform] if is_platform(platform) => experiments,
        experiments => experiments,
    };
    if !experiments.iter().all(|word| word.starts_with("X:")) {
        return None;
    }
    match Request::parse(word).ok()? {
        // A request `1.20` means the newest of the line, but `go version` prints it for the first release.
        Request::Line(_) | Request::Major(_) => {
            let number = word.strip_prefix("go").unwrap_or(word);
            let first = ToolchainName::new(format!("go{number}")).request();
            matches!(first, Request::Version(_)).then_some(first)
        }
        request => (request.is_exact() && !request.is_linked_name()).then_some(request),
    }
}

/// The platform at the end of such words: `linux/amd64`.
pub fn platform(text: &str) -> Option<&str> {
    text.split_whitespace().last().filter(|word| is_platform(word))
}

/// Whether `word` is like `linux/amd64`.
fn is_platform(word: &str) -> bool {
    let is_name = |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric());
    word.split_once('/').is_some_and(|(os, arch)| is_name(os) && is_name(arch))
}

#[cfg(test)]
mod tests {
    use super::request;

    #[test]
    fn the_words_of_go_version_are_a_request_for_one_version() {
        for (text, expected) in [
            ("go version go1.21.13 linux/amd64", Some("1.21.13")),
            ("go version go1.21.13 darwin/arm64", Some("1.21.13")),
            ("  go version go1.21.13 linux/amd64\n", Some("1.21.13")),
            ("go version go1.21.13", Some("1.21.13")),
            ("go1.21.13 linux/amd64", Some("1.21.13")),
            ("1.21.13 linux/amd64", Some("1.21.13")),
            ("go version go1.22rc1 linux/386", Some("1.22rc1")),
            ("go version go1.20 linux/amd64", Some("1.20.0")),
            ("go1.20 linux/amd64", Some("1.20.0")),
            ("go version go1 linux/amd64", Some("1.0.0")),
            ("go version go1.22.4-bigcorp linux/amd64", Some("1.22.4-bigcorp")),
            ("go version go1.19.9 X:boringcrypto linux/amd64", Some("1.19.9")),
            ("go1.21.13 X:boringcrypto X:arenas", Some("1.21.13")),
            // What is a request by itself is left to its parser.
            ("go1.21.13", None),
            ("1.20", None),
            ("latest", None),
            (">=1.21 <1.23", None),
            ("go version", None),
            ("", None),
            // A name for which no release of Go stands, and what Go never prints.
            ("go version go1.21 linux/amd64", None),
            ("go version devel go1.23-abcdef Mon Jan 1 00:00:00 2024 +0000 linux/amd64", None),
            ("go version go1.23-devel_abcdef Mon Jan 1 00:00:00 2024 linux/amd64", None),
            ("go version tip linux/amd64", None),
            ("go version latest linux/amd64", None),
            ("go version go1.21.13 linux", None),
            ("go version go1.21.13 /amd64", None),
            ("go version go1.21.13 linux/amd64/v2", None),
            ("go version go1.21.13 linux/amd64 go1.22.4", None),
            ("go version ../x linux/amd64", None),
            ("version go1.21.13 linux/amd64", None),
            ("go version go version go1.21.13", None),
        ] {
            assert_eq!(request(text).map(|it| it.to_string()).as_deref(), expected, "{text:?}");
        }
    }
}

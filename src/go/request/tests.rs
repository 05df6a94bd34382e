use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::go::version::tests::any_version;

fn request(text: &str) -> Request {
    Request::parse(text).unwrap_or_else(|error| panic!("`{text}`: {error}"))
}

fn versions(list: &str) -> Vec<Version> {
    list.split_whitespace().map(|text| Version::parse(text).unwrap()).collect()
}

/// The kind of a request, as a word for tables.
fn kind(request: &Request) -> &'static str {
    match request {
        Request::Version(_) => "version",
        Request::Line(_) => "line",
        Request::Major(_) => "major",
        Request::Latest => "latest",
        Request::OldStable => "oldstable",
        Request::Range(_) => "range",
        Request::System => "system",
        Request::Name(_) => "name",
    }
}

#[test]
fn every_spelling_has_its_meaning() {
    for (input, expected_kind, printed) in [
        ("1.22.4", "version", "1.22.4"),
        ("go1.22.4", "version", "1.22.4"),
        ("v1.22.4", "version", "1.22.4"),
        (" \t1.22.4\r\n", "version", "1.22.4"),
        ("1.22.0", "version", "1.22.0"),
        ("1.20.0", "version", "1.20.0"),
        ("1.0.0", "version", "1.0.0"),
        ("1.27rc2", "version", "1.27rc2"),
        ("go1.22rc", "version", "1.22rc"),
        ("1.22", "line", "1.22"),
        ("1.22.x", "line", "1.22"),
        ("1.22.*", "line", "1.22"),
        ("v1.22.*", "line", "1.22"),
        ("1.*", "major", "1"),
        ("go1.22.x", "line", "1.22"),
        ("v1.20", "line", "1.20"),
        ("1.0", "line", "1.0"),
        ("1", "major", "1"),
        ("go1", "major", "1"),
        ("1.x", "major", "1"),
        ("latest", "latest", "latest"),
        ("stable", "latest", "latest"),
        ("oldstable", "oldstable", "oldstable"),
        ("system", "system", "system"),
        (">=1.21, <1.23", "range", ">=1.21, <1.23"),
        (">=1.21 <1.23", "range", ">=1.21, <1.23"),
        (">= go1.21,\t< v1.23", "range", ">=1.21, <1.23"),
        (">=1.28rc1", "range", ">=1.28rc1"),
        (">=1.28.0-rc.1", "range", ">=1.28.0-rc.1"),
        ("~1.22", "range", "~1.22"),
        ("^1.22.3", "range", "^1.22.3"),
        ("=1.22.*", "range", "=1.22.*"),
        ("*", "range", "*"),
        ("1.22.4-bigcorp", "name", "1.22.4-bigcorp"),
        ("go1.23-devel_abcdef", "name", "1.23-devel_abcdef"),
        ("1.9.2rc2", "name", "1.9.2rc2"),
        ("tip", "name", "tip"),
        ("my.go_2-fast", "name", "my.go_2-fast"),
        ("gotip", "name", "gotip"),
        ("golatest", "name", "golatest"),
        ("gov1.22", "name", "gov1.22"),
        ("v", "name", "v"),
    ] {
        let request = request(input);
        assert_eq!(kind(&request), expected_kind, "kind of `{input}`");
        assert_eq!(request.to_string(), printed, "normal spelling of `{input}`");
        assert_eq!(request.is_exact(), matches!(expected_kind, "version" | "name"), "`{input}`");
        assert_eq!(request.is_exact(), request.toolchain().is_some(), "`{input}`");
    }
}

#[test]
fn an_exact_request_knows_its_toolchain() {
    for (input, toolchain) in [
        ("1.20.0", "go1.20"),
        ("1.22.0", "go1.22.0"),
        ("v1.22.4-bigcorp", "go1.22.4-bigcorp"),
        ("1.9.2rc2", "go1.9.2rc2"),
        ("tip", "tip"),
    ] {
        assert_eq!(request(input).toolchain(), Some(toolchain.into()), "toolchain of `{input}`");
    }
}

#[test]
fn a_refusal_says_why() {
    let long = format!("1.{}", "9".repeat(254));
    let name = format!("1.22.4-{}", "a".repeat(247));
    for (input, why) in [
        ("", "is empty"),
        (" \t\r\n", "is empty"),
        ("../../tmp", "`/`, `\\` and `..`"),
        ("1..2", "`/`, `\\` and `..`"),
        ("go1.22.4\\x", "`/`, `\\` and `..`"),
        (">=1.21, ../x", "`/`, `\\` and `..`"),
        ("1.22\0", "control characters"),
        ("tip\u{1b}[31m", "`tip\\u{1b}[31m` is not a valid request: control characters"),
        ("1.22.4\n1.23", "control characters"),
        (&long, "more than 255 bytes"),
        (&name, "more than 255 bytes"),
        ("1.22.4 1.21.3", "may contain blanks"),
        ("1.21 <1.23", "may contain blanks"),
        ("01.22", "leading zero"),
        ("1.022", "leading zero"),
        ("1.22.04-x", "leading zero"),
        ("1.22rc01", "leading zero"),
        ("1.22.", "written as"),
        ("1.22.4.5", "written as"),
        ("1.22.4.x", "written as"),
        ("1.22rc1.x", "written as"),
        ("1.x.x", "written as"),
        ("1.22.4.*", "written as"),
        ("1.22*", "written as"),
        ("1.22x", "Go writes it `1.22`"),
        ("go1.22x", "Go writes it `1.22`"),
        ("1.20x", "Go writes it `1.20`"),
        ("v1.22.4x", "Go writes it `1.22.4`"),
        ("1.22rc1x", "Go writes it `1.22rc1`"),
        ("1x", "Go writes it `1`"),
        ("1.22xx", "Go writes it `1.22`"),
        ("1.22.*.x", "written as"),
        ("1.25.0-rc.2", "Go writes it `1.25rc2`"),
        ("1.21 rc2", "Go writes it `1.21rc2`"),
        ("1.22RC1", "Go writes it `1.22rc1`"),
        ("go1.22-rc1", "Go writes it `1.22rc1`"),
        ("1.22.4-", "written as"),
        ("1.22.4-a:b", "written as"),
        ("v1.2.3.4", "written as"),
        ("go1_22", "written as"),
        ("1.22é", "written as"),
        ("local", "is reserved"),
        ("gofmt", "is reserved"),
        ("default", "is reserved"),
        ("Latest", "begins with a letter"),
        ("-1.22", "begins with a letter"),
        (".22", "begins with a letter"),
        ("é", "begins with a letter"),
        ("!=1.22", "begins with a letter"),
        (">=1.022", "`>=1.022` is not a valid range: invalid leading zero"),
        (">=", "no version follows `>=`"),
        (">= <1.23", "no version follows `>=`"),
        ("> =1.22", "no version follows `>`"),
        (">=1.21,", "a comma has no comparison"),
        (">=1.21,,<1.23", "a comma has no comparison"),
        (">=1.21 1.23", "`1.23` has no operator"),
        ("=>1.21", "unexpected character"),
        (">=1.21 || <1.23", "has no operator"),
        (">=latest", "unexpected character"),
    ] {
        match Request::parse(input) {
            Ok(request) => panic!("`{input}` was read as {request:?}"),
            Err(error) => assert!(error.to_string().contains(why), "`{input}`: {error}"),
        }
    }
}

#[test]
fn the_table_of_reserved_words_is_kept() {
    for word in RESERVED {
        let name = matches!(Request::parse(word), Ok(Request::Name(_)));
        assert!(!name, "`{word}` was read as a linked name");
    }
}

#[test]
fn the_best_candidate_is_chosen() {
    let many = "1.9.7 1.10 1.20 1.20.14 1.21 1.21.0 1.21.13 1.22rc2 1.22 1.22.4 1.22.10 1.23.1 1.24rc1 1.24rc2 2.1.4";
    for (input, candidates, chosen) in [
        ("1.22", many, Some("1.22.10")),
        ("1.22.x", many, Some("1.22.10")),
        ("1.2", many, None),
        ("1.20", many, Some("1.20.14")),
        ("1.20.0", many, Some("1.20")),
        ("1.22.0", many, None),
        ("1.9", many, Some("1.9.7")),
        ("1.24", many, Some("1.24rc2")),
        ("1.22rc2", many, Some("1.22rc2")),
        ("1", many, Some("1.23.1")),
        ("1.x", many, Some("1.23.1")),
        ("2", many, Some("2.1.4")),
        ("latest", many, Some("2.1.4")),
        ("oldstable", many, Some("1.23.1")),
        ("<2", many, Some("1.23.1")),
        ("<=1.22", many, Some("1.22.10")),
        (">=1.21 <1.22", many, Some("1.21.13")),
        ("=1.20.0", many, Some("1.20")),
        ("~1.9", many, Some("1.9.7")),
        (">=1.24rc1 <2", many, Some("1.24rc2")),
        (">=1.24 <2", many, None),
        ("^1.22.5", many, Some("1.23.1")),
        ("*", many, Some("2.1.4")),
        ("system", many, None),
        ("tip", many, None),
        ("1.22.4-bigcorp", many, None),
        ("latest", "1.26.1 1.27rc1", Some("1.26.1")),
        ("latest", "1.26rc1 1.27rc1 1.27beta1", Some("1.27rc1")),
        ("oldstable", "1.26.8 1.27.3 1.28rc1", Some("1.26.8")),
        ("oldstable", "1.26rc1 1.25.2 1.24.9 1.27.3", Some("1.25.2")),
        ("oldstable", "1.27.0 1.27.3", None),
        ("oldstable", "1.26rc1 1.27rc1", None),
        ("1.22", "1.22", None),
        ("latest", "1.22", None),
        (">=1.21", "1.22", None),
        ("latest", "", None),
    ] {
        let candidates = versions(candidates);
        let result = request(input).choose(candidates.iter()).map(Version::to_string);
        assert_eq!(result.as_deref(), chosen, "choice of `{input}`");
    }
}

/// Requests of every kind, in spellings that users write.
fn any_request() -> impl Strategy<Value = Request> {
    let range =
        "[<>=^~]=?1\\.(20|21|22)(rc[12]|\\.[012])?( ?,? ?<=?1\\.2[123])?|[<>]=? ?(go|v)?1\\.2[0-3]|\\*";
    let word = format!(
        "(go|v)?(1|2|1\\.(9|2[0-4])(\\.x|\\.[0-4]|rc[0-2]?|\\.2rc2|\\.[0-4]-[a-z0-9.+]{{1,9}})?)|\
         (latest|stable|oldstable|system|tip|[a-z][a-z0-9._-]{{0,9}})|{range}"
    );
    proptest::string::string_regex(&word)
        .expect("a valid expression")
        .prop_filter_map("not a request", |text| Request::parse(&text).ok())
}

proptest! {
    #[test]
    fn what_is_printed_is_read_back(request in any_request()) {
        prop_assert_eq!(Request::parse(&request.to_string()), Ok(request));
    }

    #[test]
    fn no_text_makes_it_panic(text in any::<String>(), near in "(go|v|[<>=^~*]{0,2})[0-9.,a-zé <>=*+-]{0,20}") {
        for text in [text, near] {
            match Request::parse(&text) {
                Ok(request) => {
                    prop_assert_eq!(Request::parse(&request.to_string()), Ok(request));
                }
                Err(error) => {
                    let message = error.to_string();
                    prop_assert!(message.chars().all(crate::text::is_visible), "{:?}", message);
                }
            }
        }
    }

    #[test]
    fn what_an_exact_request_names_is_a_file_name(text in "(go|v)?[0-9a-z.]{1,8}[-a-zA-Z0-9._+:/\\\\]{0,250}") {
        if let Some(name) = Request::parse(&text).ok().and_then(|request| request.toolchain()) {
            let name = name.as_str();
            prop_assert!(name.len() <= 255, "{}", name);
            prop_assert!(!name.contains(['/', '\\', ':']) && !name.contains(".."), "{}", name);
            prop_assert!(name.starts_with(|c: char| c.is_ascii_lowercase()), "{}", name);
        }
    }

    #[test]
    fn nothing_better_was_left(
        request in any_request(),
        candidates in proptest::collection::vec(any_version(), 0..12),
    ) {
        let matching: BTreeSet<_> = candidates.iter().filter(|version| request.matches(version)).collect();
        match request.choose(candidates.iter()) {
            None if request == Request::OldStable => {
                let lines: BTreeSet<_> = matching.iter().map(|version| version.line()).collect();
                prop_assert!(lines.len() < 2, "two lines in {:?}", matching);
            }
            None => prop_assert!(matching.is_empty(), "{} matches {:?}", request, matching),
            Some(chosen) => {
                prop_assert!(matching.contains(chosen), "{} does not match {}", request, chosen);
                prop_assert!(!chosen.is_lang(), "{} chose {}", request, chosen);
                let better = matching.iter().find(|other| is_better(&request, other, chosen, &matching));
                prop_assert!(better.is_none(), "{} chose {} of {:?}", request, chosen, matching);
            }
        }
    }
}

/// Whether `other` should have been chosen instead of `chosen`: the rule of `choose`, written independently.
fn is_better(request: &Request, other: &Version, chosen: &Version, matching: &BTreeSet<&Version>) -> bool {
    match request {
        Request::OldStable => {
            let newest = matching.last().expect("one was chosen").line();
            other > chosen && other.line() != newest
        }
        Request::Range(_) => other > chosen,
        _ if other.is_prerelease() == chosen.is_prerelease() => other > chosen,
        _ => chosen.is_prerelease(),
    }
}

#[test]
fn a_name_loses_its_go_only_before_a_number() {
    for (name, request) in [
        ("go1.22.4", "1.22.4"),
        ("go1.20", "1.20.0"),
        ("go1.22rc1", "1.22rc1"),
        ("go1.22.4-bigcorp", "1.22.4-bigcorp"),
        ("go1.9.2rc2", "1.9.2rc2"),
        ("tip", "tip"),
        ("gotip", "gotip"),
        ("go-fork", "go-fork"),
    ] {
        let toolchain = ToolchainName::new(name);
        assert_eq!(toolchain.request().to_string(), request, "{name}");
        assert_eq!(Request::parse(request).unwrap(), toolchain.request(), "{name}");
        assert_eq!(toolchain.request().toolchain(), Some(toolchain), "{name}");
    }
}

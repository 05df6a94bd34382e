use proptest::prelude::*;

use super::*;

const HASH: &str = "h1:8wlg68NqwW7eMnI1aABk/C2pDYXj8mrMY4TyRfiLeS0=";

fn answer<'a>(text: &'a str, note: &'a str) -> Answer<'a> {
    Answer { record: 7, text, note }
}

#[test]
fn an_answer_is_number_record_and_note() {
    let parsed = Answer::parse(b"12\na b c\nd e f\n\nthe note\n\nmore\n").unwrap();
    assert_eq!(parsed, Answer { record: 12, text: "a b c\nd e f\n", note: "the note\n\nmore\n" });
    assert_eq!(Answer::parse(b"0\na\n\n").unwrap(), Answer { record: 0, text: "a\n", note: "" });
}

#[test]
fn malformed_answers() {
    let cases: [&[u8]; 16] = [
        b"",
        b"\n",
        b"5",
        b"5\n",
        b"5\na\n",
        b"5\na\nb",
        b"5\n\nnote\n",
        b"5\n\n\nnote\n",
        b"\na\n\nnote\n",
        b"05\na\n\nnote\n",
        b"+5\na\n\nnote\n",
        b"-5\na\n\nnote\n",
        b"18446744073709551616\na\n\nnote\n",
        b"5\r\na\n\nnote\n",
        b"5\na\tb\n\nnote\n",
        b"5\na\xff\n\nnote\n",
    ];
    for bytes in cases {
        assert_eq!(Answer::parse(bytes), Err(Refusal::MalformedAnswer), "{}", bytes.escape_ascii());
    }
}

#[test]
fn the_line_of_the_module_zip() {
    let text = format!("m v1.0.0/go.mod h1:other\nm v1.0.0 {HASH}\nm v1.0.00 h1:x\nxm v1.0.0 h1:x\n");
    assert_eq!(answer(&text, "").h1("m", "v1.0.0"), Ok(HASH));
    let twice = format!("m v1.0.0 {HASH}\nm v1.0.0 {HASH}\n");
    assert_eq!(answer(&twice, "").h1("m", "v1.0.0"), Ok(HASH));
}

#[test]
fn no_line_or_no_usable_one() {
    let beside = format!("tree\nm v1.0.0 {HASH}\n");
    let two = format!("m v1.0.0 {HASH}\nm v1.0.0 {}\n", HASH.replace('8', "9"));
    let no_line = "record 7 is in the log, but says nothing about `m v1.0.0`";
    let unusable = "the record does not have exactly one `h1:` hash for `m v1.0.0`";
    let cases = [
        ("n v1.0.0 h1:x\n", "", no_line),
        ("m v1.0.0/go.mod h1:x\n", "", no_line),
        (" m v1.0.0 h1:x\n", "", no_line),
        ("m  v1.0.0 h1:x\n", "", no_line),
        (
            "n v1.0.0 h1:x\n",
            &beside,
            "the line for `m v1.0.0` is outside the record, where nothing proves it",
        ),
        (&two, "", unusable),
        ("m v1.0.0 h1:x\n", "", unusable),
        ("m v1.0.0 \n", "", unusable),
        ("m v1.0.0 h2:8wlg68NqwW7eMnI1aABk/C2pDYXj8mrMY4TyRfiLeS0=\n", "", unusable),
        ("m v1.0.0 h1:8wlg68NqwW7eMnI1aABk/C2pDYXj8mrMY4TyRfiLeS0= \n", "", unusable),
    ];
    for (text, note, expected) in cases {
        assert_eq!(answer(text, note).h1("m", "v1.0.0").unwrap_err().to_string(), expected, "{text:?}");
    }
}

#[test]
fn h1_is_a_prefix_and_44_characters() {
    assert!(is_h1(HASH));
    let no_padding = "h1:8wlg68NqwW7eMnI1aABk/C2pDYXj8mrMY4TyRfiLeS0A";
    let early_padding = "h1:8wlg68NqwW7eMnI1aABk/C2pDYXj8mrMY4TyRfiLeS==";
    for hash in [
        "",
        "h1:",
        "h1:=",
        no_padding,
        early_padding,
        &HASH[..46],
        &HASH.replace('8', "-"),
        &HASH.replace('8', "é"),
    ] {
        assert!(!is_h1(hash), "{hash}");
    }
}

#[test]
fn paths() {
    let toolchain = path("golang.org/toolchain", "v0.0.1-go1.22.4.linux-amd64");
    assert_eq!(toolchain.as_deref(), Some("lookup/golang.org/toolchain@v0.0.1-go1.22.4.linux-amd64"));
    assert_eq!(path("example.com/Ab", "v1.0.0-RC").as_deref(), Some("lookup/example.com/!ab@v1.0.0-!r!c"));
    for (module, version) in [
        ("", "v1"),
        ("a", ""),
        ("/a", "v1"),
        ("a/", "v1"),
        ("a//b", "v1"),
        ("../a", "v1"),
        ("a/..", "v1"),
        ("a", ".."),
        ("a", "v1/go.mod"),
        ("a", "../v1"),
        ("a b", "v1"),
        ("a\n", "v1"),
        ("a!b", "v1"),
        ("a?b", "v1"),
        ("a%2f", "v1"),
        ("a@b", "v1"),
        ("ä", "v1"),
        ("a\\b", "v1"),
    ] {
        assert_eq!(path(module, version), None, "{module} {version}");
    }
}

proptest! {
    #[test]
    fn answers_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), text in "(?s).*", number: u64) {
        let _ = Answer::parse(&bytes);
        let whole = format!("{number}\n{text}\n\n{text}");
        if let Ok(answer) = Answer::parse(whole.as_bytes()) {
            prop_assert_eq!(answer.record, number);
            let _ = answer.h1(&text, &text);
        }
    }

    #[test]
    fn paths_never_panic_or_lead_away(module in ".*", version in ".*") {
        if let Some(path) = path(&module, &version) {
            prop_assert!(path.starts_with("lookup/") && !path.contains("/.") && !path.contains("//"));
        }
    }
}

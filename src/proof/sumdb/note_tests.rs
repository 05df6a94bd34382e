use proptest::prelude::*;

use super::*;
use crate::proof::sumdb::testing::{FIXTURE_KEY, TestLog, text, vectors};

/// The public example of Go's note package.
fn example() -> (VerifierKey, String, String) {
    let vectors = vectors();
    let example = &vectors["note_example"];
    let key = VerifierKey::parse(text(&example["verifier"])).unwrap();
    (key, text(&example["text"]).to_owned(), text(&example["signature_line"]).to_owned())
}

#[test]
fn the_example_of_gos_note_package_verifies() {
    let (key, text, signature) = example();
    assert_eq!(open(format!("{text}\n{signature}").as_bytes(), &key).unwrap(), text);
}

#[test]
fn real_tree_heads_verify() {
    let vectors = vectors();
    let key = VerifierKey::parse(text(&vectors["key"])).unwrap();
    let heads = vectors["signed_tree_heads"].as_array().unwrap();
    assert_eq!(heads.len(), 9);
    for head in heads {
        let opened = open(text(&head["note"]).as_bytes(), &key);
        assert_eq!(opened.is_ok(), head["verifies"].as_bool().unwrap(), "{head}");
    }
}

#[test]
fn keys() {
    assert_eq!(VerifierKey::parse(FIXTURE_KEY).unwrap().name(), "localhost.localdev/sumdb");
    let encoded = "AcTrnkbUA+TU4heY3hkjiSES/DSQniBqIeQ/YppAUtK6";
    let malformed = [
        String::new(),
        "sum.golang.org".to_owned(),
        "a+00000c67".to_owned(),
        format!("+00000c67+{encoded}"),
        format!("a b+00000c67+{encoded}"),
        format!("a+0000c67+{encoded}"),
        format!("a+00000c6g+{encoded}"),
        format!("a++0000c67+{encoded}"),
        "a+00000c67+".to_owned(),
        "a+00000c67+AcTr".to_owned(),
        "a+00000c67+!!!!".to_owned(),
        format!("../a+00000c67+{encoded}"),
        format!("a/../b+00000c67+{encoded}"),
        format!("a//b+00000c67+{encoded}"),
        format!("/a+00000c67+{encoded}"),
        format!("a/+00000c67+{encoded}"),
        format!("a\\b+00000c67+{encoded}"),
        format!("a?b+00000c67+{encoded}"),
    ];
    for key in malformed {
        assert_eq!(VerifierKey::parse(&key), Err(NoteError::MalformedKey), "{key}");
    }
    assert_eq!(VerifierKey::parse(&format!("a+00000c67+{encoded}")), Err(NoteError::WrongKeyHash));
    let bad = &vectors()["bad_keys"];
    assert_eq!(VerifierKey::parse(text(&bad[0])), Err(NoteError::MalformedKey));
    assert_eq!(VerifierKey::parse(text(&bad[1])), Err(NoteError::UnknownAlgorithm(b'e')));
}

#[test]
fn garbled_notes_are_refused_with_a_reason() {
    let (key, text, signature) = example();
    let other = signature.replace("PeterNeumann", "EnochRoot");
    let many = other.repeat(MAX_SIGNATURES);
    let label = "PeterNeumann+c74f20a3";
    let wrong_text = format!("the signature by `{label}` is wrong");
    let no_signatures = "malformed note: no signature lines after a blank line";
    let cases = [
        (String::new(), no_signatures),
        (text.clone(), no_signatures),
        (format!("{text}\n"), no_signatures),
        (format!("{text}{signature}"), no_signatures),
        (format!("{text}\n{}", signature.trim_end()), no_signatures),
        (format!("{text}\n\n{signature}"), &wrong_text),
        (format!("{text} \n{signature}"), no_signatures),
        (format!("x{text}\n{signature}"), &wrong_text),
        (format!("{text}\n{signature}\n"), no_signatures),
        (format!("{text}\n{signature}\n{signature}"), &wrong_text),
        (format!("{text}\nx{signature}"), "malformed note: signature line 1"),
        (format!("{text}\n{signature}- x y\n"), "malformed note: signature line 2"),
        (format!("{text}\n{signature}— x\n"), "malformed note: signature line 2"),
        (format!("{text}\n{signature}— x \n"), "malformed note: signature line 2"),
        (format!("{text}\n{signature}— x AAAAAA==\n"), "malformed note: signature line 2"),
        (format!("{text}\n{signature}— x+y AAAAAAAA\n"), "malformed note: signature line 2"),
        (format!("{text}\n{signature}— x AAAAAAA\n"), "malformed note: signature line 2"),
        (format!("{text}\n{signature}—  AAAAAAAA\n"), "malformed note: signature line 2"),
        (format!("{text}\n{}", signature.replace(' ', "  ")), "malformed note: signature line 1"),
        (format!("{text}\n{other}"), "not signed by `PeterNeumann+c74f20a3`"),
        (format!("{text}\n— PeterNeumann AAAAAAAA\n"), "not signed by `PeterNeumann+c74f20a3`"),
        (format!("{text}\n— PeterNeumann x08go/AA\n{signature}"), &wrong_text),
        (format!("{text}\n{many}{signature}"), "malformed note: more than 100 signatures"),
        (format!("{text}\t\n\n{signature}"), "malformed note: control character"),
        (format!("{text}\r\n\n{signature}"), "malformed note: control character"),
        (format!("{text}\0\n\n{signature}"), "malformed note: control character"),
    ];
    for (note, expected) in cases {
        assert_eq!(open(note.as_bytes(), &key).unwrap_err().to_string(), expected, "{note:?}");
    }
    let mut bytes = format!("{text}\n{signature}").into_bytes();
    bytes[0] = 0xff;
    assert_eq!(open(&bytes, &key).unwrap_err(), NoteError::NotText);
}

#[test]
fn signatures_by_others_and_repeated_ones_do_not_matter() {
    let (key, text, signature) = example();
    let other = signature.replace("PeterNeumann", "EnochRoot");
    let same_name_other_key = "— PeterNeumann AAAAAAAA\n";
    let notes = [
        format!("{text}\n{other}{signature}"),
        format!("{text}\n{signature}{other}{other}"),
        format!("{text}\n{same_name_other_key}{signature}"),
        format!("{text}\n{signature}{signature}"),
        format!("{text}\n{signature}— PeterNeumann x08go/AA\n"),
        format!("{text}\n{}{signature}", other.repeat(MAX_SIGNATURES - 1)),
    ];
    for note in notes {
        assert_eq!(open(note.as_bytes(), &key).as_deref(), Ok(text.as_str()), "{note}");
    }
}

#[test]
fn the_text_ends_at_the_last_blank_line() {
    let log = TestLog::new(0, 0, "");
    let note = log.sign("one\n\ntwo\n");
    assert_eq!(open(note.as_bytes(), &log.key()), Ok("one\n\ntwo\n"));
}

proptest! {
    #[test]
    fn keys_never_panic(text in ".*", hash in "[0-9a-f+]{0,10}") {
        let _ = VerifierKey::parse(&text);
        let _ = VerifierKey::parse(&format!("{text}+{hash}+{text}"));
    }

    #[test]
    fn notes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), text in "(?s).{0,60}") {
        let key = VerifierKey::parse(FIXTURE_KEY).unwrap();
        prop_assert!(open(&bytes, &key).is_err());
        let note = format!("{text}\n\n— {text}\n");
        prop_assert!(open(note.as_bytes(), &key).is_err());
    }
}

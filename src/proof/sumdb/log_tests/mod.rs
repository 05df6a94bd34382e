//! Lookups in the fixture, whose README explains the attacks, and in logs made by [`TestLog`].

mod kept;

use std::fs;
use std::sync::Mutex;

use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use crate::error::{Error, Kind};
use crate::proof::sumdb::testing::{FIXTURE_KEY, TestLog, TestRemote, data, text, vectors};

const MODULE: &str = "golang.org/toolchain";
const VERSION: &str = "v0.0.1-go1.23.1.linux-amd64";
const H1: &str = "h1:TmiC7kE4hHuA7UwTcrWUtL/Curn//Xchpqc+HHYEv2M=";
const DATABASE: &str = "localhost.localdev/sumdb";
const RECORD: &str = "lookup/golang.org/toolchain@v0.0.1-go1.23.1.linux-amd64";
/// Far longer than any test holds the lock.
const LOCK_TIMEOUT: Duration = Duration::from_secs(60);

/// A temporary home, with access to its files.
struct Home(TempDir);

impl Home {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn head(&self, database: &str) -> std::path::PathBuf {
        self.0.path().join("sumdb").join(database).join("latest")
    }

    fn cached(&self, database: &str, path: &str) -> std::path::PathBuf {
        self.0.path().join("cache/sumdb").join(database).join(path)
    }

    /// Stores a tree head of the fixture, as an earlier lookup would.
    fn store_head(&self, head: &str) {
        fs::create_dir_all(self.head(DATABASE).parent().unwrap()).unwrap();
        fs::copy(data("sumdb_fixture/heads").join(head), self.head(DATABASE)).unwrap();
    }

    fn stored_size(&self, database: &str) -> Option<String> {
        fs::read_to_string(self.head(database)).ok()?.lines().nth(1).map(str::to_owned)
    }

    fn forget_cache(&self) {
        fs::remove_dir_all(self.0.path().join("cache")).unwrap();
    }

    fn lookup(&self, remote: &TestRemote, version: &str) -> Result<String, LogError> {
        let key = VerifierKey::parse(FIXTURE_KEY).unwrap();
        Log::new(key, remote, self.0.path(), LOCK_TIMEOUT).lookup(MODULE, version)
    }

    fn lookup_number(&self, log: &TestLog, remote: &TestRemote, number: usize) -> Result<String, LogError> {
        let log = Log::new(log.key(), remote, self.0.path(), LOCK_TIMEOUT);
        log.lookup(&format!("example.com/m{number}"), "v1.0.0")
    }
}

fn refusal(result: Result<String, LogError>) -> String {
    match result {
        Err(LogError::Refused(refusal)) => refusal.to_string(),
        other => panic!("expected a refusal: {other:?}"),
    }
}

#[test]
fn the_honest_database() {
    let (home, remote) = (Home::new(), TestRemote::of_fixture("honest"));
    assert_eq!(home.lookup(&remote, VERSION).unwrap(), H1);
    let lookup = format!("/{RECORD}");
    assert_eq!(remote.asked(), [&lookup, "/tile/8/0/000", "/tile/8/0/002.p/88", "/tile/8/1/000.p/2"]);
    assert_eq!(home.stored_size(DATABASE).as_deref(), Some("600"));
}

#[test]
fn a_record_in_a_tile_at_the_edge_needs_no_other() {
    let (home, remote) = (Home::new(), TestRemote::of_fixture("honest"));
    home.lookup(&remote, "v0.0.1-go1.27.1.darwin-arm64").unwrap();
    let lookup = "/lookup/golang.org/toolchain@v0.0.1-go1.27.1.darwin-arm64";
    assert_eq!(remote.asked(), [lookup, "/tile/8/0/002.p/88", "/tile/8/1/000.p/2"]);
}

#[test]
fn a_second_lookup_needs_no_network() {
    let (home, mut remote) = (Home::new(), TestRemote::of_fixture("honest"));
    home.lookup(&remote, VERSION).unwrap();
    assert_eq!(remote.asked().len(), 4);
    assert_eq!(home.lookup(&remote, VERSION).unwrap(), H1);
    assert_eq!(remote.asked(), [""; 0]);
    remote.offline = true;
    assert_eq!(home.lookup(&remote, VERSION).unwrap(), H1);
}

#[test]
fn each_attack_is_refused_for_what_it_is_and_leaves_nothing() {
    let attacks = [
        ("attack1_forged_tile", "`tile/8/0/000` does not have the hash that `tile/8/1/000.p/2` holds for it"),
        (
            "attack2_lines_in_tree_note",
            "the line for `golang.org/toolchain v0.0.1-go1.23.1.linux-amd64` is outside the record, \
             where nothing proves it",
        ),
        (
            "attack3_unrelated_record",
            "record 6 is in the log, but says nothing about `golang.org/toolchain v0.0.1-go1.23.1.linux-amd64`",
        ),
        ("attack4_changed_record", "record 5 is not the one in the log"),
        ("attack5_bad_signature", "the signature by `localhost.localdev/sumdb+00000c67` is wrong"),
    ];
    for (attack, expected) in attacks {
        for head in [None, Some("tree_300")] {
            let home = Home::new();
            head.inspect(|head| home.store_head(head));
            let error = home.lookup(&TestRemote::of_fixture(attack), VERSION).unwrap_err();
            assert_eq!(error.to_string(), format!("the checksum database's answer is refused: {expected}"));
            assert_eq!(Error::from(&error).kind(), Kind::Verification);
            assert!(!home.0.path().join("cache").exists(), "{attack}");
            assert_eq!(home.lookup(&TestRemote::of_fixture("honest"), VERSION).unwrap(), H1);
        }
    }
}

#[test]
fn an_older_stored_head_is_continued() {
    let home = Home::new();
    home.store_head("tree_300");
    assert_eq!(home.lookup(&TestRemote::of_fixture("honest"), VERSION).unwrap(), H1);
    assert_eq!(home.stored_size(DATABASE).as_deref(), Some("600"));
}

#[test]
fn a_second_history_is_refused_with_both_signed_notes() {
    let home = Home::new();
    home.store_head("tree_300_fork");
    let before = fs::read(home.head(DATABASE)).unwrap();
    let error = home.lookup(&TestRemote::of_fixture("honest"), VERSION).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the checksum database's answer is refused: two signed tree heads contradict each other: \
         the log of 300 records has the root `dbSakvV+P89Sr8QgTFiFYqjINdOw5vLNfDLyUYpTW0s=`, \
         but the log of 600 records has `TH/ILduPqtIW9SpnNOyMbKouVngpVYIlTFRmlFU2JuY=` at that size"
    );
    let report = Error::from(&error).report();
    assert!(
        report.contains("go.sum database tree\n  300\n") && report.contains("go.sum database tree\n  600\n")
    );
    assert_eq!(fs::read(home.head(DATABASE)).unwrap(), before);
}

#[test]
fn two_heads_of_one_size_are_a_second_history_too() {
    let (log, other) = (TestLog::new(300, 0, ""), TestLog::new(300, 299, "other"));
    let home = Home::new();
    home.lookup_number(&log, &TestRemote::of_log(&log, 300), 5).unwrap();
    home.forget_cache();
    let refused = refusal(home.lookup_number(&other, &TestRemote::of_log(&other, 300), 5));
    assert_eq!(refused, "the tiles do not make the signed root of the log of 300 records");
    // With the tiles of the first history the two roots are compared.
    let mut remote = TestRemote::of_log(&log, 300);
    let path = "/lookup/example.com/m5@v1.0.0";
    remote.changed.insert(path.to_owned(), other.serve(300, path).unwrap());
    assert!(refusal(home.lookup_number(&log, &remote, 5)).starts_with("two signed tree heads contradict"));
}

#[test]
fn an_old_answer_is_fine_and_replaces_nothing() {
    let (log, home) = (TestLog::new(900, 0, ""), Home::new());
    home.lookup_number(&log, &TestRemote::of_log(&log, 900), 5).unwrap();
    let mut remote = TestRemote::of_log(&log, 900);
    let path = "/lookup/example.com/m17@v1.0.0";
    remote.changed.insert(path.to_owned(), log.serve(400, path).unwrap());
    assert_eq!(home.lookup_number(&log, &remote, 17).unwrap(), log.h1(17));
    assert_eq!(home.stored_size("test.example").as_deref(), Some("900"));
}

#[test]
fn a_rolled_back_database_is_refused() {
    let (log, home) = (TestLog::new(900, 0, ""), Home::new());
    home.lookup_number(&log, &TestRemote::of_log(&log, 900), 5).unwrap();
    home.forget_cache();
    let refused = refusal(home.lookup_number(&log, &TestRemote::of_log(&log, 400), 17));
    assert_eq!(
        refused,
        "it signed a log of 900 records before, now shows 400 and has no `tile/8/0/003.p/132`: \
         404 for /tile/8/0/003.p/132"
    );
    assert_eq!(home.stored_size("test.example").as_deref(), Some("900"));
}

#[test]
fn every_record_while_the_log_grows() {
    let (log, home) = (TestLog::new(70_000, 0, ""), Home::new());
    for size in [1, 2, 255, 256, 257, 511, 512, 1000, 65_535, 65_536, 65_793, 70_000] {
        let remote = TestRemote::of_log(&log, size);
        for number in [0, size / 2, size - 1] {
            assert_eq!(home.lookup_number(&log, &remote, number).unwrap(), log.h1(number));
        }
        assert_eq!(home.stored_size("test.example"), Some(size.to_string()));
    }
}

#[test]
fn the_caller_can_tell_failures_apart() {
    let (home, mut remote) = (Home::new(), TestRemote::of_fixture("honest"));
    let missing = home.lookup(&remote, "v0.0.1-go9.9.9.linux-amd64").unwrap_err();
    let path = "/lookup/golang.org/toolchain@v0.0.1-go9.9.9.linux-amd64";
    assert_eq!(missing.to_string(), format!("not in the checksum database: 404 for {path}"));
    assert!(matches!(missing, LogError::Missing(_)));
    let impossible = home.lookup(&remote, "../\n").unwrap_err();
    assert!(matches!(&impossible, LogError::Missing(reason) if reason.contains("../\\n")), "{impossible}");
    remote.offline = true;
    let unreachable = home.lookup(&remote, VERSION).unwrap_err();
    assert_eq!(unreachable.to_string(), "could not reach the checksum database: no network");
    assert_eq!(Error::from(&unreachable).kind(), Kind::Network);
}

#[test]
fn absurd_tree_sizes_are_refused_at_once() {
    let log = TestLog::new(300, 0, "");
    for size in ["281474976710657", "4611686018427387904", "9223372036854775808", "99999999999999999999"] {
        let note = log.sign(&format!("go.sum database tree\n{size}\n{}\n", log.root(300)));
        let mut remote = TestRemote::of_log(&log, 300);
        let answer = format!("5\n{}\n{note}", log.records[5]);
        remote.changed.insert("/lookup/example.com/m5@v1.0.0".to_owned(), answer.into_bytes());
        let refused = refusal(Home::new().lookup_number(&log, &remote, 5));
        assert_eq!(refused, format!("malformed tree head: no log has `{size}` records"));
        assert_eq!(remote.asked().len(), 1);
    }
}

#[test]
fn a_record_beyond_the_log_is_refused() {
    let log = TestLog::new(300, 0, "");
    for record in ["300", "281474976710656", "18446744073709551615"] {
        let mut remote = TestRemote::of_log(&log, 300);
        let answer = format!("{record}\n{}\n{}", log.records[5], log.note(300));
        remote.changed.insert("/lookup/example.com/m5@v1.0.0".to_owned(), answer.into_bytes());
        let refused = refusal(Home::new().lookup_number(&log, &remote, 5));
        assert_eq!(refused, format!("{record} is outside of the log of 300 records"));
    }
}

/// Each byte of the answer is changed in turn: the answer is refused, and not cached.
#[test]
fn any_changed_byte_of_an_answer_is_refused() {
    let log = TestLog::new(258, 0, "");
    let path = "/lookup/example.com/m5@v1.0.0";
    let answer = log.serve(258, path).unwrap();
    let home = Home::new();
    for at in 0..answer.len() {
        for mask in [1, 0x20, 0x80] {
            let mut remote = TestRemote::of_log(&log, 258);
            let mut changed = answer.clone();
            changed[at] ^= mask;
            remote.changed.insert(path.to_owned(), changed);
            let result = home.lookup_number(&log, &remote, 5);
            assert!(matches!(result, Err(LogError::Refused(_))), "byte {at} with {mask}: {result:?}");
            assert!(!home.cached("test.example", &path[1..]).exists());
        }
    }
    assert_eq!(home.lookup_number(&log, &TestRemote::of_log(&log, 258), 5).unwrap(), log.h1(5));
}

/// sum.golang.org's answer for go1.21.9 is well-formed, has the known leaf hash, and is signed. The recorded facts have
/// no tiles, so that the proof stops where the tiles are requested.
#[test]
fn the_real_answer_asks_for_the_real_tiles() {
    let vectors = vectors();
    let lookup = &vectors["lookup_example"];
    let response = text(&lookup["response"]).as_bytes().to_vec();
    let answer = Answer::parse(&response).unwrap();
    assert_eq!(
        (answer.record, answer.hash().to_string().as_str()),
        (24_929_362, text(&lookup["record_hash"]))
    );
    let h1 = "h1:rRL9rPpsjKfpdDFcppvNgw1/dynUMrpDcTxdIwtyFR0=";
    assert_eq!(answer.h1(MODULE, "v0.0.1-go1.21.9.linux-amd64"), Ok(h1));

    let home = Home::new();
    let remote = TestRemote::new(|path| path.starts_with("/lookup").then(|| response.clone()));
    let log =
        Log::new(VerifierKey::parse(text(&vectors["key"])).unwrap(), &remote, home.0.path(), LOCK_TIMEOUT);
    let refused = refusal(log.lookup(MODULE, "v0.0.1-go1.21.9.linux-amd64"));
    assert!(refused.starts_with("it has no `tile/8/"), "{refused}");
    let asked = remote.asked();
    for tile in &lookup["tiles_needed_for_tree_28905453"].as_array().unwrap()[..4] {
        assert!(asked.contains(&format!("/{}", text(tile))), "{tile}");
    }
    assert_eq!(home.stored_size("sum.golang.org"), None);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Lookups in any order, in a database that grows, sometimes answers with an older head, and changes one bit of one
    /// file: no lookup returns a wrong hash, and the next honest answer is accepted.
    #[test]
    fn never_a_wrong_hash(
        steps in proptest::collection::vec((1..1200_usize, any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..8_u8), 1..8)
    ) {
        let (log, home) = (TestLog::new(1200, 0, ""), Home::new());
        let mut largest = 0;
        for (size, record, byte, bit) in steps {
            largest = largest.max(size);
            let number = record.index(size);
            let honest = |path: &str| log.serve(if path.contains("lookup") { size } else { largest }, path);
            let asked = Mutex::new(0);
            let victim = byte.index(6);
            let hostile = TestRemote::new(|path| {
                let mut bytes = honest(path)?;
                let mut count = asked.lock().unwrap();
                if *count == victim {
                    let at = byte.index(bytes.len());
                    bytes[at] ^= 1 << bit;
                }
                *count += 1;
                Some(bytes)
            });
            match home.lookup_number(&log, &hostile, number) {
                Ok(h1) => prop_assert_eq!(h1, log.h1(number)),
                Err(error) => prop_assert!(matches!(error, LogError::Refused(_)), "{}", error),
            }
            let result = home.lookup_number(&log, &TestRemote::new(honest), number);
            prop_assert_eq!(result.unwrap(), log.h1(number));
        }
    }
}

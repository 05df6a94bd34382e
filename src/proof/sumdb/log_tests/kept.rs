//! What a lookup keeps between runs: tiles and records in the cache, and the stored tree head.

use std::fs;
use std::sync::Barrier;

use super::*;

#[test]
fn a_partial_tile_that_is_gone_is_cut_from_the_full_one() {
    let (log, home) = (TestLog::new(900, 0, ""), Home::new());
    let mut remote = TestRemote::new(|path| log.serve(if path.contains("lookup") { 600 } else { 900 }, path));
    remote.absent.push("/tile/8/0/002.p/88".to_owned());
    assert_eq!(home.lookup_number(&log, &remote, 5).unwrap(), log.h1(5));
    assert!(remote.asked().contains(&"/tile/8/0/002".to_owned()));
    assert_eq!(fs::read(home.cached("test.example", "tile/8/0/002.p/88")).unwrap().len(), 88 * 32);
    assert!(!home.cached("test.example", "tile/8/0/002").exists());
    assert_eq!(home.lookup_number(&log, &remote, 5).unwrap(), log.h1(5));
    assert_eq!(remote.asked(), [""; 0]);

    remote.changed.insert("/tile/8/0/002".to_owned(), vec![0; 8191]);
    let refused = refusal(Home::new().lookup_number(&log, &remote, 5));
    assert_eq!(refused, "`tile/8/0/002` must be 8192 bytes, but is 8191");
}

/// A database that starts anew has another history, which a user accepts by removing the stored head.
#[test]
fn without_a_stored_head_the_cache_is_not_asked() {
    let (log, other, home) = (TestLog::new(600, 0, ""), TestLog::new(600, 0, "other"), Home::new());
    home.lookup_number(&log, &TestRemote::of_log(&log, 600), 5).unwrap();
    fs::remove_file(home.head("test.example")).unwrap();
    let remote = TestRemote::of_log(&other, 500);
    assert_eq!(home.lookup_number(&other, &remote, 5).unwrap(), other.h1(5));
    assert_eq!(remote.asked().len(), 4);
    assert_eq!(home.lookup_number(&other, &remote, 5).unwrap(), other.h1(5));
    assert_eq!(home.lookup_number(&other, &remote, 499).unwrap(), other.h1(499));
    assert_eq!(home.stored_size("test.example").as_deref(), Some("500"));
}

#[test]
fn a_deleted_cache_forgets_no_head() {
    let (home, remote) = (Home::new(), TestRemote::of_fixture("honest"));
    home.lookup(&remote, VERSION).unwrap();
    home.forget_cache();
    assert_eq!(home.stored_size(DATABASE).as_deref(), Some("600"));
    assert_eq!(home.lookup(&remote, VERSION).unwrap(), H1);
}

#[test]
fn a_damaged_cache_heals() {
    for path in [RECORD, "tile/8/0/000", "tile/8/0/002.p/88", "tile/8/1/000.p/2"] {
        let (home, remote) = (Home::new(), TestRemote::of_fixture("honest"));
        home.lookup(&remote, VERSION).unwrap();
        let file = home.cached(DATABASE, path);
        let good = fs::read(&file).unwrap();
        let mut flipped = good.clone();
        flipped[good.len() / 2] ^= 1;
        for damaged in
            [Vec::new(), good[..good.len() - 1].to_vec(), flipped, vec![0; good.len()], vec![b'1'; 2_000_000]]
        {
            fs::write(&file, damaged).unwrap();
            assert_eq!(home.lookup(&remote, VERSION).unwrap(), H1);
            assert_eq!(fs::read(&file).unwrap(), good, "{path}");
        }
        fs::remove_file(&file).unwrap();
        fs::create_dir(&file).unwrap();
        assert_eq!(home.lookup(&remote, VERSION).unwrap(), H1);
    }
}

#[test]
fn a_cached_tile_of_the_wrong_length_costs_one_question() {
    let (home, remote) = (Home::new(), TestRemote::of_fixture("honest"));
    home.lookup(&remote, VERSION).unwrap();
    fs::write(home.cached(DATABASE, "tile/8/0/000"), [0; 8191]).unwrap();
    remote.asked();
    assert_eq!(home.lookup(&remote, VERSION).unwrap(), H1);
    assert_eq!(remote.asked(), ["/tile/8/0/000"]);
}

#[test]
fn a_cache_that_cannot_be_written_does_not_matter() {
    let (home, remote) = (Home::new(), TestRemote::of_fixture("honest"));
    fs::write(home.0.path().join("cache"), "a file where a directory should be").unwrap();
    assert_eq!(home.lookup(&remote, VERSION).unwrap(), H1);
    assert_eq!(home.lookup(&remote, VERSION).unwrap(), H1);
    assert_eq!(remote.asked().len(), 8);
}

#[test]
fn a_record_of_another_module_in_the_cache_heals() {
    let (home, remote) = (Home::new(), TestRemote::of_fixture("honest"));
    home.lookup(&remote, VERSION).unwrap();
    home.lookup(&remote, "v0.0.1-go1.27.1.darwin-arm64").unwrap();
    let other = home.cached(DATABASE, "lookup/golang.org/toolchain@v0.0.1-go1.27.1.darwin-arm64");
    fs::copy(other, home.cached(DATABASE, RECORD)).unwrap();
    assert_eq!(home.lookup(&remote, VERSION).unwrap(), H1);
}

#[test]
fn a_damaged_stored_head_is_never_forgotten() {
    let note = fs::read_to_string(data("sumdb_fixture/heads/tree_300")).unwrap();
    let real_head = vectors()["signed_tree_heads"][0]["note"].as_str().unwrap().to_owned();
    let cases = [
        (String::new(), "malformed note: no signature lines after a blank line"),
        (note.replace("300", "299"), "the signature by `localhost.localdev/sumdb+00000c67` is wrong"),
        (note[..note.len() - 1].to_owned(), "malformed note: no signature lines after a blank line"),
        (real_head, "not signed by `localhost.localdev/sumdb+00000c67`"),
    ];
    for (damaged, expected) in cases {
        let home = Home::new();
        home.store_head("tree_300");
        fs::write(home.head(DATABASE), &damaged).unwrap();
        let error = home.lookup(&TestRemote::of_fixture("honest"), VERSION).unwrap_err();
        let path = home.head(DATABASE);
        assert_eq!(
            error.to_string(),
            format!("could not use the stored tree head `{}`: {expected}", path.display())
        );
        let report = Error::from(&error).report();
        let hint = "hint: restore the file from a backup; or forget what the database signed before";
        assert!(report.contains(&format!("{hint}: `rm '{}'`", path.display())), "{report}");
        assert_eq!(fs::read_to_string(path).unwrap(), damaged);
    }
}

#[test]
fn a_head_that_cannot_be_stored_is_an_error() {
    let home = Home::new();
    fs::write(home.0.path().join("sumdb"), "a file where a directory should be").unwrap();
    let error = home.lookup(&TestRemote::of_fixture("honest"), VERSION).unwrap_err();
    assert!(matches!(error, LogError::Store { .. }), "{error}");
    assert_eq!(Error::from(&error).kind(), Kind::Store);
}

/// Threads, each with its own open files, stand for processes: the stored head only grows, up to the largest.
#[test]
fn racing_lookups_store_the_largest_head() {
    let (log, home) = (TestLog::new(2000, 0, ""), Home::new());
    let sizes = [300, 2000, 700, 1200, 513, 1999, 400, 900];
    let barrier = Barrier::new(sizes.len());
    thread::scope(|scope| {
        for size in sizes {
            let (log, home, barrier) = (&log, &home, &barrier);
            scope.spawn(move || {
                // The database has all 2000 records; only the tree head in the answer is older.
                let remote = TestRemote::new(move |path| {
                    log.serve(if path.contains("lookup") { size } else { 2000 }, path)
                });
                barrier.wait();
                assert_eq!(home.lookup_number(log, &remote, size - 1).unwrap(), log.h1(size - 1));
            });
        }
    });
    assert_eq!(home.stored_size("test.example").as_deref(), Some("2000"));
    let left: Vec<_> = fs::read_dir(home.head("test.example").parent().unwrap()).unwrap().collect();
    assert_eq!(left.len(), 2, "the head and the lock: {left:?}");
}

/// Another process stores a head after this lookup has read the stored one and before it stores its own.
#[test]
fn a_head_that_another_process_stored_meanwhile_must_agree() {
    for (shared, agrees) in [(400, true), (399, false)] {
        let (log, other) = (TestLog::new(600, 0, ""), TestLog::new(400, shared, "other"));
        let home = Home::new();
        let path = home.head("test.example");
        let remote = TestRemote::new(|question| {
            if question.contains("tile") && !path.exists() {
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(&path, other.note(400)).unwrap();
            }
            log.serve(600, question)
        });
        let result = home.lookup_number(&log, &remote, 5);
        if agrees {
            assert_eq!(result.unwrap(), log.h1(5));
        } else {
            assert!(refusal(result).starts_with("two signed tree heads contradict each other"));
        }
        assert_eq!(home.stored_size("test.example").as_deref(), Some(if agrees { "600" } else { "400" }));
    }
}

//! No more requests than are needed, and what each change of the database does.

use std::collections::BTreeSet;

use serde_json::json;

use super::{CMD_GO, NET_URL, WINDOWS, audit, ids, kept, sandbox};
use crate::support::response::Response;
use crate::support::server::Server;
use crate::support::vulndb::{CHANGED, VulnDb, gzip, time};

const STATE: &str = "/index/db.json.gz";
const INDEX: &str = "/index/modules.json.gz";

/// The requests since the last call; those of entries, which come on two connections, in the order of their ids.
fn asked(server: &Server) -> Vec<String> {
    let mut targets = server.targets();
    server.forget_requests();
    let entries = targets.len().min(2)..;
    targets[entries].sort();
    targets
}

fn entry(id: &str) -> String {
    format!("/ID/{id}.json.gz")
}

#[test]
fn only_what_changed_is_fetched() {
    let (sandbox, server) = (sandbox(&["1.26.5"]), Server::start());
    let mut database = VulnDb::of(&[NET_URL, CMD_GO, WINDOWS]);
    database.serve(&server);
    let run = || {
        let run = audit(&sandbox, &[], &server.url()).run();
        ids(&run.stdout).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(run(), [CMD_GO, NET_URL]);
    let all = [STATE.to_owned(), INDEX.to_owned(), entry(WINDOWS), entry(CMD_GO), entry(NET_URL)];
    assert_eq!(asked(&server), all);
    let before = kept(&sandbox).unwrap();

    // It is as it was: the server says so, or has no tag, and says when it was changed.
    assert_eq!(run(), [CMD_GO, NET_URL]);
    assert_eq!(server.requests()[0].header("if-none-match"), Some(format!("\"{}\"", time(CHANGED)).as_str()));
    assert_eq!(asked(&server), [STATE]);
    assert_eq!(kept(&sandbox).unwrap(), before);
    let url = server.url();
    sandbox.write(
        "user/.local/go/cache/vulndb.json",
        before.replace(&format!("\\\"{}\\\"", time(CHANGED)), "\\\"old\\\""),
    );
    assert_eq!(run(), [CMD_GO, NET_URL]);
    assert_eq!(asked(&server), [STATE]);
    assert_eq!(kept(&sandbox).unwrap(), before, "the new tag is kept");

    // One entry changed: it affects no release any more.
    database.change(time(9), NET_URL, |entry| {
        entry["affected"][0]["ranges"] =
            json!([{ "type": "SEMVER", "events": [{ "introduced": "1.99.0" }] }]);
    });
    database.serve(&server);
    assert_eq!(run(), [CMD_GO]);
    assert_eq!(asked(&server), [STATE, INDEX, &entry(NET_URL)]);

    // One was withdrawn, and is not asked for again.
    database.change(time(8), CMD_GO, |entry| entry["withdrawn"] = time(8).into());
    database.serve(&server);
    assert_eq!(run(), Vec::<String>::new());
    assert_eq!(asked(&server), [STATE, INDEX, &entry(CMD_GO)]);

    // One is in the index no more. That did not change what is in it, so it is read again the next time.
    database.entries.remove(WINDOWS);
    database.modified = time(7);
    database.serve(&server);
    assert!(kept(&sandbox).unwrap().contains(WINDOWS));
    for _ in 0..2 {
        run();
        assert_eq!(asked(&server), [STATE, INDEX]);
        assert!(!kept(&sandbox).unwrap().contains(WINDOWS));
    }

    // What is kept is of that address alone.
    let other = url.replace("127.0.0.1", "localhost");
    audit(&sandbox, &[], &other).run();
    assert_eq!(asked(&server), [STATE, INDEX, &entry(CMD_GO), &entry(NET_URL)]);
}

/// Each entry is within its limits, and all together are more than is kept.
#[test]
fn a_database_that_is_too_large_is_refused_as_it_comes() {
    let (sandbox, server) = (sandbox(&["1.26.5"]), Server::start());
    let events: Vec<_> = (0..40)
        .flat_map(|patch| {
            [json!({ "introduced": format!("1.{patch}.0") }), json!({ "fixed": format!("1.{patch}.1") })]
        })
        .collect();
    let aliases: Vec<String> = (0..90).map(|number| format!("{number:900}")).collect();
    for (path, value, most) in
        [("affected/0/ranges/0/events", json!(events), 120), ("aliases", json!(aliases), 40)]
    {
        let mut database = VulnDb::of(&[NET_URL, CMD_GO]);
        let mut entry = database.entries[NET_URL].clone();
        *entry.pointer_mut(&format!("/{path}")).unwrap() = value;
        for number in 0..150 {
            entry["id"] = format!("GO-2026-1{number:04}").into();
            database.entries.insert(entry["id"].as_str().unwrap().to_owned(), entry.clone());
        }
        database.serve(&server);
        server.forget_requests();
        let error = "\
error: could not read the vulnerability database
  the entries for Go itself have more than 2097152 bytes, or more than 4000 packages and intervals of versions
";
        audit(&sandbox, &[], &server.url()).code(5).stderr(error).check();
        assert!(asked(&server).len() < most, "{path}");
    }
}

/// A server that has a new state already, and the old index still.
#[test]
fn an_index_that_is_older_than_the_state_is_read_again() {
    let (sandbox, server) = (sandbox(&["1.26.5"]), Server::start());
    let mut database = VulnDb::of(&[NET_URL, CMD_GO]);
    let old = database.clone();
    database.change(time(9), NET_URL, |entry| {
        entry["affected"][0]["ranges"] =
            json!([{ "type": "SEMVER", "events": [{ "introduced": "1.99.0" }] }]);
    });
    database.serve(&server);
    let index = Response::new(gzip(old.files()["index/modules"].as_bytes())).etag(None);
    server.route(INDEX, index);
    let text = old.files()[&format!("ID/{NET_URL}")].clone();
    server.route(entry(NET_URL), Response::new(gzip(text.as_bytes())));
    let run = || audit(&sandbox, &[], &server.url()).run();
    assert_eq!(ids(&run().stdout), [CMD_GO, NET_URL]);
    database.serve(&server);
    server.forget_requests();
    assert_eq!(ids(&run().stdout), [CMD_GO]);
    assert_eq!(asked(&server), [STATE, INDEX, &entry(NET_URL)]);
}

/// An old copy knows less, so it does not replace what is kept.
#[test]
fn a_database_that_goes_back_in_time_is_a_failed_refresh() {
    let (sandbox, server) = (sandbox(&["1.26.5"]), Server::start());
    let mut database = VulnDb::of(&[NET_URL, CMD_GO, WINDOWS]);
    database.serve(&server);
    audit(&sandbox, &[], &server.url()).run();
    let before = kept(&sandbox);
    database.entries.retain(|id, _| id == WINDOWS);
    let now = std::mem::replace(&mut database.modified, time(CHANGED + 1));
    database.serve(&server);
    let reason = format!("it is of {}, and older than what is kept, of {now}", database.modified);
    let run = audit(&sandbox, &[], &server.url()).run();
    assert_eq!((run.code(), ids(&run.stdout)), (1, vec![CMD_GO, NET_URL]), "{}", run.stderr);
    assert!(
        run.stderr.contains(&format!("\n  `http://[SERVER]/index/db.json.gz`: {reason}\n")),
        "{}",
        run.stderr
    );
    assert_eq!(kept(&sandbox), before);
}

#[test]
fn the_whole_database_comes_on_two_connections() {
    let (sandbox, server) = (sandbox(&["1.26.5", "1.27.0"]), Server::start());
    VulnDb::whole().serve(&server);
    let run = audit(&sandbox, &["1.26.5"], &server.url()).run();
    assert_eq!((run.code(), ids(&run.stdout).len()), (1, 10), "{}", run.stderr);
    let requests = server.requests();
    let connections: BTreeSet<usize> = requests.iter().map(|request| request.connection).collect();
    assert_eq!((requests.len(), connections.len() <= 2), (201, true), "{connections:?}");
    // The official database of a day has no vulnerability of the version that was newest then.
    let run = audit(&sandbox, &["1.27.0"], &server.url()).run();
    assert_eq!((run.code(), run.stdout.as_str()), (0, "1.27.0 has no known vulnerabilities\n"));
}

#[test]
fn what_is_kept_may_be_damaged_or_gone() {
    let (sandbox, server) = (sandbox(&["1.26.5"]), Server::start());
    VulnDb::of(&[NET_URL, CMD_GO]).serve(&server);
    audit(&sandbox, &[], &server.url()).run();
    let whole = kept(&sandbox).unwrap();
    let other_format = whole.replace("\"format\":1", "\"format\":2");
    // More than any refresh would keep.
    let (before, after) = whole.split_once("\"versions\":[").unwrap();
    let many = format!("{before}\"versions\":[{}{after}", "[null,\"1.2.3\"],".repeat(4000));
    for damaged in ["", "{}", &whole[..whole.len() / 2], &other_format, &many] {
        sandbox.write("user/.local/go/cache/vulndb.json", damaged);
        server.forget_requests();
        let run = audit(&sandbox, &[], &server.url()).run();
        assert_eq!((run.code(), ids(&run.stdout)), (1, vec![CMD_GO, NET_URL]), "{damaged}");
        assert_eq!((asked(&server).len(), kept(&sandbox).as_deref()), (4, Some(whole.as_str())));
    }
}

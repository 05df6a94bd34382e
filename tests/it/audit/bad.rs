//! A database that is not what it should be: a clear word with the address, and never a clean result.

use super::{CMD_GO, NET_URL, audit, ids, kept, sandbox};
use crate::support::response::Response;
use crate::support::server::Server;
use crate::support::vulndb::{VulnDb, gzip};

const STATE: &str = "index/db";
const INDEX: &str = "index/modules";
const ENTRY: &str = "ID/GO-2026-6218";

/// What is wrong, at which path, and the code and the words of the error.
fn table() -> Vec<(&'static str, Response, i32, String)> {
    let good = VulnDb::of(&[NET_URL, CMD_GO]).files();
    let packed = |text: &str| Response::new(gzip(text.as_bytes()));
    let changed = |path: &'static str, from: &str, to: &str| {
        assert!(good[path].contains(from), "{from}");
        packed(&good[path].replacen(from, to, 1))
    };
    let entry = gzip(good[ENTRY].as_bytes());
    let page = "a web page came in place of the file; is there a login page before the network?";
    let vuln = |id: &str| format!("{{\"id\":\"{id}\",\"modified\":\"2026-08-13T21:43:54Z\"}}");
    let many: Vec<String> = (0..5001).map(|number| vuln(&format!("GO-2026-{number:04}"))).collect();
    let many = format!("[{{\"path\":\"stdlib\",\"vulns\":[{}]}}]", many.join(","));
    let twice = format!(
        "[{{\"path\":\"stdlib\",\"vulns\":[{},{}]}}]",
        vuln(NET_URL),
        vuln(NET_URL).replace("13T", "14T")
    );
    vec![
        (STATE, Response::new("<html>log in</html>"), 4, page.to_owned()),
        (ENTRY, packed("\n<!doctype html>"), 4, page.to_owned()),
        (
            STATE,
            Response::new(vec![b' '; (4 << 20) + 1]),
            4,
            "longer than the limit of 4194304 bytes".to_owned(),
        ),
        (
            ENTRY,
            Response::new(vec![b' '; (1 << 20) + 1]),
            4,
            "longer than the limit of 1048576 bytes".to_owned(),
        ),
        (
            INDEX,
            Response::new(gzip(&vec![b' '; 64 << 20])),
            5,
            "it unpacks to more than 4194304 bytes".to_owned(),
        ),
        (
            ENTRY,
            Response::new(gzip(&vec![b' '; 64 << 20])),
            5,
            "it unpacks to more than 1048576 bytes".to_owned(),
        ),
        (ENTRY, Response::new(&entry[..entry.len() / 2]), 5, "it cannot be unpacked: ".to_owned()),
        (ENTRY, Response::new(entry.clone()).content_length(9999), 4, "the transfer broke off: ".to_owned()),
        (ENTRY, Response::status(404, "no"), 4, "status 404 (not found)".to_owned()),
        (INDEX, Response::status(403, "no"), 4, "status 403 (forbidden)".to_owned()),
        (STATE, Response::status(304, ""), 4, "status 304 (not modified)".to_owned()),
        (STATE, packed("{\"modified\""), 5, "EOF while parsing an object at line 1 column 11".to_owned()),
        (STATE, packed("{}"), 5, "missing field `modified` at line 1 column 2".to_owned()),
        (STATE, packed("{\"modified\":\"today\"}"), 5, "`today` is no time".to_owned()),
        (
            STATE,
            packed("{\"modified\":\"2999-01-01T00:00:00Z\"}"),
            5,
            "it is of 2999-01-01, which is in the future; is the clock of this machine right?".to_owned(),
        ),
        (INDEX, packed("[]"), 5, "it does not have entries of both `stdlib` and `toolchain`".to_owned()),
        (
            INDEX,
            changed(INDEX, "toolchain", "toolchains"),
            5,
            "it does not have entries of both `stdlib` and `toolchain`".to_owned(),
        ),
        (
            INDEX,
            packed("[{\"path\":\"stdlib\"},{\"path\":\"toolchain\",\"vulns\":[]}]"),
            5,
            "it does not have entries of both `stdlib` and `toolchain`".to_owned(),
        ),
        (INDEX, changed(INDEX, "toolchain", "stdlib"), 5, "it has a module twice".to_owned()),
        (
            INDEX,
            changed(INDEX, NET_URL, "GO-2026-1/../.."),
            5,
            "`GO-2026-1/../..` is no id of an entry".to_owned(),
        ),
        (INDEX, packed(&many), 5, "it has more than 5000 entries for Go itself".to_owned()),
        (
            INDEX,
            packed(&twice),
            5,
            "it has GO-2026-6218 of 2026-08-13T21:43:54Z, and of 2026-08-14T21:43:54Z".to_owned(),
        ),
        (ENTRY, packed(&good["ID/GO-2026-6179"]), 5, "it is GO-2026-6179 of ".to_owned()),
        (
            ENTRY,
            changed(ENTRY, "\"modified\":\"2026", "\"modified\":\"2025"),
            5,
            "it is GO-2026-6218 of 2025-".to_owned(),
        ),
        (ENTRY, changed(ENTRY, "1.26.6", "soon"), 5, "`soon` is no version".to_owned()),
    ]
}

#[test]
fn each_has_a_clear_word_and_leaves_what_is_kept() {
    let (sandbox, server) = (sandbox(&["1.26.5", "1.26.6"]), Server::start());
    let database = VulnDb::of(&[NET_URL, CMD_GO]);
    for (path, answer, code, words) in table() {
        let _ = std::fs::remove_dir_all(sandbox.home().join("cache"));
        database.serve(&server);
        let target = format!("/{path}.json.gz");
        server.route(&target, answer.clone());
        let run = audit(&sandbox, &["1.26.6"], &server.url()).run();
        let error =
            format!("error: could not read the vulnerability database\n  `http://[SERVER]{target}`: {words}");
        assert_eq!((run.code(), run.stdout.as_str()), (code, ""), "{}", run.stderr);
        assert!(run.stderr.starts_with(&error), "{error}\n{}", run.stderr);
        assert_eq!(kept(&sandbox), None, "{words}");
    }
}

#[test]
fn an_older_state_has_to_do_and_is_never_clean() {
    let (sandbox, server) = (sandbox(&["1.26.5", "1.26.6"]), Server::start());
    let mut database = VulnDb::of(&[NET_URL, CMD_GO]);
    database.serve(&server);
    audit(&sandbox, &[], &server.url()).run();
    let before = kept(&sandbox);
    database.change("2026-09-01T00:00:00Z", NET_URL, |_| ());
    for (path, answer, code, words) in table().into_iter().filter(|(path, ..)| *path != STATE) {
        database.serve(&server);
        // The state and the index are new, so that all that is wrong is met.
        let target = format!("/{path}.json.gz");
        server.route(&target, answer);
        let warning =
            "warning: the vulnerability database could not be refreshed: that of 2026-08-13 is used\n";
        let run = audit(&sandbox, &["1.26.6"], &server.url()).run();
        assert_eq!(
            (run.code(), run.stdout.as_str()),
            (code, "1.26.6 has no known vulnerabilities\n"),
            "{words}"
        );
        let told = format!("{warning}  `http://[SERVER]{target}`: ");
        assert!(run.stderr.starts_with(&told), "{}", run.stderr);
        let run = audit(&sandbox, &["1.26.5"], &server.url()).run();
        assert_eq!((run.code(), ids(&run.stdout)), (1, vec![CMD_GO, NET_URL]), "{words}");
        assert_eq!(kept(&sandbox), before, "{words}");
    }
    let run = audit(&sandbox, &["--json", "1.26.6"], &server.url()).run();
    let object: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(object["database"]["current"], false);
    let run = audit(&sandbox, &["--sarif", "1.26.6"], &server.url()).run();
    let log: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let invocation = &log["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    let said = invocation["toolExecutionNotifications"][0]["message"]["text"].as_str().unwrap();
    assert!(said.starts_with("by the database of 2026-08-13: `http://[SERVER]/ID/"), "{said}");
}

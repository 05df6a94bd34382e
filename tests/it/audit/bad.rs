//! A database that is not what it should be: a clear word with the address, and never the code 0.

use super::sarif::log;
use super::{CMD_GO, NET_URL, audit, ids, kept, sandbox};
use crate::support::response::Response;
use crate::support::server::Server;
use crate::support::vulndb::{CHANGED, VulnDb, day, gzip, time};

const STATE: &str = "index/db";
const INDEX: &str = "index/modules";
const ENTRY: &str = "ID/GO-2026-6218";

/// Where in this database something is wrong, and what; the code and the words of the error.
fn table(database: &VulnDb) -> Vec<(&'static str, Response, i32, String)> {
    let good = database.files();
    let modified = database.entries[NET_URL]["modified"].as_str().unwrap();
    let index_has = format!("where the index has {NET_URL} of {modified}");
    let packed = |text: &str| Response::new(gzip(text.as_bytes()));
    let changed = |path: &'static str, from: &str, to: &str| {
        assert!(good[path].contains(from), "{from}");
        packed(&good[path].replacen(from, to, 1))
    };
    let entry = gzip(good[ENTRY].as_bytes());
    let page = "a web page came in place of the file; is there a login page before the network?";
    let both = "it does not have entries of both `stdlib` and `toolchain`";
    let blanks = |count| Response::new(vec![b' '; count]);
    let vuln = |id: &str| format!("{{\"id\":\"{id}\",\"modified\":\"2026-08-13T21:43:54Z\"}}");
    let many: Vec<String> = (0..2001).map(|number| vuln(&format!("GO-2026-{number:04}"))).collect();
    let many = format!("[{{\"path\":\"stdlib\",\"vulns\":[{}]}}]", many.join(","));
    let twice = format!(
        "[{{\"path\":\"stdlib\",\"vulns\":[{},{}]}}]",
        vuln(NET_URL),
        vuln(NET_URL).replace("13T", "14T")
    );
    vec![
        (STATE, Response::new("<html>log in</html>"), 4, page.to_owned()),
        (ENTRY, packed("\n<!doctype html>"), 4, page.to_owned()),
        (STATE, blanks((4 << 20) + 1), 4, "longer than the limit of 4194304 bytes".to_owned()),
        (ENTRY, blanks((256 << 10) + 1), 4, "longer than the limit of 262144 bytes".to_owned()),
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
            "it unpacks to more than 262144 bytes".to_owned(),
        ),
        (
            ENTRY,
            Response::new(&entry[..entry.len() / 2]),
            5,
            "it cannot be unpacked: incomplete deflate stream".to_owned(),
        ),
        (
            ENTRY,
            Response::new(entry.clone()).content_length(9999),
            4,
            "the transfer broke off: the connection closed early".to_owned(),
        ),
        (ENTRY, Response::status(404, "no"), 4, "status 404 (not found)".to_owned()),
        (INDEX, Response::status(403, "no"), 4, "status 403 (forbidden)".to_owned()),
        (STATE, Response::status(304, ""), 4, "status 304 (not modified)".to_owned()),
        (STATE, packed("{\"modified\""), 5, "EOF while parsing an object at line 1 column 11".to_owned()),
        (STATE, packed("{}"), 5, "missing field `modified` at line 1 column 2".to_owned()),
        (STATE, packed("{\"modified\":\"today\"}"), 5, "`today` is no time".to_owned()),
        (
            STATE,
            packed("{\"modified\":\"2026-08-13T21:43:54\\u001b[2J\"}"),
            5,
            "`2026-08-13T21:43:54\\u{1b}[2J` is no time".to_owned(),
        ),
        (
            STATE,
            packed("{\"modified\":\"2999-01-01T00:00:00Z\"}"),
            5,
            "it is of 2999-01-01, which is in the future; is the clock of this machine right?".to_owned(),
        ),
        (INDEX, packed("[]"), 5, both.to_owned()),
        (INDEX, changed(INDEX, "toolchain", "toolchains"), 5, both.to_owned()),
        (INDEX, packed("[{\"path\":\"stdlib\"},{\"path\":\"toolchain\",\"vulns\":[]}]"), 5, both.to_owned()),
        (INDEX, changed(INDEX, "toolchain", "stdlib"), 5, "it has a module twice".to_owned()),
        (
            INDEX,
            changed(INDEX, NET_URL, "GO-2026-1/../.."),
            5,
            "`GO-2026-1/../..` is no id of an entry".to_owned(),
        ),
        (INDEX, packed(&many), 5, "it has more than 2000 entries for Go itself".to_owned()),
        (
            INDEX,
            packed(&twice),
            5,
            "it has GO-2026-6218 of 2026-08-13T21:43:54Z, and of 2026-08-14T21:43:54Z".to_owned(),
        ),
        (
            ENTRY,
            packed(&good["ID/GO-2026-6179"]),
            5,
            format!("it is {CMD_GO} of 2026-08-13T21:43:54Z, {index_has}"),
        ),
        (
            ENTRY,
            changed(ENTRY, modified, "2025-01-02T03:04:05Z"),
            5,
            format!("it is {NET_URL} of 2025-01-02T03:04:05Z, {index_has}"),
        ),
        (ENTRY, changed(ENTRY, "1.26.6", "soon"), 5, "`soon` is no version".to_owned()),
    ]
}

/// What helps where no database answers.
const COPY: &str = "hint: name a copy of the database, or its address: `export GOX_VULNDB=/path/to/vulndb`\n";

#[test]
fn each_has_a_clear_word_and_leaves_what_is_kept() {
    let (sandbox, server) = (sandbox(&["1.26.5", "1.26.6"]), Server::start());
    let database = VulnDb::of(&[NET_URL, CMD_GO]);
    for (path, answer, code, words) in table(&database) {
        let _ = std::fs::remove_dir_all(sandbox.home().join("cache"));
        database.serve(&server);
        let target = format!("/{path}.json.gz");
        server.route(&target, answer);
        let error = format!(
            "error: could not read the vulnerability database\n  `http://[SERVER]{target}`: {words}\n{}",
            if code == 4 { COPY } else { "" }
        );
        audit(&sandbox, &["1.26.6"], &server.url()).code(code).stderr(&error).check();
        assert_eq!(kept(&sandbox), None, "{words}");
    }
}

#[test]
fn where_a_refresh_fails_what_was_kept_is_used_with_a_warning_and_a_code() {
    let (sandbox, server) = (sandbox(&["1.26.5", "1.26.6"]), Server::start());
    let mut database = VulnDb::of(&[NET_URL, CMD_GO]);
    database.serve(&server);
    audit(&sandbox, &[], &server.url()).run();
    let before = kept(&sandbox);
    // The state and the index are new, so that all that is wrong is met.
    database.change(time(9), NET_URL, |_| ());
    let kept_of = day(CHANGED);
    for (path, answer, code, words) in table(&database).into_iter().filter(|(path, ..)| *path != STATE) {
        database.serve(&server);
        let target = format!("/{path}.json.gz");
        server.route(&target, answer);
        let stderr = format!(
            "\
warning: the vulnerability database may not be current: that of {kept_of} is used
  `http://[SERVER]{target}`: {words}
note: by the database of http://[SERVER]/, as of {kept_of}
"
        );
        let clean = audit(&sandbox, &["1.26.6"], &server.url());
        clean.code(code).stdout("1.26.6 has no known vulnerabilities\n").stderr(&stderr).check();
        let run = audit(&sandbox, &["1.26.5"], &server.url()).run();
        assert_eq!((run.code(), ids(&run.stdout)), (1, vec![CMD_GO, NET_URL]), "{words}");
        assert!(run.stderr.starts_with(&stderr), "{}", run.stderr);
        assert_eq!(kept(&sandbox), before, "{words}");
    }
    let run = audit(&sandbox, &["--json", "1.26.6"], &server.url()).run();
    let object: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(object["database"]["current"], false);
    let run = log(&audit(&sandbox, &["--sarif", "1.26.6"], &server.url()).run());
    let text =
        format!("by the database of {kept_of}: `http://[SERVER]/{ENTRY}.json.gz`: `soon` is no version");
    let expected = serde_json::json!([{
        "executionSuccessful": false,
        "toolExecutionNotifications": [{ "level": "warning", "message": { "text": text } }],
    }]);
    assert_eq!(run["invocations"], expected);
}

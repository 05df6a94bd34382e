//! The checks of the network.

use serde_json::json;

use super::{Machine, Row, check, lines, mend};
use crate::support::command::Command;
use crate::support::proxy::MODULE;
use crate::support::response::Response;
use crate::support::vulndb::{self, VulnDb};

const ROWS: &[Row] = &[
    (
        "network",
        "warning",
        "source-list",
        |machine| {
            machine.proxy.server.remove("/dl/?mode=json");
        },
        [
            "`http://[SERVER]/dl/?mode=json`: status 404 (not found)",
            "a version that the sources before it lack cannot be installed",
            "curl -v 'http://[SERVER]/dl/?mode=json'",
        ],
        &[],
    ),
    (
        "network",
        "warning",
        "source-proxy",
        |machine| {
            let page = Response::new("<html>log in</html>");
            machine.proxy.server.route(format!("{MODULE}/list"), page);
        },
        [
            "`http://[SERVER]/golang.org/toolchain/@v/list`: a web page came in place of the file; is there a login page before the network?",
            "each install is delayed until it goes on to the next source",
            "curl -v 'http://[SERVER]/golang.org/toolchain/@v/list'",
        ],
        &[],
    ),
    (
        "network",
        "failed",
        "source-list",
        |machine| {
            machine.proxy.server.remove("/dl/?mode=json");
            machine.proxy.server.remove(&format!("{MODULE}/list"));
        },
        [
            "`http://[SERVER]/dl/?mode=json`: status 404 (not found)",
            "no other source answers, so nothing can be installed",
            "curl -v 'http://[SERVER]/dl/?mode=json'",
        ],
        &["source-proxy"],
    ),
    (
        "network",
        "warning",
        "database",
        |machine| {
            machine.proxy.server.route("/sumdb/sumdb.test/latest", Response::new("go.sum database tree\n"));
        },
        [
            "the tree head of sumdb.test: malformed note: no signature lines after a blank line",
            "no module zip can be proven, and an archive only by other proofs",
            "curl -v 'https://sumdb.test/latest'",
        ],
        &[],
    ),
    (
        "network",
        "warning",
        "clock",
        |machine| machine.set_clocks(15),
        [
            "the clock is 15 min behind that of 127.0.0.1",
            "certificates count as expired or not yet valid, and the age of a kept list is wrong",
            "timedatectl set-ntp true",
        ],
        &[],
    ),
    (
        "network",
        "warning",
        "source-dir",
        |machine| {
            machine.sandbox.write("user/.config/gox/config.toml", "sources = \"proxy,dl,dir:/no/where\"\n");
        },
        [
            "`/no/where` cannot be read: no such file or directory",
            "nothing is installed from there",
            "ls -ld /no/where",
        ],
        &[],
    ),
];

#[test]
fn each_check_of_the_network() {
    check(ROWS);
}

/// As Go's own proxy is what nobody set; where that is silent, too, there is nothing to look into.
#[test]
fn where_no_proxy_is_named_one_has_to_be() {
    let machine = Machine::healthy();
    let silent =
        "could not connect: connection refused; the proxy `http://[SERVER]` of `HTTPS_PROXY` is between";
    let expected = format!(
        "\
network
  failed  source-list   `https://go.dev/dl/?mode=json`: {silent}
                        why: no other source answers, so nothing can be installed
                        mend: if this network needs no proxy: `unset HTTPS_PROXY`
  skipped source-proxy  `GOPROXY` is not set
  failed  database      `https://sumdb.test/latest`: {silent}
                        why: no module zip can be proven, and an archive only by other proofs
                        mend: type `go env -w GOPROXY=https://proxy.example.com` with the address of your module proxy

2 failed, 1 skipped
"
    );
    let doctor = machine.gox(&["doctor", "source-list", "source-proxy", "database"]);
    doctor.env_remove("GOPROXY").env_remove("GOX_DL_URL").code(1).stdout(&expected).check();
    let doctor = machine.gox(&["doctor", "source-list"]).env_remove("GOPROXY").env_remove("HTTP_PROXY");
    let expected = lines(
        "network",
        "failed",
        "source-list",
        [
            "`http://go..invalid/dl/?mode=json`: unknown host",
            "no other source answers, so nothing can be installed",
            "type `go env -w GOPROXY=https://proxy.example.com` with the address of your module proxy",
        ],
    );
    doctor.env("GOX_DL_URL", "http://go..invalid/dl").code(1).stdout(&expected).check();
}

#[test]
fn the_vulnerability_database_has_to_answer_where_it_may_be_asked() {
    let machine = Machine::healthy();
    let (url, root) = (machine.proxy.url(), machine.sandbox.root().to_str().unwrap().to_owned());
    let why = "`gox audit` cannot tell which versions have known vulnerabilities";
    let silent = "could not connect: connection refused";
    let copy = "unset GOX_VULNDB; then: gox config set vulndb /path/to/vulndb";
    for (vulndb, seen, mend) in [
        (format!("{root}/none"), "`[ROOT]/none/index/db.json`: no such file".to_owned(), copy),
        (
            url.clone() + "/vulndb",
            "`http://[SERVER]/vulndb/index/db.json.gz`: status 404 (not found)".to_owned(),
            copy,
        ),
        ("http://127.0.0.1:1".to_owned(), format!("`http://[SERVER]/index/db.json.gz`: {silent}"), copy),
        (
            "https://vuln.go.dev".to_owned(),
            format!(
                "`https://vuln.go.dev/index/db.json.gz`: {silent}; the proxy `http://[SERVER]` of `HTTPS_PROXY` is between"
            ),
            "if this network needs no proxy: `unset HTTPS_PROXY`",
        ),
    ] {
        let expected = lines("network", "warning", "vulndb", [&seen, why, mend]);
        machine.gox(&["doctor", "vulndb"]).env("GOX_VULNDB", vulndb).stdout(&expected).check();
    }
    let ok = |address: &str| format!("network\n  ok      vulndb  {address}\n\n1 ok\n");
    let database = VulnDb::of(&[]);
    database.write_to(&machine.sandbox.root().join("mnt/vulndb"));
    let folder =
        machine.gox(&["doctor", "vulndb", "--offline"]).env("GOX_VULNDB", format!("{root}/mnt/vulndb"));
    folder.stdout(&ok("file://[ROOT]/mnt/vulndb")).check();
    database.serve(&machine.proxy.server);
    machine.gox(&["doctor", "vulndb"]).env("GOX_VULNDB", url).stdout(&ok("http://[SERVER]/")).check();
    let old = json!({"modified": vulndb::time(40)});
    machine.sandbox.write("mnt/vulndb/index/db.json", old.to_string());
    let seen = "it was last changed 40 days ago; Go's own database changes several times a week";
    let renew = "renew the copy that `gox config vulndb` names, or ask Go's own: `unset GOX_VULNDB`, or `gox config unset vulndb`";
    let old = machine.gox(&["doctor", "vulndb"]).env("GOX_VULNDB", format!("{root}/mnt/vulndb"));
    old.stdout(&lines("network", "warning", "vulndb", [seen, why, renew])).check();
    machine.sandbox.write("mnt/vulndb/index/db.json", "{}");
    let seen = "`file://[ROOT]/mnt/vulndb/index/db.json`: missing field `modified` at line 1 column 2";
    let half = machine.gox(&["doctor", "vulndb"]).env("GOX_VULNDB", format!("{root}/mnt/vulndb"));
    half.stdout(&lines("network", "warning", "vulndb", [seen, why, copy])).check();
    let folders =
        machine.gox(&["doctor", "vulndb"]).env_remove("GOX_VULNDB").env("GOX_SOURCES", "dir:/mnt/go");
    folders.stdout("network\n  skipped vulndb  all sources are folders\n\n1 skipped\n").check();
    let invalid = machine.gox(&["doctor", "vulndb"]).env_remove("GOX_VULNDB").env("GOVULNDB", "x");
    let seen = "invalid `GOVULNDB`: an address begins with `https://`, `http://` or `file://`";
    invalid.stdout(&lines("network", "warning", "vulndb", [seen, why, "unset GOVULNDB"])).check();
}

#[test]
fn offline_nobody_is_asked() {
    let machine = Machine::healthy();
    machine.proxy.server.forget_requests();
    let text = "\
network
  ok      certificates  root certificates were found
  skipped source-list   offline
  skipped source-proxy  offline
  skipped database      offline
  skipped vulndb        offline
  skipped clock         offline

1 ok, 5 skipped
";
    let checks = ["doctor", "clock", "vulndb", "database", "source-proxy", "source-list", "certificates"];
    let gox = || machine.gox(&checks).env_remove("GOX_VULNDB");
    gox().arg("--offline").stdout(text).check();
    gox().env("GOX_OFFLINE", "1").stdout(text).check();
    assert_eq!(machine.proxy.server.targets(), [""; 0]);
}

/// What checks the list where nothing listens, with this settings file and these sources in the environment.
fn without_list<'a>(machine: &'a Machine, file: &str, sources: Option<&str>) -> Command<'a> {
    machine.sandbox.write("user/.config/gox/config.toml", file);
    let doctor = machine.gox(&["doctor", "source-list"]).env("GOX_DL_URL", "http://127.0.0.1:1/dl");
    sources.into_iter().fold(doctor, |doctor, value| doctor.env("GOX_SOURCES", value))
}

#[test]
fn where_another_source_answers_the_list_is_left_out() {
    let machine = Machine::healthy();
    machine.sandbox.write("mnt/a b/x", "");
    let both = format!("sources = [\"dl\", \"dir:{}/mnt/a b\"]\n", machine.sandbox.root().display());
    let said = |state: &str, why: &str, mend: &str| {
        let seen = "`http://[SERVER]/dl/?mode=json`: could not connect: connection refused";
        lines("network", state, "source-list", [seen, why, mend])
    };
    let spare = "a version that the sources before it lack cannot be installed";
    let delayed = "each install is delayed until it goes on to the next source";
    let unset = "unset GOX_SOURCES; then: gox config set sources proxy";
    for (file, sources, why, mend) in [
        ("", None, spare, "gox config set sources proxy"),
        ("sources = \"dl,proxy\"\n", None, delayed, "gox config set sources proxy"),
        (&*both, None, delayed, "gox config set sources 'dir:[ROOT]/mnt/a b'"),
        ("", Some("dl,proxy"), delayed, unset),
    ] {
        without_list(&machine, file, sources).stdout(&said("warning", why, mend)).check();
    }
    let alone = "no other source answers, so nothing can be installed";
    let text = said("failed", alone, "curl -v 'http://[SERVER]/dl/?mode=json'");
    without_list(&machine, "", Some("dl")).code(1).stdout(&text).check();
    mend(&machine.sandbox, "code", without_list(&machine, "sources = \"dl,proxy\"\n", None));
    assert_eq!(machine.sandbox.read("user/.config/gox/config.toml"), "sources = [\"proxy\"]\n");
}

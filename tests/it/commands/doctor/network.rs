//! The checks of the network.

use super::{Machine, Row, check};
use crate::support::proxy::MODULE;
use crate::support::response::Response;

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
  skipped clock         offline

1 ok, 4 skipped
";
    let checks = ["doctor", "clock", "database", "source-proxy", "source-list", "certificates"];
    machine.gox(&checks).arg("--offline").stdout(text).check();
    machine.gox(&checks).env("GOX_OFFLINE", "1").stdout(text).check();
    assert_eq!(machine.proxy.server.targets(), [""; 0]);
}

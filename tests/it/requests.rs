//! What an install asks of its servers: each thing once, and nothing that it can do without.

use crate::support::archives::FakeToolchain;
use crate::support::dl::{self, GoDev};
use crate::support::gate::Gate;
use crate::support::proxies::ConnectProxy;
use crate::support::proxy::{ModuleProxy, zip_path};
use crate::support::response::{Fault, Response};
use crate::support::sandbox::Sandbox;
use crate::support::server::Server;
use crate::support::wait_until;

const LIST: &str = "/golang.org/toolchain/@v/list";
/// The end of the line for an archive of go.dev.
const PROVEN: &str = ", from dl, proven by list and log; 1.5 kB downloaded\n";

fn archive(version: &str) -> String {
    format!("/dl/{}", FakeToolchain::new(version).file_name())
}

fn record(version: &str) -> String {
    format!("/lookup/golang.org/toolchain@{}", FakeToolchain::new(version).module_version())
}

/// The tile of a database with so few records that it has no other.
fn tile(records: usize) -> String {
    format!("/tile/8/0/000.p/{records}")
}

/// The path of the database on a proxy.
fn by_proxy(target: impl AsRef<str>) -> String {
    format!("/sumdb/sumdb.test{}", target.as_ref())
}

/// What a server was asked since it was asked for this last. Those of several connections come in any order.
#[track_caller]
fn assert_asked<const N: usize>(server: &Server, mut expected: [String; N]) {
    let mut asked = server.targets();
    server.forget_requests();
    asked.sort();
    expected.sort();
    assert_eq!(asked, expected);
}

#[test]
fn an_exact_version_through_a_proxy() {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::with_versions(&["1.22.4", "1.23.1"]));
    let install = |version: &str| sandbox.gox(["install", version]).envs(proxy.environment()).run().code();
    assert_eq!(install("1.22.4"), 0);
    let [supported, tile] = ["/supported", &tile(2)].map(by_proxy);
    assert_asked(&proxy.server, [zip_path("1.22.4"), supported.clone(), by_proxy(record("1.22.4")), tile]);
    // The tile is known, and what is installed needs nobody.
    assert_eq!(install("1.23.1"), 0);
    assert_asked(&proxy.server, [zip_path("1.23.1"), supported, by_proxy(record("1.23.1"))]);
    assert_eq!(install("1.23.1"), 0);
    assert_asked(&proxy.server, []);
}

/// What its checksum says is compiled into gox, so that no list is asked. The archive here is not the true one, and is
/// refused.
#[test]
fn an_exact_version_of_go_dev_whose_checksum_is_compiled_in() {
    let sandbox = Sandbox::in_use();
    let go_dev = GoDev::start(&sandbox, &[FakeToolchain::new("1.22.4")]);
    let gate = Gate::new();
    // The last byte comes after the answer of the database.
    let body = FakeToolchain::new("1.22.4").tar_gz();
    let fault = Fault::StallAfter(body.len() - 1, gate.clone());
    go_dev.server.route(archive("1.22.4"), Response::new(body).fault(fault));
    let tile_served = Gate::new();
    let last = Response::new(go_dev.sumdb.tile("0/000.p/1").unwrap());
    go_dev.server.route(tile(1), last.fault(Fault::StallHead(tile_served.clone())));
    let running = sandbox.gox(["install", "1.22.4"]).envs(go_dev.environment()).spawn();
    gate.wait_reached();
    tile_served.wait_reached();
    tile_served.open();
    gate.open();
    let run = running.wait();
    assert_eq!(run.code(), 5, "{}", run.stderr);
    assert_asked(&go_dev.server, [archive("1.22.4"), record("1.22.4"), tile(1)]);
}

/// The list comes together with the archive, not after it: the answer to each waits until the other is asked.
#[test]
fn an_exact_version_of_go_dev_whose_checksum_the_list_has() {
    let sandbox = Sandbox::in_use();
    let toolchain = FakeToolchain::new("1.99.1");
    let go_dev = GoDev::start(&sandbox, std::slice::from_ref(&toolchain));
    let (archive_asked, list_asked) = (Gate::new(), Gate::new());
    let record_asked = go_dev.sumdb.stall(&go_dev.server, "", &toolchain);
    let body = toolchain.tar_gz();
    let list = dl::list(&[dl::ListedFile::new(&toolchain, &body)]);
    let stalled = |body: Vec<u8>, gate: &Gate| Response::new(body).fault(Fault::StallHead(gate.clone()));
    go_dev.server.route(archive("1.99.1"), stalled(body, &archive_asked));
    go_dev.server.route(format!("/dl{}", dl::ALL), stalled(list.into_bytes(), &list_asked));
    let running = sandbox.gox(["install", "1.99.1"]).envs(go_dev.environment()).spawn();
    for gate in [&archive_asked, &list_asked, &record_asked] {
        gate.wait_reached();
    }
    for gate in [archive_asked, list_asked, record_asked] {
        gate.open();
    }
    let run = running.wait();
    assert_eq!(run.code(), 0, "{}", run.stderr);
    assert!(run.stderr.ends_with(PROVEN), "{}", run.stderr);
    let list = format!("/dl{}", dl::ALL);
    assert_asked(&go_dev.server, [archive("1.99.1"), list, record("1.99.1"), tile(1)]);
}

/// The short list has the checksum too.
#[test]
fn the_newest_version_of_go_dev() {
    let sandbox = Sandbox::in_use();
    let go_dev = GoDev::start(&sandbox, &["1.98.7", "1.99.1", "1.99.2"].map(FakeToolchain::new));
    let install = |request: &str| {
        let run = sandbox.gox(["install", request]).envs(go_dev.environment()).run();
        assert_eq!(run.code(), 0, "{}", run.stderr);
        assert!(run.stderr.ends_with(PROVEN), "{}", run.stderr);
    };
    install("latest");
    let short = format!("/dl{}", dl::SHORT);
    assert_asked(&go_dev.server, [short, archive("1.99.2"), record("1.99.2"), tile(3)]);
    // It does as well if it is of an earlier run.
    install("oldstable");
    assert_asked(&go_dev.server, [archive("1.98.7"), record("1.98.7")]);
}

#[test]
fn the_newest_version_of_a_line() {
    let sandbox = Sandbox::in_use();
    let go_dev = GoDev::start(&sandbox, &["1.98.7", "1.99.1"].map(FakeToolchain::new));
    let run = sandbox.gox(["install", "1.98"]).envs(go_dev.environment()).run();
    assert_eq!(run.code(), 0, "{}", run.stderr);
    let list = format!("/dl{}", dl::ALL);
    assert_asked(&go_dev.server, [list, archive("1.98.7"), record("1.98.7"), tile(2)]);

    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::with_versions(&["1.98.7", "1.99.1"]));
    let run = sandbox.gox(["install", "1.98"]).envs(proxy.environment()).run();
    assert_eq!(run.code(), 0, "{}", run.stderr);
    let [supported, record, tile] = ["/supported", &record("1.98.7"), &tile(2)].map(by_proxy);
    assert_asked(&proxy.server, [LIST.into(), zip_path("1.98.7"), supported, record, tile]);
}

/// Both records are asked for before either comes, so that none of the answers is of an earlier install.
#[test]
fn two_versions_at_once_through_a_proxy() {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::with_versions(&["1.98.7", "1.99.1"]));
    let gates = ["1.98.7", "1.99.1"].map(|version| proxy.stall_record(version));
    let running = sandbox.gox(["install", "1.98", "1.99"]).envs(proxy.environment()).spawn();
    gates.iter().for_each(Gate::wait_reached);
    gates.iter().for_each(Gate::open);
    let run = running.wait();
    assert_eq!(run.code(), 0, "{}", run.stderr);
    let [first, second] = ["1.98.7", "1.99.1"].map(|version| by_proxy(record(version)));
    let [supported, tile] = ["/supported", &tile(2)].map(by_proxy);
    let zips = [zip_path("1.98.7"), zip_path("1.99.1")];
    let [one, other] = zips;
    assert_asked(&proxy.server, [LIST.into(), one, other, supported, first, second, tile]);
}

#[test]
fn two_versions_at_once_of_go_dev() {
    let sandbox = Sandbox::in_use();
    let go_dev = GoDev::start(&sandbox, &["1.98.7", "1.99.1"].map(FakeToolchain::new));
    let gate = Gate::new();
    let list = ["1.98.7", "1.99.1"].map(|version| {
        let toolchain = FakeToolchain::new(version);
        dl::ListedFile::new(&toolchain, &toolchain.tar_gz())
    });
    let body = Response::new(dl::list(&list)).fault(Fault::StallHead(gate.clone()));
    go_dev.server.route(format!("/dl{}", dl::ALL), body);
    let running = sandbox.gox(["install", "1.98.7", "1.99.1"]).envs(go_dev.environment()).spawn();
    gate.wait_reached();
    running.wait_for_stderr("downloading go1.98.7 ");
    gate.open();
    let run = running.wait();
    assert_eq!(run.code(), 0, "{}", run.stderr);
    assert!(run.stderr.ends_with(PROVEN), "{}", run.stderr);
    assert_eq!(run.stderr.matches(PROVEN).count(), 2, "{}", run.stderr);
    let [first, second] = ["1.98.7", "1.99.1"].map(record);
    let [one, other] = ["1.98.7", "1.99.1"].map(archive);
    assert_asked(&go_dev.server, [format!("/dl{}", dl::ALL), one, other, first, second, tile(2)]);
}

/// A list that a mirror does not have is not asked for again, nor one that it has.
#[test]
fn several_requests_are_chosen_from_one_list() {
    let sandbox = Sandbox::in_use();
    let toolchains = ["1.97.3", "1.98.7", "1.99.1"].map(FakeToolchain::new);
    let go_dev = GoDev::start(&sandbox, &toolchains);
    let mirror = Server::start();
    dl::serve(&mirror, "/dl", &toolchains);
    mirror.remove(&format!("/dl{}", dl::ALL));
    let dry_run = || {
        let words = ["install", "--dry-run", "1.97", "1.98", "1.99.1"];
        sandbox.gox(words).envs(go_dev.environment()).env("GOX_DL_URL", mirror.url() + "/dl").run()
    };
    let run = dry_run();
    assert_eq!(run.stdout, "would install go1.97.3\nwould install go1.98.7\nwould install go1.99.1\n");
    let list = format!("/dl{}", dl::ALL);
    assert_asked(&mirror, [list.clone()]);
    assert_asked(&go_dev.server, [list]);
}

/// There is a request for the archive, and at most one for the list, which is asked for beside it and is not needed.
#[test]
fn a_list_that_nobody_needs_is_not_asked_for_again() {
    let (sandbox, nowhere) = (Sandbox::in_use(), ConnectProxy::start());
    let proxy = ModuleProxy::with_versions(&["1.99.1"]);
    let run = sandbox.gox(["install", "1.99.1"]).envs(proxy.environment());
    let run = run.env("HTTPS_PROXY", nowhere.url()).env("GOX_SOURCES", "dl,proxy").run();
    assert_eq!(run.code(), 0, "{}", run.stderr);
    let asked = nowhere.asked();
    assert!((1..=2).contains(&asked.len()) && asked.iter().all(|host| host == "go.dev:443"), "{asked:?}");
}

/// All hosts that docs/networks.md names for an install, and no other; the last byte waits until each was asked.
#[test]
fn the_hosts_of_an_install_are_those_of_the_documents() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/networks.md")).unwrap();
    let (sum, vuln) = ("sum.golang.org:443", "vuln.go.dev:443");
    let rows = page.lines().filter_map(|line| line.strip_prefix("| ")?.split_once(" | "));
    let of_install = rows.filter(|(_, when)| {
        ["at an install", "beside each download"].iter().any(|begin| when.starts_with(begin))
    });
    let named: Vec<&str> = of_install.map(|(host, _)| host.split([',', ' ']).next().unwrap()).collect();
    assert_eq!(named, ["go.dev", "sum.golang.org", "vuln.go.dev"]);
    for (vulndb, expected) in [(None, vec!["go.dev:443", sum, vuln]), (Some("off"), vec!["go.dev:443", sum])]
    {
        let sandbox = Sandbox::in_use();
        let toolchain = FakeToolchain::new("1.99.1");
        let go_dev = GoDev::start(&sandbox, std::slice::from_ref(&toolchain));
        let gate = Gate::new();
        let body = toolchain.tar_gz();
        let fault = Fault::StallAfter(body.len() - 1, gate.clone());
        go_dev.server.route(archive("1.99.1"), Response::new(body).fault(fault));
        let gox = sandbox.gox(["install", "1.99.1"]).envs(go_dev.environment());
        let gox = gox.env_remove("GOSUMDB").env_remove("GOX_VULNDB");
        let running = vulndb.into_iter().fold(gox, |gox, value| gox.env("GOX_VULNDB", value)).spawn();
        gate.wait_reached();
        let asked = || {
            let mut asked = go_dev.proxy.asked();
            asked.sort();
            asked.dedup();
            asked
        };
        wait_until("each host was asked", || asked().len() >= expected.len());
        gate.open();
        let run = running.wait();
        assert_eq!(
            (run.code(), asked()),
            (0, expected.iter().map(|host| (*host).to_owned()).collect()),
            "{}",
            run.stderr
        );
    }
}

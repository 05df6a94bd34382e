//! Why bytes are believed: the checksum database in all its moods, and what stands without it.

use std::fs;

use crate::support::archives::FakeToolchain;
use crate::support::dl::GoDev;
use crate::support::lines;
use crate::support::proxy::{self, MODULE, ModuleProxy};
use crate::support::response::{Fault, Response};
use crate::support::sandbox::Sandbox;
use crate::support::server::Server;
use crate::support::sumdb::SumDb;

const ZIP: &str = "http://[SERVER]/golang.org/toolchain/@v/v0.0.1-go1.99.1.[OS]-[ARCH].zip";
const ARCHIVE: &str = "https://go.dev/dl/go1.99.1.[OS]-[ARCH].tar.gz";

const RECORD: &str = "/lookup/golang.org/toolchain@v0.0.1-go1.99.1.[OS]-[ARCH]";

fn toolchain() -> FakeToolchain {
    FakeToolchain::new("1.99.1")
}

fn record(toolchain: &FakeToolchain) -> String {
    format!("/lookup/golang.org/toolchain@{}", toolchain.module_version())
}

/// What is said before the proofs.
fn begun() -> String {
    let lines = lines::by_proxy(&toolchain());
    lines.split_inclusive('\n').take(3).collect()
}

#[track_caller]
fn nothing_is_left(sandbox: &Sandbox) {
    assert_eq!(
        sandbox.listing("toolchains") + &sandbox.listing("staging") + &sandbox.listing("cache/partial"),
        ""
    );
}

#[test]
fn without_the_database_module_zips_are_refused() {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::start(&[toolchain()]));
    let expected = "\
error: could not download `go1.99.1`
  dl: `https://go.dev/dl/go1.99.1.[OS]-[ARCH].tar.gz`: could not connect: connection refused
  proxy: module zips are refused: `GOSUMDB=off` leaves nothing that proves them
hint: ask the database: `unset GOSUMDB`, or `go env -u GOSUMDB`
";
    let run = sandbox.gox(["install", "1.99.1"]).envs(proxy.environment()).env("GOSUMDB", "off");
    run.env("GOX_SOURCES", "dl,proxy").code(5).stderr(expected).check();
    nothing_is_left(&sandbox);
    let zip = format!("{MODULE}/{}.zip", toolchain().module_version());
    assert!(!proxy.server.targets().contains(&zip), "it is not even downloaded");
}

#[test]
fn without_the_database_a_zip_in_a_folder_is_refused() {
    let sandbox = Sandbox::in_use();
    sandbox.write(&format!("mod/{}.zip", toolchain().module_version()), toolchain().zip());
    let expected = "\
reading go1.99.1 from [ROOT]/mod/v0.0.1-go1.99.1.[OS]-[ARCH].zip (4.0 kB)
unpacking go1.99.1 (821 B)
verifying go1.99.1
error: nothing proves `[ROOT]/mod/v0.0.1-go1.99.1.[OS]-[ARCH].zip`
  the checksum database is switched off by `GOSUMDB=off`, and no checksum of it is known
hint: ask the database: `unset GOSUMDB`, or `go env -u GOSUMDB`
";
    let sources = format!("dir:{}/mod", sandbox.root().display());
    let run = sandbox.gox(["install", "1.99.1"]).env("GOX_SOURCES", sources).env("GOSUMDB", "off");
    run.code(5).stderr(expected).check();
    nothing_is_left(&sandbox);
}

#[test]
fn without_the_database_an_archive_is_proven_by_the_list() {
    let sandbox = Sandbox::in_use();
    let go_dev = GoDev::start(&sandbox, &[toolchain()]);
    let run = sandbox.gox(["install", "1.99.1"]).envs(go_dev.environment()).env("GOSUMDB", "off");
    run.stderr(&lines::by_archive(&toolchain(), ARCHIVE, "dl", "list")).check();
    assert!(go_dev.server.targets().iter().all(|target| target.starts_with("/dl/")));
}

#[test]
fn a_key_with_a_url_is_asked_there_and_nowhere_else() {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::start(&[toolchain()]));
    let direct = Server::start();
    proxy.sumdb.serve(&direct, "/db");
    let gosumdb = format!("{} {}/db/", proxy.sumdb.verifier(), direct.url());
    let run = sandbox.gox(["install", "1.99.1"]).envs(proxy.environment()).env("GOSUMDB", gosumdb);
    run.stderr(&lines::by_proxy(&toolchain())).check();
    assert!(proxy.server.targets().iter().all(|target| !target.starts_with("/sumdb/")));
    assert_eq!(direct.targets()[0], format!("/db{}", record(&toolchain())));
}

#[test]
fn a_proxy_that_does_not_carry_the_database_is_passed_over() {
    let sandbox = Sandbox::in_use();
    let go_dev = GoDev::start(&sandbox, &[toolchain()]);
    go_dev.proxy.map("sumdb.test:443", &go_dev.server);
    let proxy = Server::start();
    proxy::serve(&proxy, "", &[toolchain()]);
    let run = sandbox.gox(["install", "1.99.1"]).envs(go_dev.environment());
    let run = run.env("GOSUMDB", go_dev.sumdb.verifier()).env("GOPROXY", proxy.url()).run();
    // The database's own host is in no certificate here: what counts is that it was asked.
    assert_eq!(run.code(), 4, "{}", run.stderr);
    assert!(
        run.stderr.contains("error: could not reach the checksum database: `https://sumdb.test/"),
        "{}",
        run.stderr
    );
    assert!(proxy.targets().contains(&"/sumdb/sumdb.test/supported".to_owned()));
    assert!(go_dev.proxy.asked().contains(&"sumdb.test:443".to_owned()));
}

#[test]
fn an_unreachable_database_stops_what_only_it_could_prove() {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::start(&[toolchain()]));
    let gosumdb = format!("{} http://127.0.0.1:1", proxy.sumdb.verifier());
    let expected = format!(
        "{}error: could not reach the checksum database: `http://[SERVER]{}`: could not connect: connection refused\n  while proving `{ZIP}`\n",
        begun(),
        RECORD
    );
    let run = sandbox.gox(["install", "1.99.1"]).envs(proxy.environment()).env("GOSUMDB", gosumdb);
    run.code(4).stderr(&expected).check();
    assert_eq!(sandbox.listing("toolchains") + &sandbox.listing("staging"), "");
}

#[test]
fn an_unreachable_database_is_noted_where_the_list_proves() {
    let toolchain = toolchain();
    for (verify, code) in [("any", 0), ("log", 4)] {
        let sandbox = Sandbox::in_use();
        let go_dev = GoDev::start(&sandbox, std::slice::from_ref(&toolchain));
        let gosumdb = format!("{} http://127.0.0.1:1", go_dev.sumdb.verifier());
        let reason = format!("`http://[SERVER]{RECORD}`: could not connect: connection refused\n");
        let lines = lines::by_archive(&toolchain, ARCHIVE, "dl", "list");
        let mut lines = lines.split_inclusive('\n').map(str::to_owned).collect::<Vec<_>>();
        if code == 0 {
            lines.insert(2, format!("note: not checked by the checksum database: {reason}"));
        } else {
            lines.truncate(2);
            lines.push(format!("error: could not reach the checksum database: {reason}"));
            lines.push(format!("  while proving `{ARCHIVE}`\n"));
        }
        let run = sandbox.gox(["install", "1.99.1"]).envs(go_dev.environment()).env("GOSUMDB", gosumdb);
        run.env("GOX_VERIFY", verify).code(code).stderr(&lines.concat()).check();
    }
}

#[test]
fn a_silent_database_is_waited_for_only_where_it_is_needed() {
    let toolchain = toolchain();
    let reason = "it gives no answer";
    let silent = Server::start();
    silent.handle_prefix("/", |_| Response::new("").fault(Fault::Swallow));
    let sandbox = Sandbox::in_use();
    let go_dev = GoDev::start(&sandbox, std::slice::from_ref(&toolchain));
    let gosumdb = format!("{} {}", go_dev.sumdb.verifier(), silent.url());
    let lines = lines::by_archive(&toolchain, ARCHIVE, "dl", "list");
    let (begun, installed) = lines.split_at(lines.find("installed ").unwrap());
    let expected = format!("{begun}note: not checked by the checksum database: {reason}\n{installed}");
    let run = sandbox.gox(["install", "1.99.1"]).envs(go_dev.environment()).env("GOSUMDB", &gosumdb);
    run.stderr(&expected).check();

    let sandbox = Sandbox::in_use();
    let proxy = ModuleProxy::start(std::slice::from_ref(&toolchain));
    let expected = format!(
        "{}error: could not reach the checksum database: `http://[SERVER]{RECORD}`: timed out: no answer in time\n  while proving `{ZIP}`\n",
        self::begun()
    );
    let run = sandbox.gox(["install", "1.99.1"]).envs(proxy.environment()).env("GOSUMDB", gosumdb);
    run.env("GOX_TIMEOUT", "1").code(4).stderr(&expected).check();
}

#[test]
fn the_log_cannot_be_asked_for_and_switched_off_at_once() {
    let (sandbox, toolchain) = (Sandbox::in_use(), toolchain());
    let go_dev = GoDev::start(&sandbox, std::slice::from_ref(&toolchain));
    let lines = lines::by_archive(&toolchain, ARCHIVE, "dl", "list");
    let begun: String = lines.split_inclusive('\n').take(2).collect();
    let expected = format!(
        "{begun}\
error: nothing proves `{ARCHIVE}`
  the checksum database is asked for by `GOX_VERIFY=log`, and switched off by `GOSUMDB=off`
hint: ask the database: `unset GOSUMDB`, or `go env -u GOSUMDB`
"
    );
    let run = sandbox.gox(["install", "1.99.1"]).envs(go_dev.environment());
    run.env("GOSUMDB", "off").env("GOX_VERIFY", "log").code(5).stderr(&expected).check();
}

#[test]
fn a_record_that_is_missing_is_a_failure_even_beside_the_list() {
    let (sandbox, toolchain) = (Sandbox::in_use(), toolchain());
    let go_dev = GoDev::start(&sandbox, std::slice::from_ref(&toolchain));
    go_dev.server.route(record(&toolchain), Response::status(404, "not found"));
    let lines = lines::by_archive(&toolchain, ARCHIVE, "dl", "list");
    let begun: String = lines.split_inclusive('\n').take(2).collect();
    let expected = format!(
        "{begun}\
error: not in the checksum database: `https://sum.test{RECORD}`: status 404 (not found)
  while proving `{ARCHIVE}`
hint: the database has every release from go1.2.2 on; is this one of Go's own?
"
    );
    sandbox.gox(["install", "1.99.1"]).envs(go_dev.environment()).code(5).stderr(&expected).check();
    nothing_is_left(&sandbox);
}

#[test]
fn a_zip_whose_content_differs_stops_with_both_values() {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::start(&[toolchain()]));
    let other = toolchain().with_file("src/fmt/print.go", 0o644, "package fmu\n");
    proxy.server.route(format!("{MODULE}/{}.zip", toolchain().module_version()), Response::new(other.zip()));
    let expected = format!(
        "{}\
error: the module zip is not what the checksum database has: `{ZIP}`
  expected {} (in the checksum database)
  received {}
hint: nothing was installed; tell whoever runs the server, and https://go.dev/issue
",
        begun(),
        toolchain().h1(),
        other.h1()
    );
    sandbox.gox(["install", "1.99.1"]).envs(proxy.environment()).code(5).stderr(&expected).check();
    nothing_is_left(&sandbox);
}

#[test]
fn an_archive_whose_content_differs_from_the_log_stops_though_the_list_agrees() {
    let (sandbox, toolchain) = (Sandbox::in_use(), toolchain());
    let go_dev = GoDev::start(&sandbox, std::slice::from_ref(&toolchain));
    let other = SumDb::with_seed("other.test", [8; 32]);
    let wrong = toolchain.clone().with_file("src/fmt/print.go", 0o644, "package fmu\n");
    other.add_toolchain(&wrong).serve(&go_dev.server, "/other");
    let gosumdb = format!("{} https://sum.test/other", other.verifier());
    let lines = lines::by_archive(&toolchain, ARCHIVE, "dl", "list");
    let begun: String = lines.split_inclusive('\n').take(2).collect();
    let expected = format!(
        "{begun}\
error: the archive's content is not what the checksum database has: `{ARCHIVE}`
  expected {} (in the checksum database)
  received {}
hint: nothing was installed; tell whoever runs the server, and https://go.dev/issue
",
        wrong.h1(),
        toolchain.h1()
    );
    let run = sandbox.gox(["install", "1.99.1"]).envs(go_dev.environment()).env("GOSUMDB", gosumdb);
    run.code(5).stderr(&expected).check();
    nothing_is_left(&sandbox);
}

#[test]
fn the_head_of_the_log_outlives_the_cache() {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::start(&[toolchain()]));
    sandbox
        .gox(["install", "1.99.1"])
        .envs(proxy.environment())
        .stderr(&lines::by_proxy(&toolchain()))
        .check();
    assert_eq!(sandbox.read("user/.local/go/sumdb/sumdb.test/latest"), proxy.sumdb.head());
    fs::remove_dir_all(sandbox.home().join("cache")).unwrap();
    assert_eq!(sandbox.read("user/.local/go/sumdb/sumdb.test/latest"), proxy.sumdb.head());

    // The same key signs another history.
    let forked = SumDb::new("sumdb.test");
    forked.fill(2).add_toolchain(&FakeToolchain::new("1.99.2"));
    let server = Server::start();
    proxy::serve(&server, "", &[FakeToolchain::new("1.99.2")]);
    forked.serve(&server, "/sumdb/sumdb.test");
    let run = sandbox.gox(["install", "1.99.2"]).envs(proxy.environment()).env("GOPROXY", server.url()).run();
    assert_eq!(run.code(), 5, "{}", run.stderr);
    let said = run.stderr.lines().filter(|line| !line.starts_with("  ")).skip(3).collect::<Vec<_>>();
    assert!(said[0].starts_with(
        "error: the checksum database's answer does not hold: two signed logs contradict each other: the one of 1 records has the root `"
    ), "{}", run.stderr);
    assert_eq!(
        said[1],
        "hint: keep these two notes, they prove that the database misbehaves, and report them"
    );
    for head in [proxy.sumdb.head(), forked.head()] {
        let shown = format!("  {}\n", head.trim_end().replace('\n', "\n  "));
        assert!(run.stderr.contains(&shown), "both notes are shown:\n{}", run.stderr);
    }
    assert_eq!(sandbox.listing("staging"), "");
    assert!(!sandbox.listing("toolchains").contains("go1.99.2"));
    assert_eq!(sandbox.read("user/.local/go/sumdb/sumdb.test/latest"), proxy.sumdb.head());
}

#[test]
fn a_head_of_another_key_is_refused() {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::start(&[toolchain()]));
    let stranger = SumDb::with_seed("sumdb.test", [9; 32]);
    let run =
        sandbox.gox(["install", "1.99.1"]).envs(proxy.environment()).env("GOSUMDB", stranger.verifier());
    let run = run.run();
    assert_eq!(run.code(), 5, "{}", run.stderr);
    let refusal = "error: the checksum database's answer does not hold: ";
    assert!(run.stderr.contains(refusal), "{}", run.stderr);
    nothing_is_left(&sandbox);
}

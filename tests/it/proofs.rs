//! Why bytes are believed: what each proof says, and what happens where one is missing or contradicts.

use crate::support::archives::FakeToolchain;
use crate::support::dl::GoDev;
use crate::support::lines;
use crate::support::proxy::{ModuleProxy, zip_path};
use crate::support::response::Response;
use crate::support::sandbox::Sandbox;
use crate::support::sumdb::SumDb;

pub(crate) const ZIP: &str = "http://[SERVER]/golang.org/toolchain/@v/v0.0.1-go1.99.1.[OS]-[ARCH].zip";
pub(crate) const ARCHIVE: &str = "https://go.dev/dl/go1.99.1.[OS]-[ARCH].tar.gz";

pub(crate) const RECORD: &str = "/lookup/golang.org/toolchain@v0.0.1-go1.99.1.[OS]-[ARCH]";

pub(crate) fn toolchain() -> FakeToolchain {
    FakeToolchain::new("1.99.1")
}

pub(crate) fn record(toolchain: &FakeToolchain) -> String {
    format!("/lookup/golang.org/toolchain@{}", toolchain.module_version())
}

/// What is said before the proofs.
pub(crate) fn begun() -> String {
    let lines = lines::by_proxy(&toolchain());
    lines.split_inclusive('\n').take(2).collect()
}

#[track_caller]
pub(crate) fn nothing_is_left(sandbox: &Sandbox) {
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
  dl: `https://go.dev/dl/go1.99.1.[OS]-[ARCH].tar.gz`: could not connect: connection refused; the proxy `http://[SERVER]` of `HTTPS_PROXY` is between
  proxy: module zips are refused: `GOSUMDB=off` leaves nothing that proves them
hint: if this network needs no proxy: `unset HTTPS_PROXY`
hint: ask the database: `unset GOSUMDB`, or `go env -u GOSUMDB`
";
    let run = sandbox.gox(["install", "1.99.1"]).envs(proxy.environment()).env("GOSUMDB", "off");
    run.env("GOX_SOURCES", "dl,proxy").code(5).stderr(expected).check();
    nothing_is_left(&sandbox);
    let zip = zip_path(toolchain().version());
    assert!(!proxy.server.targets().contains(&zip), "it is not even downloaded");
}

#[test]
fn without_the_database_a_zip_in_a_folder_is_refused() {
    let sandbox = Sandbox::in_use();
    sandbox.write(&format!("mod/{}.zip", toolchain().module_version()), toolchain().zip());
    let expected = "\
error: nothing proves `[ROOT]/mod/v0.0.1-go1.99.1.[OS]-[ARCH].zip`
  `GOSUMDB=off` switches the checksum database off, and no checksum of the file is known
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
fn the_log_cannot_be_asked_for_and_switched_off_at_once() {
    let (sandbox, toolchain) = (Sandbox::in_use(), toolchain());
    let go_dev = GoDev::start(&sandbox, std::slice::from_ref(&toolchain));
    let expected = format!(
        "\
error: nothing proves `{ARCHIVE}`
  `GOX_VERIFY=log` requires the checksum database, and `GOSUMDB=off` switches it off
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
hint: the database has every release from go1.2.2 on; is this a Go release?
"
    );
    sandbox.gox(["install", "1.99.1"]).envs(go_dev.environment()).code(5).stderr(&expected).check();
    nothing_is_left(&sandbox);
}

#[test]
fn a_zip_whose_content_differs_stops_with_both_values() {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::start(&[toolchain()]));
    let other = toolchain().with_file("src/fmt/print.go", 0o644, "package fmu\n");
    proxy.server.route(zip_path(toolchain().version()), Response::new(other.zip()));
    let expected = format!(
        "{}\
error: the module zip does not match the checksum database: `{ZIP}`
  expected {} (in the checksum database)
  received {}
hint: nothing was installed; report this to the server's operator and at https://go.dev/issue
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
error: the archive's content does not match the checksum database: `{ARCHIVE}`
  expected {} (in the checksum database)
  received {}
hint: nothing was installed; report this to the server's operator and at https://go.dev/issue
",
        wrong.h1(),
        toolchain.h1()
    );
    let run = sandbox.gox(["install", "1.99.1"]).envs(go_dev.environment()).env("GOSUMDB", gosumdb);
    run.code(5).stderr(&expected).check();
    nothing_is_left(&sandbox);
}

//! `gox install` from go.dev and its mirrors: archives, the release list, and what both prove.

use std::fs::File;
use std::time::{Duration, SystemTime};

use crate::support::archives::FakeToolchain;
use crate::support::dl::{self, GoDev, ListedFile};
use crate::support::lines;
use crate::support::response::{Fault, Response};
use crate::support::sandbox::Sandbox;
use crate::support::server::Server;
use crate::support::sumdb::SumDb;

/// An archive of go.dev, proven by its list and by the checksum database.
fn by_go_dev(toolchain: &FakeToolchain) -> String {
    let address = format!("https://go.dev/dl/{}", toolchain.file_name());
    lines::by_archive(toolchain, &address, "dl", "list and log")
}

/// Which of a server's answers were release lists, by query.
fn lists(server: &Server) -> Vec<String> {
    server.targets().into_iter().filter(|target| target.contains("mode=json")).collect()
}

/// A mirror that has archives, and with `with_list` a release list, with a database of its own.
struct Mirror {
    server: Server,
    sumdb: SumDb,
}

impl Mirror {
    fn start(toolchains: &[FakeToolchain], with_list: bool) -> Self {
        let (server, sumdb) = (Server::start(), SumDb::new("sumdb.test"));
        dl::serve(&server, "/go", toolchains);
        if !with_list {
            server.remove("/go/?mode=json").remove("/go/?mode=json&include=all");
        }
        for toolchain in toolchains {
            sumdb.add_toolchain(toolchain);
        }
        sumdb.serve(&server, "/sumdb");
        Mirror { server, sumdb }
    }

    fn environment(&self) -> [(&'static str, String); 2] {
        let sumdb = format!("{} {}/sumdb", self.sumdb.verifier(), self.server.url());
        [("GOX_DL_URL", self.server.url() + "/go"), ("GOSUMDB", sumdb)]
    }
}

#[test]
fn an_archive_is_proven_by_the_list_and_the_log() {
    let sandbox = Sandbox::in_use();
    let toolchain = FakeToolchain::new("1.99.1");
    let go_dev = GoDev::start(&sandbox, std::slice::from_ref(&toolchain));
    let expected = "\
downloading go1.99.1 from https://go.dev/dl/go1.99.1.[OS]-[ARCH].tar.gz (1.5 kB)
verifying go1.99.1
installed go1.99.1 in [TIME]: 886 B, from dl, proven by list and log; 1.5 kB downloaded
";
    sandbox.gox(["install", "1.99.1"]).envs(go_dev.environment()).stderr(expected).check();
    let listing = sandbox.listing("toolchains/go1.99.1");
    for folder in [".github", "api", "doc", "misc", "test"] {
        assert!(listing.contains(&format!("0755 dir {folder}\n")), "{folder} belongs to the archive");
    }
    assert_eq!(sandbox.listing("staging"), "");
}

#[test]
fn a_folder_entry_in_an_older_archive_is_no_obstacle() {
    let sandbox = Sandbox::in_use();
    let toolchain = FakeToolchain::new("1.19.99");
    let go_dev = GoDev::start(&sandbox, std::slice::from_ref(&toolchain));
    let archive = toolchain.tar_gz_with_folders();
    let list = dl::list(&[ListedFile::new(&toolchain, &archive)]);
    let ending = format!(" from dl, proven by list and log; {} downloaded\n", lines::bytes(archive.len()));
    go_dev.server.route(format!("/dl{}", dl::ALL), Response::new(list));
    go_dev.server.route(format!("/dl/{}", toolchain.file_name()), Response::new(archive));
    let run = sandbox.gox(["install", "1.19.99"]).envs(go_dev.environment()).run();
    assert!(run.stderr.ends_with(&ending), "{}", run.stderr);
}

#[test]
fn an_archive_that_is_called_an_encoding_of_itself_is_taken_as_it_is() {
    let (sandbox, toolchain) = (Sandbox::in_use(), FakeToolchain::new("1.99.1"));
    let go_dev = GoDev::start(&sandbox, std::slice::from_ref(&toolchain));
    let response = Response::new(toolchain.tar_gz()).content_type("application/x-tar");
    let response = response.header("Content-Encoding", "gzip");
    go_dev.server.route(format!("/dl/{}", toolchain.file_name()), response);
    sandbox.gox(["install", "1.99.1"]).envs(go_dev.environment()).stderr(&by_go_dev(&toolchain)).check();
}

#[test]
fn the_list_is_asked_for_once_an_hour() {
    let sandbox = Sandbox::in_use();
    let toolchains = ["1.99.1", "1.98.7", "1.98.3"].map(FakeToolchain::new);
    let go_dev = GoDev::start(&sandbox, &toolchains);
    let install = |request: &str, toolchain: &FakeToolchain| {
        let run = sandbox.gox(["install", request]).envs(go_dev.environment()).run();
        assert_eq!(run.code(), 0, "{}", run.stderr);
        assert!(
            run.stderr.contains(&format!("\ninstalled {} in [TIME]: ", toolchain.name())),
            "{}",
            run.stderr
        );
        let asked = lists(&go_dev.server);
        go_dev.server.forget_requests();
        asked
    };
    assert_eq!(
        install("1.98.3", &toolchains[2]),
        ["/dl/?mode=json&include=all"],
        "an exact version needs it for its proof only"
    );
    assert_eq!(install("1.98", &toolchains[1]), [""; 0], "the kept list will do");
    assert_eq!(install("latest", &toolchains[0]), ["/dl/?mode=json"], "latest reads the short list");
}

#[test]
fn a_stale_list_is_used_with_a_note_when_the_network_is_away() {
    let sandbox = Sandbox::in_use();
    let toolchains = ["1.99.1", "1.99.2"].map(FakeToolchain::new);
    let go_dev = GoDev::start(&sandbox, &toolchains);
    sandbox.gox(["install", "1.99.1"]).envs(go_dev.environment()).run();
    let two_hours_ago = SystemTime::now() - Duration::from_secs(7200);
    let list = sandbox.home().join("cache/releases/releases.json");
    File::options().write(true).open(list).unwrap().set_modified(two_hours_ago).unwrap();
    go_dev.server.route("/dl/?mode=json&include=all", Response::new("").fault(Fault::HangUp));
    let run = sandbox.gox(["install", "1.99"]).envs(go_dev.environment()).run();
    let note = "note: using the release list of an earlier run, could not fetch a newer one: `https://go.dev/dl/?mode=json&include=all`: the transfer broke off: the connection closed early\n";
    assert_eq!(run.stderr.matches("note: ").count(), 1, "it is said once:\n{}", run.stderr);
    assert!(run.stderr.starts_with(note), "{}", run.stderr);
    let shared = "shared on disk with go1.99.1, from dl, proven by list and log; 1.5 kB downloaded\n";
    assert!(run.stderr.ends_with(shared), "{}", run.stderr);
}

/// A version that the list of an earlier run lacks may have been released since.
#[test]
fn a_stale_list_rules_no_version_out_in_a_dry_run() {
    let sandbox = Sandbox::in_use();
    let toolchains = ["1.99.1", "1.99.2"].map(FakeToolchain::new);
    let go_dev = GoDev::start(&sandbox, &toolchains);
    let dry_run = |version: &str| {
        let run = sandbox.gox(["install", "--dry-run", version]).envs(go_dev.environment());
        let run = run.env("GOX_SOURCES", "dl").run();
        (run.code(), run.stdout + &run.stderr)
    };
    let (code, said) = dry_run("1.99.3");
    assert_eq!(code, 3, "a list of now rules it out: {said}");
    let two_hours_ago = SystemTime::now() - Duration::from_secs(7200);
    let list = sandbox.home().join("cache/releases/releases.json");
    File::options().write(true).open(list).unwrap().set_modified(two_hours_ago).unwrap();
    go_dev.server.route("/dl/?mode=json&include=all", Response::new("").fault(Fault::HangUp));
    let (code, said) = dry_run("1.99.3");
    assert_eq!(code, 4, "{said}");
    let (code, said) = dry_run("1.99.2");
    assert!(code == 0 && said.contains("would install go1.99.2\n"), "{said}");
}

#[test]
fn a_release_that_is_younger_than_the_kept_list_makes_gox_ask_again() {
    let sandbox = Sandbox::in_use();
    let toolchains = ["1.98.1", "1.99.2"].map(FakeToolchain::new);
    let go_dev = GoDev::start(&sandbox, &toolchains);
    let older = dl::list(&[ListedFile::new(&toolchains[0], &toolchains[0].tar_gz())]);
    let newer =
        dl::list(&toolchains.each_ref().map(|toolchain| ListedFile::new(toolchain, &toolchain.tar_gz())));
    go_dev.server.sequence("/dl/?mode=json&include=all", vec![Response::new(older), Response::new(newer)]);
    sandbox.gox(["install", "1.98.1"]).envs(go_dev.environment()).stderr(&by_go_dev(&toolchains[0])).check();
    let run = sandbox.gox(["install", "1.99.2"]).envs(go_dev.environment()).run();
    assert!(run.stderr.ends_with(" from dl, proven by list and log; 1.5 kB downloaded\n"), "{}", run.stderr);
    assert_eq!(lists(&go_dev.server).len(), 2);
}

#[test]
fn a_mismatch_with_a_kept_list_makes_gox_ask_again_once() {
    let sandbox = Sandbox::in_use();
    let toolchains = ["1.98.1", "1.99.2"].map(FakeToolchain::new);
    let go_dev = GoDev::start(&sandbox, &toolchains);
    let true_file = |toolchain: &FakeToolchain| ListedFile::new(toolchain, &toolchain.tar_gz());
    let wrong = ListedFile { sha256: "00".repeat(32), ..true_file(&toolchains[1]) };
    let wrong = Response::new(dl::list(&[true_file(&toolchains[0]), wrong]));
    let right = Response::new(dl::list(&toolchains.each_ref().map(true_file)));
    go_dev.server.sequence("/dl/?mode=json&include=all", vec![wrong.clone(), right, wrong]);
    sandbox.gox(["install", "1.98.1"]).envs(go_dev.environment()).stderr(&by_go_dev(&toolchains[0])).check();
    let run = sandbox.gox(["install", "1.99.2"]).envs(go_dev.environment()).run();
    assert!(run.stderr.ends_with(" from dl, proven by list and log; 1.5 kB downloaded\n"), "{}", run.stderr);
    assert_eq!(lists(&go_dev.server).len(), 2);
}

#[test]
fn a_mismatch_with_a_new_list_is_final() {
    let sandbox = Sandbox::in_use();
    let toolchain = FakeToolchain::new("1.99.1");
    let go_dev = GoDev::start(&sandbox, std::slice::from_ref(&toolchain));
    let wrong = ListedFile { sha256: "00".repeat(32), ..ListedFile::new(&toolchain, &toolchain.tar_gz()) };
    go_dev.server.route("/dl/?mode=json&include=all", Response::new(dl::list(&[wrong])));
    let received = ListedFile::new(&toolchain, &toolchain.tar_gz()).sha256;
    let expected = format!(
        "\
downloading go1.99.1 from https://go.dev/dl/go1.99.1.[OS]-[ARCH].tar.gz (1.5 kB)
verifying go1.99.1
error: checksum mismatch for `https://go.dev/dl/go1.99.1.[OS]-[ARCH].tar.gz`
  expected sha256 {} (in the release list of go.dev)
  received sha256 {received}
hint: the file was changed in transit or on the server; try another source: `GOX_SOURCES=proxy gox install 1.99.1`
",
        "00".repeat(32)
    );
    sandbox.gox(["install", "1.99.1"]).envs(go_dev.environment()).code(5).stderr(&expected).check();
    assert_eq!(sandbox.listing("toolchains") + &sandbox.listing("staging"), "");
    assert_eq!(lists(&go_dev.server).len(), 1);
}

#[test]
fn a_pinned_checksum_outweighs_every_list() {
    let sandbox = Sandbox::in_use();
    let toolchain = FakeToolchain::new("1.22.4");
    let go_dev = GoDev::start(&sandbox, std::slice::from_ref(&toolchain));
    let received = ListedFile::new(&toolchain, &toolchain.tar_gz()).sha256;
    let pinned = include_str!("../../src/proof/pinned.sha256");
    let pinned = pinned.lines().find(|line| line.ends_with(&format!("  {}", toolchain.file_name()))).unwrap();
    let expected = format!(
        "\
downloading go1.22.4 from https://go.dev/dl/go1.22.4.[OS]-[ARCH].tar.gz (1.5 kB)
verifying go1.22.4
error: checksum mismatch for `https://go.dev/dl/go1.22.4.[OS]-[ARCH].tar.gz`
  expected sha256 {} (pinned in gox)
  received sha256 {received}
hint: the file was changed in transit or on the server; try another source: `GOX_SOURCES=proxy gox install 1.22.4`
",
        &pinned[..64]
    );
    sandbox.gox(["install", "1.22.4"]).envs(go_dev.environment()).code(5).stderr(&expected).check();
    assert_eq!(sandbox.listing("toolchains") + &sandbox.listing("staging"), "");
    assert_eq!(lists(&go_dev.server), [""; 0], "no list is asked");
}

#[test]
fn the_list_of_a_mirror_finds_versions_and_proves_nothing() {
    let sandbox = Sandbox::in_use();
    let toolchain = FakeToolchain::new("1.99.1");
    let mirror = Mirror::start(std::slice::from_ref(&toolchain), true);
    let address = "http://[SERVER]/go/go1.99.1.[OS]-[ARCH].tar.gz";
    let expected = lines::by_archive(&toolchain, address, "dl", "log");
    sandbox.gox(["install", "latest"]).envs(mirror.environment()).stderr(&expected).check();
    let listing = sandbox.listing("toolchains/go1.99.1");
    for folder in [".github", "api", "doc", "misc", "test"] {
        assert!(!listing.contains(folder), "{folder} is not covered by the log:\n{listing}");
    }
}

#[test]
fn go_s_own_list_proves_what_a_mirror_served() {
    let sandbox = Sandbox::in_use();
    let toolchain = FakeToolchain::new("1.99.1");
    let go_dev = GoDev::start(&sandbox, std::slice::from_ref(&toolchain));
    let mirror = Mirror::start(std::slice::from_ref(&toolchain), false);
    let address = "http://[SERVER]/go/go1.99.1.[OS]-[ARCH].tar.gz";
    let installed = lines::by_archive(&toolchain, address, "dl", "list and log");
    let note =
        "note: using the release list of go.dev: `http://[SERVER]/go/?mode=json`: status 404 (not found)\n";
    sandbox
        .gox(["install", "latest"])
        .envs(go_dev.environment())
        .envs(mirror.environment())
        .stderr(&format!("{note}{installed}"))
        .check();
    assert!(sandbox.listing("toolchains/go1.99.1").contains("0444 file api/go1.1.txt\n"));
    assert_eq!(go_dev.server.targets(), ["/dl/?mode=json"], "which has the checksum as well");
}

#[test]
fn a_mirror_without_any_list_leaves_what_gox_knows_by_itself() {
    let sandbox = Sandbox::in_use();
    let mirror = Mirror::start(&[], false);
    let run = sandbox.gox(["install", "1.22"]).envs(mirror.environment()).run();
    let newest = gox::proof::pinned::toolchains(gox::go::platform::Platform::HOST);
    let newest = newest.iter().filter_map(|name| name.release()).max().unwrap();
    let expected = format!(
        "\
note: no source has a release list; using the versions known to this gox, up to {newest}
error: could not download `go1.22.12`: it was released, but no source has it
  dl: `http://[SERVER]/go/go1.22.12.[OS]-[ARCH].tar.gz`: status 404 (not found)
hint: if go.dev cannot be reached, set a module proxy: `GOPROXY=https://proxy.example.com gox install 1.22.12`
"
    );
    run.assert(4, "", &expected);
}

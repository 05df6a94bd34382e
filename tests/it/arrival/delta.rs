//! Files that a donor has: they are shared before they are fetched, and their bytes stay where they are.

use std::fs::{self, File, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::PathBuf;
use std::time::{Duration, UNIX_EPOCH};

use super::{Proxy, TAIL, answer, tail_range, tail_start};
use crate::support::archives::FakeToolchain;
use crate::support::command::Command;
use crate::support::gate::Gate;
use crate::support::lines;
use crate::support::proxy::MODULE;
use crate::support::raw::ZipParts;
use crate::support::response::{Fault, Response};
use crate::support::running::Output;
use crate::support::sandbox::Sandbox;
use crate::support::server::{Request, Server};
use crate::support::wait_until;

/// Bytes that do not compress.
fn random(length: usize) -> Vec<u8> {
    FakeToolchain::new("1.99.1").large(length).files()["lib/large"].1.clone()
}

/// A version with what both have: files of three and of nine megabytes, and many small ones; and with what changes
/// between two versions: one file before the large ones, and one between them.
fn version(version: &str, changing: u8) -> FakeToolchain {
    let shared = FakeToolchain::new(version).large(9_000_000).with_file("lib/bb", 0o644, random(3_000_000));
    let changed = |length: usize| [vec![changing], random(length)].concat();
    shared.with_file("lib/aa", 0o644, changed(100_000)).with_file("lib/cc", 0o644, changed(200_000))
}

/// A store that has the older version, and a proxy that has the newer one.
struct Upgrade {
    sandbox: Sandbox,
    proxy: Proxy,
    zip: Vec<u8>,
    /// Where the download may end, and what is asked for by a range.
    end: usize,
    range: String,
}

impl Upgrade {
    fn new(part: impl Fn(&Request, &Response) -> Response + Send + Sync + 'static) -> Self {
        let (old, new) = (version("1.99.0", 0), version("1.99.1", 1));
        let parts = ZipParts::new(&new.zip_entries());
        let zip = parts.join();
        let place = |path: &str| {
            let is_it = |header: &Vec<u8>| header.ends_with(format!("/{path}").as_bytes());
            let index = parts.directory.iter().position(is_it).unwrap();
            let start: usize = parts.entries[..index].iter().map(Vec::len).sum();
            start..start + parts.entries[index].len()
        };
        let (end, cc) = (place("lib/aa").end, place("lib/cc"));
        assert!(cc.end < tail_start(&zip) && zip.len() > 4 * TAIL);
        let (gate, whole, all) = (Gate::new(), answer(zip.as_slice()), answer(zip.as_slice()));
        let first = answer(&zip[..end]).content_length(u64::try_from(zip.len()).unwrap());
        let first = first.fault(Fault::StallAfter(5_000, gate.clone()));
        let whole = move |number| if number == 0 { first.clone() } else { whole.clone() };
        let proxy = Proxy::start_for(&new, Server::start(), whole, move |request| part(request, &all));
        proxy.sumdb.add_toolchain(&old);
        let older = format!("{MODULE}/{}.zip", old.module_version());
        proxy.server.route(older, Response::new(old.zip()).ignore_range());
        let range = format!("bytes={}-{}", cc.start, cc.end - 1);
        let upgrade = Upgrade { sandbox: Sandbox::in_use(), proxy: Proxy { gate, ..proxy }, zip, end, range };
        let run = upgrade.command("1.99.0").run();
        assert_eq!(run.code(), 0, "{}", run.stderr);
        upgrade
    }

    fn command(&self, version: &str) -> Command<'_> {
        let variables = [("GOPROXY", self.proxy.server.url()), ("GOSUMDB", self.proxy.sumdb.verifier())];
        self.sandbox.gox(["install", version]).envs(variables).env("GOX_SOURCES", "proxy")
    }

    /// Installs the newer version; the download waits until the first file is there that is not shared.
    fn run(&self) -> Output {
        let running = self.command("1.99.1").spawn();
        running.wait_for_stderr("downloading ");
        let unpacks = || self.sandbox.listing("staging").contains("/tree/VERSION\n");
        wait_until("it unpacks or ends", || unpacks() || running.stderr().contains("error: "));
        self.proxy.gate.open();
        running.wait()
    }
}

/// The part is what the request asks for.
fn honest(_: &Request, whole: &Response) -> Response {
    whole.clone()
}

fn goroot(upgrade: &Upgrade, version: &str) -> PathBuf {
    upgrade.sandbox.home().join(format!("toolchains/go{version}"))
}

#[track_caller]
fn is_whole(upgrade: &Upgrade) {
    let audit = ["--check", "--strict", "--quiet", ".gox/manifest"];
    upgrade.sandbox.command("sha256sum").args(audit).cwd(goroot(upgrade, "1.99.1")).check();
    for (path, (_, content)) in version("1.99.1", 1).files() {
        if let Ok(found) = fs::read(goroot(upgrade, "1.99.1").join(path)) {
            assert!(found == *content, "{path}");
        }
    }
    assert_eq!(upgrade.sandbox.listing("cache/partial") + &upgrade.sandbox.listing("staging"), "");
}

#[test]
fn what_a_donor_has_is_not_fetched() {
    let upgrade = Upgrade::new(honest);
    let run = upgrade.run();
    assert_eq!(run.code(), 0, "{}", run.stderr);
    assert_eq!(upgrade.proxy.ranges(), ["-", &upgrade.range, &tail_range(&upgrade.zip)]);
    is_whole(&upgrade);
    let links = |path: &str| fs::metadata(goroot(&upgrade, "1.99.1").join(path)).unwrap().nlink();
    assert_eq!(["lib/aa", "lib/bb", "lib/cc", "lib/large"].map(links), [1, 2, 1, 2]);
    let fetched = upgrade.end + 200_000 + TAIL;
    let (fetched, all) = (lines::bytes(fetched), lines::bytes(upgrade.zip.len()));
    let end = format!("; {fetched} of {all} downloaded, the rest from go1.99.0\n");
    assert!(run.stderr.ends_with(&end), "{end}: {}", run.stderr);
}

/// A file with the size, mode and time of before, but other bytes.
#[test]
fn what_a_donor_has_no_longer_is_fetched() {
    let upgrade = Upgrade::new(honest);
    let path = goroot(&upgrade, "1.99.0").join("lib/bb");
    let mut content = fs::read(&path).unwrap();
    content[1_000_000] ^= 1;
    fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
    fs::write(&path, content).unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o444)).unwrap();
    let time = UNIX_EPOCH + Duration::from_secs(1_257_894_000);
    File::open(&path).unwrap().set_modified(time).unwrap();
    let run = upgrade.run();
    assert_eq!(run.code(), 0, "{}", run.stderr);
    assert!(!run.stderr.contains("starting over"), "{}", run.stderr);
    is_whole(&upgrade);
    assert_eq!(fs::metadata(goroot(&upgrade, "1.99.1").join("lib/bb")).unwrap().nlink(), 1);
}

/// A range that never comes leads to the plain way, in which the bytes of the donor are only compared.
#[test]
fn a_range_that_fails_costs_a_plain_download() {
    let upgrade = Upgrade::new(|request, whole| {
        let is_tail =
            request.header("range").is_some_and(|range| range.ends_with(&format!("-{}", whole.length() - 1)));
        if is_tail { whole.clone() } else { Response::status(404, "no") }
    });
    let run = upgrade.run();
    assert_eq!(run.code(), 0, "{}", run.stderr);
    assert_eq!(run.stderr.matches("; starting over\n").count(), 1, "{}", run.stderr);
    assert_eq!(upgrade.proxy.ranges().iter().filter(|range| *range == "-").count(), 2);
    is_whole(&upgrade);
}

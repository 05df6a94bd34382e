//! Module zips that are unpacked while they arrive: their end is asked for beside the download. Here the plain answer
//! waits until the first file is there, and ends where that end begins: an install that needs more of it has
//! to ask for more.

mod delta;
mod hostile;
mod kept;
mod late;
mod places;
mod scanned;
mod sides;

use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::support::archives::FakeToolchain;
use crate::support::command::Command;
use crate::support::gate::Gate;
use crate::support::lines;
use crate::support::proxy::zip_path;
use crate::support::raw::ZipParts;
use crate::support::response::{Fault, Response};
use crate::support::running::{MEMORY_LIMIT, Output};
use crate::support::sandbox::Sandbox;
use crate::support::server::{Request, Server};
use crate::support::sumdb::SumDb;
use crate::support::wait_until;

/// What gox asks for at first.
const TAIL: usize = 2 << 20;

/// Large enough for a side: `lib/large` begins before the tail and ends in it, the many files come after it.
static TOOLCHAIN: LazyLock<FakeToolchain> = LazyLock::new(|| {
    let large = FakeToolchain::new("1.99.1").large(9_000_000);
    (0..70).fold(large, |toolchain, number| {
        toolchain.with_file(&format!("src/many/{number:02}.go"), 0o644, format!("package p{number}\n"))
    })
});
static PARTS: LazyLock<ZipParts> = LazyLock::new(|| ZipParts::new(&TOOLCHAIN.zip_entries()));
static ZIP: LazyLock<Vec<u8>> = LazyLock::new(|| PARTS.join());
/// What an install says.
static LINES: LazyLock<String> = LazyLock::new(|| lines::by_proxy(&TOOLCHAIN));

/// Where the tail of a zip begins.
fn tail_start(zip: &[u8]) -> usize {
    zip.len() - TAIL
}

/// The range that is asked for at first.
fn tail_range(zip: &[u8]) -> String {
    format!("bytes={}-{}", tail_start(zip), zip.len() - 1)
}

fn path() -> String {
    zip_path(TOOLCHAIN.version())
}

/// The answer with these bytes, whose `ETag` says nothing of them.
fn answer(zip: impl Into<Vec<u8>>) -> Response {
    Response::new(zip).etag(Some("\"1\""))
}

/// The answer that waits after the first files, and breaks off before its last bytes.
fn without_end(zip: &[u8], gate: &Gate) -> Response {
    let length = u64::try_from(zip.len()).unwrap();
    answer(&zip[..tail_start(zip)]).content_length(length).fault(Fault::StallAfter(5_000, gate.clone()))
}

/// A module proxy with a database and a zip, and a gate for answers that wait.
struct Proxy {
    server: Server,
    sumdb: SumDb,
    gate: Gate,
}

impl Proxy {
    /// One that answers the n-th request for the whole zip, counted from 0, and any for a part.
    fn start(
        whole: impl Fn(usize) -> Response + Send + Sync + 'static,
        part: impl Fn(&Request) -> Response + Send + Sync + 'static,
    ) -> Self {
        Proxy::start_on(Server::start(), whole, part)
    }

    /// The same on a server of TLS.
    fn start_on(
        server: Server,
        whole: impl Fn(usize) -> Response + Send + Sync + 'static,
        part: impl Fn(&Request) -> Response + Send + Sync + 'static,
    ) -> Self {
        Proxy::start_for(&TOOLCHAIN, server, whole, part)
    }

    /// The same for another toolchain of this version.
    fn start_for(
        toolchain: &FakeToolchain,
        server: Server,
        whole: impl Fn(usize) -> Response + Send + Sync + 'static,
        part: impl Fn(&Request) -> Response + Send + Sync + 'static,
    ) -> Self {
        let sumdb = SumDb::new("sumdb.test");
        sumdb.add_toolchain(toolchain).serve(&server, "/sumdb/sumdb.test");
        let count = AtomicUsize::new(0);
        server.handle(path(), move |request| match request.header("range") {
            None => whole(count.fetch_add(1, Ordering::SeqCst)),
            Some(_) => part(request),
        });
        Proxy { server, sumdb, gate: Gate::new() }
    }

    /// One that has two zips: for the first request for the whole, which it gives without its end, and for all that
    /// follow; and a third, from which parts come.
    fn with_zips(first: &[u8], later: &[u8], parts: &[u8]) -> Self {
        let gate = Gate::new();
        let (first, later, parts) = (without_end(first, &gate), answer(later), answer(parts));
        let whole = move |number| if number == 0 { first.clone() } else { later.clone() };
        Proxy { gate, ..Proxy::start(whole, move |_| parts.clone()) }
    }

    fn command<'a>(&self, sandbox: &'a Sandbox) -> Command<'a> {
        self.with(sandbox.gox(["install", "1.99.1"]))
    }

    /// A command that finds this proxy and no other source.
    fn with<'a>(&self, command: Command<'a>) -> Command<'a> {
        let variables = [("GOPROXY", self.server.url()), ("GOSUMDB", self.sumdb.verifier())];
        command.envs(variables).env("GOX_SOURCES", "proxy")
    }

    fn install(&self, sandbox: &Sandbox) -> Output {
        self.run(sandbox, self.command(sandbox))
    }

    /// Runs an install, and opens the gate once the first file is there.
    fn run(&self, sandbox: &Sandbox, command: Command<'_>) -> Output {
        let running = command.spawn();
        running.wait_for_stderr("downloading ");
        let says = |text: &str| running.stderr().contains(text);
        let unpacks = || sandbox.is_staged("LICENSE");
        wait_until("it unpacks or ends", || unpacks() || says("verifying ") || says("error: "));
        self.gate.open();
        running.wait()
    }

    /// The `Range` headers of all requests for the zip by their places, since those of two connections come in any
    /// order. `-` is for none, which comes first.
    fn ranges(&self) -> Vec<String> {
        let range = |request: Request| request.header("range").unwrap_or("-").to_owned();
        let requests = self.server.requests().into_iter().filter(|request| request.target == path());
        let mut ranges: Vec<_> = requests.map(range).collect();
        ranges.sort_by_key(|range| start(range));
        ranges
    }
}

/// Where a range begins.
fn start(range: &str) -> Option<usize> {
    let (start, _) = range.strip_prefix("bytes=")?.split_once('-')?;
    start.parse().ok()
}

#[track_caller]
fn is_whole(sandbox: &Sandbox) {
    let goroot = sandbox.home().join("toolchains/go1.99.1");
    let audit = ["--check", "--strict", "--quiet", ".gox/manifest"];
    sandbox.command("sha256sum").args(audit).cwd(&goroot).check();
    assert_eq!(sandbox.receipt("1.99.1")["h1"], TOOLCHAIN.h1());
    assert_eq!(sandbox.listing("cache/partial") + &sandbox.listing("staging"), "");
}

/// How many bytes were downloaded.
fn downloaded(sandbox: &Sandbox) -> usize {
    sandbox.receipt("1.99.1")["downloaded"].as_u64().unwrap().try_into().unwrap()
}

#[track_caller]
fn is_empty(sandbox: &Sandbox) {
    let left = ["toolchains", "staging", "cache/partial"].map(|folder| sandbox.listing(folder));
    assert_eq!(left.concat(), "");
}

/// All bytes of the zip are fetched, and each but once.
#[test]
fn the_download_ends_where_the_tail_begins() {
    let (sandbox, proxy) = (Sandbox::in_use(), Proxy::with_zips(&ZIP, b"", &ZIP));
    proxy.install(&sandbox).assert(0, "", &LINES);
    assert_eq!(proxy.ranges(), ["-", &tail_range(&ZIP)]);
    let mut connections: Vec<_> = proxy.server.requests().iter().map(|request| request.connection).collect();
    connections.sort_unstable();
    connections.dedup();
    assert!(connections.len() <= 3, "the database has one of its own: {connections:?}");
    is_whole(&sandbox);
}

/// What is longer than the bytes that are asked for at first is asked for as well, up to a limit.
#[test]
fn a_central_directory_that_is_longer_than_expected() {
    let with_comments = |length: u16| {
        let mut parts = PARTS.clone();
        for header in &mut parts.directory {
            header[32..34].copy_from_slice(&length.to_le_bytes());
            header.resize(header.len() + usize::from(length), b'x');
        }
        (parts.join(), parts.entries.concat().len())
    };
    let (zip, directory) = with_comments(40_000);
    assert!(directory < tail_start(&zip), "it is longer");
    let missing = format!("bytes={directory}-{}", tail_start(&zip) - 1);
    let (sandbox, proxy) = (Sandbox::in_use(), Proxy::with_zips(&zip, b"", &zip));
    let run = proxy.install(&sandbox);
    assert_eq!(run.code(), 0, "{}", run.stderr);
    assert_eq!(proxy.ranges(), ["-", &missing, &tail_range(&zip)]);
    is_whole(&sandbox);

    let (zip, directory) = with_comments(60_000);
    assert!(zip.len() - directory > 2 * TAIL);
    let (whole, part) = (answer(zip.as_slice()), answer(zip.as_slice()));
    let (sandbox, proxy) = (Sandbox::in_use(), Proxy::start(move |_| whole.clone(), move |_| part.clone()));
    let run = proxy.install(&sandbox);
    assert_eq!(run.code(), 0, "{}", run.stderr);
    assert_eq!(proxy.ranges(), ["-", &tail_range(&zip)]);
    is_whole(&sandbox);
}

/// The limit holds for a zip that is larger.
#[test]
fn memory_does_not_grow_with_the_zip() {
    let (toolchain, zip) = larger();
    let (proxy, sandbox) = (Proxy::with_zips(&zip, b"", &zip), Sandbox::in_use());
    memory_is_bounded(&proxy, &sandbox, &toolchain, || {
        wait_until("it unpacks", || sandbox.is_staged("LICENSE"));
    });
}

fn larger() -> (FakeToolchain, Vec<u8>) {
    let toolchain = FakeToolchain::new("1.99.1").large(70_000_000);
    let zip = ZipParts::new(&toolchain.zip_entries()).join();
    (toolchain, zip)
}

/// Installs the toolchain, whose last bytes come after `wait`.
fn memory_is_bounded(proxy: &Proxy, sandbox: &Sandbox, toolchain: &FakeToolchain, wait: impl Fn()) {
    // The record comes when all else is done.
    let (sumdb, gate) = (SumDb::new("sumdb.test"), Gate::new());
    sumdb.add_toolchain(toolchain).serve(&proxy.server, "/sumdb/sumdb.test");
    let stalled = Response::new("").fault(Fault::StallHead(gate.clone()));
    proxy.server.route("/sumdb/sumdb.test/supported", stalled);
    let running = proxy.command(sandbox).spawn();
    running.wait_for_stderr("downloading ");
    wait();
    proxy.gate.open();
    running.wait_for_stderr("verifying ");
    let peak = running.peak();
    gate.open();
    let run = running.wait();
    assert_eq!(run.code(), 0, "{}", run.stderr);
    assert!(peak <= MEMORY_LIMIT, "{peak} KiB");
}

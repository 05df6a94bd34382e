//! Files that a donor has: they are shared before they are fetched, and their bytes stay where they are.

mod donors;
mod ends;
mod kept;
mod ranges;
mod room;

use std::fs;
use std::ops::Range;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::sync::LazyLock;

use super::{Proxy, TAIL, answer, downloaded, path, tail_range, tail_start};
use crate::support::archives::FakeToolchain;
use crate::support::command::Command;
use crate::support::gate::Gate;
use crate::support::lines;
use crate::support::proxy::{MODULE, zip_path};
use crate::support::raw::ZipParts;
use crate::support::response::{Fault, Response};
use crate::support::rows::side_by_side;
use crate::support::running::Output;
use crate::support::sandbox::Sandbox;
use crate::support::server::{Request, Server};
use crate::support::wait_until;

static OLD: LazyLock<FakeToolchain> = LazyLock::new(|| version("1.99.0", 0));
static NEW: LazyLock<FakeToolchain> = LazyLock::new(|| version("1.99.1", 1));
static OLD_ZIP: LazyLock<Vec<u8>> = LazyLock::new(|| OLD.zip());
static PARTS: LazyLock<ZipParts> = LazyLock::new(|| ZipParts::new(&NEW.zip_entries()));
static ZIP: LazyLock<Vec<u8>> = LazyLock::new(|| PARTS.join());

/// A version with what both have: files of three and of nine megabytes, and many small ones; and with what changes
/// between two versions: one file before the large ones, and one between them.
fn version(version: &str, changing: u8) -> FakeToolchain {
    // Bytes that do not compress.
    let random = |length: usize| FakeToolchain::new(version).large(length).files()["lib/large"].1.clone();
    let changed = |length: usize| [vec![changing], random(length)].concat();
    let shared = FakeToolchain::new(version).large(9_000_000).with_file("lib/bb", 0o644, random(3_000_000));
    shared.with_file("lib/aa", 0o644, changed(100_000)).with_file("lib/cc", 0o644, changed(1_700_000))
}

/// Where a file is in the newer zip.
fn place(path: &str) -> Range<usize> {
    let index = PARTS.index(path);
    let start: usize = PARTS.entries[..index].iter().map(Vec::len).sum();
    start..start + PARTS.entries[index].len()
}

/// Where the download may end.
fn end() -> usize {
    place("lib/aa").end
}

/// What is asked for by a range.
fn cc_range() -> String {
    let cc = place("lib/cc");
    format!("bytes={}-{}", cc.start, cc.end - 1)
}

/// No more of the zip than a delta needs. It waits after the first files.
fn first(gate: &Gate) -> Response {
    let first = answer(&ZIP[..end()]).content_length(u64::try_from(ZIP.len()).unwrap());
    first.fault(Fault::StallAfter(5_000, gate.clone()))
}

/// A store that has the older version, and a proxy that has the newer one.
struct Upgrade {
    sandbox: Sandbox,
    proxy: Proxy,
}

impl Upgrade {
    /// One whose proxy answers a request for a part by this, and the first for the whole with no more than a delta
    /// needs: it waits after the first files until there is one that is not shared.
    fn new(part: impl Fn(&Request) -> Response + Send + Sync + 'static) -> Self {
        Upgrade::with_whole(ZIP.as_slice(), part)
    }

    /// The same with another zip for all later requests for the whole.
    fn with_whole(
        whole: impl Into<Vec<u8>>,
        part: impl Fn(&Request) -> Response + Send + Sync + 'static,
    ) -> Self {
        assert!(place("lib/cc").end < tail_start(&ZIP) && ZIP.len() > 4 * TAIL);
        let (gate, whole) = (Gate::new(), answer(whole));
        let first = first(&gate);
        let whole = move |number| if number == 0 { first.clone() } else { whole.clone() };
        let proxy = Proxy::start_for(&NEW, Server::start(), whole, part);
        proxy.sumdb.add_toolchain(&OLD);
        let list = format!("{}\n{}\n", OLD.module_version(), NEW.module_version());
        proxy.server.route(format!("{MODULE}/list"), Response::new(list));
        let older = zip_path(OLD.version());
        proxy.server.route(older, Response::new(OLD_ZIP.as_slice()).ignore_range());
        let upgrade = Upgrade { sandbox: Sandbox::in_use(), proxy: Proxy { gate, ..proxy } };
        let run = upgrade.command("install 1.99.0").run();
        assert_eq!(run.code(), 0, "{}", run.stderr);
        upgrade.proxy.server.forget_requests();
        upgrade
    }

    /// One whose proxy answers by this when the range is asked for that a delta needs.
    fn with_range(range: impl Fn() -> Response + Send + Sync + 'static) -> Self {
        Upgrade::new(
            move |request| {
                if request.header("range") == Some(&cc_range()) { range() } else { honest(request) }
            },
        )
    }

    /// How often the whole zip was asked for, and the range that a delta needs.
    fn asked(&self) -> (usize, usize) {
        let ranges = self.proxy.ranges();
        let count = |wanted: &str| ranges.iter().filter(|range| *range == wanted).count();
        (count("-"), count(&cc_range()))
    }

    /// `gox` with the words of a line.
    fn command(&self, line: &str) -> Command<'_> {
        self.with_proxy(self.sandbox.gox(line.split(' ')))
    }

    /// A command that finds the proxy.
    fn with_proxy<'a>(&self, command: Command<'a>) -> Command<'a> {
        let variables = [("GOPROXY", self.proxy.server.url()), ("GOSUMDB", self.proxy.sumdb.verifier())];
        command.envs(variables).env("GOX_SOURCES", "proxy")
    }

    /// Installs the newer version.
    fn run(&self) -> Output {
        self.run_command(self.command("install 1.99.1"))
    }

    fn run_command(&self, command: Command<'_>) -> Output {
        let running = command.spawn();
        running.wait_for_stderr("downloading ");
        wait_until("it unpacks or ends", || self.unpacks() || running.stderr().contains("error: "));
        self.proxy.gate.open();
        running.wait()
    }

    /// Whether there is a file that is not shared.
    fn unpacks(&self) -> bool {
        self.sandbox.is_staged("VERSION")
    }

    fn goroot(&self, version: &str) -> PathBuf {
        self.sandbox.home().join(format!("toolchains/go{version}"))
    }

    /// How many names the files have.
    fn links<const N: usize>(&self, paths: [&str; N]) -> [u64; N] {
        paths.map(|path| fs::metadata(self.goroot("1.99.1").join(path)).unwrap().nlink())
    }

    fn receipt(&self) -> serde_json::Value {
        self.sandbox.receipt("1.99.1")
    }

    /// Checks that the newer version is there as it should be, and nothing else.
    #[track_caller]
    fn is_whole(&self) {
        let audit = ["--check", "--strict", "--quiet", ".gox/manifest"];
        self.sandbox.command("sha256sum").args(audit).cwd(self.goroot("1.99.1")).check();
        assert_eq!(self.receipt()["h1"], NEW.h1());
        let files = NEW.files().iter().filter(|(path, _)| self.goroot("1.99.1").join(path).exists());
        let is_same =
            |path: &str, content: &[u8]| fs::read(self.goroot("1.99.1").join(path)).unwrap() == content;
        assert!(files.clone().count() > 15);
        for (path, (_, content)) in files {
            assert!(is_same(path, content), "{path}");
        }
        assert_eq!(self.sandbox.listing("cache/partial") + &self.sandbox.listing("staging"), "");
    }
}

/// The part is what the request asks for.
fn honest(_: &Request) -> Response {
    answer(ZIP.as_slice())
}

/// No byte of a shared file is fetched, and nothing is asked for twice: these are all requests, and the server sends no
/// byte more.
#[test]
fn what_a_donor_has_is_not_fetched() {
    let upgrade = Upgrade::new(honest);
    let run = upgrade.run();
    let fetched = end() + place("lib/cc").len() + TAIL;
    let size = |path: &str| NEW.files()[path].1.len();
    let new: usize = ["lib/aa", "lib/cc", "bin/go", "bin/gofmt", "VERSION"].into_iter().map(size).sum();
    let tools = |path: &&String| path.starts_with("pkg/tool/");
    let new = new + NEW.files().keys().filter(tools).map(|path| size(path)).sum::<usize>();
    let (shared, zip) = (lines::bytes(NEW.module_bytes() - new), lines::bytes(ZIP.len()));
    let expected = format!(
        "downloading go1.99.1 from http://[SERVER]/golang.org/toolchain/@v/v0.0.1-go1.99.1.[OS]-[ARCH].zip ({zip})
verifying go1.99.1
installed go1.99.1 in [TIME]: {} new, {shared} shared on disk with go1.99.0, from proxy, proven by log; {} of {zip} downloaded, the rest from go1.99.0
",
        lines::bytes(new),
        lines::bytes(fetched),
    );
    run.assert(0, "", &expected);
    assert_eq!(upgrade.proxy.ranges(), ["-", &cc_range(), &tail_range(&ZIP)]);
    let mut others = upgrade.proxy.server.targets();
    others.retain(|target| !target.starts_with("/sumdb/"));
    assert_eq!(others.len(), 3, "{others:?}");
    upgrade.is_whole();
    assert_eq!(upgrade.receipt()["downloaded"], fetched);
    assert_eq!(upgrade.links(["lib/aa", "lib/bb", "lib/cc", "lib/large"]), [1, 2, 1, 2]);
}

/// The end is asked for all the same, and the files that both have are shared once their bytes have come.
#[test]
fn all_is_fetched_where_the_user_says_so() {
    const FILE: &str = "user/.config/gox/config.toml";
    let table = [
        ("install --no-delta 1.99.1", "", ""),
        ("upgrade --no-delta", "", ""),
        ("sync --yes --no-delta gox.toml", "", ""),
        ("install 1.99.1", "off", ""),
        ("install --no-delta 1.99.1", "true", "delta = true\n"),
        ("install 1.99.1", "", "delta = false\n"),
    ];
    side_by_side(table, |(line, variable, settings)| {
        let upgrade = Upgrade::new(honest);
        upgrade.sandbox.write("code/gox.toml", "format = 1\n[toolchains]\ninstall = [\"1.99.1\"]\n");
        upgrade.sandbox.write(FILE, settings);
        let run = upgrade.run_command(upgrade.command(line).env("GOX_DELTA", variable));
        assert_eq!(run.code(), 0, "{line}: {}", run.stderr);
        let all = format!(
            " shared on disk with go1.99.0, from proxy, proven by log; {} downloaded\n",
            lines::bytes(ZIP.len())
        );
        assert!(run.stderr.contains(&all), "{}", run.stderr);
        let rest = format!("bytes={}-", end());
        assert_eq!(upgrade.proxy.ranges(), ["-", &rest, &tail_range(&ZIP)], "{line}");
        upgrade.is_whole();
        assert_eq!(upgrade.links(["lib/aa", "lib/bb", "lib/large"]), [1, 2, 2], "{line}");
    });
}

/// The command that mends an installed version fetches what is damaged, programs too, and links the rest again.
#[test]
fn an_install_anew_fetches_what_is_damaged() {
    let upgrade = Upgrade::new(honest);
    assert_eq!(upgrade.run().code(), 0);
    upgrade.proxy.server.forget_requests();
    donors::change(&upgrade.goroot("1.99.1").join("lib/cc"), |content| content[7] ^= 1);
    let gate = Gate::new();
    let whole = first(&gate);
    upgrade.proxy.server.handle(path(), move |request| {
        if request.header("range").is_some() { honest(request) } else { whole.clone() }
    });
    let running = upgrade.command("install --force 1.99.1").spawn();
    wait_until("the range is there", || upgrade.sandbox.is_staged("lib/cc"));
    gate.open();
    let run = running.wait();
    assert_eq!(run.code(), 0, "{}", run.stderr);
    assert!(run.stderr.ends_with(", the rest from what was there\n"), "{}", run.stderr);
    assert_eq!(upgrade.proxy.ranges(), ["-", &cc_range(), &tail_range(&ZIP)]);
    upgrade.is_whole();
    // The older version has all but programs and what changed; what the newer one alone had is its own again.
    assert_eq!(upgrade.links(["lib/aa", "lib/bb", "lib/cc", "bin/go"]), [1, 2, 1, 1]);
}

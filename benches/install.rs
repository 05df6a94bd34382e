//! Installs: how long they take from loopback, what they fetch and write, and what they need.

use std::fs;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use flate2::bufread::GzDecoder;

use crate::clock::{Medians, Race, timed};
use crate::rivals::{Rival, Rivals};
use crate::sandbox::{PREDECESSOR, Sandbox, VERSION, find, fresh};
use crate::server::Sent;
use crate::table::{Figure, Report, Row, Table};

const ROUNDS: usize = 5;
pub(crate) const MAX_MEMORY: u64 = 64 << 20;
/// The link by which bytes are counted, in Mbit/s: an unlimited one sends more than is read.
const COUNTED: u32 = 500;
/// How often a running gox is looked at.
const LOOK: Duration = Duration::from_millis(1);
/// The unit in which Linux counts the time of processors for programs (`proc_pid_stat(5)`), in seconds.
const TICK: f64 = 0.01;

pub(crate) const ARCHIVE: Kind = Kind { name: "archive", source: "dl", is_beside: false };
pub(crate) const ZIP: Kind = Kind { name: "zip", source: "proxy", is_beside: false };
pub(crate) const ZIP_BESIDE: Kind = Kind { name: "zip-beside", source: "proxy", is_beside: true };
const ARCHIVE_BESIDE: Kind = Kind { name: "archive-beside", source: "dl", is_beside: true };

/// An install by gox, in a home of its own.
#[derive(Clone, Copy)]
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    source: &'static str,
    /// Whether the predecessor is there already.
    is_beside: bool,
}

impl Kind {
    pub(crate) fn title(self) -> String {
        let what = if self.source == "dl" { "archive" } else { "module zip" };
        format!(
            "gox, {what}{}",
            if self.is_beside { format!(" beside {PREDECESSOR}") } else { String::new() }
        )
    }

    fn home(self, sandbox: &Sandbox) -> PathBuf {
        sandbox.root.join(self.name)
    }

    /// Makes the home, with what its cache has after an install: the tiles of the checksum database.
    fn prepare(self, sandbox: &Sandbox) {
        self.file(sandbox, VERSION);
        sandbox.module_zip(PREDECESSOR);
        let url = sandbox.server.link(0, "prepare");
        timed(ZIP.command(sandbox, &url, &[PREDECESSOR]).env("GOX_HOME", self.home(sandbox)));
        timed(&mut self.command(sandbox, &url, &[VERSION]));
    }

    pub(crate) fn file(self, sandbox: &Sandbox, version: &str) -> String {
        if self.source == "dl" { sandbox.archive(version) } else { sandbox.module_zip(version) }
    }

    pub(crate) fn command(self, sandbox: &Sandbox, url: &str, versions: &[&str]) -> Command {
        let mut command = sandbox.command(env!("CARGO_BIN_EXE_gox"), &sandbox.root);
        command.args(["install", "--quiet"]).args(versions).env("GOX_HOME", self.home(sandbox));
        command.env("GOX_SOURCES", self.source).env("GOPROXY", url).env("GOX_DL_URL", format!("{url}/dl"));
        command
    }

    /// Takes away what the install makes.
    pub(crate) fn wipe(self, sandbox: &Sandbox) {
        let toolchains = self.home(sandbox).join("toolchains");
        fresh(&if self.is_beside { toolchains.join(format!("go{VERSION}")) } else { toolchains.clone() });
        if self.is_beside {
            fs::remove_dir(toolchains.join(format!("go{VERSION}"))).unwrap();
        }
    }

    pub(crate) fn run(self, sandbox: &Sandbox, url: &str) -> Duration {
        self.wipe(sandbox);
        timed(&mut self.command(sandbox, url, &[VERSION]))
    }
}

pub(crate) fn run(sandbox: &Sandbox, report: &mut Report) {
    let kinds = [ARCHIVE, ZIP, ARCHIVE_BESIDE, ZIP_BESIDE];
    for kind in kinds {
        kind.prepare(sandbox);
    }
    report.add(loopback(sandbox, kinds));
    report.add(moved(sandbox, kinds));
}

const INFLATING: &str = "inflating the archive alone";
const PIPED: &str = "`curl | tar xz`";
const GO: &str = "the go command, module zip";

fn loopback(sandbox: &Sandbox, kinds: [Kind; 4]) -> Table {
    let rivals = Rivals::find(sandbox);
    let medians = loopback_medians(sandbox, kinds, &rivals.found);
    let mut table = Table::new(format!("Installs of {VERSION} from loopback")).drawn();
    let [archive, zip] = [ARCHIVE, ZIP].map(|kind| medians[&kind.title()]);
    for name in [INFLATING, PIPED, GO] {
        table.add(Row::seconds(name, medians[name]));
    }
    for kind in kinds {
        let row = Row::seconds(kind.title(), medians[&kind.title()]);
        table.add(match kind.name {
            "archive" => {
                row.within(0.5, medians[PIPED], PIPED).within(1.35, medians[INFLATING], "inflating alone")
            }
            "zip" => row.within(0.25, medians[GO], "the go command"),
            _ => row.against(if kind.source == "dl" { archive } else { zip }, "a cold install"),
        });
    }
    for rival in &rivals.found {
        table.add(Row::seconds(rival.title(), medians[&rival.title()]).against(archive, "gox, archive"));
    }
    table.notes = rivals.notes;
    table
}

fn loopback_medians(sandbox: &Sandbox, kinds: [Kind; 4], rivals: &[Rival]) -> Medians {
    let (archive, root) = (sandbox.archive(VERSION), &sandbox.root);
    let url = &sandbox.server.link(0, "loopback");
    let packed = root.join("archive.tar.gz");
    fs::write(&packed, &*sandbox.server.read(&archive).unwrap()).unwrap();
    let mut race = Race::new("install");
    race.add(INFLATING, move || inflate(&packed));
    race.add(PIPED, move || {
        let folder = fresh(&root.join("curl"));
        let line = format!("set -o pipefail; curl -sS {url}{archive} | tar xz -C {}", folder.display());
        timed(sandbox.command("/bin/bash", root).args(["-c", &line]))
    });
    race.add(GO, move || go(sandbox, url));
    for kind in kinds {
        race.add(kind.title(), move || kind.run(sandbox, url));
    }
    for rival in rivals {
        rival.install_into(&mut race, sandbox);
    }
    race.run(ROUNDS)
}

/// The inflater that gox uses, on a thread that does nothing else.
fn inflate(archive: &Path) -> Duration {
    let start = Instant::now();
    let file = fs::File::open(archive).unwrap();
    let mut decoder = GzDecoder::new(BufReader::with_capacity(256 << 10, file));
    let mut buffer = vec![0; 1 << 20];
    while decoder.read(&mut buffer).unwrap() > 0 {}
    start.elapsed()
}

fn go(sandbox: &Sandbox, url: &str) -> Duration {
    let modules = fresh(&sandbox.root.join("go"));
    let mut command = sandbox.command(find("go").unwrap(), &sandbox.root);
    command.arg("version").env("GOTOOLCHAIN", format!("go{VERSION}")).env("GOPROXY", url);
    timed(command.env("GOPATH", &modules).env("GOMODCACHE", &modules))
}

/// What each install fetches and writes, the most memory that it has over either link, and its time on all processors
/// together. All but the memory is of the second link.
fn moved(sandbox: &Sandbox, kinds: [Kind; 4]) -> Table {
    let mut table = Table::new(format!("What an install of {VERSION} moves"));
    for kind in kinds {
        let (mut memory, mut processors) = (0, 0.0);
        let mut sent = Sent::default();
        for rate in [0, COUNTED] {
            let url = sandbox.server.link(rate, "moved");
            kind.wipe(sandbox);
            let used = used(&mut kind.command(sandbox, &url, &[VERSION]));
            (memory, processors) = (memory.max(used.memory), used.processors);
            sent = sandbox.server.take_sent(&url);
        }
        let title = kind.title();
        let whole =
            Figure::Bytes(sandbox.server.read(&kind.file(sandbox, VERSION)).unwrap().len() as u64).value();
        let receipt = kind.home(sandbox).join(format!("toolchains/go{VERSION}/.gox/receipt.json"));
        let receipt: serde_json::Value = serde_json::from_slice(&fs::read(receipt).unwrap()).unwrap();
        let number = |key: &str| receipt[key].as_u64().unwrap();
        table.add(Row::new(format!("{title}: requests"), Figure::Count(sent.requests)));
        let fetched = Row::new(format!("{title}: fetched"), Figure::Bytes(sent.bytes));
        table.add(match kind.name {
            "zip-beside" => fetched.within(0.62, whole, "the zip"),
            _ => fetched.against(whole, "the file"),
        });
        let written =
            Row::new(format!("{title}: written"), Figure::Bytes(number("bytes") - number("shared")));
        let tree = Figure::Bytes(number("bytes")).value();
        table.add(if kind.is_beside {
            written.within(0.5, tree, "the tree")
        } else {
            written.against(tree, "the tree")
        });
        let memory = Row::new(format!("{title}: peak memory"), Figure::Memory(memory));
        table.add(memory.at_most(Figure::Memory(MAX_MEMORY)));
        table.add(Row::seconds(format!("{title}: processor time"), processors));
    }
    table
}

/// What a command needed.
pub(crate) struct Used {
    /// The most memory in bytes.
    pub(crate) memory: u64,
    /// The time on all processors together, in seconds.
    processors: f64,
}

/// Runs a command, and asks Linux what it needed.
pub(crate) fn used(command: &mut Command) -> Used {
    let mut child = command.stderr(Stdio::null()).spawn().unwrap();
    let mut used = Used { memory: 0, processors: 0.0 };
    let id = child.id();
    let read = |name: &str| fs::read_to_string(format!("/proc/{id}/{name}")).unwrap_or_default();
    let status = loop {
        let (status, stat) = (read("status"), read("stat"));
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kibibytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
        used.memory = used.memory.max(kibibytes.unwrap_or_default() << 10);
        // The name of the program may have blanks. What is behind it begins with the third field.
        let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
        let ticks: Vec<f64> = fields.skip(11).take(2).filter_map(|field| field.parse().ok()).collect();
        used.processors = used.processors.max(ticks.iter().sum::<f64>() * TICK);
        match child.try_wait().unwrap() {
            Some(status) => break status,
            None => thread::sleep(LOOK),
        }
    };
    assert!(status.success(), "{command:?}: {status}");
    used
}

//! Installs over a link with a limit, against the bare download of the same bytes, which is the least that one takes
//! there; and several at once.

use std::time::Duration;

use crate::clock::{Race, timed};
use crate::install::{ARCHIVE, Kind, MAX_MEMORY, ZIP, ZIP_BESIDE, used};
use crate::sandbox::{Sandbox, VERSION, find};
use crate::table::{Figure, Report, Row, Table};

/// The rates in Mbit/s with their rounds. Over a slow link the processors are idle, and all run beside each other.
const SLOW: [(u32, usize); 2] = [(20, 1), (100, 2)];
const FAST: (u32, usize) = (500, 3);
/// The newest versions of three lines, installed in one call.
const SEVERAL: [&str; 3] = ["1.25.11", "1.26.8", VERSION];
const SEVERAL_ROUNDS: usize = 2;
/// An install may end so much after the last byte.
const TAIL: f64 = 0.05;
const NO_RANGES: &str = "gox, module zip from a server without ranges";

pub(crate) fn run(sandbox: &Sandbox, report: &mut Report) {
    for (mbit, rounds) in SLOW.iter().chain([&FAST]) {
        report.add(over(sandbox, *mbit, *rounds));
    }
    report.add(several(sandbox));
}

fn over(sandbox: &Sandbox, mbit: u32, rounds: usize) -> Table {
    let mut race = Race::new("install over a link");
    let url = |name: &str| sandbox.server.link(mbit, name);
    for kind in [ARCHIVE, ZIP] {
        let file = url(&format!("curl-{}", kind.name)) + &kind.file(sandbox, VERSION);
        race.add(bare(kind), move || curl(sandbox, &file));
    }
    for kind in [ARCHIVE, ZIP, ZIP_BESIDE] {
        let url = url(kind.name);
        race.add(kind.title(), move || kind.run(sandbox, &url));
    }
    let medians = if mbit < FAST.0 {
        race.run_beside(rounds)
    } else {
        let url = sandbox.server.plain_link(mbit, "plain");
        race.add(NO_RANGES, move || ZIP.run(sandbox, &url));
        race.run(rounds)
    };
    let mut table = Table::new(format!("Installs of {VERSION} at {mbit} Mbit/s"));
    for (name, median) in &medians.0 {
        let row = Row::seconds(name.clone(), *median);
        let zip = medians[bare(ZIP)];
        table.add(match name {
            name if *name == ARCHIVE.title() => row.against(medians[bare(ARCHIVE)], "curl"),
            name if *name == ZIP_BESIDE.title() => row.within(0.7, zip, "curl"),
            name if *name == ZIP.title() || name == NO_RANGES => row.against(zip, "curl"),
            _ => row,
        });
    }
    for (kind, limit) in [(ARCHIVE, None), (ZIP, Some(Figure::Seconds(TAIL)))] {
        let tail = (medians[&kind.title()] - medians[bare(kind)]).max(0.0);
        let row = Row::seconds(format!("{}: after the last byte", kind.title()), tail);
        table.add(match limit {
            Some(limit) => row.at_most(limit),
            None => row,
        });
    }
    table
}

fn bare(kind: Kind) -> &'static str {
    if kind.name == ARCHIVE.name { "curl, archive" } else { "curl, module zip" }
}

/// The file alone.
fn curl(sandbox: &Sandbox, file: &str) -> Duration {
    timed(sandbox.command(find("curl").unwrap(), &sandbox.root).args(["-sSf", "-o", "/dev/null", file]))
}

/// Three versions in one call, against three calls.
fn several(sandbox: &Sandbox) -> Table {
    let mut table = Table::new(format!("Installs of {}, module zips", SEVERAL.join(", ")));
    for version in SEVERAL {
        sandbox.module_zip(version);
    }
    for (mbit, at) in [(0, "from loopback"), (FAST.0, "at 500 Mbit/s")] {
        let url = &sandbox.server.link(mbit, "several");
        let mut race = Race::new("several installs");
        race.add("calls", || {
            ZIP.wipe(sandbox);
            SEVERAL.iter().map(|version| timed(&mut ZIP.command(sandbox, url, &[version]))).sum()
        });
        race.add("call", || {
            ZIP.wipe(sandbox);
            timed(&mut ZIP.command(sandbox, url, &SEVERAL))
        });
        let medians = race.run(SEVERAL_ROUNDS);
        table.add(Row::seconds(format!("gox, one by one {at}"), medians["calls"]));
        table.add(
            Row::seconds(format!("gox, in one call {at}"), medians["call"])
                .against(medians["calls"], "one by one"),
        );
        ZIP.wipe(sandbox);
        let memory = Figure::Memory(used(&mut ZIP.command(sandbox, url, &SEVERAL)).memory);
        let row = Row::new(format!("gox, in one call {at}: peak memory"), memory);
        table.add(row.at_most(Figure::Memory(MAX_MEMORY)));
    }
    table
}

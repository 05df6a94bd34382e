//! What gox costs, as medians and ratios in one run:
//!
//! ```text
//! cargo bench                       all of it, in about seven minutes on an idle machine
//! cargo bench -- install dispatch   these sections
//! cargo bench -- --document         also renews docs/performance.md and its pictures
//! ```
//!
//! It needs curl, Git, a C compiler and a Go, of which `go env GOPROXY` names a module proxy. What it installs comes
//! from a loopback server, which fills itself from that proxy before the clock runs. Everything is written below
//! `GOX_BENCH_DIR`, else `/dev/shm`, where no disk blurs the figures. Other managers take part if they are on PATH.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a benchmark prints, and tells how far it is")]
#![expect(clippy::unwrap_used, reason = "a benchmark stops at any failure")]

mod around;
mod clock;
mod dispatch;
mod functions;
mod install;
mod link;
mod rivals;
mod sandbox;
mod server;
mod shims;
mod store;
mod svg;
mod table;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread;

use sandbox::{Sandbox, tell};
use table::{Report, Table};

type Section = (&'static str, fn(&Sandbox, &mut Report));

const SECTIONS: [Section; 4] = [
    ("install", |sandbox, report| {
        install::run(sandbox, report);
        link::run(sandbox, report);
    }),
    ("dispatch", dispatch::run),
    ("store", store::run),
    ("around", around::run),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test --benches` must not measure.
    if !arguments.iter().any(|argument| argument == "--bench") {
        return ExitCode::SUCCESS;
    }
    let names: Vec<&String> = arguments.iter().filter(|argument| !argument.starts_with('-')).collect();
    if let Some(unknown) = names.iter().find(|name| !SECTIONS.iter().any(|(known, _)| known == *name)) {
        eprintln!("no section `{unknown}`; there are {}", SECTIONS.map(|(name, _)| name).join(", "));
        return ExitCode::from(2);
    }
    let is_wanted = |(name, _): &&Section| names.is_empty() || names.iter().any(|wanted| wanted == name);
    let is_document = arguments.iter().any(|argument| argument == "--document");
    measure(SECTIONS.iter().filter(is_wanted), is_document);
    ExitCode::SUCCESS
}

/// Prints the tables of each section, and puts them into the document if that is wanted.
fn measure<'a>(sections: impl Iterator<Item = &'a Section>, is_document: bool) {
    let directory = tempfile::Builder::new().prefix("gox-bench.").tempdir_in(folder()).unwrap();
    println!("# gox: benchmark");
    let sandbox = Sandbox::new(directory.path());
    for (name, section) in sections {
        let machine = machine();
        println!("\n## {name}\n\n{machine}");
        let mut report = Report::default();
        section(&sandbox, &mut report);
        if is_document {
            renew(name, &machine, &report.tables);
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "what steers a benchmark is no variable of gox")]
fn folder() -> PathBuf {
    std::env::var_os("GOX_BENCH_DIR").map_or_else(|| PathBuf::from("/dev/shm"), PathBuf::from)
}

/// On what it is measured, and how busy that is.
fn machine() -> String {
    let processor = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let processor =
        processor.lines().find_map(|line| Some(line.strip_prefix("model name")?.split_once(": ")?.1));
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    format!(
        "{} core{} of {}, {}, load {} at the start, {}, {}; medians of interleaved rounds.",
        cores(),
        if cores() == 1 { "" } else { "s" },
        processor.unwrap_or("an unknown processor"),
        kernel(),
        load.split(' ').next().unwrap_or_default(),
        folder().display(),
        tell("date", &["+%Y-%m-%d"]),
    )
}

/// The name of the kernel with the first two numbers of its release; what follows them differs from build to build.
fn kernel() -> String {
    tell("uname", &["-sr"]).split('.').take(2).collect::<Vec<_>>().join(".")
}

/// How many cores this process may use.
fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// Puts the tables of a section into docs/performance.md, between its marks, and draws its picture; those of a run on
/// one core go between others, without a picture.
fn renew(name: &str, machine: &str, tables: &[Table]) {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let file = docs.join("performance.md");
    let mut text = fs::read_to_string(&file).unwrap();
    let begin = format!("<!-- begin {name}{} -->\n", if cores() == 1 { " on one core" } else { "" });
    let Some(start) = text.find(&begin).map(|start| start + begin.len()) else {
        return eprintln!("docs/performance.md has no place for {name} of {} cores", cores());
    };
    let end = start + text[start..].find("<!-- end -->").unwrap();
    let printed: Vec<String> = tables.iter().map(Table::markdown).collect();
    text.replace_range(start..end, &format!("\n{machine}\n\n{}\n", printed.join("\n")));
    fs::write(&file, text).unwrap();
    if cores() > 1 && tables.iter().any(|table| table.is_drawn) {
        fs::write(docs.join(format!("performance-{name}.svg")), svg::picture(tables)).unwrap();
    }
}

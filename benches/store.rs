//! Commands that only look at the store, by what is in it; none uses a network.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::clock::Race;
use crate::dispatch::module;
use crate::sandbox::{PREDECESSOR, Sandbox, VERSION};
use crate::table::{Figure, Report, Row, Table};

const ROUNDS: usize = 150;
const TOOLCHAINS: [usize; 3] = [1, 10, 100];
const PROJECTS: usize = 10_000;
/// The most that each may take.
const LIMIT: Figure = Figure::Seconds(5e-3);

pub(crate) fn run(sandbox: &Sandbox, report: &mut Report) {
    let deep = module(sandbox);
    let mut race = Race::new("store");
    let mut add = |title: &str, home: &str, words: &[&str]| {
        race.add_command(title, command(sandbox, &sandbox.root.join(home), &deep, words));
    };
    for count in TOOLCHAINS {
        let home = format!("store-{count}");
        fill(sandbox, &home, count, 1);
        for words in [&["which", "go"][..], &["list"], &["init", "bash"], &["status", "--short"]] {
            add(&title(words, count), &home, words);
        }
    }
    let most = TOOLCHAINS[TOOLCHAINS.len() - 1];
    fill(sandbox, "store-known", most, PROJECTS);
    let status = title(&["status", "--short"], most);
    let known = format!("{status}, {PROJECTS} known projects");
    add(&known, "store-known", &["status", "--short"]);
    let sync = title(&["sync", "--check"], most);
    let fleet = fleet(sandbox, most);
    add(&sync, &format!("store-{most}"), &["sync", "--check", "--quiet", fleet.to_str().unwrap()]);
    let list = title(&["list"], most);
    let affected = format!("{list}, {} with known vulnerabilities", most - 1);
    race.add_command(&affected, audited(sandbox, most, &deep));
    let medians = race.run(ROUNDS);
    let mut table = Table::new("Commands that look at the store");
    for (title, median) in &medians.0 {
        let row = Row::seconds(title.clone(), *median);
        let row = if *title == sync { row } else { row.at_most(LIMIT) };
        table.add(match title {
            _ if *title == known => row.against(medians[&status], "one known project"),
            _ if *title == affected => row.against(medians[&list], "none known"),
            _ => row,
        });
    }
    report.add(table);
}

fn title(words: &[&str], toolchains: usize) -> String {
    format!("gox {}, {toolchains} toolchain{}", words.join(" "), if toolchains == 1 { "" } else { "s" })
}

fn command(sandbox: &Sandbox, home: &Path, folder: &Path, words: &[&str]) -> Command {
    let mut command = sandbox.gox(words, folder);
    command.env("GOX_HOME", home);
    command
}

/// The versions of a home with so many toolchains, from the one that the module is pinned to on.
fn versions(count: usize) -> impl Iterator<Item = String> {
    (0..count).map(|number| match number {
        0 => PREDECESSOR.to_owned(),
        _ => format!("1.{}.{}", 21 + number / 25, number % 25),
    })
}

/// A home with toolchains that have a program, a receipt and a manifest, and with known projects.
fn fill(sandbox: &Sandbox, name: &str, toolchains: usize, projects: usize) {
    let (home, origin) = (sandbox.root.join(name), sandbox.goroot(VERSION));
    let receipt = fs::read_to_string(origin.join(".gox/receipt.json")).unwrap();
    for version in versions(toolchains) {
        let goroot = home.join(format!("toolchains/go{version}"));
        for folder in ["bin", ".gox"] {
            fs::create_dir_all(goroot.join(folder)).unwrap();
        }
        for file in ["bin/go", "bin/gofmt", "VERSION", "go.env", ".gox/manifest"] {
            fs::hard_link(origin.join(file), goroot.join(file)).unwrap();
        }
        fs::write(goroot.join(".gox/receipt.json"), receipt.replace(VERSION, &version)).unwrap();
    }
    let known = (1..projects).map(|number| format!("/home/somebody/src/example.com/project-{number}\n"));
    let own = format!("{}\n", sandbox.root.join("module").display());
    fs::write(home.join("projects"), known.collect::<String>() + &own).unwrap();
}

/// `gox list` where `gox audit` has kept a database that says something of all toolchains but one.
fn audited(sandbox: &Sandbox, toolchains: usize, folder: &Path) -> Command {
    let name = "store-audited";
    fill(sandbox, name, toolchains, 1);
    let (home, database) = (sandbox.root.join(name), database(sandbox));
    let [mut audit, mut list] = ["audit", "list"].map(|verb| command(sandbox, &home, folder, &[verb]));
    assert_eq!(audit.env("GOX_VULNDB", &database).output().unwrap().status.code(), Some(1));
    list.env("GOX_VULNDB", database);
    let said = String::from_utf8(list.output().unwrap().stderr).unwrap();
    let expected = format!("{} of {toolchains} versions have known vulnerabilities", toolchains - 1);
    assert!(said.contains(&expected), "{said}");
    list
}

/// A folder with the entries of Go's vulnerability database that the tests have.
fn database(sandbox: &Sandbox) -> PathBuf {
    let folder = sandbox.root.join("vulndb");
    let entries: Value = serde_json::from_str(include_str!("../tests/data/vulndb/entries.json")).unwrap();
    let entries = entries.as_array().unwrap();
    let vulns: Vec<Value> =
        entries.iter().map(|entry| json!({"id": entry["id"], "modified": entry["modified"]})).collect();
    let modules = ["stdlib", "toolchain"].map(|path| json!({"path": path, "vulns": vulns}));
    let mut files = vec![
        ("index/db.json".to_owned(), json!({"modified": "2026-08-21T20:38:00Z"})),
        ("index/modules.json".to_owned(), modules.into()),
    ];
    let id = |entry: &Value| format!("ID/{}.json", entry["id"].as_str().unwrap());
    files.extend(entries.iter().map(|entry| (id(entry), entry.clone())));
    for (path, content) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content.to_string()).unwrap();
    }
    folder
}

/// A file that declares all of them.
fn fleet(sandbox: &Sandbox, toolchains: usize) -> PathBuf {
    let file = sandbox.root.join("fleet.toml");
    let install: Vec<String> = versions(toolchains).collect();
    let text = format!(
        "format = 1\n[toolchains]\nexclusive = true\ninstall = {install:?}\n[policy]\noldest = \"1.20\"\n"
    );
    fs::write(&file, text).unwrap();
    file
}

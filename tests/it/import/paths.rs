//! Paths that are not UTF-8: named, in hints that are pasted, and in receipts.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use serde_json::Value;

use crate::support::archives::FakeToolchain;
use crate::support::running::Output;
use crate::support::sandbox::GOX;

use super::{VERSION, World, unpack};

/// A folder for a tree, called `n\xe9` in Latin-1.
fn folder(world: &World) -> PathBuf {
    world.at("a b").join(OsStr::from_bytes(b"n\xe9"))
}

/// Pastes the command that `text` shows behind some words into bash.
fn pasted(world: &World, text: &[u8], words: &str) -> Output {
    let command = std::str::from_utf8(text)
        .unwrap()
        .split_once(&format!("{words}`gox "))
        .unwrap()
        .1
        .split_once('`')
        .unwrap()
        .0;
    let line = format!("exec '{GOX}' {}", command.replace("NAME", "mine"));
    world.sandbox.command("bash").args(["-c", &line]).envs(world.proxy.environment()).run()
}

#[test]
fn the_receipt_loses_nothing_of_the_path() {
    let (world, release) = (World::new(), FakeToolchain::new(VERSION));
    unpack(&folder(&world), &release);
    let asked = world.import(&[]).arg(folder(&world)).run();
    assert_eq!(asked.code(), 1, "{}", asked.stderr);
    let run = pasted(&world, &asked.raw_stderr, "do it without a question: ");
    assert_eq!(run.code(), 0, "{}", run.stderr);
    let address = format!("file://{}/a%20b/n%E9", world.at("").to_str().unwrap().trim_end_matches('/'));
    assert_eq!(world.sandbox.receipt(VERSION)["address"], address);
}

#[test]
fn hints_with_the_path_can_be_pasted() {
    let more = |release: FakeToolchain, number| {
        release.with_file(&format!("src/more/{number}.go"), 0o644, "package more\n")
    };
    let release = (0..30).fold(FakeToolchain::new(VERSION).large(9_000_000), more);
    let world = World::with(std::slice::from_ref(&release));
    unpack(&folder(&world), &release);
    fs::remove_dir_all(folder(&world).join("src/more")).unwrap();
    let run = world.import(&["--yes"]).arg(folder(&world)).run();
    let all = pasted(&world, &run.raw_stdout, "and 10 more: ");
    let found: Value = serde_json::from_str(&all.stdout).unwrap();
    assert_eq!(found["trees"][0]["changes"].as_array().unwrap().len(), 30);
    let linked = pasted(&world, &run.raw_stderr, "or use the tree where it is, under a name: ");
    assert_eq!(linked.code(), 0, "{}", linked.stderr);
    assert_eq!(fs::read_link(world.sandbox.home().join("toolchains/mine")).unwrap(), folder(&world));
}

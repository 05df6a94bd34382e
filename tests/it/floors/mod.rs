//! The order of `src/`: its folders are floors, of which each uses only those above it, and within a
//! folder no files use each other in a circle.
//!
//! It is read from the text, so a use is a path that is written: one that begins with `crate`, `super`,
//! `self` or a module that the same file declares, in a `use` or anywhere else. A method of a value whose
//! type no path names stays unseen. Code for tests is not held to the order.

mod circles;
mod lexer;
mod paths;
mod tree;
mod uses;

use std::collections::BTreeSet;

use tree::{ROOTS, Tree, sources};

/// From the top to the bottom, by the names of folders and files directly below `src/`. A floor uses only those above
/// it, and its members do not use each other. A name may stand here before its folder exists; so `text` uses nothing of
/// gox, and `error` uses `text` alone.
const FLOORS: &[&[&str]] = &[
    &["text"],
    &["error"],
    &["env"],
    &["os"],
    &["fs"],
    &["go"],
    &["store"],
    &["select"],
    &["settings"],
    &["net"],
    &["proof"],
    &["source"],
    &["install"],
    &["ui"],
    &["machine"],
    &["setup", "gate", "sync", "import", "audit"],
    &["doctor"],
    &["command"],
];

/// Who may use whom on the same floor.
const NEIGHBOURS: &[(&str, &str)] = &[("sync", "setup"), ("gate", "setup")];

#[test]
fn each_floor_uses_only_those_above_it() {
    let offences = offences(&Tree::of_gox());
    assert!(offences.is_empty(), "\n{}", offences.join("\n"));
}

#[test]
fn no_files_of_a_folder_use_each_other_in_a_circle() {
    let circles = circles::circles(&Tree::of_gox());
    assert!(circles.is_empty(), "\n{}", circles.join("\n"));
}

/// The HTTP library can be replaced in one folder.
#[test]
fn only_the_http_client_names_reqwest() {
    let names_it = |text: &str| lexer::tokens(text).iter().any(|token| token.text == "reqwest");
    let paths = sources().into_iter().filter(|(_, text)| names_it(text)).map(|(path, _)| path);
    let expected = ["client", "errors", "requests", "trust"].map(|name| format!("src/net/http/{name}.rs"));
    assert_eq!(paths.collect::<Vec<_>>(), expected);
}

/// What breaks the order of the floors. The roots of the library and of the programs stand below all
/// floors: they may use anything, and nothing may use them.
fn offences(tree: &Tree) -> Vec<String> {
    let entries = tree.entries.iter().filter(|entry| !ROOTS.contains(&entry.as_str()));
    let strangers = entries.filter(|entry| floor(entry.strip_suffix(".rs").unwrap_or(entry)).is_none());
    let mut offences: Vec<String> = strangers.map(|entry| format!("src/{entry}: is on no floor")).collect();
    for file in &tree.files {
        let Some(own) = file.module.first() else { continue };
        let uses = file.code.uses.iter().map(|used| {
            let module = tree.module_of(&used.path).first();
            (used.line, module.map_or("lib", String::as_str))
        });
        // One line may bring many names.
        for (line, other) in uses.collect::<BTreeSet<_>>() {
            let offence = offence(own, other);
            offences.extend(offence.map(|text| format!("{}:{line}: uses `{other}`, {text}", file.path)));
        }
    }
    offences
}

/// What is wrong with a use of the module `other` in the module `own`.
fn offence(own: &str, other: &str) -> Option<String> {
    // That a module is on no floor is an offence of its own.
    let height = floor(own)?;
    match floor(other) {
        _ if own == other || NEIGHBOURS.contains(&(own, other)) => None,
        Some(above) if above < height => None,
        Some(same) if same == height => Some(format!("on the same floor as `{own}`")),
        None if other != "lib" => Some("on no floor".to_owned()),
        _ => Some(format!("a floor below `{own}`")),
    }
}

/// The place of a module's floor, counted from the top.
fn floor(name: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&name))
}

#[test]
fn what_breaks_the_order_is_listed() {
    let tree = Tree::new([
        ("src/lib.rs", "pub mod store;\npub use crate::command::run;"),
        ("src/main.rs", "use crate::anything;"),
        ("src/text.rs", "use crate::error::Error;\nuse std::env;"),
        ("src/error.rs", "use crate::text;\nuse super::env;"),
        ("src/env.rs", ""),
        ("src/foo/mod.rs", "use crate::command::run;"),
        ("src/foo/tests.rs", ""),
        ("src/foo.txt", ""),
        ("src/store/mod.rs", "mod lock;\npub use crate::select::{pin, resolve};\npub use lock::Lock;"),
        ("src/store/lock.rs", "use super::super::{\n    fs,\n    ui,\n};\nuse crate::{foo, run};"),
        ("src/fs/mod.rs", "#[cfg(test)]\nmod tests { use crate::ui; }"),
        ("src/select/mod.rs", "fn f() { crate::store::lock::g(crate::command::h) }"),
        ("src/ui.rs", ""),
        ("src/gate/mod.rs", "use crate::audit::Audit;\nuse crate::gate::Gate;"),
        ("src/audit/mod.rs", ""),
        ("src/setup/mod.rs", "use crate::sync::Sync;"),
        ("src/sync/mod.rs", "use crate::setup::Setup;"),
        ("src/command/mod.rs", "use crate::{audit, gate, ui};"),
    ]);
    let expected = [
        "src/foo: is on no floor",
        "src/foo.txt: is on no floor",
        "src/error.rs:2: uses `env`, a floor below `error`",
        "src/gate/mod.rs:1: uses `audit`, on the same floor as `gate`",
        "src/select/mod.rs:1: uses `command`, a floor below `select`",
        "src/setup/mod.rs:1: uses `sync`, on the same floor as `setup`",
        "src/store/lock.rs:3: uses `ui`, a floor below `store`",
        "src/store/lock.rs:5: uses `foo`, on no floor",
        "src/store/lock.rs:5: uses `lib`, a floor below `store`",
        "src/store/mod.rs:2: uses `select`, a floor below `store`",
        "src/text.rs:1: uses `error`, a floor below `text`",
    ];
    assert_eq!(offences(&tree), expected);
}

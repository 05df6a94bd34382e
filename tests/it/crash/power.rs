//! What outlives a power cut follows from the order of the syncs, which `docs/durability.md` reasons from
//! and these tests hold: a name appears only when what it names is on the disk.

use super::scene::{NEIGHBOUR, Scene, VERSION};
use crate::support::strace::{self, Call};

/// The calls, and a search in them that fails with all of them.
struct Order(Vec<Call>);

impl Order {
    /// The positions of all calls of these names whose text has all of these parts.
    fn all(&self, names: &[&str], parts: &[&str]) -> Vec<usize> {
        let fits = |call: &Call| {
            names.contains(&call.name.as_str()) && parts.iter().all(|part| call.text.contains(part))
        };
        self.0.iter().enumerate().filter(|(_, call)| fits(call)).map(|(index, _)| index).collect()
    }

    /// The position of the only one.
    #[track_caller]
    fn one(&self, names: &[&str], parts: &[&str]) -> usize {
        let found = self.all(names, parts);
        let [index] = found[..] else {
            let calls: String = self.0.iter().map(|call| call.text.clone() + "\n").collect();
            panic!("{} calls of {names:?} with {parts:?} in:\n{calls}", found.len());
        };
        index
    }
}

const RENAMES: [&str; 3] = ["rename", "renameat", "renameat2"];

fn order(scene: &Scene) -> Order {
    Order(scene.calls_of(&format!("{},openat,write", strace::CHANGES)))
}

/// Whatever is made in the staged tree is made before the one sync; then comes the name, then its sync.
#[track_caller]
fn assert_published_in_order(order: &Order) -> usize {
    let sync = order.one(&["syncfs"], &["/tree>"]);
    let published = order.one(&RENAMES, &["/staging/", "/tree\"", &format!("/toolchains/go{VERSION}\"")]);
    let durable = order.one(&["fsync"], &["/toolchains>"]);
    assert!(sync < published && published < durable);
    let changes = ["write", "fchmod", "chmod", "utimensat", "linkat", "link", "mkdir", "mkdirat"];
    let in_tree = order.all(&changes, &["/tree/"]);
    assert!(!in_tree.is_empty() && in_tree.iter().all(|change| *change < sync));
    durable
}

#[test]
fn a_toolchain_is_on_the_disk_before_it_has_its_name() {
    for is_archive in [false, true] {
        let order = order(&Scene::new(is_archive, &[], &["install", VERSION]));
        let durable = assert_published_in_order(&order);
        let launcher = order.one(&RENAMES, &[&format!("/shims/go{VERSION}\"")]);
        let default = order.one(&RENAMES, &["/.local/go/.gox-", "/.local/go/default\""]);
        let synced = order.all(&["fsync"], &["/.local/go/.gox-"]);
        assert!(durable < launcher && launcher < default);
        assert!(synced.iter().any(|synced| launcher < *synced && *synced < default));
        let head = order.one(&RENAMES, &["/sumdb/sumdb.test/latest\""]);
        let synced = order.one(&["fsync"], &["/sumdb/sumdb.test/.gox-"]);
        assert!(synced < head && head < order.one(&["syncfs"], &[]));
    }
}

#[test]
fn what_is_replaced_is_removed_only_when_its_successor_is_on_the_disk() {
    let first: [&[&str]; 2] = [&["install", VERSION], &["install", NEIGHBOUR]];
    let order = order(&Scene::new(false, &first, &["install", "--force", VERSION]));
    let durable = assert_published_in_order(&order);
    let removed = order.all(&["unlinkat", "rmdir"], &[]);
    assert!(!removed.is_empty() && removed.iter().all(|removed| *removed > durable));
}

#[test]
fn a_removed_toolchain_loses_its_name_before_its_files() {
    let first: [&[&str]; 2] = [&["install", NEIGHBOUR], &["install", VERSION]];
    let order = order(&Scene::new(false, &first, &["uninstall", VERSION]));
    let launcher = order.one(&["unlink", "unlinkat"], &[&format!("/shims/go{VERSION}\"")]);
    let taken = order.one(&RENAMES, &[&format!("/toolchains/go{VERSION}\""), "/staging/"]);
    assert!(launcher < taken);
    let files = order.all(&["unlinkat"], &["AT_REMOVEDIR"]);
    assert!(!files.is_empty() && files.iter().all(|file| *file > taken));
}

/// The copies of the programs themselves, where they are not there yet.
#[test]
fn programs_are_on_the_disk_before_they_have_their_names() {
    let order = order(&Scene::without_programs(&["install", VERSION]));
    for name in ["/shims/go\"", "/bin/gox\""] {
        let folder = name.rsplit_once('/').unwrap().0;
        let named = order.one(&RENAMES, &["/new\"", name]);
        let synced = order.one(&["fsync"], &[&format!("{folder}/.gox-"), "/new>"]);
        assert!(synced < named, "{name}");
    }
}

/// So the store may be on any file system, whatever the one of `/tmp` is.
#[test]
fn nothing_is_renamed_or_linked_across_the_border_of_the_store() {
    for is_archive in [false, true] {
        let scene = Scene::new(is_archive, &[&["install", NEIGHBOUR]], &["install", VERSION]);
        let home = scene.sandbox.home().display().to_string();
        let names = [&RENAMES[..], &["link", "linkat"]].concat();
        let calls = order(&scene);
        let moves = calls.all(&names, &[]);
        assert!(moves.len() > 3);
        for index in moves {
            let text = &calls.0[index].text;
            let paths: Vec<_> = text.split('"').skip(1).step_by(2).collect();
            assert!(paths.len() == 2 && paths.iter().all(|path| path.starts_with(&home)), "{text}");
        }
        assert_eq!(std::fs::read_dir(scene.sandbox.root().join("tmp")).unwrap().count(), 0);
    }
}

//! Where the checksum database cannot be asked, the archive that a tree was unpacked from proves it, if it was kept.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::proofs::record;
use crate::support::archives::{FakeToolchain, goarch, goos};
use crate::support::command::Command;
use crate::support::dl::GoDev;
use crate::support::fifo;
use crate::support::lines::bytes;
use crate::support::response::Response;
use crate::support::sandbox::Sandbox;

use super::{ARCHIVE, VERSION, table, unpack};

/// A manager, its tree, and where it keeps the archive of that, both below the user's folder.
const KEPT: [(&str, &str, &str); 6] = [
    ("golang.org/dl", "sdk/go1.99.1", "sdk/go1.99.1"),
    ("golang.org/dl", "sdk/go1.99.1", "sdk"),
    ("gvm", ".gvm/gos/go1.99.1", ".gvm/archive"),
    ("mise", ".local/share/mise/installs/go/1.99.1", ".local/share/mise/downloads/go/1.99.1"),
    ("g", ".g/versions/1.99.1", ".g/downloads"),
    ("goup", ".goup/go1.99.1", ".goup/cache"),
];

const OFF: &str = "the checksum database is switched off by `GOSUMDB=off`";

/// A user with the tree of a release, its archive, and go.dev's list.
struct World {
    sandbox: Sandbox,
    go_dev: GoDev,
    tree: PathBuf,
    archive: PathBuf,
}

impl World {
    fn new(release: &FakeToolchain, tree: &str, folder: &str) -> Self {
        let sandbox = Sandbox::in_use();
        let go_dev = GoDev::start(&sandbox, std::slice::from_ref(release));
        let tree = sandbox.user().join(tree);
        unpack(&tree, release);
        let archive = sandbox.user().join(folder).join(release.file_name());
        fs::create_dir_all(archive.parent().unwrap()).unwrap();
        fs::write(&archive, release.tar_gz()).unwrap();
        World { sandbox, go_dev, tree, archive }
    }

    /// One whose user names the tree.
    fn beside() -> Self {
        World::new(&FakeToolchain::new(VERSION), "tree/go", "tree")
    }

    /// `gox import`, and no database.
    fn import(&self, arguments: &[&str]) -> Command<'_> {
        let run = self.sandbox.gox(["import"]).args(arguments).envs(self.go_dev.environment());
        run.env("GOSUMDB", "off")
    }

    fn import_tree(&self) -> Command<'_> {
        self.import(&["--yes"]).arg(&self.tree)
    }

    /// A path as it is printed in lists.
    fn shown(&self, path: &Path) -> String {
        let path = path.strip_prefix(self.sandbox.root()).unwrap().display();
        format!("[ROOT]/{path}").replace(&format!("{}-{}", goos(), goarch()), "[OS]-[ARCH]")
    }
}

#[test]
fn it_proves_the_tree_of_each_manager_that_keeps_it() {
    let release = FakeToolchain::new(VERSION);
    for (manager, tree, folder) in KEPT {
        let world = World::new(&release, tree, folder);
        let (path, archive) = (world.shown(&world.tree), world.shown(&world.archive));
        let added = if tree == folder {
            format!("{path}: skipped go1.99.1.[OS]-[ARCH].tar.gz, which is not part of the release\n")
        } else {
            String::new()
        };
        let list = format!(
            "{}{path}: compared with the archive `{archive}` instead: {OFF}\n{path}: {ARCHIVE}\n{added}",
            table(&[(manager, &release, "proven", &path)])
        );
        world.import(&["--from", manager, "--dry-run"]).stdout(&list).check();
        let run = world.import(&["--from", manager, "--dry-run", "--json"]).run();
        let json: Value = serde_json::from_str(&run.stdout).unwrap();
        let of_tree = &json["trees"][0];
        assert_eq!([&of_tree["archive"], &of_tree["reason"]], [&json!(archive), &json!(OFF)]);
        let (name, size) = (release.name(), bytes(release.module_bytes()));
        let said = format!(
            "reading {name} from ~/{tree} ({size})\nverifying {name}\nimported {name} in [TIME]: {size}, from \
             `~/{tree}`, proven by list\n"
        );
        world.import(&["--from", manager, "--yes"]).stdout(&list).stderr(&said).check();
        let receipt = world.sandbox.receipt(VERSION);
        assert_eq!((&receipt["source"], &receipt["proofs"]), (&json!("import"), &json!(["list"])));
        assert_eq!(receipt["h1"], release.h1());
    }
}

/// It is not needed where the database answers, and is no way around what that says.
#[test]
fn the_database_comes_first() {
    let world = World::beside();
    let path = world.shown(&world.tree);
    let run = |world: &World, gosumdb: &str| {
        let run = world.import_tree().env("GOSUMDB", gosumdb).run();
        (run.code(), run.stdout.lines().skip(2).map(str::to_owned).collect::<Vec<_>>().join("\n"))
    };
    let database = format!("{} https://sum.test", world.go_dev.sumdb.verifier());
    assert_eq!(run(&world, &database), (0, format!("{path}: {ARCHIVE}")));
    assert_eq!(world.sandbox.receipt(VERSION)["proofs"], json!(["log"]));
    // It cannot be reached.
    let (world, there) = (World::beside(), "http://127.0.0.1:1");
    let (code, said) = run(&world, &format!("{} {there}", world.go_dev.sumdb.verifier()));
    let archive = world.shown(&world.archive);
    let reason = format!(
        "{path}: compared with the archive `{archive}` instead: could not reach the checksum database: "
    );
    assert!(code == 0 && said.starts_with(&reason), "{said}");
    // It lies, or does not have a release that only the list has.
    let (lie, absence) = (Response::new("no record"), Response::status(404, ""));
    for (answer, reason) in
        [(lie, "the checksum database's answer is refused: "), (absence, "not in the checksum database: ")]
    {
        let world = World::beside();
        world.go_dev.server.route(record(&FakeToolchain::new(VERSION)), answer);
        let (code, said) = run(&world, &format!("{} https://sum.test", world.go_dev.sumdb.verifier()));
        assert!(code == 5 && said.starts_with(&format!("{path}: {reason}")), "{said}");
        assert_eq!(world.sandbox.listing("toolchains"), "");
    }
}

#[test]
fn one_that_is_not_the_release_proves_nothing() {
    let unknown = |path: &str| format!("{path}: {OFF}");
    let run = |world: &World| {
        let run = world.import_tree().run();
        assert_eq!(world.sandbox.listing("toolchains"), "");
        let last = run.stdout.lines().last().unwrap().to_owned();
        (run.code(), last, run.stderr.lines().next().unwrap().to_owned())
    };
    // Changed, cut, another release, a web page.
    let release = FakeToolchain::new(VERSION);
    let whole = release.tar_gz();
    let changed = [whole.clone(), b"x".to_vec()].concat();
    let other = FakeToolchain::new("1.99.2").tar_gz();
    for bytes in [&changed[..], &whole[..whole.len() - 1], &other, b"<html>", b""] {
        let world = World::beside();
        fs::write(&world.archive, bytes).unwrap();
        let note =
            "note: checksum mismatch for `~/tree/go1.99.1.[OS]-[ARCH].tar.gz`; the archive proves nothing"
                .to_owned();
        assert_eq!(run(&world), (2, unknown(&world.shown(&world.tree)), note));
    }
    // The checksum that gox has outweighs the list.
    let world = World::new(&FakeToolchain::new("1.22.4"), "tree/go", "tree");
    let note = "note: checksum mismatch for `~/tree/go1.22.4.[OS]-[ARCH].tar.gz`; the archive proves nothing"
        .to_owned();
    assert_eq!(run(&world), (2, unknown(&world.shown(&world.tree)), note));
    // Not a regular file.
    for make in [|path: &Path| fs::create_dir(path).unwrap(), fifo::make] {
        let world = World::beside();
        fs::remove_file(&world.archive).unwrap();
        make(&world.archive);
        let note = "note: could not read `~/tree/go1.99.1.[OS]-[ARCH].tar.gz`: it is not a regular file; the archive proves nothing";
        assert_eq!(run(&world), (2, unknown(&world.shown(&world.tree)), note.to_owned()));
    }
    // The user wants the database: the list is not asked for.
    let (world, error) = (World::beside(), "error: the tree cannot be imported");
    let run = world.import_tree().env("GOX_VERIFY", "log").run();
    assert_eq!((run.code(), run.stderr.lines().next()), (2, Some(error)));
    assert_eq!(world.go_dev.server.targets(), [""; 0]);
}

/// The folder of any manager is searched, also behind a link, and where the manager's variable points.
#[test]
fn it_is_found_for_a_tree_that_is_named_by_its_path() {
    let release = FakeToolchain::new(VERSION);
    let world = World::new(&release, "tree/go", ".gvm/archive");
    let archive = world.shown(&world.archive);
    let compared = |run: Command<'_>, archive: &str| {
        let run = run.arg("--dry-run").run();
        assert_eq!(run.code(), 0, "{}", run.stderr);
        let line =
            format!("{}: compared with the archive `{archive}` instead: {OFF}", world.shown(&world.tree));
        assert_eq!(run.stdout.lines().nth(2), Some(&*line));
    };
    compared(world.import_tree(), &archive);
    // One that is found earlier has another checksum.
    let other = world.tree.parent().unwrap().join(release.file_name());
    fs::write(&other, "other").unwrap();
    compared(world.import_tree(), &archive);
    let (folder, moved) = (world.sandbox.user().join(".gvm/archive"), world.sandbox.user().join("elsewhere"));
    fs::rename(&folder, &moved).unwrap();
    symlink(&moved, &folder).unwrap();
    let archive = archive.replace(".gvm/archive", "elsewhere");
    compared(world.import_tree(), &archive);
    fs::remove_file(&folder).unwrap();
    fs::create_dir(world.sandbox.user().join("gvm")).unwrap();
    fs::rename(&moved, world.sandbox.user().join("gvm/archive")).unwrap();
    let by_variable = world.import_tree().env("GVM_ROOT", world.sandbox.user().join("gvm"));
    compared(by_variable, &archive.replace("elsewhere", "gvm/archive"));
}

/// It is read once for all trees of its release, and offline by the list that was kept.
#[test]
fn one_archive_proves_all_trees_of_its_release() {
    let release = FakeToolchain::new(VERSION);
    let world = World::new(&release, "sdk/go1.99.1", "sdk/go1.99.1");
    let other = world.sandbox.user().join(".gvm/gos/go1.99.1");
    unpack(&other, &release);
    // By their paths, as this machine may have a Go of its own.
    let import = || world.import(&["--dry-run"]).arg(&world.tree).arg(&other);
    let offline = || import().env("GOX_OFFLINE", "1");
    let run = offline().run();
    let note = "note: no checksum of `~/sdk/go1.99.1/go1.99.1.[OS]-[ARCH].tar.gz` is known, so the archive proves nothing\n";
    assert!(run.code() == 2 && run.stderr.starts_with(note), "{}", run.stderr);
    let proven = |run: Command<'_>| {
        let run = run.run();
        assert_eq!((run.code(), run.stderr.as_str()), (0, ""));
        assert_eq!(run.stdout.matches("  proven  ").count(), 2);
    };
    proven(import());
    proven(offline());
}

#[test]
fn a_tree_that_is_not_what_it_has_differs() {
    let world = World::beside();
    fs::write(world.tree.join("bin/go"), "other").unwrap();
    fs::remove_file(world.tree.join("LICENSE")).unwrap();
    let run = world.import_tree().run();
    let path = world.shown(&world.tree);
    let said: Vec<_> = run.stdout.lines().skip(2).collect();
    let compared =
        format!("{path}: compared with the archive `{}` instead: {OFF}", world.shown(&world.archive));
    assert_eq!(said, [compared, format!("{path}: missing: LICENSE"), format!("{path}: changed: bin/go")]);
    assert_eq!((run.code(), world.sandbox.listing("toolchains")), (5, String::new()));
}

//! Every file that gox keeps, damaged in every way: no panic, no wrong answer, and what can be fetched again
//! heals by itself.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::support::archives::FakeToolchain;
use crate::support::proxy::ModuleProxy;
use crate::support::running::Output;
use crate::support::sandbox::Sandbox;

/// The ways in which a file can be damaged; random bytes come from the name and a number, so each run is alike.
fn damages(name: &str, content: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let mut flipped = content.to_vec();
    if let Some(byte) = flipped.get_mut(content.len() / 3) {
        *byte ^= 0x15;
    }
    let mut random = Vec::new();
    let mut state = name.bytes().fold(0x9e37_79b9_7f4a_7c15_u64, |state, byte| {
        (state ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    });
    for _ in 0..content.len().max(64) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        random.push(state.to_le_bytes()[3]);
    }
    vec![
        ("empty", Vec::new()),
        ("half", content[..content.len() / 2].to_vec()),
        ("one byte short", content[..content.len().saturating_sub(1)].to_vec()),
        ("doubled", content.repeat(2)),
        ("one byte changed", flipped),
        ("zeros", vec![0; content.len().max(9)]),
        ("random", random),
        ("a line of another file", b"export A=1\nexport B=2\n".to_vec()),
    ]
}

fn put(path: &Path, content: &[u8]) {
    let _ = fs::set_permissions(path, fs::Permissions::from_mode(0o644));
    let _ = fs::remove_file(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
    if path.parent().is_some_and(|folder| folder.file_name().is_some_and(|name| name == ".gox")) {
        fs::set_permissions(path, fs::Permissions::from_mode(0o444)).unwrap();
    }
}

/// Everything below a folder of the store that is no part of a GOROOT, no program and no lock.
fn kept(home: &Path, folder: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(home.join(folder)).unwrap() {
        let path = entry.unwrap().path();
        let name = path.strip_prefix(home).unwrap().to_str().unwrap().to_owned();
        if path.is_dir() && !["shims", "bin", "locks", "staging"].contains(&name.as_str()) {
            kept(home, &name, found);
        } else if path.is_file() && (!name.starts_with("toolchains/") || name.contains("/.gox/")) {
            found.push(path);
        }
    }
}

struct Scene {
    sandbox: Sandbox,
    proxy: ModuleProxy,
}

impl Scene {
    fn new() -> Self {
        let proxy = ModuleProxy::with_versions(&["1.99.1", "1.99.2", "1.98.0"]);
        let sandbox = Sandbox::in_use();
        sandbox.put_gox();
        for version in ["1.99.1", "1.98.0"] {
            let run = sandbox.gox(["install", version]).envs(proxy.environment()).run();
            assert_eq!(run.code(), 0, "{}", run.stderr);
        }
        sandbox.write("user/.local/go/default", "1.99.1\n");
        sandbox.gox(["available"]).envs(proxy.environment()).run();
        sandbox.write("code/.go-version", "1.99.1\n");
        sandbox.gox(["status"]).run();
        Scene { sandbox, proxy }
    }

    fn gox(&self, arguments: &[&str]) -> Output {
        let run = self.sandbox.gox(arguments).envs(self.proxy.environment()).run();
        assert!(!run.stderr.contains("panicked"), "{arguments:?}: {}", run.stderr);
        run
    }

    /// The new version is the real one, whatever was damaged.
    fn check_new(&self, what: &str) {
        let run = self.gox(&["verify", "--log", "1.99.2"]);
        assert_eq!(run.code(), 0, "{what}: {}{}", run.stdout, run.stderr);
        let version = "go version go1.99.2 [OS]/[ARCH]\n";
        assert_eq!(self.sandbox.shim("go1.99.2", ["version"]).run().stdout, version, "{what}");
    }
}

#[test]
fn no_file_that_gox_keeps_can_be_damaged_to_a_wrong_answer() {
    let scene = Scene::new();
    let home = scene.sandbox.home();
    let mut files = Vec::new();
    kept(&home, "", &mut files);
    let names: Vec<&str> =
        files.iter().map(|path| path.strip_prefix(&home).unwrap().to_str().unwrap()).collect();
    for expected in
        ["default", "projects", "cache/released", "receipt.json", "manifest", "/lookup/", "/tile/", "latest"]
    {
        assert!(names.iter().any(|name| name.contains(expected)), "{expected} is not among {names:?}");
    }
    for (path, name) in files.iter().zip(&names) {
        let content = fs::read(path).unwrap();
        let mut damages: Vec<_> =
            damages(name, &content).into_iter().map(|(how, bytes)| (how, Some(bytes))).collect();
        damages.push(("absent", None));
        for (how, damaged) in damages {
            let is_same = damaged.as_deref() == Some(&content[..]);
            match &damaged {
                Some(bytes) => put(path, bytes),
                None => fs::remove_file(path).unwrap(),
            }
            check(&scene, name, if is_same { "not at all" } else { how });
            put(path, &content);
            scene.gox(&["uninstall", "--force", "1.99.2"]);
        }
    }
}

fn check(scene: &Scene, name: &str, how: &str) {
    let what = &format!("{name}, {how}");
    let install = scene.gox(&["install", "1.99.2"]);
    let list = scene.gox(&["list"]);
    assert_eq!(list.code(), 0, "{what}: {}", list.stderr);
    let shim = scene.sandbox.shim("go", ["version"]).run();
    assert_eq!((shim.code(), shim.stdout.as_str()), (0, "go version go1.99.1 [OS]/[ARCH]\n"), "{what}");
    let verify = scene.gox(&["verify", "1.99.1"]);
    let said = |run: &Output| run.stdout.clone() + &run.stderr;
    if name.ends_with("/latest") && !["absent", "not at all"].contains(&how) {
        // To begin anew would be to forget what the database must not contradict.
        assert_eq!((install.code(), verify.code()), (5, 0), "{what}: {}{}", install.stderr, said(&verify));
        assert!(
            install.stderr.contains("\nerror: could not use the stored tree head "),
            "{what}: {}",
            install.stderr
        );
        return;
    }
    assert_eq!(install.code(), 0, "{what}: {}", install.stderr);
    scene.check_new(what);
    // One byte changed is one of the address, which no check is about; the last of all is a line feed.
    let is_told = !["not at all", "one byte changed", "one byte short"].contains(&how);
    let (code, words) = match (name, how) {
        ("toolchains/go1.99.1/.gox/receipt.json", "absent") => (1, "error: go1.99.1 has no receipt: "),
        ("toolchains/go1.99.1/.gox/receipt.json", _) if is_told => (5, "error: the receipt is damaged: "),
        ("toolchains/go1.99.1/.gox/manifest", how) if how != "not at all" => {
            (5, "error: go1.99.1 is not as it was installed\n")
        }
        _ => (0, ": as installed\n"),
    };
    assert_eq!(verify.code(), code, "{what}: {}", said(&verify));
    assert!(said(&verify).contains(words), "{what}: {}", said(&verify));
    if name.starts_with("cache/") {
        let again = scene.gox(&["verify", "--log", "1.99.1", "1.98.0"]);
        assert_eq!(again.code(), 0, "{what}: {}{}", again.stdout, again.stderr);
    }
}

#[test]
fn a_default_that_is_damaged_is_named_and_nothing_else_runs_in_its_place() {
    let scene = Scene::new();
    let path = scene.sandbox.home().join("default");
    fs::remove_file(scene.sandbox.code().join(".go-version")).unwrap();
    for (how, damaged) in damages("default", b"1.99.1\n") {
        put(&path, &damaged);
        let run = scene.sandbox.shim("go", ["version"]).run();
        let (code, stdout, place) = match how {
            "one byte short" => (0, "go version go1.99.1 [OS]/[ARCH]\n", ""),
            // A request of its own, for `1.9`: that is asked for, and no other runs.
            "half" => (127, "", "set by [HOME]/default:1"),
            _ => (7, "", "gox: [HOME]/default"),
        };
        assert_eq!((run.code(), run.stdout.as_str()), (code, stdout), "{how}: {}", run.stderr);
        assert!(run.stderr.contains(place), "{how}: {}", run.stderr);
        let run = scene.gox(&["default", "1.99.1"]);
        assert_eq!(run.code(), 0, "{how}: {}", run.stderr);
    }
}

#[test]
fn settings_that_are_damaged_are_named() {
    let scene = Scene::new();
    let path = scene.sandbox.user().join(".config/gox/config.toml");
    for (how, damaged) in damages("config", b"sources = [\"proxy\"]\ntimeout = 5\n") {
        put(&path, &damaged);
        let run = scene.gox(&["list"]);
        let is_valid = ["empty", "one byte short"].contains(&how);
        assert_eq!(run.code(), if is_valid { 0 } else { 7 }, "{how}: {}", run.stderr);
        assert_eq!(run.stderr.contains("/.config/gox/config.toml"), !is_valid, "{how}: {}", run.stderr);
        assert_eq!(scene.sandbox.shim("go", ["version"]).run().code(), 0, "{how}: the shim never reads it");
    }
}

#[test]
fn what_was_kept_of_a_download_is_never_trusted() {
    let toolchain = FakeToolchain::new("1.99.2");
    for how in 0..8 {
        let scene = Scene::new();
        let zip = toolchain.zip();
        let partial = scene.sandbox.home().join("cache/partial");
        fs::create_dir_all(&partial).unwrap();
        let (_, damaged) = damages("partial", &zip).swap_remove(how);
        for name in ["v0.0.1-go1.99.2.zip", "go1.99.2", "x.json"] {
            put(&partial.join(name), &damaged);
        }
        let run = scene.gox(&["install", "1.99.2"]);
        assert_eq!(run.code(), 0, "{}", run.stderr);
        scene.check_new("partial");
    }
}

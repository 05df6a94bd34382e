//! What the defaults, pins and tools of other managers are for gox.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use rustix::fs::{CWD, FileType, mknodat};
use serde_json::{Value, json};

use crate::support::archives::FakeToolchain;

use super::{VERSION, World, put};

/// What a run without any tree prints.
fn offers(world: &World, manager: &str) -> String {
    world.import(&["--dry-run", "--from", manager]).run().stdout
}

/// Writes a default at a path.
type Write = Box<dyn Fn(&Path)>;

#[test]
fn the_default_of_each_manager_is_offered() {
    let link = |target: &'static str| move |path: &Path| symlink(target, path).unwrap();
    let text = |text: &'static str| move |path: &Path| fs::write(path, text).unwrap();
    let script =
        "export GVM_ROOT; GVM_ROOT=\"/home/me/.gvm\"\nexport gvm_go_name; gvm_go_name=\"go1.99.1\"\n";
    let other_g = |path: &Path| {
        fs::create_dir_all(path.join(".versions/1.99.1")).unwrap();
        fs::write(path.join(".versions/1.99.1/VERSION"), "go1.99.1\n").unwrap();
        symlink(".versions/1.99.1/VERSION", path.join("VERSION")).unwrap();
    };
    let table: [(&str, &str, Write, &str); 9] = [
        ("gvm", ".gvm/environments/default", Box::new(text(script)), ":2"),
        ("goenv", ".goenv/version", Box::new(text("1.99.1\n")), ":1"),
        ("asdf", ".tool-versions", Box::new(text("nodejs 20\ngolang 1.99.1 1.99.2\n")), ":2"),
        ("mise", ".config/mise/config.toml", Box::new(text("[tools]\nnode = '20'\ngo = '1.99.1'\n")), ":3"),
        ("proto", ".proto/.prototools", Box::new(text("go = '1.99.1'\n")), ":1"),
        ("g", ".g/go", Box::new(link("versions/1.99.1")), ""),
        ("g", ".go", Box::new(other_g), ""),
        ("goup", ".goup/current", Box::new(link("go1.99.1")), ""),
        ("vfox", ".version-fox/.vfox.toml", Box::new(text("[tools]\ngolang = '1.99.1'\n")), ":2"),
    ];
    for (manager, path, write, line) in table {
        let world = World::new();
        for tree in [".g/versions/1.99.1", ".goup/go1.99.1"] {
            put(&world.at(tree).join("VERSION"), 0o644, b"go1.99.1\ntime 2024-05-30T19:26:07Z\n");
        }
        fs::create_dir_all(world.at(path).parent().unwrap()).unwrap();
        write(&world.at(path));
        let expected = format!(
            "{manager} runs 1.99.1 by default, as `[ROOT]/user/{path}{line}` says; to do the same: `gox default 1.99.1`"
        );
        let stdout = offers(&world, manager);
        assert_eq!(stdout.lines().last(), Some(expected.as_str()), "{stdout}");
        // Where vfox keeps its trees does not matter, and no other manager is moved.
        let moved = world.import(&["--dry-run", "--from", manager]).env("VFOX_HOME", world.at("none")).run();
        assert_eq!(moved.stdout, stdout);
        // It is the default of gox by now.
        world.sandbox.write("user/.local/go/default", "1.99.1\n");
        let stdout = offers(&world, manager);
        assert!(!stdout.contains("by default"), "{stdout}");
    }
}

#[test]
fn the_pins_of_a_project_are_offered() {
    let world = World::new();
    let project = world.at("p");
    for (path, text) in [
        ("a/b/.prototools", "go = '1.99.1'\n"),
        ("a/.gvmrc", "gvm use go1.99.1@work\n"),
        ("a/.go-pkgset", "work\n"),
        ("a/.config/mise/config.toml", "[tools]\ngo = 'latest'\n"),
        (".vfox.toml", "[tools]\ngolang = '1.99.1'\n"),
        ("mise.toml", "tools = 3\n"),
        (".mise.toml", "[tools\n"),
        ("mise/config.toml", "[tools]\ngo = 'path:/opt/go'\n"),
        // It says the same already.
        ("a/b/.go-version", "1.99.1\n"),
    ] {
        world.sandbox.write(&format!("user/p/{path}"), text);
    }
    let of = |manager: &str| {
        let run = world.import(&["--dry-run", "--from", manager]).cwd(project.join("a/b")).run();
        assert_eq!(run.code(), 0, "{}", run.stderr);
        run.stdout
    };
    assert_eq!(of("proto"), "");
    let at = "[ROOT]/user/p";
    assert_eq!(
        of("gvm"),
        format!(
            "gvm runs 1.99.1 here, as `{at}/a/.gvmrc:1` says; to do the same: `cd {at}/a && gox pin 1.99.1`\n\
             gvm: `{at}/a/.go-pkgset`: it names a package set of gvm, not a version; gox does not set `GOPATH`\n"
        )
    );
    let mise = of("mise");
    let lines: Vec<&str> = mise.lines().collect();
    assert_eq!(
        lines[0],
        format!(
            "mise runs latest here, as `{at}/a/.config/mise/config.toml:2` says; to do the same: `cd {at}/a && gox pin latest`"
        )
    );
    assert!(lines[1].starts_with(&format!("mise: `{at}/.mise.toml:1`: it is not valid TOML: ")), "{mise}");
    assert_eq!(
        lines[2],
        format!("mise: `{at}/mise/config.toml:2`: `path:/opt/go` is not a version that gox knows")
    );
    assert_eq!(lines.len(), 3, "{mise}");
    assert_eq!(
        of("vfox"),
        format!(
            "vfox runs 1.99.1 here, as `{at}/.vfox.toml:2` says; to do the same: `cd {at} && gox pin 1.99.1`\n"
        )
    );
    fs::remove_file(project.join("a/b/.go-version")).unwrap();
    assert_eq!(
        of("proto"),
        format!(
            "proto runs 1.99.1 here, as `{at}/a/b/.prototools:1` says; to do the same: `gox pin 1.99.1`\n"
        )
    );
    // Nothing was written.
    assert!(!project.join("a/b/.go-version").exists());
    // A project that is called as the folder of mise's own files.
    world.sandbox.write("user/p/mise/mise.toml", "[tools]\ngo = '1.99.1'\n");
    let run = world.import(&["--dry-run", "--from", "mise"]).cwd(project.join("mise")).run();
    let line =
        format!("mise runs 1.99.1 here, as `{at}/mise/mise.toml:2` says; to do the same: `gox pin 1.99.1`");
    assert_eq!(run.stdout.lines().next(), Some(line.as_str()), "{}", run.stdout);
}

/// Files that hang, are huge or are no text are told, and the import goes on.
#[test]
fn no_file_of_a_manager_can_stop_an_import() {
    let (world, release) = (World::new(), FakeToolchain::new(VERSION));
    world.unpack(".local/share/mise/installs/go/1.99.1", &release);
    fs::create_dir_all(world.at(".config/mise")).unwrap();
    mknodat(CWD, world.at(".config/mise/config.toml"), FileType::Fifo, 0o644.into(), 0).unwrap();
    world.sandbox.write("code/mise.toml", vec![b'a'; 2 << 20]);
    world.sandbox.write("code/.mise.toml", b"\xff\xfe\0");
    symlink("/dev/zero", world.sandbox.root().join("code/mise")).unwrap();
    let run = world.import(&["--yes", "--from", "mise"]).run();
    assert_eq!(run.code(), 0, "{}", run.stderr);
    let lines: Vec<&str> = run.stdout.lines().skip(3).collect();
    assert_eq!(
        lines[0],
        "mise: `[ROOT]/user/.config/mise/config.toml`: could not read `[ROOT]/user/.config/mise/config.toml`: \
         it is not a regular file"
    );
    assert_eq!(lines[1], "mise: `[ROOT]/code/mise.toml`: it has more than 1048576 bytes");
    assert!(lines[2].starts_with("mise: `[ROOT]/code/.mise.toml:1`: it is not valid TOML: "), "{}", lines[2]);
    assert_eq!(lines.len(), 3, "{}", run.stdout);
}

/// Names and versions of others are printed, and drive no terminal.
#[test]
fn what_others_wrote_drives_no_terminal() {
    let (world, release) = (World::new(), FakeToolchain::new(VERSION));
    let goroot = world.unpack("a\x1b[2Jb/tree", &release);
    put(&goroot.join("bin/\x1b]0;x\x07"), 0o755, b"added");
    put(&goroot.join("src/fmt/print.go"), 0o644, b"package tmf\n");
    world.sandbox.write("user/a\x1b[2Jb/.gvmrc", "gvm use go1.99.1\x1b[2J\n");
    world.sandbox.write("user/a\x1b[2Jb/.prototools", "go = '1.99.1'\n");
    let run = world.import(&["--yes", "--from", "gvm", "./tree"]).cwd(world.at("a\x1b[2Jb")).run();
    let other = world.import(&["--yes", "--from", "proto", "./tree"]).cwd(world.at("a\x1b[2Jb")).run();
    assert_eq!((run.code(), other.code()), (5, 5), "{}", run.stderr);
    for text in [&run.stdout, &run.stderr, &other.stdout, &other.stderr] {
        assert!(!text.contains(['\x1b', '\x07']), "{text:?}");
    }
    assert!(run.stdout.contains("`go1.99.1\\u{1b}[2J` is not a version that gox knows"), "{}", run.stdout);
    assert!(other.stdout.ends_with(": `gox pin 1.99.1`\n"), "{}", other.stdout);
}

/// A program with the words that the go command writes into it.
fn program(module: &str) -> Vec<u8> {
    let mut bytes = vec![b'x'; 64];
    bytes.extend(b"\xff Go buildinf:\x08\x02");
    bytes.resize(64 + 32, 0);
    bytes.push(8);
    bytes.extend(b"go1.99.1");
    let module = [&[b'm'; 16], module.as_bytes(), &[b'm'; 16]].concat();
    bytes.extend([
        u8::try_from(module.len() & 0x7f).unwrap() | 0x80,
        u8::try_from(module.len() >> 7).unwrap(),
    ]);
    bytes.extend(module);
    bytes
}

fn of_module(path: &str, version: &str) -> Vec<u8> {
    program(&format!(
        "path\t{path}\nmod\t{path}\t{version}\th1:x=\nbuild\t-compiler=gc\nbuild\tCGO_ENABLED=0\n"
    ))
}

#[test]
fn tools_are_listed_with_what_installs_them() {
    let world = World::new();
    let gopls = of_module("golang.org/x/tools/gopls", "v0.16.1");
    let dlv = |version| of_module("example.com/dlv", version);
    for (path, content) in [
        (".gvm/pkgsets/go1.99.1/global/bin/gopls", gopls.clone()),
        (".gvm/pkgsets/go1.99.2/global/bin/gopls", gopls.clone()),
        (".gvm/pkgsets/go1.99.1/global/bin/mine", of_module("example.com/mine", "(devel)")),
        (".gvm/pkgsets/go1.99.1/global/bin/script", b"#!/bin/sh\n".to_vec()),
        ("go/1.99.1/bin/gopls", gopls.clone()),
        (".goenv/versions/1.99.1/gopath/bin/dlv", dlv("v1.22.0")),
        (".goenv/hosts/linux-amd64/gopath/bin/dlv", dlv("v1.23.0")),
        ("go/bin/gopls", gopls.clone()),
        (".asdf/installs/golang/1.99.1/packages/bin/gopls", gopls.clone()),
        (".local/share/mise/installs/go/1.99.1/bin/gopls", gopls.clone()),
        (".local/share/mise/installs/go/1.99.1/bin/go", gopls.clone()),
        (".version-fox/cache/golang/v-1.99.1/golang-1.99.1/packages/bin/gopls", gopls),
    ] {
        put(&world.at(path), 0o755, &content);
    }
    put(&world.at(".gvm/pkgsets/go1.99.1/global/bin/README"), 0o644, b"text");
    let command = "gopls  go install golang.org/x/tools/gopls@v0.16.1\n";
    for manager in ["goenv", "asdf", "vfox"] {
        let stdout = offers(&world, manager);
        assert!(stdout.ends_with(command), "{manager}: {stdout}");
        assert_eq!(stdout.matches("gopls@").count(), 1, "{manager}: {stdout}");
    }
    // goenv 3 has one folder for each version, and one for all.
    let dlv = ["v1.22.0", "v1.23.0"].map(|version| format!("dlv    go install example.com/dlv@{version}\n"));
    assert_eq!(offers(&world, "goenv"), dlv.concat() + command);
    let folder = "[ROOT]/user/.gvm/pkgsets/go1.99.1/global/bin";
    let gvm = offers(&world, "gvm");
    let lines: Vec<Vec<&str>> =
        gvm.lines().map(|line| line.split("  ").filter(|word| !word.is_empty()).collect()).collect();
    assert_eq!(
        lines,
        [
            vec!["gopls", "go install golang.org/x/tools/gopls@v0.16.1"],
            vec![&*format!("{folder}/mine"), "it was built from a local folder, as `example.com/mine`"],
            vec![&*format!("{folder}/script"), "it does not say what it was built from"],
        ]
    );
}

#[test]
fn json_has_all() {
    let (world, release) = (World::new(), FakeToolchain::new(VERSION));
    let goroot = world.unpack(".local/share/mise/installs/go/1.99.1", &release);
    put(&goroot.join("bin/gopls"), 0o755, &of_module("golang.org/x/tools/gopls", "v0.16.1"));
    put(&world.at(".config/mise/config.toml"), 0o644, b"[tools]\ngo = '1.99'\n");
    world.sandbox.write("code/mise.toml", "[tools]\ngo = 'system'\n");
    let run = world.import(&["--json", "--yes", "--from", "mise"]).run();
    assert_eq!(run.code(), 0, "{}", run.stderr);
    let found: Value = serde_json::from_str(&run.stdout).unwrap();
    let uncovered = |path: &str| json!({ "path": path, "why": "uncovered" });
    let expected = json!({
        "trees": [{
            "manager": "mise",
            "path": "[ROOT]/user/.local/share/mise/installs/go/1.99.1",
            "version": "1.99.1",
            "toolchain": "go1.99.1",
            "bytes": release.module_bytes(),
            "state": "proven",
            "archive": null,
            "reason": null,
            "changes": null,
            "left_out": [
                uncovered(".github"), uncovered("api"), { "path": "bin/gopls", "why": "added" },
                uncovered("doc"), uncovered("misc"), uncovered("test"),
            ],
            "result": "installed",
            "error": null,
        }],
        "defaults": [{
            "manager": "mise",
            "path": "[ROOT]/user/.config/mise/config.toml",
            "line": 2,
            "request": "1.99",
            "error": null,
            "command": "gox default 1.99",
        }],
        "pins": [{
            "manager": "mise",
            "path": "[ROOT]/code/mise.toml",
            "line": 2,
            "request": "system",
            "error": null,
            "command": "gox pin system",
        }],
        "tools": [{
            "manager": "mise",
            "name": "gopls",
            "path": "[ROOT]/user/.local/share/mise/installs/go/1.99.1/bin/gopls",
            "command": "go install golang.org/x/tools/gopls@v0.16.1",
            "error": null,
        }],
    });
    assert_eq!(found, expected);
}

/// Where gox has no default, it is not set by an import, whichever version came first.
#[test]
fn an_import_sets_no_default() {
    let (world, release) = (World::new(), FakeToolchain::new(VERSION));
    fs::remove_file(world.sandbox.home().join("default")).unwrap();
    world.unpack("sdk/go1.99.1", &release);
    let run = world.import(&["--yes", "--from", "golang.org/dl"]).run();
    let last = "hint: make it the default: `gox default 1.99.1`";
    assert_eq!((run.code(), run.stderr.lines().last()), (0, Some(last)), "{}", run.stderr);
    assert!(!world.sandbox.home().join("default").exists());
}

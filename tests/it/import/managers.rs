//! The home of each manager as the real one leaves it: what is found there, and what becomes of it.

use std::fs;
use std::os::unix::fs::symlink;

use crate::support::archives::{FakeToolchain, goarch, goos};
use crate::support::lines::bytes;
use crate::support::mount::namespace_if_allowed;
use crate::support::sandbox::GOX;

use super::{ARCHIVE, VERSION, World, imported, proven, put, table, unpack, unpack_module};

/// A manager: its name, the variable that moves its folder and what comes below it, the folder, and the tree below.
type Row = (&'static str, &'static str, &'static str, &'static str, &'static str);

const MANAGERS: [Row; 15] = [
    ("golang.org/dl", "", "", "sdk", "go1.99.1"),
    ("gvm", "GVM_ROOT", "", ".gvm", "gos/go1.99.1"),
    ("gvm", "", "", ".gvm", "versions/go1.99.1.linux.amd64"),
    ("goenv", "GOENV_ROOT", "", ".goenv", "versions/1.99.1"),
    ("asdf", "ASDF_DATA_DIR", "", ".asdf", "installs/golang/1.99.1/go"),
    ("mise", "MISE_DATA_DIR", "", ".local/share/mise", "installs/go/1.99.1"),
    ("mise", "XDG_DATA_HOME", "mise", ".local/share/mise", "installs/go/1.99.1"),
    ("proto", "PROTO_HOME", "", ".proto", "tools/go/1.99.1"),
    ("proto", "XDG_DATA_HOME", "proto", ".proto", "tools/go/1.99.1"),
    ("g", "G_HOME", "", ".g", "versions/1.99.1"),
    ("g", "", "", ".go", ".versions/1.99.1"),
    ("goup", "GOUP_HOME", "", ".goup", "go1.99.1"),
    ("goup", "", "", ".go", "go1.99.1"),
    ("gobrew", "GOBREW_ROOT", ".gobrew", ".gobrew", "versions/1.99.1/go"),
    ("vfox", "VFOX_HOME", "", ".version-fox", "cache/golang/v-1.99.1/golang-1.99.1"),
];

#[test]
fn the_tree_of_each_manager_is_imported() {
    let release = FakeToolchain::new(VERSION);
    for (manager, variable, below, folder, tree) in MANAGERS {
        let world = World::new();
        world.unpack(&format!("{folder}/{tree}"), &release);
        // gvm makes this for the Go of the system.
        fs::create_dir_all(world.at(folder).join("gos/system")).unwrap();
        let path = format!("{folder}/{tree}");
        let list = proven(manager, &release, &format!("[ROOT]/user/{path}"));
        let run = world.import(&["--from", manager, "--dry-run"]);
        run.stdout(&list).check();
        assert_eq!(world.sandbox.listing("toolchains"), "", "{manager}");
        let run = world.import(&["--from", manager, "--yes"]);
        run.stdout(&list).stderr(&imported(&release, &format!("~/{path}"))).check();
        let receipt = world.sandbox.receipt(VERSION);
        assert_eq!(receipt["source"], "import");
        assert_eq!(receipt["address"], world.at(&path).to_str().unwrap());
        assert_eq!((&receipt["h1"], &receipt["downloaded"]), (&release.h1().into(), &0.into()));
        let good = format!(
            "go1.99.1: {} files, {}: as installed\n",
            release.zip_entries().len(),
            bytes(release.module_bytes())
        );
        world.sandbox.gox(["verify"]).stdout(&good).check();
        if variable.is_empty() {
            continue;
        }
        // Elsewhere, by its variable; then the usual folder does not count.
        let elsewhere = format!("else where/{below}/{tree}").replace("//", "/");
        fs::create_dir_all(world.at(&elsewhere).parent().unwrap()).unwrap();
        fs::rename(world.at(&path), world.at(&elsewhere)).unwrap();
        let list = table(&[(manager, &release, "installed", &format!("[ROOT]/user/{elsewhere}"))]);
        let run = world.import(&["--from", manager, "--dry-run"]).env("G_EXPERIMENTAL", "True");
        run.env(variable, world.at("else where")).stdout(&list).check();
    }
}

/// g looks at its variable only beside another one.
#[test]
fn the_variable_of_g_alone_moves_nothing() {
    let (world, release) = (World::new(), FakeToolchain::new(VERSION));
    world.unpack(".g/versions/1.99.1", &release);
    let path = "[ROOT]/user/.g/versions/1.99.1";
    let list = proven("g", &release, path);
    for value in ["", "false"] {
        let run = world.import(&["--from", "g", "--dry-run"]).env("G_HOME", world.at("none"));
        run.env("G_EXPERIMENTAL", value).stdout(&list).check();
    }
}

/// The GOCACHE of goenv 3 grows without an end in the tree.
#[test]
fn a_cache_in_the_tree_is_not_read() {
    let (world, release) = (World::new(), FakeToolchain::new(VERSION));
    let goroot = world.unpack(".goenv/versions/1.99.1", &release);
    put(&goroot.join("gopath/bin/gopls"), 0o755, b"added");
    put(&goroot.join("go-build-host-host-cgo/00/00-d"), 0o644, b"added");
    let huge = fs::File::options().write(true).open(goroot.join("go-build-host-host-cgo/00/00-d")).unwrap();
    huge.set_len(2 << 30).unwrap();
    let path = "[ROOT]/user/.goenv/versions/1.99.1";
    let list = format!(
        "{}{path}: skipped go-build-host-host-cgo and gopath, which are not part of the release\n",
        proven("goenv", &release, path)
    );
    let run = world.import(&["--from", "goenv", "--dry-run"]).run();
    assert!(run.stdout.starts_with(&list), "{}", run.stdout);
}

#[test]
fn what_the_go_command_downloaded_is_imported() {
    let (world, release) = (World::new(), FakeToolchain::new(VERSION));
    let name = format!("golang.org/toolchain@{}", release.module_version());
    for (variable, value, folder) in [
        ("GOMODCACHE", "cache", "cache"),
        ("GOPATH", "path", "path/pkg/mod"),
        ("GOENV", "env", "moved"),
        ("GOX_OFFLINE", "false", "go/pkg/mod"),
    ] {
        let path = format!("{folder}/{name}");
        unpack_module(&world.at(&path), &release);
        world.sandbox.write("user/env", format!("GOMODCACHE={}\n", world.at("moved").display()));
        let shown = format!("[ROOT]/user/{path}").replace(&format!("{}-{}", goos(), goarch()), "[OS]-[ARCH]");
        let list = table(&[("modcache", &release, "proven", &shown)]);
        let value = if value == "false" { value.into() } else { world.at(value).into_os_string() };
        let run = world.import(&["--from", "modcache", "--dry-run"]).env(variable, value);
        run.stdout(&list).check();
    }
    let run = world.import(&["--from", "modcache", "--yes"]).run();
    assert_eq!(run.code(), 0, "{}", run.stderr);
    let installed = world.sandbox.listing("toolchains/go1.99.1/src");
    assert!(installed.contains("0444 file cmd/go.mod\n") && !installed.contains("_go.mod"), "{installed}");
}

/// Without a choice all are found, each once, and what no manager has, too.
#[test]
fn all_are_found_each_once() {
    let (world, release) = (World::new(), FakeToolchain::new(VERSION));
    let second = FakeToolchain::new("1.99.2");
    world.unpack(".local/share/mise/installs/go/1.99.1", &release);
    for link in ["1.99", "latest"] {
        symlink("./1.99.1", world.at(".local/share/mise/installs/go").join(link)).unwrap();
    }
    world.unpack("sdk/go1.99.1", &release);
    world.unpack("brew/Cellar/go@1.99/1.99.2/libexec", &second);
    fs::create_dir_all(world.at(".goenv/versions")).unwrap();
    symlink(world.at("sdk/go1.99.1"), world.at(".goenv/versions/mine")).unwrap();
    let local = world.at("local");
    unpack(&local.join("go"), &FakeToolchain::new("1.99.2"));
    let line = format!("mount --bind {} /usr/local && exec '{GOX}' import --yes", local.display());
    let Some(run) = namespace_if_allowed(&world.sandbox, &line) else { return };
    let of = |path: &str| format!("[ROOT]/user/{path}");
    let rows = [
        ("golang.org/dl", &release, "proven", &*of("sdk/go1.99.1")),
        ("mise", &release, "proven", &*of(".local/share/mise/installs/go/1.99.1")),
        ("homebrew", &second, "proven", &*of("brew/Cellar/go@1.99/1.99.2/libexec")),
        ("/usr/local/go", &second, "proven", "/usr/local/go"),
    ];
    let again = "the same release as one above";
    let said = [ARCHIVE, again, ARCHIVE, again];
    let lines = rows.iter().zip(said).map(|(row, said)| format!("{}: {said}\n", row.3));
    let expected = table(&rows) + &lines.collect::<Vec<_>>().concat();
    let run = run.envs(world.proxy.environment()).env("HOMEBREW_PREFIX", world.at("brew"));
    let size = |release: &FakeToolchain| bytes(release.module_bytes());
    let shared = run.run();
    assert_eq!((shared.code(), shared.stdout.as_str()), (0, expected.as_str()), "{}", shared.stderr);
    let lines: Vec<&str> = shared.stderr.lines().collect();
    assert_eq!(
        lines[3],
        format!("reading go1.99.2 from ~/brew/Cellar/go@1.99/1.99.2/libexec ({})", size(&second))
    );
    assert!(
        lines[5].starts_with("imported go1.99.2 in [TIME]: ")
            && lines[5].contains("shared on disk with go1.99.1")
    );
    assert_eq!(lines.len(), 6, "{}", shared.stderr);
}

/// What managers and the go command add to a tree is told and left out.
#[test]
fn what_is_not_of_the_release_is_left_out() {
    let (world, release) = (World::new(), FakeToolchain::new(VERSION));
    let goroot = world.unpack("sdk/go1.99.1", &release);
    for path in [
        ".unpacked-success",
        "go1.99.1.linux-amd64.tar.gz",
        "manifest",
        "bin/gopls",
        "pkg/mod/cache/lock",
        "packages/bin/dlv",
        "src/.DS_Store",
    ] {
        put(&goroot.join(path), 0o644, b"added");
    }
    symlink("/", goroot.join("src/fmt/link")).unwrap();
    let path = "[ROOT]/user/sdk/go1.99.1";
    let added = ".unpacked-success, bin/gopls, go1.99.1.[OS]-[ARCH].tar.gz, manifest, packages and 3 more";
    let expected = format!(
        "{}{path}: skipped {added}, which are not part of the release\n",
        proven("golang.org/dl", &release, path)
    );
    let run = world.import(&["--yes", "--from", "golang.org/dl"]);
    run.stdout(&expected).stderr(&imported(&release, "~/sdk/go1.99.1")).check();
    let other = World::new();
    let install = other.sandbox.gox(["install", VERSION]).envs(other.proxy.environment()).run();
    assert_eq!(install.code(), 0, "{}", install.stderr);
    let [imported, installed] = [&world, &other].map(|world| world.sandbox.listing("toolchains"));
    assert_eq!(imported, installed);
}

/// What no rule knows is left out where a source lists what the release has.
#[test]
fn a_source_tells_what_is_not_of_the_release() {
    let release = FakeToolchain::new(VERSION).large(9_000_000);
    let world = World::with(std::slice::from_ref(&release));
    let goroot = world.unpack("tree", &release);
    put(&goroot.join("src/mine.go"), 0o644, b"package mine\n");
    put(&goroot.join("pkg/linux_amd64/fmt.a"), 0o644, b"built");
    let path = "[ROOT]/user/tree";
    let expected = format!(
        "{}{path}: skipped pkg/[OS]_[ARCH]/fmt.a and src/mine.go, which are not part of the release\n",
        proven("path", &release, path)
    );
    let tree = world.at("tree");
    let run = world.import(&["--yes", tree.to_str().unwrap()]);
    run.stdout(&expected).stderr(&imported(&release, "~/tree")).check();
}

#[test]
fn versions_and_paths_choose() {
    let (world, releases) = (World::new(), ["1.99.1", "1.99.2"].map(FakeToolchain::new));
    let paths = releases.each_ref().map(|release| {
        let path = format!(".g/versions/{}", release.version());
        world.unpack(&path, release);
        format!("[ROOT]/user/{path}")
    });
    let row = |at: usize, manager| proven(manager, &releases[at], &paths[at]);
    for (words, at) in [("1.99.1", 0), ("go1.99.1", 0), ("1.99", 1), ("latest", 1), ("<1.99.2", 0)] {
        world.import(&["--dry-run", "--from", "g", words]).stdout(&row(at, "g")).check();
    }
    let folder = world.at(".g/versions/1.99.1");
    world.import(&["--dry-run", folder.to_str().unwrap()]).stdout(&row(0, "path")).check();
    world.import(&["--dry-run", "./"]).cwd(&folder).stdout(&row(0, "path")).check();
    // asdf's folder of a version has the tree in `go`.
    world.unpack("a/go", &releases[0]);
    let expected = row(0, "path").replace(".g/versions/1.99.1", "a/go");
    world.import(&["--dry-run", world.at("a").to_str().unwrap()]).stdout(&expected).check();
    let absent = "error: no tree of `1.99.3` was found\nhint: see what there is: `gox import --dry-run`\n";
    world.import(&["--from", "g", "1.99.3"]).code(3).stderr(absent).check();
    world.import(&["--from", "g", "--yes", "1.99.1", "1.99.3"]).code(3).stderr(absent).check();
    let nothing = "no Go of gvm was found in `~/.gvm/gos/*` and `~/.gvm/versions/go*`\n";
    world.import(&["--from", "gvm"]).stderr(nothing).check();
    for typed in ["dl", "sdk", "golang.org/dl"] {
        let nothing = "no Go of golang.org/dl was found in `~/sdk/go*`\n";
        world.import(&["--from", typed]).stderr(nothing).check();
    }
    let run = world.import(&["./none"]).code(2);
    run.stderr("error: could not find `./none`\n  caused by: no such file or directory\n").check();
    let run = world.import(&["--dry-run", "./"]).code(2);
    run.stderr(
        "error: `./` is not a Go tree: it has neither `VERSION` nor `bin/go`\n\
         hint: name a GOROOT: `go env GOROOT` prints one\n",
    )
    .check();
    // What a killed install left, which the next one removes.
    let left = world.sandbox.home().join("staging/go1.99.1.0/tree");
    std::fs::create_dir_all(left.parent().unwrap()).unwrap();
    std::fs::rename(world.at("a/go"), &left).unwrap();
    let run = world.import(&["--yes", left.to_str().unwrap()]).run();
    assert!(run.stderr.ends_with("is in a store of gox already\n"), "{}", run.stderr);
    assert_eq!(run.code(), 2);
    assert!(left.join("VERSION").exists());
    assert_eq!(world.sandbox.listing("toolchains"), "");
}

#[test]
fn without_a_terminal_nothing_is_imported_unasked() {
    let (world, release) = (World::new(), FakeToolchain::new(VERSION));
    world.unpack(".g/versions/1.99.1", &release);
    let path = "[ROOT]/user/.g/versions/1.99.1";
    let list = proven("g", &release, path);
    let refusal = "error: nothing was changed: there is no terminal to ask on\n\
                   hint: do it without a question: `gox import --yes --from g 1.99`\n";
    world.import(&["--from", "g", "1.99"]).code(1).stdout(&list).stderr(refusal).check();
    let json = world.import(&["--from", "g", "1.99", "--json"]).run();
    assert_eq!((json.code(), json.stderr.as_str()), (1, refusal));
    let found: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(
        (&found["trees"][0]["state"], &found["trees"][0]["result"]),
        (&"proven".into(), &"declined".into())
    );
    world.unpack("-d/go", &release);
    let run = world.import(&["--", "-d/go"]).cwd(world.at("")).run();
    let hint = "hint: do it without a question: `gox import --yes -- -d/go`\n";
    assert!(run.stderr.ends_with(hint), "{}", run.stderr);
    assert_eq!(world.sandbox.listing("toolchains"), "");
}

/// What `--json` says was done, where the user answers no.
#[test]
fn what_the_user_declines_is_not_planned() {
    let (world, release) = (World::new(), FakeToolchain::new(VERSION));
    world.unpack(".g/versions/1.99.1", &release);
    let mut terminal = world.import(&["--from", "g", "--json"]).terminal();
    terminal.wait_for("[Y/n]");
    terminal.write("n\n");
    terminal.wait_for("nothing was imported");
    terminal.wait_for("\"result\":\"declined\"");
    assert_eq!(world.sandbox.listing("toolchains"), "");
}

/// However many trees there are, few files are open at a time.
#[test]
fn there_may_be_more_trees_than_open_files() {
    let (world, release) = (World::new(), FakeToolchain::new(VERSION));
    for number in 0..80 {
        world.unpack(&format!(".goenv/versions/{number:02}"), &release);
    }
    let line = format!("ulimit -n 64 && exec '{GOX}' import --yes --from goenv");
    let run = world.sandbox.command("sh").args(["-c", &line]).envs(world.proxy.environment()).run();
    assert_eq!(run.code(), 0, "{}", run.stderr);
    assert_eq!(run.stdout.matches("  proven  ").count(), 80, "{}", run.stdout);
    assert_eq!(world.sandbox.receipt(VERSION)["source"], "import");
}

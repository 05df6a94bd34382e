//! `gox install` from folders, and without the network.

use std::fs;
use std::path::Path;

use crate::support::archives::FakeToolchain;
use crate::support::lines;
use crate::support::proxy::{self, ModuleProxy};
use crate::support::sandbox::Sandbox;
use crate::support::server::Server;
use crate::support::sumdb::SumDb;

/// A database that is asked directly, and its GOSUMDB.
fn database(toolchains: &[FakeToolchain]) -> (Server, String) {
    let (server, sumdb) = (Server::start(), SumDb::new("sumdb.test"));
    for toolchain in toolchains {
        sumdb.add_toolchain(toolchain);
    }
    sumdb.serve(&server, "");
    let setting = format!("{} {}", sumdb.verifier(), server.url());
    (server, setting)
}

/// Writes what a proxy has of its database, for as many records as there are.
fn write_database(folder: &Path, sumdb: &SumDb, toolchain: &FakeToolchain) {
    let folder = folder.join("sumdb").join(sumdb.name());
    let id = format!("golang.org/toolchain@{}", toolchain.module_version());
    let tile = format!("0/000.p/{}", sumdb.size());
    for (path, content) in [
        ("supported".to_owned(), Vec::new()),
        (format!("lookup/{id}"), sumdb.lookup(&id).unwrap().into_bytes()),
        (format!("tile/8/{tile}"), sumdb.tile(&tile).unwrap()),
    ] {
        fs::create_dir_all(folder.join(&path).parent().unwrap()).unwrap();
        fs::write(folder.join(path), content).unwrap();
    }
}

/// The path of the platform's files in messages.
fn redacted(toolchain: &FakeToolchain, text: &str) -> String {
    text.replace(toolchain.module_version().rsplit_once('.').unwrap().1, "[OS]-[ARCH]")
}

#[test]
fn a_folder_with_the_archive() {
    let (sandbox, toolchain) = (Sandbox::in_use(), FakeToolchain::new("1.99.1"));
    let (_server, gosumdb) = database(std::slice::from_ref(&toolchain));
    fs::create_dir(sandbox.root().join("my files")).unwrap();
    fs::write(sandbox.root().join("my files").join(toolchain.file_name()), toolchain.tar_gz()).unwrap();
    let place = "dir:[ROOT]/my files";
    let address = redacted(&toolchain, &format!("[ROOT]/my files/{}", toolchain.file_name()));
    sandbox
        .gox(["install", "1.99.1"])
        .env("GOX_SOURCES", format!("dir:{}/my files", sandbox.root().display()))
        .env("GOSUMDB", gosumdb)
        .stderr(&lines::by_archive(&toolchain, &address, place, "log"))
        .check();
    assert!(sandbox.root().join("my files").join(toolchain.file_name()).is_file(), "the file stays");
}

#[test]
fn a_mirror_that_is_a_folder() {
    let (sandbox, toolchain) = (Sandbox::in_use(), FakeToolchain::new("1.99.1"));
    let (_server, gosumdb) = database(std::slice::from_ref(&toolchain));
    sandbox.write(&format!("mirror/{}", toolchain.file_name()), toolchain.tar_gz());
    let address = redacted(&toolchain, &format!("file://[ROOT]/mirror/{}", toolchain.file_name()));
    sandbox
        .gox(["install", "1.99.1"])
        .env("GOX_DL_URL", format!("file://{}/mirror", sandbox.root().display()))
        .env("GOSUMDB", gosumdb)
        .stderr(&lines::by_archive(&toolchain, &address, "dl", "log"))
        .check();
}

#[test]
fn a_folder_with_the_module_zip_wherever_it_lies() {
    let toolchain = FakeToolchain::new("1.99.1");
    let (_server, gosumdb) = database(std::slice::from_ref(&toolchain));
    let file = format!("{}.zip", toolchain.module_version());
    for folder in ["", "golang.org/toolchain/@v", "cache/download/golang.org/toolchain/@v"] {
        for request in ["1.99.1", "latest", "1.99"] {
            let sandbox = Sandbox::in_use();
            let path = Path::new("mod").join(folder).join(&file);
            sandbox.write(path.to_str().unwrap(), toolchain.zip());
            let address = redacted(&toolchain, &format!("[ROOT]/{}", path.display()));
            sandbox
                .gox(["install", request])
                .env("GOX_SOURCES", format!("dir:{}/mod", sandbox.root().display()))
                .env("GOSUMDB", &gosumdb)
                .stderr(&lines::by_zip(&toolchain, &address, "dir:[ROOT]/mod"))
                .check();
        }
    }
}

#[test]
fn a_damaged_zip_in_a_folder_is_named() {
    let toolchain = FakeToolchain::new("1.99.1");
    let (_server, gosumdb) = database(std::slice::from_ref(&toolchain));
    let sandbox = Sandbox::in_use();
    let (path, zip) = (format!("mod/{}.zip", toolchain.module_version()), toolchain.zip());
    sandbox.write(&path, &zip[..zip.len() - 1]);
    let expected = format!(
        "reading go1.99.1 from [ROOT]/{path} (4.0 kB)
error: the module zip is refused: it does not end with a central directory and a plain end record
  from `[ROOT]/{path}`
"
    );
    sandbox
        .gox(["install", "1.99.1"])
        .env("GOX_SOURCES", format!("dir:{}/mod", sandbox.root().display()))
        .env("GOSUMDB", &gosumdb)
        .code(5)
        .stderr(&redacted(&toolchain, &expected))
        .check();
}

#[test]
fn a_folder_that_lacks_the_version() {
    let sandbox = Sandbox::in_use();
    sandbox.write(&format!("mirror/{}", FakeToolchain::new("1.22.4").file_name()), "x");
    let expected = "\
error: no such version: `1.22.5` for [OS]-[ARCH]
  dir:[ROOT]/mirror: `[ROOT]/mirror/go1.22.5.[OS]-[ARCH].tar.gz`: no such file
  dir:[ROOT]/mirror has 1.22.4
hint: nearest: `1.22.4`; install one: `gox install 1.22.4`
";
    let sources = format!("dir:{}/mirror", sandbox.root().display());
    sandbox.gox(["install", "1.22.5"]).env("GOX_SOURCES", sources).code(3).stderr(expected).check();
}

#[test]
fn a_folder_that_is_not_there_goes_on_to_the_next_source() {
    let toolchain = FakeToolchain::new("1.99.1");
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::start(std::slice::from_ref(&toolchain)));
    let sources = format!("dir:{}/nowhere,proxy", sandbox.root().display());
    let note = "note: dir:[ROOT]/nowhere failed, using proxy: `[ROOT]/nowhere`: could not read the folder: no such file or directory\n";
    let run = sandbox.gox(["install", "1.99.1"]).envs(proxy.environment()).env("GOX_SOURCES", sources);
    run.stderr(&format!("{note}{}", lines::by_proxy(&toolchain))).check();
}

#[test]
fn a_file_proxy_with_its_database_needs_no_network() {
    let (sandbox, toolchain) = (Sandbox::in_use(), FakeToolchain::new("1.99.1"));
    let sumdb = SumDb::new("sumdb.test");
    sumdb.add_toolchain(&toolchain);
    let mirror = sandbox.root().join("mirror");
    proxy::write_to(&mirror, std::slice::from_ref(&toolchain));
    write_database(&mirror, &sumdb, &toolchain);
    let address = format!("[ROOT]/mirror/golang.org/toolchain/@v/{}.zip", toolchain.module_version());
    sandbox
        .gox(["install", "latest"])
        .env("GOPROXY", format!("file://{}", mirror.display()))
        .env("GOSUMDB", sumdb.verifier())
        .env("GOX_OFFLINE", "1")
        .stderr(&lines::by_zip(&toolchain, &redacted(&toolchain, &address), "proxy"))
        .check();
}

#[test]
fn a_file_proxy_without_a_database_waives_nothing() {
    let (sandbox, toolchain) = (Sandbox::in_use(), FakeToolchain::new("1.99.1"));
    let mirror = sandbox.root().join("mirror");
    proxy::write_to(&mirror, std::slice::from_ref(&toolchain));
    let run = sandbox
        .gox(["install", "1.99.1"])
        .env("GOPROXY", format!("file://{}", mirror.display()))
        .env("GOSUMDB", SumDb::new("sumdb.test").verifier())
        .env("GONOSUMDB", "golang.org/*")
        .env("GOPRIVATE", "golang.org/*")
        .env("GOINSECURE", "golang.org/*")
        .run();
    assert_eq!(run.code(), 4, "{}", run.stderr);
    assert!(run.stderr.contains("error: could not reach the checksum database: "), "{}", run.stderr);
    assert_eq!(sandbox.listing("toolchains") + &sandbox.listing("staging"), "");
}

#[test]
fn offline_is_offline() {
    let (sandbox, toolchain) = (Sandbox::in_use(), FakeToolchain::new("1.99.1"));
    let proxy = ModuleProxy::start(std::slice::from_ref(&toolchain));
    let expected = "\
error: could not download `go1.99.1`
  proxy: `http://[SERVER]/golang.org/toolchain/@v/v0.0.1-go1.99.1.[OS]-[ARCH].zip`: not asked: `GOX_OFFLINE` is set
  dl: `https://go.dev/dl/go1.99.1.[OS]-[ARCH].tar.gz`: not asked: `GOX_OFFLINE` is set
hint: gox keeps off the network: `unset GOX_OFFLINE`
";
    let run = sandbox.gox(["install", "1.99.1"]).envs(proxy.environment()).env("GOX_OFFLINE", "1");
    run.code(4).stderr(expected).check();
    let expected = "\
error: could not fetch a release list to find `latest`
  proxy: `http://[SERVER]/golang.org/toolchain/@v/list`: not asked: `GOX_OFFLINE` is set
  dl: `https://go.dev/dl/?mode=json`: not asked: `GOX_OFFLINE` is set
hint: gox keeps off the network: `unset GOX_OFFLINE`
";
    let run = sandbox.gox(["install", "latest"]).envs(proxy.environment()).env("GOX_OFFLINE", "1");
    run.code(4).stderr(expected).check();
    // Where the settings file says it, the variable is not named.
    sandbox.write("user/.config/gox/config.toml", "offline = true\n");
    let expected = expected
        .replace("`GOX_OFFLINE` is set", "the settings file has `offline`")
        .replace("unset GOX_OFFLINE", "gox config unset offline");
    sandbox.gox(["install", "latest"]).envs(proxy.environment()).code(4).stderr(&expected).check();
    assert_eq!(proxy.server.targets(), [""; 0]);
}

/// A sandbox with folders that have archives of these versions; and their setting.
fn folders(sandbox: &Sandbox, folders: &[(&str, &[&str])]) -> String {
    let source = |(folder, versions): &(&str, &[&str])| {
        fs::create_dir(sandbox.root().join(folder)).unwrap();
        for version in *versions {
            sandbox.write(&format!("{folder}/{}", FakeToolchain::new(version).file_name()), "x");
        }
        format!("dir:{}/{folder}", sandbox.root().display())
    };
    folders.iter().map(source).collect::<Vec<_>>().join(",")
}

#[test]
fn what_folders_have_is_all_that_there_is() {
    let sandbox = Sandbox::in_use();
    let sources =
        folders(&sandbox, &[("a", &["1.20", "1.99.1", "1.98.3"]), ("b", &["1.99.2", "1.100rc1", "1.99.1"])]);
    let gox = |line: &str| sandbox.gox(line.split(' ')).env("GOX_SOURCES", &sources);
    let table = "VERSION   STATE\n1.100rc1  pre-release\n1.99.2\n1.98.3\n1.20.0    end of life\n";
    let hint = "hint: all of them: `gox available --all`; of one line: `gox available 1.99`\n";
    gox("available").stdout(table).stderr(hint).check();
    gox("available 1.99").stdout("VERSION\n1.99.2\n1.99.1\n").check();
    let error = "\
error: no released version matches `1.24` for [OS]-[ARCH]
  dir:[ROOT]/a has 1.99.1, 1.98.3, 1.20.0
  dir:[ROOT]/b has 1.100rc1, 1.99.2, 1.99.1
hint: nearest: `1.20.0`, `1.98.3`; install one: `gox install 1.20.0`
";
    for line in ["available 1.24", "install 1.24"] {
        gox(line).code(3).stderr(error).check();
    }
    // What gox knows of Go's releases says which are supported, and is nothing that a folder has.
    let sources = folders(&sandbox, &[("old", &["1.20"])]);
    let run = sandbox.gox(["available"]).env("GOX_SOURCES", &sources);
    run.stdout("VERSION  STATE\n1.20.0   end of life\n").stderr("").check();
}

#[test]
fn a_folder_with_many_versions_and_one_with_none() {
    let sandbox = Sandbox::in_use();
    let versions: Vec<String> = (1..=12).map(|patch| format!("1.99.{patch}")).collect();
    let versions: Vec<&str> = versions.iter().map(String::as_str).collect();
    let sources = folders(&sandbox, &[("many", &versions)]);
    let error = "\
error: no released version matches `1.24` for [OS]-[ARCH]
  dir:[ROOT]/many has 1.99.12, 1.99.11, 1.99.10, 1.99.9, 1.99.8, 1.99.7, 1.99.6, 1.99.5, 1.99.4, 1.99.3 and 2 older
hint: nearest: `1.99.1`; install one: `gox install 1.99.1`
";
    sandbox.gox(["install", "1.24"]).env("GOX_SOURCES", &sources).code(3).stderr(error).check();
    let sources = folders(&sandbox, &[("none", &[])]);
    sandbox.write("none/go1.22.4.plan9-mips.tar.gz", "x");
    let none = "dir:[ROOT]/none has no version for [OS]-[ARCH]\n";
    let gox = |line: &str| sandbox.gox(line.split(' ')).env("GOX_SOURCES", &sources);
    gox("available").stderr(none).check();
    gox("available --json").stdout("[]\n").check();
    let error = format!("error: no released version matches `latest` for [OS]-[ARCH]\n  {none}");
    gox("install latest").code(3).stderr(&error).check();
    // Nothing that a folder lacks is proposed.
    let error = format!(
        "\
error: no such version: `1.22.4` for [OS]-[ARCH]
  dir:[ROOT]/none: `[ROOT]/none/go1.22.4.[OS]-[ARCH].tar.gz`: no such file
  {none}"
    );
    gox("install 1.22.4").code(3).stderr(&error).check();
}

#[test]
fn a_folder_that_cannot_be_read_is_an_error_where_it_is_the_only_source() {
    let sandbox = Sandbox::in_use();
    let sources = format!("dir:{}/nowhere", sandbox.root().display());
    let run = sandbox.gox(["available"]).env("GOX_SOURCES", &sources).run();
    let error = "\
error: could not fetch a release list
  dir:[ROOT]/nowhere: `[ROOT]/nowhere`: could not read the folder: no such file or directory
";
    run.assert(4, "", error);
}

#[test]
fn a_folder_beside_another_source_adds_to_it() {
    let toolchain = FakeToolchain::new("1.99.1");
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::start(std::slice::from_ref(&toolchain)));
    let sources = format!("proxy,{}", folders(&sandbox, &[("a", &["1.98.7"])]));
    let run = sandbox.gox(["available", ">=1.98"]).envs(proxy.environment()).env("GOX_SOURCES", &sources);
    run.stdout("VERSION\n1.99.1\n1.98.7\n").check();
    // In any order, and without making what lies in a folder a release for later commands.
    let first = format!("{},proxy", sources.strip_prefix("proxy,").unwrap());
    let run = sandbox.gox(["available", ">=1.98"]).envs(proxy.environment()).env("GOX_SOURCES", &first);
    run.stdout("VERSION\n1.99.1\n1.98.7\n").check();
    assert_eq!(sandbox.read("user/.local/go/cache/released"), "go1.99.1\n");
    // Where no list can be fetched, the folders still count.
    let run =
        sandbox.gox(["available", ">=1.98"]).env("GOPROXY", "http://127.0.0.1:1").env("GOX_SOURCES", &first);
    let note = "note: could not fetch a release list: only what the folders have is known\n";
    run.stdout("VERSION\n1.99.1\n1.98.7\n").stderr(note).check();
    let error = "\
error: no released version matches `1.97` for [OS]-[ARCH]
  dir:[ROOT]/a has 1.98.7
hint: nearest: `1.98.7`; install one: `gox install 1.98.7`
";
    let run = sandbox.gox(["install", "1.97"]).envs(proxy.environment()).env("GOX_SOURCES", &sources);
    run.code(3).stderr(error).check();
}

/// What lies in a folder says nothing of what was released since.
#[test]
fn a_folder_in_front_does_not_hide_what_is_newer() {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::with_versions(&["1.99.1", "1.99.4", "1.98.2"]));
    let sources = format!("{},proxy", folders(&sandbox, &[("a", &["1.99.1", "1.97.5"]), ("b", &["1.97.6"])]));
    let plan = |request: &str| {
        let run = sandbox.gox(["install", "--dry-run", request]).envs(proxy.environment());
        run.env("GOX_SOURCES", &sources)
    };
    for (request, chosen) in [
        ("latest", "1.99.4"),
        ("oldstable", "1.98.2"),
        ("1.99", "1.99.4"),
        (">=1.98, <1.99", "1.98.2"),
        // What no other has, in the first folder that has it.
        ("1.97", "1.97.5"),
        ("1.97.6", "1.97.6"),
    ] {
        plan(request).stdout(&format!("would install go{chosen}\n")).check();
    }
    // Where no other answers.
    let note = "note: could not fetch a release list: only what the folders have is known\n";
    for request in ["latest", "1.99", ">=1.98"] {
        let run = plan(request).env("GOPROXY", "http://127.0.0.1:1");
        run.stdout("would install go1.99.1\n").stderr(note).check();
    }
    // The folder still gives the bytes of what it has.
    let run = sandbox.gox(["install", "1.99.1"]).envs(proxy.environment()).env("GOX_SOURCES", &sources).run();
    assert!(run.stderr.starts_with("reading go1.99.1 from [ROOT]/a/"), "{}", run.stderr);
}

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
fn a_folder_that_lacks_the_version() {
    let sandbox = Sandbox::in_use();
    sandbox.write(&format!("mirror/{}", FakeToolchain::new("1.22.4").file_name()), "x");
    let expected = "\
error: no such version: `1.22.5` for [OS]-[ARCH]
  dir:[ROOT]/mirror: `file://[ROOT]/mirror/go1.22.5.[OS]-[ARCH].tar.gz`: status 404 (not found)
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
    let note = "note: dir:[ROOT]/nowhere failed, using proxy: `file://[ROOT]/nowhere`: could not read the folder: no such file or directory\n";
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
    assert_eq!(proxy.server.targets(), [""; 0]);
}

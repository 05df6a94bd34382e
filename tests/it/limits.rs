//! What hostile bytes may cost before they are refused, and where nobody else may look meanwhile.

use std::os::unix::fs::PermissionsExt;

use crate::support::archives::FakeToolchain;
use crate::support::gate::Gate;
use crate::support::proxy::{self, ModuleProxy};
use crate::support::raw::{self, TarEntry};
use crate::support::response::{Fault, Response};
use crate::support::sandbox::Sandbox;
use crate::support::server::Server;
use rustix::process::Signal;

fn toolchain() -> FakeToolchain {
    FakeToolchain::new("1.99.1")
}

/// Installs an archive that nothing proves, and gives the error's first line.
#[track_caller]
fn refusal(entries: &[TarEntry]) -> String {
    let (sandbox, server) = (Sandbox::in_use(), Server::start());
    let archive = raw::gzip(&raw::tar(entries));
    server.route(format!("/go/{}", toolchain().file_name()), Response::new(archive));
    let install = sandbox.gox(["install", "1.99.1"]).env("GOX_SOURCES", "dl");
    let run = install.env("GOX_DL_URL", server.url() + "/go").env("GOSUMDB", "off").run();
    assert_eq!(run.code(), 5, "{}", run.stderr);
    assert_eq!(sandbox.listing("toolchains") + &sandbox.listing("staging"), "");
    run.stderr.lines().find(|line| line.starts_with("error: ")).unwrap_or_default().to_owned()
}

#[test]
fn headers_that_the_library_would_read_into_memory() {
    let long = "x".repeat(100 << 10);
    let long_name =
        TarEntry { body: long.clone().into_bytes(), ..TarEntry::special(b'L', "././@LongLink", 0, "") };
    for header in [TarEntry::pax(&[("comment", &long)]), long_name] {
        let entries = [vec![header, TarEntry::file("go/x", 0o644, "x")], toolchain().tar_entries()].concat();
        assert_eq!(
            refusal(&entries),
            "error: the archive is refused: malformed tar: the headers of an entry are too long"
        );
    }
}

#[test]
fn directories_that_only_names_imply() {
    let deep = "d/".repeat(400);
    let files = (0..30).map(|number| TarEntry::pax(&[("path", &format!("go/{number}/{deep}x"))]));
    let entries: Vec<TarEntry> =
        files.flat_map(|header| [header, TarEntry::file("go/x", 0o644, "x")]).collect();
    assert_eq!(refusal(&entries), "error: the archive is refused: more than 10000 directories");
}

#[test]
fn a_version_file_that_is_no_line() {
    let mut entries = toolchain().tar_entries();
    entries.retain(|entry| entry.name != b"go/VERSION");
    entries.push(TarEntry::file("go/VERSION", 0o644, vec![b'0'; 3 << 20]));
    let sandbox = Sandbox::in_use();
    sandbox.write("files/keep", "");
    let archive = raw::gzip(&raw::tar(&entries));
    sandbox.write(&format!("files/{}", toolchain().file_name()), archive);
    let sources = format!("dir:{}", sandbox.root().join("files").display());
    let run = sandbox.gox(["install", "1.99.1"]).env("GOX_SOURCES", sources).run();
    // The database is out of reach; whichever comes first, the text stays short.
    assert!(run.stderr.len() < 1000, "{} bytes", run.stderr.len());
    assert_ne!(run.code(), 0);
}

#[test]
fn staging_is_private() {
    let sandbox = Sandbox::in_use();
    let go_dev = ModuleProxy::start(&[toolchain()]);
    let (gate, archive) = (Gate::new(), toolchain().tar_gz());
    let server = Server::start();
    let fault = Fault::StallAfter(archive.len() / 2, gate.clone());
    server.route(format!("/go/{}", toolchain().file_name()), Response::new(archive).fault(fault));
    let install = sandbox.gox(["install", "1.99.1"]).envs(go_dev.environment()).env("GOX_SOURCES", "dl");
    let running = install.env("GOX_DL_URL", server.url() + "/go").spawn();
    gate.wait_reached();
    running.wait_for_stderr("downloading");
    let staged = || std::fs::read_dir(sandbox.home().join("staging")).ok()?.next()?.ok();
    // The line is printed after the directory was made.
    let mode = staged().unwrap().metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
    running.signal(Signal::KILL);
    assert_ne!(running.wait().code(), 0);
}

#[test]
fn the_first_release_of_an_old_line_is_not_the_line() {
    let sandbox = Sandbox::new();
    let proxy = ModuleProxy::with_versions(&["1.20", "1.20.14"]);
    let installed = sandbox.gox(["install", "1.20.0"]).envs(proxy.environment()).run();
    assert_eq!(installed.code(), 0, "{}", installed.stderr);
    assert!(installed.stderr.contains("\ndefault is now 1.20.0 ("), "{}", installed.stderr);
    assert_eq!(sandbox.read("user/.local/go/default"), "1.20.0\n");
    assert_eq!(sandbox.gox(["install", "1.20.14"]).envs(proxy.environment()).run().code(), 0);
    sandbox.gox(["default"]).stdout("1.20.0\n").check();
}

#[test]
fn a_folder_without_an_answer_does_not_answer() {
    let sandbox = Sandbox::in_use();
    let module_proxy = ModuleProxy::with_versions(&["1.99.1"]);
    let folder = sandbox.root().join("files");
    std::fs::create_dir(&folder).unwrap();
    proxy::write_to(&folder, &[FakeToolchain::new("1.98.1")]);
    let sources = format!("dir:{},proxy", folder.display());
    let run =
        sandbox.gox(["install", "1.99"]).envs(module_proxy.environment()).env("GOX_SOURCES", sources).run();
    assert_eq!(run.code(), 0, "{}", run.stderr);
    assert!(run.stderr.contains("installed go1.99.1 "), "{}", run.stderr);
}

//! Toolchains that share files: what they have in common is one file on disk, and what only looks like
//! it is not.

use std::fs::{self, File, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, SystemTime};

use crate::support::archives::{FakeToolchain, STORED_MTIME};
use crate::support::lines;
use crate::support::proxy::ModuleProxy;
use crate::support::sandbox::Sandbox;
use crate::support::tree::Kind;

/// Two patch releases: a large file in common, and a few small ones that are not.
fn releases() -> [FakeToolchain; 2] {
    ["1.99.1", "1.99.2"].map(|version| FakeToolchain::new(version).large(3_000_000))
}

fn with_first() -> (Sandbox, ModuleProxy) {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::start(&releases()));
    let run = sandbox.gox(["install", "1.99.1"]).envs(proxy.environment()).run();
    assert_eq!(run.code(), 0, "{}", run.stderr);
    (sandbox, proxy)
}

fn install_second(sandbox: &Sandbox, proxy: &ModuleProxy) -> String {
    let run = sandbox.gox(["install", "1.99.2"]).envs(proxy.environment()).run();
    assert_eq!(run.code(), 0, "{}", run.stderr);
    let audit = ["--check", "--strict", "--quiet", ".gox/manifest"];
    sandbox.command("sha256sum").args(audit).cwd(sandbox.home().join("toolchains/go1.99.2")).check();
    run.stderr.lines().last().unwrap().to_owned()
}

/// Changes a file of the first toolchain and puts its mode and time back.
fn tamper(sandbox: &Sandbox, path: &str, change: impl Fn(&mut Vec<u8>)) {
    let path = sandbox.home().join("toolchains/go1.99.1").join(path);
    let mode = fs::metadata(&path).unwrap().permissions();
    let mut content = fs::read(&path).unwrap();
    change(&mut content);
    fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
    fs::write(&path, content).unwrap();
    let file = File::options().write(true).open(&path).unwrap();
    file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(STORED_MTIME)).unwrap();
    fs::set_permissions(&path, mode).unwrap();
}

/// The inode of a file of each toolchain.
fn inodes(sandbox: &Sandbox, path: &str) -> [u64; 2] {
    ["go1.99.1", "go1.99.2"].map(|name| {
        let entries = sandbox.entries(&format!("toolchains/{name}"));
        entries.into_iter().find(|entry| entry.path == path).unwrap().inode
    })
}

#[test]
fn what_two_releases_have_in_common_is_written_once() {
    let (sandbox, proxy) = with_first();
    let expected = "installed go1.99.2 in [TIME]: 504 B new, 3.0 MB shared on disk with go1.99.1, from proxy, proven by log; PACKED downloaded";
    let packed = lines::bytes(releases()[1].zip().len());
    assert_eq!(install_second(&sandbox, &proxy), expected.replace("PACKED", &packed));

    let (first, second) = (sandbox.entries("toolchains/go1.99.1"), sandbox.entries("toolchains/go1.99.2"));
    let mut written = 0;
    for file in second.iter().filter(|entry| entry.kind == Kind::File && !entry.path.starts_with(".gox/")) {
        let twin = first.iter().find(|entry| entry.path == file.path).unwrap();
        let differs =
            file.path == "VERSION" || file.path.starts_with("bin/") || file.path.starts_with("pkg/tool/");
        assert_eq!(twin.inode == file.inode, !differs, "{}", file.path);
        assert_eq!(file.links, if differs { 1 } else { 2 }, "{}", file.path);
        written += if differs { file.size } else { 0 };
    }
    let whole = u64::try_from(releases()[1].module_bytes()).unwrap();
    assert!(written * 2 <= whole, "{written} of {whole} bytes were written");
    assert_eq!(written, 504, "as was said");
    let receipt = sandbox.receipt("1.99.2");
    assert_eq!((receipt["bytes"].as_u64(), receipt["shared"].as_u64()), (Some(whole), Some(whole - written)));

    let audit = ["--check", "--strict", "--quiet", ".gox/manifest"];
    sandbox.command("sha256sum").args(audit).cwd(sandbox.home().join("toolchains/go1.99.1")).check();
}

#[test]
fn an_archive_shares_with_what_came_as_a_zip() {
    let (sandbox, proxy) = with_first();
    let [_, second] = releases();
    fs::create_dir(sandbox.root().join("files")).unwrap();
    fs::write(sandbox.root().join("files").join(second.file_name()), second.tar_gz()).unwrap();
    let sources = format!("dir:{}/files", sandbox.root().display());
    let run = sandbox.gox(["install", "1.99.2"]).envs(proxy.environment()).env("GOX_SOURCES", sources).run();
    let expected = "installed go1.99.2 in [TIME]: 504 B new, 3.0 MB shared on disk with go1.99.1, from dir:[ROOT]/files, proven by log";
    assert_eq!((run.code(), run.stderr.lines().last()), (0, Some(expected)), "{}", run.stderr);
    assert_eq!(sandbox.receipt("1.99.2")["downloaded"], 0);
    let [first, second] = inodes(&sandbox, "lib/large");
    assert_eq!(first, second);
}

#[test]
fn a_file_that_was_changed_in_secret_is_not_taken_over() {
    // A large one is compared while it streams: at its start, in its middle, at its very end.
    for place in [0, 1_500_000, 2_999_999] {
        let (sandbox, proxy) = with_first();
        tamper(&sandbox, "lib/large", |content| content[place] ^= 1);
        install_second(&sandbox, &proxy);
        let [first, second] = inodes(&sandbox, "lib/large");
        assert_ne!(first, second, "at {place}");
    }
    let (sandbox, proxy) = with_first();
    tamper(&sandbox, "src/fmt/print.go", |content| content[0] ^= 1);
    install_second(&sandbox, &proxy);
    let [first, second] = inodes(&sandbox, "src/fmt/print.go");
    assert_ne!(first, second);
    let [first, second] = inodes(&sandbox, "lib/large");
    assert_eq!(first, second, "what is unchanged is shared all the same");
}

#[test]
fn a_file_with_another_mode_or_time_is_not_taken_over() {
    let (sandbox, proxy) = with_first();
    let goroot = sandbox.home().join("toolchains/go1.99.1");
    for path in ["lib/large", "src/fmt/print.go"] {
        fs::set_permissions(goroot.join(path), Permissions::from_mode(0o644)).unwrap();
    }
    File::open(goroot.join("LICENSE")).unwrap().set_modified(SystemTime::now()).unwrap();
    install_second(&sandbox, &proxy);
    for path in ["lib/large", "src/fmt/print.go", "LICENSE"] {
        let [first, second] = inodes(&sandbox, path);
        assert_ne!(first, second, "{path}");
    }
    let second = sandbox.listing("toolchains/go1.99.2");
    assert!(second.contains("0444 file lib/large\n") && second.contains("0444 file src/fmt/print.go\n"));
}

#[test]
fn a_link_or_a_folder_in_the_place_of_a_file_is_not_followed() {
    let (sandbox, proxy) = with_first();
    let goroot = sandbox.home().join("toolchains/go1.99.1");
    let elsewhere = sandbox.write("large", fs::read(goroot.join("lib/large")).unwrap());
    fs::set_permissions(&elsewhere, Permissions::from_mode(0o444)).unwrap();
    File::open(&elsewhere)
        .unwrap()
        .set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(STORED_MTIME))
        .unwrap();
    fs::remove_file(goroot.join("lib/large")).unwrap();
    std::os::unix::fs::symlink(&elsewhere, goroot.join("lib/large")).unwrap();
    fs::remove_file(goroot.join("LICENSE")).unwrap();
    fs::create_dir(goroot.join("LICENSE")).unwrap();
    install_second(&sandbox, &proxy);
    assert!(sandbox.listing("toolchains/go1.99.2").contains("0444 file lib/large\n"));
    assert_eq!(
        sandbox
            .entries("")
            .iter()
            .filter(|entry| entry.path.ends_with("go1.99.2/lib/large") && entry.links == 1)
            .count(),
        1
    );
}

#[test]
fn a_manifest_that_lies_leads_nowhere() {
    let (sandbox, proxy) = with_first();
    let manifest = sandbox.home().join("toolchains/go1.99.1/.gox/manifest");
    let text = fs::read_to_string(&manifest).unwrap();
    let lies: String = text
        .lines()
        .map(|line| format!("{}  ../../../../../outside\n", &line[..64]))
        .chain(["no line\n".to_owned()])
        .collect();
    fs::remove_file(&manifest).unwrap();
    fs::write(&manifest, lies).unwrap();
    let outside = sandbox.write("outside", "package fmt\n");
    fs::set_permissions(&outside, Permissions::from_mode(0o444)).unwrap();
    install_second(&sandbox, &proxy);
    let print =
        sandbox.entries("toolchains/go1.99.2").into_iter().find(|entry| entry.path == "src/fmt/print.go");
    assert_eq!(print.unwrap().links, 1);
}

#[test]
fn mending_one_version_spoils_no_other() {
    let (sandbox, proxy) = with_first();
    install_second(&sandbox, &proxy);
    let bad = "go1.99.1: changed: pkg/tool/large\n";
    let shared = sandbox.entries("toolchains/go1.99.1").into_iter().filter(|entry| entry.kind == Kind::File);
    let path = shared.max_by_key(|entry| entry.size).unwrap().path;
    let [first, second] = inodes(&sandbox, &path);
    assert_eq!(first, second);
    // One file of two names: both versions have it.
    tamper(&sandbox, &path, |content| content[7] ^= 1);
    let bad = bad.replace("pkg/tool/large", &path);
    let states = || ["1.99.1", "1.99.2"].map(|version| sandbox.gox(["verify", version]).run().code());
    assert_eq!(states(), [5, 5]);
    let run = sandbox.gox(["verify", "1.99.1"]).run();
    assert_eq!(run.stdout, bad);
    let mend =
        |version: &str| sandbox.gox(["install", "--force", version]).envs(proxy.environment()).run().code();
    assert_eq!((mend("1.99.1"), states()), (0, [0, 5]), "the bad one is not taken from the other");
    assert_eq!((mend("1.99.2"), states()), (0, [0, 0]));
}

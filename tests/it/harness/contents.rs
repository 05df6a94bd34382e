//! What the servers have: archives, module zips, the checksum database, the lists.

use std::fs;
use std::io::{Cursor, Read};
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::signature::{ED25519, UnparsedPublicKey};

use super::get;
use crate::support::archives::{FakeToolchain, h1};
use crate::support::dl;
use crate::support::proxy::{self, ModuleProxy};
use crate::support::raw::{self, TarEntry, ZipEntry};
use crate::support::response::Response;
use crate::support::sandbox::Sandbox;
use crate::support::server::Server;
use crate::support::sumdb::{SumDb, Tree};

#[test]
fn the_archive_reads_back() {
    let toolchain = FakeToolchain::for_platform("1.22.4", "linux", "arm").large(5000);
    assert_eq!(toolchain.file_name(), "go1.22.4.linux-armv6l.tar.gz");
    let names = |archive: Vec<u8>| {
        let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(Cursor::new(archive)));
        let mut names = Vec::new();
        for entry in archive.entries().unwrap() {
            let mut entry = entry.unwrap();
            let path = entry.path().unwrap().display().to_string();
            if let Some((mode, content)) =
                path.strip_prefix("go/").and_then(|path| toolchain.files().get(path))
            {
                let mut body = Vec::new();
                entry.read_to_end(&mut body).unwrap();
                assert_eq!((entry.header().mode().unwrap(), &body), (*mode, content), "{path}");
            }
            assert_eq!(entry.header().mtime().unwrap(), 1_717_097_167);
            names.push(path);
        }
        names
    };
    let files: Vec<_> = toolchain.files().keys().map(|path| format!("go/{path}")).collect();
    assert_eq!(names(toolchain.tar_gz()), files);
    assert!(toolchain.tar_gz().len() > 5000);
    let with_folders = names(toolchain.tar_gz_with_folders());
    assert_eq!(with_folders[..3], ["go/", "go/.github/", "go/.github/SUPPORT.md"]);
    let with_folders: Vec<_> = with_folders.into_iter().filter(|name| !name.ends_with('/')).collect();
    assert_eq!(with_folders, files);
}

#[test]
fn the_module_zip_reads_back_and_has_its_h1() {
    let toolchain = FakeToolchain::for_platform("1.22.4", "linux", "amd64");
    let mut zip = zip::ZipArchive::new(Cursor::new(toolchain.zip())).unwrap();
    let mut contents = Vec::new();
    for index in 0..zip.len() {
        let mut file = zip.by_index(index).unwrap();
        let mut content = Vec::new();
        file.read_to_end(&mut content).unwrap();
        contents.push((file.name().unwrap().into_owned(), content));
    }
    let prefix = "golang.org/toolchain@v0.0.1-go1.22.4.linux-amd64/";
    let has = |path: &str| contents.iter().any(|(name, _)| name.strip_prefix(prefix) == Some(path));
    assert!(contents.iter().all(|(name, _)| name.starts_with(prefix)));
    assert!(has("src/_go.mod") && has("src/cmd/_go.mod") && has("VERSION") && has("go.env"));
    assert!(!has("src/go.mod") && !has("doc/README.md") && !has("misc/wasm/go_js_wasm_exec"));
    assert_eq!(h1(contents.iter().map(|(name, content)| (name.clone(), content.as_slice()))), toolchain.h1());
}

#[test]
fn h1_is_what_go_says() {
    // The real database has this one for the go.mod of every toolchain.
    let gomod = h1([("go.mod".to_owned(), b"module golang.org/toolchain\n".as_slice())]);
    assert_eq!(gomod, "h1:8wlg68NqwW7eMnI1aABk/C2pDYXj8mrMY4TyRfiLeS0=");
}

#[test]
fn raw_archives_take_anything() {
    let entries = [
        TarEntry::pax(&[("path", "../up"), ("comment", "x")]),
        TarEntry::file("short", 0o4755, "body"),
        TarEntry::special(b'2', "link", 0o777, "/etc/passwd"),
    ];
    let mut archive = tar::Archive::new(Cursor::new(raw::tar(&entries)));
    let mut seen = Vec::new();
    for entry in archive.entries().unwrap() {
        let entry = entry.unwrap();
        let link = entry.link_name().unwrap().map(|link| link.display().to_string());
        seen.push((entry.path().unwrap().display().to_string(), entry.header().mode().unwrap(), link));
    }
    assert_eq!(seen[0], ("../up".to_owned(), 0o4755, None));
    assert_eq!(seen[1], ("link".to_owned(), 0o777, Some("/etc/passwd".to_owned())));
    let lie =
        ZipEntry { central_name: Some(b"seen".to_vec()), ..ZipEntry::file("hide", "x").unix_mode(0o100_755) };
    let mut zip = zip::ZipArchive::new(Cursor::new(raw::zip(&[lie]))).unwrap();
    let file = zip.by_index_raw(0).unwrap();
    assert_eq!((file.name().unwrap().as_ref(), file.unix_mode()), ("seen", Some(0o100_755)));
}

#[test]
fn the_tree_is_that_of_a_known_database() {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/sumdb_fixture");
    let read = |path: &str| fs::read(fixture.join("honest").join(path)).unwrap();
    let leaves = ["tile/8/0/000", "tile/8/0/001", "tile/8/0/002.p/88"].map(read).concat();
    let tree = Tree(leaves.chunks(32).map(|hash| hash.try_into().unwrap()).collect());
    let root = STANDARD.encode(tree.root());
    assert_eq!(String::from_utf8(read("latest")).unwrap().lines().nth(2), Some(root.as_str()));
    assert_eq!(tree.tile(1, 0, 2).unwrap(), read("tile/8/1/000.p/2"));
    assert_eq!(tree.tile(0, 1, 44).unwrap(), read("tile/8/0/001.p/44"));
    assert_eq!(tree.tile(1, 0, 3), None);
    let older = Tree(tree.0[..300].to_vec());
    let head = fs::read_to_string(fixture.join("heads/tree_300")).unwrap();
    assert_eq!(head.lines().nth(2), Some(STANDARD.encode(older.root()).as_str()));
}

#[test]
fn the_database_signs_and_serves() {
    let server = Server::start();
    let db = SumDb::new("sumdb.test");
    db.fill(300).add("example.com/x", "v1.0.0", "h1:a", "h1:b");
    db.serve(&server, "/sumdb/sumdb.test");
    let body = |target: &str| {
        let (reply, _) = get(&server, &format!("/sumdb/sumdb.test{target}"), "");
        let (head, body) = reply.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200 OK"), "{target}: {head}");
        body.to_owned()
    };
    let head = body("/latest");
    let (text, signature) = head.split_once("\n\n\u{2014} sumdb.test ").unwrap();
    let signature = STANDARD.decode(signature.trim_end()).unwrap();
    let [name, hash, key] =
        db.verifier().split('+').map(str::to_owned).collect::<Vec<_>>().try_into().unwrap();
    assert_eq!(
        (name.as_str(), u32::from_str_radix(&hash, 16).unwrap().to_be_bytes().as_slice()),
        ("sumdb.test", &signature[..4])
    );
    let key = UnparsedPublicKey::new(&ED25519, STANDARD.decode(key).unwrap().split_off(1));
    key.verify(format!("{text}\n").as_bytes(), &signature[4..]).unwrap();
    assert!(text.starts_with("go.sum database tree\n301\n"));
    let lookup = "300\nexample.com/x v1.0.0 h1:a\nexample.com/x v1.0.0/go.mod h1:b\n\n";
    assert_eq!(body("/lookup/example.com/x@v1.0.0"), format!("{lookup}{head}"));
    assert_eq!(body("/supported"), "");
    assert!(body("/tile/8/data/001.p/45").ends_with("/go.mod h1:b\n\n"));
    assert_eq!(db.tile("0/000").unwrap().len(), 256 * 32);
    assert_eq!(db.tile("1/000.p/1").unwrap(), db.tree(256).root());
    assert_eq!((db.tile("0/001"), db.tile("0/001.p/46"), db.tile("0/x001/000")), (None, None, None));
    server.route("/sumdb/sumdb.test/latest", Response::new("a lie"));
    assert_eq!(body("/latest"), "a lie");
}

#[test]
fn the_module_proxy_has_its_toolchains() {
    let proxy = ModuleProxy::with_versions(&["1.22.4", "1.21.0"]);
    let toolchain = FakeToolchain::new("1.22.4");
    let version = toolchain.module_version();
    let base = "/golang.org/toolchain/@v";
    let body = |target: &str| get(&proxy.server, target, "").0.split_once("\r\n\r\n").unwrap().1.to_owned();
    assert!(body(&format!("{base}/list")).starts_with(&format!("{version}\n")));
    assert_eq!(body(&format!("{base}/{version}.mod")), "module golang.org/toolchain\n");
    let record = format!("/sumdb/sumdb.test/lookup/golang.org/toolchain@{version}");
    assert!(body(&record).contains(&format!("golang.org/toolchain {version} {}\n", toolchain.h1())));
    let info: serde_json::Value = serde_json::from_str(&body(&format!("{base}/{version}.info"))).unwrap();
    assert_eq!(info["Version"], version.as_str());
}

#[test]
fn the_release_list_is_ordered_like_the_real_one() {
    let versions = ["1.9.2", "1.22rc2", "1.21.11", "1.22.4", "1.22.10", "1.20", "1.22beta1", "1.22.0"];
    let toolchains = versions.map(FakeToolchain::new);
    let server = Server::start();
    dl::serve(&server, "/dl", &toolchains);
    let list = |query: &str| {
        let (reply, _) = get(&server, &format!("/dl{query}"), "");
        let body = reply.split_once("\r\n\r\n").unwrap().1;
        serde_json::from_str::<serde_json::Value>(body).unwrap()
    };
    let names = |list: &serde_json::Value| {
        let releases = list.as_array().unwrap().iter();
        releases.map(|release| release["version"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let all = list(dl::ALL);
    let expected =
        ["go1.22.10", "go1.22.4", "go1.22.0", "go1.22rc2", "go1.22beta1", "go1.21.11", "go1.20", "go1.9.2"];
    assert_eq!(names(&all), expected);
    assert_eq!((&all[3]["stable"], &all[1]["stable"]), (&false.into(), &true.into()));
    assert_eq!(names(&list(dl::SHORT)), ["go1.22.10", "go1.21.11"]);
    let (file, archive) = (&all[1]["files"][0], toolchains[3].tar_gz());
    assert_eq!(file["filename"], toolchains[3].file_name());
    assert_eq!(file["size"], archive.len());
}

#[test]
fn go_dev_answers_to_its_name() {
    let sandbox = Sandbox::new();
    let toolchain = FakeToolchain::new("1.99.1");
    let go_dev = dl::GoDev::start(&sandbox, std::slice::from_ref(&toolchain));
    let [proxy, certificates, sumdb] = go_dev.environment();
    assert_eq!((proxy.0, certificates.0, sumdb.0), ("HTTPS_PROXY", "SSL_CERT_FILE", "GOSUMDB"));
    assert!(fs::read_to_string(certificates.1).unwrap().starts_with("-----BEGIN CERTIFICATE-----"));
    assert!(sumdb.1.starts_with("sumdb.test+") && sumdb.1.ends_with(" https://sum.test"));
    assert_eq!(go_dev.sumdb.size(), 1);
}

#[test]
fn a_proxy_can_be_a_folder() {
    let sandbox = Sandbox::new();
    let toolchain = FakeToolchain::new("1.22.4");
    proxy::write_to(&sandbox.root().join("mirror"), std::slice::from_ref(&toolchain));
    let version = toolchain.module_version();
    let folder = "mirror/golang.org/toolchain/@v";
    assert_eq!(sandbox.read(&format!("{folder}/list")), format!("{version}\n"));
    assert_eq!(fs::read(sandbox.root().join(folder).join(version + ".zip")).unwrap(), toolchain.zip());
}

//! Another release takes the place of this one.

use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::{LATEST, NEXT, OWN, REPLACED, URL, World, archive_name, copy, next, nines, program, said};
use crate::support::raw::{gzip, tar};
use crate::support::response::{Response, hex};
use crate::support::sandbox::{GOX, SHIM};
use crate::support::tls::Authority;

#[test]
fn the_next_release_takes_the_place_of_this_one() {
    let world = World::new();
    world.update(&[]).stderr(&said("9.9.9")).check();
    world.assert_is(NEXT.as_bytes(), "updated");
    let archive = format!("/download/v9.9.9/{}", archive_name("9.9.9"));
    assert_eq!(world.server.targets(), [LATEST, &archive]);
    // It has nothing to renew where no store is in use.
    assert!(!world.sandbox.user().join("calls").exists());
}

/// With the store's copy and the shims, and back.
#[test]
fn the_real_program_there_and_back() {
    let (world, version) = (World::new(), nines());
    world.publish(&version, &gzip(&tar(&[program(&version, next())])));
    let sandbox = &world.sandbox;
    let old = sandbox.home().join("bin/gox");
    fs::create_dir_all(old.parent().unwrap()).unwrap();
    copy(Path::new(GOX), &old);
    sandbox.put_script("user/.local/go/shims/go", "#!/bin/sh\necho old\n");
    world.update(&[]).stderr(&said(&version)).check();
    world.assert_is(&next(), "updated");
    world.gox(&["--version"]).stdout(&format!("gox {version}\n")).check();
    assert!(fs::read(&old).unwrap() == next());
    assert!(fs::read(sandbox.home().join("shims/go")).unwrap() == fs::read(SHIM).unwrap());
    assert_eq!(sandbox.listing("shims"), "0755 file go\n0755 file gofmt\n");

    // It takes itself for what it was compiled as.
    world.publish("0.0.9", &gzip(&tar(&[program("0.0.9", NEXT.replace("9.9.9", "0.0.9"))])));
    world.update(&["v0.0.9"]).stderr(&said("0.0.9")).check();
    world.gox(&["--version"]).stdout("gox 0.0.9\n").check();
    assert_eq!(sandbox.read("user/calls"), "--quiet self refresh\n");
}

#[test]
fn what_is_known_of_the_newest() {
    let world = World::new();
    let out = format!("gox 9.9.9 is out, and this is gox {OWN}\n");
    world.update(&["--check"]).code(1).stdout(&out).check();
    assert_eq!(world.server.targets(), [LATEST]);
    let sum = hex(&Sha256::digest(gzip(&tar(&[program("9.9.9", NEXT)]))));
    let shown = format!(
        "would replace `[ROOT]/user/.local/bin/gox` by gox 9.9.9\n  from    {URL}\n  sha256  {sum}\n"
    );
    world.update(&["--dry-run"]).stdout(&shown).check();
    world.update(&["--dry-run", "9.9.9"]).stdout(&shown).check();
    world.assert_stays("shown");

    let already = format!("gox {OWN} is already installed\n");
    let newer = format!("this is gox {OWN}, and the newest release is 0.0.9\n");
    for (version, standing) in [(OWN, already), ("0.0.9", newer)] {
        world.publish(version, &gzip(&tar(&[program(version, NEXT)])));
        world.server.forget_requests();
        world.update(&["--check"]).stdout(&standing).check();
        world.update(&[]).stderr(&standing).check();
        world.update(&["--quiet"]).check();
        world.update(&["--dry-run"]).stderr(&standing).check();
        assert_eq!(world.server.targets(), [LATEST; 4]);
        world.assert_stays(version);
    }
    // A version by its name is an answer to what was asked, and no newest.
    world.update(&[OWN]).stderr(&format!("gox {OWN} is already installed\n")).check();
    world.assert_stays(OWN);
    let gone = "error: `http://[SERVER]/download/v0.0.7/SHA256SUMS` is not there: it has no gox 0.0.7\n";
    world.update(&["0.0.7"]).code(3).stderr(gone).check();
}

#[test]
fn versions_and_addresses_of_no_use() {
    let world = World::new();
    for (word, why) in [
        ("0.1", "unexpected end of input while parsing minor version number"),
        ("latest", "unexpected character 'l' while parsing major version number"),
        ("9.9.9/../8.8.8", "unexpected character '/' after patch version number"),
    ] {
        let error = format!(
            "error: `{word}` is no version of gox: {why}\nhint: name all of it: `gox self update 0.1.0`\n"
        );
        world.update(&[word]).code(2).stderr(&error).check();
    }
    let http = "over http anybody on the way could change what gox becomes\nhint: write it with https";
    for (url, why) in [
        ("example.com/gox", "an address begins with `https://`, `http://` or `file://`"),
        ("ftp://me:[PASSWORD]@example.com", "`ftp` is not https, http or file"),
        ("http://example.com/gox", http),
        ("http://127.0.0.1.example.com/gox", http),
        ("http://me:[PASSWORD]@[::2]/gox", http),
    ] {
        let shown = url.replace("me:[PASSWORD]", "…");
        let error = format!("error: invalid address of releases `{shown}`: {why}\n");
        let url = url.replace("[PASSWORD]", "secret");
        let run = world.gox(&["self", "update", "--url", &url]).run();
        assert_eq!((run.code(), run.stderr.contains("secret")), (2, false), "{}", run.stderr);
        assert_eq!(run.stderr, error);
    }
    let nowhere = "error: this gox comes from no release, and does not know where newer ones are\n\
        hint: build it from its newer sources, or name a place that has releases: `gox self update --url URL`\n";
    for words in [&["self", "update"][..], &["self", "update", "--check"], &["self", "update", OWN]] {
        world.gox(words).code(2).stderr(nowhere).check();
    }
    let offline = "error: `http://[SERVER]/latest/download/SHA256SUMS`: not asked: `GOX_OFFLINE` is set\n\
        hint: gox keeps off the network: `unset GOX_OFFLINE`\n";
    world.update(&[]).env("GOX_OFFLINE", "1").code(4).stderr(offline).check();
    assert_eq!(world.server.targets(), [""; 0]);
    world.assert_stays("nothing was asked");
}

/// A folder, which needs no network, with the slash that users write.
#[test]
fn releases_in_a_folder() {
    let world = World::new();
    let archive = gzip(&tar(&[program("9.9.9", NEXT)]));
    let list = format!("{}  {}\n", hex(&Sha256::digest(&archive)).to_uppercase(), archive_name("9.9.9"));
    world.sandbox.write("code/my gox/latest/download/SHA256SUMS", list);
    world.sandbox.write(&format!("code/my gox/download/v9.9.9/{}", archive_name("9.9.9")), archive);
    let url = format!("file://{}/my%20gox/", world.sandbox.code().display());
    let run = world.gox(&["self", "update", "--url", &url]).env("GOX_OFFLINE", "1").run();
    assert_eq!(run.code(), 0, "{}", run.stderr);
    world.assert_is(NEXT.as_bytes(), "from a folder");
}

/// As GitHub has them: the newest by a redirect, and the files on another host. Over https, by a certificate that this
/// machine trusts.
#[test]
fn releases_behind_redirects() {
    let world = World::new();
    let authority = Authority::new();
    let (front, files) = (authority.server(&["127.0.0.1"]), authority.server(&["localhost"]));
    let archive = gzip(&tar(&[program("9.9.9", NEXT)]));
    let (name, sum) = (archive_name("9.9.9"), hex(&Sha256::digest(&archive)));
    let at = |path: &str| files.url().replace("127.0.0.1", "localhost") + path;
    front.route(format!("/me{LATEST}"), Response::redirect(302, "/me/download/v9.9.9/SHA256SUMS"));
    front.route("/me/download/v9.9.9/SHA256SUMS", Response::redirect(302, at("/1?token=secret")));
    front.route(format!("/me/download/v9.9.9/{name}"), Response::redirect(302, at("/2?token=secret")));
    files.route("/1?token=secret", Response::new(format!("{sum}  {name}\n")));
    files.route("/2?token=secret", Response::new(archive));
    let update = || world.gox(&["self", "update", "--url", &format!("{}/me", front.url())]);

    let run = update().run();
    let unknown = "error: `https://[SERVER]/me/latest/download/SHA256SUMS`: no secure connection: ";
    assert!(run.code() == 4 && run.stderr.starts_with(unknown), "{}", run.stderr);
    world.assert_stays("an unknown authority");
    let pem = authority.write_pem(world.sandbox.root());
    let url = URL.replace("http://[SERVER]", "https://[SERVER]/me");
    let said = format!("gox {OWN} -> 9.9.9, from {url}\n{REPLACED}");
    update().env("SSL_CERT_FILE", &pem).stderr(&said).check();
    world.assert_is(NEXT.as_bytes(), "over https");
}

/// The copy in the store, which is what runs where no other gox is on PATH.
#[test]
fn the_copy_in_the_store() {
    let world = World::new();
    let bin = world.sandbox.home().join("bin");
    fs::create_dir_all(&bin).unwrap();
    fs::rename(&world.program, bin.join("gox")).unwrap();
    let update =
        world.sandbox.command(bin.join("gox")).args(["self", "update", "--url", &world.server.url()]);
    update.stderr(&said("9.9.9").replace("~/.local/bin", "[HOME]/bin")).check();
    assert_eq!(world.sandbox.listing("bin"), "0755 file gox\n");
    assert_eq!(world.sandbox.read("user/calls"), "--quiet self refresh\n");
}

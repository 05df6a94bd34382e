//! `gox self update`: another release takes the place of this one, or all stays as it is.

use std::fs;
use std::io::Write;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use rustix::process::Signal;
use sha2::{Digest, Sha256};

use crate::support::archives::{goarch, goos};
use crate::support::command::Command;
use crate::support::fifo::{self, Fifo};
use crate::support::gate::Gate;
use crate::support::programs;
use crate::support::raw::{TarEntry, gzip, tar};
use crate::support::response::{Fault, Framing, Response, hex};
use crate::support::sandbox::{GOX, SHIM, Sandbox};
use crate::support::server::Server;
use crate::support::strace;
use crate::support::tls::Authority;
use crate::support::tree;

const OWN: &str = env!("CARGO_PKG_VERSION");
const LATEST: &str = "/latest/download/SHA256SUMS";
/// A gox of the next release, which notes what it is asked for beside its version.
const NEXT: &str = "#!/bin/sh\n[ \"$1\" = --version ] && echo gox 9.9.9 || echo \"$@\" >>\"$HOME/calls\"\n";
const URL: &str = "http://[SERVER]/download/v9.9.9/gox-9.9.9-[OS]-[ARCH].tar.gz";
const REPLACED: &str = "replaced `~/.local/bin/gox`\n";

/// A user who has gox from a release, and a server with the next one.
struct World {
    sandbox: Sandbox,
    server: Server,
    program: PathBuf,
}

impl World {
    fn new() -> Self {
        World::with(&[program("9.9.9", NEXT)])
    }

    /// With an archive that has these files.
    fn with(entries: &[TarEntry]) -> Self {
        let (sandbox, server) = (Sandbox::new(), Server::start());
        let program = sandbox.user().join(".local/bin/gox");
        fs::create_dir_all(program.parent().unwrap()).unwrap();
        copy(Path::new(GOX), &program);
        let world = World { sandbox, server, program };
        world.publish_next(entries);
        world
    }

    /// Puts the next release on the server, with an archive that has these files.
    fn publish_next(&self, entries: &[TarEntry]) {
        self.publish("9.9.9", &gzip(&tar(entries)));
    }

    /// Puts a release on the server, as the newest.
    fn publish(&self, version: &str, archive: &[u8]) {
        let (name, sum) = (archive_name(version), hex(&Sha256::digest(archive)));
        let other = "0".repeat(64);
        let list =
            format!("{other}  SHA256SUMS.txt\n{other}  gox-{version}-plan9-mips.tar.gz\n{sum}  {name}\n");
        self.server.route(LATEST, Response::new(list.clone()));
        self.server.route(format!("/download/v{version}/SHA256SUMS"), Response::new(list));
        self.server.route(format!("/download/v{version}/{name}"), Response::new(archive));
    }

    /// The gox that is installed.
    fn gox(&self, words: &[&str]) -> Command<'_> {
        self.sandbox.command(&self.program).args(words)
    }

    /// `gox self update` from the server.
    fn update(&self, words: &[&str]) -> Command<'_> {
        self.gox(&["self", "update", "--url", &self.server.url()]).args(words)
    }

    /// The gox of the user is that of `from`, and nothing is beside it.
    #[track_caller]
    fn assert_is(&self, from: &[u8], place: &str) {
        assert!(fs::read(&self.program).unwrap() == from, "{place}");
        assert_eq!(tree::listing(self.program.parent().unwrap()), "0755 file gox\n", "{place}");
    }

    #[track_caller]
    fn assert_stays(&self, place: &str) {
        self.assert_is(this(), place);
    }
}

/// The program under test.
fn this() -> &'static [u8] {
    static THIS: OnceLock<Vec<u8>> = OnceLock::new();
    THIS.get_or_init(|| fs::read(GOX).unwrap())
}

/// A version that is newer and as long, so that it can be written over this one in the compiled program.
fn nines() -> String {
    OWN.replace(|letter: char| letter.is_ascii_digit(), "9")
}

/// The program under test as it would be in the next release: where it prints its version, that is another.
fn next() -> Vec<u8> {
    let (own, new) = (format!("gox {OWN}"), format!("gox {}", nines()));
    let mut program = this().to_vec();
    let places: Vec<_> =
        program.windows(own.len()).enumerate().filter(|(_, text)| *text == own.as_bytes()).collect();
    let places: Vec<usize> = places.into_iter().map(|(at, _)| at).collect();
    for at in places {
        program[at..at + new.len()].copy_from_slice(new.as_bytes());
    }
    program
}

fn copy(from: &Path, to: &Path) {
    let _programs = programs();
    fs::copy(from, to).unwrap();
}

fn archive_name(version: &str) -> String {
    format!("gox-{version}-{}-{}.tar.gz", goos(), goarch())
}

/// The program in an archive.
fn program(version: &str, content: impl Into<Vec<u8>>) -> TarEntry {
    let folder = archive_name(version).replace(".tar.gz", "");
    TarEntry::file(format!("{folder}/gox"), 0o755, content)
}

fn said(version: &str) -> String {
    format!("gox {OWN} -> {version}, from {}\n{REPLACED}", URL.replace("9.9.9", version))
}

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

#[test]
fn lists_of_no_use() {
    let world = World::new();
    let url = "http://[SERVER]/latest/download/SHA256SUMS";
    let none = format!("error: `{url}` names no archive of gox for [OS]-[ARCH]\n");
    let page = format!(
        "error: `{url}`: a web page came in place of the file; is there a login page before the network?\n"
    );
    let long = format!("error: `{url}`: longer than the limit of 1048576 bytes\n");
    let (name, sum) = (archive_name("9.9.9"), "0".repeat(64));
    for (response, code, error) in [
        (Response::new(""), 3, &none),
        (Response::new(b"\xff\xfe\0".as_slice()), 3, &none),
        (Response::new(format!("{sum}  gox-9.9.9-plan9-mips.tar.gz\n")), 3, &none),
        (Response::new(format!("{}  {name}\n", &sum[1..])), 3, &none),
        (Response::new(format!("{}g  {name}\n", &sum[1..])), 3, &none),
        (Response::new(format!("{sum}  {}\n", archive_name("../9.9.9"))), 3, &none),
        (Response::new(format!("{sum}  {}\n", archive_name("9.9.9/../../x"))), 3, &none),
        (Response::new(format!("{sum}  {}\n", archive_name("09.9.9"))), 3, &none),
        (Response::new("<!DOCTYPE html>"), 4, &page),
        (Response::new("x\n").fault(Fault::Endless).framing(Framing::Close), 4, &long),
        (Response::status(404, ""), 4, &format!("error: `{url}`: status 404 (not found)\n")),
        (
            Response::redirect(302, "file:///etc/passwd"),
            4,
            &format!("error: `{url}`: a redirect to no address of http or https is refused\n"),
        ),
    ] {
        world.server.route(LATEST, response);
        world.update(&[]).code(code).stderr(error).check();
        world.assert_stays(error);
    }
    // The list of another version, at the place of this one.
    let list = format!("{sum}  {}\n", archive_name("9.9.8"));
    world.server.route("/download/v9.9.9/SHA256SUMS", Response::new(list));
    world.update(&["9.9.9"]).code(3).stderr(&none.replace("latest/download", "download/v9.9.9")).check();
    assert!(!world.server.targets().iter().any(|target| target.ends_with(".tar.gz")));
}

#[test]
fn archives_that_do_not_arrive() {
    let world = World::new();
    let good = gzip(&tar(&[program("9.9.9", NEXT)]));
    let target = format!("/download/v9.9.9/{}", archive_name("9.9.9"));
    let begun = format!("gox {OWN} -> 9.9.9, from {URL}\n");
    let wrong = |came: &[u8]| {
        let [good, came] = [&good, came].map(|bytes| hex(&Sha256::digest(bytes)));
        format!(
            "error: `{URL}` is not what the list of its release says\n  \
             sha256 of the list: {good}\n  of what came: {came}\n"
        )
    };
    let page = "a web page came in place of the file; is there a login page before the network?";
    for (response, code, error) in [
        (Response::new("another"), 5, wrong(b"another")),
        (Response::new(""), 5, wrong(b"")),
        (Response::new(good[..99].to_vec()), 5, wrong(&good[..99])),
        (Response::new([&good[..], b"\0"].concat()), 5, wrong(&[&good[..], b"\0"].concat())),
        (Response::new("\n<html>"), 4, format!("error: `{URL}`: {page}\n")),
        (Response::status(403, ""), 4, format!("error: `{URL}`: status 403 (forbidden)\n")),
        (Response::status(404, ""), 4, format!("error: `{URL}`: status 404 (not found)\n")),
    ] {
        world.server.route(&target, response);
        world.update(&[]).code(code).stderr(&format!("{begun}{error}")).check();
        world.assert_stays(&error);
    }
    // What may pass is tried again.
    let cut = || Response::new(good.clone()).fault(Fault::CutAfter(99));
    world.server.route(&target, cut());
    let run = world.update(&[]).run();
    assert_eq!(run.code(), 4, "{}", run.stderr);
    assert!(
        run.stderr.starts_with(&format!("{begun}error: `{URL}`: the transfer broke off: ")),
        "{}",
        run.stderr
    );
    world.assert_stays("cut");
    world.server.sequence(target, vec![cut(), Response::status(503, ""), Response::new(good)]);
    world.update(&[]).stderr(&said("9.9.9")).check();
    world.assert_is(NEXT.as_bytes(), "at the third try");
}

/// All of them have the checksum that the list says.
#[test]
fn archives_of_no_use() {
    let folder = archive_name("9.9.9").replace(".tar.gz", "");
    let name = format!("{folder}/gox");
    let good = || program("9.9.9", NEXT);
    let special = |kind, link: &str| TarEntry::special(kind, &name, 0o755, link);
    let short = TarEntry { size: Some(9999), ..good() };
    let world = World::new();
    for entries in [
        vec![],
        vec![TarEntry::file("gox", 0o755, NEXT)],
        vec![TarEntry::file(format!("./{name}"), 0o755, NEXT)],
        vec![TarEntry::file(format!("{folder}/../{name}"), 0o755, NEXT)],
        vec![TarEntry::file(format!("/{name}"), 0o755, NEXT)],
        vec![program("9.9.8", NEXT)],
        vec![special(b'2', "/bin/sh")],
        vec![special(b'1', "/bin/sh")],
        vec![special(b'5', "")],
        vec![special(b'6', "")],
        vec![short],
    ] {
        world.publish_next(&entries);
        let run = world.update(&[]).run();
        let error = format!("\nerror: `{URL}` has no file `gox-9.9.9-[OS]-[ARCH]/gox`\n");
        assert!(run.code() == 5 && run.stderr.contains(&error), "{}", run.stderr);
        world.assert_stays("the archive has no program");
    }
    world.publish("9.9.9", b"no gzip at all");
    let run = world.update(&[]).run();
    assert!(run.code() == 5 && run.stderr.ends_with("caused by: invalid gzip header\n"), "{}", run.stderr);
    world.assert_stays("no gzip");

    // What else is in it is written nowhere, whatever its name.
    world.publish_next(&[
        TarEntry::special(b'2', &folder, 0o777, "/"),
        TarEntry::file("../../evil", 0o644, "x"),
        TarEntry::file(world.sandbox.root().join("evil").to_str().unwrap().as_bytes(), 0o644, "x"),
        special(b'2', "/bin/sh"),
        TarEntry::file(format!("{folder}/evil"), 0o4755, "x"),
        TarEntry { mode: 0o6777, ..good() },
    ]);
    let before = tree::listing(world.sandbox.root());
    world.update(&[]).stderr(&said("9.9.9")).check();
    world.assert_is(NEXT.as_bytes(), "among others");
    assert_eq!(tree::listing(world.sandbox.root()), before);
}

#[test]
fn a_program_that_does_not_say_what_it_is_takes_no_place() {
    let (world, no) = (World::new(), "does not say that it is 9.9.9");
    for (content, why) in [
        ("#!/bin/sh\necho gox 9.9.8\n", no),
        ("#!/bin/sh\necho gox 9.9.9; echo and more\n", no),
        ("#!/bin/sh\nkill -9 $$\n", no),
        ("#!/nowhere\n", "does not run"),
        ("", "does not run"),
        ("\x7fELF", "does not run"),
    ] {
        world.publish_next(&[program("9.9.9", content)]);
        let run = world.update(&[]).run();
        let error = format!("error: the gox of {URL} {why}, so that this one stays\n");
        assert!(run.code() == 5 && run.stderr.contains(&error), "{content:?}: {}", run.stderr);
        world.assert_stays(content);
    }
}

#[test]
fn what_belongs_to_somebody_else_stays() {
    let world = World::new();
    let root = world.sandbox.root();
    world.sandbox.write(
        "user/.cargo/.crates.toml",
        "[v1]\n\"gox 0.1.0 (path+file:///gox)\" = [\n    \"gox\",\n    \"gox-shim\",\n]\n",
    );
    world.sandbox.write("user/one/.crates.toml", "[v1]\n\"gox 0.1.0 (path+file:///gox)\" = [\"gox\"]\n");
    world.sandbox.write(
        "venv/lib/python3.12/site-packages/some_gox-0.1.0.dist-info/RECORD",
        "some/file.py,sha256=x,1\n../../../bin/gox,sha256=x,1\n",
    );
    for (folder, owner) in [
        ("brew/Cellar/gox/0.1.0/bin", "Homebrew"),
        ("user/app/node_modules/@example/gox-linux-x64", "npm"),
        ("user/.cargo/bin", "Cargo"),
        ("user/one/bin", "Cargo"),
        ("venv/bin", "pip"),
    ] {
        let program = root.join(folder).join("gox");
        fs::create_dir_all(program.parent().unwrap()).unwrap();
        copy(Path::new(GOX), &program);
        let link = root.join("bin/gox");
        let _ = fs::remove_file(&link);
        symlink(&program, &link).unwrap();
        let error =
            format!("error: `[ROOT]/{folder}/gox` belongs to {owner}\nhint: update it with {owner}\n");
        for words in [&[][..], &["--dry-run"], &["9.9.9"]] {
            let update = world.sandbox.command(&link).args(["self", "update", "--url", &world.server.url()]);
            let run = update.args(words).run();
            assert_eq!((run.code(), run.stderr), (1, error.replace("[ROOT]/user", "~")));
        }
        assert!(fs::read(&program).unwrap() == this());
    }
    assert_eq!(world.server.targets(), [""; 0]);
    // Others that they have put there are nobody's.
    world.sandbox.write("user/.local/.crates.toml", "[v1]\n\"rg 1.0.0 (x)\" = [\"rg\"]\n");
    world.sandbox.write("user/.local/lib/python3/site-packages/x.dist-info/RECORD", "../../../bin/goxx,,\n");
    world.update(&[]).stderr(&said("9.9.9")).check();
}

/// What a link leads to is replaced, with its mode, and the link stays.
#[test]
fn a_link_to_it() {
    let world = World::new();
    let link = world.sandbox.root().join("bin/gox");
    symlink(&world.program, &link).unwrap();
    fs::set_permissions(&world.program, fs::Permissions::from_mode(0o750)).unwrap();
    let update = world.sandbox.command(&link).args(["self", "update", "--url", &world.server.url()]);
    update.stderr(&said("9.9.9")).check();
    assert_eq!(tree::listing(world.program.parent().unwrap()), "0750 file gox\n");
    assert!(link.is_symlink());
}

#[test]
fn a_folder_that_cannot_be_written() {
    let world = World::new();
    let folder = world.program.parent().unwrap();
    fs::set_permissions(folder, fs::Permissions::from_mode(0o555)).unwrap();
    let program = world.program.to_str().unwrap();
    let words = [program, "self", "update", "--url", &world.server.url()];
    let drop = ["--bounding-set", "-all", "--inh-caps", "-all"];
    let run = if rustix::process::geteuid().is_root() {
        world.sandbox.command("setpriv").args(drop).args(words).run()
    } else {
        world.update(&[]).run()
    };
    let error = "error: could not replace `~/.local/bin/gox`\n  caused by: permission denied\n\
        hint: run it as the owner of the folder, then `gox self refresh` as yourself\n";
    assert_eq!((run.code(), run.stderr.as_str()), (6, error));
    assert_eq!(world.server.targets(), [""; 0]);
    world.assert_stays("not writable");
}

#[test]
fn a_store_that_cannot_be_renewed_is_told() {
    let script = NEXT.replace("echo \"$@\" >>\"$HOME/calls\"", "{ echo why >&2; exit 6; }");
    let world = World::with(&[program("9.9.9", script.clone())]);
    world.sandbox.put_script("user/.local/go/bin/gox", "");
    world.update(&[]).code(6).stderr(&(said("9.9.9") + "why\n")).check();
    world.assert_is(script.as_bytes(), "updated all the same");
}

#[test]
fn two_at_once() {
    let world = World::new();
    let (gate, target) = (Gate::new(), format!("/download/v9.9.9/{}", archive_name("9.9.9")));
    let good = Response::new(gzip(&tar(&[program("9.9.9", NEXT)])));
    world.server.route(target, good.fault(Fault::StallAfter(99, gate.clone())));
    let first = world.update(&[]).spawn();
    gate.wait_reached();
    let held = "error: another gox replaces `~/.local/bin/gox`\nhint: wait for it\n";
    world.update(&[]).code(6).stderr(held).check();
    gate.open();
    first.wait().assert(0, "", &said("9.9.9"));
    world.assert_is(NEXT.as_bytes(), "the first");
}

#[test]
fn interrupted_in_the_download() {
    let world = World::new();
    for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143), (Signal::HUP, 129)] {
        let (gate, target) = (Gate::new(), format!("/download/v9.9.9/{}", archive_name("9.9.9")));
        world.server.route(target, Response::new("x").fault(Fault::StallHead(gate.clone())));
        let running = world.update(&[]).spawn();
        gate.wait_reached();
        running.signal(signal);
        let said = format!("gox {OWN} -> 9.9.9, from {URL}\ninterrupted; the store is as it was\n");
        running.wait().assert(code, "", &said);
        world.assert_stays("interrupted");
    }
}

/// Nothing is left beside it, and what was done is not denied.
#[test]
fn interrupted_while_the_new_gox_runs() {
    let asked = "echo asked >~/../fifo; read -r _ <~/hold";
    let waits = NEXT.replace("&& echo", &format!("&& {{ {asked}; }} && echo"));
    let refreshes =
        NEXT.replace("|| echo \"$@\"", "|| exec sh -c 'echo asked >~/../fifo; read -r _ <~/hold'");
    for (script, is_replaced) in [(waits, false), (refreshes, true)] {
        let world = World::with(&[program("9.9.9", script.clone())]);
        world.sandbox.put_script("user/.local/go/bin/gox", "");
        let (hold, mut fifo) = (world.sandbox.user().join("hold"), Fifo::new(&world.sandbox));
        fifo::make(&hold);
        let running = world.update(&[]).spawn();
        fifo.wait_for("asked");
        // Who opens both sides does not wait for another.
        let hold = fs::File::options().read(true).write(true).open(hold).unwrap();
        running.signal(Signal::TERM);
        let begun = format!("gox {OWN} -> 9.9.9, from {URL}\n");
        if is_replaced {
            running.wait().assert(143, "", &said("9.9.9"));
            world.assert_is(script.as_bytes(), "replaced");
        } else {
            running.wait().assert(143, "", &(begun + "interrupted; the store is as it was\n"));
            world.assert_stays("interrupted");
        }
        (&hold).write_all(b"\n").unwrap();
    }
}

#[test]
fn a_process_that_stays_behind_is_not_waited_for() {
    let script = NEXT.replace("&& echo", "&& { read -r _ <~/hold & } && echo");
    let world = World::with(&[program("9.9.9", script.clone())]);
    let hold = world.sandbox.user().join("hold");
    fifo::make(&hold);
    world.update(&[]).stderr(&said("9.9.9")).check();
    world.assert_is(script.as_bytes(), "updated");
    fs::write(hold, "\n").unwrap();
}

/// Killed, or refused by the system, at every change that it makes.
#[test]
fn whatever_happens_there_is_a_gox_that_runs() {
    let world = World::new();
    let (own, log) = (world.sandbox.root().join("own"), world.sandbox.root().join("log"));
    fs::rename(&world.program, &own).unwrap();
    let run = |injection: Option<&str>| {
        let strace = world.sandbox.command("strace").args(["-f", "-qq", "-y", "-o"]).arg(&log);
        let strace = strace.arg("-e").arg(format!("trace={},fsync", strace::CHANGES));
        let strace = strace.args(injection.map(|injection| format!("--inject={injection}")));
        strace.arg(&world.program).args(["self", "update", "--url", &world.server.url()]).run()
    };
    fs::hard_link(&own, &world.program).unwrap();
    assert_eq!(run(None).code(), 0);
    let calls = strace::calls(&log);
    let mut codes = Vec::new();
    for (call, number) in strace::numbered(&calls) {
        for way in ["signal=KILL", "error=ENOSPC"] {
            let place = format!("{way} at {} {number}, as in {}", call.name, call.text);
            fs::remove_file(&world.program).unwrap();
            fs::hard_link(&own, &world.program).unwrap();
            let ended = run(Some(&format!("{}:{way}:when={number}", call.name)));
            codes.push(ended.code());
            assert!([0, 6, 137].contains(&ended.code()), "{place}: {} {}", ended.code(), ended.stderr);
            let said = world.gox(&["--version"]).run();
            assert!(["gox 9.9.9\n".to_owned(), format!("gox {OWN}\n")].contains(&said.stdout), "{place}");
            assert_eq!(ended.code() == 0, said.stdout == "gox 9.9.9\n", "{place}: {}", ended.stderr);
            // The next one removes what a killed one has left, once that can be nothing else.
            world.sandbox.sh("touch -c -d '2 hours ago' ~/.local/bin/.gox-*.tmp");
            assert!(run(None).code() == 0, "{place}");
            world.assert_is(NEXT.as_bytes(), &place);
        }
    }
    assert!([0, 6, 137].iter().all(|code| codes.contains(code)), "{codes:?}");
}

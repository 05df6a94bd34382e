//! `gox self update`: another release takes the place of this one, or all stays as it is.

mod interrupted;
mod refused;
mod replaced;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use sha2::{Digest, Sha256};

use crate::support::archives::{goarch, goos};
use crate::support::command::Command;
use crate::support::programs;
use crate::support::raw::{TarEntry, gzip, tar};
use crate::support::response::{Response, hex};
use crate::support::sandbox::{GOX, Sandbox};
use crate::support::server::Server;
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

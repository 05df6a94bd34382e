//! `dist/install.sh` as it is released: in the shells of Linux, with the programs that machines have, against a server.

mod refused;
mod ways;

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::support::archives::{goarch, goos};
use crate::support::command::Command;
use crate::support::raw::{TarEntry, gzip, tar};
use crate::support::response::{Response, hex};
use crate::support::running::Output;
use crate::support::sandbox::Sandbox;
use crate::support::server::Server;
use crate::support::tree;

/// A shell, what downloads, and what hashes.
type Way = [&'static str; 3];

const CURL: Way = ["dash", "curl", "sha256sum"];
const WGET: Way = ["bash", "wget", "openssl"];

/// The only programs on Alpine.
const BUSYBOX: Way = ["busybox", "busybox", "busybox"];

const WAYS: [Way; 7] = [
    CURL,
    WGET,
    BUSYBOX,
    ["bash", "curl", "shasum"],
    ["dash", "wget", "sha256sum"],
    ["zsh", "wget", "sha256sum"],
    // A shell of busybox among the programs of Debian.
    ["ash", "curl", "openssl"],
];

/// What the script uses beside those three.
const TOOLS: [&str; 12] =
    ["cat", "chmod", "grep", "gzip", "mkdir", "mv", "perl", "rm", "sed", "sh", "tar", "uname"];

const NOTHING_FETCHES: &str = "error: neither curl nor wget is there\n\
    hint: install one of them; a curl of snap does not count, as it cannot write to hidden folders\n";
const DRY: &str = "nothing is changed: --dry-run\n";
const BIN: &str = "[ROOT]/user/.local/bin";

/// A machine, a server with a release, and the script of that release.
struct World {
    sandbox: Sandbox,
    server: Server,
    script: String,
}

/// The script as `dist/release` fills it in for an archive of this machine, which is at [`target`] below the URL.
pub(crate) fn released(url: &str, archive: &[u8]) -> String {
    let archives = format!("{}-{} {}\nplan9-mips 0123", goos(), goarch(), hex(&Sha256::digest(archive)));
    let script = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("dist/install.sh")).unwrap();
    script.replace("@VERSION@", "9.9.9").replace("@URL@", url).replace("@ARCHIVES@", &archives)
}

impl World {
    /// With an archive that has these files.
    fn with(entries: &[TarEntry]) -> Self {
        let world = World { sandbox: Sandbox::new(), server: Server::start(), script: String::new() };
        let archive = gzip(&tar(entries));
        world.server.route(target(), Response::new(archive.clone()));
        World { script: released(&world.server.url(), &archive), ..world }
    }

    fn new() -> Self {
        World::with(&[program("#!/bin/sh\n# GOX_SYSTEM_HOME\necho gox 9.9.9\n")])
    }

    /// The script by a pipe, with no other programs than those of the way.
    fn install(&self, way: Way, arguments: &[&str]) -> Command<'_> {
        let path = self.tools(way);
        let shell = Path::new(&path).join(way[0]);
        let script = ["-s", "--"].iter().chain(arguments);
        let applet = (way[0] == "busybox").then_some("sh");
        self.sandbox.command(shell).args(applet).args(script).env("PATH", path).stdin(&self.script)
    }

    /// A folder with links to the programs of the way.
    fn tools(&self, way: Way) -> OsString {
        let folder = self.sandbox.root().join(way.join("-"));
        if !folder.exists() {
            fs::create_dir(&folder).unwrap();
            let all = TOOLS.iter().chain(&way[..]);
            for name in all.filter(|_| way != BUSYBOX) {
                let system = ["/usr/bin", "/bin"].map(|folder| Path::new(folder).join(name));
                let program = if *name == "ash" { Path::new("/bin/busybox") } else { &system[0] };
                let program = if program.exists() { program } else { &system[1] };
                symlink(program, folder.join(name)).unwrap();
            }
            if way == BUSYBOX {
                let all = TOOLS.iter().chain(&["busybox", "wget", "sha256sum"]);
                all.for_each(|name| symlink("/bin/busybox", folder.join(name)).unwrap());
            }
            // A pause is nothing to wait for here.
            self.sandbox.put_script(&format!("{}/sleep", way.join("-")), "#!/bin/sh\n");
        }
        folder.into_os_string()
    }

    /// What is where gox is put by default.
    fn installed(&self) -> String {
        tree::listing(&self.sandbox.user().join(".local/bin"))
    }

    /// What the script says before it does anything.
    fn plan(&self, program: &str) -> String {
        let sum = self.script.split(&format!("{}-{} ", goos(), goarch())).nth(1).unwrap();
        format!(
            "gox 9.9.9 for [OS]-[ARCH]\n  from    http://[SERVER]/gox-9.9.9-[OS]-[ARCH].tar.gz\n  \
             sha256  {}\n  to      {program}\n",
            &sum[..64]
        )
    }
}

/// The path of the archive.
pub(crate) fn target() -> String {
    format!("/gox-9.9.9-{}-{}.tar.gz", goos(), goarch())
}

/// The program in the archive.
pub(crate) fn program(content: impl AsRef<[u8]>) -> TarEntry {
    TarEntry::file(format!("gox-9.9.9-{}-{}/gox", goos(), goarch()), 0o755, content.as_ref())
}

/// Standard error without what the downloading program said, which is indented.
fn said(output: &Output) -> String {
    output.stderr.split_inclusive('\n').filter(|line| !line.starts_with("  ")).collect()
}

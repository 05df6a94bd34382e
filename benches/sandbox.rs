//! The folder in which everything happens, the server, and commands in a small and constant environment.

use std::ffi::OsStr;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

use crate::server::Server;

/// What is installed, and what is installed beside it. No checksum of them is compiled into gox, so that an archive
/// that is packed here passes; and no list of go.dev is asked for it, see [`NO_NETWORK`].
pub(crate) const VERSION: &str = "1.27.3";
pub(crate) const PREDECESSOR: &str = "1.27.2";
/// Nothing listens there, so that whatever is not asked of the server fails at once.
const NO_NETWORK: &str = "http://127.0.0.1:9";

pub(crate) struct Sandbox {
    pub(crate) root: PathBuf,
    pub(crate) server: Server,
    pub(crate) platform: String,
    home: OnceLock<PathBuf>,
}

impl Sandbox {
    pub(crate) fn new(root: &Path) -> Self {
        let upstream = tell("go", &["env", "GOPROXY"]);
        let upstream = upstream.split([',', '|']).find(|word| word.starts_with("http"));
        let server = Server::start(upstream.expect("`go env GOPROXY` names no proxy"));
        let platform = tell("go", &["env", "GOOS"]) + "-" + &tell("go", &["env", "GOARCH"]);
        Sandbox { root: root.to_owned(), server, platform, home: OnceLock::new() }
    }

    /// A home with both versions.
    pub(crate) fn home(&self) -> &Path {
        self.home.get_or_init(|| {
            let home = self.root.join("home");
            let mut install = self.gox(&["install", PREDECESSOR, VERSION], &self.root);
            install
                .env_remove("GOX_OFFLINE")
                .env("GOPROXY", self.server.link(0, "home"))
                .env("GOX_SOURCES", "proxy");
            must(install.env("GOX_HOME", &home));
            home
        })
    }

    pub(crate) fn goroot(&self, version: &str) -> PathBuf {
        self.home().join(format!("toolchains/go{version}"))
    }

    pub(crate) fn command(&self, program: impl AsRef<OsStr>, folder: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(folder).env_clear().env("HOME", &self.root).env("PATH", "/usr/bin:/bin");
        command.env("HTTPS_PROXY", NO_NETWORK).env("GOENV", "off").stdin(Stdio::null()).stdout(Stdio::null());
        command
    }

    /// gox without a network, in the home of this sandbox.
    pub(crate) fn gox(&self, words: &[&str], folder: &Path) -> Command {
        let mut command = self.command(env!("CARGO_BIN_EXE_gox"), folder);
        command.args(words).env("GOX_HOME", self.root.join("home")).env("GOX_OFFLINE", "true");
        command
    }

    /// What gox prints.
    pub(crate) fn gox_tells(&self, words: &[&str]) -> String {
        let output = self.gox(words, &self.root).stdout(Stdio::piped()).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    }

    /// The path of a module zip on the server.
    pub(crate) fn module_zip(&self, version: &str) -> String {
        let path = format!("/golang.org/toolchain/@v/v0.0.1-go{version}.{}.zip", self.platform);
        assert!(self.server.read(&path).is_some(), "GOPROXY has no {path}");
        path
    }

    /// The path of the archive on the server. It is made of the module zip, so it lacks the folders that this lacks.
    pub(crate) fn archive(&self, version: &str) -> String {
        let path = format!("/dl/go{version}.{}.tar.gz", self.platform);
        if self.server.read(&path).is_none() {
            let zip = self.server.read(&self.module_zip(version)).unwrap();
            eprintln!("packing {path}");
            let archive = repack(&zip);
            let sha256 =
                Sha256::digest(&archive).iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
            self.server.put(&format!("{path}.sha256"), sha256.into_bytes());
            self.server.put(&path, archive);
        }
        path
    }
}

/// The archive that a module zip was made from, packed as Go's are.
fn repack(zip: &[u8]) -> Vec<u8> {
    let mut zip = zip::ZipArchive::new(io::Cursor::new(zip)).unwrap();
    let mut tar = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::best()));
    for index in 0..zip.len() {
        let mut file = zip.by_index(index).unwrap();
        // Behind `golang.org/toolchain@v0.0.1-go1.27.3.linux-amd64/`.
        let name = file.name().unwrap().splitn(3, '/').nth(2).unwrap().replace("_go.mod", "go.mod");
        let is_program = name.starts_with("bin/") || name.starts_with("pkg/tool/");
        let mut content = Vec::new();
        file.read_to_end(&mut content).unwrap();
        let mut header = tar::Header::new_ustar();
        header.set_size(content.len() as u64);
        header.set_mode(if is_program { 0o755 } else { 0o644 });
        tar.append_data(&mut header, format!("go/{name}"), content.as_slice()).unwrap();
    }
    tar.into_inner().unwrap().finish().unwrap()
}

/// An empty directory. What is in it may be read-only, as a module cache is.
pub(crate) fn fresh(path: &Path) -> PathBuf {
    if path.exists() && fs::remove_dir_all(path).is_err() {
        must(Command::new("chmod").arg("-R").arg("u+w").arg(path));
        fs::remove_dir_all(path).unwrap();
    }
    fs::create_dir_all(path).unwrap();
    path.to_owned()
}

/// A program on the PATH of whoever measures.
#[expect(clippy::disallowed_methods, reason = "what steers a benchmark is no variable of gox")]
pub(crate) fn find(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|program| program.is_file())
}

pub(crate) fn tell(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// Runs what has to succeed.
pub(crate) fn must(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

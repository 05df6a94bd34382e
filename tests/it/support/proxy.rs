//! A Go module proxy that has toolchains and nothing else, with their checksum database behind it.

use std::fs;
use std::path::Path;

use super::archives::{FakeToolchain, TIME};
use super::gate::Gate;
use super::response::Response;
use super::server::Server;
use super::sumdb::SumDb;

/// Where a proxy has the toolchains.
pub(crate) const MODULE: &str = "/golang.org/toolchain/@v";

/// The path of a version's zip.
pub(crate) fn zip_path(version: &str) -> String {
    format!("{MODULE}/{}.zip", FakeToolchain::new(version).module_version())
}

/// A proxy and its database.
pub(crate) struct ModuleProxy {
    /// The server, for more routes, for faults and for the record of requests.
    pub(crate) server: Server,
    /// The database, which has a true record of each toolchain.
    pub(crate) sumdb: SumDb,
}

impl ModuleProxy {
    /// A proxy that has these.
    pub(crate) fn start(toolchains: &[FakeToolchain]) -> Self {
        ModuleProxy::start_on(Server::start(), toolchains)
    }

    /// The same on a server of TLS, or with routes of its own.
    pub(crate) fn start_on(server: Server, toolchains: &[FakeToolchain]) -> Self {
        let sumdb = SumDb::new("sumdb.test");
        for toolchain in toolchains {
            sumdb.add_toolchain(toolchain);
        }
        serve(&server, "", toolchains);
        sumdb.serve(&server, &format!("/sumdb/{}", sumdb.name()));
        ModuleProxy { server, sumdb }
    }

    /// The same for versions without anything special.
    pub(crate) fn with_versions(versions: &[&str]) -> Self {
        let toolchains: Vec<_> = versions.iter().map(|version| FakeToolchain::new(version)).collect();
        ModuleProxy::start(&toolchains)
    }

    /// Its URL.
    pub(crate) fn url(&self) -> String {
        self.server.url()
    }

    /// Lets the record of a version wait.
    pub(crate) fn stall_record(&self, version: &str) -> Gate {
        let prefix = format!("/sumdb/{}", self.sumdb.name());
        self.sumdb.stall(&self.server, &prefix, &FakeToolchain::new(version))
    }

    /// GOPROXY and GOSUMDB, as [`Command::envs`](super::command::Command::envs) takes them.
    pub(crate) fn environment(&self) -> [(&'static str, String); 2] {
        [("GOPROXY", self.url()), ("GOSUMDB", self.sumdb.verifier())]
    }
}

/// Adds the routes of a module proxy under a prefix: the list, and for each toolchain its three files.
pub(crate) fn serve(server: &Server, prefix: &str, toolchains: &[FakeToolchain]) {
    for (name, kind, content) in files(toolchains) {
        server.route(format!("{prefix}{MODULE}/{name}"), Response::new(content).content_type(kind));
    }
}

/// Writes the same files into a folder, for a `file://` proxy or a `dir` source.
pub(crate) fn write_to(folder: &Path, toolchains: &[FakeToolchain]) {
    let folder = folder.join(&MODULE[1..]);
    fs::create_dir_all(&folder).unwrap();
    for (name, _, content) in files(toolchains) {
        fs::write(folder.join(name), content).unwrap();
    }
}

/// Name, media type and content.
fn files(toolchains: &[FakeToolchain]) -> Vec<(String, &'static str, Vec<u8>)> {
    const TEXT: &str = "text/plain; charset=utf-8";
    let list: String =
        toolchains.iter().flat_map(|toolchain| [toolchain.module_version(), "\n".into()]).collect();
    let mut files = vec![("list".to_owned(), TEXT, list.into_bytes())];
    for toolchain in toolchains {
        let version = toolchain.module_version();
        let info = format!("{{\"Version\":\"{version}\",\"Time\":\"{TIME}\"}}");
        files.push((format!("{version}.info"), "application/json", info.into_bytes()));
        files.push((format!("{version}.mod"), TEXT, b"module golang.org/toolchain\n".to_vec()));
        files.push((format!("{version}.zip"), "application/zip", toolchain.zip()));
    }
    files
}

//! The routes of go.dev/dl, or of a mirror of it: archives, and the two JSON lists in the order and
//! shape of the real ones.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::path::PathBuf;

use sha2::{Digest, Sha256};

use super::archives::FakeToolchain;
use super::proxies::ConnectProxy;
use super::response::{Response, hex};
use super::sandbox::Sandbox;
use super::server::Server;
use super::sumdb::SumDb;
use super::tls::Authority;

/// The query of the short list.
pub(crate) const SHORT: &str = "/?mode=json";
/// The query of the whole list.
pub(crate) const ALL: &str = "/?mode=json&include=all";

/// go.dev itself, as far as a client can tell: TLS with a certificate for that name, behind a proxy
/// that leads the name here; and a checksum database, `https://sum.test`, beside it.
///
/// The archives of versions whose checksum is compiled into gox are rightly refused: such a test
/// takes versions that do not exist, as `1.99.1`.
pub(crate) struct GoDev {
    /// go.dev's server, with all routes under `/dl`; and the database's, without a prefix.
    pub(crate) server: Server,
    /// What leads there.
    pub(crate) proxy: ConnectProxy,
    /// The database, which has a true record of each toolchain.
    pub(crate) sumdb: SumDb,
    certificates: PathBuf,
}

impl GoDev {
    /// One that has these; its authority's certificate is put into the sandbox.
    pub(crate) fn start(sandbox: &Sandbox, toolchains: &[FakeToolchain]) -> Self {
        let authority = Authority::new();
        let server = authority.server(&["go.dev", "sum.test"]);
        serve(&server, "/dl", toolchains);
        let sumdb = SumDb::new("sumdb.test");
        for toolchain in toolchains {
            sumdb.add_toolchain(toolchain);
        }
        sumdb.serve(&server, "");
        let proxy = ConnectProxy::start();
        proxy.map("go.dev:443", &server).map("sum.test:443", &server);
        GoDev { server, proxy, sumdb, certificates: authority.write_pem(sandbox.root()) }
    }

    /// `HTTPS_PROXY`, `SSL_CERT_FILE` and `GOSUMDB`, as
    /// [`Command::envs`](super::command::Command::envs) takes them.
    pub(crate) fn environment(&self) -> [(&'static str, String); 3] {
        [
            ("HTTPS_PROXY", self.proxy.url()),
            ("SSL_CERT_FILE", self.certificates.display().to_string()),
            ("GOSUMDB", format!("{} https://sum.test", self.sumdb.verifier())),
        ]
    }
}

/// Adds archives and lists under a prefix such as `/dl`.
pub(crate) fn serve(server: &Server, prefix: &str, toolchains: &[FakeToolchain]) {
    let mut files = Vec::new();
    for toolchain in toolchains {
        let archive = toolchain.tar_gz();
        files.push(ListedFile::new(toolchain, &archive));
        let response = Response::new(archive).content_type("application/x-gzip");
        server.route(format!("{prefix}/{}", toolchain.file_name()), response);
    }
    let json = |body: String| Response::new(body).content_type("application/json").etag(None);
    server.route(format!("{prefix}{SHORT}"), json(short_list(&files)));
    server.route(format!("{prefix}{ALL}"), json(list(&files)));
}

/// One file of a release, as the list has it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ListedFile {
    /// `go1.22.4`.
    pub(crate) version: String,
    /// GOOS.
    pub(crate) os: String,
    /// The architecture in the archive's spelling.
    pub(crate) arch: String,
    /// `archive`, `installer` or `source`.
    pub(crate) kind: String,
    /// `go1.22.4.linux-amd64.tar.gz`.
    pub(crate) file_name: String,
    /// In hex; may be empty.
    pub(crate) sha256: String,
    /// In bytes.
    pub(crate) size: usize,
}

impl ListedFile {
    /// The entry of an archive.
    pub(crate) fn new(toolchain: &FakeToolchain, archive: &[u8]) -> Self {
        ListedFile {
            version: toolchain.name(),
            os: toolchain.os().to_owned(),
            arch: toolchain.archive_arch().to_owned(),
            kind: "archive".to_owned(),
            file_name: toolchain.file_name(),
            sha256: hex(&Sha256::digest(archive)),
            size: archive.len(),
        }
    }
}

/// The list with all releases, the newest first.
pub(crate) fn list(files: &[ListedFile]) -> String {
    json(&releases(files))
}

/// The list with the newest patch of each of the two newest lines.
pub(crate) fn short_list(files: &[ListedFile]) -> String {
    let mut lines = Vec::new();
    let mut short = releases(files);
    short.retain(|(version, _)| {
        let (minor, ..) = order(version);
        let first = is_stable(version) && !lines.contains(&minor) && lines.len() < 2;
        if first {
            lines.push(minor);
        }
        first
    });
    json(&short)
}

type Release = (String, Vec<ListedFile>);

fn releases(files: &[ListedFile]) -> Vec<Release> {
    let mut releases: BTreeMap<&str, Vec<ListedFile>> = BTreeMap::new();
    for file in files {
        releases.entry(&file.version).or_default().push(file.clone());
    }
    let mut releases: Vec<Release> =
        releases.into_iter().map(|(version, files)| (version.to_owned(), files)).collect();
    for (_, files) in &mut releases {
        files.sort();
    }
    releases.sort_by_key(|(version, _)| Reverse(order(version)));
    releases
}

fn is_stable(version: &str) -> bool {
    !version.contains("beta") && !version.contains("rc")
}

/// What the list is sorted by: the second number, the third, then releases above `rcN` above
/// `betaN`, and these by their text.
fn order(version: &str) -> (u32, u32, bool, String) {
    let numbers = version.strip_prefix("go").unwrap();
    let end = numbers.find("beta").or_else(|| numbers.find("rc")).unwrap_or(numbers.len());
    let mut parts = numbers[..end].split('.').skip(1).map(|part| part.parse().unwrap());
    let (minor, patch) = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
    (minor, patch, is_stable(version), numbers[end..].to_owned())
}

/// One blank more for each level, as Go's `json.Encoder` with `SetIndent("", " ")` writes it.
fn json(releases: &[Release]) -> String {
    let releases: Vec<String> = releases.iter().map(release_json).collect();
    if releases.is_empty() { "[]\n".to_owned() } else { format!("[\n{}\n]\n", releases.join(",\n")) }
}

fn release_json((version, files): &Release) -> String {
    let stable = is_stable(version);
    let files: Vec<String> = files.iter().map(file_json).collect();
    let files = files.join(",\n");
    format!(" {{\n  \"version\": \"{version}\",\n  \"stable\": {stable},\n  \"files\": [\n{files}\n  ]\n }}")
}

fn file_json(file: &ListedFile) -> String {
    let fields = [
        ("filename", format!("\"{}\"", file.file_name)),
        ("os", format!("\"{}\"", file.os)),
        ("arch", format!("\"{}\"", file.arch)),
        ("version", format!("\"{}\"", file.version)),
        ("sha256", format!("\"{}\"", file.sha256)),
        ("size", file.size.to_string()),
        ("kind", format!("\"{}\"", file.kind)),
    ];
    let fields = fields.map(|(name, value)| format!("    \"{name}\": {value}")).join(",\n");
    format!("   {{\n{fields}\n   }}")
}

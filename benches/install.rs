//! How long an install takes, as ratios of medians in one run:
//!
//! ```text
//! cargo bench --bench install
//! ```
//!
//! Against inflating the archive alone, `curl | tar xz` of the same bytes, and the go command's own download
//! of the same module; and over a link of 500 Mbit/s against the bare download of the module zip, which is the least
//! that an install can take there: with ranges, by which it unpacks meanwhile, and without. Everything comes from a loopback server in this process, which fills itself from the
//! machine's GOPROXY before the clock runs, and everything is written to one file system: that of
//! `GOX_BENCH_DIR`, else `/dev/shm`, where no disk blurs the figures.

#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a benchmark prints, and stops at any failure")]
#![expect(clippy::disallowed_methods, reason = "what steers a benchmark is no variable of gox")]

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::bufread::GzDecoder;
use flate2::write::GzEncoder;

/// Something that is done once, and timed.
type Contestant<'a> = Box<dyn FnMut() -> Duration + 'a>;

const VERSION: &str = "1.27.2";
const RUNS: usize = 7;
/// How long a chunk of [`CHUNK`] bytes takes at 500 Mbit/s.
const CHUNK_TIME: Duration = Duration::from_nanos(CHUNK as u64 * 8 * 2);
const CHUNK: usize = 16 << 10;

fn main() {
    // `cargo test --benches` must not measure.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let parent = std::env::var_os("GOX_BENCH_DIR").map_or_else(|| PathBuf::from("/dev/shm"), PathBuf::from);
    let directory = tempfile::Builder::new().prefix("gox-bench.").tempdir_in(parent).unwrap();
    let root = directory.path();
    let upstream = tell("go", &["env", "GOPROXY"]).split([',', '|']).next().unwrap().to_owned();
    let server = Server::start(upstream);
    let zip = server.read(&format!("/golang.org/toolchain/@v/{}.zip", module_version()));
    let archive = root.join("archive.tar.gz");
    fs::write(&archive, repack(&zip)).unwrap();
    server.put(&format!("/dl/{}", archive_name()), fs::read(&archive).unwrap());

    let url = server.url.clone();
    let mut contestants: Vec<(&str, Contestant)> = vec![
        ("inflate alone", Box::new(|| inflate(&archive))),
        ("curl | tar xz", Box::new(|| curl_and_tar(root, &url))),
        (
            "gox, archive",
            Box::new(|| gox(root, &[("GOX_SOURCES", "dl"), ("GOX_DL_URL", &format!("{url}/dl"))], &url)),
        ),
        ("go, module zip", Box::new(|| go(root, &url))),
        ("gox, module zip", Box::new(|| gox(root, &[("GOX_SOURCES", "proxy")], &url))),
        ("curl, link", Box::new(|| curl(&format!("{url}/link")))),
        ("gox, link", Box::new(|| gox(root, &[("GOX_SOURCES", "proxy")], &format!("{url}/link")))),
        ("gox, no ranges", Box::new(|| gox(root, &[("GOX_SOURCES", "proxy")], &format!("{url}/link/plain")))),
    ];
    let mut times = vec![Vec::new(); contestants.len()];
    for run in 0..=RUNS {
        for (index, (_, contestant)) in contestants.iter_mut().enumerate() {
            let time = contestant();
            // The first round fills caches.
            if run > 0 {
                times[index].push(time);
            }
        }
    }
    let medians: Vec<f64> = times.iter_mut().map(|times| median(times)).collect();
    for ((name, _), median) in contestants.iter().zip(&medians) {
        println!("{name:16} {median:.3} s");
    }
    println!("archive / inflate alone   {:.2}", medians[2] / medians[0]);
    println!("archive / curl | tar xz   {:.2}", medians[2] / medians[1]);
    println!("module zip / go command   {:.2}", medians[4] / medians[3]);
    println!("over a link / bare curl   {:.2}", medians[6] / medians[5]);
    println!("without ranges / curl     {:.2}", medians[7] / medians[5]);
}

fn median(times: &mut [Duration]) -> f64 {
    times.sort();
    times[times.len() / 2].as_secs_f64()
}

fn timed(command: &mut Command) -> Duration {
    let start = Instant::now();
    let output = command.stdin(Stdio::null()).output().unwrap();
    let time = start.elapsed();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    time
}

/// The inflater that gox uses, on a thread that does nothing else.
fn inflate(archive: &Path) -> Duration {
    let start = Instant::now();
    let mut decoder = GzDecoder::new(BufReader::with_capacity(256 << 10, File::open(archive).unwrap()));
    let mut buffer = vec![0; 1 << 20];
    while decoder.read(&mut buffer).unwrap() > 0 {}
    start.elapsed()
}

fn curl_and_tar(root: &Path, url: &str) -> Duration {
    let target = fresh(&root.join("curl"));
    let line =
        format!("set -o pipefail; curl -sS {url}/dl/{} | tar xz -C {}", archive_name(), target.display());
    timed(Command::new("bash").args(["-c", &line]))
}

/// The module zip alone.
fn curl(url: &str) -> Duration {
    let zip = format!("{url}/golang.org/toolchain/@v/{}.zip", module_version());
    timed(Command::new("curl").args(["-sSf", "-o", "/dev/null", &zip]))
}

/// A cold install; the checksum database's tiles are cached, as they are for whoever installed before.
fn gox(root: &Path, variables: &[(&str, &str)], url: &str) -> Duration {
    let home = root.join("home");
    fresh(&home.join("toolchains"));
    let mut command = Command::new(env!("CARGO_BIN_EXE_gox"));
    command.args(["install", VERSION]).env("GOX_HOME", &home).env("GOPROXY", url).env("GOENV", "off");
    timed(command.envs(variables.iter().copied()))
}

fn go(root: &Path, url: &str) -> Duration {
    let path = root.join("go");
    if path.exists() {
        // The module cache is read-only.
        timed(Command::new("chmod").arg("-R").arg("u+w").arg(&path));
    }
    let modules = fresh(&path);
    let mut command = Command::new("go");
    command.arg("version").current_dir(root).env("GOTOOLCHAIN", format!("go{VERSION}")).env("GOENV", "off");
    timed(
        command.env("GOPATH", &modules).env("GOMODCACHE", &modules).env("GOPROXY", url).env_remove("GOSUMDB"),
    )
}

/// An empty directory.
fn fresh(path: &Path) -> PathBuf {
    let _ = fs::remove_dir_all(path);
    fs::create_dir_all(path).unwrap();
    path.to_owned()
}

fn tell(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn platform() -> String {
    tell("go", &["env", "GOOS"]) + "-" + &tell("go", &["env", "GOARCH"])
}

fn module_version() -> String {
    format!("v0.0.1-go{VERSION}.{}", platform())
}

fn archive_name() -> String {
    format!("go{VERSION}.{}.tar.gz", platform())
}

/// The archive that a module zip was made from, but for the folders that a module does not have.
fn repack(zip: &[u8]) -> Vec<u8> {
    let mut zip = zip::ZipArchive::new(io::Cursor::new(zip)).unwrap();
    let mut tar = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::best()));
    for index in 0..zip.len() {
        let mut file = zip.by_index(index).unwrap();
        let name = file
            .name()
            .unwrap()
            .split_once('/')
            .unwrap()
            .1
            .split_once('/')
            .unwrap()
            .1
            .replace("/_go.mod", "/go.mod");
        let mut content = Vec::new();
        file.read_to_end(&mut content).unwrap();
        let mut header = tar::Header::new_ustar();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        tar.append_data(&mut header, format!("go/{name}"), content.as_slice()).unwrap();
    }
    tar.into_inner().unwrap().finish().unwrap()
}

/// A server that keeps what it was asked for.
#[derive(Clone)]
struct Server {
    url: String,
    upstream: String,
    kept: Arc<Mutex<HashMap<String, Arc<Vec<u8>>>>>,
    /// When the link is free again.
    link: Arc<Mutex<Instant>>,
}

impl Server {
    fn start(upstream: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let server =
            Server { url, upstream, kept: Arc::default(), link: Arc::new(Mutex::new(Instant::now())) };
        let answering = server.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let server = answering.clone();
                // A client that goes away is its own affair.
                std::thread::spawn(move || drop(server.answer(stream.unwrap())));
            }
        });
        server
    }

    fn put(&self, path: &str, body: Vec<u8>) {
        self.kept.lock().unwrap().insert(path.to_owned(), Arc::new(body));
    }

    fn read(&self, path: &str) -> Arc<Vec<u8>> {
        if let Some(body) = self.kept.lock().unwrap().get(path) {
            return body.clone();
        }
        let output =
            Command::new("curl").args(["-sSf", &format!("{}{path}", self.upstream)]).output().unwrap();
        self.put(path, output.stdout);
        self.kept.lock().unwrap()[path].clone()
    }

    fn answer(&self, mut stream: TcpStream) -> io::Result<()> {
        let mut lines = BufReader::new(stream.try_clone()?).lines();
        while let Some(line) = lines.next().transpose()? {
            let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
            let mut range = None;
            while let Some(line) = lines.next().transpose()?.filter(|line| !line.is_empty()) {
                range = line.to_ascii_lowercase().strip_prefix("range: bytes=").map(str::to_owned).or(range);
            }
            let linked = path.strip_prefix("/link");
            let rest = linked.unwrap_or(&path);
            let plain = rest.strip_prefix("/plain");
            self.send(
                &mut stream,
                plain.unwrap_or(rest),
                range.as_deref().filter(|_| plain.is_none()),
                linked.is_some(),
            )?;
        }
        Ok(())
    }

    /// Sends a file, or the part of it that a range of two numbers names; over the link, which all connections share.
    fn send(&self, stream: &mut TcpStream, path: &str, range: Option<&str>, linked: bool) -> io::Result<()> {
        let body = self.read(path);
        // An empty answer stands for whatever upstream did not have, such as `/supported` of a proxy.
        let missing = body.is_empty() && !path.ends_with("/supported");
        let (mut status, mut body, total) =
            (if missing { "404 Not Found" } else { "200 OK" }, &body[..], body.len());
        let mut header = String::new();
        if let Some((first, last)) = range.and_then(|range| range.split_once('-')) {
            (status, body) = ("206 Partial Content", &body[first.parse().unwrap()..=last.parse().unwrap()]);
            header = format!("content-range: bytes {first}-{last}/{total}\r\n");
        }
        write!(stream, "HTTP/1.1 {status}\r\n{header}content-length: {}\r\n\r\n", body.len())?;
        if !linked {
            return stream.write_all(body);
        }
        for chunk in body.chunks(CHUNK) {
            let free = {
                let mut free = self.link.lock().unwrap();
                *free = Instant::now().max(*free) + CHUNK_TIME;
                *free
            };
            std::thread::sleep(free.saturating_duration_since(Instant::now()));
            stream.write_all(chunk)?;
        }
        Ok(())
    }
}

//! What the commands around Go cost, as medians in one run:
//!
//! ```text
//! cargo bench --bench around
//! ```
//!
//! `gox gate` where nothing is staged, beside a `git status` of the same repository; its step `vet` where an overlay
//! hides an unstaged edit, against the same where there is none, and against `go vet` alone; and a report of
//! `gox doctor` in a small home, without a network. The repository has a module of forty packages. A toolchain is
//! installed from the machine's GOPROXY before the clock runs, below `GOX_BENCH_DIR`, else `/dev/shm`.

#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a benchmark prints, and stops at any failure")]
#![expect(clippy::disallowed_methods, reason = "what steers a benchmark is no variable of gox")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const VERSION: &str = "1.27.3";
const PACKAGES: usize = 40;
const SHORT_RUNS: usize = 100;
const VET_RUNS: usize = 25;

struct Bench {
    root: PathBuf,
    path: String,
}

fn main() {
    // `cargo test --benches` must not measure.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let parent = std::env::var_os("GOX_BENCH_DIR").map_or_else(|| PathBuf::from("/dev/shm"), PathBuf::from);
    let directory = tempfile::Builder::new().prefix("gox-bench.").tempdir_in(parent).unwrap();
    let bench = Bench::new(directory.path());
    bench.nothing_staged();
    bench.overlay();
    bench.doctor();
}

impl Bench {
    fn new(root: &Path) -> Self {
        let mut install = Command::new(env!("CARGO_BIN_EXE_gox"));
        install.args(["install", VERSION]).env("GOX_HOME", root.join("home")).stderr(Stdio::inherit());
        assert!(install.status().unwrap().success());
        let path = format!("{}:/usr/bin:/bin", root.join("home/shims").display());
        let bench = Bench { root: root.to_owned(), path };
        fs::write(root.join(".gitconfig"), "[user]\n\tname = me\n\temail = me@example.com\n").unwrap();
        bench
    }

    /// A repository with one commit, in which the edits that `stage` and `leave` name are made.
    fn repository(&self, name: &str, stage: bool, leave: bool) -> PathBuf {
        let folder = self.root.join(name);
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("go.mod"), "module example.com/m\n\ngo 1.24\n").unwrap();
        for package in 0..PACKAGES {
            let path = folder.join(format!("p{package}"));
            fs::create_dir(&path).unwrap();
            fs::write(path.join("a.go"), text(package, 0)).unwrap();
        }
        self.git(&folder, &["init", "--quiet"]);
        self.git(&folder, &["add", "."]);
        self.git(&folder, &["commit", "--quiet", "--message", "first"]);
        if stage {
            fs::write(folder.join("p1/a.go"), text(1, 1)).unwrap();
            self.git(&folder, &["add", "."]);
        }
        if leave {
            fs::write(folder.join("p2/a.go"), text(2, 2)).unwrap();
        }
        folder
    }

    fn git(&self, folder: &Path, arguments: &[&str]) {
        assert!(self.command("git", folder).args(arguments).status().unwrap().success(), "{arguments:?}");
    }

    /// A program in a small and constant environment.
    fn command(&self, program: impl AsRef<std::ffi::OsStr>, folder: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(folder).env_clear().env("HOME", &self.root).env("PATH", &self.path);
        command.env("GOX_HOME", self.root.join("home")).env("GOX_OFFLINE", "true").env("GOPROXY", "off");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    fn gox(&self, words: &[&str], folder: &Path) -> Command {
        let mut command = self.command(env!("CARGO_BIN_EXE_gox"), folder);
        command.args(words);
        command
    }

    fn nothing_staged(&self) {
        let folder = self.repository("clean", false, true);
        let mut status = self.command("git", &folder);
        status.args(["status", "--porcelain"]);
        let [gate, status] = medians(SHORT_RUNS, [self.gox(&["gate"], &folder), status], &[0]);
        println!("gate, nothing staged     {:.1} ms, git status {:.1} ms", gate * 1e3, status * 1e3);
    }

    fn overlay(&self) {
        let (plain, hidden) = (self.repository("plain", true, false), self.repository("hidden", true, true));
        let vet = ["gate", "--only", "vet"];
        let mut alone = self.command(self.root.join("home/shims/go"), &plain);
        alone.args(["vet", "./..."]);
        let commands = [self.gox(&vet, &hidden), self.gox(&vet, &plain), alone];
        let [hidden, plain, alone] = medians(VET_RUNS, commands, &[0]);
        println!("vet, overlay / no overlay {:.2}", hidden / plain);
        println!("vet, gate / go vet alone  {:.2}, {:.2} s", plain / alone, alone);
    }

    fn doctor(&self) {
        let folder = self.repository("doctor", false, false);
        // Its code is 1, because the home is hardly set up.
        let [doctor] = medians(SHORT_RUNS, [self.gox(&["doctor"], &folder)], &[0, 1]);
        println!("doctor                   {:.0} ms", doctor * 1e3);
    }
}

/// A Go file with another content for each edit.
fn text(package: usize, edit: usize) -> String {
    let function = |number| {
        format!("\nfunc F{number}(s string) string {{ return fmt.Sprintf(\"%s {edit} {number}\", s) }}\n")
    };
    format!("package p{package}\n\nimport \"fmt\"\n") + &(0..20).map(function).collect::<String>()
}

/// The median time of each command, which are run in turns after one run that fills the caches, and have to end with
/// one of these codes.
fn medians<const N: usize>(runs: usize, mut commands: [Command; N], codes: &[i32]) -> [f64; N] {
    let mut times = [const { Vec::new() }; N];
    for run in 0..=runs {
        for (command, times) in commands.iter_mut().zip(&mut times) {
            let start = Instant::now();
            let code = command.status().unwrap().code();
            let time: Duration = start.elapsed();
            assert!(code.is_some_and(|code| codes.contains(&code)), "{command:?}: {code:?}");
            if run > 0 {
                times.push(time.as_secs_f64());
            }
        }
    }
    times.map(|mut times| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    })
}

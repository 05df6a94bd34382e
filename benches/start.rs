//! What choosing a Go costs at each start, as medians and ratios in one run:
//!
//! ```text
//! cargo bench --bench start
//! ```
//!
//! `go version` five directories deep in a module with a pin: called directly, through the shim, through a
//! static C program that only calls execve, by the go command's own switch (`GOTOOLCHAIN=go1.27.3+path`), and
//! by the functions of bash and zsh against a direct call in the same shell. A fork scatters by more than a
//! function adds, so the choice alone is timed as well, without any process. Beside these, `gox status --short`,
//! which prompts call, where very many projects are known, and `gox sync --check` with a hundred toolchains. Two
//! toolchains are installed from the machine's GOPROXY before the clock runs, below `GOX_BENCH_DIR`, else `/dev/shm`.

#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a benchmark prints, and stops at any failure")]
#![expect(clippy::disallowed_methods, reason = "what steers a benchmark is no variable of gox")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const BASE: &str = "1.27.2";
const OTHER: &str = "1.27.3";
const RUNS: usize = 1500;
const STATUS_RUNS: usize = 300;
const KNOWN_PROJECTS: usize = 10_000;
const SYNC_RUNS: usize = 200;
const SYNCED: usize = 100;
const SHELL_RUNS: usize = 7;
const CALLS: usize = 200;
const CHOICES: u32 = 2000;
const PROMPTS: u32 = 20_000;

struct Bench {
    root: PathBuf,
    home: PathBuf,
    deep: PathBuf,
}

fn main() {
    // `cargo test --benches` must not measure.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let parent = std::env::var_os("GOX_BENCH_DIR").map_or_else(|| PathBuf::from("/dev/shm"), PathBuf::from);
    let directory = tempfile::Builder::new().prefix("gox-bench.").tempdir_in(parent).unwrap();
    let bench = Bench::new(directory.path());
    bench.processes();
    bench.known_projects();
    bench.declared_machine();
    for shell in ["bash", "zsh"] {
        bench.functions(shell);
        bench.choice(shell);
        bench.prompt(shell);
    }
}

impl Bench {
    fn new(root: &Path) -> Self {
        let bench =
            Bench { root: root.to_owned(), home: root.join("home"), deep: root.join("module/a/b/c/d") };
        fs::create_dir_all(&bench.deep).unwrap();
        fs::write(root.join("module/go.mod"), "module m\n\ngo 1.21\n").unwrap();
        fs::write(root.join("module/.go-version"), format!("{BASE}\n")).unwrap();
        let mut install = Command::new(env!("CARGO_BIN_EXE_gox"));
        install.args(["install", BASE, OTHER]).env("GOX_HOME", &bench.home);
        assert!(install.stderr(Stdio::inherit()).status().unwrap().success());
        bench
    }

    fn go(&self, version: &str) -> PathBuf {
        self.home.join("toolchains").join(format!("go{version}")).join("bin/go")
    }

    /// In the module, with a small and constant environment.
    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.deep).env_clear().env("HOME", &self.root).env("GOX_HOME", &self.home);
        command.env("PATH", "/usr/bin:/bin").env("GOENV", "off").stdin(Stdio::null()).stdout(Stdio::null());
        command
    }

    fn processes(&self) {
        let (direct, shim) = (self.go(BASE), self.home.join("shims/go"));
        let only_exec = self.c_program(&direct);
        let path = format!("{}:/usr/bin:/bin", self.home.join("shims").display());
        let call = |program: &Path, variables: &[(&str, &str)]| {
            let mut command = self.command(program);
            command.arg("version").envs(variables.iter().copied());
            timed(&mut command)
        };
        let local = [("GOTOOLCHAIN", "local")];
        let switch = [("GOTOOLCHAIN", "go1.27.3+path"), ("PATH", path.as_str())];
        let mut times = vec![Vec::new(); 4];
        for _ in 0..RUNS {
            times[0].push(call(&direct, &local));
            times[1].push(call(&shim, &[]));
            times[2].push(call(&only_exec, &local));
            times[3].push(call(&direct, &switch));
        }
        let [direct, shim, c, switch] = [0, 1, 2, 3].map(|index| median(&mut times[index]));
        println!("direct                  {:.2} ms", direct * 1e3);
        for (name, time) in [("shim", shim), ("static C execve", c), ("go's own switch", switch)] {
            println!("{name:23} {:.2} ms, adds {:.2}", time * 1e3, (time - direct) * 1e3);
        }
        println!("shim / direct           {:.2}", shim / direct);
        println!("shim adds / switch adds {:.2}", (shim - direct) / (switch - direct));
        println!("shim adds / C adds      {:.2}", (shim - direct) / (c - direct));
    }

    /// `gox status --short` with ten thousand known projects, and with one.
    fn known_projects(&self) {
        let own = format!("{}\n", self.root.join("module").display());
        let other = |number| format!("/home/somebody/src/example.com/project-{number}\n");
        let many = (1..KNOWN_PROJECTS).map(other).collect::<String>() + &own;
        let status = |known: &str| {
            fs::write(self.home.join("projects"), known).unwrap();
            timed(self.command(Path::new(env!("CARGO_BIN_EXE_gox"))).args(["status", "--short"]))
        };
        let (mut with_many, mut with_one) = (Vec::new(), Vec::new());
        for _ in 0..STATUS_RUNS {
            with_many.push(status(&many));
            with_one.push(status(&own));
        }
        let (many, one) = (median(&mut with_many), median(&mut with_one));
        println!("status --short, one project known     {:.2} ms", one * 1e3);
        println!("status --short, {KNOWN_PROJECTS} known / one   {:.2}", many / one);
    }

    /// `gox sync --check` of a machine with many toolchains, all of them declared.
    fn declared_machine(&self) {
        let names: Vec<String> =
            (0..SYNCED).map(|number| format!("1.{}.{}", 50 + number / 10, number % 10)).collect();
        let home = self.root.join("declared");
        for name in &names {
            let goroot = home.join(format!("toolchains/go{name}"));
            fs::create_dir_all(goroot.join("bin")).unwrap();
            std::os::unix::fs::symlink("/bin/true", goroot.join("bin/go")).unwrap();
        }
        let file = self.root.join("fleet.toml");
        fs::write(&file, format!("format = 1\n[toolchains]\nexclusive = true\ninstall = {names:?}\n[policy]\noldest = \"1.50\"\n"))
            .unwrap();
        let gox = || {
            let mut command = self.command(Path::new(env!("CARGO_BIN_EXE_gox")));
            command.env("GOX_HOME", &home);
            command
        };
        let mut times: Vec<Duration> =
            (0..SYNC_RUNS).map(|_| timed(gox().args(["sync", "--check", "--quiet"]).arg(&file))).collect();
        println!("sync --check, {SYNCED} toolchains         {:.2} ms", median(&mut times) * 1e3);
    }

    /// A program that does nothing but become the tool: what the kernel alone costs.
    fn c_program(&self, go: &Path) -> PathBuf {
        let (source, program) = (self.root.join("exec.c"), self.root.join("exec"));
        let text = format!(
            "#include <unistd.h>\nextern char **environ;\n\
             int main(int c, char **v) {{ return execve({:?}, v, environ); }}\n",
            go.to_str().unwrap()
        );
        fs::write(&source, text).unwrap();
        let built = Command::new("cc").args(["-O2", "-static", "-o"]).args([&program, &source]).status();
        assert!(built.unwrap().success(), "a C compiler is needed");
        program
    }

    /// `go version` by the function and by the path, in one shell each time.
    fn functions(&self, shell: &str) {
        let direct = self.go(BASE);
        let init = Command::new(env!("CARGO_BIN_EXE_gox")).args(["init", shell]).output().unwrap();
        let functions = String::from_utf8(init.stdout).unwrap();
        let run = |call: &str| {
            let text =
                format!("{functions}\ni=0\nwhile [ $i -lt {CALLS} ]; do {call} version; i=$((i+1)); done");
            let mut command = self.command(Path::new(shell));
            command.args(["-c", &text]);
            timed(&mut command) / u32::try_from(CALLS).unwrap()
        };
        let by_path = format!("GOTOOLCHAIN=local {}", direct.display());
        let (mut by_function, mut directly) = (Vec::new(), Vec::new());
        for _ in 0..SHELL_RUNS {
            by_function.push(run("go"));
            directly.push(run(&by_path));
        }
        let (function, direct) = (median(&mut by_function), median(&mut directly));
        println!(
            "{shell} function          {:.2} ms, adds {:.2} ms to {:.2}",
            function * 1e3,
            (function - direct) * 1e3,
            direct * 1e3
        );
        println!("{shell} function / direct {:.2}", function / direct);
    }
}

impl Bench {
    /// What a function does before it starts the tool, in a loop against an empty function.
    fn choice(&self, shell: &str) {
        let init = Command::new(env!("CARGO_BIN_EXE_gox")).args(["init", shell]).output().unwrap();
        let text = String::from_utf8(init.stdout).unwrap();
        let run = |call: &str| {
            let text = format!(
                "{text}\n_choice() {{ __gox_find_shim go && __gox_choose \"$@\"; }}\nchoose() {{ {call}; }}\n\
                 i=0\nwhile [ $i -lt {CHOICES} ]; do choose go version || exit; i=$((i+1)); done"
            );
            let mut command = self.command(Path::new(shell));
            // The user's own settings file is looked for, as it is for most users.
            command.env_remove("GOENV").args(["-c", &text]);
            timed(&mut command) / CHOICES
        };
        let (mut chosen, mut nothing) = (Vec::new(), Vec::new());
        for _ in 0..SHELL_RUNS {
            chosen.push(run("__gox_with_home __gox_with_variables _choice \"$@\""));
            nothing.push(run(":"));
        }
        println!("{shell} choice alone      {:.3} ms", (median(&mut chosen) - median(&mut nothing)) * 1e3);
    }

    /// The hook of `--announce` before a prompt, in the same directory as before.
    fn prompt(&self, shell: &str) {
        let init =
            Command::new(env!("CARGO_BIN_EXE_gox")).args(["init", shell, "--announce"]).output().unwrap();
        let text = String::from_utf8(init.stdout).unwrap();
        let run = |call: &str| {
            let text = format!(
                "{text}\n__gox_announce\ni=0\nwhile [ $i -lt {PROMPTS} ]; do {call}; i=$((i+1)); done"
            );
            let mut command = self.command(Path::new(shell));
            command.args(["-c", &text]);
            timed(&mut command) / PROMPTS
        };
        let (mut hook, mut nothing) = (Vec::new(), Vec::new());
        for _ in 0..SHELL_RUNS {
            hook.push(run("__gox_announce"));
            nothing.push(run(":"));
        }
        println!("{shell} prompt hook adds {:.1} us", (median(&mut hook) - median(&mut nothing)) * 1e6);
    }
}

fn median(times: &mut [Duration]) -> f64 {
    times.sort();
    times[times.len() / 2].as_secs_f64()
}

fn timed(command: &mut Command) -> Duration {
    let start = Instant::now();
    let status = command.status().unwrap();
    let time = start.elapsed();
    assert!(status.success());
    time
}

//! `gox sync`: a machine as a file in Git declares it.

mod apply;
mod commits;
mod exists;
mod file;
mod git;
mod model;
mod owed;
mod plan;
mod policy;
mod record;

use crate::support::command::Command;
use crate::support::proxy::{MODULE, ModuleProxy};
use crate::support::sandbox::Sandbox;

/// The versions that the proxy has.
const RELEASED: [&str; 5] = ["1.99.2", "1.99.1", "1.98.3", "1.98.1", "1.97.0"];

/// A machine with a fleet file in the repository `code/fleet`, and a proxy.
struct Machine {
    sandbox: Sandbox,
    proxy: ModuleProxy,
}

impl Machine {
    fn new() -> Self {
        let sandbox = Sandbox::in_use();
        sandbox
            .write("user/.gitconfig", "[user]\n\tname = u\n\temail = u@h\n[init]\n\tdefaultBranch = main\n");
        Machine { sandbox, proxy: ModuleProxy::with_versions(&RELEASED) }
    }

    /// Writes the fleet file, with its format.
    fn declare(&self, text: &str) {
        self.sandbox.write("code/fleet/gox.toml", format!("format = 1\n{text}"));
    }

    /// `gox sync` with the words of a line, where the proxy can be asked.
    fn sync(&self, line: &str) -> Command<'_> {
        let words = line.split(' ').filter(|word| !word.is_empty());
        self.sandbox.gox(["sync"]).args(words).envs(self.proxy.environment()).env("GOX_SOURCES", "proxy")
    }

    /// Applies the fleet file, which has to work.
    #[track_caller]
    fn apply(&self) {
        let run = self.sync("--yes fleet/gox.toml").run();
        assert_eq!(run.code(), 0, "{}{}", run.stdout, run.stderr);
    }

    /// Installs versions without a fleet file.
    #[track_caller]
    fn install(&self, versions: &[&str]) {
        let run = self.sandbox.gox(["install"]).args(versions).envs(self.proxy.environment());
        let run = run.env("GOX_SOURCES", "proxy").run();
        assert_eq!(run.code(), 0, "{}", run.stderr);
    }

    /// The versions that are installed, newest first.
    fn installed(&self) -> Vec<String> {
        let run = self.sandbox.gox(["list"]).run();
        let words = run.stdout.lines().skip(1).filter_map(|line| line.split(' ').next());
        words.map(str::to_owned).collect()
    }

    /// Runs a script in the repository, and gives what it prints.
    #[track_caller]
    fn git(&self, script: &str) -> String {
        let path = self.sandbox.path_after(["bin", "/usr/bin", "/bin"]);
        let run = self.sandbox.command("sh").args(["-ec", script]).cwd("code/fleet").env("PATH", path).run();
        assert_eq!(run.code(), 0, "{script}\n{}", run.stderr);
        run.stdout
    }

    /// Commits the fleet file, and gives the hash.
    fn commit(&self) -> String {
        let script = "git init -q; git add gox.toml; git commit -qm fleet; git rev-parse HEAD";
        self.git(script).trim().to_owned()
    }

    /// How many toolchains were fetched.
    fn downloads(&self) -> usize {
        let zip = |target: &&String| target.starts_with(MODULE) && target.contains(".zip");
        self.proxy.server.targets().iter().filter(zip).count()
    }
}

//! Machines on which the action runs, and what they find in the network and in the cache.

use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::run::Run;
use crate::support::archives::{FakeToolchain, goarch, goos};
use crate::support::proxy::ModuleProxy;
use crate::support::raw::{TarEntry, gzip, tar};
use crate::support::response::{Response, hex};
use crate::support::sandbox::{GOX, Sandbox};

/// The repository of the action.
pub(super) const REPOSITORY: &str = env!("CARGO_MANIFEST_DIR");

/// A go command that knows where its caches are.
pub(super) const GO: &str =
    "#!/bin/sh\ncase $1 in\nenv) echo \"$HOME/caches/$2\" ;;\n*) echo \"go version go@V@ x\" ;;\nesac\n";

fn toolchain(version: &str, go: &str) -> FakeToolchain {
    FakeToolchain::new(version).with_file("bin/go", 0o755, go.replace("@V@", version))
}

/// A proxy with toolchains, on which a release of gox is, too; and the cache of the project.
pub(super) struct World {
    pub(super) proxy: ModuleProxy,
    pub(super) cache: tempfile::TempDir,
    /// The sha256 of the release's `install.sh`.
    pub(super) sum: String,
}

/// A machine that is new for each job, as those of GitHub are.
pub(super) struct Machine {
    pub(super) sandbox: Sandbox,
    /// The repository from which the action comes; empty for the one in which it runs.
    pub(super) repository: &'static str,
    /// Variables of the workflow.
    pub(super) variables: Vec<(&'static str, String)>,
}

impl World {
    pub(super) fn new() -> Self {
        World::with(GO)
    }

    /// With toolchains that have this go command.
    pub(super) fn with(go: &str) -> Self {
        let versions = ["1.99.1", "1.99.4", "1.98.7", "1.98.2"];
        let proxy = ModuleProxy::start(&versions.map(|version| toolchain(version, go)));
        let version = env!("CARGO_PKG_VERSION");
        let name = format!("gox-{version}-{}-{}", goos(), goarch());
        // Not the program itself, which with its debug information takes long to pack.
        let program = format!("#!/bin/sh\n# GOX_SYSTEM_HOME\nexec '{GOX}' \"$@\"\n");
        let archive = gzip(&tar(&[TarEntry::file(format!("{name}/gox"), 0o755, program)]));
        let url = format!("/me/gox/releases/download/v{version}");
        let script = fs::read_to_string(Path::new(REPOSITORY).join("dist/install.sh")).unwrap();
        let line = format!("{}-{} {}", goos(), goarch(), hex(&Sha256::digest(&archive)));
        let script = script.replace("@VERSION@", version).replace("@ARCHIVES@", &line);
        let script = script.replace("@URL@", &format!("{}{url}", proxy.url()));
        let sum = hex(&Sha256::digest(&script));
        proxy.server.route(format!("{url}/install.sh"), Response::new(script));
        proxy.server.route(format!("{url}/{name}.tar.gz"), Response::new(archive));
        World { proxy, cache: tempfile::TempDir::new().unwrap(), sum }
    }

    /// What was asked for of toolchains and of gox, by the ends of the paths.
    pub(super) fn fetched(&self) -> Vec<String> {
        let targets = self.proxy.server.targets();
        let files = targets.iter().filter_map(|target| target.rsplit('/').next());
        let kept = files.filter(|file| [".zip", ".gz", ".sh"].iter().any(|end| file.ends_with(end)));
        kept.map(|file| file.replace(&format!("{}-{}", goos(), goarch()), "[OS]-[ARCH]")).collect()
    }
}

impl Machine {
    pub(super) fn new() -> Self {
        let sandbox = Sandbox::new();
        fs::create_dir_all(sandbox.root().join("runner/temp")).unwrap();
        Machine { sandbox, repository: "me/gox", variables: Vec::new() }
    }

    /// One that has gox, as those that a team keeps.
    pub(super) fn with_gox() -> Self {
        let machine = Machine::new();
        machine.sandbox.put_gox();
        machine
    }

    /// Runs the action in a job of its own.
    pub(super) fn run<'a>(&'a self, world: &'a World, inputs: &[(&str, &str)]) -> Run<'a> {
        Run::of(self, world, inputs)
    }
}

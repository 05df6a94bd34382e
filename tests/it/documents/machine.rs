//! The machine on which the commands of the documents are typed: it has a project, a fleet file and a network that is
//! played, and gox, unless a page is about installing it.

use std::fs;
use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::releases;
use crate::installer::{program, released, target};
use crate::support::archives::FakeToolchain;
use crate::support::command::Command;
use crate::support::proxy::ModuleProxy;
use crate::support::raw::tar;
use crate::support::response::Response;
use crate::support::sandbox::{GOX, Sandbox};
use crate::support::server::Server;
use crate::support::{dl, proxy};

const VERSIONS: [&str; 7] = ["1.27.4", "1.27.3", "1.26.11", "1.25.14", "1.24.13", "1.22.4", "1.21.0"];

const FLEET: &str = "format = 1\n\n[toolchains]\ninstall = [\"1.27.3\"]\ndefault = \"1.27.3\"\n\n[target.ci]\n\
                     toolchains.install = [\"1.27.3\", \"1.26.11\"]\n";

pub(super) struct Machine {
    pub(super) sandbox: Sandbox,
    proxy: ModuleProxy,
    mirror: Server,
}

impl Machine {
    /// Without a gox.
    pub(super) fn fresh() -> Self {
        let sandbox = Sandbox::new();
        let toolchains = VERSIONS.map(FakeToolchain::new);
        let machine = Machine { sandbox, proxy: ModuleProxy::start(&toolchains), mirror: Server::start() };
        dl::serve(&machine.mirror, "/go", &toolchains);
        proxy::write_to(&machine.sandbox.root().join("mnt/go"), &toolchains);
        machine.with_files();
        machine
    }

    /// With one, and with versions that the documents speak of.
    pub(super) fn with_gox() -> Self {
        let machine = Machine::fresh();
        machine.sandbox.put_gox();
        let run = machine.command("gox").args(["install", "1.27.3", "1.26.11", "1.22.4"]).run();
        assert_eq!(run.code(), 0, "{}", run.stderr);
        machine
    }

    fn with_files(&self) {
        let sandbox = &self.sandbox;
        sandbox.put_git_user();
        // Who types is root already; what is typed runs with the PATH that Debian gives it.
        let path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        sandbox.put_tool("sudo", &format!("#!/bin/sh\nexec env PATH={path} \"$@\"\n"));
        sandbox.put_tool("make", "#!/bin/sh\nexec go version\n");
        sandbox.write("code/project/go.mod", "module example.com/project\n\ngo 1.21\n");
        sandbox.write("code/fleet/gox.toml", FLEET.replace("1.27.3", "1.26.11"));
        sandbox.write("user/src/go/VERSION", "devel go1.28-0123456\n");
        sandbox.put_script("user/src/go/bin/go", "#!/bin/sh\necho go version devel\n");
        sandbox.sh(
            "cp fleet/gox.toml gox.toml; git init -q; git add -A; git commit -qm one; git branch -M main",
        );
        sandbox.write("code/fleet/gox.toml", FLEET);
        sandbox.write("code/gox.toml", FLEET);
        sandbox.sh("git commit -qam two; git update-ref refs/remotes/origin/main HEAD");
    }

    /// Serves a release of this gox.
    pub(super) fn with_release(self) -> Self {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::none());
        gzip.write_all(&tar(&[program(fs::read(GOX).unwrap())])).unwrap();
        let archive = gzip.finish().unwrap();
        let url = self.mirror.url();
        self.mirror.route("/latest/download/install.sh", Response::new(released(&url, &archive)));
        self.mirror.route(target(), Response::new(archive));
        self
    }

    /// Any program, with the settings of this network.
    pub(super) fn command(&self, program: &str) -> Command<'_> {
        let command = self.sandbox.command(program).envs(self.proxy.environment());
        command.env("SHELL", "/bin/bash").env("GIT_PAGER", "cat")
    }

    /// A line of a document as it is typed here: its examples of addresses and folders are those of this machine.
    pub(super) fn typed(&self, line: &str) -> String {
        let mnt = self.sandbox.root().join("mnt/go").display().to_string();
        let opt = self.sandbox.root().join("opt/go").display().to_string();
        line.replace("https://proxy.example.com", &self.proxy.url())
            .replace("https://mirror.example.com", &self.mirror.url())
            .replace(&releases(), &self.mirror.url())
            .replace("/mnt/go", &mnt)
            .replace("/opt/go", &opt)
            .replace(" FILE", " fleet/gox.toml")
    }
}

//! The facts that the checks examine. They are gathered once; requests are sent only when a check needs them.

use std::cell::OnceCell;
use std::path::Path;
use std::time::Duration;

use super::answers::Answers;
use super::check::Finding;
use super::interactive::{self, Answer, Silence};
use super::repository::{Lack, Repository};
use crate::env::Environment;
use crate::error::Result;
use crate::fs::read::is_executable;
use crate::go::name::ToolchainName;
use crate::go::request::Request;
use crate::machine::Machine;
use crate::machine::mounts::Mounts;
use crate::machine::wsl::Wsl;
use crate::select::world::World;
use crate::settings::Settings;
use crate::setup::foreign;
use crate::source::existence::{self, Existence};
use crate::store::access;
use crate::store::inventory::{self, Toolchain};
use crate::store::layout::Home;
use crate::text;

/// The longest wait for a server or a program, unless `GOX_TIMEOUT` is shorter: the user is waiting for the report.
const LIMIT: Duration = Duration::from_secs(5);

/// The facts of one run.
pub struct Facts {
    /// The environment variables, the current directory and the stores.
    pub world: World,
    /// The user's settings, or the error if they are invalid.
    pub settings: Result<Settings>,
    /// The warnings from reading the settings.
    pub warnings: Vec<String>,
    /// Whether the checks of the network are skipped.
    pub offline: bool,
    /// What the system tells of itself.
    pub machine: Machine,
    wsl: OnceCell<Wsl>,
    mounts: OnceCell<Mounts>,
    answers: OnceCell<Answers>,
    shell: OnceCell<std::result::Result<Answer, Silence>>,
    repository: OnceCell<std::result::Result<Repository, Lack>>,
}

impl Facts {
    /// Gathers the facts of this process. The network is skipped if `offline` is true or the settings say so.
    pub fn gather(offline: bool, machine: Machine) -> Result<Self> {
        let mut warnings = Vec::new();
        let settings = Settings::read(|warning| warnings.push(warning));
        let offline = offline || settings.as_ref().is_ok_and(|settings| settings.offline.is_some());
        Ok(Facts {
            world: World::process()?,
            settings,
            warnings,
            offline,
            machine,
            wsl: OnceCell::new(),
            mounts: OnceCell::new(),
            answers: OnceCell::new(),
            shell: OnceCell::new(),
            repository: OnceCell::new(),
        })
    }

    pub(super) fn home(&self) -> &Home {
        self.world.home()
    }

    pub(super) fn environment(&self) -> &Environment {
        &self.world.environment
    }

    /// The finding of a check that would take a store which cannot be read for an empty one.
    pub(super) fn if_readable(&self, check: fn(&Facts) -> Finding) -> Finding {
        match access::check_readable(self.home()) {
            Ok(()) => check(self),
            Err(_) => Finding::skipped("the store cannot be read"),
        }
    }

    /// What the machine is to WSL.
    pub(super) fn wsl(&self) -> Wsl {
        *self.wsl.get_or_init(|| Wsl::of(&self.machine, self.environment()))
    }

    /// The mounts of the machine.
    pub(super) fn mounts(&self) -> &Mounts {
        self.mounts.get_or_init(|| Mounts::read(&self.machine))
    }

    /// The longest wait for a server or a program.
    pub(super) fn limit(&self) -> Duration {
        self.settings.as_ref().map_or(LIMIT, |settings| settings.timeout.min(LIMIT))
    }

    /// The sources and the database; `None` if the settings, which name the sources, are invalid.
    pub(super) fn answers(&self) -> Option<&Answers> {
        let settings = self.settings.as_ref().ok()?;
        Some(self.answers.get_or_init(|| Answers::new(settings, &self.world, self.limit())))
    }

    /// Whether a release answers the request, as far as is known without a network, else as the sources say.
    pub(super) fn existence(&self, request: &Request) -> Existence {
        let ask = || match self.answers().filter(|_| !self.offline) {
            Some(answers) => answers.lists.ask(request),
            None => Existence::Unknown(Vec::new()),
        };
        existence::known(request, self.home()).unwrap_or_else(ask)
    }

    /// What the user's shell says when it is started as for the user. It is started once.
    pub(super) fn shell(&self) -> std::result::Result<&Answer, &Silence> {
        self.shell.get_or_init(|| interactive::ask(self.environment(), self.limit())).as_ref()
    }

    /// The Git repository of the current directory.
    pub(super) fn repository(&self) -> std::result::Result<&Repository, &Lack> {
        self.repository.get_or_init(|| Repository::here(self.limit())).as_ref()
    }

    /// The toolchains in the user's own store, newest first, without links.
    pub(super) fn own_toolchains(&self) -> Vec<Toolchain> {
        let mut toolchains = inventory::all(std::slice::from_ref(self.home()));
        toolchains.retain(|toolchain| !toolchain.path.is_symlink());
        toolchains
    }

    /// The command that renews the shims and `bin/gox` and cleans up staging: an install of a toolchain that is present
    /// already, if there is one.
    pub(super) fn refresh(&self) -> String {
        let toolchains = self.own_toolchains();
        let newest = toolchains.iter().map(|toolchain| &toolchain.name).find(|name| name.is_request());
        let newest = newest.map_or("latest".to_owned(), |newest| newest.request().quoted());
        format!("gox install {newest}")
    }

    /// The command that installs a toolchain of the store again; for a Go that can be linked alone, moves the folder
    /// out of the store and links it; and removes what can be neither.
    pub(super) fn rebuild(&self, name: &ToolchainName, path: &Path) -> String {
        if existence::is_possible(name, self.home()) {
            format!("gox install --force {}", name.request().quoted())
        } else if name.is_linked() && name.is_request() && is_executable(&path.join("bin/go")) {
            format!("mv {} ELSEWHERE && gox link {name} ELSEWHERE", text::quoted_path(path))
        } else {
            format!("gox uninstall {}", text::quoted(name.as_str()))
        }
    }
}

/// The manager that owns `path`, judged by its spelling and by its real path; `None` if it is not known.
pub(super) fn owner(path: &Path) -> Option<&'static str> {
    /// What a path begins with.
    const ROOTS: [(&str, &str); 8] = [
        ("/snap/", "snap"),
        ("/var/lib/snapd/snap/", "snap"),
        ("/opt/homebrew/", "Homebrew"),
        ("/opt/local/", "MacPorts"),
        ("/nix/store/", "Nix"),
        ("/usr/local/go/", "an archive of go.dev in `/usr/local/go`"),
        ("/usr/lib/go", "the packages of this system"),
        ("/usr/bin/", "the packages of this system"),
    ];
    /// What is in a path, and in no name of a user.
    const PARTS: [(&str, &str); 15] = [
        ("/.goenv/", "goenv"),
        ("/.asdf/", "asdf"),
        ("/mise/shims/", "mise"),
        ("/mise/installs/", "mise"),
        ("/.g/", "g"),
        ("/.goup/", "goup"),
        ("/.gobrew/", "gobrew"),
        ("/.proto/", "proto"),
        ("/.version-fox/", "vfox"),
        ("/.vfox/", "vfox"),
        ("/hermit/pkg/", "hermit"),
        ("/.linuxbrew/", "Homebrew"),
        ("/Cellar/", "Homebrew"),
        ("/.nix-profile/", "Nix"),
        ("/sdk/go", "golang.org/dl"),
    ];
    let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    if [path, &real].into_iter().any(foreign::is_of_gvm) {
        return Some("gvm");
    }
    let texts = [path, &real].map(|path| path.to_string_lossy().into_owned());
    let has = |part: &str| texts.iter().any(|text| text.contains(part));
    let begins = |root: &str| texts.iter().any(|text| text.starts_with(root));
    let part = PARTS.iter().find(|(part, _)| has(part));
    part.or_else(|| ROOTS.iter().find(|(root, _)| begins(root))).map(|(_, owner)| *owner)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::owner;

    #[test]
    fn owners_of_paths() {
        for (path, expected) in [
            ("/home/u/.goenv/shims/go", Some("goenv")),
            ("/home/u/.asdf/shims/go", Some("asdf")),
            ("/home/u/.local/share/mise/shims/go", Some("mise")),
            ("/home/u/.gvm/gos/go1.21/bin/go", Some("gvm")),
            ("/home/u/.g/go/bin/go", Some("g")),
            ("/home/u/sdk/go1.21.1/bin/go", Some("golang.org/dl")),
            ("/snap/bin/go", Some("snap")),
            ("/opt/homebrew/bin/go", Some("Homebrew")),
            ("/usr/local/Cellar/go/1.22.4/libexec/bin/go", Some("Homebrew")),
            ("/opt/local/bin/go", Some("MacPorts")),
            ("/no/local/go/bin/go", None),
            // The homes of users of these names.
            ("/home/mise/go/bin/go", None),
            ("/home/snap/go/bin/go", None),
            ("/home/homebrew/go/bin/go", None),
            ("/home/hermit/go/bin/go", None),
        ] {
            assert_eq!(owner(Path::new(path)), expected, "{path}");
        }
    }
}

//! What the checks look at, gathered once, and what costs time only when a check asks for it.

use std::cell::OnceCell;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::answers::Answers;
use crate::env::Environment;
use crate::error::Result;
use crate::go::name::ToolchainName;
use crate::select::world::World;
use crate::settings::Settings;
use crate::store::inventory::{self, Toolchain};
use crate::store::layout::Home;
use crate::text;

/// The longest wait for a server or a shell; shorter where `GOX_TIMEOUT` is.
const LIMIT: Duration = Duration::from_secs(5);

/// The facts.
pub struct Facts {
    /// Variables, directory, stores.
    pub world: World,
    /// The user's settings, or what is wrong with them.
    pub settings: Result<Settings>,
    /// What reading the settings warned of.
    pub warnings: Vec<String>,
    /// The network is left alone.
    pub offline: bool,
    answers: OnceCell<Answers>,
}

impl Facts {
    /// The facts of this process; `offline` keeps off the network, whatever the settings say.
    pub fn gather(offline: bool) -> Result<Self> {
        let mut warnings = Vec::new();
        let settings = Settings::read(|warning| warnings.push(warning));
        let offline = offline || settings.as_ref().is_ok_and(|settings| settings.offline);
        Ok(Facts { world: World::process()?, settings, warnings, offline, answers: OnceCell::new() })
    }

    /// The user's store.
    pub(super) fn home(&self) -> &Home {
        self.world.home()
    }

    /// The variables.
    pub(super) fn environment(&self) -> &Environment {
        &self.world.environment
    }

    /// How long a server or a shell may take.
    pub(super) fn limit(&self) -> Duration {
        self.settings.as_ref().map_or(LIMIT, |settings| settings.timeout.min(LIMIT))
    }

    /// What answers, asked once; none where the settings do not say who is to be asked.
    pub(super) fn answers(&self) -> Option<&Answers> {
        let settings = self.settings.as_ref().ok()?;
        Some(self.answers.get_or_init(|| Answers::new(settings, &self.world, self.limit())))
    }

    /// What is installed in the user's own store, without links; the newest first.
    pub(super) fn own_toolchains(&self) -> Vec<Toolchain> {
        let mut toolchains = inventory::all(std::slice::from_ref(self.home()));
        toolchains.retain(|toolchain| !toolchain.path.is_symlink());
        toolchains
    }

    /// A command that brings shims, `bin/gox` and staging up to date, and installs nothing that is there.
    pub(super) fn refresh(&self) -> String {
        let toolchains = self.own_toolchains();
        let newest = toolchains.first().map_or("latest".to_owned(), |newest| newest.name.request().quoted());
        format!("gox install {newest}")
    }

    /// A path with `~` for the user's folder, for a short line.
    pub(super) fn short(&self, path: &Path) -> String {
        let below =
            self.environment().user_home().and_then(|home| path.strip_prefix(home).ok().map(PathBuf::from));
        below.map_or_else(|| path.display().to_string(), |below| format!("~/{}", below.display()))
    }
}

/// A command that builds a toolchain anew, or moves a GOROOT that gox did not install out of the store.
pub(super) fn rebuild(name: &ToolchainName, path: &Path) -> String {
    match name.version() {
        Some(_) => format!("gox install --force {}", name.request().quoted()),
        None => format!("mv {} ELSEWHERE && gox link {name} ELSEWHERE", text::quoted_path(path)),
    }
}

/// Who puts programs where `path` is, as far as its name tells; both as it is spelt and where it leads.
pub(super) fn owner(path: &Path) -> Option<&'static str> {
    const OWNERS: [(&str, &str); 22] = [
        ("/.goenv/", "goenv"),
        ("/.asdf/", "asdf"),
        ("/mise/", "mise"),
        ("/.gvm/", "gvm"),
        ("/.g/", "g"),
        ("/.goup/", "goup"),
        ("/.gobrew/", "gobrew"),
        ("/.proto/", "proto"),
        ("/.version-fox/", "vfox"),
        ("/.vfox/", "vfox"),
        ("/hermit/", "hermit"),
        ("/snap/", "snap"),
        ("/homebrew/", "Homebrew"),
        ("/.linuxbrew/", "Homebrew"),
        ("/Cellar/", "Homebrew"),
        ("/opt/local/", "MacPorts"),
        ("/nix/store/", "Nix"),
        ("/.nix-profile/", "Nix"),
        ("/sdk/go", "golang.org/dl"),
        ("/usr/local/go/", "an archive of go.dev in `/usr/local/go`"),
        ("/usr/lib/go", "the packages of this system"),
        ("/usr/bin/", "the packages of this system"),
    ];
    let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let texts = [path, &real].map(|path| path.to_string_lossy().into_owned());
    let is_in = |needle: &str| texts.iter().any(|text| text.contains(needle));
    OWNERS.iter().find(|(needle, _)| is_in(needle)).map(|(_, owner)| *owner)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::owner;

    #[test]
    fn whose_a_go_is() {
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
        ] {
            assert_eq!(owner(Path::new(path)), expected, "{path}");
        }
    }
}

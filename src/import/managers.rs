//! The table of managers: where each keeps its trees, how it writes its default, and where `go install` puts tools
//! under it. The facts are from the source of each.

use super::places::Place::{self, At, Home, Set};
use crate::env;

/// A manager of Go, or another place where a Go may be.
pub struct Manager {
    /// Its name, for `--from` and in lists.
    pub name: &'static str,
    /// Its folders.
    pub(super) roots: &'static [Place],
    /// Where the trees are below them.
    pub(super) trees: &'static [&'static str],
    /// The folders below them where it keeps the archives that it downloaded.
    pub(super) archives: &'static [&'static str],
    /// How it writes which version runs.
    pub(super) default: &'static [Written],
    /// Where the tools are that it makes `go install` write below its folders.
    pub(super) tools: &'static [&'static str],
}

/// How a version is written.
#[derive(Clone, Copy)]
pub(super) enum Written {
    /// A file in the manager's folder, the first word of which is it.
    Line(&'static str),
    /// A link in the manager's folder that leads to the tree.
    Link(&'static str),
    /// A script in the manager's folder that sets `gvm_go_name`.
    Script(&'static str),
    /// A key of a file in TOML, below the places.
    Toml(&'static [Place], &'static str, Keys),
    /// The line `golang` of `~/.tool-versions`.
    ToolVersions,
}

/// The keys, from the top of the file, of which the first that is there counts.
pub(super) type Keys = &'static [&'static [&'static str]];

/// The keys of `mise.toml` and `.vfox.toml`, of which `1.20` means the first release of that line.
pub(super) const TOOLS: Keys = &[&["tools", "go"], &["tools", "golang"]];
/// The key of `.prototools`, of which `1.20` means the newest.
pub(super) const TOP: Keys = &[&["go"]];

const NONE: Manager = Manager { name: "", roots: &[], trees: &[], archives: &[], default: &[], tools: &[] };

/// The folders of mise's settings.
const MISE_CONFIG: &[Place] =
    &[Set(env::MISE_CONFIG_DIR, ""), Set(env::XDG_CONFIG_HOME, "mise"), Home(".config/mise")];

/// The folder of proto.
const PROTO: &[Place] = &[Set(env::PROTO_HOME, ""), Set(env::XDG_DATA_HOME, "proto"), Home(".proto")];

/// All managers.
static MANAGERS: [Manager; 15] = [
    Manager { name: "golang.org/dl", roots: &[Home("sdk")], trees: &["go*"], ..NONE },
    Manager {
        name: "modcache",
        roots: &[Set(env::GOMODCACHE, ""), Set(env::GOPATH, "pkg/mod"), Home("go/pkg/mod")],
        trees: &["golang.org/toolchain@v0.0.1-go*"],
        ..NONE
    },
    Manager {
        name: "gvm",
        roots: &[Set(env::GVM_ROOT, ""), Home(".gvm")],
        // The second is of andrewkroh/gvm.
        trees: &["gos/*", "versions/go*"],
        archives: &["archive"],
        default: &[Written::Script("environments/default")],
        tools: &["pkgsets/*/*/bin"],
    },
    Manager {
        name: "goenv",
        roots: &[Set(env::GOENV_ROOT, ""), Home(".goenv")],
        trees: &["versions/*"],
        default: &[Written::Line("version")],
        // From 3 on, by its own command.
        tools: &["versions/*/gopath/bin", "hosts/*/gopath/bin"],
        ..NONE
    },
    Manager {
        name: "asdf",
        roots: &[Set(env::ASDF_DATA_DIR, ""), Home(".asdf")],
        trees: &["installs/golang/*/go"],
        default: &[Written::ToolVersions],
        tools: &["installs/golang/*/bin", "installs/golang/*/packages/bin"],
        ..NONE
    },
    Manager {
        name: "mise",
        roots: &[Set(env::MISE_DATA_DIR, ""), Set(env::XDG_DATA_HOME, "mise"), Home(".local/share/mise")],
        trees: &["installs/go/*"],
        // Kept only with the setting `always_keep_download`.
        archives: &["downloads/go/*"],
        default: &[Written::Toml(MISE_CONFIG, "config.toml", TOOLS)],
        tools: &["installs/go/*/bin"],
    },
    Manager {
        name: "proto",
        roots: PROTO,
        trees: &["tools/go/*"],
        default: &[Written::Toml(PROTO, ".prototools", TOP)],
        ..NONE
    },
    Manager {
        name: "g",
        roots: &[Set(env::G_HOME, ""), Home(".g")],
        trees: &["versions/*"],
        archives: &["downloads"],
        default: &[Written::Link("go")],
        ..NONE
    },
    // stefanmaric/g, whose `~/.go` has links to the files of the tree that was set.
    Manager {
        name: "g",
        roots: &[Home(".go")],
        trees: &[".versions/*"],
        default: &[Written::Link("")],
        ..NONE
    },
    // Two programs: goup-rs, which kept its trees in `~/.go` at first, and owenthereal/goup, which does so still.
    Manager {
        name: "goup",
        roots: &[Set(env::GOUP_HOME, ""), Home(".goup"), Home(".go")],
        trees: &["go*"],
        archives: &["cache"],
        default: &[Written::Link("current")],
        ..NONE
    },
    Manager {
        name: "gobrew",
        roots: &[Set(env::GOBREW_ROOT, ".gobrew"), Home(".gobrew")],
        trees: &["versions/*/go"],
        default: &[Written::Link("current/go")],
        ..NONE
    },
    Manager {
        name: "vfox",
        roots: &[Set(env::VFOX_HOME, ""), Home(".version-fox"), Home(".vfox")],
        trees: &["cache/golang/v-*/golang-*"],
        // Wherever the trees are.
        default: &[Written::Toml(&[Home(".version-fox"), Home(".vfox")], ".vfox.toml", TOOLS)],
        tools: &["cache/golang/v-*/golang-*/packages/bin", "cache/golang/v-*/packages/bin"],
        ..NONE
    },
    Manager {
        name: "homebrew",
        roots: &[
            Set(env::HOMEBREW_PREFIX, ""),
            At("/opt/homebrew"),
            At("/usr/local"),
            At("/home/linuxbrew/.linuxbrew"),
        ],
        trees: &["Cellar/go/*/libexec", "Cellar/go@*/*/libexec"],
        ..NONE
    },
    Manager { name: "/usr/local/go", roots: &[At("/usr/local")], trees: &["go"], ..NONE },
    // goenv's GOPATHs are elsewhere than goenv.
    Manager {
        name: "goenv",
        roots: &[Set(env::GOENV_GOPATH_PREFIX, ""), Home("go")],
        tools: &["1*/bin"],
        ..NONE
    },
];

/// The managers of this name, of which some have several entries; all without one.
pub(super) fn named(name: Option<&str>) -> impl Iterator<Item = &'static Manager> {
    MANAGERS.iter().filter(move |manager| name.is_none_or(|name| name == manager.name))
}

/// The name of what the user gave by its path.
pub const BY_PATH: &str = "path";

/// What people also type for some, and their names.
const OTHER_NAMES: [(&str, &str); 3] =
    [("dl", "golang.org/dl"), ("sdk", "golang.org/dl"), ("brew", "homebrew")];

/// What people also type for the manager of this name.
pub fn other_names(name: &str) -> impl Iterator<Item = &'static str> {
    OTHER_NAMES.into_iter().filter(move |(_, of)| *of == name).map(|(other, _)| other)
}

/// The name of the manager for which this is typed.
pub fn name(typed: &str) -> &str {
    OTHER_NAMES.iter().find(|(other, _)| *other == typed).map_or(typed, |(_, name)| name)
}

/// The names of all managers, each once.
pub fn names() -> Vec<&'static str> {
    let mut names: Vec<_> = MANAGERS.iter().map(|manager| manager.name).collect();
    names.sort_unstable();
    names.dedup();
    names
}

//! Which versions other managers run: by default, and where a project pins one. gox only says how it says the same.

use std::path::{Path, PathBuf};

use super::managers::{Keys, Manager, TOOLS, TOP, Written, named};
use super::places::{Place, Surroundings};
use super::written::{Line, in_file, in_gvmrc, in_script, in_toml, release};
use crate::error::Error;
use crate::fs::read::read_beginning;
use crate::go::request::Request;
use crate::select::pin::{self, Pin};

/// A version that another manager runs.
pub struct Wish {
    /// The name of the manager.
    pub manager: &'static str,
    /// The file or link that says so.
    pub path: PathBuf,
    /// The number of the line, from 1; none where that says nothing.
    pub line: Option<usize>,
    /// The folder of the project; `None` of a default.
    pub folder: Option<PathBuf>,
    /// What it says: a request, or why gox cannot say the same.
    pub said: Result<Request, String>,
}

/// How a project's file is written.
enum Form {
    Toml(Keys),
    /// A script with `gvm use`.
    Gvmrc,
    /// The name of a package set.
    PackageSet,
}

/// The files of a project, in the order in which they are listed. gox reads `.go-version` and `.tool-versions` itself.
const PINS: [(&str, &str, Form); 11] = [
    ("mise", "mise.toml", Form::Toml(TOOLS)),
    ("mise", ".mise.toml", Form::Toml(TOOLS)),
    ("mise", "mise/config.toml", Form::Toml(TOOLS)),
    ("mise", ".mise/config.toml", Form::Toml(TOOLS)),
    ("mise", ".config/mise.toml", Form::Toml(TOOLS)),
    ("mise", ".config/mise/config.toml", Form::Toml(TOOLS)),
    ("proto", ".prototools", Form::Toml(TOP)),
    ("gvm", ".gvmrc", Form::Gvmrc),
    ("gvm", ".go-pkgset", Form::PackageSet),
    ("vfox", ".vfox.toml", Form::Toml(TOOLS)),
    ("vfox", "vfox.toml", Form::Toml(TOOLS)),
];

/// The versions that the managers run by default.
pub fn defaults(surroundings: &Surroundings, from: Option<&str>) -> Vec<Wish> {
    let of_manager = |manager: &'static Manager| {
        let written = manager.default.iter().flat_map(|written| default(manager, *written, surroundings));
        written.map(|(path, (said, line))| Wish { manager: manager.name, path, line, folder: None, said })
    };
    named(from).flat_map(of_manager).collect()
}

/// What is written in the folders of a manager, and where.
fn default(manager: &Manager, written: Written, surroundings: &Surroundings) -> Vec<(PathBuf, Line)> {
    let in_folders = |places, name: &str, read: &dyn Fn(&Path) -> Option<Line>| {
        let paths = surroundings.folders(places).into_iter().map(|folder| {
            // A path that ends in nothing would have a slash at its end.
            if name.is_empty() { folder } else { folder.join(name) }
        });
        paths.filter_map(|path| read(&path).map(|line| (path, line))).collect()
    };
    let roots = manager.roots;
    match written {
        Written::Line(name) => in_folders(roots, name, &|path| pinned(pin::read(path))),
        Written::Link(name) => in_folders(roots, name, &linked),
        Written::Script(name) => in_folders(roots, name, &|path| in_file(path, in_script)),
        Written::Toml(places, name, keys) => in_folders(places, name, &|path| toml(path, keys)),
        Written::ToolVersions => in_folders(&[Place::Home("")], pin::TOOL_VERSIONS_FILE, &|path| {
            pinned(pin::read_tool_versions(path))
        }),
    }
}

/// The version of the tree that a link leads to, or a folder with links to the files of one, as stefanmaric/g makes it.
fn linked(path: &Path) -> Option<Line> {
    let version = path.join("VERSION");
    if !path.is_symlink() && !version.is_symlink() {
        return None;
    }
    let text = read_beginning(&version, 64)?;
    Some((release(text.lines().next().unwrap_or_default()), None))
}

fn pinned(read: Result<Option<Pin>, Error>) -> Option<Line> {
    match read {
        Ok(pin) => pin.and_then(|pin| Some((Ok(pin.requests.into_iter().next()?), Some(pin.line)))),
        Err(error) => Some((Err(error.summary()), None)),
    }
}

fn toml(path: &Path, keys: Keys) -> Option<Line> {
    in_file(path, |text| in_toml(path, text, keys))
}

/// The versions that are pinned in a folder or above it, the nearest first, but for those that are `defaults`.
pub fn pins(folder: &Path, defaults: &[Wish], from: Option<&str>) -> Vec<Wish> {
    let mut wishes = Vec::new();
    for folder in folder.ancestors() {
        for (manager, name, form) in &PINS {
            let path = folder.join(name);
            if from.is_some_and(|from| from != *manager) {
                continue;
            }
            if let Some((said, line)) = pin_in(&path, form) {
                wishes.push(Wish { manager, path, line, folder: Some(folder.to_owned()), said });
            }
        }
    }
    // Some files of a project are the default where that is in the user's folder.
    wishes.retain(|wish| defaults.iter().all(|default| default.path != wish.path));
    wishes
}

fn pin_in(path: &Path, form: &Form) -> Option<Line> {
    match form {
        Form::Toml(keys) => toml(path, keys),
        Form::Gvmrc => in_file(path, in_gvmrc),
        Form::PackageSet => in_file(path, |_| {
            let why = "it names a package set of gvm, not a version; gox does not set `GOPATH`";
            Some((Err(why.to_owned()), None))
        }),
    }
}

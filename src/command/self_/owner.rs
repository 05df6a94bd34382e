//! Who put a program where it is. What a package manager put is its own to replace: it knows the file by its checksum,
//! and its next update would put another version there.

use std::path::Path;

use crate::fs::read::read_quietly;

/// Folders of package managers.
const FOLDERS: [(&str, &str); 4] =
    [("/nix", "Nix"), ("/gnu", "Guix"), ("/snap", "snap"), ("/opt/local", "MacPorts")];
/// Names that a folder has in the paths of all that a package manager puts somewhere.
const NAMES: [(&str, &str); 2] = [("Cellar", "Homebrew"), ("node_modules", "npm")];

/// The package manager that the program belongs to. Its path is without links.
pub(super) fn of(program: &Path) -> Option<&'static str> {
    let by_folder = FOLDERS.into_iter().find(|(folder, _)| program.starts_with(folder));
    let by_name = || NAMES.into_iter().find(|(name, _)| program.iter().any(|part| part == *name));
    if let Some((_, owner)) = by_folder.or_else(by_name) {
        return Some(owner);
    }
    let is_in = |folder: &str| program.starts_with(folder);
    let root = program.parent().and_then(Path::parent)?;
    let others = [
        (is_in("/bin") || is_in("/usr") && !is_in("/usr/local"), "the package manager of the system"),
        (is_of_cargo(root), "Cargo"),
        (is_of_pip(root), "pip"),
    ];
    others.into_iter().find_map(|(is_owner, owner)| is_owner.then_some(owner))
}

/// Whether `cargo install` notes below `root` that it has put a program of that name: `"…" = ["gox"]`, or a line for
/// each of several.
fn is_of_cargo(root: &Path) -> bool {
    let notes = read_quietly(&root.join(".crates.toml")).unwrap_or_default();
    notes.lines().filter_map(|line| line.rsplit(" = ").next()).any(|programs| programs.contains("\"gox\""))
}

/// Whether a package of Python has the program in its list of files: pip, pipx and uv write one, in
/// `lib/python3.12/site-packages/NAME.dist-info/RECORD`.
fn is_of_pip(root: &Path) -> bool {
    let below = |folder: &Path| {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        entries.map(|entry| entry.path()).collect::<Vec<_>>()
    };
    let lists = below(&root.join("lib"))
        .into_iter()
        .flat_map(|python| ["site-packages", "dist-packages"].map(|name| python.join(name)))
        .flat_map(|packages| below(&packages))
        .filter(|package| package.extension().is_some_and(|extension| extension == "dist-info"));
    let has_gox = |list: String| list.lines().any(|line| line.starts_with("../../../bin/gox,"));
    lists.filter_map(|package| read_quietly(&package.join("RECORD"))).any(has_gox)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::of;

    #[test]
    fn folders_of_the_system() {
        let system = Some("the package manager of the system");
        for (program, owner) in [
            ("/usr/bin/gox", system),
            ("/bin/gox", system),
            ("/usr/lib/gox/bin/gox", system),
            ("/usr/local/bin/gox", None),
            ("/usrlocal/bin/gox", None),
            ("/opt/gox/gox", None),
            ("/opt/homebrew/Cellar/gox/0.1.0/bin/gox", Some("Homebrew")),
            ("/usr/local/Cellar/gox/0.1.0/bin/gox", Some("Homebrew")),
            ("/usr/lib/node_modules/@example/gox-linux-x64/gox", Some("npm")),
            ("/nix/store/x-gox-0.1.0/bin/gox", Some("Nix")),
            ("/gox", None),
        ] {
            assert_eq!(of(Path::new(program)), owner, "{program}");
        }
    }
}

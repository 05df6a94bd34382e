//! The files of `src/` as modules.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::uses::{Absolute, Code};

/// The roots of the library and of the two programs.
pub(super) const ROOTS: [&str; 3] = ["lib.rs", "main.rs", "shim.rs"];

/// A file that is not for tests alone.
pub(super) struct File {
    /// `src/store/lock.rs`.
    pub(super) path: String,
    /// `store::lock`.
    pub(super) module: Absolute,
    pub(super) code: Code,
}

pub(super) struct Tree {
    /// Without the roots of the programs, for which `crate` is another crate.
    pub(super) files: Vec<File>,
    /// What lies directly below `src/`: `store`, `error.rs`.
    pub(super) entries: BTreeSet<String>,
    /// Each with the place of its file among `files`.
    modules: BTreeMap<Absolute, usize>,
    /// The modules below the root that have modules below them.
    pub(super) folders: BTreeSet<Absolute>,
}

impl Tree {
    /// The tree of this repository.
    pub(super) fn of_gox() -> Self {
        let files = sources();
        Tree::new(files.iter().map(|(path, text)| (path.as_str(), text.as_str())))
    }

    /// A tree of files, each with its path, `src/…`, and its text.
    pub(super) fn new<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let (mut kept, mut entries, mut tests) = (Vec::new(), BTreeSet::new(), Vec::new());
        for (path, text) in files {
            let inner = path.strip_prefix("src/").expect(path);
            if is_test(inner) {
                continue;
            }
            entries.extend(inner.split('/').next().map(str::to_owned));
            if let Some(module) = module(inner) {
                let mut code = Code::read(&module, text);
                tests.append(&mut code.test_modules);
                kept.push(File { path: path.to_owned(), module, code });
            }
        }
        kept.retain(|file| !tests.iter().any(|test| file.module.starts_with(test)));
        kept.sort_by(|one, other| one.path.cmp(&other.path));
        let parents = kept.iter().filter_map(|file| Some(file.module.split_last()?.1.to_vec()));
        Tree {
            folders: parents.filter(|parent| !parent.is_empty()).collect(),
            modules: kept.iter().enumerate().map(|(at, file)| (file.module.clone(), at)).collect(),
            files: kept,
            entries,
        }
    }

    /// Which member of a folder a path leads to, `src/store/lock.rs`: a file, a folder below, or the file
    /// that is the folder's own module. A name that a module has from a `use` leads to its origin.
    pub(super) fn member(&self, folder: &[String], path: &[String]) -> Option<String> {
        let mut path = path.to_vec();
        // Each round follows one import. What compiles needs few; what does not could go on for ever.
        for _ in 0..self.files.len() {
            let module = self.module_of(&path);
            if module.len() > folder.len() && module.starts_with(folder) {
                return Some(self.label(&module[..=folder.len()]));
            }
            let file = &self.files[*self.modules.get(module)?];
            let name = path.get(module.len());
            match name.and_then(|name| file.code.names.get(name)) {
                Some(origin) => path = [origin, &path[module.len() + 1..]].concat(),
                None => return (module == folder).then(|| file.path.clone()),
            }
        }
        None
    }

    /// The longest beginning of a path that is a module.
    pub(super) fn module_of<'a>(&self, path: &'a [String]) -> &'a [String] {
        let mut beginnings = (0..=path.len()).rev().map(|length| &path[..length]);
        beginnings.find(|beginning| self.modules.contains_key(*beginning)).unwrap_or_default()
    }

    /// The path of a module's file, or of its folder if it has one.
    fn label(&self, module: &[String]) -> String {
        match self.modules.get(module) {
            Some(at) if !self.folders.contains(module) => self.files[*at].path.clone(),
            _ => format!("src/{}", module.join("/")),
        }
    }
}

/// All files below `src/` of this repository, each with its path and text.
pub(super) fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    collect(root, &root.join("src"), &mut files);
    files.sort();
    files
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, files);
            continue;
        }
        let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
        files.push((path.strip_prefix(root).unwrap().to_str().unwrap().to_owned(), text));
    }
}

fn is_test(path: &str) -> bool {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let is_named_so = matches!(name, "tests.rs" | "testing.rs") || name.ends_with("_tests.rs");
    is_named_so || folder.split('/').any(|part| part == "tests")
}

/// The module that a file of the library is: `store::lock` for `store/lock.rs`.
fn module(path: &str) -> Option<Absolute> {
    let name = match path {
        "lib.rs" => return Some(Absolute::new()),
        path if ROOTS.contains(&path) => return None,
        path => path.strip_suffix(".rs")?,
    };
    Some(name.strip_suffix("/mod").unwrap_or(name).split('/').map(str::to_owned).collect())
}

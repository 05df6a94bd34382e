//! The tools that a manager made `go install` write below its folders. They do not come along, because gox leaves GOPATH
//! and GOBIN alone; what installs each again is in the tool itself.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::build_info::{self, BuildInfo};
use super::managers::{Manager, named};
use super::places::{Surroundings, is_matching, matching};
use crate::fs::beneath::Beneath;
use crate::install::guard::MAX_ENTRIES;
use crate::text;

/// A tool.
pub struct Tool {
    /// The name of the manager.
    pub manager: &'static str,
    /// The file.
    pub path: PathBuf,
    /// The command that installs it again, or why there is none.
    pub command: Result<String, String>,
}

/// The most tools that are looked at.
const MAX_TOOLS: usize = 1000;

/// The tools of the managers, by their folders.
pub fn all(surroundings: &Surroundings, from: Option<&str>) -> Vec<Tool> {
    let mut tools = Vec::new();
    for manager in named(from) {
        let roots = surroundings.folders(manager.roots);
        let folders = roots
            .iter()
            .flat_map(|root| manager.tools.iter().flat_map(move |pattern| matching(root, pattern)));
        // The folder of a version may be a link to another one, whose tools are listed there.
        for folder in folders.filter(|folder| !folder.ancestors().skip(1).take(2).any(Path::is_symlink)) {
            let left = MAX_TOOLS - tools.len();
            tools.extend(in_folder(manager.name, &folder, left));
        }
    }
    tools
}

/// The manager that makes `go install` write into this folder, which need not be there.
pub fn writer(folder: &Path, surroundings: &Surroundings) -> Option<&'static str> {
    let writes = |manager: &&Manager| {
        let is_in = |root: &PathBuf| manager.tools.iter().any(|tools| is_matching(folder, root, tools));
        surroundings.folders(manager.roots).iter().any(is_in)
    };
    named(None).find(writes).map(|manager| manager.name)
}

fn in_folder(manager: &'static str, folder: &Path, limit: usize) -> Vec<Tool> {
    let Ok(opened) = Beneath::open(folder) else { return Vec::new() };
    let entries = opened.entries(Path::new(""), MAX_ENTRIES).unwrap_or_default();
    let tool = |name: &Path| {
        if ["go", "gofmt"].iter().any(|own| name == Path::new(own)) {
            return None;
        }
        let mut file = opened.open_file(name).ok()?;
        let is_program = file.metadata().is_ok_and(|data| data.permissions().mode() & 0o111 != 0);
        if !is_program {
            return None;
        }
        let command = match build_info::read(&mut file) {
            Ok(Some(info)) => command(&info),
            Ok(None) => Err("it does not say what it was built from".to_owned()),
            Err(error) => Err(text::cause(&error)),
        };
        Some(Tool { manager, path: folder.join(name), command })
    };
    entries.iter().filter_map(|entry| tool(Path::new(&entry.name))).take(limit).collect()
}

fn command(BuildInfo { path, version, is_replaced }: &BuildInfo) -> Result<String, String> {
    // As Go's import paths are (Go source `x/mod/module.CheckImportPath`). No shell reads anything else in such a word.
    let is_plain = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_alphanumeric())
            && word.chars().all(|c| c.is_ascii_alphanumeric() || "-_./+~".contains(c))
            && word.split('/').all(|part| part != "..")
    };
    if *is_replaced || !version.starts_with('v') || version.contains("+dirty") {
        return Err(format!("it was built from a local folder, as `{}`", text::excerpt(path)));
    }
    if !is_plain(path) || !is_plain(version) {
        return Err("its build information names no valid package".to_owned());
    }
    Ok(format!("go install {path}@{version}"))
}

#[cfg(test)]
mod tests {
    use super::{BuildInfo, command};

    #[test]
    fn only_what_go_takes_and_no_shell_reads_becomes_a_command() {
        let built = |path: &str, version: &str| {
            let (path, version) = (path.to_owned(), version.to_owned());
            command(&BuildInfo { path, version, is_replaced: false }).ok()
        };
        let version = "v1.0.0-0.20260101000000-0123456789ab+incompatible";
        let expected = format!("go install golang.org/x/tools/gopls~x@{version}");
        assert_eq!(built("golang.org/x/tools/gopls~x", version), Some(expected));
        for (path, version) in [
            ("example.com/a!ls", "v1.0.0"),
            ("example.com/a", "v1.0.0!!"),
            ("-toolexec", "v1"),
            ("~root/x", "v1.0.0"),
            ("../../evil", "v1.0.0"),
            ("a/../evil", "v1.0.0"),
            ("a b", "v1.0.0"),
            ("$(a)", "v1.0.0"),
            ("", "v1.0.0"),
            ("example.com/a", "(devel)"),
        ] {
            assert_eq!(built(path, version), None, "{path}@{version}");
        }
    }
}

//! Turns the paths that tools print, relative to where each works, into paths below the top of the repository.

use std::path::{Path, PathBuf};

use crate::select::directory::clean;

/// The folders by which paths are told.
pub(super) struct Located<'a> {
    /// Where the tool works.
    pub(super) folder: PathBuf,
    /// The top of the repository or of its copy, where the overlay has its files, and the folder of go.work.
    pub(super) tops: Vec<&'a Path>,
}

impl Located<'_> {
    /// The text with `p/a.go:3:2: …` in place of `../../tmp/gox-gate-x/staged/p/a.go:3:2: …`.
    pub(super) fn text(&self, text: &str) -> String {
        text.split_inclusive('\n').map(|line| self.line(line).unwrap_or_else(|| line.to_owned())).collect()
    }

    fn line(&self, line: &str) -> Option<String> {
        let (label, rest) = line.strip_prefix("vet: ").map_or(("", line), |rest| ("vet: ", rest));
        let ends = [".go:", "go.mod:", "go.work:"];
        let end = ends.iter().find_map(|end| Some(rest.find(end)? + end.len() - 1))?;
        let (path, rest) = rest.split_at(end);
        let path = clean(&self.folder.join(path));
        let path =
            self.tops.iter().rev().find_map(|top| path.strip_prefix(top).ok().filter(|_| path.exists()))?;
        Some(format!("{label}{}{rest}", path.display()))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::Located;

    #[test]
    fn paths_are_below_the_top() {
        let root = tempfile::TempDir::new().unwrap();
        let (top, staged) = (root.path().join("r p"), root.path().join("t/staged"));
        for file in [top.join("m/go.mod"), top.join("m/p/a.go"), staged.join("m/p/b.go")] {
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, "").unwrap();
        }
        let located = Located { folder: top.join("m"), tops: vec![&top, &staged] };
        let absolute = format!("{}:1: x", staged.join("m/p/b.go").display());
        for (line, expected) in [
            ("p/a.go:3:2: unused\n", "m/p/a.go:3:2: unused\n"),
            ("./p/a.go:3:2: unused\n\thave (x.go:1)\n", "m/p/a.go:3:2: unused\n\thave (x.go:1)\n"),
            ("vet: ../../t/staged/m/p/b.go:3:2: many", "vet: m/p/b.go:3:2: many"),
            (absolute.as_str(), "m/p/b.go:1: x"),
            ("go: errors parsing go.mod:\ngo.mod:5: x\n", "go: errors parsing go.mod:\nm/go.mod:5: x\n"),
            ("# example.com/m/p\n", "# example.com/m/p\n"),
            ("/usr/lib/go/src/fmt/print.go:1: x", "/usr/lib/go/src/fmt/print.go:1: x"),
            ("gone.go:1: x", "gone.go:1: x"),
            ("    a_test.go:5: said\n", "    a_test.go:5: said\n"),
        ] {
            assert_eq!(located.text(line), expected);
        }
    }
}

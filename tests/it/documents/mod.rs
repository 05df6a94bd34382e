//! README.md, its translation and `docs/`: what they say can be typed, is printed and was measured, is so.

mod commands;
mod figures;
mod links;
mod machine;
mod mentions;
mod messages;
mod moving;
mod picture;
mod shells;
mod translation;

use std::fs;
use std::path::{Path, PathBuf};

/// Set to renew what is generated, instead of comparing it.
const WRITE: &str = "GOX_TEST_WRITE";

/// A document by its path in the repository.
struct Page {
    path: String,
    text: String,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn page(path: &str) -> Page {
    let text = fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    Page { path: path.to_owned(), text }
}

/// All of them, sorted by their paths.
fn pages() -> Vec<Page> {
    let mut paths = Vec::new();
    for folder in ["", "docs/", "docs/moving/"] {
        for entry in fs::read_dir(root().join(folder)).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            if Path::new(&name).extension().is_some_and(|extension| extension == "md") {
                paths.push(format!("{folder}{name}"));
            }
        }
    }
    paths.sort();
    paths.iter().map(|path| page(path)).collect()
}

impl Page {
    /// The blocks of shell commands.
    fn blocks(&self) -> Vec<&str> {
        let begins = self.text.split("```sh\n").skip(1);
        begins.map(|begin| begin.split_once("```").unwrap().0).collect()
    }

    /// What stands between backticks in a line, and in no block; the `|` of a table as it is meant.
    fn spans(&self) -> Vec<String> {
        let outside = self.text.split("```").step_by(2);
        // A command may be broken between two lines of a paragraph.
        let paragraphs = outside.flat_map(|text| text.split("\n\n"));
        let spans = paragraphs.flat_map(|paragraph| paragraph.split('`').skip(1).step_by(2));
        spans.map(|span| span.replace('\n', " ").replace("\\|", "|")).collect()
    }
}

/// The address of the releases, as README.md has it.
fn releases() -> String {
    let readme = page("README.md");
    let (before, _) = readme.text.split_once("/latest/download/install.sh").unwrap();
    before.rsplit(' ').next().unwrap().to_owned()
}

/// Compares with what is generated, or renews it; `name` is that of the test for the message.
#[track_caller]
fn generated(path: &str, name: &str, new: &str, is_same: impl Fn(&str, &str) -> bool) {
    let file = root().join(path);
    if std::env::var_os(WRITE).is_some() {
        fs::write(&file, new).unwrap();
    }
    let old = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        is_same(&old, new),
        "{path} is stale: {WRITE}=1 cargo test --test it -- documents::{name}\n{new}"
    );
}

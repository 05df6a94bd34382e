//! No text names a package of gox in a registry: a package of that name may be a stranger's.

use std::fs;
use std::path::Path;

/// The commands with which registries install a package.
const COMMANDS: [&str; 9] = [
    "cargo install ",
    "cargo binstall ",
    "brew install ",
    "snap install ",
    "apt install ",
    "apt-get install ",
    "dnf install ",
    "go install ",
    "npm install ",
];

/// What is shown to users: texts, and the sources that print them.
const SHOWN: [&str; 9] = [
    "README.md",
    "SECURITY.md",
    "ARCHITECTURE.md",
    "Cargo.toml",
    "docs",
    "src",
    "shell",
    "completions",
    "dist",
];

#[test]
fn no_package_of_a_registry_is_named() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut named = Vec::new();
    let mut files = 0;
    let mut left: Vec<_> = SHOWN.iter().map(|name| root.join(name)).collect();
    while let Some(path) = left.pop() {
        if path.is_dir() {
            left.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        files += 1;
        let text = fs::read_to_string(&path).unwrap();
        let is_named = |line: &&str| COMMANDS.iter().any(|command| names_gox(line, command));
        named.extend(text.lines().filter(is_named).map(|line| format!("{}: {line}", path.display())));
    }
    assert!(files > 100, "{files}");
    assert_eq!(named, [""; 0]);
    assert!(names_gox("hint: `cargo install gox --locked`", COMMANDS[0]));
    assert!(!names_gox("cargo install --path . --locked && gox install 1.22.4", COMMANDS[0]));
}

/// Whether the first word behind `command` that is no option is gox.
fn names_gox(line: &str, command: &str) -> bool {
    let behind = line.split_once(command).map(|(_, behind)| behind);
    let word = behind.and_then(|behind| behind.split(' ').find(|word| !word.starts_with('-')));
    word.is_some_and(|word| word.trim_matches(['`', '"', '\'', ',', '.']).starts_with("gox"))
}

//! A case: pieces of a tree and of an environment, each of which can be left out.

use std::ffi::OsString;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::{fmt, fs};

use super::answer::Variables;
use super::write_program;
use crate::support;

/// The folders that a tree has: cases run in one of them.
const FOLDERS: [&str; 4] = ["w", "w/a", "w/a/b", "w/a/b/c"];
/// Links to folders, as a user's `cd` would spell them: `links/a` is `w/a`.
const LINK: &str = "links/a";

/// One thing that a case has; `@` stands for the tree's root.
#[derive(Clone, Debug)]
enum Piece {
    File(String, String),
    Folder(String),
    Link(String, String),
    /// A program that is called as a toolchain is.
    Program(String),
    /// An entry of PATH, after the launchers of the store.
    Entry(&'static str),
    Variable(&'static str, String),
    Directory(&'static str),
    Words(Vec<String>),
}

/// Pieces in any number.
#[derive(Clone, Debug)]
pub(super) struct Case(Vec<Piece>);

/// Numbers that look random (splitmix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % sides as u64).unwrap()
    }

    fn pick<'a, T: ?Sized>(&mut self, choices: &[&'a T]) -> &'a T {
        choices[self.roll(choices.len())]
    }

    /// True once in so many times.
    fn once_in(&mut self, sides: usize) -> bool {
        self.roll(sides) == 0
    }
}

/// Versions in lines and settings: some are there, some are not, some are nonsense.
const VERSIONS: [&str; 30] = [
    "1",
    "1.4",
    "1.15",
    "1.19.3",
    "1.20",
    "1.20.3",
    "1.21",
    "1.21.0",
    "1.21rc2",
    "1.22",
    "1.22.0",
    "1.26",
    "1.26.8",
    "1.26.9",
    "1.27",
    "1.27.4",
    "1.27rc1",
    "1.99",
    "1.99.0",
    "1.99.1",
    "1.99rc1",
    "1.99x",
    "1.1000",
    "1.99999999999999999999",
    "2.0",
    "1.099.0",
    "1.99.0.1",
    "v1.99.0",
    "\"1.99.0\"",
    "1.99.0 extra",
];
const NAMES: [&str; 24] = [
    "default",
    "local",
    "none",
    "auto",
    "go1.99.1-bigcorp",
    "go1.99.9-bigcorp",
    "go1.26.8-foo",
    "go1.20",
    "go1.20.3",
    "go1.21.0",
    "go1.21",
    "go1.99.0",
    "go1.99.1",
    "go1.99rc1",
    "go1.99.2",
    "go1.99.0+auto",
    "1.99.0",
    "../go1.99.0",
    "go1.9-/x",
    "gccgo-go1.99.0",
    "go2.0",
    "go1.99.1 extra",
    "go",
    "Go1.99.0",
];
/// What programs are called that are no launchers of the store.
const PROGRAMS: [&str; 16] = [
    "go1.15",
    "go1.20.0",
    "go1.21",
    "go1.26.8",
    "go1.26.8-foo",
    "go1.26.9",
    "go1.27.0",
    "go1.27.4",
    "go1.27rc1",
    "go1.99",
    "go1.99.0",
    "go1.99.2",
    "go1.99.7",
    "go1.99.9-bigcorp",
    "go1.1000.0",
    "go2.0",
];
const SETTINGS: [&str; 34] = [
    "auto",
    "auto",
    "auto",
    "path",
    "local",
    "local+auto",
    "local+path",
    "local+x",
    "",
    " auto",
    "auto ",
    "auto\r",
    "+auto",
    "go1.20",
    "go1.20+auto",
    "go1.20+path",
    "go1.20.3",
    "go1.21.0+auto",
    "go1.21",
    "go1.99",
    "go1.99.0",
    "go1.99.1+auto",
    "go1.99.7",
    "go1.99.7+path",
    "go1.99.1-bigcorp",
    "go1.99.1-bigcorp+auto",
    "go1.99.0+foo",
    "go1.99.0+auto+path",
    "nonsense",
    "1.99.0",
    "go2.0",
    "gccgo-go1.99.0",
    "go1.99rc1",
    "go1.15+auto",
];

impl Case {
    /// The case of a seed.
    pub(super) fn random(seed: u64) -> Self {
        let mut dice = Dice(seed.wrapping_mul(0x2545_f491_4f6c_dd1d));
        let mut pieces = Vec::new();
        let deep = dice.roll(FOLDERS.len());
        pieces.push(Piece::Directory(FOLDERS[deep]));
        for folder in &FOLDERS[..=deep] {
            for name in ["go.mod", "go.work"] {
                if dice.once_in(if name == "go.mod" { 2 } else { 5 }) {
                    pieces.push(project_file(&mut dice, &format!("{folder}/{name}")));
                }
            }
        }
        if !dice.once_in(5) {
            pieces.push(Piece::Variable("GOTOOLCHAIN", dice.pick(&SETTINGS).to_owned()));
        }
        goenv(&mut dice, &mut pieces);
        surroundings(&mut dice, &mut pieces);
        programs(&mut dice, &mut pieces);
        pieces.push(Piece::Words(words(&mut dice)));
        Case(pieces)
    }

    /// The same without one of its pieces.
    pub(super) fn smaller(&self) -> Vec<Case> {
        let without = |index| {
            let mut pieces = self.0.clone();
            pieces.remove(index);
            Case(pieces)
        };
        (0..self.0.len()).map(without).collect()
    }

    /// Makes the tree; gives the directory to run in.
    pub(super) fn build(&self, root: &Path) -> PathBuf {
        for folder in ["w/a/b/c", "user", "links", "goroot", "t"] {
            fs::create_dir_all(root.join(folder)).unwrap();
        }
        symlink(root.join("w/a"), root.join(LINK)).unwrap();
        let mut directory = root.join("w");
        for piece in &self.0 {
            if let Piece::File(path, _) | Piece::Link(path, _) | Piece::Program(path) = piece {
                fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
            }
            match piece {
                Piece::File(path, text) => {
                    let path = root.join(path);
                    fs::write(path, text.replace('@', root.to_str().unwrap())).unwrap();
                }
                Piece::Folder(path) => fs::create_dir_all(root.join(path)).unwrap(),
                Piece::Link(path, to) => symlink(to, root.join(path)).unwrap(),
                Piece::Program(path) => {
                    let name = path.rsplit('/').next().unwrap();
                    let _programs = support::programs();
                    write_program(&root.join(path), &format!("#!/bin/sh\necho program {name}\n"));
                }
                Piece::Directory(folder) => directory = root.join(folder),
                Piece::Entry(_) | Piece::Variable(..) | Piece::Words(_) => {}
            }
        }
        directory
    }

    /// The whole environment; `launchers` are first on PATH.
    pub(super) fn variables(&self, root: &Path, launchers: &Path) -> Variables {
        let mut variables = Variables::new();
        let mut path = launchers.to_str().unwrap().to_owned();
        for piece in &self.0 {
            if let Piece::Entry(entry) = piece {
                path = format!("{path}:{}", entry.replace('@', root.to_str().unwrap()));
            }
        }
        variables.insert("PATH".to_owned(), path.into());
        variables.insert("HOME".to_owned(), root.join("user").into());
        for piece in &self.0 {
            if let Piece::Variable(name, value) = piece {
                variables.insert((*name).to_owned(), value.replace('@', root.to_str().unwrap()).into());
            }
        }
        variables
    }

    /// The command line.
    pub(super) fn arguments(&self, root: &Path) -> Vec<OsString> {
        let words = self.0.iter().rev().find_map(|piece| match piece {
            Piece::Words(words) => Some(words.clone()),
            _ => None,
        });
        let words = words.unwrap_or_else(|| vec!["version".to_owned()]);
        words.iter().map(|word| word.replace('@', root.to_str().unwrap()).into()).collect()
    }
}

fn project_file(dice: &mut Dice, path: &str) -> Piece {
    match dice.roll(24) {
        0 => return Piece::Folder(path.to_owned()),
        1 => return Piece::Link(path.to_owned(), "nowhere".to_owned()),
        _ => {}
    }
    let mut lines = vec!["module m".to_owned()];
    if !dice.once_in(5) {
        lines.push(line(dice, "go", &VERSIONS));
    }
    if dice.once_in(3) {
        lines.push(line(dice, "toolchain", &NAMES));
    }
    if dice.once_in(8) {
        lines.push(line(dice, "go", &VERSIONS));
    }
    if dice.once_in(4) {
        let last = lines.len() - 1;
        lines.swap(0, last);
    }
    let end = dice.pick(&["\n", "\n", "\n", "\r\n"]);
    let bom = if dice.once_in(20) { "\u{feff}" } else { "" };
    Piece::File(path.to_owned(), format!("{bom}{}{end}", lines.join(end)))
}

fn line(dice: &mut Dice, key: &str, values: &[&str]) -> String {
    let value = dice.pick(values);
    let blank = dice.pick(&[" ", " ", " ", "\t", "  \t ", "\u{a0}", ""]);
    let before = dice.pick(&["", "", "", "\t", "  ", "\u{a0}", "// ", "\u{b}"]);
    let after = dice.pick(&["", "", "", " // c", "//c", "  ", "\u{85}"]);
    format!("{before}{key}{blank}{value}{after}")
}

/// The GOENV file, in one of the places where it can be, and what it says.
fn goenv(dice: &mut Dice, pieces: &mut Vec<Piece>) {
    let (variable, value, path) = match dice.roll(7) {
        0 => ("GOENV", "@/env", "env"),
        1 => ("GOENV", "../env", "w/env"),
        2 => ("XDG_CONFIG_HOME", "@/xdg", "xdg/go/env"),
        3 => ("XDG_CONFIG_HOME", "xdg", "w/a/xdg/go/env"),
        4 => ("GOENV", "", "user/.config/go/env"),
        _ => return pieces.push(Piece::Variable("GOENV", "off".to_owned())),
    };
    pieces.push(Piece::Variable(variable, value.to_owned()));
    let mut lines = Vec::new();
    if !dice.once_in(3) {
        lines.push(format!("GOTOOLCHAIN={}", dice.pick(&SETTINGS)));
    }
    if dice.once_in(5) {
        lines.push(format!("GO111MODULE={}", dice.pick(&["on", "off", "auto", "", "x"])));
    }
    if dice.once_in(5) {
        lines.push(format!(
            "GOWORK={}",
            dice.pick(&["off", "auto", "", "rel", "@/other.work", "@/w/go.work"])
        ));
    }
    if dice.once_in(6) {
        lines.push("GOROOT=@/goroot".to_owned());
        pieces
            .push(Piece::File("goroot/go.env".to_owned(), format!("GOTOOLCHAIN={}\n", dice.pick(&SETTINGS))));
    }
    if dice.once_in(6) {
        lines.push(format!("GOTOOLCHAIN={}", dice.pick(&SETTINGS)));
    }
    pieces.push(Piece::File(path.to_owned(), lines.join("\n") + "\n"));
}

fn surroundings(dice: &mut Dice, pieces: &mut Vec<Piece>) {
    let mut variable = |name, value: &str| pieces.push(Piece::Variable(name, value.to_owned()));
    if dice.once_in(5) {
        variable("GO111MODULE", dice.pick(&["on", "off", "auto", "auto", "auto", "", "x"]));
    }
    if dice.once_in(5) {
        let values =
            ["off", "auto", "", "rel.work", "@/missing.work", "@/other.work", "@/w", "@/w/a/go.work"];
        variable("GOWORK", dice.pick(&values));
    }
    if dice.once_in(4) {
        let values = ["@/w", "@/w/a", "@/w/a/", "@/links/a", "@/t", "@/w/a/b", "w", "/"];
        variable("TMPDIR", dice.pick(&values));
    }
    if dice.once_in(3) {
        let values = ["@/links/a", "@/links/a/b", "@/links/a/b/c", "@/w/../w/a", "@/w", "links", "@/nowhere"];
        variable("PWD", dice.pick(&values));
    }
    if dice.once_in(3) {
        let text = format!("{}\n", line(dice, "go", &VERSIONS));
        pieces.push(Piece::File("other.work".to_owned(), text));
    }
    if dice.once_in(3) {
        pieces.push(Piece::File("links/go.mod".to_owned(), format!("go {}\n", dice.pick(&VERSIONS))));
    }
}

/// Toolchains that gox knows nothing of, or what looks like them.
fn programs(dice: &mut Dice, pieces: &mut Vec<Piece>) {
    if dice.once_in(3) {
        return;
    }
    let entries = ["@/d", "@/d", "@/d", "@/d2", "d", ".", "", "../d", "@/nowhere"];
    for _ in 0..=dice.roll(4) {
        pieces.push(Piece::Entry(dice.pick(&entries)));
    }
    for name in PROGRAMS {
        for folder in ["d", "d2", "w", "w/d", "w/a/d"] {
            if dice.roll(5) < if folder == "d" { 3 } else { 1 } {
                let path = format!("{folder}/{name}");
                pieces.push(match dice.roll(10) {
                    0 => Piece::File(path, "not to be executed\n".to_owned()),
                    1 => Piece::Folder(path),
                    2 => Piece::Link(path, "nowhere".to_owned()),
                    _ => Piece::Program(path),
                });
            }
        }
    }
    // Most versions that the files name are launchers of the store: without this, one case in fifty runs a program.
    if !dice.once_in(3) {
        let setting = format!("{}{}", dice.pick(&PROGRAMS), dice.pick(&["", "+auto", "+path"]));
        pieces.push(Piece::Variable("GOTOOLCHAIN", setting));
    }
}

fn words(dice: &mut Dice) -> Vec<String> {
    let folder = dice.pick(&["@/w", "@/w/a", "@/w/a/b", "@/links/a", "..", ".", "b", "missing", ""]);
    let equals = format!("-C={folder}");
    let twice = format!("--C={folder}");
    let line: &[&str] = match dice.roll(24) {
        0 => &["-C", folder, "version"],
        1 => &["version", "-C", folder],
        2 => &[&equals, "version"],
        3 => &["version", &twice],
        4 => &["frob", "-C", folder],
        5 => &["env", "GOTOOLCHAIN"],
        6 => &["env", "-C", folder, "GOMOD"],
        7 => &["env", "GOWORK"],
        8 => &["env", "GOTOOLCHAIN", "GOROOT"],
        9 => &["env", "GOVERSION"],
        10 => &["help"],
        11 => &["mod", "-C", folder, "frob"],
        _ => &["version"],
    };
    line.iter().map(|word| (*word).to_owned()).collect()
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|piece| writeln!(f, "  {piece:?}"))
    }
}

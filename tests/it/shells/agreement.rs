//! The functions and the shim give the same answer: random trees and environments, each asked of the
//! shell's function and of the real shim, with output and exit code compared.
//!
//! `GOX_TEST_CASES` and `GOX_TEST_SEED` are the number of cases and the first seed. A case that fails is
//! made as small as it can be before it is shown.

use std::fmt::Write as _;
use std::fs;
use std::time::{SystemTime, UNIX_EPOCH};

use super::{WITH_FUNCTIONS, bare, world};
use crate::support::sandbox::Sandbox;

/// In the ordinary run.
const CASES: u64 = 60;

/// Installed, from old to new.
const VERSIONS: [&str; 4] = ["1.20.14", "1.21.0", "1.22.4", "1.23rc2"];

/// For each of them, go lines that it satisfies and those before it need not.
const GO_LINES: [&[&str]; 4] = [
    &["1.9", "1.16", "1.20", "1.20rc1", "1.20.14"],
    &["1.21", "1.21rc2", "1.21.0"],
    &["1.22", "1.22.3", "1.22.4"],
    &["1.23", "1.23rc1", "1.23rc2"],
];

/// Files as most people write them; `V` is a version and `L` that of a go line.
const PLAIN_FILES: [(&str, &str); 16] = [
    (".go-version", "V\n"),
    (".go-version", "V\n"),
    (".go-version", "V"),
    (".go-version", "goV\r\n"),
    (".go-version", "vV \n\n"),
    (".tool-versions", "golang V\n"),
    (".tool-versions", "go V"),
    (".tool-versions", "nodejs 20\r\ngolang\tV # why\r\nhugo 1\r\n"),
    (".tool-versions", "nodejs 20\ngolangci-lint 1.60\n"),
    ("go.mod", "module m\n\ngo L\n"),
    ("go.mod", "module m\n\ngo L\n"),
    ("go.mod", "module m\n\ngo L"),
    ("go.mod", "module m\r\n\r\ngo\tL // go 1.99\r\n"),
    ("go.mod", "module m\ngo L\ntoolchain goL\n"),
    ("go.mod", "module m\n\nrequire (\n\ta.b/x-go v1.9.0 // indirect\n)\n"),
    ("go.mod", ""),
];

/// The others.
const ODD_FILES: [(&str, &str); 42] = [
    (".go-version", "1.21\n"),
    (".go-version", "1.21.0 # why\n"),
    (".go-version", "# why\n1.21.0\n"),
    (".go-version", "1.21.0\n1.20.14\n"),
    (".go-version", "1.21.0\r1.20.14\n"),
    (".go-version", "1.21.0\0"),
    (".go-version", "\u{feff}1.21.0\n"),
    (".go-version", "1.21.00\n"),
    (".go-version", "1.20.0\n"),
    (".go-version", ""),
    (".go-version", "system\n"),
    (".go-version", "../1.21.0\n"),
    (".go-version", "\u{b}1.21.0\n"),
    (".tool-versions", "go 1.20.14\ngolang 1.21.0\n"),
    (".tool-versions", "golang 1.21.0\ngolang 1.20.14\n"),
    (".tool-versions", "go 1.21.0\ngo 1.20.14\n"),
    (".tool-versions", "golang 1.21.0\n golang 1.20.14\n"),
    (".tool-versions", "golang 1.21.0 1.20.14\n"),
    (".tool-versions", "xgolang golang 1.20.14\ngolang 1.21.0\n"),
    (".tool-versions", "cargo go 1.20.14\ngo 1.21.0\n"),
    (".tool-versions", "golang V\rx/y\n"),
    (".tool-versions", "golang V\r1.20.14\n"),
    (".tool-versions", "golang\t\n"),
    (".tool-versions", "golang 1.21.0#\r\n"),
    (".tool-versions", "#golang 1.21.0\n"),
    (".tool-versions", "golang\u{a0}1.21.0\n"),
    ("go.mod", "module m\n\ngo 1.99\n"),
    ("go.mod", "module m\ngo 1.20\ntoolchain go1.22.4 // x\n"),
    ("go.mod", "module m\ngo 1.20\ntoolchain go1.20.14 x\n"),
    ("go.mod", "module m\ngo 1.20\ntoolchain default\n"),
    ("go.mod", "module m\ngo 1.20\ntoolchain local\n"),
    ("go.mod", "module m\ngo 1.20\ntoolchain go1.20\0\n"),
    ("go.mod", "module m\ngo 1.20\nxtoolchain toolchain go1.5\ntoolchain go1.23rc2\n"),
    ("go.mod", "require (\n\tgo 1.23\n)\ngo 1.20\n"),
    ("go.mod", "require a.b/x-go v1.9.0 // go 1.23\ngo 1.20\n"),
    ("go.mod", "\u{85}go 1.23\ngo 1.20\n"),
    ("go.mod", "go 1.20 x\n"),
    ("go.mod", "go go 1.20\n"),
    ("go.work", "go 1.21.0\n"),
    ("go.work", "go 1.21.0\n"),
    ("go.env", "GOTOOLCHAIN=auto\n"),
    ("go.env", "GOTOOLCHAIN=local\n"),
];

/// What stands before the go line of a go.mod: for a careless reader each is one itself, and for a careful
/// one some are.
const LIKE_GO_LINES: [&str; 22] = [
    "xgo go 1.5",
    "xgo go 1.5",
    "xgo\tgo\t1.5",
    "x-go go go 1.5",
    "go.x go 1.5",
    "go1.5",
    "go1.5 go 1.5",
    "// go 1.30",
    "//go 1.5",
    "go // 1.5",
    "go",
    "go\t",
    "go\n1.5",
    "/*\ngo 1.5\n*/",
    "/* go 1.5 */",
    "require (\n\tgo 1.5\n)",
    "require (\ngo 1.5\n)",
    " go 1.5",
    "\t\tgo 1.5",
    "\rgo 1.5",
    "module m\rgo 1.5",
    "\u{b}go 1.5",
];

const PLAIN_VARIABLES: [(&str, &str); 6] = [
    ("GO_VERSION", "V"),
    ("GO_VERSION", "goV"),
    ("GO_VERSION", ""),
    ("GOX_USE", "V"),
    ("GOX_USE", ""),
    ("TMPDIR", "/nowhere"),
];

const ODD_VARIABLES: [(&str, &str); 20] = [
    ("GO_VERSION", "1.20"),
    ("GO_VERSION", "1.20.14 "),
    ("GO_VERSION", "1.19.1"),
    ("GO_VERSION", "1.21.0\r"),
    ("GO_VERSION", "go version goV linux/amd64"),
    ("GO_VERSION", "goV darwin/arm64"),
    ("GO_VERSION", "go version devel go1.23-abcdef"),
    ("GOX_USE", "1.22"),
    ("GOX_USE", "goV linux/amd64"),
    ("GOTOOLCHAIN", "local"),
    ("GOTOOLCHAIN", "go1.21.0+path"),
    ("GOTOOLCHAIN", ""),
    ("GO111MODULE", "off"),
    ("GOWORK", "off"),
    ("GOROOT", "/nowhere"),
    ("GOENV", "env"),
    ("GOTOOLCHAIN_INTERNAL_SWITCH_VERSION", "go1.21.0"),
    ("TMPDIR", "."),
    ("TMPDIR", ".."),
    ("PWD", "/"),
];

const PLAIN_DEFAULTS: [&str; 2] = ["V\n", "V"];

/// What may take the default's place.
const ODD_DEFAULTS: [&str; 4] = ["1.22\n", "1.22.4\nx\n", "1.22.4\n\r1.21.0", ""];

const FOLDERS: [&str; 4] = ["code", "code/a", "code/a/b", "code/a/b/c d"];

/// Files by their paths, variables, and the default's file.
#[derive(Clone, Debug, PartialEq)]
struct Case {
    files: Vec<(String, String)>,
    variables: Vec<(&'static str, String)>,
    default: String,
}

/// Makes cases.
struct Dice {
    state: u64,
    /// Whether odd things come.
    odd: bool,
    /// The place in [`VERSIONS`] that no version is below and no go line of a plain file above.
    floor: usize,
}

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        for _ in 0..3 {
            self.state ^= self.state << 13;
            self.state ^= self.state >> 7;
            self.state ^= self.state << 17;
        }
        usize::try_from(self.state >> 33).unwrap() % limit
    }

    /// One of the plain, or where odd things come, one of the odd as often.
    fn one<T: Copy>(&mut self, plain: &[T], odd: &[T]) -> T {
        let list = if self.odd && self.below(2) == 0 { odd } else { plain };
        list[self.below(list.len())]
    }

    fn version(&mut self) -> &'static str {
        VERSIONS[self.floor + self.below(VERSIONS.len() - self.floor)]
    }

    fn go_line(&mut self, highest: usize) -> &'static str {
        let lines = GO_LINES[self.below(highest + 1)];
        lines[self.below(lines.len())]
    }

    fn fill(&mut self, text: &str) -> String {
        text.replace('V', self.version()).replace('L', self.go_line(self.floor))
    }

    /// A go.mod with something like a go line before its own, which may be above all versions.
    fn misleading_go_mod(&mut self) -> String {
        let like = LIKE_GO_LINES[self.below(LIKE_GO_LINES.len())];
        let end = ["", "\n", "\n", "\r\n", " // go 1.5\n", "\r1.5\n", "\r\r\n"][self.below(7)];
        format!("{like}\ngo {}{end}", self.go_line(GO_LINES.len() - 1))
    }

    fn case(&mut self) -> Case {
        let mut files = Vec::new();
        for _ in 0..self.below(4) {
            let folder = FOLDERS[self.below(FOLDERS.len())];
            let (name, text) = self.one(&PLAIN_FILES, &ODD_FILES);
            files.push((format!("{folder}/{name}"), self.fill(text)));
        }
        let mut variables = Vec::new();
        for _ in 0..self.below(9) / 6 {
            let (name, value) = self.one(&PLAIN_VARIABLES, &ODD_VARIABLES);
            variables.push((name, self.fill(value)));
        }
        let default = self.one(&PLAIN_DEFAULTS, &ODD_DEFAULTS);
        Case { files, variables, default: self.fill(default) }
    }
}

impl Case {
    /// Every other seed makes a plain case, which the functions decide themselves.
    fn is_plain(seed: u64) -> bool {
        seed.is_multiple_of(2)
    }

    /// Of the other seeds, every other one makes a case that is plain but for one go.mod.
    fn random(seed: u64) -> Self {
        let state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let mut dice = Dice { state, odd: seed % 4 == 1, floor: 0 };
        dice.floor = dice.below(VERSIONS.len());
        let mut case = dice.case();
        if seed % 4 == 3 {
            let folder = FOLDERS[dice.below(FOLDERS.len())];
            case.files.push((format!("{folder}/go.mod"), dice.misleading_go_mod()));
        }
        case
    }

    /// The case without one of its parts, each in turn.
    fn smaller(&self) -> Vec<Case> {
        let mut smaller = Vec::new();
        for index in 0..self.files.len() {
            let mut case = self.clone();
            case.files.remove(index);
            smaller.push(case);
        }
        for index in 0..self.variables.len() {
            let mut case = self.clone();
            case.variables.remove(index);
            smaller.push(case);
        }
        smaller
    }

    fn text(&self) -> String {
        let mut text = format!("default {:?}\n", self.default);
        for (path, content) in &self.files {
            writeln!(text, "{path} {content:?}").unwrap();
        }
        for (name, value) in &self.variables {
            writeln!(text, "{name}={value:?}").unwrap();
        }
        text
    }

    fn lay_out(&self, sandbox: &Sandbox) {
        let _ = fs::remove_dir_all(sandbox.root().join("code"));
        for folder in FOLDERS {
            fs::create_dir_all(sandbox.root().join(folder)).unwrap();
        }
        for (path, content) in &self.files {
            sandbox.write(path, content);
        }
        sandbox.write("user/.local/go/default", &self.default);
    }

    /// Code and outputs of a script in the deepest folder, after the functions of a shell.
    fn run(&self, sandbox: &Sandbox, name: &str, script: &str) -> (i32, String, String) {
        let init = sandbox.root().join(format!("init.{name}"));
        let script = format!(". '{}'\n{script}", init.display());
        let mut command = bare(sandbox, name).args(["-c", &script]).cwd(FOLDERS[3]);
        command = command.env("GOX_AUTO_INSTALL", "never");
        for (name, value) in &self.variables {
            command = command.env(name, value);
        }
        let output = command.run();
        (output.code(), output.stdout, output.stderr)
    }

    /// Where the function and the shim differ.
    fn differs(&self, sandbox: &Sandbox, name: &str) -> Option<String> {
        self.lay_out(sandbox);
        let function = self.run(sandbox, name, "go x; echo $?; gofmt");
        let shim = self.run(sandbox, name, "unset -f go gofmt; go x; echo $?; gofmt");
        (function != shim).then(|| format!("{name}\n{}function: {function:#?}\nshim: {shim:#?}", self.text()))
    }
}

/// A world with real shims, and the functions in files.
fn real_world() -> Sandbox {
    let sandbox = world();
    fs::remove_dir_all(sandbox.home().join("shims")).unwrap();
    sandbox.put_shims(&["go", "gofmt"]);
    for name in WITH_FUNCTIONS {
        let init = sandbox.gox(["init", name]).run();
        sandbox.write(&format!("init.{name}"), &init.raw_stdout);
    }
    sandbox
}

#[test]
#[expect(clippy::print_stdout, reason = "the seed must be known when the test hangs or fails")]
fn the_functions_decide_as_the_shim_does() {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let clock = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let seed = number("GOX_TEST_SEED").unwrap_or_else(clock);
    let cases = number("GOX_TEST_CASES").unwrap_or(CASES);
    println!("{cases} cases from GOX_TEST_SEED={seed}");
    let sandbox = real_world();
    for seed in seed..seed + cases {
        let case = Case::random(seed);
        for name in WITH_FUNCTIONS {
            if case.differs(&sandbox, name).is_some() {
                let smallest = shrink(case.clone(), &sandbox, name);
                let difference = smallest.differs(&sandbox, name);
                panic!("GOX_TEST_SEED={seed}: {}", difference.unwrap_or_else(|| "only once".into()));
            }
            if Case::is_plain(seed) {
                // A function that left everything to the shim would always agree with it.
                let choice =
                    case.run(&sandbox, name, "__gox_with_home __gox_with_variables __gox_choose go x");
                assert_eq!(choice.0, 0, "GOX_TEST_SEED={seed}: {name} did not decide\n{}", case.text());
            }
        }
    }
}

fn shrink(mut case: Case, sandbox: &Sandbox, name: &str) -> Case {
    while let Some(smaller) = case.smaller().into_iter().find(|case| case.differs(sandbox, name).is_some()) {
        case = smaller;
    }
    case
}

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

/// What may lie in a folder. The plain ones come more than once, so that there is something to decide.
const FILES: [(&str, &str); 49] = [
    (".go-version", "1.21.0\n"),
    (".go-version", "1.21.0\n"),
    (".go-version", "go1.20.14\r\n"),
    (".go-version", "1.23rc2"),
    (".go-version", "v1.22.4 \n\n"),
    (".go-version", "1.21\n"),
    (".go-version", "1.21.0 # why\n"),
    (".go-version", "# why\n1.21.0\n"),
    (".go-version", "1.21.0\n1.20.14\n"),
    (".go-version", "1.21.0\0"),
    (".go-version", "\u{feff}1.21.0\n"),
    (".go-version", "1.21.00\n"),
    (".go-version", "1.20.0\n"),
    (".go-version", ""),
    (".go-version", "system\n"),
    (".go-version", "../1.21.0\n"),
    (".go-version", "\u{b}1.21.0\n"),
    (".tool-versions", "golang 1.21.0\n"),
    (".tool-versions", "nodejs 20\ngolang 1.20.14 # why\nhugo 1\n"),
    (".tool-versions", "go 1.21.0\n"),
    (".tool-versions", "go 1.20.14\ngolang 1.21.0\n"),
    (".tool-versions", "golang 1.21.0\ngolang 1.20.14\n"),
    (".tool-versions", "go 1.21.0\ngo 1.20.14\n"),
    (".tool-versions", "golang 1.21.0\n golang 1.20.14\n"),
    (".tool-versions", "golang 1.21.0 1.20.14\n"),
    (".tool-versions", "nodejs 20\ngolangci-lint 1.60\n"),
    (".tool-versions", "golang\t\n"),
    (".tool-versions", "golang 1.21.0#\r\n"),
    (".tool-versions", "#golang 1.21.0\n"),
    (".tool-versions", "golang\u{a0}1.21.0\n"),
    ("go.mod", "module m\n\ngo 1.21\n"),
    ("go.mod", "module m\n\ngo 1.21.0\n"),
    ("go.mod", "module m\n\ngo 1.20\n"),
    ("go.mod", "module m\n\ngo 1.22.4\n"),
    ("go.mod", "module m\n\ngo 1.23rc1 // x\n"),
    ("go.mod", "module m\n\ngo 1.23\n"),
    ("go.mod", "module m\r\ngo\t1.21.0\r\n"),
    ("go.mod", "module m\ngo 1.20\ntoolchain go1.21.0\n"),
    ("go.mod", "module m\ngo 1.20\ntoolchain go1.22.4 // x\n"),
    ("go.mod", "module m\ngo 1.20\ntoolchain go1.20.14 x\n"),
    ("go.mod", "module m\ngo 1.20\ntoolchain default\n"),
    ("go.mod", "module m\ngo 1.20\ntoolchain local\n"),
    ("go.mod", "module m\ngo 1.20\ntoolchain go1.20\0\n"),
    ("go.mod", "require (\n\tgo 1.23\n)\ngo 1.20\n"),
    ("go.mod", "require a.b/x-go v1.9.0 // go 1.23\ngo 1.20\n"),
    ("go.mod", "\u{85}go 1.23\ngo 1.20\n"),
    ("go.mod", ""),
    ("go.work", "go 1.21.0\n"),
    ("go.env", "GOTOOLCHAIN=auto\n"),
];

/// Variables, few of them often.
const VARIABLES: [(&str, &str); 17] = [
    ("GO_VERSION", "1.21.0"),
    ("GO_VERSION", "go1.22.4"),
    ("GO_VERSION", "1.20"),
    ("GO_VERSION", "1.20.14 "),
    ("GO_VERSION", "1.19.1"),
    ("GO_VERSION", ""),
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

/// The default's file, or what takes its place.
const DEFAULTS: [&str; 7] =
    ["1.22.4\n", "1.22.4\n", "1.22.4\n", "1.21.0", "1.20.14\n", "1.22\n", "1.22.4\nx\n"];

const FOLDERS: [&str; 4] = ["work", "work/a", "work/a/b", "work/a/b/c d"];

/// Places of files in [`FILES`] by folder, places in [`VARIABLES`], and the default.
#[derive(Clone, Debug, PartialEq)]
struct Case {
    files: Vec<(usize, usize)>,
    variables: Vec<usize>,
    default: usize,
}

impl Case {
    fn random(seed: u64) -> Self {
        let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let mut below = |limit: usize| {
            for _ in 0..3 {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
            }
            usize::try_from(state >> 33).unwrap() % limit
        };
        let files = (0..below(4)).map(|_| (below(FOLDERS.len()), below(FILES.len()))).collect();
        let variables = (0..below(9) / 6).map(|_| below(VARIABLES.len())).collect();
        Case { files, variables, default: below(DEFAULTS.len()) }
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
        let mut text = format!("default {:?}\n", DEFAULTS[self.default]);
        for (folder, file) in &self.files {
            writeln!(text, "{}/{} {:?}", FOLDERS[*folder], FILES[*file].0, FILES[*file].1).unwrap();
        }
        for variable in &self.variables {
            writeln!(text, "{}={:?}", VARIABLES[*variable].0, VARIABLES[*variable].1).unwrap();
        }
        text
    }

    fn lay_out(&self, sandbox: &Sandbox) {
        let _ = fs::remove_dir_all(sandbox.root().join("work"));
        for folder in FOLDERS {
            fs::create_dir_all(sandbox.root().join(folder)).unwrap();
        }
        for (folder, file) in &self.files {
            sandbox.write(&format!("{}/{}", FOLDERS[*folder], FILES[*file].0), FILES[*file].1);
        }
        sandbox.write("user/.local/go/default", DEFAULTS[self.default]);
    }

    /// Code and outputs of a script in the deepest folder, after the functions of a shell.
    fn run(&self, sandbox: &Sandbox, name: &str, script: &str) -> (i32, String, String) {
        let init = sandbox.root().join(format!("init.{name}"));
        let script = format!(". '{}'\n{script}", init.display());
        let mut command = bare(sandbox, name).args(["-c", &script]).cwd(FOLDERS[3]);
        command = command.env("GOX_AUTO_INSTALL", "never");
        for variable in &self.variables {
            command = command.env(VARIABLES[*variable].0, VARIABLES[*variable].1);
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
    let mut decided = 0;
    for seed in seed..seed + cases {
        let case = Case::random(seed);
        for name in WITH_FUNCTIONS {
            if case.differs(&sandbox, name).is_some() {
                let smallest = shrink(case.clone(), &sandbox, name);
                let difference = smallest.differs(&sandbox, name);
                panic!("GOX_TEST_SEED={seed}: {}", difference.unwrap_or_else(|| "only once".into()));
            }
        }
        let choice = case.run(&sandbox, "bash", "_gox_newline=$'\\n'; __gox_choose go x");
        decided += u64::from(choice.0 == 0);
    }
    assert!(
        decided * 6 > cases,
        "the functions decided {decided} of {cases} cases: too few to show anything"
    );
}

fn shrink(mut case: Case, sandbox: &Sandbox, name: &str) -> Case {
    while let Some(smaller) = case.smaller().into_iter().find(|case| case.differs(sandbox, name).is_some()) {
        case = smaller;
    }
    case
}

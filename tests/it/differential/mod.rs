//! The resolver against the real go command: random trees and environments, each answered by both.
//!
//! Real go is asked as the base of the resolver would be: it has the same variables, the same directory,
//! and a fake launcher on PATH for each toolchain of the store; some cases have other programs on PATH that
//! are called as a toolchain is. `GOX_TEST_GO` names it, else PATH does;
//! without one the test fails, unless `GOX_TEST_OFFLINE=1`. `GOX_TEST_CASES` and `GOX_TEST_SEED` are the
//! number of cases and the first seed. A case that fails is made as small as it can be before it is shown.

mod answer;
mod case;

use std::ffi::OsString;
use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use tempfile::TempDir;

use crate::support::programs;
use crate::support::real_go::RealGo;
use answer::Answer;
use case::Case;

/// In the ordinary run.
const CASES: u64 = 300;
/// The toolchains that both sides have, besides real go.
const TOOLCHAINS: [&str; 9] = [
    "go1.15",
    "go1.20",
    "go1.20.3",
    "go1.21.0",
    "go1.22.0",
    "go1.99.0",
    "go1.99.1",
    "go1.99rc1",
    "go1.99.1-bigcorp",
];

#[test]
#[expect(clippy::print_stdout, reason = "the seed must be known when the test hangs or fails")]
fn the_resolver_decides_as_the_real_go_command_does() {
    let Some(real) = RealGo::find() else { return };
    // Go 1.22 reads a relative XDG_CONFIG_HOME and switches for `go env GOMOD`; the resolver follows the
    // newest, and one difference is enough to know here.
    assert!(real.is_at_least("1.26rc1"), "{} is too old to compare with", real.name);
    let stage = Stage::new(real);
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let clock = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let seed = number("GOX_TEST_SEED").unwrap_or_else(clock);
    let cases = number("GOX_TEST_CASES").unwrap_or(CASES);
    println!("{cases} cases against {}, from GOX_TEST_SEED={seed}", stage.real.name);
    let (mut moved, mut programs) = (0, 0);
    for seed in seed..seed + cases {
        let case = Case::random(seed);
        match stage.compare(&case) {
            Ok(answer) => {
                moved += u64::from(answer != Answer::Local);
                programs += u64::from(matches!(answer, Answer::OnPath(_)));
            }
            Err(_) => stage.fail(seed, &case),
        }
    }
    assert!(moved * 10 > cases, "only {moved} of {cases} cases left the local toolchain: they show nothing");
    assert!(
        cases < CASES || programs * 100 > cases,
        "only {programs} of {cases} cases found a program on PATH"
    );
}

impl RealGo {
    /// Whether `GO111MODULE=auto` is on where there is only a go.work (golang.org/issue/76728).
    fn counts_go_work(&self) -> bool {
        self.is_at_least("1.27rc1")
    }
}

/// What all cases share.
struct Stage {
    folder: TempDir,
    root: PathBuf,
    real: RealGo,
}

impl Stage {
    fn new(real: RealGo) -> Self {
        let folder = TempDir::with_prefix("gox-differential-").unwrap();
        let root = folder.path().canonicalize().unwrap();
        let toolchains = root.join("home/toolchains");
        fs::create_dir_all(&toolchains).unwrap();
        fs::write(root.join("home/default"), format!("{}\n", &real.name[2..])).unwrap();
        symlink(&real.goroot, toolchains.join(&real.name)).unwrap();
        let _programs = programs();
        for name in TOOLCHAINS {
            let script = format!("#!/bin/sh\necho fake {name}\n");
            write_program(&root.join("bin").join(name), &script);
            write_program(&toolchains.join(name).join("bin/go"), &script);
        }
        Stage { folder, root, real }
    }

    /// The answer that both give, or what each gives.
    fn compare(&self, case: &Case) -> Result<Answer, (Answer, Answer)> {
        let tree = TempDir::with_prefix_in("case-", self.folder.path()).unwrap();
        let root = tree.path().canonicalize().unwrap();
        let directory = case.build(&root);
        let variables = case.variables(&root, &self.root.join("bin"));
        let words: Vec<OsString> = case.arguments(&root);
        let home = self.root.join("home");
        let mut ours = answer::of_resolver(&home, &variables, &directory, &words, &self.real.name);
        if !self.real.counts_go_work() && answer::needs_go_work(&home, &variables, &directory, &words) {
            ours = Answer::Local;
        }
        let theirs = answer::of_real_go(&self.real.goroot, &variables, &directory, &words);
        if ours.agrees(&theirs) { Ok(ours) } else { Err((ours, theirs)) }
    }

    /// Takes pieces away while the case still fails, and shows what is left.
    fn fail(&self, seed: u64, case: &Case) -> ! {
        let mut smallest = case.clone();
        while let Some(smaller) = smallest.smaller().into_iter().find(|case| self.compare(case).is_err()) {
            smallest = smaller;
        }
        let (ours, theirs) = self.compare(&smallest).unwrap_err();
        panic!(
            "GOX_TEST_SEED={seed} GOX_TEST_CASES=1 fails; the smallest case that does:\n{smallest}\
             the resolver says {ours:?}\nreal {} says {theirs:?}",
            self.real.name
        );
    }
}

fn write_program(path: &Path, script: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, script).unwrap();
    fs::set_permissions(path, Permissions::from_mode(0o755)).unwrap();
}

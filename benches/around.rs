//! What the commands around Go cost: `gox gate` where nothing is staged, beside a `git status` of the same repository;
//! its step `vet` where an overlay hides an unstaged edit, against the same where there is none, and against `go vet`
//! alone; and a report of `gox doctor` in a small home. The repository has a module of forty packages.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::clock::Race;
use crate::sandbox::{Sandbox, find, must};
use crate::table::{Figure, Report, Row, Table};

const PACKAGES: usize = 40;
const SHORT_ROUNDS: usize = 60;
const VET_ROUNDS: usize = 12;
/// The most that `gox doctor` may take, in seconds.
const DOCTOR: f64 = 0.3;

pub(crate) fn run(sandbox: &Sandbox, report: &mut Report) {
    sandbox.home();
    fs::write(sandbox.root.join(".gitconfig"), "[user]\n\tname = me\n\temail = me@example.com\n").unwrap();
    let around = Around { sandbox };
    let mut table = Table::new("Commands around Go");
    around.short(&mut table);
    around.vet(&mut table);
    report.add(table);
}

struct Around<'a> {
    sandbox: &'a Sandbox,
}

impl Around<'_> {
    fn short(&self, table: &mut Table) {
        let (clean, doctor) =
            (self.repository("clean", false, true), self.repository("doctor", false, false));
        let mut race = Race::new("gate and doctor");
        let mut status = self.command(find("git").unwrap(), &clean);
        status.args(["status", "--porcelain"]);
        race.add_command("status", status);
        race.add_command("gate", self.gox(&["gate"], &clean));
        // Its code is 1, because the home is hardly set up.
        let mut report = self.command("/bin/sh", &doctor);
        report.args(["-c", "\"$0\" doctor; [ $? -le 1 ]", env!("CARGO_BIN_EXE_gox")]);
        race.add_command("doctor", report);
        let medians = race.run(SHORT_ROUNDS);
        table.add(Row::seconds("git status", medians["status"]));
        table.add(
            Row::seconds("gox gate, nothing staged", medians["gate"])
                .against(medians["status"], "git status"),
        );
        table.add(Row::seconds("gox doctor", medians["doctor"]).at_most(Figure::Seconds(DOCTOR)));
    }

    fn vet(&self, table: &mut Table) {
        let (plain, hidden) = (self.repository("plain", true, false), self.repository("hidden", true, true));
        let words = ["gate", "--only", "vet"];
        let mut race = Race::new("gate, vet");
        let mut alone = self.command(self.sandbox.home().join("shims/go"), &plain);
        alone.args(["vet", "./..."]);
        race.add_command("alone", alone);
        race.add_command("plain", self.gox(&words, &plain));
        race.add_command("hidden", self.gox(&words, &hidden));
        let medians = race.run(VET_ROUNDS);
        table.add(Row::seconds("go vet", medians["alone"]));
        let plain = Row::seconds("gox gate --only vet", medians["plain"]);
        table.add(plain.against(medians["alone"], "go vet"));
        let hidden = Row::seconds("gox gate --only vet, by an overlay", medians["hidden"]);
        table.add(hidden.against(medians["plain"], "without an overlay"));
    }

    /// A repository with one commit, in which the edits that `stage` and `leave` name are made.
    fn repository(&self, name: &str, stage: bool, leave: bool) -> PathBuf {
        let folder = self.sandbox.root.join(name);
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("go.mod"), "module example.com/m\n\ngo 1.24\n").unwrap();
        for package in 0..PACKAGES {
            let path = folder.join(format!("p{package}"));
            fs::create_dir(&path).unwrap();
            fs::write(path.join("a.go"), text(package, 0)).unwrap();
        }
        self.git(&folder, &["init", "--quiet"]);
        self.git(&folder, &["add", "."]);
        self.git(&folder, &["commit", "--quiet", "--message", "first"]);
        if stage {
            fs::write(folder.join("p1/a.go"), text(1, 1)).unwrap();
            self.git(&folder, &["add", "."]);
        }
        if leave {
            fs::write(folder.join("p2/a.go"), text(2, 2)).unwrap();
        }
        folder
    }

    fn git(&self, folder: &Path, arguments: &[&str]) {
        must(self.command(find("git").unwrap(), folder).args(arguments));
    }

    fn command(&self, program: impl AsRef<OsStr>, folder: &Path) -> Command {
        let mut command = self.sandbox.command(program, folder);
        let home = self.sandbox.home();
        command.env("PATH", format!("{}:/usr/bin:/bin", home.join("shims").display())).env("GOX_HOME", home);
        command.env_remove("GOENV").env("GOX_OFFLINE", "true").env("GOPROXY", "off").stderr(Stdio::null());
        command
    }

    fn gox(&self, words: &[&str], folder: &Path) -> Command {
        let mut command = self.command(env!("CARGO_BIN_EXE_gox"), folder);
        command.args(words);
        command
    }
}

/// A Go file with another content for each edit.
fn text(package: usize, edit: usize) -> String {
    let function = |number| {
        format!("\nfunc F{number}(s string) string {{ return fmt.Sprintf(\"%s {edit} {number}\", s) }}\n")
    };
    format!("package p{package}\n\nimport \"fmt\"\n") + &(0..20).map(function).collect::<String>()
}

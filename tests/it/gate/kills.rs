//! A gate that is killed leaves the working tree and the repository as they were: it never changed them. A gate that is
//! interrupted also ends its tools and removes its temporary files.

use std::fs;
use std::path::Path;

use rustix::process::Signal;

use super::repository::{BAD, GOOD, Repository};
use crate::support::fifo::Fifo;
use crate::support::programs;
use crate::support::sandbox::GOX;

/// Counts its calls, and kills the gox that calls it before or after the one that is to be deadly.
const DEADLY: &str = "#!/bin/sh
kill_gox() { [ \"$(readlink \"/proc/$PPID/exe\")\" = '[GOX]' ] && kill -9 $PPID; }
echo >>\"$COUNT\"
number=$(wc -l <\"$COUNT\")
[ \"$number:before\" = \"$DEADLY\" ] && kill_gox
\"[REAL]\" \"$@\"
code=$?
[ \"$number:after\" = \"$DEADLY\" ] && kill_gox
exit $code
";

/// The script in front of a real program.
fn deadly(real: &Path) -> String {
    let gox = Path::new(GOX).canonicalize().unwrap();
    DEADLY.replace("[GOX]", gox.to_str().unwrap()).replace("[REAL]", real.to_str().unwrap())
}

/// A repository in which the gate needs an overlay and a copy, and in which git and all tools may be deadly.
fn repository() -> Repository {
    let tool = "#!/bin/sh\nexit 0\n";
    let repository = Repository::scripted(tool, tool);
    repository.write(".golangci.yml", "version: \"2\"\n");
    repository.git("add .golangci.yml");
    repository.git("commit -qnm lint");
    repository.stage("p/a.go", BAD, GOOD);
    repository.write("p/untracked.go", GOOD);
    let git = repository.sandbox.path_after::<&Path>([]);
    let git =
        std::env::split_paths(&git).map(|folder| folder.join("git")).find(|path| path.is_file()).unwrap();
    repository.sandbox.put_tool("git", &deadly(&git));
    let goroot = repository.sandbox.home().join("toolchains/go1.99.0/bin");
    for name in ["go", "gofmt"] {
        let _programs = programs();
        let real = goroot.join(format!("real-{name}"));
        fs::rename(goroot.join(name), &real).unwrap();
        fs::write(goroot.join(name), deadly(&real)).unwrap();
        fs::set_permissions(goroot.join(name), fs::metadata(&real).unwrap().permissions()).unwrap();
    }
    repository.sandbox.put_tool("golangci-lint", &deadly(Path::new("/bin/true")));
    repository
}

#[test]
fn kill_9_before_and_after_each_program_that_is_run() {
    let repository = repository();
    let count = repository.sandbox.root().join("count");
    let run = |deadly: &str| {
        fs::write(&count, "").unwrap();
        repository.gate("--also test").env("COUNT", &count).env("DEADLY", deadly).run()
    };
    let status = || {
        let status =
            repository.command("git").args(["status", "--porcelain=v2"]).env("GIT_OPTIONAL_LOCKS", "0");
        status.env("COUNT", &count).run().stdout
    };
    let clean = run("");
    assert_eq!(clean.code(), 0, "{}", clean.stderr);
    // Some run side by side, and may count as one.
    let calls = fs::read_to_string(&count).unwrap().lines().count();
    assert!(calls >= 12, "{calls}");
    let (files, before) = (repository.files(), status());
    let index = fs::read(repository.path(".git/index")).unwrap();
    let mut killed = 0;
    for number in 1..=calls {
        for place in ["before", "after"] {
            let output = run(&format!("{number}:{place}"));
            killed += usize::from(output.code() == 137);
            assert_eq!(repository.files(), files, "{number}:{place}");
            assert_eq!(status(), before, "{number}:{place}");
            assert_eq!(fs::read(repository.path(".git/index")).unwrap(), index, "{number}:{place}");
        }
    }
    assert!(killed > calls, "only {killed} of {} were killed", 2 * calls);
    assert_eq!(run("").stderr.lines().count(), clean.stderr.lines().count());
}

/// The tool holds a FIFO open as long as it lives, or anything that it has started.
#[test]
fn a_signal_ends_the_tools_and_removes_what_is_temporary() {
    for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143), (Signal::HUP, 129)] {
        let repository = repository();
        let mut fifo = Fifo::new(&repository.sandbox);
        let script = "#!/bin/sh\nexec 3>\"$FIFO\"\necho begun >&3\nsleep 1000 &\nsleep 1000\n";
        repository.sandbox.put_tool("golangci-lint", script);
        fs::write(repository.sandbox.root().join("count"), "").unwrap();
        let run = repository.gate("--only lint").env("FIFO", fifo.path());
        let run = run.env("COUNT", repository.sandbox.root().join("count")).spawn();
        fifo.wait_for("begun\n");
        run.signal(signal);
        fifo.wait_for_end();
        run.wait().assert(code, "", "interrupted; nothing was changed\n");
        assert_eq!(fs::read_dir(repository.sandbox.root().join("tmp")).unwrap().count(), 0);
    }
}

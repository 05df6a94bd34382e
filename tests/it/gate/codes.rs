//! What the codes of the tools mean: which are findings, which say that there was nothing to do, and which are failures
//! of the tool. Scripts stand in for all of them.

use std::fs;

use super::repository::{GOOD, Repository};
use crate::support::LIMIT;
use crate::support::fifo::Fifo;
use crate::support::rows::side_by_side;

/// A Go whose commands end with the code in a variable of their name, after they print the text in another.
const GO: &str = "#!/bin/sh
case \"$1\" in
env) ;;
list) echo \"$PWD/p\" ;;
vet) printf %s \"$VET_TEXT\" >&2; exit ${VET:-0} ;;
mod) printf %s \"$TIDY_TEXT\"; exit ${TIDY:-0} ;;
test) printf %s \"$TEST_TEXT\"; exit ${TEST:-0} ;;
esac
";
const GOFMT: &str = "#!/bin/sh\nprintf %s \"$FORMAT_TEXT\"\nexit ${FORMAT:-0}\n";

/// A change in a repository with a configuration of golangci-lint.
fn repository() -> Repository {
    let repository = Repository::scripted(GO, GOFMT);
    repository.write(".golangci.yml", "version: \"2\"\n");
    repository.git("add .golangci.yml");
    repository.git("commit -qnm lint");
    repository.stage("p/a.go", GOOD, GOOD);
    repository
}

const FAILED: i32 = 126;

#[test]
fn of_go_and_gofmt() {
    let drift = "diff current/go.mod tidy/go.mod\n--- current/go.mod\n+++ tidy/go.mod\n\
                 @@ -1,3 +1,3 @@\n module example.com/m\n \n-go 1.20\n+go 1.21\n";
    let lacks = "go: x.org/y: module lookup disabled by GOPROXY=off\n";
    let repository = repository();
    let unreachable = "# m/p\np/a.go:3:1: unreachable\n";
    let unformatted = "p/a.go:1:1: expected 'package'\n";
    let formatted = "format  found    [TIME]\nhint: format and stage: `gofmt -w p/a.go && git add p/a.go`\n";
    let tidied = "tidy    found    [TIME]\nhint: tidy and stage: `go mod tidy && git add go.mod`\n";
    // The step, the code of its tool and what that prints, the code of the gate, and its stdout and stderr.
    for (step, code, text, expected, stdout, stderr) in [
        ("format", 0, "", 0, "", "format  ok       [TIME]\n"),
        ("format", 0, "./p/a.go\n", 1, "p/a.go\n", formatted),
        ("format", 2, unformatted, 1, unformatted, "format  found    [TIME]\n"),
        ("format", 3, "what?\n", FAILED, "", "`gofmt` ended with code 3\n  what?\n"),
        ("vet", 0, "", 0, "", "vet     ok       [TIME]\n"),
        ("vet", 1, unreachable, 1, unreachable, "vet     found    [TIME]\n"),
        ("vet", 2, "usage\nof vet\n", FAILED, "", "`go vet` ended with code 2\n  usage\n  of vet\n"),
        (
            "vet",
            1,
            "go: warning: \"./...\" matched no packages\nno packages to vet\n",
            0,
            "",
            "vet     skipped  no package for this platform is here\n",
        ),
        (
            "vet",
            1,
            "no packages to vet\np/a.go:1:1: bad\n",
            1,
            "no packages to vet\np/a.go:1:1: bad\n",
            "vet     found    [TIME]\n",
        ),
        (
            "test",
            1,
            "no packages to test\n",
            0,
            "",
            "test    skipped  no package for this platform is here\n",
        ),
        ("tidy", 0, "", 0, "", "tidy    ok       [TIME]\n"),
        ("tidy", 1, drift, 1, drift, tidied),
        (
            "tidy",
            1,
            lacks,
            0,
            "",
            "tidy    skipped  the module cache lacks modules; `go mod tidy` fetches them\n",
        ),
        ("tidy", 1, "go: bad go.mod\n", 1, "go: bad go.mod\n", "tidy    found    [TIME]\n"),
        ("tidy", 2, "", FAILED, "", "`go mod tidy` ended with code 2\n"),
        ("test", 0, "ok\n", 0, "", "test    ok       [TIME]\n"),
        ("test", 1, "FAIL p\n", 1, "FAIL p\n", "test    found    [TIME]\n"),
        ("test", 2, "", FAILED, "", "`go test` ended with code 2\n"),
    ] {
        let variable = step.to_uppercase();
        let run = repository.gate(&format!("--only {step}"));
        let run = run.env(&variable, code.to_string()).env(&format!("{variable}_TEXT"), text);
        let stderr = if expected == FAILED { failed(step, stderr) } else { stderr.to_owned() };
        run.code(expected).stdout(stdout).stderr(&stderr).check();
    }
}

fn without(step: &str) -> String {
    format!(
        "hint: do without the step: `gox gate --skip {step}`; in a hook, put `--skip {step}` behind `gate`\n"
    )
}

/// The error about a step whose tool failed.
fn failed(step: &str, error: &str) -> String {
    format!("error: {step}: {error}{}", without(step))
}

#[test]
fn of_golangci_lint_and_govulncheck() {
    let rows: Vec<(&str, &str, &str, i32, &str, &str)> = vec![
        ("lint", "exit 0", "ok       [TIME]", 0, "", ""),
        ("lint", "echo 'p/a.go:3:1: bad'; exit 1", "found    [TIME]", 1, "p/a.go:3:1: bad\n", ""),
        ("lint", "echo x; exit 2", "", FAILED, "", "ended with code 2\n  x\n"),
        ("lint", "exit 3", "", FAILED, "", "ended with code 3\n"),
        ("lint", "exit 4", "", FAILED, "", "ended with code 4\n"),
        ("lint", "exit 5", "skipped  golangci-lint found no Go files", 0, "", ""),
        ("lint", "exit 6", "", FAILED, "", "ended with code 6\n"),
        ("lint", "exit 7", "", FAILED, "", "ended with code 7\n"),
        ("lint", "kill -9 $$", "", FAILED, "", "was ended by signal 9\n"),
        ("vuln", "exit 0", "ok       [TIME]", 0, "", ""),
        ("vuln", "echo GO-1; exit 3", "found    [TIME]", 1, "GO-1\n", ""),
        ("vuln", "exit 1", "", FAILED, "", "ended with code 1\n"),
    ];
    side_by_side(rows, |(step, script, line, code, stdout, error)| {
        let repository = repository();
        let name = if step == "lint" { "golangci-lint" } else { "govulncheck" };
        repository.sandbox.put_tool(name, &format!("#!/bin/sh\n{script}\n"));
        let stderr = if error.is_empty() {
            format!("{step}    {line}\n")
        } else {
            failed(step, &format!("`{name}` {error}"))
        };
        let run = repository.gate(&format!("--only {step}"));
        run.code(code).stdout(stdout).stderr(&stderr).check();
    });
}

/// The tool holds a FIFO open, and what it has started. Where it had no time to begin it is given more.
#[test]
fn of_one_that_does_not_end() {
    let repository = repository();
    let script = "#!/bin/sh\nexec 3>\"$FIFO\"\nsleep 1000 &\necho begun\necho begun >&3\nwait\n";
    repository.sandbox.put_tool("golangci-lint", script);
    let begun = |limit: u64| {
        let fifo = Fifo::new(&repository.sandbox);
        let run = repository.gate(&format!("--only lint --timeout {limit}")).env("FIFO", fifo.path()).run();
        (fifo.wait_for_end() == "begun\n").then_some(run)
    };
    let mut limits = (0..).map(|power| 1 << power).take_while(|limit| *limit < LIMIT.as_secs());
    let run = limits.find_map(begun).unwrap();
    run.assert(FAILED, "", &failed("lint", "`golangci-lint` did not end within [TIME]\n  begun\n"));
}

/// A gate that is open in silence is none.
#[test]
fn a_missing_tool_is_127_and_one_that_cannot_run_126() {
    let repository = repository();
    let install = "`golangci-lint` is not on PATH\nhint: install it: see https://golangci-lint.run\n";
    let expected = failed("lint", install);
    repository.gate("--only lint").code(127).stderr(&expected).check();
    repository.sandbox.put_tool("golangci-lint", "#!/nowhere/sh\n");
    let expected = failed("lint", "could not run `[ROOT]/bin/golangci-lint`: no such file or directory\n");
    repository.gate("--only lint").code(126).stderr(&expected).check();
    // The greatest code counts.
    let stderr = format!("vet     found    [TIME]\n{expected}");
    repository.gate("--only lint,vet").env("VET", "1").code(126).stderr(&stderr).check();
    repository.gate("--skip lint --quiet").check();
    let install = "`govulncheck` is not on PATH\nhint: install it: `GOTOOLCHAIN=auto go install golang.org/x/vuln/cmd/govulncheck@latest`\n";
    repository.gate("--only vuln").code(127).stderr(&failed("vuln", install)).check();
    // Only where it is configured.
    repository.git("rm -q --cached .golangci.yml");
    fs::remove_file(repository.path(".golangci.yml")).unwrap();
    repository.gate("--only lint").stderr("lint    skipped  there is no `.golangci.yml`\n").check();
    let goroot = repository.sandbox.home().join("toolchains/go1.99.0");
    repository.write(".go-version", "1.98.0\n");
    repository.git("add .go-version");
    let error = "error: `1.98.0` is not installed\n  set by [ROOT]/code/.go-version:1\nhint: install it: `gox install 1.98.0`\n";
    repository.gate("").env("GOX_AUTO_INSTALL", "never").code(127).stderr(error).check();
    repository.write(".go-version", "1.99.0\n");
    repository.git("add .go-version");
    fs::remove_file(goroot.join("bin/gofmt")).unwrap();
    let error = "could not run `[HOME]/toolchains/go1.99.0/bin/gofmt`: no such file or directory\n";
    repository.gate("--only format").code(127).stderr(&failed("format", error)).check();
}

/// What golangci-lint is given: the changes with paths below the module, the module's Go, and nothing of the hook.
#[test]
fn golangci_lint_works_in_the_module() {
    let repository = repository();
    let script = "#!/bin/sh
echo \"$1 $2 $3 ${4%%=*}\"
cat \"${4#*=}\"
pwd
command -v go
unset GIT_CONFIG_NOSYSTEM
env | grep ^GIT_
exit 1
";
    repository.sandbox.put_tool("golangci-lint", script);
    repository.write("sub/go.mod", "module sub\n");
    repository.git("add sub");
    repository.git("commit -qnm sub");
    repository.stage("p/a.go", "package p\n", "package p\n");
    repository.stage("sub/p/a.go", "package p\n", "package p\n");
    let run = repository.gate("--only lint").env("GIT_INDEX_FILE", ".git/index").run();
    assert_eq!((run.code(), run.stderr.as_str()), (1, "lint    found    [TIME]\n"));
    let expected = "\
run --issues-exit-code=1 --fix=false --new-from-patch
diff --git a/p/a.go b/p/a.go
new file mode 100644
index 0000000..c89cd18
--- /dev/null
+++ b/p/a.go
@@ -0,0 +1 @@
+package p
[ROOT]/code/sub
[HOME]/toolchains/go1.99.0/bin/go
";
    assert!(run.stdout.ends_with(expected), "{}", run.stdout);
    assert_eq!(run.stdout.matches("--new-from-patch\n").count(), 2, "in each module: {}", run.stdout);
}

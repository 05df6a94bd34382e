//! What `gox complete --go` offers for a command line of go, and that it knows what the real go knows.

use std::collections::BTreeSet;
use std::fs;

use super::sandbox;
use crate::support::real_go::RealGo;
use crate::support::sandbox::Sandbox;

/// The candidates for a line, whose last word is being typed.
fn words(sandbox: &Sandbox, line: &str) -> Vec<String> {
    let words: Vec<&str> = line.split(' ').collect();
    let run = sandbox.gox(["complete", "--go", &(words.len() - 1).to_string()]).args(words).run();
    assert_eq!((run.code(), run.stderr.as_str()), (0, ""), "{line}");
    // As it is, with the platform of this machine.
    String::from_utf8(run.raw_stdout).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn requests_are_those_of_gox() {
    let sandbox = sandbox(&["1.99.4", "1.99.1", "1.20"]);
    for (line, expected) in [
        ("go +1.9", &["+1.99.4", "+1.99.1"][..]),
        ("go +", &["+1.99.4", "+1.99.1", "+1.20.0", "+latest", "+oldstable", "+system"]),
        ("go +old", &["+oldstable"]),
        ("go +1.99.4 vers", &["version"]),
        ("go vet +1", &[]),
    ] {
        assert_eq!(words(&sandbox, line), expected, "{line}");
    }
}

#[test]
fn packages_are_folders_with_go_files() {
    let sandbox = Sandbox::new();
    for path in [
        "main.go",
        "cmd/tool/main.go",
        "cmd/README.md",
        "a-b.c/d/e/f/g/h.go",
        "1/2/3/4/5/6/7/deep.go",
        "1/2/3/4/5/6/f.go",
        "vendor/x/f.go",
        "testdata/f.go",
        "sub/testdata/f.go",
        ".git/f.go",
        "_old/f.go",
        "node_modules/x/f.go",
        "with blank/f.go",
        "docs/page.md",
    ] {
        sandbox.write(&format!("code/{path}"), "package p\n");
    }
    for (line, expected) in [
        ("go build ", &["./...", "./1/2/3/4/5/6", "./a-b.c/d/e/f/g", "./cmd/tool"][..]),
        ("go build .", &["./...", "./1/2/3/4/5/6", "./a-b.c/d/e/f/g", "./cmd/tool"]),
        ("go vet -v ./c", &["./cmd/tool"]),
        ("go run -race ./cmd/", &["./cmd/...", "./cmd/tool"]),
        ("go run ./cmd/tool ./c", &[]),
        ("go test ./1/2/", &["./1/2/...", "./1/2/3/4/5/6", "./1/2/3/4/5/6/7"]),
        ("go -C cmd list ", &["./...", "./tool"]),
        ("go list -C cmd ", &["./...", "./tool"]),
        ("go list -C=cmd ../a", &["../a-b.c/d/e/f/g"]),
        ("go build cm", &[]),
        ("go build ./nope/", &[]),
        ("go build ./docs/", &[]),
        ("go mod why ./c", &["./cmd/tool"]),
        ("gox_cd ./c", &["./cmd/tool"]),
        ("gox_cover ./1/2/3/4/5/6/", &["./1/2/3/4/5/6/...", "./1/2/3/4/5/6/7"]),
    ] {
        assert_eq!(words(&sandbox, line), expected, "{line}");
    }
    let absolute = sandbox.code().join("cmd").display().to_string();
    assert_eq!(words(&sandbox, &format!("go build {absolute}/t")), [format!("{absolute}/tool")]);
    // In a large tree the nearest ones, and below what is typed the others.
    for number in 0..600 {
        sandbox.write(&format!("code/big/p{number}/f.go"), "package p\n");
        sandbox.write(&format!("code/big/p{number}/below/f.go"), "package p\n");
    }
    let found = words(&sandbox, "go build ./big/p");
    assert!(found.len() > 100 && found.len() < 200, "{}", found.len());
    assert_eq!(words(&sandbox, "go build ./big/p599/"), ["./big/p599/...", "./big/p599/below"]);
}

#[test]
fn names_of_tests_come_from_the_test_files() {
    let sandbox = Sandbox::new();
    let tests = "package p\n\nfunc TestMain(m *testing.M) {}\nfunc TestB(t *testing.T) {}\nfunc TestA(t *testing.T) {}\n\
                 func Testing(t *testing.T) {}\nfunc Test_c(t *testing.T) {}\n\tfunc TestInner() {}\n// func TestNo()\n\
                 func (s *suite) TestMethod() {}\nfunc BenchmarkA(b *testing.B) {}\nfunc FuzzA(f *testing.F) {}\n\
                 func ExampleA() {}\nfunc helper() {}\nfunc TestÄ(t *testing.T) {}\nfunc Testä(t *testing.T) {}\n";
    sandbox.write("code/p_test.go", tests);
    sandbox.write("code/p.go", "package p\n\nfunc TestNone(t *testing.T) {}\n");
    sandbox
        .write("code/sub/s_test.go", "package s\r\n\r\nfunc TestSub(t *testing.T) {}\r\nfunc TestA() {}\r\n");
    sandbox.write("code/sub/broken_test.go", b"\xff\xfe\nfunc TestEnd(");
    // Nobody would ever write to it.
    sandbox.command("mkfifo").arg("sub/pipe_test.go").check();
    // Of a package with more test files than are read, some names are there.
    let names =
        (0..60_000).map(|number| ["\nfunc TestMany", &number.to_string(), "(t *testing.T) {}"].concat());
    let many = names.collect::<Vec<_>>().concat();
    sandbox.write("code/large/a_test.go", &many);
    sandbox.write("code/large/b_test.go", many.replace("Many", "More"));
    let some = words(&sandbox, "go test ./large -run TestM").len();
    assert!(some > 10_000 && some < 60_000, "{some}");
    fs::remove_dir_all(sandbox.code().join("large")).unwrap();
    for (line, expected) in [
        ("go test -run T", &["TestA", "TestB", "Test_c", "TestÄ"][..]),
        ("go test -run ", &["ExampleA", "FuzzA", "TestA", "TestB", "Test_c", "TestÄ"]),
        ("go test -v --run=TestB", &["--run=TestB"]),
        ("go test -run = TestB", &["TestB"]),
        ("go test -run '^TestB", &["^TestB"]),
        ("go test -bench ", &["BenchmarkA"]),
        ("go test -fuzz ", &["FuzzA"]),
        ("go test -skip B", &["BenchmarkA"]),
        ("go test ./sub -run T", &["TestA", "TestEnd", "TestSub"]),
        ("go test -C sub -run TestS", &["TestSub"]),
        ("go test ./... -run T", &["TestA", "TestB", "TestEnd", "TestSub", "Test_c", "TestÄ"]),
        ("go test -run TestA -bench B", &["BenchmarkA"]),
        ("go generate -run T", &[]),
        ("go test ./nope -run T", &[]),
    ] {
        assert_eq!(words(&sandbox, line), expected, "{line}");
    }
}

/// A test file need not compile, and may come from anybody: what a shell would read as more than a word is no name.
#[test]
fn names_of_tests_are_names() {
    let sandbox = Sandbox::new();
    let hostile = [
        "Z;touch${IFS}pwned;#",
        "Z`touch pwned`",
        "Z$HOME",
        "Z&&x",
        "Z|x",
        "Z>x",
        "Z x",
        "Z'x",
        "Z\"x",
        "Z\\x",
        "Z!x",
        "Z*",
        "Z?",
        "Z~x",
        "Z{a,b}",
        "Z[T any]",
        "Z#x",
        "Z\tx",
        "Z\rx",
        "Z\x1b[31mx",
        "Z\u{202e}x",
        "Z\u{200b}x",
        "Z-x",
        "Z.x",
        "Z/x",
        "Z=x",
        "Z%x",
    ];
    let functions = hostile.map(|name| format!("func Test{name}(t *testing.T) {{}}\n")).concat();
    sandbox.write("code/x_test.go", format!("package x\n\n{functions}func TestZ_1é(t *testing.T) {{}}\n"));
    assert_eq!(words(&sandbox, "go test -run Tes"), ["TestZ_1é"]);
    assert_eq!(words(&sandbox, "go test -run=^Tes"), ["-run=^TestZ_1é"]);
    // What was typed is the user's own.
    sandbox.write("code/a$b/p/f.go", "package p\n");
    assert_eq!(words(&sandbox, "go build ./a$b/"), ["./a$b/...", "./a$b/p"]);
}

/// Asks the real go, in no module.
fn real(sandbox: &Sandbox, go: &RealGo, arguments: &[&str]) -> String {
    let run = go.with(sandbox, sandbox.command(go.goroot.join("bin/go"))).args(arguments).run();
    assert_eq!(run.code(), 0, "{arguments:?}: {}", run.stderr);
    String::from_utf8(run.raw_stdout).unwrap()
}

/// What the candidates are for a word that begins with `typed`.
fn offered(sandbox: &Sandbox, line: &str) -> BTreeSet<String> {
    words(sandbox, line).into_iter().collect()
}

/// The words of a help text that look like flags.
fn flags(text: &str) -> BTreeSet<String> {
    let parts = text.split(|sign: char| sign.is_whitespace() || "[](),'\"`|.;:=".contains(sign));
    let is_flag = |word: &&str| {
        let name = word.strip_prefix('-').unwrap_or_default();
        name.starts_with(|sign: char| sign.is_ascii_lowercase() || sign == 'C')
            && name.chars().all(|sign| sign.is_ascii_lowercase())
            || name == "C"
    };
    parts.filter(is_flag).map(str::to_owned).collect()
}

/// The lines of a help text that introduce flags: the usage, and those that begin with one.
fn introduced(text: &str) -> BTreeSet<String> {
    let lines = text.lines().filter_map(|line| {
        if line.starts_with("usage:") {
            return Some(line.to_owned());
        }
        let line = line.strip_prefix("The ").or(line.strip_prefix('\t')).or(line.strip_prefix("  "))?;
        line.starts_with('-').then(|| line.split(' ').next().unwrap().to_owned())
    });
    flags(&lines.collect::<Vec<_>>().join("\n"))
}

#[test]
fn the_commands_and_flags_are_those_of_the_real_go() {
    let Some(go) = RealGo::find() else { return };
    let sandbox = Sandbox::new();
    let help = |words: &[&str]| real(&sandbox, &go, &[&["help"], words].concat());
    // The first words of the lines behind a heading.
    let listed = |text: &str, heading: &str| -> BTreeSet<String> {
        let lines = text.split_once(heading).unwrap().1.lines().skip_while(|line| line.is_empty());
        let lines = lines.map_while(|line| line.strip_prefix('\t'));
        lines.map(|line| line.split_whitespace().next().unwrap().to_owned()).collect()
    };
    let general = help(&[]);
    let commands = listed(&general, "The commands are:\n");
    let topics = listed(&general, "Additional help topics:\n");
    let with_help = &commands | &BTreeSet::from(["help".to_owned()]);
    assert_eq!(offered(&sandbox, "go "), with_help);
    assert_eq!(offered(&sandbox, "go help "), &with_help | &topics);

    let mut all: Vec<Vec<String>> = Vec::new();
    for command in commands {
        let below = ["mod", "code"]
            .contains(&command.as_str())
            .then(|| listed(&help(&[&command]), "The commands are:\n"));
        match below {
            Some(below) => {
                assert_eq!(offered(&sandbox, &format!("go {command} ")), below);
                all.extend(below.into_iter().map(|below| vec![command.clone(), below]));
            }
            None => all.push(vec![command]),
        }
    }
    let build = help(&["build"]);
    for command in all {
        let names: Vec<&str> = command.iter().map(String::as_str).collect();
        let mut text = help(&names);
        let mut wanted = introduced(&text);
        if text.contains("[build flags]") || names == ["test"] {
            wanted.extend(introduced(&build).into_iter().filter(|flag| flag != "-o"));
            text += &build;
        }
        if names == ["test"] {
            let flags = help(&["testflag"]);
            wanted.extend(introduced(&flags));
            text += &flags;
        }
        let offered = offered(&sandbox, &format!("go {} -", names.join(" ")));
        let missing: Vec<_> = wanted.difference(&offered).collect();
        assert!(missing.is_empty(), "go {names:?} has {missing:?}");
        let known = flags(&text);
        // All commands have -C; -ex came with Go 1.27.
        let strange: Vec<_> =
            offered.difference(&known).filter(|flag| *flag != "-C" && *flag != "-ex").collect();
        assert!(strange.is_empty(), "go {names:?} has no {strange:?}");
    }
}

#[test]
fn platforms_variables_and_tools_are_those_of_the_real_go() {
    let Some(go) = RealGo::find() else { return };
    let sandbox = Sandbox::new();
    let ask = |arguments: &[&str]| real(&sandbox, &go, arguments);
    let platforms: BTreeSet<String> = ask(&["tool", "dist", "list"]).lines().map(str::to_owned).collect();
    assert_eq!(offered(&sandbox, "gox_cross "), platforms);

    let printed: serde_json::Value = serde_json::from_str(&ask(&["env", "-json"])).unwrap();
    let printed: BTreeSet<String> = printed.as_object().unwrap().keys().cloned().collect();
    let text = ask(&["help", "environment"]);
    let listed =
        text.lines().filter_map(|line| line.strip_prefix('\t')).filter(|line| !line.starts_with('\t'));
    let listed = listed.flat_map(|line| line.split(", ")).map(str::to_owned);
    let known: BTreeSet<String> = listed.chain(printed).collect();
    let offered_names = offered(&sandbox, "go env ");
    let missing: Vec<_> = known.difference(&offered_names).collect();
    assert!(missing.is_empty(), "go env has {missing:?}");
    // It came with Go 1.27.
    let strange: Vec<_> =
        offered_names.difference(&known).filter(|name| *name != "GOPACKAGESDRIVER").collect();
    assert!(strange.is_empty(), "go env has no {strange:?}");

    let tools = offered(&sandbox, "go tool ");
    let shipped: BTreeSet<String> = ask(&["tool"]).lines().map(str::to_owned).collect();
    assert!(shipped.is_subset(&tools), "{shipped:?}");
    for tool in tools {
        assert!(go.goroot.join("src/cmd").join(&tool).is_dir(), "{tool}");
    }
}

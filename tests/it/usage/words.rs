//! Words of the command line.

use crate::support::archives::{FakeToolchain, goarch, goos};
use crate::support::proxy::ModuleProxy;
use crate::support::sandbox::Sandbox;

/// Where requests are explained.
const REQUESTS: &str = "hint: requests look like `1.22.4`, `1.22`, `latest` or `>=1.21, <1.23`\n";

#[test]
fn words_that_are_no_requests() {
    let sandbox = Sandbox::in_use();
    for (word, reason) in [
        ("", "the request is empty"),
        (
            "1.22.",
            "`1.22.` is not a valid request: a version is written as `1.22.4`, `1.22`, `1.22.x` or `1.22rc1`",
        ),
        ("01.2", "`01.2` is not a valid request: a number has a leading zero"),
        ("../../etc", "`../../etc` is not a valid request: `/`, `\\` and `..` are not allowed"),
        ("1.22/x", "`1.22/x` is not a valid request: `/`, `\\` and `..` are not allowed"),
        (">=x", "`>=x` is not a valid range: unexpected character 'x' while parsing major version number"),
        (
            "1.22 1.23",
            "`1.22 1.23` is not a valid request: only a range such as `>=1.21 <1.23` may contain blanks",
        ),
        (
            "latest!",
            "`latest!` is not a valid request: a name has only `a` to `z`, digits, `.`, `_` and `-`, and begins with a letter",
        ),
        ("1.22\x1b[31m", "`1.22\\u{1b}[31m` is not a valid request: control characters are not allowed"),
    ] {
        let run = sandbox.gox(["install", word]);
        run.code(2).stderr(&format!("error: {reason}\n{REQUESTS}")).check();
    }
    let expected = "error: gox does not install the system Go\n";
    sandbox.gox(["install", "system"]).code(2).stderr(expected).check();
    let expected =
        "error: `tip` is not a Go release\nhint: versions look like `1.22.4`, `1.22` or `latest`\n";
    sandbox.gox(["install", "tip"]).code(3).stderr(expected).check();
    assert_eq!(sandbox.listing("toolchains"), "");
}

/// Pasted from a terminal, for any command that takes a request.
#[test]
fn what_go_version_prints_is_a_request() {
    let sandbox = Sandbox::in_use();
    sandbox.put_toolchain(&FakeToolchain::new("1.26.11"));
    sandbox.write("user/.local/go/default", "1.26.11\n");
    let here = format!("go1.26.11 {}/{}", goos(), goarch());
    let whole = format!("go version {here}");
    for words in [here.as_str(), &whole, "go1.26.11 X:arenas"] {
        for verb in ["install", "root", "pin", "default"] {
            assert_eq!(sandbox.gox([verb, words]).run().code(), 0, "{verb} {words}");
        }
        let run = sandbox.gox(["exec", words, "go", "version"]).run();
        assert_eq!(run.code(), 0, "{words}: {}", run.stderr);
        // This one was not installed by gox.
        assert_eq!(sandbox.gox(["verify", words]).run().code(), 1, "{words}");
        assert_eq!(sandbox.read("code/.go-version"), "1.26.11\n");
    }
    let elsewhere = "go1.26.11 plan9/386";
    let expected = format!(
        "error: `{elsewhere}` is for another platform than this machine's, [OS]/[ARCH]\nhint: ask for the version alone: `1.26.11`\n"
    );
    sandbox.gox(["root", elsewhere]).code(2).stderr(&expected).check();
    assert_eq!(sandbox.gox(["uninstall", "--force", &here]).run().code(), 0);
    assert_eq!(sandbox.listing("toolchains"), "");
}

#[test]
fn one_bad_word_stops_none_of_the_others() {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::with_versions(&["1.22.4", "1.22.3"]));
    let run = sandbox.gox(["install", "-q", "1.22.4", "x y", "1.22.3"]).envs(proxy.environment());
    let reason = "`x y` is not a valid request: only a range such as `>=1.21 <1.23` may contain blanks";
    run.code(2).stderr(&format!("error: {reason}\n{REQUESTS}error: 1 of 3 failed: `x y`\n")).check();
    let installed = |version: &str| sandbox.home().join("toolchains").join(version).is_dir();
    assert!(installed("go1.22.4") && installed("go1.22.3"));
}

#[test]
fn flags_and_verbs_that_are_not_there() {
    let sandbox = Sandbox::in_use();
    for (arguments, reason, hint) in [
        (vec!["instal", "1.22"], "`gox` has no command `instal`", "the nearest is `gox install`"),
        (
            vec!["install", "--forc"],
            "`gox install` does not take `--forc`",
            "the nearest is `gox install --force`",
        ),
        (vec!["install", "--force=x"], "`--force` takes no value", "see `gox install --help`"),
        (vec!["list", "1.22"], "`gox list` does not take `1.22`", "see `gox list --help`"),
        (vec!["--nonsense"], "`gox` does not take `--nonsense`", "see `gox --help`"),
        (vec!["xyz"], "`gox` has no command `xyz`", "see `gox --help`"),
        (vec!["default", "a", "b"], "`gox default` does not take `b`", "see `gox default --help`"),
    ] {
        let expected = format!("error: {reason}\nhint: {hint}\n");
        sandbox.gox(arguments).code(2).stderr(&expected).check();
    }
}

#[test]
fn help_and_version_are_data() {
    let sandbox = Sandbox::in_use();
    sandbox.gox(["--version"]).stdout(&format!("gox {}\n", env!("CARGO_PKG_VERSION"))).check();
    let run = sandbox.gox(["install", "--help"]).run();
    assert_eq!((run.code(), run.stderr.as_str()), (0, ""));
    assert!(run.stdout.contains("  gox install '>=1.21, <1.23'\n"), "{}", run.stdout);
}

#[test]
fn a_directory_that_asks_for_the_systems_go_is_given_no_other() {
    let sandbox = Sandbox::in_use();
    sandbox.write("code/.go-version", "system\n");
    let expected = "\
error: the system's Go is asked for, but there is no other `go` on PATH
  set by [ROOT]/code/.go-version:1
hint: put one on PATH, or ask for a version: `gox pin latest`
";
    sandbox.gox(["install"]).code(3).stderr(expected).check();
}

#[test]
fn commands_of_other_managers_and_other_ways_to_ask() {
    let sandbox = Sandbox::in_use();
    for (theirs, own) in [
        ("self-update", "gox self update"),
        ("update-self", "gox self update"),
        ("unpin", "gox pin --unset"),
        ("unuse", "gox use --unset"),
        ("unlink", "gox uninstall"),
        ("switch", "gox use"),
        ("ls-remote", "gox available"),
        ("list-remote", "gox available"),
        ("completion", "gox completions"),
        ("autocomplete", "gox completions"),
    ] {
        let error = format!("error: `gox` has no command `{theirs}`\nhint: gox calls it `{own}`\n");
        sandbox.gox([theirs]).code(2).stderr(&error).check();
        sandbox.gox(["--quiet", theirs, "1.22"]).code(2).stderr(&error).check();
    }
    let error = "error: `gox self` has no command `upgrade`\nhint: gox calls it `gox self update`\n";
    sandbox.gox(["-q", "self", "upgrade"]).code(2).stderr(error).check();
    let version = format!("gox {}\n", env!("CARGO_PKG_VERSION"));
    sandbox.gox(["version"]).stdout(&version).check();
    for words in [["version", "--verbose"], ["--version", "--verbose"], ["version", "-v"]] {
        sandbox.gox(words).stdout(&format!("{version}shim [TARGET]\n")).check();
    }
    let error = "error: `gox` has no command `verison`\nhint: the nearest is `gox version`\n";
    sandbox.gox(["verison"]).code(2).stderr(error).check();
    let error = "error: `gox version` does not take `1.22`\nhint: see `gox version --help`\n";
    sandbox.gox(["version", "1.22"]).code(2).stderr(error).check();
    let help = |words: &[&str]| {
        let run = sandbox.gox(words).run();
        assert_eq!((run.code(), run.stderr.as_str()), (0, ""), "{words:?}");
        run.stdout
    };
    for words in [&["help", "--help"][..], &["help", "-h"], &["help"], &["--help"], &["-h"]] {
        assert_eq!(help(words), help(&["help"]), "{words:?}");
    }
    for words in [&["help", "install", "--help"][..], &["help", "--help", "install"], &["install", "--help"]]
    {
        assert_eq!(help(words), help(&["help", "install"]), "{words:?}");
    }
    assert!(!help(&["help"]).contains("  version "));
}

#[test]
fn what_clap_refuses_is_a_sentence() {
    let sandbox = Sandbox::in_use();
    let targets = "`bash`, `zsh`, `fish`, `nushell`, `elvish`, `xonsh`, `tcsh`, `powershell`, `sh`, `git`, `ssh-agent`, \
         `readline`, `direnv`, `wsl`, `attributes`, `hooks`";
    let target = |word: &str| format!("invalid value `{word}` for TARGET: it must be one of {targets}");
    for (words, error, hint) in [
        ("setup desktop", target("desktop"), "see `gox setup --help`"),
        ("setup git hoks", target("hoks"), "the nearest is `hooks`"),
        ("setup [\u{1b}]", target("[\\u{1b}]"), "see `gox setup --help`"),
        ("setup --system git", "`--system` cannot be used with TARGET".into(), "see `gox setup --help`"),
        ("setup --yes=3", "`--yes` takes no value".into(), "see `gox setup --help`"),
        ("uninstall", "`gox uninstall` needs VERSION".into(), "see `gox uninstall --help`"),
        ("link", "`gox link` needs NAME and PATH".into(), "see `gox link --help`"),
        ("config set x", "`gox config set` needs VALUE".into(), "see `gox config set --help`"),
        ("prune --days", "`--days` needs a value".into(), "see `gox prune --help`"),
        (
            "prune --days=-1",
            "invalid value `-1` for `--days`: it must be a whole number".into(),
            "see `gox prune --help`",
        ),
        ("list --json --json", "`--json` is given twice".into(), "see `gox list --help`"),
        (
            "init bash --library=x",
            "invalid value `x` for `--library`: it must be one of `stubs`, `text`".into(),
            "see `gox init --help`",
        ),
    ] {
        let error = format!("error: {error}\nhint: {hint}\n");
        sandbox.gox(words.split(' ')).code(2).stderr(&error).check();
    }
}

#[test]
fn help_has_80_columns_and_an_option_one_line() {
    let sandbox = Sandbox::new();
    let help = |words: &[&str]| sandbox.gox(words).run().stdout;
    let listed = help(&["--help"]);
    let (_, verbs) = listed.split_once("Commands:\n").unwrap();
    let verbs: Vec<&str> = verbs.lines().map_while(|line| line.split_whitespace().next()).collect();
    assert!(verbs.len() > 20, "{listed}");
    let editors = [["config", "set"], ["config", "unset"]];
    for words in verbs.iter().map(std::slice::from_ref).chain(editors.iter().map(<[_; 2]>::as_slice)) {
        let (short, long) = (help(&[words, &["-h"]].concat()), help(&[words, &["--help"]].concat()));
        let wide = short.lines().chain(long.lines()).find(|line| line.chars().count() > 80);
        assert_eq!(wide, None, "{words:?}");
        let Some((_, options)) = short.split_once("\nOptions:\n") else { continue };
        let mut rows = options.lines().take_while(|line| !line.is_empty());
        // What are several lines are the values that clap lists.
        let continued = |line: &&str| !line.trim_start().starts_with(['-', '[']) && !line.ends_with(']');
        assert_eq!(rows.find(continued), None, "{words:?}");
    }
}

#[test]
fn words_that_are_nearly_a_version() {
    let sandbox = Sandbox::in_use();
    for (word, meant) in [
        ("1.25.0-rc.2", "1.25rc2"),
        ("1.21-rc2", "1.21rc2"),
        ("go1.25.0beta1", "1.25beta1"),
        ("1.25 RC2", "1.25rc2"),
        ("1.22x", "1.22"),
        ("go1.22.4x", "1.22.4"),
    ] {
        let error = format!("`{word}` is not a valid request: Go writes it `{meant}`");
        for verb in ["install", "default", "pin", "uninstall", "available", "root"] {
            sandbox.gox([verb, word]).code(2).stderr(&format!("error: {error}\n")).check();
        }
        let run = sandbox.shim("go", ["version"]).env("GO_VERSION", word);
        assert!(run.run().stderr.starts_with(&format!("gox: {error}\n")), "{word}");
        sandbox.write("code/.go-version", format!("# c\n{word}\n"));
        let command = format!("cd [ROOT]/code && gox pin --force {meant}");
        let hint = format!("hint: replace it by one request, such as: `{command}`\n");
        let error = format!("error: [ROOT]/code/.go-version:2: {error}\n{hint}");
        sandbox.gox(["status"]).code(7).stderr(&error).check();
        std::fs::remove_file(sandbox.code().join(".go-version")).unwrap();
    }
    sandbox.gox(["pin", "1.21.*"]).stderr("`[ROOT]/code/.go-version` asks for 1.21 now\nhint: it is not installed; install it: `gox install 1.21`\n").check();
}

#[test]
fn a_word_that_is_nearly_one_is_told() {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::with_versions(&["1.22.4", "1.22.3"]));
    for (word, nearest) in [("lastest", "latest"), ("oldstabel", "oldstable"), ("stabel", "stable")] {
        let error = format!("error: `{word}` is not a Go release\nhint: the nearest is `{nearest}`\n");
        sandbox.gox(["install", word]).code(3).stderr(&error).check();
        let error = format!(
            "error: `{word}` is not a version, and no GOROOT has that name\nhint: the nearest is `{nearest}`\n\
             hint: give a GOROOT that name: `gox link {word} PATH`\n"
        );
        sandbox.gox(["root", word]).code(3).stderr(&error).check();
    }
    let nearest = "nearest: `1.22.4`; install one: `gox install 1.22.4`";
    for (word, nearest) in [
        ("22.4", nearest),
        ("22.9", nearest),
        ("go22.4", nearest),
        ("22", "1.22 may be meant: `gox install 1.22`"),
    ] {
        let request = word.trim_start_matches("go");
        let error =
            format!("error: no released version matches `{request}` for [OS]-[ARCH]\nhint: {nearest}\n");
        sandbox.gox(["install", word]).envs(proxy.environment()).code(3).stderr(&error).check();
    }
    let error = "error: no released version matches `22.4` for [OS]-[ARCH]\n\
                 hint: ask for another: `gox pin 1.22.4`\n\
                 hint: pin it all the same: `gox pin --force 22.4`\n";
    sandbox.gox(["pin", "22.4"]).envs(proxy.environment()).code(3).stderr(error).check();
    // By the releases that gox knows, without a network.
    let error = "error: no released version matches `22.4` for [OS]-[ARCH]\n\
                 hint: nearest: `1.22.4`; install one: `gox install 1.22.4`\n";
    sandbox.gox(["root", "22.4"]).code(3).stderr(error).check();
    sandbox.gox(["upgrade", "22.4"]).code(3).stderr(error).check();
    sandbox.write("code/.go-version", "22.4\n");
    let error = "error: `22.4` is not installed\n  set by [ROOT]/code/.go-version:1\n\
                 hint: there is no such version; ask for another: `gox pin 1.22.4`\n";
    sandbox.gox(["which"]).code(3).stderr(error).check();
}

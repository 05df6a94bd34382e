//! Completions and manual pages: text for packages, and what the shells ask for.

use std::fs;
use std::path::Path;

use super::sandbox;
use crate::support::sandbox::Sandbox;

#[test]
fn the_files_that_packages_take_are_what_gox_prints() {
    let sandbox = Sandbox::new();
    for (shell, file) in [("bash", "gox.bash"), ("zsh", "_gox"), ("fish", "gox.fish")] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("completions").join(file);
        let text = sandbox.gox(["completions", shell]).run();
        assert_eq!(text.raw_stdout, fs::read(path).unwrap(), "gox completions {shell} >completions/{file}");
        // `gox init` has it, too, for zsh with each line in quotes.
        let init = sandbox.gox(["init", shell]).run().stdout;
        let quoted = |line: &str| format!("'{}'$'\\n'\\\n", line.replace('\'', r"'\''"));
        let within = if shell == "zsh" { text.stdout.lines().map(quoted).collect() } else { text.stdout };
        assert!(init.contains(within.trim_end()), "{shell}");
    }
    for shell in ["sh", "nushell", "elvish", "xonsh", "tcsh", "powershell"] {
        let error = format!("error: there is no completion for {shell}\nhint: name bash, zsh or fish\n");
        sandbox.gox(["completions", shell]).code(2).stderr(&error).check();
    }
}

/// The words that can follow, without what they mean.
fn words(sandbox: &Sandbox, line: &str) -> Vec<String> {
    let words: Vec<&str> = line.split(' ').collect();
    let run = sandbox.gox(["complete", &(words.len() - 1).to_string()]).args(words).run();
    assert_eq!((run.code(), run.stderr.as_str()), (0, ""));
    run.stdout.lines().map(|line| line.split('\t').next().unwrap().to_owned()).collect()
}

#[test]
fn what_is_installed_and_what_was_released() {
    let sandbox = sandbox(&["1.99.4", "1.99.1", "1.20"]);
    let list = "go1.101.7\ngo1.100.7\ngo1.100.6\ngo1.99.1\n";
    sandbox.write("user/.local/go/cache/released", list);
    for (line, expected) in [
        ("gox uninstall ", &["1.99.4", "1.99.1", "1.20.0"][..]),
        ("gox uninstall 1.99.1 1.2", &["1.20.0"]),
        ("gox verify --log 1.99", &["1.99.4", "1.99.1"]),
        ("gox audit 1.99", &["1.99.4", "1.99.1"]),
        ("gox upgrade ", &["1.99", "1.20"]),
        // Of several lines the newest each; of one line all.
        ("gox install 1.10", &["1.101.7", "1.100.7", "1.10.8"]),
        ("gox install 1.100", &["1.100.7", "1.100.6"]),
        ("gox exec 1.99", &["1.99.4", "1.99.1"]),
        ("gox env 1.99", &["1.99.4", "1.99.1"]),
        ("gox pin --go-mod 1.101", &["1.101.7"]),
        ("gox use o", &["oldstable"]),
        ("gox config a", &["auto-install"]),
        ("gox config set t", &["timeout"]),
        ("gox config set de", &["delta"]),
        ("gox config s", &["set", "sources", "shims"]),
        ("gox config GOX_", &["GOX_HOME", "GOX_SYSTEM_HOME", "GOX_CONFIG"]),
        ("gox config get GOP", &["GOPROXY"]),
        ("gox config get sh", &["shims"]),
        // What the settings file does not keep can be shown alone.
        ("gox config set sh", &[]),
        ("gox config unset GO", &[]),
        ("gox which ", &["go", "gofmt"]),
        ("gox init z", &["zsh"]),
        ("gox exec-", &[]),
    ] {
        let found = words(&sandbox, line);
        let found: Vec<&str> =
            found.iter().map(String::as_str).filter(|word| !word.starts_with("--")).collect();
        assert!(found.starts_with(expected), "{line}: {found:?}");
        assert!(!expected.is_empty() || found.is_empty(), "{line}: {found:?}");
    }
    let verbs = words(&sandbox, "gox ");
    assert!(
        verbs.contains(&"install".to_owned()) && !verbs.contains(&"exec-missing".to_owned()),
        "{verbs:?}"
    );
    let run = sandbox.gox(["complete", "2", "gox", "use", "1.99.4"]).env("HOME", "");
    run.check();
}

#[test]
fn only_what_is_installed_while_that_fits() {
    let released: String =
        (20..30).flat_map(|line| (0..9).map(move |patch| format!("go1.{line}.{patch}\n"))).collect();
    let found = |sandbox: &Sandbox, line: &str| {
        sandbox.write(
            "user/.local/go/cache/released",
            format!("{released}go1.200rc1\ngo1.200rc2\ngo1.30.0\ngo1.30rc1\n"),
        );
        let mut found = words(sandbox, line);
        found.retain(|word| !word.starts_with('-'));
        found
    };
    let some = sandbox(&["1.22.4", "1.21.13", "1.21.3"]);
    for (line, expected) in [
        ("gox use 1.2", &["1.22.4", "1.21.13", "1.21.3"][..]),
        ("gox default 1.21.", &["1.21.13", "1.21.3"]),
        ("gox pin ", &["1.22.4", "1.21.13", "1.21.3", "latest", "oldstable", "system"]),
        ("gox default s", &["system"]),
        ("gox use sy", &["system"]),
        ("gox root s", &["system"]),
        ("gox exec system", &["system"]),
        // Nobody installs it, or removes it.
        ("gox install s", &[]),
        ("gox uninstall s", &[]),
        ("gox exec l", &["latest"]),
        // Nothing that is installed fits.
        ("gox use 1.30", &["1.30.0", "1.30rc1"]),
        ("gox use 1.21.5", &["1.21.5"]),
        ("gox use 1.200", &["1.200rc2", "1.200rc1"]),
        ("gox use 1.77", &[]),
        // What is installed is nothing to install, so all that fits is offered.
        (
            "gox install 1.22.",
            &[
                "1.22.12", "1.22.11", "1.22.10", "1.22.9", "1.22.8", "1.22.7", "1.22.6", "1.22.5", "1.22.4",
                "1.22.3", "1.22.2", "1.22.1", "1.22.0",
            ],
        ),
    ] {
        assert_eq!(found(&some, line), expected, "{line}");
    }
    let none = sandbox(&[]);
    let newest = found(&none, "gox use 1.2");
    assert_eq!(newest[..4], ["1.200rc2", "1.29.8", "1.28.8", "1.27.8"]);
    assert_eq!(newest.len(), 11, "a version of each line, 1.20 to 1.29 and 1.200: {newest:?}");
    let first =
        ["latest", "oldstable", "1.30.0", "1.29.8", "1.28.8", "1.27.8", "1.26.8", "1.25.12", "system"];
    assert_eq!(found(&none, "gox use ")[..2], first[..2]);
    assert_eq!(found(&none, "gox use ").len(), first.len());
}

#[test]
fn every_command_has_a_page_with_an_example() {
    let sandbox = Sandbox::new();
    let page = sandbox.gox(["man"]).run();
    assert_eq!((page.code(), page.stderr.as_str()), (0, ""));
    assert!(page.stdout.contains(".SH SUBCOMMANDS\n"), "{}", page.stdout);
    for verb in words(&sandbox, "gox ").iter().filter(|verb| !verb.starts_with('-') && *verb != "help") {
        let page = sandbox.gox(["man", verb]).run();
        let heads =
            ["EXIT STATUS\"\n.TP\n.B \\&0\n\\&done", "ENVIRONMENT\n.TP\n.B \\&GOX_HOME\n", "FILES\n.nf\n"];
        assert!(heads.iter().all(|head| page.stdout.contains(head)), "{}", page.stdout);
        assert_eq!((page.code(), page.stderr.as_str()), (0, ""), "{verb}");
        let example = format!("\n  gox {verb}");
        let has = page.stdout.contains(".SH EXAMPLES\n") && page.stdout.contains(&example);
        assert!(has, "{}", page.stdout);
        let help = sandbox.gox([verb, "--help"]).run();
        assert!(
            help.stdout.contains("\nExamples:\n") || help.stdout.contains("\nExample:\n"),
            "{}",
            help.stdout
        );
    }
    let error = "error: `gox` has no command `exec-missing`\nhint: `gox help` shows all of them\n";
    sandbox.gox(["man", "exec-missing"]).code(2).stderr(error).check();
}

/// By the reference, in which nothing is passed by.
#[test]
fn a_page_has_every_exit_code_variable_and_file() {
    let page = Sandbox::new().gox(["man"]).run().stdout;
    let reference = include_str!("../../../docs/reference.md");
    let words = reference.lines().filter_map(|line| line.strip_prefix("| ")?.split(" | ").next());
    let words: Vec<_> = words.map(|word| word.replace('`', "")).collect();
    let [first, last] =
        ["GOX_HOME", "128 + n"].map(|word| words.iter().position(|other| other == word).unwrap());
    assert!(first < last);
    let shown =
        |word: &&String| word.starts_with("GOX_") || word.starts_with(|first: char| first.is_ascii_digit());
    let wanted: Vec<_> = words.iter().filter(shown).map(|word| format!("\n.B \\&{word}\n")).collect();
    assert!(wanted.len() >= 21, "{wanted:?}");
    assert_eq!(wanted.iter().filter(|line| !page.contains(*line)).collect::<Vec<_>>(), [""; 0]);
    assert!(page.contains("\n\\&  shims/                     go, gofmt, go1.22.4"), "{page}");
    assert!(page.contains("projects                   folders"), "{page}");
}

#[test]
fn without_a_shell_the_shells_are_named() {
    for command in ["init", "completions"] {
        let error = format!(
            "error: no shell is named\nhint: name one of bash, zsh, fish, nushell, elvish, xonsh, tcsh, powershell, sh: \
             `gox {command} bash`\n"
        );
        Sandbox::new().gox([command]).code(2).stderr(&error).check();
    }
}

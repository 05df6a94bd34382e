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
        // `gox init` has the same, for zsh in a string.
        let init = sandbox.gox(["init", shell]).run().stdout;
        let within = if shell == "zsh" { text.stdout.replace('\'', r"'\''") } else { text.stdout };
        assert!(init.contains(within.trim_end()), "{shell}");
    }
    let error = "error: a POSIX shell has no completion\nhint: name bash, zsh or fish\n";
    sandbox.gox(["completions", "sh"]).code(2).stderr(error).check();
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
        ("gox upgrade ", &["1.99", "1.20"]),
        ("gox install 1.10", &["1.101.7", "1.100.7", "1.100.6", "1.10.8"]),
        ("gox exec 1.99", &["1.99.4", "1.99.1"]),
        ("gox pin --go-mod 1.101", &["1.101.7"]),
        ("gox use o", &["oldstable"]),
        ("gox config a", &["auto-install"]),
        ("gox config set t", &["timeout"]),
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
fn every_command_has_a_page_with_an_example() {
    let sandbox = Sandbox::new();
    let page = sandbox.gox(["man"]).run();
    assert_eq!((page.code(), page.stderr.as_str()), (0, ""));
    assert!(page.stdout.contains(".SH SUBCOMMANDS\n"), "{}", page.stdout);
    for verb in words(&sandbox, "gox ").iter().filter(|verb| !verb.starts_with('-') && *verb != "help") {
        let page = sandbox.gox(["man", verb]).run();
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

//! Every command of gox that a document mentions in its text is one that gox understands.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::machine::Machine;
use super::pages;

/// Words that stand for what the reader has to put there.
const PLACEHOLDERS: [(&str, &str); 17] = [
    (" KEY VALUE", " timeout 5"),
    (" sources …", " sources proxy"),
    (" VERSION…", " 1.27.3"),
    (" VERSION", " 1.27.3"),
    (" CHECK…", " path-gox"),
    (" AREA", " git"),
    (" COMMAND", " install"),
    (" SHELL", " bash"),
    (" FILE", " fleet/gox.toml"),
    (" COMMIT", " HEAD"),
    ("gox config NAME", "gox config timeout"),
    (" NAME PATH", " mine ~/src/go"),
    (" PATH", " ~/src/go"),
    ("~/sdk/gotip", "~/src/go"),
    ("~/old/go", "~/src/go"),
    (" NAME", " 1.27.3"),
    (" A B", " 1.27.3 1.26.11"),
];

/// What begins like a command and is not typed here, and why.
const NONE: [(&str, &str); 3] = [
    ("gox init fish | source", "it is typed in fish"),
    ("gox gate [--head | --from REV]", "it shows the syntax"),
    ("gox self update 0.1.0", "it is refused (2) by a gox that comes from no release, such as this one"),
];

/// What begins a mention that can be typed.
const BEGINNINGS: [&str; 5] = ["gox ", "go +", "go1.22.4 ", "GO_VERSION=", "eval \"$(gox "];

#[test]
fn each_mention_is_a_command() {
    let spans: BTreeSet<String> = pages().iter().flat_map(super::Page::spans).collect();
    for (none, _) in NONE {
        assert!(spans.iter().any(|span| span.starts_with(none)), "no document has `{none}` any more");
    }
    let is_command = |span: &&String| {
        BEGINNINGS.iter().any(|begin| span.starts_with(begin))
            && !NONE.iter().any(|(none, _)| span.starts_with(none))
    };
    let commands: Vec<&String> = spans.iter().filter(is_command).collect();
    assert!(commands.len() > 80, "{commands:?}");
    let machine = Machine::with_gox();
    machine.sandbox.put_shims(&["go", "gofmt", "go1.22.4"]);
    let path = machine.sandbox.path_after([machine.sandbox.home().join("shims")]);
    let mut wrong = String::new();
    for span in commands {
        let command =
            PLACEHOLDERS.iter().fold((*span).clone(), |text, (word, here)| text.replace(word, here));
        // Each in a shell of its own; without a terminal nothing that asks is done.
        let run = |command: &str| {
            let script = format!("eval \"$(gox init bash)\"\n{}", machine.typed(command));
            machine.command("bash").args(["-c", &script]).env("PATH", &path).run()
        };
        let mut output = run(&command);
        // The name of a verb, or of one of its options, need not be a whole command.
        let is_name = command.chars().all(|c| c.is_ascii_lowercase() || matches!(c, ' ' | '-'));
        if output.code() == 2 && is_name {
            output = run(&format!("{command} --help"));
        }
        // 2 is a command line that gox does not understand, 126 and 127 a program that is not there.
        if matches!(output.code(), 2 | 126 | 127) {
            writeln!(wrong, "`{span}`: {}\n{}", output.code(), output.stderr).unwrap();
        }
    }
    assert_eq!(wrong, "");
}

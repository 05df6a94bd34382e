//! Command lines with a comment, which zsh hands on as words when they are typed.

use crate::support::archives::FakeToolchain;
use crate::support::sandbox::Sandbox;

const HINT: &str = "hint: zsh hands on a comment as words; in this shell: `setopt interactive_comments`\n";

#[test]
fn a_comment_that_is_handed_on_is_refused_before_anything_is_done() {
    let sandbox = Sandbox::in_use();
    let before = sandbox.listing("");
    for (words, command) in [
        (vec!["install", "1.26.5", "#", "an", "exact", "version"], "gox install"),
        (vec!["setup", "#", "puts", "the", "shims"], "gox setup"),
        (vec!["list", "#", "what", "is", "installed"], "gox list"),
        (vec!["-q", "pin", "1.26", "#", "it"], "gox pin"),
        (vec!["default", "1.26", "#", "it"], "gox default"),
        (vec!["config", "set", "timeout", "60", "#", "slow"], "gox config"),
        (vec!["#", "all"], "gox"),
    ] {
        let expected = format!("error: `{command}` does not take `#`\n{HINT}");
        sandbox.gox(words).code(2).stderr(&expected).check();
    }
    assert_eq!(sandbox.listing(""), before);
    assert!(!sandbox.code().join(".go-version").exists());
    let expected = format!("error: `gox exec` needs COMMAND\nhint: see `gox exec --help`\n{HINT}");
    sandbox.gox(["exec", "1.26", "#", "make"]).code(2).stderr(&expected).check();
    sandbox.gox(["-q", "exec", "1.26", "#", "make"]).code(2).stderr(&expected).check();
    // What is wrong before the comment is said first.
    let expected = format!("error: `gox` has no command `lst`\nhint: the nearest is `gox list`\n{HINT}");
    sandbox.gox(["lst", "#", "it"]).code(2).stderr(&expected).check();
}

#[test]
fn what_is_handed_on_to_a_program_is_its_own() {
    let sandbox = Sandbox::in_use();
    sandbox.put_toolchain(&FakeToolchain::new("1.99.1"));
    sandbox.gox(["exec", "1.99.1", "printf", "%s", "#", "x"]).stdout("#x").check();
    sandbox.gox(["complete", "1", "gox", "#"]).check();
}

//! Interactive shells on a terminal.

use std::process;

use super::world;
use crate::support::pty::Terminal;
use crate::support::sandbox::Sandbox;

/// A shell with start-up text and a prompt that shows `$?`: `<0>`.
pub(super) fn interactive(sandbox: &Sandbox, name: &str, start: &str) -> Terminal {
    let mut command = process::Command::new(format!("/usr/bin/{name}"));
    match name {
        "bash" => {
            let file = sandbox.write("user/rc", format!("PS1='<$?>'\n{start}\n"));
            command.args(["--noprofile", "--rcfile"]).arg(file).arg("-i");
        }
        "zsh" => {
            sandbox.write("user/.zshrc", format!("PS1='<%?>'; unsetopt prompt_sp prompt_cr zle\n{start}\n"));
            command.args(["-d", "-i"]);
        }
        _ => {
            let prompt = "function fish_prompt; echo -n \"<$status>\"; end; function fish_greeting; end";
            sandbox.write("user/.config/fish/config.fish", format!("{prompt}\n{start}\n"));
            // Where fish 3 and 4 keep completions that they make of all manual pages of the machine, in the
            // background and for half a minute, unless the folder is there.
            for cache in [".local/share", ".cache"] {
                let folder = sandbox.user().join(cache).join("fish/generated_completions");
                std::fs::create_dir_all(folder).unwrap();
            }
            command.arg("-i");
        }
    }
    let path = sandbox.path_after::<&str>([]);
    command.env("HOME", sandbox.user()).env("PATH", path).env("TERM", "xterm").env("GOENV", "off");
    command.env("TMPDIR", sandbox.root().join("tmp")).current_dir(sandbox.code());
    Terminal::start(&mut command)
}

fn init(name: &str) -> String {
    match name {
        "fish" => "gox init fish --announce | source".into(),
        _ => format!("eval \"$(gox init {name} --announce)\""),
    }
}

/// A tool that says which signals reach it. It uses `wait`: `read` would miss a signal that comes just before it. `wait`
/// returns at the latest when the trap ends the `sleep`.
const SLEEPER: &str = r#"#!/bin/sh
trap 'kill $!; echo tool-got-it; exit 130' INT
trap 'kill $!; echo tool-goes-on' CONT
sleep 600 &
echo tool-runs
wait
read line
echo "tool-read $line"
"#;

/// Lets the fake go wait until somebody ends it.
fn sleeping_go(sandbox: &Sandbox) {
    let tool = sandbox.put_tool("sleeper", SLEEPER);
    for place in ["toolchains/go1.22.4/bin/go", "shims/go"] {
        let place = sandbox.home().join(place);
        std::fs::remove_file(&place).unwrap();
        std::fs::copy(&tool, place).unwrap();
    }
}

#[test]
fn prompts_keep_the_status_and_announce() {
    for name in ["bash", "zsh"] {
        let sandbox = world();
        sandbox.write("code/a/.go-version", "1.21.0\n");
        let mut terminal = interactive(&sandbox, name, &init(name));
        terminal.wait_for("<0>");
        terminal.write("cd a; (exit 7)\n");
        terminal.wait_for("gox: go is 1.21.0 here");
        terminal.wait_for("<7>");
        terminal.write("go version; (exit 8)\n");
        terminal.wait_for("go version go1.21.0");
        assert!(!terminal.wait_for("<8>").contains("gox:"));
    }
}

#[test]
fn fish_announces() {
    let sandbox = world();
    std::fs::remove_file(sandbox.root().join("bin/gox")).unwrap();
    let text = sandbox.gox(["init", "fish", "--announce"]).run();
    sandbox.write("init", &text.raw_stdout);
    sandbox.put_tool("gox", "#!/bin/sh\ncat .go-version 2>/dev/null || echo 1.22.4\n");
    sandbox.write("code/a/.go-version", "1.21.0\n");
    let mut terminal = interactive(&sandbox, "fish", ". ../init");
    terminal.wait_for("<0>");
    terminal.write("cd a\r");
    terminal.wait_for("gox: go is 1.21.0 here");
    terminal.wait_for("<0>");
    terminal.write("cd ..\r");
    terminal.wait_for("gox: go is 1.22.4 here");
}

#[test]
fn control_c_ends_the_tool_and_not_the_shell() {
    for name in ["bash", "zsh", "fish"] {
        let sandbox = world();
        sleeping_go(&sandbox);
        let mut terminal = interactive(&sandbox, name, &init(name));
        terminal.wait_for("<0>");
        terminal.write("go build\r");
        terminal.wait_for("tool-runs");
        terminal.write("\x03");
        terminal.wait_for("tool-got-it");
        terminal.wait_for("<130>");
    }
}

#[test]
fn control_z_stops_the_tool_and_fg_goes_on() {
    for name in ["bash", "zsh", "fish"] {
        let sandbox = world();
        sleeping_go(&sandbox);
        let mut terminal = interactive(&sandbox, name, &init(name));
        terminal.wait_for("<0>");
        terminal.write("go build\r");
        terminal.wait_for("tool-runs");
        terminal.write("\x1a");
        terminal.wait_for("<");
        terminal.write("jobs | wc -l | sed 's/^ */jobs-/'\r");
        terminal.wait_for("jobs-1");
        terminal.write("fg\r");
        terminal.wait_for("tool-goes-on");
        terminal.write("hello\r");
        terminal.wait_for("tool-read hello");
        terminal.wait_for("<0>");
    }
}

#[test]
fn a_job_in_the_background_is_the_tool() {
    for name in ["bash", "zsh"] {
        let sandbox = world();
        let mut terminal = interactive(&sandbox, name, &init(name));
        terminal.wait_for("<0>");
        terminal.write("go x >out & wait; head -1 out | sed 's/.*toolchains/ran-/'\r");
        terminal.wait_for("ran-/go1.22.4/bin/go");
    }
}

#[test]
fn tab_completes_verbs() {
    for name in ["bash", "zsh", "fish"] {
        let sandbox = world();
        let start = match name {
            "zsh" => format!("setopt zle; autoload -Uz compinit; compinit -D\n{}", init(name)),
            _ => init(name),
        };
        let mut terminal = interactive(&sandbox, name, &start);
        terminal.wait_for("<0>");
        terminal.write("gox us\t");
        terminal.wait_for("use ");
        terminal.write("nope\r");
        terminal.wait_for("`nope` is not a version");
    }
}

#[test]
fn nested_shells_and_a_second_reading_change_nothing() {
    for name in ["bash", "zsh", "fish"] {
        let sandbox = world();
        let mut terminal = interactive(&sandbox, name, &format!("{}\n{}", init(name), init(name)));
        terminal.wait_for("<0>");
        terminal.write("gox use 1.21\r");
        terminal.wait_for("this shell uses 1.21.0 now");
        terminal.wait_for("<0>");
        let nested = match name {
            "bash" => "bash --noprofile --rcfile ~/rc -i",
            "zsh" => "zsh -d -i",
            _ => "fish -i",
        };
        terminal.write(&format!("{nested}\r"));
        terminal.wait_for("<0>");
        terminal.write("echo count-$(echo $PATH | tr ': ' '\\n\\n' | grep -c shims) $GOX_USE\r");
        terminal.wait_for("count-1 1.21.0");
    }
}

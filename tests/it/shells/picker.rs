//! `gox use` without a request, on a terminal: a person chooses.

use super::terminal::interactive;
use super::{ALL, world};
use crate::support::archives::FakeToolchain;
use crate::support::dl::GoDev;
use crate::support::pty::Terminal;
use crate::support::sandbox::Sandbox;

const PROMPT: &str = "version for this shell: |";

/// A shell at its prompt, after `gox init` and some more lines.
fn shell(sandbox: &Sandbox, name: &str, lines: &str) -> Terminal {
    let init = match name {
        "fish" => "gox init fish | source".to_owned(),
        _ => format!("eval \"$(gox init {name})\""),
    };
    let mut terminal = interactive(sandbox, name, &format!("{init}\n{lines}"));
    terminal.wait_for("<0>");
    terminal
}

/// Calls the picker; gives it as it stands on the screen.
fn open(terminal: &mut Terminal) -> String {
    terminal.write("gox use\r");
    terminal.wait_for(PROMPT);
    terminal.wait_for("installs the newest release of the line before")
}

/// Wants the cursor visible and the terminal's modes as they were.
fn assert_restored(terminal: &mut Terminal) {
    let screen = terminal.raw();
    let last = |sequence: &str| screen.rfind(sequence).unwrap_or_else(|| panic!("no {sequence:?}"));
    assert!(last("\x1b[?25h") > last("\x1b[?25l"), "the cursor is hidden:\n{screen:?}");
    assert_edits(terminal);
}

/// Wants a terminal that edits lines, echoes and sends signals.
fn assert_edits(terminal: &mut Terminal) {
    terminal.write(
        "stty -a | tr ' ;' '\\n\\n' | grep -xE -e '-?(icanon|echo|isig)' | sort | xargs echo modes:\r",
    );
    terminal.wait_for("modes: echo icanon isig");
}

#[test]
fn a_filter_and_enter() {
    for name in ALL {
        let sandbox = world();
        let mut terminal = shell(&sandbox, name, "");
        let screen = open(&mut terminal);
        let rows: Vec<&str> = screen.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
        let expected = [
            "> 1.23rc2    end of life, 1.23.12 is out",
            "  1.22.4     here, default, end of life, 1.22.12 is out",
            "  1.21.0     end of life, 1.21.13 is out",
            "  1.20.14    end of life",
            "  latest     installs the newest release",
            "  oldstable",
        ];
        assert_eq!(rows, expected, "{name}");
        terminal.write("1.21");
        terminal.wait_for("version for this shell: 1.21|");
        terminal.wait_for("> 1.21.0");
        terminal.write("\r");
        terminal.wait_for("this shell uses 1.21.0 now; to go back: `gox use -`");
        terminal.wait_for("<0>");
        assert_restored(&mut terminal);
        terminal.write("printenv GOX_USE | sed s/^/now-/\r");
        terminal.wait_for("now-1.21.0");
    }
}

#[test]
fn arrows_move_and_escape_chooses_nothing() {
    for name in ALL {
        let sandbox = world();
        let mut terminal = shell(&sandbox, name, "");
        open(&mut terminal);
        terminal.write("\x1b[B");
        terminal.wait_for("> 1.22.4");
        terminal.write("\x1b[B");
        terminal.wait_for("> 1.21.0");
        terminal.write("\x1b[A");
        terminal.wait_for("> 1.22.4");
        terminal.write("\r");
        terminal.wait_for("this shell uses 1.22.4 now");
        terminal.wait_for("<0>");

        open(&mut terminal);
        terminal.write("\x1b[B");
        terminal.wait_for("> 1.22.4");
        terminal.write("\x1b");
        terminal.wait_for("nothing was chosen, and nothing changes");
        terminal.wait_for("<1>");
        assert_restored(&mut terminal);
        terminal.write("printenv GOX_USE | sed s/^/now-/\r");
        terminal.wait_for("now-1.22.4");
    }
}

#[test]
fn control_c_ends_it_and_puts_the_terminal_right() {
    for name in ALL {
        let sandbox = world();
        let mut terminal = shell(&sandbox, name, "");
        open(&mut terminal);
        terminal.write("\x03");
        terminal.wait_for("<130>");
        assert_restored(&mut terminal);
        terminal.write("printenv GOX_USE || echo un''set\r");
        terminal.wait_for("unset");
    }
}

#[test]
fn what_is_not_there_is_installed() {
    let sandbox = world();
    let go_dev = GoDev::start(&sandbox, &[FakeToolchain::new("1.99.1"), FakeToolchain::new("1.99.0")]);
    // Whoever chooses it is not asked again.
    let variables = go_dev.environment().map(|(name, value)| format!("{name}='{value}'")).join(" ");
    let mut terminal = shell(&sandbox, "bash", &format!("export GOX_AUTO_INSTALL=ask {variables}"));
    open(&mut terminal);
    terminal.write("lat");
    terminal.wait_for("> latest");
    terminal.write("\r");
    terminal.wait_for("installing 1.99.1");
    terminal.wait_for("this shell uses 1.99.1 now");
    terminal.wait_for("<0>");
    assert_restored(&mut terminal);
}

#[test]
fn where_nothing_may_be_installed_only_what_is_there_is_offered() {
    let sandbox = world();
    let mut terminal = shell(&sandbox, "bash", "export GOX_AUTO_INSTALL=never");
    terminal.write("gox use\r");
    terminal.wait_for(PROMPT);
    terminal.wait_for("1.20.14");
    terminal.write("latest");
    terminal.wait_for("version for this shell: latest|");
    terminal.write("\r\x1b");
    terminal.wait_for("nothing was chosen");
    assert!(!terminal.raw().contains("installs"));
}

#[test]
fn colours_and_cursors_only_where_they_are_wanted() {
    let sandbox = world();
    let bold = |terminal: &mut Terminal| {
        open(terminal);
        terminal.write("1.21");
        terminal.wait_for("version for this shell: 1.21|");
        terminal.wait_for("> 1.21.0");
        terminal.write("\r");
        terminal.wait_for("this shell uses 1.21.0 now");
        terminal.raw().contains("\x1b[1m")
    };
    assert!(bold(&mut shell(&sandbox, "bash", "")), "what matches is bold");
    assert!(!bold(&mut shell(&sandbox, "bash", "export NO_COLOR=1")));
    for lines in ["export TERM=dumb", "gox() { command gox \"$@\" </dev/null; }; export _GOX_BY_FUNCTION=1"] {
        let mut terminal = shell(&sandbox, "bash", lines);
        terminal.write("gox use\r");
        terminal.wait_for("error: no version is named");
        terminal.wait_for("hint: say which: `gox use 1.22`");
        terminal.wait_for("<2>");
        assert!(!terminal.raw().contains("\x1b[?25l"));
    }
}

#[test]
fn a_row_of_wide_characters_takes_one_line() {
    let sandbox = world();
    let goroot = sandbox.root().join("漢字漢字漢字語");
    FakeToolchain::new("1.100.7").write_to(&goroot);
    sandbox.gox(["link", "tip"]).arg(&goroot).run();
    let mut terminal = shell(&sandbox, "bash", "export GOX_AUTO_INSTALL=never; stty rows 24 cols 60");
    terminal.write("gox use\r");
    terminal.wait_for("1.100.7 in ");
    terminal.write("\x1b[B");
    terminal.wait_for("> 1.22.4");
    // It is drawn anew from the first of its five rows on, and what stands above them stays.
    let up = terminal.raw();
    assert!(up.contains("\x1b[5A") && !up.contains("\x1b[6A"), "{up:?}");
}

#[test]
fn long_names_that_begin_alike_can_be_told_apart() {
    let sandbox = world();
    for name in ["1.99.1-of-a-vendor-for-amd64", "1.99.1-of-a-vendor-for-arm64"] {
        sandbox.put_toolchain(&FakeToolchain::new(name));
    }
    let mut terminal = shell(&sandbox, "bash", "export GOX_AUTO_INSTALL=never; stty rows 24 cols 40");
    terminal.write("gox use\r");
    terminal.wait_for("1.20.14");
    terminal.write("arm");
    terminal.wait_for("> 1.99.1-of-a-vendor-for-arm64");
    terminal.write("\r");
    terminal.wait_for("this shell uses 1.99.1-of-a-vendor-for-arm64 now");
}

#[test]
fn a_thread_that_cannot_be_started_is_an_error() {
    let sandbox = world();
    let mut terminal = shell(&sandbox, "bash", "");
    let trace = "strace -f -qq -o /dev/null -e trace=clone3 -e inject=clone3:error=EAGAIN";
    terminal.write(&format!("_GOX_BY_FUNCTION=1 {trace} gox use\r"));
    terminal.wait_for("error: could not prepare the terminal");
    terminal.wait_for("<6>");
    assert_edits(&mut terminal);
}

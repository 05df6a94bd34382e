//! Every block of shell commands is typed on a terminal, as it stands there, and each of its lines has to end well.

use super::machine::Machine;
use super::{Page, pages};
use crate::support::pty::Terminal;

/// How the paths of pages begin whose commands are typed elsewhere, and where.
const ELSEWHERE: [(&str, &str); 4] = [
    ("docs/ci.md", "commands/manuals.rs plays the jobs"),
    ("docs/moving/", "moving.rs types them where another manager was"),
    ("docs/releasing.md", ".ci/release makes a release and uses it"),
    ("README.zh-CN.md", "translation.rs holds that its commands are those of README.md"),
];

/// How lines begin that are not typed, and why. One that begins no line of any document fails.
const LEFT_OUT: [(&str, &str); 8] = [
    ("cargo ", "it compiles gox, as .ci/run does, or measures for minutes"),
    ("taskset -c 0 cargo ", "it measures for minutes"),
    ("rustup ", "it changes the Rust that runs the tests; .ci/run has the line"),
    ("shellcheck ", "it is for the repository itself; .ci/run has the line"),
    ("curl -o list.json ", "it asks go.dev, and a maintainer reviews what comes of it"),
    ("curl -fO https://vuln.go.dev/", "it asks vuln.go.dev"),
    ("unzip ", "it unpacks what that gave"),
    ("sudo env \"PATH=$PATH\" gox setup --system", "it writes into /etc of the machine that runs the tests"),
];

/// Pages on which gox is not there yet.
const FRESH: [&str; 2] = ["README.md", "docs/first-steps.md"];

/// What bash prints before it reads a line, with the exit code of the one before; and within one that goes on.
const SETTINGS: &str = "PS1='<done $?> '\nPS2='<more> '\nHISTFILE=\n";

#[test]
fn each_block_can_be_typed() {
    let pages = pages();
    for (path, _) in ELSEWHERE {
        assert!(pages.iter().any(|page| page.path.starts_with(path)), "there is no {path}");
    }
    let is_here = |page: &&Page| ELSEWHERE.iter().all(|(path, _)| !page.path.starts_with(path));
    let pages: Vec<&Page> = pages.iter().filter(is_here).collect();
    for (begin, _) in LEFT_OUT {
        let lines = pages.iter().flat_map(|page| page.blocks()).flat_map(str::lines);
        assert!(lines.into_iter().any(|line| line.starts_with(begin)), "no document has `{begin}…` any more");
    }
    pages.into_iter().for_each(type_all);
}

fn type_all(page: &Page) {
    if page.blocks().is_empty() {
        return;
    }
    let is_fresh = FRESH.contains(&page.path.as_str());
    let machine = if is_fresh { Machine::fresh().with_release() } else { Machine::with_gox() };
    let mut shell = Shell::start(&machine, "");
    if !is_fresh {
        shell.types("eval \"$(gox init bash)\"", &page.path);
    }
    type_blocks(page, &machine, &mut shell);
}

/// Types the blocks of a page one after the other, each from the folder of the user's work.
pub(super) fn type_blocks(page: &Page, machine: &Machine, shell: &mut Shell) {
    let is_left_out = |line: &&str| LEFT_OUT.iter().any(|(begin, _)| line.starts_with(begin));
    for block in page.blocks() {
        shell.types(&format!("cd {}", machine.sandbox.code().display()), &page.path);
        if block.starts_with("#!") {
            let script = machine.sandbox.put_script("code/.script", block);
            shell.types(&script.display().to_string(), &page.path);
            continue;
        }
        for line in block.lines().filter(|line| !is_left_out(line)) {
            shell.types(&machine.typed(line), &page.path);
        }
    }
}

pub(super) struct Shell(Terminal);

impl Shell {
    /// With these lines in `~/.bashrc`.
    pub(super) fn start(machine: &Machine, lines: &str) -> Self {
        // What `gox setup` shows of the start-up file must not look like a prompt.
        machine.sandbox.write("user/.prompt", SETTINGS);
        machine.sandbox.write("user/.bashrc", format!(". ~/.prompt\n{lines}"));
        let mut shell = Shell(machine.command("bash").terminal());
        assert_eq!(shell.answers("").0, 0);
        shell
    }

    /// Types a line, which has to end well, or to go on in the next one.
    #[track_caller]
    pub(super) fn types(&mut self, line: &str, page: &str) {
        self.0.write(&format!("{line}\r"));
        let (code, printed) = self.answers(line);
        assert_eq!(code, 0, "{page}: {line}\n{printed}");
    }

    /// Says yes to what is asked; gives the exit code and what was printed.
    #[track_caller]
    fn answers(&mut self, line: &str) -> (i32, String) {
        let mut printed = String::new();
        loop {
            let (which, before) = self.0.wait_for_any(&["<done ", "<more> ", "[Y/n]", "[y/N]"]);
            printed += &before;
            match which {
                0 => {
                    let code = self.0.wait_for("> ");
                    return (code.parse().unwrap_or_else(|_| panic!("{line}: {code:?}\n{printed}")), printed);
                }
                1 => return (0, printed),
                _ => self.0.write("y\r"),
            }
            assert!(printed.len() < 1 << 20, "{line} asks without an end");
        }
    }
}

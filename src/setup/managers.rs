//! Programs that manage the hooks of a repository: by which files they are known, what to write there, and whether the
//! gate is there. The files are read line by line, as people write them; what gox cannot tell, it does not claim.

use std::path::Path;

use super::wants::Wants;
use crate::error::{Error, Kind, Result};
use crate::fs::read::read_quietly;

struct Manager {
    name: &'static str,
    /// What to write.
    mend: &'static str,
    /// Where the gate belongs.
    place: &'static str,
    /// What the user has to look at where gox finds the gate elsewhere, or cannot tell.
    see: &'static str,
    /// Whether the gate checks each commit by this text.
    has_gate: fn(&str) -> bool,
}

const LEFTHOOK: &Manager = &Manager {
    name: "lefthook",
    mend: "add this job:\npre-commit:\n  jobs:\n    - name: gate\n      run: gox gate",
    place: " under `pre-commit`",
    see: "it is under `pre-commit`",
    has_gate: lefthook,
};
const PRE_COMMIT: &Manager = &Manager {
    name: "pre-commit",
    mend: "add this below `repos:`\n\
        - repo: local\n  hooks:\n    - id: gox-gate\n      name: gox gate\n      entry: gox gate\n      \
        language: system\n      pass_filenames: false\n      always_run: true",
    place: " at the stage `pre-commit`",
    see: "it is the entry of a hook at the stage `pre-commit`",
    has_gate: pre_commit,
};
const HUSKY: &Manager = &Manager {
    name: "husky",
    mend: r"`printf '\ngox gate\n' >>.husky/pre-commit`",
    place: " in `pre-commit`",
    see: "the script comes to it",
    has_gate: husky,
};

/// The files by which a program owns the hooks.
const OWNERS: [(&str, &Manager); 8] = [
    ("lefthook.yml", LEFTHOOK),
    ("lefthook.yaml", LEFTHOOK),
    (".lefthook.yml", LEFTHOOK),
    (".lefthook.yaml", LEFTHOOK),
    (".config/lefthook.yml", LEFTHOOK),
    (".pre-commit-config.yaml", PRE_COMMIT),
    (".pre-commit-config.yml", PRE_COMMIT),
    (".husky", HUSKY),
];

/// What the target `hooks` wants where another program owns the hooks of the repository `top`: nothing where that runs
/// the gate, else it is refused. `None` where none owns them.
pub(super) fn wants(top: &Path) -> Option<Result<Wants>> {
    let (file, manager) = OWNERS.into_iter().find(|(file, _)| top.join(file).exists())?;
    let path = top.join(file);
    let path = if path.is_dir() { path.join("pre-commit") } else { path };
    let text = read_quietly(&path).unwrap_or_default();
    if (manager.has_gate)(&text) {
        let note = format!("`{file}` has `gox gate`{} already", manager.place);
        return Some(Ok(Wants { notes: vec![note], ..Wants::default() }));
    }
    let message = format!("the hooks of this repository belong to {}, by `{file}`", manager.name);
    let mut error = Error::new(Kind::Refused, message);
    if names_gate(&text) {
        let see = manager.see;
        error = error.detail(format!("it names `gox gate`; check that {see}, without `--head` and `--from`"));
    }
    Some(Err(error.hint(manager.mend)))
}

/// Whether the text has `gox gate` in whatever place, but a comment.
fn names_gate(text: &str) -> bool {
    let has_it = |line: &str| {
        let words: Vec<_> =
            line.split_whitespace().map(|word| word.trim_matches(|c: char| !c.is_alphanumeric())).collect();
        words.windows(2).any(|pair| is_gox(pair[0]) && pair[1] == "gate")
    };
    text.lines().map(without_comment).any(has_it)
}

fn is_gox(program: &str) -> bool {
    program == "gox" || program.ends_with("/gox")
}

/// Whether the command is the gate, for what is about to be committed.
fn is_gate(command: &str) -> bool {
    let mut words = command.split_whitespace().map(|word| word.trim_matches(['"', '\''])).peekable();
    words.next_if_eq(&"exec");
    words.next().is_some_and(is_gox) && words.next() == Some("gate") && !words.any(looks_back)
}

/// Whether the option makes the gate check earlier commits.
fn looks_back(option: &str) -> bool {
    ["--head", "--from"].iter().any(|name| option.starts_with(name))
}

/// The line up to the comment, which begins alike in YAML and in a shell.
fn without_comment(line: &str) -> &str {
    let is_start = |&(at, _): &(usize, &str)| at == 0 || line[..at].ends_with([' ', '\t']);
    line.match_indices('#').find(is_start).map_or(line, |(at, _)| &line[..at]).trim_end()
}

/// The jobs and commands below the key `pre-commit` at the top.
fn lefthook(text: &str) -> bool {
    let mut is_below = false;
    lines(text).iter().any(|line| {
        if line.column == 0 {
            is_below = value(line.text, "pre-commit").is_some();
        }
        is_below && has_command(line, "run")
    })
}

/// The hooks whose stages, else those of the file, have `pre-commit`, and which `pre-commit install` installs for it.
fn pre_commit(text: &str) -> bool {
    let lines = lines(text);
    let is_at_it = |at: usize| {
        let hook = mapping(&lines, at);
        let words = || hook.iter().flat_map(|line| words(line.text));
        let has_stages = words().any(|word| word == "stages:");
        let stages = if has_stages { has_stage(hook, "stages") } else { has_stage(&lines, "default_stages") };
        stages && !words().any(looks_back)
    };
    has_stage(&lines, "default_install_hook_types")
        && (0..lines.len()).any(|at| has_command(&lines[at], "entry") && is_at_it(at))
}

/// The lines of the script, up to one that may end it, or run what follows in some cases only.
fn husky(script: &str) -> bool {
    const MAY_NOT_GO_ON: [&str; 9] =
        ["exit", "exec", "return", "if", "case", "for", "while", "until", "function"];
    let counts = |line: &&str| {
        let first = line.split([' ', '\t', ';']).next().unwrap_or_default();
        is_gate(line) || MAY_NOT_GO_ON.contains(&first) || line.ends_with(['\\', '{', '(', '&', '|'])
    };
    script.lines().map(without_comment).find(counts).is_some_and(is_gate)
}

/// A line of YAML that has something.
struct Line<'a> {
    /// How many blanks it begins with.
    indent: usize,
    /// Where its text begins: after the dash, if it begins an entry of a list.
    column: usize,
    text: &'a str,
}

fn lines(text: &str) -> Vec<Line<'_>> {
    let line = |line| {
        let line = without_comment(line);
        let whole = line.trim_start();
        let mut text = whole;
        while let Some(entry) = text.strip_prefix("- ") {
            text = entry.trim_start();
        }
        let (indent, column) = (line.len() - whole.len(), line.len() - text.len());
        (!text.is_empty()).then_some(Line { indent, column, text })
    };
    text.lines().filter_map(line).collect()
}

/// The lines of the innermost mapping that the line `at` belongs to.
fn mapping<'a, 'b>(lines: &'a [Line<'b>], at: usize) -> &'a [Line<'b>] {
    let column = lines[at].column;
    let is_outside = |line: &Line<'_>| line.indent < column;
    let from = lines[..=at].iter().rposition(is_outside).map_or(0, |outside| {
        // The first line of a mapping may be behind the dash of a list.
        if lines[outside].column == column { outside } else { outside + 1 }
    });
    let length = lines[at + 1..].iter().position(is_outside).unwrap_or(lines.len() - at - 1);
    &lines[from..=at + length]
}

/// Whether the line has the gate as the value of `key`, also within braces.
fn has_command(line: &Line<'_>, key: &str) -> bool {
    let is_within = line.text.contains('{');
    let parts = line.text.split(|c| is_within && "{},".contains(c));
    parts.filter_map(|part| value(part.trim(), key)).any(is_gate)
}

/// The value in `key: value`.
fn value<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let value = text.strip_prefix(key)?.strip_prefix(':')?;
    (value.is_empty() || value.starts_with(' ')).then_some(value)
}

/// Whether the list `key` has the stage `pre-commit`, which was `commit` up to 3.2, or is not there.
fn has_stage(lines: &[Line<'_>], key: &str) -> bool {
    let key = format!("{key}:");
    let Some(at) = lines.iter().position(|line| words(line.text).any(|word| word == key)) else {
        return true;
    };
    let entries = lines[at + 1..].iter().take_while(|line| line.indent < line.column);
    let within = words(lines[at].text).skip_while(|word| *word != key).skip(1);
    let listed = within.chain(entries.map(|line| line.text));
    listed.take_while(|word| !word.ends_with(':')).any(|word| word == "pre-commit" || word == "commit")
}

/// The words of a line, without the signs around them.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split([' ', ',', '[', ']', '{', '}', '"', '\'']).filter(|word| !word.is_empty())
}

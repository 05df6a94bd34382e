//! The checks of the Git repository here: whether Git takes it, and what it does to line endings, modes and links.

use std::path::Path;

use super::check::{Area, Check, Finding, State, counted};
use super::facts::Facts;
use super::line::{self, IN_PLACE};
use super::repository::{Lack, Repository, Setting};
use super::{git_hooks, place};
use crate::fs::read;
use crate::machine::mounts::Mount;
use crate::setup::repository::{Refused, foreign, trust};
use crate::text;

pub(super) const CHECKS: &[Check<Facts>] = &[
    Check { id: "git-owner", area: Area::Git, run: owner },
    Check { id: "git-autocrlf", area: Area::Git, run: |facts| in_repository(facts, autocrlf) },
    Check { id: "git-crlf", area: Area::Git, run: |facts| in_repository(facts, crlf) },
    Check {
        id: "git-filemode",
        area: Area::Git,
        run: |facts| in_repository(facts, |facts, here| Ok(filemode(facts, here))),
    },
    Check { id: "git-symlinks", area: Area::Git, run: |facts| in_repository(facts, symlinks) },
    Check {
        id: "git-hooks",
        area: Area::Git,
        run: |facts| in_repository(facts, |_, here| Ok(git_hooks::hooks(here))),
    },
];

/// The files that have to have line feeds: those of Go, and scripts. Test data is compared byte by byte, and the files
/// of others stay as they are.
const TEXTS: [&str; 7] =
    [":/*.go", ":/*.sh", ":/*go.mod", ":/*go.sum", ":/*go.work", ":!/*testdata/*", ":!/*vendor/*"];
/// The most files that are read, and on a Windows drive, where each takes some milliseconds. A checkout that has
/// carriage returns has them in all files.
const MOST_FILES: [usize; 2] = [1_000, 100];
/// The length of what is read of a file, in bytes.
const MAX_FILE: usize = 64 << 10;
/// The Linux file systems that keep modes and links. Of others, such as one of a network, that is not certain.
const OF_LINUX: [&str; 9] = ["ext2", "ext3", "ext4", "xfs", "btrfs", "f2fs", "zfs", "tmpfs", "overlay"];

/// Runs a check of a repository where there is one.
fn in_repository(facts: &Facts, run: fn(&Facts, &Repository) -> Result<Finding, Lack>) -> Finding {
    match facts.repository() {
        Ok(repository) => run(facts, repository).unwrap_or_else(|lack| match lack {
            Lack::Nothing(reason) => Finding::skipped(reason),
            // Such as a damaged index, which not every question needs.
            Lack::Refused(ended) => Finding::skipped(format!("Git says `{}`", fatal(&ended.stderr))),
        }),
        Err(Lack::Nothing(reason)) => Finding::skipped(reason),
        Err(Lack::Refused(_)) => Finding::skipped("Git refuses this repository"),
    }
}

/// The line by which Git ends.
fn fatal(said: &str) -> String {
    let line = said.lines().find(|line| line.starts_with("fatal: "));
    text::excerpt_of(line.unwrap_or("nothing"), 200)
}

fn owner(facts: &Facts) -> Finding {
    let said = match facts.repository() {
        Ok(repository) => return Finding::ok(format!("Git takes `{}`", text::path(&repository.top))),
        Err(Lack::Nothing(reason)) => return Finding::skipped(reason),
        Err(Lack::Refused(ended)) => &ended.stderr,
    };
    let failed = |seen| {
        let why = "Git does nothing here, and `go build` fails with `error obtaining VCS status`";
        Finding::new(State::Failed, seen, why)
    };
    if let Refused::Foreign(folder) = Refused::of(said) {
        return failed(foreign(folder)).mend(trust(folder));
    }
    failed(format!("Git cannot read this repository: {}", fatal(said))).mend("git status")
}

fn autocrlf(_: &Facts, repository: &Repository) -> Result<Finding, Lack> {
    let why = "a checkout adds carriage returns, so gofmt reports Go files as unformatted, and scripts do not \
               start";
    // `x.go` NUL `text` NUL `set` NUL `x.go` NUL `eol` NUL `lf` NUL
    let answer = repository.ask(&["check-attr", "-z", "text", "eol", "--", "x.go"])?;
    let parts: Vec<&str> = answer.split('\0').collect();
    let value = |at: usize| parts.get(at).copied().unwrap_or_default();
    Ok(match (value(2), value(5)) {
        ("unset", _) => Finding::ok("Go files have the attribute `-text`"),
        (_, "lf") => Finding::ok("Go files have the attribute `eol=lf`"),
        (_, "crlf") => {
            let mend = line::addition("*.go text eol=lf", &repository.top.join(".gitattributes"));
            Finding::new(State::Warning, "Go files have the attribute `eol=crlf`", why).mend(mend)
        }
        (attribute, _) => match culprit(repository, attribute != "unspecified") {
            Some((setting, name)) => {
                let seen = format!("`{name}` is `{}`, set by {}", setting.value, setting.origin());
                Finding::new(State::Warning, seen, why).mend("gox setup attributes")
            }
            None => Finding::ok("a checkout leaves the line endings of Go files as they are"),
        },
    })
}

/// The setting by which Go files get carriage returns, where their attributes do not say it. `core.eol` is for files
/// that have the attribute `text`, and counts only where `core.autocrlf` is off (git-config(1)).
fn culprit(repository: &Repository, has_text: bool) -> Option<(&Setting, &'static str)> {
    match repository.setting("core.autocrlf").filter(|setting| setting.is_true()) {
        Some(setting) if setting.value.eq_ignore_ascii_case("input") => None,
        Some(setting) => Some((setting, "core.autocrlf")),
        None => {
            let eol = repository.setting("core.eol").filter(|_| has_text);
            Some((eol.filter(|setting| setting.value.eq_ignore_ascii_case("crlf"))?, "core.eol"))
        }
    }
}

fn crlf(facts: &Facts, repository: &Repository) -> Result<Finding, Lack> {
    let list = repository.ask(&[&["ls-files", "-z", "--"], &TEXTS[..]].concat())?;
    let most = MOST_FILES[usize::from(place::is_on_windows(&repository.top, facts))];
    let files: Vec<&str> = list.split_terminator('\0').take(most).collect();
    if files.is_empty() {
        return Ok(Finding::skipped("no file of Go or script is committed here"));
    }
    let has_crlf = |file: &&&str| {
        let content = read::read_beginning(&repository.top.join(file), MAX_FILE);
        content.is_some_and(|content| content.contains("\r\n"))
    };
    let found: Vec<_> = files.iter().filter(has_crlf).collect();
    let Some(first) = found.first() else {
        return Ok(Finding::ok(format!("{} with line feeds", counted(files.len(), "file"))));
    };
    let seen = format!("{} with CR LF, such as `{}`", counted(found.len(), "file"), text::escaped(first));
    let why = "gofmt reports such Go files as unformatted, and such scripts do not start";
    let texts = TEXTS.map(|text| format!("'{text}'")).join(" ");
    // Not `git add --renormalize`, which leaves the files here as they are.
    let mend = format!(
        "gox setup attributes && git grep -lz \"$(printf '\\r')\" -- {texts} | \
         xargs -0 {IN_PLACE} \"s/$(printf '\\r')\\$//\""
    );
    Ok(Finding::new(State::Warning, seen, why).mend(mend))
}

fn filemode(facts: &Facts, repository: &Repository) -> Finding {
    let mount = place::mount(&repository.top, facts);
    let Some((keeps, kind)) = mount.and_then(|mount| Some((keeps_modes(mount)?, &mount.kind))) else {
        return Finding::skipped("whether modes are kept here is not known");
    };
    let says = repository.is_true("core.filemode");
    let mend = format!("git config core.fileMode {keeps}");
    match (says, keeps) {
        (false, true) => {
            let seen = format!("`core.fileMode` is `false`, and `{kind}` keeps modes");
            let why = "Git does not see that a file became executable, so a script is committed without it";
            Finding::new(State::Warning, seen, why).mend(mend)
        }
        (true, false) => {
            let seen = "`core.fileMode` is `true`, on a Windows drive that keeps no modes";
            let why = "Git takes files for changed that nobody changed";
            Finding::new(State::Warning, seen, why).mend(mend)
        }
        _ => Finding::ok(format!("`core.fileMode` is `{says}`")),
    }
}

/// Whether files keep their modes there; `None` where it is not known.
fn keeps_modes(mount: &Mount) -> Option<bool> {
    if mount.is_windows_drive() {
        return Some(mount.has_metadata());
    }
    OF_LINUX.contains(&mount.kind.as_str()).then_some(true)
}

fn symlinks(facts: &Facts, repository: &Repository) -> Result<Finding, Lack> {
    if repository.is_true("core.symlinks") {
        return Ok(Finding::ok("links are checked out as links"));
    }
    let keeps_links = |mount: &Mount| OF_LINUX.contains(&mount.kind.as_str());
    if !place::mount(&repository.top, facts).is_some_and(keeps_links) {
        return Ok(Finding::skipped("whether there can be links here is not known"));
    }
    // `120000 ` SHA ` 0` TAB path NUL
    let list = repository.ask(&["ls-files", "-s", "-z"])?;
    let path = |entry: &'_ str| Some(entry.strip_prefix("120000 ")?.split_once('\t')?.1.to_owned());
    let mut links: Vec<_> = list.split_terminator('\0').filter_map(path).collect();
    links.retain(|link| is_file(&repository.top.join(link)));
    let Some(first) = links.first() else {
        return Ok(Finding::ok("`core.symlinks` is `false`, and no link is committed here"));
    };
    let count = counted(links.len(), "link");
    let seen = format!(
        "`core.symlinks` is `false`: Git checked out {count} as small files, such as `{}`",
        text::escaped(first)
    );
    let why = "whoever opens one reads a path in the place of the file";
    let mend = "git config core.symlinks true && git ls-files -sz :/ | grep -z ^120000 | cut -zf2 | \
                git checkout --pathspec-from-file=- --pathspec-file-nul";
    Ok(Finding::new(State::Note, seen, why).mend(mend))
}

fn is_file(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|data| data.is_file())
}

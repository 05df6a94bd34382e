//! What to type where a version has known vulnerabilities: one command that changes what is reported of it. As it
//! depends on who asks for the version and on what is installed, no command is shown again once it was typed.

use std::path::Path;

use crate::go::name::ToolchainName;
use crate::go::request::Request;
use crate::go::version::Version;
use crate::select::advice;
use crate::select::pin::GO_VERSION_FILE;
use crate::select::reason::{Reason, Rule};
use crate::text;

/// Where a version is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place<'a> {
    /// In the user's own store.
    Own,
    /// In the system store, which has this root.
    System(&'a Path),
    /// In no store.
    Nowhere,
}

/// A version with known vulnerabilities, and what asks for it here, if anything does.
pub(super) struct Affected<'a> {
    pub(super) name: &'a ToolchainName,
    pub(super) place: Place<'a>,
    pub(super) asked_by: Option<&'a Reason>,
}

/// A version with fewer.
pub(super) struct Better<'a> {
    pub(super) version: &'a Version,
    /// Whether it is installed, and the newest of its line that is.
    pub(super) is_installed: bool,
}

/// What to type, as the end of a line that says how many `better` has, in the directory `here`.
pub(super) fn way(affected: &Affected<'_>, better: &Better<'_>, here: Option<&Path>) -> String {
    let Affected { name, place, asked_by } = affected;
    let Better { version, is_installed } = better;
    let line = version.line();
    let is_of_line = name.version().is_some_and(|version| version.line() == line);
    let is_upgrade = is_of_line && name.is_release() && *place == Place::Own;
    let verb = if is_upgrade { "upgrade" } else { "install" };
    let bring = || format!(": `gox {verb} {line}`");
    let Some(reason) = asked_by else {
        let word = name.request().quoted();
        let home = match place {
            Place::Nowhere if *is_installed => return ", and is installed".to_owned(),
            Place::Nowhere => return bring(),
            // Who asks for the line elsewhere has the better one then; no other line serves them.
            _ if is_of_line && !is_installed => return bring(),
            Place::Own => String::new(),
            Place::System(root) => format!("GOX_HOME={} ", text::quoted_path(root)),
        };
        return format!(
            ", and nothing here asks for {word}; if no other project does: `{home}gox uninstall {word}`"
        );
    };
    // An upgrade takes the default along.
    if !is_installed && (follows(reason, version) || (reason.rule == Rule::Default && is_upgrade)) {
        return bring();
    }
    let is_there = if *is_installed { ", and is installed" } else { "" };
    format!("{is_there}: {}", ask(reason, better, here))
}

/// Whether what asks for a version would have `better` once that is installed.
fn follows(reason: &Reason, better: &Version) -> bool {
    let is_request = matches!(reason.rule, Rule::Environment | Rule::Use | Rule::File | Rule::Default);
    is_request
        && Request::parse(&reason.text).is_ok_and(|request| !request.is_exact() && request.matches(better))
}

/// How to ask for the better one in the place where another one was found: by its line, if that means it here and if
/// the place may have a line.
fn ask(reason: &Reason, better: &Better<'_>, here: Option<&Path>) -> String {
    let Better { version, is_installed } = better;
    let has_lines = match reason.rule {
        Rule::Gotoolchain | Rule::ToolchainLine | Rule::GoLine => false,
        // asdf knows none.
        Rule::File => reason.path.as_ref().is_some_and(|path| path.ends_with(GO_VERSION_FILE)),
        _ => true,
    };
    let word = if *is_installed && has_lines { version.line().to_string() } else { version.full() };
    advice::instead(reason, &word, here)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(rule: Rule, path: &str, text: &str) -> Reason {
        let path = (!path.is_empty()).then(|| path.into());
        Reason { line: path.as_ref().map(|_| 3), rule, path, text: text.to_owned() }
    }

    /// For what asks: what follows where 1.26.7 is not installed, and where it is. Of 1.26.5, then of 1.24.3.
    #[test]
    fn who_asks_and_what_is_installed_decide() {
        use Rule::{Default, Environment, File, GoLine, Gotoolchain, System, ToolchainLine, Use};
        let (pin, tools, module) = ("/p/.go-version", "/p/.tool-versions", "/p/go.mod");
        for (asked_by, expected) in [
            // Exact: it has to be asked for another one, and an upgrade takes the default along.
            ((File, pin, "1.26.5"), ["gox pin 1.26.7", "gox pin 1.26", "gox pin 1.26.7", "gox pin 1.26"]),
            (
                (Default, "/h/default", "1.26.5"),
                ["gox upgrade 1.26", "gox default 1.26", "gox default 1.26.7", "gox default 1.26"],
            ),
            (
                (Environment, "", "1.26.5"),
                [
                    "export GO_VERSION=1.26.7",
                    "export GO_VERSION=1.26",
                    "export GO_VERSION=1.26.7",
                    "export GO_VERSION=1.26",
                ],
            ),
            ((Use, "", "1.26.5"), ["gox use 1.26.7", "gox use 1.26", "gox use 1.26.7", "gox use 1.26"]),
            (
                (System, "", "/usr/bin/go"),
                ["gox default 1.26.7", "gox default 1.26", "gox default 1.26.7", "gox default 1.26"],
            ),
            // Only exact versions may stand there.
            ((File, tools, "1.26.5"), ["write `1.26.7` into line 3 of /p/.tool-versions"; 4]),
            ((Gotoolchain, "", "go1.26.5"), ["export GOTOOLCHAIN=go1.26.7"; 4]),
            ((ToolchainLine, module, "go1.26.5"), ["gox pin --go-mod 1.26.7"; 4]),
            ((GoLine, module, "1.26.5"), ["gox pin --go-mod 1.26.7"; 4]),
            ((GoLine, "/p/dev.work", "1.26.5"), ["write the line `toolchain go1.26.7` into /p/dev.work"; 4]),
            // What floats follows an install, unless it is of another line.
            (
                (File, "/q/.go-version", "1.26"),
                ["gox upgrade 1.26", "cd /q && gox pin 1.26", "gox install 1.26", "cd /q && gox pin 1.26"],
            ),
            (
                (Default, "/h/default", "1.24"),
                ["gox upgrade 1.26", "gox default 1.26", "gox default 1.26.7", "gox default 1.26"],
            ),
            ((File, pin, ">=1.24"), ["gox upgrade 1.26", "gox pin 1.26", "gox install 1.26", "gox pin 1.26"]),
        ] {
            let (rule, path, text) = asked_by;
            let reason = reason(rule, path, text);
            let found = ["1.26.5", "1.24.3"].map(|name| of(name, Place::Own, Some(&reason)));
            let is_text = expected[0].starts_with("write");
            let quoted = expected.map(|way| if is_text { way.to_owned() } else { format!("`{way}`") });
            let whole = [0, 1, 2, 3]
                .map(|at| format!("{}: {}", if at % 2 == 1 { ", and is installed" } else { "" }, quoted[at]));
            assert_eq!(found.concat(), whole, "{text}");
        }
    }

    #[test]
    fn what_nothing_asks_for_goes_and_a_line_is_upgraded_before() {
        let goes = |home: &str, name: &str| {
            format!(
                ", and nothing here asks for {name}; if no other project does: `{home}gox uninstall {name}`"
            )
        };
        let (root, home) = (Path::new("/opt/go"), "GOX_HOME=/opt/go ");
        for (name, place, absent, installed) in [
            ("1.26.5", Place::Own, ": `gox upgrade 1.26`".to_owned(), goes("", "1.26.5")),
            ("1.24.3", Place::Own, goes("", "1.24.3"), goes("", "1.24.3")),
            ("1.26.5-corp", Place::Own, ": `gox install 1.26`".to_owned(), goes("", "1.26.5-corp")),
            ("1.26.5", Place::System(root), ": `gox install 1.26`".to_owned(), goes(home, "1.26.5")),
            ("1.24.3", Place::System(root), goes(home, "1.24.3"), goes(home, "1.24.3")),
            ("1.24.3", Place::Nowhere, ": `gox install 1.26`".to_owned(), ", and is installed".to_owned()),
        ] {
            assert_eq!(of(name, place, None), [absent, installed], "{name}, {place:?}");
        }
    }

    /// What to type where 1.26.7 is not installed, and where it is.
    fn of(name: &str, place: Place<'_>, asked_by: Option<&Reason>) -> [String; 2] {
        let (name, version) = (ToolchainName::new(format!("go{name}")), Version::parse("1.26.7").unwrap());
        [false, true].map(|is_installed| {
            let affected = Affected { name: &name, place, asked_by };
            way(&affected, &Better { version: &version, is_installed }, Some(Path::new("/p")))
        })
    }
}

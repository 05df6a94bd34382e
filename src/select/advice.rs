//! What the user can do where no Go runs: the texts of hints, each with a command where there is one.

use std::path::Path;

use super::pin::GO_VERSION_FILE;
use super::reason::{Reason, Rule};
use crate::go::version::Version;
use crate::store::inventory;
use crate::store::layout::Home;
use crate::text;

/// The hint where nothing asks for a Go: the newest that is installed becomes the default, or one is installed.
pub fn without_go(homes: &[Home]) -> String {
    match newest(homes) {
        Some(newest) => format!("let one that is installed run: `gox default {newest}`"),
        None => "install the newest: `gox install latest`".to_owned(),
    }
}

/// The hint where the system's Go is asked for, for this reason, and there is none.
pub(super) fn without_system_go(reason: &Reason, homes: &[Home], here: Option<&Path>) -> String {
    let other = newest(homes).unwrap_or_else(|| "latest".to_owned());
    format!("put one on PATH, or ask for a version: {}", instead(reason, &other, here))
}

/// The request for the newest toolchain that is installed, as a word for a shell.
fn newest(homes: &[Home]) -> Option<String> {
    inventory::newest(homes).map(|newest| newest.name.request().quoted())
}

/// How to ask for `request`, a word for a shell in the directory `here`, in the place where `reason` found another one.
pub fn instead(reason: &Reason, request: &str, here: Option<&Path>) -> String {
    let write = |word: &str, path: &Path| {
        format!("write `{word}` into line {} of {}", reason.line.unwrap_or(1), text::path(path))
    };
    match (reason.rule, reason.path.as_deref()) {
        (Rule::Launcher, _) => format!("`gox install {request}`"),
        (Rule::Argument, _) => format!("`go +{request} …`"),
        (Rule::Environment, _) => format!("`export GO_VERSION={request}`"),
        (Rule::Use, None) => format!("`gox use {request}`"),
        (Rule::Use, Some(path)) => format!("write `use gox {request}` into {}", text::path(path)),
        (Rule::File, Some(path)) if path.ends_with(GO_VERSION_FILE) => {
            format!("`{}`", pin_in(path.parent().or(here), request, here))
        }
        (Rule::ToolchainLine, Some(path)) => match pin_go_mod(path, request, here) {
            Some(command) => command,
            None => write(&format!("go{request}"), path),
        },
        // A toolchain line can only raise it.
        (Rule::GoLine, Some(path)) if Version::parse(&reason.text) < Version::parse(request) => {
            let line = || format!("write the line `toolchain go{request}` into {}", text::path(path));
            pin_go_mod(path, request, here).unwrap_or_else(line)
        }
        (Rule::File | Rule::GoLine, Some(path)) => write(request, path),
        (Rule::Gotoolchain, None) => format!("`export GOTOOLCHAIN=go{request}`"),
        (Rule::Gotoolchain, Some(_)) => format!("`go env -w GOTOOLCHAIN=go{request}`"),
        _ => format!("`gox default {request}`"),
    }
}

/// The command that writes the toolchain line of a go.mod; `None` for a file of a workspace, which may have any name.
/// `go work edit` would need a Go, where the one that is asked for may be missing.
fn pin_go_mod(file: &Path, request: &str, here: Option<&Path>) -> Option<String> {
    let folder = file.parent().filter(|_| file.ends_with("go.mod"))?;
    let elsewhere = Some(folder).filter(|folder| !here.is_some_and(|here| here.starts_with(folder)));
    Some(format!("`{}`", in_folder(elsewhere, &format!("gox pin --go-mod {request}"))))
}

/// The command that pins `request`, a word for a shell in the directory `here`, in a folder.
pub fn pin_in(folder: Option<&Path>, request: &str, here: Option<&Path>) -> String {
    in_folder(folder.filter(|folder| Some(*folder) != here), &format!("gox pin {request}"))
}

fn in_folder(elsewhere: Option<&Path>, command: &str) -> String {
    elsewhere.map_or_else(String::new, |folder| format!("cd {} && ", text::quoted_path(folder))) + command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_place_is_told_in_its_own_way() {
        let at = |rule, path: Option<&str>| Reason {
            rule,
            path: path.map(Into::into),
            line: path.map(|_| 3),
            text: "1.22.99".into(),
        };
        let raised = |path| Reason { text: "1.22.3".into(), ..at(Rule::GoLine, Some(path)) };
        for (reason, expected) in [
            (at(Rule::Launcher, None), "`gox install 1.22.4`"),
            (at(Rule::Argument, None), "`go +1.22.4 …`"),
            (at(Rule::Environment, None), "`export GO_VERSION=1.22.4`"),
            (at(Rule::Use, None), "`gox use 1.22.4`"),
            (at(Rule::Use, Some("/p/.envrc")), "write `use gox 1.22.4` into /p/.envrc"),
            (at(Rule::File, Some("/p/.go-version")), "`gox pin 1.22.4`"),
            (at(Rule::File, Some("/a b/.go-version")), "`cd '/a b' && gox pin 1.22.4`"),
            (at(Rule::File, Some("/p/.tool-versions")), "write `1.22.4` into line 3 of /p/.tool-versions"),
            (at(Rule::Default, Some("/h/default")), "`gox default 1.22.4`"),
            (at(Rule::Gotoolchain, None), "`export GOTOOLCHAIN=go1.22.4`"),
            (at(Rule::Gotoolchain, Some("/e/env")), "`go env -w GOTOOLCHAIN=go1.22.4`"),
            (at(Rule::ToolchainLine, Some("/p/go.mod")), "`gox pin --go-mod 1.22.4`"),
            (at(Rule::ToolchainLine, Some("/go.mod")), "`gox pin --go-mod 1.22.4`"),
            (at(Rule::ToolchainLine, Some("/p/q/go.mod")), "`cd /p/q && gox pin --go-mod 1.22.4`"),
            (at(Rule::ToolchainLine, Some("/p/dev.work")), "write `go1.22.4` into line 3 of /p/dev.work"),
            (at(Rule::GoLine, Some("/p/go.work")), "write `1.22.4` into line 3 of /p/go.work"),
            (raised("/p/go.work"), "write the line `toolchain go1.22.4` into /p/go.work"),
            (raised("/p/go.mod"), "`gox pin --go-mod 1.22.4`"),
        ] {
            assert_eq!(instead(&reason, "1.22.4", Some(Path::new("/p"))), expected);
        }
    }
}

//! What editors use: they keep the path of a Go in files of their own, and ask no shell.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::check::{Area, Check, Finding, State};
use super::facts::Facts;
use super::jsonc;
use crate::text;

pub(super) const CHECKS: &[Check<Facts>] = &[
    Check { id: "editor-vscode", area: Area::Editors, run: vscode },
    Check { id: "editor-goland", area: Area::Editors, run: goland },
];

/// The folders of VS Code and of what is made from it, in the user's configuration directory.
const CODES: [&str; 5] = ["Code", "Code - Insiders", "Code - OSS", "VSCodium", "Cursor"];
/// The settings of the Go extension that name a Go, as pointers into the file.
const POINTERS: [(&str, &[&str]); 4] = [
    ("go.goroot", &["go.goroot"]),
    ("go.alternateTools.go", &["go.alternateTools", "go"]),
    ("go.toolsEnvVars.GOROOT", &["go.toolsEnvVars", "GOROOT"]),
    ("go.toolsEnvVars.GOTOOLCHAIN", &["go.toolsEnvVars", "GOTOOLCHAIN"]),
];
/// A longer file is no settings file.
const MAX_TEXT: u64 = 4 << 20;

fn text(path: &Path) -> Option<String> {
    let is_settings = fs::metadata(path).is_ok_and(|data| data.is_file() && data.len() <= MAX_TEXT);
    let bytes = if is_settings { fs::read(path).ok()? } else { return None };
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// This directory and those above it, up to the user's folder.
fn upward(facts: &Facts) -> Vec<PathBuf> {
    let here = std::env::current_dir().unwrap_or_default();
    let user = facts.environment().user_home();
    here.ancestors().take_while(|path| Some(*path) != user.as_deref()).map(Path::to_owned).collect()
}

fn is_in_store(path: &Path, facts: &Facts) -> bool {
    facts.world.homes.iter().any(|home| path.starts_with(home.root()))
}

/// `~`, `${userHome}` and `${env:HOME}` are the user's folder.
fn expanded(value: &str, facts: &Facts) -> PathBuf {
    let Some(user) = facts.environment().user_home() else { return value.into() };
    let forms = ["~", "${userHome}", "${env:HOME}", "$HOME", "$USER_HOME$"];
    match forms.iter().find_map(|form| value.strip_prefix(form)) {
        Some(rest) if rest.is_empty() || rest.starts_with('/') => user.join(rest.trim_start_matches('/')),
        _ => value.into(),
    }
}

fn vscode(facts: &Facts) -> Finding {
    let mut files: Vec<PathBuf> = dirs::config_dir()
        .into_iter()
        .flat_map(|folder| CODES.map(|code| folder.join(code).join("User/settings.json")))
        .collect();
    if let Some(user) = facts.environment().user_home() {
        files.push(user.join(".vscode-server/data/Machine/settings.json"));
    }
    files.extend(upward(facts).iter().map(|folder| folder.join(".vscode/settings.json")));
    let mut seen = None;
    for (path, text) in files.into_iter().filter_map(|path| text(&path).map(|text| (path, text))) {
        let Ok(settings) = serde_json::from_str::<Value>(&jsonc::plain(&text)) else {
            let seen = format!("`{}` is not JSON", text::path(&path));
            return Finding::new(State::Note, seen, "whether it names a Go cannot be told");
        };
        if let Some(finding) = named_by(&path, &settings, facts) {
            return finding;
        }
        seen.get_or_insert(path);
    }
    match seen {
        Some(_) => Finding::ok("its settings leave the choice to PATH or to gox"),
        None => Finding::skipped("no settings of VS Code are here"),
    }
}

/// A Go that is not gox's in settings of the Go extension.
fn named_by(path: &Path, settings: &Value, facts: &Facts) -> Option<Finding> {
    for (name, keys) in POINTERS {
        let value = keys.iter().try_fold(settings, |value, key| value.get(key)).and_then(Value::as_str);
        let Some(value) = value.filter(|value| !value.is_empty()) else { continue };
        if is_in_store(&expanded(value, facts), facts) {
            continue;
        }
        let seen = format!("`{}` has `{name}`: `{}`", text::path(path), text::escaped(value));
        let why = "VS Code runs that one, whatever runs in the shell";
        let mend = format!(
            "take `{name}` out of the file, or let it follow: \"go.alternateTools\": {{\"go\": {}}}",
            Value::from(facts.home().shims().join("go").to_string_lossy())
        );
        return Some(Finding::new(State::Warning, seen, why).mend(mend));
    }
    None
}

fn goland(facts: &Facts) -> Finding {
    let mut is_here = false;
    for folder in upward(facts) {
        for file in ["workspace.xml", "go.xml", "misc.xml"].map(|name| folder.join(".idea").join(name)) {
            let Some(text) = text(&file) else { continue };
            is_here = true;
            for value in text.split('<').filter(|tag| tag.contains("\"GOROOT\"")).filter_map(file_url) {
                if let Some(finding) = goroot_of(&file, value, facts) {
                    return finding;
                }
            }
        }
    }
    for (file, text) in sdk_lists() {
        is_here = true;
        for value in text.split('<').filter_map(file_url) {
            let goroot = expanded(value, facts);
            if !goroot.join("bin/go").exists() {
                let seen =
                    format!("`{}` has the SDK `{}`, where no Go is", text::path(&file), text::path(&goroot));
                let why = "a project that chose it has no Go";
                return Finding::new(State::Note, seen, why)
                    .mend("choose the folder that `gox root` prints, in Settings, Go, GOROOT");
            }
        }
    }
    if is_here {
        Finding::ok("no Go of others is chosen")
    } else {
        Finding::skipped("no settings of GoLand are here")
    }
}

/// What is wrong with the GOROOT of a project.
fn goroot_of(file: &Path, value: &str, facts: &Facts) -> Option<Finding> {
    let goroot = expanded(value, facts);
    let gone = !goroot.join("bin/go").exists();
    if is_in_store(&goroot, facts) && !gone {
        return None;
    }
    let gone = if gone { ", where no Go is" } else { "" };
    let seen = format!("`{}` has the GOROOT `{}`{gone}", text::path(file), text::path(&goroot));
    let why = "GoLand runs that one, whatever runs in the shell";
    let mend = "choose the folder that `gox root` prints, in Settings, Go, GOROOT";
    Some(Finding::new(State::Warning, seen, why).mend(mend))
}

/// The path of the first `file://` in an element.
fn file_url(element: &str) -> Option<&str> {
    let (_, rest) = element.split_once("\"file://")?;
    rest.split_once('"').map(|(path, _)| path)
}

/// The files in which each `GoLand` keeps the SDKs that it knows.
fn sdk_lists() -> Vec<(PathBuf, String)> {
    let Some(folder) = dirs::config_dir().map(|folder| folder.join("JetBrains")) else { return Vec::new() };
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let products = entries.filter(|entry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        ["GoLand", "IntelliJIdea"].iter().any(|product| name.starts_with(product))
    });
    let mut files: Vec<_> = products.map(|entry| entry.path().join("options/go.sdk.xml")).collect();
    files.sort();
    files.into_iter().filter_map(|file| text(&file).map(|text| (file, text))).collect()
}

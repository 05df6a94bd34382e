//! The checks of editors, which read the path of a Go from their own settings files and not from a shell.

use std::fs;
use std::path::{Path, PathBuf};

use jsonc_parser::{ParseOptions, parse_to_serde_value};
use serde_json::Value;

use super::check::{Area, Check, Finding, State};
use super::facts::Facts;
use crate::fs::read::read_at_most;
use crate::select::directory;
use crate::text;

pub(super) const CHECKS: &[Check<Facts>] = &[
    Check { id: "editor-vscode", area: Area::Editors, run: vscode },
    Check { id: "editor-goland", area: Area::Editors, run: goland },
];

/// The folders in the user's configuration directory that belong to VS Code and to editors made from it.
const VSCODE_FOLDERS: [&str; 5] = ["Code", "Code - Insiders", "Code - OSS", "VSCodium", "Cursor"];
/// The settings of VS Code's Go extension that choose a Go, each with the keys that lead to it in the file.
const GO_SETTINGS: [(&str, &[&str]); 4] = [
    ("go.goroot", &["go.goroot"]),
    ("go.alternateTools.go", &["go.alternateTools", "go"]),
    ("go.toolsEnvVars.GOROOT", &["go.toolsEnvVars", "GOROOT"]),
    ("go.toolsEnvVars.GOTOOLCHAIN", &["go.toolsEnvVars", "GOTOOLCHAIN"]),
];
/// The size of the largest settings file that is read, in bytes; those that people and editors write are far shorter.
const MAX_BYTES: usize = 4 << 20;
/// What VS Code allows in its settings beyond JSON: comments, and a comma after the last value.
const VSCODE_JSON: ParseOptions = ParseOptions {
    allow_comments: true,
    allow_trailing_commas: true,
    allow_missing_commas: false,
    allow_loose_object_property_names: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

/// The text of a settings file; `None` if there is no regular file of at most [`MAX_BYTES`].
fn read(path: &Path) -> Option<String> {
    let bytes = read_at_most(path, MAX_BYTES).ok()?;
    (bytes.len() <= MAX_BYTES).then(|| String::from_utf8_lossy(&bytes).into_owned())
}

/// The current directory and its parents, which may be projects with settings, up to but without the user's home
/// directory.
fn projects(facts: &Facts) -> Vec<PathBuf> {
    let user = facts.environment().user_home();
    let here = directory::current(&facts.world).unwrap_or_default();
    here.ancestors().take_while(|path| Some(*path) != user.as_deref()).map(Path::to_owned).collect()
}

fn is_in_store(path: &Path, facts: &Facts) -> bool {
    facts.world.homes.iter().any(|home| path.starts_with(home.root()))
}

/// A path from the settings of an editor, with the home directory in place of `~` and of the variables for it.
fn expanded(value: &str, facts: &Facts) -> PathBuf {
    let Some(user) = facts.environment().user_home() else { return value.into() };
    let forms = ["~", "${userHome}", "${env:HOME}", "$HOME", "$USER_HOME$"];
    match forms.iter().find_map(|form| value.strip_prefix(form)) {
        Some(rest) if rest.is_empty() || rest.starts_with('/') => user.join(rest.trim_start_matches('/')),
        _ => value.into(),
    }
}

fn vscode(facts: &Facts) -> Finding {
    let mut files: Vec<PathBuf> = facts
        .environment()
        .user_config()
        .into_iter()
        .flat_map(|config| VSCODE_FOLDERS.map(|folder| config.join(folder).join("User/settings.json")))
        .collect();
    if let Some(user) = facts.environment().user_home() {
        files.push(user.join(".vscode-server/data/Machine/settings.json"));
    }
    files.extend(projects(facts).iter().map(|folder| folder.join(".vscode/settings.json")));
    let mut is_here = false;
    for (path, text) in files.into_iter().filter_map(|path| read(&path).map(|text| (path, text))) {
        let Ok(settings) = parse_to_serde_value::<Value>(&text, &VSCODE_JSON) else {
            let seen = format!("`{}` is not JSON", text::path(&path));
            return Finding::new(State::Note, seen, "whether it names a Go cannot be told");
        };
        if let Some(finding) = foreign_go(&path, &settings, facts) {
            return finding;
        }
        is_here = true;
    }
    if is_here {
        Finding::ok("its settings leave the choice to PATH or to gox")
    } else {
        Finding::skipped("no settings of VS Code are here")
    }
}

/// The warning about a setting of the Go extension that chooses a Go outside of the stores; `None` if there is none.
fn foreign_go(path: &Path, settings: &Value, facts: &Facts) -> Option<Finding> {
    for (name, keys) in GO_SETTINGS {
        let value = keys.iter().try_fold(settings, |value, key| value.get(key)).and_then(Value::as_str);
        let Some(value) = value.filter(|value| !value.is_empty()) else { continue };
        if is_in_store(&expanded(value, facts), facts) {
            continue;
        }
        let seen = format!("`{}` has `{name}`: `{}`", text::path(path), text::escaped(value));
        let why = "VS Code runs that one, whatever runs in the shell";
        let mend = format!(
            "remove `{name}` from the file, or let it follow: \"go.alternateTools\": {{\"go\": {}}}",
            Value::from(facts.home().shims().join("go").to_string_lossy())
        );
        return Some(Finding::new(State::Warning, seen, why).mend(mend));
    }
    None
}

fn goland(facts: &Facts) -> Finding {
    let mut is_here = false;
    for folder in projects(facts) {
        for file in ["workspace.xml", "go.xml", "misc.xml"].map(|name| folder.join(".idea").join(name)) {
            let Some(text) = read(&file) else { continue };
            is_here = true;
            for value in text.split('<').filter(|tag| tag.contains("\"GOROOT\"")).filter_map(file_url) {
                if let Some(finding) = goroot_of(&file, value, facts) {
                    return finding;
                }
            }
        }
    }
    for (file, text) in sdk_lists(facts) {
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
        Finding::ok("its settings choose no Go from outside of the store")
    } else {
        Finding::skipped("no settings of GoLand are here")
    }
}

/// The warning about a project's GOROOT that is outside of the stores or has no Go; `None` for any other.
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

/// The path of the first `file://` URL in the attributes of an XML element; `None` if there is no such URL.
fn file_url(element: &str) -> Option<&str> {
    let (_, rest) = element.split_once("\"file://")?;
    rest.split_once('"').map(|(path, _)| path)
}

/// The files in which each version of `GoLand` and IDEA lists the SDKs that it knows, with their texts.
fn sdk_lists(facts: &Facts) -> Vec<(PathBuf, String)> {
    let Some(folder) = facts.environment().user_config().map(|folder| folder.join("JetBrains")) else {
        return Vec::new();
    };
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let products = entries.filter(|entry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        ["GoLand", "IntelliJIdea"].iter().any(|product| name.starts_with(product))
    });
    let mut files: Vec<_> = products.map(|entry| entry.path().join("options/go.sdk.xml")).collect();
    files.sort();
    files.into_iter().filter_map(|file| read(&file).map(|text| (file, text))).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::{VSCODE_JSON, parse_to_serde_value};

    fn parsed(text: &str) -> Option<Value> {
        parse_to_serde_value(text, &VSCODE_JSON).ok()
    }

    #[test]
    fn comments_and_last_commas_are_read_as_vscode_reads_them() {
        for (text, expected) in [
            ("{\"a\": 1, // one\n \"b\": [1, 2,], /* two\n */ }", json!({"a": 1, "b": [1, 2]})),
            (r#"{"u": "http://x/*y*/", "q": "\"//,}"}"#, json!({"u": "http://x/*y*/", "q": "\"//,}"})),
            ("/**/{}//", json!({})),
            ("[1/***/,2 , ]", json!([1, 2])),
            ("", Value::Null),
        ] {
            assert_eq!(parsed(text), Some(expected), "{text}");
        }
        let deep = "[".repeat(2 << 20) + &"]".repeat(2 << 20);
        for text in ["{", "{} {}", "{'a': 1}", "{a: 1}", "{\"a\": 1 \"b\": 2}", "[,]", "/* {}", &deep] {
            assert_eq!(parsed(text), None, "{text:.20}");
        }
    }

    proptest! {
        #[test]
        fn json_stays_what_it_is(a in any::<String>(), b in any::<String>(), near in "[{}\\[\\]\"\\\\/*,:a\n]{0,40}") {
            let _ = parsed(&near);
            let value = json!({ a.clone(): [b, 1, { "x": a }], "y": {} });
            for text in [value.to_string(), serde_json::to_string_pretty(&value).unwrap()] {
                prop_assert_eq!(parsed(&text), Some(value.clone()));
            }
        }
    }
}

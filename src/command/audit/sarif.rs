//! What is known of each version, as a log in the format SARIF 2.1.0 (OASIS), with what GitHub's code scanning wants of
//! it (docs.github.com, "SARIF support for code scanning").

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};
use url::Url;

use super::audited::Audited;
use super::targets::Target;
use crate::audit::cache::Cache;
use crate::audit::entry::Entry;
use crate::error::Error;
use crate::setup::repository::marked;

/// The log: a rule for each entry, and a result for each entry and version. What cannot be told is a notification.
pub(super) fn log(audited: &[Audited<'_>], cache: &Cache, failure: Option<&Error>) -> Value {
    let rules: BTreeMap<&str, &Entry> =
        audited.iter().flat_map(Audited::entries).map(|(entry, _)| (entry.id.as_str(), entry)).collect();
    let index = |entry: &Entry| rules.keys().position(|id| *id == entry.id);
    let results: Vec<Value> = audited
        .iter()
        .flat_map(|one| one.entries().map(|(entry, packages)| result(one, entry, &packages, index(entry))))
        .collect();
    let unknown = audited.iter().filter_map(|one| one.known.as_ref().err().cloned());
    let told = failure.map(|failure| format!("by the database of {}: {}", cache.day(), failure.line()));
    let notifications: Vec<Value> = told
        .into_iter()
        .chain(unknown)
        .map(|text| json!({ "level": "warning", "message": { "text": text } }))
        .collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "gox",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules.values().map(|entry| rule(entry)).collect::<Vec<_>>(),
            } },
            "invocations": [{
                "executionSuccessful": failure.is_none(),
                "toolExecutionNotifications": notifications,
            }],
            "results": results,
        }],
    })
}

/// A rule, which has no score of its severity, as the database has none.
fn rule(entry: &Entry) -> Value {
    let names = [std::slice::from_ref(&entry.id), &entry.aliases].concat().join(", ");
    let mut tags = vec!["security"];
    tags.extend(entry.aliases.iter().map(String::as_str));
    let page = entry.page();
    json!({
        "id": entry.id,
        "shortDescription": { "text": entry.summary },
        "fullDescription": { "text": format!("{names}: {}", entry.summary) },
        "help": { "text": page, "markdown": format!("[{}]({page})", entry.id) },
        "helpUri": page,
        "properties": { "tags": tags },
    })
}

fn result(audited: &Audited<'_>, entry: &Entry, packages: &[&str], rule: Option<usize>) -> Value {
    let Target { name, shown, .. } = &audited.target;
    let mut result = json!({
        "ruleId": entry.id,
        "ruleIndex": rule,
        "level": "warning",
        "message": { "text": format!("Go {shown}: {} ({})", entry.summary, packages.join(", ")) },
        "locations": [location(&audited.target)],
    });
    // By this GitHub knows a result again. Of a line in a repository its action for uploads hashes the text itself.
    if line(&audited.target).is_none() {
        result["partialFingerprints"] = json!({ "primaryLocationLineHash": name });
    }
    result
}

/// What would have to change: the line of the project that asks for it, else the VERSION file.
fn location(target: &Target) -> Value {
    let asked_by = line(target).and_then(|(path, line)| Some((of_project(path)?, line)));
    let installed = || {
        let file = Url::from_file_path(target.goroot.as_ref()?.join("VERSION")).ok()?;
        Some((json!({ "uri": file.as_str() }), 1))
    };
    // GitHub refuses the whole log if one of its results is in no file.
    let absent = || (json!({ "uri": format!("{}/VERSION", target.name) }), 1);
    let (file, line) = asked_by.or_else(installed).unwrap_or_else(absent);
    json!({
        "physicalLocation": { "artifactLocation": file, "region": { "startLine": line } },
        "logicalLocations": [{ "name": target.name, "kind": "module" }],
    })
}

/// The file of the project and the number of the line in it that ask for it, if that is known.
fn line(target: &Target) -> Option<(&Path, usize)> {
    let reason = target.reason.as_ref().filter(|reason| reason.folder().is_some())?;
    reason.path.as_deref().zip(reason.line)
}

/// A file of a project, as seen from the root of its repository, if it has one.
fn of_project(path: &Path) -> Option<Value> {
    let file = Url::from_file_path(path).ok()?;
    let root = marked(path).and_then(|root| Url::from_directory_path(root).ok());
    Some(match root.and_then(|root| root.make_relative(&file)) {
        Some(relative) => json!({ "uri": relative, "uriBaseId": "%SRCROOT%" }),
        None => json!({ "uri": file.as_str() }),
    })
}

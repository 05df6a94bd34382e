//! What is known of each version, as a log in the format SARIF 2.1.0 (OASIS), which code scanning reads.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use url::Url;

use super::audited::Audited;
use super::targets::Target;
use crate::audit::cache::Cache;
use crate::audit::entry::Entry;
use crate::error::Error;

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

fn rule(entry: &Entry) -> Value {
    json!({
        "id": entry.id,
        "shortDescription": { "text": entry.summary },
        "helpUri": entry.page(),
        "properties": { "tags": entry.aliases },
    })
}

fn result(audited: &Audited<'_>, entry: &Entry, packages: &[&str], rule: Option<usize>) -> Value {
    let shown = &audited.target.shown;
    json!({
        "ruleId": entry.id,
        "ruleIndex": rule,
        "level": "warning",
        "message": { "text": format!("Go {shown}: {} ({})", entry.summary, packages.join(", ")) },
        "locations": [location(&audited.target)],
    })
}

/// The VERSION file of an installed Go, which is the line in it that would have to change.
fn location(target: &Target) -> Value {
    let mut location = json!({ "logicalLocations": [{ "name": target.name, "kind": "module" }] });
    let file = target.goroot.as_ref().and_then(|goroot| Url::from_file_path(goroot.join("VERSION")).ok());
    if let Some(file) = file {
        location["physicalLocation"] =
            json!({ "artifactLocation": { "uri": file.as_str() }, "region": { "startLine": 1 } });
    }
    location
}

//! What is known of each version, for programs.

use serde_json::{Value, json};

use super::audited::Audited;
use crate::audit::cache::Cache;
use crate::audit::entry::Entry;
use crate::audit::remedy::Remedy;

/// The object of `--json`.
pub(super) fn object(audited: &[Audited<'_>], cache: &Cache, is_current: bool) -> Value {
    json!({
        "database": { "address": cache.address, "modified": cache.modified, "current": is_current },
        "toolchains": audited.iter().map(toolchain).collect::<Vec<_>>(),
    })
}

fn toolchain(audited: &Audited<'_>) -> Value {
    let Audited { target, known } = audited;
    let state = match known {
        Err(_) => "unknown",
        Ok(_) if audited.is_clean() => "clean",
        Ok(_) => "affected",
    };
    let known = known.as_ref().ok();
    json!({
        "version": target.name.request().to_string(),
        "toolchain": target.name,
        "path": target.goroot.as_ref().map(|path| path.to_string_lossy()),
        "state": state,
        "vulnerabilities": audited.entries().map(|(entry, packages)| vulnerability(entry, &packages)).collect::<Vec<_>>(),
        "other_platforms": known.map(|known| known.elsewhere),
        "line": remedy(known.and_then(|known| known.in_line.as_ref())),
        "overall": remedy(known.and_then(|known| known.overall.as_ref())),
    })
}

fn vulnerability(entry: &Entry, packages: &[&str]) -> Value {
    json!({
        "id": entry.id,
        "aliases": entry.aliases,
        "summary": entry.summary,
        "packages": packages,
        "modified": entry.modified,
        "url": entry.page(),
    })
}

fn remedy(remedy: Option<&Remedy>) -> Option<Value> {
    remedy.map(|Remedy { version, left }| json!({ "version": version.full(), "left": left }))
}

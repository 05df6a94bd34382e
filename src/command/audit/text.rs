//! What is known of each version, for people.

use super::audited::{Audited, Known};
use super::targets::Target;
use crate::audit::cache::Cache;
use crate::audit::counts::Counts;
use crate::audit::entry::Entry;
use crate::audit::remedy::Remedy;
use crate::command::context::Context;
use crate::command::vulnerable::{asked_by, better, none_or, vulnerabilities};
use crate::error::Result;
use crate::select::selection::Selection;

/// Prints a headline for each, and a table below it; at the end what to type. A quiet printer leaves out what is clean.
pub(super) fn show(
    audited: &[Audited<'_>],
    cache: &Cache,
    counts: &Counts,
    context: &Context<'_>,
) -> Result<()> {
    let printer = context.printer;
    // Whether something was printed before, and whether that was a table.
    let mut before = None;
    for one in audited.iter().filter(|one| !printer.is_quiet() || !one.is_clean()) {
        let rows: Vec<[String; 4]> = one.entries().map(|(entry, packages)| row(entry, &packages)).collect();
        if before.is_some_and(|was_table| was_table || !rows.is_empty()) {
            printer.data("")?;
        }
        before = Some(!rows.is_empty());
        printer.text(&headline(one))?;
        if !rows.is_empty() {
            printer.table(["ID", "CVE", "PACKAGES", "SUMMARY"], &rows)?;
        }
    }
    printer.note(&format!("by the database of {}, as of {}", cache.address, cache.day()));
    let here = if audited.iter().any(Audited::is_affected) { context.here().ok().flatten() } else { None };
    for hint in audited.iter().filter_map(|one| remedy(one, counts, here.as_ref(), context)) {
        printer.hint(&hint);
    }
    if audited.iter().any(Audited::is_affected) {
        // It needs a newer Go than many a project asks for.
        let reaches =
            "GOTOOLCHAIN=auto go install golang.org/x/vuln/cmd/govulncheck@latest && govulncheck ./...";
        printer.hint(&format!("which of these your program reaches: `{reaches}`"));
    }
    Ok(())
}

/// How many it has, what has fewer, and what to type; `None` for what has none, and where no version has fewer.
fn remedy(
    Audited { target, known }: &Audited<'_>,
    counts: &Counts,
    here: Option<&Selection>,
    context: &Context<'_>,
) -> Option<String> {
    let Known { entries, overall, .. } = known.as_ref().ok()?;
    let Target { name, shown, reason, .. } = target;
    let asked_by = reason.clone().or_else(|| asked_by(name, here, context));
    let better = better(name, asked_by.as_ref(), overall.as_ref()?, counts, context);
    Some(format!("{shown} has {}; {better}", entries.len()))
}

fn row(entry: &Entry, packages: &[&str]) -> [String; 4] {
    let cves: Vec<&str> =
        entry.aliases.iter().map(String::as_str).filter(|alias| alias.starts_with("CVE-")).collect();
    let cves = if cves.is_empty() { "-".to_owned() } else { cves.join(", ") };
    [entry.id.clone(), cves, packages.join(", "), entry.summary.clone()]
}

/// `1.26.5 has 10 known vulnerabilities, and 2 more on other platforms; 1.26.6 has none`
fn headline(Audited { target, known }: &Audited<'_>) -> String {
    let shown = &target.shown;
    let Known { entries, elsewhere, in_line, overall, .. } = match known {
        Ok(known) => known,
        Err(unknown) => return unknown.clone(),
    };
    let many = vulnerabilities(entries.len());
    let others = match elsewhere {
        0 => String::new(),
        count => format!(", and {count} on other platforms alone"),
    };
    let has = |Remedy { version, left }: &Remedy| format!("{} has {}", version.full(), none_or(*left));
    let better = match (in_line, overall) {
        (Some(one), Some(other)) if one.version != other.version => {
            format!("; in its line {}, in one that gets fixes {}", has(one), has(other))
        }
        (Some(one), _) | (None, Some(one)) => format!("; {}", has(one)),
        (None, None) => String::new(),
    };
    format!("{shown} has {many}{others}{better}")
}

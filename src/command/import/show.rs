//! The list of trees, for people.

use super::look::Looked;
use crate::command::context::Context;
use crate::error::Result;
use crate::import::found;
use crate::import::places::Surroundings;
use crate::import::state::{StandIn, State};
use crate::import::tree::{LeftOut, Tree};
use crate::text;

/// How many names are shown of what is left out of a tree.
const NAMES: usize = 5;
/// How many changes of a tree are shown: enough to see what happened to it.
const CHANGES: usize = 20;

/// Prints a row for each tree, and below them what there is to know of some.
pub(super) fn trees(
    looked: &[Looked],
    from: Option<&str>,
    surroundings: &Surroundings,
    context: &Context<'_>,
) -> Result<()> {
    if looked.is_empty() {
        context.printer.say(&match from {
            None => "no Go was found where other managers keep theirs".to_owned(),
            Some(from) => {
                let patterns = found::patterns(surroundings, from);
                let patterns = patterns.iter().map(|path| format!("`{}`", path.display()));
                format!("no Go of {from} was found in {}", listed(&patterns.collect::<Vec<_>>()))
            }
        });
        return Ok(());
    }
    let rows: Vec<[String; 5]> = looked.iter().map(row).collect();
    context.printer.table(["FROM", "VERSION", "SIZE", "STATE", "PATH"], &rows)?;
    for looked in looked {
        let path = looked.found.path.display();
        for line in
            words(looked).into_iter().chain(stand_in(looked)).chain(left_out(looked)).chain(changes(looked))
        {
            context.printer.text(&text::escaped(&format!("{path}: {line}")))?;
        }
    }
    Ok(())
}

fn row(Looked { found, tree, state, .. }: &Looked) -> [String; 5] {
    let (version, size) = match tree {
        Some(tree) => (tree.toolchain.request().to_string(), text::bytes(tree.bytes())),
        None => ("-".to_owned(), "-".to_owned()),
    };
    [found.manager.to_owned(), version, size, state.word().to_owned(), found.path.display().to_string()]
}

/// What the state of a tree means, where the word for it does not tell.
fn words(looked: &Looked) -> Option<String> {
    Some(match &looked.state {
        State::Proven(_) if looked.is_again => "the same release as one above".to_owned(),
        State::Differs(None, _) => "not the release; no source lists which files differ".to_owned(),
        State::Unknown(error) => error.line(),
        State::Unusable(reason) => reason.clone(),
        State::Installed { by_gox: false, .. } => {
            "not installed by gox, so nothing proves what is installed".to_owned()
        }
        State::Installed { changes: Some(changes), .. } if changes.is_empty() => {
            match &*names_left_out(looked.tree.as_ref()?, |why| *why != LeftOut::Uncovered) {
                [] => "the same as what is installed".to_owned(),
                added => format!("has all that is installed, and {} as well", listed(added)),
            }
        }
        State::Proven(_) | State::Differs(Some(_), _) | State::Installed { .. } => return None,
    })
}

/// What stood in for the checksum database, and why.
fn stand_in(looked: &Looked) -> Option<String> {
    let StandIn { archive, reason } = looked.state.stand_in()?;
    Some(format!("compared with the archive `{}` instead: {}", archive.path.display(), reason.line()))
}

/// `skipped api and doc, which the checksum database does not cover`, and what is not of the release.
fn left_out(looked: &Looked) -> Vec<String> {
    let Some(tree) = looked.wanted() else { return Vec::new() };
    let uncovered = names_left_out(tree, |why| *why == LeftOut::Uncovered);
    let added = names_left_out(tree, |why| *why != LeftOut::Uncovered);
    let mut lines = Vec::new();
    if !uncovered.is_empty() {
        lines.push(format!("skipped {}, which the checksum database does not cover", listed(&uncovered)));
    }
    if !added.is_empty() {
        let verb = if added.len() == 1 { "is" } else { "are" };
        lines.push(format!("skipped {}, which {verb} not part of the release", listed(&added)));
    }
    lines
}

/// What is left out for such a reason.
fn names_left_out(tree: &Tree, is_wanted: impl Fn(&LeftOut) -> bool) -> Vec<String> {
    let paths = tree.left_out.iter().filter(|(_, why)| is_wanted(why));
    paths.map(|(path, _)| text::escaped(path)).collect()
}

fn listed(names: &[String]) -> String {
    if names.len() > NAMES {
        return format!("{} and {} more", names[..NAMES].join(", "), names.len() - NAMES);
    }
    match names {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        names => names.join(", "),
    }
}

/// The files that differ, a line for each.
fn changes(looked: &Looked) -> Vec<String> {
    let Some(changes) = looked.state.changes() else { return Vec::new() };
    let line = |(file, change): (&String, _)| format!("{change}: {}", text::escaped(file));
    let more = changes.len().saturating_sub(CHANGES);
    let path = text::quoted_path(&looked.found.path);
    let rest =
        (more > 0).then(|| format!("and {more} more: `gox import --dry-run --json {path}` lists them all"));
    changes.iter().take(CHANGES).map(line).chain(rest).collect()
}

//! The checks of `gox doctor`: each has an id and examines facts that are gathered once.
//!
//! A new area is a file with a `CHECKS` table, a variant of [`Area`] and a line in [`all`]. A check changes
//! nothing but the cache and what it made itself, and its finding contains no password.

mod answers;
mod bash;
mod build;
mod cgo;
mod check;
mod direnv;
mod editor;
mod environment;
pub mod executable;
mod facts;
mod git;
mod git_hooks;
mod interactive;
mod lasting;
mod line;
mod network;
mod path;
mod pkg_config;
mod place;
mod repository;
mod selection;
mod setup;
mod shell;
mod ssh;
mod ssh_config;
mod store;
mod trial;
mod variable;
mod wsl;

pub use check::{Area, Finding, State};
pub use facts::Facts;
pub use interactive::become_shell;

use crate::error::Error;
use crate::text;

/// A check over [`Facts`].
pub type Check = check::Check<Facts>;

/// All checks, in the order in which they are shown.
pub fn all() -> impl Iterator<Item = &'static Check> {
    let tables: [&'static [Check]; 15] = [
        path::CHECKS,
        shell::CHECKS,
        environment::CHECKS,
        direnv::CHECKS,
        store::CHECKS,
        selection::CHECKS,
        network::CHECKS,
        editor::CHECKS,
        wsl::CHECKS,
        build::CHECKS,
        trial::CHECKS,
        git::CHECKS,
        ssh::CHECKS,
        bash::CHECKS,
        setup::CHECKS,
    ];
    tables.into_iter().flatten()
}

/// Whether the check is one of `--deep`, as it takes much longer than the others.
pub fn is_deep(check: &Check) -> bool {
    trial::CHECKS.iter().any(|deep| deep.id == check.id)
}

/// Whether `word` is the name of an area.
pub fn is_area(word: &str) -> bool {
    Area::ALL.iter().any(|area| area.word() == word)
}

/// The one finding where nothing tells the place of a store, which all checks look at.
pub fn without_store(error: &Error) -> (&'static Check, Finding) {
    (&store::CHECKS[0], Finding::of_error(State::Failed, error, "no command of gox works"))
}

/// The id or the name of an area most similar to `word`; `None` if none is similar.
pub fn nearest(word: &str) -> Option<&'static str> {
    let areas = Area::ALL.into_iter().map(Area::word);
    text::nearest(word, areas.chain(all().map(|check| check.id)))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Area, all, nearest};

    #[test]
    fn ids_are_words_and_each_is_there_once_and_documented() {
        let reference = include_str!("../../docs/reference.md");
        let mut seen = BTreeSet::new();
        for check in all() {
            let id = check.id;
            assert!(seen.insert(id), "{id} is there twice");
            assert!(
                id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'),
                "{id}"
            );
            assert_eq!(all().filter(|check| check.is_named(id)).count(), 1, "{id}");
            assert!(reference.contains(&format!("| `{id}` |")), "{id} is not in docs/reference.md");
        }
        assert_eq!(nearest("path-shim"), Some("path-shims"));
        assert_eq!(nearest("networks"), Some("network"));
        assert_eq!(nearest("qqqq"), None);
    }

    #[test]
    fn areas_come_one_after_the_other_and_their_names_are_those_of_no_check() {
        let mut areas: Vec<Area> = all().map(|check| check.area).collect();
        areas.dedup();
        assert_eq!(areas, Area::ALL);
        for area in areas {
            assert!(all().all(|check| check.id != area.word()), "{}", area.word());
            assert!(
                all().all(|check| check.is_named(area.word()) == (check.area == area)),
                "{}",
                area.word()
            );
        }
    }
}

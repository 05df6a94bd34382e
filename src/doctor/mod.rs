//! The checks of `gox doctor`: each has an id and examines facts that are gathered once.
//!
//! A new area is a file with a `CHECKS` table, a variant of [`Area`] and a line in [`all`]. A check changes nothing,
//! and its finding contains no password.

mod answers;
mod check;
mod editor;
mod environment;
mod facts;
mod network;
mod path;
mod selection;
mod shell;
mod store;

pub use check::{Area, Finding, State};
pub use facts::Facts;
pub use shell::ask as ask_shell;

use crate::error::Error;
use crate::text;

/// A check over [`Facts`].
pub type Check = check::Check<Facts>;

/// All checks, in the order in which they are shown.
pub fn all() -> impl Iterator<Item = &'static Check> {
    let tables: [&'static [Check]; 7] = [
        path::CHECKS,
        shell::CHECKS,
        environment::CHECKS,
        store::CHECKS,
        selection::CHECKS,
        network::CHECKS,
        editor::CHECKS,
    ];
    tables.into_iter().flatten()
}

/// The check with this id; `None` if there is none.
pub fn find(id: &str) -> Option<&'static Check> {
    all().find(|check| check.id == id)
}

/// The one finding where nothing tells the place of a store, which all checks look at.
pub fn without_store(error: &Error) -> (&'static Check, Finding) {
    (&store::CHECKS[0], Finding::of_error(State::Failed, error, "no command of gox works"))
}

/// The id most similar to `word`; `None` if none is similar.
pub fn nearest(word: &str) -> Option<&'static str> {
    text::nearest(word, all().map(|check| check.id))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{all, find, nearest};

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
            assert_eq!(find(id).map(|check| check.id), Some(id));
            assert!(reference.contains(&format!("| `{id}` |")), "{id} is not in docs/reference.md");
        }
        assert_eq!(nearest("path-shim"), Some("path-shims"));
        assert_eq!(nearest("qqqq"), None);
    }
}

//! What `gox sync` owes the user: what it put for a fleet file, and gives back once the file does not name it any more.
//! Each is noted before it is put, and counts while it is there: so the note is right after a failure or a kill, too.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::declared::Declared;
use crate::error::Result;
use crate::settings::file::SettingsFile;
use crate::settings::keys;
use crate::setup::edit::Edit;
use crate::setup::target::{Owner, Target};
use crate::setup::wants::Site;
use crate::text;

/// The settings and the files of `gox setup` that were put.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owed {
    /// The settings by their keys.
    pub(super) settings: BTreeMap<String, Change>,
    /// The files in which a target of `gox setup` wrote where nothing of gox was, by the names of the targets.
    setup: BTreeMap<String, BTreeSet<String>>,
}

/// A value that was put.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Change {
    /// The value of the user before; `None` where there was none.
    pub(super) from: Option<String>,
    /// The value that was put. While it is replaced by another, which a kill can cut short, there are both.
    to: BTreeSet<String>,
}

impl Owed {
    /// Notes that a setting, which is `now`, is about to get the value `to`.
    pub(super) fn note_setting(&mut self, key: &str, now: Option<&String>, to: &str) {
        // A password is in no other file than that of the settings.
        let is_open = |value: &str| text::without_password(value) == value;
        if is_open(to) && now.is_none_or(|now| is_open(now)) {
            // Of several changes the first one has seen the user's own value.
            let first = || Change { from: now.cloned(), to: BTreeSet::new() };
            self.settings.entry(key.to_owned()).or_insert_with(first).to.insert(to.to_owned());
        }
    }

    /// Notes that a target is about to be set up.
    pub(super) fn note_target(&mut self, target: Target, site: &Site) {
        let files = files(target, site, |edit| !edit.is_there());
        self.setup.entry(target.name().to_owned()).or_default().extend(files);
    }

    /// Keeps what is there as it was put. The rest was not put after all, is given back, or belongs to the user, who
    /// changed it since.
    pub fn settle(&mut self, site: &Site) -> Result<()> {
        if !self.settings.is_empty() {
            // Reading the settings warns of unknown keys.
            let file = SettingsFile::read(|_| ())?;
            self.settings.retain(|name, change| {
                let now = keys::find(name).and_then(|key| file.normal(key));
                change.to.retain(|value| now.as_ref() == Some(value));
                !change.to.is_empty() && change.from != now
            });
        }
        for target in Target::of(Owner::User) {
            if let Some(owed) = self.setup.get_mut(target.name()) {
                let gone = files(target, site, |edit| !edit.is_there());
                owed.retain(|file| !gone.contains(file));
            }
        }
        self.setup.retain(|_, owed| !owed.is_empty());
        Ok(())
    }

    /// The targets that are not declared, with the files in which they have to be taken back.
    pub(super) fn left_out(&self, declared: &Declared, site: &Site) -> Vec<(Target, BTreeSet<String>)> {
        // Two targets may have one block, as `bash` and `sh` in `~/.profile`.
        let wanted: BTreeSet<String> =
            declared.set_up().flat_map(|target| files(target, site, |_| true)).collect();
        let left = |target: Target| {
            let owed = self.setup.get(target.name()).filter(|_| !declared.names(target))?;
            let there = files(target, site, Edit::is_there);
            let left = there.into_iter().filter(|file| owed.contains(file) && !wanted.contains(file));
            Some((target, left.collect::<BTreeSet<_>>())).filter(|(_, files)| !files.is_empty())
        };
        Target::of(Owner::User).filter_map(left).collect()
    }

    /// Whether there is nothing to give back.
    pub(super) fn is_empty(&self) -> bool {
        self.settings.is_empty() && self.setup.is_empty()
    }
}

/// The files that a target may write and that `is_meant` selects; none where they cannot be told.
fn files(target: Target, site: &Site, is_meant: impl Fn(&Edit) -> bool) -> BTreeSet<String> {
    let edits = target.traces(site).unwrap_or_default();
    edits.iter().filter(|edit| is_meant(edit)).map(Edit::name).collect()
}

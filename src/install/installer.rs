//! What an install needs, and what it tells and refuses before its first byte.

use super::report::Report;
use super::{guard, refusal};
use crate::error::{Error, Kind, Result};
use crate::proof::sumdb::gosumdb;
use crate::settings::Settings;
use crate::source::Opened;
use crate::source::said::Said;
use crate::source::sources::Sources;
use crate::store::layout::Home;
use crate::store::{inventory, lock};
use crate::text;

/// What an install needs of the program around it.
pub struct Installer<'a> {
    /// The store.
    pub home: &'a Home,
    /// The user's settings.
    pub settings: &'a Settings,
    /// Where bytes come from.
    pub sources: &'a Sources,
    /// The checksum database, or that there is none.
    pub database: &'a gosumdb::Setting,
    /// Who listens.
    pub report: &'a dyn Report,
}

impl Installer<'_> {
    /// One plain line when it is not the first source that serves.
    pub(super) fn tell_source(&self, source: &str, said: &[Said]) {
        for Said { source: silent, failure } in said {
            self.report.note(&format!("{silent} did not serve, going on with {source}: {failure}"));
        }
    }

    /// Refuses early what cannot end well. A tree has up to four times the bytes of its archive.
    pub(super) fn check_space(&self, opened: &Opened) -> Result<()> {
        lock::make_root(self.home)?;
        let Some(size) = opened.size() else { return Ok(()) };
        guard::check_packed(opened.format, size).map_err(|error| refusal::at(error, &opened.address()))?;
        let Some(free) = lock::available_space(self.home) else { return Ok(()) };
        // Beside another version most of the tree is shared, so only the packed bytes are sure to be needed.
        let alone = inventory::all(std::slice::from_ref(self.home)).is_empty();
        let needed = if alone { size.saturating_mul(4) } else { size };
        // What an earlier run kept is on that disk already.
        let needed = needed.saturating_sub(opened.resumed());
        if free >= needed {
            return Ok(());
        }
        let (needed, free) = (text::bytes(needed), text::bytes(free));
        let message = format!(
            "not enough space in `{}`: about {needed} are needed, {free} are free",
            self.home.root().display()
        );
        Err(Error::new(Kind::Store, message)
            .hint("free some, or keep the store elsewhere: `export GOX_HOME=/path/on/a/larger/disk`"))
    }
}

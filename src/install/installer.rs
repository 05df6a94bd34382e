//! What an install needs, and what it tells and refuses before its first byte.

use super::report::Report;
use super::{guard, refusal};
use crate::error::{Error, Kind, Result};
use crate::go::source::SourceName;
use crate::settings::Settings;
use crate::source::Opened;
use crate::source::network::Network;
use crate::source::source_failure::SourceFailure;
use crate::store::inventory;
use crate::store::lock::{self, Store};
use crate::text;

/// What an install needs of the program around it.
#[derive(Clone, Copy)]
pub struct Installer<'a> {
    /// Where it installs.
    pub store: &'a Store<'a>,
    /// The user's settings.
    pub settings: &'a Settings,
    /// Where bytes and proofs come from.
    pub network: &'a Network,
    /// Who listens.
    pub report: &'a dyn Report,
}

impl Installer<'_> {
    /// Reports the sources that were passed over before `source`.
    pub(super) fn note_passed_over(&self, source: &SourceName, passed_over: &[SourceFailure]) {
        for SourceFailure { source: failed, failure } in passed_over {
            self.report.note(&format!("{failed} failed, using {source}: {failure}"));
        }
    }

    /// Refuses early what cannot end well. A tree has up to four times the bytes of its archive.
    pub(super) fn check_space(&self, opened: &Opened) -> Result<()> {
        lock::make_root(self.store.home)?;
        let Some(size) = opened.size() else { return Ok(()) };
        guard::check_packed(opened.format, size).map_err(|error| refusal::at(error, &opened.address()))?;
        let Some(free) = lock::available_space(self.store.home) else { return Ok(()) };
        // Beside another version most of the tree is shared, so only the packed bytes are sure to be needed.
        let alone = inventory::all(std::slice::from_ref(self.store.home)).is_empty();
        let needed = if alone { size.saturating_mul(4) } else { size };
        // What an earlier run kept is on that disk already.
        let needed = needed.saturating_sub(opened.resumed());
        if free >= needed {
            return Ok(());
        }
        let (needed, free) = (text::bytes(needed), text::bytes(free));
        let message = format!(
            "not enough space in `{}`: about {needed} are needed, {free} are free",
            self.store.home.root().display()
        );
        Err(Error::new(Kind::Store, message)
            .hint("free some, or keep the store elsewhere: `export GOX_HOME=/path/on/a/larger/disk`"))
    }
}

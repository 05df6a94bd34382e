//! The surroundings of an install, and the checks before its first byte.

use super::report::Report;
use super::space::Space;
use super::{guard, refusal};
use crate::error::{Error, Kind, Result};
use crate::fs::write::create_directory;
use crate::go::source::{Format, SourceName};
use crate::os::mount::Noexec;
use crate::settings::Settings;
use crate::source::network::Network;
use crate::source::source_failure::SourceFailure;
use crate::source::{Bytes, Opened};
use crate::store::disk_usage;
use crate::store::inventory;
use crate::store::lock::Store;
use crate::text;

/// The surroundings of an install.
#[derive(Clone, Copy)]
pub struct Installer<'a> {
    /// The store to install into.
    pub store: &'a Store<'a>,
    /// The user's settings.
    pub settings: &'a Settings,
    /// The sources and the checksum database.
    pub network: &'a Network,
    /// The receiver of progress and notes.
    pub report: &'a dyn Report,
}

impl Installer<'_> {
    /// Reports the sources that were passed over before `source`.
    pub(super) fn note_passed_over(&self, source: &SourceName, passed_over: &[SourceFailure]) {
        for SourceFailure { source: failed, failure } in passed_over {
            self.report.note(&format!("{failed} failed, using {source}: {failure}"));
        }
        let is_silent = |failed: &&SourceFailure| failed.failure.is_silence();
        if let Some(SourceFailure { source: failed, failure }) = passed_over.iter().find(is_silent)
            && let Some(order) = self.network.sources.order_from(source)
        {
            let first = format!("ask {source} first: `gox config set sources {order}`");
            // A firewall that drops what is sent looks like this each time, a slow server only once.
            let is_certain = failure.is_unanswered();
            let hint = if is_certain { first } else { format!("if {failed} is always so slow, {first}") };
            self.report.hint(&hint);
        }
    }

    /// Refuses a store on a file system that runs no programs. Commands ask this before they fetch a list.
    pub fn check_programs_run(&self) -> Result<()> {
        // Where the system does not tell, the install goes on.
        let Ok(Some(Noexec { sentence, remount })) = Noexec::of(self.store.home.root()) else {
            return Ok(());
        };
        Err(Error::new(Kind::Store, format!("{sentence}: no Go can run from it"))
            .hint("keep the store elsewhere: `export GOX_HOME=/path/to/go`")
            .hint(format!("or let programs run there: `{remount}`")))
    }

    /// Takes the space for a download, and refuses one that is too large for a toolchain or for the disk. A tree has up
    /// to four times the bytes of its archive. What a module zip needs beside another version is known once its files
    /// are listed, and taken then.
    pub(super) fn take_space(&self, opened: &Opened) -> Result<Space> {
        create_directory(self.store.home.root())?;
        let size = opened.size().unwrap_or_default();
        guard::check_packed(opened.format, size).map_err(|error| refusal::at(error, &opened.address()))?;
        let space = Space::default();
        self.take_room(&space, || {
            let needed = if inventory::all(std::slice::from_ref(self.store.home)).is_empty() {
                size.saturating_mul(4)
            } else if matches!((opened.format, &opened.bytes), (Format::ModuleZip, Bytes::Network(_))) {
                0
            } else {
                // Most of the tree may be shared, so that only the packed bytes are certain to be needed.
                size
            };
            // The bytes of an earlier run are on the same disk already.
            needed.saturating_sub(opened.resumed())
        })?;
        Ok(space)
    }

    /// Takes the space for as many bytes as `needed` says, and refuses to write them where they do not fit on the disk.
    pub(super) fn take_room(&self, space: &Space, needed: impl Fn() -> u64) -> Result<()> {
        // Where the system does not tell, the install goes on.
        let free = || disk_usage::available_space(self.store.home).unwrap_or(u64::MAX);
        let Err((needed, free)) = space.take(|| (needed(), free())) else { return Ok(()) };
        let (needed, free) = (text::bytes(needed), text::bytes(free));
        let message = format!(
            "not enough space in `{}`: about {needed} are needed, {free} are free",
            self.store.home.root().display()
        );
        Err(Error::new(Kind::Store, message)
            .hint("free some, or keep the store elsewhere: `export GOX_HOME=/path/on/a/larger/disk`"))
    }
}

//! The install pipeline: lock → look again → sweep → one pass (network → hash → inflate → untar → hash each
//! file → write or link) → proofs → receipt → sync → rename → shims.

use std::fs;
use std::io::Write;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

pub mod archive;
pub mod donors;
pub mod fetch;
pub mod guard;
pub mod module_zip;
pub mod plan;
pub mod prove;
pub mod tree;

use crate::error::{Error, Kind, Result};
use crate::proof::dirhash;
use crate::proof::gosumdb;
use crate::settings::Settings;
pub use crate::source::Format;
use crate::source::platform::Platform;
use crate::source::said::Said;
use crate::source::sources::Sources;
use crate::source::{Bytes, Opened};
use crate::store::inventory::{self, Toolchain};
use crate::store::layout::{self, Home, LAYOUT};
use crate::store::lock::{self, Lock};
use crate::store::receipt::{FileRecord, Receipt, hex, manifest_text};
use crate::store::staging::{self, Staging};
use crate::ui::printer::Printer;
use crate::ui::progress::Progress;
use crate::ui::size;
use donors::Donors;
use prove::{Expected, LogQuestion};
use tree::{Totals, Tree};

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
    /// Where phases are told.
    pub printer: &'a Printer,
}

/// What became of an install.
pub enum Outcome {
    /// It was there.
    Present(Toolchain),
    /// It is there now.
    Installed(Box<Installed>),
}

/// A new toolchain.
pub struct Installed {
    /// What is now in the store.
    pub receipt: Receipt,
    /// What was written and what was shared.
    pub totals: Totals,
    /// From the lock to the rename.
    pub time: std::time::Duration,
}

/// An attempt that failed, and whether its bytes came in more than one piece.
struct Failed {
    error: Error,
    spliced: bool,
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Failed { error, spliced: false }
    }
}

impl Installer<'_> {
    /// Installs a toolchain, such as `go1.22.4`; with `force` also over one that is there.
    pub fn install(&self, toolchain: &str, force: bool) -> Result<Outcome> {
        let homes = inventory::homes(self.home);
        let present = || inventory::find(&homes, toolchain).filter(|_| !force);
        if let Some(present) = present() {
            return Ok(Outcome::Present(present));
        }
        let start = Instant::now();
        let lock = Lock::acquire(self.home, toolchain, self.settings.lock_timeout, |path| {
            self.printer.say(&format!("waiting for another gox that installs {toolchain} (`{path}`)"));
        })?;
        if let Some(present) = present() {
            return Ok(Outcome::Present(present));
        }
        staging::sweep(self.home, toolchain);
        let installed = match self.attempt(toolchain, start) {
            // Pieces from two answers of a server may not fit together: once more, from zero.
            Err(Failed { error, spliced: true }) if error.kind() == Kind::Verification => {
                self.printer.note(&format!("{}; starting over", error.line()));
                self.attempt(toolchain, start)
            }
            result => result,
        };
        drop(lock);
        installed.map(|installed| Outcome::Installed(Box::new(installed))).map_err(|failed| failed.error)
    }

    fn attempt(&self, toolchain: &str, start: Instant) -> Result<Installed, Failed> {
        let log = LogQuestion::ask(self.database, self.sources, self.home, toolchain);
        let (source, mut opened, said) = self.sources.open(toolchain)?;
        self.tell_source(&source, &said);
        self.check_space(&opened)?;
        let expected = match opened.format {
            Format::Archive => Expected::of_archive(toolchain, self.sources, self.printer),
            Format::ModuleZip => None,
        };
        let staging = Staging::create(self.home, toolchain)?;
        let tree = Tree::new(staging.tree(), Donors::nearest(self.home, toolchain));
        let progress = Progress::new(self.printer, toolchain);
        let result =
            Self::unpack(toolchain, &mut opened, &tree, expected.as_ref(), &progress).and_then(|sha256| {
                progress.verify();
                let address = opened.address();
                let (files, totals) = tree.finish();
                let version = Platform::HOST.module_version(toolchain);
                let h1 = dirhash::toolchain_h1(
                    &version,
                    files.iter().map(|file| (file.path.as_str(), file.sha256)),
                )?;
                let evidence =
                    prove::Evidence { toolchain, address: &address, format: opened.format, sha256, h1: &h1 };
                let proofs = prove::judge(&evidence, expected, log, self)?;
                // Last, so that bytes that were changed on their way are called that.
                check_content(&staging, toolchain, &files).map_err(|error| at(error, &address))?;
                let receipt = receipt(toolchain, source, address, sha256, h1, proofs, &files, totals);
                write_own(&staging, &receipt, &files)?;
                Ok((receipt, totals))
            });
        let (receipt, totals) = result.map_err(|error| {
            // What does not hold is no beginning of a later download.
            if error.kind() == Kind::Verification {
                opened.forget();
            }
            Failed { spliced: opened.is_spliced(), error }
        })?;
        opened.forget();
        staging.publish(&self.home.toolchain(toolchain))?;
        Ok(Installed { receipt, totals, time: start.elapsed() })
    }

    /// The bytes into the tree; the sha256 of an archive.
    fn unpack(
        toolchain: &str,
        opened: &mut Opened,
        tree: &Tree,
        expected: Option<&Expected>,
        progress: &Progress<'_>,
    ) -> Result<Option<[u8; 32]>> {
        let (address, size) = (opened.address(), opened.size());
        match &mut opened.bytes {
            Bytes::Network(download) => progress.download(&address, size, download.resumed()),
            Bytes::File(_) => progress.download(&address, size, 0),
        }
        match opened.format {
            Format::Archive => {
                let sha256 = expected.map(|expected| expected.sha256);
                let job = archive::Job { tree, sha256, only_hashed: expected.is_none(), progress };
                archive::unpack(&mut opened.bytes, &job).map(Some).map_err(|error| at(error, &address))
            }
            Format::ModuleZip => {
                let zip = match &mut opened.bytes {
                    Bytes::Network(download) => fetch::to_disk(download, progress)?,
                    Bytes::File(path) => path.clone(),
                };
                let version = Platform::HOST.module_version(toolchain);
                module_zip::unpack(&zip, &version, tree, progress)
                    .map(|()| None)
                    .map_err(|error| at(error, &address))
            }
        }
    }

    /// One plain line when it is not the first source that serves.
    fn tell_source(&self, source: &str, said: &[Said]) {
        for Said { source: silent, failure } in said {
            self.printer.note(&format!("{silent} did not serve, going on with {source}: {failure}"));
        }
    }

    /// Refuses early what cannot end well. A tree has up to four times the bytes of its archive.
    fn check_space(&self, opened: &Opened) -> Result<()> {
        lock::make_root(self.home)?;
        let (Some(size), Some(free)) = (opened.size(), lock::available_space(self.home)) else {
            return Ok(());
        };
        // Beside another version most of the tree is shared, so only the packed bytes are sure to be needed.
        let alone = inventory::all(std::slice::from_ref(self.home)).is_empty();
        let needed = if alone { size * 4 } else { size };
        if free >= needed {
            return Ok(());
        }
        let (needed, free) = (size::bytes(needed), size::bytes(free));
        let message = format!(
            "not enough space in `{}`: about {needed} are needed, {free} are free",
            self.home.root().display()
        );
        Err(Error::new(Kind::Store, message)
            .hint("free some, or keep the store elsewhere: `export GOX_HOME=/path/on/a/larger/disk`"))
    }
}

/// Content that is refused came from somewhere; other errors name their place by themselves.
fn at(error: Error, address: &str) -> Error {
    if error.kind() == Kind::Verification { error.detail(format!("from `{address}`")) } else { error }
}

/// The tree is the version that was asked for, and can run.
fn check_content(staging: &Staging, toolchain: &str, files: &[FileRecord]) -> Result<()> {
    let refused =
        |reason: String| Err(Error::new(Kind::Verification, format!("the toolchain is refused: {reason}")));
    if !files.iter().any(|file| file.path == "bin/go") {
        return refused("it has no `bin/go`".into());
    }
    let version = fs::read(staging.tree().join("VERSION")).unwrap_or_default();
    let line = version.split(|byte| *byte == b'\n').next().unwrap_or_default();
    if line != toolchain.as_bytes() {
        return refused(format!("its VERSION says `{}`, not `{toolchain}`", line.escape_ascii()));
    }
    Ok(())
}

#[expect(clippy::too_many_arguments, reason = "a receipt is a flat record")]
fn receipt(
    toolchain: &str,
    source: String,
    address: String,
    sha256: Option<[u8; 32]>,
    h1: String,
    proofs: Vec<String>,
    files: &[FileRecord],
    totals: Totals,
) -> Receipt {
    Receipt {
        layout: LAYOUT,
        toolchain: toolchain.to_owned(),
        platform: Platform::HOST.to_string(),
        source,
        address,
        sha256: sha256.map(|sha256| hex(&sha256)),
        h1,
        proofs,
        installed: SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs()),
        files: files.len() as u64,
        bytes: totals.written + totals.shared,
        shared: totals.shared,
        gox: env!("CARGO_PKG_VERSION").to_owned(),
    }
}

/// Receipt and manifest, inside the tree before it is published.
fn write_own(staging: &Staging, receipt: &Receipt, files: &[FileRecord]) -> Result<()> {
    let tree = staging.tree();
    let write = || {
        fs::create_dir(tree.join(layout::OWN))?;
        let text = serde_json::to_string_pretty(receipt)? + "\n";
        for (path, text) in [(layout::receipt(&tree), text), (layout::manifest(&tree), manifest_text(files))]
        {
            let mut file = fs::File::create_new(path)?;
            file.write_all(text.as_bytes())?;
            file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o444))?;
        }
        Ok(())
    };
    write().map_err(|error: std::io::Error| {
        Error::store(format!("could not write the receipt of `{}`", receipt.toolchain), error)
    })
}

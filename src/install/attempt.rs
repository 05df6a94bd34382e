//! One attempt: from a source to a complete and proven tree in staging.

use std::fs::{self, File, Permissions};
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::sync::atomic::AtomicBool;
use std::time::{SystemTime, UNIX_EPOCH};

use sha2::{Digest, Sha256};

use super::donors::Donors;
use super::installer::Installer;
use super::module_zip::{self, fetch};
use super::prove::{Evidence, Expected, LogQuestion};
use super::report::{Phase, Phases};
use super::writer::{Totals, Writer};
use super::{archive, refusal};
use crate::error::{Error, Kind, Result};
use crate::go::platform::Platform;
use crate::go::source::Format;
use crate::proof::dirhash;
use crate::source::{Bytes, Opened};
use crate::store::layout::{self, LAYOUT};
use crate::store::modes;
use crate::store::receipt::{FileRecord, Receipt, hex, manifest_text};
use crate::store::staging::Staging;

/// The hash in the checksum database does not cover these directories, so nothing would prove them.
const PARTLY: &str = "no checksum of this archive is known: api/, doc/, misc/ and test/ are left out";

/// A tree that only needs to be published.
pub(super) struct Built {
    pub(super) staging: Staging,
    pub(super) receipt: Receipt,
    pub(super) totals: Totals,
}

/// An attempt that failed, and whether its bytes came in more than one piece.
pub(super) struct Failed {
    pub(super) error: Error,
    pub(super) spliced: bool,
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Failed { error, spliced: false }
    }
}

/// Asks the sources and the checksum database, and builds the tree.
pub(super) fn run(installer: &Installer<'_>, toolchain: &str) -> Result<Built, Failed> {
    let log = LogQuestion::ask(installer, toolchain);
    let (source, mut opened, said) = installer.sources.open(toolchain)?;
    installer.tell_source(&source, &said);
    installer.check_space(&opened)?;
    let built = build(installer, toolchain, source, &mut opened, log);
    let refused = built.as_ref().is_err_and(|error| error.kind() == Kind::Verification);
    if built.is_ok() || refused {
        // What does not hold is no beginning of a later download.
        opened.forget();
    }
    built.map_err(|error| Failed { spliced: opened.is_spliced(), error })
}

fn build(
    installer: &Installer<'_>,
    toolchain: &str,
    source: String,
    opened: &mut Opened,
    log: LogQuestion,
) -> Result<Built> {
    let expected = match opened.format {
        Format::Archive => Expected::of_archive(toolchain, installer.sources, installer.report),
        Format::ModuleZip => None,
    };
    if opened.format == Format::Archive && expected.is_none() {
        installer.report.note(PARTLY);
    }
    let address = opened.address();
    let staging = Staging::create(installer.home, toolchain)?;
    let tree = Writer::new(staging.tree(), Donors::nearest(installer.home, toolchain));
    let phases = installer.report.phases(toolchain);
    let (sha256, content) = unpack(toolchain, opened, &tree, expected.as_ref(), phases.as_ref())?;
    phases.begin(Phase::Verify);
    let evidence = Evidence { toolchain, address: &address, format: opened.format };
    let checksum = evidence.checksum(sha256.zip(expected), installer)?;
    // After the checksum, so that bytes that were changed on their way are called that.
    content.map_err(|error| refusal::at(error, &address))?;
    let (files, totals) = tree.finish();
    let h1 = dirhash::of_files(toolchain, &files)?;
    let proofs = evidence.log(&h1, checksum, log, installer)?;
    check_content(&staging, toolchain, &files).map_err(|error| refusal::at(error, &address))?;
    let receipt = Receipt {
        layout: LAYOUT,
        toolchain: toolchain.to_owned(),
        platform: Platform::HOST.to_string(),
        source,
        address,
        sha256: sha256.map(|sha256| hex(&sha256)),
        h1,
        proofs: proofs.into_iter().map(str::to_owned).collect(),
        installed: SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs()),
        manifest: Some(hex(&Sha256::digest(manifest_text(&files)))),
        files: files.len() as u64,
        bytes: totals.written + totals.shared,
        shared: totals.shared,
        gox: env!("CARGO_PKG_VERSION").to_owned(),
    };
    write_own(&staging, &receipt, &files)?;
    Ok(Built { staging, receipt, totals })
}

/// The bytes into the tree: the sha256 of an archive, and what is wrong with the content.
fn unpack(
    toolchain: &str,
    opened: &mut Opened,
    tree: &Writer,
    expected: Option<&Expected>,
    phases: &dyn Phases,
) -> Result<(Option<[u8; 32]>, Result<()>)> {
    let (address, size) = (opened.address(), opened.size());
    match &opened.bytes {
        Bytes::Network(_) => {
            let resumed = opened.resumed();
            phases.begin(Phase::Download { address: &address, total: size, resumed });
        }
        Bytes::File(_) => phases.begin(Phase::Read { address: &address, total: size }),
    }
    match opened.format {
        Format::Archive => {
            let sha256 = expected.map(|expected| expected.sha256);
            let (only_hashed, stop) = (expected.is_none(), AtomicBool::new(false));
            let job = archive::Job { tree, sha256, only_hashed, phases, stop };
            let unpacked = archive::unpack(&mut opened.bytes, &job)?;
            Ok((Some(unpacked.sha256), unpacked.content))
        }
        Format::ModuleZip => {
            let zip = match &mut opened.bytes {
                Bytes::Network(download) => fetch::to_disk(download, phases)?,
                Bytes::File(path) => File::open(&*path)
                    .map_err(|error| Error::store(format!("could not open `{}`", path.display()), error))?,
            };
            let version = Platform::HOST.module_version(toolchain);
            module_zip::unpack(zip, &version, tree, phases).map_err(|error| refusal::at(error, &address))?;
            Ok((None, Ok(())))
        }
    }
}

/// The tree is the version that was asked for, and can run.
fn check_content(staging: &Staging, toolchain: &str, files: &[FileRecord]) -> Result<()> {
    if !files.iter().any(|file| file.path == "bin/go") {
        return Err(refusal::toolchain("it has no `bin/go`"));
    }
    let mut version = Vec::new();
    if let Ok(file) = File::open(staging.tree().join("VERSION")) {
        // The first line is all that counts, and no name is longer.
        let _ = file.take(256).read_to_end(&mut version);
    }
    let line = version.split(|byte| *byte == b'\n').next().unwrap_or_default();
    if line != toolchain.as_bytes() {
        let shown = line[..line.len().min(60)].escape_ascii();
        let reason = format!("its VERSION says `{shown}`, not `{toolchain}`");
        return Err(refusal::toolchain(&reason));
    }
    Ok(())
}

/// Receipt and manifest, inside the tree before it is published.
fn write_own(staging: &Staging, receipt: &Receipt, files: &[FileRecord]) -> Result<()> {
    let tree = staging.tree();
    let write = || {
        let own = tree.join(layout::OWN);
        fs::create_dir(&own)?;
        fs::set_permissions(&own, Permissions::from_mode(modes::DIRECTORY))?;
        let text = serde_json::to_string_pretty(receipt)? + "\n";
        for (path, text) in [(layout::receipt(&tree), text), (layout::manifest(&tree), manifest_text(files))]
        {
            let mut file = File::create_new(path)?;
            file.write_all(text.as_bytes())?;
            file.set_permissions(Permissions::from_mode(modes::READ_ONLY))?;
        }
        Ok(())
    };
    write().map_err(|error: std::io::Error| {
        Error::unwritable(format!("could not write into `{}`", tree.join(layout::OWN).display()), error)
    })
}

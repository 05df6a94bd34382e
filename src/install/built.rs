//! A tree in staging that is complete and proven: what is checked in it, and what is written into it, before it becomes a
//! toolchain.

use std::fs::{self, File, Permissions};
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;

use sha2::{Digest, Sha256};

use super::refusal;
use super::report::Phases;
use super::writer::{Totals, Writer};
use crate::error::{Error, Result};
use crate::go::name::ToolchainName;
use crate::go::platform::Platform;
use crate::go::proof::Proof;
use crate::go::source::SourceName;
use crate::store::layout::{self, Home, LAYOUT};
use crate::store::modes;
use crate::store::receipt::{self, FileRecord, Receipt, hex, manifest_text};
use crate::store::staging::Staging;

/// The files of a tree that is proven, and by what.
pub(super) struct Proven {
    /// The checksum of an archive.
    pub(super) sha256: Option<String>,
    pub(super) files: Vec<FileRecord>,
    pub(super) h1: String,
    pub(super) proofs: Vec<Proof>,
}

/// A complete and proven tree, ready to be published.
pub(super) struct Built {
    staging: Staging,
    tree: Writer,
    files: Vec<FileRecord>,
    receipt: Receipt,
    part: Option<Part>,
    /// Ends with the publication.
    _phases: Box<dyn Phases>,
}

/// A tree in staging, with all its files.
pub(super) struct Staged {
    pub(super) staging: Staging,
    pub(super) tree: Writer,
    pub(super) phases: Box<dyn Phases>,
}

/// Where the bytes of a tree came from.
pub(super) struct Origin {
    pub(super) source: SourceName,
    pub(super) address: String,
    pub(super) downloaded: u64,
}

impl Built {
    /// Checks what is in a proven tree, and makes its receipt.
    pub(super) fn new(
        toolchain: &ToolchainName,
        origin: Origin,
        staged: Staged,
        proven: Proven,
    ) -> Result<Self> {
        let Staged { staging, tree, phases } = staged;
        let Origin { source, address, downloaded } = origin;
        let Proven { sha256, files, h1, proofs } = proven;
        check_content(&staging, toolchain, &files).map_err(|error| refusal::at(error, &address))?;
        let totals = tree.totals();
        let receipt = Receipt {
            layout: LAYOUT,
            toolchain: toolchain.clone(),
            platform: Platform::HOST.to_string(),
            source,
            address,
            sha256,
            h1,
            proofs,
            installed: receipt::now(),
            manifest: Some(hex(&Sha256::digest(manifest_text(&files)))),
            files: files.len() as u64,
            bytes: totals.written + totals.shared,
            shared: totals.shared,
            downloaded: Some(downloaded),
            gox: env!("CARGO_PKG_VERSION").to_owned(),
        };
        Ok(Built { staging, tree, files, receipt, part: None, _phases: phases })
    }

    /// Notes that a part of a file was downloaded, if it was one.
    pub(super) fn with_part(self, part: Option<Part>) -> Self {
        Built { part, ..self }
    }

    /// Adds bytes that were downloaded in vain before.
    pub(super) fn after(mut self, in_vain: u64) -> Self {
        self.receipt.downloaded = self.receipt.downloaded.map(|bytes| bytes + in_vain);
        self
    }

    /// Shares files with what was installed since, and makes the tree a toolchain.
    pub(super) fn publish(self, home: &Home) -> Result<(Receipt, Totals, Option<Part>)> {
        let Built { staging, mut tree, files, mut receipt, part, .. } = self;
        tree.share_with_newer(home, &receipt.toolchain, &staging.aside())?;
        let totals = tree.totals();
        receipt.shared = totals.shared;
        write_receipt(&staging, &receipt, &files)?;
        staging.publish(&home.toolchain(&receipt.toolchain))?;
        Ok((receipt, totals, part))
    }
}

/// A download that is part of a file, because a donor had the rest.
pub struct Part {
    /// The packed bytes of the whole file.
    pub all: u64,
    /// Who had what was not downloaded.
    pub donor: ToolchainName,
}

/// Checks that the tree has `bin/go` and is the requested version.
fn check_content(staging: &Staging, toolchain: &ToolchainName, files: &[FileRecord]) -> Result<()> {
    if !files.iter().any(|file| file.path == "bin/go") {
        return Err(refusal::toolchain("it has no `bin/go`"));
    }
    let mut version = Vec::new();
    if let Ok(file) = File::open(staging.tree().join("VERSION")) {
        // Enough for the first line: no toolchain's name is longer.
        let _ = file.take(256).read_to_end(&mut version);
    }
    let line = version.split(|byte| *byte == b'\n').next().unwrap_or_default();
    if line != toolchain.as_str().as_bytes() {
        let shown = line[..line.len().min(60)].escape_ascii();
        let reason = format!("its VERSION says `{shown}`, not `{toolchain}`");
        return Err(refusal::toolchain(&reason));
    }
    Ok(())
}

/// Writes the receipt and the manifest into the tree, before it is published.
fn write_receipt(staging: &Staging, receipt: &Receipt, files: &[FileRecord]) -> Result<()> {
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

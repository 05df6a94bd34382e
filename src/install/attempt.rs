//! One attempt of an install: from a source to a complete and proven tree in staging. Nothing of a failed attempt
//! remains but the bytes kept for a resume.

use std::fs::File;
use std::sync::atomic::AtomicBool;

use super::archive::{self, Job, Unpacked};
use super::asked::Asked;
use super::built::{Built, Origin, Part, Proven, Staged};
use super::donors::Donors;
use super::installer::Installer;
use super::module_zip;
use super::prove::{Checksum, IsProvable, LogQuestion, Subject};
use super::refusal;
use super::report::{Phase, Phases};
use super::space::Space;
use super::writer::Writer;
use crate::error::{Error, Kind, Result};
use crate::go::name::ToolchainName;
use crate::go::platform::Platform;
use crate::go::proof::Proof;
use crate::go::source::{Format, SourceName};
use crate::proof::dirhash;
use crate::source::{Bytes, Opened, existence};
use crate::store::receipt::hex;
use crate::store::staging::Staging;

/// The note for an archive that only the checksum database proves: its hash does not cover these directories.
const LEFT_OUT: &str = "no checksum of this archive is known: api/, doc/, misc/ and test/ are left out";

/// Files longer than this are no longer read once no proof can succeed. A shorter one is read before anything could be
/// won.
const WORTH_ASKING: u64 = 1 << 20;

/// An attempt that failed, and whether it may have because its bytes came from more than one response.
pub(super) struct Failed {
    pub(super) error: Error,
    pub(super) spliced: bool,
    /// The packed bytes that were downloaded.
    pub(super) downloaded: u64,
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Failed { error, spliced: false, downloaded: 0 }
    }
}

/// Asks the checksum database and the sources, and for an archive the release list, and builds the tree while they
/// answer. Without `with_side` all bytes of a module zip come from one plain request.
pub(super) fn run(
    installer: &Installer<'_>,
    toolchain: &ToolchainName,
    with_side: bool,
) -> Result<Built, Failed> {
    let sources = &installer.network.sources;
    let log = LogQuestion::ask(installer, toolchain);
    // The first source is the one that serves, but for failures.
    if sources.all().next().is_some_and(|first| first.name() == SourceName::Dl) {
        Checksum::ask_ahead(toolchain, &sources.proving);
    }
    let (source, mut opened, passed_over) =
        sources.open(toolchain).map_err(|failures| existence::unserved(toolchain, sources, &failures))?;
    let checksum = match opened.format {
        Format::Archive => Checksum::ask(toolchain, &sources.proving),
        Format::ModuleZip => Asked::known(None),
    };
    installer.note_passed_over(&source, &passed_over);
    let space = installer.take_space(&opened)?;
    let attempt = Attempt { installer, toolchain, with_side, checksum, log, space };
    let built = attempt.build(source, &mut opened);
    let refused = built.as_ref().is_err_and(|error| error.kind() == Kind::Verification);
    if built.is_ok() || refused {
        // Refused bytes must not be the beginning of a later download.
        opened.forget();
    }
    let downloaded = opened.downloaded();
    built.map_err(|error| Failed { spliced: attempt.may_be_spliced(&opened), error, downloaded })
}

/// What an attempt works on, and what was asked for its proofs.
struct Attempt<'a> {
    installer: &'a Installer<'a>,
    toolchain: &'a ToolchainName,
    with_side: bool,
    checksum: Asked<Option<Checksum>>,
    log: Option<LogQuestion>,
    /// Held until the tree is written, or the attempt has failed.
    space: Space,
}

impl Attempt<'_> {
    fn subject<'a>(&'a self, address: &'a str, format: Format) -> Subject<'a> {
        Subject { installer: self.installer, toolchain: self.toolchain, address, format }
    }

    /// Fails if it is known by now that nothing can prove the bytes.
    fn check_provable(&self, subject: &Subject<'_>) -> Result<()> {
        subject.check_provable(&self.checksum, self.log.as_ref())
    }

    /// Whether the bytes came from more than one response, and others than these could be proven.
    fn may_be_spliced(&self, opened: &Opened) -> bool {
        let address = opened.address();
        opened.is_spliced() && self.check_provable(&self.subject(&address, opened.format)).is_ok()
    }

    fn build(&self, source: SourceName, opened: &mut Opened) -> Result<Built> {
        let Attempt { installer, toolchain, .. } = *self;
        let address = opened.address();
        let subject = self.subject(&address, opened.format);
        let check_provable = || self.check_provable(&subject);
        // Whether it is known before anything is read; else the answer may still come.
        if self.log.is_none() || installer.settings.offline.is_some() {
            check_provable()?;
        }
        let is_provable = |length| if length < WORTH_ASKING { Ok(()) } else { check_provable() };
        let staging = Staging::create(installer.store.home, toolchain)?;
        let tree = Writer::new(staging.tree(), Donors::nearest(installer.store.home, toolchain));
        let phases = installer.report.phases(toolchain);
        let unpacked = self.unpack(opened, &tree, &is_provable, phases.as_ref())?;
        phases.begin(Phase::Verify);
        let proven = self.prove(unpacked, &subject, &tree)?;
        let downloaded = opened.downloaded();
        // All files are there, so that nobody but a donor can have had the rest.
        let all = opened.size().filter(|all| downloaded > 0 && downloaded < *all);
        let part = all.zip(tree.nearest_donor()).map(|(all, donor)| Part { all, donor });
        let origin = Origin { source, address, downloaded };
        let built = Built::new(toolchain, origin, Staged { staging, tree, phases }, proven)?;
        Ok(built.with_part(part))
    }

    /// Unpacks the bytes into the tree. An archive that is wrong is reported in [`Unpacked::content`], for a checksum
    /// to be compared first; a module zip, which has no checksum, gives `None`.
    fn unpack(
        &self,
        opened: &mut Opened,
        tree: &Writer,
        is_provable: IsProvable<'_>,
        phases: &dyn Phases,
    ) -> Result<Option<Unpacked>> {
        let (address, total) = (opened.address(), opened.size());
        let resumed = opened.resumed();
        phases.begin(match &opened.bytes {
            Bytes::Network(_) => Phase::Download { address: &address, total, resumed },
            Bytes::File(_) => Phase::Read { address: &address, total },
        });
        match opened.format {
            Format::Archive => {
                let checksum = &self.checksum;
                let has_checksum = || checksum.wait().is_some_and(Option::is_some);
                let stop = AtomicBool::new(false);
                let job = Job { tree, has_checksum: &has_checksum, is_provable, phases, stop };
                archive::unpack(&mut opened.bytes, &job).map(Some)
            }
            Format::ModuleZip => {
                let version = Platform::HOST.module_version(self.toolchain);
                let job = module_zip::Job { version: &version, address: &address, tree, is_provable, phases };
                match &mut opened.bytes {
                    Bytes::Network(download) => {
                        let Attempt { with_side, installer, ref space, .. } = *self;
                        let take_room = &|bytes| installer.take_room(space, || bytes);
                        let with_delta = installer.settings.delta;
                        let options = module_zip::Options { with_side, with_delta, take_room };
                        module_zip::download(download, options, &job)?;
                    }
                    Bytes::File(path) => {
                        let file = File::open(&*path).map_err(|error| {
                            Error::store(format!("could not open `{}`", path.display()), error)
                        })?;
                        module_zip::unpack(file, &job).map_err(|error| refusal::at(error, &address))?;
                    }
                }
                Ok(None)
            }
        }
    }

    /// Weighs what was unpacked into the tree.
    fn prove(&self, unpacked: Option<Unpacked>, subject: &Subject<'_>, tree: &Writer) -> Result<Proven> {
        let sha256 = unpacked.as_ref().map(|archive| hex(&archive.sha256));
        let checksum = unpacked.map(|archive| self.check_archive(archive, subject, tree));
        let checksum = checksum.transpose()?.flatten();
        let files = tree.records();
        let h1 = dirhash::of_files(self.toolchain, &files);
        let proofs = subject.check_log(&h1, checksum, self.log.as_ref())?;
        Ok(Proven { sha256, files, h1, proofs })
    }

    /// Checks an unpacked archive; returns the proof that its checksum is, if one is known.
    fn check_archive(
        &self,
        archive: Unpacked,
        subject: &Subject<'_>,
        tree: &Writer,
    ) -> Result<Option<Proof>> {
        let expected = self.checksum.wait().and_then(Option::as_ref);
        let proof = expected.map(|expected| subject.check_checksum(archive.sha256, expected)).transpose()?;
        // Checked after the checksum, so that a damaged download is reported as a checksum mismatch.
        archive.content.map_err(|error| refusal::at(error, subject.address))?;
        if proof.is_none() {
            self.installer.report.note(LEFT_OUT);
            tree.leave_out(|path| dirhash::name_in_module(path).is_none())?;
        }
        Ok(proof)
    }
}

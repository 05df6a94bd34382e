//! Judges the evidence: which proofs speak for the bytes, and whether any contradicts another.

use std::time::Duration;

use super::asked::Asked;
use super::installer::Installer;
use crate::error::{Error, Kind, Result};
use crate::go::name::ToolchainName;
use crate::go::platform::Platform;
use crate::go::proof::Proof;
use crate::go::source::Format;
use crate::proof::dirhash::TOOLCHAIN_MODULE;
use crate::proof::pinned;
use crate::proof::sumdb::gosumdb::Gosumdb;
use crate::proof::sumdb::log::{Log, LogError};
use crate::source::database::{Carrier, Turn};
use crate::source::releases::Freshness;
use crate::source::sources::Proving;
use crate::store::receipt::{hex, unhex};
use crate::store::verify::Found;

/// How long a database that is not needed may still take once the tree is complete.
const GRACE: Duration = Duration::from_secs(1);

/// The sha256 that an archive must have.
#[derive(Clone, Debug)]
pub struct Checksum {
    /// The digest.
    pub sha256: [u8; 32],
    /// Why it is the right one: [`Proof::Pinned`] or [`Proof::List`].
    proof: Proof,
    /// Whether it comes from a list that an earlier run kept.
    is_cached: bool,
    /// What the user should know of the list.
    note: Option<String>,
}

impl Checksum {
    /// Finds the checksum of an archive beside the download: the one compiled into gox, else that of the first list
    /// that proves anything and can be had.
    pub fn ask(toolchain: &ToolchainName, proving: &Proving) -> Asked<Option<Self>> {
        let file = Platform::HOST.archive(toolchain);
        if let Some(sha256) = pinned::sha256(&file) {
            return Asked::known(Some(Checksum {
                sha256,
                proof: Proof::Pinned,
                is_cached: false,
                note: None,
            }));
        }
        let proving = proving.clone();
        Asked::ask(move || Checksum::listed(&file, &proving, Freshness::Hour))
    }

    fn listed(file: &str, proving: &Proving, freshness: Freshness) -> Option<Self> {
        let list = proving.list(freshness)?;
        // A release that is younger than the list that was kept.
        if list.cached && !list.old && freshness == Freshness::Hour && list.file(file).is_none() {
            return Checksum::listed(file, proving, Freshness::Now);
        }
        let sha256 = unhex(&list.file(file)?.sha256)?;
        Some(Checksum { sha256, proof: Proof::List, is_cached: list.cached, note: list.stale_note() })
    }

    fn place(&self) -> &'static str {
        if self.proof == Proof::Pinned { "pinned in gox" } else { "in the release list of go.dev" }
    }
}

/// Where the bytes came from that are to be proven.
pub struct Evidence<'a> {
    /// The toolchain that they are to be.
    pub toolchain: &'a ToolchainName,
    /// Where they came from.
    pub address: &'a str,
    /// Their form.
    pub format: Format,
}

impl Evidence<'_> {
    /// Holds an archive against its checksum; gives the proof. A list that was kept may be older than the file, so a
    /// new one is asked before the bytes are called wrong.
    pub fn checksum(
        &self,
        sha256: [u8; 32],
        expected: &Checksum,
        installer: &Installer<'_>,
    ) -> Result<Proof> {
        if let Some(note) = &expected.note {
            installer.report.note(note);
        }
        if sha256 == expected.sha256 {
            return Ok(expected.proof);
        }
        if expected.is_cached {
            let file = Platform::HOST.archive(self.toolchain);
            let now = Checksum::listed(&file, &installer.network.sources.proving, Freshness::Now);
            if now.is_some_and(|now| now.sha256 == sha256) {
                return Ok(Proof::List);
            }
        }
        Err(Error::new(Kind::Verification, format!("checksum mismatch for `{}`", self.address))
            .detail(format!("expected sha256 {} ({})", hex(&expected.sha256), expected.place()))
            .detail(format!("received sha256 {}", hex(&sha256)))
            .hint(format!(
                "the file was changed on its way or at its server; try another source: `GOX_SOURCES=proxy gox install {}`",
                self.toolchain.request()
            )))
    }

    /// Holds the tree against the checksum database; gives all proofs, at least one.
    pub fn log(
        &self,
        h1: &str,
        checksum: Option<Proof>,
        log: &LogQuestion,
        installer: &Installer<'_>,
    ) -> Result<Vec<Proof>> {
        let required = checksum.is_none() || installer.settings.require_log;
        let mut proofs: Vec<Proof> = checksum.into_iter().collect();
        match log.answer(required) {
            LogAnswer::Known(known) if known == h1 => proofs.push(Proof::Log),
            LogAnswer::Known(known) => return Err(self.contradiction(h1, known)),
            LogAnswer::Failed(LogError::Missing(reason)) if checksum == Some(Proof::Pinned) && !required => {
                installer.report.note(&format!("the checksum database does not have it: {reason}"));
            }
            LogAnswer::Failed(LogError::Unreachable(reason)) if !required => {
                installer.report.note(&format!("not checked by the checksum database: {reason}"));
            }
            LogAnswer::Failed(error) => return Err(self.refused(error)),
            LogAnswer::Silent if required => return Err(self.refused(&LogError::Unreachable(SILENT.into()))),
            LogAnswer::Silent => {
                installer.report.note(&format!("not checked by the checksum database: {SILENT}"));
            }
            LogAnswer::Off if required => return Err(self.unproven(checksum)),
            LogAnswer::Off => {}
        }
        Ok(proofs)
    }

    fn contradiction(&self, h1: &str, known: &str) -> Error {
        let what = match self.format {
            Format::Archive => "the archive's content",
            Format::ModuleZip => "the module zip",
        };
        let message = format!("{what} is not what the checksum database has: `{}`", self.address);
        Error::new(Kind::Verification, message)
            .detail(format!("expected {known} (in the checksum database)"))
            .detail(format!("received {h1}"))
            .hint("nothing was installed; tell whoever runs the server, and https://go.dev/issue")
    }

    fn refused(&self, error: &LogError) -> Error {
        let refusal = Error::from(error).detail(format!("while proving `{}`", self.address));
        if matches!(error, LogError::Missing(_)) {
            refusal.hint("the database has every release from go1.2.2 on; is this one of Go's own?")
        } else {
            refusal
        }
    }

    fn unproven(&self, checksum: Option<Proof>) -> Error {
        let detail = match checksum {
            Some(_) => {
                "the checksum database is asked for by `GOX_VERIFY=log`, and switched off by `GOSUMDB=off`"
            }
            None => "the checksum database is switched off by `GOSUMDB=off`, and no checksum of it is known",
        };
        Error::new(Kind::Verification, format!("nothing proves `{}`", self.address))
            .detail(detail)
            .hint("ask the database: `unset GOSUMDB`, or `go env -u GOSUMDB`")
    }
}

/// Asks the checksum database about a tree that is installed; says whether it has it. Old names are not in
/// it, and were proven by a pinned checksum.
pub fn on_record(found: &Found, installer: &Installer<'_>) -> Result<bool> {
    let toolchain = &found.receipt.toolchain;
    let question = LogQuestion::ask(installer, toolchain);
    let failed = |error: &LogError| Error::from(error).detail(format!("while verifying {toolchain}"));
    let known = match question.answer(true) {
        LogAnswer::Off => {
            return Err(Error::new(Kind::Usage, "the checksum database is switched off by `GOSUMDB=off`")
                .hint("ask it: `unset GOSUMDB`, or `go env -u GOSUMDB`"));
        }
        LogAnswer::Failed(LogError::Missing(reason)) if found.receipt.proofs.contains(&Proof::Pinned) => {
            installer.report.note(&format!("the checksum database does not have it: {reason}"));
            return Ok(false);
        }
        LogAnswer::Failed(error) => return Err(failed(error)),
        LogAnswer::Silent => return Err(failed(&LogError::Unreachable(SILENT.into()))),
        LogAnswer::Known(known) => known,
    };
    if known == found.h1 {
        return Ok(true);
    }
    Err(Error::new(Kind::Verification, format!("{toolchain} is not what the checksum database has"))
        .detail(format!("expected {known} (in the checksum database)"))
        .detail(format!("found    {}", found.h1))
        .hint(format!("build it anew: `gox install --force {}`", toolchain.request())))
}

/// What is said of a database that gives no answer in time.
const SILENT: &str = "it gives no answer";

/// The question to the checksum database, asked while the download runs; none where it is switched off.
pub struct LogQuestion(Option<Asked<Result<String, LogError>>>);

/// What became of the question.
enum LogAnswer<'a> {
    /// The `h1:` hash on record.
    Known(&'a str),
    /// The database has none, or cannot prove it.
    Failed(&'a LogError),
    /// No answer in time.
    Silent,
    /// Nobody was asked.
    Off,
}

impl LogQuestion {
    /// Asks for the hash of a toolchain's module; no question where the database is switched off.
    pub fn ask(installer: &Installer<'_>, toolchain: &ToolchainName) -> Self {
        let Gosumdb::Database(database) = &installer.network.database else { return LogQuestion(None) };
        let (sources, database) = (&installer.network.sources, database.clone());
        let (http, proxies) = (sources.http.clone(), sources.proxies.clone());
        let (root, lock_timeout) = (installer.store.home.root().to_owned(), installer.store.lock_timeout);
        let version = Platform::HOST.module_version(toolchain);
        let ask = move |turn| {
            let carrier = Carrier::new(http, database.clone(), proxies, turn);
            let log = Log::new(database.key().clone(), &carrier, &root, lock_timeout);
            log.lookup(TOOLCHAIN_MODULE, &version)
        };
        LogQuestion(Some(match Turn::try_take() {
            Some(turn) => Asked::ask(move || ask(turn)),
            // Old questions are still open: only a proof that is required is worth the wait for one to end.
            None => Asked::later(move || ask(Turn::take())),
        }))
    }

    /// The answer; only one that is required is waited for as long as it takes.
    fn answer(&self, required: bool) -> LogAnswer<'_> {
        let Some(asked) = &self.0 else { return LogAnswer::Off };
        match if required { asked.wait() } else { asked.within(GRACE) } {
            Some(Ok(h1)) => LogAnswer::Known(h1),
            Some(Err(error)) => LogAnswer::Failed(error),
            None => LogAnswer::Silent,
        }
    }
}

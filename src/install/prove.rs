//! Judges the evidence: which proofs speak for the bytes, and whether any contradicts another.

use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use super::installer::Installer;
use super::report::Report;
use crate::error::{Error, Kind, Result};
use crate::go::platform::Platform;
use crate::go::request;
use crate::go::source::Format;
use crate::proof::dirhash::TOOLCHAIN_MODULE;
use crate::proof::pinned;
use crate::proof::sumdb::gosumdb::Setting;
use crate::proof::sumdb::log::{Log, LogError};
use crate::source::database::Carrier;
use crate::source::releases::Freshness;
use crate::source::sources::Sources;
use crate::store::receipt::{hex, unhex};
use crate::store::verify::Found;

/// How long a database that is not needed may still take once the tree is complete.
const PATIENCE: Duration = Duration::from_secs(1);

/// The sha256 that an archive must have.
#[derive(Clone, Copy, Debug)]
pub struct Expected {
    /// The digest.
    pub sha256: [u8; 32],
    origin: Origin,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    Pinned,
    List { cached: bool },
}

impl Expected {
    /// What gox itself knows, else what Go's own list says.
    pub fn of_archive(toolchain: &str, sources: &Sources, report: &dyn Report) -> Option<Self> {
        let file = Platform::HOST.archive(toolchain);
        let pinned = pinned::sha256(&file).map(|sha256| Expected { sha256, origin: Origin::Pinned });
        pinned.or_else(|| Expected::listed(&file, sources, Freshness::Hour, report))
    }

    /// What the first list says that proves anything and can be had.
    fn listed(file: &str, sources: &Sources, freshness: Freshness, report: &dyn Report) -> Option<Self> {
        let list = sources.proving_list(freshness)?;
        if let Some(note) = list.stale_note() {
            report.note(&note);
        }
        // A release that is younger than the list that was kept.
        if list.cached && !list.old && freshness == Freshness::Hour && list.file(file).is_none() {
            return Expected::listed(file, sources, Freshness::Now, report);
        }
        let sha256 = unhex(&list.file(file)?.sha256)?;
        Some(Expected { sha256, origin: Origin::List { cached: list.cached } })
    }

    fn word(self) -> &'static str {
        if self.origin == Origin::Pinned { "pinned" } else { "list" }
    }

    fn place(self) -> &'static str {
        if self.origin == Origin::Pinned { "pinned in gox" } else { "in the release list of go.dev" }
    }
}

/// Where the bytes came from that are to be proven.
pub struct Evidence<'a> {
    /// The name of the toolchain that they are to be.
    pub toolchain: &'a str,
    /// Where they came from.
    pub address: &'a str,
    /// Their form.
    pub format: Format,
}

impl Evidence<'_> {
    /// Holds an archive against its checksum, where there is one; gives the proof's word. A list that was
    /// kept may be older than the file, so a new one is asked before the bytes are called wrong.
    pub fn checksum(
        &self,
        digests: Option<([u8; 32], Expected)>,
        installer: &Installer<'_>,
    ) -> Result<Option<&'static str>> {
        let Some((sha256, expected)) = digests else { return Ok(None) };
        if sha256 == expected.sha256 {
            return Ok(Some(expected.word()));
        }
        if expected.origin == (Origin::List { cached: true }) {
            let file = Platform::HOST.archive(self.toolchain);
            let now = Expected::listed(&file, installer.sources, Freshness::Now, installer.report);
            if let Some(now) = now.filter(|now| now.sha256 == sha256) {
                return Ok(Some(now.word()));
            }
        }
        Err(Error::new(Kind::Verification, format!("checksum mismatch for `{}`", self.address))
            .detail(format!("expected sha256 {} ({})", hex(&expected.sha256), expected.place()))
            .detail(format!("received sha256 {}", hex(&sha256)))
            .hint(format!(
                "the file was changed on its way or at its server; try another source: `GOX_SOURCES=proxy gox install {}`",
                request::of_toolchain(self.toolchain)
            )))
    }

    /// Holds the tree against the checksum database; gives the words of all proofs, at least one.
    pub fn log(
        &self,
        h1: &str,
        checksum: Option<&'static str>,
        log: LogQuestion,
        installer: &Installer<'_>,
    ) -> Result<Vec<&'static str>> {
        let required = checksum.is_none() || installer.settings.require_log;
        let mut proofs: Vec<&str> = checksum.into_iter().collect();
        match log.answer(required) {
            Some(Ok(known)) if known == h1 => proofs.push("log"),
            Some(Ok(known)) => return Err(self.contradiction(h1, &known)),
            Some(Err(LogError::Missing(reason))) if checksum == Some("pinned") && !required => {
                installer.report.note(&format!("the checksum database does not have it: {reason}"));
            }
            Some(Err(LogError::Unreachable(reason))) if !required => {
                installer.report.note(&format!("not checked by the checksum database: {reason}"));
            }
            Some(Err(error)) => return Err(self.refused(error)),
            None if required => return Err(self.unproven(checksum)),
            None => {}
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

    fn refused(&self, error: LogError) -> Error {
        let missing = matches!(error, LogError::Missing(_));
        let error = Error::from(error).detail(format!("while proving `{}`", self.address));
        if missing {
            error.hint("the database has every release from go1.2.2 on; is this one of Go's own?")
        } else {
            error
        }
    }

    fn unproven(&self, checksum: Option<&str>) -> Error {
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
    let pinned = found.receipt.proofs.iter().any(|proof| proof == "pinned");
    let toolchain = &found.receipt.toolchain;
    let question = LogQuestion::ask(installer, toolchain);
    let known = match question.answer(true) {
        None => {
            return Err(Error::new(Kind::Usage, "the checksum database is switched off by `GOSUMDB=off`")
                .hint("ask it: `unset GOSUMDB`, or `go env -u GOSUMDB`"));
        }
        Some(Err(LogError::Missing(reason))) if pinned => {
            installer.report.note(&format!("the checksum database does not have it: {reason}"));
            return Ok(false);
        }
        Some(known) => {
            known.map_err(|error| Error::from(error).detail(format!("while verifying {toolchain}")))?
        }
    };
    if known == found.h1 {
        return Ok(true);
    }
    Err(Error::new(Kind::Verification, format!("{toolchain} is not what the checksum database has"))
        .detail(format!("expected {known} (in the checksum database)"))
        .detail(format!("found    {}", found.h1))
        .hint(format!("build it anew: `gox install --force {}`", request::of_toolchain(toolchain))))
}

/// The question to the checksum database, asked while the download runs.
pub struct LogQuestion {
    receiver: Option<Receiver<Result<String, LogError>>>,
}

impl LogQuestion {
    /// Asks for the hash of a toolchain's module; no question where the database is switched off.
    pub fn ask(installer: &Installer<'_>, toolchain: &str) -> Self {
        let Setting::Database(database) = installer.database else { return LogQuestion { receiver: None } };
        let sources = installer.sources;
        let carrier = Carrier::new(sources.http.clone(), database.clone(), sources.proxies.clone());
        let (key, root) = (database.key().clone(), installer.home.root().to_owned());
        let lock_timeout = installer.settings.lock_timeout;
        let version = Platform::HOST.module_version(toolchain);
        let (sender, receiver) = mpsc::channel();
        std::thread::spawn(move || {
            let result = Log::new(key, &carrier, &root, lock_timeout).lookup(TOOLCHAIN_MODULE, &version);
            // Nobody listens any more when the install has failed already.
            let _ = sender.send(result);
        });
        LogQuestion { receiver: Some(receiver) }
    }

    /// The answer; none where nobody was asked.
    fn answer(self, required: bool) -> Option<Result<String, LogError>> {
        let receiver = self.receiver?;
        let silent = || Err(LogError::Unreachable("it gives no answer".into()));
        Some(if required {
            receiver.recv().unwrap_or_else(|_| silent())
        } else {
            receiver.recv_timeout(PATIENCE).unwrap_or_else(|_| silent())
        })
    }
}

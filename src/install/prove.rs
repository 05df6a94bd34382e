//! The proofs of an install: at least one must hold, and none may contradict the bytes.

use std::time::Duration;

use super::asked::Asked;
use super::installer::Installer;
use crate::error::{Error, Kind, Result};
use crate::go::name::ToolchainName;
use crate::go::platform::Platform;
use crate::go::proof::Proof;
use crate::go::source::Format;
use crate::net::goproxy::EXAMPLE_PROXY;
use crate::proof::dirhash::TOOLCHAIN_MODULE;
use crate::proof::pinned;
use crate::proof::sumdb::log::{Log, LogError};
use crate::source::database::{Carrier, TURNS};
use crate::source::proving::Proving;
use crate::source::releases::Freshness;
use crate::store::receipt::{hex, unhex};
use crate::store::verify::Found;
use crate::text;

/// How long to wait for the checksum database after the tree is complete, if its proof is not required.
const GRACE: Duration = Duration::from_secs(1);

/// The sha256 that an archive must have.
#[derive(Clone, Debug)]
pub struct Checksum {
    /// The digest.
    pub sha256: [u8; 32],
    /// The proof that it gives: [`Proof::Pinned`] or [`Proof::List`].
    pub proof: Proof,
    /// Whether it comes from a cached list.
    is_cached: bool,
    /// A note for the user about the list.
    note: Option<String>,
}

impl Checksum {
    /// Finds the checksum of an archive while the download runs: the pinned one, else the one in the release list.
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

    /// Asks for the list that [`Checksum::ask`] will need if an archive is served, so that both come at the same time.
    pub fn ask_ahead(toolchain: &ToolchainName, proving: &Proving) {
        let file = Platform::HOST.archive(toolchain);
        if pinned::sha256(&file).is_none() {
            let proving = proving.clone();
            drop(Asked::ask(move || proving.fetch_once(&file)));
        }
    }

    fn listed(file: &str, proving: &Proving, freshness: Freshness) -> Option<Self> {
        let list = proving.list(file, freshness)?;
        // The release may be newer than the cached list.
        if list.cached && !list.old && freshness == Freshness::Hour && list.file(file).is_none() {
            return Checksum::listed(file, proving, Freshness::Now);
        }
        let sha256 = unhex(&list.file(file)?.sha256)?;
        Some(Checksum { sha256, proof: Proof::List, is_cached: list.cached, note: list.stale_note() })
    }

    fn origin(&self) -> &'static str {
        if self.proof == Proof::Pinned { "pinned in gox" } else { "in the release list of go.dev" }
    }
}

/// Fails if a file of which so many bytes are read or announced cannot be proven, as is known by now.
pub type IsProvable<'a> = &'a (dyn Fn(u64) -> Result<()> + Sync);

/// The bytes to be proven.
pub struct Subject<'a> {
    /// The surroundings of the install.
    pub installer: &'a Installer<'a>,
    /// The toolchain that the bytes should be.
    pub toolchain: &'a ToolchainName,
    /// The address from which they came.
    pub address: &'a str,
    /// Their format.
    pub format: Format,
}

impl Subject<'_> {
    /// Compares an archive's sha256 with the expected one; returns the proof. On a mismatch with a cached list, a new
    /// list is fetched first, because the file may be newer than the cached one.
    pub fn check_checksum(&self, sha256: [u8; 32], expected: &Checksum) -> Result<Proof> {
        if let Some(note) = &expected.note {
            self.installer.report.note(note);
        }
        if sha256 == expected.sha256 {
            return Ok(expected.proof);
        }
        if expected.is_cached {
            let file = Platform::HOST.archive(self.toolchain);
            let now = Checksum::listed(&file, &self.installer.network.sources.proving, Freshness::Now);
            if now.is_some_and(|now| now.sha256 == sha256) {
                return Ok(Proof::List);
            }
        }
        Err(Error::new(Kind::Verification, format!("checksum mismatch for `{}`", self.address))
            .detail(format!("expected sha256 {} ({})", hex(&expected.sha256), expected.origin()))
            .detail(format!("received sha256 {}", hex(&sha256)))
            .hint(format!(
                "the file was changed in transit or on the server; try another source: `GOX_SOURCES=proxy gox install {}`",
                self.toolchain.request()
            )))
    }

    /// Fails if the checksum database has to prove the bytes and is known by now not to, so that they are not read in
    /// vain. Offline its answer is waited for, as it comes from the cache.
    pub fn check_provable(
        &self,
        checksum: &Asked<Option<Checksum>>,
        log: Option<&LogQuestion>,
    ) -> Result<()> {
        let settings = self.installer.settings;
        let is_without_checksum = || matches!(checksum.within(Duration::ZERO), Some(None));
        if !settings.require_log && !is_without_checksum() {
            return Ok(());
        }
        let Some(LogQuestion { asked, .. }) = log else { return Err(self.unproven()) };
        match if settings.offline.is_some() { asked.wait() } else { asked.within(Duration::ZERO) } {
            Some(Err(error)) => Err(self.log_failure(error)),
            _ => Ok(()),
        }
    }

    /// Compares the tree's `h1:` hash with the one in the checksum database, unless that is switched off; returns all
    /// proofs, at least one.
    pub fn check_log(
        &self,
        h1: &str,
        checksum: Option<Proof>,
        log: Option<&LogQuestion>,
    ) -> Result<Vec<Proof>> {
        let Installer { settings, report, .. } = self.installer;
        let required = checksum.is_none() || settings.require_log;
        let mut proofs: Vec<Proof> = checksum.into_iter().collect();
        match log.map(|log| log.answer(required)) {
            Some(Ok(known)) if known == h1 => proofs.push(Proof::Log),
            Some(Ok(known)) => return Err(self.contradiction(h1, known)),
            Some(Err(error)) => match checksum.filter(|_| !required).and_then(|proof| excuse(error, proof)) {
                Some(note) => report.note(&note),
                None => return Err(self.log_failure(error)),
            },
            None if required => return Err(self.unproven()),
            None => {}
        }
        Ok(proofs)
    }

    fn contradiction(&self, h1: &str, known: &str) -> Error {
        let what = match self.format {
            Format::Archive => "the archive's content",
            Format::ModuleZip => "the module zip",
        };
        let message = format!("{what} does not match the checksum database: `{}`", self.address);
        Error::new(Kind::Verification, message)
            .detail(format!("expected {known} (in the checksum database)"))
            .detail(format!("received {h1}"))
            .hint("nothing was installed; report this to the server's operator and at https://go.dev/issue")
    }

    fn log_failure(&self, error: &LogError) -> Error {
        let refusal = of_log(error, self.installer).detail(format!("while proving `{}`", self.address));
        match error {
            LogError::Missing(_) => {
                refusal.hint("the database has every release from go1.2.2 on; is this a Go release?")
            }
            _ => refusal,
        }
    }

    fn unproven(&self) -> Error {
        let detail = if self.installer.settings.require_log {
            "`GOX_VERIFY=log` requires the checksum database, and `GOSUMDB=off` switches it off"
        } else {
            "`GOSUMDB=off` switches the checksum database off, and no checksum of the file is known"
        };
        Error::new(Kind::Verification, format!("nothing proves `{}`", self.address))
            .detail(detail)
            .hint("ask the database: `unset GOSUMDB`, or `go env -u GOSUMDB`")
    }
}

/// Whether the checksum of an archive is proof enough where the checksum database is switched off, or failed with this
/// error. Never if the settings require the database.
pub fn stands_alone(checksum: Proof, error: Option<&LogError>, installer: &Installer<'_>) -> bool {
    !installer.settings.require_log && error.is_none_or(|error| excuse(error, checksum).is_some())
}

/// What is noted where the checksum of an archive is proof enough after this error of the checksum database; `None` if
/// it is not: the answer was refused, or the database lacks a release that only the list has.
fn excuse(error: &LogError, checksum: Proof) -> Option<String> {
    match error {
        LogError::Missing(reason) if checksum == Proof::Pinned => {
            Some(format!("the checksum database does not have it: {reason}"))
        }
        LogError::Unreachable(reason) => Some(format!("not checked against the checksum database: {reason}")),
        _ => None,
    }
}

/// Compares an installed tree with the checksum database. Returns `false` if the database does not have the toolchain,
/// which is an error unless a pinned checksum proved it: some old releases are not in the database.
pub fn on_record(found: &Found, installer: &Installer<'_>) -> Result<bool> {
    let toolchain = &found.receipt.toolchain;
    let question = LogQuestion::ask(installer, toolchain).ok_or_else(switched_off)?;
    let known = match question.answer(true) {
        Err(error @ LogError::Missing(_)) if found.receipt.proofs.contains(&Proof::Pinned) => {
            if let Some(note) = excuse(error, Proof::Pinned) {
                installer.report.note(&note);
            }
            return Ok(false);
        }
        answer => {
            answer.map_err(|error| of_log(error, installer).detail(format!("while verifying {toolchain}")))?
        }
    };
    if known == found.h1 {
        return Ok(true);
    }
    Err(Error::new(Kind::Verification, format!("{toolchain} does not match the checksum database"))
        .detail(format!("expected {known} (in the checksum database)"))
        .detail(format!("found    {}", found.h1))
        .hint(format!("build it anew: `gox install --force {}`", toolchain.request())))
}

/// The error of a lookup; where the database cannot be reached, with the ways to go on.
pub fn of_log(error: &LogError, installer: &Installer<'_>) -> Error {
    let ways = if matches!(error, LogError::Unreachable(_)) { ways_on(installer) } else { Vec::new() };
    ways.into_iter().fold(Error::from(error), Error::hint)
}

/// How to go on without the host of the database, where only that was left to ask, or no proxy but Go's own.
fn ways_on(Installer { settings, network, store, .. }: &Installer<'_>) -> Vec<String> {
    let home = text::quoted_path(store.home.root());
    let copy = format!(
        "copy what the store of another machine knows of the database: `ssh HOST tar -C .local/go -c sumdb cache/sumdb | tar -C {home} -x`"
    );
    if settings.offline.is_some() {
        return vec![copy];
    }
    let Some(access) = &network.database else { return Vec::new() };
    let name = access.database().key().name();
    let proxy = if access.needs_proxy() {
        let command = format!("export GOPROXY={EXAMPLE_PROXY}");
        Some(format!("if {name} cannot be reached, set a module proxy that carries it: `{command}`"))
    } else if access.is_past_proxies() {
        let carry = || format!("let the proxy of `GOPROXY` carry the database, at `/sumdb/{name}/`");
        access.has_proxies().then(carry)
    } else {
        return Vec::new();
    };
    proxy.into_iter().chain([copy]).collect()
}

/// Says that `GOSUMDB=off` switches the checksum database off: an error where it is needed, a reason where an archive
/// stands in.
pub fn switched_off() -> Error {
    Error::new(Kind::Usage, "the checksum database is switched off by `GOSUMDB=off`")
        .hint("let gox ask the checksum database: `unset GOSUMDB`, or `go env -u GOSUMDB`")
}

/// The lookup in the checksum database, made while the download runs.
pub struct LogQuestion {
    asked: Asked<Result<String, LogError>>,
    /// What counts as the answer where none has come in time.
    unanswered: LogError,
}

impl LogQuestion {
    /// Looks up the hash of a toolchain's module zip; `None` if the database is switched off.
    pub fn ask(installer: &Installer<'_>, toolchain: &ToolchainName) -> Option<Self> {
        let access = installer.network.database.clone()?;
        let (root, lock_timeout) = (installer.store.home.root().to_owned(), installer.store.lock_timeout);
        let version = Platform::HOST.module_version(toolchain);
        let ask = move |turn| {
            let carrier = Carrier::new(access.clone(), turn);
            let log = Log::new(access.database().key().clone(), &carrier, &root, lock_timeout);
            log.lookup(TOOLCHAIN_MODULE, &version).inspect_err(|error| {
                if matches!(error, LogError::Refused(_)) {
                    access.forget_tiles();
                }
            })
        };
        let (asked, reason) = match TURNS.try_take() {
            Some(turn) => (Asked::ask(move || ask(turn)), "no answer"),
            // Lookups of earlier installs hold all turns. Only a required proof is worth waiting for one of them.
            None => (Asked::later(move || ask(TURNS.take())), "earlier lookups have no answer yet"),
        };
        Some(LogQuestion { asked, unanswered: LogError::Unreachable(reason.into()) })
    }

    /// The proven `h1:` hash on record, waited for as long as it takes if it is required, else for `GRACE`.
    pub fn answer(&self, required: bool) -> Result<&str, &LogError> {
        let answer = if required { self.asked.wait() } else { self.asked.within(GRACE) };
        answer.map_or(Err(&self.unanswered), |answer| answer.as_deref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::sumdb::log::Refusal;

    #[test]
    fn only_silence_is_excused_and_an_old_name_that_a_pin_proves() {
        let silence = LogError::Unreachable("no answer".into());
        let absence = LogError::Missing("status 404".into());
        let lie = LogError::Refused(Refusal::MalformedAnswer);
        let is_excused = |error, checksum| excuse(error, checksum).is_some();
        for (error, pinned, list) in [(&silence, true, true), (&absence, true, false), (&lie, false, false)] {
            assert_eq!(is_excused(error, Proof::Pinned), pinned, "{error}");
            assert_eq!(is_excused(error, Proof::List), list, "{error}");
        }
    }
}

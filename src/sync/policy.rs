//! The policy of a fleet file: what may be installed, whoever installed it.

use serde_json::{Value, json};

use super::document::{Entry, Section, Spot};
use super::subject::{Breach, Fleet, Subject, begins_with};
use crate::error::Result;
use crate::go::lifecycle::Lifecycle;
use crate::go::name::ToolchainName;
use crate::go::proof::Proof;
use crate::go::request::Request;
use crate::go::source::{self, SourceName};
use crate::store::receipt::Receipt;
use crate::text;

/// What may be installed. `None` is no rule.
#[derive(Clone, Default)]
pub(super) struct Policy {
    /// The oldest line or version.
    oldest: Option<Request>,
    /// Whether lines past their end of life are forbidden.
    supported_only: Option<bool>,
    /// Whether only the newest patch of a line is allowed, as far as this gox knows.
    newest_patch: Option<bool>,
    /// The proofs of which each receipt has one.
    proofs: Option<Vec<Proof>>,
    /// The beginnings of addresses of which each receipt has one.
    from: Option<Vec<String>>,
    exceptions: Option<Vec<Exception>>,
}

/// A toolchain that is allowed in spite of the policy.
#[derive(Clone)]
struct Exception {
    name: ToolchainName,
    /// The last day, as `2027-03-01`.
    until: String,
}

/// What breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The key of the rule.
    pub rule: &'static str,
    /// The toolchain, as a request.
    pub version: String,
    /// What was seen.
    pub seen: String,
    /// The last day of an exception that has ended.
    pub until: Option<String>,
    /// The day of the install.
    installed: Option<String>,
    /// The line of a project for which it stays.
    kept_for: Option<String>,
    /// What to do.
    mend: String,
}

impl Violation {
    /// The violation for programs.
    pub fn object(&self) -> Value {
        let Violation { rule, version, seen, until, .. } = self;
        json!({ "rule": rule, "version": version, "seen": seen, "until": until })
    }
}

impl std::fmt::Display for Violation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Violation { rule, version, seen, until, installed, kept_for, mend } = self;
        write!(f, "! policy {rule}: {version}")?;
        if let Some(day) = installed {
            write!(f, ", installed {day}")?;
        }
        write!(f, ", {seen}")?;
        if let Some(day) = until {
            write!(f, ", its exception ended {day}")?;
        }
        if let Some(line) = kept_for {
            write!(f, ", kept for {line}")?;
        }
        write!(f, "; mend: {mend}")
    }
}

/// A rule: its key, and what it sees in a toolchain that breaks it.
type Rule = (&'static str, fn(&Policy, &Subject, &Lifecycle) -> Option<String>);

const RULES: [Rule; 5] = [
    ("oldest", |policy, subject, _| {
        let (oldest, version) = (policy.oldest.as_ref()?, subject.version.as_ref()?);
        let is_older = match oldest {
            Request::Line(line) => version.line() < *line,
            Request::Version(oldest) => version < oldest,
            _ => false,
        };
        is_older.then(|| format!("older than {oldest}"))
    }),
    ("supported-only", |policy, subject, lifecycle| {
        let version = subject.version.as_ref().filter(|_| policy.supported_only == Some(true))?;
        lifecycle.is_over(version).then(|| format!("{} is past its end of life", version.line()))
    }),
    (NEWEST_PATCH, |policy, subject, lifecycle| {
        let version = subject.version.as_ref().filter(|_| policy.wants_newest())?;
        lifecycle.newer(version).map(|newer| format!("{} is out", newer.full()))
    }),
    (PROOFS, |policy, subject, _| {
        let allowed = policy.proofs.as_ref().filter(|_| !subject.is_planned)?;
        match &subject.receipt {
            None => Some("which gox did not install".to_owned()),
            Some(receipt) if receipt.proofs.iter().any(|proof| allowed.contains(proof)) => None,
            Some(receipt) => Some(format!("proven by {}", Proof::words(&receipt.proofs, " and "))),
        }
    }),
    (FROM, |policy, subject, _| {
        let allowed = policy.from.as_ref().filter(|_| !subject.is_planned)?;
        match &subject.receipt {
            None => Some("which gox did not install".to_owned()),
            Some(Receipt { address, .. }) => {
                let is_out = !allowed.iter().any(|from| begins_with(address, from));
                is_out.then(|| format!("from {address}"))
            }
        }
    }),
];

const NEWEST_PATCH: &str = "newest-patch";
const PROOFS: &str = "proofs";
const FROM: &str = "from";

impl Policy {
    /// Reads the table `policy`.
    pub(super) fn read(mut section: Section<'_>) -> Result<Self> {
        let list = |entry: Option<Entry<'_>>, one: fn(&str) -> Result<String, String>| {
            entry.map(|entry| texts(&entry, one)).transpose()
        };
        let policy = Policy {
            oldest: section.take("oldest").map(|entry| oldest(&entry)).transpose()?,
            supported_only: section.take("supported-only").map(|entry| entry.truth()).transpose()?,
            newest_patch: section.take(NEWEST_PATCH).map(|entry| entry.truth()).transpose()?,
            proofs: list(section.take(PROOFS), |word| match Proof::parse(word) {
                Some(proof) => Ok(proof.word().to_owned()),
                None => Err("a proof is `pinned`, `list` or `log`".to_owned()),
            })?
            .map(|words| words.iter().filter_map(|word| Proof::parse(word)).collect()),
            from: list(section.take(FROM), from)?,
            exceptions: section.take("exception").map(|entry| exceptions(&entry)).transpose()?,
        };
        section.end();
        Ok(policy)
    }

    /// This policy with the rules of `other` in the place of its own.
    pub(super) fn under(self, other: Policy) -> Policy {
        Policy {
            oldest: other.oldest.or(self.oldest),
            supported_only: other.supported_only.or(self.supported_only),
            newest_patch: other.newest_patch.or(self.newest_patch),
            proofs: other.proofs.or(self.proofs),
            from: other.from.or(self.from),
            exceptions: other.exceptions.or(self.exceptions),
        }
    }

    /// What breaks the rules today, `2026-02-03`, and has no exception.
    pub(super) fn violations(
        &self,
        subjects: &[Subject],
        known: &Lifecycle,
        today: &str,
        fleet: &Fleet<'_>,
    ) -> Vec<Violation> {
        let mut violations = Vec::new();
        for subject in subjects {
            let exceptions =
                self.exceptions.iter().flatten().filter(|exception| exception.name == subject.name);
            let until = exceptions.map(|exception| exception.until.as_str()).max();
            if until.is_some_and(|day| today <= day) {
                continue;
            }
            for (rule, look) in RULES {
                let Some(seen) = look(self, subject, known) else { continue };
                violations.push(Violation {
                    rule,
                    version: subject.name.request().to_string(),
                    seen,
                    until: until.map(str::to_owned),
                    installed: subject.receipt.as_ref().map(|receipt| text::date(receipt.installed)),
                    kept_for: subject.kept_for().cloned(),
                    mend: subject.mend(&self.breach(rule), fleet),
                });
            }
        }
        violations
    }

    /// Whether there is a rule that a toolchain can break.
    pub(super) fn has_rules(&self) -> bool {
        self.oldest.is_some()
            || self.supported_only == Some(true)
            || self.wants_newest()
            || self.proofs.is_some()
            || self.from.is_some()
    }

    /// Whether only the newest patch of a line is allowed.
    pub(super) fn wants_newest(&self) -> bool {
        self.newest_patch == Some(true)
    }

    /// Whether there is an exception for a toolchain, which may have ended.
    pub(super) fn has_exception(&self, name: &ToolchainName) -> bool {
        self.exceptions.iter().flatten().any(|exception| exception.name == *name)
    }

    fn breach(&self, rule: &str) -> Breach<'_> {
        match rule {
            NEWEST_PATCH => Breach::Patch,
            PROOFS => Breach::Proofs(self.proofs.as_deref().unwrap_or_default()),
            FROM => Breach::Address(self.from.as_deref().unwrap_or_default()),
            _ => Breach::Version,
        }
    }
}

fn oldest(entry: &Entry<'_>) -> Result<Request> {
    match Request::parse(entry.text()?) {
        Ok(request @ (Request::Line(_) | Request::Version(_))) => Ok(request),
        _ => Err(entry.invalid("it must be a line or a version, such as `1.25` or `1.25.3`")),
    }
}

/// An address of the web in its normal spelling, in which receipts have it, or the path of a folder.
fn from(text: &str) -> Result<String, String> {
    if let Ok(SourceName::Dir(path)) = text.parse() {
        return Ok(path.to_string_lossy().into_owned());
    }
    let url = source::readable(text)?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("it has a login, which is in no receipt".to_owned());
    }
    Ok(url.to_string())
}

fn texts(entry: &Entry<'_>, one: fn(&str) -> Result<String, String>) -> Result<Vec<String>> {
    let read = |(text, spot): (&str, Spot<'_>)| {
        let shown = text::without_password(text);
        one(text)
            .map_err(|reason| spot.invalid(&format!("invalid value `{}`: {reason}", shown.escape_debug())))
    };
    let texts: Vec<String> = entry.texts()?.into_iter().map(read).collect::<Result<_>>()?;
    if texts.is_empty() {
        Err(entry.invalid("the list is empty, so nothing could be installed"))
    } else {
        Ok(texts)
    }
}

fn exceptions(entry: &Entry<'_>) -> Result<Vec<Exception>> {
    let one = |mut section: Section<'_>| {
        let version = section.take("version");
        let until = section.take("until").map(|entry| entry.day()).transpose()?;
        let reason = section.take("reason").map(|entry| entry.text()).transpose()?;
        section.end();
        let reason = reason.filter(|text| !text.trim().is_empty());
        let (Some(version), Some(until), Some(_)) = (version, until, reason) else {
            entry.spot.miss("an exception needs a `version`, a day `until` and a `reason`");
            return Ok(None);
        };
        let name = Request::parse(version.text()?).ok().and_then(|request| request.toolchain());
        let name = name.ok_or_else(|| version.invalid("it must be one version, such as `1.24.13`"))?;
        Ok(Some(Exception { name, until }))
    };
    entry.sections()?.into_iter().filter_map(|section| one(section).transpose()).collect()
}

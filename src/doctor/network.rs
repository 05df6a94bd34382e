//! The checks of the network: whether the sources and the checksum database answer.

use std::time::SystemTime;

use super::answers::Answers;
use super::check::{Area, Check, Finding, State};
use super::facts::Facts;
use super::variable;
use crate::audit::database::Database as VulnDatabase;
use crate::env::{GOSUMDB, GOVULNDB};
use crate::error::Error;
use crate::go::source::SourceName;
use crate::machine::os_release::OsRelease;
use crate::machine::wsl::Wsl;
use crate::net::address;
use crate::net::failure::Failure;
use crate::net::goproxy::Server;
use crate::proof::sumdb::gosumdb::Gosumdb;
use crate::settings::Settings;
use crate::settings::keys::{Key, SOURCES, VULNDB};
use crate::source::Source;
use crate::text;

pub(super) const CHECKS: &[Check<Facts>] = &[
    Check { id: "certificates", area: Area::Network, run: certificates },
    Check { id: "source-list", area: Area::Network, run: list },
    Check { id: "source-proxy", area: Area::Network, run: proxy },
    Check { id: "source-dir", area: Area::Network, run: dir },
    Check { id: "database", area: Area::Network, run: database },
    Check { id: "vulndb", area: Area::Network, run: vulndb },
    Check { id: "clock", area: Area::Network, run: clock },
];

const INVALID: &str = "the settings are invalid";
/// The largest difference between this clock and a server's that is not reported, in seconds. Certificates and the age
/// of kept lists are not sensitive to a few minutes.
const MAX_OFF: u64 = 600;
/// The consequence of an unreachable source if no other source answers.
const NO_SOURCE: &str = "no other source answers, so nothing can be installed";
/// The consequence of an unreachable source if another one answers.
const DELAYED: &str = "each install is delayed until it goes on to the next source";

/// The consequence where the sources before it answer.
const SPARE: &str = "a version that the sources before it lack cannot be installed";

/// The sources and the database, or the finding of a skipped check if no request may be sent.
fn online(facts: &Facts) -> Result<&Answers, Finding> {
    if facts.offline {
        return Err(Finding::skipped("offline"));
    }
    answers(facts)
}

/// The sources and the database, or the finding of a skipped check if the settings are invalid.
fn answers(facts: &Facts) -> Result<&Answers, Finding> {
    facts.answers().ok_or_else(|| Finding::skipped(INVALID))
}

/// The finding on either side: of the check itself, or of a check that is skipped.
fn either(finding: Result<Finding, Finding>) -> Finding {
    finding.unwrap_or_else(|skipped| skipped)
}

/// The mend that sets a setting: in the file, before which the variable comes.
fn set(key: &Key, value: &str, facts: &Facts) -> String {
    let set = format!("gox config set {} {}", key.name, text::quoted(value));
    match facts.environment().os(key.variable) {
        Some(_) => format!("{}; then: {set}", variable::unset(key.variable, None)),
        None => set,
    }
}

fn unreachable_source(failure: &Failure, another: bool, answers: &Answers, facts: &Facts) -> Finding {
    let error = Error::from(failure.clone());
    let (state, why) = if another { (State::Warning, DELAYED) } else { (State::Failed, NO_SOURCE) };
    let finding = Finding::of_error(state, &error, why);
    if finding.mend.is_some() {
        return finding;
    }
    if failure.is_unanswered() && answers.sources.goproxy.is_default() {
        return finding.mend(variable::name_proxy(facts));
    }
    finding.mend(format!("curl -v {}", text::quoted(failure.address())))
}

fn certificates(facts: &Facts) -> Finding {
    either(answers(facts).map(|answers| match answers.certificates() {
        Ok(()) => Finding::ok("root certificates were found"),
        Err(error) => {
            Finding::of_error(State::Failed, &error, "no server can be reached by HTTPS, go.dev included")
        }
    }))
}

fn list(facts: &Facts) -> Finding {
    either(online(facts).map(|answers| match answers.list() {
        None => Finding::skipped("`sources` has no `dl`"),
        Some(Ok(probe)) => Finding::ok(&probe.address),
        Some(Err(failure)) => {
            let another = answers.has_proxy() || answers.has_folder();
            let mut finding = unreachable_source(failure, another, answers, facts);
            // A mirror may have archives and no list.
            if another && failure.hint().is_none() && !failure.is_absent() {
                finding = finding.mend(without_dl(answers, facts));
            }
            let is_first = answers.sources.all().next().is_some_and(|first| first.name() == SourceName::Dl);
            if is_first || finding.why != DELAYED {
                finding
            } else {
                Finding { why: SPARE.into(), ..finding }
            }
        }
    }))
}

/// The command that takes `dl` out of the sources.
fn without_dl(answers: &Answers, facts: &Facts) -> String {
    let names = answers.sources.all().map(Source::name).filter(|name| *name != SourceName::Dl);
    let names = names.map(|name| name.to_string()).collect::<Vec<_>>().join(",");
    set(&SOURCES, &names, facts)
}

fn proxy(facts: &Facts) -> Finding {
    either(online(facts).map(|answers| {
        if !answers.uses(&SourceName::Proxy) {
            return Finding::skipped("`sources` has no `proxy`");
        }
        if let Some((variable, error)) = &answers.invalid {
            let mend = unset(variable, answers, facts);
            return Finding::of_error(State::Failed, error, "neither gox nor Go can download anything")
                .mend(mend);
        }
        match (answers.proxy(), answers.entries().first().map(|entry| &entry.server)) {
            (None, Some(Server::Off)) => Finding::skipped("`GOPROXY=off`"),
            (None, _) => Finding::skipped("`GOPROXY` is not set"),
            (Some(Ok(probe)), _) => match probe.silent.first() {
                None => Finding::ok(&probe.address),
                Some(failure) => {
                    let finding = unreachable_source(failure, true, answers, facts);
                    let seen = format!("{}; then `{}` answers", finding.seen, probe.address);
                    Finding { seen, ..finding }
                }
            },
            (Some(Err(failure)), _) => {
                unreachable_source(failure, answers.has_list() || answers.has_folder(), answers, facts)
            }
        }
    }))
}

/// The mend for a variable of Go's, where it is set.
fn unset(name: &str, answers: &Answers, facts: &Facts) -> String {
    let origin = answers.goenv.get(name).map(|(_, origin)| origin).unwrap_or_default();
    variable::unset_at(&origin, name, None, facts)
}

fn dir(facts: &Facts) -> Finding {
    either(answers(facts).map(|answers| {
        let folders = answers.folders();
        if folders.is_empty() {
            return Finding::skipped("`sources` names no folder");
        }
        for folder in &folders {
            if let Err(error) = std::fs::read_dir(folder) {
                let seen = format!("`{}` cannot be read: {}", text::path(folder), text::cause(&error));
                let mend = format!("ls -ld {}", text::quoted_path(folder));
                return Finding::new(State::Warning, seen, "nothing is installed from there").mend(mend);
            }
        }
        let names: Vec<_> = folders.iter().map(|folder| text::path(folder)).collect();
        Finding::ok(names.join(", "))
    }))
}

fn database(facts: &Facts) -> Finding {
    either(online(facts).map(|answers| {
        let required = facts.settings.as_ref().is_ok_and(|settings| settings.require_log);
        let state = if required || !answers.has_list() { State::Failed } else { State::Warning };
        let why = "no module zip can be proven, and an archive only by other proofs";
        let database = match &answers.database {
            Ok(Gosumdb::Database(database)) => database,
            Ok(Gosumdb::Off) => {
                return Finding::new(state, "`GOSUMDB` is `off`", why).mend(unset(GOSUMDB, answers, facts));
            }
            Err(error) => return Finding::of_error(State::Failed, error, "nothing can be installed"),
        };
        match answers.head(database) {
            Ok(()) => Finding::ok(format!("{} answers", database.key().name())),
            Err((text, needs_proxy)) => {
                let address = text::without_password(&format!("{}/latest", database.direct_url()));
                Finding::new(state, text, why).mend(if needs_proxy {
                    variable::name_proxy(facts)
                } else {
                    format!("curl -v {}", text::quoted(&address))
                })
            }
        }
    }))
}

/// Checks the vulnerability database, where `gox audit` would ask it.
fn vulndb(facts: &Facts) -> Finding {
    const WHY: &str = "`gox audit` cannot tell which versions have known vulnerabilities";
    either(answers(facts).map(|answers| {
        let Ok(Settings { vulndb, .. }) = &facts.settings else { return Finding::skipped(INVALID) };
        match &vulndb.address {
            Ok(Some(_)) => {}
            Ok(None) => return Finding::skipped("`vulndb` is `off`"),
            Err(reason) => {
                return Finding::new(State::Warning, format!("invalid `{GOVULNDB}`: {reason}"), WHY)
                    .mend(variable::unset(GOVULNDB, None));
            }
        }
        let Some(database) = VulnDatabase::asked(vulndb, facts.offline, &answers.sources) else {
            return Finding::skipped(if facts.offline { "offline" } else { "all sources are folders" });
        };
        let Err(error) = database.check() else { return Finding::ok(address::shown(&database.base)) };
        let finding = Finding::of_error(State::Warning, &error, WHY);
        match finding.mend {
            Some(_) => finding,
            None => finding.mend(set(&VULNDB, "/path/to/vulndb", facts)),
        }
    }))
}

fn clock(facts: &Facts) -> Finding {
    either(online(facts).map(|answers| {
        let probes = [answers.list(), answers.proxy()].into_iter().flatten();
        let told =
            probes.filter_map(|probe| probe.as_ref().ok()).find_map(|probe| Some((probe, probe.date?)));
        let Some((probe, server)) = told else { return Finding::skipped("no server sent its time") };
        let here = SystemTime::now();
        let (off, direction) = match here.duration_since(server) {
            Ok(ahead) => (ahead, "ahead of"),
            Err(error) => (error.duration(), "behind"),
        };
        if off.as_secs() <= MAX_OFF {
            return Finding::ok("agrees with the servers");
        }
        let host = host(&probe.address);
        let seen = format!("the clock is {} min {direction} that of {host}", (off.as_secs() + 30) / 60);
        let why = "certificates count as expired or not yet valid, and the age of a kept list is wrong";
        let mend = match facts.wsl() {
            // The virtual machine slept with Windows, whose clock is right.
            Wsl::Two => "sudo hwclock -s",
            Wsl::One => "in PowerShell: w32tm /resync",
            _ => OsRelease::read(&facts.machine).family().clock_synchronisation(),
        };
        Finding::new(State::Warning, seen, why).mend(mend)
    }))
}

/// The host of `address`, or `address` itself if it has none.
fn host(address: &str) -> String {
    let url = url::Url::parse(address).ok();
    url.and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_else(|| address.to_owned())
}

//! An entry of the database, in the format OSV (ossf.github.io/osv-schema): what gox needs of it.

use semver::Version;
use serde::{Deserialize, Serialize};

use super::affected::{self, Bounds, Interval, Range};
use crate::go::platform::Platform;

/// The longest text of an entry that is kept, in bytes; today's longest summary has 119.
const MAX_TEXT: usize = 1000;
/// The most aliases or modules that an entry may have, packages with their systems, or ranges with their events; today's
/// most is 10.
const MAX_ITEMS: usize = 100;

/// An entry that affects Go itself. One that was withdrawn affects nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// `GO-2024-2887`.
    pub id: String,
    /// When it was changed last, as the database writes it.
    pub modified: String,
    /// Names in other databases, such as `CVE-2024-24790`.
    pub aliases: Vec<String>,
    /// What it is, in a line; the id where the database does not say.
    pub summary: String,
    /// What it affects.
    pub affected: Vec<Affected>,
}

/// The versions of one of Go's modules that are affected, and the packages in them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Affected {
    /// Which module.
    pub module: Module,
    /// The packages; if there are none, all.
    pub packages: Vec<Package>,
    /// The versions.
    pub versions: Vec<Interval>,
}

/// The two modules that a release of Go consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Module {
    /// The packages of the standard library.
    Stdlib,
    /// The commands, `cmd/…`.
    Toolchain,
}

impl Module {
    /// The module with this name in the database.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "stdlib" => Some(Module::Stdlib),
            "toolchain" => Some(Module::Toolchain),
            _ => None,
        }
    }

    /// What is affected where an entry names no package.
    fn all(self) -> &'static str {
        match self {
            Module::Stdlib => "std",
            Module::Toolchain => "cmd",
        }
    }
}

/// A package, and the systems on which it is affected; if there are none, all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Package {
    /// Its import path.
    pub path: String,
    /// Values of GOOS.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub goos: Vec<String>,
    /// Values of GOARCH.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub goarch: Vec<String>,
}

impl Package {
    fn is_on(&self, platform: Platform) -> bool {
        let fits = |names: &[String], own: &str| names.is_empty() || names.iter().any(|name| name == own);
        fits(&self.goos, platform.os) && fits(&self.goarch, platform.arch)
    }
}

impl Affected {
    fn is_on(&self, platform: Platform) -> bool {
        self.packages.is_empty() || self.packages.iter().any(|package| package.is_on(platform))
    }
}

impl Entry {
    /// The address of the entry for people.
    pub fn page(&self) -> String {
        format!("https://pkg.go.dev/vuln/{}", self.id)
    }

    /// Whether it affects the version on any platform.
    pub fn affects(&self, version: &Version) -> bool {
        self.of(version).next().is_some()
    }

    /// Whether it affects the version on this platform.
    pub fn affects_on(&self, version: &Version, platform: Platform) -> bool {
        self.of(version).any(|affected| affected.is_on(platform))
    }

    /// The packages of the version that are affected on this platform.
    pub fn packages(&self, version: &Version, platform: Platform) -> Vec<&str> {
        let mut found = Vec::new();
        for affected in self.of(version) {
            let packages = affected.packages.iter().filter(|package| package.is_on(platform));
            found.extend(packages.map(|package| package.path.as_str()));
            if affected.packages.is_empty() {
                found.push(affected.module.all());
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The versions that it affects on this platform, in intervals that have none in common.
    pub(super) fn apart(&self, platform: Platform) -> Vec<Bounds<'_>> {
        let on_it = self.affected.iter().filter(|one| one.is_on(platform));
        affected::apart(on_it.flat_map(|one| &one.versions))
    }

    /// How much there is to look at in it: its intervals, and its packages with their systems.
    pub(super) fn items(&self) -> usize {
        self.affected.iter().map(|one| one.versions.len() + listed(&one.packages)).sum()
    }

    fn of(&self, version: &Version) -> impl Iterator<Item = &Affected> {
        self.affected.iter().filter(move |one| one.versions.iter().any(|range| range.contains(version)))
    }
}

/// The number of packages, and of the systems that are listed for them.
fn listed(packages: &[Package]) -> usize {
    packages.iter().map(|package| 1 + package.goos.len() + package.goarch.len()).sum()
}

/// Whether it is the id of an entry, `^GO-\d{4}-\d+$`: it becomes a part of addresses and paths.
pub fn is_id(text: &str) -> bool {
    text.len() <= 32
        && text
            .strip_prefix("GO-")
            .and_then(|rest| rest.split_once('-'))
            .is_some_and(|(year, number)| year.len() == 4 && is_number(year) && is_number(number))
}

/// Whether it is a time as OSV has it (ossf.github.io/osv-schema, `timestamp`), in UTC, and whose first ten characters
/// are the day: `2024-06-04T22:48:55Z`, maybe with a fraction of the second.
pub(super) fn is_time(text: &str) -> bool {
    const FORM: &str = "0000-00-00T00:00:00";
    let Some((time, fraction)) = text.strip_suffix('Z').and_then(|text| text.split_at_checked(FORM.len()))
    else {
        return false;
    };
    let has_form = FORM.bytes().zip(time.bytes()).all(|(form, byte)| match form {
        b'0' => byte.is_ascii_digit(),
        _ => byte == form,
    });
    has_form && text.len() <= 40 && (fraction.is_empty() || fraction.strip_prefix('.').is_some_and(is_number))
}

/// Whether a [time](is_time) is before another.
pub(super) fn is_before(one: &str, other: &str) -> bool {
    // Without the `Z`, which would be behind the point of a fraction.
    one.trim_end_matches('Z') < other.trim_end_matches('Z')
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The fields of the format that count; all others are passed over.
#[derive(Deserialize)]
struct Osv {
    id: String,
    modified: String,
    withdrawn: Option<String>,
    #[serde(default)]
    aliases: Vec<String>,
    #[serde(default)]
    summary: String,
    #[serde(default)]
    affected: Vec<OsvAffected>,
}

#[derive(Deserialize)]
struct OsvAffected {
    package: OsvPackage,
    #[serde(default)]
    ranges: Vec<Range>,
    #[serde(default)]
    ecosystem_specific: Specific,
}

#[derive(Deserialize)]
struct OsvPackage {
    name: String,
}

#[derive(Default, Deserialize)]
struct Specific {
    #[serde(default)]
    imports: Vec<Package>,
}

/// Reads an entry; one that is withdrawn by `today`, a day such as `2026-02-03`, affects nothing. The error says why it
/// is none.
pub fn read(text: &[u8], today: &str) -> Result<Entry, String> {
    let osv: Osv = serde_json::from_slice(text).map_err(|error| crate::text::excerpt(&error.to_string()))?;
    if !is_id(&osv.id) {
        return Err(format!("`{}` is no id of an entry", crate::text::excerpt(&osv.id)));
    }
    let times = [Some(&osv.modified), osv.withdrawn.as_ref()];
    if let Some(time) = times.into_iter().flatten().find(|time| !is_time(time)) {
        return Err(format!("`{}` is no time", crate::text::excerpt(time)));
    }
    let is_withdrawn = osv.withdrawn.is_some_and(|time| &time[..10] <= today);
    let (mut affected, mut events) = (Vec::new(), 0);
    for one in osv.affected {
        if let Some(module) = Module::named(&one.package.name) {
            events += one.ranges.iter().map(|range| 1 + range.events.len()).sum::<usize>();
            at_most(events)?;
            let versions = affected::intervals(&one.ranges)?;
            affected.push(Affected { module, packages: one.ecosystem_specific.imports, versions });
        }
    }
    if affected.is_empty() && !is_withdrawn {
        return Err("it says nothing of `stdlib` or `toolchain`".to_owned());
    }
    let Osv { id, modified, aliases, summary, .. } = osv;
    let summary = if summary.is_empty() { id.clone() } else { summary };
    let mut entry = Entry { id, modified, aliases, summary, affected };
    check_limits(&entry)?;
    // Some have the same one twice.
    entry.aliases.sort_unstable();
    entry.aliases.dedup();
    if is_withdrawn {
        entry.affected.clear();
    }
    Ok(entry)
}

fn check_limits(entry: &Entry) -> Result<(), String> {
    at_most(entry.aliases.len())?;
    at_most(entry.affected.len())?;
    at_most(entry.affected.iter().map(|affected| listed(&affected.packages)).sum())?;
    let packages = entry.affected.iter().flat_map(|affected| &affected.packages);
    let names =
        packages.flat_map(|package| package.goos.iter().chain(&package.goarch).chain([&package.path]));
    let mut texts = names.chain(&entry.aliases).chain([&entry.summary]);
    if texts.any(|text| text.len() > MAX_TEXT) {
        return Err(format!("a text in it has more than {MAX_TEXT} bytes"));
    }
    Ok(())
}

fn at_most(count: usize) -> Result<(), String> {
    if count > MAX_ITEMS { Err(format!("a list in it has more than {MAX_ITEMS} items")) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use semver::Version;
    use serde_json::{Value, json};

    use super::{is_before, is_id, is_time, read};

    fn entry() -> Value {
        json!({
            "id": "GO-2026-0001", "modified": "2026-08-21T20:38:00Z", "unknown": {"field": 1},
            "aliases": ["CVE-1", "CVE-1"],
            "affected": [
                {"package": {"name": "golang.org/x/net", "ecosystem": "Go"},
                    "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "soon"}]}]},
                {"package": {"name": "stdlib"}, "custom": 1,
                    "ecosystem_specific": {"custom_ranges": [{"type": "ECOSYSTEM"}]}},
            ],
        })
    }

    fn with(path: &str, value: Value) -> Result<super::Entry, String> {
        let mut entry = entry();
        *entry.pointer_mut(path).unwrap() = value;
        read(entry.to_string().as_bytes(), "2026-08-21")
    }

    #[test]
    fn what_is_not_of_go_itself_and_what_is_unknown_is_passed_over() {
        let entry = with("/unknown", json!(null)).unwrap();
        assert_eq!(
            (entry.affected.len(), entry.summary.as_str(), entry.aliases.as_slice()),
            (1, "GO-2026-0001", &["CVE-1".to_owned()][..])
        );
        // Without ranges that count, and without packages: all.
        let (version, host) = (Version::new(1, 99, 0), crate::go::platform::Platform::HOST);
        assert!(entry.affects_on(&version, host));
        assert_eq!(entry.packages(&version, host), ["std"]);
    }

    #[test]
    fn what_was_withdrawn_affects_nothing_from_that_day_on() {
        for (withdrawn, affected) in [("2026-08-21T00:00:00Z", 0), ("2026-08-22T00:00:00Z", 1)] {
            let mut entry = entry();
            entry["withdrawn"] = withdrawn.into();
            assert_eq!(read(entry.to_string().as_bytes(), "2026-08-21").unwrap().affected.len(), affected);
        }
    }

    #[test]
    fn what_is_no_entry() {
        let long = "x".repeat(1001);
        let events = vec![json!({"introduced": "1.2.3"}); 100];
        for (path, value, expected) in [
            ("/id", json!("../GO-2026-0001"), "`../GO-2026-0001` is no id of an entry"),
            ("/modified", json!("yesterday"), "`yesterday` is no time"),
            ("/affected/1/package/name", json!("std"), "it says nothing of `stdlib` or `toolchain`"),
            ("/affected/1/custom", json!(null), ""),
            ("/aliases", json!([long]), "a text in it has more than 1000 bytes"),
            ("/aliases", json!(vec!["a"; 101]), "a list in it has more than 100 items"),
            ("/aliases", json!("CVE-1"), "invalid type: string \"CVE-1\", expected a sequence at line 1"),
        ] {
            let found = with(path, value).err().unwrap_or_default();
            assert!(
                found.starts_with(expected) && found.is_empty() == expected.is_empty(),
                "{path}: {found}"
            );
        }
        let mut entry = entry();
        entry["affected"][1]["ranges"] = json!([{"type": "SEMVER", "events": events}]);
        let found = read(entry.to_string().as_bytes(), "2026-08-21").unwrap_err();
        assert_eq!(found, "a list in it has more than 100 items");
        let twice = entry.to_string().replacen('{', r#"{"id":"GO-1-1","#, 1);
        assert!(read(twice.as_bytes(), "2026-08-21").unwrap_err().starts_with("duplicate field `id`"));
    }

    #[test]
    fn ids_and_times() {
        for id in ["GO-2024-2887", "GO-2021-0069", "GO-2026-1"] {
            assert!(is_id(id), "{id}");
        }
        for id in [
            "",
            "GO-2024-",
            "GO-24-2887",
            "GO-2024-28a7",
            "GO-2024-2887/..",
            "GO-2024-1-2",
            "CVE-2024-2887",
            "GO-2024-\u{661}",
        ] {
            assert!(!is_id(id), "{id}");
        }
        assert!(!is_id(&format!("GO-2024-{}", "1".repeat(30))));
        assert!(is_time("2024-06-04T22:48:55Z") && is_time("2024-06-04T22:48:55.123Z"));
        for text in [
            "",
            "Z",
            "2024-06-04",
            "2024-06-04 22:48:55Z",
            "2024-6-04T22:48:55Z",
            "2024-06-04T22:48:55",
            "2024-06-04T22:48:55.Z",
            "2024-06-04T22:48:55+02:00",
            "2024-06-04T22:48:55\u{1b}[2JZ",
            "2024-06-04T22:48:5\u{661}Z",
        ] {
            assert!(!is_time(text), "{text:?}");
        }
        assert!(is_before("2024-06-04T22:48:55Z", "2024-06-04T22:48:55.5Z"));
        assert!(!is_before("2024-06-04T22:48:55.5Z", "2024-06-04T22:48:55Z"));
    }
}

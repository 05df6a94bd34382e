//! The fleet file: what a machine should have, for all machines and for those of a target.

use std::collections::btree_map::{self, BTreeMap};
use std::iter;
use std::path::{Path, PathBuf};

use super::document::{Entry, Section, Source, Spot};
use super::host;
use super::policy::Policy;
use crate::error::{Error, Kind, Result};
use crate::go::name::ToolchainName;
use crate::go::request::Request;
use crate::go::version::Version;
use crate::proof::pinned;
use crate::settings::file::{Place, normal};
use crate::settings::keys::{self, Key};
use crate::setup::shell::Shell;
use crate::setup::target::Target;
use crate::text;

/// The format that this gox reads.
const FORMAT: i64 = 1;

/// The targets of `gox setup` that belong to a user. The others are for root or for a project.
pub(super) const OF_USERS: [Target; 8] = [
    Target::Shell(Shell::Bash),
    Target::Shell(Shell::Zsh),
    Target::Shell(Shell::Fish),
    Target::Shell(Shell::Sh),
    Target::Git,
    Target::SshAgent,
    Target::Readline,
    Target::Direnv,
];

/// A fleet file.
pub struct FleetFile {
    path: PathBuf,
    base: Declared,
    groups: Vec<Group>,
}

/// A table `target.NAME`: the machines of one kind.
struct Group {
    name: String,
    hosts: Vec<String>,
    declared: Declared,
}

/// What a machine should have. `None` leaves it alone.
#[derive(Clone, Default)]
pub struct Declared {
    /// The toolchains.
    pub(super) install: Option<Vec<ToolchainName>>,
    /// Where each of them is in the file.
    places: BTreeMap<ToolchainName, Place>,
    /// The default, with its place.
    default: Option<(ToolchainName, Place)>,
    /// Whether other toolchains go.
    exclusive: Option<(bool, Place)>,
    /// The settings by their keys, in the spelling of their variables.
    pub(super) settings: BTreeMap<&'static str, String>,
    /// The targets of `gox setup` by their names: put or taken out, by which place.
    pub(super) setup: BTreeMap<&'static str, (Target, bool, Place)>,
    /// What may be installed.
    pub(super) policy: Policy,
}

impl FleetFile {
    /// Reads a fleet file; `path` is what messages call it.
    pub fn parse(path: &Path, text: &str) -> Result<Self> {
        let source = Source::new(path, text);
        let document = source.document()?;
        let mut whole = Section::whole(&source, &document);
        let format = whole.take("format");
        let groups = whole.take("target");
        let base = Declared::read(&mut whole)?;
        let groups = groups.map_or_else(|| Ok(Vec::new()), |entry| Group::read_all(&entry))?;
        whole.end();
        match format {
            None => source.miss(missing_format(path)),
            Some(entry) if entry.number()? == FORMAT => {}
            Some(entry) => {
                let reason = format!("this gox reads the format {FORMAT}");
                return Err(entry.invalid(&reason));
            }
        }
        source.end()?;
        let file = FleetFile { path: path.to_owned(), base, groups };
        // A mistake in any target is told on every machine.
        file.groups.iter().try_for_each(|group| file.base.clone().under(&group.declared).check())?;
        // What targets complete need not be whole by itself.
        if file.groups.is_empty() {
            file.base.check()?;
        }
        Ok(file)
    }

    /// What this machine should have, by the target of that name, else by the one whose hosts it is among. Gives also
    /// the name of the target, if there is one.
    pub fn choose(&self, name: Option<&str>) -> Result<(Option<String>, Declared)> {
        let group = match name {
            Some(name) => Some(self.named(name)?),
            None => self.of_host(&host::name())?,
        };
        let declared = match group {
            Some(group) => self.base.clone().under(&group.declared),
            None => self.base.clone(),
        };
        declared.check()?;
        Ok((group.map(|group| group.name.clone()), declared))
    }

    /// What each target and the file itself declare.
    pub fn all(&self) -> impl Iterator<Item = &Declared> {
        iter::once(&self.base).chain(self.groups.iter().map(|group| &group.declared))
    }

    fn named(&self, name: &str) -> Result<&Group> {
        self.groups.iter().find(|group| group.name == name).ok_or_else(|| {
            let message = format!("`{}` has no target `{}`", self.path.display(), name.escape_debug());
            let error = Error::new(Kind::Usage, message);
            match text::nearest(name, self.groups.iter().map(|group| &group.name)) {
                Some(nearest) => error.hint(format!("the nearest is `{nearest}`")),
                None => error,
            }
        })
    }

    fn of_host(&self, host: &str) -> Result<Option<&Group>> {
        let has_it = |group: &&Group| group.hosts.iter().any(|pattern| host::fits(pattern, host));
        let mut groups = self.groups.iter().filter(has_it);
        match (groups.next(), groups.next()) {
            (Some(one), Some(other)) => {
                let [first, second] = [one, other].map(|group| text::escaped(&group.name));
                let message = format!("`{host}` is a host of two targets: `{first}` and `{second}`");
                let error =
                    Error::new(Kind::InvalidFile, message).detail(format!("in `{}`", self.path.display()));
                Err(error.hint(format!("choose one by its name: `--target {}`", text::quoted(&one.name))))
            }
            (one, _) => Ok(one),
        }
    }
}

impl Group {
    fn read_all(entry: &Entry<'_>) -> Result<Vec<Self>> {
        let one = |(name, entry): (String, Entry<'_>)| {
            let mut section = entry.section()?;
            let hosts = section.take("hosts").map(|entry| entry.texts()).transpose()?.unwrap_or_default();
            let host = |(pattern, spot): (&str, Spot<'_>)| {
                if host::is_pattern(pattern) {
                    return Ok(pattern.to_owned());
                }
                let shown = pattern.escape_debug();
                Err(spot.invalid(&format!(
                    "`{shown}` is not a host name pattern: use letters, digits, `-`, `.`, `_`, `*` and `?`"
                )))
            };
            let hosts = hosts.into_iter().map(host).collect::<Result<_>>()?;
            let declared = Declared::read(&mut section)?;
            section.end();
            Ok(Group { name, hosts, declared })
        };
        entry.section()?.take_all().into_iter().map(one).collect()
    }
}

impl Declared {
    /// Reads the tables that the file itself and each target may have.
    fn read(section: &mut Section<'_>) -> Result<Self> {
        let mut declared = Declared::default();
        if let Some(entry) = section.take("toolchains") {
            declared.read_toolchains(entry.section()?)?;
        }
        if let Some(entry) = section.take("settings") {
            declared.read_settings(entry.section()?)?;
        }
        if let Some(entry) = section.take("setup") {
            declared.read_setup(entry.section()?)?;
        }
        if let Some(entry) = section.take("policy") {
            declared.policy = Policy::read(entry.section()?)?;
        }
        Ok(declared)
    }

    fn read_toolchains(&mut self, mut section: Section<'_>) -> Result<()> {
        if let Some(entry) = section.take("install") {
            let mut names = Vec::new();
            for (word, spot) in entry.texts()? {
                let name = exact(word, &spot)?;
                // Two spellings of a version are one.
                if let btree_map::Entry::Vacant(place) = self.places.entry(name.clone()) {
                    place.insert(spot.place());
                    names.push(name);
                }
            }
            self.install = Some(names);
        }
        if let Some(entry) = section.take("default") {
            self.default = Some((exact(entry.text()?, &entry.spot)?, entry.spot.place()));
        }
        if let Some(entry) = section.take("exclusive") {
            self.exclusive = Some((entry.truth()?, entry.spot.place()));
        }
        section.end();
        Ok(())
    }

    fn read_settings(&mut self, mut section: Section<'_>) -> Result<()> {
        for key in keys::ALL {
            let Some(entry) = section.take(key.name) else { continue };
            let value = entry.plain()?;
            key.check(&value).map_err(|reason| entry.invalid(&reason))?;
            self.settings.insert(key.name, normal(key, &value));
        }
        section.end();
        Ok(())
    }

    fn read_setup(&mut self, mut section: Section<'_>) -> Result<()> {
        for target in OF_USERS {
            let Some(entry) = section.take(target.name()) else { continue };
            self.setup.insert(target.name(), (target, entry.truth()?, entry.spot.place()));
        }
        for target in [Target::Wsl, Target::Attributes, Target::Hooks] {
            if let Some(entry) = section.take(target.name()) {
                let whose = if target == Target::Wsl { "of root" } else { "of a project" };
                let message =
                    format!("`{}` is a target {whose}, which a fleet file cannot have", target.name());
                let hint = format!("set it up by itself: `gox setup {}`", target.name());
                return Err(entry.spot.invalid(&message).hint(hint));
            }
        }
        section.end();
        Ok(())
    }

    /// This with what `other` says in the place of its own, key by key.
    fn under(mut self, other: &Declared) -> Self {
        let other = other.clone();
        self.settings.extend(other.settings);
        self.setup.extend(other.setup);
        self.places.extend(other.places);
        Declared {
            install: other.install.or(self.install),
            default: other.default.or(self.default),
            exclusive: other.exclusive.or(self.exclusive),
            policy: self.policy.under(other.policy),
            ..self
        }
    }

    /// An error if what is declared contradicts itself.
    fn check(&self) -> Result<()> {
        let names = self.install.as_deref();
        if let Some((name, place)) = &self.default
            && !names.unwrap_or_default().contains(name)
        {
            let message = format!("the default, {}, is not among the versions to install", name.request());
            return Err(Error::new(Kind::InvalidFile, message).detail(format!("at `{place}`")));
        }
        if let (Some((true, place)), None) = (&self.exclusive, names) {
            let message = "`exclusive` needs a list `install`, or every version would go";
            return Err(Error::new(Kind::InvalidFile, message).detail(format!("at `{place}`")));
        }
        let shell = |shell: Shell| self.setup.get(shell.word());
        match (shell(Shell::Bash), shell(Shell::Sh)) {
            (Some((_, bash, _)), Some((_, sh, place))) if bash != sh => {
                let message = "`bash` and `sh` may write the same block in `~/.profile`, so set both to `true` or both to `false`";
                Err(Error::new(Kind::InvalidFile, message).detail(format!("at `{place}`")))
            }
            _ => Ok(()),
        }
    }

    /// The targets of `gox setup` to set up.
    pub(super) fn set_up(&self) -> impl Iterator<Item = Target> {
        self.setup.values().filter(|(_, is_put, _)| *is_put).map(|(target, ..)| *target)
    }

    /// Whether a target of `gox setup` is declared, to be set up or to be taken back.
    pub(super) fn names(&self, target: Target) -> bool {
        self.setup.contains_key(target.name())
    }

    /// The toolchains to have.
    pub fn toolchains(&self) -> &[ToolchainName] {
        self.install.as_deref().unwrap_or_default()
    }

    /// The settings with their values, in the spelling of their variables.
    pub fn settings(&self) -> impl Iterator<Item = (&'static Key, &str)> {
        self.settings.iter().filter_map(|(name, value)| Some((keys::find(name)?, value.as_str())))
    }

    /// The file and the line that ask for a toolchain, such as `fleet/gox.toml:5`.
    pub fn place(&self, name: &ToolchainName) -> Option<String> {
        self.places.get(name).map(|place| format!("{}:{}", text::path(&place.path), place.line))
    }

    /// The default.
    pub(super) fn default_toolchain(&self) -> Option<&ToolchainName> {
        self.default.as_ref().map(|(name, _)| name)
    }

    /// Whether the policy has an exception for a toolchain.
    pub fn has_exception(&self, name: &ToolchainName) -> bool {
        self.policy.has_exception(name)
    }

    /// Whether toolchains that are not declared go.
    pub(super) fn is_exclusive(&self) -> bool {
        matches!(self.exclusive, Some((true, _)))
    }
}

fn missing_format(path: &Path) -> Error {
    let error = Error::new(Kind::InvalidFile, "the fleet file does not say its format");
    error.detail(format!("in `{}`", path.display())).hint("add the line `format = 1`")
}

/// The toolchain that a word names. Only one exact version will do: the file is the lock.
fn exact(word: &str, spot: &Spot<'_>) -> Result<ToolchainName> {
    let request = Request::parse(word).map_err(|error| spot.invalid(&error.to_string()))?;
    let name = request
        .toolchain()
        .filter(|name| !name.is_linked() && name.as_str().len() <= ToolchainName::MAX_BYTES);
    name.ok_or_else(|| {
        let error = spot.invalid(&format!("`{request}` is not one exact version"));
        let released = pinned::released();
        let newest = |request: &Request| request.choose(released.iter()).map(Version::full);
        let such = newest(&request).or_else(|| newest(&Request::Latest)).unwrap_or_default();
        error.hint(format!(
            "name one, such as `{such}`; `gox sync --update FILE` raises it to the newest patch"
        ))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str) -> Result<(), TestCaseError> {
        let read = FleetFile::parse(Path::new("/fleet.toml"), text).and_then(|file| file.choose(None));
        if let Err(error) = read {
            let report = error.report();
            prop_assert_eq!(error.kind(), Kind::InvalidFile, "{}", report);
            prop_assert!(!report.contains("secret"), "{}", report);
            prop_assert!(!report.contains(|c: char| c.is_control() && c != '\n'), "{:?}", report);
        }
        Ok(())
    }

    proptest! {
        /// Any text is a fleet file, or an error that names its place and has no password.
        #[test]
        fn no_file_is_too_strange(
            text in any::<String>(),
            near in "((format|toolchains|install|default|policy|exception|until|target|x) ?[.=]? ?(=|\\[|\\[\\[|\\]|\\]\\]|\"|\\{|\\}|,|1|2027-03-01|é|\\\\u00)?[ \n]?){0,16}",
            rest in "[a-z:@/.\\[ é]{0,16}",
        ) {
            check(&text)?;
            check(&format!("format = 1\n{near}"))?;
            check(&format!("format = 1\n[settings]\ndl-url = \"ftp://u:secret@{rest}\""))?;
            check(&format!("format = 1\n[policy]\nfrom = [\"https://u:secret@{rest}\"]"))?;
        }
    }
}

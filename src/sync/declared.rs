//! What a machine should have: the tables of a fleet file, read and laid over each other.

use std::collections::btree_map::{self, BTreeMap};

use super::document::{Section, Spot};
use super::policy::Policy;
use crate::error::{Error, Kind, Result};
use crate::go::name::ToolchainName;
use crate::go::request::Request;
use crate::go::version::Version;
use crate::proof::pinned;
use crate::settings::file::{Place, normal};
use crate::settings::keys::{self, Key};
use crate::setup::shell::Shell;
use crate::setup::target::{NAMED, Owner, Target};
use crate::text;

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

impl Declared {
    /// Reads the tables that the file itself and each target may have.
    pub(super) fn read(section: &mut Section<'_>) -> Result<Self> {
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
        for target in NAMED.iter().copied() {
            let Some(entry) = section.take(target.name()) else { continue };
            let whose = match target.owner() {
                Owner::User => {
                    self.setup.insert(target.name(), (target, entry.truth()?, entry.spot.place()));
                    continue;
                }
                Owner::Root => "of root",
                Owner::Project => "of a project",
            };
            let message = format!("`{}` is a target {whose}, which a fleet file cannot have", target.name());
            let hint = format!("set it up by itself: `gox setup {}`", target.name());
            return Err(entry.spot.invalid(&message).hint(hint));
        }
        section.end();
        Ok(())
    }

    /// This with what `other` says in the place of its own, key by key.
    pub(super) fn under(mut self, other: &Declared) -> Self {
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
    pub(super) fn check(&self) -> Result<()> {
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
                let message = "`bash` and `sh` may write the same block in `~/.profile`, so set both to `true` \
                               or both to `false`";
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

    /// Whether the policy depends on which patches are out.
    pub fn needs_releases(&self) -> bool {
        self.policy.wants_newest()
    }

    /// Whether toolchains that are not declared go.
    pub(super) fn is_exclusive(&self) -> bool {
        matches!(self.exclusive, Some((true, _)))
    }
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

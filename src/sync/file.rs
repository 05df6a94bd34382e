//! The fleet file: what a machine should have, for all machines and for those of a target.

use std::iter;
use std::path::{Path, PathBuf};

use super::declared::Declared;
use super::document::{Entry, Section, Source, Spot};
use super::host;
use crate::error::{Error, Kind, Result};
use crate::text;

/// The format that this gox reads.
const FORMAT: i64 = 1;

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

fn missing_format(path: &Path) -> Error {
    let error = Error::new(Kind::InvalidFile, "the fleet file does not say its format");
    error.detail(format!("in `{}`", path.display())).hint("add the line `format = 1`")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::error::of_hostile_file;

    fn check(text: &str) -> Result<(), TestCaseError> {
        let read = FleetFile::parse(Path::new("/fleet.toml"), text).and_then(|file| file.choose(None));
        read.map_or_else(|error| of_hostile_file(&error), |_| Ok(()))
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

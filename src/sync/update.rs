//! Raises the versions in the text of a fleet file to the newest patches of their lines. The text is changed at their
//! places alone, so all else stays as it is: comments, ends of lines, a byte order mark.

use std::collections::{BTreeMap, BTreeSet};
use std::iter::once;
use std::ops::Range;

use toml_edit::{Array, Document, Item, TableLike, Value};

use crate::go::name::ToolchainName;
use crate::go::request::Request;
use crate::go::version::Version;

/// A fleet file whose versions were raised.
pub struct Raised {
    /// The text.
    pub text: String,
    /// Each version that was raised, and to which.
    pub versions: BTreeMap<ToolchainName, ToolchainName>,
}

/// The text with each version of `install` and `default` raised to the newest release of its line among `released`. The
/// text must be a valid fleet file.
pub fn raised(text: &str, released: &[Version]) -> Raised {
    let mut raise = Raise { text, released, edits: Vec::new(), versions: BTreeMap::new() };
    let Ok(document) = Document::parse(text) else { return raise.done() };
    let whole: &dyn TableLike = document.as_table();
    let targets = whole.get("target").and_then(Item::as_table_like);
    let targets = targets.into_iter().flat_map(TableLike::iter).filter_map(|(_, item)| item.as_table_like());
    let tables = once(whole).chain(targets).filter_map(|table| table.get("toolchains")?.as_table_like());
    for table in tables {
        if let Some(install) = table.get("install").and_then(Item::as_array) {
            raise.list(install);
        }
        if let Some(default) = table.get("default").and_then(Item::as_value) {
            raise.value(default);
        }
    }
    raise.done()
}

struct Raise<'a> {
    text: &'a str,
    released: &'a [Version],
    /// What to put in which place of the text. No two places overlap.
    edits: Vec<(Range<usize>, String)>,
    versions: BTreeMap<ToolchainName, ToolchainName>,
}

impl Raise<'_> {
    /// Raises the versions of a list. One that is there already then goes with the comma before it, unless a comment is
    /// between the two, which may tell of either.
    fn list(&mut self, install: &Array) {
        let (mut seen, mut end) = (BTreeSet::new(), None);
        for value in install {
            let (Some(word), Some(place)) = (value.as_str(), value.span()) else { continue };
            let is_new = seen.insert(self.newest(word).unwrap_or_else(|| word.to_owned()));
            let before = end.replace(place.end).filter(|_| !is_new);
            match before.filter(|end| !self.text[*end..place.start].contains('#')) {
                Some(end) => self.edits.push((end..place.end, String::new())),
                None => self.value(value),
            }
        }
    }

    /// Puts the raised version in the place of a value, in its quotes.
    fn value(&mut self, value: &Value) {
        let (Some(word), Some(place)) = (value.as_str(), value.span()) else { return };
        let Some(newest) = self.newest(word) else { return };
        let written = &self.text[place.clone()];
        // A word with escapes is not in the text as it is.
        let new =
            if written.contains(word) { written.replacen(word, &newest, 1) } else { format!("\"{newest}\"") };
        self.edits.push((place, new));
    }

    /// The newest version of the line; `None` if there is none newer than the word says.
    fn newest(&mut self, word: &str) -> Option<String> {
        let Ok(Request::Version(version)) = Request::parse(word) else { return None };
        let newest = Request::Line(version.line()).choose(self.released.iter())?;
        (*newest > version).then(|| {
            self.versions.insert(version.toolchain(), newest.toolchain());
            newest.full()
        })
    }

    /// The text with the edits.
    fn done(mut self) -> Raised {
        self.edits.sort_by_key(|(place, _)| place.start);
        let mut text = self.text.to_owned();
        for (place, new) in self.edits.into_iter().rev() {
            text.replace_range(place, &new);
        }
        Raised { text, versions: self.versions }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_raised_and_all_else_stays() {
        let released =
            ["1.26.9", "1.26.8", "1.25.14", "1.27rc2", "1.20.14"].map(|text| Version::parse(text).unwrap());
        let text = "# fleet\nformat = 1\n\n[toolchains]\ninstall = [\n    '1.26.8', # the newest\n    \"go1.25.13\",\n    \
                    \"1.25.12\",\n    \"1.25.14-corp\",\n    \"1.27rc1\", \"1.24.1\", \"1.20.0\",\n]\ndefault = \"1.26.8\" # d\n\n\
                    [policy]\noldest = \"1.25.1\"\n\n[target.ci]\ntoolchains = { install = [\"1.25.13\"] }\n\n\
                    [target.b]\ntoolchains.default = \"1.26.9\"\ntoolchains.install = [\"1.26.9\"]\n";
        let expected = "# fleet\nformat = 1\n\n[toolchains]\ninstall = [\n    '1.26.9', # the newest\n    \"1.25.14\",\n    \
                        \"1.25.14-corp\",\n    \"1.27rc2\", \"1.24.1\", \"1.20.14\",\n]\ndefault = \"1.26.9\" # d\n\n\
                        [policy]\noldest = \"1.25.1\"\n\n[target.ci]\ntoolchains = { install = [\"1.25.14\"] }\n\n\
                        [target.b]\ntoolchains.default = \"1.26.9\"\ntoolchains.install = [\"1.26.9\"]\n";
        assert_eq!(raised(text, &released).text, expected);
        assert_eq!(raised(expected, &released).text, expected);
        assert_eq!(raised("no = [", &released).text, "no = [");
    }

    /// Each `1.25.12` of the text is raised, and each `@` stands for one that goes with what is before it.
    #[test]
    fn nothing_but_the_versions_changes() {
        let released = [Version::parse("1.25.14").unwrap()];
        for text in [
            "\u{feff}format = 1\r\n[toolchains]\r\ninstall = [\r\n\t\"1.25.12\",\r\n]\r\ndefault=  '1.25.12'\t# é\r\n\r\n[x]",
            "toolchains = {install=['1.25.12'],default = '''1.25.12'''}",
            "toolchains.install = [ \"1.25.12\" , ]\ntoolchains.'default' = \"\"\"1.25.12\"\"\"",
            "[target.\"a b\".toolchains]\ninstall = [\n  # one\n  \"1.25.12\" # two\n  ,\n  # three\n]\n[target.c]\ntoolchains.default = \"1.25.12\"",
            "[toolchains]\ninstall = [\"1.25.12\"@, \"1.24.1\"@]",
            "[toolchains]\ninstall = [\n  \"1.25.12\"@@,\n]",
            "[toolchains]\ninstall = [\"1.25.12\", # one\n \"1.25.12\"@, # two\n \"1.25.12\"]",
            "[[toolchains]]\ninstall = []\n[settings]\ndefault = \"1.25.1\"",
        ] {
            let before = text.replace('@', ",\r\n  \"1.25.13\"");
            let after = text.replace('@', "").replace("1.25.12", "1.25.14");
            assert_eq!(raised(&before, &released).text, after);
            assert_eq!(raised(&after, &released).text, after);
        }
        let escaped = "toolchains.default = \"1.25\\u002e12\"";
        assert_eq!(raised(escaped, &released).text, "toolchains.default = \"1.25.14\"");
    }
}

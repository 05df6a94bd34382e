//! Raises the versions in the text of a fleet file to the newest patches of their lines. All else stays as it is.

use toml_edit::{Array, DocumentMut, Item, TableLike, Value};

use crate::go::request::Request;
use crate::go::version::Version;

/// The text with each version of `install` and `default` raised to the newest release of its line among `released`. The
/// text must be a valid fleet file.
pub fn raised(text: &str, released: &[Version]) -> String {
    let Ok(mut document) = text.parse::<DocumentMut>() else { return text.to_owned() };
    let raise = |word: &str| raised_word(word, released);
    if let Some(table) = table(document.as_table_mut(), "toolchains") {
        raise_toolchains(table, &raise);
    }
    if let Some(targets) = table(document.as_table_mut(), "target") {
        for (_, target) in targets.iter_mut() {
            if let Some(table) = target.as_table_like_mut().and_then(|target| table(target, "toolchains")) {
                raise_toolchains(table, &raise);
            }
        }
    }
    document.to_string()
}

fn table<'a>(of: &'a mut dyn TableLike, key: &str) -> Option<&'a mut dyn TableLike> {
    of.get_mut(key)?.as_table_like_mut()
}

fn raise_toolchains(table: &mut dyn TableLike, raise: &dyn Fn(&str) -> Option<String>) {
    if let Some(install) = table.get_mut("install").and_then(Item::as_array_mut) {
        install.iter_mut().for_each(|value| raise_value(value, raise));
        without_doubles(install);
    }
    if let Some(default) = table.get_mut("default").and_then(Item::as_value_mut) {
        raise_value(default, raise);
    }
}

/// Puts the raised version in the place of a value, with the blanks and comments around it.
fn raise_value(value: &mut Value, raise: &dyn Fn(&str) -> Option<String>) {
    let Some(newest) = value.as_str().and_then(raise) else { return };
    let decor = value.decor().clone();
    *value = newest.into();
    *value.decor_mut() = decor;
}

/// Removes what comes a second time: two patches of one line were raised to the same.
fn without_doubles(install: &mut Array) {
    let mut at = 0;
    while at < install.len() {
        let is_double =
            install.iter().take(at).any(|before| before.as_str() == install.get(at).and_then(Value::as_str));
        if is_double {
            install.remove(at);
        } else {
            at += 1;
        }
    }
}

/// The newest version of the line; `None` if there is none newer than the word says.
fn raised_word(word: &str, released: &[Version]) -> Option<String> {
    let Ok(Request::Version(version)) = Request::parse(word) else { return None };
    let newest = Request::Line(version.line()).choose(released.iter())?;
    (*newest > version).then(|| newest.full())
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
        let expected = "# fleet\nformat = 1\n\n[toolchains]\ninstall = [\n    \"1.26.9\", # the newest\n    \"1.25.14\",\n    \
                        \"1.25.14-corp\",\n    \"1.27rc2\", \"1.24.1\", \"1.20.14\",\n]\ndefault = \"1.26.9\" # d\n\n\
                        [policy]\noldest = \"1.25.1\"\n\n[target.ci]\ntoolchains = { install = [\"1.25.14\"] }\n\n\
                        [target.b]\ntoolchains.default = \"1.26.9\"\ntoolchains.install = [\"1.26.9\"]\n";
        assert_eq!(raised(text, &released), expected);
        assert_eq!(raised(expected, &released), expected);
        assert_eq!(raised("no = [", &released), "no = [");
    }
}

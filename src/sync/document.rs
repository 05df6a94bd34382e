//! The fleet file as tables whose keys are taken one by one. What nobody takes is unknown; all unknown keys are told
//! together, each with its place, because a mistyped policy must not pass for none.

use std::cell::RefCell;
use std::ops::Range;
use std::path::Path;

use toml_edit::{Document, Item, TableLike, Value};

use crate::error::{Error, Kind, Result};
use crate::settings::file::{Place, plain};
use crate::text;

/// A fleet file, and the unknown keys that were met so far.
pub(super) struct Source<'a> {
    path: &'a Path,
    text: &'a str,
    unknown: RefCell<Vec<String>>,
    /// The first error about what is missing.
    missing: RefCell<Option<Error>>,
}

impl<'a> Source<'a> {
    /// The text of a fleet file; `path` is what messages call it.
    pub(super) fn new(path: &'a Path, text: &'a str) -> Self {
        Source { path, text, unknown: RefCell::default(), missing: RefCell::default() }
    }

    /// Parses the text.
    pub(super) fn document(&self) -> Result<Document<&'a str>> {
        Document::parse(self.text).map_err(|error| {
            let message = error.message().lines().next().unwrap_or_default();
            self.invalid(&format!("the fleet file is invalid: {message}"), error.span())
        })
    }

    fn place(&self, span: Option<Range<usize>>) -> Place {
        Place::new(self.path, self.text, span.map_or(0, |span| span.start))
    }

    fn invalid(&self, message: &str, span: Option<Range<usize>>) -> Error {
        Error::new(Kind::InvalidFile, message).detail(format!("at `{}`", self.place(span)))
    }

    /// Notes that something is missing. It may be there under a mistyped key, so those are told first.
    pub(super) fn miss(&self, error: Error) {
        self.missing.borrow_mut().get_or_insert(error);
    }

    /// An error if there are keys that nobody took, or if something is missing.
    pub(super) fn end(&self) -> Result<()> {
        let mut unknown = self.unknown.borrow_mut();
        if unknown.is_empty() {
            return self.missing.borrow_mut().take().map_or(Ok(()), Err);
        }
        let error = Error::new(Kind::InvalidFile, "the fleet file has keys that gox does not know");
        Err(unknown.drain(..).fold(error, Error::detail))
    }
}

/// A place in the file, for errors about what is there.
pub(super) struct Spot<'a> {
    source: &'a Source<'a>,
    span: Option<Range<usize>>,
}

impl Spot<'_> {
    /// The place as a file, a line and a column.
    pub(super) fn place(&self) -> Place {
        self.source.place(self.span.clone())
    }

    /// The error that something here is invalid.
    pub(super) fn invalid(&self, message: &str) -> Error {
        self.source.invalid(message, self.span.clone())
    }

    /// Notes that something is missing here.
    pub(super) fn miss(&self, message: &str) {
        self.source.miss(self.invalid(message));
    }
}

/// A table of the file.
pub(super) struct Section<'a> {
    source: &'a Source<'a>,
    /// The dotted name with a final dot; empty for the file itself.
    prefix: String,
    table: &'a dyn TableLike,
    /// The keys that were asked for, whether they are there or not.
    known: Vec<String>,
}

impl<'a> Section<'a> {
    /// The whole file.
    pub(super) fn whole(source: &'a Source<'a>, document: &'a Document<&'a str>) -> Self {
        Section { source, prefix: String::new(), table: document.as_table(), known: Vec::new() }
    }

    /// The value of a key; `None` if it is not there.
    pub(super) fn take(&mut self, key: &str) -> Option<Entry<'a>> {
        self.known.push(key.to_owned());
        let (written, item) = self.table.get_key_value(key)?;
        let spot = Spot { source: self.source, span: written.span().or_else(|| item.span()) };
        Some(Entry { spot, name: format!("{}{}", self.prefix, text::escaped(key)), item })
    }

    /// The values of all keys, for a table whose keys are names.
    pub(super) fn take_all(&mut self) -> Vec<(String, Entry<'a>)> {
        let keys: Vec<String> = self.table.iter().map(|(key, _)| key.to_owned()).collect();
        keys.into_iter().filter_map(|key| Some((key.clone(), self.take(&key)?))).collect()
    }

    /// Notes the keys that nobody took.
    pub(super) fn end(self) {
        for (key, item) in self.table.iter().filter(|(key, _)| !self.known.iter().any(|known| known == key)) {
            let span = self.table.key(key).and_then(toml_edit::Key::span).or_else(|| item.span());
            let nearest = text::nearest(key, &self.known);
            let nearest = nearest.map_or_else(String::new, |key| format!("; the nearest is `{key}`"));
            let line =
                format!("`{}{}` at `{}`{nearest}", self.prefix, key.escape_debug(), self.source.place(span));
            self.source.unknown.borrow_mut().push(line);
        }
    }
}

/// A key with its value.
pub(super) struct Entry<'a> {
    /// Where the key is.
    pub spot: Spot<'a>,
    /// The dotted name of the key.
    name: String,
    item: &'a Item,
}

impl<'a> Entry<'a> {
    fn must_be(&self, what: &str) -> Error {
        self.spot.invalid(&format!("`{}` must be {what}", self.name))
    }

    /// The error that the value cannot be what it is.
    pub(super) fn invalid(&self, reason: &str) -> Error {
        self.spot.invalid(&format!("invalid value for `{}`: {reason}", self.name))
    }

    /// The value as a table.
    pub(super) fn section(&self) -> Result<Section<'a>> {
        let table = self.item.as_table_like().ok_or_else(|| self.must_be("a table"))?;
        Ok(Section { source: self.spot.source, prefix: format!("{}.", self.name), table, known: Vec::new() })
    }

    /// The value as several tables.
    pub(super) fn sections(&self) -> Result<Vec<Section<'a>>> {
        let wrong = || self.must_be("tables, each below `[[…]]`");
        let tables: Vec<&dyn TableLike> = match self.item {
            Item::ArrayOfTables(tables) => tables.iter().map(|table| table as &dyn TableLike).collect(),
            Item::Value(Value::Array(values)) => {
                let table = |value: &'a Value| value.as_inline_table().map(|table| table as &dyn TableLike);
                values.iter().map(table).collect::<Option<_>>().ok_or_else(wrong)?
            }
            _ => return Err(wrong()),
        };
        let section = |table| Section {
            source: self.spot.source,
            prefix: format!("{}.", self.name),
            table,
            known: Vec::new(),
        };
        Ok(tables.into_iter().map(section).collect())
    }

    /// The value as text.
    pub(super) fn text(&self) -> Result<&'a str> {
        self.item.as_str().ok_or_else(|| self.must_be("text"))
    }

    /// The value as a boolean.
    pub(super) fn truth(&self) -> Result<bool> {
        self.item.as_bool().ok_or_else(|| self.must_be("true or false"))
    }

    /// The value as a number.
    pub(super) fn number(&self) -> Result<i64> {
        self.item.as_integer().ok_or_else(|| self.must_be("a number"))
    }

    /// The value as a list of texts, each with its place.
    pub(super) fn texts(&self) -> Result<Vec<(&'a str, Spot<'a>)>> {
        let wrong = || self.must_be("a list of texts");
        let one = |value: &'a Value| {
            let spot = Spot { source: self.spot.source, span: value.span() };
            value.as_str().map(|text| (text, spot)).ok_or_else(wrong)
        };
        self.item.as_array().ok_or_else(wrong)?.iter().map(one).collect()
    }

    /// The value as a day, in the spelling `2027-03-01`.
    pub(super) fn day(&self) -> Result<String> {
        let moment = self.item.as_datetime().filter(|moment| moment.time.is_none());
        let day = moment.and_then(|moment| moment.date).map(|date| date.to_string());
        day.ok_or_else(|| self.must_be("a day without quotes, such as 2027-03-01"))
    }

    /// The value in the form of a variable.
    pub(super) fn plain(&self) -> Result<String> {
        let text = self.item.as_value().and_then(plain);
        text.ok_or_else(|| self.must_be("text, a number, a boolean or a list"))
    }
}

//! Which versions an entry affects: the walk over the events of its ranges, done once, so that what is kept are plain
//! intervals.

use semver::Version;
use serde::{Deserialize, Serialize};

use super::semver::read;

/// The type of the ranges that count. Others, such as `GIT`, say nothing of releases.
const SEMVER: &str = "SEMVER";
/// The beginning of time in an event.
const BEGINNING: &str = "0";

/// A range as entries write it: events in any order.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Range {
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    pub(super) events: Vec<Event>,
}

/// A version from which on something else holds. One of a kind that gox does not know has neither field, and changes
/// nothing.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Event {
    introduced: Option<String>,
    fixed: Option<String>,
}

/// All versions from one on, and before another; without bounds, all versions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interval(Option<Version>, Option<Version>);

impl Interval {
    /// Whether the version is in it.
    pub fn contains(&self, version: &Version) -> bool {
        let Interval(from, to) = self;
        from.as_ref().is_none_or(|from| from <= version) && to.as_ref().is_none_or(|to| version < to)
    }

    /// The version that fixes it, if one does.
    pub fn fixed(&self) -> Option<&Version> {
        self.1.as_ref()
    }

    /// Its bounds, unless no version is in it.
    pub(super) fn bounds(&self) -> Option<Bounds<'_>> {
        let Interval(from, to) = self;
        let is_empty = to.as_ref().is_some_and(|to| from.as_ref().is_some_and(|from| from >= to));
        (!is_empty).then_some((from.as_ref(), to.as_ref()))
    }
}

/// What an [`Interval`] has, by reference.
pub(super) type Bounds<'a> = (Option<&'a Version>, Option<&'a Version>);

/// The versions of all these intervals, in intervals that have none in common.
pub(super) fn apart<'a>(intervals: impl Iterator<Item = &'a Interval>) -> Vec<Bounds<'a>> {
    let mut all: Vec<_> = intervals.filter_map(Interval::bounds).collect();
    all.sort_unstable_by_key(|(from, _)| *from);
    all.dedup_by(|(from, to), (_, end)| {
        let is_apart = end.is_some_and(|end| from.is_some_and(|from| from > end));
        if !is_apart {
            *end = end.and_then(|end| to.map(|to| end.max(to)));
        }
        !is_apart
    });
    all
}

/// The versions in any of these ranges (Go source `golang.org/x/vuln/internal/semver.Affects`). Without a range that
/// counts, all versions are affected. The error says what cannot be understood.
pub(super) fn intervals(ranges: &[Range]) -> Result<Vec<Interval>, String> {
    let mut found = Vec::new();
    let mut counting = ranges.iter().filter(|range| range.kind == SEMVER).peekable();
    if counting.peek().is_none() {
        found.push(Interval::default());
    }
    for range in counting {
        walk(&range.events, &mut found)?;
    }
    Ok(found)
}

fn walk(events: &[Event], found: &mut Vec<Interval>) -> Result<(), String> {
    if events.is_empty() {
        found.push(Interval::default());
        return Ok(());
    }
    let mut points =
        events.iter().filter_map(|event| point(event).transpose()).collect::<Result<Vec<_>, _>>()?;
    if !points.iter().any(|point| point.is_introduced) {
        return Err("a range does not say where it begins".to_owned());
    }
    // Nothing is below `None`, the beginning.
    points.sort_by(|one, other| one.at.cmp(&other.at));
    let mut since = None;
    for Point { at, is_introduced } in points {
        match since {
            None if is_introduced => since = Some(at),
            Some(from) if !is_introduced => {
                found.push(Interval(from, at));
                since = None;
            }
            _ => {}
        }
    }
    found.extend(since.map(|from| Interval(from, None)));
    Ok(())
}

struct Point {
    at: Option<Version>,
    is_introduced: bool,
}

fn point(event: &Event) -> Result<Option<Point>, String> {
    let version =
        |text: &str| read(text).ok_or_else(|| format!("`{}` is no version", crate::text::excerpt(text)));
    match (event.introduced.as_deref(), event.fixed.as_deref()) {
        (Some(BEGINNING), None) => Ok(Some(Point { at: None, is_introduced: true })),
        (Some(text), None) => Ok(Some(Point { at: Some(version(text)?), is_introduced: true })),
        (None, Some(text)) => Ok(Some(Point { at: Some(version(text)?), is_introduced: false })),
        (None, None) => Ok(None),
        (Some(_), Some(_)) => Err("an event is both `introduced` and `fixed`".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use semver::Version;

    use super::{Range, intervals};

    /// The ranges in JSON, and what they say of 1.19.0, 1.20.5, 1.21.0-rc.1, 1.21.0 and 1.22.0.
    #[test]
    fn the_walk() {
        for (ranges, expected) in [
            ("[]", "yyyyy"),
            (r#"[{"type":"SEMVER"}]"#, "yyyyy"),
            (r#"[{"type":"SEMVER","events":[]}]"#, "yyyyy"),
            (r#"[{"type":"GIT","events":[{"introduced":"0"},{"fixed":"1f3"}]}]"#, "yyyyy"),
            (r#"[{"type":"SEMVER","events":[{"introduced":"0"}]}]"#, "yyyyy"),
            (r#"[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"1.20.5"}]}]"#, "ynnnn"),
            (r#"[{"type":"SEMVER","events":[{"introduced":"1.20.5"},{"fixed":"1.21.0"}]}]"#, "nyynn"),
            (r#"[{"type":"SEMVER","events":[{"introduced":"1.21.0-0"},{"fixed":"1.21.1"}]}]"#, "nnyyn"),
            (r#"[{"type":"SEMVER","events":[{"introduced":"1.21"},{"fixed":"1.21.1"}]}]"#, "nnnyn"),
            // In any order, and with an event more than is needed.
            (
                r#"[{"type":"SEMVER","events":[{"fixed":"1.20.0"},{"introduced":"1.22.0-0"},{"introduced":"0"}]}]"#,
                "ynnny",
            ),
            (
                r#"[{"type":"SEMVER","events":[{"fixed":"1.1.0"},{"introduced":"1.20.0"},{"introduced":"1.20.1"},{"fixed":"1.21.0"},{"fixed":"1.21.1"}]}]"#,
                "nyynn",
            ),
            // What is fixed and introduced at once is there again.
            (
                r#"[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"1.20.5"},{"introduced":"1.20.5"}]}]"#,
                "yyyyy",
            ),
            // Several ranges: any of them.
            (
                r#"[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"1.20.0"}]},{"type":"GIT","events":[{"introduced":"0"}]},{"type":"SEMVER","events":[{"introduced":"1.22.0"}]}]"#,
                "ynnny",
            ),
            // An unknown kind of end ends nothing.
            (r#"[{"type":"SEMVER","events":[{"introduced":"0"},{"last_affected":"1.19.0"}]}]"#, "yyyyy"),
        ] {
            let read: Vec<Range> = serde_json::from_str(ranges).unwrap();
            let found = intervals(&read).unwrap();
            let kept = serde_json::to_string(&found).unwrap();
            assert_eq!(serde_json::from_str::<Vec<super::Interval>>(&kept).unwrap(), found);
            let said: String = ["1.19.0", "1.20.5", "1.21.0-rc.1", "1.21.0", "1.22.0"]
                .map(|version| Version::parse(version).unwrap())
                .map(|version| if found.iter().any(|one| one.contains(&version)) { 'y' } else { 'n' })
                .into_iter()
                .collect();
            assert_eq!(said, expected, "{ranges}");
        }
    }

    #[test]
    fn what_cannot_be_understood_is_no_range() {
        for (events, expected) in [
            (r#"[{"introduced":"0"},{"fixed":"soon"}]"#, "`soon` is no version"),
            (r#"[{"introduced":"0"},{"fixed":"0"}]"#, "`0` is no version"),
            (r#"[{"introduced":"0","fixed":"1.2.3"}]"#, "an event is both `introduced` and `fixed`"),
            (r#"[{"fixed":"1.2.3"}]"#, "a range does not say where it begins"),
            (r#"[{"last_affected":"1.2.3"}]"#, "a range does not say where it begins"),
        ] {
            let text = format!(r#"[{{"type":"SEMVER","events":{events}}}]"#);
            let read: Vec<Range> = serde_json::from_str(&text).unwrap();
            assert_eq!(intervals(&read).unwrap_err(), expected);
        }
    }
}

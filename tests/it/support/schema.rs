//! JSON Schema (draft 2020-12), as far as `docs/schema` uses it. Stricter in one thing: a key that a schema
//! does not name is an error here, so that nothing is printed that is not documented.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Map, Value};

/// What may stand in a schema.
const KEYWORDS: [&str; 8] =
    ["$schema", "title", "description", "type", "enum", "required", "properties", "items"];

/// The committed schema of a command.
pub(crate) fn of(command: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("docs/schema/{command}.json"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What is wrong with a value, each with its place; `seen` collects the keys that were there: `items.version`.
pub(crate) fn errors(schema: &Value, value: &Value, place: &str, seen: &mut BTreeSet<String>) -> Vec<String> {
    let schema = schema.as_object().unwrap_or_else(|| panic!("{place}: no schema"));
    for keyword in schema.keys() {
        assert!(KEYWORDS.contains(&keyword.as_str()), "{place}: `{keyword}` is not understood");
    }
    let mut wrong = Vec::new();
    let types = schema.get("type").map(names).unwrap_or_default();
    assert!(!types.is_empty(), "{place}: a schema without a type allows everything");
    if !types.iter().any(|name| is(name, value)) {
        wrong.push(format!("{place}: {value} is none of {types:?}"));
    }
    if let Some(words) = schema.get("enum").and_then(Value::as_array)
        && !words.contains(value)
    {
        wrong.push(format!("{place}: {value} is none of {words:?}"));
    }
    if let (Some(object), Some(properties)) = (value.as_object(), schema.get("properties")) {
        let required = schema.get("required").map(names).unwrap_or_default();
        wrong.extend(keys(object, properties, &required, place, seen));
    }
    for item in value.as_array().into_iter().flatten() {
        let items = schema.get("items").unwrap_or_else(|| panic!("{place}: of what?"));
        wrong.extend(errors(items, item, place, seen));
    }
    wrong
}

fn keys(
    object: &Map<String, Value>,
    properties: &Value,
    required: &[&str],
    place: &str,
    seen: &mut BTreeSet<String>,
) -> Vec<String> {
    let missing = required.iter().filter(|key| !object.contains_key(**key));
    let mut wrong: Vec<String> = missing.map(|key| format!("{place}: no `{key}`")).collect();
    for (key, value) in object {
        let inner = format!("{place}.{key}");
        match properties.get(key) {
            Some(schema) => wrong.extend(errors(schema, value, &inner, seen)),
            None => wrong.push(format!("{inner} is not documented")),
        }
        seen.insert(inner);
    }
    wrong
}

/// One word or several.
fn names(value: &Value) -> Vec<&str> {
    let one = value.as_str().into_iter();
    one.chain(value.as_array().into_iter().flatten().filter_map(Value::as_str)).collect()
}

fn is(name: &str, value: &Value) -> bool {
    match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "string" => value.is_string(),
        "integer" => value.is_u64() || value.is_i64(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => panic!("the type `{name}` is not understood"),
    }
}

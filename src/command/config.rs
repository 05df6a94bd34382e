//! `gox config`: shows the settings, their values and where each is set, and changes the settings file.

use clap::{Args, Subcommand};
use serde_json::{Value as Json, json};

use crate::error::{Error, Kind, Result};
use crate::settings::file::{self, SettingsFile};
use crate::settings::keys::{self, Key};
use crate::settings::value::{SetBy, Value, invalid, value};
use crate::ui::printer::Printer;
use crate::{env, text};

#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Examples:
  gox config
  gox config auto-install
  gox config set auto-install ask
  gox config unset auto-install"
)]
pub(super) struct Arguments {
    /// Show only this setting: its value on stdout, where it is set on stderr
    #[arg(value_name = "SETTING")]
    pub key: Option<String>,
    /// Print an array of objects; with a setting, one object
    #[arg(long)]
    pub json: bool,
    /// What to change
    #[command(subcommand)]
    pub change: Option<Change>,
}

/// A change of the settings file.
#[derive(Debug, Subcommand)]
pub(super) enum Change {
    /// Print a value, as without `get`
    #[command(hide = true)]
    Get {
        /// The setting
        #[arg(value_name = "SETTING")]
        key: String,
    },
    /// Write a value into the settings file
    #[command(after_help = "Example:
  gox config set sources 'proxy,dir:/mnt/go'")]
    Set {
        /// The setting
        #[arg(value_name = "SETTING")]
        key: String,
        /// Its value, as its environment variable would have it
        #[arg(value_name = "VALUE")]
        value: String,
    },
    /// Take a setting out of the settings file
    #[command(after_help = "Example:
  gox config unset sources")]
    Unset {
        /// The setting
        #[arg(value_name = "SETTING")]
        key: String,
    },
}

/// The variables that have no key in the settings file, because the file must not change which Go is selected.
const ENVIRONMENT_ONLY: [&str; 3] = [env::GOX_HOME, env::GOX_SYSTEM_HOME, env::GOX_CONFIG];

/// Shows, sets or unsets settings. It reads the file itself, because it has to work where the file is invalid.
pub(super) fn run(arguments: &Arguments, printer: &Printer) -> Result<()> {
    match &arguments.change {
        Some(Change::Set { key, value }) => set(find(key)?, value, printer),
        Some(Change::Unset { key }) => unset(find(key)?, printer),
        Some(Change::Get { key }) => {
            let file = SettingsFile::read(|warning| printer.warn(&warning))?;
            show_one(find(key)?, &file, arguments.json, printer)
        }
        None => {
            let file = SettingsFile::read(|warning| printer.warn(&warning))?;
            match &arguments.key {
                Some(key) => show_one(find(key)?, &file, arguments.json, printer),
                None => show_all(&file, arguments.json, printer),
            }
        }
    }
}

fn find(word: &str) -> Result<&'static Key> {
    keys::find(word).ok_or_else(|| {
        let error = Error::new(Kind::Usage, format!("`{}` is no setting", word.escape_debug()));
        match keys::nearest(word) {
            Some(key) => error.hint(format!("the nearest is `{key}`")),
            None => error.hint("`gox config` shows all of them"),
        }
    })
}

fn show_one(key: &Key, file: &SettingsFile, as_json: bool, printer: &Printer) -> Result<()> {
    let value = value(key, file);
    if as_json {
        return printer.data(&object(key, &value).to_string());
    }
    printer.say(&match origin(key, &value) {
        text if value.set_by == SetBy::Default => format!("not set: this is the {text}"),
        text => format!("set by {text}"),
    });
    printer.data(&text::without_password(&value.text))
}

fn show_all(file: &SettingsFile, as_json: bool, printer: &Printer) -> Result<()> {
    let values = keys::ALL.map(|key| (key, value(key, file)));
    if as_json {
        let objects = values.iter().map(|(key, value)| object(key, value));
        let variables = ENVIRONMENT_ONLY.map(|name| {
            let kind = if env::os(name).is_some() { "environment" } else { "default" };
            json!({ "key": null, "variable": name, "value": env::text(name), "origin": { "kind": kind } })
        });
        let all: Vec<Json> = objects.chain(variables).collect();
        return printer.data(&Json::from(all).to_string());
    }
    let rows = values
        .iter()
        .map(|(key, value)| [key.name.to_owned(), text::without_password(&value.text), origin(key, value)]);
    let variables = ENVIRONMENT_ONLY.map(|name| {
        let origin = if env::os(name).is_some() { "the environment" } else { "default" };
        [name.to_owned(), env::text(name).unwrap_or_else(|| "-".into()), origin.to_owned()]
    });
    let rows: Vec<_> = rows.chain(variables).collect();
    printer.table(["SETTING", "VALUE", "SET BY"], &rows)?;
    if let Some(path) = file::path() {
        let there = if path.is_file() { "" } else { ", which is not there" };
        printer.say(&format!("the settings file is `{}`{there}", path.display()));
    }
    Ok(())
}

fn origin(key: &Key, value: &Value) -> String {
    match &value.set_by {
        SetBy::Default => "default".to_owned(),
        SetBy::Environment => format!("`{}`", key.variable),
        SetBy::File(place) => place.to_string(),
    }
}

fn object(key: &Key, value: &Value) -> Json {
    let origin = match &value.set_by {
        SetBy::Default => json!({ "kind": "default" }),
        SetBy::Environment => json!({ "kind": "environment" }),
        SetBy::File(place) => {
            json!({ "kind": "file", "path": place.path.to_string_lossy(), "line": place.line, "column": place.column })
        }
    };
    let text = text::without_password(&value.text);
    json!({ "key": key.name, "variable": key.variable, "value": text, "origin": origin })
}

fn set(key: &Key, value: &str, printer: &Printer) -> Result<()> {
    key.check(value).map_err(|reason| invalid(key, value, &reason, Kind::Usage))?;
    let path = file::set(key, Some(value))?;
    printer.say(&format!("{} is {} now, in `{}`", key.name, text::without_password(value), path.display()));
    tell_variable(key, printer);
    Ok(())
}

fn unset(key: &Key, printer: &Printer) -> Result<()> {
    let path = file::set(key, None)?;
    printer.say(&format!("{} is not set in `{}`", key.name, path.display()));
    tell_variable(key, printer);
    Ok(())
}

/// Notes that the variable of a setting is set, so that the file has no effect.
fn tell_variable(key: &Key, printer: &Printer) {
    if let Some(text) = env::text(key.variable) {
        printer.note(&format!(
            "`{}={}` is set, and comes first",
            key.variable,
            text::without_password(&text)
        ));
    }
}

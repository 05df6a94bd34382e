//! `gox config`: shows the settings and the variables that count, their values and where each is set, and changes the
//! settings file.

use clap::{Args, Subcommand};
use serde_json::Value as Json;

use super::config_line::{GoWorld, Line, Source, Subject};
use crate::error::{Error, Kind, Result};
use crate::fs::read::is_null_device;
use crate::settings::file::{self, SettingsFile};
use crate::settings::keys::Key;
use crate::settings::value::invalid;
use crate::ui::printer::Printer;
use crate::{env, text};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gox config
  gox config auto-install
  gox config GOPROXY
  gox config set auto-install ask
  gox config unset auto-install")]
pub(super) struct Arguments {
    /// Only this one: its value on stdout, where it is set on stderr
    #[arg(value_name = "SETTING")]
    pub key: Option<String>,
    /// Print a JSON array of objects; with a setting, one object
    #[arg(long)]
    pub json: bool,
    /// What to do with the settings file
    #[command(subcommand)]
    pub edit: Option<Edit>,
}

/// An edit of the settings file.
#[derive(Debug, Subcommand)]
pub(super) enum Edit {
    /// Print a value, as without `get`
    #[command(hide = true)]
    Get {
        /// The setting or variable
        #[arg(value_name = "SETTING")]
        key: String,
        /// Print a JSON object
        #[arg(long)]
        json: bool,
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

/// Shows, sets or unsets settings. It reads the file itself, because it has to work where the file is invalid.
pub(super) fn run(arguments: &Arguments, printer: &Printer) -> Result<()> {
    let (shown, json) = match &arguments.edit {
        Some(Edit::Get { key, json }) if arguments.key.is_none() => (Some(key), *json || arguments.json),
        Some(_) if arguments.key.is_some() || arguments.json => {
            let message = "`gox config` shows settings or changes one, not both";
            return Err(Error::new(Kind::Usage, message).hint("see `gox config --help`"));
        }
        Some(Edit::Set { key, value }) => return set(find_key(key, Some(value))?, value, printer),
        Some(Edit::Unset { key }) => return write(find_key(key, None)?, None, printer),
        _ => (arguments.key.as_ref(), arguments.json),
    };
    let shown = shown.map(|word| find(word)).transpose();
    let file = SettingsFile::read(|warning| printer.warn(&warning))?;
    let go = GoWorld::of_process();
    match shown? {
        None => {
            let lines: Vec<Line> = Subject::all().map(|subject| subject.line(&file, &go)).collect();
            show_all(&lines, json, printer)
        }
        Some(subject) => show_one(subject.line(&file, &go), json, printer),
    }
}

/// What a word of the command line means.
fn find(word: &str) -> Result<Subject> {
    Subject::find(word).ok_or_else(|| {
        let error = Error::new(Kind::Usage, format!("`{}` is not a setting", word.escape_debug()));
        match text::nearest(word, Subject::all().map(|subject| subject.name)) {
            Some(name) => error.hint(format!("the nearest is `{name}`")),
            None => error.hint("`gox config` shows all of them"),
        }
    })
}

/// The setting that a word means, to give it a value or to take that away.
fn find_key(word: &str, value: Option<&str>) -> Result<&'static Key> {
    let subject = find(word)?;
    subject.key.ok_or_else(|| {
        let message = format!("`{}` is not kept in the settings file", subject.name);
        Error::new(Kind::Usage, message).hint(subject.advice(value))
    })
}

/// Shows a line. An error if it has no value because of one.
fn show_one(line: Line, as_json: bool, printer: &Printer) -> Result<()> {
    match line.error {
        Some(error) if line.value.is_none() => return Err(error),
        Some(ref error) => printer.warn(&error.body()),
        None => {}
    }
    if as_json {
        return printer.json(&line.object());
    }
    printer.say(&match (&line.source, &line.value) {
        (Source::Default, None) => "not set".to_owned(),
        (Source::Default, Some(_)) => "not set: this is the default".to_owned(),
        _ => format!("set by {}", line.set_by()),
    });
    match (&line.path, &line.value) {
        (Some(path), _) => printer.path(path),
        (None, Some(value)) => printer.data(value),
        (None, None) => Ok(()),
    }
}

fn show_all(lines: &[Line], as_json: bool, printer: &Printer) -> Result<()> {
    // What follows from a variable fails as it does.
    for error in lines.iter().filter(|line| line.subject.is_variable()).filter_map(|line| line.error.as_ref())
    {
        printer.warn(&error.body());
    }
    if as_json {
        let objects: Vec<Json> = lines.iter().map(Line::object).collect();
        return printer.json(&Json::from(objects));
    }
    let row = |line: &Line| {
        [line.subject.name.to_owned(), line.value.clone().unwrap_or_else(|| "-".into()), line.set_by()]
    };
    printer.table(["SETTING", "VALUE", "SET BY"], &lines.iter().map(row).collect::<Vec<_>>())?;
    if let Some(path) = file::path() {
        let there = match path {
            _ if is_null_device(&path) => ", which switches it off",
            _ if path.is_file() => "",
            _ => ", which is not there",
        };
        printer.say(&format!("the settings file is `{}`{there}", path.display()));
    }
    Ok(())
}

fn set(key: &Key, value: &str, printer: &Printer) -> Result<()> {
    key.check(value).map_err(|reason| invalid(key, value, &reason, Kind::Usage))?;
    write(key, Some(value), printer)
}

/// Gives a setting a value or takes it out of the file, and tells of that and of its variable.
pub(super) fn write(key: &Key, value: Option<&str>, printer: &Printer) -> Result<()> {
    let path = file::set(key, value)?;
    let (name, path) = (key.name, path.display());
    printer.say(&match value {
        Some(value) => {
            let written = text::without_password(&file::normal(key, value));
            format!("`{name}` is now `{}`, in `{path}`", text::escaped(&written))
        }
        None => format!("`{name}` is not set in `{path}`"),
    });
    tell_variable(key, printer);
    Ok(())
}

/// Notes that the variable of a setting is set, so that the file has no effect.
pub(super) fn tell_variable(key: &Key, printer: &Printer) {
    if let Some(text) = env::text(key.variable) {
        printer.note(&format!(
            "`{}={}` is set, and comes first",
            key.variable,
            text::without_password(&text)
        ));
    }
}

//! The target `wsl`: systemd, and with `--isolate` a PATH without Windows folders, in `/etc/wsl.conf`.

use super::block::{Mark, Place};
use super::edit::{Content, Edit, Form};
use super::wants::{Site, Wants};
use crate::error::{Error, Kind, Result};
use crate::machine::wsl::Wsl;
use crate::machine::wsl_conf::{self, Setting, WslConf};

/// The key that `--isolate` sets.
const APPEND: &str = "interop.appendWindowsPath";

/// How a change takes effect.
pub(super) const APPLY: &str = "to apply it, run `wsl.exe --shutdown` in Windows";

/// What the target wants. Refused where the user's own lines say otherwise, because of a key that is there twice the
/// first counts, and WSL warns of the other at each start; and where WSL does not read as far as to the block.
pub(super) fn wants(site: &Site) -> Result<Wants> {
    let wsl = site.wsl();
    if !wsl.is_distribution() {
        let note = "`wsl` needs nothing here: this is not WSL".to_owned();
        return Ok(Wants { notes: vec![note], ..Wants::default() });
    }
    let mut edit = edit(site);
    let now = edit.read()?;
    let own = edit.take(&now)?;
    // What was asked for in an earlier run is not taken back by a run that asks for less.
    let is_isolated = now != own && WslConf::parse(now.text()).boolean(APPEND) == Some(false);
    let (isolate, of_user) = (site.isolate || is_isolated, WslConf::parse(own.text()));
    let wanted =
        [("boot", "systemd", "true", wsl == Wsl::Two), ("interop", "appendWindowsPath", "false", isolate)];
    let mut body = String::new();
    for (section, key, value, _) in wanted.into_iter().filter(|(.., is_wanted)| *is_wanted) {
        match of_user.get(&format!("{section}.{key}")) {
            None => body.extend(["[", section, "]\n", key, "=", value, "\n"]),
            Some(setting) if setting.value.eq_ignore_ascii_case(value) => {}
            Some(setting) => return Err(contradiction(&edit, &now, setting, &format!("{key}={value}"))),
        }
    }
    let mut then = vec![APPLY.to_owned()];
    then.extend(isolate.then(|| "`code` and `explorer.exe` then need their whole path".to_owned()));
    if body.is_empty() {
        let note = if wsl == Wsl::One && !isolate {
            "`wsl` needs nothing here: WSL 1 has no systemd".to_owned()
        } else {
            format!("`{}` has it already, written by hand", edit.path.display())
        };
        return Ok(Wants { notes: vec![note], ..Wants::default() });
    }
    if let Form::Block { body: lines, .. } = &mut edit.form {
        *lines = body;
    }
    let keys = wanted.iter().filter(|(.., is_wanted)| *is_wanted);
    refuse_unread(&edit, &now, keys.map(|(section, key, ..)| format!("{section}.{key}")))?;
    Ok(Wants { edits: vec![edit], then, ..Wants::default() })
}

/// The error that a setting of the user's says something else than it should.
fn contradiction(edit: &Edit, now: &Content, setting: &Setting, wanted: &str) -> Error {
    // By its line in the file, which has the block, too.
    let is_it = |other: &&Setting| (&other.name, &other.value) == (&setting.name, &setting.value);
    let file = WslConf::parse(now.text());
    let line = file.settings.iter().find(is_it).unwrap_or(setting).line;
    let key = wanted.split('=').next().unwrap_or_default();
    let message = format!("`{}:{line}` says `{key}={}`", edit.path.display(), setting.value);
    Error::new(Kind::Refused, message).hint(format!("make it `{wanted}`, by hand"))
}

/// An error if WSL does not read as far as to one of the keys.
fn refuse_unread(edit: &Edit, now: &Content, mut keys: impl Iterator<Item = String>) -> Result<()> {
    let after = WslConf::parse(edit.put(now)?.text());
    match after.end {
        Some(line) if keys.any(|key| after.get(&key).is_none()) => {
            let path = edit.path.display();
            let message =
                format!("WSL stops reading `{path}` at line {line}, which is not a section, key or comment");
            let hint = "remove the line, or begin it with `#`, by hand";
            Err(Error::new(Kind::Refused, message).hint(hint))
        }
        _ => Ok(()),
    }
}

/// The block in the settings of WSL.
pub(super) fn edit(site: &Site) -> Edit {
    let form = Form::Block { place: Place::End, body: String::new(), mode: 0o644 };
    Edit { path: site.machine.path(wsl_conf::PATH), mark: Mark("wsl"), form }
}

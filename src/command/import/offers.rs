//! What the defaults, pins and tools of other managers are for gox: commands that the user may type.

use crate::command::context::Context;
use crate::error::Result;
use crate::import::places::Surroundings;
use crate::import::tools::{self, Tool};
use crate::import::wishes::{self, Wish};
use crate::select::advice::pin_in;
use crate::select::{directory, pin, resolve};
use crate::text;

/// What is offered.
#[derive(Default)]
pub(super) struct Offers {
    /// What the managers run by default.
    pub defaults: Vec<Offer>,
    /// What they run in this directory.
    pub pins: Vec<Offer>,
    /// What `go install` put into their folders.
    pub tools: Vec<Tool>,
}

/// A version that a manager runs.
pub(super) struct Offer {
    pub wish: Wish,
    /// The command by which gox runs it; none where it does already, or cannot.
    pub command: Option<String>,
}

impl Offers {
    pub(super) fn new(surroundings: &Surroundings, from: Option<&str>, context: &Context<'_>) -> Self {
        let default = resolve::default(&context.world).ok().flatten();
        let of_default = |wish: Wish| {
            let request = wish.said.as_ref().ok();
            let new = request.filter(|said| default.as_ref().is_none_or(|pin| pin.requests[0] != **said));
            let command = new.map(|request| format!("gox default {}", request.quoted()));
            Offer { wish, command }
        };
        // From there pins are searched upward.
        let here = directory::current(&context.world).ok();
        let of_pin = |wish: Wish| {
            let command = pin_command(&wish, here.as_deref());
            Offer { wish, command }
        };
        let defaults = wishes::defaults(surroundings, from);
        let pins = here.as_ref().map(|here| wishes::pins(here, &defaults, from)).unwrap_or_default();
        Offers {
            defaults: defaults.into_iter().map(of_default).collect(),
            pins: pins.into_iter().map(of_pin).collect(),
            tools: tools::all(surroundings, from),
        }
    }

    /// Prints what there is to do.
    pub(super) fn show(&self, context: &Context<'_>) -> Result<()> {
        let lines = self.defaults.iter().filter_map(|offer| line(offer, "by default"));
        let lines = lines.chain(self.pins.iter().filter_map(|offer| line(offer, "here")));
        lines.into_iter().try_for_each(|line| context.printer.text(&text::escaped(&line)))?;
        let (mut installed, mut built) = (Vec::new(), Vec::new());
        for tool in &self.tools {
            let (rows, row) = match &tool.command {
                Ok(command) => (&mut installed, [name(tool), command.clone()]),
                Err(reason) => (&mut built, [tool.path.display().to_string(), reason.clone()]),
            };
            if !rows.contains(&row) {
                rows.push(row);
            }
        }
        let list = |line: &str, rows: &[[String; 2]]| {
            if !rows.is_empty() {
                context.printer.say(line);
            }
            context.printer.rows(rows)
        };
        list("their tools were not moved; to reinstall them for all versions:", &installed)?;
        list("gox cannot reinstall these; copy out what you need before you remove the manager:", &built)
    }
}

/// The command that pins a version in the folder of its file; none if it is pinned there already.
fn pin_command(wish: &Wish, here: Option<&std::path::Path>) -> Option<String> {
    let request = wish.said.as_ref().ok()?;
    let folder = wish.folder.as_deref()?;
    let is_pinned = pin::in_directory(folder).ok().flatten().is_some_and(|pin| pin.requests[0] == *request);
    (!is_pinned).then(|| pin_in(Some(folder), &request.quoted(), here))
}

/// `mise runs 1.22.4 by default, as ~/.config/mise/config.toml:3 says; to do the same: gox default 1.22.4`
fn line(Offer { wish, command }: &Offer, when: &str) -> Option<String> {
    let place = wish.line.map_or_else(String::new, |line| format!(":{line}"));
    let place = format!("`{}{place}`", wish.path.display());
    match (&wish.said, command) {
        (Ok(request), Some(command)) => Some(format!(
            "{} runs {request} {when}, as {place} says; to do the same: `{command}`",
            wish.manager
        )),
        (Ok(_), None) => None,
        (Err(reason), _) => Some(format!("{}: {place}: {reason}", wish.manager)),
    }
}

/// The name of a tool.
pub(super) fn name(tool: &Tool) -> String {
    tool.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

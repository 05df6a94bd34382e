//! `gox use`: chooses the version for a shell.
//!
//! Only the shell itself can set its variables. So the shell function `gox` calls this command, which prints one word
//! for it: `use:1.22.4`, or `use:` for no version; `quiet:1.22.4` if it is to report nothing, because the user wants
//! that or a variable decides whatever is chosen. The function checks the word, sets `GOX_USE` and reports it. It never
//! evaluates the word. `gox use -` gets here only if the function does not know an earlier version.
//!
//! The functions of shells that cannot refuse to set the variable have less to do. They tell by `_GOX_BACK` which
//! version was before: gox answers `gox use -`, reports the change itself, and prints `quiet:1.22.4`.

use clap::{Args, ValueEnum};
use std::collections::BTreeSet;

use super::context::Context;
use super::marks::Marks;
use super::other_go::Other;
use super::{requests, supply};
use crate::env::{self, BACK, BY_FUNCTION, GO_VERSION, GOX_USE};
use crate::error::{Error, Kind, Result};
use crate::go::request::Request;
use crate::go::version::Version;
use crate::select::system;
use crate::settings::AutoInstall;
use crate::setup::plan::{self, Remedy};
use crate::setup::shell::Shell;
use crate::source::known;
use crate::store::{inventory, link};
use crate::text;
use crate::ui::picker;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gox use            choose on the terminal
  gox use 1.22
  gox use -          go back
  gox use --unset    follow files and the default again")]
pub(super) struct Arguments {
    /// The version, or `-` for the one before; without it you choose
    #[arg(value_name = "REQUEST", conflicts_with = "unset", allow_hyphen_values = false)]
    pub request: Option<String>,
    /// Let files and the default choose again
    #[arg(long)]
    pub unset: bool,
}

/// Chooses the version, and prints the word for the function.
pub(super) fn run(arguments: &Arguments, context: &Context<'_>) -> Result<u8> {
    let Some(function) = env::text(BY_FUNCTION) else { return Err(no_function(arguments, context)) };
    let back = env::text(BACK);
    let Some(word) = choose(arguments, back.as_deref(), context)? else {
        context.printer.say("nothing was chosen, and nothing changes");
        return Ok(Kind::Refused.code());
    };
    let version = Some(word.as_str()).filter(|word| !word.is_empty());
    let is_overridden = warn_of_variable(version, &function, context);
    if let Some(request) = version.and_then(|word| Request::parse(word).ok()) {
        Other::tell_if_not(&request, context);
    }
    let is_silent = context.printer.is_quiet() || is_overridden;
    if back.is_some() && !is_silent {
        context.printer.say(&report(version));
    }
    let how = if is_silent || back.is_some() { "quiet" } else { "use" };
    context.printer.data(&format!("{how}:{word}")).map(|()| 0)
}

/// The version for the shell, which is empty if files and the default are to choose; `None` if the user chose nothing.
/// `back` is what the function knows of the version before.
fn choose(arguments: &Arguments, back: Option<&str>, context: &Context<'_>) -> Result<Option<String>> {
    let request = arguments.request.as_deref();
    let word = match back.and_then(|back| back.strip_prefix("use:")).filter(|_| request == Some("-")) {
        Some("") => return Ok(Some(String::new())),
        Some(before) => before,
        None => match request {
            None if arguments.unset => return Ok(Some(String::new())),
            None if picker::is_possible(context.printer) => return pick(context),
            None => {
                let error = Error::new(Kind::Usage, "no version is named");
                return Err(error.hint("say which: `gox use 1.22`"));
            }
            Some("-") => {
                let error = Error::new(Kind::Usage, "this shell has used no other version before");
                return Err(error.hint("choose one: `gox use 1.22`"));
            }
            Some(word) => word,
        },
    };
    exact(&requests::parse(word)?, context).map(Some)
}

/// What changes in a shell that sets `GOX_USE` to `version`, in the words of the functions that report it themselves.
fn report(version: Option<&str>) -> String {
    let is_new = env::text(GOX_USE).as_deref() != version;
    match version {
        Some(version) if is_new => format!("this shell uses {version} now; to go back: `gox use -`"),
        Some(version) => format!("this shell uses {version} already"),
        None => {
            format!("this shell follows files and the default {}", if is_new { "again" } else { "already" })
        }
    }
}

/// Says so if `GO_VERSION` decides in this shell whatever is chosen, and returns whether it does.
fn warn_of_variable(word: Option<&str>, function: &str, context: &Context<'_>) -> bool {
    let Some(value) = env::text(GO_VERSION) else { return false };
    let value = text::excerpt(&value);
    let later = match word {
        Some(word) => format!("this shell uses {word}"),
        None => "this shell follows files and the default".to_owned(),
    };
    context.printer.warn(&format!("`GO_VERSION={value}` comes before `gox use`: {later} once it is unset"));
    let shell = Shell::from_str(function, false).unwrap_or(Shell::Bash);
    context.printer.hint(&format!("remove it from this shell: `{}`", shell.unset(GO_VERSION)));
    true
}

/// A row of the picker.
struct Offer {
    cells: [String; 2],
    does: Does,
}

/// What choosing a row does.
enum Does {
    /// Uses an installed version, by its word.
    Use(String),
    /// Installs a version and uses it. To choose the row is to agree, so `auto-install = ask` asks nothing more.
    Install(Request),
}

/// Lets the user choose; gives the exact version, or `None` if nothing was chosen.
fn pick(context: &Context<'_>) -> Result<Option<String>> {
    let mut offers = installed(context);
    if context.settings.auto_install != AutoInstall::Never {
        offers.extend(released(context));
    }
    if offers.is_empty() {
        let error = Error::new(Kind::NoSuchVersion, "nothing is installed, and nothing may be");
        return Err(error.hint("install the newest Go: `gox install latest`"));
    }
    let rows: Vec<_> = offers.iter().map(|offer| offer.cells.clone()).collect();
    let Some(row) = picker::choose("version for this shell:", &rows)? else { return Ok(None) };
    match offers.swap_remove(row).does {
        Does::Use(word) => Ok(Some(word)),
        Does::Install(request) => {
            let new = supply::install_newest(&request, None, context, context.printer)?
                .ok_or_else(|| Error::new(Kind::NoSuchVersion, format!("`{request}` is not installed")))?;
            Ok(Some(new.name.request().to_string()))
        }
    }
}

/// The rows of the installed versions, newest first, and of the system Go.
fn installed(context: &Context<'_>) -> Vec<Offer> {
    let toolchains = inventory::all(&context.world.homes);
    let marks = Marks::new(toolchains.iter(), known::versions(context.world.home()), context);
    let offer = |toolchain: &inventory::Toolchain| {
        let word = toolchain.name.request().to_string();
        let target = link::of_goroot(&toolchain.path);
        Offer { cells: [word.clone(), marks.text(toolchain, target.as_deref())], does: Does::Use(word) }
    };
    let mut offers: Vec<Offer> = toolchains.iter().map(offer).collect();
    if let Some(go) = system::find("go", &context.world) {
        let word = Request::System.to_string();
        offers.push(Offer { cells: [word.clone(), text::path(&go)], does: Does::Use(word) });
    }
    offers
}

/// The rows of what can be installed: `latest`, `oldstable`, and the newest version of each line of which none is
/// installed.
fn released(context: &Context<'_>) -> Vec<Offer> {
    let known = known::versions(context.world.home());
    let toolchains = inventory::all(&context.world.homes);
    let present: BTreeSet<_> =
        toolchains.iter().filter_map(|toolchain| Some(toolchain.version()?.line())).collect();
    let lines: BTreeSet<_> = known.iter().filter(|version| version.is_release()).map(Version::line).collect();
    let newest = lines.into_iter().rev().filter(|line| !present.contains(line)).filter_map(|line| {
        Request::Line(line).choose(known.iter()).map(|version| Request::Version(version.clone()))
    });
    let offer = |request: Request| {
        let word = match &request {
            Request::Version(version) => version.full(),
            request => request.to_string(),
        };
        let says = match &request {
            Request::Latest => "installs the newest release",
            Request::OldStable => "installs the newest release of the line before",
            _ => "installs it",
        };
        Offer { cells: [word, says.to_owned()], does: Does::Install(request) }
    };
    [Request::Latest, Request::OldStable].into_iter().chain(newest).map(offer).collect()
}

/// The exact version that a request means now, so that a later install does not change the version of the shell.
fn exact(request: &Request, context: &Context<'_>) -> Result<String> {
    if *request == Request::System {
        system::find("go", &context.world).ok_or_else(|| {
            Error::new(Kind::NoSuchVersion, "there is no other `go` on PATH")
                .hint("install the newest: `gox install latest`")
        })?;
        return Ok(request.to_string());
    }
    let toolchain = supply::toolchain(request, None, Kind::NotThere, context, context.printer);
    let toolchain = toolchain.map_err(|error| match error.kind() {
        Kind::NotThere => error.of_kind(Kind::NoSuchVersion),
        _ => requests::for_verb(error, request, ["use", ""], context),
    })?;
    Ok(toolchain.name.request().to_string())
}

/// The error for a shell without the function. It is a start-up file that lacks a line, a shell that is older than the
/// line, or a script or another shell than that of `SHELL`, in which a version is better named for each command.
fn no_function(arguments: &Arguments, context: &Context<'_>) -> Error {
    let message = "`gox use` needs the function `gox` in this shell, which alone can set `GOX_USE`";
    let remedy = plan::remedy(&context.world.home().shims(), None);
    let mend = match (remedy, Shell::of_user()) {
        (Remedy::Restart(shell), _) => format!(
            "the start-up file defines the function, but this shell has not read it: {}",
            shell.restart()
        ),
        (_, Some(shell)) => shell.how_to_init(),
        (_, None) => "there is one for each shell that `gox init` names".to_owned(),
    };
    let error = Error::new(Kind::Usage, message).hint(mend);
    if arguments.unset {
        return error.hint("in any other shell, and in a script: `unset GOX_USE`");
    }
    let request = arguments.request.as_deref().and_then(|word| requests::parse(word).ok());
    let word = request.map_or_else(|| "1.22".to_owned(), |request| request.quoted());
    error.hint(format!(
        "in any other shell, and in a script, name it for each command: `gox exec {word} make`, \
         `GO_VERSION={word} go build`"
    ))
}

//! Says in one way for all commands that a typed `go` starts another Go than gox selects, or that a shell selects
//! another one than what was asked for.

use std::fmt;
use std::path::Path;

use super::context::Context;
use super::requests;
use crate::env::{GO_VERSION, GOTOOLCHAIN};
use crate::go::request::Request;
use crate::select::reason::{Reason, Rule};
use crate::select::selection::{Go, Selection};
use crate::select::typed::{Shims, Typed};
use crate::setup::plan::{self, Remedy};
use crate::setup::shell;
use crate::text;

/// What a typed `go` or `gofmt` starts, where that is neither a shim nor the tool that gox selects.
pub(super) struct Other {
    typed: Typed,
    /// Whether gox selects something that is installed. If it does not, whoever tells that hints at an install.
    is_installed: bool,
}

impl Other {
    /// What `tool` starts in place of `go`, which gox selects; `None` where it starts that.
    pub(super) fn than(go: Option<&Go>, tool: &'static str, context: &Context<'_>) -> Option<Self> {
        let typed = Typed::find(tool, &context.world);
        (!typed.starts(go)).then_some(Other { typed, is_installed: go.is_some() })
    }

    /// Whether anything is started.
    pub(super) fn is_started(&self) -> bool {
        self.typed.program.is_some()
    }

    /// The program that is started.
    pub(super) fn program(&self) -> Option<&Path> {
        self.typed.program.as_deref()
    }

    /// The word for a prompt: the version, `other` if it is not known, `none` if nothing is started.
    pub(super) fn short(&self) -> String {
        match (&self.typed.program, self.typed.name()) {
            (None, _) => "none".to_owned(),
            (Some(_), None) => "other".to_owned(),
            (Some(_), Some(name)) => text::escaped(&name.request().to_string()),
        }
    }

    /// The command that has the shim started, and what it does; `None` where the install that is hinted at anyway does
    /// that.
    pub(super) fn mend(&self, context: &Context<'_>) -> Option<[String; 2]> {
        self.command(self.remedy(context))
    }

    /// The command for a remedy, and what it does.
    fn command(&self, remedy: Option<Remedy>) -> Option<[String; 2]> {
        let (command, does) = match remedy {
            None if self.typed.shims == Shims::Broken => {
                ("gox doctor store-shims".to_owned(), "find out what is wrong with the shims")
            }
            None if !self.is_installed => return None,
            None => ("gox install".to_owned(), "make the shims"),
            Some(Remedy::Run(command)) => (command, "put the shims first on PATH"),
            // `gox setup` says which line to move.
            Some(Remedy::Move(..)) => ("gox setup".to_owned(), "put the shims first on PATH"),
            // It says which line to remove.
            Some(Remedy::Remove(..)) => {
                ("gox setup".to_owned(), "find out what puts another Go in front again")
            }
            Some(Remedy::Restart(shell)) => {
                (shell.again(), "put the shims first on PATH, as a new shell does")
            }
        };
        Some([command, does.to_owned()])
    }

    /// Prints the command that has the shim started as a hint.
    pub(super) fn hint(&self, context: &Context<'_>) {
        // The remedy is found in start-up files, which need not be read for nothing.
        if context.printer.is_quiet() {
            return;
        }
        match self.remedy(context) {
            Some(Remedy::Restart(shell)) => {
                context.printer.hint(&format!("put the shims first on PATH: {}", shell.restart()));
            }
            remedy => {
                if let Some([command, does]) = self.command(remedy) {
                    context.printer.hint(&format!("{does}: `{command}`"));
                }
            }
        }
    }

    /// What puts the shims first on PATH; `None` where they are, and the one for the tool is at fault.
    fn remedy(&self, context: &Context<'_>) -> Option<Remedy> {
        match self.typed.shims {
            Shims::Broken | Shims::Missing => None,
            _ => Some(plan::remedy(&context.world.home().shims(), self.typed.before_shims())),
        }
    }

    /// [`Other::tell`], if a typed `go` starts another Go than the one that `request` asks for.
    pub(super) fn tell_if_not(request: &Request, context: &Context<'_>) {
        let go = requests::installed(request, context).ok();
        if let Some(other) = Other::than(go.as_ref(), "go", context) {
            other.tell(context);
        }
    }

    /// Prints it as a note with the hint; nothing where nothing is started, as the shell says so itself.
    pub(super) fn tell(&self, context: &Context<'_>) {
        if self.is_started() {
            context.printer.note(&self.to_string());
            self.hint(context);
        }
    }
}

/// Says why `what`, the pin or the default that is `request`, changes nothing in this shell: a variable or another Go
/// comes first.
pub(super) fn tell_effect(what: &str, request: &Request, context: &Context<'_>) {
    // A variable that is invalid is no concern of theirs.
    let reason = context.here().ok().flatten().map(|selection| selection.reason);
    if let Some(reason) = reason.filter(|reason| reason.rule < Rule::File) {
        let text = text::escaped(&reason.text);
        context
            .printer
            .note(&format!("the {what} has no effect in this shell: {text} is selected, {reason}"));
        if let Some(way) = without(&reason) {
            context.printer.hint(&format!("let the {what} decide: {way}"));
        }
    }
    Other::tell_if_not(request, context);
}

/// `runs here, set by /p/.go-version:1`, of the Go that is selected; `would run` where a typed `go` starts another one.
pub(super) fn runs_here(selection: &Selection, context: &Context<'_>) -> String {
    let is_started = Other::than(selection.go(), "go", context).is_none();
    format!("{} here, {}", if is_started { "runs" } else { "would run" }, selection.reason)
}

/// How to take the variable which decided out of the user's shell, as the text of a hint; `None` where none did.
pub(super) fn without(reason: &Reason) -> Option<String> {
    let variable = match (reason.rule, &reason.path) {
        (Rule::Use, None) => return Some("`gox use --unset`".to_owned()),
        // direnv would set it again.
        (Rule::Use, Some(path)) => {
            return Some(format!("write `use gox` without a version into {}", text::path(path)));
        }
        (Rule::Environment, _) => GO_VERSION,
        (Rule::Gotoolchain, None) => GOTOOLCHAIN,
        _ => return None,
    };
    Some(format!("`{}`", shell::unset(variable)))
}

/// `go1.26.8 runs here, the first on PATH, before the shims: /usr/local/go/bin/go`
impl fmt::Display for Other {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Other { typed, .. } = self;
        let Some(program) = &typed.program else {
            let why = match typed.shims {
                Shims::Broken => ": the shim cannot be run",
                Shims::Missing => ": no shim is there yet",
                _ => "",
            };
            return write!(f, "no `{}` is on PATH{why}", typed.tool);
        };
        let go = typed.name().map_or_else(|| "another Go".to_owned(), |name| text::escaped(name.as_str()));
        let place = match typed.shims {
            Shims::First | Shims::OfOtherStore | Shims::Behind => "before the shims",
            Shims::Broken => "because the shim before it cannot be run",
            Shims::Missing => "and no shim is there yet",
            Shims::Absent => "and the shims are not there",
        };
        write!(f, "{go} runs here, the first on PATH, {place}: {}", text::path(program))
    }
}

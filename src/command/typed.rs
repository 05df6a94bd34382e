//! Says in one way for all commands that a typed `go` starts another Go than gox selects.

use std::fmt;

use super::context::Context;
use super::requests;
use crate::go::request::Request;
use crate::select::selection::{Go, Selection};
use crate::select::typed::{Shims, Typed};
use crate::setup::shell;
use crate::text;

/// What a typed `go` or `gofmt` starts, where that is neither a shim nor the tool that gox selects.
pub(super) struct Other(Typed);

impl Other {
    /// What `tool` starts in place of `go`, which gox selects; `None` where it starts that.
    pub(super) fn than(go: Option<&Go>, tool: &'static str, context: &Context<'_>) -> Option<Self> {
        let typed = Typed::find(tool, &context.world);
        (!typed.starts(go)).then_some(Other(typed))
    }

    /// Whether anything is started.
    pub(super) fn is_started(&self) -> bool {
        self.0.program.is_some()
    }

    /// The word for a prompt: the version, `other` if it is not known, `none` if nothing is started.
    pub(super) fn short(&self) -> String {
        match (&self.0.program, self.0.name()) {
            (None, _) => "none".to_owned(),
            (Some(_), None) => "other".to_owned(),
            (Some(_), Some(name)) => text::escaped(&name.request().to_string()),
        }
    }

    /// The command that has the shim started, and what it does.
    pub(super) fn mend(&self, context: &Context<'_>) -> [String; 2] {
        let (command, does) = match self.0.shims {
            Shims::Broken => ("gox doctor store-shims".to_owned(), "find out what is wrong with the shims"),
            _ => (shell::set_up(&context.world.home().shims()), "put the shims first on PATH"),
        };
        [command, does.to_owned()]
    }

    /// The command that has the shim started, as a hint.
    pub(super) fn hint(&self, context: &Context<'_>) -> String {
        let [command, does] = self.mend(context);
        format!("{does}: `{command}`")
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
            context.printer.hint(&self.hint(context));
        }
    }
}

/// `runs here, set by /p/.go-version:1`, of the Go that is selected; `would run` where a typed `go` starts another one.
pub(super) fn runs_here(selection: &Selection, context: &Context<'_>) -> String {
    let is_started = Other::than(selection.go(), "go", context).is_none();
    format!("{} here, {}", if is_started { "runs" } else { "would run" }, selection.reason)
}

/// `go1.26.8 runs here, the first on PATH, before the shims: /usr/local/go/bin/go`
impl fmt::Display for Other {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Other(typed) = self;
        let Some(program) = &typed.program else {
            let why = if typed.shims == Shims::Broken { ": the shim cannot be run" } else { "" };
            return write!(f, "no `{}` is on PATH{why}", typed.tool);
        };
        let go = typed.name().map_or_else(|| "another Go".to_owned(), |name| text::escaped(name.as_str()));
        let place = match typed.shims {
            Shims::First | Shims::Behind => "before the shims",
            Shims::Broken => "as the shim before it cannot be run",
            Shims::Absent => "and the shims are not there",
        };
        write!(f, "{go} runs here, the first on PATH, {place}: {}", text::path(program))
    }
}

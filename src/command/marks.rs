//! The marks of an installed toolchain in `gox list` and in the picker of `gox use`: `here`, `default`, `end of life`,
//! `1.22.12 is out`, and the store where there are two. They need no network.

use std::collections::BTreeSet;
use std::path::Path;

use super::context::Context;
use super::default;
use super::other_go::Other;
use crate::error::Error;
use crate::go::lifecycle::Lifecycle;
use crate::go::name::ToolchainName;
use crate::go::version::Version;
use crate::select::selection::{Go, Selection};
use crate::select::system;
use crate::store::inventory::Toolchain;
use crate::store::layout::Home;
use crate::text;

/// What the marks of all toolchains are made from.
pub(super) struct Marks {
    /// What is selected here.
    pub here: Option<Selection>,
    /// What a typed `go` starts in place of what is selected.
    pub other: Option<Other>,
    default: Option<Toolchain>,
    /// The system store, if there is one.
    system: Option<Home>,
    installed: BTreeSet<Version>,
    lifecycle: Lifecycle,
}

impl Marks {
    /// Reads what is selected here and the default. A pin or default that is invalid is a warning, and gives no mark.
    pub(super) fn new<'a>(
        installed: impl Iterator<Item = &'a Toolchain>,
        known: Vec<Version>,
        context: &Context<'_>,
    ) -> Self {
        // With the place of the error, but without its hints.
        let warned = |error: &Error| context.printer.warn(&error.body());
        let (selected, default) = (context.here(), default::toolchain(context));
        match (&selected, &default) {
            (Err(here), Err(default)) if here.line() == default.line() => warned(here),
            (here, default) => here.as_ref().err().into_iter().chain(default.as_ref().err()).for_each(warned),
        }
        let selected = selected.ok().flatten();
        Marks {
            other: Other::than(selected.as_ref().and_then(Selection::go), "go", context),
            here: selected,
            default: default.unwrap_or_default(),
            system: context.world.homes.get(1).cloned(),
            installed: installed.filter_map(|toolchain| toolchain.version().cloned()).collect(),
            lifecycle: Lifecycle::of(known),
        }
    }

    /// Whether the toolchain is selected here.
    pub(super) fn is_selected(&self, toolchain: &Toolchain) -> bool {
        let go = self.here.as_ref().and_then(Selection::go);
        matches!(go, Some(Go::Toolchain(selected)) if selected == toolchain)
    }

    /// Whether the toolchain is selected here, and a typed `go` starts it.
    pub(super) fn runs_here(&self, toolchain: &Toolchain) -> bool {
        self.other.is_none() && self.is_selected(toolchain)
    }

    /// Whether the default asks for the toolchain.
    pub(super) fn is_default(&self, toolchain: &Toolchain) -> bool {
        self.default.as_ref() == Some(toolchain)
    }

    /// Whether the toolchain's line gets security fixes; `None` for a name that is no version.
    pub(super) fn is_supported(&self, toolchain: &Toolchain) -> Option<bool> {
        toolchain.version().map(|version| !self.lifecycle.is_over(version))
    }

    /// The newest release of the toolchain's line, if that is newer.
    pub(super) fn newer(&self, toolchain: &Toolchain) -> Option<&Version> {
        self.lifecycle.newer(toolchain.version()?)
    }

    /// All marks as text: `here, default, 1.22.12 is out`. `target` is that of a linked GOROOT.
    pub(super) fn text(&self, toolchain: &Toolchain, target: Option<&Path>) -> String {
        let mut marks = Vec::new();
        let mut mark = |holds: bool, text: &str| marks.extend(holds.then(|| text.to_owned()));
        mark(self.runs_here(toolchain), "here");
        mark(self.is_default(toolchain), "default");
        mark(self.is_supported(toolchain) == Some(false), "end of life");
        let is_in_store = |home: &Home| toolchain.path.starts_with(home.root());
        mark(self.system.as_ref().is_some_and(is_in_store), "in the system store");
        // No news where the newer release is installed as well.
        if let Some(newer) = self.newer(toolchain).filter(|newer| !self.installed.contains(newer)) {
            mark(true, &format!("{} is out", newer.full()));
        }
        if let Some(target) = target {
            let version = system::version(&toolchain.path);
            let version =
                version.map_or_else(String::new, |name| format!("{} ", ToolchainName::new(name).request()));
            mark(true, &format!("{}in {}", text::escaped(&version), text::path(target)));
        }
        marks.join(", ")
    }
}

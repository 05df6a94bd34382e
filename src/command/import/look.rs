//! Looks at trees: opens, reads and weighs each.

use std::collections::HashSet;

use crate::command::context::Context;
use crate::error::Kind;
use crate::go::name::ToolchainName;
use crate::go::request::Request;
use crate::go::version::Version;
use crate::import::archive::Archives;
use crate::import::found::Found;
use crate::import::managers::BY_PATH;
use crate::import::places::Surroundings;
use crate::import::state::{self, State};
use crate::import::tree::{Hashed, Tree};
use crate::install::installer::Installer;
use crate::install::prove::LogQuestion;
use crate::store::inventory::{self, Toolchain};
use crate::text;
use crate::ui::progress::Progress;

/// A tree, and what it is.
pub(super) struct Looked {
    pub found: Found,
    /// The tree, if it can be one for this machine.
    pub tree: Option<Tree>,
    pub state: State,
    /// Whether a tree before it is the same release, so that this one is not needed.
    pub is_again: bool,
}

impl Looked {
    /// The tree that is to be imported.
    pub(super) fn wanted(&self) -> Option<&Tree> {
        let is_wanted = matches!(self.state, State::Proven(_)) && !self.is_again;
        self.tree.as_ref().filter(|_| is_wanted)
    }

    /// Whether it is what a request asks for, or one of that.
    pub(super) fn answers(&self, request: &Request) -> bool {
        self.tree.as_ref().is_some_and(|Tree { toolchain, .. }| {
            let is_matching = |version| request.matches(version);
            request.toolchain().as_ref() == Some(toolchain) || toolchain.release().is_some_and(is_matching)
        })
    }

    /// Why it cannot be imported; `None` if it can, or its version is installed.
    pub(super) fn refusal(&self) -> Option<Kind> {
        match &self.state {
            State::Proven(_) | State::Installed { .. } => None,
            State::Differs(..) => Some(Kind::Verification),
            State::Unknown(error) => Some(error.kind()),
            State::Unusable(_) => Some(Kind::Refused),
        }
    }
}

/// Looks at all of them. Those that were searched for are limited to the versions that are `wanted`, if any.
pub(super) fn at(
    found: Vec<Found>,
    wanted: &[Request],
    surroundings: &Surroundings,
    installer: &Installer<'_>,
    context: &Context<'_>,
) -> Vec<Looked> {
    let mut archives = Archives::of(&found, surroundings, installer);
    let mut opened: Vec<_> = found.into_iter().map(|found| (Tree::open(&found.path), found)).collect();
    if !wanted.is_empty() {
        let versions: Vec<_> =
            opened.iter().filter_map(|(tree, _)| tree.as_ref().ok()?.toolchain.release()).collect();
        let names = names(wanted, &versions);
        opened.retain(|(tree, found)| {
            found.manager == BY_PATH || tree.as_ref().is_ok_and(|tree| names.contains(&tree.toolchain))
        });
    }
    // All questions are asked before the first tree is read.
    let asked: Vec<_> = opened
        .into_iter()
        .map(|(tree, found)| {
            let present = tree.as_ref().ok().and_then(|tree| present(tree, context));
            let question = tree.as_ref().ok().filter(|_| present.is_none());
            let question = question.and_then(|tree| LogQuestion::ask(installer, &tree.toolchain));
            (found, tree, present, question)
        })
        .collect();
    let mut seen = HashSet::new();
    let look = |(found, tree, present, question): (Found, Result<Tree, String>, Option<Toolchain>, _)| {
        let weigh = |mut tree: Tree| {
            let state = match present {
                None => {
                    let hashed = read(&mut tree, context)?;
                    state::weigh(&mut tree, &hashed, Option::as_ref(&question), &mut archives, installer)
                }
                // Who names a tree wants to know what it is.
                Some(present) if found.manager == BY_PATH => {
                    let hashed = read(&mut tree, context)?;
                    state::beside(&present, &mut tree, Some(&hashed))
                }
                Some(present) => state::beside(&present, &mut tree, None),
            };
            Ok((tree, state))
        };
        match tree.and_then(weigh) {
            Ok((tree, state)) => {
                let is_again = matches!(state, State::Proven(_)) && !seen.insert(tree.toolchain.clone());
                Looked { found, tree: Some(tree), state, is_again }
            }
            Err(reason) => Looked { found, tree: None, state: State::Unusable(reason), is_again: false },
        }
    };
    asked.into_iter().map(look).collect()
}

/// The toolchains that requests mean among those of these versions.
fn names(wanted: &[Request], versions: &[&Version]) -> HashSet<ToolchainName> {
    let name = |request: &Request| {
        request.toolchain().or_else(|| Some(request.choose(versions.iter().copied())?.toolchain()))
    };
    wanted.iter().filter_map(name).collect()
}

fn present(tree: &Tree, context: &Context<'_>) -> Option<Toolchain> {
    inventory::find(&context.world.homes, &tree.toolchain)
}

fn read(tree: &mut Tree, context: &Context<'_>) -> Result<Vec<Hashed>, String> {
    let progress = Progress::new(context.printer, &tree.toolchain);
    progress.rehash(tree.bytes());
    tree.hash(&progress).map_err(|error| format!("it could not be read: {}", text::cause(&error)))
}

//! What `gox self uninstall` removes.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use rustix::fs::{Access, access};

use super::owner;
use crate::command::confirm;
use crate::command::context::{Context, Results};
use crate::env::{self, Environment};
use crate::error::{Error, Result};
use crate::fs::identity::{is_same, real};
use crate::fs::program::on_path;
use crate::go::name::ToolchainName;
use crate::machine::Machine;
use crate::select::directory;
use crate::settings::file;
use crate::setup::plan::Plan;
use crate::setup::repository::marked;
use crate::setup::target::{Owner, Target};
use crate::setup::wants::{ByHand, Site};
use crate::store::disk_usage::Usage;
use crate::store::receipt::Receipt;
use crate::store::shims::has_content;
use crate::store::{inventory, projects, remove};
use crate::text;

/// What is said of most that goes.
const REMOVED: &str = "removed";

/// All that goes.
pub(super) struct Removal {
    /// What `gox setup` has written for the user, then in each known project.
    plans: Vec<Plan>,
    /// The toolchains that gox installed or linked.
    toolchains: Vec<ToolchainName>,
    /// The settings file, if there is one.
    settings: Option<PathBuf>,
    /// Gox itself, where it is the user's own.
    programs: Vec<PathBuf>,
    /// Gox itself, where it is left to its owner.
    others: Vec<PathBuf>,
}

impl Removal {
    pub(super) fn plan(context: &Context<'_>) -> Result<Self> {
        let site = Site::here(Machine::this(), false);
        let targets: Vec<_> = Target::of(Owner::User).collect();
        let mut plans = vec![Plan::take(&targets, &site, |error| context.printer.warn(&error.line()))?];
        let projects = repositories(&site, context);
        plans.extend(projects.iter().filter_map(|project| hooks(project, context)));
        note_what_stays(&targets, &site, &projects, context);
        let home = context.world.home();
        let is_own = |name: &ToolchainName| {
            let path = home.toolchain(name);
            path.is_symlink() || Receipt::read(&path).is_some()
        };
        let toolchains = inventory::all_names(home).into_iter().filter(is_own).collect();
        let settings = file::path().filter(|path| path.is_file());
        let (programs, others) = programs(context).into_iter().partition(|program| is_in_own_bin(program));
        Ok(Removal { plans, toolchains, settings, programs, others })
    }

    /// Shows changes of files as diffs, and a line for each place that would go.
    pub(super) fn show(&self, context: &Context<'_>) -> Result<()> {
        let (printer, root) = (context.printer, context.world.home().root());
        confirm::show(self.plans.iter().flat_map(|plan| &plan.changes), printer)?;
        if root.is_dir() {
            let mut usage = Usage::default();
            usage.add(root);
            let names: Vec<_> = self.toolchains.iter().map(ToolchainName::as_str).collect();
            let with = if names.is_empty() { String::new() } else { format!(" with {}", names.join(", ")) };
            let size = text::bytes(usage.alone());
            printer.text(&format!("would remove `{}`{with}: {size}", root.display()))?;
        }
        let mut files = self.settings.iter().chain(&self.programs);
        files.try_for_each(|path| printer.text(&format!("would remove `{}`", path.display())))
    }

    /// Removes all; where one fails the next follows, but the store's own files and gox stay for another try, which finds
    /// the known projects by them. Gives the exit code.
    pub(super) fn carry_out(&self, context: &Context<'_>) -> u8 {
        let (printer, mut results) = (context.printer, Results::default());
        for change in self.plans.iter().flat_map(|plan| &plan.changes) {
            let done = change.write().map(|()| change.done());
            tell(&format!("`{}`", change.path().display()), done, &mut results, context);
        }
        for name in &self.toolchains {
            let removed = remove::toolchain(&context.store(), name);
            tell(name.as_str(), removed.map(|()| REMOVED), &mut results, context);
        }
        if results.are_good() && context.world.home().root().is_dir() {
            let root = format!("`{}`", context.world.home().root().display());
            tell(&root, empty(context), &mut results, context);
        }
        let own: &[PathBuf] = if results.are_good() { &self.programs } else { &[] };
        for path in self.settings.iter().chain(own) {
            let removed = remove_file(path).map(|()| REMOVED);
            tell(&format!("`{}`", path.display()), removed, &mut results, context);
        }
        for line in self.plans.iter().flat_map(|plan| &plan.then).collect::<BTreeSet<_>>() {
            printer.say(line);
        }
        if results.are_good() {
            for program in &self.others {
                printer.hint(&format!("remove gox itself: {}", removal_of(program)));
            }
        } else {
            printer.hint("remove what is left: `gox self uninstall`");
        }
        results.end(context)
    }
}

/// Removes what is in the store beside toolchains; gives the word for it.
fn empty(context: &Context<'_>) -> Result<&'static str> {
    for path in remove::rest(&context.store())? {
        context.printer.note(&format!("`{}` stays: gox did not write it", path.display()));
    }
    // A link that leads to a folder elsewhere stays, too.
    let is_gone = context.world.home().root().symlink_metadata().is_err();
    Ok(if is_gone { REMOVED } else { "removed what gox wrote in" })
}

/// Notes what the user has to remove by hand, before or after.
fn note_what_stays(targets: &[Target], site: &Site, projects: &[Site], context: &Context<'_>) {
    let tell = |what: &str, hint: &str| {
        context.printer.note(what);
        context.printer.hint(hint);
    };
    // What is set up for all users one of them does not take from the others.
    for target in Target::of(Owner::Root).filter(|target| target.is_set_up(site)) {
        let hint = format!("remove it first: `sudo {} setup {} --undo`", here(), target.name());
        tell("what is set up for all users stays", &hint);
    }
    let wants = targets.iter().filter_map(|target| target.wants(site).ok());
    for ByHand { path, line, .. } in wants.flat_map(|wants| wants.by_hand) {
        let what = format!("`{}:{line}` was written by hand and stays", path.display());
        tell(&what, "remove that line, or each new shell says that there is no gox");
    }
    for project in projects.iter().filter(|project| Target::Attributes.is_set_up(project)) {
        let file = project.directory.join(".gitattributes");
        context.printer.note(&format!("`{}` stays: it is the project's", file.display()));
    }
}

/// The repositories of known projects and of the current directory, each as the place of what is set up there.
fn repositories(site: &Site, context: &Context<'_>) -> Vec<Site> {
    let known = projects::folders(context.world.home()).unwrap_or_default();
    let folders = known.into_iter().chain(directory::current(&context.world).ok());
    let tops: BTreeSet<PathBuf> = folders.filter_map(|folder| marked(&folder).map(Path::to_owned)).collect();
    tops.into_iter().map(|directory| Site { directory, ..site.clone() }).collect()
}

/// The plan that takes the hooks of a project back; `None` with a warning where Git does not tell of them.
fn hooks(project: &Site, context: &Context<'_>) -> Option<Plan> {
    let warn = |error: &Error| {
        let project = project.directory.display();
        context.printer.warn(&format!("could not look for hooks of `{project}`: {}", error.line()));
    };
    Plan::take(&[Target::Hooks], project, warn).inspect_err(warn).ok()
}

/// The gox that runs, the one that is typed, and that of the installer or of Cargo where PATH lacks its folder and the
/// copy in the store runs. That copy goes with the store.
fn programs(context: &Context<'_>) -> Vec<PathBuf> {
    let running = std::env::current_exe().ok();
    let copy = running.as_ref().filter(|running| running.starts_with(context.world.home().root()));
    let bytes = copy.and_then(|copy| fs::read(copy).ok());
    let is_this = |path: &PathBuf| bytes.as_ref().is_some_and(|bytes| has_content(path, bytes));
    let cargo = env::user_home().map(|home| home.join(".cargo/bin"));
    let own = own_bins().chain(cargo).map(|bin| bin.join("gox")).filter(is_this);
    let found = running.iter().cloned().chain(on_path("gox", &Environment::Process)).chain(own);
    let mut programs: Vec<PathBuf> = Vec::new();
    for program in found.filter(|path| path.exists() && !path.starts_with(context.world.home().root())) {
        if !programs.iter().any(|other| is_same(other, &program)) {
            programs.push(program);
        }
    }
    programs
}

/// Where a user puts programs that no package manager knows.
fn own_bins() -> impl Iterator<Item = PathBuf> {
    env::user_home().into_iter().flat_map(|home| [".local/bin", "bin"].map(|bin| home.join(bin)))
}

/// Whether a program is there, and no package manager knows it all the same.
fn is_in_own_bin(program: &Path) -> bool {
    own_bins().any(|bin| program.parent() == Some(&bin)) && owner::of(&real(program)).is_none()
}

/// How to remove a program which gox leaves to its owner.
fn removal_of(program: &Path) -> String {
    match owner::of(&real(program)) {
        Some("Cargo") => return "`cargo uninstall gox`".to_owned(),
        Some(owner) => return format!("let {owner} do it"),
        None => {}
    }
    let folder = program.parent().unwrap_or(program);
    let sudo = if access(folder, Access::WRITE_OK).is_ok() { "" } else { "sudo " };
    format!("`{sudo}rm {}`", text::quoted_path(program))
}

/// This gox, for a command line of another user.
fn here() -> String {
    std::env::current_exe().map_or_else(|_| "gox".to_owned(), |path| text::quoted_path(&path))
}

/// Tells what was done to `name`, or why it was not.
fn tell(name: &str, done: Result<&str>, results: &mut Results, context: &Context<'_>) {
    let told = done.map(|done| context.printer.say(&format!("{done} {name}")));
    results.add(name.trim_matches('`'), told, context);
}

/// Removes a file, and its folder where that was for gox alone and is empty then.
fn remove_file(path: &Path) -> Result<()> {
    fs::remove_file(path)
        .map_err(|error| Error::unwritable(format!("could not remove `{}`", path.display()), error))?;
    if let Some(folder) = path.parent().filter(|folder| folder.ends_with("gox")) {
        // One that is not empty cannot be removed.
        let _ = fs::remove_dir(folder);
    }
    Ok(())
}

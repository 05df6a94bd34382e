//! `gox install`.

use super::cli::Install;
use super::{Context, interrupt};
use crate::env::{self, GOSUMDB};
use crate::error::{Error, Kind, Result};
use crate::go::request::{self, Request};
use crate::install::installer::Installer;
use crate::install::pipeline::{Installed, Outcome};
use crate::install::plan;
use crate::proof::sumdb::gosumdb::Setting;
use crate::select::call::Call;
use crate::select::goenv::GoEnv;
use crate::select::reason::Rule;
use crate::select::resolve::{self, Answer};
use crate::select::system;
use crate::select::trace::Step;
use crate::select::world::World;
use crate::setup::shell::Shell;
use crate::source::sources::{self, Sources};
use crate::store::{default_file, inventory, shims};
use crate::text;
use crate::ui::printer::Printer;

/// Installs each request; all are tried, and the first failure's code is given.
pub fn run(arguments: &Install, context: &Context<'_>) -> Result<u8> {
    let requests = if arguments.requests.is_empty() {
        vec![needed_here(context)?]
    } else {
        arguments.requests.iter().map(|word| parse(word)).collect::<Result<_>>()?
    };
    with_installer(context, |installer| {
        let mut code = 0;
        for request in &requests {
            let done = plan::toolchain(request, installer.sources, installer.report)
                .and_then(|toolchain| install(&toolchain, arguments.force, installer, context.printer));
            if let Err(error) = done {
                interrupt::settle();
                context.printer.error(&error);
                code = if code == 0 { error.kind().code() } else { code };
            }
        }
        if code == 0 {
            tell_path(context);
        }
        Ok(code)
    })
}

/// What this directory asks for; `latest` where nothing asks for anything.
fn needed_here(context: &Context<'_>) -> Result<Request> {
    let mut asks = true;
    let observe = &mut |step: Step<'_>| asks &= !matches!(step, Step::Nothing(Rule::System));
    let selection = resolve::select(&context.world, &Call::new("go", &[]), observe);
    let selection = match selection {
        // Without a base, and without lines that ask for more than none.
        Err(error) if error.kind() == Kind::NotThere && !asks => return Ok(Request::Latest),
        Err(error) if error.kind() == Kind::NotThere => return Err(error.of_kind(Kind::NoSuchVersion)),
        selection => selection?,
    };
    context.note_project(&selection.reason);
    match selection.answer {
        Answer::Missing { request, .. } => Ok(request),
        Answer::Toolchain(toolchain) => parse(&request::of_toolchain(&toolchain.name)),
        Answer::OnPath { name, .. } => parse(&request::of_toolchain(&name)),
        Answer::System(_) if selection.reason.rule == Rule::System => Ok(Request::Latest),
        Answer::System(path) => {
            let message = format!("the system's Go is asked for here, and is there: `{}`", path.display());
            Err(Error::new(Kind::Usage, message).detail(selection.reason.to_string()))
        }
    }
}

/// Gives `work` an installer, with the user's sources and checksum database.
pub fn with_installer<T>(context: &Context<'_>, work: impl FnOnce(&Installer<'_>) -> Result<T>) -> Result<T> {
    interrupt::watch(context.printer)?;
    let home = context.world.home();
    let system = system::find("go", &context.world).and_then(|go| system::goroot(&go));
    let goenv = sources::goenv(home, system.as_deref());
    let database = database(&goenv)?;
    let sources = Sources::new(&context.settings, home, &goenv, &database)?;
    work(&Installer {
        home,
        settings: &context.settings,
        sources: &sources,
        database: &database,
        report: context.printer,
    })
}

/// Installs one toolchain, with its launcher, and as the default where there is none.
pub fn install(toolchain: &str, force: bool, installer: &Installer<'_>, printer: &Printer) -> Result<()> {
    match installer.install(toolchain, force)? {
        Outcome::Present(present) => {
            let path = present.path.display();
            printer.step(&format!("{} is installed already: `{path}`", present.name));
            // It is there, and a store that cannot be written does not change that.
            if let Err(error) = settle(toolchain, installer, printer) {
                printer.note(&error.line());
            }
            Ok(())
        }
        Outcome::Installed(new) => {
            printer.step(&summary(&new));
            settle(toolchain, installer, printer)
        }
    }
}

/// The shims, and the default where there is none.
fn settle(toolchain: &str, installer: &Installer<'_>, printer: &Printer) -> Result<()> {
    let home = installer.home;
    let (lock_timeout, waiting) = (installer.settings.lock_timeout, |path: &str| {
        printer.say(&format!("waiting for another gox (`{path}`)"));
    });
    shims::refresh(home, lock_timeout, waiting)?;
    let default = request::of_toolchain(toolchain);
    if default_file::set_first(&inventory::homes(home), &default, lock_timeout, waiting)? {
        let system = system::find("go", &World::of_process(home.clone())).and_then(|go| system::goroot(&go));
        let before = system.and_then(|root| system::version(&root));
        let before = before.map_or_else(|| "there was no Go".into(), |name| format!("was system {name}"));
        printer.say(&format!("default is now {default} ({before}); back: gox default system"));
    }
    Ok(())
}

/// `installed go1.22.4 in 0.9 s: 245.9 MB, from proxy, proven by log`; where other toolchains had some of it,
/// `93.0 MB new, 166.2 MB shared with 1.22.3`.
fn summary(Installed { receipt, totals, time }: &Installed) -> String {
    let donor = totals.donors.first().map(|donor| match request::of_toolchain(donor) {
        _ if *donor == receipt.toolchain => "what was there".to_owned(),
        version => version,
    });
    let bytes = match donor {
        None => text::bytes(receipt.bytes),
        Some(donor) => {
            let others = if totals.donors.len() > 1 { " and others" } else { "" };
            let (new, shared) = (text::bytes(totals.written), text::bytes(totals.shared));
            format!("{new} new, {shared} shared with {donor}{others}")
        }
    };
    format!(
        "installed {} in {}: {bytes}, from {}, proven by {}",
        receipt.toolchain,
        text::duration(*time),
        receipt.source,
        receipt.proofs.join(" and "),
    )
}

/// Without the shims on PATH nothing that was installed can be called by name.
fn tell_path(context: &Context<'_>) {
    let shims = context.world.home().shims();
    if !env::path_entries().contains(&shims) {
        context.printer.hint(&match Shell::of_user() {
            Some(shell) => {
                format!("put gox into this shell, and into its start-up file: `{}`", shell.init_line())
            }
            None => format!("put the shims first on PATH: `export PATH=\"{}:$PATH\"`", shims.display()),
        });
    }
}

/// Reads a request from the command line.
pub fn parse(word: &str) -> Result<Request> {
    Request::parse(word).map_err(|error| {
        let hint = "requests look like `1.22.4`, `1.22`, `latest` or `>=1.21, <1.23`";
        Error::new(Kind::Usage, error.to_string()).hint(hint)
    })
}

/// `GOSUMDB`, as cmd/go would see it.
fn database(goenv: &GoEnv) -> Result<Setting> {
    let Some((text, origin)) = goenv.get(GOSUMDB) else { return Setting::parse("") };
    Setting::parse(&text).map_err(|error| error.of_kind(origin.kind()).detail(format!("set by {origin}")))
}

//! `gox install`.

use super::cli::Install;
use super::{Context, interrupt};
use crate::error::{Error, Kind, Result};
use crate::install::{Installed, Installer, Outcome, plan};
use crate::proof::gosumdb::Setting;
use crate::select::goenv::GoEnv;
use crate::select::request::{self, Request};
use crate::select::variables::{self, GO_VERSION, GOSUMDB};
use crate::select::world::World;
use crate::select::{resolve, system};
use crate::source::sources::{self, Sources};
use crate::store::default_file;
use crate::store::shims;
use crate::ui::size;

/// Installs each request; all are tried, and the first failure's code is given.
pub fn run(arguments: &Install, context: &Context<'_>) -> Result<u8> {
    interrupt::watch(context.printer)?;
    let requests = requests(&arguments.requests, context)?;
    let system =
        system::find("go", &World::of_process(context.home.clone())).and_then(|go| system::goroot(&go));
    let goenv = sources::goenv(&context.home, system.as_deref());
    let database = database(&goenv)?;
    let sources = Sources::new(&context.settings, &context.home, &goenv, &database)?;
    let installer = Installer {
        home: &context.home,
        settings: &context.settings,
        sources: &sources,
        database: &database,
        printer: context.printer,
    };
    let mut code = 0;
    for request in &requests {
        if let Err(error) = one(request, arguments.force, &installer) {
            interrupt::settle();
            context.printer.error(&error);
            code = if code == 0 { error.kind().code() } else { code };
        }
    }
    if code == 0 {
        tell_path(&installer);
    }
    Ok(code)
}

fn one(request: &Request, force: bool, installer: &Installer<'_>) -> Result<()> {
    let toolchain = plan::toolchain(request, installer.sources, installer.printer)?;
    match installer.install(&toolchain, force)? {
        Outcome::Present(present) => {
            let path = present.path.display();
            installer.printer.say(&format!("{} is installed already: `{path}`", present.name));
            // It is there, and a store that cannot be written does not change that.
            if let Err(error) = settle(&toolchain, installer) {
                installer.printer.note(&error.line());
            }
            Ok(())
        }
        Outcome::Installed(new) => {
            installer.printer.say(&summary(&new));
            settle(&toolchain, installer)
        }
    }
}

/// The shims, and the default where there is none.
fn settle(toolchain: &str, installer: &Installer<'_>) -> Result<()> {
    let (home, printer) = (installer.home, installer.printer);
    shims::refresh(home, installer.settings.lock_timeout, |path| {
        printer.say(&format!("waiting for another gox (`{path}`)"));
    })?;
    let default = request::of_toolchain(toolchain);
    if let Some(before) = default_file::set_first(home, &default)? {
        printer.say(&format!("default is now {default} ({before}); back: gox default system"));
    }
    Ok(())
}

/// `installed go1.22.4 in 0.9 s: 245.9 MB, from proxy, proven by log`
fn summary(installed: &Installed) -> String {
    let receipt = &installed.receipt;
    let shared = match installed.totals.shared {
        0 => String::new(),
        shared => format!(" ({} new, {} shared)", size::bytes(installed.totals.written), size::bytes(shared)),
    };
    format!(
        "installed {} in {}: {}{shared}, from {}, proven by {}",
        receipt.toolchain,
        size::duration(installed.time),
        size::bytes(receipt.bytes),
        receipt.source,
        receipt.proofs.join(" and "),
    )
}

/// Without the shims on PATH nothing that was installed can be called by name.
fn tell_path(installer: &Installer<'_>) {
    let shims = installer.home.shims();
    if !variables::path_entries().contains(&shims) {
        let line = format!("put the shims first on PATH: `export PATH=\"{}:$PATH\"`", shims.display());
        installer.printer.hint(&line);
    }
}

fn requests(words: &[String], context: &Context<'_>) -> Result<Vec<Request>> {
    if !words.is_empty() {
        return words.iter().map(|word| parse(word)).collect();
    }
    if let Some(text) = variables::text(GO_VERSION) {
        return Ok(vec![parse(&text).map_err(|error| error.detail("set by `GO_VERSION`"))?]);
    }
    let default = resolve::default(&World::of_process(context.home.clone()))?;
    let default = default.map(|pin| pin.requests[0].clone());
    Ok(vec![default.filter(|request| *request != Request::System).unwrap_or(Request::Latest)])
}

fn parse(word: &str) -> Result<Request> {
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

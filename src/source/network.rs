//! The sources and the checksum database of this run, as the settings and Go's own variables name them.

use std::sync::Arc;

use super::database::Access;
use super::sources::Sources;
use crate::env::{GOAUTH, GOPROXY, GOSUMDB};
use crate::error::{Error, Result};
use crate::net::goauth::{self, Goauth};
use crate::net::goproxy::{self, Goproxy};
use crate::net::http::Http;
use crate::proof::sumdb::gosumdb::Gosumdb;
use crate::select::goenv::{GoEnv, Origin};
use crate::select::system;
use crate::select::world::World;
use crate::settings::Settings;
use crate::store::inventory;

/// The sources of toolchains, and the checksum database that proves them.
pub struct Network {
    /// The sources of toolchains.
    pub sources: Sources,
    /// The checksum database; `None` if it is switched off.
    pub database: Option<Arc<Access>>,
}

impl Network {
    /// Reads the settings and Go's variables, and sends no request.
    pub fn new(settings: &Settings, world: &World) -> Result<Self> {
        let goenv = goenv(world);
        let database = gosumdb(&goenv)?;
        let http = Http::new(settings.timeout, settings.offline.clone(), goauth(&goenv)?);
        let sources = Sources::new(settings, world.home(), http, goproxy(&goenv)?, &database);
        let database = match database {
            Gosumdb::Off => None,
            Gosumdb::Database(database) => {
                Some(Arc::new(Access::new(sources.http.clone(), database, sources.goproxy.clone())))
            }
        };
        Ok(Network { sources, database })
    }
}

/// The value of `GOPROXY`. An error names the place that sets it.
pub fn goproxy(goenv: &GoEnv) -> Result<Goproxy> {
    let Some((text, origin)) = goenv.get(GOPROXY) else { return Ok(Goproxy::default()) };
    let entries = goproxy::parse(&text).map_err(|reason| {
        Error::new(origin.kind(), format!("invalid `GOPROXY`: {reason}")).detail(format!("set by {origin}"))
    })?;
    Ok(Goproxy { entries, is_users: !matches!(origin, Origin::Toolchain(_)) })
}

/// The value of `GOAUTH`. An error names the place that sets it.
pub fn goauth(goenv: &GoEnv) -> Result<Goauth> {
    let Some((text, origin)) = goenv.get(GOAUTH) else { return Ok(Goauth::default()) };
    goauth::parse(&text).map_err(|reason| {
        Error::new(origin.kind(), format!("invalid `GOAUTH`: {reason}")).detail(format!("set by {origin}"))
    })
}

/// The value of `GOSUMDB`. An error names the place that sets it.
pub fn gosumdb(goenv: &GoEnv) -> Result<Gosumdb> {
    let Some((text, origin)) = goenv.get(GOSUMDB) else { return Gosumdb::parse("") };
    Gosumdb::parse(&text).map_err(|error| error.of_kind(origin.kind()).detail(format!("set by {origin}")))
}

/// Go's settings, with the `go.env` of the system Go or, where that has none, of the newest installed toolchain.
pub fn goenv(world: &World) -> GoEnv {
    let has_goenv = |goroot: &std::path::PathBuf| goroot.join("go.env").is_file();
    let system = system::find("go", world).and_then(|go| system::goroot(&go)).filter(has_goenv);
    let goroot = system.or_else(|| {
        let installed = inventory::all(&world.homes).into_iter();
        installed.map(|toolchain| toolchain.path).find(has_goenv)
    });
    GoEnv::read(goroot.as_deref())
}

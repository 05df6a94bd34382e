//! The source `proxy`: the module `golang.org/toolchain` through the proxies of `GOPROXY`.

use std::path::PathBuf;
use std::sync::Arc;

use url::Url;

use super::download::Download;
use super::partial::Partial;
use super::probe::{Probe, probe};
use super::shared::Shared;
use super::{Bytes, Names, Opened, Scope, Source};
use crate::go::name::ToolchainName;
use crate::go::platform::Platform;
use crate::go::source::{Format, SourceName, direct};
use crate::net::failure::{Cause, Failure};
use crate::net::goproxy::{Entry, Server, join};
use crate::net::http::{Http, Start, is_web_page};

/// The path of the version list below a proxy's URL (Go module proxy protocol).
const LIST: &str = "golang.org/toolchain/@v/list";
/// Limit in bytes for the version list, which has 200 kB today.
const LIST_LIMIT: u64 = 32 << 20;

/// The proxies of `GOPROXY`, in order.
pub struct Proxy {
    entries: Vec<Entry>,
    http: Arc<Http>,
    partial: PathBuf,
    provable: bool,
    listed: Shared<Names>,
}

impl Proxy {
    /// The source with these entries. `partial` is the directory for downloaded zips, until they are unpacked;
    /// `provable` tells whether there is a checksum database, without which no zip can be proven and none is requested.
    pub fn new(entries: Vec<Entry>, http: Arc<Http>, partial: PathBuf, provable: bool) -> Self {
        Proxy { entries, http, partial, provable, listed: Shared::default() }
    }

    /// Asks the entries in order, as cmd/go does: past a `,` only if the file is absent, past a `|` after any failure.
    /// Returns the answer, and the failures before it.
    fn walk<T>(&self, mut ask: impl FnMut(&Url) -> Result<T, Failure>) -> Result<(T, Vec<Failure>), Failure> {
        let mut failures = Vec::new();
        for entry in &self.entries {
            let base = match &entry.server {
                Server::Proxy(url) => url.clone(),
                Server::Direct => direct(),
                // The failure of an earlier entry says more than `off`.
                Server::Off => return Err(failures.pop().unwrap_or_else(off)),
            };
            match ask(&base) {
                Ok(answer) => return Ok((answer, failures)),
                Err(failure) if entry.on_any_failure || failure.is_absent() => failures.push(failure),
                Err(failure) => return Err(failure),
            }
        }
        Err(failures.pop().unwrap_or_else(unset))
    }

    fn open_at(&self, base: &Url, version: &str) -> Result<Opened, Failure> {
        let url = join(base, &format!("golang.org/toolchain/@v/{version}.zip"));
        let bytes = match url.to_file_path() {
            Ok(path) if url.scheme() == "file" => {
                // Only checks that the file can be opened; its bytes are read from the path.
                self.http.get(&url, &Start::default())?;
                Bytes::File(path)
            }
            _ => {
                let partial = Partial::new(&self.partial, &format!("{version}.zip"));
                Bytes::Network(Box::new(Download::open(self.http.clone(), url, partial)?))
            }
        };
        Ok(Opened { format: Format::ModuleZip, bytes })
    }
}

impl Source for Proxy {
    fn name(&self) -> SourceName {
        SourceName::Proxy
    }

    fn open(&self, toolchain: &ToolchainName) -> Result<Opened, Failure> {
        if !self.provable {
            return Err(Failure::new(&direct(), Cause::Unprovable));
        }
        let version = Platform::HOST.module_version(toolchain);
        self.walk(|base| self.open_at(base, &version)).map(|(opened, _)| opened)
    }

    fn toolchains(&self, _scope: Scope) -> Result<Names, Failure> {
        let list = |base: &Url| {
            let url = join(base, LIST);
            let body = self.http.get_bytes(&url, LIST_LIMIT)?;
            if is_web_page(&body) {
                return Err(Failure::web_page(&url));
            }
            let text = String::from_utf8(body)
                .map_err(|_| Failure::new(&url, Cause::Unexpected("the list is not UTF-8 text".into())))?;
            let versions = text.lines().map(str::trim);
            Ok(Names::of(versions.filter_map(|version| Platform::HOST.toolchain_of_module(version))))
        };
        self.listed.get(|| self.walk(list).map(|(names, _)| names))
    }

    fn probe(&self) -> Result<Probe, Failure> {
        let (mut answer, failures) = self.walk(|base| probe(&self.http, &join(base, LIST)))?;
        answer.silent = failures;
        Ok(answer)
    }
}

fn unset() -> Failure {
    Failure::new(&direct(), Cause::SwitchedOff("no module proxy is known: `GOPROXY` is not set".into()))
}

fn off() -> Failure {
    Failure::new(&direct(), Cause::SwitchedOff("module proxies are switched off by `GOPROXY=off`".into()))
}

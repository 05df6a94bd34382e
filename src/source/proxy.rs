//! The source `proxy`: the module `golang.org/toolchain` through the proxies of `GOPROXY`.

use std::path::PathBuf;
use std::sync::Arc;

use url::Url;

use super::download::Download;
use super::partial::Partial;
use super::probe::{Probe, probe};
use super::{Bytes, Names, Opened, Scope, Source};
use crate::go::name::ToolchainName;
use crate::go::platform::Platform;
use crate::go::source::{Format, SourceName, direct};
use crate::net::failure::{Cause, Failure};
use crate::net::goproxy::{Entry, Server, join};
use crate::net::http::{Http, Start, is_web_page};

/// The list of versions below a proxy (Go module proxy protocol).
const LIST: &str = "golang.org/toolchain/@v/list";
/// The list of all versions of a module is 200 kB today.
const LIST_LIMIT: u64 = 32 << 20;

/// The proxies of `GOPROXY`, in order.
pub struct Proxy {
    /// The entries.
    pub entries: Vec<Entry>,
    /// The client.
    pub http: Arc<Http>,
    /// Where zips are kept until they are unpacked.
    pub partial: PathBuf,
    /// Whether there is a checksum database that can prove a zip; without one none is asked for.
    pub provable: bool,
}

impl Proxy {
    /// Asks one entry after the other, as cmd/go does: after `,` only when the file is absent, after `|` always. Gives
    /// the answer, and what those before it said.
    fn walk<T>(&self, mut ask: impl FnMut(&Url) -> Result<T, Failure>) -> Result<(T, Vec<Failure>), Failure> {
        let mut silent = Vec::new();
        for entry in &self.entries {
            let base = match &entry.server {
                Server::Proxy(url) => url.clone(),
                Server::Direct => direct(),
                // Where an earlier entry said why, that says more than `off`.
                Server::Off => return Err(silent.pop().unwrap_or_else(off)),
            };
            match ask(&base) {
                Ok(answer) => return Ok((answer, silent)),
                Err(failure) if entry.on_any_failure || failure.is_absent() => silent.push(failure),
                Err(failure) => return Err(failure),
            }
        }
        Err(silent.pop().unwrap_or_else(unset))
    }

    fn open_at(&self, base: &Url, version: &str) -> Result<Opened, Failure> {
        let url = join(base, &format!("golang.org/toolchain/@v/{version}.zip"));
        let bytes = match url.to_file_path() {
            Ok(path) if url.scheme() == "file" => {
                // Asked for only to learn that it is there.
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
        self.walk(list).map(|(names, _)| names)
    }

    fn probe(&self) -> Result<Probe, Failure> {
        let (mut answer, silent) = self.walk(|base| probe(&self.http, &join(base, LIST)))?;
        answer.silent = silent;
        Ok(answer)
    }
}

fn unset() -> Failure {
    Failure::new(&direct(), Cause::SwitchedOff("no module proxy is known: `GOPROXY` is not set".into()))
}

fn off() -> Failure {
    Failure::new(&direct(), Cause::SwitchedOff("module proxies are switched off by `GOPROXY=off`".into()))
}

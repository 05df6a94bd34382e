//! The source `dir`: a folder that has archives or module zips, such as downloads copied by hand, a mirror on a
//! network share, or Go's module cache. It never uses the network.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use url::Url;

use super::probe::Probe;
use super::{Bytes, Names, Opened, Scope, Source};
use crate::go::name::ToolchainName;
use crate::go::platform::Platform;
use crate::go::source::{Format, SourceName};
use crate::net::failure::{Cause, Failure};
use crate::text;

/// Where module zips are below the folder: in itself, as a proxy has them, or as the module cache has them.
const MODULE_FOLDERS: [&str; 3] = ["", "golang.org/toolchain/@v", "cache/download/golang.org/toolchain/@v"];

/// One folder.
pub struct Dir {
    /// The folder.
    pub path: PathBuf,
}

impl Dir {
    fn check(&self) -> Result<(), Failure> {
        fs::read_dir(&self.path).map(drop).map_err(|error| {
            failure(&self.path, Cause::Other(format!("could not read the folder: {}", text::cause(&error))))
        })
    }
}

impl Source for Dir {
    fn name(&self) -> SourceName {
        SourceName::Dir(self.path.clone())
    }

    fn open(&self, toolchain: &ToolchainName) -> Result<Opened, Failure> {
        self.check()?;
        let archive = self.path.join(Platform::HOST.archive(toolchain));
        if archive.is_file() {
            return Ok(Opened { format: Format::Archive, bytes: Bytes::File(archive) });
        }
        let zip = format!("{}.zip", Platform::HOST.module_version(toolchain));
        let zips = MODULE_FOLDERS.iter().map(|folder| self.path.join(folder).join(&zip));
        match zips.into_iter().find(|zip| zip.is_file()) {
            Some(zip) => Ok(Opened { format: Format::ModuleZip, bytes: Bytes::File(zip) }),
            None => Err(Failure::absent(&url(&archive))),
        }
    }

    fn toolchains(&self, _scope: Scope) -> Result<Names, Failure> {
        let mut found = BTreeSet::new();
        for folder in MODULE_FOLDERS {
            let Ok(entries) = fs::read_dir(self.path.join(folder)) else { continue };
            let names = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok());
            found.extend(names.filter_map(|name| toolchain_of_file(&name)));
        }
        self.check()?;
        Ok(Names::of(found))
    }

    fn probe(&self) -> Result<Probe, Failure> {
        self.check()?;
        Ok(Probe { address: self.path.display().to_string(), date: None, silent: Vec::new() })
    }
}

/// What a folder has, for messages: the names of its newest toolchains.
pub(super) fn line(source: &SourceName, names: &[ToolchainName]) -> String {
    /// More would fill the screen.
    const SHOWN: usize = 10;
    let mut names: Vec<&ToolchainName> = names.iter().collect();
    names.sort_by(|a, b| b.version().cmp(&a.version()).then_with(|| b.cmp(a)));
    let shown: Vec<String> = names.iter().take(SHOWN).map(|name| name.request().to_string()).collect();
    match names.len() {
        0 => format!("{source} has no version for {}", Platform::HOST),
        count if count > SHOWN => format!("{source} has {} and {} older", shown.join(", "), count - SHOWN),
        _ => format!("{source} has {}", shown.join(", ")),
    }
}

fn toolchain_of_file(name: &str) -> Option<ToolchainName> {
    let host = Platform::HOST;
    host.toolchain_of_archive(name).or_else(|| host.toolchain_of_module(name.strip_suffix(".zip")?))
}

fn failure(path: &Path, cause: Cause) -> Failure {
    Failure::new(&url(path), cause)
}

fn url(path: &Path) -> Url {
    // Only a path that is not absolute has no URL, and `SourceName` holds absolute paths alone.
    Url::from_file_path(path).unwrap_or_else(|()| unreachable!("`{}` is not absolute", path.display()))
}

//! A toolchain that a policy is held against, and what to do where it breaks a rule: never what leads back to it.

use std::path::{Path, PathBuf};

use crate::go::name::ToolchainName;
use crate::go::platform::Platform;
use crate::go::proof::Proof;
use crate::go::version::Version;
use crate::proof::pinned;
use crate::store::receipt::Receipt;
use crate::text;

/// A toolchain that a policy is held against.
pub(super) struct Subject {
    pub name: ToolchainName,
    /// The version of a release, also of one with a vendor's suffix, or of a linked GOROOT.
    pub version: Option<Version>,
    /// `None` if gox did not install it.
    pub receipt: Option<Receipt>,
    /// Whether it is not there yet, so that nobody knows its proofs and its address.
    pub is_planned: bool,
    /// The line of the fleet file that asks for it.
    pub declared: Option<String>,
    /// The line of a known project that asks for it.
    pub asked: Option<String>,
    /// The store of the system, if only that has it.
    pub system: Option<PathBuf>,
}

/// What a mend depends on beside the toolchain.
pub(super) struct Fleet<'a> {
    /// The fleet file.
    pub file: &'a Path,
    /// The base URL of the source `dl`, once the file is applied.
    pub dl_url: &'a str,
    /// Whether toolchains outside the file go.
    pub is_exclusive: bool,
}

/// In which way a toolchain breaks a rule.
pub(super) enum Breach<'a> {
    /// By what it is.
    Version,
    /// There is a newer patch.
    Patch,
    /// It has none of these proofs.
    Proofs(&'a [Proof]),
    /// Its address begins with none of these.
    Address(&'a [String]),
}

impl Subject {
    /// The line of a project for which it stays although the fleet file does not ask for it.
    pub(super) fn kept_for(&self) -> Option<&String> {
        self.asked.as_ref().filter(|_| self.declared.is_none())
    }

    /// What to do about a broken rule.
    pub(super) fn mend(&self, breach: &Breach<'_>, fleet: &Fleet<'_>) -> String {
        let Some(place) = &self.declared else { return self.way_out(fleet) };
        let request = self.name.request().quoted();
        let way = match breach {
            Breach::Version => None,
            Breach::Patch if self.name.is_release() => {
                return format!("`gox sync --update {}`", text::quoted_path(fleet.file));
            }
            Breach::Patch => return format!("write the newer one in {place}"),
            Breach::Proofs(allowed) => self.way_to_proof(allowed),
            Breach::Address(allowed) => allowed.first().map(|from| way_to_address(from, fleet.dl_url)),
        };
        match way {
            Some(variables) => format!("`{variables} gox install --force {request}`"),
            None => format!("remove it from {place}"),
        }
    }

    /// How a toolchain outside the fleet file goes.
    fn way_out(&self, fleet: &Fleet<'_>) -> String {
        let store = self.system.as_deref().map(text::quoted_path);
        let store = store.map_or_else(String::new, |store| format!("GOX_HOME={store} "));
        let uninstall = format!("`{store}gox uninstall {}`", self.name.request().quoted());
        match &self.asked {
            None => uninstall,
            // Whatever is uninstalled comes back where a project asks for it.
            Some(_) if fleet.is_exclusive && self.system.is_none() => {
                "ask for another version there".to_owned()
            }
            Some(_) => format!("ask for another version there, then {uninstall}"),
        }
    }

    /// The variables by which an install gets one of these proofs; `None` if no install does.
    fn way_to_proof(&self, allowed: &[Proof]) -> Option<String> {
        if allowed.contains(&Proof::Log) {
            return Some("GOX_VERIFY=log".to_owned());
        }
        // A checksum of the list counts where none is compiled in.
        let is_pinned = pinned::toolchains(Platform::HOST).contains(&self.name);
        let by_archive = if is_pinned { Proof::Pinned } else { Proof::List };
        allowed.contains(&by_archive).then(|| "GOX_SOURCES=dl".to_owned())
    }
}

/// The variables by which an install comes from an address, or from the path of a folder.
fn way_to_address(from: &str, dl_url: &str) -> String {
    if from.starts_with('/') {
        return format!("GOX_SOURCES={}", text::quoted(&format!("dir:{from}")));
    }
    if begins_with(dl_url, from) || begins_with(from, dl_url) {
        return "GOX_SOURCES=dl".to_owned();
    }
    format!("GOX_SOURCES=proxy GOPROXY={}", text::quoted(from))
}

/// Whether an address is below another one. `https://proxy.example.org/` begins with `https://proxy.example`, and
/// is not below it.
pub(super) fn begins_with(address: &str, from: &str) -> bool {
    address
        .strip_prefix(from)
        .is_some_and(|rest| from.ends_with('/') || rest.is_empty() || rest.starts_with('/'))
}

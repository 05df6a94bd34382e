//! The releases that are known without network access: those with a pinned checksum, those in any release list that
//! was fetched before, and those that gox installed. Good for marks and completions, never for a proof.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::fs::read::read_at_most;
use crate::go::name::ToolchainName;
use crate::go::platform::Platform;
use crate::go::version::Version;
use crate::proof::pinned;
use crate::store::inventory::{self, Toolchain};
use crate::store::layout::Home;
use crate::store::receipt::Receipt;

/// Limit in bytes for the file of names, a hundred times its size today.
const MAX_BYTES: usize = 1 << 20;

/// The file in the cache with the names from fetched lists, one per line.
fn path(home: &Home) -> PathBuf {
    home.cache().join("released")
}

/// Adds the releases of a fetched list. A failure is ignored: it only costs marks and completions.
pub fn keep(home: &Home, toolchains: &[ToolchainName]) {
    let path = path(home);
    let before = kept(&path);
    let mut names = before.clone();
    names.extend(toolchains.iter().filter(|name| name.is_release()).cloned());
    if names.len() > before.len() {
        let text = names.iter().flat_map(|name| [name.as_str(), "\n"]).collect::<String>();
        let _ = crate::fs::write::write_cached(&path, text.as_bytes());
    }
}

/// The names in the file; lines that are not names, as in a damaged file, are left out.
fn kept(path: &Path) -> BTreeSet<ToolchainName> {
    let text = read_at_most(path, MAX_BYTES).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    text.lines().map(ToolchainName::new).filter(ToolchainName::is_release).collect()
}

/// The known versions for this platform. An installed one counts by its receipt, as its release was proven then; what
/// has none, or one that is invalid, may be of any name.
pub fn versions(home: &Home) -> Vec<Version> {
    let names = released(home);
    // Most are known already, and their receipts need not be read.
    let is_other = |toolchain: &Toolchain| !names.contains(&toolchain.name);
    let others = inventory::all(&inventory::homes(home)).into_iter().filter(is_other);
    let proven: Vec<_> = others.filter(|toolchain| Receipt::read(&toolchain.path).is_some()).collect();
    of(names, proven.iter())
}

/// [`versions`], for whoever has read the receipts: `proven` are those with one.
pub fn versions_with<'a>(home: &Home, proven: impl Iterator<Item = &'a Toolchain>) -> Vec<Version> {
    of(released(home), proven)
}

fn of<'a>(mut names: BTreeSet<ToolchainName>, proven: impl Iterator<Item = &'a Toolchain>) -> Vec<Version> {
    names.extend(proven.map(|toolchain| toolchain.name.clone()));
    names.iter().filter_map(ToolchainName::release).cloned().collect()
}

/// The names in lists, those that were fetched and the one that is compiled in.
fn released(home: &Home) -> BTreeSet<ToolchainName> {
    let mut names = kept(&path(home));
    names.extend(pinned::toolchains(Platform::HOST));
    names
}

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::store::layout::{self, LAYOUT};

    #[test]
    fn what_lists_named_is_kept_and_damage_is_left_out() {
        let folder = tempfile::TempDir::new().unwrap();
        let home = Home::at(folder.path());
        let all = versions(&home).len();
        keep(&home, &["go1.999.1".into(), "go1.999.0-x".into(), "go1.999.0".into()]);
        keep(&home, &["go1.999.2".into()]);
        assert_eq!(fs::read_to_string(path(&home)).unwrap(), "go1.999.0\ngo1.999.1\ngo1.999.2\n");
        fs::write(path(&home), b"go1.999.0\n\xff\0\ngo1.9").unwrap();
        assert_eq!(versions(&home).len(), all + 1);
    }

    #[test]
    fn an_installed_one_counts_by_a_receipt_of_its_own() {
        let folder = tempfile::TempDir::new().unwrap();
        let home = Home::at(folder.path());
        let goroot = home.toolchains().join("go1.999.1");
        fs::create_dir_all(goroot.join("bin")).unwrap();
        fs::File::create(goroot.join("bin/go"))
            .unwrap()
            .set_permissions(Permissions::from_mode(0o755))
            .unwrap();
        fs::create_dir(goroot.join(".gox")).unwrap();
        let is_known = || versions(&home).iter().any(|version| version.full() == "1.999.1");
        assert!(!is_known());
        let receipt = |layout: u32, name: &str| {
            format!(
                r#"{{"layout":{layout},"toolchain":"{name}","platform":"linux-amd64","source":"dl","address":"",
                "sha256":null,"h1":"h1:","proofs":["log"],"installed":0,"files":0,"bytes":0,"shared":0,"gox":"0"}}"#
            )
        };
        for (text, expected) in [
            (String::new(), false),
            ("{}".to_owned(), false),
            (receipt(LAYOUT, "go1.999.0"), false),
            (receipt(LAYOUT + 1, "go1.999.1"), false),
            (receipt(LAYOUT, "go1.999.1"), true),
        ] {
            fs::write(layout::receipt(&goroot), &text).unwrap();
            assert_eq!(is_known(), expected, "{text}");
        }
    }
}

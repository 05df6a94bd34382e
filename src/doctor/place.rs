//! The folders that Go and gox work in, and the mounts on which they lie.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::facts::Facts;
use super::{lasting, variable};
use crate::env::{GOMODCACHE, GOPATH, GOX_HOME};
use crate::fs::identity;
use crate::machine::mounts::Mount;
use crate::select::directory;
use crate::select::goenv::GoEnv;

/// How often a folder is looked at to tell how long one look takes: on a Windows drive that is a fifth of a second.
const LOOKS: usize = 200;

/// A folder, and what to type so that it is another one.
pub(super) struct Folder {
    /// What it is: `the store`, `GOCACHE`.
    pub(super) name: &'static str,
    pub(super) path: PathBuf,
    pub(super) move_it: String,
}

/// The folders of Go and of gox.
pub(super) fn folders(facts: &Facts) -> Vec<Folder> {
    let settings = GoEnv::of_user(&facts.world);
    let user = facts.environment().user_home().unwrap_or_default();
    let setting =
        |key| settings.get(key).map(|(value, _)| PathBuf::from(value)).filter(|path| path.is_absolute());
    let gopath = settings.get("GOPATH").and_then(|(value, _)| std::env::split_paths(&value).next());
    let gopath = gopath.unwrap_or_else(|| user.join("go"));
    let modules = setting("GOMODCACHE").unwrap_or_else(|| gopath.join("pkg/mod"));
    let builds = setting("GOCACHE").or_else(|| Some(dirs::cache_dir()?.join("go-build")));
    let here = directory::current(&facts.world).ok();
    // None is a default or in `~/.cache`: by a link each of those may be on the drive that was found.
    let of_go = |name, path, other: &str| {
        let set = || lasting::set_path(name, &user.join(other), |values| variable::set(values, facts));
        let origin = settings.get(name).map(|(_, origin)| origin);
        Folder {
            name,
            path,
            move_it: origin.map_or_else(set, |origin| variable::unset_at(&origin, name, None, facts)),
        }
    };
    let own = |name, variable, path, set: String| {
        let is_set = facts.environment().os(variable).is_some();
        Folder { name, path, move_it: if is_set { variable::unset(variable, None) } else { set } }
    };
    let of_store = lasting::set_to_yours(GOX_HOME, "/path/to/go", "a folder on a Linux file system");
    let mut folders = vec![
        own("the store", GOX_HOME, facts.home().root().to_owned(), of_store),
        of_go(GOMODCACHE, modules, ".go-mod"),
        of_go(GOPATH, gopath, ".gopath"),
        own("TMPDIR", "TMPDIR", std::env::temp_dir(), lasting::set(&[("TMPDIR", "/var/tmp")])),
    ];
    folders.extend(builds.map(|path| of_go("GOCACHE", path, ".go-build")));
    folders.extend(here.map(|path| Folder {
        name: "this directory",
        path,
        move_it: "clone the project again in your home directory: `git clone URL ~/NAME`".to_owned(),
    }));
    folders
}

/// The mount on which a file lies, or would lie if it is not there.
pub(super) fn mount<'a>(path: &Path, facts: &'a Facts) -> Option<&'a Mount> {
    facts.mounts().of(&identity::real(path))
}

/// Whether a file lies on a Windows drive.
pub(super) fn is_on_windows(path: &Path, facts: &Facts) -> bool {
    mount(path, facts).is_some_and(Mount::is_windows_drive)
}

/// How many times longer one look takes than the other, by the median of each.
pub(super) fn ratio(there: impl FnMut() -> Duration, here: impl FnMut() -> Duration) -> f64 {
    // A clock that cannot tell so short a time apart says zero.
    let least = Duration::from_nanos(1);
    median(there).max(least).as_secs_f64() / median(here).max(least).as_secs_f64()
}

fn median(mut look: impl FnMut() -> Duration) -> Duration {
    let mut times: Vec<_> = (0..LOOKS).map(|_| look()).collect();
    times.sort_unstable();
    times[LOOKS / 2]
}

/// How long the system takes to tell what a file is, or that there is none.
pub(super) fn look(path: &Path) -> Duration {
    let start = Instant::now();
    let _ = path.symlink_metadata();
    start.elapsed()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{median, ratio};

    /// A clock that says these times, again and again.
    fn clock(times: &[u64]) -> impl FnMut() -> Duration {
        let mut times = times.iter().cycle();
        move || Duration::from_nanos(*times.next().unwrap())
    }

    #[test]
    fn a_ratio_is_that_of_the_medians() {
        for (there, here, expected) in [
            (&[1000][..], &[100][..], 10.0),
            // One look in four that takes long, such as the first, counts for nothing.
            (&[900, 1000, 1000, 9_000_000], &[100, 100, 90, 5000], 10.0),
            (&[0], &[0], 1.0),
            (&[50], &[100], 0.5),
        ] {
            let found = ratio(clock(there), clock(here));
            assert!((found - expected).abs() < 1e-9, "{there:?} {here:?}: {found}");
        }
        assert_eq!(median(clock(&[3, 1, 2])), Duration::from_nanos(2));
    }
}

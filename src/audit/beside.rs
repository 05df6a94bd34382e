//! A refresh beside the work of a command, which never waits for it: what is not there when the work ends is dropped.

use std::sync::{Mutex, OnceLock};
use std::thread::{self, JoinHandle};

use super::cache::Cache;
use super::database::Database;
use super::refresh::refresh;
use crate::os::threads::lock;
use crate::store::layout::Home;

/// The thread of a refresh, which gives what is new.
type Running = JoinHandle<Option<Cache>>;

/// A refresh that may have begun.
#[derive(Default)]
pub struct Beside(OnceLock<Mutex<Option<Running>>>);

impl Beside {
    /// Begins, unless it has begun before. A failure is told to nobody: only `gox audit` has to have the data.
    pub fn begin(&self, database: impl FnOnce() -> Option<Database>, home: &Home) {
        self.0.get_or_init(|| Mutex::new(start(database, home)));
    }

    /// Keeps what the refresh has brought, if it is over by now. No other thread writes, so that nothing is left half
    /// written when the process ends.
    pub fn end(&self, home: &Home) {
        let over = self.0.get().and_then(|running| lock(running).take_if(|running| running.is_finished()));
        if let Some(Ok(Some(new))) = over.map(JoinHandle::join) {
            // A store that cannot be written only costs a refresh next time.
            let _ = new.write(home);
        }
    }
}

/// Starts a refresh. Without a database or a thread there is none.
fn start(database: impl FnOnce() -> Option<Database>, home: &Home) -> Option<Running> {
    let (database, home) = (database()?, home.clone());
    let work = move || {
        let kept = Cache::read(&home, &database.base);
        let new = refresh(&database, kept.as_ref()).ok();
        new.filter(|new| Some(new) != kept.as_ref())
    };
    thread::Builder::new().spawn(work).ok()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::Arc;
    use std::time::Duration;

    use url::Url;

    use super::Beside;
    use crate::audit::cache::Cache;
    use crate::audit::database::Database;
    use crate::net::goauth::Goauth;
    use crate::net::http::Http;
    use crate::os::threads::lock;
    use crate::store::layout::Home;

    #[test]
    fn what_has_come_by_the_end_is_kept() {
        let folder = tempfile::TempDir::new().unwrap();
        let home = Home::at(folder.path().join("home"));
        let entry = |id: &str, module: &str| {
            let text = format!(
                r#"{{"id":"{id}","modified":"2026-08-21T00:00:00Z","affected":[{{"package":{{"name":"{module}"}}}}]}}"#
            );
            (format!("ID/{id}.json"), text)
        };
        let module = |name: &str, id: &str| {
            format!(r#"{{"path":"{name}","vulns":[{{"id":"{id}","modified":"2026-08-21T00:00:00Z"}}]}}"#)
        };
        let (one, other) = ("GO-2026-0001", "GO-2026-0002");
        for (path, text) in [
            ("index/db.json".to_owned(), r#"{"modified":"2026-08-21T00:00:00Z"}"#.to_owned()),
            (
                "index/modules.json".to_owned(),
                format!("[{},{}]", module("stdlib", one), module("toolchain", other)),
            ),
            entry(one, "stdlib"),
            entry(other, "toolchain"),
        ] {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let base = Url::from_file_path(folder.path()).unwrap();
        let http = Arc::new(Http::new(Duration::from_secs(1), None, Goauth::default()));
        let beside = Beside::default();
        beside.end(&home);
        assert_eq!(Cache::read(&home, &base), None);
        beside.begin(|| Some(Database::new(http, base.clone())), &home);
        beside.begin(|| unreachable!("it has begun"), &home);
        let running = beside.0.get().unwrap();
        while !lock(running).as_ref().unwrap().is_finished() {
            std::thread::yield_now();
        }
        beside.end(&home);
        assert_eq!(Cache::read(&home, &base).unwrap().entries.len(), 2);
        assert_eq!(Cache::read(&home, &Url::parse("https://vuln.go.dev").unwrap()), None);
    }
}

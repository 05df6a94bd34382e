//! A refresh beside the work of a command, which never waits for it: what is not there when the work ends is dropped.

use std::sync::Mutex;
use std::sync::mpsc::{self, Receiver};
use std::thread;

use super::cache::Cache;
use super::database::Database;
use super::refresh::refresh;
use crate::os::threads::lock;
use crate::store::layout::Home;

/// A refresh that may have begun.
#[derive(Default)]
pub struct Beside(Mutex<Option<Receiver<Cache>>>);

impl Beside {
    /// Begins, unless it has begun before. A failure is told to nobody: only `gox audit` has to have the data.
    pub fn begin(&self, database: impl FnOnce() -> Option<Database>, home: &Home) {
        let mut running = lock(&self.0);
        if running.is_some() {
            return;
        }
        let (sender, receiver) = mpsc::channel();
        *running = Some(receiver);
        let Some(database) = database() else { return };
        let home = home.clone();
        // Without a thread there is no refresh.
        let _ = thread::Builder::new().spawn(move || {
            let kept = Cache::read(&home, &database.base);
            if let Ok(new) = refresh(&database, kept.clone())
                && Some(&new) != kept.as_ref()
            {
                let _ = sender.send(new);
            }
        });
    }

    /// Keeps what the refresh has brought, if it is over by now. No other thread writes, so that nothing is left half
    /// written when the process ends.
    pub fn end(&self, home: &Home) {
        if let Some(new) = lock(&self.0).as_ref().and_then(|running| running.try_recv().ok()) {
            // A store that cannot be written only costs a refresh next time.
            let _ = new.write(home);
        }
    }
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
        while Cache::read(&home, &base).is_none() {
            beside.end(&home);
            std::thread::yield_now();
        }
        assert_eq!(Cache::read(&home, &base).unwrap().entries.len(), 2);
        assert_eq!(Cache::read(&home, &Url::parse("https://vuln.go.dev").unwrap()), None);
    }
}

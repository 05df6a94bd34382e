//! Go's vulnerability database, or a part of it: as files in a folder, or as routes of a server.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::sync::LazyLock;

use flate2::Compression;
use flate2::write::GzEncoder;
use gox::store::receipt;
use gox::text;
use serde_json::{Value, json};

use super::response::Response;
use super::server::Server;

/// How many days ago the database was changed last, which is recently enough for it to be current.
pub(crate) const CHANGED: u64 = 10;

/// A day: `2026-02-03`. Today does not become another one while the tests run.
pub(crate) fn day(ago: u64) -> String {
    static TODAY: LazyLock<u64> = LazyLock::new(receipt::now);
    text::date(*TODAY - ago * text::SECONDS_PER_DAY)
}

/// A time on that day, as the database writes it.
pub(crate) fn time(ago: u64) -> String {
    day(ago) + "T01:02:03Z"
}

/// A state of the database.
#[derive(Clone)]
pub(crate) struct VulnDb {
    /// When it was changed last.
    pub(crate) modified: String,
    /// When an entry that does not affect Go itself was changed last.
    pub(crate) others: String,
    /// Its entries, by their ids.
    pub(crate) entries: BTreeMap<String, Value>,
}

impl VulnDb {
    /// All that affected Go itself on 2026-08-21, as if nothing had been changed but others since.
    pub(crate) fn whole() -> Self {
        let entries: Vec<Value> =
            serde_json::from_str(include_str!("../../data/vulndb/entries.json")).unwrap();
        let entries = entries.into_iter().map(|entry| (entry["id"].as_str().unwrap().to_owned(), entry));
        VulnDb { modified: time(CHANGED), others: time(CHANGED), entries: entries.collect() }
    }

    /// Those of them that these ids name.
    pub(crate) fn of(ids: &[&str]) -> Self {
        let mut database = VulnDb::whole();
        database.entries.retain(|id, _| ids.contains(&id.as_str()));
        assert_eq!(database.entries.len(), ids.len());
        database
    }

    /// Changes the database at a time, and an entry with it.
    pub(crate) fn change(&mut self, time: String, id: &str, change: impl FnOnce(&mut Value)) {
        let entry = self.entries.get_mut(id).unwrap();
        entry["modified"] = time.clone().into();
        self.modified = time;
        change(entry);
    }

    /// The files, by their paths without `.json`.
    pub(crate) fn files(&self) -> BTreeMap<String, String> {
        let other = json!({ "id": "GO-2026-9999", "modified": self.others });
        let mut modules: BTreeMap<&str, Vec<Value>> = BTreeMap::from([("golang.org/x/net", vec![other])]);
        for (id, entry) in &self.entries {
            for affected in entry["affected"].as_array().unwrap() {
                let module = affected["package"]["name"].as_str().unwrap();
                let vulns = modules.entry(module).or_default();
                vulns.push(json!({ "id": id, "modified": entry["modified"], "fixed": "1.2.3" }));
            }
        }
        let modules = modules.into_iter().map(|(path, vulns)| json!({ "path": path, "vulns": vulns }));
        let entries = self.entries.iter().map(|(id, entry)| (format!("ID/{id}"), entry.to_string()));
        let mut files: BTreeMap<String, String> = entries.collect();
        files.insert("index/db".to_owned(), json!({ "modified": self.modified }).to_string());
        files.insert("index/modules".to_owned(), modules.collect::<Value>().to_string());
        files
    }

    /// Writes the files into a folder.
    pub(crate) fn write_to(&self, folder: &Path) {
        for (path, text) in self.files() {
            let path = folder.join(format!("{path}.json"));
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }

    /// Serves the files, each packed alone, and the state with a tag.
    pub(crate) fn serve(&self, server: &Server) {
        for (path, text) in self.files() {
            let answer = Response::new(gzip(text.as_bytes())).etag(None);
            if path != "index/db" {
                server.route(format!("/{path}.json.gz"), answer);
                continue;
            }
            let tag = format!("\"{}\"", self.modified);
            server.handle(format!("/{path}.json.gz"), move |request| {
                if request.header("if-none-match") == Some(tag.as_str()) {
                    return Response::status(304, "");
                }
                answer.clone().etag(Some(tag.as_str()))
            });
        }
    }
}

/// Packs a file.
pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(bytes).unwrap();
    gzip.finish().unwrap()
}

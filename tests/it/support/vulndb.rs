//! Go's vulnerability database, or a part of it: as files in a folder, or as routes of a server.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use super::response::Response;
use super::server::Server;

/// A state of the database.
#[derive(Clone)]
pub(crate) struct VulnDb {
    /// When it was changed last.
    pub(crate) modified: String,
    /// Its entries, by their ids.
    pub(crate) entries: BTreeMap<String, Value>,
}

impl VulnDb {
    /// All that affected Go itself on 2026-08-21.
    pub(crate) fn whole() -> Self {
        let entries: Vec<Value> =
            serde_json::from_str(include_str!("../../data/vulndb/entries.json")).unwrap();
        let entries = entries.into_iter().map(|entry| (entry["id"].as_str().unwrap().to_owned(), entry));
        VulnDb { modified: "2026-08-21T20:38:00Z".to_owned(), entries: entries.collect() }
    }

    /// Those of them that these ids name.
    pub(crate) fn of(ids: &[&str]) -> Self {
        let mut database = VulnDb::whole();
        database.entries.retain(|id, _| ids.contains(&id.as_str()));
        assert_eq!(database.entries.len(), ids.len());
        let times = database.entries.values().map(|entry| entry["modified"].as_str().unwrap());
        database.modified = times.max().unwrap().to_owned();
        database
    }

    /// Changes the database at a time, and an entry with it.
    pub(crate) fn change(&mut self, time: &str, id: &str, change: impl FnOnce(&mut Value)) {
        time.clone_into(&mut self.modified);
        let entry = self.entries.get_mut(id).unwrap();
        entry["modified"] = time.into();
        change(entry);
    }

    /// The files, by their paths without `.json`.
    pub(crate) fn files(&self) -> BTreeMap<String, String> {
        let mut modules: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
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

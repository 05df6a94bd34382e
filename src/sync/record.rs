//! The file `synced` in the store: which states were applied, an object of JSON in each line, the last at the end, and
//! what `gox sync` owes for them.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::owed::Owed;
use super::repository::Origin;
use crate::error::{Error, Result};
use crate::fs::identity::real;
use crate::fs::read::read_quietly;
use crate::fs::write::write_atomic;
use crate::go::name::ToolchainName;
use crate::store::layout::Home;
use crate::store::receipt;

/// How many states are kept, beside those for which something is owed.
const KEPT: usize = 50;

/// A state that was applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// When, in seconds since 1970.
    pub time: u64,
    /// The absolute path of the fleet file.
    pub file: String,
    /// The top of its repository; `None` if it is in none.
    pub repository: Option<String>,
    /// The commit that was checked out, or that `--at` named.
    pub commit: Option<String>,
    /// Whether the file was not as in the commit; `None` if no commit is known.
    pub dirty: Option<bool>,
    /// The sha256 of its text, in hex.
    pub sha256: String,
    /// The target.
    pub target: Option<String>,
    /// Whether `--target` named the target, and no host did.
    pub named: bool,
    /// The toolchains that it declares.
    #[serde(default)]
    pub toolchains: Vec<ToolchainName>,
    /// The version of gox.
    pub gox: String,
    /// What `gox sync` put for this state and those before it of the file, and has not given back.
    #[serde(default)]
    pub owed: Owed,
    /// Whether the state was reached. What an attempt that ended early has put is known by its record.
    #[serde(default = "yes")]
    pub done: bool,
}

/// Records without the key are of states that were reached.
fn yes() -> bool {
    true
}

impl Record {
    /// A state that is applied now.
    pub fn new(
        file: &Path,
        text: &str,
        origin: Option<Origin>,
        target: Option<String>,
        named: bool,
        toolchains: &[ToolchainName],
    ) -> Self {
        use sha2::{Digest, Sha256};
        let (repository, commit, dirty) = match origin {
            Some(Origin { repository, commit, dirty }) => {
                (Some(repository.to_string_lossy().into_owned()), Some(commit), Some(dirty))
            }
            None => (None, None, None),
        };
        Record {
            time: receipt::now(),
            file: file.to_string_lossy().into_owned(),
            repository,
            commit,
            dirty,
            sha256: receipt::hex(&Sha256::digest(text)),
            target,
            named,
            toolchains: toolchains.to_owned(),
            gox: env!("CARGO_PKG_VERSION").to_owned(),
            owed: Owed::default(),
            done: true,
        }
    }

    /// Whether it is of this fleet file, by whichever name. Where the name is a link that leads to another file now, it
    /// still means the fleet file that has this name.
    pub fn is_of(&self, file: &Path) -> bool {
        self.file == file.to_string_lossy() || real(Path::new(&self.file)) == real(file)
    }

    /// Whether it asks for toolchains: those of a file that is gone are not asked for any more.
    fn asks(&self) -> bool {
        !self.toolchains.is_empty() && Path::new(&self.file).is_file()
    }

    /// Whether two records are of the same state, whenever and by whichever gox they were applied.
    fn is_same_state(&self, other: &Record) -> bool {
        let without = |record: &Record| Record { time: 0, gox: String::new(), ..record.clone() };
        without(self) == without(other)
    }
}

/// The last state that was applied; `None` if there was none yet.
pub fn last(home: &Home) -> Option<Record> {
    records(home).into_iter().rfind(|record| record.done)
}

/// The toolchains that the last applied state of each fleet file declares, each with the file; without those of files
/// that are gone.
pub fn declared(home: &Home) -> Vec<(ToolchainName, PathBuf)> {
    let records: Vec<Record> = records(home).into_iter().filter(|record| record.done).collect();
    let last = last_of_files(&records, records.len()).filter(|record| record.asks());
    last.flat_map(|Record { toolchains, file, .. }| {
        toolchains.iter().map(move |name| (name.clone(), PathBuf::from(file)))
    })
    .collect()
}

/// What was noted as owed for a fleet file, also in an attempt that ended early.
pub fn owed(home: &Home, file: &Path) -> Owed {
    let last = records(home).into_iter().rfind(|record| record.is_of(file));
    last.map(|record| record.owed).unwrap_or_default()
}

/// The states in their order. Lines that cannot be read, as in a damaged file, are left out.
fn records(home: &Home) -> Vec<Record> {
    let text = read_quietly(&home.synced()).unwrap_or_default();
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

/// Adds a state that is not the last one already, in the place of an attempt for its file. The caller holds the lock of
/// `gox sync`.
pub fn add(home: &Home, state: &Record) -> Result<()> {
    let before = records(home);
    let mut records = before.clone();
    records.retain(|record| record.done || !record.is_of(Path::new(&state.file)));
    if !records.last().is_some_and(|last| last.is_same_state(state)) {
        records.push(state.clone());
    }
    if records == before {
        return Ok(());
    }
    let lines = kept(&records).filter_map(|record| Some(serde_json::to_string(record).ok()? + "\n"));
    let path = home.synced();
    write_atomic(&path, lines.collect::<String>().as_bytes())
        .map_err(|error| Error::unwritable(format!("could not write `{}`", path.display()), error))
}

/// The last records, and before them the last of each file for which something is owed or that asks for toolchains.
fn kept(records: &[Record]) -> impl Iterator<Item = &Record> {
    let old = records.len().saturating_sub(KEPT);
    let counts = |record: &&Record| !record.owed.is_empty() || record.asks();
    last_of_files(records, old).filter(counts).chain(&records[old..])
}

/// Of the first `count` records those that are the last of their file. An attempt does not replace a state that was
/// reached.
fn last_of_files(records: &[Record], count: usize) -> impl Iterator<Item = &Record> {
    let replaces =
        |later: &Record, record: &Record| (later.done || !record.done) && later.is_of(record.file.as_ref());
    let is_last =
        move |index: usize| !records[index + 1..].iter().any(|later| replaces(later, &records[index]));
    (0..count).filter(move |index| is_last(*index)).map(|index| &records[index])
}

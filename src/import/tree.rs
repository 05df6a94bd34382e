//! Reads a tree of another manager: which of its files can be those of a release, and what they hash to. No link is
//! followed, nothing that is no file is opened, and whatever is there, it is not believed.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use flate2::Crc;
use rustix::fs::FileType;
use sha2::{Digest, Sha256};

use crate::fs::beneath::{Beneath, Entry};
use crate::fs::identity::Identity;
use crate::go::name::ToolchainName;
use crate::go::platform::Platform;
use crate::go::source::Format;
use crate::install::guard::{Guard, MAX_DIRECTORIES, MAX_ENTRIES, MAX_PATH, MAX_UNPACKED};
use crate::install::report::Phases;
use crate::os::threads::{self, Queue};
use crate::proof::dirhash;
use crate::store::receipt::FileRecord;
use crate::text;

/// A tree, and what it is by its own words.
pub struct Tree {
    /// The folder.
    pub root: PathBuf,
    /// Which folder it was when it was looked at. It is not kept open: there may be more trees than open files.
    identity: Identity,
    /// What its VERSION says it is.
    pub toolchain: ToolchainName,
    /// The files that can be those of the release.
    pub files: Vec<TreeFile>,
    /// What is left out, by path, with the reason.
    pub left_out: BTreeMap<String, LeftOut>,
}

/// A file of a tree.
#[derive(Clone, Debug)]
pub struct TreeFile {
    /// Its path in a toolchain.
    pub path: String,
    /// Its path in the tree, which is another one for a `go.mod` in a module cache.
    pub(super) at: PathBuf,
    /// Its length in bytes.
    pub size: u64,
}

/// Why something is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LeftOut {
    /// The hash in the checksum database does not cover it.
    Uncovered,
    /// No release has it: a manager or somebody else put it there.
    Added,
    /// No release has such a name, or such a name beside another file; with the reason.
    Refused(String),
    /// It is a link, a device or the like, as no release has.
    NoFile,
    /// It cannot be read; with the reason.
    Unreadable(String),
}

/// A file of a tree, as it was read.
#[derive(Clone, Debug)]
pub struct Hashed {
    /// Its record.
    pub record: FileRecord,
    /// Its length in bytes.
    pub size: u64,
    /// Its CRC-32.
    pub crc32: u32,
}

impl Tree {
    /// Looks at all that is in a folder, without its content but for VERSION. The error is why that can be no release
    /// for this machine.
    pub fn open(root: &Path) -> Result<Self, String> {
        let (folder, identity) = Beneath::open(root)
            .and_then(|folder| folder.identity().map(|identity| (folder, identity)))
            .map_err(|error| format!("it could not be opened: {}", text::cause(&error)))?;
        let toolchain = toolchain(&folder)?;
        let is_module = folder.open_file(Path::new("src/_go.mod")).is_ok();
        let format = if is_module { Format::ModuleZip } else { Format::Archive };
        let guard = Guard::new(format, String::new());
        let (files, left_out) = (Vec::new(), BTreeMap::new());
        let mut walk =
            Walk { folder: &folder, is_module, guard, folders: 0, seen: 0, bytes: 0, files, left_out };
        walk.folder("")?;
        let Walk { files, left_out, .. } = walk;
        check_platform(&files)?;
        Ok(Tree { root: root.to_owned(), identity, toolchain, files, left_out })
    }

    /// Opens the folder again; an error if another one is in its place.
    pub(super) fn folder(&self) -> io::Result<Beneath> {
        let folder = Beneath::open(&self.root)?;
        let is_same = folder.identity()? == self.identity;
        is_same.then_some(folder).ok_or_else(|| io::Error::other("another folder is in its place"))
    }

    /// The bytes of the files that can be those of the release.
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.size).sum()
    }

    /// Reads all files. What cannot be read, or is not as long as before, is left out with the reason. The error is why
    /// none can be.
    pub fn hash(&mut self, phases: &dyn Phases) -> io::Result<Vec<Hashed>> {
        let folder = self.folder()?;
        self.files.sort_unstable_by_key(|file| std::cmp::Reverse(file.size));
        let queue = Queue::new(&self.files);
        let work = || {
            let mut buffer = vec![0; 256 << 10];
            let hash = |(_, file): (usize, &TreeFile)| {
                let hashed = file.hash(&folder, &mut buffer, phases);
                (file.path.clone(), hashed.map_err(|error| text::cause(&error)))
            };
            queue.take().map(hash).collect::<Vec<_>>()
        };
        let mut hashed = Vec::with_capacity(self.files.len());
        for (path, result) in threads::run(usize::MAX, work).into_iter().flatten() {
            match result {
                Ok(file) => hashed.push(file),
                Err(reason) => drop(self.left_out.insert(path, LeftOut::Unreadable(reason))),
            }
        }
        self.files.retain(|file| !self.left_out.contains_key(&file.path));
        Ok(hashed)
    }

    /// Leaves out the files that `is_left_out` selects by path.
    pub(super) fn leave_out(&mut self, is_left_out: impl Fn(&str) -> bool) {
        for file in self.files.extract_if(.., |file| is_left_out(&file.path)) {
            self.left_out.entry(file.path).or_insert(LeftOut::Added);
        }
    }
}

impl TreeFile {
    fn hash(&self, folder: &Beneath, buffer: &mut [u8], phases: &dyn Phases) -> io::Result<Hashed> {
        // One byte more would be a file that grows, perhaps for ever.
        let mut content = folder.open_file(&self.at)?.take(self.size + 1);
        let (mut sha256, mut crc32, mut size) = (Sha256::new(), Crc::new(), 0);
        loop {
            let count = content.read(buffer)?;
            if count == 0 {
                break;
            }
            sha256.update(&buffer[..count]);
            crc32.update(&buffer[..count]);
            size += count as u64;
            phases.advance(count as u64);
        }
        if size != self.size {
            return Err(io::Error::other("it changed while it was read"));
        }
        let record = FileRecord { path: self.path.clone(), sha256: sha256.finalize().into() };
        Ok(Hashed { record, size, crc32: crc32.sum() })
    }
}

/// The toolchain that VERSION names.
fn toolchain(folder: &Beneath) -> Result<ToolchainName, String> {
    let mut text = Vec::new();
    // Enough for the first line of any release.
    let read = folder.open_file(Path::new("VERSION")).and_then(|file| file.take(256).read_to_end(&mut text));
    if let Err(error) = read {
        return Err(match error.kind() {
            io::ErrorKind::NotFound => {
                "it has no `VERSION`: it is incomplete, or was built from source".to_owned()
            }
            _ => format!("its `VERSION` cannot be read: {}", text::cause(&error)),
        });
    }
    let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let shown = line[..line.len().min(60)].escape_ascii();
    let name = std::str::from_utf8(line).ok().map(ToolchainName::new);
    let name = name.filter(|name| name.is_request() && !name.is_linked() && !name.has_suffix());
    name.ok_or_else(|| format!("its `VERSION` says `{shown}`, which is not a release of Go"))
}

/// An error if the tools in the tree are for other machines alone.
fn check_platform(files: &[TreeFile]) -> Result<(), String> {
    let platform =
        |file: &TreeFile| Some(file.path.strip_prefix("pkg/tool/")?.split_once('/')?.0.replace('_', "/"));
    let Platform { os, arch } = Platform::HOST;
    let (host, mut other) = (format!("{os}/{arch}"), None);
    for platform in files.iter().filter_map(platform) {
        if platform == host {
            return Ok(());
        }
        other = Some(platform);
    }
    other.map_or(Ok(()), |other| {
        Err(format!("it is for {}, but this machine is {host}", text::escaped(&other)))
    })
}

/// A walk through the tree.
struct Walk<'a> {
    folder: &'a Beneath,
    is_module: bool,
    guard: Guard,
    folders: usize,
    seen: usize,
    bytes: u64,
    files: Vec<TreeFile>,
    left_out: BTreeMap<String, LeftOut>,
}

impl Walk<'_> {
    fn folder(&mut self, path: &str) -> Result<(), String> {
        let entries = match self.folder.entries(Path::new(path), MAX_ENTRIES) {
            Ok(entries) => entries,
            Err(error) => {
                self.left_out.insert(path.to_owned(), LeftOut::Unreadable(text::cause(&error)));
                return Ok(());
            }
        };
        self.folders += 1;
        self.seen += entries.len();
        for (count, limit, what) in
            [(self.folders, MAX_DIRECTORIES, "folders"), (self.seen, MAX_ENTRIES, "entries")]
        {
            if count > limit {
                return Err(format!("it has more than {limit} {what}"));
            }
        }
        let has_renamed = self.is_module && entries.iter().any(|entry| entry.name == "_go.mod");
        for entry in entries {
            // The go command puts a `go.mod` beside each `_go.mod` that the module has.
            if !(has_renamed && entry.name == "go.mod") {
                self.entry(path, &entry)?;
            }
        }
        Ok(())
    }

    fn entry(&mut self, folder: &str, entry: &Entry) -> Result<(), String> {
        let Some(name) = entry.name.to_str() else {
            let name = entry.name.to_string_lossy();
            self.left_out.insert(below(folder, &name), LeftOut::Added);
            return Ok(());
        };
        let path = below(folder, name);
        let is_folder = entry.kind == FileType::Directory;
        let why = if dirhash::name_in_module(&format!("{path}/")).is_none() {
            Some(LeftOut::Uncovered)
        } else if is_added(folder, name) {
            Some(LeftOut::Added)
        } else if !is_folder && entry.kind != FileType::RegularFile {
            Some(LeftOut::NoFile)
        } else {
            None
        };
        if let Some(why) = why {
            self.left_out.insert(path, why);
            return Ok(());
        }
        if is_folder {
            if path.len() > MAX_PATH {
                return Err(format!("a name of {} bytes is too long", path.len()));
            }
            return self.folder(&path);
        }
        self.bytes = self.bytes.saturating_add(entry.size);
        if self.bytes > MAX_UNPACKED {
            return Err(format!("it has more than {}", text::bytes(MAX_UNPACKED)));
        }
        match self.guard.file(path.as_bytes(), entry.size) {
            Ok(accepted) => self.files.push(TreeFile { path: accepted, at: path.into(), size: entry.size }),
            Err(reason) => drop(self.left_out.insert(path, LeftOut::Refused(reason))),
        }
        Ok(())
    }
}

fn below(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// Whether no release of any version has this: what managers, the go command and file managers put into trees.
fn is_added(folder: &str, name: &str) -> bool {
    match folder {
        // `.unpacked-success` of golang.org/dl and goup; Git's; the archive that golang.org/dl leaves; `manifest` of gvm;
        // `packages`, the GOPATH of vfox; `gopath` and `go-build-…`, that and the GOCACHE of goenv 3.
        "" => {
            [".", "go-build-"].iter().any(|begin| name.starts_with(begin))
                || [".tar.gz", ".zip"].iter().any(|end| name.ends_with(end))
                || ["manifest", "packages", "gopath", "VERSION.cache"].contains(&name)
        }
        // mise and others make `go install` write there.
        "bin" => !["go", "gofmt", "godoc"].contains(&name),
        // A GOPATH that was set to the GOROOT.
        "pkg" => ["mod", "sumdb"].contains(&name),
        _ => name == ".DS_Store",
    }
}

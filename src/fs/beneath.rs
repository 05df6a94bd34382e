//! Reads and changes below a folder whose content others decide, such as a copy of a repository: no symbolic link on the
//! way is followed, and nothing that is there is overwritten, so that nothing outside is read or changed.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path};

use rustix::fs::{AtFlags, CWD, Dir, FileType, Mode, OFlags, mkdirat, openat, statat, symlinkat, unlinkat};
use rustix::io::Errno;

use super::identity::Identity;
use super::read::check_regular;

/// A folder. Paths count from it, also those that begin with a slash. A function that finds something else in the
/// place, or a file or a link on the way to it, changes nothing and tells so by `false` or `None`.
#[derive(Debug)]
pub struct Beneath(OwnedFd);

/// What is in a folder.
pub struct Entry {
    /// The name in the folder.
    pub name: OsString,
    /// What it is; a link is not followed.
    pub kind: FileType,
    /// The length of a file, in bytes.
    pub size: u64,
}

const FOLDER: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);
const READ_FILE: OFlags =
    OFlags::RDONLY.union(OFlags::NONBLOCK).union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);
const NEW_FILE: OFlags =
    OFlags::WRONLY.union(OFlags::CREATE).union(OFlags::EXCL).union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);

impl Beneath {
    /// Opens the folder, which is no link.
    pub fn open(folder: &Path) -> io::Result<Self> {
        Ok(Beneath(openat(CWD, folder, FOLDER, Mode::empty())?))
    }

    /// Which folder it is.
    pub fn identity(&self) -> io::Result<Identity> {
        Identity::of_file(&File::from(self.0.try_clone()?))
    }

    /// What is in the folder at `path`, sorted by name; an error for more than `limit` entries. The folder is read without
    /// a change of its access time, if this user may.
    pub fn entries(&self, path: &Path, limit: usize) -> io::Result<Vec<Entry>> {
        let folder = if path.as_os_str().is_empty() {
            unnoticed(&self.0, OsStr::new("."), FOLDER)?
        } else {
            let (parent, name) = self.folder_of(path, false)?;
            unnoticed(&parent, name, FOLDER)?
        };
        let mut entries = Vec::new();
        // Not `Dir::read_from`, which opens the folder anew, without the flag that spares its access time.
        for entry in Dir::new(folder.try_clone()?)? {
            let entry = entry?;
            let name = OsStr::from_bytes(entry.file_name().to_bytes()).to_owned();
            if name == "." || name == ".." {
                continue;
            }
            if entries.len() == limit {
                return Err(io::Error::other(format!("it has more than {limit} entries")));
            }
            let data = statat(&folder, &name, AtFlags::SYMLINK_NOFOLLOW)?;
            let (kind, size) = (FileType::from_raw_mode(data.st_mode), data.st_size.cast_unsigned());
            entries.push(Entry { name, kind, size });
        }
        entries.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        Ok(entries)
    }

    /// Opens a regular file, whose access time reading does not change if this user may; an error if anything else is
    /// there. Never waits.
    pub fn open_file(&self, path: &Path) -> io::Result<File> {
        let (folder, name) = self.folder_of(path, false)?;
        let file = File::from(unnoticed(&folder, name, READ_FILE)?);
        check_regular(&file.metadata()?)?;
        Ok(file)
    }

    /// Creates a file with these permissions, of which the umask takes some, and the folders on the way to it.
    pub fn create(&self, path: &Path, mode: u32) -> io::Result<Option<File>> {
        let mode = Mode::from_raw_mode((mode & 0o777) as rustix::fs::RawMode);
        let file = self.change(path, true, |folder, name| openat(folder, name, NEW_FILE, mode))?;
        Ok(file.map(File::from))
    }

    /// Creates a symbolic link to `target`, and the folders on the way to it.
    pub fn link(&self, path: &Path, target: &Path) -> io::Result<bool> {
        Ok(self.change(path, true, |folder, name| symlinkat(target, folder, name))?.is_some())
    }

    /// Removes a file, or a link itself.
    pub fn remove_file(&self, path: &Path) -> io::Result<bool> {
        Ok(self.change(path, false, |folder, name| unlinkat(folder, name, AtFlags::empty()))?.is_some())
    }

    /// Removes a folder that is empty.
    pub fn remove_folder(&self, path: &Path) -> io::Result<bool> {
        Ok(self.change(path, false, |folder, name| unlinkat(folder, name, AtFlags::REMOVEDIR))?.is_some())
    }

    /// Changes the entry at a path by `change`, which is given the folder that it is in and its name there.
    fn change<T>(
        &self,
        path: &Path,
        creates: bool,
        change: impl FnOnce(&OwnedFd, &OsStr) -> rustix::io::Result<T>,
    ) -> io::Result<Option<T>> {
        let changed = self.folder_of(path, creates).and_then(|(folder, name)| change(&folder, name));
        match changed {
            Ok(value) => Ok(Some(value)),
            // Something else is there, or on the way; macOS says EPERM for a folder that is to be removed as a file.
            Err(
                Errno::EXIST | Errno::NOTDIR | Errno::LOOP | Errno::ISDIR | Errno::NOTEMPTY | Errno::NOENT,
            ) => Ok(None),
            Err(Errno::PERM) if cfg!(target_os = "macos") => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The folder that the entry at a path is in, and its name there.
    fn folder_of<'a>(&self, path: &'a Path, creates: bool) -> rustix::io::Result<(OwnedFd, &'a OsStr)> {
        let mut names = Vec::new();
        for part in path.components() {
            match part {
                Component::Normal(name) => names.push(name),
                Component::RootDir | Component::CurDir => {}
                Component::ParentDir | Component::Prefix(_) => return Err(Errno::INVAL),
            }
        }
        // The folder itself is there.
        let name = names.pop().ok_or(Errno::EXIST)?;
        let mut folder =
            self.0.try_clone().map_err(|error| Errno::from_io_error(&error).unwrap_or(Errno::IO))?;
        for name in names {
            folder = match openat(&folder, name, FOLDER, Mode::empty()) {
                Err(Errno::NOENT) if creates => {
                    match mkdirat(&folder, name, Mode::RWXU) {
                        Ok(()) | Err(Errno::EXIST) => {}
                        Err(error) => return Err(error),
                    }
                    openat(&folder, name, FOLDER, Mode::empty())?
                }
                opened => opened?,
            };
        }
        Ok((folder, name))
    }
}

/// Opens what is in a folder for reading without a change of its access time. Only its owner may do so.
fn unnoticed(folder: &OwnedFd, name: &OsStr, flags: OFlags) -> rustix::io::Result<OwnedFd> {
    #[cfg(target_os = "linux")]
    match openat(folder, name, flags | OFlags::NOATIME, Mode::empty()) {
        Err(Errno::PERM) => {}
        opened => return opened,
    }
    openat(folder, name, flags, Mode::empty())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::{Read, Write};
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::path::Path;

    use rustix::fs::{CWD, FileType, mknodat};
    use tempfile::TempDir;

    use super::Beneath;

    /// A folder with links out of it, to a folder with files and to a file.
    fn hostile() -> (TempDir, Beneath) {
        let root = TempDir::new().unwrap();
        let at = |path: &str| root.path().join(path);
        fs::create_dir_all(at("outside/empty")).unwrap();
        fs::write(at("outside/file"), "precious").unwrap();
        fs::create_dir_all(at("below/folder/full")).unwrap();
        fs::write(at("below/folder/file"), "old").unwrap();
        for (target, link) in
            [("../outside", "out"), ("../outside/file", "file_out"), ("../outside/new", "dangling")]
        {
            symlink(target, at("below").join(link)).unwrap();
        }
        symlink(at("outside"), at("below/folder/absolute")).unwrap();
        let below = Beneath::open(&at("below")).unwrap();
        (root, below)
    }

    #[test]
    fn nothing_outside_is_reached_and_nothing_overwritten() {
        let (root, below) = hostile();
        let places = "out/file out/new out/new/file out/empty out/empty/new out file_out file_out/new dangling \
            dangling/new folder/absolute/file folder/absolute/new /out/file ./out/file folder folder/file \
            folder/file/new /";
        for path in places.split(' ').chain([""]) {
            let path = Path::new(path);
            assert!(below.create(path, 0o644).unwrap().is_none(), "{path:?}");
            assert!(!below.link(path, Path::new("/")).unwrap(), "{path:?}");
        }
        for path in
            ["out/file", "out/empty", "folder/absolute/file", "folder/absolute/empty", "none", "folder", ""]
        {
            let path = Path::new(path);
            assert!(!below.remove_file(path).unwrap(), "{path:?}");
            assert!(!below.remove_folder(path).unwrap(), "{path:?}");
        }
        for path in ["../outside/file", "folder/../../outside/file", "folder/..", ".."] {
            let path = Path::new(path);
            assert!(below.create(path, 0o644).is_err(), "{path:?}");
            assert!(below.remove_file(path).is_err(), "{path:?}");
        }
        assert_eq!(fs::read_to_string(root.path().join("outside/file")).unwrap(), "precious");
        assert_eq!(fs::read_dir(root.path().join("outside")).unwrap().count(), 2);
        assert_eq!(fs::read_to_string(root.path().join("below/folder/file")).unwrap(), "old");
        assert!(Beneath::open(&root.path().join("below/out")).is_err());
    }

    #[test]
    fn nothing_outside_is_read_and_nothing_waits() {
        let (root, below) = hostile();
        let fifo = root.path().join("below/fifo");
        mknodat(CWD, fifo, FileType::Fifo, 0o644.into(), 0).unwrap();
        let places = "out/file file_out dangling folder/absolute/file ../outside/file fifo folder none";
        for path in places.split(' ').chain([""]) {
            assert!(below.open_file(Path::new(path)).is_err(), "{path:?}");
        }
        for path in ["out", "out/empty", "folder/absolute", "file_out", "folder/file", "fifo", "none", ".."] {
            assert!(below.entries(Path::new(path), 10).is_err(), "{path:?}");
        }
        let mut text = String::new();
        below.open_file(Path::new("folder/file")).unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "old");
        let of = |path: &str| {
            let entries = below.entries(Path::new(path), 10).unwrap();
            entries.into_iter().map(|entry| (entry.name, entry.kind, entry.size)).collect::<Vec<_>>()
        };
        let names: Vec<_> = of("").into_iter().map(|(name, kind, _)| (name, kind)).collect();
        let link = |name: &str| (name.into(), FileType::Symlink);
        let expected = [
            link("dangling"),
            ("fifo".into(), FileType::Fifo),
            link("file_out"),
            ("folder".into(), FileType::Directory),
            link("out"),
        ];
        assert_eq!(names, expected);
        assert_eq!(of("folder")[1], ("file".into(), FileType::RegularFile, 3));
        assert_eq!(of("folder/full"), []);
        assert!(below.entries(Path::new(""), 4).is_err(), "there are five");
    }

    #[test]
    fn what_is_below_is_changed() {
        let (root, below) = hostile();
        let at = |path: &str| root.path().join("below").join(path);
        below.create(Path::new("/a/b/file"), 0o755).unwrap().unwrap().write_all(b"new").unwrap();
        assert_eq!(fs::read_to_string(at("a/b/file")).unwrap(), "new");
        assert_eq!(at("a/b/file").metadata().unwrap().permissions().mode() & 0o700, 0o700);
        assert!(below.link(Path::new("a/c/link"), Path::new("../b")).unwrap());
        assert_eq!(fs::read_to_string(at("a/c/link/file")).unwrap(), "new");
        assert!(below.remove_file(Path::new("out")).unwrap());
        assert!(below.remove_file(Path::new("a/b/file")).unwrap());
        assert!(below.remove_folder(Path::new("a/b")).unwrap());
        assert!(!at("out").is_symlink() && !at("a/b").exists());
        assert!(root.path().join("outside/file").exists());
    }
}

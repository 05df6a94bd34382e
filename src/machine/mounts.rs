//! The mount table, as `/proc/self/mountinfo` has it (proc(5)), and which of the mounts are Windows drives.

use std::path::{Path, PathBuf};

use super::Machine;

/// All mounts of a machine.
#[derive(Debug, Default)]
pub struct Mounts(Vec<Mount>);

/// A mount: a line of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mount {
    id: u32,
    parent: u32,
    /// The directory that shows the file system.
    pub point: PathBuf,
    /// The type of the file system: `ext4`, `9p`.
    pub kind: String,
    /// What is mounted: `/dev/sdc`, `C:\`.
    pub source: String,
    /// The options of the file system: `rw,aname=drvfs;path=C:\;uid=1000`.
    pub options: String,
}

impl Mounts {
    /// The mounts that a process of this machine sees.
    pub fn read(machine: &Machine) -> Self {
        Mounts::parse(&machine.text("/proc/self/mountinfo").unwrap_or_default())
    }

    /// Reads the table. A line that is none of a mount is passed over.
    pub fn parse(text: &str) -> Self {
        Mounts(text.lines().filter_map(Mount::parse).collect())
    }

    /// The Windows drives.
    pub fn windows_drives(&self) -> impl Iterator<Item = &Mount> {
        self.0.iter().filter(|mount| mount.is_windows_drive())
    }

    /// The mount on which an absolute path without links lies. It is found as the kernel finds it: from the root
    /// downward, at each directory into what is mounted there, so a mount that a later one covers is never the answer.
    pub fn of(&self, path: &Path) -> Option<&Mount> {
        let mut found: Option<&Mount> = None;
        let directories: Vec<&Path> = path.ancestors().collect();
        for directory in directories.into_iter().rev() {
            // Each mount at most once, whatever the table claims.
            for _ in &self.0 {
                let Some(next) = self.on(found, directory) else { break };
                found = Some(next);
            }
        }
        found
    }

    /// What is mounted over a directory of the mount `on`; without that, of one that is not in the table, such as the
    /// parent of the root.
    fn on(&self, on: Option<&Mount>, directory: &Path) -> Option<&Mount> {
        let is_on = |mount: &&Mount| match on {
            Some(on) => mount.parent == on.id && mount.id != on.id,
            None => !self.0.iter().any(|other| other.id == mount.parent && other.id != mount.id),
        };
        self.0.iter().filter(|mount| mount.point == directory).find(is_on)
    }
}

impl Mount {
    /// Reads `36 35 98:0 / /mnt/x rw,noatime shared:1 - ext4 /dev/root rw,errors=continue`: between the options of the
    /// mount and the hyphen there may be any number of words, and blanks in the options of the file system.
    fn parse(line: &str) -> Option<Self> {
        let (mount, file_system) = line.split_once(" - ")?;
        let mut words = mount.split(' ');
        let (id, parent) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
        let point = PathBuf::from(unescaped(words.nth(2)?));
        let mut words = file_system.splitn(3, ' ');
        let kind = words.next().filter(|kind| !kind.is_empty())?.to_owned();
        let (source, options) = (unescaped(words.next()?), words.next().unwrap_or_default().to_owned());
        point.is_absolute().then_some(Mount { id, parent, point, kind, source, options })
    }

    /// Whether the files are those of Windows (`microsoft/WSL`, `src/linux/init/drvfs.cpp`): on WSL 1 by a type of its
    /// own, on WSL 2 by 9p with a certain name, or by virtiofs with the name of a share that WSL gives.
    pub fn is_windows_drive(&self) -> bool {
        match self.kind.as_str() {
            "drvfs" => true,
            "9p" => self.has_option("aname=drvfs"),
            "virtiofs" => self.source.starts_with("drvfs") || is_guid(&self.source),
            _ => false,
        }
    }

    /// Whether Linux owners and modes are kept for each file of a Windows drive.
    pub fn has_metadata(&self) -> bool {
        self.has_option("metadata")
    }

    /// Whether the file system has an option. Those of a Windows drive are one option of 9p, with semicolons in it.
    fn has_option(&self, option: &str) -> bool {
        self.options.split([',', ';']).any(|other| other == option)
    }
}

/// Whether the text has the form of a GUID, by which newer versions of WSL name a share.
fn is_guid(text: &str) -> bool {
    let text = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap_or(text);
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12] && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

/// The text with each `\` and three octal digits replaced by the byte that they stand for; the kernel writes blanks,
/// line feeds and backslashes so.
fn unescaped(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    loop {
        rest = match rest {
            [b'\\', a @ b'0'..=b'3', b @ b'0'..=b'7', c @ b'0'..=b'7', after @ ..] => {
                bytes.push((a - b'0') << 6 | (b - b'0') << 3 | (c - b'0'));
                after
            }
            [first, after @ ..] => {
                bytes.push(*first);
                after
            }
            [] => break,
        };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn windows_drives_by_type_source_and_options() {
        for (file_system, expected) in [
            (r"9p C:\134 rw,dirsync,aname=drvfs;path=C:\;uid=1000;gid=1000;symlinkroot=/mnt/,mmap", true),
            (r"9p drvfsa rw,aname=drvfs;path=C:\Program Files\Docker;metadata,trans=virtio", true),
            ("9p drivers ro,aname=drivers;fmask=222;dmask=222,cache=0x5,trans=fd,rfd=8,wfd=8", false),
            ("9p share rw,trans=virtio,aname=drvfsx", false),
            ("drvfs C: rw,noatime,uid=1000,gid=1000,case=off", true),
            (r"drvfs  rw", true),
            ("virtiofs drvfsC0 rw", true),
            ("virtiofs drvfsaC0 rw,noatime", true),
            ("virtiofs drvfsa rw", true),
            ("virtiofs 6f2a1c54-0b7e-4d15-9d2b-8b1f0c7a3e99 rw", true),
            ("virtiofs {6F2A1C54-0B7E-4D15-9D2B-8B1F0C7A3E99} rw", true),
            ("virtiofs mount0 rw", false),
            ("virtiofs 6f2a1c54-0b7e-4d15-9d2b-8b1f0c7a3e9 rw", false),
            ("ext4 /dev/sdc rw,aname=drvfs", false),
            ("fuse.drvfs C: rw", false),
        ] {
            let mount =
                Mount::parse(&format!("80 70 0:61 / /x rw,noatime shared:4 - {file_system}")).unwrap();
            assert_eq!(mount.is_windows_drive(), expected, "{file_system}");
            assert_eq!(mount.has_metadata(), file_system.contains("metadata"), "{file_system}");
        }
    }

    #[test]
    fn a_line_of_the_table() {
        let mount = Mount {
            id: 36,
            parent: 35,
            point: PathBuf::from("/mnt/two words\\"),
            kind: "9p".to_owned(),
            source: "C:\\".to_owned(),
            options: "rw,path=C:\\a b".to_owned(),
        };
        for words in ["", " shared:1", " shared:1 master:2 unbindable"] {
            let line = format!(r"36 35 98:0 / /mnt/two\040words\134 rw{words} - 9p C:\134 rw,path=C:\a b");
            assert_eq!(Mount::parse(&line).as_ref(), Some(&mount), "{line}");
        }
        for line in [
            "",
            "36 35 98:0 / /x rw",
            "36 35 98:0 / /x rw -",
            "36 35 98:0 / /x rw - ",
            "36 35 98:0 / /x rw - ext4",
            "x 35 98:0 / /x rw - ext4 /dev/sda rw",
            "36 35 98:0 / x rw - ext4 /dev/sda rw",
            "36 35 98:0 / - ext4 /dev/sda rw",
        ] {
            assert_eq!(Mount::parse(line), None, "{line:?}");
        }
        assert_eq!(Mount::parse("36 35 98:0 / /x rw - ext4  rw").unwrap().source, "");
    }

    #[test]
    fn escapes_are_three_octal_digits() {
        for (text, expected) in [
            (r"a\040b\011\012\134\043", "a b\t\n\\#"),
            (r"\", r"\"),
            (r"\13", r"\13"),
            (r"\999\+12", r"\999\+12"),
            (r"\303\244", "ä"),
            (r"\377", "\u{fffd}"),
            (r"\400", r"\400"),
        ] {
            assert_eq!(unescaped(text), expected);
        }
    }

    /// The sources of the mounts on which paths lie, in a table of `id parent point`.
    fn sources(table: &str, paths: &[&str]) -> Vec<String> {
        let line = |line: &str| {
            let words: Vec<&str> = line.split_whitespace().collect();
            format!("{} {} 0:1 / {} rw - ext4 {} rw\n", words[0], words[1], words[2], words[0])
        };
        let mounts = Mounts::parse(&table.split(',').map(line).collect::<String>());
        let source =
            |path: &&str| mounts.of(Path::new(path)).map_or_else(String::new, |mount| mount.source.clone());
        paths.iter().map(source).collect()
    }

    #[test]
    fn the_mount_of_a_path_is_the_one_that_the_kernel_comes_to() {
        for (table, paths, expected) in [
            (
                "1 0 /,2 1 /mnt/c",
                &["/", "/mnt", "/mnt/c", "/mnt/c/x", "/mnt/cd"][..],
                &["1", "1", "2", "2", "1"][..],
            ),
            // The root comes last, as after pivot_root.
            ("2 9 /mnt/c,9 1 /", &["/mnt/c/x", "/y"], &["2", "9"]),
            // One over the other, and one over the parent of another.
            ("1 0 /,2 1 /mnt/c,3 2 /mnt/c", &["/mnt/c/x"], &["3"]),
            ("1 0 /,2 1 /mnt/c,3 1 /mnt", &["/mnt/c/x", "/mnt"], &["3", "3"]),
            ("1 0 /,2 1 /mnt/c,3 1 /mnt,4 3 /mnt/c", &["/mnt/c/x"], &["4"]),
            // The rootfs is its own parent, and covered.
            ("1 1 /,2 1 /,3 2 /home", &["/home/x", "/x"], &["3", "2"]),
            // A chroot sees no root.
            ("2 1 /mnt/c", &["/mnt/c/x", "/x"], &["2", ""]),
            // No table of a kernel: a circle.
            ("1 2 /,2 1 /", &["/x"], &[""]),
            ("1 0 /,2 3 /a,3 2 /a,4 1 /a,4 4 /a", &["/a/b"], &["4"]),
            ("1 0 /", &["relative"], &[""]),
        ] {
            assert_eq!(sources(table, paths), expected, "{table}");
        }
    }

    proptest! {
        /// Where nothing is covered, the longest mount point above a path is the one.
        #[test]
        fn without_covers_the_longest_point_wins(
            points in prop::collection::btree_set("(/[ab]{1,2}){1,3}", 0..6),
            path in "(/[ab]{1,2}){1,4}",
        ) {
            let mut table = vec!["1 0 /".to_owned()];
            // In their order a point comes after those above it, and its parent is the nearest of them.
            let mut placed: Vec<(usize, &str)> = vec![(1, "/")];
            for (point, id) in points.iter().zip(2..) {
                let parent = placed.iter().filter(|(_, above)| Path::new(point).starts_with(above));
                let (parent, _) = parent.max_by_key(|(_, above)| above.len()).unwrap();
                table.push(format!("{id} {parent} {point}"));
                placed.push((id, point));
            }
            let above = placed.iter().filter(|(_, point)| Path::new(&path).starts_with(point));
            let (expected, _) = above.max_by_key(|(_, point)| point.len()).unwrap();
            prop_assert_eq!(sources(&table.join(","), &[&path]), [expected.to_string()]);
        }

        #[test]
        fn no_text_is_too_strange(text in any::<String>(), path in any::<String>()) {
            let mounts = Mounts::parse(&text);
            let _ = mounts.of(Path::new(&path));
        }

        #[test]
        fn a_path_is_read_back_as_it_was_escaped(point in "/[ -~\t\n]{0,9}") {
            let escape = |c: char| if " \t\n\\".contains(c) { format!("\\{:03o}", c as u32) } else { c.to_string() };
            let escaped: String = point.chars().map(escape).collect();
            let mount = Mount::parse(&format!("2 1 0:1 / {escaped} rw - ext4 /dev/sda rw"));
            prop_assert_eq!(mount.map(|mount| mount.point), Some(PathBuf::from(point)));
        }
    }
}

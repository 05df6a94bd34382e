//! Small toolchains that look like real ones: the files of a release, its archive, its module zip
//! and the h1 of both, computed here by the rule itself and not by the code under test.

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::programs;
use super::raw::{self, TarEntry, ZipEntry};
use super::response::hex;

/// When every toolchain here was made: 2024-05-30T19:26:07Z.
const MTIME: u64 = 1_717_097_167;
/// The same, as VERSION and `.info` say it.
pub(crate) const TIME: &str = "2024-05-30T19:26:07Z";
/// The time that gox gives to the files of a toolchain, in seconds since 1970.
pub(crate) const STORED_MTIME: u64 = 1_257_894_000;
/// What a module zip leaves out of the archive.
const NOT_IN_MODULE: [&str; 5] = [".github/", "api/", "doc/", "misc/", "test/"];

/// Go's name of the machine's system.
pub(crate) fn goos() -> &'static str {
    match std::env::consts::OS {
        "macos" => "darwin",
        os => os,
    }
}

/// Go's name of the machine's architecture.
pub(crate) fn goarch() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        arch => panic!("no Go name for {arch} here"),
    }
}

/// A release for one platform.
#[derive(Clone)]
pub(crate) struct FakeToolchain {
    version: String,
    os: String,
    arch: String,
    /// Mode and content by the path below GOROOT.
    files: BTreeMap<String, (u32, Vec<u8>)>,
}

impl FakeToolchain {
    /// Go's `version` (`1.22.4`) for this machine.
    pub(crate) fn new(version: &str) -> Self {
        FakeToolchain::for_platform(version, goos(), goarch())
    }

    /// The same for another platform, by GOOS and GOARCH.
    pub(crate) fn for_platform(version: &str, os: &str, arch: &str) -> Self {
        let empty = FakeToolchain {
            version: version.to_owned(),
            os: os.to_owned(),
            arch: arch.to_owned(),
            files: BTreeMap::new(),
        };
        empty.with_release_files()
    }

    fn with_release_files(self) -> Self {
        let version = self.version.clone();
        let tools = format!("pkg/tool/{}_{}", self.os, self.arch);
        let platform = format!("{}/{}", self.os, self.arch);
        let go = GO.replace("@VERSION@", &version).replace("@PLATFORM@", &platform);
        let gofmt = format!("#!/bin/sh\necho \"gofmt of go{version}\"\n");
        let toolchain = self
            .with_file("bin/go", 0o755, go)
            .with_file("bin/gofmt", 0o755, gofmt)
            .with_file(&format!("{tools}/compile"), 0o755, format!("compile of go{version}\n"))
            .with_file(&format!("{tools}/link"), 0o755, format!("link of go{version}\n"))
            .with_file("pkg/include/textflag.h", 0o644, "#define NOPROF 1\n")
            .with_file("src/go.mod", 0o644, "module std\n\ngo 1.22\n")
            .with_file("src/cmd/go.mod", 0o644, "module cmd\n\ngo 1.22\n")
            .with_file("src/make.bash", 0o755, "#!/usr/bin/env bash\n")
            .with_file("src/fmt/print.go", 0o644, "package fmt\n")
            .with_file("src/empty.s", 0o644, "")
            .with_file("lib/time/zoneinfo.zip", 0o644, raw::zip(&[ZipEntry::file("UTC", "TZif2")]))
            .with_file("LICENSE", 0o644, "Copyright 2009 The Go Authors.\n")
            .with_file("README.md", 0o644, "# The Go Programming Language\n")
            .with_file(".github/SUPPORT.md", 0o644, "ask\n")
            .with_file("api/go1.1.txt", 0o644, "pkg fmt, func Println\n")
            .with_file("doc/README.md", 0o644, "# doc\n")
            .with_file("misc/wasm/go_js_wasm_exec", 0o755, "#!/usr/bin/env bash\n")
            .with_file("test/helloworld.go", 0o644, "package main\n");
        if toolchain.minor() < 21 {
            return toolchain.with_file("VERSION", 0o644, format!("go{version}"));
        }
        toolchain.with_file("VERSION", 0o644, format!("go{version}\ntime {TIME}\n")).with_file(
            "go.env",
            0o644,
            "GOSUMDB=sum.golang.org\nGOTOOLCHAIN=auto\n",
        )
    }

    /// Adds or replaces a file.
    #[must_use]
    pub(crate) fn with_file(mut self, path: &str, mode: u32, content: impl Into<Vec<u8>>) -> Self {
        self.files.insert(path.to_owned(), (mode, content.into()));
        self
    }

    /// Removes a file.
    #[must_use]
    pub(crate) fn without_file(mut self, path: &str) -> Self {
        self.files.remove(path).unwrap();
        self
    }

    /// Removes all files but these.
    #[must_use]
    pub(crate) fn with_only(mut self, paths: &[&str]) -> Self {
        self.files.retain(|path, _| paths.contains(&path.as_str()));
        self
    }

    /// Adds a file of so many bytes that do not compress, so that the archive is at least as long.
    #[must_use]
    pub(crate) fn large(self, size: usize) -> Self {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut content = Vec::with_capacity(size + 7);
        while content.len() < size {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            content.extend_from_slice(&state.to_le_bytes());
        }
        content.truncate(size);
        self.with_file("lib/large", 0o644, content)
    }

    /// `1.22.4`.
    pub(crate) fn version(&self) -> &str {
        &self.version
    }

    /// `go1.22.4`.
    pub(crate) fn name(&self) -> String {
        format!("go{}", self.version)
    }

    /// GOOS.
    pub(crate) fn os(&self) -> &str {
        &self.os
    }

    /// The architecture as archives name it: armv6l where Go says arm on Linux.
    pub(crate) fn archive_arch(&self) -> &str {
        if self.os == "linux" && self.arch == "arm" { "armv6l" } else { &self.arch }
    }

    /// `go1.22.4.linux-amd64.tar.gz`.
    pub(crate) fn file_name(&self) -> String {
        format!("{}.{}-{}.tar.gz", self.name(), self.os, self.archive_arch())
    }

    /// `v0.0.1-go1.22.4.linux-amd64`.
    pub(crate) fn module_version(&self) -> String {
        format!("v0.0.1-{}.{}-{}", self.name(), self.os, self.arch)
    }

    /// Paths, modes and contents, sorted by path.
    pub(crate) fn files(&self) -> &BTreeMap<String, (u32, Vec<u8>)> {
        &self.files
    }

    /// The archive of releases from 1.21 on, which has no entries for folders.
    pub(crate) fn tar_gz(&self) -> Vec<u8> {
        raw::gzip(&raw::tar(&self.tar_entries()))
    }

    /// The archive of older releases, in which each folder comes before its files.
    pub(crate) fn tar_gz_with_folders(&self) -> Vec<u8> {
        let mut entries: Vec<TarEntry> = Vec::new();
        for file in self.tar_entries() {
            let ends = file.name.iter().enumerate().filter(|(_, byte)| **byte == b'/');
            for folder in ends.map(|(end, _)| &file.name[..=end]) {
                if !entries.iter().any(|entry| entry.name == folder) {
                    entries.push(TarEntry { mtime: MTIME, ..TarEntry::special(b'5', folder, 0o755, "") });
                }
            }
            entries.push(file);
        }
        raw::gzip(&raw::tar(&entries))
    }

    /// The entries of the archive, for a test that adds to them.
    pub(crate) fn tar_entries(&self) -> Vec<TarEntry> {
        let entry = |(path, (mode, content)): (&String, &(u32, Vec<u8>))| TarEntry {
            mtime: MTIME,
            ..TarEntry::file(format!("go/{path}"), *mode, content.clone())
        };
        self.files.iter().map(entry).collect()
    }

    /// The module zip.
    pub(crate) fn zip(&self) -> Vec<u8> {
        raw::zip(&self.zip_entries())
    }

    /// The entries of the module zip, for a test that adds to them.
    pub(crate) fn zip_entries(&self) -> Vec<ZipEntry> {
        self.module_files().map(|(name, content)| ZipEntry::file(name, content)).collect()
    }

    /// The h1 of the module, in the checksum database's words.
    pub(crate) fn h1(&self) -> String {
        h1(self.module_files())
    }

    /// The bytes of all files.
    pub(crate) fn bytes(&self) -> usize {
        self.files.values().map(|(_, content)| content.len()).sum()
    }

    /// The bytes of the files that the module has.
    pub(crate) fn module_bytes(&self) -> usize {
        self.module_files().map(|(_, content)| content.len()).sum()
    }

    /// Name and content as in the module zip, by the order of the archive.
    fn module_files(&self) -> impl Iterator<Item = (String, &[u8])> {
        let prefix = format!("golang.org/toolchain@{}/", self.module_version());
        let kept =
            self.files.iter().filter(|(path, _)| !NOT_IN_MODULE.iter().any(|out| path.starts_with(out)));
        kept.map(move |(path, (_, content))| {
            let name = match path.strip_suffix("/go.mod") {
                Some(folder) => format!("{prefix}{folder}/_go.mod"),
                None => format!("{prefix}{path}"),
            };
            (name, content.as_slice())
        })
    }

    /// Writes the tree as the store has it: files 0444 or 0555, folders as they come.
    pub(crate) fn write_to(&self, goroot: &Path) {
        let _programs = programs();
        for (path, (mode, content)) in &self.files {
            let path = goroot.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, content).unwrap();
            fs::set_permissions(&path, Permissions::from_mode(mode & 0o555)).unwrap();
        }
    }

    fn minor(&self) -> u32 {
        let minor = self.version.split('.').nth(1).unwrap_or("0");
        minor.split(|next: char| !next.is_ascii_digit()).next().unwrap().parse().unwrap()
    }
}

/// The h1 of named contents: the names sorted by their bytes, one line for each.
pub(crate) fn h1<'a>(files: impl IntoIterator<Item = (String, &'a [u8])>) -> String {
    let files: BTreeMap<String, &[u8]> = files.into_iter().collect();
    let mut lines = Sha256::new();
    for (name, content) in files {
        lines.update(format!("{}  {name}\n", hex(&Sha256::digest(content))));
    }
    format!("h1:{}", STANDARD.encode(lines.finalize()))
}

/// `go version` is the real one's; anything else is what a test of the shim wants to see: which
/// file runs, with which arguments and variables (`FAKE_GO_SHOW` names more). `FAKE_GO_EXIT` is its
/// exit code.
const GO: &str = r#"#!/bin/sh
if [ "$#" = 1 ] && [ "$1" = version ]; then
	echo "go version go@VERSION@ @PLATFORM@"
	exit 0
fi
echo "file $0"
for argument in "$@"; do
	echo "argument $argument"
done
for name in GOROOT GOTOOLCHAIN GO_VERSION GOTOOLCHAIN_INTERNAL_SWITCH_VERSION GOTOOLCHAIN_INTERNAL_SWITCH_COUNT $FAKE_GO_SHOW; do
	eval "[ -z \"\${$name+set}\" ] || echo \"$name=\$$name\""
done
exit "${FAKE_GO_EXIT:-0}"
"#;

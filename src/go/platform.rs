//! The operating system and architecture of a toolchain, and the file and module names that depend on them.

use std::fmt;

use super::name::ToolchainName;

/// An operating system and an architecture, as GOOS and GOARCH name them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Platform {
    /// GOOS, such as `linux`.
    pub os: &'static str,
    /// GOARCH, such as `amd64`.
    pub arch: &'static str,
}

impl Platform {
    /// The platform that gox was built for.
    pub const HOST: Platform = Platform { os: host_os(), arch: host_arch() };

    /// The file name of the toolchain's archive: `go1.22.4.linux-amd64.tar.gz`.
    pub fn archive(self, toolchain: &ToolchainName) -> String {
        format!("{toolchain}.{}", self.archive_suffix())
    }

    /// The toolchain in the archive named `file`; `None` if that is not an archive for this platform.
    pub fn toolchain_of_archive(self, file: &str) -> Option<ToolchainName> {
        file.strip_suffix(&format!(".{}", self.archive_suffix())).map(ToolchainName::new)
    }

    /// What follows the toolchain's name and a dot in the file name of an archive: `linux-amd64.tar.gz`. The
    /// architecture is GOARCH, but `armv6l` for `arm` on Linux.
    pub fn archive_suffix(self) -> String {
        let arch = if self.os == "linux" && self.arch == "arm" { "armv6l" } else { self.arch };
        format!("{}-{arch}.tar.gz", self.os)
    }

    /// The toolchain's version of the module `golang.org/toolchain`: `v0.0.1-go1.22.4.linux-amd64`.
    pub fn module_version(self, toolchain: &ToolchainName) -> String {
        format!("v0.0.1-{toolchain}.{self}")
    }

    /// The toolchain that a version of the module `golang.org/toolchain` holds; `None` if it is not for this
    /// platform.
    pub fn toolchain_of_module(self, version: &str) -> Option<ToolchainName> {
        let name = version.strip_prefix("v0.0.1-")?.strip_suffix(&format!(".{self}"))?;
        Some(ToolchainName::new(name))
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.os, self.arch)
    }
}

const fn host_os() -> &'static str {
    if cfg!(target_os = "macos") { "darwin" } else { std::env::consts::OS }
}

const fn host_arch() -> &'static str {
    if cfg!(target_arch = "x86_64") {
        "amd64"
    } else if cfg!(target_arch = "aarch64") {
        "arm64"
    } else if cfg!(target_arch = "x86") {
        "386"
    } else if cfg!(all(target_arch = "powerpc64", target_endian = "little")) {
        "ppc64le"
    } else if cfg!(target_arch = "powerpc64") {
        "ppc64"
    } else if cfg!(target_arch = "loongarch64") {
        "loong64"
    } else {
        std::env::consts::ARCH
    }
}

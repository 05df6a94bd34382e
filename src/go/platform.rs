//! The machine in Go's words.

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

    /// The architecture in the names of archives: Linux on 32-bit ARM is `armv6l` there.
    pub fn archive_arch(self) -> &'static str {
        if self.os == "linux" && self.arch == "arm" { "armv6l" } else { self.arch }
    }

    /// The archive's file name: `go1.22.4.linux-amd64.tar.gz`.
    pub fn archive(self, toolchain: &ToolchainName) -> String {
        format!("{toolchain}.{}", self.archive_suffix())
    }

    /// The toolchain whose archive has this file name, when it is one for this platform.
    pub fn toolchain_of_archive(self, file: &str) -> Option<ToolchainName> {
        file.strip_suffix(&format!(".{}", self.archive_suffix())).map(ToolchainName::new)
    }

    /// What follows the toolchain's name and a dot in the file name of an archive: `linux-amd64.tar.gz`.
    pub fn archive_suffix(self) -> String {
        format!("{}-{}.tar.gz", self.os, self.archive_arch())
    }

    /// The version of the module `golang.org/toolchain`: `v0.0.1-go1.22.4.linux-amd64`.
    pub fn module_version(self, toolchain: &ToolchainName) -> String {
        format!("v0.0.1-{toolchain}.{self}")
    }

    /// The toolchain that a module version names, when it is one for this platform.
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

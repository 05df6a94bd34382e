//! The machine in Go's words.

use std::fmt;

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
    pub fn archive(self, toolchain: &str) -> String {
        format!("{toolchain}.{}-{}.tar.gz", self.os, self.archive_arch())
    }

    /// The version of the module `golang.org/toolchain`: `v0.0.1-go1.22.4.linux-amd64`.
    pub fn module_version(self, toolchain: &str) -> String {
        format!("v0.0.1-{toolchain}.{self}")
    }

    /// The toolchain that a module version names, when it is one for this platform.
    pub fn toolchain_of_module(self, version: &str) -> Option<&str> {
        version.strip_prefix("v0.0.1-")?.strip_suffix(&format!(".{self}"))
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

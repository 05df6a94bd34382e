//! What administrators type on this operating system, for hints that have to name a command: how a package is
//! installed, how the clock is set, how a certificate becomes trusted.

use std::fs;

/// Operating systems whose administrators type the same commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// macOS.
    MacOs,
    /// Debian, Ubuntu and what is made from them.
    Debian,
    /// Fedora, Red Hat Enterprise Linux and what is made from them.
    Fedora,
    /// Alpine.
    Alpine,
    /// Arch and what is made from it.
    Arch,
    /// openSUSE and SUSE Linux Enterprise.
    Suse,
    /// A system whose commands gox does not know.
    Other,
}

/// The places of the file that describes a Linux distribution: the second is read only where the first is
/// missing (os-release(5)).
pub const OS_RELEASE: [&str; 2] = ["/etc/os-release", "/usr/lib/os-release"];

impl Family {
    /// The family of this machine.
    pub fn of_this_machine() -> Self {
        if cfg!(target_os = "macos") {
            return Family::MacOs;
        }
        let text = OS_RELEASE.iter().find_map(|path| fs::read_to_string(path).ok());
        text.map_or(Family::Other, |text| Family::of_os_release(&text))
    }

    /// The family that an os-release file names: its `ID` decides, then the words of `ID_LIKE`, which stand
    /// in the order of kinship (os-release(5)).
    pub fn of_os_release(text: &str) -> Self {
        let mut names = ["ID", "ID_LIKE"].into_iter().flat_map(|key| value(text, key).split_whitespace());
        names.find_map(Family::of_distribution).unwrap_or(Family::Other)
    }

    fn of_distribution(name: &str) -> Option<Self> {
        Some(match name {
            "debian" | "ubuntu" => Family::Debian,
            "fedora" | "rhel" | "centos" => Family::Fedora,
            "alpine" => Family::Alpine,
            "arch" => Family::Arch,
            "suse" | "opensuse" | "sles" => Family::Suse,
            _ => return None,
        })
    }

    /// What to install so that a package is there: the command in backticks, or the name of the package
    /// where the command is not known.
    pub fn installation_of(self, package: &str) -> String {
        match self.installer() {
            Some(command) => format!("`{command} {package}`"),
            None => format!("the package `{package}`"),
        }
    }

    /// The command that installs packages.
    fn installer(self) -> Option<&'static str> {
        Some(match self {
            Family::Debian => "apt-get install",
            Family::Fedora => "dnf install",
            Family::Alpine => "apk add",
            Family::Arch => "pacman -S",
            Family::Suse => "zypper install",
            Family::MacOs | Family::Other => return None,
        })
    }

    /// The command that installs a C compiler, with the headers and start files of the C library; a description where
    /// the command is not known.
    pub fn installation_of_c(self) -> String {
        let packages = match self {
            Family::MacOs => return "xcode-select --install".to_owned(),
            Family::Debian => "gcc libc6-dev",
            Family::Alpine => "gcc musl-dev",
            Family::Arch => "base-devel",
            Family::Fedora | Family::Suse | Family::Other => "gcc glibc-devel",
        };
        match self.installer() {
            Some(command) => format!("sudo {command} {packages}"),
            None => "install gcc and the headers of the C library".to_owned(),
        }
    }

    /// The command that installs pkg-config; a description where the command is not known.
    pub fn installation_of_pkg_config(self) -> String {
        let package = match self {
            Family::Debian | Family::Suse | Family::MacOs | Family::Other => "pkg-config",
            Family::Fedora => "pkgconf-pkg-config",
            Family::Alpine | Family::Arch => "pkgconf",
        };
        self.command_to_install(package)
    }

    /// The command that installs a package which has this name in each family; a description where the command is not
    /// known.
    pub fn command_to_install(self, package: &str) -> String {
        match self.installer() {
            Some(command) => format!("sudo {command} {package}"),
            None if self == Family::MacOs => format!("brew install {package}"),
            None => format!("install {package}"),
        }
    }

    /// The command that lets the system keep its clock right by servers; a description where the command is
    /// not known.
    pub fn clock_synchronisation(self) -> &'static str {
        match self {
            Family::Debian | Family::Fedora | Family::Arch | Family::Suse => "timedatectl set-ntp true",
            Family::MacOs => "sudo systemsetup -setusingnetworktime on",
            Family::Alpine => "setup-ntp busybox",
            Family::Other => "start a service that sets the clock, such as chrony",
        }
    }

    /// What makes gox trust the certificate of a company's proxy. On macOS the keychain decides, as it does
    /// for Go; elsewhere a file that a variable names.
    pub fn trust_of_a_certificate(self) -> &'static str {
        match self {
            Family::MacOs => {
                "add it to the keychain: `sudo security add-trusted-cert -d -k /Library/Keychains/System.keychain /path/to/ca.pem`"
            }
            _ => "name its file: `export SSL_CERT_FILE=/path/to/ca.pem`",
        }
    }
}

/// The value of the last line that sets `key`, without quotes; empty where no line does. Escapes are left as
/// they are: the words that are looked for have none.
pub fn value<'a>(text: &'a str, key: &str) -> &'a str {
    let mut lines = text.lines().rev().filter_map(|line| line.trim().split_once('='));
    let value = lines.find(|(name, _)| *name == key).map_or("", |(_, value)| value);
    value.trim_matches(['"', '\''])
}

#[cfg(test)]
mod tests {
    use super::Family;

    macro_rules! recorded {
        ($($name:literal => $family:ident,)*) => {
            [$(($name, include_str!(concat!("../../tests/data/os-release/", $name)), Family::$family),)*]
        };
    }

    #[test]
    fn recorded_files_name_their_family() {
        for (name, text, family) in recorded! {
            "debian-12" => Debian,
            "ubuntu-24.04" => Debian,
            "linuxmint-20.1" => Debian,
            "fedora-37" => Fedora,
            "almalinux-9.2" => Fedora,
            "alpine-3.19" => Alpine,
            "arch" => Arch,
            "opensuse-leap-15.2" => Suse,
            "sles-12" => Suse,
            "nixos-25.05" => Other,
        } {
            assert_eq!(Family::of_os_release(text), family, "{name}");
        }
    }

    #[test]
    fn the_id_decides_before_its_relatives() {
        for (text, family) in [
            ("ID=mine\nID_LIKE='arch debian'\n", Family::Arch),
            ("ID_LIKE=\"debian\"\nID=alpine\n", Family::Alpine),
            ("ID=debian\nID=fedora\n", Family::Fedora),
            ("  ID=arch\r\n", Family::Arch),
            ("# ID=debian\nVERSION_ID=debian\nNAME=debian\n", Family::Other),
            ("ID\nID_LIKE=\n", Family::Other),
            ("", Family::Other),
        ] {
            assert_eq!(Family::of_os_release(text), family, "{text:?}");
        }
    }

    #[test]
    fn a_package_is_installed_by_the_command_of_the_family() {
        for (family, expected) in [
            (Family::Debian, "`apt-get install ca-certificates`"),
            (Family::Fedora, "`dnf install ca-certificates`"),
            (Family::Alpine, "`apk add ca-certificates`"),
            (Family::Arch, "`pacman -S ca-certificates`"),
            (Family::Suse, "`zypper install ca-certificates`"),
            (Family::Other, "the package `ca-certificates`"),
        ] {
            assert_eq!(family.installation_of("ca-certificates"), expected, "{family:?}");
        }
    }

    #[test]
    fn a_c_compiler_and_pkg_config_have_other_names_in_each_family() {
        for (family, compiler, pkg_config) in [
            (Family::Debian, "sudo apt-get install gcc libc6-dev", "sudo apt-get install pkg-config"),
            (Family::Fedora, "sudo dnf install gcc glibc-devel", "sudo dnf install pkgconf-pkg-config"),
            (Family::Alpine, "sudo apk add gcc musl-dev", "sudo apk add pkgconf"),
            (Family::Arch, "sudo pacman -S base-devel", "sudo pacman -S pkgconf"),
            (Family::Suse, "sudo zypper install gcc glibc-devel", "sudo zypper install pkg-config"),
            (Family::MacOs, "xcode-select --install", "brew install pkg-config"),
            (Family::Other, "install gcc and the headers of the C library", "install pkg-config"),
        ] {
            assert_eq!(family.installation_of_c(), compiler, "{family:?}");
            assert_eq!(family.installation_of_pkg_config(), pkg_config, "{family:?}");
        }
    }
}

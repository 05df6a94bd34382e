//! Reads `/etc/wsl.conf` as WSL does (`microsoft/WSL`, `src/shared/configfile/configfile.cpp` and
//! `src/linux/init/WslDistributionConfig.cpp`): of a key that comes twice the first counts, and a line that WSL cannot
//! read ends the file.

use std::fmt;
use std::iter::Peekable;
use std::str::Chars;

/// The path of the file.
pub const PATH: &str = "/etc/wsl.conf";

/// The keys of WSL, and whether the value is `true` or `false`.
const KEYS: [(&str, bool); 25] = [
    ("automount.cgroups", false),
    ("automount.enabled", true),
    ("automount.ldconfig", true),
    ("automount.mountFsTab", true),
    ("automount.options", false),
    ("automount.root", false),
    ("boot.command", false),
    ("boot.initTimeout", false),
    ("boot.protectBinfmt", true),
    ("boot.systemd", true),
    ("fileServer.enabled", true),
    ("fileServer.logFile", false),
    ("fileServer.logLevel", false),
    ("fileServer.logTruncate", true),
    ("filesystem.umask", false),
    ("general.guiApplications", true),
    ("gpu.appendLibPath", true),
    ("gpu.enabled", true),
    ("interop.appendWindowsPath", true),
    ("interop.enabled", true),
    ("network.generateHosts", true),
    ("network.generateResolvConf", true),
    ("network.hostname", false),
    ("time.useWindowsTimezone", true),
    ("user.default", false),
];
/// The sections of `.wslconfig`, a Windows file.
const WINDOWS_SECTIONS: [&str; 2] = ["wsl2", "experimental"];
/// The keys of `.wslconfig` that people write into other sections, too.
const WINDOWS_KEYS: [&str; 20] = [
    "autoMemoryReclaim",
    "autoProxy",
    "dnsProxy",
    "dnsTunneling",
    "firewall",
    "guiApplications",
    "instanceIdleTimeout",
    "kernel",
    "kernelCommandLine",
    "localhostForwarding",
    "memory",
    "nestedVirtualization",
    "networkingMode",
    "processors",
    "sparseVhd",
    "swap",
    "swapFile",
    "virtio9p",
    "virtiofs",
    "vmIdleTimeout",
];

/// What WSL reads in the file.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct WslConf {
    /// The settings, in the order of their lines.
    pub settings: Vec<Setting>,
    /// The line at which WSL stops reading; `None` if it reads the whole file.
    pub end: Option<usize>,
}

/// A line that sets a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Section and key, `boot.systemd`, as they are written.
    pub name: String,
    /// The value, without quotes and escapes.
    pub value: String,
    /// The number of the line, from 1.
    pub line: usize,
}

/// What makes WSL pass over a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ignored {
    /// The key was set before, in this line.
    Again(usize),
    /// The key belongs into `.wslconfig`.
    OfWindows,
    /// There is no such key.
    Unknown,
    /// The value is neither `true` nor `false`, so that the default of the key holds.
    NoBoolean,
}

impl WslConf {
    /// Reads the text of the file.
    pub fn parse(text: &str) -> Self {
        let mut reader = Reader { rest: text.chars().peekable(), line: 1, section: String::new() };
        let mut settings = Vec::new();
        loop {
            match reader.next() {
                Ok(Some(setting)) => settings.push(setting),
                Ok(None) => return WslConf { settings, end: None },
                Err(Unreadable) => return WslConf { settings, end: Some(reader.line) },
            }
        }
    }

    /// The first setting of a key, which is the one that counts.
    pub fn get(&self, name: &str) -> Option<&Setting> {
        self.settings.iter().find(|setting| setting.name.eq_ignore_ascii_case(name))
    }

    /// The value of a key that is `true` or `false`; `None` if it is not set, or to something else.
    pub fn boolean(&self, name: &str) -> Option<bool> {
        boolean(&self.get(name)?.value)
    }

    /// The settings that WSL passes over, and why. It names each of them when the distribution starts.
    pub fn ignored(&self) -> impl Iterator<Item = (&Setting, Ignored)> {
        self.settings.iter().filter_map(|setting| Some((setting, self.ignores(setting)?)))
    }

    fn ignores(&self, setting: &Setting) -> Option<Ignored> {
        let Some((_, is_boolean)) = KEYS.iter().find(|(key, _)| key.eq_ignore_ascii_case(&setting.name))
        else {
            return Some(if is_of_windows(&setting.name) { Ignored::OfWindows } else { Ignored::Unknown });
        };
        let first = self.get(&setting.name).map_or(setting.line, |first| first.line);
        if first != setting.line {
            return Some(Ignored::Again(first));
        }
        (*is_boolean && boolean(&setting.value).is_none()).then_some(Ignored::NoBoolean)
    }
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.name, self.value)
    }
}

fn is_of_windows(name: &str) -> bool {
    let (section, key) = name.split_once('.').unwrap_or(("", name));
    let has = |names: &[&str], name: &str| names.iter().any(|other| other.eq_ignore_ascii_case(name));
    has(&WINDOWS_SECTIONS, section) || has(&WINDOWS_KEYS, key)
}

fn boolean(value: &str) -> Option<bool> {
    let is = |word: &str| value.eq_ignore_ascii_case(word);
    if is("true") || value == "1" { Some(true) } else { (is("false") || value == "0").then_some(false) }
}

/// A line that WSL cannot read.
struct Unreadable;

struct Reader<'a> {
    rest: Peekable<Chars<'a>>,
    line: usize,
    section: String,
}

impl Reader<'_> {
    /// The next setting; `None` at the end.
    fn next(&mut self) -> Result<Option<Setting>, Unreadable> {
        loop {
            self.skip_blanks();
            match self.rest.peek() {
                None => return Ok(None),
                Some('\n') => self.line += 1,
                Some('\r') => {}
                Some('#') => {
                    while self.rest.next_if(|c| *c != '\n').is_some() {}
                    continue;
                }
                Some('[') => {
                    self.rest.next();
                    self.section = self.section()?;
                    continue;
                }
                Some(c) if c.is_ascii_alphabetic() => return self.setting().map(Some),
                Some(_) => return Err(Unreadable),
            }
            self.rest.next();
        }
    }

    /// The name of a section, behind its `[`.
    fn section(&mut self) -> Result<String, Unreadable> {
        let name = self.word();
        let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic());
        if !is_name || self.rest.next() != Some(']') {
            return Err(Unreadable);
        }
        self.skip_blanks();
        match self.rest.peek() {
            None | Some('\n' | '\r' | '#') => Ok(name),
            Some(_) => Err(Unreadable),
        }
    }

    fn setting(&mut self) -> Result<Setting, Unreadable> {
        let line = self.line;
        let key = self.word();
        let name = if self.section.is_empty() { key } else { format!("{}.{key}", self.section) };
        self.skip_blanks();
        if self.rest.next() != Some('=') {
            return Err(Unreadable);
        }
        self.skip_blanks();
        Ok(Setting { name, value: self.value()?, line })
    }

    /// A value, up to the end of its line or to a comment. Blanks at the end count only in quotes.
    fn value(&mut self) -> Result<String, Unreadable> {
        let (mut value, mut length, mut is_quoted) = (String::new(), 0, false);
        while let Some(c) = self.rest.next_if(|c| !matches!(c, '\n' | '\r') && (*c != '#' || is_quoted)) {
            match c {
                '"' => is_quoted = !is_quoted,
                '\\' => value.extend(self.escaped()?),
                c => value.push(c),
            }
            // A quote is no blank, so all that is before the second one counts.
            if !is_blank(c) {
                length = value.len();
            }
        }
        value.truncate(length);
        if is_quoted { Err(Unreadable) } else { Ok(value) }
    }

    /// The character that is meant by `\` and the next one; none at the end of a line, which the next line continues.
    fn escaped(&mut self) -> Result<Option<char>, Unreadable> {
        match self.rest.next() {
            Some(c @ ('\\' | '"')) => Ok(Some(c)),
            Some('b') => Ok(Some('\u{8}')),
            Some('n') => Ok(Some('\n')),
            Some('t') => Ok(Some('\t')),
            Some('\n') => {
                self.line += 1;
                Ok(None)
            }
            _ => Err(Unreadable),
        }
    }

    fn word(&mut self) -> String {
        std::iter::from_fn(|| self.rest.next_if(char::is_ascii_alphanumeric)).collect()
    }

    fn skip_blanks(&mut self) {
        while self.rest.next_if(|c| is_blank(*c)).is_some() {}
    }
}

fn is_blank(c: char) -> bool {
    c == ' ' || c == '\t'
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    /// The settings as `2 boot.systemd=true`, and the line at which WSL stops as `3 end`.
    fn read(text: &str) -> Vec<String> {
        let conf = WslConf::parse(text);
        let settings = conf.settings.iter().map(|setting| format!("{} {setting}", setting.line));
        settings.chain(conf.end.map(|line| format!("{line} end"))).collect()
    }

    #[test]
    fn texts_are_read_as_wsl_does() {
        for (text, expected) in [
            ("", &[][..]),
            ("[boot]\nsystemd=true\n", &["2 boot.systemd=true"]),
            ("\n  [boot]  # start\n\tSystemd =\ttrue  # yes\n", &["3 boot.Systemd=true"]),
            (
                "# all\r\n[boot]\r\nsystemd=true\r\ncommand=x\r\n",
                &["3 boot.systemd=true", "4 boot.command=x"],
            ),
            ("[boot]\nsystemd=true", &["2 boot.systemd=true"]),
            ("[boot]\ncommand=\n", &["2 boot.command="]),
            ("[boot]\ncommand= \" a # b \" # c\n", &["2 boot.command= a # b "]),
            ("[boot]\ncommand=a \" \"\n", &["2 boot.command=a  "]),
            ("[boot]\ncommand=a\\\n b\nsystemd=1\n", &["2 boot.command=a b", "4 boot.systemd=1"]),
            ("[boot]\ncommand=\\\\ \\\" \\t\\n|\n", &["2 boot.command=\\ \" \t\n|"]),
            ("systemd=true\n[boot]\n[user]\ndefault=me\n", &["1 systemd=true", "4 user.default=me"]),
            ("[a]\nx=1\n[b]\ny=2\n[a]\nx=3\n", &["2 a.x=1", "4 b.y=2", "6 a.x=3"]),
            ("[user]\ndefault=Jörg # ö\n", &["2 user.default=Jörg"]),
            // What ends the file.
            ("[boot]\nx=1\n; no comment\nsystemd=true\n", &["2 boot.x=1", "3 end"]),
            ("[boot]\nsystemd\nx=1\n", &["2 end"]),
            ("[boot]\nsystemd: true\n", &["2 end"]),
            ("[ boot ]\nx=1\n", &["1 end"]),
            ("[boot] x=1\n", &["1 end"]),
            ("[boot\nx=1\n", &["1 end"]),
            ("[]\n", &["1 end"]),
            ("[1a]\n", &["1 end"]),
            ("[boot]\nmount_fs=1\n", &["2 end"]),
            ("[boot]\ncommand=\"open\nx=1\n", &["2 end"]),
            ("[automount]\nroot=C:\\Users\n", &["2 end"]),
            ("[boot]\ncommand=a\\\r\nb\n", &["2 end"]),
            ("[boot]\ncommand=a\\", &["2 end"]),
            ("\u{feff}[boot]\n", &["1 end"]),
        ] {
            assert_eq!(read(text), expected, "{text:?}");
        }
    }

    #[test]
    fn what_wsl_passes_over() {
        let text = "[boot]\nsystemd=true\n[Boot]\nSYSTEMD=false\n[wsl2]\nfoo=1\n[automount]\nmemory=4GB\n\
                    networkingMode=mirrored\noptions=metadata\noption=x\n[interop]\nappendWindowsPath=no\n\
                    [general]\nguiApplications=FALSE\n";
        let conf = WslConf::parse(text);
        let found: Vec<_> = conf.ignored().map(|(setting, why)| (setting.line, why)).collect();
        let expected = [
            (4, Ignored::Again(2)),
            (6, Ignored::OfWindows),
            (8, Ignored::OfWindows),
            (9, Ignored::OfWindows),
            (11, Ignored::Unknown),
            (13, Ignored::NoBoolean),
        ];
        assert_eq!(found, expected);
        assert_eq!(conf.boolean("boot.systemd"), Some(true));
        assert_eq!(conf.boolean("interop.appendWindowsPath"), None);
        assert_eq!(conf.boolean("interop.enabled"), None);
        assert_eq!(conf.boolean("general.guiApplications"), Some(false));
        assert_eq!(conf.get("AUTOMOUNT.OPTIONS").map(|setting| setting.value.as_str()), Some("metadata"));
    }

    proptest! {
        /// The model: a map that keeps what it has.
        #[test]
        fn the_first_of_a_key_counts(
            settings in prop::collection::vec(("[aAbB]", "[xXy]", "[a-z]{0,3}"), 0..9),
        ) {
            let mut text = String::new();
            let mut model = BTreeMap::new();
            for (section, key, value) in &settings {
                text.extend(["[", section, "]\n", key, "=", value, "\n"]);
                model.entry(format!("{section}.{key}").to_lowercase()).or_insert(value);
            }
            let conf = WslConf::parse(&text);
            prop_assert_eq!(conf.settings.len(), settings.len());
            for (name, value) in model {
                prop_assert_eq!(conf.get(&name).map(|setting| &setting.value), Some(value));
            }
        }

        #[test]
        fn a_quoted_value_is_read_back(value in "[^\"\\\\\n\r]{0,9}") {
            let conf = WslConf::parse(&format!("[a]\nx=\"{value}\"\n"));
            prop_assert_eq!(conf.get("a.x").map(|setting| &setting.value), Some(&value));
        }

        #[test]
        fn no_text_is_too_strange(text in "[\\[\\]a=#\"\\\\ \t\r\n;ö]{0,40}") {
            let conf = WslConf::parse(&text);
            let lines = text.matches('\n').count() + 1;
            prop_assert!(conf.settings.iter().all(|setting| (1..=lines).contains(&setting.line)));
            prop_assert!(conf.end.is_none_or(|line| (1..=lines).contains(&line)));
        }
    }
}

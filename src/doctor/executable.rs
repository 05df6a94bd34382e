//! Compares the header of a program with what a platform demands.

use object::read::{File, FileKind, Object, ObjectKind};
use object::{LittleEndian, pe};

/// A field of the header that has another value than it should.
#[derive(Debug, PartialEq, Eq)]
pub struct Wrong {
    /// The name of the field.
    pub field: &'static str,
    /// Its value.
    pub is: String,
    /// The value that it should have.
    pub should_be: String,
}

/// What the programs of a platform have in their headers.
struct Expected {
    format: &'static str,
    /// The number by which the format calls the processor.
    machine: u32,
    subsystem: Option<u32>,
}

impl Expected {
    /// For a GOOS and a GOARCH; `None` for a platform of which gox does not know it.
    fn of(os: &str, arch: &str) -> Option<Self> {
        let (format, machine, subsystem) = match (os, arch) {
            ("windows", "amd64") => ("PE", pe::IMAGE_FILE_MACHINE_AMD64.0.into(), true),
            ("windows", "arm64") => ("PE", pe::IMAGE_FILE_MACHINE_ARM64.0.into(), true),
            ("darwin", "amd64") => ("Mach-O", object::macho::CPU_TYPE_X86_64.0, false),
            ("darwin", "arm64") => ("Mach-O", object::macho::CPU_TYPE_ARM64.0, false),
            ("linux", "amd64") => ("ELF", object::elf::EM_X86_64.0.into(), false),
            ("linux", "arm64") => ("ELF", object::elf::EM_AARCH64.0.into(), false),
            _ => return None,
        };
        // A program of the console; one with windows of its own has 2.
        let subsystem = subsystem.then(|| pe::IMAGE_SUBSYSTEM_WINDOWS_CUI.0.into());
        Some(Expected { format, machine, subsystem })
    }
}

/// The first field in which a program differs from what the platform demands; `None` if all are right, and for a
/// platform that gox does not know. All these platforms have 64 bits.
pub fn wrong(program: &[u8], os: &str, arch: &str) -> Option<Wrong> {
    check(program, &Expected::of(os, arch)?).err()
}

fn check(program: &[u8], expected: &Expected) -> Result<(), Wrong> {
    let (format, bits) = kind(program);
    equal("format", &format, &expected.format)?;
    equal("number of bits", &bits, &64)?;
    let file = File::parse(program).map_err(|error| Wrong {
        field: "format",
        is: error.to_string(),
        should_be: format.to_owned(),
    })?;
    let (machine, entry, subsystem) = fields(&file);
    equal("machine", &Hex(machine), &Hex(expected.machine))?;
    let is_executable = file.kind() == ObjectKind::Executable;
    equal("type", &if is_executable { "a program" } else { "no program" }, &"a program")?;
    equal("entry", &if entry == 0 { "0" } else { "an address" }, &"an address")?;
    expected.subsystem.map_or(Ok(()), |expected| equal("subsystem", &subsystem, &expected))
}

fn equal<T: ToString + PartialEq>(field: &'static str, is: &T, should_be: &T) -> Result<(), Wrong> {
    if is == should_be {
        return Ok(());
    }
    Err(Wrong { field, is: is.to_string(), should_be: should_be.to_string() })
}

/// A number that is shown as documents show it.
#[derive(PartialEq)]
struct Hex(u32);

impl std::fmt::Display for Hex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:#x}", self.0)
    }
}

/// The format, and the width of an address in bits, by the first bytes.
fn kind(program: &[u8]) -> (&'static str, u32) {
    match FileKind::parse(program) {
        Ok(FileKind::Elf32) => ("ELF", 32),
        Ok(FileKind::Elf64) => ("ELF", 64),
        Ok(FileKind::MachO32) => ("Mach-O", 32),
        Ok(FileKind::MachO64) => ("Mach-O", 64),
        Ok(FileKind::Pe32) => ("PE", 32),
        Ok(FileKind::Pe64) => ("PE", 64),
        _ => ("unknown", 0),
    }
}

/// The machine, the address of the first instruction, and the subsystem, which only PE has.
fn fields(file: &File<'_>) -> (u32, u64, u32) {
    match file {
        File::Elf64(elf) => (elf.elf_header().e_machine.get(elf.endian()).0.into(), elf.entry(), 0),
        File::MachO64(macho) => (macho.macho_header().cputype.get(macho.endian()).0, macho.entry(), 0),
        File::Pe64(pe) => {
            let headers = pe.nt_headers();
            let optional = &headers.optional_header;
            (
                headers.file_header.machine.get(LittleEndian).0.into(),
                optional.address_of_entry_point.get(LittleEndian).into(),
                optional.subsystem.get(LittleEndian).0.into(),
            )
        }
        _ => (0, 0, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes at their places in a file of this length, and zeros.
    fn file(length: usize, parts: &[(usize, &[u8])]) -> Vec<u8> {
        let mut file = vec![0; length];
        for (at, bytes) in parts {
            file[*at..at + bytes.len()].copy_from_slice(bytes);
        }
        file
    }

    /// The least of a program for Linux on arm64 that the format allows: its header.
    fn elf() -> Vec<u8> {
        let magic = b"\x7fELF\x02\x01\x01";
        file(64, &[(0, magic), (16, &[2, 0, 0xb7, 0, 1]), (24, &[0, 0x10]), (52, &[64, 0])])
    }

    /// The least for macOS on arm64: a header and the command that names the entry.
    fn macho() -> Vec<u8> {
        let header = [0xcf, 0xfa, 0xed, 0xfe, 0x0c, 0, 0, 1, 0, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 24];
        file(56, &[(0, &header), (32, &[0x28, 0, 0, 0x80, 24]), (40, &[0, 0x10])])
    }

    /// The least for Windows on amd64: the header of DOS, that of the file, and that of the program.
    fn pe() -> Vec<u8> {
        let header = [0x64, 0x86, 0, 0];
        file(
            0x80 + 24 + 240,
            &[
                (0, b"MZ"),
                (0x3c, &[0x80]),
                (0x80, b"PE\0\0"),
                (0x84, &header),
                (0x94, &[240, 0, 0x22, 2]),
                (0x98, &[0x0b, 2]),
                (0x98 + 16, &[0, 0x10]),
                (0x98 + 68, &[3]),
                (0x98 + 108, &[16]),
            ],
        )
    }

    #[test]
    fn each_field_that_is_changed_is_named() {
        for (program, os, arch, changes) in [
            (
                elf(),
                "linux",
                "arm64",
                &[
                    (1, b'e', "format: unknown, not ELF"),
                    (4, 1, "number of bits: 32, not 64"),
                    (5, 2, "machine: 0xb700, not 0xb7"),
                    (16, 3, "type: no program, not a program"),
                    (18, 0x3e, "machine: 0x3e, not 0xb7"),
                    (25, 0, "entry: 0, not an address"),
                ][..],
            ),
            (
                macho(),
                "darwin",
                "arm64",
                &[
                    (0, 0xce, "number of bits: 32, not 64"),
                    (3, 0, "format: unknown, not Mach-O"),
                    (4, 7, "machine: 0x1000007, not 0x100000c"),
                    (12, 6, "type: no program, not a program"),
                    (41, 0, "entry: 0, not an address"),
                ],
            ),
            (
                pe(),
                "windows",
                "amd64",
                &[
                    (0, b'm', "format: unknown, not PE"),
                    (0x3c, 0x84, "format: unknown, not PE"),
                    (0x80, b'p', "format: unknown, not PE"),
                    (0x84, 0x4c, "machine: 0x864c, not 0x8664"),
                    (0x97, 0x22, "type: no program, not a program"),
                    (0x99, 1, "number of bits: 32, not 64"),
                    (0x98 + 17, 0, "entry: 0, not an address"),
                    (0x98 + 68, 2, "subsystem: 2, not 3"),
                ],
            ),
        ] {
            assert_eq!(wrong(&program, os, arch), None, "{os}");
            assert_eq!(wrong(&program, "plan9", arch), None);
            for (at, byte, expected) in changes {
                let mut changed = program.clone();
                changed[*at] = *byte;
                let wrong = wrong(&changed, os, arch)
                    .map(|Wrong { field, is, should_be }| format!("{field}: {is}, not {should_be}"));
                assert_eq!(wrong.as_deref(), Some(*expected), "{os}, byte {at:#x}");
            }
        }
    }

    #[test]
    fn a_program_of_another_platform_or_none_has_the_wrong_format() {
        for (program, os, is) in [
            (elf(), "windows", "ELF"),
            (pe(), "darwin", "PE"),
            (macho(), "linux", "Mach-O"),
            (b"#!/bin/sh\necho hello, world\n".to_vec(), "linux", "unknown"),
            (Vec::new(), "windows", "unknown"),
        ] {
            let wrong = wrong(&program, os, "arm64").map(|wrong| (wrong.field, wrong.is));
            assert_eq!(wrong, Some(("format", is.to_owned())), "{os}");
        }
    }

    #[test]
    fn no_file_that_is_cut_off_makes_it_panic() {
        for (program, os, arch) in
            [(elf(), "linux", "arm64"), (macho(), "darwin", "arm64"), (pe(), "windows", "amd64")]
        {
            for length in 0..program.len() {
                assert!(
                    os != "linux" || wrong(&program[..length], os, arch).is_some(),
                    "{os}, {length} bytes"
                );
                let _ = wrong(&program[..length], os, arch);
            }
        }
    }
}

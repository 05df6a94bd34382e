//! The lines that an install says when all is well, for tests whose point is another. The tests in
//! `install_proxy` and `install_dl` have them letter by letter.

use super::archives::FakeToolchain;

/// Through a module proxy, with the place of the zip left to [`redact`](super::redact::redact).
pub(crate) fn by_proxy(toolchain: &FakeToolchain) -> String {
    let version = toolchain.module_version();
    let address = format!("http://[SERVER]/golang.org/toolchain/@v/{version}.zip");
    redacted(&zip(toolchain, &address, "proxy"), toolchain)
}

/// A module zip from any address of any source.
pub(crate) fn by_zip(toolchain: &FakeToolchain, address: &str, source: &str) -> String {
    redacted(&zip(toolchain, address, source), toolchain)
}

/// An archive from any address of any source, with the words of its proofs.
pub(crate) fn by_archive(toolchain: &FakeToolchain, address: &str, source: &str, proofs: &str) -> String {
    let name = toolchain.name();
    let packed = bytes(toolchain.tar_gz().len());
    let unpacked = bytes(if proofs == "log" { toolchain.module_bytes() } else { toolchain.bytes() });
    let note = "note: no checksum of this archive is known: api/, doc/, misc/ and test/ are left out\n";
    let text = format!(
        "{} {name} from {address} ({packed})\nverifying {name}\n{}\
         installed {name} in [TIME]: {unpacked}, from {source}, proven by {proofs}{}\n",
        verb(address),
        if proofs == "log" { note } else { "" },
        downloaded(address, &packed)
    );
    redacted(&text, toolchain)
}

fn zip(toolchain: &FakeToolchain, address: &str, source: &str) -> String {
    let name = toolchain.name();
    let (packed, unpacked) = (bytes(toolchain.zip().len()), bytes(toolchain.module_bytes()));
    // What is downloaded is unpacked meanwhile.
    let unpacking =
        if verb(address) == "reading" { format!("unpacking {name} ({unpacked})\n") } else { String::new() };
    format!(
        "{} {name} from {address} ({packed})\n{unpacking}verifying {name}\n\
         installed {name} in [TIME]: {unpacked}, from {source}, proven by log{}\n",
        verb(address),
        downloaded(address, &packed)
    )
}

/// A file of this machine is read, not downloaded.
fn verb(address: &str) -> &'static str {
    if address.starts_with("[ROOT]") { "reading" } else { "downloading" }
}

fn downloaded(address: &str, packed: &str) -> String {
    if verb(address) == "reading" { String::new() } else { format!("; {packed} downloaded") }
}

/// The lines with another number of downloaded bytes, for tests in which some come twice or in vain.
pub(crate) fn with_amount(lines: &str, count: usize) -> String {
    let (before, _) = lines.rsplit_once("; ").unwrap();
    format!("{before}; {} downloaded\n", bytes(count))
}

fn redacted(text: &str, toolchain: &FakeToolchain) -> String {
    let platform = toolchain.module_version().rsplit_once('.').unwrap().1.to_owned();
    text.replace(&platform, "[OS]-[ARCH]")
}

/// `4.2 kB`, in decimal units.
pub(crate) fn bytes(count: usize) -> String {
    let count = u32::try_from(count).unwrap();
    match count {
        0..1_000 => format!("{count} B"),
        1_000..999_950 => format!("{:.1} kB", f64::from(count) / 1e3),
        _ => format!("{:.1} MB", f64::from(count) / 1e6),
    }
}

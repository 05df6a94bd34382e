//! Makes the tables of checksums, and links the shim so that it starts fast.
//!
//! `src/proof/pinned.sha256` is compacted into tables that are searched as they lie: a file name is cut
//! into a toolchain (`go1.22.4`) and a suffix (`linux-amd64.tar.gz`); a record is the index of each and
//! the 32 bytes of the sha256, so 35 bytes for a line of 91.

#![expect(clippy::disallowed_methods, reason = "what Cargo tells a build script is no variable of gox")]

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

const PINNED: &str = "src/proof/pinned.sha256";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={PINNED}");
    link_shim()?;
    // The shim knows no checksum.
    if env::var_os("CARGO_FEATURE_CLI").is_none() {
        return Ok(());
    }
    let text = fs::read_to_string(PINNED)?;
    let lines: Vec<(&str, &str, &str)> = text.lines().map(cut).collect::<Option<_>>().ok_or("a bad line")?;
    let toolchains: Vec<&str> =
        lines.iter().map(|line| line.1).collect::<BTreeSet<_>>().into_iter().collect();
    let suffixes: Vec<&str> = lines.iter().map(|line| line.2).collect::<BTreeSet<_>>().into_iter().collect();
    let mut records = BTreeSet::new();
    for (sha256, toolchain, suffix) in &lines {
        let mut record = Vec::with_capacity(35);
        record.extend(
            u16::try_from(toolchains.binary_search(toolchain).map_err(|_| "no index")?)?.to_be_bytes(),
        );
        record.push(u8::try_from(suffixes.binary_search(suffix).map_err(|_| "no index")?)?);
        for start in (0..64).step_by(2) {
            record.push(u8::from_str_radix(&sha256[start..start + 2], 16)?);
        }
        records.insert(record);
    }
    if records.len() != lines.len() {
        return Err("a line is there twice".into());
    }
    let out = env::var("OUT_DIR")?;
    let out = Path::new(&out);
    fs::write(out.join("pinned.bin"), records.into_iter().flatten().collect::<Vec<u8>>())?;
    fs::write(out.join("pinned.rs"), table("TOOLCHAINS", &toolchains)? + &table("SUFFIXES", &suffixes)?)?;
    Ok(())
}

/// Rust programs load `libgcc_s.so` for unwinding, which costs the shim a tenth of its start. The linker
/// finds a script of that name first, which says to take the static library; for this one program.
fn link_shim() -> Result<(), Box<dyn Error>> {
    let target = |key: &str| env::var(format!("CARGO_CFG_TARGET_{key}")).unwrap_or_default();
    if target("OS") != "linux" || target("ENV") != "gnu" {
        return Ok(());
    }
    let directory = Path::new(&env::var("OUT_DIR")?).join("link");
    fs::create_dir_all(&directory)?;
    fs::write(directory.join("libgcc_s.so"), "INPUT(-lgcc_eh -lgcc)\n")?;
    println!("cargo::rustc-link-arg-bin=gox-shim=-L{}", directory.display());
    Ok(())
}

/// `<sha256>  go1.22.4.linux-amd64.tar.gz`: the suffix begins after the first dot that a letter follows.
fn cut(line: &str) -> Option<(&str, &str, &str)> {
    let (sha256, file) = line.split_once("  ").filter(|(sha256, _)| sha256.len() == 64)?;
    let is_cut = |at: &usize| file[at + 1..].starts_with(|c: char| c.is_ascii_lowercase());
    let at = file.match_indices('.').map(|(at, _)| at).find(is_cut)?;
    Some((sha256, &file[..at], &file[at + 1..]))
}

fn table(name: &str, entries: &[&str]) -> Result<String, std::fmt::Error> {
    let mut text = format!("static {name}: [&str; {}] = [", entries.len());
    for entry in entries {
        write!(text, "{entry:?},")?;
    }
    text.push_str("];\n");
    Ok(text)
}

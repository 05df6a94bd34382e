//! Makes the tables of checksums, and compiles the shim that gox carries.
//!
//! `src/proof/pinned.sha256` is compacted into tables that are searched as they lie: a file name is cut
//! into a toolchain (`go1.22.4`) and a suffix (`linux-amd64.tar.gz`); a record is the index of each and
//! the 32 bytes of the sha256, so 35 bytes for a line of 91.

#![expect(clippy::disallowed_methods, reason = "what Cargo tells a build script is no variable of gox")]

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

const PINNED: &str = "src/proof/pinned.sha256";
/// Names a shim that was compiled before, for those who build gox for a machine for which they cannot link here.
const GIVEN: &str = "GOX_BUILD_SHIM";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={PINNED}");
    link_shim()?;
    // The shim carries none, and knows no checksum.
    if env::var_os("CARGO_FEATURE_CLI").is_none() {
        return Ok(());
    }
    carry_shim()?;
    make_tables()
}

fn make_tables() -> Result<(), Box<dyn Error>> {
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

/// Puts the shim into `OUT_DIR`, and tells gox for which target it is. One that is linked statically starts in half of
/// the time, as no loader runs before it; it is taken where this compiler has the target.
fn carry_shim() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-env-changed={GIVEN}");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let (program, target) = match env::var_os(GIVEN) {
        Some(given) => {
            println!("cargo::rerun-if-changed={}", Path::new(&given).display());
            (given.into(), format!("given by {GIVEN}"))
        }
        None => compile_shim(&out.join("shim"))?,
    };
    fs::copy(&program, out.join("gox-shim")).map_err(|error| format!("{}: {error}", program.display()))?;
    println!("cargo::rustc-env=GOX_SHIM_TARGET={target}");
    Ok(())
}

/// Compiles the shim for the static target, or else for that of gox; gives its path and its target.
fn compile_shim(folder: &Path) -> Result<(PathBuf, String), Box<dyn Error>> {
    let target = env::var("TARGET")?;
    let is_linux = env::var("CARGO_CFG_TARGET_OS")? == "linux";
    let musl = target.replacen("-gnu", "-musl", 1);
    if is_linux && musl != target && has_target(&musl) {
        match compile_shim_for(&musl, folder) {
            Ok(program) => return Ok((program, musl)),
            Err(error) => {
                println!(
                    "cargo::warning=the shim is linked dynamically, because it could not be built for {musl}: {error}"
                );
            }
        }
    }
    let program = compile_shim_for(&target, folder)?;
    Ok((program, target))
}

/// Whether this compiler has the standard library for the target.
fn has_target(target: &str) -> bool {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).args(["--print", "target-libdir", "--target", target]).output();
    output.is_ok_and(|output| {
        output.status.success() && Path::new(String::from_utf8_lossy(&output.stdout).trim_end()).is_dir()
    })
}

/// Compiles the shim in a folder of its own, because Cargo has locked the usual one. What is needed is here already, as
/// gox needs it too.
fn compile_shim_for(target: &str, folder: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let is_release = env::var("PROFILE")? == "release";
    let mut cargo = Command::new(env::var_os("CARGO").ok_or("no CARGO")?);
    cargo.args(["build", "--quiet", "--locked", "--offline", "--no-default-features", "--bin", "gox-shim"]);
    cargo.args(["--profile", if is_release { "release" } else { "dev" }, "--target", target]);
    cargo.arg("--target-dir").arg(folder).current_dir(env::var("CARGO_MANIFEST_DIR")?);
    // The feature would reach this script again, which would call itself for ever, and the wrapper may be Clippy's.
    for name in ["CARGO_FEATURE_CLI", "RUSTC_WORKSPACE_WRAPPER"] {
        cargo.env_remove(name);
    }
    // The flags are for the target of gox.
    if target != env::var("TARGET")? {
        cargo.env_remove("CARGO_ENCODED_RUSTFLAGS");
    }
    // With debug information it has twenty times its size, and each install writes it.
    let output = cargo.env("CARGO_PROFILE_DEV_STRIP", "symbols").output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).trim().replace('\n', "; ").into());
    }
    let program = folder.join(target).join(if is_release { "release" } else { "debug" }).join("gox-shim");
    watch(&program.with_extension("d"))?;
    Ok(program)
}

/// Lets this script run again where a file has changed that the shim is made of: Cargo lists them, as Make would.
fn watch(list: &Path) -> Result<(), Box<dyn Error>> {
    let list = fs::read_to_string(list)?;
    let files = list.split_once(": ").ok_or("no list of files")?.1.replace("\\ ", "\0");
    for file in files.split_whitespace().chain(["Cargo.toml", "Cargo.lock"]) {
        println!("cargo::rerun-if-changed={}", file.replace('\0', " "));
    }
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

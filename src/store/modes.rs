//! The permissions of installed files and directories. They follow from the path; those in an archive are ignored.

/// The mode of directories: writable, so that their owner can remove them with `rm -rf`.
pub const DIRECTORY: u32 = 0o755;
/// The mode of files that are not programs.
pub const READ_ONLY: u32 = 0o444;
/// The mode of programs.
const EXECUTABLE: u32 = 0o555;

/// The mode of the file at `path` below the GOROOT, by the rule of Go's own distribution builder (Go source
/// `cmd/distpack/archive.go`).
pub fn of_file(path: &str) -> u32 {
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_script = [".bash", ".sh", ".pl", ".rc"].iter().any(|suffix| name.ends_with(suffix));
    let is_program = path.starts_with("bin/") || path.starts_with("pkg/tool/");
    if is_program || is_script || is_exec_wrapper(name) { EXECUTABLE } else { READ_ONLY }
}

/// Whether the name matches `go_?*_?*_exec`, such as `go_android_arm64_exec`.
fn is_exec_wrapper(name: &str) -> bool {
    let middle = name.strip_prefix("go_").and_then(|rest| rest.strip_suffix("_exec"));
    middle
        .and_then(|middle| middle.split_once('_'))
        .is_some_and(|(os, arch)| !os.is_empty() && !arch.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_and_scripts_are_executable() {
        for path in [
            "bin/go",
            "pkg/tool/linux_amd64/compile",
            "src/make.bash",
            "src/cmd/x.sh",
            "lib/a.pl",
            "src/make.rc",
            "misc/go_android_arm64_exec",
            "lib/wasm/go_js_wasm_exec",
        ] {
            assert_eq!(of_file(path), EXECUTABLE, "{path}");
        }
        for path in [
            "VERSION",
            "src/bin/go",
            "pkg/include/asm.h",
            "src/make.bash.txt",
            "go__exec",
            "go_x_exec",
            "x.bat",
        ] {
            assert_eq!(of_file(path), READ_ONLY, "{path}");
        }
    }
}

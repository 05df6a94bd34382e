//! The parts that need no folder.

use std::ffi::OsString;

use super::candidates;

fn found(line: &str) -> Vec<String> {
    candidates(&line.split(' ').map(OsString::from).collect::<Vec<_>>())
}

#[test]
fn verbs_flags_and_values() {
    for (line, expected) in [
        ("go b", &["bug", "build"][..]),
        ("/usr/bin/go bu", &["bug", "build"]),
        ("go -C sub bui", &["build"]),
        ("go -C=sub bui", &["build"]),
        ("go -", &["-C"]),
        ("go +1.22 -C sub mod t", &["tidy"]),
        ("go mod tidy -", &["-compat", "-diff", "-e", "-go", "-v", "-x", "-C"]),
        ("go mod tidy --d", &["--diff"]),
        ("go build -tr", &["-trimpath"]),
        ("go test -cov", &["-coverprofile", "-cover", "-covermode", "-coverpkg"]),
        ("go build -mod r", &["readonly"]),
        ("go build -mod=r", &["-mod=readonly"]),
        ("go build --mod=r", &["--mod=readonly"]),
        // As bash gives it.
        ("go build -mod = r", &["readonly"]),
        ("go build -mod =", &["mod", "readonly", "vendor"]),
        ("go build -o b", &[]),
        ("go test -args -r", &[]),
        ("go test -nope r", &[]),
        ("go nope b", &[]),
        ("go mod nope b", &[]),
        ("go telemetry o", &["off", "on"]),
        ("go telemetry off o", &[]),
        ("go tool co", &["compile", "covdata", "cover"]),
        ("go tool compile co", &[]),
        ("go help mod v", &["vendor", "verify"]),
        ("go help testf", &["testflag", "testfunc"]),
        ("go help build b", &[]),
        ("go env GOV", &["GOVCS", "GOVERSION"]),
        ("go env -w GOV", &["GOVCS=", "GOVERSION="]),
        ("go env -u GOV", &["GOVCS", "GOVERSION"]),
        ("go env -w GOOS = wi", &["windows"]),
        ("go env -w GOOS=wi", &["GOOS=windows"]),
        ("go env -w GOOS=windows GOARCH=a", &["GOARCH=amd64", "GOARCH=arm64"]),
        ("go env -w GOOS = windows GOARCH = a", &["amd64", "arm64"]),
        ("go env -w GOFLAGS=-", &[]),
        ("gox_cross linux/arm", &["linux/arm", "linux/arm64"]),
        ("gox_cross js/wasm wasip", &["wasip1/wasm"]),
        ("gox_env GOFI", &["GOFIPS140="]),
        ("gox_env -u GOFI", &["GOFIPS140"]),
        ("go", &[]),
        ("", &[]),
    ] {
        assert_eq!(found(line), expected, "{line}");
    }
    assert_eq!(candidates(&[]), [""; 0]);
}

//! Whole and proven trees that are not the toolchain.

use super::{refusal, toolchain};
use crate::support::archives::FakeToolchain;

#[test]
fn is_not_the_toolchain() {
    let version = |text: &str| toolchain().with_file("VERSION", 0o644, text);
    let below_go = toolchain().without_file("bin/go").with_file("bin/go/go", 0o755, "x");
    let cases: [(FakeToolchain, &str); 11] = [
        (toolchain().without_file("bin/go"), "it has no `bin/go`"),
        (below_go, "it has no `bin/go`"),
        (toolchain().without_file("bin/go").with_file("bin/go.exe", 0o755, "x"), "it has no `bin/go`"),
        (toolchain().without_file("bin/go").with_file("go/bin/go", 0o755, "x"), "it has no `bin/go`"),
        (version("go1.99.2\ntime 2024-05-30T19:26:07Z\n"), "its VERSION says `go1.99.2`, not `go1.99.1`"),
        (version("go1.99.1 X:exp\n"), "its VERSION says `go1.99.1 X:exp`, not `go1.99.1`"),
        (version("\ngo1.99.1\n"), "its VERSION says ``, not `go1.99.1`"),
        (version("go1.99.1\r\n"), "its VERSION says `go1.99.1\\r`, not `go1.99.1`"),
        (version("\x1b[2Jgo1.99.1\n"), "its VERSION says `\\x1b[2Jgo1.99.1`, not `go1.99.1`"),
        (toolchain().without_file("VERSION"), "its VERSION says ``, not `go1.99.1`"),
        (
            toolchain().without_file("VERSION").with_file("VERSION/x", 0o644, "go1.99.1"),
            "its VERSION says ``, not `go1.99.1`",
        ),
    ];
    for (changed, reason) in cases {
        for (source, bytes) in [("dl", changed.tar_gz()), ("proxy", changed.zip()), ("dir", changed.zip())] {
            let found = refusal(reason, source, &bytes, &changed);
            assert_eq!(found, format!("error: the toolchain is refused: {reason}"), "{source}");
        }
    }
}

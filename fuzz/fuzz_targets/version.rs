//! Versions, one a line: what is printed is read back, and the order is total.
#![no_main]

use gox::go::name::ToolchainName;
use gox::go::version::Version;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let mut lines = text.split('\n');
    let texts = [(); 3].map(|()| lines.next().unwrap_or_default());
    let versions = texts.map(Version::parse);
    for version in versions.iter().flatten() {
        assert_eq!(Version::parse(&version.to_string()).as_ref(), Some(version));
        assert_eq!(Version::parse(&version.full()).as_ref(), Some(version));
        assert_eq!(version.toolchain().version(), Some(version));
        assert!(!version.for_go_line().is_lang() || *version < Version::parse("1").unwrap());
        let _ = version.to_semver();
    }
    let [a, b, c] = &versions;
    assert_eq!(a.cmp(b), b.cmp(a).reverse());
    assert_eq!(a == b, a.cmp(b).is_eq());
    assert!(!(a <= b && b <= c) || a <= c);
    if let Some(version) = ToolchainName::new(texts[0]).version() {
        assert_eq!(version.toolchain().version(), Some(version));
    }
});

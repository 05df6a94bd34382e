//! What programs read.

use serde_json::{Value, json};

use super::store;
use crate::support::archives::FakeToolchain;
use crate::support::proxy::zip_path;

#[test]
fn json_is_one_array() {
    let (sandbox, url) = store();
    sandbox.write("user/.local/go/default", "1.21.0\n");
    let output = sandbox.gox(["list", "--json"]).run();
    let text = String::from_utf8(output.raw_stdout.clone()).unwrap();
    assert_eq!((output.code(), text.lines().count(), output.stderr.as_str()), (0, 1, ""));
    let mut list: Value = serde_json::from_str(&text).unwrap();
    for object in list.as_array_mut().unwrap() {
        // The tests of `gox prune` want its value, for which the file system has to record it.
        assert!(object.as_object_mut().unwrap().remove("ran_at").is_some());
    }
    let path = |name: &str| sandbox.home().join("toolchains").join(name);
    let object = |version: &str, default: bool, newer: &str| {
        json!({
            "version": version,
            "vulnerabilities": null,
            "toolchain": format!("go{version}"),
            "path": path(&format!("go{version}")),
            "home": sandbox.home(),
            "verified": true,
            "proofs": ["log"],
            "source": "proxy",
            "default": default,
            "bytes": 821,
            "selected": default,
            "supported": false,
            "newer": newer,
            "address": url.clone() + &zip_path(version),
            "h1": FakeToolchain::new(version).h1(),
            "sha256": null,
            "installed_at": sandbox.receipt(version)["installed"],
            "gox": env!("CARGO_PKG_VERSION"),
            "target": null,
        })
    };
    let unverified = json!({
        "version": "1.23rc1",
        "vulnerabilities": null,
        "toolchain": "go1.23rc1",
        "path": path("go1.23rc1"),
        "home": sandbox.home(),
        "verified": false,
        "proofs": [],
        "source": null,
        "default": false,
        "bytes": null,
        "selected": false,
        "supported": false,
        "newer": "1.23.12",
        "address": null,
        "h1": null,
        "sha256": null,
        "installed_at": null,
        "gox": null,
        "target": null,
    });
    assert_eq!(
        list,
        json!([unverified, object("1.22.4", false, "1.22.12"), object("1.21.0", true, "1.21.13")])
    );
}

//! A gox that is started from the `bin/` of a store, or alone from anywhere: it carries its shim.

use std::fs;

use crate::support::proxy::ModuleProxy;
use crate::support::sandbox::{GOX, SHIM, Sandbox};

const SHIMS: &str = "0755 file go\n0755 file go1.99.1\n0755 file gofmt\n";

#[test]
fn it_brings_the_shims_and_what_is_lost_again() {
    for folder in ["user/.local/go/bin", "sys/bin", "user/.asdf/bin"] {
        let (sandbox, proxy) = (Sandbox::new(), ModuleProxy::with_versions(&["1.99.1"]));
        let gox = sandbox.put_program(GOX, &format!("{folder}/gox"));
        let run = |words: &[&str]| sandbox.command(&gox).args(words).envs(proxy.environment());
        assert_eq!(run(&["install", "1.99.1"]).run().code(), 0);
        assert_eq!(sandbox.listing("shims"), SHIMS);
        assert_eq!(sandbox.listing("bin"), "0755 file gox\n");
        let shims = sandbox.home().join("shims");
        assert!(fs::read(shims.join("go")).unwrap() == fs::read(SHIM).unwrap(), "{folder}");

        fs::remove_dir_all(&shims).unwrap();
        let found = "\
store
  failed  store-shims  `[HOME]/shims/go` is not there
                       why: no `go` is found on PATH, or another one
                       mend: gox install 1.99.1

1 failed
";
        run(&["doctor", "store-shims"]).code(1).stdout(found).check();
        let said = "go1.99.1 is installed already: `[HOME]/toolchains/go1.99.1`\n\
            hint: put the shims first on PATH: `export PATH=[HOME]/shims:\"$PATH\"`\n";
        run(&["install", "1.99.1"]).stderr(said).check();
        assert_eq!(sandbox.listing("shims"), SHIMS);
    }
}

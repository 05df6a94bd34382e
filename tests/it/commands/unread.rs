//! Files of other managers that pin a version, which gox does not read: `gox status` and `gox doctor` say so.

use super::sandbox;

const MISE: &str = "[tools]\nnode = \"20\"\ngo = \"1.24.3\"\n";

#[test]
fn a_pin_that_gox_does_not_read_is_told_where_none_of_its_own_decides() {
    for (path, text, here, told) in [
        ("code/mise.toml", MISE, "code", Some("[ROOT]/code/mise.toml:3 asks mise for 1.24.3")),
        ("code/.mise.toml", MISE, "code", Some("[ROOT]/code/.mise.toml:3 asks mise for 1.24.3")),
        ("code/.gvmrc", "gvm use go1.24.3\n", "code", Some("[ROOT]/code/.gvmrc:1 asks gvm for 1.24.3")),
        (
            "code/.prototools",
            "go = \"1.24.3\"\n",
            "code",
            Some("[ROOT]/code/.prototools:1 asks proto for 1.24.3"),
        ),
        ("code/.vfox.toml", MISE, "code", Some("[ROOT]/code/.vfox.toml:3 asks vfox for 1.24.3")),
        ("code/mise.toml", MISE, "code/deep", Some("[ROOT]/code/mise.toml:3 asks mise for 1.24.3")),
        // The default of mise, and what says nothing of Go.
        ("user/.config/mise/config.toml", MISE, "user/project", None),
        ("code/mise.toml", "[tools]\nnode = \"20\"\n", "code", None),
    ] {
        let sandbox = sandbox(&["1.99.1"]);
        sandbox.write(path, text);
        sandbox.write(&format!("{here}/file"), "");
        let pin = if here == "code/deep" { "cd [ROOT]/code && gox pin 1.24.3" } else { "gox pin 1.24.3" };
        let expected = told.map_or_else(String::new, |told| {
            format!("note: {told}, and gox does not read it\nhint: pin the same for gox: `{pin}`\n")
        });
        let status = || sandbox.gox(["status"]).cwd(here);
        assert_eq!(status().run().stderr, expected, "{path}");
        let finding = told.map_or_else(
            || "ok      pin-unread  no file that gox does not read pins a version here\n\n1 ok\n".to_owned(),
            |told| {
                format!(
                    "note    pin-unread  {told}, and gox does not read it\n{0}why: nothing pins a version for gox \
                     here, so that another one may run\n{0}mend: {pin}\n\n1 note\n",
                    " ".repeat(22)
                )
            },
        );
        let doctor = || sandbox.gox(["doctor", "pin-unread"]).cwd(here);
        doctor().stdout(&format!("selection\n  {finding}")).check();
        // A pin of gox in that folder, or below it, decides.
        sandbox.write(&format!("{here}/.go-version"), "1.99.1\n");
        assert_eq!(status().run().stderr, "", "{path}");
    }
}

/// One above says nothing of what the other manager is asked for below it.
#[test]
fn a_pin_above_does_not_hide_it() {
    let sandbox = sandbox(&["1.99.1"]);
    sandbox.write("code/.go-version", "1.99.1\n");
    sandbox.write("code/project/mise.toml", MISE);
    let expected = "note: [ROOT]/code/project/mise.toml:3 asks mise for 1.24.3, and gox does not read it\n\
                    hint: pin the same for gox: `gox pin 1.24.3`\n";
    assert_eq!(sandbox.gox(["status"]).cwd("code/project").run().stderr, expected);
    let nowhere = crate::support::sandbox::Sandbox::new();
    nowhere.write("code/mise.toml", MISE);
    let said = nowhere.gox(["status"]).run().stderr;
    assert!(said.contains("/code/mise.toml:3 asks mise for 1.24.3, and gox does not read it\n"), "{said}");
}

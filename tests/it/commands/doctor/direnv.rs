//! The check of direnv, in each of its states, by the real direnv.

use super::{lines, mend};
use crate::support::command::Command;
use crate::support::sandbox::Sandbox;

const ID: &str = "direnv";

fn doctor(sandbox: &Sandbox) -> Command<'_> {
    sandbox.gox(["doctor", ID])
}

#[track_caller]
fn says(sandbox: &Sandbox, state: &str, texts: [&str; 3]) {
    doctor(sandbox).stdout(&lines("environment", state, ID, texts)).check();
}

#[test]
fn a_file_that_is_allowed_or_not() {
    let sandbox = Sandbox::new();
    says(&sandbox, "skipped", ["no `.envrc` is here", "", ""]);
    sandbox.write("code/.envrc", "export X=1\n");
    let seen = "`[ROOT]/code/.envrc` is not allowed";
    let why = "direnv loads nothing of it, so what it sets for Go does not hold here";
    let refused = [seen, why, "direnv allow [ROOT]/code/.envrc"];
    says(&sandbox, "note", refused);
    // Also from below, and nothing is written.
    sandbox.write("code/a/x.txt", "");
    let before = crate::support::tree::entries(sandbox.root());
    doctor(&sandbox).cwd("code/a").stdout(&lines("environment", "note", ID, refused)).check();
    assert_eq!(crate::support::tree::entries(sandbox.root()), before);
    mend(&sandbox, "code", doctor(&sandbox));
    says(&sandbox, "ok", ["`[ROOT]/code/.envrc` is allowed", "", ""]);
    // A change has to be allowed again, and who denies it says no.
    sandbox.write("code/.envrc", "export X=2\n");
    says(&sandbox, "note", refused);
    sandbox.sh("direnv allow .; direnv deny .");
    says(&sandbox, "note", refused);
    doctor(&sandbox)
        .env("PATH", "/nowhere")
        .stdout(&lines("environment", "skipped", ID, ["`direnv` is not on PATH", "", ""]))
        .check();
    // As later versions say it.
    for (word, state) in [("0", "ok"), ("1", "note"), ("2", "note")] {
        sandbox.put_tool("direnv", &format!("#!/bin/sh\necho Found RC allowed {word}\n"));
        let run = doctor(&sandbox).run();
        assert!(run.stdout.starts_with(&format!("environment\n  {state:7} direnv  ")), "{}", run.stdout);
    }
    sandbox.put_tool("direnv", "#!/bin/sh\nsleep 1000 & wait\n");
    let text = lines("environment", "skipped", ID, ["`direnv` did not answer", "", ""]);
    doctor(&sandbox).env("GOX_TIMEOUT", "1").stdout(&text).check();
}

#[test]
fn a_line_that_writes_for_good() {
    let sandbox = Sandbox::new();
    let why = "that holds in every shell and every project, and stays when this directory is left";
    sandbox.write(
        "code/.envrc",
        "# go env -w X=1\nexport A=1\n\tgo  env -w GOPRIVATE=git.corp 'GOPROXY=https://u:secret@p'\ngo env -w GOFLAGS=-v\n",
    );
    let with = "sed -i 's/go  *env  *-w/export/' [ROOT]/code/.envrc && direnv allow [ROOT]/code/.envrc";
    says(&sandbox, "warning", ["line 3 of `[ROOT]/code/.envrc` has `go env -w`", why, with]);
    mend(&sandbox, "code", doctor(&sandbox));
    says(&sandbox, "ok", ["`[ROOT]/code/.envrc` is allowed", "", ""]);
    sandbox.sh(
        "direnv exec . sh -c '[ \"$GOPRIVATE $GOPROXY $GOFLAGS\" = \"git.corp https://u:secret@p -v\" ]'",
    );
}

#[test]
fn a_word_that_direnv_does_not_know() {
    let sandbox = Sandbox::new();
    sandbox.write("code/.envrc", "use gox 1.22\n");
    sandbox.sh("direnv allow .");
    let why = "direnv passes over it, and another Go runs here";
    let seen = "line 1 of `[ROOT]/code/.envrc` has `use gox`, which direnv does not know";
    says(&sandbox, "warning", [seen, why, "gox setup direnv"]);
    // One of the user's own, one of the project, and that of gox.
    for file in ["user/.config/direnv/direnvrc", "user/.config/direnv/lib/own.sh", "user/.direnvrc"] {
        let own = sandbox.write(file, "use_gox() { :; }\n");
        says(&sandbox, "ok", ["`[ROOT]/code/.envrc` is allowed", "", ""]);
        std::fs::remove_file(own).unwrap();
    }
    sandbox.put_gox();
    mend(&sandbox, "code", doctor(&sandbox));
    says(&sandbox, "ok", ["`[ROOT]/code/.envrc` is allowed", "", ""]);
    sandbox.gox(["setup", "direnv", "--undo", "--yes"]).run();
    sandbox.write("code/.envrc", "use_gox() { :; }\nuse gox\n");
    sandbox.sh("direnv allow .");
    says(&sandbox, "ok", ["`[ROOT]/code/.envrc` is allowed", "", ""]);
}

#[test]
fn a_shell_that_does_not_call_direnv() {
    let sandbox = Sandbox::new();
    sandbox.write("code/.envrc", "export X=1\n");
    sandbox.sh("direnv allow .");
    let why = "what it sets for Go does not hold here";
    for (shell, file, line) in [
        ("bash", ".bashrc", "eval \"$(direnv hook bash)\""),
        ("zsh", ".zshrc", "eval \"$(direnv hook zsh)\""),
        ("fish", ".config/fish/config.fish", "direnv hook fish | source"),
    ] {
        let asked = || doctor(&sandbox).env("SHELL", format!("/usr/bin/{shell}"));
        std::fs::create_dir_all(sandbox.user().join(file).parent().unwrap()).unwrap();
        let seen = format!("{shell} does not call direnv, so `[ROOT]/code/.envrc` is never loaded");
        let add = format!("echo '{line}' >>[ROOT]/user/{file}");
        asked().stdout(&lines("environment", "note", ID, [&seen, why, &add])).check();
        // Where direnv has loaded it, it is called in a way that gox does not know.
        let ok = lines("environment", "ok", ID, ["`[ROOT]/code/.envrc` is allowed", "", ""]);
        asked().env("DIRENV_DIR", "-/x").stdout(&ok).check();
        // The last line of the user's may lack its line feed.
        sandbox.write(&format!("user/{file}"), "alias ll='ls -l'");
        let add = format!("printf '\\n%s\\n' '{line}' >>[ROOT]/user/{file}");
        asked().stdout(&lines("environment", "note", ID, [&seen, why, &add])).check();
        mend(&sandbox, "code", asked());
        assert_eq!(sandbox.read(&format!("user/{file}")), format!("alias ll='ls -l'\n{line}\n"));
        asked().stdout(&ok).check();
        // Whole lines stay as they are.
        sandbox.write(&format!("user/{file}"), "alias ll='ls -l'\n");
        mend(&sandbox, "code", asked());
        assert_eq!(sandbox.read(&format!("user/{file}")), format!("alias ll='ls -l'\n{line}\n"));
        // The functions of gox are found beside it.
        let said = sandbox.gox(["doctor", "hook"]).env("SHELL", format!("/usr/bin/{shell}")).run().stdout;
        assert!(said.contains(&format!("{shell} starts without the functions of gox")), "{said}");
        sandbox.write(
            &format!("user/{file}"),
            sandbox.read(&format!("user/{file}"))
                + match shell {
                    "fish" => "function gox; end\n",
                    _ => "gox() { :; }\n",
                },
        );
        asked().stdout(&ok).check();
        let said = sandbox.gox(["doctor", "hook"]).env("SHELL", format!("/usr/bin/{shell}")).run().stdout;
        assert!(said.contains(&format!("{shell} has the functions")), "{said}");
    }
    // A shell that ends before it answers, and one that direnv does not know.
    sandbox.write("user/.bashrc", "exit 3\n");
    for shell in ["/usr/bin/bash", "/bin/dash"] {
        let ok = lines("environment", "ok", ID, ["`[ROOT]/code/.envrc` is allowed", "", ""]);
        doctor(&sandbox).env("SHELL", shell).stdout(&ok).check();
    }
}

#[test]
fn a_file_of_any_kind() {
    let sandbox = Sandbox::new();
    let note = |seen: &str| assert!(doctor(&sandbox).run().stdout.contains(seen));
    for text in [&b""[..], b"\0\xff\n", "# far behind\n".repeat(100_000).as_bytes()] {
        sandbox.write("code/.envrc", text);
        note("note    direnv  `[ROOT]/code/.envrc` is not allowed\n");
    }
    // A folder is nothing to direnv.
    std::fs::remove_file(sandbox.code().join(".envrc")).unwrap();
    std::fs::create_dir(sandbox.code().join(".envrc")).unwrap();
    says(&sandbox, "skipped", ["no `.envrc` is here", "", ""]);
    // A program of the project is not direnv, whatever PATH says.
    sandbox.write("code/a/.envrc", "");
    sandbox.put_script("code/a/direnv", &format!("#!/bin/sh\ntouch {}/ran\n", sandbox.root().display()));
    let run = doctor(&sandbox).cwd("code/a").env("PATH", ".");
    run.stdout(&lines("environment", "skipped", ID, ["`direnv` is not on PATH", "", ""])).check();
    assert!(!sandbox.root().join("ran").exists());
}

//! `gox setup` of programs around Go: readline and direnv, with the real ones.

use crate::support::archives::FakeToolchain;
use crate::support::sandbox::Sandbox;

/// What bash says of some of readline's variables and keys.
fn readline(sandbox: &Sandbox) -> String {
    let ask = "bind -v | grep -E 'completion-ignore-case|show-all-if-amb|bell-style'; bind -q history-search-backward";
    let run = sandbox.command("bash").args(["--norc", "-ic", ask]).run();
    // An interactive bash without a terminal warns of its missing job control.
    let wrong: Vec<_> = run.stderr.lines().filter(|line| line.contains("readline")).collect();
    assert!(wrong.is_empty(), "{}", run.stderr);
    run.stdout
}

#[test]
fn readline_searches_what_was_typed_and_the_lines_of_the_user_count() {
    for (before, case) in [(None, "on"), (Some("set completion-ignore-case off\nset bell-style none"), "off")]
    {
        let sandbox = Sandbox::new();
        if let Some(text) = before {
            sandbox.write("user/.inputrc", text);
        }
        let put = if before.is_some() { "changed" } else { "created" };
        let said =
            format!("{put} `~/.inputrc`\nnew shells have the keys; in this one: `bind -f ~/.inputrc`\n");
        sandbox.gox(["setup", "readline", "--yes", "--quiet"]).check();
        sandbox.gox(["setup", "readline", "--undo", "--yes", "--quiet"]).check();
        let run = sandbox.gox(["setup", "readline", "--yes"]).run();
        assert_eq!((run.code(), run.stderr.as_str()), (0, said.as_str()));
        assert_eq!(
            run.stdout.contains("+$include /etc/inputrc"),
            before.is_none() && std::path::Path::new("/etc/inputrc").exists()
        );
        let seen = readline(&sandbox);
        for line in
            [format!("set completion-ignore-case {case}\n"), "set show-all-if-ambiguous on\n".to_owned()]
        {
            assert!(seen.contains(&line), "{seen}");
        }
        assert!(seen.contains("can be invoked via \"\\M-[A\""), "{seen}");
        // In the mode of vi as well, wherever that is chosen.
        let ask = "bind -m vi-insert -q history-search-backward";
        let text = sandbox.read("user/.inputrc");
        for more in ["", "set editing-mode vi\n"] {
            let named = sandbox.write("chosen", format!("{text}{more}"));
            let run = sandbox.command("bash").args(["--norc", "-ic", ask]).env("INPUTRC", named).run();
            assert!(run.stdout.contains("[A\""), "{}{}", run.stdout, run.stderr);
        }
        sandbox.gox(["setup", "readline", "--check"]).stderr("up to date: `readline`\n").check();
        sandbox.gox(["setup", "readline", "--undo", "--yes"]).run();
        assert_eq!(std::fs::read_to_string(sandbox.user().join(".inputrc")).ok().as_deref(), before);
    }
}

#[test]
fn a_file_that_gox_made_includes_that_of_all_users_whatever_is_added_to_it() {
    let sandbox = Sandbox::new();
    let path = sandbox.root().join("my rc");
    let gox = |more| sandbox.gox(["setup", "readline", more]).env("INPUTRC", &path);
    let run = gox("--yes").run();
    let said = "created `[ROOT]/my rc`\nnew shells have the keys; in this one: `bind -f '[ROOT]/my rc'`\n";
    assert_eq!(run.stderr, said);
    let text = sandbox.read("my rc") + "set bell-style none\n";
    sandbox.write("my rc", &text);
    gox("--check").stderr("up to date: `readline`\n").check();
    gox("--yes").run();
    assert_eq!(sandbox.read("my rc"), text);
}

/// A user with two versions, and gox on PATH.
fn with_toolchains() -> Sandbox {
    let sandbox = Sandbox::new();
    for version in ["1.21.0", "1.22.4"] {
        let toolchain = FakeToolchain::new(version);
        sandbox.put_toolchain(&toolchain.with_only(&["bin/go", "bin/gofmt", "VERSION", "go.env"]));
    }
    sandbox.put_shims(&["go", "gofmt"]);
    sandbox.write("user/.local/go/default", "1.22.4\n");
    sandbox.put_gox();
    sandbox
}

#[test]
fn direnv_uses_what_is_asked_for_while_it_is_in_the_folder() {
    let sandbox = with_toolchains();
    let said = "created `~/.config/direnv/lib/gox.sh`\n\
        in an `.envrc`: `use gox`, or `use gox 1.26`; then `direnv allow`\n";
    let run = sandbox.gox(["setup", "direnv", "--yes"]).run();
    assert_eq!((run.code(), run.stderr.as_str()), (0, said));
    sandbox.gox(["setup", "direnv", "--undo", "--yes", "--quiet"]).run();
    let line = "direnv needs a line at the end of your start-up file: `eval \"$(direnv hook zsh)\"`\n";
    let run = sandbox.gox(["setup", "direnv", "--yes"]).env("SHELL", "/bin/zsh").run();
    assert_eq!(run.stderr, format!("{said}{line}"));
    let run = |script: &str| {
        let run = sandbox.command("bash").args(["--norc", "-c", script]);
        run.env("GOX_AUTO_INSTALL", "never").run()
    };
    let seen = |script: &str| run(script).stdout;
    let load = "eval \"$(direnv export bash 2>/dev/null)\"";

    // Without a request: the shims are first on PATH, and the files of the folder choose.
    sandbox.write("code/p/.envrc", "use gox\n");
    sandbox.write("code/p/.go-version", "1.21.0\n");
    let script = format!(
        "cd p; direnv allow .; {load}; go version; echo \"${{GOX_USE-unset}}\"; cd ..; {load}; command -v go"
    );
    let shims = sandbox.home().join("shims");
    let out = seen(&script);
    assert!(out.starts_with("go version go1.21.0 ") && out.contains("\nunset\n"), "{out}");
    assert!(!out.contains(&*shims.to_string_lossy()), "{out}");

    // A request: its exact version, whatever the files say, until the folder is left.
    sandbox.write("code/q/.envrc", "use gox 1.22\n");
    sandbox.write("code/q/.go-version", "1.21.0\n");
    let script = format!(
        "cd q; direnv allow .; {load}; echo \"$GOX_USE\"; go version; cd ..; {load}; echo \"${{GOX_USE-unset}}\""
    );
    let out = seen(&script);
    assert!(out.starts_with("1.22.4\ngo version go1.22.4 ") && out.ends_with("\nunset\n"), "{out}");

    // What is said of it names the file, unless the shell has chosen another one since.
    sandbox.write("code/t/.envrc", "use gox 1.21\n");
    sandbox.write("code/t/go.mod", "module m\n\ngo 1.22\n");
    let chosen = ["", "export GOX_USE=1.20.0; ", "export GOX_USE=1.2x; "];
    let script = chosen.map(|chosen| format!("({chosen}go version); "));
    let out = run(&format!("cd t; direnv allow .; {load}; {}", script.concat()));
    let no_request = "`1.2x` is not a valid request: Go writes it `1.2`";
    let expected = format!(
        "gox: warning: go1.21.0 runs, but go.mod:3 asks for 1.22: write `use gox 1.22` into [ROOT]/code/t/.envrc\n\
         error: `1.20.0` is not installed\n  set by `GOX_USE`\nhint: install it: `gox install 1.20.0`\n\
         gox: {no_request}\n  set by `GOX_USE`\n\
         hint: let files and the default choose in this shell: `gox use --unset`\n"
    );
    assert_eq!(out.stderr, expected);
    sandbox.write("code/u/.envrc", "use gox 1.2x\n");
    let out = run(&format!("cd u; direnv allow .; {load}; go version"));
    let expected = format!(
        "gox: {no_request}\n  set by [ROOT]/code/u/.envrc\n\
         hint: write another into [ROOT]/code/u/.envrc: `use gox latest`\n"
    );
    assert_eq!(out.stderr, expected);

    // One that is not there: no other Go runs in its place.
    sandbox.write("code/r/.envrc", "use gox 1.55\n");
    let out = run(&format!("cd r; direnv allow .; {load}; go version; echo $?"));
    assert_eq!(out.stdout, "127\n", "{}", out.stderr);
    // Not allowed: nothing is loaded.
    sandbox.write("code/s/.envrc", "use gox 1.21\n");
    assert_eq!(seen(&format!("cd s; {load}; echo \"${{GOX_USE-unset}}\"")), "unset\n");
    sandbox.gox(["setup", "direnv", "--undo", "--yes"]).run();
    assert!(!sandbox.user().join(".config/direnv/lib/gox.sh").exists());
}

#[test]
fn the_file_in_which_direnv_found_the_words_is_named() {
    let sandbox = with_toolchains();
    sandbox.gox(["setup", "direnv", "--yes", "--quiet"]).check();
    sandbox.write("user/.config/direnv/direnvrc", "layout_own() {\n\tuse gox 1.22\n}\n");
    // For direnv's own functions bash names the file `environment`: a file of that name is none of theirs.
    sandbox.write("code/a b/environment", "");
    sandbox.write("code/a b/below/x", "");
    for (envrc, file) in [
        ("use gox 1.22", "[ROOT]/code/a b/.envrc"),
        ("strict_env; use_gox 1.22", "[ROOT]/code/a b/.envrc"),
        ("choose() { use gox \"$1\"; }; choose 1.22", "[ROOT]/code/a b/.envrc"),
        ("source_env sub/go.envrc", "[ROOT]/code/a b/sub/go.envrc"),
        ("source_env_if_exists .envrc.local", "[ROOT]/code/a b/.envrc.local"),
        ("source sub/go.envrc", "[ROOT]/code/a b/sub/go.envrc"),
        ("layout own", "~/.config/direnv/direnvrc"),
    ] {
        sandbox.write("code/a b/.envrc", format!("{envrc}\n"));
        for other in ["sub/go.envrc", ".envrc.local"] {
            sandbox.write(&format!("code/a b/{other}"), "use gox 1.22\n");
        }
        sandbox.write("code/a b/below/.envrc", "source_up\n");
        for folder in ["code/a b", "code/a b/below"] {
            let script =
                "direnv allow 'a b' && direnv allow 'a b/below' && cd \"$1\" && direnv exec . gox pin 1.21.0";
            let run = sandbox.command("bash").args(["--norc", "-c", script, "bash"]);
            let run = run.arg(folder.strip_prefix("code/").unwrap()).env("DIRENV_LOG_FORMAT", "");
            let out = format!(
                "`[ROOT]/{folder}/.go-version` asks for 1.21.0 now\n\
                 note: the pin has no effect in this shell: 1.22.4 is selected, set by {file}\n\
                 hint: let the pin decide: write `use gox` without a version into {file}\n"
            );
            run.stderr(&out).check();
        }
    }
    // Where it cannot be told the variable is named.
    for value in ["1.22.4:", "1.22.4:.envrc", "1.22.4", "1.22.4/.envrc", ""] {
        let status = sandbox.gox(["pin"]).env("GOX_USE", "1.22.4").env("_GOX_ENVRC", value).cwd("code/a b");
        let said = "set by [ROOT]/code/a b/.go-version:1\n\
                    note: the pin has no effect in this shell: 1.22.4 is selected, set by `GOX_USE`\n\
                    hint: let the pin decide: `gox use --unset`\n";
        status.stdout("1.21.0\n").stderr(said).check();
    }
}

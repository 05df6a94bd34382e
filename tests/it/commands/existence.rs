//! What does not exist becomes neither the default nor a pin, but by force.

use super::sandbox;
use crate::support::archives::FakeToolchain;
use crate::support::dl::GoDev;
use crate::support::proxy::ModuleProxy;
use crate::support::real_go::RealGo;
use crate::support::response::{Fault, Response};
use crate::support::sandbox::Sandbox;
use crate::support::server::Server;

/// The file that a verb writes, what it says of a request, and what lifts its refusal.
const VERBS: [(&str, &str, &str, &str); 2] = [
    (
        "default",
        "user/.local/go/default",
        "default is now @ (was 1.99.1); to go back: `gox default 1.99.1`\n",
        "set",
    ),
    ("pin", "code/.go-version", "`[ROOT]/code/.go-version` asks for @ now\n", "pin"),
];

/// Wants both verbs to refuse a request with this error, to name another one, and to take it by force without asking.
fn check_refused(
    sandbox: &Sandbox,
    variables: &[(&'static str, String)],
    request: &str,
    error: &str,
    other: &str,
) {
    for (verb, file, said, word) in VERBS {
        sandbox.write("user/.local/go/default", "1.99.1\n");
        sandbox.write("code/.go-version", "1.99.1\n");
        let hint = format!(
            "\nhint: ask for another: `gox {verb} {other}`\n\
             hint: {word} it all the same: `gox {verb} --force {request}`\n"
        );
        let run = sandbox.gox([verb, request]).envs(variables.iter().cloned());
        run.code(3).stderr(&format!("{error}{hint}")).check();
        assert_eq!(sandbox.read(file), "1.99.1\n", "{verb} {request}");
        let hint = format!("hint: it is not installed; install it: `gox install {request}`\n");
        let said = said.replace('@', request) + &hint;
        sandbox.gox([verb, "--force", request]).stderr(&said).check();
        assert_eq!(sandbox.read(file), format!("{request}\n"), "{verb} {request}");
    }
}

/// The request as a word for a shell.
fn quoted(request: &str) -> String {
    if request.starts_with('>') { format!("'{request}'") } else { request.to_owned() }
}

/// Wants both verbs to take a request, with this before what they say otherwise.
fn check_taken(sandbox: &Sandbox, variables: &[(&'static str, String)], request: &str, warning: &str) {
    for (verb, file, said, _) in VERBS {
        sandbox.write("user/.local/go/default", "1.99.1\n");
        let hint = format!("hint: it is not installed; install it: `gox install {}`\n", quoted(request));
        let said = format!("{warning}{}{hint}", said.replace('@', request));
        sandbox.gox([verb, request]).envs(variables.iter().cloned()).stderr(&said).check();
        assert_eq!(sandbox.read(file), format!("{request}\n"), "{verb} {request}");
    }
}

#[test]
fn what_gox_knows_not_to_exist_is_refused_without_a_network() {
    let sandbox = sandbox(&["1.99.1"]);
    let error = "error: no such version: `1.22.99` for [OS]-[ARCH]";
    check_refused(&sandbox, &[], "1.22.99", error, "1.22.12");
    // The line is meant, and no release of it.
    let error = "error: no released version matches `22` for [OS]-[ARCH]";
    check_refused(&sandbox, &[], "22", error, "1.22");
}

/// The names that are kept from lists are those of the short one of go.dev, or of a proxy that has a few.
#[test]
fn what_a_short_list_left_out_may_exist() {
    let sandbox = sandbox(&["1.99.1"]);
    let toolchains = ["1.26.12", "1.27.7", "1.27.8", "1.27.9", "1.98.1"].map(FakeToolchain::new);
    let go_dev = GoDev::start(&sandbox, &toolchains);
    sandbox.gox(["install", "--dry-run", "latest"]).envs(go_dev.environment()).run();
    assert_eq!(sandbox.read("user/.local/go/cache/released"), "go1.27.9\ngo1.98.1\n");
    for request in ["1.27.8", "1.27.7", "1.26.12"] {
        check_taken(&sandbox, &go_dev.environment(), request, "");
    }
    let error = "error: no such version: `1.27.6` for [OS]-[ARCH]";
    check_refused(&sandbox, &go_dev.environment(), "1.27.6", error, "1.27.9");
    // Without a list nobody knows, even of a line that looks closed.
    let list = "go1.97.3\ngo1.98.3\ngo1.99.1\ngo1.100.0\ngo1.101.0\n";
    let offline = [("GOX_OFFLINE", "1".to_owned()), ("GOX_SOURCES", "proxy".to_owned())];
    for request in ["1.98.2", "1.97.4", "1.96", "1.97rc1"] {
        sandbox.write("user/.local/go/cache/released", list);
        let warning = format!(
            "warning: could not find out whether `{request}` exists: proxy: no module proxy is known: `GOPROXY` is not set\n"
        );
        check_taken(&sandbox, &offline, request, &warning);
    }
    check_taken(&sandbox, &offline, "1.98.3", "");
}

#[test]
fn what_no_answering_list_names_is_refused() {
    let sandbox = sandbox(&["1.99.1"]);
    let proxy = ModuleProxy::with_versions(&["1.99.1", "1.100.0", "1.100.0-bigcorp"]);
    let proxy = proxy.environment();
    // The error for one version says what each source said.
    let exact = "
  dl: `https://go.dev/dl/?mode=json&include=all`: could not connect: connection refused; the proxy `http://[SERVER]` of `HTTPS_PROXY` is between
  no release list has it";
    for (request, message, failures, nearest) in [
        ("1.555", "no released version matches `1.555`", "", "1.100.0"),
        ("2", "no released version matches `2`", "", "1.100.0"),
        ("1.555.0", "no such version: `1.555.0`", exact, "1.100.0"),
        ("1.100.1", "no such version: `1.100.1`", exact, "1.100.0"),
        ("1.101rc1", "no such version: `1.101rc1`", exact, "1.100.0"),
        ("1.100.0-other", "no such version: `1.100.0-other`", exact, "1.100.0"),
    ] {
        let error = format!("error: {message} for [OS]-[ARCH]{failures}");
        check_refused(&sandbox, &proxy, request, &error, nearest);
    }
    for request in ["1.100.0", "1.100", "1.100.0-bigcorp"] {
        check_taken(&sandbox, &proxy, request, "");
    }
}

#[test]
fn the_line_of_a_word_with_a_digit_more_is_named() {
    let sandbox = sandbox(&["1.99.1"]);
    let go_dev = GoDev::start(&sandbox, &[FakeToolchain::new("1.27.4")]);
    let error = "error: no released version matches `1.222` for [OS]-[ARCH]";
    check_refused(&sandbox, &go_dev.environment(), "1.222", error, "1.22");
}

/// One source has it, the other does not.
#[test]
fn one_list_that_names_it_is_enough() {
    let sandbox = sandbox(&["1.99.1"]);
    let go_dev = GoDev::start(&sandbox, &[FakeToolchain::new("1.100.7")]);
    let proxy = ModuleProxy::with_versions(&["1.99.1"]);
    let variables: Vec<_> = go_dev.environment().into_iter().chain([("GOPROXY", proxy.url())]).collect();
    check_taken(&sandbox, &variables, "1.100.7", "");
}

#[test]
fn what_cannot_be_told_is_set_with_a_warning() {
    let sandbox = sandbox(&["1.99.1"]);
    let offline = [("GOX_OFFLINE", "1".to_owned())];
    for request in ["1.555", "1.28rc1", "1.27.99", "1.22.4-bigcorp"] {
        let warning = format!(
            "warning: could not find out whether `{request}` exists: dl: `https://go.dev/dl/?mode=json&include=all`: not asked: `GOX_OFFLINE` is set\n"
        );
        check_taken(&sandbox, &offline, request, &warning);
    }
    let both = [("GOX_OFFLINE", "1".to_owned()), ("GOX_SOURCES", "proxy,dl".to_owned())];
    let warning = "warning: could not find out whether `1.555` exists: proxy: no module proxy is known: `GOPROXY` is not set; \
        dl: `https://go.dev/dl/?mode=json&include=all`: not asked: `GOX_OFFLINE` is set\n";
    check_taken(&sandbox, &both, "1.555", warning);
}

/// A folder has what somebody put there, and a pin is for others, too.
#[test]
fn a_folder_rules_out_nothing() {
    let sandbox = sandbox(&["1.99.1"]);
    let folder = sandbox.root().join("folder");
    crate::support::proxy::write_to(&folder, &[FakeToolchain::new("1.99.1")]);
    std::fs::create_dir(sandbox.root().join("empty")).unwrap();
    let sources = format!("dir:{}", folder.display());
    let beside = [("GOX_SOURCES", format!("dl,{sources}")), ("GOX_OFFLINE", "1".to_owned())];
    let warning = "warning: could not find out whether `1.100.0` exists: dl: `https://go.dev/dl/?mode=json&include=all`: not asked: `GOX_OFFLINE` is set\n";
    check_taken(&sandbox, &beside, "1.100.0", warning);
    let both = format!("{sources},dir:{}/empty", sandbox.root().display());
    for sources in [sources, both, format!("dir:{}/empty", sandbox.root().display())] {
        for request in ["1.100.0", "1.30", ">=1.100"] {
            let warning = format!(
                "warning: could not find out whether `{request}` exists: only folders are configured, and they may lack releases\n"
            );
            check_taken(&sandbox, &[("GOX_SOURCES", sources.clone())], request, &warning);
        }
    }
}

/// What is wrong with the network is no reason to refuse what needs none.
#[test]
fn a_network_that_cannot_be_set_up_tells_nothing() {
    let sandbox = sandbox(&["1.99.1"]);
    for (name, value, reason) in [
        ("GOAUTH", "git /missing", "invalid `GOAUTH`: `git`: `/missing` is not a folder"),
        ("GOPROXY", "ftp://x", "invalid `GOPROXY`: `ftp://x`: `ftp` is not https, http or file"),
        ("GOSUMDB", "a b c", "invalid `GOSUMDB`: more than a key and a URL"),
    ] {
        let warning =
            format!("warning: could not find out whether `1.555` exists: {reason}, set by the environment\n");
        check_taken(&sandbox, &[(name, value.to_owned())], "1.555", &warning);
        check_taken(&sandbox, &[(name, value.to_owned())], "1.22", "");
    }
}

/// The time-out of a transfer is too long for a question that only guards against a typing error.
#[test]
fn a_server_that_never_answers_is_not_waited_for() {
    let (sandbox, silent) = (sandbox(&["1.99.1"]), Server::start());
    silent.handle_prefix("/", |_| Response::new("").fault(Fault::Swallow));
    let run = sandbox.gox(["pin", "1.555"]).env("GOPROXY", silent.url()).env("GOX_SOURCES", "proxy");
    let said = "\
warning: could not find out whether `1.555` exists: no release list came within [TIME]
`[ROOT]/code/.go-version` asks for 1.555 now
hint: it is not installed; install it: `gox install 1.555`
";
    run.env("GOX_TIMEOUT", "4000000000").stderr(said).check();
}

#[test]
fn a_shell_does_not_use_it_either() {
    let sandbox = sandbox(&["1.99.1"]);
    let proxy = ModuleProxy::with_versions(&["1.99.1"]);
    let line = "error: no released version matches `1.555` for [OS]-[ARCH]\n";
    let exact = "\
installing 1.22.99
error: no such version: `1.22.99` for [OS]-[ARCH]
  proxy: `http://[SERVER]/golang.org/toolchain/@v/v0.0.1-go1.22.99.[OS]-[ARCH].zip`: status 404 (not found)
  dl: `https://go.dev/dl/go1.22.99.[OS]-[ARCH].tar.gz`: could not connect: connection refused; the proxy `http://[SERVER]` of `HTTPS_PROXY` is between
  no release list has it
";
    let range = "error: no released version matches `>=1.555` for [OS]-[ARCH]\n";
    for (arguments, error, other) in [
        (&["use", "1.555"][..], line, "use 1.99.1"),
        (&["use", "1.22.99"], exact, "use 1.22.12"),
        (&["use", ">=1.555"], range, "use latest"),
        (&["exec", "1.555", "go", "version"], line, "exec 1.99.1 …"),
    ] {
        let run = sandbox.gox(arguments).env("_GOX_BY_FUNCTION", "1").envs(proxy.environment());
        run.code(3).stderr(&format!("{error}hint: ask for another: `gox {other}`\n")).check();
    }
}

#[test]
fn where_it_is_asked_for_all_the_same_the_hint_is_for_the_place() {
    let (sandbox, proxy) = (sandbox(&["1.99.1"]), ModuleProxy::with_versions(&["1.99.1"]));
    let check = |variable: Option<&'static str>, place: &str, mend: &str| {
        let run = sandbox.shim("go", ["version"]).envs(proxy.environment()).env("GOX_SOURCES", "proxy");
        let output = run.envs(variable.map(|variable| (variable, "1.22.99".to_owned()))).run();
        assert_eq!(output.code(), 127);
        let (said, hint) =
            (format!("installing 1.22.99, {place}\n"), format!("\nhint: ask for another: {mend}\n"));
        assert!(output.stderr.starts_with(&said), "{}\n{said}", output.stderr);
        assert!(output.stderr.ends_with(&hint), "{}\n{hint}", output.stderr);
    };
    sandbox.write("user/.local/go/default", "1.22.99\n");
    check(None, "set by [HOME]/default:1", "`gox default 1.22.12`");
    sandbox.write("code/go.mod", "module m\n\ngo 1.22.99\n");
    sandbox.write("user/.local/go/default", "1.99.1\n");
    sandbox.write("code/.tool-versions", "golang 1.22.99\n");
    let mend = "write `1.22.12` into line 1 of [ROOT]/code/.tool-versions";
    check(None, "set by [ROOT]/code/.tool-versions:1", mend);
    sandbox.write("code/.go-version", "1.22.99\n");
    check(None, "set by [ROOT]/code/.go-version:1", "`gox pin 1.22.12`");
    check(Some("GO_VERSION"), "set by `GO_VERSION`", "`export GO_VERSION=1.22.12`");
    check(Some("GOX_USE"), "set by `GOX_USE`", "`gox use 1.22.12`");
    let hint = "hint: there is no such version; ask for another: `gox pin 1.22.12`\n";
    let status = sandbox.gox(["status"]).run();
    assert!(status.stderr.contains(hint), "{}", status.stderr);
}

/// What Go reads, too, names one toolchain, in Go's spelling.
#[test]
fn where_go_reads_it_too_the_hint_names_a_toolchain_that_both_take() {
    let (sandbox, proxy) = (sandbox(&["1.21.0"]), ModuleProxy::with_versions(&["1.99.1"]));
    let go = |variable: &'static str, value: &str| sandbox.shim("go", ["version"]).env(variable, value);
    let check = |variable: &'static str, value: &str, mend: &str| {
        let output = go(variable, value).envs(proxy.environment()).env("GOX_SOURCES", "proxy").run();
        assert_eq!(output.code(), 127, "{}", output.stderr);
        let hint = format!("\nhint: ask for another: {mend}\n");
        assert!(output.stderr.ends_with(&hint), "{}\n{hint}", output.stderr);
    };
    let real = RealGo::find();
    for (value, other) in [
        ("go1.222.4", "go1.22.12"),
        ("go1.222rc1+auto", "go1.22.12"),
        ("go1.22.99", "go1.22.12"),
        ("go1.20-bigcorp", "go1.20"),
        ("go1.555.0", "go1.99.1"),
    ] {
        check("GOTOOLCHAIN", value, &format!("`export GOTOOLCHAIN={other}`"));
        let file = sandbox.write("goenv", format!("GOTOOLCHAIN={value}\n"));
        check("GOENV", file.to_str().unwrap(), &format!("`go env -w GOTOOLCHAIN={other}`"));
        if let Some(real) = &real {
            let asked = real.with(&sandbox, sandbox.command(real.goroot.join("bin/go"))).arg("version");
            let output = asked.env("GOTOOLCHAIN", other).run();
            // It would download it.
            assert!(output.stderr.ends_with(": toolchain not available\n"), "{}", output.stderr);
        }
    }
    let pasted =
        |name: &str| sandbox.write("code/go.mod", format!("module m\n\ngo 1.20\n\ntoolchain {name}\n"));
    pasted("go1.222.4");
    check("GOTOOLCHAIN", "auto", "`gox pin --go-mod 1.22.12`");
    let work = sandbox.write("code/go.work", "go 1.20\n\ntoolchain go1.222.4\n");
    check("GOTOOLCHAIN", "auto", "write `go1.22.12` into line 3 of [ROOT]/code/go.work");
    std::fs::remove_file(work).unwrap();
    for version in ["1.20", "1.22.12", "1.99.1"] {
        sandbox.put_toolchain(&FakeToolchain::new(version));
        let said = format!("go version go{version} [OS]/[ARCH]\n");
        go("GOTOOLCHAIN", &format!("go{version}")).stdout(&said).check();
    }
    pasted("go1.22.12");
    go("GOTOOLCHAIN", "auto").stdout("go version go1.22.12 [OS]/[ARCH]\n").check();
}

/// Another version that is installed would change nothing, and a name is more often a typing error than a GOROOT's.
#[test]
fn who_asks_for_what_is_not_there_is_told_to_ask_for_another() {
    let (sandbox, proxy) = (sandbox(&[]), ModuleProxy::with_versions(&["1.99.1"]));
    let pinned = |word: &str| sandbox.write("code/.go-version", format!("{word}\n"));
    let gox = |words: &[&str]| sandbox.gox(words).envs(proxy.environment()).env("GOX_SOURCES", "proxy");
    let place = "  set by [ROOT]/code/.go-version:1\n";
    let another = "hint: ask for another: `gox pin 1.99.1`\n";
    pinned("1.99.7");
    let run = gox(&["install"]).run();
    assert_eq!(run.code(), 3);
    assert!(run.stderr.starts_with("error: no such version: `1.99.7` for "), "{}", run.stderr);
    assert!(run.stderr.ends_with(&format!("{place}{another}")), "{}", run.stderr);
    pinned("1.555");
    let error = "error: no released version matches `1.555` for [OS]-[ARCH]\n";
    gox(&["install"]).code(3).stderr(&format!("{error}{place}{another}")).check();
    sandbox.put_git_user();
    sandbox.sh("git init -q; printf 'module m\\n' >go.mod; git add .");
    gox(&["gate"]).code(3).stderr(&format!("{error}{place}{another}")).check();
    // What was asked for on the command line is asked for once.
    let run = gox(&["install", "1.555"]).run();
    assert!(run.stderr.ends_with("install one: `gox install 1.99.1`\n"), "{}", run.stderr);

    let link = |word: &str| format!("hint: give a GOROOT that name: `gox link {word} PATH`\n");
    let examples = "hint: requests look like `1.22.4`, `1.22`, `latest` or `>=1.21, <1.23`\n";
    let nearest = "hint: the nearest is `latest`; ask for another: `gox pin latest`\n";
    for (word, hint, mend) in [("abc", examples, "gox link abc PATH"), ("lates", nearest, "gox pin latest")] {
        pinned(word);
        let error = format!("error: `{word}` is not installed\n{place}{hint}{}", link(word));
        gox(&["which"]).code(3).stderr(&error).check();
        let status = gox(&["status"]).run();
        assert!(status.stderr.starts_with(&format!("{hint}{}", link(word))), "{}", status.stderr);
        let doctor = gox(&["doctor", "pin"]).run();
        let mend = mend.replace("gox pin", "cd [ROOT]/code && gox pin");
        assert!(doctor.stdout.contains(&format!("mend: {mend}\n")), "{}", doctor.stdout);
        let error = format!("error: `{word}` is not a Go release\n{place}");
        let run = gox(&["install"]).run();
        assert!(run.stderr.starts_with(&error) && run.stderr.contains("`gox pin latest`"), "{}", run.stderr);
    }
    std::fs::remove_file(sandbox.code().join(".go-version")).unwrap();
    let status = gox(&["status"]).env("GOX_USE", "1.555").run();
    let hints = "hint: if there is such a version, install it: `gox install 1.555`\n\
        hint: ask for another: `gox use 1.99.1`\n";
    assert!(status.stderr.starts_with(hints), "{}", status.stderr);
    let status = gox(&["status"]).env("GOX_USE", "1.99").run();
    assert!(status.stderr.starts_with("hint: install it: `gox install 1.99`\n"), "{}", status.stderr);
}

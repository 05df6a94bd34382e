//! Who gets which credentials: what `GOAUTH`, netrc and an address say, as the go command reads them.

use std::fs;
use std::thread;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::support::proxies::ConnectProxy;
use crate::support::proxy::MODULE;
use crate::support::response::Response;
use crate::support::sandbox::Sandbox;
use crate::support::server::{Request, Server};
use crate::support::sumdb::SumDb;
use crate::support::tls::Authority;

const HELPER: &str = include_str!("../data/vectors/goauth/helper.sh");
const GIT: &str = include_str!("../data/vectors/goauth/git.sh");

/// A module proxy at `https://proxy.test` and `https://proxy.test:8443`.
struct Private {
    server: Server,
    /// Leads there.
    proxy: ConnectProxy,
    authority: Authority,
}

impl Private {
    fn start() -> Self {
        let authority = Authority::new();
        let server = authority.server(&["proxy.test", "elsewhere.test"]);
        let proxy = ConnectProxy::start();
        proxy.map("proxy.test:443", &server).map("proxy.test:8443", &server);
        Private { server, proxy, authority }
    }

    /// The variables of a gox that asks this proxy alone.
    fn environment(&self, sandbox: &Sandbox) -> [(&'static str, String); 7] {
        let path = |name: &str| sandbox.root().join(name).display().to_string();
        [
            ("HTTPS_PROXY", self.proxy.url()),
            ("SSL_CERT_FILE", self.authority.write_pem(sandbox.root()).display().to_string()),
            ("GOSUMDB", SumDb::new("sumdb.test").verifier()),
            ("GOX_SOURCES", "proxy".to_owned()),
            ("GOPROXY", "https://proxy.test".to_owned()),
            ("GOAUTH_LOG", path("log")),
            ("GOAUTH_ANSWERS", path("answers")),
        ]
    }

    /// Answers with status 401, but for requests with this header.
    fn accept(&self, status: u16, accepted: &str) {
        let accepted = accepted.to_owned();
        self.server.handle_prefix("/", move |request| {
            if credentials(request).contains(&accepted) {
                return Response::new("");
            }
            let refusal = Response::status(status, "").header("Retry-After", "0");
            refusal.header("WWW-Authenticate", "Basic realm=\"x\"")
        });
    }

    /// The credentials of the requests for the list, in their order.
    fn seen(&self) -> Vec<Vec<String>> {
        let requests = self.server.requests().into_iter();
        let lists = requests.filter(|request| request.target.ends_with("/@v/list"));
        lists.map(|request| credentials(&request)).collect()
    }
}

/// The headers of a request but for those that every request has, as `Name: value`, sorted.
fn credentials(request: &Request) -> Vec<String> {
    let common = ["host", "accept", "user-agent"];
    let headers = request.headers.iter().filter(|(name, _)| !common.contains(&name.as_str()));
    let mut headers: Vec<_> = headers.map(|(name, value)| format!("{name}: {value}")).collect();
    headers.sort();
    headers
}

/// A sandbox with the two programs of the vectors.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::in_use();
    sandbox.put_tool("helper", HELPER);
    sandbox.put_tool("git", GIT);
    for folder in ["answers", "repo"] {
        fs::create_dir(sandbox.root().join(folder)).unwrap();
    }
    sandbox
}

/// The lines that the two programs wrote.
fn calls(sandbox: &Sandbox) -> Vec<String> {
    let text = fs::read_to_string(sandbox.root().join("log")).unwrap_or_default();
    text.lines().map(|line| line.replace(sandbox.root().to_str().unwrap(), "DIR")).collect()
}

/// A byte for each character of Latin-1.
fn latin1(text: &str) -> Vec<u8> {
    text.chars().map(|char| u8::try_from(u32::from(char)).unwrap()).collect()
}

/// `X-Token: 1` as the harness keeps it: with the name in lower case.
fn lower_name(header: &str) -> String {
    let (name, value) = header.split_once(": ").unwrap();
    format!("{}: {value}", name.to_ascii_lowercase())
}

/// Made by `tests/data/vectors/goauth/main.go` with a real go command. It repeats each request that was refused, also
/// where nothing is known that was not sent before. gox leaves such a repetition out.
#[test]
fn a_server_sees_the_credentials_that_the_go_command_sends() {
    let vectors: Vec<Value> = serde_json::from_str(include_str!("../data/goauth_vectors.json")).unwrap();
    assert_eq!(vectors.len(), 143);
    thread::scope(|scope| {
        for vectors in vectors.chunks(vectors.len().div_ceil(4)) {
            scope.spawn(move || {
                let private = Private::start();
                for vector in vectors {
                    meets(vector, &private);
                }
            });
        }
    });
}

fn meets(vector: &Value, private: &Private) {
    let sandbox = sandbox();
    let text = |name: &str| vector[name].as_str().unwrap_or_default();
    if let Some(netrc) = vector["netrc"].as_str() {
        sandbox.write("user/.netrc", latin1(netrc));
    }
    for (name, answer) in vector["answers"].as_object().into_iter().flatten() {
        sandbox.write(&format!("answers/{name}"), latin1(answer.as_str().unwrap()));
    }
    let status = u16::try_from(vector["status"].as_u64().unwrap()).unwrap();
    private.accept(status, &vector["accept"].as_str().map_or(String::new(), lower_name));
    private.server.forget_requests();
    let goauth = text("goauth").replace("DIR", sandbox.root().to_str().unwrap());
    let run = sandbox.gox(["install", "1.99"]).envs(private.environment(&sandbox));
    let run = run.env("GOPROXY", text("goproxy")).env("GOAUTH", goauth).run();
    let headers = |request: &Value| {
        let headers = request.as_array().unwrap().iter();
        headers.map(|header| lower_name(header.as_str().unwrap())).collect::<Vec<_>>()
    };
    let mut expected: Vec<_> = vector["requests"].as_array().unwrap().iter().map(headers).collect();
    expected.dedup();
    let mut seen = private.seen();
    if status >= 500 {
        // Such a server is asked for its list again later.
        seen.dedup();
    }
    assert_eq!(seen, expected, "{vector}\n{}", run.stderr);
    assert_eq!(Value::from(calls(&sandbox)), vector["calls"], "{vector}");
    let is_invalid = run.stderr.starts_with("error: invalid `GOAUTH`: ") && run.code() == 2;
    assert_eq!(is_invalid, vector["invalid"] == true, "{vector}\n{}", run.stderr);
}

#[test]
fn why_nobody_gave_a_credential_is_told_without_what_may_be_secret() {
    let private = Private::start();
    private.accept(401, "");
    let sandbox = sandbox();
    sandbox.put_tool("killed", "#!/bin/sh\necho secret >&2\nkill -KILL $$\n");
    sandbox.put_tool("talks", "#!/bin/sh\necho secret\n");
    sandbox.put_tool("forgets", "#!/bin/sh\nprintf 'https://proxy.test\\n\\nsecret\\n\\n'\n");
    sandbox.put_tool("other", "#!/bin/sh\nprintf 'secret\\n\\nX-Token: secret\\n\\n'\n");
    sandbox.put_tool("many", "#!/bin/sh\nhead -c 300000 /dev/zero\n");
    sandbox.write("bin/text", "no program");
    sandbox.write("answers/git", "protocol=https\nhost=other.test\nusername=me\npassword=secret\n");
    let root = sandbox.root().display();
    for (goauth, reason) in [
        ("helper --token=secret".to_owned(), "; `GOAUTH`: `helper` failed with exit code 1".to_owned()),
        ("killed".into(), "; `GOAUTH`: `killed` was ended by signal 9".into()),
        ("nothing secret".into(), "; `GOAUTH`: `nothing` was not found".into()),
        ("TOKEN=secret x".into(), "; `GOAUTH`: `…` was not found".into()),
        ("text".into(), "; `GOAUTH`: `text` was not found".into()),
        ("./text".into(), "; `GOAUTH`: could not run `./text`: no such file or directory".into()),
        ("helper 'secret".into(), "; `GOAUTH`: a quote in a command does not end".into()),
        (
            "talks".into(),
            "; `GOAUTH`: the answer of `talks` is invalid: no empty line follows its addresses".into(),
        ),
        (
            "many".into(),
            "; `GOAUTH`: the answer of `many` is invalid: no empty line follows its addresses".into(),
        ),
        (
            "forgets".into(),
            "; `GOAUTH`: the answer of `forgets` is invalid: it has a line that is not a header".into(),
        ),
        (
            "other".into(),
            "; `GOAUTH`: the answer of `other` is invalid: it has a line that is not an address".into(),
        ),
        (format!("git {root}/repo"), "; `GOAUTH`: `git credential fill` answered for another address".into()),
        (
            "killed;talks".into(),
            "; `GOAUTH`: the answer of `talks` is invalid: no empty line follows its addresses; \
                                 `GOAUTH`: `killed` was ended by signal 9"
                .into(),
        ),
        ("off".into(), String::new()),
    ] {
        let expected = format!(
            "\
error: could not fetch a release list to find `1.99`
  proxy: `https://proxy.test/golang.org/toolchain/@v/list`: status 401 (unauthorized){reason}
"
        );
        let run = sandbox.gox(["install", "1.99"]).envs(private.environment(&sandbox)).env("GOAUTH", goauth);
        run.code(4).stderr(&expected).check();
    }
    fs::create_dir(sandbox.user().join(".netrc")).unwrap();
    let run = sandbox.gox(["install", "1.99"]).envs(private.environment(&sandbox)).run();
    assert!(run.stderr.ends_with("; `GOAUTH`: could not read netrc: is a directory\n"), "{}", run.stderr);
}

#[test]
fn a_list_that_is_invalid_is_told_with_its_place() {
    let sandbox = sandbox();
    for (goauth, reason) in [
        ("netrc;", "a command of the list is empty"),
        ("off;helper --token=secret", "`off` allows no other command beside it"),
        ("helper --token=secret;git repo", "`git` needs the absolute path of one folder"),
        ("git /a /b", "`git` needs the absolute path of one folder"),
        ("git /not/there", "`git`: `/not/there` is not a folder"),
    ] {
        let run = sandbox.gox(["install", "1.99"]).env("GOAUTH", goauth);
        let expected = format!("error: invalid `GOAUTH`: {reason}\n  set by the environment\n");
        run.code(2).stderr(&expected).check();
        let file = sandbox.write("goenv", format!("GOAUTH={goauth}\n"));
        let expected = format!("error: invalid `GOAUTH`: {reason}\n  set by [ROOT]/goenv\n");
        sandbox.gox(["install", "1.99"]).env("GOENV", file).code(7).stderr(&expected).check();
    }
}

#[test]
fn the_goenv_file_counts_below_the_environment() {
    let private = Private::start();
    private.accept(401, "x-token: 1");
    let sandbox = sandbox();
    sandbox.write("answers/helper", "https://proxy.test\n\nX-Token: 1\n\n");
    sandbox.write("user/.netrc", "machine proxy.test login me password secret\n");
    let netrc = format!("authorization: Basic {}", STANDARD.encode("me:secret"));
    for (file, environment, expected) in [
        ("GOAUTH=helper\n", "", "x-token: 1"),
        ("GOAUTH=helper\n", "netrc", &netrc),
        ("GOAUTH=off\n", "helper", "x-token: 1"),
        ("GOAUTH=helper\nGOAUTH=\n", "", &netrc),
    ] {
        private.server.forget_requests();
        let file = sandbox.write("goenv", file);
        let run = sandbox.gox(["install", "1.99"]).envs(private.environment(&sandbox));
        run.env("GOENV", file).env("GOAUTH", environment).run();
        assert_eq!(private.seen(), [[expected]]);
    }
}

/// Neither a login nor a header of any other name.
#[test]
fn credentials_do_not_follow_a_redirect_to_another_server() {
    let private = Private::start();
    private.proxy.map("elsewhere.test:443", &private.server);
    let sandbox = sandbox();
    let answer =
        "https://proxy.test\nhttps://elsewhere.test/other\n\nAuthorization: Bearer x\nX-Token: 1\n\n";
    sandbox.write("answers/helper", answer);
    sandbox.write("answers/helper-url", answer);
    for (place, follows) in [
        ("/here", true),
        ("https://proxy.test:443/here", true),
        ("https://proxy.test:8443/here", false),
        ("https://elsewhere.test/here", false),
        ("//elsewhere.test/other/here", false),
    ] {
        private.server.forget_requests();
        private.server.handle_prefix("/", |_| Response::status(404, ""));
        private.server.route(format!("{MODULE}/list"), Response::redirect(302, place));
        let run = sandbox.gox(["install", "1.99"]).envs(private.environment(&sandbox));
        run.env("GOAUTH", "helper").run();
        let requests = private.server.requests();
        assert_eq!(credentials(&requests[0]), ["authorization: Bearer x", "x-token: 1"], "{place}");
        assert!(requests[1].target.ends_with("/here"), "{place}");
        assert_eq!(credentials(&requests[1]) == credentials(&requests[0]), follows, "{place}");
        assert_eq!(credentials(&requests[1]).is_empty(), !follows, "{place}");
    }
}

/// A command would get the login of an address as an argument; and over http all who pass by would read what it says.
#[test]
fn commands_are_asked_for_addresses_of_https_without_a_login_alone() {
    let private = Private::start();
    private.accept(401, "");
    let plain = Server::start();
    let sandbox = sandbox();
    let host = plain.url().replace("http://", "");
    for goproxy in
        ["https://me:secret@proxy.test".to_owned(), plain.url(), format!("http://me:secret@{host}")]
    {
        let answer = format!("https://proxy.test\nhttps://{host}\n{}\n\nX-Token: 1\n\n", plain.url());
        sandbox.write("answers/helper", answer);
        let run = sandbox.gox(["install", "1.99"]).envs(private.environment(&sandbox));
        run.env("GOAUTH", "helper").env("GOPROXY", goproxy).run();
    }
    assert_eq!(calls(&sandbox), [""; 0]);
    let login = format!("authorization: Basic {}", STANDARD.encode("me:secret"));
    assert_eq!(private.seen(), [[login]]);
    assert!(plain.requests().iter().all(|request| request.header("x-token").is_none()));
}

/// By the real git: a helper keeps what was right, and forgets what was wrong.
#[test]
fn git_learns_whether_its_credential_was_right() {
    let private = Private::start();
    let sandbox = Sandbox::in_use();
    let store = sandbox.write("store", "");
    let config = format!("[credential]\n\thelper = store --file='{}'\n", store.display());
    sandbox.write("repo/.git/HEAD", "ref: refs/heads/main\n");
    sandbox.write("repo/.git/config", config);
    for folder in ["objects", "refs"] {
        fs::create_dir(sandbox.root().join("repo/.git").join(folder)).unwrap();
    }
    let kept = "https://me:secret@proxy.test\n";
    let login = format!("authorization: Basic {}", STANDARD.encode("me:secret"));
    for (status, accepted, expected) in [(401, login.as_str(), kept), (404, "", kept), (401, "", "")] {
        private.accept(status, accepted);
        private.server.forget_requests();
        sandbox.write("store", kept);
        let run = sandbox.gox(["install", "1.99"]).envs(private.environment(&sandbox));
        let run = run.env("GOAUTH", format!("git {}/repo", sandbox.root().display())).run();
        assert_eq!(private.seen(), [vec![], vec![login.clone()]], "{}", run.stderr);
        assert_eq!(sandbox.read("store"), expected, "{status}: {}", run.stderr);
    }
}

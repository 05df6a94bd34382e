//! What editors do: they start gopls, which finds `go` on the PATH of the editor.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;

use serde_json::{Value, json};

use crate::support::real_go::{self, RealGo};
use crate::support::sandbox::Sandbox;
use crate::support::{LIMIT, is_offline, programs};

/// The newest that Go 1.24 builds, so that any Go of a developer's machine does.
const GOPLS: &str = "v0.20.0";

/// gopls, built by the real Go, and kept for later runs.
fn gopls(go: &RealGo) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("gopls-{GOPLS}"));
    let program = folder.join("gopls");
    if !program.exists() {
        let mut install = Command::new(go.goroot.join("bin/go"));
        install.args(["install", &format!("golang.org/x/tools/gopls@{GOPLS}")]);
        let built = install.env("GOBIN", &folder).env("GOTOOLCHAIN", "local").output().unwrap();
        let said = String::from_utf8_lossy(&built.stderr);
        assert!(built.status.success(), "{said}\n(without a network: GOX_TEST_OFFLINE=1)");
    }
    program
}

/// A language server on pipes; killed when it is dropped.
struct Server {
    child: Child,
    input: ChildStdin,
    messages: Receiver<Value>,
    /// What it writes to stderr.
    log: PathBuf,
}

impl Server {
    /// Starts gopls as a desktop does: with no variable but `HOME` and `PATH`, which has the shims alone.
    fn start(gopls: &Path, sandbox: &Sandbox) -> Self {
        let log = sandbox.root().join("gopls.log");
        let mut command = Command::new(gopls);
        command.env_clear().env("HOME", sandbox.user()).env("PATH", sandbox.home().join("shims"));
        command
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(File::create(&log).unwrap());
        let mut child = {
            let _programs = programs();
            command.spawn().unwrap()
        };
        let (input, output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let (sender, messages) = mpsc::channel();
        let mut output = BufReader::new(output);
        thread::spawn(move || while read(&mut output).is_some_and(|message| sender.send(message).is_ok()) {});
        Server { child, input, messages, log }
    }

    fn send(&mut self, message: Value) {
        let Value::Object(mut message) = message else { panic!("{message}") };
        message.insert("jsonrpc".into(), "2.0".into());
        let text = Value::Object(message).to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{text}", text.len()).unwrap();
    }

    fn receive(&self) -> Value {
        self.messages.recv_timeout(LIMIT).unwrap_or_else(|error| {
            panic!("gopls: {error}\n{}", fs::read_to_string(&self.log).unwrap_or_default());
        })
    }

    /// Asks, and answers what the server asks meanwhile: a client without settings.
    fn ask(&mut self, id: i32, method: &str, params: &Value) -> Value {
        self.send(json!({"id": id, "method": method, "params": params}));
        loop {
            let message = self.receive();
            match (message.get("method"), message.get("id")) {
                (Some(_), Some(asked)) => {
                    let items =
                        message["params"]["items"].as_array().map(|items| vec![json!({}); items.len()]);
                    self.send(json!({"id": asked, "result": items}));
                }
                (None, Some(answered)) if *answered == id => {
                    assert!(message.get("error").is_none(), "{message}");
                    return message["result"].clone();
                }
                _ => {}
            }
        }
    }
}

/// The next message; `None` at the end of them.
fn read(output: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        output.read_line(&mut line).ok().filter(|length| *length > 0)?;
        match line.trim_end().split_once(": ") {
            Some(("Content-Length", value)) => length = value.parse().ok()?,
            Some(_) => {}
            None => break,
        }
    }
    let mut text = vec![0; length];
    output.read_exact(&mut text).ok()?;
    serde_json::from_slice(&text).ok()
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn gopls_outside_of_any_shell_serves_two_projects_each_by_its_own_go() {
    if is_offline() {
        return;
    }
    let Some(go) = RealGo::find() else { return };
    let gopls = gopls(&go);
    let sandbox = Sandbox::new();
    real_go::install(&sandbox, "1.22.4");
    let linked = sandbox.gox(["link", "mine"]).arg(&go.goroot).run();
    assert_eq!(linked.code(), 0, "{}", linked.stderr);
    let text = "package main\n\nimport \"fmt\"\n\nfunc main() { fmt.Println() }\n";
    let mut uris = Vec::new();
    for (project, pin) in [("one", "1.22.4"), ("two", "mine")] {
        sandbox.write(&format!("code/{project}/.go-version"), format!("{pin}\n"));
        sandbox.write(&format!("code/{project}/go.mod"), "module m\n\ngo 1.21\n");
        let file = sandbox.write(&format!("code/{project}/main.go"), text);
        uris.push(format!("file://{}", file.parent().unwrap().display()));
    }

    let mut server = Server::start(&gopls, &sandbox);
    let folders: Vec<Value> = uris.iter().map(|uri| json!({"uri": uri, "name": uri})).collect();
    let start = json!({"processId": null, "rootUri": null, "capabilities": {}, "workspaceFolders": folders});
    server.ask(1, "initialize", &start);
    server.send(json!({"method": "initialized", "params": {}}));
    let mut places = Vec::new();
    for (uri, id) in uris.iter().zip(2..) {
        let uri = format!("{uri}/main.go");
        let document = json!({"uri": uri, "languageId": "go", "version": 1, "text": text});
        server.send(json!({"method": "textDocument/didOpen", "params": {"textDocument": document}}));
        let of_println = json!({"textDocument": {"uri": uri}, "position": {"line": 4, "character": 20}});
        let found = server.ask(id, "textDocument/definition", &of_println);
        places.push(found[0]["uri"].as_str().unwrap_or_default().to_owned());
    }
    // Where fmt.Println is defined tells of which Go the standard library is.
    let store = sandbox.home().join("toolchains/go1.22.4");
    let goroot = fs::canonicalize(&go.goroot).unwrap();
    let expected = [store, goroot].map(|goroot| format!("file://{}/src/fmt/print.go", goroot.display()));
    assert_eq!(places, expected);
}

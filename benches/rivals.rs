//! Other managers, each as far as it is on PATH: how it installs from the loopback server, and what it starts Go by.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::clock::{Race, timed};
use crate::sandbox::{PREDECESSOR, Sandbox, VERSION, find, fresh, must};

pub(crate) struct Rivals {
    pub(crate) found: Vec<Rival>,
    /// What is missing, or does not work here.
    pub(crate) notes: Vec<String>,
}

pub(crate) struct Rival {
    name: &'static str,
    program: PathBuf,
    home: PathBuf,
    variables: Vec<(&'static str, String)>,
    /// The words before a version, which get it appended.
    install: &'static [&'static str],
    /// The folder of what it installs, in its home.
    installs: &'static str,
}

impl Rivals {
    pub(crate) fn find(sandbox: &Sandbox) -> Self {
        let mut rivals = Rivals { found: Vec::new(), notes: Vec::new() };
        for (name, make) in [("mise", mise as fn(&Sandbox, PathBuf, PathBuf) -> Rival), ("goup", goup)] {
            let Some(program) = find(name) else {
                rivals.notes.push(format!("Not on PATH: {name}."));
                continue;
            };
            let home = sandbox.root.join(name);
            fs::create_dir_all(&home).unwrap();
            sandbox.archive(VERSION);
            let rival = make(sandbox, program, home);
            match rival.install(sandbox).stderr(Stdio::piped()).output().unwrap() {
                output if output.status.success() => rivals.found.push(rival),
                output => rivals.notes.push(format!(
                    "{name} could not install: {}",
                    String::from_utf8_lossy(&output.stderr).trim().replace('\n', "; ")
                )),
            }
        }
        rivals
    }
}

impl Rival {
    pub(crate) fn title(&self) -> String {
        format!("{}, archive", self.name)
    }

    /// A cold install: what it has downloaded is taken away, and what it knows of versions stays.
    pub(crate) fn install_into<'a>(&'a self, race: &mut Race<'a>, sandbox: &'a Sandbox) {
        race.add(self.title(), || {
            fresh(&self.home.join(self.installs));
            timed(&mut self.install(sandbox))
        });
    }

    fn install(&self, sandbox: &Sandbox) -> Command {
        let mut command = self.command(sandbox, &self.program, &sandbox.root);
        let (last, words) = self.install.split_last().unwrap();
        command.args(words).arg(format!("{last}{VERSION}"));
        command
    }

    fn command(&self, sandbox: &Sandbox, program: &Path, folder: &Path) -> Command {
        let mut command = sandbox.command(program, folder);
        command.env_remove("HTTPS_PROXY").env("HOME", &self.home);
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command.stderr(Stdio::null());
        command
    }
}

/// The versions that mise knows are the tags of a repository.
fn mise(sandbox: &Sandbox, program: PathBuf, home: PathBuf) -> Rival {
    let tags = home.join("tags");
    let git = |words: &[&str]| must(sandbox.command(find("git").unwrap(), &home).args(words));
    if !tags.exists() {
        git(&["init", "--quiet", "tags"]);
        let name = ["-c", "user.name=me", "-c", "user.email=me@example.com"];
        let commit = ["commit", "--quiet", "--allow-empty", "--message", "first"];
        git(&[&["-C", "tags"], &name[..], &commit[..]].concat());
        git(&["-C", "tags", "tag", &format!("go{VERSION}")]);
    }
    let mut variables = vec![
        ("MISE_GO_DOWNLOAD_MIRROR", sandbox.server.link(0, "mise") + "/dl"),
        ("MISE_GO_REPO", format!("file://{}", tags.display())),
    ];
    variables.extend([("MISE_USE_VERSIONS_HOST", "0".into()), ("MISE_YES", "1".into())]);
    Rival {
        name: "mise",
        program,
        home,
        variables,
        install: &["install", "--quiet", "go@"],
        installs: ".local/share/mise",
    }
}

fn goup(sandbox: &Sandbox, program: PathBuf, home: PathBuf) -> Rival {
    let url = sandbox.server.link(0, "goup");
    let list = format!(r#"[{{"version":"go{VERSION}","stable":true,"files":[]}}]"#);
    sandbox.server.put("/dl/?mode=json&include=all", list.into_bytes());
    let variables = vec![
        ("GOUP_GO_REGISTRY", format!("{url}/dl")),
        ("GOUP_GO_REGISTRY_INDEX", format!("official|{url}")),
        ("GOUP_HOME", home.join("goup").display().to_string()),
    ];
    Rival { name: "goup", program, home, variables, install: &["install", "="], installs: "goup" }
}

/// What starts Go through another manager, in a folder whose `.tool-versions` asks for it.
pub(crate) fn starters(sandbox: &Sandbox, folder: &Path) -> (Vec<(String, Command)>, Vec<String>) {
    let Rivals { found, mut notes } = Rivals::find(sandbox);
    let mut starters = Vec::new();
    if let Some(mise) = found.iter().find(|rival| rival.name == "mise") {
        must(mise.command(sandbox, &mise.program, &sandbox.root).arg("reshim"));
        let shim = mise.home.join(".local/share/mise/shims/go");
        starters.push(("mise, shim".to_owned(), mise.command(sandbox, &shim, folder)));
    }
    if found.iter().any(|rival| rival.name == "goup") {
        notes.push("goup puts a link to one Go on PATH, so that a call by it is a direct one.".into());
    }
    match wrapper() {
        Some((name, program)) => {
            starters.push(("golang.org/dl".to_owned(), wrapped(sandbox, folder, &name, &program)));
        }
        None => notes.push("Not on PATH: a program of golang.org/dl, such as go1.27.1.".into()),
    }
    (starters, notes)
}

/// A program of golang.org/dl that is on PATH. The launchers of gox have such names, too.
#[expect(clippy::disallowed_methods, reason = "what steers a benchmark is no variable of gox")]
fn wrapper() -> Option<(String, PathBuf)> {
    let path = std::env::var_os("PATH")?;
    let entries =
        std::env::split_paths(&path).filter_map(|folder| fs::read_dir(folder).ok()).flatten().flatten();
    entries.map(|entry| (entry.file_name().to_string_lossy().into_owned(), entry.path())).find(
        |(name, path)| {
            let is_of_dl = |content: Vec<u8>| content.windows(14).any(|part| part == b"golang.org/dl/");
            name.starts_with("go1.") && fs::read(path).is_ok_and(is_of_dl)
        },
    )
}

/// It starts the Go in a folder of its own name, if that is marked as unpacked. Downloads of it cannot be asked of the
/// loopback server, because its address is in the program.
fn wrapped(sandbox: &Sandbox, folder: &Path, name: &str, program: &Path) -> Command {
    let home = sandbox.root.join("dl");
    let goroot = fresh(&home.join("sdk").join(name));
    for entry in fs::read_dir(sandbox.goroot(PREDECESSOR)).unwrap().flatten() {
        symlink(entry.path(), goroot.join(entry.file_name())).unwrap();
    }
    fs::write(goroot.join(".unpacked-success"), "").unwrap();
    let mut command = sandbox.command(program, folder);
    command.env("HOME", home);
    command
}

//! A world for one test: a folder with a HOME, a working directory and a TMPDIR of its own, in
//! which the real binaries run with an empty environment and a few known variables.
//!
//! ```text
//! [ROOT]/user               $HOME
//! [ROOT]/user/.local/go     the store: [HOME]
//! [ROOT]/code               the working directory
//! [ROOT]/tmp                $TMPDIR
//! [ROOT]/bin                first on PATH, empty until a test puts tools there
//! [ROOT]/roots.pem          $SSL_CERT_FILE: a certificate that nothing here is signed by
//! ```

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use rustix::fs::{FlockOperation, flock};
use tempfile::TempDir;

use super::archives::FakeToolchain;
use super::command::Command;
use super::tls::Authority;
use super::{programs, tree};

/// The command under test.
pub(crate) const GOX: &str = env!("CARGO_BIN_EXE_gox");
/// The shim under test: that which gox carries.
pub(crate) const SHIM: &str = concat!(env!("OUT_DIR"), "/gox-shim");

/// Programs that a machine may have and a sandbox must not.
const UNWANTED: [&str; 3] = ["go", "gofmt", "gox"];

/// What tests have in `[ROOT]` and no store has.
const ROOTS_FOLDERS: [&str; 5] = ["user", "code", "tmp", "mnt", "machine"];

/// Where whoever forgets to name a server ends: nothing listens on port 1.
const NOWHERE: &str = "http://127.0.0.1:1";

/// The folder; it is deleted with this value.
pub(crate) struct Sandbox {
    folder: TempDir,
    root: PathBuf,
    path: OsString,
}

impl Sandbox {
    /// A fresh one.
    pub(crate) fn new() -> Self {
        let folder = TempDir::with_prefix("gox-test-").unwrap();
        let root = folder.path().canonicalize().unwrap();
        for name in ["user", "code", "tmp", "bin"] {
            fs::create_dir(root.join(name)).unwrap();
        }
        fs::write(root.join("roots.pem"), roots()).unwrap();
        let path = clean_path(&root);
        Sandbox { folder, root, path }
    }

    /// One in which gox is in use already: a default is set and the shims are on PATH, so that an install
    /// has nothing to say of either.
    pub(crate) fn in_use() -> Self {
        let mut sandbox = Sandbox::new().with_programs();
        sandbox.write("user/.local/go/default", "system\n");
        sandbox.path = sandbox.path_after([sandbox.home().join("shims")]);
        sandbox
    }

    /// With the programs where an install would copy them.
    pub(crate) fn with_programs(self) -> Self {
        self.put_program(GOX, "user/.local/go/bin/gox");
        self.put_program(SHIM, "user/.local/go/shims/go");
        self
    }

    /// `[ROOT]`.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The user's folder, `$HOME`.
    pub(crate) fn user(&self) -> PathBuf {
        self.root.join("user")
    }

    /// The store, `[HOME]`.
    pub(crate) fn home(&self) -> PathBuf {
        self.user().join(".local/go")
    }

    /// The working directory.
    pub(crate) fn code(&self) -> PathBuf {
        self.root.join("code")
    }

    /// `gox` with these arguments.
    pub(crate) fn gox<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Command<'_> {
        self.command(GOX).args(args)
    }

    /// `gox` for whom modes hold: root, too, without the right to ignore them.
    pub(crate) fn gox_under_modes(&self, arguments: &[&str]) -> Command<'_> {
        if rustix::process::geteuid().is_root() {
            let drop = ["--bounding-set", "-all", "--inh-caps", "-all"];
            return self.command("setpriv").args(drop).arg(GOX).args(arguments);
        }
        self.gox(arguments)
    }

    /// The shim, called `name` (`go`, `gofmt`, `go1.22.4`), with these arguments.
    pub(crate) fn shim<A: AsRef<OsStr>>(&self, name: &str, args: impl IntoIterator<Item = A>) -> Command<'_> {
        self.command(SHIM).name(name).args(args)
    }

    /// Any program, in the same environment.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command<'_> {
        let mut command = Command::new(self, program.as_ref());
        for (name, value) in [
            ("HOME", self.user().into_os_string()),
            ("PATH", self.path.clone()),
            ("TMPDIR", self.root.join("tmp").into_os_string()),
            ("TERM", "dumb".into()),
            ("GOENV", "off".into()),
            ("GIT_CONFIG_NOSYSTEM", "1".into()),
            ("HTTP_PROXY", NOWHERE.into()),
            ("HTTPS_PROXY", NOWHERE.into()),
            ("NO_PROXY", "127.0.0.1,localhost".into()),
            // Only tests of it ask the vulnerability database, beside an install too.
            ("GOX_VULNDB", "off".into()),
            ("SSL_CERT_FILE", self.root.join("roots.pem").into_os_string()),
        ] {
            command = command.env(name, value);
        }
        match std::env::var_os("LLVM_PROFILE_FILE") {
            Some(file) => command.env("LLVM_PROFILE_FILE", file),
            None => command,
        }
    }

    /// Writes a file below `[ROOT]` (`code/.go-version`, `user/.netrc`), with the folders it needs.
    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    /// Reads a file below `[ROOT]`.
    pub(crate) fn read(&self, path: &str) -> String {
        let path = self.root.join(path);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// The receipt of an installed version.
    pub(crate) fn receipt(&self, version: &str) -> serde_json::Value {
        let path = format!("user/.local/go/toolchains/go{version}/.gox/receipt.json");
        serde_json::from_str(&self.read(&path)).unwrap()
    }

    /// What is below a folder of the store (`""` for all of it): `0555 file bin/go`, a line each.
    #[track_caller]
    pub(crate) fn listing(&self, folder: &str) -> String {
        tree::listing(&self.in_store(folder)).replace(self.root.to_str().unwrap(), "[ROOT]")
    }

    /// The same with sizes, inodes and link counts.
    #[track_caller]
    pub(crate) fn entries(&self, folder: &str) -> Vec<tree::Entry> {
        tree::entries(&self.in_store(folder))
    }

    /// Whether a tree in staging has this file. It is found by its path, so that whoever waits for it may ask again and
    /// again and leaves the processor to those that write it.
    pub(crate) fn is_staged(&self, path: &str) -> bool {
        let mut folders = fs::read_dir(self.home().join("staging")).into_iter().flatten().flatten();
        folders.any(|folder| folder.path().join("tree").join(path).exists())
    }

    /// A folder of the store. One of `[ROOT]` is never there, and would always be empty.
    #[track_caller]
    fn in_store(&self, folder: &str) -> PathBuf {
        let first = folder.split('/').next().unwrap();
        assert!(!ROOTS_FOLDERS.contains(&first), "`{folder}` is no folder of the store");
        self.home().join(folder)
    }

    /// Puts a program, [`GOX`] or [`SHIM`], below `[ROOT]`. A link where one can be made: with their debug information
    /// they have a hundred megabytes each.
    pub(crate) fn put_program(&self, program: &str, path: &str) -> PathBuf {
        let _programs = programs();
        let path = self.emptied(path);
        if fs::hard_link(program, &path).is_err() {
            fs::copy(program, &path).unwrap();
        }
        path
    }

    /// Puts a script below `[ROOT]` that can be run.
    pub(crate) fn put_script(&self, path: &str, script: &str) -> PathBuf {
        let _programs = programs();
        let path = self.emptied(path);
        fs::write(&path, script).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o755)).unwrap();
        path
    }

    /// Puts a shell script on PATH, such as a system Go.
    pub(crate) fn put_tool(&self, name: &str, script: &str) -> PathBuf {
        self.put_script(&format!("bin/{name}"), script)
    }

    /// A path below `[ROOT]` at which nothing is: a link there would lead to the program under test.
    fn emptied(&self, path: &str) -> PathBuf {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let _ = fs::remove_file(&path);
        path
    }

    /// Puts shims into the store as an install does, all of them one file.
    pub(crate) fn put_shims(&self, names: &[&str]) {
        let _programs = programs();
        let shims = self.home().join("shims");
        fs::create_dir_all(&shims).unwrap();
        let first = shims.join(names[0]);
        // One that is there may be a link to the program itself, which a copy would write over.
        for name in names {
            let _ = fs::remove_file(shims.join(name));
        }
        fs::copy(SHIM, &first).unwrap();
        for name in &names[1..] {
            fs::hard_link(&first, shims.join(name)).unwrap();
        }
    }

    /// PATH with folders (below `[ROOT]`, or absolute) before those that it has anyway.
    pub(crate) fn path_after<P: AsRef<Path>>(&self, folders: impl IntoIterator<Item = P>) -> OsString {
        let first = folders.into_iter().map(|folder| self.root.join(folder));
        std::env::join_paths(first.chain(std::env::split_paths(&self.path))).unwrap()
    }

    /// Puts the real gox on PATH, for shims that hand over to it.
    pub(crate) fn put_gox(&self) {
        symlink(GOX, self.root.join("bin/gox")).unwrap();
    }

    /// Gives the user a name in Git's settings.
    pub(crate) fn put_git_user(&self) {
        let settings = "[user]\n\tname = me\n\temail = me@example.com\n[init]\n\tdefaultBranch = main\n";
        self.write("user/.gitconfig", settings);
    }

    /// Runs a script of `sh` in the working directory, which has to end well; gives what it prints.
    #[track_caller]
    pub(crate) fn sh(&self, script: &str) -> String {
        let run = self.command("sh").args(["-ec", script]).run();
        assert_eq!(run.code(), 0, "{script}\n{}", run.stderr);
        run.stdout
    }

    /// Holds a lock of the store, a file below `[HOME]`, as another gox would: until the value is dropped.
    pub(crate) fn hold(&self, lock: &str) -> File {
        let file = File::create(self.write(&format!("user/.local/go/{lock}"), "")).unwrap();
        flock(&file, FlockOperation::LockExclusive).unwrap();
        file
    }

    /// Puts a toolchain into the store without installing it: no receipt, so unverified.
    pub(crate) fn put_toolchain(&self, toolchain: &FakeToolchain) -> PathBuf {
        let goroot = self.home().join("toolchains").join(toolchain.name());
        toolchain.write_to(&goroot);
        goroot
    }

    /// What [`redact`](super::redact::redact) replaces by name; the longer path first.
    pub(super) fn names(&self) -> Vec<(String, String)> {
        let build = Path::new(GOX).parent().unwrap();
        let short = Path::new("~/.local/go");
        [(self.home().as_path(), "[HOME]"), (short, "[HOME]"), (&self.root, "[ROOT]"), (build, "[BUILD]")]
            .map(|(path, word)| (path.display().to_string(), word.to_owned()))
            .to_vec()
    }
}

/// One root certificate. Every gox that asks a server would read the hundreds of the machine instead, and
/// take longer for that than for the rest of most tests.
fn roots() -> &'static str {
    static ROOTS: OnceLock<String> = OnceLock::new();
    ROOTS.get_or_init(|| Authority::named("nobody").pem())
}

/// `[ROOT]/bin` and the system's folders. Where those hold a Go, links to all else in them.
fn clean_path(root: &Path) -> OsString {
    let own = root.join("bin");
    let system = ["/usr/bin", "/bin"].map(PathBuf::from);
    let holds = |folder: &PathBuf| UNWANTED.iter().any(|name| folder.join(name).exists());
    if !system.iter().any(holds) {
        return std::env::join_paths([vec![own], system.to_vec()].concat()).unwrap();
    }
    let links = root.join("system");
    fs::create_dir(&links).unwrap();
    for tool in system.iter().flat_map(|folder| fs::read_dir(folder).unwrap()) {
        let tool = tool.unwrap();
        let link = links.join(tool.file_name());
        if !UNWANTED.iter().any(|name| tool.file_name() == *name) && !link.is_symlink() {
            symlink(tool.path(), link).unwrap();
        }
    }
    std::env::join_paths([own, links]).unwrap()
}

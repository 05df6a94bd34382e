//! A repository in a sandbox, with a hook that runs the gate and looks at what it leaves.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::{Path, PathBuf};

use crate::support::archives::FakeToolchain;
use crate::support::command::Command;
use crate::support::real_go::RealGo;
use crate::support::sandbox::{GOX, Sandbox};

/// A file that is fine.
pub(super) const GOOD: &str = "package p\n\nfunc A() int { return 1 }\n";
/// A file that does not compile.
pub(super) const BAD: &str = "package p\n\nfunc A() int { return \"x\" }\n";

/// What the first commit has: as good, but another text.
const FIRST: &str = "package p\n\nfunc A() int { return 0 }\n";

/// Runs the gate as git does, and notes its code, or that git sees another repository than before.
const HOOK: &str = "#!/bin/sh
index=${GIT_INDEX_FILE:-$(git rev-parse --git-path index)}
look() { GIT_OPTIONAL_LOCKS=0 git status --porcelain=v2 && cksum <\"$index\"; }
before=$(look)
\"[GOX]\" gate >\"[ROOT]/out\" 2>\"[ROOT]/err\"
code=$?
after=$(look)
[ \"$before\" = \"$after\" ] || code=\"another repository: $before, then $after\"
echo \"$code\" >\"[ROOT]/status\"
exit $code
";

/// The note before the steps where they work in a copy.
pub(super) fn copied(why: &str) -> String {
    format!("note: the commit is checked in a copy: {why}\n")
}

/// The note where that is because of a file.
pub(super) fn copied_for(path: &str) -> String {
    copied(&format!("`{path}` differs from the commit, and an overlay cannot hide it"))
}

/// A repository in `[ROOT]/code` with one commit: a module with the good file `p/a.go`.
pub(super) struct Repository {
    pub(super) sandbox: Sandbox,
}

impl Repository {
    /// With a real Go; `None` where there may be none.
    pub(super) fn real() -> Option<Self> {
        let real = RealGo::find()?;
        // Before Go 1.23 `go mod tidy` has no `-diff`, and the step would be skipped.
        let is_enough = real.is_at_least("1.23rc1");
        assert!(is_enough, "the tests of the gate need Go 1.23 or newer, not {}: set GOX_TEST_GO", real.name);
        let repository = Repository::empty();
        let toolchains = repository.sandbox.home().join("toolchains");
        fs::create_dir_all(&toolchains).unwrap();
        symlink(&real.goroot, toolchains.join(&real.name)).unwrap();
        repository.sandbox.write("user/.local/go/default", format!("{}\n", &real.name[2..]));
        Some(repository.with_commit())
    }

    /// With scripts for Go 1.99.0.
    pub(super) fn scripted(go: &str, gofmt: &str) -> Self {
        let repository = Repository::empty();
        let toolchain = FakeToolchain::new("1.99.0").with_file("bin/go", 0o555, go);
        repository.sandbox.put_toolchain(&toolchain.with_file("bin/gofmt", 0o555, gofmt));
        repository.sandbox.write("user/.local/go/default", "1.99.0\n");
        repository.with_commit()
    }

    fn empty() -> Self {
        let sandbox = Sandbox::new();
        sandbox.put_git_user();
        let repository = Repository { sandbox };
        repository.git("init -q");
        let root = repository.sandbox.root().to_str().unwrap().to_owned();
        let hook = HOOK.replace("[GOX]", GOX).replace("[ROOT]", &root);
        repository.sandbox.put_script("code/.git/hooks/pre-commit", &hook);
        repository
    }

    fn with_commit(self) -> Self {
        self.write("go.mod", "module example.com/m\n\ngo 1.20\n");
        self.write("p/a.go", FIRST);
        self.git("add .");
        self.git("commit -qnm first");
        self
    }

    /// Writes a file of the working tree.
    pub(super) fn write(&self, path: &str, text: &str) {
        self.sandbox.write(&format!("code/{path}"), text);
    }

    /// Writes the module example.com/lib into a folder.
    pub(super) fn write_library(&self, folder: &str) {
        self.write(&format!("{folder}/go.mod"), "module example.com/lib\n\ngo 1.20\n");
        self.write(&format!("{folder}/lib.go"), "package lib\n\nvar L = 1\n");
    }

    /// Stages a file with one content, and leaves another in the working tree.
    pub(super) fn stage(&self, path: &str, staged: &str, tree: &str) {
        self.write(path, staged);
        self.git(&format!("add {path}"));
        self.write(path, tree);
    }

    pub(super) fn path(&self, path: &str) -> PathBuf {
        self.sandbox.code().join(path)
    }

    /// Runs git with these words, which must do what it is told.
    #[track_caller]
    pub(super) fn git(&self, words: &str) -> String {
        let output = self.command("git").args(words.split(' ')).run();
        assert_eq!(output.code(), 0, "git {words}: {}", output.stderr);
        output.stdout
    }

    /// A program in the repository.
    pub(super) fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command<'_> {
        // What was compiled stays for the next test, and for the next run.
        let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("gate-cache");
        let command = self.sandbox.command(program).env("GOCACHE", cache);
        command.env("GOPROXY", "off").env("CGO_ENABLED", "0").env("EDITOR", "true")
    }

    /// The gate with these words.
    pub(super) fn gate(&self, words: &str) -> Command<'_> {
        self.command(GOX).arg("gate").args(words.split(' ').filter(|word| !word.is_empty()))
    }

    /// Commits with these words in a folder below `[ROOT]`, and gives the code of the gate in the hook. The files of
    /// the working tree, and the repository as git sees it, must be the same before and after.
    #[track_caller]
    pub(super) fn commit(&self, words: &str, folder: &str) -> i32 {
        let before = self.files();
        let output = self.command("git").arg("commit").args(words.split(' ')).cwd(folder).run();
        assert_eq!(self.files(), before, "the working tree changed");
        let [code, out, err] = ["status", "out", "err"].map(|name| self.sandbox.read(name));
        let text = format!("{out}{err}");
        let code = code.trim().parse().unwrap_or_else(|_| panic!("{code}\n{text}"));
        assert_eq!(output.code(), i32::from(code != 0), "{}\n{text}", output.stderr);
        assert!(!text.contains("gox-gate-"), "a temporary path: {text}");
        assert_eq!(
            fs::read_dir(self.sandbox.root().join("tmp")).unwrap().count(),
            0,
            "temporary files are left"
        );
        code
    }

    /// All files below `[ROOT]/code` and `[ROOT]/linked`, but for git's own.
    pub(super) fn files(&self) -> BTreeMap<PathBuf, File> {
        let mut files = BTreeMap::new();
        for folder in ["code", "linked"] {
            collect(&self.sandbox.root().join(folder), &mut files);
        }
        files
    }
}

/// What must not change in a file. Its ctime tells of every change of its bytes, names, mode and times.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct File {
    content: Vec<u8>,
    mode: u32,
    inode: u64,
    links: u64,
    mtime: (i64, i64),
    ctime: (i64, i64),
}

fn collect(path: &Path, files: &mut BTreeMap<PathBuf, File>) {
    let Ok(data) = path.symlink_metadata() else { return };
    if path.ends_with(".git") {
        return;
    }
    for child in fs::read_dir(path).into_iter().flatten() {
        collect(&child.unwrap().path(), files);
    }
    let file = File {
        content: if data.is_file() { fs::read(path).unwrap() } else { Vec::new() },
        mode: data.mode(),
        inode: data.ino(),
        links: data.nlink(),
        mtime: (data.mtime(), data.mtime_nsec()),
        ctime: (data.ctime(), data.ctime_nsec()),
    };
    files.insert(path.to_owned(), file);
}

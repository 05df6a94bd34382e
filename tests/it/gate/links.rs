//! Symbolic links, in the commit and in the working tree: none leads the gate to files outside, and none lets it judge
//! others than those of the commit.

use std::fs;
use std::os::unix::fs::symlink;

use super::repository::{GOOD, Repository};

/// The folder has the names of files that the working tree has in the place of the link, untracked and ignored.
#[test]
fn what_a_link_of_the_commit_leads_to_is_left_alone() {
    for is_absolute in [true, false] {
        let repository = Repository::scripted("#!/bin/sh\n", "#!/bin/sh\n");
        let files = ["y.go", "z.go", "n.go", "sub/z.go", "both.go"];
        for file in files {
            repository.sandbox.write(&format!("precious/{file}"), "precious");
        }
        let precious = repository.sandbox.root().join("precious");
        let target = if is_absolute { precious.clone() } else { "../precious".into() };
        symlink(&target, repository.path("gen")).unwrap();
        symlink(target.join("both.go"), repository.path("p/link.go")).unwrap();
        repository.write(".gitignore", "z.go\nlink.go\n");
        repository.git("add -f .");
        repository.git("commit -qnm link");

        fs::remove_file(repository.path("gen")).unwrap();
        for file in files {
            repository.write(&format!("gen/{file}"), "package gen\n");
        }
        repository.git("add -N gen/n.go");
        repository.write("new.h", "");
        repository.stage("p/a.go", GOOD, GOOD);
        let before = repository.files();
        for words in ["", "--head", "--also test"] {
            let run = repository.gate(words).run();
            assert_eq!(run.code(), 0, "{}", run.stderr);
            assert!(run.stderr.contains("note: the commit is checked in a copy: "), "{}", run.stderr);
        }
        for file in files {
            assert_eq!(repository.sandbox.read(&format!("precious/{file}")), "precious", "{file}");
        }
        let names = fs::read_dir(&precious).unwrap().count();
        assert_eq!(names, 5, "the same files as before");
        assert_eq!(repository.files(), before);
    }
}

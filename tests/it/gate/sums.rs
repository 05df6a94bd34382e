//! go.sum is judged as it is committed: `go mod tidy` reads it in spite of an overlay.

use super::repository::{Repository, copied};
use crate::support::rows::side_by_side;

const LINE: &str = "example.com/none v1.0.0 h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n";
const DIFF: &str = "\
diff current/go.sum tidy/go.sum
--- current/go.sum
+++ tidy/go.sum
@@ -1,1 +0,0 @@
-example.com/none v1.0.0 h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
";
const FOUND: &str = "tidy    found    [TIME]\n";
const OK: &str = "tidy    ok       [TIME]\n";
const HINT: &str = "hint: the working tree and what is staged differ in `go.sum`: `git add go.sum`\n";

#[test]
fn what_is_tidy_in_the_working_tree_alone() {
    let note = copied("`go.sum` differs from the commit, and `go mod tidy` reads it in spite of an overlay");
    side_by_side(
        [
            ("tidied", Some(LINE), Some(""), 1, format!("{note}{FOUND}{HINT}")),
            ("removed", Some(LINE), None, 1, format!("{note}{FOUND}{HINT}")),
            ("as staged", Some(LINE), Some(LINE), 1, FOUND.into()),
            ("tidy as staged", Some(""), Some(LINE), 0, format!("{note}{OK}")),
            ("not staged", None, Some(LINE), 0, format!("{note}{OK}")),
        ],
        |(name, staged, tree, code, said)| {
            let Some(repository) = Repository::real() else { return };
            repository.write("p/b.go", "package p\n");
            if let Some(staged) = staged {
                repository.write("go.sum", staged);
            }
            repository.git("add .");
            match tree {
                Some(tree) => repository.write("go.sum", tree),
                None => std::fs::remove_file(repository.path("go.sum")).unwrap(),
            }
            let run = repository.gate("--only tidy").run();
            let stdout = if code == 1 { DIFF } else { "" };
            assert_eq!((run.code(), run.stdout.as_str(), run.stderr), (code, stdout, said), "{name}");
            // What is committed already cannot be staged.
            repository.git("commit -qnm second");
            let run = repository.gate("--only tidy --head").run();
            assert_eq!(run.code(), code, "{name}: {}", run.stderr);
            assert!(!run.stderr.contains("hint"), "{name}: {}", run.stderr);
        },
    );
}

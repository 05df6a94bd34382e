//! Completion of `go` in bash.

use super::terminal::interactive;
use super::{shell, world};

#[test]
fn it_is_registered_only_where_nobody_else_completes_go() {
    let ours = "complete -o bashdefault -o default -o nosort -F _gox_complete_go go\n";
    for (before, files, seen) in [
        ("", &[][..], ours),
        ("complete -W theirs go", &[], "complete -W 'theirs' go\n"),
        ("", &["user/.local/share/bash-completion/completions/go"], ""),
        ("", &["data/bash-completion/completions/go.bash"], ""),
        ("", &["more data/bash-completion/completions/_go"], ""),
        ("", &["data/bash-completion/completions/gox"], ours),
        ("export XDG_DATA_HOME=~/share", &["user/share/bash-completion/completions/go"], ""),
        ("export BASH_COMPLETION_USER_DIR=~/x:~/dir", &["user/dir/completions/go"], ""),
        ("export BASH_COMPLETION_USER_DIR=~/x", &["user/.local/share/bash-completion/completions/go"], ours),
        ("set -euo pipefail; shopt -s failglob; IFS=go1.2", &[], ours),
    ] {
        let sandbox = world();
        for file in files {
            sandbox.write(file, "complete -W theirs go\n");
        }
        let data = format!("{0}/data:{0}/more data", sandbox.root().display());
        let script = "complete -p go 2>/dev/null || :";
        for twice in ["", "eval \"$(gox init bash)\"\n"] {
            let run =
                shell(&sandbox, "bash", before, &format!("{twice}{script}")).env("XDG_DATA_DIRS", &data);
            run.stdout(seen).check();
        }
    }
}

#[test]
fn tab_completes_go() {
    let sandbox = world();
    sandbox.write("code/p_test.go", "package p\n\nfunc TestLongName(t *testing.T) {}\n");
    sandbox.write("code/cmd/tool/main.go", "package main\n");
    sandbox.write("code/notes.txt", "");
    sandbox.write("code/evil_test.go", "package p\n\nfunc TestZ;touch${IFS}pwned;#(t *testing.T) {}\n");
    let mut terminal =
        interactive(&sandbox, "bash", "eval \"$(gox init bash)\"; go() { printf '<%s>' \"$@\"; echo; }");
    terminal.wait_for("<0>");
    for (typed, seen) in [
        ("go bui\t./c\t", "<build><./cmd/tool>"),
        ("go +1.21\tvers\t", "<+1.21.0><version>"),
        ("go test -run Test\t", "<test><-run><TestLongName>"),
        ("go test -run TestZ\t", "<test><-run><TestZ>"),
        ("go test -run=Test\t", "<test><-run=TestLongName>"),
        ("go test -run=\t$", "<test><-run=TestLongName><$>"),
        ("go test -run '^Test\t", "<test><-run><^TestLongName>"),
        ("go env -w GOTOOLC\tlocal", "<env><-w><GOTOOLCHAIN=local>"),
        ("go env -w GOOS=win\t", "<env><-w><GOOS=windows>"),
        // Where nothing fits, file names.
        ("go run not\t", "<run><notes.txt>"),
    ] {
        terminal.write(&format!("{typed}\r"));
        terminal.wait_for(seen);
        terminal.wait_for("<0>");
    }
    assert!(!sandbox.code().join("pwned").exists());
}

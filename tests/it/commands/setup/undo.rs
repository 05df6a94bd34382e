//! `gox setup --undo` gives back what was there.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::process;

use super::{BASH, HEAD, block, done, setup, state, zsh};
use crate::support::sandbox::Sandbox;

#[test]
fn undo_gives_back_the_bytes() {
    let odd: [Option<&[u8]>; 12] = [
        None,
        Some(b""),
        Some(b"\n"),
        Some(b"\n\n"),
        Some(b"a=1"),
        Some(b"a=1\n"),
        Some(b"a=1\n\n"),
        Some(b"a=1\r\nb=2\r\n"),
        Some(b"a=1\r\nb=2"),
        Some(b"a=1\r"),
        Some("\u{feff}# é 漢".as_bytes()),
        Some(b"a\0b\x1b[31m\x7f\t\n"),
    ];
    for before in odd {
        let sandbox = Sandbox::new();
        sandbox.put_gox();
        let path = sandbox.user().join(".zshrc");
        if let Some(bytes) = before {
            fs::write(&path, bytes).unwrap();
            fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
        }
        let (stdout, _) = done(&sandbox, &["zsh", "--yes"], 0);
        assert!(!stdout.contains(|c: char| c.is_control() && !"\n\t".contains(c)), "{stdout:?}");
        let after = fs::read(&path).unwrap();
        assert!(after.starts_with(before.unwrap_or_default()), "{before:?}");
        assert!(after.ends_with(b"# <<< gox <<<\n"), "{before:?}");
        done(&sandbox, &["zsh", "--undo", "--yes"], 0);
        assert_eq!(fs::read(&path).ok().as_deref(), before);
        if before.is_some() {
            assert_eq!(fs::metadata(&path).unwrap().mode() & 0o7777, 0o640);
        }
        let left = fs::read_dir(sandbox.user()).unwrap().count();
        assert_eq!(left, usize::from(before.is_some()), "nothing temporary stays");
    }
}

#[test]
fn what_came_later_stays() {
    let sandbox = Sandbox::new();
    sandbox.write("user/.zshrc", "a=1");
    done(&sandbox, &["zsh", "--yes"], 0);
    let text = sandbox.read("user/.zshrc") + "b=2\n";
    // An older gox wrote something else, and an editor other ends of lines.
    sandbox.write("user/.zshrc", text.replace("command -v", "type").replace('\n', "\r\n"));
    done(&sandbox, &["zsh", "--yes"], 0);
    let block = block(&format!("{HEAD}; no newline before"), &zsh());
    assert_eq!(sandbox.read("user/.zshrc"), format!("a=1\r\n{block}b=2\r\n"));
    done(&sandbox, &["zsh", "--undo", "--yes"], 0);
    assert_eq!(sandbox.read("user/.zshrc"), "a=1\r\nb=2\r\n");
    // A file that setup made and somebody filled.
    fs::remove_file(sandbox.user().join(".zshrc")).unwrap();
    done(&sandbox, &["zsh", "--yes"], 0);
    sandbox.write("user/.zshrc", sandbox.read("user/.zshrc") + "b=2\n");
    done(&sandbox, &["zsh", "--undo", "--yes"], 0);
    assert_eq!(sandbox.read("user/.zshrc"), "b=2\n");
}

#[test]
fn what_cannot_be_given_back_is_not_touched() {
    type Make = fn(&std::path::Path);
    let refused = |reason: &str| format!("error: could not change `~/.profile`: {reason}\n");
    let unread = |cause: &str| format!("error: could not read `~/.profile`\n  caused by: {cause}\n");
    let marks = "hint: remove the marks `# >>> gox >>>` and `# <<< gox <<<` by hand\n";
    let table: [(Make, String, &str); 6] = [
        (|path| fs::write(path, b"# caf\xe9\n").unwrap(), refused("it is not UTF-8"), ""),
        (|path| fs::create_dir(path).unwrap(), unread("it is not a regular file"), ""),
        (
            |path| assert!(process::Command::new("mkfifo").arg(path).status().unwrap().success()),
            unread("it is not a regular file"),
            "",
        ),
        (|path| symlink("/dev/null", path).unwrap(), unread("it is not a regular file"), ""),
        (|path| symlink("nowhere", path).unwrap(), unread("no such file or directory"), ""),
        (
            |path| fs::write(path, "a\n# >>> gox >>>\n").unwrap(),
            refused("line 2 is a gox mark without its counterpart"),
            marks,
        ),
    ];
    for (make, error, hint) in table {
        let sandbox = Sandbox::new();
        make(&sandbox.user().join(".profile"));
        let before = state(&sandbox);
        let by_hand =
            "hint: put it into the start-up file of your shell by hand: `eval \"$(gox init bash)\"`\n";
        // The other file of the two stays as it is, too.
        let by_hand = if hint.is_empty() { by_hand } else { "" };
        setup(&sandbox, &["bash", "--yes"]).code(7).stderr(&format!("{error}{hint}{by_hand}")).check();
        assert_eq!(state(&sandbox), before, "{error}");
    }
}

#[test]
fn undo_passes_by_what_it_cannot_read() {
    let sandbox = Sandbox::new();
    sandbox.write("user/.bashrc", block(HEAD, BASH));
    sandbox.write("user/.profile", b"# caf\xe9\n");
    let (_, stderr) = done(&sandbox, &["bash", "--undo", "--yes"], 0);
    let said = "warning: could not change `~/.profile`: it is not UTF-8\n\
                changed `~/.bashrc`\nopen shells keep the functions of gox until you close them\n";
    assert_eq!(stderr, said);
    assert_eq!(sandbox.read("user/.bashrc"), "");
}

#[test]
fn undo_says_no_where_its_block_is_in_what_it_cannot_read() {
    let sandbox = Sandbox::new();
    let text = [block(HEAD, BASH).as_bytes(), b"# caf\xe9\n"].concat();
    sandbox.write("user/.bashrc", &text);
    let (_, stderr) = done(&sandbox, &["bash", "--undo", "--yes"], 7);
    assert_eq!(stderr, "error: could not change `~/.bashrc`: it is not UTF-8\n");
    assert_eq!(std::fs::read(sandbox.user().join(".bashrc")).unwrap(), text);
}

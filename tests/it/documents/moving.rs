//! The pages of docs/moving/ are typed from top to bottom in a home as the other manager leaves it. After that plain `go`
//! is the version that ran before, by gox, and nothing of the manager is left.

use std::fs;
use std::os::unix::fs::symlink;

use super::commands::{Shell, type_blocks};
use super::machine::Machine;
use super::{Page, page, pages};
use crate::support::archives::FakeToolchain;
use crate::support::sandbox::GOX;

/// The version that every manager here runs by default.
const VERSION: &str = "1.26.11";

/// What a manager leaves in a home, written after its own sources.
struct Old {
    page: &'static str,
    /// Where it keeps the tree.
    trees: &'static [&'static str],
    /// Its other files; what begins with `#!` can be run.
    files: &'static [(&'static str, &'static str)],
    /// Its links, and where they lead, below the home.
    links: &'static [(&'static str, &'static str)],
    /// Its lines in `~/.bashrc`.
    lines: &'static str,
    /// What is in those that the page has the reader delete. `gox setup` names the line with the first.
    deleted: &'static [&'static str],
    /// What the page removes.
    gone: &'static [&'static str],
    /// What it keeps.
    kept: &'static [&'static str],
}

/// The module cache in a GOPATH, as far as it is not in a folder of the manager anyway.
const MODULE: &str = "module example.com/m\n";

const OLD: [Old; 6] = [
    Old {
        page: "docs/moving/gvm.md",
        trees: &[".gvm/gos/go1.26.11"],
        files: &[
            (".gvm/gos/go1.26.11/manifest", ".\n./bin\n./bin/go\n"),
            (".gvm/pkgsets/go1.26.11/global/pkg/mod/example.com/m@v1.0.0/go.mod", MODULE),
            (
                ".gvm/environments/default",
                "export gvm_go_name; gvm_go_name=\"go1.26.11\"\n\
                 export GOROOT; GOROOT=\"$GVM_ROOT/gos/go1.26.11\"\n\
                 export GOPATH; GOPATH=\"$GVM_ROOT/pkgsets/go1.26.11/global\"\n\
                 export GVM_OVERLAY_PREFIX; GVM_OVERLAY_PREFIX=\"$GOPATH/overlay\"\n\
                 export PATH; PATH=\"$GOPATH/bin:$GOROOT/bin:$PATH\"\n\
                 export LD_LIBRARY_PATH; LD_LIBRARY_PATH=\"$GVM_OVERLAY_PREFIX/lib\"\n",
            ),
            (
                ".gvm/scripts/gvm",
                "export GVM_ROOT=~/.gvm\n. \"$GVM_ROOT/environments/default\"\ncd() { builtin cd $*; }\n",
            ),
        ],
        links: &[],
        lines: "\n[[ -s \"$HOME/.gvm/scripts/gvm\" ]] && source \"$HOME/.gvm/scripts/gvm\"\n",
        deleted: &[".gvm/scripts/gvm"],
        gone: &[".gvm"],
        kept: &[],
    },
    Old {
        page: "docs/moving/goenv.md",
        trees: &[".goenv/versions/1.26.11"],
        files: &[
            (".goenv/version", "1.26.11\n"),
            (
                ".goenv/bin/goenv",
                "#!/bin/sh\necho 'export GOROOT=~/.goenv/versions/1.26.11 GOPATH=~/go/1.26.11'\n\
                 echo 'export PATH=~/.goenv/shims:$PATH'\n",
            ),
            (".goenv/shims/go", "#!/bin/sh\nexec ~/.goenv/versions/1.26.11/bin/go \"$@\"\n"),
            ("go/1.26.11/pkg/mod/example.com/m@v1.0.0/go.mod", MODULE),
            ("go/1.26.11/bin/tool", "#!/bin/sh\n"),
            ("go/1.26.11/src/own/own.go", "package own\n"),
        ],
        links: &[],
        lines: "export GOENV_ROOT=\"$HOME/.goenv\"\nexport PATH=\"$GOENV_ROOT/bin:$PATH\"\n\
                eval \"$(goenv init -)\"\n",
        deleted: &["goenv init", "GOENV_ROOT"],
        gone: &[".goenv", "go/1.26.11/bin", "go/1.26.11/pkg"],
        kept: &["go/1.26.11/src/own/own.go"],
    },
    Old {
        page: "docs/moving/asdf.md",
        trees: &[".asdf/installs/golang/1.26.11/go"],
        files: &[
            (".tool-versions", "nodejs 20.1.0\ngolang 1.26.11\n"),
            (".asdf/installs/golang/1.26.11/packages/pkg/mod/example.com/m@v1.0.0/go.mod", MODULE),
            (".asdf/installs/golang/1.26.11/bin/tool", "#!/bin/sh\n"),
            (".asdf/installs/nodejs/20.1.0/bin/node", "#!/bin/sh\n"),
            (".asdf/shims/go", "#!/bin/sh\nexec ~/.asdf/installs/golang/1.26.11/go/bin/go \"$@\"\n"),
            (
                ".asdf/plugins/golang/set-env.bash",
                "export GOROOT=~/.asdf/installs/golang/1.26.11/go\n\
                 export GOPATH=~/.asdf/installs/golang/1.26.11/packages\n\
                 export GOBIN=~/.asdf/installs/golang/1.26.11/bin\n",
            ),
            (
                ".asdf/asdf.sh",
                "PATH=~/.asdf/shims:$PATH\nasdf() {\n    [ \"$*\" = 'plugin remove golang' ] &&\n        \
                 rm -r ~/.asdf/plugins/golang ~/.asdf/installs/golang ~/.asdf/shims/go\n}\n",
            ),
        ],
        links: &[],
        lines: ". \"$HOME/.asdf/asdf.sh\"\n. ${ASDF_DATA_DIR:-$HOME/.asdf}/plugins/golang/set-env.bash\n",
        deleted: &["plugins/golang/set-env"],
        gone: &[".asdf/installs/golang", ".asdf/plugins/golang", ".asdf/shims/go"],
        kept: &[".asdf/installs/nodejs", ".tool-versions"],
    },
    Old {
        page: "docs/moving/mise.md",
        trees: &[".local/share/mise/installs/go/1.26.11"],
        files: &[
            (".config/mise/config.toml", "[tools]\ngo = \"1.26.11\"\nnode = \"20\"\n"),
            ("../code/project/mise.toml", "[tools]\ngo = \"1.26\"\n"),
            (".local/share/mise/installs/go/1.26.11/bin/tool", "#!/bin/sh\n"),
            (
                "../bin/mise",
                "#!/bin/sh\ngo=~/.local/share/mise/installs/go\ncase \"$*\" in\n\
                 'activate bash') [ -f ~/.config/mise/disabled ] || echo \"export GOROOT=$go/1.26.11 GOBIN=$go/1.26.11/bin\n\
                 PATH=$go/1.26.11/bin:\\$PATH\" ;;\n\
                 'settings add disable_tools go') : >~/.config/mise/disabled ;;\n\
                 'uninstall --all go') rm -r $go ;;\n\
                 'unuse --global go') sed -i '/^go /d' ~/.config/mise/config.toml ;;\n\
                 *) exit 2 ;;\nesac\n",
            ),
        ],
        links: &[(".local/share/mise/installs/go/1.26", ".local/share/mise/installs/go/1.26.11")],
        lines: "eval \"$(mise activate bash)\"\n",
        deleted: &[],
        gone: &[".local/share/mise/installs/go"],
        kept: &[".config/mise/config.toml"],
    },
    Old {
        page: "docs/moving/g.md",
        trees: &[".g/versions/1.26.11", ".go/.versions/1.26.11"],
        files: &[
            (
                ".g/env",
                "#!/bin/sh\n# g shell setup\nexport GOROOT=\"${HOME}/.g/go\"\n\
                 export PATH=\"${HOME}/.g/bin:${GOROOT}/bin:${GOPATH}/bin:$PATH\"\n\
                 export G_MIRROR=https://golang.google.cn/dl/\n",
            ),
            ("go/bin/g", "#!/bin/sh\n"),
            ("go/bin/tool", "#!/bin/sh\n"),
        ],
        links: &[
            (".g/go", ".g/versions/1.26.11"),
            (".go/VERSION", ".go/.versions/1.26.11/VERSION"),
            (".go/bin", ".go/.versions/1.26.11/bin"),
            ("go/bin/go", ".go/bin/go"),
            ("go/bin/gofmt", ".go/bin/gofmt"),
        ],
        lines: "\n[ -s \"${HOME}/.g/env\" ] && \\. \"${HOME}/.g/env\"  # g shell setup\n\n\
                export GOPATH=\"$HOME/go\"; export GOROOT=\"$HOME/.go\"; export PATH=\"$GOPATH/bin:$PATH\"; \
                # g-install: do NOT edit, see https://github.com/stefanmaric/g\n",
        deleted: &["g-install", ".g/env"],
        gone: &[".g", ".go", "go/bin/g", "go/bin/go", "go/bin/gofmt"],
        kept: &["go/bin/tool"],
    },
    Old {
        page: "docs/moving/dl.md",
        trees: &["sdk/go1.26.11"],
        files: &[
            ("sdk/go1.26.11/.unpacked-success", ""),
            ("sdk/go1.26.11/go1.26.11.linux-amd64.tar.gz", "an archive"),
            ("go/bin/go1.26.11", "#!/bin/sh\nexec ~/sdk/go1.26.11/bin/go \"$@\"\n"),
            ("go/bin/tool", "#!/bin/sh\n"),
        ],
        links: &[],
        lines: "export PATH=\"$PATH:$HOME/go/bin\"\n",
        deleted: &[],
        gone: &["sdk/go1.26.11", "go/bin/go1.26.11"],
        kept: &["go/bin/tool"],
    },
];

fn moving() -> Vec<Page> {
    pages().into_iter().filter(|page| page.path.starts_with("docs/moving/")).collect()
}

#[test]
fn each_page_moves_a_home() {
    let typed = moving().into_iter().filter(|page| !page.blocks().is_empty()).map(|page| page.path);
    let missing: Vec<_> = typed.filter(|path| OLD.iter().all(|old| old.page != path)).collect();
    assert_eq!(missing, [""; 0], "no home is made for these");
    OLD.iter().for_each(moves);
}

/// zsh passes a comment in a line that is typed on as arguments.
#[test]
fn no_typed_line_has_a_comment() {
    let pages = moving();
    let lines = pages.iter().flat_map(|page| page.blocks()).flat_map(str::lines);
    let is_commented = |line: &&str| line.split_whitespace().any(|word| word.starts_with('#'));
    assert_eq!(lines.filter(is_commented).collect::<Vec<_>>(), [""; 0]);
}

/// What is pasted below it is lost with the shell that it ends.
#[test]
fn a_new_shell_is_the_last_line_of_its_block() {
    let pages = moving();
    let is_ending = |line: &str| line.starts_with("exec ");
    let blocks = pages.iter().flat_map(|page| page.blocks()).filter(|block| block.lines().any(is_ending));
    let blocks: Vec<_> = blocks.collect();
    assert!(!blocks.is_empty());
    for block in blocks {
        assert_eq!(block.lines().position(is_ending), Some(block.lines().count() - 1), "{block}");
    }
}

/// Where a glob of the shell matches nothing, zsh and fish run no part of its line.
#[test]
fn patterns_may_match_nothing_in_each_shell() {
    let machine = Machine::fresh();
    for folder in ["go/bin", "sdk"] {
        fs::create_dir_all(machine.sandbox.user().join(folder)).unwrap();
    }
    let pages = moving();
    let lines = pages.iter().flat_map(|page| page.blocks()).flat_map(str::lines);
    let lines: Vec<_> = lines.filter(|line| line.contains('*')).collect();
    assert!(!lines.is_empty());
    for line in lines {
        for shell in ["bash", "zsh", "fish"] {
            let run = machine.command(shell).args(["-c", line]).run();
            assert_eq!((run.code(), run.stderr.as_str()), (0, ""), "{shell}: {line}");
        }
    }
}

/// What the page says that `go-version` may be for both.
#[test]
fn the_versions_of_setup_go_are_understood() {
    let page = page("docs/moving/setup-go.md");
    let row = page.text.lines().find(|line| line.starts_with("| `^")).unwrap();
    let machine = Machine::fresh();
    let versions: Vec<_> = row.split('`').skip(1).step_by(2).collect();
    assert!(versions.len() > 5, "{row}");
    for version in versions {
        let run = machine.command(GOX).args(["install", "--dry-run", "--", version]).run();
        assert_eq!(run.code(), 0, "{version}: {}", run.stderr);
    }
}

/// Types the page where the manager was.
fn moves(old: &Old) {
    let machine = Machine::fresh();
    machine.sandbox.put_gox();
    put(old, &machine);
    let mut shell = Shell::start(&machine, old.lines);
    let page = page(old.page);
    // A new shell reads what was deleted no more.
    let (before, after) = page.text.split_once("pen a new terminal").unwrap_or((&page.text, ""));
    let part = |text: &str| Page { path: page.path.clone(), text: text.to_owned() };
    type_blocks(&part(before), &machine, &mut shell);
    let left = delete(old, &page, &machine);
    if !after.is_empty() && !after.contains("```sh\nexec env ") {
        shell = Shell::start(&machine, &left);
    }
    type_blocks(&part(after), &machine, &mut shell);
    shell.types("test \"$(type -P go)\" = ~/.local/go/shims/go", old.page);
    shell.types(&format!("cd; go version | grep -F 'go{VERSION} '"), old.page);
    shell.types("test -z \"$GOROOT$GOBIN\" && ! [[ $GOPATH == *.* ]]", old.page);
    // A folder of PATH that is gone does no harm.
    let gone = old.gone.join(" -e ~/");
    shell.types(&format!("! env | grep -v '^PATH=' | grep -F -e ~/{gone}"), old.page);
    let user = machine.sandbox.user();
    let address = machine.sandbox.receipt(VERSION)["address"].clone();
    assert_eq!(address, *user.join(old.trees[0]).to_str().unwrap(), "{}", old.page);
    let is_there = |path: &&&str| user.join(path).symlink_metadata().is_ok();
    assert_eq!(old.gone.iter().filter(is_there).collect::<Vec<_>>(), [&""; 0], "{}", old.page);
    assert_eq!(old.kept.iter().filter(is_there).count(), old.kept.len(), "{}", old.page);
}

/// Deletes the lines of the manager as the page says; gives those that are left.
fn delete(old: &Old, page: &Page, machine: &Machine) -> String {
    let path = machine.sandbox.user().join(".bashrc");
    let text = fs::read_to_string(&path).unwrap();
    let is_deleted = |line: &&str| old.deleted.iter().any(|word| line.contains(word));
    let kept: Vec<&str> = text.lines().filter(|line| !is_deleted(line)).collect();
    let named = machine.command(GOX).args(["setup", "bash", "--dry-run"]).run().stderr;
    for word in old.deleted {
        assert!(page.text.contains(&format!("`{word}`")), "{} does not say `{word}`", old.page);
    }
    if let Some(first) = old.deleted.first() {
        let number = text.lines().position(|line| line.contains(first)).unwrap() + 1;
        assert!(named.contains(&format!("/.bashrc:{number}`")), "{}: {named}", old.page);
    }
    let left = kept.join("\n") + "\n";
    fs::write(&path, &left).unwrap();
    left
}

fn put(old: &Old, machine: &Machine) {
    let sandbox = &machine.sandbox;
    let user = sandbox.user();
    for tree in old.trees {
        FakeToolchain::new(VERSION).write_to(&user.join(tree));
    }
    for (path, text) in old.files {
        let path = format!("user/{path}");
        if text.starts_with("#!") {
            sandbox.put_script(&path, text);
        } else {
            sandbox.write(&path, text);
        }
    }
    for (link, to) in old.links {
        symlink(user.join(to), user.join(link)).unwrap();
    }
}

//! What takes no place: lists, archives and programs of no use, and the gox of somebody else.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use sha2::{Digest, Sha256};

use super::{LATEST, NEXT, OWN, URL, World, archive_name, copy, program, said, this};
use crate::support::raw::{TarEntry, gzip, tar};
use crate::support::response::{Fault, Framing, Response, hex};
use crate::support::sandbox::GOX;
use crate::support::tree;

#[test]
fn lists_of_no_use() {
    let world = World::new();
    let url = "http://[SERVER]/latest/download/SHA256SUMS";
    let none = format!("error: `{url}` names no archive of gox for [OS]-[ARCH]\n");
    let page = format!(
        "error: `{url}`: a web page came in place of the file; is there a login page before the network?\n"
    );
    let long = format!("error: `{url}`: longer than the limit of 1048576 bytes\n");
    let (name, sum) = (archive_name("9.9.9"), "0".repeat(64));
    for (response, code, error) in [
        (Response::new(""), 3, &none),
        (Response::new(b"\xff\xfe\0".as_slice()), 3, &none),
        (Response::new(format!("{sum}  gox-9.9.9-plan9-mips.tar.gz\n")), 3, &none),
        (Response::new(format!("{}  {name}\n", &sum[1..])), 3, &none),
        (Response::new(format!("{}g  {name}\n", &sum[1..])), 3, &none),
        (Response::new(format!("{sum}  {}\n", archive_name("../9.9.9"))), 3, &none),
        (Response::new(format!("{sum}  {}\n", archive_name("9.9.9/../../x"))), 3, &none),
        (Response::new(format!("{sum}  {}\n", archive_name("09.9.9"))), 3, &none),
        (Response::new("<!DOCTYPE html>"), 4, &page),
        (Response::new("x\n").fault(Fault::Endless).framing(Framing::Close), 4, &long),
        (Response::status(404, ""), 4, &format!("error: `{url}`: status 404 (not found)\n")),
        (
            Response::redirect(302, "file:///etc/passwd"),
            4,
            &format!("error: `{url}`: a redirect to no address of http or https is refused\n"),
        ),
    ] {
        world.server.route(LATEST, response);
        world.update(&[]).code(code).stderr(error).check();
        world.assert_stays(error);
    }
    // The list of another version, at the place of this one.
    let list = format!("{sum}  {}\n", archive_name("9.9.8"));
    world.server.route("/download/v9.9.9/SHA256SUMS", Response::new(list));
    world.update(&["9.9.9"]).code(3).stderr(&none.replace("latest/download", "download/v9.9.9")).check();
    assert!(!world.server.targets().iter().any(|target| target.ends_with(".tar.gz")));
}

#[test]
fn archives_that_do_not_arrive() {
    let world = World::new();
    let good = gzip(&tar(&[program("9.9.9", NEXT)]));
    let target = format!("/download/v9.9.9/{}", archive_name("9.9.9"));
    let begun = format!("gox {OWN} -> 9.9.9, from {URL}\n");
    let wrong = |came: &[u8]| {
        let [good, came] = [&good, came].map(|bytes| hex(&Sha256::digest(bytes)));
        format!(
            "error: `{URL}` is not what the list of its release says\n  \
             sha256 of the list: {good}\n  of what came: {came}\n"
        )
    };
    let page = "a web page came in place of the file; is there a login page before the network?";
    for (response, code, error) in [
        (Response::new("another"), 5, wrong(b"another")),
        (Response::new(""), 5, wrong(b"")),
        (Response::new(good[..99].to_vec()), 5, wrong(&good[..99])),
        (Response::new([&good[..], b"\0"].concat()), 5, wrong(&[&good[..], b"\0"].concat())),
        (Response::new("\n<html>"), 4, format!("error: `{URL}`: {page}\n")),
        (Response::status(403, ""), 4, format!("error: `{URL}`: status 403 (forbidden)\n")),
        (Response::status(404, ""), 4, format!("error: `{URL}`: status 404 (not found)\n")),
    ] {
        world.server.route(&target, response);
        world.update(&[]).code(code).stderr(&format!("{begun}{error}")).check();
        world.assert_stays(&error);
    }
    // What may pass is tried again.
    let cut = || Response::new(good.clone()).fault(Fault::CutAfter(99));
    world.server.route(&target, cut());
    let run = world.update(&[]).run();
    assert_eq!(run.code(), 4, "{}", run.stderr);
    assert!(
        run.stderr.starts_with(&format!("{begun}error: `{URL}`: the transfer broke off: ")),
        "{}",
        run.stderr
    );
    world.assert_stays("cut");
    world.server.sequence(target, vec![cut(), Response::status(503, ""), Response::new(good)]);
    world.update(&[]).stderr(&said("9.9.9")).check();
    world.assert_is(NEXT.as_bytes(), "at the third try");
}

/// All of them have the checksum that the list says.
#[test]
fn archives_of_no_use() {
    let folder = archive_name("9.9.9").replace(".tar.gz", "");
    let name = format!("{folder}/gox");
    let good = || program("9.9.9", NEXT);
    let special = |kind, link: &str| TarEntry::special(kind, &name, 0o755, link);
    let short = TarEntry { size: Some(9999), ..good() };
    let world = World::new();
    for entries in [
        vec![],
        vec![TarEntry::file("gox", 0o755, NEXT)],
        vec![TarEntry::file(format!("./{name}"), 0o755, NEXT)],
        vec![TarEntry::file(format!("{folder}/../{name}"), 0o755, NEXT)],
        vec![TarEntry::file(format!("/{name}"), 0o755, NEXT)],
        vec![program("9.9.8", NEXT)],
        vec![special(b'2', "/bin/sh")],
        vec![special(b'1', "/bin/sh")],
        vec![special(b'5', "")],
        vec![special(b'6', "")],
        vec![short],
    ] {
        world.publish_next(&entries);
        let run = world.update(&[]).run();
        let error = format!("\nerror: `{URL}` has no file `gox-9.9.9-[OS]-[ARCH]/gox`\n");
        assert!(run.code() == 5 && run.stderr.contains(&error), "{}", run.stderr);
        world.assert_stays("the archive has no program");
    }
    world.publish("9.9.9", b"no gzip at all");
    let run = world.update(&[]).run();
    assert!(run.code() == 5 && run.stderr.ends_with("caused by: invalid gzip header\n"), "{}", run.stderr);
    world.assert_stays("no gzip");

    // What else is in it is written nowhere, whatever its name.
    world.publish_next(&[
        TarEntry::special(b'2', &folder, 0o777, "/"),
        TarEntry::file("../../evil", 0o644, "x"),
        TarEntry::file(world.sandbox.root().join("evil").to_str().unwrap().as_bytes(), 0o644, "x"),
        special(b'2', "/bin/sh"),
        TarEntry::file(format!("{folder}/evil"), 0o4755, "x"),
        TarEntry { mode: 0o6777, ..good() },
    ]);
    let before = tree::listing(world.sandbox.root());
    world.update(&[]).stderr(&said("9.9.9")).check();
    world.assert_is(NEXT.as_bytes(), "among others");
    assert_eq!(tree::listing(world.sandbox.root()), before);
}

#[test]
fn a_program_that_does_not_say_what_it_is_takes_no_place() {
    let (world, no) = (World::new(), "does not say that it is 9.9.9");
    for (content, why) in [
        ("#!/bin/sh\necho gox 9.9.8\n", no),
        ("#!/bin/sh\necho gox 9.9.9; echo and more\n", no),
        ("#!/bin/sh\nkill -9 $$\n", no),
        ("#!/nowhere\n", "does not run"),
        ("", "does not run"),
        ("\x7fELF", "does not run"),
    ] {
        world.publish_next(&[program("9.9.9", content)]);
        let run = world.update(&[]).run();
        let error = format!("error: the gox of {URL} {why}, so that this one stays\n");
        assert!(run.code() == 5 && run.stderr.contains(&error), "{content:?}: {}", run.stderr);
        world.assert_stays(content);
    }
}

#[test]
fn what_belongs_to_somebody_else_stays() {
    let world = World::new();
    let root = world.sandbox.root();
    world.sandbox.write(
        "user/.cargo/.crates.toml",
        "[v1]\n\"gox 0.1.0 (path+file:///gox)\" = [\n    \"gox\",\n    \"gox-shim\",\n]\n",
    );
    world.sandbox.write("user/one/.crates.toml", "[v1]\n\"gox 0.1.0 (path+file:///gox)\" = [\"gox\"]\n");
    world.sandbox.write(
        "venv/lib/python3.12/site-packages/some_gox-0.1.0.dist-info/RECORD",
        "some/file.py,sha256=x,1\n../../../bin/gox,sha256=x,1\n",
    );
    for (folder, owner) in [
        ("brew/Cellar/gox/0.1.0/bin", "Homebrew"),
        ("user/app/node_modules/@example/gox-linux-x64", "npm"),
        ("user/.cargo/bin", "Cargo"),
        ("user/one/bin", "Cargo"),
        ("venv/bin", "pip"),
    ] {
        let program = root.join(folder).join("gox");
        fs::create_dir_all(program.parent().unwrap()).unwrap();
        copy(Path::new(GOX), &program);
        let link = root.join("bin/gox");
        let _ = fs::remove_file(&link);
        symlink(&program, &link).unwrap();
        let error =
            format!("error: `[ROOT]/{folder}/gox` belongs to {owner}\nhint: update it with {owner}\n");
        for words in [&[][..], &["--dry-run"], &["9.9.9"]] {
            let update = world.sandbox.command(&link).args(["self", "update", "--url", &world.server.url()]);
            let run = update.args(words).run();
            assert_eq!((run.code(), run.stderr), (1, error.replace("[ROOT]/user", "~")));
        }
        assert!(fs::read(&program).unwrap() == this());
    }
    assert_eq!(world.server.targets(), [""; 0]);
    // Others that they have put there are nobody's.
    world.sandbox.write("user/.local/.crates.toml", "[v1]\n\"rg 1.0.0 (x)\" = [\"rg\"]\n");
    world.sandbox.write("user/.local/lib/python3/site-packages/x.dist-info/RECORD", "../../../bin/goxx,,\n");
    world.update(&[]).stderr(&said("9.9.9")).check();
}

/// What a link leads to is replaced, with its mode, and the link stays.
#[test]
fn a_link_to_it() {
    let world = World::new();
    let link = world.sandbox.root().join("bin/gox");
    symlink(&world.program, &link).unwrap();
    fs::set_permissions(&world.program, fs::Permissions::from_mode(0o750)).unwrap();
    let update = world.sandbox.command(&link).args(["self", "update", "--url", &world.server.url()]);
    update.stderr(&said("9.9.9")).check();
    assert_eq!(tree::listing(world.program.parent().unwrap()), "0750 file gox\n");
    assert!(link.is_symlink());
}

#[test]
fn a_folder_that_cannot_be_written() {
    let world = World::new();
    let folder = world.program.parent().unwrap();
    fs::set_permissions(folder, fs::Permissions::from_mode(0o555)).unwrap();
    let program = world.program.to_str().unwrap();
    let words = [program, "self", "update", "--url", &world.server.url()];
    let drop = ["--bounding-set", "-all", "--inh-caps", "-all"];
    let run = if rustix::process::geteuid().is_root() {
        world.sandbox.command("setpriv").args(drop).args(words).run()
    } else {
        world.update(&[]).run()
    };
    let error = "error: could not replace `~/.local/bin/gox`\n  caused by: permission denied\n\
        hint: run it as the owner of the folder, then `gox self refresh` as yourself\n";
    assert_eq!((run.code(), run.stderr.as_str()), (6, error));
    assert_eq!(world.server.targets(), [""; 0]);
    world.assert_stays("not writable");
}

#[test]
fn a_store_that_cannot_be_renewed_is_told() {
    let script = NEXT.replace("echo \"$@\" >>\"$HOME/calls\"", "{ echo why >&2; exit 6; }");
    let world = World::with(&[program("9.9.9", script.clone())]);
    world.sandbox.put_script("user/.local/go/bin/gox", "");
    world.update(&[]).code(6).stderr(&(said("9.9.9") + "why\n")).check();
    world.assert_is(script.as_bytes(), "updated all the same");
}

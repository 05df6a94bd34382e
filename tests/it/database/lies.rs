//! A database that lies, or whoever carries its answers: each lie is refused for what it is, by zip and by
//! archive, leaves nothing behind, and does no harm to the honest answer that follows.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::proofs::{ARCHIVE, RECORD, ZIP, begun, record, toolchain};
use crate::support::dl::GoDev;
use crate::support::lines;
use crate::support::proxy::ModuleProxy;
use crate::support::response::{Fault, Framing, Response};
use crate::support::sandbox::Sandbox;
use crate::support::sumdb::{Hash, SumDb, Tree};

/// How many records there are; the toolchain's is the first. A log of 601 has two full tiles.
const SIZE: usize = 601;
const FULL: &str = "/tile/8/0/000";
const EDGE: &str = "/tile/8/0/002.p/89";
const TOP: &str = "/tile/8/1/000.p/2";

/// What an answer does that is none, and what it is called.
struct Lie {
    /// The path below the database's address.
    path: String,
    answer: Response,
    error: String,
    code: i32,
}

/// A lie that is never to be ignored.
fn refused(path: &str, answer: impl Into<Vec<u8>>, reason: &str) -> Lie {
    let error = format!("the checksum database's answer is refused: {reason}");
    Lie { path: path.to_owned(), answer: Response::new(answer), error, code: 5 }
}

/// No answer, hence no proof of anything.
fn silent(path: &str, answer: Response, reason: &str) -> Lie {
    let error = format!("could not reach the checksum database: `[SUMDB]{}`: {reason}", shown(path));
    Lie { path: path.to_owned(), answer, error, code: 4 }
}

/// As it is in expected outputs.
fn shown(path: &str) -> String {
    path.replace(&record(&toolchain()), RECORD)
}

fn lies(sumdb: &SumDb) -> Vec<Lie> {
    [tiles(sumdb), answers(sumdb), silences()].into_iter().flatten().collect()
}

fn not_whole() -> String {
    format!("the tiles do not make the signed root of the log of {SIZE} records")
}

fn tiles(sumdb: &SumDb) -> Vec<Lie> {
    let tile = |path: &str| sumdb.tile(path.strip_prefix("/tile/8/").unwrap()).unwrap();
    let flipped = |path: &str| {
        let mut bytes = tile(path);
        bytes[40] ^= 1;
        bytes
    };
    vec![
        refused(
            FULL,
            flipped(FULL),
            "`tile/8/0/000` does not have the hash that `tile/8/1/000.p/2` holds for it",
        ),
        refused(EDGE, flipped(EDGE), &not_whole()),
        refused(TOP, flipped(TOP), &not_whole()),
        refused(FULL, &tile(FULL)[..8191], "`tile/8/0/000` must be 8192 bytes, but is 8191"),
        refused(EDGE, [tile(EDGE), vec![0]].concat(), "`tile/8/0/002.p/89` must be 2848 bytes, but is 2849"),
        refused(TOP, "", "`tile/8/1/000.p/2` must be 64 bytes, but is 0"),
        Lie {
            answer: Response::status(404, "no"),
            ..refused(
                FULL,
                "",
                "it has no `tile/8/0/000`, which the proof needs: `[SUMDB]/tile/8/0/000`: status 404 (not found)",
            )
        },
    ]
}

fn answers(sumdb: &SumDb) -> Vec<Lie> {
    let lookup = record(&toolchain());
    let id = format!("golang.org/toolchain@{}", toolchain().module_version());
    let wanted = "golang.org/toolchain v0.0.1-go1.99.1.[OS]-[ARCH]";
    let honest = sumdb.lookup(&id).unwrap();
    let (text, head) = honest.strip_prefix("0\n").unwrap().split_once("\n\n").unwrap();
    let other = sumdb.lookup("example.com/m@v1.0.1").unwrap();
    let (other, _) = other.split_once("\n\n").unwrap();
    let key = sumdb.verifier().rsplit_once('+').unwrap().0.to_owned();
    let root = STANDARD.encode(sumdb.tree(SIZE).root());
    let signed =
        |size: &str, more: &str| sumdb.sign(&format!("go.sum database tree\n{size}\n{root}\n{more}"));
    let sized = |size: &str| format!("0\n{text}\n\n{}", signed(size, ""));
    let smuggled = signed(&SIZE.to_string(), &format!("{text}\n"));
    let stranger = SumDb::with_seed(sumdb.name(), [9; 32]);
    let forged_tree = Tree(vec![Hash::default(); SIZE]);
    let changed = text.replacen("h1:", "h1:AAAA", 1);
    let wrong_signature = format!("the signature by `{key}` is wrong");
    vec![
        refused(
            &lookup,
            format!("{other}\n\n{head}"),
            &format!("record 1 is in the log, but says nothing about `{wanted}`"),
        ),
        refused(&lookup, format!("0\n{changed}\n\n{head}"), "record 0 is not the one in the log"),
        refused(&lookup, format!("1\n{text}\n\n{head}"), "record 1 is not the one in the log"),
        refused(
            &lookup,
            format!("{SIZE}\n{text}\n\n{head}"),
            &format!("{SIZE} is outside of the log of {SIZE} records"),
        ),
        refused(
            &lookup,
            format!("{other}\n\n{smuggled}"),
            &format!("the line for `{wanted}` is outside the record, where nothing proves it"),
        ),
        refused(&lookup, format!("0\n{text}\n{text}\n\n{head}"), "record 0 is not the one in the log"),
        refused(
            &lookup,
            format!("0\n{text}\n\n{}", stranger.head_of(&sumdb.tree(SIZE))),
            &format!("not signed by `{key}`"),
        ),
        refused(&lookup, format!("0\n{text}\n\n{}", head.replacen("601", "602", 1)), &wrong_signature),
        refused(&lookup, format!("0\n{text}\n\n{}", sumdb.head_of(&forged_tree)), &not_whole()),
        refused(
            &lookup,
            sized("281474976710657"),
            "malformed tree head: no log has `281474976710657` records",
        ),
        refused(
            &lookup,
            sized("4611686018427387904"),
            "malformed tree head: no log has `4611686018427387904` records",
        ),
        refused(&lookup, sized("-1"), "malformed tree head"),
        refused(&lookup, sized("0601"), "malformed tree head"),
        refused(&lookup, sized("0"), "the tiles do not make the signed root of the log of 0 records"),
        refused(
            &lookup,
            format!("0\n{text}\n\n{}", head.trim_end()),
            "malformed note: no signature lines after a blank line",
        ),
        refused(&lookup, format!("0\n{text}\n\n{head}x\n"), "malformed note: signature line 2"),
        refused(&lookup, format!("0\n{text}\n\n\x1b{head}"), "malformed note: control character"),
        refused(&lookup, format!("0\r\n{text}\n\n{head}"), "malformed record"),
        refused(&lookup, "", "malformed record"),
        refused(&lookup, "<html>Welcome to our hotel</html>", "malformed record"),
        refused(&lookup, vec![0xff; 1 << 20], "malformed record"),
    ]
}

fn silences() -> Vec<Lie> {
    let lookup = record(&toolchain());
    let endless = || Response::new("x".repeat(1 << 16)).framing(Framing::Close).fault(Fault::Endless);
    let limit = "longer than the limit of 1048576 bytes";
    vec![
        silent(&lookup, endless(), limit),
        silent(FULL, endless(), limit),
        silent(&lookup, Response::status(403, "no"), "status 403 (forbidden)"),
        silent(EDGE, Response::status(401, "no"), "status 401 (unauthorized)"),
        silent(
            &lookup,
            Response::redirect(302, "file:///etc/passwd"),
            "a redirect to no address of http or https is refused",
        ),
        silent(
            &lookup,
            Response::status(503, "no").header("Retry-After", "3600"),
            "status 503 (service unavailable), and not to be asked again for [TIME]",
        ),
    ]
}

#[test]
fn each_lie_is_refused_for_what_it_is_and_the_truth_heals() {
    let proxy = ModuleProxy::start(&[toolchain()]);
    proxy.sumdb.fill(SIZE - 1);
    for Lie { path, answer, error, code } in lies(&proxy.sumdb) {
        let sandbox = Sandbox::in_use();
        let target = format!("/sumdb/sumdb.test{path}");
        proxy.server.route(&target, answer);
        let error = error.replace("[SUMDB]", "http://[SERVER]/sumdb/sumdb.test");
        let expected = format!("{}error: {error}\n  while proving `{ZIP}`\n", begun());
        let run = sandbox.gox(["install", "1.99.1"]).envs(proxy.environment());
        run.code(code).stderr(&expected).check();
        assert_eq!(sandbox.listing("toolchains") + &sandbox.listing("staging"), "");
        assert!(!sandbox.listing("cache").contains("lookup/"), "{error}: a record was kept");

        proxy.server.remove(&target);
        // The bytes of the zip are kept where only its proof was out of reach.
        let kept = format!("), {} of it from before\n", lines::bytes(toolchain().zip().len()));
        let lines = lines::by_proxy(&toolchain());
        let lines = if code == 4 { lines.replacen(")\n", &kept, 1) } else { lines };
        sandbox.gox(["install", "1.99.1"]).envs(proxy.environment()).stderr(&lines).check();
        // One of the lies is signed, with more lines below the root, which mean nothing.
        let tree = |head: String| head.lines().take(3).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(tree(sandbox.read("user/.local/go/sumdb/sumdb.test/latest")), tree(proxy.sumdb.head()));
    }
}

/// Beside a list that proves the archive only silence is passed over, and noted.
#[test]
fn a_list_does_not_make_up_for_a_lie() {
    let toolchain = toolchain();
    let certificates = Sandbox::in_use();
    let go_dev = GoDev::start(&certificates, std::slice::from_ref(&toolchain));
    go_dev.sumdb.fill(SIZE - 1);
    let all = lines::by_archive(&toolchain, ARCHIVE, "dl", "list");
    let (begun, installed) = all.split_at(all.find("installed ").unwrap());
    for Lie { path, answer, error, code } in lies(&go_dev.sumdb) {
        let sandbox = Sandbox::in_use();
        go_dev.server.route(&path, answer);
        let error = error.replace("[SUMDB]", "https://sum.test");
        let reason = error.strip_prefix("could not reach the checksum database: ");
        let (code, expected) = match reason {
            Some(reason) => {
                (0, format!("{begun}note: not checked against the checksum database: {reason}\n{installed}"))
            }
            None => (code, format!("{begun}error: {error}\n  while proving `{ARCHIVE}`\n")),
        };
        let run = sandbox.gox(["install", "1.99.1"]).envs(go_dev.environment());
        run.code(code).stderr(&expected).check();
        go_dev.server.remove(&path);
    }
}

//! What a server may answer to a request for the rest of a file, and what gox makes of it.

use super::{BREAK, is_whole, ranges, toolchain, zip};
use crate::support::dl::GoDev;
use crate::support::lines;
use crate::support::proxy::ModuleProxy;
use crate::support::response::{Fault, Framing, Response};
use crate::support::rows::side_by_side;
use crate::support::sandbox::Sandbox;

/// What becomes of the answer to the request for the rest: it is taken; or the same is asked for again; or the whole
/// file, for this reason. The answer after it is honest.
enum Second {
    Taken,
    AskedAgain,
    StartsOver(&'static str),
}

#[test]
fn the_rest_of_a_file_is_taken_only_where_it_fits() {
    let zip_bytes = toolchain().zip();
    let length = zip_bytes.len();
    let whole = Response::new(zip_bytes.clone());
    let in_range = |value: String| whole.clone().content_range(value);
    let partial = |body: &[u8]| Response::status(206, body).etag(None);
    let changed = "the file changed while it was downloaded";
    let mut other = zip_bytes.clone();
    other[BREAK + 1000..].fill(b'x');
    // The last column is how many bytes come in all.
    let table = [
        (whole.clone(), Second::Taken, length),
        (whole.clone().ignore_range(), Second::Taken, length + BREAK),
        (whole.clone().ignore_range().framing(Framing::Chunked), Second::Taken, length + BREAK),
        (in_range(format!("bytes {BREAK}-{}/*", length - 1)), Second::Taken, length),
        (in_range("bytes 0-9/10".into()), Second::AskedAgain, length),
        (in_range(format!("bytes {}-{}/{length}", BREAK + 1, length - 1)), Second::AskedAgain, length),
        (in_range(format!("bytes {BREAK}-{}/{length}", length - 2)), Second::AskedAgain, length),
        (
            in_range(format!("bytes {BREAK}-18446744073709551615/18446744073709551615")),
            Second::AskedAgain,
            length,
        ),
        (in_range(format!("octets {BREAK}-{}/{length}", length - 1)), Second::AskedAgain, length),
        (in_range("x".into()), Second::AskedAgain, length),
        (partial(&zip_bytes[BREAK..]), Second::AskedAgain, length),
        (Response::status(503, "").header("Retry-After", "0"), Second::AskedAgain, length),
        (Response::new("").fault(Fault::HangUp), Second::AskedAgain, length),
        // Too short to skip what is here already.
        (
            whole.clone().ignore_range().fault(Fault::CutAfter(BREAK / 2)),
            Second::AskedAgain,
            length + BREAK / 2,
        ),
        (Response::status(416, ""), Second::StartsOver(changed), BREAK + length),
        (
            in_range(format!("bytes {BREAK}-{length}/{}", length + 1)),
            Second::StartsOver(changed),
            BREAK + length,
        ),
        (Response::new(zip_bytes[..length - 1].to_vec()), Second::StartsOver(changed), BREAK + length),
        (Response::new("<html>").content_type("text/html"), Second::StartsOver(changed), BREAK + length),
        // Of the same length, and sent from the start: found out by the proof.
        (
            Response::new(other),
            Second::StartsOver(
                "the module zip is refused: it does not end with a central directory and a plain end record",
            ),
            BREAK + 2 * length,
        ),
    ];
    let lines = lines::by_proxy(&toolchain());
    let (first, rest) = lines.split_once('\n').unwrap();
    side_by_side(table.into_iter().enumerate(), |(number, (second, outcome, downloaded))| {
        let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::start(&[toolchain()]));
        let first_answer = whole.clone().fault(Fault::CutAfter(BREAK));
        proxy.server.sequence(zip(), vec![first_answer, second, whole.clone()]);
        let from_break = format!("bytes={BREAK}-");
        let (expected, asked) = match outcome {
            Second::Taken => (lines.clone(), vec!["-", &from_break]),
            Second::AskedAgain => (lines.clone(), vec!["-", &from_break, &from_break]),
            Second::StartsOver(reason) => {
                let place = if reason == changed {
                    "`http://[SERVER]/golang.org/toolchain/@v/v0.0.1-go1.99.1.[OS]-[ARCH].zip`: "
                } else {
                    ""
                };
                let note = format!("{first}\nnote: {place}{reason}; starting over\n{first}\n{rest}");
                (note, vec!["-", &from_break, "-"])
            }
        };
        let run = sandbox.gox(["install", "1.99.1"]).envs(proxy.environment()).run();
        let expected = lines::with_amount(&expected, downloaded);
        assert_eq!((run.code(), run.stderr), (0, expected), "row {number}");
        assert_eq!(sandbox.receipt("1.99.1")["downloaded"], downloaded, "row {number}");
        assert_eq!(ranges(&proxy.server, &zip()), asked, "row {number}");
        is_whole(&sandbox);
    });
}

/// The same through the pipeline of archives, which has unpacked a half by then.
#[test]
fn an_archive_that_changes_half_way_starts_over() {
    let archive = toolchain().tar_gz();
    let mut other = archive.clone();
    other[BREAK + 1000..].fill(b'x');
    let seconds = [
        Response::new(other),
        Response::new(archive[..archive.len() - 1].to_vec()),
        Response::status(416, ""),
    ];
    side_by_side(seconds, |second| {
        let sandbox = Sandbox::in_use();
        let go_dev = GoDev::start(&sandbox, &[toolchain()]);
        let file = format!("/dl/{}", toolchain().file_name());
        let whole = Response::new(archive.clone());
        go_dev.server.sequence(&file, vec![whole.clone().fault(Fault::CutAfter(BREAK)), second, whole]);
        let run = sandbox.gox(["install", "1.99.1"]).envs(go_dev.environment()).run();
        assert_eq!(run.code(), 0, "{}", run.stderr);
        assert_eq!(run.stderr.matches("; starting over\n").count(), 1, "{}", run.stderr);
        assert_eq!(
            ranges(&go_dev.server, &file),
            ["-".to_owned(), format!("bytes={BREAK}-"), "-".to_owned()]
        );
        is_whole(&sandbox);
    });
}

/// A server that changes its file every time is not followed for ever.
#[test]
fn a_file_that_always_changes_is_refused() {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::start(&[toolchain()]));
    let bytes = toolchain().zip();
    let answers = (0..9).map(|number| {
        let body = bytes[..bytes.len() - number].to_vec();
        Response::new(body).ignore_range().fault(Fault::CutAfter(BREAK))
    });
    proxy.server.sequence(zip(), answers.collect());
    let run = sandbox.gox(["install", "1.99.1"]).envs(proxy.environment()).run();
    let address = "http://[SERVER]/golang.org/toolchain/@v/v0.0.1-go1.99.1.[OS]-[ARCH].zip";
    let last = format!("error: `{address}`: the file changed while it was downloaded");
    assert_eq!((run.code(), run.stderr.lines().last()), (5, Some(last.as_str())), "{}", run.stderr);
    assert_eq!(ranges(&proxy.server, &zip()).len(), 4);
    assert_eq!(
        sandbox.listing("toolchains") + &sandbox.listing("staging") + &sandbox.listing("cache/partial"),
        ""
    );
}

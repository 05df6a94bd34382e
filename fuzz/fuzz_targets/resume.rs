//! A download that goes on from kept bytes, against a server that says anything: it goes on only where the
//! server does, and never gives more than the whole.
#![no_main]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use arbitrary::Arbitrary;
use gox::net::goauth::Goauth;
use gox::net::http::Http;
use gox::source::download::Download;
use gox::source::partial::{Partial, RemoteFile};
use libfuzzer_sys::fuzz_target;
use tempfile::TempDir;
use url::Url;

#[derive(Arbitrary, Clone, Debug)]
enum Range {
    None,
    Text(String),
    /// From there on, to the end of a whole of that length.
    From(u16, Option<u16>),
    /// As it was asked for.
    Right,
}

#[derive(Arbitrary, Clone, Debug)]
struct Answer {
    status: u8,
    range: Range,
    etag: Option<String>,
    modified: Option<String>,
    media_type: Option<String>,
    body: Vec<u8>,
}

#[derive(Arbitrary, Debug)]
struct Case {
    kept: Option<(Vec<u8>, Option<u16>, Option<String>)>,
    answers: [Answer; 2],
}

/// What is left to answer, and the heads of the requests that came.
type State = Arc<Mutex<(Vec<Answer>, Vec<String>)>>;

struct Server {
    state: State,
    url: Url,
    http: Arc<Http>,
    folder: TempDir,
}

static SERVER: LazyLock<Server> = LazyLock::new(|| {
    for name in ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] {
        // SAFETY: nothing else runs yet.
        unsafe { std::env::remove_var(name) };
    }
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/go1.22.4.linux-amd64.tar.gz", listener.local_addr().unwrap());
    let state = State::default();
    let shared = state.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = BufReader::new(stream.unwrap());
            let mut head = String::new();
            while stream.read_line(&mut head).unwrap_or(0) > 2 {}
            let mut state = shared.lock().unwrap();
            let text = respond(state.0.pop().expect("more requests than answers"), &head);
            state.1.push(head);
            drop(state);
            // The client may have gone.
            let _ = stream.get_mut().write_all(&text);
        }
    });
    let http = Arc::new(Http::new(Duration::from_secs(5), None, Goauth::default()));
    Server { state, url: Url::parse(&url).unwrap(), http, folder: TempDir::new().unwrap() }
});

fn asked_from(head: &str) -> Option<usize> {
    let head = head.to_lowercase();
    let line = head.lines().find_map(|line| line.strip_prefix("range: bytes="))?;
    Some(line.strip_suffix('-').unwrap().parse().unwrap())
}

/// As text in a header.
fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_graphic() || *c == ' ').collect::<String>().trim().to_owned()
}

fn content_range(answer: &Answer, head: &str) -> Option<String> {
    let length = answer.body.len();
    match &answer.range {
        Range::None => None,
        Range::Text(text) => Some(plain(text)),
        Range::From(first, whole) => {
            let whole = whole.map_or("*".to_owned(), |whole| whole.to_string());
            Some(format!("bytes {first}-{}/{whole}", (usize::from(*first) + length).saturating_sub(1)))
        }
        Range::Right => {
            let end = asked_from(head)? + length;
            Some(format!("bytes {}-{}/{end}", end - length, end.checked_sub(1)?))
        }
    }
}

fn respond(answer: Answer, head: &str) -> Vec<u8> {
    let status = [200, 206, 206, 206, 404, 416, 429, 503][usize::from(answer.status % 8)];
    let mut text =
        format!("HTTP/1.1 {status} x\r\nConnection: close\r\nContent-Length: {}\r\n", answer.body.len());
    let headers = [
        ("Content-Range", content_range(&answer, head)),
        ("ETag", answer.etag.as_deref().map(plain)),
        ("Last-Modified", answer.modified.as_deref().map(plain)),
        ("Content-Type", answer.media_type.as_deref().map(plain)),
    ];
    for (name, value) in headers {
        value.into_iter().for_each(|value| text += &format!("{name}: {value}\r\n"));
    }
    [text.as_bytes(), b"\r\n", &answer.body].concat()
}

fuzz_target!(|case: Case| {
    let Server { state, url, http, folder } = &*SERVER;
    let Case { kept, answers } = case;
    *state.lock().unwrap() = (answers.iter().rev().cloned().collect(), Vec::new());
    let partial = || Partial::new(folder.path(), "go1.22.4.linux-amd64.tar.gz");
    partial().remove();
    if let Some((bytes, total, validator)) = &kept {
        let validator = validator.as_deref().map(plain).filter(|text| !text.is_empty());
        let remote = RemoteFile { url: url.to_string(), validator, total: total.map(u64::from) };
        partial().create(&remote).unwrap().write_all(bytes).unwrap();
    }
    let kept = kept.map(|(bytes, ..)| bytes).unwrap_or_default();
    let result = Download::open(http.clone(), url.clone(), partial());
    let heads = std::mem::take(&mut state.lock().unwrap().1);
    assert!(heads.iter().filter_map(|head| asked_from(head)).all(|from| from == kept.len() && from > 0));
    let Ok(mut download) = result else { return };
    let resumed = usize::try_from(download.resumed).unwrap();
    assert!(resumed == 0 || resumed == kept.len());
    if let Some(mut file) = download.take_kept() {
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        assert_eq!(bytes, kept);
    } else {
        assert_eq!(resumed, 0);
    }
    let Some(head) = heads.last() else { return assert_eq!(download.total, Some(kept.len() as u64)) };
    let answer = &answers[heads.len() - 1];
    assert!(resumed == 0 || asked_from(head) == Some(resumed));
    let validator = download.remote().validator;
    assert!(
        validator.is_none()
            || validator == answer.modified.as_deref().map(plain)
            || !validator.unwrap().starts_with("W/")
    );
    // Not to the end: where the server said more than it sent, that would be asked for again.
    let (mut position, mut left) = (resumed, answer.body.len());
    let mut buffer = [0; 64];
    while left > 0 {
        let wanted = left.min(buffer.len());
        match download.read(&mut buffer[..wanted], &|| false) {
            Ok(count) => {
                assert!(count > 0);
                let at = answer.body.len() - left;
                assert_eq!(buffer[..count], answer.body[at..at + count]);
                (position, left) = (position + count, left - count);
                assert!(download.total.is_none_or(|total| position as u64 <= total));
            }
            Err(_) => return assert!(download.total.is_some_and(|total| total < (position + left) as u64)),
        }
    }
});

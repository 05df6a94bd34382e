//! A hostile proxy over a long time: hundreds of installs in one process, each of which fails in another
//! way, must not cost more and more descriptors, threads or memory.

use std::collections::BTreeMap;
use std::fs;
use std::sync::{Arc, Mutex, OnceLock};

use crate::support::archives::FakeToolchain;
use crate::support::proxy::{MODULE, ModuleProxy};
use crate::support::response::{Fault, Framing, Response};
use crate::support::sandbox::Sandbox;

/// What a process holds at a moment.
#[derive(Clone, Copy, Debug)]
struct Held {
    descriptors: usize,
    threads: usize,
    /// The most memory so far, in KiB.
    peak: usize,
}

impl Held {
    fn by(process: u32) -> Self {
        let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
        let field = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
            line.split_whitespace().next().unwrap().parse().unwrap()
        };
        let descriptors = fs::read_dir(format!("/proc/{process}/fd")).unwrap().count();
        Held { descriptors, threads: field("Threads:"), peak: field("VmHWM:") }
    }
}

/// What goes wrong with the n-th zip. After what is worth a retry the next answer ends it.
fn faulty(number: usize, zip: &[u8]) -> Response {
    let whole = || Response::new(zip.to_vec());
    let half = zip.len() / 2;
    match number % 12 {
        0 => Response::status(404, "no"),
        1 => Response::status(403, "no"),
        2 => Response::new("<html>").content_type("text/html"),
        3 => Response::redirect(302, format!("{MODULE}/again")),
        4 => Response::redirect(302, "ftp://127.0.0.1/x"),
        5 => Response::new(vec![b'x'; 2_000_000]),
        6 => Response::new(zip[..half].to_vec()),
        7 => whole().content_length(1 << 40),
        8 => whole().fault(Fault::CutAfter(half)),
        9 => Response::new("").fault(Fault::Raw(b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n".to_vec())),
        10 => {
            Response::new("x".repeat(1 << 16)).framing(Framing::Close).fault(Fault::Raw(vec![b'y'; 1 << 20]))
        }
        _ => Response::new("").fault(Fault::Reset),
    }
}

/// Installs so many at once, from a proxy whose zips are faulty; what gox held when it asked for each.
fn install(count: usize, proxy: &ModuleProxy, timeout: &str) -> Vec<Held> {
    let sandbox = Sandbox::in_use();
    let process = Arc::new(OnceLock::new());
    let held: Arc<Mutex<BTreeMap<usize, Held>>> = Arc::default();
    let zip = FakeToolchain::new("1.99.1").large(300_000).zip();
    proxy.server.route(format!("{MODULE}/again"), Response::redirect(302, format!("{MODULE}/again")));
    proxy.server.handle_prefix(format!("{MODULE}/v0.0.1-go1.99."), {
        let (process, held) = (Arc::clone(&process), Arc::clone(&held));
        move |request| {
            let rest = request.target.split("go1.99.").nth(1).unwrap();
            let number: usize = rest.split('.').next().unwrap().parse().unwrap();
            match held.lock().unwrap().insert(number, Held::by(*process.wait())) {
                None => faulty(number, &zip),
                Some(_) => Response::status(403, "no"),
            }
        }
    });
    let requests = (0..count).map(|number| format!("1.99.{number}"));
    let command = sandbox.gox(["install".to_owned()].into_iter().chain(requests)).envs(proxy.environment());
    let running = command.env("GOX_SOURCES", "proxy").env("GOX_TIMEOUT", timeout).spawn();
    process.set(running.id()).unwrap();
    let run = running.wait();
    // The first of all says 404, and no list names it.
    assert_eq!(run.code(), 3);
    assert_eq!(
        run.stderr.lines().filter(|line| line.starts_with("error: ")).count(),
        count,
        "{}",
        run.stderr
    );
    assert_eq!(sandbox.listing("toolchains") + &sandbox.listing("staging"), "");
    let held = held.lock().unwrap();
    assert_eq!(held.len(), count);
    held.values().copied().collect()
}

/// The most of something.
fn most(held: &[Held], of: impl Fn(&Held) -> usize) -> usize {
    held.iter().map(of).max().unwrap()
}

#[test]
fn hundreds_of_failures_cost_no_more_than_dozens() {
    let proxy = ModuleProxy::start(&[]);
    let held = install(240, &proxy, "30");
    // By then each fault was met four times.
    let (early, late) = held.split_at(48);
    let descriptors = |held: &Held| held.descriptors;
    assert!(most(late, descriptors) <= most(early, descriptors) + 2, "{held:?}");
    let threads = |held: &Held| held.threads;
    assert!(most(late, threads) <= most(early, threads) + 2, "{held:?}");
    let peak = |held: &Held| held.peak;
    assert!(most(late, peak) <= most(early, peak) + (8 << 10), "{held:?}");
}

/// A question to a database that never answers outlives its install: there are few of them at any time.
#[test]
fn questions_that_nobody_answers_do_not_pile_up() {
    let proxy = ModuleProxy::start(&[]);
    proxy.server.remove("/sumdb/sumdb.test/supported");
    proxy.server.handle_prefix("/sumdb/", |_| Response::new("").fault(Fault::Swallow));
    let held = install(36, &proxy, "1");
    // What the program itself has, and a connection and a thread for each of eight questions.
    assert!(most(&held, |held| held.descriptors) <= 16 + 8, "{held:?}");
    assert!(most(&held, |held| held.threads) <= 8 + 8, "{held:?}");
}

//! Requests of the real client to servers on loopback that have something wrong with TLS, and how each fault is
//! told from the others.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use url::Url;

use super::Http;
use crate::net::failure::{Cause, Failure};

/// The name of the authority that the client trusts.
const TRUSTED: &str = "trusted authority";

/// A certificate authority with a key of its own.
fn authority(name: &str) -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// The parameters of a certificate for the host of [`serve`], valid today.
fn certificate() -> CertificateParams {
    certificate_for("127.0.0.1")
}

fn certificate_for(host: &str) -> CertificateParams {
    CertificateParams::new([host.to_owned()]).unwrap()
}

fn client(root: &CertifiedIssuer<'static, KeyPair>) -> Http {
    Http::trusting(vec![root.der().clone()])
}

/// The address of a server that gives its first connection to `answer`.
fn serve(scheme: &str, answer: impl FnOnce(TcpStream) + Send + 'static) -> Url {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || answer(listener.accept().unwrap().0));
    Url::parse(&format!("{scheme}://{address}/file")).unwrap()
}

/// The address of a TLS server with a certificate of these parameters, which sends `answer`.
fn serve_tls(
    params: &CertificateParams,
    issuer: &CertifiedIssuer<'static, KeyPair>,
    answer: &'static str,
) -> Url {
    let key = KeyPair::generate().unwrap();
    let chain = vec![params.signed_by(&key, issuer).unwrap().der().clone()];
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, PrivatePkcs8KeyDer::from(key.serialize_der()).into())
        .unwrap();
    serve_by(config, answer)
}

/// The address of a TLS server with this configuration, which sends `answer`.
pub(super) fn serve_by(config: ServerConfig, answer: &'static str) -> Url {
    serve("https", move |stream| {
        let session = ServerConnection::new(Arc::new(config)).unwrap();
        // An error is a client that refused the certificate.
        let _ = respond(StreamOwned::new(session, stream), answer);
    })
}

/// Reads the head of a request, and sends an answer.
fn respond(stream: impl Read + Write, answer: &str) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    while stream.read_line(&mut line)? > 2 {
        line.clear();
    }
    stream.get_mut().write_all(answer.as_bytes())?;
    stream.get_mut().flush()
}

/// What is said of a failure without its address, and the hint.
fn told(failure: &Failure) -> (String, Option<String>) {
    let text = failure.to_string();
    let address = format!("`{}`: ", failure.address());
    (text.strip_prefix(&address).expect(&text).to_owned(), failure.hint())
}

#[test]
fn each_problem_of_a_certificate_has_its_own_words() {
    const COMPANY: Option<&str> = Some(
        "if a company proxy signs with its own certificate, name its file: `export SSL_CERT_FILE=/path/to/ca.pem`",
    );
    const CLOCK: Option<&str> = Some("check that the clock of this machine is right: `date -u`");
    let root = authority(TRUSTED);
    let with = |change: fn(&mut CertificateParams)| {
        let mut params = certificate();
        change(&mut params);
        params
    };
    let table = [
        (
            &authority("somebody else"),
            certificate(),
            "the certificate's issuer is not trusted on this machine",
            COMPANY,
        ),
        (
            &authority(TRUSTED),
            certificate(),
            "the certificate is not signed by the issuer that it names",
            COMPANY,
        ),
        (
            &root,
            with(|params| params.not_after = date_time_ymd(2020, 1, 1)),
            "the certificate expired on Wed, 01 Jan 2020 00:00:00 GMT",
            CLOCK,
        ),
        (
            &root,
            with(|params| {
                params.not_before = date_time_ymd(9999, 12, 31);
                params.not_after = date_time_ymd(9999, 12, 31);
            }),
            "the certificate is not valid before Fri, 31 Dec 9999 00:00:00 GMT",
            CLOCK,
        ),
        (&root, certificate_for("go.dev"), "the certificate is not for `127.0.0.1`", None),
        (
            &root,
            with(|params| params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth]),
            "the certificate is not for servers",
            Some("whoever issued the certificate must allow it for servers: extended key usage `serverAuth`"),
        ),
        (
            &root,
            with(|params| params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained)),
            "the certificate is one of an authority (`CA:TRUE`), not of a server",
            Some(
                "whoever runs the server must give it a certificate with `CA:FALSE`; or trust this one: name its file: `export SSL_CERT_FILE=/path/to/ca.pem`",
            ),
        ),
    ];
    let client = client(&root);
    for (issuer, params, problem, hint) in table {
        let failure = client.get_bytes(&serve_tls(&params, issuer, ""), 9).unwrap_err();
        assert_eq!(told(&failure), (format!("no secure connection: {problem}"), hint.map(str::to_owned)));
    }
    let answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    assert_eq!(client.get_bytes(&serve_tls(&certificate(), &root, answer), 9).unwrap(), b"ok");
}

#[test]
fn a_server_that_speaks_no_tls() {
    let url = serve("https", |mut stream| {
        stream.read_exact(&mut [0]).unwrap();
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").unwrap();
        // Whoever closes with bytes unread resets the connection: the client closes first.
        let _ = io::copy(&mut stream, &mut io::sink());
    });
    let failure = client(&authority(TRUSTED)).get_bytes(&url, 9).unwrap_err();
    let text = "no secure connection: what answers there does not speak TLS";
    assert_eq!(told(&failure), (text.to_owned(), None));
}

/// A fatal alert (RFC 8446, 6): `handshake_failure`, `protocol_version`.
#[test]
fn a_server_that_has_nothing_in_common_with_gox() {
    for code in [40, 70] {
        let url = serve("https", move |mut stream| {
            stream.read_exact(&mut [0]).unwrap();
            stream.write_all(&[21, 3, 3, 0, 2, 2, code]).unwrap();
            // Whoever closes with bytes unread resets the connection: the client closes first.
            let _ = io::copy(&mut stream, &mut io::sink());
        });
        let failure = client(&authority(TRUSTED)).get_bytes(&url, 9).unwrap_err();
        let text = "no secure connection: the server offers no version, cipher or key that gox knows";
        let hint =
            "whoever runs the server must let it speak TLS 1.2 or 1.3, with a key of RSA, ECDSA or Ed25519";
        assert_eq!(told(&failure), (text.to_owned(), Some(hint.to_owned())));
    }
}

#[test]
fn a_server_that_ends_the_connection_in_a_handshake_or_a_body() {
    let root = authority(TRUSTED);
    let client = client(&root);
    let hang_up = serve("https", |mut stream| {
        stream.read_exact(&mut [0]).unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let _ = io::copy(&mut stream, &mut io::sink());
    });
    let failure = client.get_bytes(&hang_up, 9).unwrap_err();
    assert_eq!(told(&failure).0, "could not connect: the connection closed early");

    let cut = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok";
    let plain = serve("http", move |stream| respond(stream, cut).unwrap());
    for url in [plain, serve_tls(&certificate(), &root, cut)] {
        let failure = client.get_bytes(&url, 9).unwrap_err();
        assert_eq!(told(&failure).0, "the transfer broke off: the connection closed early");
    }
}

/// A name with an empty part: the resolver refuses it without asking any server.
#[test]
fn a_name_without_an_address() {
    let url = Url::parse("http://go..invalid/file").unwrap();
    let failure = client(&authority(TRUSTED)).get_bytes(&url, 9).unwrap_err();
    assert_eq!(failure.cause, Cause::UnknownHost);
}

//! The releases of gox on the web: `latest/download/SHA256SUMS` names the newest, and `download/v0.1.0/` has the files of
//! one. That is how GitHub has them; any web server or folder can.

use std::io::{self, Read};

use flate2::read::GzDecoder;
use semver::Version;
use sha2::{Digest, Sha256};
use tar::{Archive, EntryType};
use url::Url;

use crate::command::context::Context;
use crate::error::{Error, Kind, Result};
use crate::go::platform::Platform;
use crate::go::source;
use crate::net::address::{is_loopback, shown};
use crate::net::failure::Failure;
use crate::net::http::{Http, is_web_page};
use crate::net::retry::{Retry, retry};
use crate::source::network::{goauth, goenv};
use crate::store::receipt::hex;
use crate::text;

/// Where the releases are, as `dist/release` tells the compiler; none in a gox that was built in another way.
const PLACE: Option<&str> = option_env!("GOX_BUILD_RELEASES");

/// Limits in bytes: some forty lines, an archive, which has 5 MB, and the program in it.
const MAX_LIST: u64 = 1 << 20;
const MAX_ARCHIVE: u64 = 64 << 20;
const MAX_UNPACKED: u64 = 256 << 20;

/// A place with releases.
pub(super) struct Releases {
    base: Url,
    http: Http,
}

/// A release, for the platform of this gox.
pub(super) struct Release {
    pub(super) version: Version,
    /// The sha256 of its archive, as the list has it.
    pub(super) sha256: String,
    /// The address of its archive, without credentials.
    pub(super) url: String,
    archive: Url,
    /// The path of the program in the archive.
    program: String,
}

impl Releases {
    /// The releases at `url`, else those where this gox came from.
    pub(super) fn at(url: Option<&str>, context: &Context<'_>) -> Result<Self> {
        let Some(text) = url.or(PLACE) else {
            let message = "this gox comes from no release, and does not know where newer ones are";
            return Err(Error::new(Kind::Usage, message)
                .hint("build it from its newer sources, or name a place that has releases: `gox self update --url URL`"));
        };
        let invalid = |reason: &str| {
            let text = text::without_password(text);
            Error::new(
                Kind::Usage,
                format!("invalid address of releases `{}`: {reason}", text.escape_debug()),
            )
        };
        let base = source::readable(text).map_err(|reason| invalid(&reason))?;
        if base.scheme() == "http" && !is_loopback(&base) {
            return Err(invalid("over http anybody on the way could change what gox becomes")
                .hint("write it with https"));
        }
        let goauth = goauth(&goenv(&context.world))?;
        let http = Http::new(context.settings.timeout, context.settings.offline.clone(), goauth);
        Ok(Releases { base, http })
    }

    /// The release of that version, else the newest.
    pub(super) fn find(&self, wanted: Option<&Version>) -> Result<Release> {
        let folder = wanted.map_or_else(|| "latest/download".to_owned(), folder);
        let list = self.file(&folder, "SHA256SUMS");
        let absent = |what: &str| Error::new(Kind::NoSuchVersion, format!("`{}` {what}", shown(&list)));
        let text = match (self.get(&list, MAX_LIST), wanted) {
            (Err(failure), Some(version)) if failure.is_absent() => {
                return Err(absent(&format!("is not there: it has no gox {version}")));
            }
            (answer, _) => answer?,
        };
        let text = String::from_utf8_lossy(&text);
        let mut listed = text.lines().filter_map(listed);
        let (version, sha256) = listed
            .find(|(version, _)| wanted.is_none_or(|wanted| version == wanted))
            .ok_or_else(|| absent(&format!("names no archive of gox for {}", Platform::HOST)))?;
        let name = format!("gox-{version}-{}", Platform::HOST);
        let archive = self.file(&self::folder(&version), &format!("{name}.tar.gz"));
        let (url, program) = (shown(&archive), format!("{name}/gox"));
        Ok(Release { version, sha256, url, archive, program })
    }

    /// The archive of a release, once its sha256 is the one of the list.
    pub(super) fn fetch(&self, release: &Release) -> Result<Vec<u8>> {
        let archive = self.get(&release.archive, MAX_ARCHIVE)?;
        let found = hex(&Sha256::digest(&archive));
        if found != release.sha256 {
            let message = format!("`{}` is not what the list of its release says", release.url);
            return Err(Error::new(Kind::Verification, message)
                .detail(format!("sha256 of the list: {}", release.sha256))
                .detail(format!("of what came: {found}")));
        }
        Ok(archive)
    }

    fn file(&self, folder: &str, name: &str) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(folder.split('/')).push(name);
        }
        url
    }

    fn get(&self, url: &Url, limit: u64) -> Result<Vec<u8>, Failure> {
        let ask = || self.http.get_bytes(url, limit);
        let bytes = retry(ask, |failure| Retry::after([failure], Failure::is_cheap_to_retry))?;
        if is_web_page(&bytes) { Err(Failure::web_page(url)) } else { Ok(bytes) }
    }
}

impl Release {
    /// The program in the archive. All else in there is passed over.
    pub(super) fn unpack(&self, archive: &[u8]) -> Result<Vec<u8>> {
        let fault =
            || Error::new(Kind::Verification, format!("`{}` has no file `{}`", self.url, self.program));
        let unsound = |error: io::Error| fault().because(error);
        let mut archive = Archive::new(GzDecoder::new(archive).take(MAX_UNPACKED));
        for entry in archive.entries().map_err(unsound)? {
            let mut entry = entry.map_err(unsound)?;
            let is_file = entry.header().entry_type() == EntryType::Regular;
            if is_file && *entry.path_bytes() == *self.program.as_bytes() {
                let mut program = Vec::new();
                entry.read_to_end(&mut program).map_err(unsound)?;
                return if program.len() as u64 == entry.size() { Ok(program) } else { Err(fault()) };
            }
        }
        Err(fault())
    }
}

/// The folder of a release.
fn folder(version: &Version) -> String {
    format!("download/v{version}")
}

/// The version and the checksum in a line of the list, if that is for an archive of this platform.
fn listed(line: &str) -> Option<(Version, String)> {
    let (sha256, name) = line.split_once("  ")?;
    let version = name.strip_prefix("gox-")?.strip_suffix(&format!("-{}.tar.gz", Platform::HOST))?;
    let is_sum = sha256.len() == 64 && sha256.bytes().all(|byte| byte.is_ascii_hexdigit());
    Some((Version::parse(version).ok()?, sha256.to_ascii_lowercase())).filter(|_| is_sum)
}

//! Downloads a module zip to disk. Its central directory is at its end, so that no file can be unpacked before the
//! whole zip is there. The bytes on disk also serve for a resume.

use std::fs::File;
use std::io::Write;

use crate::error::{Error, Result};
use crate::go::source::Format;
use crate::install::guard::check_packed;
use crate::install::prove::IsProvable;
use crate::install::report::Phases;
use crate::source::download::Download;

/// Bytes that are read at a time.
const CHUNK: usize = 256 << 10;

/// Downloads the whole zip, unless `is_provable` fails meanwhile; returns the open file, whose name may have been
/// removed with the cache.
pub fn to_disk(download: &mut Download, is_provable: IsProvable<'_>, phases: &dyn Phases) -> Result<File> {
    let path = download.partial.path().to_owned();
    let failed = |error| Error::unwritable(format!("could not write `{}`", path.display()), error);
    let mut length = download.resumed;
    let mut file = match download.take_kept() {
        Some(file) => file,
        None => download.partial.create(&download.remote()).map_err(failed)?,
    };
    let mut buffer = vec![0; CHUNK];
    loop {
        let count = download.read(&mut buffer)?;
        if count == 0 {
            return Ok(file);
        }
        length += count as u64;
        check_packed(Format::ModuleZip, length)?;
        is_provable(length)?;
        file.write_all(&buffer[..count]).map_err(failed)?;
        phases.advance(count as u64);
    }
}

//! A module zip from the network to disk: its central directory stands at its end, so it must be there
//! whole before the first file can be unpacked. What is on disk serves to resume.

use std::io::Write;
use std::path::PathBuf;

use super::guard::MAX_ZIP;
use crate::error::{Error, Kind, Result};
use crate::source::download::Download;
use crate::ui::progress::Progress;

const CHUNK: usize = 256 << 10;

/// Downloads to the end; gives the file.
pub fn to_disk(download: &mut Download, progress: &Progress<'_>) -> Result<PathBuf> {
    let path = download.partial().path().to_owned();
    let failed = |error| Error::store(format!("could not write `{}`", path.display()), error);
    let mut length = download.resumed();
    progress.advance(length);
    let mut file = download.partial().open(length, &download.origin()).map_err(failed)?;
    let mut buffer = vec![0; CHUNK];
    loop {
        let count = download.read(&mut buffer)?;
        if count == 0 {
            return Ok(path);
        }
        length += count as u64;
        if length > MAX_ZIP {
            return Err(Error::new(
                Kind::Verification,
                format!("the module zip has more than {MAX_ZIP} bytes"),
            ));
        }
        file.write_all(&buffer[..count]).map_err(failed)?;
        progress.advance(count as u64);
    }
}

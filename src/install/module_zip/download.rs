//! Downloads a module zip to disk, where its bytes also serve for a resume, and unpacks it. Its central directory is at
//! its end, so that no file can be unpacked before the whole zip is there.

use std::fs::File;
use std::io::{self, Write};

use super::job::Job;
use super::unpack::unpack;
use crate::error::{Error, Result};
use crate::go::source::Format;
use crate::install::guard::check_packed;
use crate::install::refusal;
use crate::source::download::Download;

/// Bytes that are read at a time.
const CHUNK: usize = 256 << 10;

/// Downloads and unpacks a zip, unless [`Job::is_provable`] fails meanwhile.
pub fn download(download: &mut Download, job: &Job<'_>) -> Result<()> {
    let mut file = open_part(download)?;
    transfer(download, &mut file, job)?;
    unpack(file, job).map_err(|error| refusal::at(error, job.address))
}

/// The part on disk, which may hold the bytes of an earlier run. Its name may be removed with the cache meanwhile.
fn open_part(download: &mut Download) -> Result<File> {
    match download.take_kept() {
        Some(file) => Ok(file),
        None => download.partial.create(&download.remote()).map_err(|error| unwritable(download, error)),
    }
}

fn unwritable(download: &Download, error: io::Error) -> Error {
    Error::unwritable(format!("could not write `{}`", download.partial.path().display()), error)
}

/// Appends the bytes to the part as they come.
fn transfer(download: &mut Download, file: &mut File, job: &Job<'_>) -> Result<()> {
    let mut buffer = vec![0; CHUNK];
    let mut length = download.resumed;
    loop {
        let count = download.read(&mut buffer)?;
        if count == 0 {
            return Ok(());
        }
        length += count as u64;
        check_packed(Format::ModuleZip, length)?;
        (job.is_provable)(length)?;
        file.write_all(&buffer[..count]).map_err(|error| unwritable(download, error))?;
        job.phases.advance(count as u64);
    }
}

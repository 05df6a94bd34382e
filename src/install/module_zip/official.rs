//! What the module zip of a release lists, without its content.

use std::fs::File;
use std::sync::Arc;

use super::listing::Listing;
use super::packed::{Arrival, Packed};
use super::tail;
use crate::go::name::ToolchainName;
use crate::go::platform::Platform;
use crate::go::source::Format;
use crate::source::{Bytes, Opened};

/// A file in the zip.
pub struct Official {
    /// Its path in the toolchain.
    pub path: String,
    /// Its length in bytes.
    pub size: u64,
    /// Its CRC-32.
    pub crc32: u32,
}

/// The files of a toolchain, as the central directory of its zip has them. Nothing proves that: it is good for telling
/// where a tree differs, and no more. `None` if the bytes are no zip, or the server does not give the end alone.
pub fn official(opened: &Opened, toolchain: &ToolchainName) -> Option<Vec<Official>> {
    if opened.format != Format::ModuleZip {
        return None;
    }
    let zip = match &opened.bytes {
        Bytes::File(path) => Packed::whole(File::open(path).ok()?).ok()?,
        Bytes::Network(download) => {
            let tail = tail::fetch(&download.side()?)?;
            // Whatever is asked for beside the tail is not there, and will not come.
            let arrival = Arc::new(Arrival::default());
            arrival.end();
            Packed::arriving(tempfile::tempfile().ok()?, tail, arrival)
        }
    };
    let listing = Listing::read(zip, &Platform::HOST.module_version(toolchain)).ok()?;
    let file = |file: &super::listing::ListedFile| {
        let crc32 = listing.archive.by_index_data(file.index).ok()?.crc32();
        Some(Official { path: file.path.clone(), size: file.size, crc32 })
    };
    listing.files.iter().map(file).collect()
}

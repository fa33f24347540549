//! Reads zip archives.

use std::io::{Cursor, Read};

use ::zip::{CompressionMethod, ExtraField, ZipArchive};

use super::members::Members;
use super::{Budget, Unpacked, failure};
use crate::errors::Error;
use crate::errors::highlight::hint;

const FAILED: &str = "cannot read file from tarball";
/// How much is decompressed between two looks at the budget.
const STEP: usize = 64 << 10;

/// Unpacks an archive. One that is read as it comes, not `is_whole`, does not tell what its members are: that is in
/// a list at its end.
pub fn read(bytes: &[u8], is_whole: bool, budget: &Budget<'_>) -> Result<Unpacked, Box<Error>> {
    let cut = |_| failure("cannot get archive member name: Truncated ZIP file header");
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(cut)?;
    let mut members = Members::new();
    let (mut modified, mut held) = (0, bytes.len());
    for index in 0..archive.len() {
        let mut entry = archive.by_index_raw(index).map_err(cut)?;
        let path = entry.name_raw().to_vec();
        modified = modified.max(modification(&entry));
        let mode = entry.unix_mode().filter(|_| is_whole).unwrap_or(0);
        let (checksum, method, is_locked) = (entry.crc32(), entry.compression(), entry.encrypted());
        let mut raw = Vec::new();
        entry.read_to_end(&mut raw).map_err(|_| failure(format!("{FAILED}: Truncated ZIP file data")))?;
        drop(entry);
        let is_folder = path.ends_with(b"/");
        match mode & 0o170_000 {
            0o040_000 => members.folder(&path)?,
            0 if is_folder => members.folder(&path)?,
            kind @ (0 | 0o100_000 | 0o120_000) => {
                if is_locked {
                    return Err(failure(format!("{FAILED}: Passphrase required for this entry")));
                }
                let contents = contents(&raw, method, checksum, held, budget)?;
                held += contents.len();
                budget(held)?;
                match kind {
                    0o120_000 => members.link(&path, &contents)?,
                    _ => members.file(&path, &contents, mode & 0o100 != 0)?,
                }
            }
            kind => {
                let words = "file '{}' in tarball has unsupported file type {}";
                return Err(failure(hint(words, &[&path, kind.to_string().as_bytes()])));
            }
        }
    }
    Ok(Unpacked { tree: members.finish()?, modified, warnings: Vec::new() })
}

/// When a member was modified: as a field of Unix has it, or else by the clock on the wall, which is taken for UTC.
fn modification<R: Read>(entry: &::zip::read::ZipFile<'_, R>) -> u64 {
    let exact = entry.extra_data_fields().find_map(|field| match field {
        ExtraField::ExtendedTimestamp(times) => times.mod_time(),
        _ => None,
    });
    if let Some(seconds) = exact {
        return u64::from(seconds);
    }
    entry.last_modified().map_or(0, |time| {
        let days = crate::format::date::days(time.year().into(), time.month().into(), time.day().into());
        let seconds = u64::from(time.hour()) * 3600 + u64::from(time.minute()) * 60 + u64::from(time.second());
        days * 24 * 3600 + seconds
    })
}

/// The contents of a member.
fn contents(
    raw: &[u8],
    method: CompressionMethod,
    checksum: u32,
    held: usize,
    budget: &Budget<'_>,
) -> Result<Vec<u8>, Box<Error>> {
    let mut reader: Box<dyn Read + '_> = match method {
        CompressionMethod::Stored => Box::new(raw),
        CompressionMethod::Bzip2 => Box::new(bzip2::read::BzDecoder::new(raw)),
        CompressionMethod::Deflated => Box::new(flate2::read::DeflateDecoder::new(raw)),
        other => {
            let shown = other.to_string();
            return Err(failure(format!("{FAILED}: Unsupported ZIP compression method ({shown})")));
        }
    };
    let (mut contents, mut step, mut crc) = (Vec::new(), vec![0; STEP], flate2::Crc::new());
    loop {
        let read = reader.read(&mut step).map_err(|_| failure(format!("{FAILED}: ZIP decompression failed (-3)")))?;
        if read == 0 {
            break;
        }
        budget(held + 2 * (contents.len() + read))?;
        crc.update(&step[..read]);
        contents.extend_from_slice(&step[..read]);
    }
    if crc.sum() != checksum {
        let words = format!("{FAILED}: ZIP bad CRC: 0x{:x} should be 0x{checksum:x}", crc.sum());
        return Err(failure(words));
    }
    Ok(contents)
}

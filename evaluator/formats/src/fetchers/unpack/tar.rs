//! Reads tar archives, in the formats of 1979, of POSIX and of GNU.

use ::tar::{EntryType, Header, PaxExtensions};

use super::filter::Stream;
use super::members::Members;
use super::{Budget, Unpacked, failure};
use crate::errors::Error;
use crate::errors::highlight::{hint, plain};
use crate::fetchers::archive::is_old_tar;

const BLOCK: usize = 512;

/// Whether bytes begin with the header of a member, or with the end of an archive.
pub fn is_tar(bytes: &[u8]) -> bool {
    bytes.is_empty() || is_old_tar(bytes)
}

/// What stands in front of a member and belongs to it.
#[derive(Default)]
struct Ahead {
    path: Option<Vec<u8>>,
    link: Option<Vec<u8>>,
    size: Option<u64>,
    modified: Option<u64>,
    /// Whether the path is from a header of POSIX, in UTF-8.
    is_posix_path: bool,
}

impl Ahead {
    fn read_posix(&mut self, records: &[u8]) {
        let number = |text: &[u8]| {
            let text = std::str::from_utf8(text).ok()?;
            text.split('.').next().and_then(|whole| whole.parse::<u64>().ok())
        };
        for record in PaxExtensions::new(records).flatten() {
            let value = record.value_bytes();
            match record.key_bytes() {
                b"path" => (self.path, self.is_posix_path) = (Some(value.to_vec()), true),
                b"linkpath" => self.link = Some(value.to_vec()),
                b"size" => self.size = number(value),
                b"mtime" => self.modified = number(value),
                _ => {}
            }
        }
    }
}

struct Reader<'s> {
    stream: &'s Stream,
    at: usize,
}

impl<'s> Reader<'s> {
    /// The next `length` bytes, and none of what fills their last block; fails with `cut` if there are less.
    fn take(&mut self, length: u64, cut: &str, failed: &str) -> Result<&'s [u8], Box<Error>> {
        let left = &self.stream.bytes[self.at.min(self.stream.bytes.len())..];
        let taken = usize::try_from(length).ok().and_then(|length| left.get(..length)).ok_or_else(|| {
            let why = self.stream.problem.as_deref().unwrap_or(cut);
            failure(format!("{failed}: {why}"))
        })?;
        self.at += taken.len().div_ceil(BLOCK) * BLOCK;
        Ok(taken)
    }
}

impl Reader<'_> {
    /// Fails if what fills the last block of a file's contents is cut.
    fn check_padding(&self, length: usize) -> Result<(), Box<Error>> {
        let needed = length.wrapping_neg() % BLOCK;
        let Some(missing) = self.at.checked_sub(self.stream.bytes.len()).filter(|missing| *missing > 0) else {
            return Ok(());
        };
        let cut = format!("Truncated input file (needed {needed} bytes, only {} available)", needed - missing);
        Err(failure(format!("{NO_DATA}: {}", self.stream.problem.as_deref().unwrap_or(&cut))))
    }
}

const NO_HEADER: &str = "cannot get archive member name";
const CUT_HEADER: &str = "Truncated tar archive detected while reading next header";
const NO_DATA: &str = "cannot read file from tarball";
const CUT_DATA: &str = "Truncated tar archive detected while reading data";

/// Unpacks an archive.
pub fn read(stream: &Stream, budget: &Budget<'_>) -> Result<Unpacked, Box<Error>> {
    let mut reader = Reader { stream, at: 0 };
    let mut members = Members::new();
    let mut ahead = Ahead::default();
    let (mut modified, mut warnings, mut held) = (0, Vec::new(), 0);
    while reader.at < stream.bytes.len() || stream.problem.is_some() {
        let block = reader.take(BLOCK as u64, CUT_HEADER, NO_HEADER)?;
        if block.iter().all(|byte| *byte == 0) {
            break;
        }
        if !is_old_tar(block) {
            return Err(failure(format!("{NO_HEADER}: Damaged tar archive (bad header checksum)")));
        }
        let header = Header::from_byte_slice(block);
        let bad = |_| failure(format!("{NO_HEADER}: Damaged tar header"));
        let size = match ahead.size {
            Some(size) => size,
            None => header.entry_size().map_err(bad)?,
        };
        let kind = header.entry_type();
        if matches!(
            kind,
            EntryType::GNULongName | EntryType::GNULongLink | EntryType::XHeader | EntryType::XGlobalHeader
        ) {
            let length = header.entry_size().map_err(bad)?;
            let text = reader.take(length, CUT_HEADER, NO_HEADER)?;
            let until_zero = || text.split(|byte| *byte == 0).next().unwrap_or_default().to_vec();
            match kind {
                EntryType::GNULongName => ahead.path = Some(until_zero()),
                EntryType::GNULongLink => ahead.link = Some(until_zero()),
                EntryType::XHeader => ahead.read_posix(text),
                _ => {}
            }
            continue;
        }
        let Ahead { path, link, modified: own, is_posix_path, .. } = std::mem::take(&mut ahead);
        let path = path.unwrap_or_else(|| header.path_bytes().into_owned());
        if is_posix_path && !path.is_ascii() {
            let words = "getting archive member '{}': {}";
            warnings.push(plain(words, &[&path, b"Pathname can't be converted from UTF-8 to current locale"]));
        }
        modified = modified.max(own.or_else(|| header.mtime().ok()).unwrap_or(0));
        let link = || link.or_else(|| header.link_name_bytes().map(|link| link.into_owned())).unwrap_or_default();
        match kind {
            EntryType::Link => members.hard_link(&path, &link()),
            EntryType::Symlink => members.link(&path, &link())?,
            EntryType::Directory => members.folder(&path)?,
            EntryType::Char => return Err(unsupported(&path, 0o020_000)),
            EntryType::Block => return Err(unsupported(&path, 0o060_000)),
            EntryType::Fifo => return Err(unsupported(&path, 0o010_000)),
            EntryType::GNUSparse => {
                return Err(failure(hint("file '{}' in tarball is sparse, which is not supported", &[&path])));
            }
            // A file whose name ends so is a folder of the time before there were folders in archives.
            EntryType::Regular if path.ends_with(b"/") => members.folder(&path)?,
            // What nobody knows is taken for a file.
            _ => {
                let contents = reader.take(size, CUT_DATA, NO_DATA)?;
                reader.check_padding(contents.len())?;
                held += contents.len();
                budget(stream.bytes.len() + 2 * held)?;
                let executable = header.mode().is_ok_and(|mode| mode & 0o100 != 0);
                members.file(&path, contents, executable)?;
            }
        }
    }
    Ok(Unpacked { tree: members.finish()?, modified, warnings })
}

fn unsupported(path: &[u8], kind: u32) -> Box<Error> {
    let words = "file '{}' in tarball has unsupported file type {}";
    failure(hint(words, &[path, kind.to_string().as_bytes()]))
}

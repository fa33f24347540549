//! Unpacks archives in memory, by the reference's rules and with its words: what libarchive takes for an archive, and how
//! the reference makes a tree of its members.
//!
//! Nothing is written, and no member can lie outside the tree: `..` ends at its root. Every step asks a budget before
//! it takes memory, so an archive that would become huge ends in an error.

mod filter;
mod members;
mod tar;
mod zip;

use crate::errors::{Error, ErrorKind, Message};
use crate::io::InMemory;

/// What an archive holds.
pub struct Unpacked {
    /// The files. Where everything is in one folder, that folder.
    pub tree: InMemory,
    /// The latest modification of a member, in seconds since 1970.
    pub modified: u64,
    /// What to warn of, with arguments marked.
    pub warnings: Vec<Vec<u8>>,
}

/// Takes a number of bytes, which are all that unpacking holds at this moment, and fails if they are too many.
pub type Budget<'b> = dyn Fn(usize) -> Result<(), Box<Error>> + 'b;

/// The most bytes that an archive may become, whatever the budget is.
pub const MOST_BYTES: usize = 8 << 30;

fn failure(message: impl Into<Message>) -> Box<Error> {
    Error::new(ErrorKind::Evaluation, message)
}

/// Unpacks an archive. With `is_whole`, the reference has it in a file before it opens it, as it does with those that are
/// called `….zip`; that shows in messages.
pub fn unpack(archive: Vec<u8>, is_whole: bool, budget: &Budget<'_>) -> Result<Unpacked, Box<Error>> {
    let cannot_open = |why: &str| match is_whole {
        true => failure(format!("failed to open archive: {why}")),
        false => failure(format!("Failed to open archive ({why})")),
    };
    let bounded = |bytes: usize| match bytes <= MOST_BYTES {
        true => budget(bytes),
        false => Err(failure(format!("the archive becomes larger than {} GiB", MOST_BYTES >> 30))),
    };
    let stream = filter::decompress(archive, &bounded)?;
    if let (true, Some(why)) = (stream.bytes.is_empty(), &stream.problem) {
        return Err(cannot_open(why));
    }
    if stream.bytes.starts_with(b"PK\x03\x04") || stream.bytes.starts_with(b"PK\x05\x06") {
        return zip::read(&stream.bytes, is_whole, &bounded);
    }
    match tar::is_tar(&stream.bytes) {
        true => tar::read(&stream, &bounded),
        false => Err(cannot_open(stream.problem.as_deref().unwrap_or("Unrecognized archive format"))),
    }
}

#[cfg(test)]
mod tests;

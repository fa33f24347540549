//! Undoes compression, one layer after another, as libarchive does. What it says of a file that is cut or damaged is
//! kept beside what came out before.

use std::io::{self, Read};

use super::Budget;
use crate::errors::Error;

/// What came out of an archive's compression.
pub struct Stream {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Why there are no more, if that is no end.
    pub problem: Option<String>,
}

/// How many layers there may be; libarchive's number.
const MOST_LAYERS: usize = 25;
/// How much libarchive takes out of a layer at once; when that fails, it gives nothing of it.
const BLOCK: usize = 64 << 10;
const ZSTD_BLOCK: usize = 128 << 10;
/// How much memory a layer may ask for, in KiB.
const MOST_MEMORY: u32 = 1 << 20;

/// A kind of compression.
#[derive(Clone, Copy)]
enum Layer {
    Gzip,
    Bzip2,
    Xz,
    Lzma,
    Zstd,
}

impl Layer {
    fn of(bytes: &[u8]) -> Option<Layer> {
        const BEGINNINGS: [(&[u8], Layer); 5] = [
            (b"\x1f\x8b\x08", Layer::Gzip),
            (b"BZh", Layer::Bzip2),
            (b"\xfd7zXZ\0", Layer::Xz),
            (b"\x28\xb5\x2f\xfd", Layer::Zstd),
            (b"\x5d\0\0", Layer::Lzma),
        ];
        BEGINNINGS.iter().find(|(beginning, _)| bytes.starts_with(beginning)).map(|(_, layer)| *layer)
    }

    fn problem(self, error: &io::Error) -> &'static str {
        let is_cut = error.kind() == io::ErrorKind::UnexpectedEof;
        match self {
            Layer::Gzip if is_cut => "truncated gzip input",
            Layer::Gzip => "gzip decompression failed",
            Layer::Bzip2 if is_cut => "truncated bzip2 input",
            Layer::Bzip2 => "bzip decompression failed",
            Layer::Xz | Layer::Lzma if is_cut => "Lzma library error:  No progress is possible",
            Layer::Xz | Layer::Lzma if error.kind() == io::ErrorKind::OutOfMemory => {
                "Lzma library error: Out of memory"
            }
            Layer::Xz | Layer::Lzma => "Lzma library error: Corrupted input data",
            Layer::Zstd if is_cut => "Truncated zstd input",
            Layer::Zstd => "Zstd decompression failed: Data corruption detected",
        }
    }

    /// What is in this layer.
    fn undo(self, bytes: &[u8], budget: &Budget<'_>) -> Result<Stream, Box<Error>> {
        let held = bytes.len();
        let opened: Result<Box<dyn Read + '_>, io::Error> = match self {
            Layer::Gzip => return gunzip(bytes, budget),
            Layer::Bzip2 => Ok(Box::new(bzip2::read::MultiBzDecoder::new(bytes))),
            Layer::Xz => Ok(Box::new(lzma_rust2::XzReader::new_mem_limit(bytes, true, MOST_MEMORY))),
            Layer::Lzma => lzma_rust2::LzmaReader::new_mem_limit(bytes, MOST_MEMORY, None)
                .map(|reader| Box::new(reader) as Box<dyn Read>),
            Layer::Zstd => Ok(Box::new(Frames { rest: bytes, open: None })),
        };
        match opened {
            Ok(mut reader) => self.drain(&mut *reader, held, budget),
            Err(error) => Ok(Stream { bytes: Vec::new(), problem: Some(self.problem(&error).to_owned()) }),
        }
    }

    /// Reads to the end. Of a block that fails, nothing is kept.
    fn drain(self, reader: &mut dyn Read, held: usize, budget: &Budget<'_>) -> Result<Stream, Box<Error>> {
        let size = if matches!(self, Layer::Zstd) { ZSTD_BLOCK } else { BLOCK };
        let mut bytes = Vec::new();
        let mut block = Vec::with_capacity(size);
        loop {
            block.clear();
            if let Err(error) = reader.take(size as u64).read_to_end(&mut block) {
                return Ok(Stream { bytes, problem: Some(self.problem(&error).to_owned()) });
            }
            // The buffer may have grown to twice of what is in it.
            budget(held + 2 * (bytes.len() + block.len()))?;
            bytes.extend_from_slice(&block);
            if block.len() < size {
                return Ok(Stream { bytes, problem: None });
            }
        }
    }
}

/// The members of a gzip file, one after another. Their checksums are not looked at, and what follows them is not either.
fn gunzip(mut bytes: &[u8], budget: &Budget<'_>) -> Result<Stream, Box<Error>> {
    let held = bytes.len();
    let mut all = Stream { bytes: Vec::new(), problem: None };
    while matches!(Layer::of(bytes), Some(Layer::Gzip)) {
        let Some(header) = gzip_header(bytes) else {
            all.problem = Some("truncated gzip input".to_owned());
            break;
        };
        let mut reader = flate2::bufread::DeflateDecoder::new(&bytes[header..]);
        let part = Layer::Gzip.drain(&mut reader, held + all.bytes.len(), budget)?;
        let rest = reader.into_inner();
        all.bytes.extend_from_slice(&part.bytes);
        all.problem = part.problem;
        const TRAILER: usize = 8;
        match rest.get(TRAILER..) {
            _ if all.problem.is_some() => break,
            Some(behind) => bytes = behind,
            None => {
                all.problem = Some("truncated gzip input".to_owned());
                all.bytes.truncate(all.bytes.len() / BLOCK * BLOCK);
                break;
            }
        }
    }
    Ok(all)
}

/// The length of a member's header; none if it is cut.
fn gzip_header(bytes: &[u8]) -> Option<usize> {
    const CHECKSUM: u8 = 2;
    const EXTRA: u8 = 4;
    const NAME: u8 = 8;
    const COMMENT: u8 = 16;
    let flags = *bytes.get(3)?;
    let mut end = 10;
    if flags & EXTRA != 0 {
        end += 2 + usize::from(u16::from_le_bytes([*bytes.get(end)?, *bytes.get(end + 1)?]));
    }
    for flag in [NAME, COMMENT] {
        if flags & flag != 0 {
            end += bytes.get(end..)?.iter().position(|byte| *byte == 0)? + 1;
        }
    }
    if flags & CHECKSUM != 0 {
        end += 2;
    }
    (end <= bytes.len()).then_some(end)
}

/// The frames of a zstd file.
struct Frames<'b> {
    rest: &'b [u8],
    open: Option<ruzstd::decoding::StreamingDecoder<&'b [u8], ruzstd::decoding::FrameDecoder>>,
}

impl Read for Frames<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if let Some(open) = &mut self.open {
                let read = open.read(buffer)?;
                if read > 0 || buffer.is_empty() {
                    return Ok(read);
                }
            }
            if let Some(done) = self.open.take() {
                self.rest = done.into_inner();
            }
            if self.rest.is_empty() {
                return Ok(0);
            }
            let opened =
                ruzstd::decoding::StreamingDecoder::new_with_max_window_size(self.rest, u64::from(MOST_MEMORY) << 10);
            self.open = Some(opened.map_err(|_| io::Error::from(io::ErrorKind::InvalidData))?);
        }
    }
}

/// Undoes all layers of compression.
pub fn decompress(archive: Vec<u8>, budget: &Budget<'_>) -> Result<Stream, Box<Error>> {
    let mut stream = Stream { bytes: archive, problem: None };
    for _ in 0..MOST_LAYERS {
        let Some(layer) = Layer::of(&stream.bytes) else { break };
        let inner = layer.undo(&stream.bytes, budget)?;
        stream = Stream { bytes: inner.bytes, problem: inner.problem.or(stream.problem) };
    }
    Ok(stream)
}

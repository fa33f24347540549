//! Sources and positions in them.
//!
//! A [`Pos`] takes four bytes, and trees, bytecode and attribute sets carry it. [`SourceMap`] turns it into file, line
//! and column when an error or `unsafeGetAttrPos` asks. As in the reference, lines and columns count from 1, and
//! columns and offsets count bytes.

use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

/// A position in one of the sources of a [`SourceMap`], or none.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Pos(u32);

impl Pos {
    /// No position.
    pub const NONE: Pos = Pos(0);

    /// Whether this is a real position.
    pub const fn is_some(self) -> bool {
        self.0 != 0
    }

    /// The position as a number, for places that can only hold numbers.
    pub const fn number(self) -> u32 {
        self.0
    }

    /// The position with this [`Pos::number`].
    pub const fn from_number(number: u32) -> Pos {
        Pos(number)
    }

    /// This position, or `other` where this is none.
    pub const fn or(self, other: Pos) -> Pos {
        if self.is_some() { self } else { other }
    }
}

impl std::fmt::Debug for Pos {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Pos({})", self.0)
    }
}

/// Where a source was read from. It decides how messages name the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A file, by its absolute path.
    File(Rc<[u8]>),
    /// Standard input, printed `«stdin»`.
    Stdin,
    /// An expression given on the command line or by an embedder, printed `«string»`.
    Text,
    /// A file that is part of the evaluator, printed `«nix-internal»/NAME`; [`FLAKE_CALLER`] is in a folder of its own.
    Internal(&'static str),
}

/// The name of the internal file that makes the values of flakes.
pub const FLAKE_CALLER: &str = "call-flake.nix";

/// What messages call a file that is part of the evaluator.
pub fn shown_internal(name: &str) -> String {
    let folder = if name == FLAKE_CALLER { "flakes-internal" } else { "nix-internal" };
    format!("«{folder}»/{name}")
}

impl Origin {
    /// The path of a file as programs see it. A file that is part of the evaluator has its path in the reference's own
    /// file system.
    pub fn path(&self) -> Option<Cow<'_, [u8]>> {
        match self {
            Origin::File(path) => Some(Cow::Borrowed(path)),
            Origin::Internal(name) => Some(Cow::Owned(format!("/{name}").into_bytes())),
            Origin::Stdin | Origin::Text => None,
        }
    }
}

/// One source text.
#[derive(Debug)]
pub struct Source {
    /// What the text was read from.
    pub origin: Origin,
    /// The text itself; not necessarily UTF-8.
    pub text: Rc<[u8]>,
    base: u32,
    /// The starts of lines, computed once a position has been asked for.
    line_starts: OnceCell<Box<[u32]>>,
}

impl Source {
    /// The position of the byte at `offset`, which may be one past the end.
    pub fn at(&self, offset: usize) -> Pos {
        Pos(self.base + offset as u32)
    }

    /// Line and column of a byte offset. A line ends with `\n`, `\r` or `\r\n`, as in the reference's `LinesIterator`.
    fn line_and_column(&self, offset: usize, map: &SourceMap) -> (usize, usize) {
        let starts = self.line_starts.get_or_init(|| line_starts(&map.shown_text(self).unwrap_or_default()));
        let line = starts.partition_point(|start| *start as usize <= offset);
        (line, offset - starts[line - 1] as usize + 1)
    }
}

fn line_starts(text: &[u8]) -> Box<[u32]> {
    let ends_line = |&(index, byte): &(usize, &u8)| match byte {
        b'\n' => true,
        b'\r' => text.get(index + 1) != Some(&b'\n'),
        _ => false,
    };
    std::iter::once(0).chain(text.iter().enumerate().filter(ends_line).map(|(index, _)| index as u32 + 1)).collect()
}

/// A position made readable.
#[derive(Clone, Debug)]
pub struct Place {
    /// The source it is in.
    pub source: Rc<Source>,
    /// Bytes from the start of the source.
    pub offset: usize,
    /// Line, from 1.
    pub line: usize,
    /// Column in bytes, from 1.
    pub column: usize,
}

impl Place {
    /// The place as messages name it: `/a/b.nix:1:2`.
    pub fn describe(&self) -> Vec<u8> {
        let mut text = match &self.source.origin {
            Origin::File(path) => path.to_vec(),
            Origin::Stdin => "«stdin»".into(),
            Origin::Text => "«string»".into(),
            Origin::Internal(name) => shown_internal(name).into(),
        };
        text.extend_from_slice(format!(":{}:{}", self.line, self.column).as_bytes());
        text
    }
}

/// Reads a file again, by the path in its [`Origin`].
pub type Reader = Box<dyn Fn(&[u8]) -> Option<Vec<u8>>>;

/// All sources of one evaluation.
#[derive(Default)]
pub struct SourceMap {
    sources: RefCell<Vec<Rc<Source>>>,
    reader: OnceCell<Reader>,
}

impl SourceMap {
    /// No sources yet. `reader` reads their files again for the excerpts in messages.
    pub fn reading_again(reader: Reader) -> SourceMap {
        SourceMap { reader: OnceCell::from(reader), ..SourceMap::default() }
    }

    /// The text as excerpts in messages show it; none if it no longer exists. The reference reads files again, so a
    /// file that has changed since it was parsed, or that is behind a link, is shown as it is then. Of a source that is
    /// no file it shows the text only up to a NUL, though it parses all of it.
    pub fn shown_text<'s>(&self, source: &'s Source) -> Option<Cow<'s, [u8]>> {
        match (&source.origin, self.reader.get()) {
            (Origin::Stdin | Origin::Text, _) => source.text.split(|byte| *byte == 0).next().map(Cow::Borrowed),
            (Origin::File(path), Some(reader)) => reader(path).map(Cow::Owned),
            (Origin::File(_) | Origin::Internal(_), _) => Some(Cow::Borrowed(&source.text)),
        }
    }

    /// Registers a source and gives it a range of positions. `None` when 4 GiB of sources are already registered.
    pub fn add(&self, origin: Origin, text: impl Into<Rc<[u8]>>) -> Option<Rc<Source>> {
        let text = text.into();
        let mut sources = self.sources.borrow_mut();
        // One more than the length, so that the end of a source is a position of its own.
        let base = sources.last().map_or(Some(1), |last| last.base.checked_add(last.text.len() as u32 + 1))?;
        u32::try_from(text.len()).ok().and_then(|length| base.checked_add(length)?.checked_add(1))?;
        let source = Rc::new(Source { origin, text, base, line_starts: OnceCell::new() });
        sources.push(source.clone());
        Some(source)
    }

    /// The source of `pos`.
    pub fn source_of(&self, pos: Pos) -> Option<Rc<Source>> {
        if !pos.is_some() {
            return None;
        }
        let sources = self.sources.borrow();
        let after = sources.partition_point(|source| source.base <= pos.0);
        after.checked_sub(1).map(|index| sources[index].clone())
    }

    /// The file, line and column of `pos`. The first question about a source scans it.
    pub fn place(&self, pos: Pos) -> Option<Place> {
        let source = self.source_of(pos)?;
        let offset = (pos.0 - source.base) as usize;
        let (line, column) = source.line_and_column(offset, self);
        Some(Place { source, offset, line, column })
    }
}

/// The text with every line end written as `\n`.
pub fn with_plain_line_ends(text: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(text.len());
    for (index, &byte) in text.iter().enumerate() {
        match byte {
            b'\r' if text.get(index + 1) == Some(&b'\n') => {}
            b'\r' => plain.push(b'\n'),
            _ => plain.push(byte),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_resolve_within_their_own_source() {
        let map = SourceMap::default();
        let first = map.add(Origin::Text, &b"a\nbc"[..]).unwrap();
        let second = map.add(Origin::Stdin, &b"x\r\ny\rz"[..]).unwrap();
        let place = |pos| map.place(pos).map(|place| (place.line, place.column)).unwrap();
        assert_eq!(place(first.at(0)), (1, 1));
        assert_eq!(place(first.at(3)), (2, 2));
        assert_eq!(place(first.at(4)), (2, 3));
        assert_eq!(place(second.at(3)), (2, 1));
        assert_eq!(place(second.at(5)), (3, 1));
        assert!(map.place(Pos::NONE).is_none());
        assert_eq!(map.source_of(second.at(0)).unwrap().origin, Origin::Stdin);
    }

    #[test]
    fn places_in_a_file_are_those_of_what_it_is_now() {
        let now = |path: &[u8]| (path == b"/changed").then(|| b"other\nlines".to_vec());
        let map = SourceMap::reading_again(Box::new(now));
        let origin = |path: &[u8]| Origin::File(path.into());
        let changed = map.add(origin(b"/changed"), &b"a\nb\nlet"[..]).unwrap();
        let gone = map.add(origin(b"/gone"), &b"a\nb\nlet"[..]).unwrap();
        let text = map.add(Origin::Text, &b"a\nb\nlet"[..]).unwrap();
        let place = |pos| map.place(pos).map(|place| (place.line, place.column)).unwrap();
        assert_eq!(place(changed.at(7)), (2, 2));
        assert_eq!(place(gone.at(7)), (1, 8));
        assert_eq!(place(text.at(7)), (3, 4));
        assert_eq!(map.shown_text(&changed).unwrap().as_ref(), b"other\nlines");
        assert!(map.shown_text(&gone).is_none());
    }
}

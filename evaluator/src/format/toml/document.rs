//! Events to a document: which tables a header or dotted key may open again is toml11's `insert_value`.

use std::collections::BTreeMap;

use toml_parser::decoder::Encoding;
use toml_parser::lexer::TokenKind;
use toml_parser::parser::{Event, EventKind, parse_document};
use toml_parser::{ParseError, Source};

use super::{MAX_DEPTH, TomlDocument, TomlError, TomlId, TomlValue, scalar};

/// How a value came to be, which decides whether it may be added to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// A table with a header, or the root.
    Header,
    /// A table that only headers of tables inside it imply.
    Implied,
    /// A table that a dotted key made.
    Dotted,
    /// An array of tables with headers.
    ArrayOfTables,
    /// Anything written as a value.
    Value,
}

/// Reads `text`. Fails if it is not TOML 1.0, or nested deeper than anyone writes.
pub fn parse(text: &[u8]) -> Result<TomlDocument, TomlError> {
    let text = std::str::from_utf8(text).map_err(|error| failure(error.valid_up_to(), "this is not UTF-8"))?;
    let source = Source::new(text);
    let tokens = source.lex().into_vec();
    let (mut depth, mut deepest) = (0usize, 0usize);
    for token in &tokens {
        match token.kind() {
            TokenKind::LeftSquareBracket | TokenKind::LeftCurlyBracket => {
                depth += 1;
                deepest = deepest.max(depth);
                if depth > MAX_DEPTH {
                    return Err(failure(token.span().start(), "arrays and tables are nested too deeply"));
                }
            }
            TokenKind::RightSquareBracket | TokenKind::RightCurlyBracket => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    let mut events: Vec<Event> = Vec::new();
    let mut error: Option<ParseError> = None;
    // The parser goes one call deeper with each bracket.
    const STACK_PER_BRACKET: usize = 2048;
    const RED_ZONE: usize = 64 * 1024;
    let stack = deepest * STACK_PER_BRACKET + RED_ZONE;
    stacker::maybe_grow(stack, 2 * stack, || parse_document(&tokens, &mut events, &mut error));
    if let Some(error) = error {
        return Err(describe(&error));
    }
    let mut builder = Builder::new(source);
    for event in events {
        builder.event(event)?;
        if let Some(error) = builder.decoding.take() {
            return Err(describe(&error));
        }
    }
    Ok(TomlDocument { values: builder.values })
}

fn failure(offset: usize, message: &str) -> TomlError {
    TomlError { offset, message: message.to_owned() }
}

fn describe(error: &ParseError) -> TomlError {
    let span = error.unexpected().or(error.context()).unwrap_or_default();
    failure(span.start(), error.description())
}

/// A value that is being read.
enum Open {
    Array(TomlId),
    InlineTable {
        table: TomlId,
        /// The key whose value is being read; its last part.
        key: Vec<u8>,
        /// The table that the last part goes into.
        target: TomlId,
        /// Whether a comma came last.
        comma: bool,
    },
}

struct Builder<'a> {
    source: Source<'a>,
    values: Vec<TomlValue>,
    origins: Vec<Origin>,
    /// The table that the last header opened.
    current: TomlId,
    /// The parts of the key being read.
    path: Vec<Vec<u8>>,
    path_start: usize,
    /// Where the value being read goes, outside of arrays and inline tables.
    target: (TomlId, Vec<u8>),
    open: Vec<Open>,
    decoding: Option<ParseError>,
}

impl<'a> Builder<'a> {
    fn new(source: Source<'a>) -> Self {
        Builder {
            source,
            values: vec![TomlValue::Table(BTreeMap::new())],
            origins: vec![Origin::Header],
            current: TomlDocument::ROOT,
            path: Vec::new(),
            path_start: 0,
            target: (TomlDocument::ROOT, Vec::new()),
            open: Vec::new(),
            decoding: None,
        }
    }

    fn event(&mut self, event: Event) -> Result<(), TomlError> {
        let start = event.span().start();
        match event.kind() {
            EventKind::StdTableOpen | EventKind::ArrayTableOpen => self.path_start = start,
            EventKind::StdTableClose => self.open_table()?,
            EventKind::ArrayTableClose => self.open_array_table()?,
            EventKind::SimpleKey => self.key(event)?,
            EventKind::KeyValSep => self.prepare_value()?,
            EventKind::InlineTableOpen => {
                let table = self.add(TomlValue::Table(BTreeMap::new()), Origin::Value);
                self.open.push(Open::InlineTable { table, key: Vec::new(), target: table, comma: false });
            }
            EventKind::InlineTableClose => {
                if let Some(Open::InlineTable { table, comma, .. }) = self.open.pop() {
                    if comma {
                        return Err(failure(start, "a table does not end with a comma"));
                    }
                    self.complete(table, start)?;
                }
            }
            EventKind::ArrayOpen => {
                let array = self.add(TomlValue::Array(Vec::new()), Origin::Value);
                self.open.push(Open::Array(array));
            }
            EventKind::ArrayClose => {
                if let Some(Open::Array(array)) = self.open.pop() {
                    self.complete(array, start)?;
                }
            }
            EventKind::Scalar => self.scalar(event)?,
            EventKind::ValueSep => {
                if let Some(Open::InlineTable { comma, .. }) = self.open.last_mut() {
                    *comma = true;
                }
            }
            EventKind::Newline | EventKind::Comment => {
                if let Some(Open::InlineTable { .. }) = self.open.last() {
                    return Err(failure(start, "a table in braces stands on one line"));
                }
                let Some(raw) = self.source.get(event) else { return Ok(()) };
                match event.kind() {
                    EventKind::Newline => raw.decode_newline(&mut self.decoding),
                    _ => raw.decode_comment(&mut self.decoding),
                }
            }
            EventKind::KeySep | EventKind::Whitespace | EventKind::Error => {}
        }
        Ok(())
    }

    fn add(&mut self, value: TomlValue, origin: Origin) -> TomlId {
        self.values.push(value);
        self.origins.push(origin);
        TomlId(self.values.len() as u32 - 1)
    }

    fn table(&mut self, table: TomlId) -> &mut BTreeMap<Vec<u8>, TomlId> {
        match &mut self.values[table.0 as usize] {
            TomlValue::Table(members) => members,
            _ => unreachable!("only tables are opened"),
        }
    }

    fn key(&mut self, event: Event) -> Result<(), TomlError> {
        let mut decoded = String::new();
        let Some(raw) = self.source.get(event) else { return Ok(()) };
        if event.encoding() == Some(Encoding::BasicString) {
            check_escapes(raw.as_str(), event.span().start())?;
        }
        raw.decode_key(&mut decoded, &mut self.decoding);
        if self.path.is_empty() && !matches!(self.open.last(), Some(Open::Array(_))) {
            self.path_start = event.span().start();
        }
        self.path.push(decoded.into_bytes());
        Ok(())
    }

    fn scalar(&mut self, event: Event) -> Result<(), TomlError> {
        let start = event.span().start();
        let Some(raw) = self.source.get(event) else { return Ok(()) };
        let value = match event.encoding() {
            None => scalar::parse(raw.as_str()).map_err(|problem| failure(start, problem))?,
            Some(encoding) => {
                if matches!(encoding, Encoding::BasicString | Encoding::MlBasicString) {
                    check_escapes(raw.as_str(), start)?;
                }
                let mut decoded = String::new();
                let _kind = raw.decode_scalar(&mut decoded, &mut self.decoding);
                TomlValue::String(decoded.into_bytes())
            }
        };
        let value = self.add(value, Origin::Value);
        self.complete(value, start)
    }

    /// Finds the table that the key just read goes into.
    fn prepare_value(&mut self) -> Result<(), TomlError> {
        let mut path = std::mem::take(&mut self.path);
        let last = path.pop().unwrap_or_default();
        let base = match self.open.last() {
            Some(Open::InlineTable { table, .. }) => *table,
            _ => self.current,
        };
        let table = self.descend(base, path, true)?;
        if self.table(table).contains_key(&last) {
            return Err(failure(self.path_start, "the key has a value already"));
        }
        match self.open.last_mut() {
            Some(Open::InlineTable { key, target, comma, .. }) => {
                (*key, *target, *comma) = (last, table, false);
            }
            _ => self.target = (table, last),
        }
        Ok(())
    }

    /// Puts a complete value where it belongs.
    fn complete(&mut self, value: TomlId, offset: usize) -> Result<(), TomlError> {
        let (target, key) = match self.open.last_mut() {
            Some(Open::Array(array)) => {
                let array = *array;
                if let TomlValue::Array(elements) = &mut self.values[array.0 as usize] {
                    elements.push(value);
                }
                return Ok(());
            }
            Some(Open::InlineTable { key, target, .. }) => (*target, std::mem::take(key)),
            None => (self.target.0, std::mem::take(&mut self.target.1)),
        };
        match self.table(target).insert(key, value) {
            None => Ok(()),
            Some(_) => Err(failure(offset, "the key has a value already")),
        }
    }

    /// Goes from `table` down `path`, making tables where there are none.
    fn descend(&mut self, mut table: TomlId, path: Vec<Vec<u8>>, dotted: bool) -> Result<TomlId, TomlError> {
        for part in path {
            table = match self.table(table).get(&part).copied() {
                None => {
                    let origin = if dotted { Origin::Dotted } else { Origin::Implied };
                    let new = self.add(TomlValue::Table(BTreeMap::new()), origin);
                    self.table(table).insert(part, new);
                    new
                }
                Some(found) => {
                    let problem = match (self.get(found), self.origins[found.0 as usize]) {
                        (TomlValue::Table(_), Origin::Value) => "a table in braces cannot be added to",
                        (TomlValue::Table(_), origin) if dotted && origin != Origin::Dotted => {
                            "a dotted key cannot open a table again"
                        }
                        (TomlValue::Table(_), _) => {
                            table = found;
                            continue;
                        }
                        (TomlValue::Array(tables), Origin::ArrayOfTables) if !dotted => {
                            table = *tables.last().expect("an array of tables is made with a table");
                            continue;
                        }
                        _ => "the key has a value already",
                    };
                    return Err(failure(self.path_start, problem));
                }
            };
        }
        Ok(table)
    }

    fn get(&self, id: TomlId) -> &TomlValue {
        &self.values[id.0 as usize]
    }

    fn header(&mut self) -> Result<(TomlId, Vec<u8>), TomlError> {
        let mut path = std::mem::take(&mut self.path);
        let last = path.pop().unwrap_or_default();
        Ok((self.descend(TomlDocument::ROOT, path, false)?, last))
    }

    fn open_table(&mut self) -> Result<(), TomlError> {
        let (parent, name) = self.header()?;
        self.current = match self.table(parent).get(&name).copied() {
            None => {
                let new = self.add(TomlValue::Table(BTreeMap::new()), Origin::Header);
                self.table(parent).insert(name, new);
                new
            }
            Some(found) if self.origins[found.0 as usize] == Origin::Implied => {
                self.origins[found.0 as usize] = Origin::Header;
                found
            }
            Some(_) => return Err(failure(self.path_start, "the table is defined already")),
        };
        Ok(())
    }

    fn open_array_table(&mut self) -> Result<(), TomlError> {
        let (parent, name) = self.header()?;
        let new = self.add(TomlValue::Table(BTreeMap::new()), Origin::Header);
        self.current = new;
        match self.table(parent).get(&name).copied() {
            None => {
                let array = self.add(TomlValue::Array(vec![new]), Origin::ArrayOfTables);
                self.table(parent).insert(name, array);
                Ok(())
            }
            Some(found) => match (self.origins[found.0 as usize], &mut self.values[found.0 as usize]) {
                (Origin::ArrayOfTables, TomlValue::Array(tables)) => {
                    tables.push(new);
                    Ok(())
                }
                _ => Err(failure(self.path_start, "the key has a value already")),
            },
        }
    }
}

/// Refuses the escapes that only TOML 1.1 has.
fn check_escapes(raw: &str, start: usize) -> Result<(), TomlError> {
    let mut bytes = raw.bytes().enumerate();
    while let Some((_, byte)) = bytes.next() {
        if byte == b'\\'
            && let Some((at, b'e' | b'x')) = bytes.next()
        {
            return Err(failure(start + at, "there is no such escape"));
        }
    }
    Ok(())
}

//! Events to a document: which tables a header or dotted key may open again is toml11's `insert_value`.

use std::collections::BTreeMap;
use std::ops::Range;

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
    TomlError { message: message.to_owned(), places: vec![(offset..offset + 1, "here")] }
}

/// An error about a key and what is there already, in the words of toml11's `insert_value`.
fn conflict(
    problem: &str,
    key: &Range<usize>,
    doing: &'static str,
    found: &Range<usize>,
    what: &'static str,
) -> TomlError {
    TomlError {
        message: format!("toml::insert_value:{problem}"),
        places: vec![(key.clone(), doing), (found.clone(), what)],
    }
}

/// What the parser says, in toml11's words where the two agree about the place; `error_recordings.txt` holds them to it.
fn describe(error: &ParseError) -> TomlError {
    let span = error.unexpected().or(error.context()).unwrap_or_default();
    let (message, note) = match error.description() {
        "extra `=`" => (UNKNOWN_VALUE, "here"),
        "key with no value" => ("toml::parse_key_value_pair: invalid key value separator `=`", "expected ="),
        "invalid basic string" => ("toml::parse_basic_string: invalid string format", "expected \""),
        "invalid literal string" => ("toml::parse_literal_string: invalid string format", "expected '"),
        "unclosed table" => ("toml::parse_file: invalid table key", "expected ]"),
        "unclosed inline table" => ("toml::parse_inline_table: expected value-separator `,` or closing `}`", "here"),
        other => (other, "here"),
    };
    TomlError { message: message.to_owned(), places: vec![(span.start()..span.start() + 1, note)] }
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
    /// Where each value stands.
    regions: Vec<Range<usize>>,
    /// The table that the last header opened.
    current: TomlId,
    /// The parts of the key being read.
    path: Vec<Vec<u8>>,
    /// Where the key or header being read stands.
    path_region: Range<usize>,
    in_header: bool,
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
            regions: std::iter::once(0..0).collect(),
            current: TomlDocument::ROOT,
            path: Vec::new(),
            path_region: 0..0,
            in_header: false,
            target: (TomlDocument::ROOT, Vec::new()),
            open: Vec::new(),
            decoding: None,
        }
    }

    fn event(&mut self, event: Event) -> Result<(), TomlError> {
        let start = event.span().start();
        match event.kind() {
            EventKind::StdTableOpen | EventKind::ArrayTableOpen => {
                self.path_region.start = start;
                self.in_header = true;
            }
            EventKind::StdTableClose => {
                self.path_region.end = event.span().end();
                self.in_header = false;
                self.open_table()?;
            }
            EventKind::ArrayTableClose => {
                self.path_region.end = event.span().end();
                self.in_header = false;
                self.open_array_table()?;
            }
            EventKind::SimpleKey => self.key(event)?,
            EventKind::KeyValSep => self.prepare_value()?,
            EventKind::InlineTableOpen => {
                let table = self.add(TomlValue::Table(BTreeMap::new()), Origin::Value, start..start + 1);
                self.open.push(Open::InlineTable { table, key: Vec::new(), target: table, comma: false });
            }
            EventKind::InlineTableClose => {
                if let Some(Open::InlineTable { table, comma, .. }) = self.open.pop() {
                    if comma {
                        return Err(failure(start, "a table does not end with a comma"));
                    }
                    self.regions[table.0 as usize].end = event.span().end();
                    self.complete(table)?;
                }
            }
            EventKind::ArrayOpen => {
                let array = self.add(TomlValue::Array(Vec::new()), Origin::Value, start..start + 1);
                self.open.push(Open::Array(array));
            }
            EventKind::ArrayClose => {
                if let Some(Open::Array(array)) = self.open.pop() {
                    self.regions[array.0 as usize].end = event.span().end();
                    self.complete(array)?;
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

    fn add(&mut self, value: TomlValue, origin: Origin, region: Range<usize>) -> TomlId {
        self.values.push(value);
        self.origins.push(origin);
        self.regions.push(region);
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
        // A header has begun at its bracket.
        if self.path.is_empty() && !self.in_header {
            self.path_region.start = event.span().start();
        }
        self.path_region.end = event.span().end();
        self.path.push(decoded.into_bytes());
        Ok(())
    }

    fn scalar(&mut self, event: Event) -> Result<(), TomlError> {
        let start = event.span().start();
        let Some(raw) = self.source.get(event) else { return Ok(()) };
        let value = match event.encoding() {
            None => scalar::parse(raw.as_str()).map_err(|problem| scalar_failure(problem, raw.as_str(), event))?,
            Some(encoding) => {
                if matches!(encoding, Encoding::BasicString | Encoding::MlBasicString) {
                    check_escapes(raw.as_str(), start)?;
                }
                let mut decoded = String::new();
                let _kind = raw.decode_scalar(&mut decoded, &mut self.decoding);
                TomlValue::String(decoded.into_bytes())
            }
        };
        let value = self.add(value, Origin::Value, start..event.span().end());
        self.complete(value)
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
        if let Some(found) = self.table(table).get(&last).copied() {
            return Err(self.exists_already(found));
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
    fn complete(&mut self, value: TomlId) -> Result<(), TomlError> {
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
            Some(found) => Err(self.exists_already(found)),
        }
    }

    /// Goes from `table` down `path`, making tables where there are none.
    fn descend(&mut self, mut table: TomlId, path: Vec<Vec<u8>>, dotted: bool) -> Result<TomlId, TomlError> {
        for part in path {
            table = match self.table(table).get(&part).copied() {
                None => {
                    let origin = if dotted { Origin::Dotted } else { Origin::Implied };
                    let new = self.add(TomlValue::Table(BTreeMap::new()), origin, self.path_region.clone());
                    self.table(table).insert(part, new);
                    new
                }
                Some(found) => {
                    let (problem, doing, what) = match (self.get(found), self.origins[found.0 as usize]) {
                        (TomlValue::Table(_), Origin::Value) => {
                            (" failed to insert a value: inline table is immutable", "inserting this", "to this table")
                        }
                        (TomlValue::Table(_), origin) if dotted && origin != Origin::Dotted => (
                            " reopening a table using dotted keys",
                            "dotted key cannot reopen a table",
                            "this table is already closed",
                        ),
                        (TomlValue::Table(_), _) => {
                            table = found;
                            continue;
                        }
                        (TomlValue::Array(_), Origin::ArrayOfTables) if dotted => (
                            "dotted key cannot reopen an array-of-tables",
                            "inserting this",
                            "to this array-of-tables.",
                        ),
                        (TomlValue::Array(tables), Origin::ArrayOfTables) => {
                            table = *tables.last().expect("an array of tables is made with a table");
                            continue;
                        }
                        (TomlValue::Array(elements), _) if self.are_tables(elements) => {
                            ("inline array of tables are immutable", "inserting this", "inline array of tables")
                        }
                        _ => (
                            " failed to insert a value, value already exists",
                            "while inserting this",
                            "non-table value already exists",
                        ),
                    };
                    return Err(conflict(problem, &self.path_region, doing, self.region(found), what));
                }
            };
        }
        Ok(table)
    }

    fn region(&self, id: TomlId) -> &Range<usize> {
        &self.regions[id.0 as usize]
    }

    /// What is wrong where a key has a value already.
    fn exists_already(&self, found: TomlId) -> TomlError {
        let problem = " failed to insert a value, value already exists";
        conflict(problem, &self.path_region, "inserting this", self.region(found), "but value already exists")
    }

    /// Whether an array holds tables and nothing else, and not nothing at all.
    fn are_tables(&self, elements: &[TomlId]) -> bool {
        !elements.is_empty() && elements.iter().all(|element| matches!(self.get(*element), TomlValue::Table(_)))
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
                let new = self.add(TomlValue::Table(BTreeMap::new()), Origin::Header, self.path_region.clone());
                self.table(parent).insert(name, new);
                new
            }
            Some(found) if self.origins[found.0 as usize] == Origin::Implied => {
                self.origins[found.0 as usize] = Origin::Header;
                self.regions[found.0 as usize] = self.path_region.clone();
                found
            }
            Some(found) => {
                let problem = " failed to insert a table, table already defined";
                let what = "this table is explicitly defined";
                return Err(conflict(problem, &self.path_region, "inserting this", self.region(found), what));
            }
        };
        Ok(())
    }

    fn open_array_table(&mut self) -> Result<(), TomlError> {
        let (parent, name) = self.header()?;
        let new = self.add(TomlValue::Table(BTreeMap::new()), Origin::Header, self.path_region.clone());
        self.current = new;
        match self.table(parent).get(&name).copied() {
            None => {
                let region = self.path_region.clone();
                let array = self.add(TomlValue::Array(vec![new]), Origin::ArrayOfTables, region);
                self.table(parent).insert(name, array);
                Ok(())
            }
            Some(found) if self.origins[found.0 as usize] == Origin::ArrayOfTables => {
                if let TomlValue::Array(tables) = &mut self.values[found.0 as usize] {
                    tables.push(new);
                }
                Ok(())
            }
            Some(found) => {
                let (problem, what) = match self.get(found) {
                    TomlValue::Array(elements) if self.are_tables(elements) => (
                        " failed to insert a table, inline array of tables is immutable",
                        "this is inline array-of-tables",
                    ),
                    _ => {
                        (" failed to insert an array of tables, value already exists", "non-table value already exists")
                    }
                };
                Err(conflict(problem, &self.path_region, "while inserting this", self.region(found), what))
            }
        }
    }
}

/// What is wrong with an unquoted value; in toml11's words where they do not depend on how its parser is built.
fn scalar_failure(problem: &str, value: &str, event: Event) -> TomlError {
    let (start, end) = (event.span().start(), event.span().end());
    let name = match value.as_bytes() {
        [b'0', b'x', ..] => "hex",
        [b'0', b'o', ..] => "oct",
        [b'0', b'b', ..] => "bin",
        _ => "dec",
    };
    if problem == scalar::TOO_LARGE {
        let what = if name == "dec" { "digits" } else { "value" };
        let message = format!("toml::parse_{name}_integer: too large integer: current max {what} = 2^63");
        return TomlError { message, places: vec![(end..end + 1, "must be < 2^63")] };
    }
    if matches!(value.as_bytes().first(), Some(b't' | b'f')) {
        let message = "toml::parse_boolean: invalid boolean: boolean must be `true` or `false`, in lowercase. string \
                       must be surrounded by `\"`";
        return TomlError { message: message.to_owned(), places: vec![(start..start + 1, "expected true or false")] };
    }
    let begins_a_value = |byte: &u8| byte.is_ascii_digit() || b"+-_TFIiNn".contains(byte);
    if !value.as_bytes().first().is_some_and(begins_a_value) {
        return failure(start, UNKNOWN_VALUE);
    }
    failure(start, problem)
}

/// What toml11 says where nothing that could be a value stands.
const UNKNOWN_VALUE: &str = "bad format: unknown value appeared";

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

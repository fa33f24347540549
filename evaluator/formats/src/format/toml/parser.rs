//! Parses documents in toml11's order of decisions: what is tried first, and where parsing resumes after an error. Both
//! decide which errors are reported, so they are kept, odd as they are.

use std::collections::BTreeMap;

use super::grammar::{
    ARRAY_HEADER, COMMENT, COMMENT_LINE, EMPTY_LINE, EQUALS, HEADER_START, NEWLINE, SOME_SPACES, SPACES, TABLE_HEADER,
};
use super::insert::{Insert, Origin};
use super::report::{Problem, Region, TomlError};
use super::scanner::{Cursor, Pattern};
use super::string::Key;
use super::value::Kind;
use super::{MAX_DEPTH, TomlDocument, TomlId, TomlValue};

/// Parses `text`. Fails with everything that toml11 finds wrong with it as TOML 1.0, or if it is nested too deeply.
pub fn parse(text: &[u8]) -> Result<TomlDocument, TomlError> {
    let mut source = text.to_vec();
    // A text that ends without a newline is read as if it ended with one, unless it ends with half of one.
    if !matches!(source.last(), None | Some(b'\n' | b'\r')) {
        source.push(b'\n');
    }
    let mut parser = Parser::new(&source);
    if source.starts_with(b"\xef\xbb\xbf") {
        parser.cursor.at = 3;
    }
    parser.file();
    let problems = parser.stopped.unwrap_or(parser.problems);
    match problems.is_empty() {
        true => Ok(TomlDocument { values: parser.values }),
        false => Err(TomlError { source, problems }),
    }
}

pub(super) struct Parser<'t> {
    pub(super) cursor: Cursor<'t>,
    pub(super) values: Vec<TomlValue>,
    pub(super) origins: Vec<Origin>,
    /// The range of each value.
    pub(super) regions: Vec<Region>,
    problems: Vec<Problem>,
    /// The errors found so far, if parsing ended before the end of the text.
    stopped: Option<Vec<Problem>>,
    /// Arrays and inline tables that are open.
    depth: usize,
    /// How many more times input may be skipped again, so that parsing ends.
    steps: usize,
}

impl<'t> Parser<'t> {
    fn new(source: &'t [u8]) -> Self {
        Parser {
            cursor: Cursor::new(source),
            values: Vec::new(),
            origins: Vec::new(),
            regions: Vec::new(),
            problems: Vec::new(),
            stopped: None,
            depth: 0,
            steps: 1_000_000 + 100 * source.len(),
        }
    }

    pub(super) fn add(&mut self, value: TomlValue, origin: Origin, region: Region) -> TomlId {
        self.values.push(value);
        self.origins.push(origin);
        self.regions.push(region);
        TomlId(self.values.len() as u32 - 1)
    }

    fn add_table(&mut self, origin: Origin, region: Region) -> TomlId {
        self.add(TomlValue::Table(BTreeMap::new()), origin, region)
    }

    fn report(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// Ends with what has been found so far.
    pub(super) fn stop(&mut self) {
        if self.stopped.is_none() {
            self.stopped = Some(std::mem::take(&mut self.problems));
        }
        self.cursor.at = self.cursor.text.len();
    }

    pub(super) fn spend_step(&mut self) {
        match self.steps.checked_sub(1) {
            Some(steps) => self.steps = steps,
            None => self.stop(),
        }
    }

    /// Parses one level deeper, on a larger stack if too little is left.
    pub(super) fn nested<R: Default>(&mut self, read: impl FnOnce(&mut Self) -> R) -> R {
        const RED_ZONE: usize = 64 * 1024;
        const SEGMENT: usize = 1024 * 1024;
        if self.depth == MAX_DEPTH {
            self.problems = vec![Problem::here("arrays and tables are nested too deeply", self.cursor, "here")];
            self.stopped = None;
            self.stop();
            return R::default();
        }
        self.depth += 1;
        let result = stacker::maybe_grow(RED_ZONE, SEGMENT, || read(self));
        self.depth -= 1;
        result
    }

    /// Skips spaces, newlines and comments. Returns whether there was a newline.
    fn skip_spacer(&mut self) -> bool {
        let mut newline = false;
        loop {
            if self.cursor.scan(&COMMENT_LINE) || self.cursor.scan(&NEWLINE) {
                newline = true;
            } else if !self.cursor.scan(&SOME_SPACES) {
                return newline;
            }
        }
    }

    /// Skips a comment with its newline, and the spaces before it. Returns whether there is one.
    fn comment_line(&mut self) -> Result<bool, Problem> {
        let start = self.cursor;
        self.cursor.scan(&SPACES);
        if !self.cursor.scan(&COMMENT) {
            self.cursor = start;
            return Ok(false);
        }
        if self.cursor.at_end() || self.cursor.scan(&NEWLINE) {
            return Ok(true);
        }
        self.cursor.advance();
        self.skip_until(|byte| byte == b'\n');
        self.cursor.advance();
        let title = "toml::parse_comment_line: newline (LF / CRLF) or EOF is expected";
        let hint = "Hint: most of the control characters are not allowed in comments";
        Err(Problem::here(title, self.cursor, "but got this").with_hint(hint))
    }

    fn key_value_pair(&mut self) -> Result<(Key, TomlId), Problem> {
        let start = self.cursor;
        let key = match self.key() {
            Ok(key) => key,
            Err(problem) => {
                self.cursor = start;
                return Err(problem);
            }
        };
        if !self.cursor.scan(&EQUALS) {
            let title = "toml::parse_key_value_pair: invalid key value separator `=`";
            let problem = Problem::expected(title, &EQUALS, self.cursor);
            self.cursor = start;
            return Err(problem);
        }
        Ok((key, self.value()?))
    }

    pub(super) fn value(&mut self) -> Result<TomlId, Problem> {
        let start = self.cursor;
        let value = match self.guess()? {
            Kind::Array => return self.nested(|parser| Nested(parser.array())).0,
            Kind::InlineTable => return self.nested(|parser| Nested(parser.inline_table())).0,
            Kind::Boolean => self.boolean()?,
            Kind::Integer => self.integer()?,
            Kind::Float => self.float()?,
            Kind::String => self.string()?,
            kind @ (Kind::Date | Kind::Time | Kind::DateTime | Kind::OffsetDateTime) => self.timestamp(kind)?,
        };
        Ok(self.add(value, Origin::Value, Region::between(start, self.cursor)))
    }

    fn array(&mut self) -> Result<TomlId, Problem> {
        let problems = self.problems.len();
        let start = self.cursor;
        self.cursor.advance();
        let mut elements = Vec::new();
        self.skip_spacer();
        let mut comma = true;
        while !self.cursor.at_end() && self.cursor.current() != Some(b']') {
            if !comma {
                let title = "toml::parse_array: expected value-separator `,` or closing `]`";
                return Err(Problem::here(title, self.cursor, "here"));
            }
            match self.value() {
                Ok(element) => {
                    self.skip_spacer();
                    comma = self.cursor.scan(&Pattern::Byte(b','));
                    if let Err(problem) = self.comment_line() {
                        self.report(problem);
                    }
                    if comma {
                        self.skip_spacer();
                    }
                    elements.push(element);
                }
                Err(problem) => {
                    self.report(problem);
                    self.spend_step();
                    let before = self.cursor.at;
                    self.skip_value();
                    if self.cursor.at == before {
                        break;
                    }
                }
            }
        }
        if self.cursor.current() != Some(b']') {
            let title = "toml::parse_array: missing closing bracket `]`";
            return Err(Problem::here(title, self.cursor, "expected `]`, reached EOF"));
        }
        self.cursor.advance();
        // The last error comes once more from here.
        if self.problems.len() != problems
            && let Some(last) = self.problems.last()
        {
            return Err(last.clone());
        }
        Ok(self.add(TomlValue::Array(elements), Origin::Value, Region::between(start, self.cursor)))
    }

    fn inline_table(&mut self) -> Result<TomlId, Problem> {
        let problems = self.problems.len();
        let start = self.cursor;
        self.cursor.advance();
        let table = self.add_table(Origin::Value, Region::between(start, self.cursor));
        self.cursor.scan(&SPACES);
        let (mut empty, mut comma) = (true, false);
        while !self.cursor.at_end() {
            if self.cursor.current() == Some(b'}') {
                if comma {
                    let title = "toml::parse_inline_table: trailing comma is not allowed in TOML-v1.0.0)";
                    return Err(Problem::here(title, self.cursor, "here"));
                }
                break;
            }
            if !comma && !empty {
                let title = "toml::parse_inline_table: expected value-separator `,` or closing `}`";
                return Err(Problem::here(title, self.cursor, "here"));
            }
            empty = false;
            let (key, value) = match self.key_value_pair() {
                Ok(pair) => pair,
                Err(problem) => {
                    self.report(problem);
                    self.skip_until(|byte| matches!(byte, b'}' | b'\n'));
                    break;
                }
            };
            if let Err(problem) = self.insert(Insert::Dotted, table, key, value) {
                self.report(problem);
                self.skip_until(|byte| matches!(byte, b',' | b'\n' | b'}'));
                if let Some(byte) = self.cursor.current() {
                    comma = byte == b',';
                }
                continue;
            }
            self.cursor.scan(&SPACES);
            comma = self.cursor.scan(&Pattern::Byte(b','));
            self.cursor.scan(&SPACES);
        }
        if self.cursor.current() != Some(b'}') {
            let title = "toml::parse_inline_table: missing closing bracket `}`";
            return Err(Problem::here(title, self.cursor, "expected `}`, reached line end"));
        }
        self.cursor.advance();
        self.regions[table.0 as usize] = Region::between(start, self.cursor);
        self.last_problem_since(problems)?;
        Ok(table)
    }

    /// Takes back the last error, for the caller to report, if there are more errors than `problems`.
    fn last_problem_since(&mut self, problems: usize) -> Result<(), Problem> {
        if self.problems.len() > problems
            && let Some(last) = self.problems.pop()
        {
            return Err(last);
        }
        Ok(())
    }

    /// The keys and values up to the next header.
    fn table(&mut self, table: TomlId) -> Result<(), Problem> {
        let problems = self.problems.len();
        let mut newline = true;
        while !self.cursor.at_end() {
            let start = self.cursor;
            newline |= self.skip_spacer();
            if self.cursor.at_end() {
                break;
            }
            // This lets a header follow a value on its line.
            if self.cursor.scan(&HEADER_START) {
                self.cursor = start;
                break;
            }
            if !newline {
                let title = "toml::parse_table: newline (LF / CRLF) or EOF is expected";
                return Err(Problem::here(title, self.cursor, "here"));
            }
            newline = false;
            let (key, value) = match self.key_value_pair() {
                Ok(pair) => pair,
                Err(problem) => {
                    self.report(problem);
                    self.skip_key_value_pair();
                    continue;
                }
            };
            match self.comment_line() {
                Ok(found) => newline |= found,
                Err(problem) => self.report(problem),
            }
            if let Err(problem) = self.insert(Insert::Dotted, table, key, value) {
                self.report(problem);
            }
        }
        self.last_problem_since(problems)
    }

    fn table_or_skip(&mut self, table: TomlId) {
        if let Err(problem) = self.table(table) {
            self.report(problem);
            self.skip_until_next_table();
        }
    }

    fn file(&mut self) {
        let first = self.cursor;
        let root = self.add_table(Origin::Header, Region::at(first));
        while !self.cursor.at_end() {
            match self.comment_line() {
                Ok(true) => {}
                Ok(false) => {
                    if !self.cursor.scan(&EMPTY_LINE) {
                        self.cursor = first;
                    }
                    break;
                }
                Err(problem) => {
                    self.report(problem);
                    self.skip_comments();
                }
            }
        }
        self.table_or_skip(root);
        while !self.cursor.at_end() {
            self.skip_spacer();
            self.header_and_table(root);
        }
    }

    fn header_and_table(&mut self, root: TomlId) {
        let header = match self.header(&ARRAY_HEADER, 2) {
            Some((key, region)) => Some((Insert::ArrayOfTables, key, region)),
            None => self.header(&TABLE_HEADER, 1).map(|(key, region)| (Insert::Table, key, region)),
        };
        let Some((kind, key, region)) = header else {
            let (title, pattern) = match self.cursor.text[self.cursor.at..].starts_with(b"[[") {
                true => ("toml::parse_file: invalid array-table key", &ARRAY_HEADER),
                false => ("toml::parse_file: invalid table key", &TABLE_HEADER),
            };
            self.report(Problem::expected(title, pattern, self.cursor));
            return self.skip_until_next_table();
        };
        match self.comment_line() {
            Ok(true) => {}
            Ok(false) => {
                self.cursor.scan(&SPACES);
                if !self.cursor.at_end() && !self.cursor.scan(&NEWLINE) {
                    let title = "toml::parse_file: newline (or EOF) expected";
                    self.report(Problem::expected(title, &NEWLINE, self.cursor));
                    return self.skip_until_next_table();
                }
            }
            Err(problem) => {
                self.report(problem);
                return self.skip_until_next_table();
            }
        }
        let table = self.add_table(Origin::Header, region.clone());
        match self.insert(kind, root, Key { region, ..key }, table) {
            Ok(table) => self.table_or_skip(table),
            // What is in it is read for its errors.
            Err(problem) => {
                self.report(problem);
                self.table_or_skip(table);
            }
        }
    }

    /// The key of the header that `pattern` matches, which begins with `brackets` brackets. If a key matches but has a
    /// wrong escape, parsing continues behind it.
    fn header(&mut self, pattern: &Pattern, brackets: usize) -> Option<(Key, Region)> {
        let start = self.cursor;
        if !self.cursor.scan(pattern) {
            return None;
        }
        let region = Region::between(start, self.cursor);
        self.cursor.at = start.at + brackets;
        self.cursor.scan(&SPACES);
        let key = self.key().ok()?;
        self.cursor.scan(&SPACES);
        self.cursor.at += brackets;
        Some((key, region))
    }
}

/// The result of a nested value; where the value is not read, an error that nobody sees.
struct Nested(Result<TomlId, Problem>);

impl Default for Nested {
    fn default() -> Self {
        Nested(Err(Problem::default()))
    }
}

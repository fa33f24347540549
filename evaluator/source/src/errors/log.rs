//! Formats what goes to stderr, line by line: `--log-format`, `--quiet` and `-v`, warnings and traces.
//!
//! A [`Logger`] makes bytes and writes nothing, so that an embedder can put them where it wants.

use super::highlight::{MAGENTA, NORMAL, filter_escapes};
use super::render::{self, Level};
use super::{Error, ErrorKind, Trace};
use crate::source::{Pos, SourceMap};

/// The forms of `--log-format`. A progress bar is drawn on terminals only; its messages look like raw ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// `raw`
    #[default]
    Raw,
    /// `raw-with-logs`
    RawWithLogs,
    /// `internal-json`: a JSON object a line, after `@nix `.
    InternalJson,
    /// `bar`
    Bar,
    /// `bar-with-logs`
    BarWithLogs,
}

impl LogFormat {
    /// The format of that name.
    pub fn from_name(name: &[u8]) -> Option<LogFormat> {
        Some(match name {
            b"raw" => LogFormat::Raw,
            b"raw-with-logs" => LogFormat::RawWithLogs,
            b"internal-json" => LogFormat::InternalJson,
            b"bar" => LogFormat::Bar,
            b"bar-with-logs" => LogFormat::BarWithLogs,
            _ => return None,
        })
    }
}

/// How much is printed. Each level prints all that lower ones print.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verbosity {
    /// Errors, and what a program traces.
    Error,
    /// Warnings.
    Warning,
    /// Notices.
    Notice,
    /// The default.
    #[default]
    Information,
    /// `-v`
    Talkative,
    /// `-vv`
    Chatty,
    /// `--debug`
    Debug,
    /// `-vvvv` and beyond.
    Vomit,
}

impl Verbosity {
    const ALL: [Verbosity; 8] = [
        Verbosity::Error,
        Verbosity::Warning,
        Verbosity::Notice,
        Verbosity::Information,
        Verbosity::Talkative,
        Verbosity::Chatty,
        Verbosity::Debug,
        Verbosity::Vomit,
    ];

    /// One level more, where there is one.
    pub fn louder(self) -> Verbosity {
        *Verbosity::ALL.get(self as usize + 1).unwrap_or(&Verbosity::Vomit)
    }

    /// One level less, where there is one.
    pub fn quieter(self) -> Verbosity {
        Verbosity::ALL[(self as usize).saturating_sub(1)]
    }
}

/// Turns messages into the bytes for stderr.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Logger {
    /// The form.
    pub format: LogFormat,
    /// How much is said.
    pub verbosity: Verbosity,
    /// Whether stderr is a terminal that shows colours.
    pub colour: bool,
    /// Whether systemd reads stderr (IN_SYSTEMD is 1). Then each message starts with its priority.
    pub systemd: bool,
    /// The number of the process, which makes the numbers of its activities unique.
    pub process: u32,
}

impl Logger {
    /// Whether messages of this verbosity are printed.
    pub fn shows(&self, level: Verbosity) -> bool {
        level <= self.verbosity
    }

    /// Reports that an activity begins. JSON does so at any verbosity.
    pub fn activity_start(&self, level: Verbosity, number: u64, text: &[u8]) -> Vec<u8> {
        if self.format != LogFormat::InternalJson {
            return self.message(level, &[text, b"..."].concat());
        }
        let mut json = Json::action("start");
        json.number("id", self.activity(number)).number("level", level as usize).number("parent", 0);
        json.text("text", text).number("type", 0);
        json.finish()
    }

    /// Reports that an activity has ended, in JSON only.
    pub fn activity_end(&self, number: u64) -> Vec<u8> {
        if self.format != LogFormat::InternalJson {
            return Vec::new();
        }
        let mut json = Json::action("stop");
        json.number("id", self.activity(number));
        json.finish()
    }

    /// The number of an activity, unique among all processes.
    fn activity(&self, number: u64) -> usize {
        (number + (u64::from(self.process) << 32)) as usize
    }

    /// A message, which may have styles, and a line break; empty if the verbosity is too low.
    pub fn message(&self, level: Verbosity, text: &[u8]) -> Vec<u8> {
        if level > self.verbosity { Vec::new() } else { self.line(level, text) }
    }

    /// `trace: TEXT`, of `builtins.trace`, at any verbosity.
    pub fn trace(&self, text: &[u8]) -> Vec<u8> {
        self.line(Verbosity::Error, &[b"trace: ", text].concat())
    }

    /// `warning: TEXT`. JSON prints it at any verbosity.
    pub fn warning(&self, text: &[u8]) -> Vec<u8> {
        let text = [format!("{MAGENTA}warning:{NORMAL} ").as_bytes(), text].concat();
        if self.format == LogFormat::InternalJson {
            self.line(Verbosity::Warning, &text)
        } else {
            self.message(Verbosity::Warning, &text)
        }
    }

    /// `warning: TEXT`, where the reference builds an error for it. Only JSON shows the difference: it has more fields.
    pub fn warning_of_error(&self, text: &[u8]) -> Vec<u8> {
        let error = Error::new(ErrorKind::Evaluation, text.to_vec());
        self.report(Level::Warning, &error, &SourceMap::default(), false)
    }

    /// An error or a warning with its place and trace.
    pub fn report(&self, level: Level, error: &Error, sources: &SourceMap, show_trace: bool) -> Vec<u8> {
        self.report_within(level, error, sources, show_trace, usize::MAX).unwrap_or_default()
    }

    /// Like [`Logger::report`]; none if the text is longer than about `most` bytes.
    pub fn report_within(
        &self,
        level: Level,
        error: &Error,
        sources: &SourceMap,
        show_trace: bool,
        most: usize,
    ) -> Option<Vec<u8>> {
        let verbosity = if level == Level::Error { Verbosity::Error } else { Verbosity::Warning };
        let text = render::styled_within(level, error, sources, show_trace, most)?;
        if self.format != LogFormat::InternalJson {
            return Some(self.message(verbosity, &text));
        }
        let mut json = Json::message();
        // `builtins.warn` has a place that is nowhere, and not none.
        json.place(error.pos, sources, level == Level::EvaluationWarning);
        json.number("level", verbosity as usize).line(error.pos, sources, level == Level::EvaluationWarning);
        json.text("msg", &text).text("raw_msg", &error.message);
        if show_trace && !error.trace.is_empty() {
            json.frames(&error.trace, sources);
        }
        Some(json.finish())
    }

    /// Whether there is a progress bar. It is always empty: the progress of an evaluation is never drawn.
    pub fn draws_bar(&self) -> bool {
        self.colour && matches!(self.format, LogFormat::Bar | LogFormat::BarWithLogs)
    }

    /// The bytes that remove the progress bar, when the program or the format ends.
    pub fn end(&self) -> &'static [u8] {
        if self.draws_bar() { b"\r\x1b[K" } else { b"" }
    }

    fn line(&self, level: Verbosity, text: &[u8]) -> Vec<u8> {
        if self.format == LogFormat::InternalJson {
            let mut json = Json::message();
            json.number("level", level as usize).text("msg", text);
            return json.finish();
        }
        let text = filter_escapes(text, self.colour);
        let is_bar = matches!(self.format, LogFormat::Bar | LogFormat::BarWithLogs);
        if self.draws_bar() {
            return [b"\r\x1b[K", &*text, NORMAL.as_bytes(), b"\n"].concat();
        }
        let priority = match level {
            _ if is_bar || !self.systemd => "",
            Verbosity::Error => "<3>",
            Verbosity::Warning => "<4>",
            Verbosity::Notice | Verbosity::Information => "<5>",
            Verbosity::Talkative | Verbosity::Chatty => "<6>",
            Verbosity::Debug | Verbosity::Vomit => "<7>",
        };
        [priority.as_bytes(), &text, b"\n"].concat()
    }
}

/// One JSON object being written, with the keys in the reference's order, which is by name.
struct Json(Vec<u8>);

impl Json {
    fn message() -> Json {
        Json::action("msg")
    }

    fn action(name: &str) -> Json {
        Json(format!("@nix {{\"action\":\"{name}\"").into_bytes())
    }

    fn key(&mut self, key: &str) -> &mut Vec<u8> {
        if !self.0.ends_with(b"{") {
            self.0.push(b',');
        }
        self.0.extend_from_slice(format!("\"{key}\":").as_bytes());
        &mut self.0
    }

    fn number(&mut self, key: &str, number: usize) -> &mut Json {
        self.key(key).extend_from_slice(number.to_string().as_bytes());
        self
    }

    fn null(&mut self, key: &str) -> &mut Json {
        self.key(key).extend_from_slice(b"null");
        self
    }

    /// Bytes that are not UTF-8 become U+FFFD.
    fn text(&mut self, key: &str, text: &[u8]) -> &mut Json {
        let output = self.key(key);
        output.push(b'"');
        for character in String::from_utf8_lossy(text).chars() {
            match character {
                '"' => output.extend_from_slice(b"\\\""),
                '\\' => output.extend_from_slice(b"\\\\"),
                '\n' => output.extend_from_slice(b"\\n"),
                '\r' => output.extend_from_slice(b"\\r"),
                '\t' => output.extend_from_slice(b"\\t"),
                '\u{8}' => output.extend_from_slice(b"\\b"),
                '\u{c}' => output.extend_from_slice(b"\\f"),
                control @ '\0'..='\u{1f}' => {
                    output.extend_from_slice(format!("\\u{:04x}", u32::from(control)).as_bytes());
                }
                other => output.extend_from_slice(other.encode_utf8(&mut [0; 4]).as_bytes()),
            }
        }
        output.push(b'"');
        self
    }

    /// `column` and `file` of a place.
    fn place(&mut self, pos: Pos, sources: &SourceMap, nowhere: bool) -> &mut Json {
        match sources.place(pos) {
            Some(place) => self.number("column", place.column).text("file", &place.describe()),
            None if nowhere => self.number("column", 0).text("file", "«none»:0".as_bytes()),
            None => self.null("column").null("file"),
        }
    }

    /// Writes `line` of a position, which other keys may precede.
    fn line(&mut self, pos: Pos, sources: &SourceMap, nowhere: bool) -> &mut Json {
        match sources.place(pos) {
            Some(place) => self.number("line", place.line),
            None if nowhere => self.number("line", 0),
            None => self.null("line"),
        }
    }

    /// The trace, innermost frame first.
    fn frames(&mut self, trace: &[Trace], sources: &SourceMap) {
        self.key("trace").push(b'[');
        for (index, frame) in trace.iter().enumerate() {
            self.0.extend_from_slice(if index == 0 { b"{" } else { b",{" });
            // A position that is unknown is a place that is nowhere; only what has no position has no place.
            let nowhere = !frame.is_unplaced;
            self.place(frame.pos, sources, nowhere).line(frame.pos, sources, nowhere).text("raw_msg", &frame.message);
            self.0.push(b'}');
        }
        self.0.push(b']');
    }

    fn finish(mut self) -> Vec<u8> {
        self.0.extend_from_slice(b"}\n");
        self.0
    }
}

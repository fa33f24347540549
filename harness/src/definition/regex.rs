//! Extended regular expressions as the reference's C++ library matches them: it tries ways to match in a fixed order,
//! the longest match counts, and of several as long the one that was found first.
//!
//! An expression becomes a graph of states, which is walked by trying. What the definition does not know of brackets
//! (bytes that are no ASCII) is outside.

use super::{
    machine::Machine,
    value::{Failure, Outcome, error, outside},
};

/// Where a part of a match begins and ends.
pub type Span = Option<(usize, usize)>;

/// A compiled expression.
pub struct Regex {
    states: Vec<State>,
    start: usize,
    groups: usize,
}

#[derive(Clone)]
enum State {
    /// Goes on to the next state.
    Pass(usize),
    /// Matches one byte of these.
    Byte(Box<[bool; 256]>, usize),
    Begin(usize, usize),
    End(usize, usize),
    AtBegin(usize),
    AtEnd(usize),
    /// Tries the first, and then the second as well.
    Both(usize, usize),
    /// Tries once more, and where that does not lead to a match, goes on.
    Repeat {
        more: usize,
        next: usize,
    },
    Accept,
}

/// A part of the graph that is entered at `start` and left from `end`, whose next state is still open.
#[derive(Clone, Copy)]
struct Piece {
    start: usize,
    end: usize,
}

const OPEN: usize = usize::MAX;

struct Parser<'p> {
    pattern: &'p [u8],
    at: usize,
    states: Vec<State>,
    groups: usize,
}

fn invalid(pattern: &[u8]) -> Failure {
    error([b"invalid regular expression '", pattern, b"'"].concat())
}

impl Regex {
    /// Compiles an expression.
    pub fn new(pattern: &[u8]) -> Outcome<Regex> {
        let mut parser = Parser { pattern, at: 0, states: Vec::new(), groups: 0 };
        let whole = parser.alternatives()?;
        if parser.at < pattern.len() {
            return Err(invalid(pattern));
        }
        let accept = parser.add(State::Accept);
        parser.connect(whole.end, accept);
        if parser.states.len() > 50_000 {
            return Err(outside("a large regular expression"));
        }
        Ok(Regex { states: parser.states, start: whole.start, groups: parser.groups })
    }

    /// The groups of a match of the whole text.
    pub fn matches(&self, machine: &mut Machine, text: &[u8]) -> Outcome<Option<Vec<Span>>> {
        self.run(machine, text, 0, Wanted { whole: true, ..Wanted::default() })
    }

    /// All matches in a text, each with its groups, the whole match first.
    pub fn all(&self, machine: &mut Machine, text: &[u8]) -> Outcome<Vec<Vec<Span>>> {
        let mut found = Vec::new();
        let mut next = self.search(machine, text, 0, false)?;
        let mut is_behind = false;
        while let Some(spans) = next {
            let (from, to) = spans[0].unwrap_or_default();
            found.push(spans);
            let mut start = to;
            if from == to {
                if to == text.len() {
                    break;
                }
                // Behind an empty match, one that is not empty may begin in the same place.
                let wanted = Wanted { not_empty: true, is_behind, ..Wanted::default() };
                if let Some(spans) = self.run(machine, text, start, wanted)? {
                    next = Some(spans);
                    continue;
                }
                start += 1;
            }
            is_behind = true;
            next = self.search(machine, text, start, true)?;
        }
        Ok(found)
    }

    fn search(&self, machine: &mut Machine, text: &[u8], start: usize, is_behind: bool) -> Outcome<Option<Vec<Span>>> {
        for at in start..=text.len() {
            let wanted = Wanted { is_behind: is_behind || at > start, ..Wanted::default() };
            if let Some(spans) = self.run(machine, text, at, wanted)? {
                return Ok(Some(spans));
            }
        }
        Ok(None)
    }

    fn run(&self, machine: &mut Machine, text: &[u8], begin: usize, wanted: Wanted) -> Outcome<Option<Vec<Span>>> {
        let mut walk = Walk {
            regex: self,
            machine,
            text,
            begin,
            wanted,
            at: begin,
            groups: vec![Group::default(); self.groups],
            repeats: vec![(0, 0); self.states.len()],
            is_found: false,
            best: None,
        };
        walk.go(self.start)?;
        let Some((end, groups)) = walk.best else { return Ok(None) };
        let spans = groups.iter().map(|group| group.is_closed.then_some((group.from, group.to)));
        Ok(Some(std::iter::once(Some((begin, end))).chain(spans).collect()))
    }
}

/// What a match must be.
#[derive(Clone, Copy, Default)]
struct Wanted {
    whole: bool,
    not_empty: bool,
    /// Whether there is text before the place where it begins.
    is_behind: bool,
}

#[derive(Clone, Copy, Default)]
struct Group {
    from: usize,
    to: usize,
    is_closed: bool,
}

struct Walk<'w> {
    regex: &'w Regex,
    machine: &'w mut Machine,
    text: &'w [u8],
    begin: usize,
    wanted: Wanted,
    at: usize,
    groups: Vec<Group>,
    /// For each repetition, where it was last entered and how often there.
    repeats: Vec<(usize, u8)>,
    is_found: bool,
    best: Option<(usize, Vec<Group>)>,
}

impl Walk<'_> {
    fn go(&mut self, state: usize) -> Outcome<()> {
        self.machine.steps += 1;
        if self.machine.steps > self.machine.limits.steps {
            return Err(outside("too many steps"));
        }
        if self.machine.level >= self.machine.limits.levels {
            return Err(outside("nested too deeply"));
        }
        self.machine.level += 1;
        let came = stacker::maybe_grow(64 << 10, 4 << 20, || self.step(state));
        self.machine.level -= 1;
        came
    }

    fn step(&mut self, state: usize) -> Outcome<()> {
        let regex = self.regex;
        match &regex.states[state] {
            State::Pass(next) => self.go(*next),
            State::Byte(bytes, next) => {
                if let Some(byte) = self.text.get(self.at)
                    && bytes[usize::from(*byte)]
                {
                    self.at += 1;
                    self.go(*next)?;
                    self.at -= 1;
                }
                Ok(())
            }
            State::Begin(group, next) => {
                let before = self.groups[*group].from;
                self.groups[*group].from = self.at;
                self.go(*next)?;
                self.groups[*group].from = before;
                Ok(())
            }
            State::End(group, next) => {
                let before = self.groups[*group];
                self.groups[*group] = Group { to: self.at, is_closed: true, ..before };
                self.go(*next)?;
                self.groups[*group] = before;
                Ok(())
            }
            State::AtBegin(next) if self.at == self.begin && !self.wanted.is_behind => self.go(*next),
            State::AtEnd(next) if self.at == self.text.len() => self.go(*next),
            State::AtBegin(_) | State::AtEnd(_) => Ok(()),
            State::Both(first, second) => {
                self.go(*first)?;
                let is_found = std::mem::take(&mut self.is_found);
                self.go(*second)?;
                self.is_found |= is_found;
                Ok(())
            }
            State::Repeat { more, next } => {
                let before = self.repeats[state];
                let (place, count) = before;
                // In one place, a round that matches nothing is tried twice at most.
                if count == 0 || place != self.at {
                    self.repeats[state] = (self.at, 1);
                    self.go(*more)?;
                    self.repeats[state] = before;
                } else if count < 2 {
                    self.repeats[state].1 += 1;
                    self.go(*more)?;
                    self.repeats[state].1 -= 1;
                }
                if self.is_found { Ok(()) } else { self.go(*next) }
            }
            State::Accept => {
                let is_empty = self.at == self.begin;
                self.is_found =
                    (!self.wanted.whole || self.at == self.text.len()) && !(self.wanted.not_empty && is_empty);
                if self.is_found && self.best.as_ref().is_none_or(|(end, _)| *end < self.at) {
                    self.best = Some((self.at, self.groups.clone()));
                }
                Ok(())
            }
        }
    }
}

impl Parser<'_> {
    fn invalid<T>(&self) -> Outcome<T> {
        Err(invalid(self.pattern))
    }

    fn add(&mut self, state: State) -> usize {
        self.states.push(state);
        self.states.len() - 1
    }

    fn single(&mut self, state: State) -> Piece {
        let start = self.add(state);
        Piece { start, end: start }
    }

    /// Makes `to` the next state of `from`.
    fn connect(&mut self, from: usize, to: usize) {
        match &mut self.states[from] {
            State::Pass(next)
            | State::Byte(_, next)
            | State::Begin(_, next)
            | State::End(_, next)
            | State::AtBegin(next)
            | State::AtEnd(next)
            | State::Both(_, next)
            | State::Repeat { next, .. } => *next = to,
            State::Accept => {}
        }
    }

    fn append(&mut self, first: Piece, second: Piece) -> Piece {
        self.connect(first.end, second.start);
        Piece { start: first.start, end: second.end }
    }

    fn peek(&self) -> Option<u8> {
        self.pattern.get(self.at).copied()
    }

    fn takes(&mut self, byte: u8) -> bool {
        let takes = self.peek() == Some(byte);
        self.at += usize::from(takes);
        takes
    }

    fn alternatives(&mut self) -> Outcome<Piece> {
        let mut whole = self.sequence()?;
        while self.takes(b'|') {
            let second = self.sequence()?;
            let end = self.single(State::Pass(OPEN));
            self.connect(whole.end, end.start);
            self.connect(second.end, end.start);
            let start = self.add(State::Both(whole.start, second.start));
            whole = Piece { start, end: end.end };
        }
        Ok(whole)
    }

    fn sequence(&mut self) -> Outcome<Piece> {
        let mut whole = self.single(State::Pass(OPEN));
        while let Some(piece) = self.term()? {
            whole = self.append(whole, piece);
        }
        Ok(whole)
    }

    fn term(&mut self) -> Outcome<Option<Piece>> {
        let Some(byte) = self.peek() else { return Ok(None) };
        self.at += 1;
        let from = self.states.len();
        let piece = match byte {
            b'^' => return Ok(Some(self.single(State::AtBegin(OPEN)))),
            b'$' => return Ok(Some(self.single(State::AtEnd(OPEN)))),
            b'|' | b')' => {
                self.at -= 1;
                return Ok(None);
            }
            b'*' | b'+' | b'?' | b'{' => return self.invalid(),
            b'(' => {
                let group = self.groups;
                self.groups += 1;
                let begin = self.single(State::Begin(group, OPEN));
                let inner = self.alternatives()?;
                if !self.takes(b')') {
                    return self.invalid();
                }
                let end = self.single(State::End(group, OPEN));
                let piece = self.append(begin, inner);
                self.append(piece, end)
            }
            b'.' => {
                let mut bytes = Box::new([true; 256]);
                bytes[0] = false;
                self.single(State::Byte(bytes, OPEN))
            }
            b'[' => self.bracket()?,
            b'\\' => match self.peek() {
                Some(byte) if b".[\\()*+?{|^$".contains(&byte) => {
                    self.at += 1;
                    self.byte(byte)
                }
                _ => return self.invalid(),
            },
            other => self.byte(other),
        };
        self.repeated(from, piece).map(Some)
    }

    fn byte(&mut self, byte: u8) -> Piece {
        let mut bytes = Box::new([false; 256]);
        bytes[usize::from(byte)] = true;
        self.single(State::Byte(bytes, OPEN))
    }

    /// What follows a piece that begins with the state `from`: how often it may come.
    fn repeated(&mut self, from: usize, mut piece: Piece) -> Outcome<Piece> {
        loop {
            let until = self.states.len();
            match self.peek() {
                Some(b'*') => {
                    let repeat = self.single(State::Repeat { more: piece.start, next: OPEN });
                    self.connect(piece.end, repeat.start);
                    piece = repeat;
                }
                Some(b'+') => {
                    let repeat = self.single(State::Repeat { more: piece.start, next: OPEN });
                    piece = self.append(piece, repeat);
                }
                Some(b'?') => {
                    let end = self.single(State::Pass(OPEN));
                    let start = self.add(State::Repeat { more: piece.start, next: end.start });
                    self.connect(piece.end, end.start);
                    piece = Piece { start, end: end.end };
                }
                Some(b'{') => {
                    self.at += 1;
                    piece = self.counted(from..until, piece)?;
                    continue;
                }
                _ => return Ok(piece),
            }
            self.at += 1;
        }
    }

    fn number(&mut self) -> Option<usize> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        str::from_utf8(&self.pattern[start..self.at]).ok()?.parse().ok()
    }

    fn counted(&mut self, states: std::ops::Range<usize>, piece: Piece) -> Outcome<Piece> {
        let Some(least) = self.number() else { return self.invalid() };
        let most = match self.takes(b',') {
            true if self.peek() == Some(b'}') => None,
            true => match self.number() {
                Some(most) => Some(most),
                None => return self.invalid(),
            },
            false => Some(least),
        };
        if !self.takes(b'}') || most.is_some_and(|most| most < least) {
            return self.invalid();
        }
        if most.unwrap_or(least).saturating_mul(states.len()) > 50_000 {
            return Err(outside("a large regular expression"));
        }
        let mut whole = self.single(State::Pass(OPEN));
        for _ in 0..least {
            let copy = self.copied(&states, piece);
            whole = self.append(whole, copy);
        }
        let Some(most) = most else {
            let copy = self.copied(&states, piece);
            let repeat = self.single(State::Repeat { more: copy.start, next: OPEN });
            self.connect(copy.end, repeat.start);
            return Ok(self.append(whole, repeat));
        };
        let end = self.single(State::Pass(OPEN));
        for _ in least..most {
            let copy = self.copied(&states, piece);
            let start = self.add(State::Repeat { more: copy.start, next: end.start });
            whole = self.append(whole, Piece { start, end: copy.end });
        }
        Ok(self.append(whole, end))
    }

    /// Another piece like this one, of the same groups.
    fn copied(&mut self, states: &std::ops::Range<usize>, piece: Piece) -> Piece {
        let by = self.states.len() - states.start;
        let moved = |state: usize| if states.contains(&state) { state + by } else { OPEN };
        for state in states.clone() {
            let copy = match self.states[state].clone() {
                State::Pass(next) => State::Pass(moved(next)),
                State::Byte(bytes, next) => State::Byte(bytes, moved(next)),
                State::Begin(group, next) => State::Begin(group, moved(next)),
                State::End(group, next) => State::End(group, moved(next)),
                State::AtBegin(next) => State::AtBegin(moved(next)),
                State::AtEnd(next) => State::AtEnd(moved(next)),
                State::Both(first, second) => State::Both(moved(first), moved(second)),
                State::Repeat { more, next } => State::Repeat { more: moved(more), next: moved(next) },
                State::Accept => State::Accept,
            };
            self.states.push(copy);
        }
        Piece { start: piece.start + by, end: piece.end + by }
    }

    fn bracket(&mut self) -> Outcome<Piece> {
        let is_negated = self.takes(b'^');
        let mut bytes = Box::new([false; 256]);
        // What a dash may make a range of, and whether a dash may follow.
        let mut last: Option<u8> = None;
        let mut is_first = true;
        loop {
            let Some(byte) = self.peek() else { return self.invalid() };
            self.at += 1;
            match byte {
                b']' if !is_first => break,
                128.. => return Err(outside("a bracket of bytes that are no ASCII")),
                b'[' if matches!(self.peek(), Some(b':' | b'=' | b'.')) => {
                    let kind = self.peek().unwrap_or_default();
                    self.at += 1;
                    let rest = &self.pattern[self.at..];
                    let Some(length) = rest.windows(2).position(|pair| pair == [kind, b']']) else {
                        return self.invalid();
                    };
                    let name = &rest[..length];
                    self.at += length + 2;
                    match (kind, name) {
                        (b':', name) => {
                            let Some(class) = class(name) else { return self.invalid() };
                            (0..128_u8).filter(class).for_each(|byte| bytes[usize::from(byte)] = true);
                        }
                        (_, [one]) => bytes[usize::from(*one)] = true,
                        _ => return Err(outside("a collating element with a name")),
                    }
                    last = None;
                    if self.peek() == Some(b'-') && self.pattern.get(self.at + 1) != Some(&b']') {
                        return self.invalid();
                    }
                }
                b'-' if !is_first && self.peek() != Some(b']') => {
                    let (Some(from), Some(to)) = (last.take(), self.peek()) else { return self.invalid() };
                    self.at += 1;
                    if to >= 128 || to == b'-' || to == b'[' {
                        return Err(outside("an unusual range in a bracket"));
                    }
                    if from > to {
                        return self.invalid();
                    }
                    (from..=to).for_each(|byte| bytes[usize::from(byte)] = true);
                }
                other => {
                    bytes[usize::from(other)] = true;
                    last = Some(other);
                }
            }
            is_first = false;
        }
        if is_negated {
            bytes.iter_mut().for_each(|is_in| *is_in = !*is_in);
        }
        Ok(self.single(State::Byte(bytes, OPEN)))
    }
}

fn class(name: &[u8]) -> Option<fn(&u8) -> bool> {
    Some(match name {
        b"alpha" => u8::is_ascii_alphabetic,
        b"digit" | b"d" => u8::is_ascii_digit,
        b"alnum" => u8::is_ascii_alphanumeric,
        b"upper" => u8::is_ascii_uppercase,
        b"lower" => u8::is_ascii_lowercase,
        b"xdigit" => u8::is_ascii_hexdigit,
        b"punct" => u8::is_ascii_punctuation,
        b"cntrl" => u8::is_ascii_control,
        b"graph" => u8::is_ascii_graphic,
        b"print" => |byte| byte.is_ascii_graphic() || *byte == b' ',
        b"blank" => |byte| matches!(byte, b' ' | b'\t'),
        b"space" | b"s" => |byte| byte.is_ascii_whitespace() || *byte == 11,
        b"w" => |byte| byte.is_ascii_alphanumeric() || *byte == b'_',
        _ => return None,
    })
}

//! Lines of a difference as pages show them. The data of a page holds each line as its sign and its pieces; templates
//! need a class for the line and need to know which pieces are marked.

/// A line of a difference.
pub(crate) struct Line {
    /// Its class: `removed`, `added`, `place` (which lines follow) or `same`.
    pub kind: &'static str,
    /// What stands before it.
    pub sign: &'static str,
    /// Pieces, and whether they are what differs within the line.
    pub pieces: Vec<(bool, String)>,
}

impl Line {
    /// A line of [`difference`](super::difference): its sign, then its pieces, of which every second one differs.
    pub fn of(line: Vec<String>) -> Line {
        let mut words = line.into_iter();
        let (kind, sign) = match words.next().as_deref() {
            Some("-") => ("removed", "-"),
            Some("+") => ("added", "+"),
            Some("@") => ("place", ""),
            _ => ("same", " "),
        };
        Line { kind, sign, pieces: words.enumerate().map(|(at, piece)| (at % 2 == 1, piece)).collect() }
    }
}

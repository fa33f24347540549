//! Reduces what cannot be read into a tree: bytes that are not UTF-8, sources that do not parse, endless nesting. Lines
//! are left out, then tokens, then single bytes.

use super::{Effort, Reduced, Refused, search::Search};

/// Makes `source` as short as leaving out lines, tokens and bytes can while `is_interesting` holds of it.
///
/// # Errors
/// When the source is not interesting, or the smallest program is.
pub fn reduce(
    source: &[u8],
    is_interesting: impl Fn(&Vec<u8>) -> bool + Sync,
    effort: Effort,
) -> Result<Reduced<Vec<u8>>, Refused> {
    if !is_interesting(&source.to_vec()) {
        return Err(Refused::NotInteresting);
    }
    if is_interesting(&b"null".to_vec()) {
        return Err(Refused::NothingIsInteresting);
    }
    let key = |source: &Vec<u8>| source.clone();
    let mut search = Search::new(source.to_vec(), &is_interesting, &key, effort);
    loop {
        let before = search.best().len();
        for pieces in [lines, tokens, single] {
            sweep(&mut search, pieces);
        }
        if search.best().len() == before || search.is_over() {
            return Ok(search.finish());
        }
    }
}

/// Leaves out ever shorter rows of pieces.
fn sweep(search: &mut Search<'_, Vec<u8>>, pieces: fn(&[u8]) -> Vec<&[u8]>) {
    let mut length = pieces(search.best()).len();
    while length > 0 && !search.is_over() {
        let mut start = 0;
        loop {
            let best = search.best().clone();
            let row = pieces(&best);
            if start >= row.len() {
                break;
            }
            let candidates = (start..row.len()).step_by(length).map(|start| {
                let end = (start + length).min(row.len());
                (start, [row[..start].concat(), row[end..].concat()].concat())
            });
            match search.take_first(candidates) {
                // What has moved up into the place of what is gone is next.
                Some(at) => start = at,
                None => break,
            }
        }
        length /= 2;
    }
}

fn lines(source: &[u8]) -> Vec<&[u8]> {
    source.split_inclusive(|byte| *byte == b'\n').collect()
}

/// Words, blanks, and every other byte on its own.
fn tokens(source: &[u8]) -> Vec<&[u8]> {
    let class = |byte: &u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | 0x80.. => 1,
        b' ' | b'\n' | b'\t' | b'\r' => 2,
        _ => 0,
    };
    source.chunk_by(|one, other| class(one) != 0 && class(one) == class(other)).collect()
}

fn single(source: &[u8]) -> Vec<&[u8]> {
    source.chunks(1).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_tokens_and_bytes_go() {
        let check = |source: &[u8], wanted: &[u8], expected: &[u8]| {
            let test = |source: &Vec<u8>| source.windows(wanted.len()).any(|it| it == wanted);
            let reduced = reduce(source, test, Effort::default()).map(|reduced| reduced.program);
            assert_eq!(reduced.as_deref(), Ok(expected));
        };
        check(b"a\nb\n\"\xff x\"\nc\n", b"\xff", b"\xff");
        check(b"let a = ((1 +; in", b"+;", b"+;");
        let none = reduce(b"x", |_| false, Effort::default());
        assert_eq!(none, Err(Refused::NotInteresting));
    }
}

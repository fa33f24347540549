//! Spellings that the tree does not keep: comments, leading zeros, escapes that mean nothing. Now and then they are put
//! into the written source, where they do not change what it means.

use bstr::ByteSlice;
use fastrand::Rng;

/// One program in so many is spelt otherwise in each of these ways.
const RARELY: u32 = 24;

/// Changes the spelling of a source that [`crate::program::Expr::to_source`] wrote, and gives its bytes. Where it may take
/// several lines it is to be a file's, and need not be UTF-8: a name that is not ASCII may become what is none.
pub fn respell(mut written: String, several_lines: bool, rng: &mut Rng) -> Vec<u8> {
    let source = &mut written;
    // Few programs have these at all.
    if rng.bool() {
        replace_first(source, "\"or\" = ", "or = ", |before| before.ends_with([' ', '.']));
    }
    if rng.bool() {
        replace_first(source, "''\\'''\\'", "'''", |_| true);
    }
    let is_latin = several_lines && rng.u32(0..4) == 0;
    let mut rarely = || rng.u32(0..RARELY) == 0;
    if rarely() {
        // A carriage return ends a comment as a newline does.
        source.insert_str(0, if several_lines { "# generated\n/* so */ " } else { "/* generated */ # so\r" });
    }
    if rarely() {
        pad_a_number(source);
    }
    if rarely() {
        // `\a` is `a`. A quote that ends a string is never followed by a letter.
        replace_first(source, "\"a", "\"\\a", |_| true);
    }
    if rarely() {
        let has_formal = |before: &str| before.ends_with(|last: char| last.is_ascii_alphanumeric() || last == '"');
        replace_first(source, " }: ", ", }: ", has_formal);
    }
    if several_lines && rarely() {
        replace_first(source, "\\n", "\n", |before| !before.ends_with(['\\', '\'']));
    }
    if rarely() {
        source.push_str(if several_lines { "\r\n" } else { "\r" });
    }
    if is_latin {
        // Everywhere, so that what had one name still has.
        return written.into_bytes().replace("é", b"\xe9");
    }
    written.into_bytes()
}

/// Replaces the first `old` before which the source is as it should be.
fn replace_first(source: &mut String, old: &str, new: &str, may: impl Fn(&str) -> bool) {
    let found = source.match_indices(old).map(|(at, _)| at).find(|at| may(&source[..*at]));
    if let Some(at) = found {
        source.replace_range(at..at + old.len(), new);
    }
}

/// Puts zeros before the first number that stands by itself.
fn pad_a_number(source: &mut String) {
    let bytes = source.as_bytes();
    let stands = |at: &usize| {
        let digits = bytes[*at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        digits > 0
            && *at > 0
            && bytes[*at - 1] == b' '
            && matches!(bytes.get(*at + digits), None | Some(b' ' | b';' | b')'))
    };
    if let Some(at) = (0..bytes.len()).find(stands) {
        source.insert_str(at, "00");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        generate::{Configuration, generate_from_seed},
        program::read::parsed,
    };

    #[test]
    fn a_program_keeps_its_meaning() {
        let mut changed = 0;
        for seed in 0..400 {
            let configuration = Configuration { several_lines: seed % 2 == 0, ..Configuration::default() };
            let plain = generate_from_seed(seed, &configuration).to_source();
            let spelt = respell(plain.clone(), configuration.several_lines, &mut Rng::with_seed(seed));
            changed += usize::from(spelt != plain.as_bytes());
            let parsed = |source: &[u8]| parsed(source).expect("it parses");
            // A number in a string, too, may have got zeros before it: that is another program, but it is one. Two escapes
            // are two pieces of a string, and the one that stands for both is one.
            let digits = |text: Vec<u8>| {
                let one_piece = text.replace("0", "").replace("é", b"\xe9").replace("\" + \"", "");
                one_piece.replace("(", "").replace(")", "")
            };
            assert_eq!(digits(parsed(&spelt)), digits(parsed(plain.as_bytes())), "{}", spelt.as_bstr());
        }
        assert!(changed > 50, "{changed}");
    }
}

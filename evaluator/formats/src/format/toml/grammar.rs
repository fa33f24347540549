//! The patterns of TOML 1.0, composed as toml11 composes them, because the composition decides what errors say.

use super::scanner::Pattern::{self, AtLeast, Byte, Either, Exactly, Literal, Maybe, Named, OneOf, Range, Sequence};

pub(super) const DIGIT: Pattern = Named("digit [0-9]", &Range(b'0', b'9'));
const ALPHA: Pattern = Named("alpha [a-zA-Z]", &Either(&[Range(b'a', b'z'), Range(b'A', b'Z')]));
const HEX_DIGIT: Pattern =
    Named("hex [0-9a-fA-F]", &Either(&[Range(b'0', b'9'), Range(b'a', b'f'), Range(b'A', b'F')]));

/// A character of several bytes in UTF-8, neither too long nor out of Unicode.
const NON_ASCII: Pattern = Named("non-ascii utf-8 bytes", &Either(&[TWO_BYTES, THREE_BYTES, FOUR_BYTES]));
const CONTINUATION: Pattern = Range(0x80, 0xbf);
const TWO_BYTES: Pattern = Sequence(&[Range(0xc2, 0xdf), CONTINUATION]);
const THREE_BYTES: Pattern = Sequence(&[
    Either(&[
        Sequence(&[Byte(0xe0), Range(0xa0, 0xbf)]),
        Sequence(&[Range(0xe1, 0xec), CONTINUATION]),
        Sequence(&[Byte(0xed), Range(0x80, 0x9f)]),
        Sequence(&[Range(0xee, 0xef), CONTINUATION]),
    ]),
    CONTINUATION,
]);
const FOUR_BYTES: Pattern = Sequence(&[
    Either(&[
        Sequence(&[Byte(0xf0), Range(0x90, 0xbf)]),
        Sequence(&[Range(0xf1, 0xf3), CONTINUATION]),
        Sequence(&[Byte(0xf4), Range(0x80, 0x8f)]),
    ]),
    CONTINUATION,
    CONTINUATION,
]);

const SPACE: Pattern = OneOf(b" \t");
pub(super) const SPACES: Pattern = AtLeast(0, &SPACE);
pub(super) const SOME_SPACES: Pattern = AtLeast(1, &SPACE);
pub(super) const NEWLINE: Pattern = Either(&[Byte(b'\n'), Literal("\r\n")]);
pub(super) const EMPTY_LINE: Pattern = Sequence(&[SPACES, NEWLINE]);
/// Without the newline behind it.
pub(super) const COMMENT: Pattern =
    Sequence(&[Byte(b'#'), AtLeast(0, &Either(&[Byte(b'\t'), Range(0x20, 0x7e), NON_ASCII]))]);
pub(super) const COMMENT_LINE: Pattern = Sequence(&[COMMENT, NEWLINE]);

pub(super) const BOOLEAN: Pattern = Either(&[Literal("true"), Literal("false")]);

const SIGN: Pattern = Maybe(&OneOf(b"+-"));
pub(super) const DECIMAL: Pattern = Sequence(&[
    SIGN,
    Either(&[Sequence(&[Range(b'1', b'9'), AtLeast(1, &Either(&[DIGIT, Sequence(&[Byte(b'_'), DIGIT])]))]), DIGIT]),
]);
pub(super) const HEXADECIMAL: Pattern =
    Sequence(&[Literal("0x"), HEX_DIGIT, AtLeast(0, &Either(&[HEX_DIGIT, Sequence(&[Byte(b'_'), HEX_DIGIT])]))]);
const OCTAL_DIGIT: Pattern = Range(b'0', b'7');
pub(super) const OCTAL: Pattern =
    Sequence(&[Literal("0o"), OCTAL_DIGIT, AtLeast(0, &Either(&[OCTAL_DIGIT, Sequence(&[Byte(b'_'), OCTAL_DIGIT])]))]);
const BINARY_DIGIT: Pattern = OneOf(b"01");
pub(super) const BINARY: Pattern = Sequence(&[
    Literal("0b"),
    BINARY_DIGIT,
    AtLeast(0, &Either(&[BINARY_DIGIT, Sequence(&[Byte(b'_'), BINARY_DIGIT])])),
]);
pub(super) const INTEGER: Pattern = Either(&[HEXADECIMAL, OCTAL, BINARY, DECIMAL]);

const DIGITS: Pattern = Sequence(&[DIGIT, AtLeast(0, &Either(&[DIGIT, Sequence(&[Byte(b'_'), DIGIT])]))]);
const FRACTION: Pattern = Sequence(&[Byte(b'.'), DIGITS]);
const EXPONENT: Pattern = Sequence(&[OneOf(b"eE"), SIGN, DIGITS]);
pub(super) const FLOAT: Pattern = Either(&[
    Sequence(&[DECIMAL, Either(&[EXPONENT, Sequence(&[FRACTION, Maybe(&EXPONENT)])])]),
    Sequence(&[SIGN, Either(&[Literal("inf"), Literal("nan")])]),
]);

const TWO_DIGITS: Pattern = Exactly(2, &DIGIT);
pub(super) const DATE: Pattern = Sequence(&[Exactly(4, &DIGIT), Byte(b'-'), TWO_DIGITS, Byte(b'-'), TWO_DIGITS]);
pub(super) const TIME: Pattern = Sequence(&[
    TWO_DIGITS,
    Byte(b':'),
    TWO_DIGITS,
    Byte(b':'),
    TWO_DIGITS,
    Maybe(&Sequence(&[Byte(b'.'), AtLeast(1, &DIGIT)])),
]);
pub(super) const TIME_DELIMITER: Pattern = OneOf(b"Tt ");
pub(super) const OFFSET: Pattern =
    Either(&[OneOf(b"zZ"), Sequence(&[OneOf(b"+-"), TWO_DIGITS, Byte(b':'), TWO_DIGITS])]);
pub(super) const DATE_TIME: Pattern = Sequence(&[DATE, TIME_DELIMITER, TIME]);
pub(super) const OFFSET_DATE_TIME: Pattern = Sequence(&[DATE, TIME_DELIMITER, Sequence(&[TIME, OFFSET])]);

const ESCAPED: Pattern = Sequence(&[
    Byte(b'\\'),
    Either(&[
        OneOf(b"\"\\bfnrt"),
        Sequence(&[Byte(b'u'), Exactly(4, &HEX_DIGIT)]),
        Sequence(&[Byte(b'U'), Exactly(8, &HEX_DIGIT)]),
    ]),
]);
const BASIC_CHARACTER: Pattern =
    Either(&[Either(&[SPACE, Byte(0x21), Range(0x23, 0x5b), Range(0x5d, 0x7e), NON_ASCII]), ESCAPED]);
pub(super) const BASIC_STRING: Pattern = Sequence(&[Byte(b'"'), AtLeast(0, &BASIC_CHARACTER), Byte(b'"')]);
pub(super) const ESCAPED_NEWLINE: Pattern =
    Sequence(&[Byte(b'\\'), SPACES, NEWLINE, AtLeast(0, &Either(&[SPACE, NEWLINE]))]);
const BASIC_CONTENT: Pattern = Either(&[BASIC_CHARACTER, NEWLINE, ESCAPED_NEWLINE]);
const ONE_OR_TWO_QUOTES: Pattern = Either(&[Literal("\"\""), Byte(b'"')]);
pub(super) const LONG_BASIC_STRING: Pattern = Sequence(&[
    Literal("\"\"\""),
    Maybe(&NEWLINE),
    AtLeast(0, &BASIC_CONTENT),
    AtLeast(0, &Sequence(&[ONE_OR_TWO_QUOTES, AtLeast(1, &BASIC_CONTENT)])),
    Literal("\"\"\""),
    Maybe(&ONE_OR_TWO_QUOTES),
]);

const LITERAL_CHARACTER: Pattern = Either(&[Byte(b'\t'), Range(0x20, 0x26), Range(0x28, 0x7e), NON_ASCII]);
pub(super) const LITERAL_STRING: Pattern = Sequence(&[Byte(b'\''), AtLeast(0, &LITERAL_CHARACTER), Byte(b'\'')]);
const LITERAL_CONTENT: Pattern = Either(&[LITERAL_CHARACTER, NEWLINE]);
const ONE_OR_TWO_APOSTROPHES: Pattern = Either(&[Literal("''"), Byte(b'\'')]);
pub(super) const LONG_LITERAL_STRING: Pattern = Sequence(&[
    Literal("'''"),
    Maybe(&NEWLINE),
    AtLeast(0, &LITERAL_CONTENT),
    AtLeast(0, &Sequence(&[ONE_OR_TWO_APOSTROPHES, AtLeast(1, &LITERAL_CONTENT)])),
    Literal("'''"),
    Maybe(&ONE_OR_TWO_APOSTROPHES),
]);

pub(super) const BARE_KEY: Pattern = AtLeast(1, &Either(&[ALPHA, DIGIT, Byte(b'-'), Byte(b'_')]));
const SIMPLE_KEY: Pattern = Either(&[BARE_KEY, Either(&[BASIC_STRING, LITERAL_STRING])]);
pub(super) const DOT: Pattern = Sequence(&[SPACES, Byte(b'.'), SPACES]);
const KEY: Pattern = Named(
    "basic key([a-zA-Z0-9_-]) or quoted key(\" or ')",
    &Either(&[Sequence(&[SIMPLE_KEY, AtLeast(1, &Sequence(&[DOT, SIMPLE_KEY]))]), SIMPLE_KEY]),
);
pub(super) const EQUALS: Pattern = Sequence(&[SPACES, Byte(b'='), SPACES]);
pub(super) const TABLE_HEADER: Pattern = Sequence(&[Byte(b'['), SPACES, KEY, SPACES, Byte(b']')]);
pub(super) const ARRAY_HEADER: Pattern = Sequence(&[Literal("[["), SPACES, KEY, SPACES, Literal("]]")]);
pub(super) const HEADER_START: Pattern = Sequence(&[SPACES, Byte(b'[')]);

//! Parses hashes, with or without a prefix. The prefix tells the notation, or else the length does.

use super::{Algorithm, Hash, HashFormat, base16, base64, nix32};
use crate::errors::highlight::hint;
use crate::errors::{Error, ErrorKind};
use crate::settings::FeatureSet;

impl Hash {
    /// Parses `text` as `convertHash` and hash attributes do (`Hash::parseAny`): SRI, a colon prefix, or no prefix if
    /// `algorithm` is given. A prefix must not contradict `algorithm`.
    pub fn parse_any(text: &[u8], algorithm: Option<Algorithm>, features: FeatureSet) -> Result<Hash, Box<Error>> {
        parse_with(text, features, |prefix| match (prefix, algorithm) {
            (None, None) => Err(bad_hash(
                "hash '{}' does not include a type, nor is the type otherwise known from context",
                &[text],
            )),
            (Some(found), Some(wanted)) if found != wanted => {
                Err(bad_hash("hash '{}' should have type '{}'", &[text, wanted.name().as_bytes()]))
            }
            (Some(algorithm), _) | (None, Some(algorithm)) => Ok(algorithm),
        })
    }

    /// Parses `text`, which must name its algorithm itself (`Hash::parseAnyPrefixed`).
    pub fn parse_prefixed(text: &[u8], features: FeatureSet) -> Result<Hash, Box<Error>> {
        parse_with(text, features, |prefix| {
            prefix.ok_or_else(|| bad_hash("hash '{}' does not include a type", &[text]))
        })
    }

    /// Reads SRI and nothing else (`Hash::parseSRI`).
    pub fn parse_sri(text: &[u8], features: FeatureSet) -> Result<Hash, Box<Error>> {
        let Some((prefix, digest)) = split_prefix(text, b'-') else {
            return Err(bad_hash("hash '{}' is not SRI", &[text]));
        };
        decode(digest, Algorithm::from_name(prefix, features)?, HashFormat::Sri)
    }

    /// Parses a digest without a prefix; its length tells the notation (`Hash::parseNonSRIUnprefixed`).
    pub fn parse_unprefixed(text: &[u8], algorithm: Algorithm) -> Result<Hash, Box<Error>> {
        decode(text, algorithm, format_by_length(text, algorithm)?)
    }

    /// Parses a hash attribute (`newHashAllowEmpty`). An empty text stands for a hash of zeros; then the flag is set,
    /// and the reference warns `found empty hash, assuming '…'` with the SRI form of the result.
    pub fn parse_allow_empty(
        text: &[u8],
        algorithm: Option<Algorithm>,
        features: FeatureSet,
    ) -> Result<(Hash, bool), Box<Error>> {
        if !text.is_empty() {
            return Ok((Hash::parse_any(text, algorithm, features)?, false));
        }
        let algorithm = algorithm.ok_or_else(|| bad_hash("empty hash requires explicit hash algorithm", &[]))?;
        Ok((Hash::from_digest(algorithm, &[0; 64][..algorithm.size()]), true))
    }
}

/// Splits off the prefix: a colon anywhere ends it, even after a dash. Only without a colon is a dash looked for.
fn parse_with(
    text: &[u8],
    features: FeatureSet,
    resolve: impl FnOnce(Option<Algorithm>) -> Result<Algorithm, Box<Error>>,
) -> Result<Hash, Box<Error>> {
    let (prefix, digest, is_sri) = match (split_prefix(text, b':'), split_prefix(text, b'-')) {
        (Some((prefix, digest)), _) => (Some(prefix), digest, false),
        (None, Some((prefix, digest))) => (Some(prefix), digest, true),
        (None, None) => (None, text, false),
    };
    let named = prefix.map(|name| Algorithm::from_name(name, features)).transpose()?;
    let algorithm = resolve(named)?;
    let format = if is_sri { HashFormat::Sri } else { format_by_length(digest, algorithm)? };
    decode(digest, algorithm, format)
}

fn format_by_length(digest: &[u8], algorithm: Algorithm) -> Result<HashFormat, Box<Error>> {
    let (size, length) = (algorithm.size(), digest.len());
    if length == base16::encoded_length(size) {
        Ok(HashFormat::Base16)
    } else if length == nix32::encoded_length(size) {
        Ok(HashFormat::Nix32)
    } else if length == base64::encoded_length(size) {
        Ok(HashFormat::Base64)
    } else {
        let name = algorithm.name().as_bytes();
        Err(bad_hash("hash '{}' has wrong length for hash algorithm '{}'", &[digest, name]))
    }
}

/// Decodes a digest. A byte that cannot be decoded is reported as a digest of length 0, because the reference drops the
/// decoder's own error.
fn decode(digest: &[u8], algorithm: Algorithm, format: HashFormat) -> Result<Hash, Box<Error>> {
    let (decoded, name) = match format {
        HashFormat::Base16 => (base16::decode(digest), "base16"),
        HashFormat::Nix32 => (nix32::decode(digest), "nix32"),
        HashFormat::Base64 => (base64::decode(digest), "Base64"),
        HashFormat::Sri => (base64::decode(digest), "SRI"),
    };
    let decoded = decoded.unwrap_or_default();
    if decoded.len() == algorithm.size() {
        return Ok(Hash::from_digest(algorithm, &decoded));
    }
    let (length, expected) = (decoded.len().to_string(), algorithm.size().to_string());
    let words = "invalid {} hash '{}', length {} != expected length {}";
    Err(bad_hash(words, &[name.as_bytes(), digest, length.as_bytes(), expected.as_bytes()]))
}

fn split_prefix(text: &[u8], separator: u8) -> Option<(&[u8], &[u8])> {
    let at = text.iter().position(|&byte| byte == separator)?;
    Some((&text[..at], &text[at + 1..]))
}

fn bad_hash(words: &str, arguments: &[&[u8]]) -> Box<Error> {
    Error::new(ErrorKind::Evaluation, hint(words, arguments))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::errors::highlight::filter_escapes;

    /// Like `convertHash` with the algorithm `algorithm` (none if empty).
    #[track_caller]
    fn check(text: &str, format: &str, algorithm: &str, expected: &str) {
        let algorithm = Algorithm::from_name_optional(algorithm.as_bytes(), FeatureSet::ALL).unwrap();
        let result = match Hash::parse_any(text.as_bytes(), algorithm, FeatureSet::ALL) {
            Ok(hash) => {
                let format = HashFormat::from_name(format.as_bytes()).unwrap();
                hash.to_text(format, format == HashFormat::Sri)
            }
            Err(error) => String::from_utf8_lossy(&filter_escapes(&error.message, false)).into_owned(),
        };
        assert_eq!(result, expected);
    }

    #[test]
    fn every_notation_to_every_other() {
        let md5 = "d41d8cd98f00b204e9800998ecf8427e";
        check("md5:d41d8cd98f00b204e9800998ecf8427e", "sri", "", "md5-1B2M2Y8AsgTpgAmY7PhCfg==");
        check("md5:D41D8CD98F00B204E9800998ECF8427E", "nix32", "", "3y8bwfr609h3lh9ch0izcqq7fl");
        check("md5:d41d8cd98f00b204e9800998ecf8427e", "base32", "", "3y8bwfr609h3lh9ch0izcqq7fl");
        check("md5:d41d8cd98f00b204e9800998ecf8427e", "base64", "", "1B2M2Y8AsgTpgAmY7PhCfg==");
        check("md5:d41d8cd98f00b204e9800998ecf8427e", "base16", "", md5);
        check("3y8bwfr609h3lh9ch0izcqq7fl", "base16", "md5", md5);
        check("1B2M2Y8AsgTpgAmY7PhCfg==", "base16", "md5", md5);
        check("md5-1B2M2Y8AsgTpgAmY7PhCfg", "base16", "", md5);
        check("md5:1B2M2Y8AsgTpgAmY7PhCfg==", "sri", "", "md5-1B2M2Y8AsgTpgAmY7PhCfg==");
        let sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let nix32 = "0mdqa9w1p6cmli6976v4wi0sw9r4p5prkj7lzfd1877wk11c9c73";
        check("sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "nix32", "", nix32);
        check("sha256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "base16", "", sha256);
        check(nix32, "base16", "sha256", sha256);
        let blake3 = "af8068577ec94da9f244db9526391149dde309b6f818f3ac5b78f59d2ee6be63";
        check("blake3-r4BoV37JTanyRNuVJjkRSd3jCbb4GPOsW3j1nS7mvmM=", "base16", "", blake3);
        check("da39a3ee5e6b4b0d3255bfef95601890afd80709", "nix32", "sha1", "143xibwh31h9bvxzalr0sjvbbvpa6ffs");
        check("da39a3ee5e6b4b0d3255bfef95601890afd80709", "base64", "sha1", "2jmj7l5rSw0yVb/vlWAYkK/YBwk=");
    }

    #[test]
    fn refusals() {
        let check = |text: &str, algorithm: &str, expected: &str| check(text, "sri", algorithm, expected);
        check("", "sha256", "hash '' has wrong length for hash algorithm 'sha256'");
        check("abc", "sha256", "hash 'abc' has wrong length for hash algorithm 'sha256'");
        check("abc", "", "hash 'abc' does not include a type, nor is the type otherwise known from context");
        let unknown = "unknown hash algorithm 'sha257', expect 'blake3', 'md5', 'sha1', 'sha256', or 'sha512'";
        check("sha257:abc", "", unknown);
        check("sha256:abc", "", "hash 'abc' has wrong length for hash algorithm 'sha256'");
        check("sha256-abc", "", "invalid SRI hash 'abc', length 2 != expected length 32");
        check("sha256-ab*c", "", "invalid SRI hash 'ab*c', length 0 != expected length 32");
        check("sha256-", "", "invalid SRI hash '', length 0 != expected length 32");
        let hex = "invalid base16 hash 'd41d8cd98f00b204e9800998ecf8427g', length 0 != expected length 16";
        check("md5:d41d8cd98f00b204e9800998ecf8427g", "", hex);
        let long = "invalid nix32 hash 'zy8bwfr609h3lh9ch0izcqq7fl', length 17 != expected length 16";
        check("zy8bwfr609h3lh9ch0izcqq7fl", "md5", long);
        let letter = "invalid nix32 hash '3y8bwfr609h3lh9ch0izcqq7el', length 0 != expected length 16";
        check("3y8bwfr609h3lh9ch0izcqq7el", "md5", letter);
        let short = "invalid Base64 hash '1B2M2Y8AsgTpgAmY7PhCf===', length 15 != expected length 16";
        check("1B2M2Y8AsgTpgAmY7PhCf===", "md5", short);
        let long = "invalid Base64 hash '1B2M2Y8AsgTpgAmY7PhCfgaa', length 18 != expected length 16";
        check("1B2M2Y8AsgTpgAmY7PhCfgaa", "md5", long);
        let other = "hash 'md5-1B2M2Y8AsgTpgAmY7PhCfg==' should have type 'sha256'";
        check("md5-1B2M2Y8AsgTpgAmY7PhCfg==", "sha256", other);
        let other = "hash 'sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709' should have type 'sha256'";
        check("sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709", "sha256", other);
        let length = "hash '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' has wrong length for hash algorithm 'sha512'";
        check("sha512:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "", length);
    }
}

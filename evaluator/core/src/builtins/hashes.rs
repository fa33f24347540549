//! Builtins that hash strings, and that convert a hash from one notation to another.

use crate::errors::Failure;
use crate::hash::{Algorithm, Hash, HashFormat};
use crate::primop::{Answer, GeneratorContext};
use crate::source::Pos;
use crate::state::State;
use crate::value::{Attrs, Value};

use super::arguments::evaluated_string;
use super::{attributes, demand};
use crate::primop::Arguments;
use crate::primop::{force_plain_string, force_string, string_of};

builtins! {
    /// The hash of a string in base 16. The algorithm is `"md5"`, `"sha1"`, `"sha256"` or `"sha512"`.
    "hashString"(type, s) [
        0: PlainString "while evaluating the first argument passed to builtins.hashString"
    ] => generator hash_string, fast hash_string_without_suspending;
    /// The attribute `hash` in the notation that `toHashFormat` names: `"base16"`, `"nix32"`, `"base32"` (the same),
    /// `"base64"` or `"sri"`. Where the hash does not say its algorithm, `hashAlgo` must.
    "convertHash"(args) [
        0: Attrs "while evaluating the first argument passed to builtins.convertHash"
    ] => generator convert_hash, fast convert_hash_without_suspending;
}

fn algorithm<'h>(state: &State<'h>, name: &[u8]) -> Result<Algorithm, Failure> {
    Ok(Algorithm::from_name(name, state.settings.experimental_features)?)
}

/// The hash of bytes as a string in base 16.
pub(super) fn hashed<'h>(state: &State<'h>, algorithm: Algorithm, bytes: &[u8]) -> Answer<'h> {
    Ok(state.string(state.hash(algorithm, bytes)?.to_text(HashFormat::Base16, false).as_bytes()))
}

fn hash_string_without_suspending<'h>(
    state: &'h State<'h>,
    arguments: &[Value<'h>],
) -> Option<Result<Value<'h>, Failure>> {
    let string = evaluated_string(arguments[1])?;
    let algorithm = algorithm(state, string_of(arguments[0]).bytes());
    Some(algorithm.and_then(|algorithm| hashed(state, algorithm, string.bytes())))
}

async fn hash_string<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    let algorithm = algorithm(machine.state, string_of(arguments[0]).bytes())?;
    let context = "while evaluating the second argument passed to builtins.hashString";
    let string = force_string(&machine, arguments[1], Pos::NONE, context).await?;
    hashed(machine.state, algorithm, string.bytes())
}

/// Converts the hash. The arguments are in the order in which the reference looks at them.
fn converted<'h>(
    state: &State<'h>,
    hash: &[u8],
    algorithm: Option<Algorithm>,
    format: HashFormat,
) -> Result<Value<'h>, Failure> {
    let hash = Hash::parse_any(hash, algorithm, state.settings.experimental_features)?;
    Ok(state.string(hash.to_text(format, format == HashFormat::Sri).as_bytes()))
}

fn format<'h>(state: &State<'h>, name: &[u8]) -> Result<HashFormat, Failure> {
    let format = HashFormat::from_name(name)?;
    if HashFormat::is_deprecated_name(name) {
        state.warn(br#""base32" is a deprecated alias for hash format "nix32"."#);
    }
    Ok(format)
}

/// Converts the hash if all attributes exist and are evaluated. It fails only after it has looked at the last one.
fn convert_hash_without_suspending<'h>(
    state: &'h State<'h>,
    arguments: &[Value<'h>],
) -> Option<Result<Value<'h>, Failure>> {
    let attrs: &Attrs<'h> = demand::attrs(arguments[0]);
    let plain = |slot| evaluated_string(slot).filter(|string| string.context().is_empty()).map(|string| string.bytes());
    let attribute = |name: &[u8]| Some(attrs.get(state.symbols.intern(name))?.value());
    let hash = plain(attribute(b"hash")?)?;
    let algorithm_name = match attribute(b"hashAlgo") {
        Some(slot) => Some(plain(slot)?),
        None => None,
    };
    let format_name = plain(attribute(b"toHashFormat")?)?;
    let convert = || {
        let algorithm = algorithm_name.map(|name| algorithm(state, name)).transpose()?;
        converted(state, hash, algorithm, format(state, format_name)?)
    };
    Some(convert())
}

async fn convert_hash<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    let state = machine.state;
    let attrs = demand::attrs(arguments[0]);
    let hash =
        attributes::required(state, attrs, state.symbols.intern(b"hash"), "while locating the attribute 'hash'")?
            .value();
    let hash = force_plain_string(&machine, hash, Pos::NONE, "while evaluating the attribute 'hash'").await?;
    let algorithm = match attrs.get(state.symbols.intern(b"hashAlgo")) {
        Some(attr) => {
            let context = "while evaluating the attribute 'hashAlgo'";
            Some(algorithm(state, force_plain_string(&machine, attr.value(), Pos::NONE, context).await?)?)
        }
        None => None,
    };
    let context = "while locating the attribute 'toHashFormat'";
    let name = attributes::required(state, attrs, state.symbols.intern(b"toHashFormat"), context)?.value();
    let context = "while evaluating the attribute 'toHashFormat'";
    let name = force_plain_string(&machine, name, Pos::NONE, context).await?;
    converted(state, hash, algorithm, format(state, name)?)
}

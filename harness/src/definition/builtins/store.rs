//! Builtins of paths, hashes and the store, as far as nothing outside is looked at.

use std::rc::Rc;

use sha2::{Digest, Sha256, Sha512};

use super::Builtin;
use crate::definition::{
    coerce::Coercion,
    paths,
    value::{Context, Element, Error, Failure, Value, error, outside},
};

pub(super) const ALL: &[Builtin] = &[
    Builtin::new("toPath", 1, |m, args| {
        let mut context = Context::new();
        let path = m.coerced_to_path(args[0], &mut context)?;
        Ok(Value::text_in(path, context))
    }),
    Builtin::new("baseNameOf", 1, |m, args| {
        let mut context = Context::new();
        let path = m.coerced(args[0], &mut context, Coercion::PATH)?;
        let mut path = &*path;
        if path.len() > 1 {
            path = path.strip_suffix(b"/").unwrap_or(path);
        }
        let name = path.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
        Ok(Value::text_in(name, context))
    }),
    Builtin::new("dirOf", 1, |m, args| {
        if let Value::Path(path) = m.force(args[0])? {
            let path = paths::canonical(&path);
            let end = path.iter().rposition(|byte| *byte == b'/').unwrap_or_default();
            return Ok(Value::Path(path[..end.max(1)].into()));
        }
        let mut context = Context::new();
        let path = m.coerced(args[0], &mut context, Coercion::PATH)?;
        let folder = match path.iter().rposition(|byte| *byte == b'/') {
            None => b".",
            Some(0) => b"/",
            Some(end) => &path[..end],
        };
        Ok(Value::text_in(folder, context))
    }),
    Builtin::new("storePath", 1, |m, args| {
        let mut context = Context::new();
        let path = m.coerced_to_path(args[0], &mut context)?;
        let Some(rest) = path.strip_prefix(b"/nix/store/") else {
            let message = [b"path '", &*path, b"' is not in the Nix store"].concat();
            return Err(error(message));
        };
        let end = rest.iter().position(|byte| *byte == b'/').unwrap_or(rest.len());
        // A path into a store path is followed through the links on the way.
        if end < rest.len() {
            return Err(outside("a path in the store"));
        }
        match store_path(&path) {
            Some(name) => {
                context.insert(Element::Plain(name));
                Ok(Value::text_in(path, context))
            }
            None => Err(outside("a path in the store without a proper name")),
        }
    }),
    Builtin::new("placeholder", 1, |m, args| {
        let output = m.force_plain(args[0])?;
        let hash = Sha256::digest([b"nix-output:", &*output].concat());
        Ok(Value::text(format!("/{}", base32(&hash))))
    }),
    Builtin::new("hashString", 2, |m, args| {
        let algorithm = m.force_plain(args[0])?;
        let hash: fn(&[u8]) -> Vec<u8> = match &*algorithm {
            b"sha256" => |text| Sha256::digest(text).to_vec(),
            b"sha512" => |text| Sha512::digest(text).to_vec(),
            b"md5" | b"sha1" | b"blake3" => return Err(outside("an old hash")),
            other => return Err(error([b"unknown hash algorithm '", other, b"'"].concat())),
        };
        let text = m.force_text(args[1], &mut Context::new())?;
        Ok(Value::text(base16(&hash(&text))))
    }),
    Builtin::new("toFile", 2, |m, args| {
        let name = m.force_plain(args[0])?;
        let mut context = Context::new();
        let text = m.force_text(args[1], &mut context)?;
        let mut kind = "text".to_owned();
        for element in &context {
            match element {
                Element::Plain(path) => kind += &format!(":/nix/store/{path}"),
                _ => {
                    let message = [b"files created by builtins.toFile may not reference derivations, but ", &*name];
                    return Err(error(message.concat()));
                }
            }
        }
        if !is_name(&name) {
            return Err(outside("a name that is none in the store"));
        }
        let hash = base16(&Sha256::digest(&text));
        let name = String::from_utf8_lossy(&name).into_owned();
        let whole = Sha256::digest(format!("{kind}:sha256:{hash}:/nix/store:{name}"));
        let mut short = [0; 20];
        whole.iter().enumerate().for_each(|(index, byte)| short[index % 20] ^= byte);
        let path = format!("{}-{name}", base32(&short));
        Ok(Value::text_in(format!("/nix/store/{path}"), Context::from([Element::Plain(path)])))
    }),
    Builtin::new("findFile", 2, |m, args| {
        if !m.force_list(args[0])?.is_empty() {
            return Err(outside("a search path"));
        }
        let path = m.force_plain(args[1])?;
        if path.starts_with(b"nix/") {
            return Err(outside("a file of the reference itself"));
        }
        let message = [b"file '", &*path, b"' was not found in the Nix search path"].concat();
        Err(Failure::Error(Rc::new(Error { message, is_caught: true, is_own: false })))
    }),
];

/// The last part of a store path, where it is one.
pub(super) fn store_path(path: &[u8]) -> Option<String> {
    let path = paths::canonical(path);
    let name = path.strip_prefix(b"/nix/store/")?;
    let (hash, rest) = name.split_at_checked(32)?;
    let rest = rest.strip_prefix(b"-")?;
    let is_proper = hash.iter().all(|byte| BASE32.contains(byte)) && is_name(rest);
    is_proper.then(|| String::from_utf8_lossy(name).into_owned())
}

/// Whether a name can be one in the store.
fn is_name(name: &[u8]) -> bool {
    let is_proper = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-._?=".contains(byte);
    let is_dots = [&b"."[..], b".."].iter().any(|dots| {
        let Some(rest) = name.strip_prefix(*dots) else { return false };
        rest.is_empty() || rest[0] == b'-'
    });
    !name.is_empty() && name.len() <= 211 && name.iter().all(is_proper) && !is_dots
}

const BASE32: &[u8; 32] = b"0123456789abcdfghijklmnpqrsvwxyz";

/// Five bits a character, from the end.
fn base32(bytes: &[u8]) -> String {
    let length = (bytes.len() * 8).div_ceil(5);
    let bit = |index: usize| bytes.get(index / 8).is_some_and(|byte| byte >> (index % 8) & 1 == 1);
    let digit = |place: usize| (0..5).fold(0, |digit, index| digit | usize::from(bit(place * 5 + index)) << index);
    (0..length).rev().map(|place| char::from(BASE32[digit(place)])).collect()
}

fn base16(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

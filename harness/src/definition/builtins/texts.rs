//! Builtins of strings, versions, regular expressions and documents.

use std::collections::HashMap;

use super::Builtin;
use crate::definition::{
    coerce::Coercion,
    machine::Machine,
    regex::{Regex, Span},
    value::{Attrs, Context, Outcome, Slot, Value, error},
};

pub(super) const ALL: &[Builtin] = &[
    Builtin::new("toString", 1, |m, args| {
        let mut context = Context::new();
        let text = m.coerced(args[0], &mut context, Coercion::MORE)?;
        Ok(Value::text_in(text, context))
    }),
    Builtin::new("stringLength", 1, |m, args| {
        let text = m.coerced(args[0], &mut Context::new(), Coercion::STORING)?;
        Ok(Value::Int(i64::try_from(text.len()).unwrap_or(i64::MAX)))
    }),
    Builtin::new("substring", 3, |m, args| {
        let start = m.force_int(args[0])?;
        let Ok(start) = usize::try_from(start) else {
            return Err(error("negative start position in 'substring'"));
        };
        let length = m.force_int(args[1])?;
        if length == 0
            && let Value::Text(text) = m.force(args[2])?
        {
            return Ok(Value::text_in("", (*text.context).clone()));
        }
        let mut context = Context::new();
        let text = m.coerced(args[2], &mut context, Coercion::STORING)?;
        let rest = text.get(start..).unwrap_or_default();
        // Of a negative length, all of the rest is meant.
        let length = usize::try_from(length).unwrap_or(rest.len()).min(rest.len());
        Ok(Value::text_in(&rest[..length], context))
    }),
    Builtin::new("concatStringsSep", 2, |m, args| {
        let mut context = Context::new();
        let separator = m.force_text(args[0], &mut context)?;
        let mut whole = Vec::new();
        for (index, element) in m.force_list(args[1])?.iter().enumerate() {
            if index > 0 {
                whole.extend_from_slice(&separator);
            }
            whole.extend_from_slice(&m.coerced(*element, &mut context, Coercion::STORING)?);
        }
        Ok(Value::text_in(whole, context))
    }),
    Builtin::new("replaceStrings", 3, replace),
    Builtin::new("match", 2, |m, args| {
        let pattern = m.force_plain(args[0])?;
        let regex = Regex::new(&pattern)?;
        let text = m.force_text(args[1], &mut Context::new())?;
        match regex.matches(m, &text)? {
            Some(groups) => Ok(groups_of(m, &text, &groups)),
            None => Ok(Value::Null),
        }
    }),
    Builtin::new("split", 2, |m, args| {
        let pattern = m.force_plain(args[0])?;
        let regex = Regex::new(&pattern)?;
        let text = m.force_text(args[1], &mut Context::new())?;
        let found = regex.all(m, &text)?;
        if found.is_empty() {
            return Ok(Value::List([args[1]].into()));
        }
        let mut parts = Vec::new();
        let mut behind = 0;
        for groups in found {
            let (from, to) = groups[0].unwrap_or_default();
            parts.push(Value::text(&text[behind..from]));
            parts.push(groups_of(m, &text, &groups));
            behind = to;
        }
        parts.push(Value::text(&text[behind..]));
        Ok(m.list_of(parts))
    }),
    Builtin::new("parseDrvName", 1, |m, args| {
        let text = m.force_plain(args[0])?;
        // The version begins behind the first dash that no letter follows.
        let dash = text.windows(2).position(|pair| pair[0] == b'-' && !pair[1].is_ascii_alphabetic());
        let (name, version) = match dash {
            Some(dash) => (&text[..dash], &text[dash + 1..]),
            None => (&*text, &b""[..]),
        };
        let mut attrs = Attrs::new();
        for (key, value) in [("name", name), ("version", version)] {
            let key = m.names.intern(key.as_bytes());
            attrs.insert(key, m.ready(Value::text(value)));
        }
        Ok(Value::Attrs(attrs.into()))
    }),
    Builtin::new("compareVersions", 2, |m, args| {
        let one = m.force_plain(args[0])?;
        let other = m.force_plain(args[1])?;
        Ok(Value::Int(compare_versions(&one, &other)))
    }),
    Builtin::new("splitVersion", 1, |m, args| {
        let version = m.force_plain(args[0])?;
        let parts = components(&version).into_iter().map(Value::text);
        Ok(m.list_of(parts))
    }),
    Builtin::new("toJSON", 1, |m, args| {
        let (mut context, mut text) = (Context::new(), Vec::new());
        m.write_json(args[0], &mut context, &mut text)?;
        match str::from_utf8(&text) {
            Ok(_) => Ok(Value::text_in(text, context)),
            Err(_) => Err(error("JSON serialization error: invalid UTF-8")),
        }
    }),
    Builtin::new("fromJSON", 1, |m, args| {
        let text = m.force_plain(args[0])?;
        m.read_json(&text)
    }),
    Builtin::new("toXML", 1, |m, args| {
        let mut context = Context::new();
        let text = m.write_xml(args[0], &mut context)?;
        Ok(Value::text_in(text, context))
    }),
    Builtin::new("fromTOML", 1, |m, args| {
        let text = m.force_plain(args[0])?;
        m.read_toml(&text)
    }),
];

/// The groups of a match as a list, the whole match not among them.
fn groups_of(m: &mut Machine, text: &[u8], spans: &[Span]) -> Value {
    let group = |span: &Span| match span {
        Some((from, to)) => Value::text(&text[*from..*to]),
        None => Value::Null,
    };
    let groups: Vec<Value> = spans[1..].iter().map(group).collect();
    m.list_of(groups)
}

fn replace(m: &mut Machine, args: &[Slot]) -> Outcome<Value> {
    let from = m.force_list(args[0])?;
    let to = m.force_list(args[1])?;
    if from.len() != to.len() {
        return Err(error("'from' and 'to' arguments passed to builtins.replaceStrings have different lengths"));
    }
    let mut wanted = Vec::new();
    for slot in &*from {
        wanted.push(m.force_text(*slot, &mut Context::new())?);
    }
    let mut context = Context::new();
    let text = m.force_text(args[2], &mut context)?;
    let mut replacements: HashMap<usize, std::rc::Rc<[u8]>> = HashMap::new();
    let mut out = Vec::new();
    let mut at = 0;
    // Behind the last byte, too: an empty string is found there.
    while at <= text.len() {
        let rest = &text[at..];
        let found = wanted.iter().position(|wanted| rest.starts_with(wanted));
        let mut step = 0;
        if let Some(index) = found {
            let replacement = match replacements.get(&index) {
                Some(known) => known.clone(),
                None => {
                    let replacement = m.force_text(to[index], &mut context)?;
                    replacements.insert(index, replacement.clone());
                    replacement
                }
            };
            out.extend_from_slice(&replacement);
            step = wanted[index].len();
        }
        if step == 0 {
            out.extend(rest.first());
            step = 1;
        }
        at += step;
    }
    Ok(Value::text_in(out, context))
}

/// The parts of a version: runs of digits, and runs of anything else that is no dot or dash.
fn components(version: &[u8]) -> Vec<&[u8]> {
    let mut parts = Vec::new();
    let mut rest = version;
    loop {
        let start = rest.iter().position(|byte| !b".-".contains(byte)).unwrap_or(rest.len());
        rest = &rest[start..];
        let Some(first) = rest.first() else { return parts };
        let is_digit = first.is_ascii_digit();
        let belongs = |byte: &u8| byte.is_ascii_digit() == is_digit && !b".-".contains(byte);
        let length = rest.iter().position(|byte| !belongs(byte)).unwrap_or(rest.len());
        parts.push(&rest[..length]);
        rest = &rest[length..];
    }
}

fn compare_versions(one: &[u8], other: &[u8]) -> i64 {
    let (one, other) = (components(one), components(other));
    for index in 0..one.len().max(other.len()) {
        let [one, other] = [&one, &other].map(|parts| parts.get(index).copied().unwrap_or_default());
        if is_older(one, other) {
            return -1;
        }
        if is_older(other, one) {
            return 1;
        }
    }
    0
}

fn is_older(one: &[u8], other: &[u8]) -> bool {
    // What does not fit 32 bits is no number.
    let number = |part: &[u8]| str::from_utf8(part).ok()?.parse::<i32>().ok().filter(|_| part[0].is_ascii_digit());
    match (number(one), number(other)) {
        (Some(one), Some(other)) => one < other,
        (None, Some(_)) if one.is_empty() => true,
        _ if one == b"pre" && other != b"pre" => true,
        _ if other == b"pre" => false,
        (_, Some(_)) => true,
        (Some(_), _) => false,
        (None, None) => one < other,
    }
}

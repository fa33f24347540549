//! Parses and prints URLs as the reference does (`libutil/url.cc`): by RFC 3986, with exceptions for old flake
//! references. Errors have the words of the library that the reference parses URLs with.

use std::collections::BTreeMap;

use super::{Reader, Refusal};

/// A URL, its parts decoded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Url {
    /// The part before the first colon.
    pub scheme: Vec<u8>,
    /// The part after two slashes, if there is one.
    pub authority: Option<Authority>,
    /// The path, split at its slashes. If it starts with a slash, the first part is empty.
    pub path: Vec<Vec<u8>>,
    /// The query.
    pub query: BTreeMap<Vec<u8>, Vec<u8>>,
    /// The part after `#`.
    pub fragment: Vec<u8>,
}

/// The authority of a URL.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Authority {
    /// The user name.
    pub user: Option<Vec<u8>>,
    /// The password.
    pub password: Option<Vec<u8>>,
    /// The host, without brackets.
    pub host: Vec<u8>,
    /// Whether the host stands in brackets.
    pub is_literal: bool,
    /// The port.
    pub port: Option<u16>,
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

fn is_in_name(byte: u8) -> bool {
    is_unreserved(byte) || b"!$&'()*+,;=".contains(&byte)
}

fn is_in_path(byte: u8) -> bool {
    is_in_name(byte) || b":@/".contains(&byte)
}

fn is_in_query(byte: u8) -> bool {
    is_in_path(byte) || b"?[]".contains(&byte)
}

fn is_in_fragment(byte: u8) -> bool {
    is_in_path(byte) || b"?#".contains(&byte)
}

/// Splits a scheme such as `git+https` into the application and the transport.
pub fn split_scheme(scheme: &[u8]) -> (Option<&[u8]>, &[u8]) {
    match scheme.iter().position(|byte| *byte == b'+') {
        Some(plus) => (Some(&scheme[..plus]), &scheme[plus + 1..]),
        None => (None, scheme),
    }
}

/// Decodes `%` followed by two digits. Fails if anything else follows a `%`.
pub fn percent_decode(text: &[u8]) -> Result<Vec<u8>, Refusal> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        if byte != b'%' {
            out.push(byte);
            rest = after;
            continue;
        }
        let digit = |at: usize| after.get(at).and_then(|digit| char::from(*digit).to_digit(16));
        match (digit(0), digit(1)) {
            (Some(high), Some(low)) => {
                out.push((high << 4 | low) as u8);
                rest = &after[2..];
            }
            _ => {
                let problem: &[u8] = match after.len() {
                    0 | 1 => b"incomplete pct-encoding",
                    _ => b"bad hexdig in pct-encoding",
                };
                return Err(Refusal::bad_url("invalid URI parameter '{}': {}", &[text, problem]));
            }
        }
    }
    Ok(out)
}

/// Escapes every byte that is neither unreserved nor in `keep`.
pub fn percent_encode(text: &[u8], keep: &[u8]) -> Vec<u8> {
    escape_where(text, |byte| !is_unreserved(byte) && !keep.contains(&byte))
}

fn escape_where(text: &[u8], escaped: impl Fn(u8) -> bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for &byte in text {
        if escaped(byte) {
            out.extend_from_slice(format!("%{byte:02X}").as_bytes());
        } else {
            out.push(byte);
        }
    }
    out
}

/// Escapes characters that old flake references have in queries and fragments.
fn escape_liberties(url: &[u8]) -> Vec<u8> {
    let mut fixed = Vec::new();
    let mut rest = url;
    if let Some(mark) = rest.iter().position(|byte| *byte == b'?') {
        fixed.extend_from_slice(&rest[..=mark]);
        let query = &rest[mark + 1..];
        let end = query.iter().position(|byte| *byte == b'#').unwrap_or(query.len());
        fixed.extend_from_slice(&escape_where(&query[..end], |byte| b" \"".contains(&byte)));
        rest = &query[end..];
    }
    if let Some(mark) = rest.iter().position(|byte| *byte == b'#') {
        fixed.extend_from_slice(&rest[..=mark]);
        rest = &rest[mark + 1..];
        fixed.extend_from_slice(&escape_where(rest, |byte| b" \"^".contains(&byte)));
        return fixed;
    }
    fixed.extend_from_slice(rest);
    fixed
}

/// Parses the text of a query. The first value of a name counts.
pub fn decode_query(text: &[u8], reader: &Reader<'_>) -> Result<BTreeMap<Vec<u8>, Vec<u8>>, Refusal> {
    let mut query = BTreeMap::new();
    let fixed = escape_where(text, |byte| b" \"".contains(&byte));
    if fixed.is_empty() {
        return Ok(query);
    }
    let (_, rest) = take(&fixed, is_in_query).map_err(|_| bad_query(text, LEFTOVER))?;
    if !rest.is_empty() {
        return Err(bad_query(text, LEFTOVER));
    }
    for parameter in fixed.split(|byte| *byte == b'&') {
        match parameter.iter().position(|byte| *byte == b'=') {
            None => (reader.warn)(&crate::errors::highlight::plain(
                "dubious URI query '{}' is missing equal sign '{}', ignoring",
                &[parameter, b"="],
            )),
            Some(equals) => {
                let name = percent_decode(&parameter[..equals])?;
                let value = percent_decode(&parameter[equals + 1..])?;
                query.entry(name).or_insert(value);
            }
        }
    }
    Ok(query)
}

fn bad_query(text: &[u8], problem: &'static [u8]) -> Refusal {
    Refusal::bad_url("invalid URI query '{}': {}", &[text, problem])
}

const LEFTOVER: &[u8] = b"leftover";
const MISMATCH: &[u8] = b"mismatch";

/// Splits `text` after its allowed bytes and escapes. Fails at an invalid escape.
fn take(text: &[u8], allowed: fn(u8) -> bool) -> Result<(&[u8], &[u8]), &'static [u8]> {
    let mut end = 0;
    while let Some(&byte) = text.get(end) {
        if byte == b'%' {
            let is_digit = |at: usize| text.get(at).is_some_and(u8::is_ascii_hexdigit);
            if !is_digit(end + 1) || !is_digit(end + 2) {
                return Err(MISMATCH);
            }
            end += 3;
        } else if allowed(byte) {
            end += 1;
        } else {
            break;
        }
    }
    Ok(text.split_at(end))
}

impl Url {
    /// Parses a URL. `lenient` allows blanks and quotes in queries and fragments.
    pub fn parse(text: &[u8], lenient: bool, reader: &Reader<'_>) -> Result<Url, Refusal> {
        let fixed = if lenient { escape_liberties(text) } else { text.to_vec() };
        let parts = Parts::split(&fixed)
            .map_err(|problem| Refusal::bad_url("'{}' is not a valid URL: {}", &[text, problem]))?;
        let Some(scheme) = parts.scheme else {
            return Err(Refusal::bad_url("'{}' doesn't have a scheme", &[&fixed]));
        };
        let authority = parts.authority.map(Authority::parse).transpose()?;
        let is_file = split_scheme(scheme).1 == b"file";
        if let Some(authority) = &authority
            && is_file
            && !authority.host.is_empty()
        {
            let words = "file:// URL '{}' has unexpected authority '{}'";
            return Err(Refusal::bad_url(words, &[&fixed, &authority.to_text()]));
        }
        let path = if is_file && parts.path.is_empty() { b"/" } else { parts.path };
        Ok(Url {
            scheme: scheme.to_vec(),
            authority,
            path: path.split(|byte| *byte == b'/').map(percent_decode).collect::<Result<_, _>>()?,
            query: decode_query(parts.query, reader)?,
            fragment: percent_decode(parts.fragment)?,
        })
    }

    /// The URL as text.
    pub fn to_text(&self) -> Vec<u8> {
        let mut out = self.scheme.clone();
        out.push(b':');
        if let Some(authority) = &self.authority {
            out.extend_from_slice(b"//");
            out.extend_from_slice(&authority.to_text());
        }
        let parts: Vec<Vec<u8>> = self.path.iter().map(|part| percent_encode(part, b":@")).collect();
        out.extend_from_slice(&parts.join(&b'/'));
        if !self.query.is_empty() {
            out.push(b'?');
            let keep = b":@/?";
            let pairs: Vec<Vec<u8>> = self
                .query
                .iter()
                .map(|(name, value)| [percent_encode(name, keep), percent_encode(value, keep)].join(&b'='))
                .collect();
            out.extend_from_slice(&pairs.join(&b'&'));
        }
        if !self.fragment.is_empty() {
            out.push(b'#');
            out.extend_from_slice(&percent_encode(&self.fragment, b""));
        }
        out
    }

    /// The parts of the path that are not empty.
    pub fn segments(&self) -> Vec<&[u8]> {
        self.path.iter().map(Vec::as_slice).filter(|part| !part.is_empty()).collect()
    }

    /// The path of a file that the path of the URL is.
    pub fn file_path(&self) -> Result<Vec<u8>, Refusal> {
        for part in &self.path {
            if part.contains(&b'/') {
                let words = "URL path component '{}' contains '/', which is not allowed in file names";
                return Err(Refusal::bad_url(words, &[part]));
            }
            if part.contains(&0) {
                let shown: Vec<u8> = part
                    .iter()
                    .flat_map(|byte| if *byte == 0 { "␀".as_bytes() } else { std::slice::from_ref(byte) })
                    .copied()
                    .collect();
                let words = "URL path component '{}' contains NUL byte which is not allowed";
                return Err(Refusal::bad_url(words, &[&shown]));
            }
        }
        let mut path = Vec::new();
        for (index, part) in self.path.iter().enumerate() {
            match (index, part.is_empty()) {
                (0, true) => path.push(b'/'),
                (0, false) => path.extend_from_slice(part),
                _ => {
                    if !path.ends_with(b"/") {
                        path.push(b'/');
                    }
                    path.extend_from_slice(part);
                }
            }
        }
        Ok(path)
    }
}

/// The path of a URL, in parts, for the path of a file.
pub fn parts_of_file_path(path: &[u8]) -> Vec<Vec<u8>> {
    let mut parts = Vec::new();
    if path.starts_with(b"/") {
        parts.push(Vec::new());
    }
    parts.extend(crate::io::paths::components(path).map(<[u8]>::to_vec));
    // What ends in a slash ends in an empty name, and the reference adds another one.
    if path.ends_with(b"/") && path.iter().any(|byte| *byte != b'/') {
        parts.push(Vec::new());
    }
    if path.is_empty() || path.ends_with(b"/") {
        parts.push(Vec::new());
    }
    parts
}

/// A URL taken apart, nothing decoded.
struct Parts<'t> {
    scheme: Option<&'t [u8]>,
    authority: Option<&'t [u8]>,
    path: &'t [u8],
    query: &'t [u8],
    fragment: &'t [u8],
}

impl<'t> Parts<'t> {
    fn split(text: &'t [u8]) -> Result<Parts<'t>, &'static [u8]> {
        let is_in_scheme = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
        let end = text.iter().take_while(|byte| is_in_scheme(byte)).count();
        let has_scheme = text.first().is_some_and(u8::is_ascii_alphabetic) && text.get(end) == Some(&b':');
        let (scheme, rest) = if has_scheme { (Some(&text[..end]), &text[end + 1..]) } else { (None, text) };
        let (authority, rest) = match rest.strip_prefix(b"//") {
            Some(rest) => {
                let end = rest.iter().position(|byte| b"/?#".contains(byte)).unwrap_or(rest.len());
                let length = Authority::valid_length(&rest[..end])?;
                if length < end {
                    return Err(LEFTOVER);
                }
                (Some(&rest[..end]), &rest[end..])
            }
            None => (None, rest),
        };
        let (path, rest) = take(rest, is_in_path)?;
        if !has_scheme && authority.is_none() {
            // The first part of a relative path has no colon, for that would make a scheme of it.
            let first = path.split(|byte| *byte == b'/').next().unwrap_or_default();
            match first.iter().position(|byte| *byte == b':') {
                Some(0) => return Err(LEFTOVER),
                Some(_) => return Err(MISMATCH),
                None => {}
            }
        }
        let (query, rest) = match rest.strip_prefix(b"?") {
            Some(rest) => take(rest, is_in_query).map_err(|_| LEFTOVER)?,
            None => (&b""[..], rest),
        };
        let (fragment, rest) = match rest.strip_prefix(b"#") {
            Some(rest) => take(rest, is_in_fragment)?,
            None => (&b""[..], rest),
        };
        if rest.is_empty() { Ok(Parts { scheme, authority, path, query, fragment }) } else { Err(LEFTOVER) }
    }
}

impl Authority {
    /// How much of a text is an authority.
    fn valid_length(text: &[u8]) -> Result<usize, &'static [u8]> {
        let host_start = match text.iter().position(|byte| *byte == b'@') {
            Some(at) => {
                let (user, rest) = take(&text[..at], |byte| is_in_name(byte) || byte == b':')?;
                if !rest.is_empty() {
                    return Ok(user.len());
                }
                at + 1
            }
            None => 0,
        };
        let host = &text[host_start..];
        let host_length = match host.strip_prefix(b"[") {
            Some(literal) => {
                let end = literal.iter().position(|byte| *byte == b']').ok_or(MISMATCH)?;
                if !is_ip_literal(&literal[..end]) {
                    return Err(MISMATCH);
                }
                end + 2
            }
            None => take(host, is_in_name)?.0.len(),
        };
        let rest = &host[host_length..];
        let port_length = match rest.strip_prefix(b":") {
            Some(port) => 1 + port.iter().take_while(|byte| byte.is_ascii_digit()).count(),
            None => 0,
        };
        Ok(host_start + host_length + port_length)
    }

    fn parse(text: &[u8]) -> Result<Authority, Refusal> {
        let mut authority = Authority::default();
        let mut rest = text;
        if let Some(at) = rest.iter().position(|byte| *byte == b'@') {
            let user = &rest[..at];
            rest = &rest[at + 1..];
            match user.iter().position(|byte| *byte == b':') {
                Some(colon) => {
                    authority.user = Some(percent_decode(&user[..colon])?);
                    authority.password = Some(percent_decode(&user[colon + 1..])?);
                }
                None => authority.user = Some(percent_decode(user)?),
            }
        }
        let host_end = match rest.strip_prefix(b"[") {
            Some(literal) => {
                authority.is_literal = true;
                literal.iter().position(|byte| *byte == b']').map_or(rest.len(), |end| end + 2)
            }
            None => rest.iter().position(|byte| *byte == b':').unwrap_or(rest.len()),
        };
        let host = &rest[..host_end];
        authority.host = percent_decode(if authority.is_literal { &host[1..host.len() - 1] } else { host })?;
        let port = rest[host_end..].strip_prefix(b":").unwrap_or_default();
        if !port.is_empty() {
            let number = std::str::from_utf8(port).ok().and_then(|port| port.parse().ok());
            authority.port = Some(number.ok_or_else(|| Refusal::bad_url("port '{}' is invalid", &[port]))?);
        }
        Ok(authority)
    }

    /// The authority as text.
    pub fn to_text(&self) -> Vec<u8> {
        let mut out = Vec::new();
        if let Some(user) = &self.user {
            out.extend_from_slice(&percent_encode(user, b""));
            if let Some(password) = &self.password {
                out.push(b':');
                out.extend_from_slice(&percent_encode(password, b""));
            }
            out.push(b'@');
        }
        if self.is_literal {
            out.push(b'[');
            out.extend_from_slice(&percent_encode(&self.host, b":"));
            out.push(b']');
        } else {
            out.extend_from_slice(&percent_encode(&self.host, b""));
        }
        if let Some(port) = self.port {
            out.extend_from_slice(format!(":{port}").as_bytes());
        }
        out
    }
}

/// Whether the text between brackets is an address: IPv6, perhaps with a zone, or a later version.
fn is_ip_literal(text: &[u8]) -> bool {
    if let Some(future) = text.strip_prefix(b"v") {
        let digits = future.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
        let address = future[digits..].strip_prefix(b".").unwrap_or_default();
        return digits > 0 && !address.is_empty() && address.iter().all(|byte| is_in_name(*byte) || *byte == b':');
    }
    let address = match text.windows(3).position(|window| window == b"%25") {
        Some(at) if at + 3 < text.len() => &text[..at],
        _ => text,
    };
    std::str::from_utf8(address).is_ok_and(|address| address.parse::<std::net::Ipv6Addr>().is_ok())
}

/// The URL of a Git repository, given as a URL, a path or `user@host:path` (`fixGitURL`).
pub fn git_url(text: &[u8], reader: &Reader<'_>) -> Result<Url, Refusal> {
    let mut text = text.to_vec();
    if !text.starts_with(b"/")
        && let Some(at) = text.iter().position(|byte| *byte == b'@')
        && !text[..at].contains(&b'/')
        && let Some(colon) = text[at + 1..].iter().rposition(|byte| *byte == b':')
        && !text[at + 1..].iter().any(|byte| b"\n\r".contains(byte))
    {
        let colon = at + 1 + colon;
        text = [b"ssh://", &text[..colon], b"/", &text[colon + 1..]].concat();
    }
    let is_url =
        text.starts_with(b"file:") || text.starts_with(b"git+file:") || text.windows(3).any(|window| window == b"://");
    if !is_url {
        let path: Vec<Vec<u8>> = text.split(|byte| *byte == b'/').map(<[u8]>::to_vec).collect();
        if path[0].contains(&b':') {
            let words = "SCP-like URL '{}' is not supported; use SSH URL syntax instead (ssh://...)";
            return Err(Refusal::bad_url(words, &[&text]));
        }
        let authority = text.starts_with(b"/").then(Authority::default);
        return Ok(Url { scheme: b"file".to_vec(), authority, path, ..Url::default() });
    }
    let mut url = Url::parse(&text, false, reader)?;
    if let (Some(b"git"), transport) = split_scheme(&url.scheme) {
        url.scheme = transport.to_vec();
    }
    Ok(url)
}

//! What a transfer of an address comes to before there is any network: a file of this machine, or a refusal.
//!
//! The reference hands addresses of files to curl as they were written, and curl reads them in its own way. So
//! `file://localhost/a` is a file here although [`Url`](super::Url) takes none with a host.

use super::url::percent_decode;

/// What becomes of an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Transfer {
    /// A file of this machine.
    File {
        /// Its path.
        path: Vec<u8>,
        /// The path as the address has it, for messages.
        shown: Vec<u8>,
    },
    /// Nothing that could be transferred.
    Refused {
        /// What is wrong, in general.
        problem: &'static str,
        /// The number of that.
        code: u8,
        /// What is wrong in particular.
        detail: Vec<u8>,
    },
    /// An address of an object in a bucket (`s3://BUCKET/KEY`) that names none.
    NoObject {
        /// What is missing.
        missing: &'static str,
    },
    /// Something that only a network can bring.
    Network,
}

/// Protocols that a transfer may have, beside files.
const PROTOCOLS: [&[u8]; 27] = [
    b"dict", b"ftp", b"ftps", b"gopher", b"gophers", b"http", b"https", b"imap", b"imaps", b"ldap", b"ldaps", b"mqtt",
    b"pop3", b"pop3s", b"rtmp", b"rtmpe", b"rtmps", b"rtmpt", b"rtsp", b"scp", b"sftp", b"smb", b"smbs", b"smtp",
    b"smtps", b"telnet", b"tftp",
];

const PORT: &str = "Port number was not a decimal number between 0 and 65535";

fn rejected(detail: &str) -> Transfer {
    let detail = if detail.is_empty() { Vec::new() } else { [b"URL rejected: ", detail.as_bytes()].concat() };
    Transfer::Refused { problem: "URL using bad/illegal format or missing URL", code: 3, detail }
}

impl Transfer {
    /// What becomes of the address `url`.
    pub fn of(url: &[u8]) -> Transfer {
        if url.iter().any(|byte| *byte <= b' ' || *byte == 0x7f) {
            return rejected("Malformed input to a URL function");
        }
        let is_in_scheme = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
        let end = url.iter().take_while(|byte| is_in_scheme(byte)).count();
        // Without a slash behind the colon it is a host with a port.
        let has_scheme = url.first().is_some_and(u8::is_ascii_alphabetic) && url[end..].starts_with(b":/");
        if !has_scheme {
            return host(url, false).map_or_else(rejected, |()| Transfer::Network);
        }
        let scheme = url[..end].to_ascii_lowercase();
        let rest = &url[end + 1..];
        if scheme == b"file" {
            return file(rest).unwrap_or_else(rejected);
        }
        // The reference reads these itself, and asks the network even for what can be none.
        if scheme == b"s3" {
            return match object(rest) {
                Some(missing) => Transfer::NoObject { missing },
                None => Transfer::Network,
            };
        }
        let slashes = rest.iter().take_while(|byte| **byte == b'/').count();
        if slashes > 3 {
            return rejected("Unsupported number of slashes following scheme");
        }
        match host(&rest[slashes..], true) {
            Err(detail) => rejected(detail),
            Ok(()) if PROTOCOLS.contains(&scheme.as_slice()) => Transfer::Network,
            Ok(()) => {
                let detail = [b"Protocol \"", &*scheme, b"\" not supported"].concat();
                Transfer::Refused { problem: "Unsupported protocol", code: 1, detail }
            }
        }
    }
}

/// The file that stands behind `file:`.
fn file(rest: &[u8]) -> Result<Transfer, &'static str> {
    const BAD: &str = "Bad file:// URL";
    if rest == b"/" {
        return Err(BAD);
    }
    let mut path = rest;
    if let Some(behind) = rest.strip_prefix(b"//") {
        let hosts: [&[u8]; 3] = [b"", b"localhost", b"127.0.0.1"];
        let slash = behind.iter().position(|byte| *byte == b'/').ok_or(BAD)?;
        if !hosts.iter().any(|host| behind[..slash].eq_ignore_ascii_case(host)) {
            return Err(BAD);
        }
        path = &behind[slash..];
    }
    let end = path.iter().position(|byte| b"?#".contains(byte)).unwrap_or(path.len());
    let shown = normal_escapes(&without_dots(&path[..end]));
    let path = lenient_decode(&shown);
    if path.contains(&0) { Err("") } else { Ok(Transfer::File { path, shown }) }
}

/// The path without its parts `.` and `..`.
fn without_dots(path: &[u8]) -> Vec<u8> {
    let mut parts: Vec<&[u8]> = Vec::new();
    let mut all = path.split(|byte| *byte == b'/').skip(1).peekable();
    while let Some(part) = all.next() {
        let is_last = all.peek().is_none();
        match part {
            b"." | b".." => {
                if part == b".." {
                    parts.pop();
                }
                if is_last {
                    parts.push(b"");
                }
            }
            _ => parts.push(part),
        }
    }
    parts.iter().flat_map(|part| [b"/", *part]).flatten().copied().collect()
}

/// The path with its escapes in capitals, and with what is not ASCII escaped.
fn normal_escapes(path: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(path.len());
    let mut rest = path;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match (byte, after) {
            (b'%', [high, low, behind @ ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                out.extend([b'%', high.to_ascii_uppercase(), low.to_ascii_uppercase()]);
                rest = behind;
            }
            _ if byte.is_ascii() => out.push(byte),
            _ => out.extend_from_slice(format!("%{byte:02X}").as_bytes()),
        }
    }
    out
}

/// What escapes stand for in their place; a `%` that begins none stands for itself.
fn lenient_decode(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        let escape = text.get(at..at + 3).filter(|escape| escape[0] == b'%');
        match escape.and_then(|escape| percent_decode(escape).ok()) {
            Some(decoded) => {
                out.extend_from_slice(&decoded);
                at += 3;
            }
            None => {
                out.push(text[at]);
                at += 1;
            }
        }
    }
    out
}

/// Looks whether `text` starts with a host, perhaps with a user and a port.
fn host(text: &[u8], has_scheme: bool) -> Result<(), &'static str> {
    const NONE: &str = "No host present";
    let end = text.iter().position(|byte| b"/?#".contains(byte)).unwrap_or(text.len());
    let mut host = &text[..end];
    if let Some(at) = host.iter().position(|byte| *byte == b'@') {
        host = &host[at + 1..];
    }
    if host.is_empty() || host.starts_with(b":") {
        return Err(NONE);
    }
    let name_end = match host.strip_prefix(b"[") {
        Some(literal) => {
            const BAD: &str = "Bad IPv6 address";
            let end = literal.iter().position(|byte| *byte == b']').ok_or(BAD)?;
            if !literal[..end].iter().all(|byte| byte.is_ascii_hexdigit() || b":.%".contains(byte)) {
                return Err(BAD);
            }
            end + 2
        }
        None => host.iter().position(|byte| *byte == b':').unwrap_or(host.len()),
    };
    let (name, port) = host.split_at(name_end);
    match port.strip_prefix(b":") {
        None if port.is_empty() => {}
        Some(b"") if has_scheme => {}
        Some(port) if port.iter().all(u8::is_ascii_digit) => {
            std::str::from_utf8(port).ok().and_then(|port| port.parse::<u16>().ok()).ok_or(PORT)?;
        }
        _ => return Err(PORT),
    }
    let is_bad = |byte: &u8| *byte <= b' ' || b"/:#?!@{}[]\\$'\"^`*<>=;,+&()%|".contains(byte);
    if !name.starts_with(b"[") && lenient_decode(name).iter().any(is_bad) {
        return Err("Bad hostname");
    }
    Ok(())
}

/// What is missing in `//BUCKET/KEY`, behind the scheme.
fn object(rest: &[u8]) -> Option<&'static str> {
    let rest = rest.strip_prefix(b"//").unwrap_or_default();
    let end = rest.iter().position(|byte| b"/?#".contains(byte)).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let host = authority.rsplit(|byte| *byte == b'@').next().unwrap_or_default();
    let bucket = host.split(|byte| *byte == b':').next().unwrap_or_default();
    match () {
        () if bucket.is_empty() => Some("bucket name"),
        () if !path.starts_with(b"/") => Some("key"),
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use super::Transfer;

    /// As the reference says of `builtins.fetchurl`, with `-` for a network.
    #[test]
    fn addresses_are_read_as_the_reference_does() {
        let check = |url: &str, expected: &str| {
            let said = match Transfer::of(url.as_bytes()) {
                Transfer::File { shown, .. } => String::from_utf8(shown).unwrap(),
                Transfer::Refused { detail, .. } => String::from_utf8(detail).unwrap(),
                Transfer::Network => "-".to_owned(),
                Transfer::NoObject { missing } => missing.to_owned(),
            };
            assert_eq!(said.trim_start_matches("URL rejected: "), expected, "{url}");
        };
        let port = super::PORT;
        check("file:", port);
        check("file:nowhere", port);
        check("s3://", "bucket name");
        check("s3://user@:1/b", "bucket name");
        check("s3://a?b", "key");
        check("s3://a/", "-");
        check("file:/", "Bad file:// URL");
        check("file://", "Bad file:// URL");
        check("file://nowhere/a", "Bad file:// URL");
        check("file://localhost/a", "/a");
        check("FILE:/a", "/a");
        check("file:///a/../../b/./c//?d#e", "/b/c//");
        check("file:///a%2fb%zz", "/a%2Fb%zz");
        check("file:////ä", "//%C3%A4");
        check("file:///a b", "Malformed input to a URL function");
        check("file:///a%00b", "");
        check("path:/a", "Protocol \"path\" not supported");
        check("C:/a", "Protocol \"c\" not supported");
        check("path:/a%20b", "Bad hostname");
        check("http:///", "No host present");
        check("http://:1/", "No host present");
        check("http://a:99999/", port);
        check("http://a:/", "-");
        check("git+ssh://[::1/a", "Bad IPv6 address");
        check("git@nowhere.invalid:a/b", port);
        check(":a", "No host present");
        check("a:1/b", "-");
    }
}

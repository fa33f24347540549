//! The schemes of inputs: how each reads a URL, which attributes it accepts, and which URL it makes of them.

use super::url::{Url, git_url, split_scheme};
use super::{Attribute, Attributes, Input, Reader, Refusal, git_name};
use crate::hash::{Algorithm, Hash, HashFormat};
use crate::settings::{Feature, FeatureSet};

/// A scheme of inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// A file.
    File,
    /// A Git repository.
    Git,
    /// A repository of GitHub.
    GitHub,
    /// A repository of GitLab.
    GitLab,
    /// A Mercurial repository.
    Mercurial,
    /// A name in a registry.
    Indirect,
    /// A folder of this machine.
    Path,
    /// A repository of SourceHut.
    SourceHut,
    /// An archive.
    Tarball,
}

impl Scheme {
    /// All schemes, in the order in which the reference tries them on a URL.
    pub const ALL: [Scheme; 9] = [
        Scheme::File,
        Scheme::Git,
        Scheme::GitHub,
        Scheme::GitLab,
        Scheme::Mercurial,
        Scheme::Indirect,
        Scheme::Path,
        Scheme::SourceHut,
        Scheme::Tarball,
    ];

    /// The attribute `type` of its inputs.
    pub const fn name(self) -> &'static str {
        match self {
            Scheme::File => "file",
            Scheme::Git => "git",
            Scheme::GitHub => "github",
            Scheme::GitLab => "gitlab",
            Scheme::Mercurial => "hg",
            Scheme::Indirect => "indirect",
            Scheme::Path => "path",
            Scheme::SourceHut => "sourcehut",
            Scheme::Tarball => "tarball",
        }
    }

    /// The attributes that its inputs may have besides `type`.
    pub(super) const fn allowed(self) -> &'static [&'static str] {
        match self {
            Scheme::File | Scheme::Tarball => &["url", "narHash", "name", "unpack", "rev", "revCount", "lastModified"],
            Scheme::Git => &[
                "url",
                "ref",
                "rev",
                "shallow",
                "submodules",
                "lfs",
                "exportIgnore",
                "lastModified",
                "revCount",
                "narHash",
                "allRefs",
                "name",
                "dirtyRev",
                "dirtyShortRev",
                "verifyCommit",
                "keytype",
                "publicKey",
                "publicKeys",
            ],
            Scheme::GitHub | Scheme::GitLab | Scheme::SourceHut => {
                &["owner", "repo", "ref", "rev", "narHash", "lastModified", "host", "treeHash"]
            }
            Scheme::Mercurial => &["url", "ref", "rev", "revCount", "narHash", "name"],
            Scheme::Indirect => &["id", "ref", "rev", "narHash"],
            Scheme::Path => &["path", "rev", "revCount", "lastModified", "narHash"],
        }
    }

    /// Fails if the scheme's feature is disabled.
    pub(super) fn require_feature(self, features: FeatureSet) -> Result<(), Refusal> {
        match self {
            Scheme::File | Scheme::Git | Scheme::Mercurial | Scheme::Tarball => Ok(()),
            _ => Ok(features.require(Feature::Flakes)?),
        }
    }

    /// The attributes of a URL, if it is one of this scheme.
    pub(super) fn attributes_of_url(
        self,
        url: &Url,
        is_tree: bool,
        reader: &Reader<'_>,
    ) -> Result<Option<Attributes>, Refusal> {
        match self {
            Scheme::File | Scheme::Tarball => Ok(self.download(url, is_tree)),
            Scheme::Git => git(url, reader),
            Scheme::GitHub | Scheme::GitLab | Scheme::SourceHut => match self.forge(url)? {
                Some(attributes) => self.check(attributes, reader).map(Some),
                None => Ok(None),
            },
            Scheme::Mercurial => mercurial(url, reader),
            Scheme::Indirect => indirect(url),
            Scheme::Path => path(url),
        }
    }

    /// Checks attributes, and returns them as the input stores them.
    pub(super) fn check(self, mut attributes: Attributes, reader: &Reader<'_>) -> Result<Attributes, Refusal> {
        match self {
            Scheme::File | Scheme::Tarball => {}
            Scheme::Git => {
                for name in ["keytype", "publicKey", "publicKeys", "verifyCommit"] {
                    if attributes.has(name.as_bytes()) {
                        reader.features.require(Feature::VerifiedFetches)?;
                    }
                }
                attributes.is_true("verifyCommit")?;
                if let Some(name) = attributes.text("ref")?
                    && !git_name::is_legal(name)
                {
                    return Err(Refusal::bad_url("invalid Git branch/tag name '{}'", &[name]));
                }
                let url = git_url(attributes.required_text("url")?, reader)?.to_text();
                attributes.set_text(b"url", url);
                for name in ["shallow", "submodules", "allRefs"] {
                    attributes.is_true(name)?;
                }
            }
            Scheme::GitHub | Scheme::GitLab | Scheme::SourceHut => check_forge(&attributes, reader)?,
            Scheme::Mercurial => {
                Url::parse(attributes.required_text("url")?, false, reader)?;
                if let Some(name) = attributes.text("ref")?
                    && !git_name::matches_pattern(name)
                {
                    return Err(Refusal::bad_url("invalid Mercurial branch/tag name '{}'", &[name]));
                }
            }
            Scheme::Indirect => check_flake_id(attributes.required_text("id")?)?,
            Scheme::Path => {
                attributes.required_text("path")?;
            }
        }
        Ok(attributes)
    }

    /// The URL of an input of this scheme.
    pub(super) fn url_of(self, input: &Input, reader: &Reader<'_>) -> Result<Url, Refusal> {
        let attributes = &input.attributes;
        let features = reader.features;
        let nar_hash = || -> Result<Option<Vec<u8>>, Refusal> {
            Ok(input.nar_hash(features)?.map(|hash| hash.to_text(HashFormat::Sri, true).into_bytes()))
        };
        let mut url = match self {
            Scheme::File | Scheme::Tarball | Scheme::Git | Scheme::Mercurial => {
                Url::parse(attributes.required_text("url")?, false, reader)?
            }
            Scheme::GitHub | Scheme::GitLab | Scheme::SourceHut => {
                let path =
                    vec![attributes.required_text("owner")?.to_vec(), attributes.required_text("repo")?.to_vec()];
                Url { scheme: self.name().into(), path, ..Url::default() }
            }
            Scheme::Indirect => {
                let path = vec![attributes.required_text("id")?.to_vec()];
                Url { scheme: b"flake".to_vec(), path, ..Url::default() }
            }
            Scheme::Path => {
                let mut query = attributes.to_query();
                for name in ["path", "type", "__final"] {
                    query.remove(name.as_bytes());
                }
                let path = attributes.required_text("path")?.split(|byte| *byte == b'/').map(<[u8]>::to_vec).collect();
                Url { scheme: b"path".to_vec(), path, query, ..Url::default() }
            }
        };
        let mut set = |name: &str, value: &[u8]| {
            url.query.insert(name.into(), value.to_vec());
        };
        let revision = || input.revision(features);
        let name = || attributes.text("ref");
        match self {
            Scheme::Path => {}
            Scheme::File | Scheme::Tarball => {
                if let Some(hash) = nar_hash()? {
                    set("narHash", &hash);
                }
            }
            Scheme::Git | Scheme::Mercurial => {
                if let Some(revision) = revision()? {
                    set("rev", revision.as_bytes());
                }
                if let Some(name) = name()? {
                    set("ref", name);
                }
                if self == Scheme::Git {
                    for name in ["shallow", "lfs", "submodules", "exportIgnore", "verifyCommit"] {
                        if attributes.is_true(name)? {
                            set(name, b"1");
                        }
                    }
                    for name in ["keytype", "publicKey", "publicKeys"] {
                        if let Some(value) = attributes.text(name)? {
                            set(name, value);
                        }
                    }
                    if attributes.has(b"publicKey") && !attributes.has(b"keytype") {
                        set("keytype", b"ssh-ed25519");
                    }
                    if url.scheme != b"git" {
                        url.scheme = [b"git+", &*url.scheme].concat();
                    }
                } else {
                    url.scheme = [b"hg+", &*url.scheme].concat();
                }
            }
            Scheme::GitHub | Scheme::GitLab | Scheme::SourceHut => {
                if let Some(hash) = nar_hash()? {
                    set("narHash", &hash);
                }
                if let Some(host) = attributes.text("host")? {
                    set("host", host);
                }
                url.path.extend(name()?.map(<[u8]>::to_vec));
                url.path.extend(revision()?.map(String::into_bytes));
            }
            Scheme::Indirect => {
                url.path.extend(name()?.map(<[u8]>::to_vec));
                url.path.extend(revision()?.map(String::into_bytes));
            }
        }
        Ok(url)
    }

    fn download(self, url: &Url, is_tree: bool) -> Option<Attributes> {
        let (application, transport) = split_scheme(&url.scheme);
        if !matches!(transport, b"file" | b"http" | b"https") {
            return None;
        }
        const ARCHIVES: [&[u8]; 7] = [b".zip", b".tar", b".tgz", b".tar.gz", b".tar.xz", b".tar.bz2", b".tar.zst"];
        let is_archive = url.path.last().is_some_and(|name| ARCHIVES.iter().any(|ending| name.ends_with(ending)));
        let is_mine = match application {
            Some(application) => application == self.name().as_bytes(),
            None => (is_tree || is_archive) == (self == Scheme::Tarball),
        };
        if !is_mine {
            return None;
        }
        let mut attributes = Attributes::default();
        for name in ["narHash", "rev"] {
            if let Some(value) = url.query.get(name.as_bytes()) {
                attributes.set_text(name.as_bytes(), value.clone());
            }
        }
        for name in ["revCount", "lastModified"] {
            if let Some(number) = url.query.get(name.as_bytes()).and_then(|text| number(text)) {
                attributes.set(name.as_bytes(), Attribute::Integer(number));
            }
        }
        let mut url = Url { scheme: transport.to_vec(), ..url.clone() };
        for name in self.allowed() {
            url.query.remove(name.as_bytes());
        }
        attributes.set_text(b"type", self.name());
        attributes.set_text(b"url", url.to_text());
        Some(attributes)
    }

    fn forge(self, url: &Url) -> Result<Option<Attributes>, Refusal> {
        if url.scheme != self.name().as_bytes() {
            return Ok(None);
        }
        let path = url.segments();
        let shown = url.to_text();
        let (mut revision, mut name) = (None, None);
        match path.len() {
            0 | 1 => return Err(Refusal::bad_url("URL '{}' is invalid", &[&shown])),
            2 => {}
            3 if git_name::is_revision(path[2]) => revision = Some(path[2].to_vec()),
            _ => name = Some(path[2..].join(&b'/')),
        }
        let mut attributes = Attributes::default();
        for (key, value) in &url.query {
            match key.as_slice() {
                b"rev" if revision.is_some() => {
                    return Err(Refusal::bad_url("URL '{}' contains multiple commit hashes", &[&shown]));
                }
                b"rev" => revision = Some(value.clone()),
                b"ref" if name.is_some() => {
                    return Err(Refusal::bad_url("URL '{}' contains multiple branch/tag names", &[&shown]));
                }
                b"ref" => name = Some(value.clone()),
                b"host" | b"narHash" => attributes.set_text(key, value.clone()),
                _ => {}
            }
        }
        attributes.set_text(b"type", self.name());
        attributes.set_text(b"owner", path[0]);
        attributes.set_text(b"repo", path[1]);
        if let Some(revision) = revision {
            attributes.set_text(b"rev", revision);
        }
        if let Some(name) = name {
            attributes.set_text(b"ref", name);
        }
        Ok(Some(attributes))
    }
}

/// A number in a query.
fn number(text: &[u8]) -> Option<u64> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

fn check_forge(attributes: &Attributes, reader: &Reader<'_>) -> Result<(), Refusal> {
    attributes.required_text("owner")?;
    attributes.required_text("repo")?;
    let name = attributes.text("ref")?;
    let revision = attributes.text("rev")?;
    let json = || attributes.to_json();
    if let (Some(name), Some(revision)) = (name, revision) {
        let words = "input {} contains both a commit hash ('{}') and a branch/tag name ('{}')";
        return Err(Refusal::bad_url(words, &[&json(), revision, name]));
    }
    if let Some(revision) = revision {
        Hash::parse_any(revision, Some(Algorithm::Sha1), reader.features)?;
    }
    if name.is_some_and(|name| !git_name::is_legal(name)) {
        return Err(Refusal::bad_url("input {} contains an invalid branch/tag name", &[&json()]));
    }
    let is_in_host = |byte: &u8| byte.is_ascii_alphanumeric() || b".-".contains(byte);
    if attributes.text("host")?.is_some_and(|host| !host.iter().all(is_in_host)) {
        return Err(Refusal::bad_url("input {} contains an invalid instance host", &[&json()]));
    }
    Ok(())
}

fn git(url: &Url, reader: &Reader<'_>) -> Result<Option<Attributes>, Refusal> {
    if url.scheme != b"git" && split_scheme(&url.scheme).0 != Some(b"git") {
        return Ok(None);
    }
    let mut attributes = Attributes::default();
    attributes.set_text(b"type", "git");
    let mut bare = url.clone();
    bare.query.clear();
    for (name, value) in &url.query {
        match name.as_slice() {
            b"rev" | b"ref" | b"keytype" | b"publicKey" | b"publicKeys" => attributes.set_text(name, value.clone()),
            b"shallow" | b"submodules" | b"lfs" | b"exportIgnore" | b"allRefs" | b"verifyCommit" => {
                attributes.set(name, Attribute::Bool(value == b"1"));
            }
            _ => {
                bare.query.insert(name.clone(), value.clone());
            }
        }
    }
    attributes.set_text(b"url", bare.to_text());
    Scheme::Git.check(attributes, reader).map(Some)
}

fn mercurial(url: &Url, reader: &Reader<'_>) -> Result<Option<Attributes>, Refusal> {
    let (Some(b"hg"), transport @ (b"http" | b"https" | b"ssh" | b"file")) = split_scheme(&url.scheme) else {
        return Ok(None);
    };
    let mut attributes = Attributes::default();
    attributes.set_text(b"type", "hg");
    let mut bare = Url { scheme: transport.to_vec(), ..url.clone() };
    bare.query.clear();
    for (name, value) in &url.query {
        match name.as_slice() {
            b"rev" | b"ref" => attributes.set_text(name, value.clone()),
            _ => {
                bare.query.insert(name.clone(), value.clone());
            }
        }
    }
    attributes.set_text(b"url", bare.to_text());
    Scheme::Mercurial.check(attributes, reader).map(Some)
}

fn check_flake_id(id: &[u8]) -> Result<(), Refusal> {
    let is_other = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-".contains(byte);
    if id.first().is_some_and(u8::is_ascii_alphabetic) && id.iter().all(is_other) {
        return Ok(());
    }
    Err(Refusal::bad_url("'{}' is not a valid flake ID", &[id]))
}

fn indirect(url: &Url) -> Result<Option<Attributes>, Refusal> {
    if url.scheme != b"flake" {
        return Ok(None);
    }
    let path = url.segments();
    let shown = url.to_text();
    let mut attributes = Attributes::default();
    attributes.set_text(b"type", "indirect");
    match path.as_slice() {
        [_] => {}
        [_, revision] if git_name::is_revision(revision) => {
            attributes.set_text(b"rev", revision.to_ascii_lowercase());
        }
        [_, name] if git_name::is_legal(name) => attributes.set_text(b"ref", *name),
        [_, other] => {
            let words = "in flake URL '{}', '{}' is not a commit hash or branch/tag name";
            return Err(Refusal::bad_url(words, &[&shown, other]));
        }
        [_, name, revision] => {
            if !git_name::is_legal(name) {
                let words = "in flake URL '{}', '{}' is not a branch/tag name";
                return Err(Refusal::bad_url(words, &[&shown, name]));
            }
            if !git_name::is_revision(revision) {
                return Err(Refusal::bad_url("in flake URL '{}', '{}' is not a commit hash", &[&shown, revision]));
            }
            attributes.set_text(b"ref", *name);
            attributes.set_text(b"rev", revision.to_ascii_lowercase());
        }
        _ => return Err(Refusal::bad_url("GitHub URL '{}' is invalid", &[&shown])),
    }
    check_flake_id(path[0])?;
    attributes.set_text(b"id", path[0]);
    Ok(Some(attributes))
}

fn path(url: &Url) -> Result<Option<Attributes>, Refusal> {
    if url.scheme != b"path" {
        return Ok(None);
    }
    let shown = url.to_text();
    if let Some(authority) = &url.authority
        && !authority.host.is_empty()
    {
        let words = "path URL '{}' should not have an authority ('{}')";
        return Err(Refusal::other(words, &[&shown, &authority.to_text()]));
    }
    let mut attributes = Attributes::default();
    attributes.set_text(b"type", "path");
    attributes.set_text(b"path", url.file_path()?);
    for (name, value) in &url.query {
        match name.as_slice() {
            b"rev" | b"narHash" => attributes.set_text(name, value.clone()),
            b"revCount" | b"lastModified" => match number(value) {
                Some(number) => attributes.set(name, Attribute::Integer(number)),
                None => {
                    return Err(Refusal::other("path URL '{}' has invalid parameter '{}'", &[&shown, name]));
                }
            },
            _ => return Err(Refusal::other("path URL '{}' has unsupported parameter '{}'", &[&shown, name])),
        }
    }
    Ok(Some(attributes))
}

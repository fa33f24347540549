//! Files and archives that a fixture brings, made of a description in text, so that nothing binary lies in a
//! repository. Archives are written member by member, with names that no program for archives would write.

use std::{
    fs,
    io::Write,
    os::unix::ffi::OsStrExt,
    os::unix::fs::PermissionsExt,
    path::{Component, Path, PathBuf},
};

use serde::Deserialize;
use tar::{EntryType, Header};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use crate::{names::shown, read};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Description {
    #[serde(default)]
    file: Vec<File>,
    #[serde(default)]
    archive: Vec<Archive>,
}

/// A file beside the store.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: String,
    #[serde(default)]
    text: String,
    /// What it links to, if it is a link.
    link: Option<String>,
    #[serde(default = "plain")]
    mode: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Archive {
    /// Its ending tells its format.
    name: String,
    members: Vec<Member>,
    /// How many bytes of it are kept.
    keep: Option<usize>,
    /// The number of a byte that is changed.
    damage: Option<usize>,
}

/// A member of an archive: one of the first six says what it is.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Member {
    file: Option<String>,
    dir: Option<String>,
    link: Option<String>,
    hard: Option<String>,
    device: Option<String>,
    fifo: Option<String>,
    #[serde(default)]
    text: String,
    /// How often the text is written.
    #[serde(default = "once")]
    times: usize,
    /// Where a link leads.
    #[serde(default)]
    to: String,
    #[serde(default = "plain")]
    mode: u32,
    #[serde(default = "old")]
    time: u64,
}

fn plain() -> u32 {
    0o644
}

fn once() -> usize {
    1
}

fn old() -> u64 {
    1_000_000_000
}

/// Makes in `folder` what a description says.
///
/// # Errors
/// It cannot be read, is wrong, or something cannot be written; the message names the file.
pub fn make(description: &Path, folder: &Path) -> Result<(), String> {
    let said = |error: String| format!("{}: {error}", shown(description));
    let parsed: Description = read::regular_toml(description).map_err(|error| error.to_string())?;
    for file in &parsed.file {
        write_file(file, folder).map_err(|error| said(format!("{}: {error}", file.name)))?;
    }
    for archive in &parsed.archive {
        let made = bytes(archive).and_then(|bytes| Ok(fs::write(place(folder, &archive.name)?, bytes)?));
        made.map_err(|error| said(format!("{}: {error}", archive.name)))?;
    }
    Ok(())
}

type Made<T> = Result<T, Box<dyn std::error::Error>>;

/// Where a file lies; its folders are made.
fn place(folder: &Path, name: &str) -> Made<PathBuf> {
    let path = Path::new(name);
    if !path.components().all(|part| matches!(part, Component::Normal(_))) {
        return Err("it must be a relative path without `..`".into());
    }
    let path = folder.join(path);
    fs::create_dir_all(path.parent().unwrap_or(folder))?;
    Ok(path)
}

fn write_file(file: &File, folder: &Path) -> Made<()> {
    let path = place(folder, &file.name)?;
    match &file.link {
        Some(target) => std::os::unix::fs::symlink(target, path)?,
        None => {
            fs::write(&path, &file.text)?;
            fs::set_permissions(path, fs::Permissions::from_mode(file.mode))?;
        }
    }
    Ok(())
}

fn bytes(archive: &Archive) -> Made<Vec<u8>> {
    let ending = Path::new(&archive.name).extension().unwrap_or_default().as_bytes().to_vec();
    let mut bytes = match ending.as_slice() {
        b"zip" => zip_of(&archive.members)?,
        b"tar" => tar_of(&archive.members)?,
        b"gz" | b"tgz" => {
            let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
            writer.write_all(&tar_of(&archive.members)?)?;
            writer.finish()?
        }
        b"bz2" => {
            let mut writer = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::default());
            writer.write_all(&tar_of(&archive.members)?)?;
            writer.finish()?
        }
        b"xz" => {
            let mut writer = lzma_rust2::XzWriter::new(Vec::new(), lzma_rust2::XzOptions::with_preset(6))?;
            writer.write_all(&tar_of(&archive.members)?)?;
            writer.finish()?
        }
        b"zst" => ruzstd::encoding::compress_to_vec(
            tar_of(&archive.members)?.as_slice(),
            ruzstd::encoding::CompressionLevel::Fastest,
        ),
        _ => return Err("its ending must be tar, gz, tgz, bz2, xz, zst or zip".into()),
    };
    if let Some(keep) = archive.keep {
        bytes.truncate(keep);
    }
    if let Some(byte) = archive.damage.and_then(|at| bytes.get_mut(at)) {
        *byte ^= 0xff;
    }
    Ok(bytes)
}

/// What a member is, its name, and what is in it.
fn kind(member: &Member) -> Made<(EntryType, &str)> {
    let kinds = [
        (EntryType::Regular, &member.file),
        (EntryType::Directory, &member.dir),
        (EntryType::Symlink, &member.link),
        (EntryType::Link, &member.hard),
        (EntryType::Char, &member.device),
        (EntryType::Fifo, &member.fifo),
    ];
    let mut named = kinds.into_iter().filter_map(|(kind, name)| Some((kind, name.as_deref()?)));
    match (named.next(), named.next()) {
        (Some(member), None) => Ok(member),
        _ => Err("each member is one of file, dir, link, hard, device and fifo".into()),
    }
}

fn tar_of(members: &[Member]) -> Made<Vec<u8>> {
    let mut archive = Vec::new();
    for member in members {
        let (kind, name) = kind(member)?;
        let text = member.text.repeat(member.times);
        if name.len() > 99 {
            push(&mut archive, EntryType::GNULongName, "././@LongLink", "", [name.as_bytes(), b"\0"].concat(), member)?;
        }
        let contents = if kind == EntryType::Regular { text.into_bytes() } else { Vec::new() };
        push(&mut archive, kind, name, &member.to, contents, member)?;
    }
    archive.extend_from_slice(&[0; 1024]);
    Ok(archive)
}

/// Adds a member with its header, whose name may be any.
fn push(archive: &mut Vec<u8>, kind: EntryType, name: &str, to: &str, contents: Vec<u8>, member: &Member) -> Made<()> {
    let mut header = Header::new_gnu();
    let fill = |field: &mut [u8], text: &str| {
        let text = &text.as_bytes()[..text.len().min(field.len() - 1)];
        field[..text.len()].copy_from_slice(text);
    };
    let gnu = header.as_gnu_mut().ok_or("it is a header of GNU")?;
    fill(&mut gnu.name, name);
    fill(&mut gnu.linkname, to);
    header.set_entry_type(kind);
    header.set_mode(member.mode);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(member.time);
    header.set_size(contents.len() as u64);
    header.set_cksum();
    archive.extend_from_slice(header.as_bytes());
    archive.extend_from_slice(&contents);
    archive.resize(archive.len().next_multiple_of(512), 0);
    Ok(())
}

fn zip_of(members: &[Member]) -> Made<Vec<u8>> {
    let mut writer = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for member in members {
        let (kind, name) = kind(member)?;
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(zip::DateTime::from_date_and_time(2001, 2, 3, 4, 5, 6)?)
            .unix_permissions(member.mode);
        match kind {
            EntryType::Regular => {
                writer.start_file(name, options)?;
                writer.write_all(member.text.repeat(member.times).as_bytes())?;
            }
            EntryType::Directory => writer.add_directory(name, options)?,
            EntryType::Symlink => writer.add_symlink(name, &member.to, options)?,
            _ => return Err("a zip archive holds only files, folders and links".into()),
        }
    }
    Ok(writer.finish()?.into_inner())
}

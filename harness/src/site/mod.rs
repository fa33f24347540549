//! A site: static pages that show what engines answer, by class and by what of the language a case is about, with each
//! answer a click away, what fuzzing found, and how it went over time. Pages hold counts; programs and outputs are in
//! files that are loaded when somebody looks at them, so that the first page stays light however many cases there are.

pub mod areas;
pub mod data;
pub mod findings;
pub mod pages;
pub mod table;
pub mod trends;

use std::{
    collections::HashMap,
    fs, io,
    path::{Path, PathBuf},
};

use self::{
    areas::Areas,
    data::{Class, Shard},
    findings::Campaign,
    table::{Row, Table},
    trends::Series,
};
use crate::report::html::PageError;

/// The file by which a folder is known to hold a site.
const MARK: &str = "thunkproof-site.txt";

/// What the mark says.
const MARKED: &str = "Written by `thunkproof site`, which replaces this folder as a whole.\n";

/// All that a site shows.
pub struct Site {
    /// What it is called.
    pub title: String,
    /// When the latest run began, for people.
    pub date: Option<String>,
    /// The commit that was looked at.
    pub commit: Option<String>,
    /// Tables, the fixtures' first.
    pub tables: Vec<Table>,
    /// What fuzzing found.
    pub campaigns: Vec<Campaign>,
    /// Past runs.
    pub series: Vec<Series>,
    /// Files among past runs that are not shown, each with the reason.
    pub unreadable: Vec<String>,
    /// What people must know of the runs.
    pub remarks: Vec<String>,
}

/// A table with what pages are made of.
pub(crate) struct Prepared<'a> {
    table: &'a Table,
    areas: Areas,
    classes: Vec<Class>,
}

/// A site that could not be written.
#[derive(Debug, thiserror::Error)]
pub enum SiteError {
    /// The operating system refused.
    #[error("cannot write {}: {source}", file.display())]
    Unwritable {
        /// Which file or folder.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// There is something else.
    #[error("{} holds other files: name a new folder, or one that `thunkproof site` wrote", folder.display())]
    Taken {
        /// Which folder.
        folder: PathBuf,
    },
    /// A page could not be made.
    #[error(transparent)]
    Page(#[from] PageError),
    /// The data could not be written, which is a bug.
    #[error("cannot write the data: {0}")]
    Data(#[from] serde_json::Error),
}

impl Site {
    /// Writes the site to `out`, as a whole or not at all: beside it first, and then in its place.
    ///
    /// # Errors
    /// When it cannot be written, or when `out` holds what is no site.
    pub fn write(&self, out: &Path) -> Result<(), SiteError> {
        probe(out)?;
        let files = self.files()?;
        let failed = |file: &Path| {
            let file = file.to_owned();
            move |source| SiteError::Unwritable { file, source }
        };
        let parent = out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::create_dir_all(parent).map_err(failed(parent))?;
        let draft = tempfile::Builder::new().prefix(".thunkproof-").tempdir_in(parent).map_err(failed(parent))?;
        let new = draft.path().join("new");
        fs::create_dir_all(new.join("data")).map_err(failed(out))?;
        for Shard { name, text } in files {
            fs::write(new.join(&name), text).map_err(failed(&out.join(&name)))?;
        }
        let old = draft.path().join("old");
        let existed = out.exists();
        if existed {
            fs::rename(out, &old).map_err(failed(out))?;
        }
        fs::rename(&new, out).map_err(|source| {
            if existed {
                // What was there is better than nothing; if even that fails, the first failure is the one to tell of.
                let _ = fs::rename(&old, out);
            }
            SiteError::Unwritable { file: out.to_owned(), source }
        })
    }

    /// All files of the site.
    ///
    /// # Errors
    /// When a page cannot be made, which is a bug.
    pub fn files(&self) -> Result<Vec<Shard>, SiteError> {
        let mut files = vec![Shard { name: MARK.to_owned(), text: MARKED.to_owned() }];
        let mut prepared = Vec::new();
        for (number, table) in self.tables.iter().enumerate() {
            let areas = Areas::of(table);
            let (classes, shards) = data::shards(number, table, &areas, &links(&table.rows))?;
            files.extend(shards);
            prepared.push(Prepared { table, areas, classes });
        }
        for (name, text) in pages::all(self, &prepared)? {
            files.push(Shard { name: name.to_owned(), text });
        }
        Ok(files)
    }
}

/// Finds out whether a site could be put there, before long work.
///
/// # Errors
/// When `out` holds what is no site.
pub fn probe(out: &Path) -> Result<(), SiteError> {
    let unwritable = |source| SiteError::Unwritable { file: out.to_owned(), source };
    match fs::read_dir(out) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(unwritable(error)),
        Ok(mut entries) => match entries.next() {
            Some(_) if !out.join(MARK).is_file() => Err(SiteError::Taken { folder: out.to_owned() }),
            _ => Ok(()),
        },
    }
}

/// What links call these rows: by name, where only one has it; with suite or a number otherwise.
fn links(rows: &[Row]) -> Vec<String> {
    let mut names: HashMap<&str, usize> = HashMap::new();
    for row in rows {
        *names.entry(&row.name).or_default() += 1;
    }
    let mut used: HashMap<String, usize> = HashMap::new();
    let mut link = |row: &Row| {
        if names[row.name.as_str()] == 1 {
            return row.name.clone();
        }
        let link = row.suite.as_ref().map_or_else(|| row.name.clone(), |suite| format!("{suite}/{}", row.name));
        let times = used.entry(link.clone()).or_default();
        *times += 1;
        if *times == 1 { link } else { format!("{link}~{times}") }
    };
    rows.iter().map(&mut link).collect()
}

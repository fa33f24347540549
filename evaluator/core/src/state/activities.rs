//! Reports what an evaluation is doing: lines that only a higher verbosity shows, and activities. An activity has a
//! start and an end, which `--log-format internal-json` shows.

use super::State;
use crate::errors::log::Verbosity;
use crate::hash::{Hash, HashFormat};
use crate::io::paths;
use crate::store::StorePath;

/// An activity, which ends when this is dropped.
pub(crate) struct Activity<'s, 'h> {
    state: &'s State<'h>,
    number: u64,
}

impl Drop for Activity<'_, '_> {
    fn drop(&mut self) {
        self.state.write_unless_empty(&self.state.messages.logger.activity_end(self.number));
    }
}

impl<'h> State<'h> {
    /// Prints a line at this verbosity. `text` is called only if the line is printed.
    pub fn log(&self, level: Verbosity, text: impl FnOnce() -> Vec<u8>) {
        if self.messages.logger.shows(level) {
            self.write_message(&self.messages.logger.message(level, &text()));
        }
    }

    /// Reports that the file at a displayed path is being evaluated.
    pub fn log_evaluation(&self, path: &[u8]) {
        self.log(Verbosity::Talkative, || [b"evaluating file '", path, b"'"].concat());
    }

    /// Reports that a path is being copied to the store, or only hashed if the store is not written to.
    pub(crate) fn begin_copying(&self, path: &[u8]) -> Activity<'_, 'h> {
        let path = paths::displayed(path);
        self.log(Verbosity::Debug, || [b"source path '", &*path, b"' is uncacheable"].concat());
        let text = match self.world.read_only {
            true => [b"hashing '", &*path, b"'"].concat(),
            false => [b"copying '", &*path, b"' to the store"].concat(),
        };
        self.begin(Verbosity::Chatty, &text)
    }

    /// Says that the archive at an address is being unpacked.
    pub(crate) fn begin_unpacking(&self, url: &[u8]) -> Activity<'_, 'h> {
        self.begin(Verbosity::Information, &[b"unpacking '", url, b"' into the Git cache"].concat())
    }

    pub(super) fn begin(&self, level: Verbosity, text: &[u8]) -> Activity<'_, 'h> {
        let number = self.messages.activities.get();
        self.messages.activities.set(number + 1);
        self.write_unless_empty(&self.messages.logger.activity_start(level, number, text));
        Activity { state: self, number }
    }

    /// Warns where `warn-large-path-threshold` says that so many bytes of a path are worth it.
    pub fn warn_of_large_path(&self, path: &[u8], length: u64) {
        let threshold = self.settings.warn_large_path_threshold;
        if threshold != 0 && length >= threshold {
            let size = size_with_unit(length);
            self.warn(&[b"hashed large path '", &*paths::displayed(path), b"' (", size.as_bytes(), b")"].concat());
        }
    }

    /// Says which store path a path was hashed to.
    pub fn log_hashed(&self, path: &[u8], store_path: &StorePath, hash: &Hash) {
        self.log(Verbosity::Debug, || {
            let (store_path, hash) = (self.world.store.print(store_path), hash.to_text(HashFormat::Sri, true));
            let done: &[u8] = if self.world.read_only { b"hashed '" } else { b"copied '" };
            [done, &*paths::displayed(path), b"' to '", store_path.as_bytes(), b"' (hash '", hash.as_bytes(), b"')"]
                .concat()
        });
    }

    fn write_unless_empty(&self, bytes: &[u8]) {
        if !bytes.is_empty() {
            self.write_message(bytes);
        }
    }
}

/// A number of bytes as messages show it: in KiB at least.
fn size_with_unit(bytes: u64) -> String {
    let (mut power, mut rest) = (0, bytes);
    while rest > 1024 && power < 8 {
        rest /= 1024;
        power += 1;
    }
    let unit = char::from(b"KKMGTPEZY"[power]);
    format!("{:.1} {unit}iB", bytes as f64 / 1024_f64.powi(power.max(1) as i32))
}

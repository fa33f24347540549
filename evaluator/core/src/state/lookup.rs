//! Looks up names on the search path, and answers requests that would need a network.

use super::{State, fetching};
use crate::errors::highlight::hint;
use crate::errors::log::Verbosity;
use crate::errors::render::Level;
use crate::errors::{Error, ErrorKind, Failure};
use crate::fetchers::{FlakeReference, Reader};
use crate::io::paths;
use crate::io::search_path::{Found, Hooks};
use crate::settings::Feature;

impl<'h> State<'h> {
    /// The file for `<name>` on the command line's search path.
    pub fn find_file(&self, name: &[u8]) -> Result<Found, Failure> {
        let entries = &self.world.search_path_entries;
        Ok(self.world.search_path.find(
            name,
            entries,
            &self.world.current_dir,
            self.settings.pure_eval,
            &*self.world.io,
            self,
        )?)
    }

    /// The failure of whatever would have to be fetched.
    pub fn needs_network(&self, what: &[u8]) -> Failure {
        let words = "cannot fetch '{}': this evaluator never uses the network";
        Error::new(ErrorKind::System, hint(words, &[what])).into()
    }
}

impl Hooks for State<'_> {
    fn warn(&self, message: Vec<u8>) {
        let error = Error::new(ErrorKind::Evaluation, message);
        self.report(Level::Warning, &error);
    }

    fn resolved(&self, entry: &[u8], path: Option<&[u8]>) {
        self.log(Verbosity::Debug, || match path {
            Some(path) => {
                [b"resolved search path element '", entry, b"' to '", &*paths::displayed(path), b"'"].concat()
            }
            None => [b"failed to resolve search path element '", entry, b"'"].concat(),
        });
    }

    fn download(&self, url: &[u8]) -> Result<Vec<u8>, Box<Error>> {
        let fetch = || {
            let path = fetching::add(self, &mut fetching::fetch_archive(self, url)?, b"source")?;
            Ok(self.world.store.print(&path).into_bytes())
        };
        fetch().map_err(|failure: Failure| Box::new(failure.to_error()))
    }

    fn flake(&self, reference: &[u8]) -> Result<Vec<u8>, Box<Error>> {
        self.features().require(Feature::Flakes)?;
        let reader = Reader { features: self.features(), warn: &|text| self.warn(text) };
        let fetch = || {
            let input = FlakeReference::parse(reference, &reader)?.input;
            let (path, _) = fetching::bring(self, &input, &reader)?;
            Ok(self.world.store.print(&path).into_bytes())
        };
        fetch().map_err(|failure: Failure| Box::new(failure.to_error()))
    }
}

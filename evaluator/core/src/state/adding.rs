//! Adds objects to the store, as far as a program can see it: an object that was added is valid, and can be read.

use std::collections::BTreeSet;

use super::State;
use crate::errors::Failure;
use crate::io::tree::Tree;
use crate::store::StorePath;

impl State<'_> {
    /// Whether what `operation` adds is kept. Where store paths are only computed, nothing is.
    ///
    /// # Errors
    /// The store takes nothing.
    pub(crate) fn keeps_what_is_added(&self, operation: &str) -> Result<bool, Failure> {
        if self.world.read_only {
            return Ok(false);
        }
        self.world.opened.require_taking(operation)?;
        Ok(true)
    }

    /// Adds an object to the store. What it refers to must be valid.
    pub(crate) fn add_object(&self, path: &StorePath, tree: Tree, references: BTreeSet<StorePath>) {
        self.world.objects.add(path, tree, references);
        // The reference allows a restricted evaluation to look at what it added itself.
        self.allow_object(path);
    }

    /// Lets a restricted evaluation look at an object.
    pub(crate) fn allow_object(&self, path: &StorePath) {
        if self.settings.restrict_eval || self.settings.pure_eval {
            crate::io::Io::allow(&*self.world.objects, self.world.store.print(path).as_bytes());
        }
    }
}

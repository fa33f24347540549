//! The environment variables of an invocation. They are not those of this process.

use std::ffi::OsString;

use crate::io::native;

/// Environment variables by name; the first of equal names counts, as in `getenv`.
#[derive(Clone, Copy, Debug)]
pub struct Environment<'invocation>(pub &'invocation [(OsString, OsString)]);

impl<'invocation> Environment<'invocation> {
    /// The value of `name`, perhaps empty.
    pub fn get(self, name: &str) -> Option<&'invocation [u8]> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| native::bytes(value))
    }

    /// The value of `name`; none if it is unset or empty.
    pub fn get_non_empty(self, name: &str) -> Option<&'invocation [u8]> {
        self.get(name).filter(|value| !value.is_empty())
    }
}

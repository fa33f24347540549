//! Evaluators, each behind the same trait, so that a subject and a reference are the same kind of thing.

mod capability;
mod clock;
mod command;
mod definition;
mod embedded;
mod flags;
mod fork_server;
mod introduction;
mod limits;
mod manifest;
pub mod room;
mod spec;

use serde::{Deserialize, Serialize};

pub use capability::{Capability, Finding, probed};
pub use command::{Command, end_all};
pub use definition::Definition;
pub use embedded::Embedded;
pub use fork_server::ForkServer;
pub use limits::Limits;
pub use manifest::{Manifest, SHIPPED, Shipped, Translated};
pub use spec::{NamedSpec, Spec, SpecError};

use crate::{
    case::Request,
    outcome::{
        Outcome,
        compare::{Level, Terms},
    },
};

/// The release whose behaviour this project takes for right.
pub const RELEASE_OF_RECORD: &str = "2.34.8";

/// Which evaluator answered. Every report says so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// How the engine was asked for, as in `cmd:/usr/bin/nix-instantiate`.
    pub engine: String,
    /// What it says of its own version.
    pub version: String,
}

impl Identity {
    /// Whether it is the release whose behaviour this project takes for right.
    pub fn is_of_record(&self) -> bool {
        self.version.strip_suffix(RELEASE_OF_RECORD).is_some_and(|name| name.ends_with(' '))
    }
}

/// Something that evaluates.
///
/// An engine answers every request with an outcome, whatever the evaluator does: a panic, a crash, a hang and a program
/// that cannot be started are outcomes too, and harm no other request. Engines are asked from many threads at once.
pub trait Engine: Send + Sync {
    /// Which evaluator this is.
    fn identity(&self) -> &Identity;

    /// Evaluates one request.
    fn evaluate(&self, request: &Request) -> Outcome;

    /// What people should know of how the engine has answered so far, a line each: that it fell back to a slower way,
    /// say. Nothing of it changes an answer.
    fn notes(&self) -> Vec<String> {
        Vec::new()
    }

    /// The finest level at which a comparison says something of this engine, where that is not the finest of all.
    fn finest(&self) -> Option<Level> {
        None
    }

    /// Whether it prints how a program is parsed as the release of record does. Of one that prints it in another form, only
    /// whether a program parses is compared.
    fn prints_trees(&self) -> bool {
        true
    }

    /// Whether it prints cycles and what is printed a second time in its own way, and values are compared regardless.
    fn repeats_are_alike(&self) -> bool {
        false
    }

    /// What it can be asked, where that had to be found out.
    fn capabilities(&self) -> Vec<(Capability, Finding)> {
        Vec::new()
    }

    /// The most memory that one evaluation has taken so far, in bytes, where the engine can tell.
    fn peak_memory(&self) -> Option<u64> {
        None
    }
}

/// An engine under the name it has in a run.
pub struct Named {
    /// The name.
    pub name: String,
    /// The engine.
    pub engine: Box<dyn Engine>,
}

/// The finest level at which an answer of `engine` to `request` counts, where `finest` is what is asked for.
pub fn finest(engine: &dyn Engine, request: &Request, finest: Level) -> Level {
    let is_tree = request.arguments.iter().any(|word| word == "--parse");
    let own = if is_tree && !engine.prints_trees() { Some(Level::FailsAlike) } else { engine.finest() };
    // Levels are ordered worst first.
    own.map_or(finest, |own| own.min(finest))
}

/// How answers of these two to `request` are compared: at no finer level than `finest_level`, and no finer than either allows.
pub fn terms(subject: &dyn Engine, reference: &dyn Engine, request: &Request, finest_level: Level) -> Terms {
    let engines = [subject, reference];
    let finest = engines.iter().fold(finest_level, |level, engine| finest(*engine, request, level));
    Terms { finest, repeats_alike: engines.iter().any(|engine| engine.repeats_are_alike()) }
}

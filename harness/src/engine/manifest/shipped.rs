//! Manifests that this program brings, for evaluators that exist.

use std::{env, path::PathBuf, time::Duration};

use super::{super::Command, document::Document};
use crate::engine::{Engine, Limits};

/// What a program on `PATH` may take to tell its version.
const LIMITS: Limits = Limits::of_time(Duration::from_secs(5));

/// A manifest that is asked for by name: `NAME=snix:PROGRAM`.
#[derive(Debug, PartialEq, Eq)]
pub struct Shipped {
    /// The name.
    pub name: &'static str,
    /// What it is, for people.
    pub title: &'static str,
    /// Programs that it may be, as they are called on `PATH`.
    pub programs: &'static [&'static str],
    /// What a program of such a name says of its version when it is this one, and not another of the same name.
    pub says: &'static str,
    /// The manifest.
    pub text: &'static str,
}

/// All of them.
pub const SHIPPED: &[Shipped] = &[
    Shipped {
        name: "nix",
        title: "C++ Nix",
        programs: &["nix-instantiate"],
        says: "(Nix)",
        text: include_str!("../manifests/nix.toml"),
    },
    Shipped {
        name: "nix-2.3",
        title: "C++ Nix 2.3",
        programs: &["nix-instantiate"],
        says: "(Nix) 2.3.",
        text: include_str!("../manifests/nix-2.3.toml"),
    },
    Shipped {
        name: "lix",
        title: "Lix",
        programs: &["nix-instantiate"],
        says: "(Lix, like Nix)",
        text: include_str!("../manifests/lix.toml"),
    },
    Shipped {
        name: "determinate",
        title: "Determinate Nix",
        programs: &["nix-instantiate"],
        says: "(Determinate Nix",
        text: include_str!("../manifests/determinate.toml"),
    },
    Shipped {
        name: "snix",
        title: "Snix",
        programs: &["snix", "snix-eval"],
        says: "",
        text: include_str!("../manifests/snix.toml"),
    },
    Shipped {
        name: "tvix",
        title: "Tvix",
        programs: &["tvix"],
        says: "",
        text: include_str!("../manifests/tvix.toml"),
    },
    Shipped {
        name: "hnix",
        title: "hnix",
        programs: &["hnix"],
        says: "",
        text: include_str!("../manifests/hnix.toml"),
    },
];

impl Shipped {
    /// The one of this name.
    pub fn of(name: &str) -> Option<&'static Shipped> {
        SHIPPED.iter().find(|shipped| shipped.name == name)
    }

    /// The programs on `PATH` that it may be, with what they say of their version where they say anything.
    pub fn found(&self) -> Vec<(PathBuf, Option<String>)> {
        let path = env::var_os("PATH").unwrap_or_default();
        let folders: Vec<PathBuf> = env::split_paths(&path).collect();
        let files = self.programs.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
        let told = files.filter(|file| file.is_file()).map(|file| {
            let asked = Command::asking(&file, vec!["--version".into()], LIMITS);
            let version = asked.ok().map(|command| command.identity().version.clone());
            (file, version)
        });
        told.filter(|(_, version)| version.as_deref().unwrap_or_default().contains(self.says)).collect()
    }

    /// The manifest, read.
    pub(super) fn document(&self) -> Document {
        toml::from_str(self.text).unwrap_or_else(|error| unreachable!("{}: a test reads it: {error}", self.name))
    }
}

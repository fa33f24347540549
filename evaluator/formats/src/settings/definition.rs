//! Definitions of settings: the name of a setting and the type of its value. A name from a file or a flag finds its
//! setting here.

use super::features::{Feature, FeatureSet};
use super::table::DEFINITIONS;
use super::{Diagnose, Settings, parse};
use crate::errors::Error;

/// The field of [`Settings`] for a value; none for a setting that an evaluation never reads.
pub type Slot<T> = Option<fn(&mut Settings) -> &mut T>;

/// The type of a value, and its field.
#[derive(Clone, Copy)]
pub enum Kind {
    /// `true`, `yes`, `1` or `false`, `no`, `0`.
    Boolean(Slot<bool>),
    /// An unsigned number of 32 bits, with an optional unit.
    Unsigned32(Slot<u32>),
    /// An unsigned number of 64 bits, with an optional unit.
    Unsigned64(Slot<u64>),
    /// A signed number of 64 bits, with an optional unit.
    Signed64,
    /// A number, or `auto`.
    Jobs,
    /// Any text.
    Text(Slot<Vec<u8>>),
    /// Words, to which nothing can be appended.
    Words,
    /// Words; `extra-` appends.
    List(Slot<Vec<Vec<u8>>>),
    /// Names of features; `extra-` adds.
    Features,
    /// `ignore`, `warn` or `fatal`.
    Diagnose(Slot<Diagnose>),
    /// `true`, `false` or `relaxed`; its flags are switches.
    Sandbox,
    /// One of a few words.
    Choice(&'static [&'static str], Slot<Vec<u8>>),
    /// A path, not empty.
    Path(Slot<Vec<u8>>),
    /// A path that must be absolute.
    AbsolutePath,
    /// A path that must be absolute, or nothing.
    OptionalAbsolutePath,
    /// What names a store.
    Store(Slot<Vec<u8>>),
    /// Several stores.
    Stores,
    /// A deprecated boolean, which sets a lint to `warn` or `ignore`.
    DeprecatedLint(&'static str),
}

/// One setting.
pub struct Definition {
    /// Its name.
    pub name: &'static str,
    /// Other names it had.
    pub aliases: &'static [&'static str],
    /// How its value is read.
    pub kind: Kind,
    /// The feature without which it is ignored.
    pub feature: Option<Feature>,
}

/// All settings, sorted by name.
pub fn all() -> impl Iterator<Item = &'static Definition> {
    DEFINITIONS.iter()
}

/// What a flag named after a setting does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlagAction {
    /// Takes no argument and switches a boolean on or off.
    Switch(bool),
    /// Takes the value.
    Set,
    /// Takes words to append.
    Append,
}

/// The setting with this name or alias. If the name is `extra-` and the name of a list, the flag is set: the value is
/// appended.
pub fn find(name: &[u8]) -> Option<(&'static Definition, bool)> {
    let by_name = |name: &[u8]| DEFINITIONS.iter().find(|definition| definition.is_called(name));
    if let Some(definition) = by_name(name) {
        return Some((definition, false));
    }
    let definition = by_name(name.strip_prefix(b"extra-")?)?;
    definition.is_appendable().then_some((definition, true))
}

/// The setting of the flag `--NAME`, and the flag's action. An alias is a flag for whichever form is added last:
/// `--build-keep-log` switches the log *off*, `--binary-caches` appends.
pub fn find_flag(name: &[u8]) -> Option<(&'static Definition, FlagAction)> {
    let by_name = |name: &[u8]| DEFINITIONS.iter().find(|definition| definition.name.as_bytes() == name);
    if let Some(definition) = by_name(name) {
        let action = if definition.is_switch() { FlagAction::Switch(true) } else { FlagAction::Set };
        return Some((definition, action));
    }
    if let Some(definition) = name.strip_prefix(b"no-").and_then(by_name).filter(|found| found.is_switch()) {
        return Some((definition, FlagAction::Switch(false)));
    }
    if let Some(definition) = name.strip_prefix(b"extra-").and_then(by_name).filter(|found| found.is_appendable()) {
        return Some((definition, FlagAction::Append));
    }
    let name = if name == b"relaxed-sandbox" { b"sandbox" } else { name };
    let definition = DEFINITIONS.iter().find(|definition| definition.is_called(name))?;
    let action = match definition {
        _ if definition.is_switch() => FlagAction::Switch(false),
        _ if definition.is_appendable() => FlagAction::Append,
        _ => FlagAction::Set,
    };
    Some((definition, action))
}

impl Definition {
    fn is_called(&self, name: &[u8]) -> bool {
        self.name.as_bytes() == name || self.aliases.iter().any(|alias| alias.as_bytes() == name)
    }

    /// Whether an evaluation can look at its value; else only whether the value suits is looked at.
    pub fn is_kept(&self) -> bool {
        match self.kind {
            Kind::Boolean(slot) => slot.is_some(),
            Kind::Unsigned32(slot) => slot.is_some(),
            Kind::Unsigned64(slot) => slot.is_some(),
            Kind::Text(slot) | Kind::Store(slot) | Kind::Choice(_, slot) | Kind::Path(slot) => slot.is_some(),
            Kind::List(slot) => slot.is_some(),
            Kind::Diagnose(slot) => slot.is_some(),
            Kind::Features | Kind::DeprecatedLint(_) => true,
            _ => false,
        }
    }

    fn is_switch(&self) -> bool {
        matches!(self.kind, Kind::Boolean(_) | Kind::DeprecatedLint(_) | Kind::Sandbox)
    }

    fn is_appendable(&self) -> bool {
        matches!(self.kind, Kind::List(_) | Kind::Stores | Kind::Features)
    }

    /// Parses `text` and stores the value; with `append`, adds it to a list. If the setting has a feature that is
    /// disabled, there is a warning and nothing happens.
    pub fn set(&self, settings: &mut Settings, text: &[u8], append: bool) -> Result<(), Box<Error>> {
        if let Some(feature) = self.feature.filter(|feature| !settings.experimental_features.contains(*feature)) {
            let (name, feature) = (self.name, feature.name());
            let words = format!("Ignoring setting '{name}' because experimental feature '{feature}' is not enabled");
            settings.warn(words.into_bytes());
            return Ok(());
        }
        match self.kind {
            Kind::Boolean(slot) => store(slot, settings, parse::boolean(self.name, text)?),
            Kind::DeprecatedLint(target) => {
                let value = parse::boolean(self.name, text)?;
                self.set_deprecated(settings, target, value);
            }
            Kind::Unsigned32(slot) => store(slot, settings, self.integer(text, 32, false)? as u32),
            Kind::Unsigned64(slot) => store(slot, settings, self.integer(text, 64, false)? as u64),
            Kind::Signed64 => drop(self.integer(text, 64, true)?),
            Kind::Jobs => {
                let number = parse::integer(text).filter(|_| !text.starts_with(b"-"));
                if text != b"auto" && number.is_none_or(|number| number > i128::from(u32::MAX)) {
                    let words = "configuration setting '{}' should be 'auto' or an integer";
                    return Err(parse::usage(words, &[self.name.as_bytes()]));
                }
            }
            Kind::Text(slot) => store(slot, settings, text.to_vec()),
            Kind::List(slot) => {
                let mut value = match slot {
                    Some(slot) if append => std::mem::take(slot(settings)),
                    _ => Vec::new(),
                };
                value.extend(parse::words(text).map(<[u8]>::to_vec));
                store(slot, settings, value);
            }
            Kind::Features => {
                let old = if append { settings.experimental_features } else { FeatureSet::default() };
                settings.experimental_features = old.union(features(settings, text));
            }
            Kind::Diagnose(slot) => {
                store(slot, settings, parse::diagnose(self.name, text)?);
                settings.lint_short_path_literals_overridden |= self.name == "lint-short-path-literals";
            }
            Kind::Sandbox => self.choice(&["true", "relaxed", "false"], text)?,
            Kind::Choice(choices, slot) => {
                self.choice(choices, text)?;
                store(slot, settings, text.to_vec());
            }
            Kind::Words => {}
            Kind::Path(slot) => store(slot, settings, parse::path(self.name, text)?.to_vec()),
            Kind::AbsolutePath => drop(parse::absolute_path(&parse::path(self.name, text)?)?),
            Kind::OptionalAbsolutePath if text.is_empty() => {}
            Kind::OptionalAbsolutePath => drop(parse::absolute_path(text)?),
            Kind::Store(slot) => store(slot, settings, parse::store_reference(text)?),
            Kind::Stores => {
                for store in parse::words(text) {
                    parse::store_reference(store)?;
                }
            }
        }
        Ok(())
    }

    /// The action of a flag without an argument, whether or not the setting's feature is enabled.
    pub fn switch(&self, settings: &mut Settings, value: bool) {
        match self.kind {
            Kind::Boolean(slot) => store(slot, settings, value),
            Kind::DeprecatedLint(target) => self.set_deprecated(settings, target, value),
            _ => {}
        }
    }

    fn set_deprecated(&self, settings: &mut Settings, target: &str, value: bool) {
        let level = if value { "warn" } else { "ignore" };
        let words = format!("'{}' is deprecated, use '{target} = {level}' instead", self.name);
        settings.warn(words.into_bytes());
        settings.warn_short_path_literals = value;
        if !settings.lint_short_path_literals_overridden {
            settings.lint_short_path_literals = if value { Diagnose::Warn } else { Diagnose::Ignore };
        }
    }

    fn choice(&self, choices: &[&str], text: &[u8]) -> Result<(), Box<Error>> {
        if choices.iter().any(|choice| choice.as_bytes() == text) {
            return Ok(());
        }
        Err(parse::usage("option '{}' has invalid value '{}'", &[self.name.as_bytes(), text]))
    }

    fn integer(&self, text: &[u8], bits: u32, signed: bool) -> Result<i128, Box<Error>> {
        parse::integer_with_unit(text, bits, signed)
            .map_err(|_| parse::usage("setting '{}' has invalid value '{}'", &[self.name.as_bytes(), text]))
    }
}

fn store<T>(slot: Slot<T>, settings: &mut Settings, value: T) {
    if let Some(slot) = slot {
        *slot(settings) = value;
    }
}

fn features(settings: &mut Settings, text: &[u8]) -> FeatureSet {
    let mut features = FeatureSet::default();
    let mut names: Vec<&[u8]> = parse::words(text).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        match Feature::from_name(name) {
            Some(feature) => {
                features.insert(feature);
                if feature == Feature::Flakes {
                    features.insert(Feature::FetchTree);
                }
            }
            None if name == b"no-url-literals" => settings.warn(
                b"experimental feature 'no-url-literals' has been stabilized and renamed; \
                  use 'lint-url-literals = fatal' setting instead"
                    .to_vec(),
            ),
            None => settings.warn([b"unknown experimental feature '", name, b"'"].concat()),
        }
    }
    features
}

//! `nix-instantiate` without `--eval`: finds the derivations in a value and prints their paths (`getDerivations` in
//! `libexpr/get-drvs.cc`).

use rustc_hash::FxHashSet;

use super::automatic_call::automatic_call;
use crate::coerce::{self, Coercion};
use crate::errors::highlight::hint;
use crate::errors::log::Verbosity;
use crate::errors::{Error, ErrorKind, Failure};
use crate::primop::{Answer, Expectation, GeneratorContext, force_as, force_plain_string};
use crate::source::Pos;
use crate::symbols::known;
use crate::value::{Attr, Attrs, Value};

/// A set or list that is being searched for derivations.
enum Open<'h> {
    Attrs {
        /// Attributes that are left, the next one last.
        left: Vec<Attr<'h>>,
        /// The one that is being looked at.
        current: Option<Attr<'h>>,
        /// Whether every attribute is searched, as in sets of channels.
        is_combination: bool,
    },
    List(crate::value::list::Iter<'h>),
}

/// The search for derivations.
struct Search<'m, 'h> {
    machine: &'m GeneratorContext<'h>,
    automatic: &'h Attrs<'h>,
    found: Vec<Value<'h>>,
    seen: FxHashSet<*const Attrs<'h>>,
    open: Vec<Open<'h>>,
    depth: u32,
}

/// Lists the derivations in a value, each once. Calls functions with automatic arguments.
pub(super) async fn derivations<'h>(
    machine: &GeneratorContext<'h>,
    root: Value<'h>,
    automatic: &'h Attrs<'h>,
) -> Answer<'h> {
    let state = machine.state;
    let mut search = Search {
        machine,
        automatic,
        found: Vec::new(),
        seen: FxHashSet::default(),
        open: Vec::new(),
        depth: state.call_depth.get(),
    };
    if let Err(failure) = search.run(root).await {
        for open in search.open.iter().rev() {
            if let Open::Attrs { current: Some(attr), .. } = open {
                let name = state.symbols.name(attr.name);
                failure.add_trace(attr.pos, hint("while evaluating the attribute '{}'", &[name]));
            }
        }
        return Err(failure);
    }
    state.call_depth.set(search.depth);
    Ok(state.list(&search.found))
}

impl<'h> Search<'_, 'h> {
    async fn run(&mut self, root: Value<'h>) -> Result<(), Failure> {
        let state = self.machine.state;
        self.enter(root).await?;
        while let Some(open) = self.open.last_mut() {
            match open {
                Open::Attrs { left, current, is_combination } => {
                    *current = left.pop();
                    let Some(attr) = *current else {
                        self.open.pop();
                        continue;
                    };
                    let name = state.symbols.name(attr.name);
                    state.log(Verbosity::Debug, || [b"evaluating attribute '", name, b"'"].concat());
                    if !is_component(name) {
                        continue;
                    }
                    if *is_combination {
                        self.enter(attr.value()).await?;
                    } else if let Some(value) = self.note_derivation(attr.value()).await?
                        && let Value::Attrs(attrs) = value
                        && let Some(recurse) = attrs.get(known::RECURSE_FOR_DERIVATIONS)
                    {
                        let context = "while evaluating the attribute `recurseForDerivations`";
                        let recurse =
                            force_as(self.machine, recurse.value(), Expectation::Bool, recurse.pos, context).await?;
                        if matches!(recurse, Value::Bool(true)) {
                            self.enter(value).await?;
                        }
                    }
                }
                Open::List(items) => match items.next() {
                    None => {
                        self.open.pop();
                    }
                    Some(item) => {
                        if let Some(value) = self.note_derivation(item).await? {
                            self.enter(value).await?;
                        }
                    }
                },
            }
        }
        Ok(())
    }

    /// Looks at a value: records a derivation, opens what may contain some.
    async fn enter(&mut self, slot: Value<'h>) -> Result<(), Failure> {
        let state = self.machine.state;
        state.enter_depth(self.depth, self.open.len(), slot.determine_pos(Pos::NONE))?;
        let value = automatic_call(self.machine, slot, self.automatic).await?;
        match self.note_derivation(value).await? {
            None => {}
            Some(Value::Attrs(attrs)) => {
                let is_combination = attrs.get(state.symbols.intern(b"_combineChannels")).is_some();
                let mut left = state.by_name(attrs);
                left.reverse();
                self.open.push(Open::Attrs { left, current: None, is_combination });
            }
            Some(Value::List(list)) => self.open.push(Open::List(list.items().iter())),
            Some(_) => {
                let words = "expression does not evaluate to a derivation (or a set or list of those)";
                return Err(Error::new(ErrorKind::Type, words).into());
            }
        }
        Ok(())
    }

    /// Records a derivation that was not seen yet. Returns the value if it is no derivation.
    async fn note_derivation(&mut self, slot: Value<'h>) -> Result<Option<Value<'h>>, Failure> {
        let machine = self.machine;
        let value = machine.force_at(slot, slot.determine_pos(Pos::NONE)).await?;
        let Value::Attrs(attrs) = value else { return Ok(Some(value)) };
        let Some(kind) = attrs.get(known::TYPE) else { return Ok(Some(value)) };
        let Value::String(kind) = machine.force_at(kind.value(), kind.pos).await? else { return Ok(Some(value)) };
        if kind.bytes() != b"derivation" {
            return Ok(Some(value));
        }
        if self.seen.insert(attrs) {
            let Some(name) = attrs.get(known::NAME) else {
                return Err(Error::new(ErrorKind::Type, "derivation name missing").into());
            };
            let context = "while evaluating the 'name' attribute of a derivation";
            force_plain_string(machine, name.value(), Pos::NONE, context).await?;
            self.found.push(value);
        }
        Ok(None)
    }
}

/// Whether a name can be in an attribute path without quotes; the search ignores others.
fn is_component(name: &[u8]) -> bool {
    let is_first = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_';
    let is_other = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_+".contains(byte);
    name.split_first().is_some_and(|(first, rest)| is_first(*first) && rest.iter().all(is_other))
}

/// The line that is printed for a derivation: its path, and the output if it is not `out`.
pub(super) async fn line<'h>(machine: &GeneratorContext<'h>, derivation: Value<'h>) -> Answer<'h> {
    let state = machine.state;
    let Value::Attrs(attrs) = derivation else { unreachable!("derivations are sets") };
    let Some(path) = attrs.get(known::DRV_PATH) else {
        return Err(Error::new(ErrorKind::Evaluation, "derivation does not contain a 'drvPath' attribute").into());
    };
    let context = "while evaluating the 'drvPath' attribute of a derivation";
    let how = Coercion::PLAIN;
    let (text, _) = coerce::coerce_to_string(machine, path.value(), how, path.pos, context).await?;
    let wrong = |failure: Failure| failure.while_(path.pos, context);
    let store_path = state.world.store.parse(text).map_err(|_| {
        wrong(Error::new(ErrorKind::Evaluation, hint("path '{}' is not in the Nix store", &[text])).into())
    })?;
    store_path.derivation_name().map_err(|error| wrong(error.into()))?;
    let printed = state.world.store.print(&store_path).into_bytes();
    let output = match attrs.get(known::OUTPUT_NAME) {
        None => &b""[..],
        Some(output) => {
            let context = "while evaluating the output name of a derivation";
            force_plain_string(machine, output.value(), Pos::NONE, context).await?
        }
    };
    Ok(match output {
        b"" => {
            let words = "derivation '{}' lacks an 'outputName' attribute";
            return Err(Error::new(ErrorKind::Evaluation, hint(words, &[&printed])).into());
        }
        b"out" => state.string(&printed),
        output => state.string(&[&*printed, b"!", output].concat()),
    })
}

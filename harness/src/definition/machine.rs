//! What one evaluation of the definition has: slots, names, effects, and limits that end it.

use std::{
    cell::RefCell,
    collections::{BTreeMap, HashMap},
    rc::Rc,
};

use rustc_hash::FxBuildHasher;

use super::{
    Counts, Limits, Surroundings, builtins,
    value::{Attrs, Failure, Frame, Holds, Name, Outcome, Scope, Slot, State, Value, error, outside},
};

/// Names in the order of their creation.
pub struct Names {
    texts: Vec<Rc<[u8]>>,
    by_text: HashMap<Rc<[u8]>, Name, FxBuildHasher>,
}

/// How many names there are before a program has any, about: those of the builtins.
const NAMES: usize = 512;

impl Default for Names {
    fn default() -> Names {
        Names { texts: Vec::with_capacity(NAMES), by_text: HashMap::with_capacity_and_hasher(NAMES, FxBuildHasher) }
    }
}

impl Names {
    /// The name that is written so; a new one where there is none yet.
    pub fn intern(&mut self, text: &[u8]) -> Name {
        if let Some(name) = self.by_text.get(text) {
            return *name;
        }
        let name = Name(u32::try_from(self.texts.len()).expect("few names"));
        let text: Rc<[u8]> = text.into();
        self.texts.push(text.clone());
        self.by_text.insert(text, name);
        name
    }

    /// How a name is written.
    pub fn text(&self, name: Name) -> Rc<[u8]> {
        self.texts[name.0 as usize].clone()
    }
}

/// One evaluation.
pub struct Machine {
    slots: Vec<State>,
    /// All names.
    pub names: Names,
    /// What was written to standard error.
    pub effects: Vec<u8>,
    /// Whether an effect shows where a function is, which the definition does not know.
    pub shows_places: bool,
    /// The folder of relative paths.
    pub folder: Vec<u8>,
    /// The list that every `[ ]` is.
    pub empty_list: Slot,
    /// What was counted.
    pub counts: Counts,
    /// How deep calls are, as `max-call-depth` counts them.
    pub calls: u32,
    pub(super) limits: Limits,
    pub(super) level: u32,
    pub(super) steps: u64,
}

impl Machine {
    /// A machine on which these names exist already.
    pub fn new<'n>(names: impl IntoIterator<Item = &'n [u8]>, around: Surroundings<'_>, limits: Limits) -> Machine {
        let mut machine = Machine {
            slots: vec![State::Ready(Value::List(Rc::new([])))],
            names: Names::default(),
            effects: Vec::new(),
            shows_places: false,
            folder: around.folder.to_vec(),
            empty_list: Slot(0),
            counts: Counts::default(),
            calls: 0,
            limits,
            level: 0,
            steps: 0,
        };
        for name in names {
            machine.names.intern(name);
        }
        machine
    }

    /// The scope around every program.
    pub fn base_scope(&mut self, around: Surroundings<'_>) -> Scope {
        let (variables, attributes) = builtins::all(self, around);
        let itself = self.ready(Value::Attrs(Rc::new(attributes.clone())));
        let name = self.names.intern(b"builtins");
        let mut attributes: Attrs = attributes;
        attributes.insert(name, itself);
        self.put(itself, State::Ready(Value::Attrs(Rc::new(attributes))));
        let mut names: BTreeMap<Name, Option<Slot>> =
            variables.into_iter().map(|(name, slot)| (name, Some(slot))).collect();
        names.insert(name, Some(itself));
        Rc::new(Frame { up: None, holds: Holds::Names(RefCell::new(names)) })
    }

    /// A new slot.
    pub fn slot(&mut self, state: State) -> Slot {
        self.slots.push(state);
        Slot(self.slots.len() - 1)
    }

    /// A new slot with a value.
    pub fn ready(&mut self, value: Value) -> Slot {
        self.slot(State::Ready(value))
    }

    /// A new list of values in slots of their own.
    pub fn list_of(&mut self, values: impl IntoIterator<Item = Value>) -> Value {
        let slots: Vec<Slot> = values.into_iter().map(|value| self.ready(value)).collect();
        Value::List(slots.into())
    }

    /// What is in a slot.
    pub fn state(&self, slot: Slot) -> &State {
        &self.slots[slot.0]
    }

    /// Puts something else into a slot.
    pub fn put(&mut self, slot: Slot, state: State) {
        self.slots[slot.0] = state;
    }

    /// Gives the value of a slot, and evaluates it where that has not happened yet.
    pub fn force(&mut self, slot: Slot) -> Outcome<Value> {
        match self.state(slot).clone() {
            State::Ready(value) => Ok(value),
            State::Failed(failure) => Err(failure),
            State::Busy => {
                let failure = error("infinite recursion encountered");
                self.put(slot, State::Failed(failure.clone()));
                Err(failure)
            }
            State::Delayed(term, scope) => {
                self.put(slot, State::Busy);
                let came = self.eval(&term, &scope);
                self.keep(slot, came)
            }
            // Unlike an expression, a call that needs itself is called again.
            State::Call(function, argument) => {
                let came = self.force_and_call(function, &[argument]);
                self.keep(slot, came)
            }
        }
    }

    fn keep(&mut self, slot: Slot, came: Outcome<Value>) -> Outcome<Value> {
        self.put(
            slot,
            match &came {
                Ok(value) => State::Ready(value.clone()),
                Err(failure) => State::Failed(failure.clone()),
            },
        );
        came
    }

    /// Enters one more level of what the reference counts as calls.
    pub fn deeper<T>(&mut self, work: impl FnOnce(&mut Machine) -> Outcome<T>) -> Outcome<T> {
        if self.calls > self.limits.calls {
            return Err(error("stack overflow; max-call-depth exceeded"));
        }
        self.calls += 1;
        let came = self.nested(work);
        self.calls -= 1;
        came
    }

    /// Enters one more level of recursion of the definition itself, on more stack where there is little.
    pub fn nested<T>(&mut self, work: impl FnOnce(&mut Machine) -> Outcome<T>) -> Outcome<T> {
        self.steps += 1;
        if self.steps > self.limits.steps {
            return Err(outside("too many steps"));
        }
        if self.level >= self.limits.levels {
            return Err(outside("nested too deeply"));
        }
        self.level += 1;
        let came = stacker::maybe_grow(STACK_LEFT, STACK_MORE, || work(self));
        self.level -= 1;
        came
    }

    /// A failure of a value that is of another type than is needed.
    pub fn unexpected(expected: &str, value: &Value) -> Failure {
        error(format!("expected {expected} but found {}", value.described()))
    }
}

/// How much stack a step may take.
const STACK_LEFT: usize = 128 << 10;
/// How much more is taken where less is left.
const STACK_MORE: usize = 8 << 20;

//! A running evaluation: evaluates further texts, and makes values.

use super::{Error, Value};
use crate::bytecode::ChunkKind;
use crate::errors::Failure;
use crate::primop::{GeneratorContext, PrimopFuture, Primops};
use crate::source::Origin;
use crate::state::State;
use crate::value;
use crate::vm::Vm;

/// A running evaluation. All values of an evaluation share its memory, which is freed when the evaluation ends.
#[derive(Clone, Copy)]
pub struct Scope<'e> {
    pub(crate) state: &'e State<'e>,
    pub(crate) primops: Primops<'e>,
}

impl<'e> Scope<'e> {
    pub(super) fn new(state: &'e State<'e>, primops: Primops<'e>) -> Self {
        Scope { state, primops }
    }

    /// Evaluates an expression to weak head normal form.
    ///
    /// # Errors
    /// The text is not Nix, evaluating it fails, or a budget runs out.
    pub fn evaluate(self, text: impl AsRef<[u8]>) -> Result<Value<'e>, Error> {
        self.lazy(text)?.force()
    }

    /// Parses an expression, and leaves it to be evaluated when something looks at it.
    ///
    /// # Errors
    /// The text is not Nix.
    pub fn lazy(self, text: impl AsRef<[u8]>) -> Result<Value<'e>, Error> {
        self.wrap(self.compiled(text.as_ref(), None))
    }

    /// Like [`Scope::lazy`], with the attributes of `variables` as further variables.
    #[cfg(feature = "repl")]
    pub(crate) fn lazy_in(self, text: &str, variables: &[(String, Value<'e>)]) -> Result<Value<'e>, Error> {
        let named = self.attrs(variables.iter().map(|(name, value)| (name, *value)))?;
        let value::Value::Attrs(attrs) = named.slot else { unreachable!("a set was made") };
        self.wrap(self.compiled(text.as_bytes(), Some(attrs)))
    }

    /// The value of a file, or of the `default.nix` of a folder; not evaluated before something looks at it. Each file
    /// is evaluated once, however often it is asked for or imported.
    ///
    /// # Errors
    /// The file cannot be read, or is not Nix.
    pub fn import(self, path: impl AsRef<std::path::Path>) -> Result<Value<'e>, Error> {
        let path = crate::io::native::bytes(path.as_ref().as_os_str());
        let imported = || {
            let path = crate::io::paths::absolute(path, &self.state.world.current_dir);
            self.state.import(&self.state.resolve_import(&path)?)
        };
        self.wrap(imported())
    }

    /// A thunk of a text, with the attributes of `variables` as further variables.
    fn compiled(self, text: &[u8], variables: Option<&'e value::Attrs<'e>>) -> Result<value::Value<'e>, Failure> {
        let state = self.state;
        let source = state.add_source(Origin::Text, text.to_vec())?;
        let chunk = state.compile_source(&source, &state.world.current_dir, ChunkKind::Root, variables)?;
        Ok(state.thunk_of_chunk(chunk))
    }

    /// `null`
    pub fn null(self) -> Value<'e> {
        Value::new(self, value::Value::Null)
    }

    /// A boolean.
    pub fn bool(self, value: bool) -> Value<'e> {
        Value::new(self, value::Value::Bool(value))
    }

    /// An integer.
    pub fn int(self, value: i64) -> Value<'e> {
        Value::new(self, value::Value::Int(value))
    }

    /// A float.
    pub fn float(self, value: f64) -> Value<'e> {
        Value::new(self, value::Value::Float(value))
    }

    /// A string without context.
    ///
    /// # Errors
    /// It contains a NUL, which no string of Nix can; or it is larger than the budget of heap bytes.
    pub fn string(self, text: impl AsRef<[u8]>) -> Result<Value<'e>, Error> {
        let text = text.as_ref();
        if text.contains(&0) {
            return Err(Error::new("a string of Nix cannot contain a NUL byte"));
        }
        self.wrap(self.state.reserve(text.len()).map(|()| self.state.string(text)))
    }

    /// A list of values, which need not be evaluated.
    ///
    /// # Errors
    /// It is larger than the budget of heap bytes.
    pub fn list(self, items: impl IntoIterator<Item = Value<'e>>) -> Result<Value<'e>, Error> {
        let slots: Vec<_> = items.into_iter().map(|item| item.slot).collect();
        self.wrap(self.state.reserve(slots.len().saturating_mul(16)).map(|()| self.state.list(&slots)))
    }

    /// An attribute set of values, which need not be evaluated. Of equal names the last one counts.
    ///
    /// # Errors
    /// It is larger than the budget of heap bytes.
    pub fn attrs<Name: AsRef<[u8]>>(
        self,
        attrs: impl IntoIterator<Item = (Name, Value<'e>)>,
    ) -> Result<Value<'e>, Error> {
        let intern = |name: Name| self.state.symbols.intern(name.as_ref());
        let mut slots: Vec<_> = attrs.into_iter().map(|(name, value)| (intern(name), value.slot)).collect();
        slots.reverse();
        slots.sort_by_key(|(name, _)| *name);
        slots.dedup_by_key(|(name, _)| *name);
        self.wrap(self.state.reserve(slots.len().saturating_mul(16)).map(|()| self.state.attrs(slots)))
    }

    pub(crate) fn wrap(self, result: Result<value::Value<'e>, Failure>) -> Result<Value<'e>, Error> {
        match result {
            Ok(slot) => Ok(Value::new(self, slot)),
            Err(failure) => Err(Error::from_failure(self.state, &failure)),
        }
    }

    /// Forces a slot on a machine of its own. A builtin of the host may do this while another machine waits for it, so
    /// there may be any number of them on the native stack, which grows where needed; call depth bounds them.
    pub(super) fn force(self, slot: value::Value<'e>) -> Result<value::Value<'e>, Failure> {
        match slot.forced() {
            Some(value) => Ok(value),
            None => self.on_machine(|vm| vm.force(slot)),
        }
    }

    /// Runs a computation on a machine of its own.
    pub(super) fn run<F>(self, start: F) -> Result<value::Value<'e>, Failure>
    where
        F: FnOnce(GeneratorContext<'e>) -> PrimopFuture<'e>,
    {
        self.on_machine(|vm| vm.run_generator(start))
    }

    fn on_machine(
        self,
        run: impl FnOnce(&mut Vm<'e>) -> Result<value::Value<'e>, Failure>,
    ) -> Result<value::Value<'e>, Failure> {
        let machine = || run(&mut Vm::new(self.state, self.primops));
        self.state.with_stack(machine)?
    }
}

//! Builtins of the contexts of strings.

use std::collections::BTreeMap;

use super::{Builtin, store};
use crate::definition::{
    coerce::Coercion,
    machine::Machine,
    value::{Attrs, Context, Element, Outcome, Slot, Value, error},
};

pub(super) const ALL: &[Builtin] = &[
    Builtin::new("hasContext", 1, |m, args| {
        let mut context = Context::new();
        m.force_text(args[0], &mut context)?;
        Ok(Value::Bool(!context.is_empty()))
    }),
    Builtin::new("unsafeDiscardStringContext", 1, |m, args| {
        let text = m.coerced(args[0], &mut Context::new(), Coercion::STORING)?;
        Ok(Value::text(text))
    }),
    Builtin::new("unsafeDiscardOutputDependency", 1, |m, args| {
        let mut context = Context::new();
        let text = m.coerced(args[0], &mut context, Coercion::STORING)?;
        let plain = context.into_iter().map(|element| match element {
            Element::Deep(path) => Element::Plain(path),
            other => other,
        });
        Ok(Value::text_in(text, plain.collect()))
    }),
    Builtin::new("addDrvOutputDependencies", 1, |m, args| {
        let mut context = Context::new();
        let text = m.coerced(args[0], &mut context, Coercion::STORING)?;
        if context.len() != 1 {
            let message = [b"context of string '", &*text, b"' must have exactly one element, but has "].concat();
            return Err(error(message));
        }
        let deep = match context.into_iter().next() {
            Some(Element::Plain(path)) if !path.ends_with(".drv") => {
                return Err(error(format!("path '/nix/store/{path}' is not a derivation")));
            }
            Some(Element::Plain(path) | Element::Deep(path)) => Element::Deep(path),
            Some(Element::Output { output, .. }) => {
                return Err(error(format!(
                    "`addDrvOutputDependencies` can only act on derivations, not on a derivation output such as \
                     '{output}'"
                )));
            }
            None => return Err(error("a context without elements")),
        };
        Ok(Value::text_in(text, Context::from([deep])))
    }),
    Builtin::new("getContext", 1, |m, args| {
        let mut context = Context::new();
        m.force_text(args[0], &mut context)?;
        let mut all: BTreeMap<String, Information> = BTreeMap::new();
        for element in context {
            match element {
                Element::Plain(path) => all.entry(path).or_default().path = true,
                Element::Deep(path) => all.entry(path).or_default().all_outputs = true,
                Element::Output { derivation, output } => all.entry(derivation).or_default().outputs.push(output),
            }
        }
        let [path, all_outputs, outputs] =
            ["path", "allOutputs", "outputs"].map(|name| m.names.intern(name.as_bytes()));
        let mut attrs = Attrs::new();
        for (store_path, information) in all {
            let mut inner = Attrs::new();
            if information.path {
                inner.insert(path, m.ready(Value::Bool(true)));
            }
            if information.all_outputs {
                inner.insert(all_outputs, m.ready(Value::Bool(true)));
            }
            if !information.outputs.is_empty() {
                let names = m.list_of(information.outputs.into_iter().map(Value::text));
                inner.insert(outputs, m.ready(names));
            }
            let name = m.names.intern(format!("/nix/store/{store_path}").as_bytes());
            attrs.insert(name, m.ready(Value::Attrs(inner.into())));
        }
        Ok(Value::Attrs(attrs.into()))
    }),
    Builtin::new("appendContext", 2, append),
];

#[derive(Default)]
struct Information {
    path: bool,
    all_outputs: bool,
    outputs: Vec<String>,
}

fn append(m: &mut Machine, args: &[Slot]) -> Outcome<Value> {
    let mut context = Context::new();
    let text = m.force_text(args[0], &mut context)?;
    let attrs = m.force_attrs(args[1])?;
    let [path, all_outputs, outputs] = ["path", "allOutputs", "outputs"].map(|name| m.names.intern(name.as_bytes()));
    for (name, information) in &*attrs {
        let name = m.names.text(*name);
        let Some(store_path) = store::store_path(&name) else {
            return Err(error([b"context key '", &*name, b"' is not a store path"].concat()));
        };
        let information = m.force_attrs(*information)?;
        let is_derivation = store_path.ends_with(".drv");
        if let Some(slot) = information.get(&path)
            && m.force_bool(*slot)?
        {
            context.insert(Element::Plain(store_path.clone()));
        }
        if let Some(slot) = information.get(&all_outputs)
            && m.force_bool(*slot)?
        {
            if !is_derivation {
                return Err(error([b"tried to add all-outputs context of ", &*name].concat()));
            }
            context.insert(Element::Deep(store_path.clone()));
        }
        if let Some(slot) = information.get(&outputs) {
            let names = m.force_list(*slot)?;
            if !names.is_empty() && !is_derivation {
                return Err(error([b"tried to add derivation output context of ", &*name].concat()));
            }
            for output in &*names {
                let output = String::from_utf8_lossy(&m.force_plain(*output)?).into_owned();
                context.insert(Element::Output { derivation: store_path.clone(), output });
            }
        }
    }
    Ok(Value::text_in(text, context))
}

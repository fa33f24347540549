//! What a profile calls a call.

use std::path::Path;

use super::recorder::{Call, Tree};
use crate::source::{Pos, SourceMap};
use crate::symbols::SymbolTable;
use crate::vm::Called;

/// What positions and names are looked up in.
#[derive(Clone, Copy)]
pub struct Names<'n> {
    pub sources: &'n SourceMap,
    pub symbols: &'n SymbolTable,
    pub tree: &'n Tree,
}

/// A function, whoever calls it. Stacks of functions are what people look at.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Function {
    /// What it is called.
    pub name: String,
    /// The file that it is in; of a builtin, none.
    pub file: Option<String>,
    /// Its line in that file, from 1; 0 if it is in none.
    pub line: usize,
    /// Its column, from 1; 0 if it is in none.
    pub column: usize,
}

impl Function {
    /// What it is called, with where it is.
    pub fn label(&self) -> String {
        match &self.file {
            Some(file) => {
                let file = Path::new(file).file_name().map_or_else(|| file.clone(), |it| it.to_string_lossy().into());
                format!("{} ({file}:{}:{})", self.name, self.line, self.column)
            }
            None => self.name.clone(),
        }
    }
}

impl Names<'_> {
    /// A place as the reference prints it; nothing where it has no source.
    fn place(&self, pos: Pos) -> Option<String> {
        Some(String::from_utf8_lossy(&self.sources.place(pos)?.describe()).into_owned())
    }

    fn place_or_none(&self, pos: Pos) -> String {
        self.place(pos).unwrap_or_else(|| "«none»:0".to_owned())
    }

    fn derivation(&self, call: &Call) -> Option<String> {
        let name = self.tree.derivations.get(call.derivation? as usize)?;
        Some(String::from_utf8_lossy(name).into_owned())
    }

    /// A call as the reference's profiles name it.
    pub fn as_reference(&self, call: &Call) -> String {
        let place = self.place(call.pos);
        match call.called {
            Called::Function { lambda, name } => {
                let mut text = place.unwrap_or_else(|| self.place_or_none(lambda));
                if let Some(name) = name {
                    text.push(':');
                    text.push_str(&String::from_utf8_lossy(self.symbols.name(name)));
                }
                text
            }
            Called::Builtin(name) => {
                let place = place.map(|place| place + ":").unwrap_or_default();
                let derivation = self.derivation(call).map(|name| format!(":{name}")).unwrap_or_default();
                format!("{place}primop {name}{derivation}")
            }
            Called::Functor(defined) => format!("{}:functor", place.unwrap_or_else(|| self.place_or_none(defined))),
            Called::Unknown => self.place_or_none(call.pos),
        }
    }

    /// The function that was called.
    pub fn function(&self, call: &Call) -> Function {
        let at = |name: String, pos: Pos| match self.sources.place(pos) {
            Some(place) => {
                let mut file = place.describe();
                let (line, column) = (place.line, place.column);
                file.truncate(file.len() - format!(":{line}:{column}").len());
                Function { name, file: Some(String::from_utf8_lossy(&file).into_owned()), line, column }
            }
            None => Function { name, file: None, line: 0, column: 0 },
        };
        match call.called {
            Called::Function { lambda, name } => {
                let name = name.map(|name| String::from_utf8_lossy(self.symbols.name(name)).into_owned());
                at(name.unwrap_or_else(|| "anonymous lambda".to_owned()), lambda)
            }
            Called::Builtin(name) => {
                let derivation = self.derivation(call).map(|name| format!(" {name}")).unwrap_or_default();
                Function { name: format!("builtins.{name}{derivation}"), file: None, line: 0, column: 0 }
            }
            Called::Functor(defined) => at("__functor".to_owned(), defined),
            Called::Unknown => at("what is not evaluated".to_owned(), call.pos),
        }
    }
}

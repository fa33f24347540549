//! Builds attribute sets: attribute paths, `inherit`, and merging of sets that are defined piece by piece.

use bumpalo::collections::Vec as ArenaVec;
use smallvec::SmallVec;

use super::{Actions, Reduced, Value};
use crate::errors::Error;
use crate::errors::highlight::hint;
use crate::lexer::Lexer;
use crate::print;
use crate::source::Pos;
use crate::symbols::Symbol;
use crate::symbols::known;
use crate::tree::{AttrDef, AttrKind, AttrName, Bindings, DynamicAttrDef, Expr, ExprId};

/// From this size on, a set under construction is indexed by hash, and sorted when the source has been parsed.
/// Inserting into the middle of a set with tens of thousands of attributes would move too much.
const LARGE: usize = 32;

/// A set that is being merged into another of the same name.
struct Merge<'t> {
    into: ExprId,
    from: ExprId,
    attrs: <ArenaVec<'t, AttrDef> as IntoIterator>::IntoIter,
}

impl<'t> Actions<'_, 't> {
    pub(super) fn new_set(&mut self, pos: Pos) -> ExprId {
        let bump = self.tree.bump();
        self.tree.add(Expr::Attrs(bump.alloc(Bindings::new(bump, pos))))
    }

    pub(super) fn close_set(&mut self, set: ExprId, recursive: bool, pos: Pos) -> ExprId {
        let bindings = self.bindings(set);
        bindings.recursive = recursive;
        bindings.pos = pos;
        set
    }

    pub(super) fn bindings(&mut self, set: ExprId) -> &mut Bindings<'t> {
        match self.tree.get_mut(set) {
            Expr::Attrs(bindings) => bindings,
            other => unreachable!("the grammar puts bindings here, not {other:?}"),
        }
    }

    fn is_set(&self, expr: ExprId) -> bool {
        matches!(self.tree.get(expr), Expr::Attrs(_))
    }

    pub(super) fn sort_large_sets(&mut self) {
        for (set, _) in std::mem::take(&mut self.large_sets) {
            if let Expr::Attrs(bindings) | Expr::Let { bindings, .. } = self.tree.get_mut(set) {
                bindings.attrs.sort_unstable_by_key(|attr| attr.name);
            }
        }
    }

    fn find(&mut self, set: ExprId, name: Symbol) -> Option<AttrDef> {
        let Expr::Attrs(bindings) = self.tree.get(set) else { return None };
        if bindings.attrs.len() <= LARGE {
            return bindings.find(name).ok().map(|index| bindings.attrs[index]);
        }
        let index = self.large_sets.entry(set).or_insert_with(|| {
            bindings.attrs.iter().enumerate().map(|(index, attr)| (attr.name, index as u32)).collect()
        });
        index.get(&name).map(|index| bindings.attrs[*index as usize])
    }

    /// Adds an attribute that is not there yet.
    fn insert(&mut self, set: ExprId, attr: AttrDef) {
        let bindings = self.bindings(set);
        if bindings.attrs.len() <= LARGE {
            if let Err(index) = bindings.find(attr.name) {
                bindings.attrs.insert(index, attr);
            }
            return;
        }
        let index = bindings.attrs.len() as u32;
        bindings.attrs.push(attr);
        if let Some(known) = self.large_sets.get_mut(&set) {
            known.insert(attr.name, index);
        }
    }

    fn already_defined(&self, name: &[u8], pos: Pos, before: Pos) -> Box<Error> {
        let place = self.sources.place(before).map(|place| place.describe()).unwrap_or_default();
        self.error(pos, hint("attribute '{}' already defined at {}", &[name, &place]))
    }

    fn already_defined_path(&self, path: &[AttrName], pos: Pos, before: Pos) -> Box<Error> {
        self.already_defined(&print::attr_path(&self.tree, path, self.symbols), pos, before)
    }

    pub(super) fn take_attr_path(&mut self, start: usize) -> &'t [AttrName] {
        let path = self.tree.bump().alloc_slice_copy(&self.attr_path[start..]);
        self.attr_path.truncate(start);
        path
    }

    /// A name; `${"text"}`, with whatever parentheses, is one too.
    pub(super) fn string_attr(&self, value: Value, lexer: &Lexer<'_>) -> AttrName {
        match value {
            Value::Text(text) => AttrName::Static(self.intern(lexer, text)),
            Value::Expr(expr) => match self.tree.get(expr) {
                Expr::String(text) => AttrName::Static(self.symbols.intern(text)),
                _ => AttrName::Dynamic(expr),
            },
            Value::Or => AttrName::Static(known::OR),
            _ => AttrName::Static(known::EMPTY),
        }
    }

    /// `path = value;`
    pub(super) fn bind(&mut self, set: ExprId, path: usize, pos: Pos, value: ExprId) -> Result<(), Box<Error>> {
        let mut path: SmallVec<[AttrName; 8]> = self.attr_path.drain(path..).collect();
        let mut set = set;
        for index in 0..path.len() - 1 {
            set = match path[index] {
                AttrName::Static(name) => match self.find(set, name) {
                    Some(known) if self.is_set(known.value) => known.value,
                    Some(known) => return Err(self.already_defined_path(&path[..=index], pos, known.pos)),
                    None => {
                        let value = self.new_set(Pos::NONE);
                        self.insert(set, AttrDef { name, kind: AttrKind::Plain, value, pos });
                        value
                    }
                },
                AttrName::Dynamic(name) => {
                    let value = self.new_set(Pos::NONE);
                    self.bindings(set).dynamic.push(DynamicAttrDef { name, value, pos });
                    value
                }
            };
        }
        match path[path.len() - 1] {
            AttrName::Static(name) => {
                let attr = AttrDef { name, kind: AttrKind::Plain, value, pos };
                self.insert_or_merge(set, attr, &mut path)
            }
            AttrName::Dynamic(name) => {
                self.bindings(set).dynamic.push(DynamicAttrDef { name, value, pos });
                Ok(())
            }
        }
    }

    /// Adds an attribute. If it exists already and both values are written as sets, the later set's attributes are
    /// merged into the earlier one, in symbol order and recursively.
    fn insert_or_merge(
        &mut self,
        set: ExprId,
        attr: AttrDef,
        path: &mut SmallVec<[AttrName; 8]>,
    ) -> Result<(), Box<Error>> {
        let mut merges: Vec<Merge<'t>> = Vec::new();
        let (mut set, mut attr) = (set, attr);
        loop {
            match self.find(set, attr.name) {
                None => {
                    self.insert(set, attr);
                    self.name_lambda(attr.value, attr.name);
                }
                Some(known) if self.is_set(known.value) && self.is_set(attr.value) => {
                    let none = ArenaVec::new_in(self.tree.bump());
                    let mut attrs = std::mem::replace(&mut self.bindings(attr.value).attrs, none);
                    if self.large_sets.remove(&attr.value).is_some() || attrs.len() > LARGE {
                        attrs.sort_unstable_by_key(|attr| attr.name);
                    }
                    merges.push(Merge { into: known.value, from: attr.value, attrs: attrs.into_iter() });
                    path.push(AttrName::Static(attr.name));
                }
                Some(known) => {
                    return Err(self.already_defined_path(path, attr.pos, known.pos));
                }
            }
            loop {
                let Some(merge) = merges.last_mut() else { return Ok(()) };
                // The last name is that of the attribute before.
                path.pop();
                if let Some(next) = merge.attrs.next() {
                    (set, attr) = (merge.into, next);
                    path.push(AttrName::Static(attr.name));
                    break;
                }
                let (into, from) = (merge.into, merge.from);
                merges.pop();
                let none = Bindings::new(self.tree.bump(), Pos::NONE);
                let rest = std::mem::replace(self.bindings(from), none);
                let bindings = self.bindings(into);
                bindings.dynamic.extend(rest.dynamic);
                bindings.inherit_from.extend(rest.inherit_from);
            }
            if attr.kind == AttrKind::InheritedFrom {
                self.shift_inherit_from(attr.value, set);
            }
        }
    }

    /// Renumbers the source of an `inherit (…)` in a merged set: it comes after the sources of the other set. As in the
    /// reference, all names of one `inherit` share the node and each shifts it once, so that several names may end up
    /// with a later source than their own.
    fn shift_inherit_from(&mut self, value: ExprId, into: ExprId) {
        let sources = self.bindings(into).inherit_from.len() as u32;
        let Expr::Select { subject, .. } = *self.tree.get(value) else { return };
        if let Expr::InheritFrom { index, .. } = self.tree.get_mut(subject) {
            *index += sources;
        }
        self.shifted_inherit_from = true;
    }

    /// Bounds shifted sources. Where shifting led beyond the last source, the reference reads out of bounds; here the
    /// last source is used.
    pub(super) fn bound_inherit_from(&mut self) {
        if !self.shifted_inherit_from {
            return;
        }
        let mut last_sources = Vec::new();
        for expr in self.tree.iter() {
            let (Expr::Attrs(bindings) | Expr::Let { bindings, .. }) = expr else { continue };
            for attr in bindings.attrs.iter().filter(|attr| attr.kind == AttrKind::InheritedFrom) {
                if let Expr::Select { subject, .. } = self.tree.get(attr.value) {
                    last_sources.push((*subject, bindings.inherit_from.len().saturating_sub(1) as u32));
                }
            }
        }
        for (subject, last) in last_sources {
            if let Expr::InheritFrom { index, .. } = self.tree.get_mut(subject) {
                *index = last.min(*index);
            }
        }
    }

    /// `inherit name …;`
    pub(super) fn inherit(&mut self, set: ExprId, names: usize) -> Reduced {
        for index in names..self.attr_names.len() {
            let (name, pos) = self.attr_names[index];
            if let Some(known) = self.find(set, name) {
                return Err(self.already_defined(&print::identifier(self.symbols.name(name)), pos, known.pos));
            }
            let value = self.tree.add(Expr::Var { name, pos });
            self.insert(set, AttrDef { name, kind: AttrKind::Inherited, value, pos });
        }
        self.attr_names.truncate(names);
        Ok(Value::Expr(set))
    }

    /// `inherit (from) name …;`
    pub(super) fn inherit_from(&mut self, set: ExprId, from: ExprId, from_pos: Pos, names: usize) -> Reduced {
        let bindings = self.bindings(set);
        bindings.inherit_from.push(from);
        let index = bindings.inherit_from.len() as u32 - 1;
        let subject = self.tree.add(Expr::InheritFrom { index, pos: from_pos });
        for index in names..self.attr_names.len() {
            let (name, pos) = self.attr_names[index];
            if let Some(known) = self.find(set, name) {
                return Err(self.already_defined(&print::identifier(self.symbols.name(name)), pos, known.pos));
            }
            let path = self.tree.bump().alloc_slice_copy(&[AttrName::Static(name)]);
            let value = self.tree.add(Expr::Select { subject, path, default: None, pos });
            self.insert(set, AttrDef { name, kind: AttrKind::InheritedFrom, value, pos });
        }
        self.attr_names.truncate(names);
        Ok(Value::Expr(set))
    }
}

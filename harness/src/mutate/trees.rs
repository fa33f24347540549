//! A cache of trees of programs that were read or made lately. A fuzzer comes back to the same entries again and again,
//! and reading a program takes several times as long as evaluating it.

use std::{
    cell::RefCell,
    collections::{HashMap, VecDeque},
    rc::Rc,
    str,
};

use crate::program::{Expr, read::read as read_tree};

/// How many are kept: more than a corpus has entries that are chosen often.
const MOST: usize = 8192;

thread_local! {
    static TREES: RefCell<Trees> = RefCell::default();
}

#[derive(Default)]
struct Trees {
    by_source: HashMap<Rc<[u8]>, Option<Rc<Expr>>>,
    /// The oldest first.
    sources: VecDeque<Rc<[u8]>>,
}

/// The tree of a source; nothing where it is no program.
pub fn read(source: &[u8]) -> Option<Rc<Expr>> {
    if let Some(tree) = TREES.with_borrow(|trees| trees.by_source.get(source).cloned()) {
        return tree;
    }
    let tree = str::from_utf8(source).ok().and_then(|source| read_tree(source).ok()).map(Rc::new);
    TREES.with_borrow_mut(|trees| trees.insert(source, tree.clone()));
    tree
}

/// Keeps the tree of a source that was written from it.
pub fn keep(source: &[u8], tree: Expr) {
    TREES.with_borrow_mut(|trees| trees.insert(source, Some(Rc::new(tree))));
}

impl Trees {
    fn insert(&mut self, source: &[u8], tree: Option<Rc<Expr>>) {
        let source: Rc<[u8]> = source.into();
        if self.by_source.insert(source.clone(), tree).is_none() {
            self.sources.push_back(source);
        }
        if self.sources.len() > MOST
            && let Some(oldest) = self.sources.pop_front()
        {
            self.by_source.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_what_would_be_read_and_no_more_than_that() {
        let check = |source: &str| {
            let first = read(source.as_bytes());
            assert_eq!(first, read_tree(source).ok().map(Rc::new), "{source}");
            assert_eq!(first, read(source.as_bytes()), "{source}");
        };
        check("let a = 1; in a");
        check("let a = 1; in");
        keep(b"[ 1 ]", read_tree("[ 1 ]").unwrap());
        check("[ 1 ]");
        for number in 0..MOST + 10 {
            keep(number.to_string().as_bytes(), Expr::Integer(number as u64));
        }
        TREES.with_borrow(|trees| assert_eq!((trees.by_source.len(), trees.sources.len()), (MOST, MOST)));
        check("let a = 1; in a");
    }
}

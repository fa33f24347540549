//! `builtins.genericClosure`: everything that can be reached from a start set, each key once.
//!
//! Keys are kept in a red-black tree like that of the reference's standard library. Its shape is observable: it decides
//! with which keys a new one is compared, and so which comparison fails first and what is forced.

use std::collections::VecDeque;

use super::attributes::required;
use super::demand;
use crate::compare;
use crate::errors::Failure;
use crate::errors::highlight::hint;
use crate::primop::{Answer, GeneratorContext};
use crate::primop::{Arguments, Expectation};
use crate::print;
use crate::state::State;
use crate::symbols::known;
use crate::value::{Attrs, Value};

builtins! {
    /// The elements of `startSet`, and what `operator` gives for each element found; of elements with equal `key` only
    /// the first one counts.
    "genericClosure"(attrset) [
        0: Attrs "while evaluating the first argument passed to builtins.genericClosure"
    ] => generator generic_closure;
}

const ARGUMENT: &str = "in the attrset passed as argument to builtins.genericClosure";

/// A line of trace that ends with an element.
fn about<'h>(state: &State<'h>, doing: Vec<u8>, element: Value<'h>) -> Vec<u8> {
    let mut message = doing;
    print::error_value(state, element, &mut message);
    message
}

async fn generic_closure<'h>(machine: GeneratorContext<'h>, arguments: Arguments<'h>) -> Answer<'h> {
    let state = machine.state;
    let attrs = demand::attrs(arguments[0]);
    let start = required(state, attrs, known::START_SET, ARGUMENT)?.value();
    let context = "while evaluating the 'startSet' attribute passed as argument to builtins.genericClosure";
    let start = demand::force(&machine, start, Expectation::List, context).await?;
    let mut open: VecDeque<Value<'h>> = demand::list(start).items().iter().collect();
    if open.is_empty() {
        return Ok(start);
    }
    let operator = required(state, attrs, known::OPERATOR, ARGUMENT)?.value();
    let context = "while evaluating the 'operator' attribute passed as argument to builtins.genericClosure";
    let operator = demand::force(&machine, operator, Expectation::Function, context).await?;

    let mut keys = Keys::default();
    let mut held = state.heap.hold();
    while let Some(element) = open.pop_front() {
        state.hold(
            &mut held,
            keys.nodes.capacity() * size_of::<Node<'h>>() + open.capacity() * size_of::<Value<'h>>(),
        )?;
        let key = match element_key(&machine, element).await {
            Ok(key) => key,
            Err(failure) => {
                let message = about(state, b"in genericClosure element ".to_vec(), element);
                failure.add_unplaced_trace(message);
                return Err(failure);
            }
        };
        fault!(61, _ = machine.force(key).await?, ());
        match keys.insert(&machine, key, element).await {
            Ok(true) => {}
            Ok(false) => continue,
            Err(failure) => {
                match keys.first_incomparable(&machine, key).await {
                    Some(other) => {
                        failure.add_unplaced_trace(about(state, b"with element ".to_vec(), other));
                        failure.add_unplaced_trace(about(state, b"while comparing element ".to_vec(), element));
                    }
                    None => {
                        let message = about(state, b"while checking key of element ".to_vec(), element);
                        failure.add_unplaced_trace(message);
                    }
                }
                return Err(failure);
            }
        }
        if let Err(failure) = follow(&machine, operator, element, &mut open).await {
            let name = state.printed_name(known::OPERATOR);
            let message = about(state, hint("while calling {} on genericClosure element ", &[&name]), element);
            failure.add_unplaced_trace(message);
            return Err(failure);
        }
    }
    // A key is added exactly where its element is: the nodes are in the order of the result.
    let elements = keys.nodes.iter().map(|node| node.element);
    Ok(crate::value::List::collect(state.heap, elements))
}

/// The slot of an element's key.
async fn element_key<'h>(machine: &GeneratorContext<'h>, element: Value<'h>) -> Answer<'h> {
    let attrs: &Attrs<'h> = demand::attrs(demand::force(machine, element, Expectation::Attrs, "").await?);
    required(machine.state, attrs, known::KEY, "").map(|attr| attr.value())
}

/// Calls the operator on an element, and queues the elements that it returns.
async fn follow<'h>(
    machine: &GeneratorContext<'h>,
    operator: Value<'h>,
    element: Value<'h>,
    open: &mut VecDeque<Value<'h>>,
) -> Result<(), Failure> {
    let context = "while evaluating the return value of the `operator` passed to builtins.genericClosure";
    let found = machine.call(operator, element).await?;
    for slot in demand::list(demand::check(machine.state, found, found, Expectation::List, context)?).items() {
        machine.force(slot).await?;
        open.push_back(slot);
    }
    Ok(())
}

/// Whether one key is less than another.
async fn less<'h>(machine: &GeneratorContext<'h>, left: Value<'h>, right: Value<'h>) -> Result<bool, Failure> {
    if let (Some(a), Some(b)) = (left.forced(), right.forced())
        && let Some(less) = compare::less_without_suspending(a, b)
    {
        return Ok(less);
    }
    compare::less_than(machine, left, right).await
}

/// A key, with its element. Children and parent are indices into [`Keys::nodes`].
struct Node<'h> {
    key: Value<'h>,
    element: Value<'h>,
    children: [Option<u32>; 2],
    parent: Option<u32>,
    is_red: bool,
}

/// The keys found so far, as a red-black tree: a red node has no red child, and every path to a leaf has equally many
/// black nodes.
#[derive(Default)]
struct Keys<'h> {
    nodes: Vec<Node<'h>>,
    root: Option<u32>,
}

const LEFT: usize = 0;
const RIGHT: usize = 1;

impl<'h> Keys<'h> {
    fn node(&self, index: u32) -> &Node<'h> {
        &self.nodes[index as usize]
    }

    fn node_mut(&mut self, index: u32) -> &mut Node<'h> {
        &mut self.nodes[index as usize]
    }

    /// Adds a key; whether it is new.
    async fn insert(
        &mut self,
        machine: &GeneratorContext<'h>,
        key: Value<'h>,
        element: Value<'h>,
    ) -> Result<bool, Failure> {
        let (mut parent, mut side) = (None, LEFT);
        // The last key that the new one is not less than: if that is not less either, the two are the same.
        let mut predecessor = None;
        let mut next = self.root;
        while let Some(index) = next {
            parent = next;
            side = if less(machine, key, self.node(index).key).await? { LEFT } else { RIGHT };
            if side == RIGHT {
                predecessor = next;
            }
            next = self.node(index).children[side];
        }
        if let Some(index) = predecessor
            && !less(machine, self.node(index).key, key).await?
        {
            return Ok(false);
        }
        let index = self.nodes.len() as u32;
        self.nodes.push(Node { key, element, children: [None, None], parent, is_red: true });
        match parent {
            Some(parent) => self.node_mut(parent).children[side] = Some(index),
            None => self.root = Some(index),
        }
        self.balance(index);
        Ok(true)
    }

    /// Rebalances the tree above a red node that was added.
    fn balance(&mut self, mut index: u32) {
        while let Some(mut parent) = self.node(index).parent.filter(|parent| self.node(*parent).is_red) {
            let Some(grandparent) = self.node(parent).parent else { break };
            let side = usize::from(self.node(grandparent).children[RIGHT] == Some(parent));
            let other = 1 - side;
            match self.node(grandparent).children[other].filter(|uncle| self.node(*uncle).is_red) {
                Some(uncle) => {
                    self.node_mut(parent).is_red = false;
                    self.node_mut(uncle).is_red = false;
                    self.node_mut(grandparent).is_red = true;
                    index = grandparent;
                }
                None => {
                    if self.node(parent).children[other] == Some(index) {
                        self.rotate(parent, side);
                        (index, parent) = (parent, index);
                    }
                    self.node_mut(parent).is_red = false;
                    self.node_mut(grandparent).is_red = true;
                    self.rotate(grandparent, other);
                    debug_assert_eq!(self.node(index).parent, Some(parent));
                }
            }
        }
        if let Some(root) = self.root {
            self.node_mut(root).is_red = false;
        }
    }

    /// Rotates a node down to `side`; its child of the other side takes its place.
    fn rotate(&mut self, index: u32, side: usize) {
        let other = 1 - side;
        let Some(child) = self.node(index).children[other] else { return };
        let inner = self.node(child).children[side];
        self.node_mut(index).children[other] = inner;
        if let Some(inner) = inner {
            self.node_mut(inner).parent = Some(index);
        }
        let parent = self.node(index).parent;
        self.node_mut(child).parent = parent;
        match parent {
            None => self.root = Some(child),
            Some(parent) => {
                let from = usize::from(self.node(parent).children[RIGHT] == Some(index));
                self.node_mut(parent).children[from] = Some(child);
            }
        }
        self.node_mut(child).children[side] = Some(index);
        self.node_mut(index).parent = Some(child);
    }

    /// The element of the smallest key that cannot be compared with `key`.
    async fn first_incomparable(&self, machine: &GeneratorContext<'h>, key: Value<'h>) -> Option<Value<'h>> {
        let mut above = Vec::new();
        let mut next = self.root;
        loop {
            while let Some(index) = next {
                above.push(index);
                next = self.node(index).children[LEFT];
            }
            let node = self.node(above.pop()?);
            if less(machine, key, node.key).await.is_err() {
                return Some(node.element);
            }
            next = node.children[RIGHT];
        }
    }
}

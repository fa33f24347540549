//! Stacks of a profile, as text with one stack a line, and as a flame graph.

use std::collections::HashMap;
use std::fmt::Write as _;

use super::calls::{Function, Names};
use super::recorder::{Call, Tree};

/// The samples as the reference writes them: calls from the outermost on, with `;` between them, and how many samples
/// there were. The reference sorts lines by addresses; here they are in the order in which stacks came to be.
pub fn sampled(names: Names<'_>) -> String {
    let tree = names.tree;
    let mut text = String::new();
    for (index, node) in tree.nodes.iter().enumerate().filter(|(_, node)| node.samples > 0) {
        let shown: Vec<String> = calls(tree, index).iter().map(|call| names.as_reference(call)).collect();
        let _ = writeln!(text, "{} {}", shown.join(";"), node.samples);
    }
    text
}

/// The calls of a stack, outermost first.
fn calls(tree: &Tree, mut index: usize) -> Vec<Call> {
    let mut stack = Vec::new();
    while let Some(call) = tree.nodes[index].call {
        stack.push(call);
        index = tree.nodes[index].parent;
    }
    stack.reverse();
    stack
}

/// What was measured of a stack of functions, without what is above it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// How often it was called.
    pub calls: u64,
    /// Nanoseconds.
    pub time: u64,
    /// Bytes.
    pub bytes: u64,
}

impl Cost {
    /// Adds another.
    pub fn add(&mut self, other: Cost) {
        self.calls += other.calls;
        self.time += other.time;
        self.bytes += other.bytes;
    }
}

/// All stacks of functions with their costs. Functions are numbers into the first list.
#[derive(Debug, Default)]
pub struct Stacks {
    /// The functions; the first is the evaluation as a whole.
    pub functions: Vec<Function>,
    /// Stacks, outermost function first, each once.
    pub stacks: Vec<(Vec<usize>, Cost)>,
}

impl Stacks {
    /// Those of a profile: calls of one function from different places are one.
    pub fn of(names: Names<'_>) -> Stacks {
        let tree = names.tree;
        let whole = Function { name: "evaluation".to_owned(), file: None, line: 0, column: 0 };
        let mut made = Stacks { functions: vec![whole.clone()], stacks: Vec::new() };
        let mut numbers = HashMap::from([(whole, 0)]);
        // A stack of functions, by that beneath and its last.
        let mut places: HashMap<(usize, usize), usize> = HashMap::new();
        let mut stack_of_node: Vec<usize> = Vec::with_capacity(tree.nodes.len());
        for node in &tree.nodes {
            let place = match node.call {
                None => {
                    made.stacks.push((vec![0], Cost::default()));
                    0
                }
                Some(call) => {
                    let function = names.function(&call);
                    let number = *numbers.entry(function).or_insert_with_key(|function| {
                        made.functions.push(function.clone());
                        made.functions.len() - 1
                    });
                    // A node stands behind the one beneath.
                    let beneath = stack_of_node[node.parent];
                    *places.entry((beneath, number)).or_insert_with(|| {
                        let mut stack = made.stacks[beneath].0.clone();
                        stack.push(number);
                        made.stacks.push((stack, Cost::default()));
                        made.stacks.len() - 1
                    })
                }
            };
            stack_of_node.push(place);
            let time = u64::try_from(node.time.as_nanos()).unwrap_or(u64::MAX);
            made.stacks[place].1.add(Cost { calls: node.calls, time, bytes: node.bytes });
        }
        made
    }
}

/// Stacks of functions with nanoseconds, one a line, as flame graphs are made of.
pub fn folded(names: Names<'_>) -> String {
    let made = Stacks::of(names);
    let mut text = String::new();
    for (stack, cost) in made.stacks.iter().filter(|(_, cost)| cost.time > 0) {
        let shown: Vec<String> =
            stack.iter().map(|number| made.functions[*number].label().replace([';', '\n'], " ")).collect();
        let _ = writeln!(text, "{} {}", shown.join(";"), cost.time);
    }
    text
}

/// A flame graph of the time, as SVG.
///
/// # Errors
/// When it cannot be drawn: why.
#[cfg(feature = "profile")]
pub fn flame_graph(names: Names<'_>, title: &str) -> Result<Vec<u8>, String> {
    let folded = folded(names);
    let mut options = inferno::flamegraph::Options::default();
    options.title = title.to_owned();
    options.count_name = "ns".to_owned();
    options.deterministic = true;
    let mut drawn = Vec::new();
    inferno::flamegraph::from_lines(&mut options, folded.lines(), &mut drawn).map_err(|error| error.to_string())?;
    Ok(drawn)
}

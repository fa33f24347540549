//! Programs that are valid by construction: every name is in scope, types mostly fit, and what recurs counts down.
//!
//! A generator asks for an expression of a type ([`types`]); a table of productions (`table`) says which ways there
//! are to make one, weighted by what this program's [`swarm`] has switched on. What is drawn comes from bytes, so that
//! the same bytes give the same program, and a fuzzer may choose them. The weights lean towards what stresses forcing
//! and finalisation (`shapes`, `bindings`, `dense`); trace probes (`probes`) make the order of forcing
//! visible, most of all in `batteries`. Programs about one part of the language
//! are made whole (`topics`).

mod batteries;
mod bindings;
mod builtin_arguments;
mod builtins;
mod dense;
mod expressions;
mod functions;
mod probes;
pub mod scope;
mod shapes;
pub mod spelling;
pub mod statistics;
pub mod swarm;
mod table;
pub mod topics;
pub mod types;

use arbitrary::Unstructured;

use self::{
    scope::{Scope, Use},
    swarm::{Feature, Swarm},
    types::Type,
};
use crate::program::Expr;

/// What programs are to be like.
#[derive(Clone, Debug)]
pub struct Configuration {
    /// How many expressions a program is built from, at most; what stands at the leaves comes on top.
    pub size: u32,
    /// How deep expressions may be within each other.
    pub depth: u32,
    /// Whether programs may use operators that are behind an experimental feature.
    pub pipe_operators: bool,
    /// Whether strings may hold newlines as they are, so that a program takes several lines.
    pub several_lines: bool,
    /// Whether the files of [`topics::files`] are in the folder that programs are evaluated in, for programs that
    /// import them.
    pub files: bool,
}

impl Default for Configuration {
    fn default() -> Self {
        Configuration { size: 100, depth: 9, pipe_operators: false, several_lines: false, files: false }
    }
}

/// Of 256 programs that may have dense scopes, how many are one as a whole.
const DENSE_PROGRAMS: u8 = 48;

/// How many bytes a seed is expanded to: more than the largest program draws.
const SEED_BYTES: usize = 4096;

/// Makes a program from bytes. The same bytes and configuration give the same program.
///
/// # Errors
/// When there are too few bytes even to draw what the program may use. Where bytes run out later, the program ends
/// soon.
pub fn generate(from: &mut Unstructured<'_>, configuration: &Configuration) -> arbitrary::Result<Expr> {
    let swarm = Swarm::draw(from)?;
    if from.is_empty() {
        return Err(arbitrary::Error::NotEnoughData);
    }
    let mut generator = Generator::new(from, configuration, swarm);
    // Most programs are small: two draws, of which the smaller counts.
    let largest = configuration.size.max(4) as usize;
    let size = generator.below(largest).min(generator.below(largest)) as u32 + 4;
    generator.fuel = size;
    if generator.swarm.fails {
        generator.fails_at = generator.below(size as usize) as u32 + 1;
    }
    Ok(generator.program())
}

/// The bytes that a seed stands for.
pub fn seed_bytes(seed: u64) -> Vec<u8> {
    let mut bytes = vec![0; SEED_BYTES];
    fastrand::Rng::with_seed(seed).fill(&mut bytes);
    bytes
}

/// Makes the program of a seed.
pub fn generate_from_seed(seed: u64, configuration: &Configuration) -> Expr {
    let bytes = seed_bytes(seed);
    generate(&mut Unstructured::new(&bytes), configuration).expect("a seed gives bytes enough to begin with")
}

/// The source of a seed's program, spelt in ways that the tree does not keep.
pub fn source_from_seed(seed: u64, configuration: &Configuration) -> Vec<u8> {
    let written = generate_from_seed(seed, configuration).to_source();
    spelling::respell(written, configuration.several_lines, &mut fastrand::Rng::with_seed(!seed))
}

/// Makes an expression to be put into a program at a place where `variables` are in scope: what it gives fits
/// `wanted`, as far as the variables are what they are said to be.
pub fn generate_within(
    from: &mut Unstructured<'_>,
    configuration: &Configuration,
    variables: &[(&'static str, Type)],
    wanted: &Type,
) -> Expr {
    let mut generator = Generator::new(from, configuration, Swarm::even());
    for (name, of) in variables {
        generator.scope.enter(name, of.clone(), Use::Free);
    }
    generator.fuel = generator.below(configuration.size.max(1) as usize) as u32 + 1;
    generator.expr(wanted)
}

/// Makes a dense scope to be put into a program at a place where `variables` are in scope: a number, or a list of some.
pub fn dense_within(from: &mut Unstructured<'_>, variables: &[(&'static str, Type)], wanted: &Type) -> Expr {
    let mut generator = Generator::new(from, &Configuration::default(), Swarm::even());
    for (name, of) in variables {
        generator.scope.enter(name, of.clone(), Use::Free);
    }
    match wanted {
        Type::Int => generator.dense_number_alone(),
        _ => generator.dense_list(),
    }
}

/// What a program is being made with.
struct Generator<'u, 'd> {
    draw: &'u mut Unstructured<'d>,
    swarm: Swarm,
    totals: table::Totals,
    scope: Scope,
    /// How many more expressions may be begun.
    fuel: u32,
    /// How deep the present one is, and how deep it may be.
    depth: u32,
    deepest: u32,
    /// How many probes there are.
    probes: u32,
    /// How many loops there are around, lest their counts multiply.
    loops: u32,
    /// How many dense scopes there are around, how many more names such scopes may have, and how many constants there
    /// are in them.
    dense: u32,
    dense_names: u32,
    constants: u32,
    /// What fuel is left when something is to fail in the open; 0 is never.
    fails_at: u32,
    pipe_operators: bool,
    several_lines: bool,
    files: bool,
}

impl<'u, 'd> Generator<'u, 'd> {
    fn new(draw: &'u mut Unstructured<'d>, configuration: &Configuration, swarm: Swarm) -> Self {
        Generator {
            draw,
            totals: table::Totals::of(&swarm),
            swarm,
            scope: Scope::default(),
            fuel: 0,
            depth: 0,
            deepest: configuration.depth,
            probes: 0,
            loops: 0,
            dense: 0,
            dense_names: 0,
            constants: 0,
            fails_at: 0,
            pipe_operators: configuration.pipe_operators,
            several_lines: configuration.several_lines,
            files: configuration.files,
        }
    }

    /// A whole program. What fuel one expression leaves goes into another, in a list with it.
    fn program(&mut self) -> Expr {
        if self.swarm.has(Feature::Dense) && self.chance(DENSE_PROGRAMS) {
            return self.dense_list();
        }
        if let Some(battery) = self.battery() {
            return battery;
        }
        if let Some(topical) = self.topical() {
            return topical;
        }
        let mut parts = Vec::new();
        loop {
            let wanted = self.printed_type(2);
            let before = self.fuel;
            parts.push(self.expr(&wanted));
            if self.fuel == 0 || self.fuel == before || parts.len() == 6 {
                break;
            }
        }
        match parts.pop() {
            Some(only) if parts.is_empty() => only,
            last => {
                parts.extend(last);
                Expr::List(parts)
            }
        }
    }

    /// An expression of a type.
    fn expr(&mut self, wanted: &Type) -> Expr {
        if self.fuel == 0 || self.depth >= self.deepest {
            return self.leaf(wanted);
        }
        if self.fuel == self.fails_at {
            self.fails_at = 0;
            return self.failure();
        }
        self.fuel -= 1;
        self.depth += 1;
        let made = table::make(self, wanted);
        self.depth -= 1;
        self.probed(made)
    }

    // What is drawn. Where bytes have run out, it is the first choice.

    /// A number below `end`.
    fn below(&mut self, end: usize) -> usize {
        debug_assert!(end > 0, "nothing to draw from");
        self.draw.int_in_range(0..=(end as u32).max(1) - 1).unwrap_or(0) as usize
    }

    /// Whether something that happens in so many of 256 cases does.
    fn chance(&mut self, of_256: u8) -> bool {
        let drawn: u8 = self.draw.int_in_range(0..=255).unwrap_or(0);
        // Once bytes have run out, nothing special happens.
        drawn > u8::MAX - of_256
    }

    /// One of these.
    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    /// The numbers below `count`, in any order.
    fn order(&mut self, count: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..count).collect();
        for end in (2..=count).rev() {
            let drawn = self.below(end);
            order.swap(end - 1, drawn);
        }
        order
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_bytes_give_the_same_program() {
        let configuration = Configuration::default();
        let sources: Vec<_> = (0..50).map(|seed| generate_from_seed(seed, &configuration).to_source()).collect();
        for (seed, source) in sources.iter().enumerate() {
            assert_eq!(generate_from_seed(seed as u64, &configuration).to_source(), *source);
        }
        assert!(sources.windows(2).all(|two| two[0] != two[1]));
        assert!(sources.iter().all(|source| !source.contains('\n')), "a program takes one line");
    }

    #[test]
    fn programs_end_where_bytes_do() {
        let configuration = Configuration::default();
        let make = |bytes: &[u8]| generate(&mut Unstructured::new(bytes), &configuration);
        assert!(make(&[]).is_err());
        assert!(make(&[1; 9]).is_err(), "nothing is left behind the swarm");
        let bytes = seed_bytes(1);
        for length in 10..200 {
            assert!(make(&bytes[..length]).is_ok());
        }
        assert!(make(&[u8::MAX; 5000]).is_ok());
        assert!(make(&[0; 5000]).is_ok());
    }

    #[test]
    fn programs_keep_to_their_size() {
        let configuration = Configuration { size: 20, ..Configuration::default() };
        let largest = (0..300).map(|seed| generate_from_seed(seed, &configuration).size()).max();
        assert!(largest < Some(1000), "{largest:?}");
    }

    #[test]
    fn what_is_made_for_a_place_uses_what_is_in_scope_there() {
        let configuration = Configuration { size: 10, ..Configuration::default() };
        let variables = [("a", Type::Int), ("xs", Type::list(Type::Text, 0))];
        let uses = |name: &str, of: &Type| {
            (0..50u64)
                .filter(|seed| {
                    let bytes = seed_bytes(*seed);
                    let made = generate_within(&mut Unstructured::new(&bytes), &configuration, &variables, of);
                    let mut found = false;
                    made.each(&mut |_, expr| found |= matches!(expr, Expr::Variable(used) if used == name));
                    found
                })
                .count()
        };
        assert!(uses("a", &Type::Int) > 10);
        assert!(uses("xs", &Type::list(Type::Text, 0)) > 10);
    }
}

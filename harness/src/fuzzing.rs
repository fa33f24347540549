//! What the targets in `fuzz/` do with an input. A target is one line; the work is here, where it has tests.
//!
//! An input is Nix source. A target returns, or it prints the program and both outcomes and ends the process. An input
//! that cannot be judged is skipped.

mod arguments;
pub mod reference;

use std::{
    cell::RefCell,
    fmt::Display,
    io::{self, Write},
    process,
};

use nix_evaluator::{
    Evaluator, Input as EvaluatorInput,
    io::InMemory,
    session::{Task, Variant},
};

use crate::{
    campaign::self_check::{self, runner},
    generate::{Configuration, generate_from_seed},
    mutate as changes,
    oracle::{self, Difference, Observed, Oracle, Runner, Subject, round_trip},
    program::{read, read::refused_by_rnix},
};
pub use arguments::prepared;
#[cfg(feature = "signals")]
pub use nix_evaluator::signal::{COUNTERS, count_into};
use reference::Reference;

/// Where there is a reference, oracles judge one in so many inputs.
const BESIDE_REFERENCE: u64 = 4;

/// Longest input that is looked at, in bytes.
const LONGEST: usize = 16 << 10;

/// The most memory that an archive may take.
const ARCHIVE_BYTES: u64 = 64 << 20;

/// The target `archive`: unpacks any bytes as an archive, under the two kinds of names. Nothing may panic, and since the
/// store takes nothing, every archive ends in an error.
///
/// # Panics
/// The archive was taken; or what unpacks it panics.
pub fn archive(input: &[u8]) {
    for name in ["a.tar", "a.zip"] {
        let files = InMemory::new().file(format!("/{name}"), input);
        let evaluator = Evaluator::builder().in_memory(files).heap_bytes(ARCHIVE_BYTES).build();
        let program = format!("builtins.fetchTarball \"file:///{name}\"");
        let answer =
            evaluator.and_then(|it| it.evaluate(EvaluatorInput::text(program), |value| value.deserialize::<String>()));
        assert!(answer.is_err(), "a store that takes nothing took {name}");
    }
}

thread_local! {
    static TARGETS: RefCell<Option<Targets>> = const { RefCell::new(None) };
}

/// What the targets keep from one input to the next.
pub struct Targets {
    runner: Runner,
    reference: Option<Reference>,
}

/// What was found, as a report.
pub type Found = Option<Box<dyn Display>>;

impl Targets {
    /// With a reference where one is named by [`reference::VARIABLE`] or provisioned.
    ///
    /// # Errors
    /// When the reference does not start, or the list of what is known of it cannot be read.
    pub fn with_reference() -> Result<Targets, String> {
        Ok(Targets { reference: Reference::find()?, ..Targets::without_reference() })
    }

    /// With built-in oracles only.
    pub fn without_reference() -> Targets {
        Targets { runner: runner(), reference: None }
    }

    /// The target `eval`: against the reference where there is one, and by two built-in oracles, which beside a reference
    /// judge some inputs only. The input decides which: another program is more likely to show something than another
    /// look at the same one.
    pub fn eval(&mut self, input: &[u8]) -> Found {
        if input.len() > LONGEST {
            return None;
        }
        let asked = self.reference.as_ref().map(|reference| reference.ask(input));
        let drawn = seed_of(input);
        // A reference sees more than they do.
        let by_oracles = match &asked {
            Some(_) if !drawn.is_multiple_of(BESIDE_REFERENCE) => None,
            _ => self.by_oracles(input, Oracle::drawn(drawn / BESIDE_REFERENCE)),
        };
        // It is answered even where an oracle has found something, so that answers stay with their questions.
        let by_reference = self.reference.as_ref().zip(asked).and_then(|(reference, asked)| reference.answered(asked));
        by_reference.map(|report| Box::new(report) as Box<dyn Display>).or(by_oracles)
    }

    /// The target `finalise`: the evaluator's own checks, and nothing that costs more.
    pub fn finalise(&mut self, input: &[u8]) -> Found {
        if input.len() > LONGEST {
            return None;
        }
        self.by_oracles(input, [Oracle::NoCrash])
    }

    /// The target `parse`: any bytes. They must be accepted or refused without a crash, and come back from `--parse`
    /// as they went; what is accepted and what is printed is the reference's, where there is one, and otherwise
    /// acceptance is compared with rnix's.
    pub fn parse(&mut self, input: &[u8]) -> Found {
        if input.len() > LONGEST {
            return None;
        }
        if let Some(reference) = &self.reference {
            return match reference.compare_parsed(input) {
                Some(report) => Some(Box::new(report)),
                None => self.by_oracles(input, [Oracle::RoundTrip(round_trip::Way::Parse)]),
            };
        }
        let ours = self.runner.run(input, Task::Parse, Variant::default());
        if let Observed::Crashed(_) = ours {
            return self.by_oracles(input, [Oracle::RoundTrip(round_trip::Way::Parse)]);
        }
        if let Some(second) = second_opinion(input, &ours) {
            return Some(Box::new(second));
        }
        self.by_oracles(input, [Oracle::RoundTrip(round_trip::Way::Parse)])
    }

    /// The target `roundtrip`: what is written and read back is the same.
    pub fn round_trip(&mut self, input: &[u8]) -> Found {
        if input.len() > LONGEST {
            return None;
        }
        if let Some(tree) = changes::tree(input) {
            let written = tree.to_source();
            match read(&written) {
                Ok(again) if again.joined() == tree.joined() => {}
                other => {
                    let right = Observed::Text(other.map_or_else(|error| error.to_string(), |it| it.to_source()));
                    return Some(Box::new(Difference {
                        oracle: "tree written and read".to_owned(),
                        program: input.to_vec(),
                        other: Some(written.clone().into_bytes()),
                        left: Observed::Text(written),
                        right,
                    }));
                }
            }
        }
        self.by_oracles(input, round_trip::Way::ALL.map(Oracle::RoundTrip))
    }

    fn by_oracles<const COUNT: usize>(&mut self, source: &[u8], oracles: [Oracle; COUNT]) -> Found {
        // The mutator has just made it, so it need not be read.
        let tree = if oracles.iter().any(|oracle| oracle.wants_tree()) { changes::tree(source) } else { None };
        let subject = Subject { source, tree: tree.as_deref(), seed: seed_of(source) };
        let (_, difference) = oracle::judge(&mut self.runner, subject, oracles).difference?;
        Some(difference)
    }
}

/// A number that the input decides, so that a crash comes again from the same input.
fn seed_of(input: &[u8]) -> u64 {
    // FNV-1a.
    input.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// What rnix says of the same text, where that is another thing for no reason that is known.
fn second_opinion(input: &[u8], ours: &Observed) -> Option<String> {
    let text = str::from_utf8(input).ok()?;
    // rnix finds no fault with what the reference refuses after its grammar (names bound twice, scopes, numbers too
    // large), so only a source that we accept is worth asking about; and these it is known to read in another way.
    if ours.value().is_none() || known_to_differ(text) {
        return None;
    }
    let error = refused_by_rnix(text)?;
    Some(format!("one parser takes a source and rnix says: {error}\nprogram:\n{text}\nours:\n{ours}"))
}

/// Texts with what rnix's lexer is known not to know.
fn known_to_differ(text: &str) -> bool {
    text.contains(['\0', '\r'])
}

/// Runs one of the targets on an input, and ends the process where it finds something. The reference, where the target
/// asks one, is started with the first input.
pub fn run(target: fn(&mut Targets, &[u8]) -> Found, asks_reference: bool, input: &[u8]) {
    TARGETS.with_borrow_mut(|targets| {
        let targets = targets.get_or_insert_with(|| match asks_reference {
            true => Targets::with_reference().unwrap_or_else(|error| abort_with(&error)),
            false => Targets::without_reference(),
        });
        if let Some(found) = target(targets, input) {
            abort_with(&found);
        }
    });
}

/// libFuzzer's custom mutator: changes the program in the first `size` bytes on its tree, and gives the new size. What is
/// no program, as at the start of a campaign without a corpus, is mostly replaced by a generated one, and now and then so
/// is a program.
pub fn mutate(data: &mut [u8], size: usize, most: usize, seed: u32) -> usize {
    let source = &data[..size];
    let most = most.min(size.max(GROWN));
    let is_new = seed.is_multiple_of(NEW) || !seed.is_multiple_of(KEEPS_BYTES) && changes::tree(source).is_none();
    let changed = if is_new {
        changes::written(generate_from_seed(seed.into(), &configuration()))
    } else {
        changes::mutate(source, seed.into(), most)
    };
    put(&changed, data, most)
}

/// What programs are like that a campaign without a corpus begins with: small, and known to any reference, beside which the
/// files lie that they import.
fn configuration() -> Configuration {
    Configuration { pipe_operators: false, files: true, ..self_check::configuration() }
}

/// libFuzzer's custom crossover: puts a part of one program into the other, writes what comes of it and gives its size.
pub fn cross_over(one: &[u8], other: &[u8], out: &mut [u8], seed: u32) -> usize {
    let most = out.len();
    put(&changes::crossover(one, other, seed.into(), most), out, most)
}

/// What is too long is left out as a whole: half a program is none.
fn put(new: &[u8], data: &mut [u8], most: usize) -> usize {
    let most = most.min(data.len());
    let new = if new.len() <= most { new } else { b"1".get(..most).unwrap_or_default() };
    data[..new.len()].copy_from_slice(new);
    new.len()
}

/// One in so many inputs that are no programs is changed as bytes.
const KEEPS_BYTES: u32 = 8;

/// One in so many inputs is replaced by a new program: changes alone seldom make the shapes that are generated as a whole.
const NEW: u32 = 16;

/// Changes make a program no longer than so many bytes, unless it is longer already: several small programs show more than a
/// large one.
const GROWN: usize = 1 << 10;

/// Ends the process as a fuzzer expects of a target that has found something, after saying what.
fn abort_with(message: &dyn Display) -> ! {
    // A closed stream is no reason not to end.
    let _ = writeln!(io::stderr(), "\n== found ==\n{message}\n");
    process::abort()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_without_fault_find_nothing() {
        let mut targets = Targets::without_reference();
        for input in [
            "let f = { a ? b, b ? 1 }: a; in f { }",
            "rec { a = b; b = [ a ]; }",
            "with { x = 1; }; { inherit x; }",
            "1 +",
            "\u{0}",
            "''\n  a\n    ${\"b\"}\n''",
            "{ \"a b\" = 1; }.\"a b\"",
        ] {
            for target in [Targets::eval, Targets::finalise, Targets::parse, Targets::round_trip] {
                let found = target(&mut targets, input.as_bytes()).map(|found| found.to_string());
                assert_eq!(found, None, "{input}");
            }
        }
        assert!(targets.finalise(&[0xff, 0xfe]).is_none());
        assert!(targets.eval(&vec![b'('; LONGEST + 1]).is_none(), "what is too long is passed over");
    }

    #[test]
    fn archives_end_in_errors() {
        for input in [&b""[..], b"text", &[0; 1024], b"\x1f\x8b\x08\0", b"PK\x03\x04", b"PK\x05\x06", b"\xfd7zXZ\0"] {
            archive(input);
        }
    }

    #[test]
    fn mutants_are_programs_and_fit() {
        let mut program = b"let a = [ 1 2 ]; in a ++ [ (x: x) ]".to_vec();
        let mut different = 0;
        for seed in 0..200 {
            let (mut data, size) = (program.clone(), program.len());
            data.resize(400, 0);
            let size = mutate(&mut data, size, 400, seed);
            assert!(size <= 400);
            different += usize::from(data[..size] != program[..]);
            if let Ok(text) = str::from_utf8(&data[..size])
                && read(text).is_ok()
                && size < 300
            {
                program = data[..size].to_vec();
            }
        }
        assert!(different > 150, "{different} of 200 are other programs");
        let mut nothing = vec![0; 4000];
        let size = mutate(&mut nothing, 0, 4000, 1);
        assert!(read(str::from_utf8(&nothing[..size]).unwrap()).is_ok(), "a campaign may start from nothing");
        let mut out = vec![0; 200];
        let size = cross_over(b"[ 1 2 ]", b"{ a = x: x; }", &mut out, 5);
        assert!(read(str::from_utf8(&out[..size]).unwrap()).is_ok());
    }
}

//! The table of all primops, and the table of the same builtins as values, under the same numbers. Both are constants,
//! so they cost nothing when an evaluation starts.

use super::*;
use crate::primop::{Primop, Primops};
use crate::value::Builtin;

/// The families, in no particular order; `order.rs` has the order of registration.
const FAMILIES: &[&[Primop]] = &[
    arithmetic::BUILTINS,
    attribute_sets::BUILTINS,
    attributes::BUILTINS,
    context::BUILTINS,
    control::BUILTINS,
    conversions::BUILTINS,
    derivation::BUILTINS,
    fetch::BUILTINS,
    fetch_closure::BUILTINS,
    fetch_tree::BUILTINS,
    files::BUILTINS,
    flakes::BUILTINS,
    generic_closure::BUILTINS,
    hashes::BUILTINS,
    import::BUILTINS,
    list_functions::BUILTINS,
    lists::BUILTINS,
    native_code::BUILTINS,
    path_names::BUILTINS,
    regular_expressions::BUILTINS,
    sorting::BUILTINS,
    store_files::BUILTINS,
    strings::BUILTINS,
    types::BUILTINS,
    versions::BUILTINS,
];

/// Primops that no program can name: only thunks that the evaluator makes call them.
const UNNAMED: [&Primop; 4] = [
    &control::LOAD_DERIVATION,
    &attributes::LINE_OF_POSITION,
    &attributes::COLUMN_OF_POSITION,
    &flakes::FETCH_FINAL_TREE,
];

const NAMED: usize = {
    let (mut count, mut family) = (0, 0);
    while family < FAMILIES.len() {
        count += FAMILIES[family].len();
        family += 1;
    }
    count
};
const COUNT: usize = NAMED + UNNAMED.len();

const TABLE: [&Primop; COUNT] = {
    let mut table = [UNNAMED[0]; COUNT];
    let (mut number, mut family) = (0, 0);
    while family < FAMILIES.len() {
        let mut member = 0;
        while member < FAMILIES[family].len() {
            table[number] = &FAMILIES[family][member];
            number += 1;
            member += 1;
        }
        family += 1;
    }
    let mut unnamed = 0;
    while unnamed < UNNAMED.len() {
        table[number] = UNNAMED[unnamed];
        number += 1;
        unnamed += 1;
    }
    table
};

/// The primops by number, for the machine.
pub static PRIMOPS: Primops<'static> = &TABLE;

static VALUES: [Builtin; COUNT] = {
    const UNSET: Builtin = Builtin { name: "", arity: 0, number: 0, loads_derivation: false };
    let mut values = [UNSET; COUNT];
    let mut number = 0;
    while number < COUNT {
        values[number] = Builtin {
            name: TABLE[number].name,
            arity: TABLE[number].arity() as u8,
            number: number as u16,
            loads_derivation: number == NAMED,
        };
        number += 1;
    }
    values
};

/// The primops that programs can name, each with its value.
pub(super) fn named() -> impl Iterator<Item = (&'static Primop, &'static Builtin)> {
    PRIMOPS.iter().copied().zip(&VALUES).take(NAMED)
}

/// The builtin that returns the function `derivation`.
pub(super) fn load_derivation() -> &'static Builtin {
    &VALUES[NAMED]
}

/// The builtin that fetches the tree of an entry of a lock file.
pub(super) fn fetch_final_tree() -> &'static Builtin {
    &VALUES[NAMED + 3]
}

/// The builtins that values are made of.
pub(super) const fn intrinsics() -> crate::state::Intrinsics {
    crate::state::Intrinsics { line_of_position: &VALUES[NAMED + 1], column_of_position: &VALUES[NAMED + 2] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_lead_to_the_primop_of_the_value() {
        for (number, builtin) in VALUES.iter().enumerate() {
            assert_eq!(builtin.number as usize, number);
            assert_eq!(builtin.name, PRIMOPS[number].name);
            assert_eq!(builtin.arity(), PRIMOPS[number].arguments.len());
        }
        assert!(std::ptr::eq(PRIMOPS[load_derivation().number as usize], &control::LOAD_DERIVATION));
    }
}

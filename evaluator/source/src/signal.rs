//! Signals: what an evaluation reaches that matters for laziness, for a fuzzer that looks for programs which reach more.
//!
//! Branches of the code say little of it. Which instruction met a thunk in which state, how a thunk changed, what was
//! captured, which frame got a value or a failure from which: these are few, and each is a counter here.
//!
//! The feature `signals` compiles the hooks in. Without it `signal!` leaves nothing, so that the evaluator is instruction
//! for instruction what it would be without them. With it they count into the table that `count_into` names, and into
//! none before that.

/// What follows, with the feature `signals`; nothing without it.
#[cfg(not(feature = "signals"))]
#[macro_export]
macro_rules! signal {
    ($($hook:tt)*) => {};
}

/// What follows, with the feature `signals`; nothing without it.
#[cfg(feature = "signals")]
#[macro_export]
macro_rules! signal {
    ($($hook:tt)*) => { $($hook)* };
}

#[cfg(feature = "signals")]
pub use counted::{COUNTERS, Group, count, count_into, number, take};

#[cfg(feature = "signals")]
mod counted {
    use std::{
        hash::{Hash, Hasher},
        mem,
        sync::{
            OnceLock,
            atomic::{AtomicU8, Ordering},
        },
    };

    /// How many counters share a mark.
    const BLOCK: usize = 64;

    /// Where something was counted, so that few counters need be looked at.
    static MARKS: [AtomicU8; COUNTERS / BLOCK] = [const { AtomicU8::new(0) }; COUNTERS / BLOCK];

    static TABLE: OnceLock<&'static [AtomicU8]> = OnceLock::new();

    /// Signals of one kind: a range of the table.
    #[derive(Clone, Copy, Debug)]
    pub struct Group {
        start: usize,
        dimensions: [usize; 3],
    }

    macro_rules! groups {
        ($start:expr; $(#[$doc:meta])* $name:ident $dimensions:expr, $($rest:tt)*) => {
            $(#[$doc])*
            pub const $name: Group = Group { start: $start, dimensions: $dimensions };
            groups!(Group::$name.start + Group::$name.size(); $($rest)*);
        };
        ($end:expr;) => {
            const END: usize = $end;
        };
    }

    impl Group {
        groups! { 0;
            /// An instruction, and the state of what it met.
            MET [96, 32, 1],
            /// An instruction, and the state of what lies beneath the top of the stack.
            BENEATH [96, 32, 1],
            /// A thunk's state, and the one that it changed to.
            TRANSITION [16, 32, 1],
            /// How many slots, upvalues and deferred slots a thunk or a closure captured.
            CAPTURES [16, 8, 8],
            /// The kind of a capture, and the state of what was captured.
            CAPTURED [4, 32, 1],
            /// The number of a deferred capture among all of its kind, and the state of what filled it.
            FILLED [8, 32, 1],
            /// A builtin, which argument, and its state when the builtin was called.
            ARGUMENT [128, 4, 32],
            /// A frame that got a value, and the frame beneath it.
            DELIVERED [16, 16, 1],
            /// A frame that a failure went through, and the frame beneath it.
            UNWOUND [16, 16, 1],
            /// A frame that a failure went through, and the kind of the failure.
            FAILED [16, 64, 1],
            /// How code returned: the frame beneath it, and what kind of code it was.
            RETURNED [16, 8, 1],
            /// The value or the failure that an evaluation ended with.
            ENDED [2, 64, 1],
        }

        const fn size(self) -> usize {
            self.dimensions[0] * self.dimensions[1] * self.dimensions[2]
        }
    }

    /// How many counters a table has: whole words, as libFuzzer wants it.
    pub const COUNTERS: usize = Group::END.next_multiple_of(64);

    /// Counts into this table from now on, whichever thread evaluates. Only the first table counts.
    pub fn count_into(table: &'static [AtomicU8; COUNTERS]) {
        // The first one stays.
        let _ = TABLE.set(table);
    }

    /// Counts one signal. Numbers beyond a dimension count as its last.
    #[inline]
    pub fn count(group: Group, numbers: [usize; 3]) {
        let Some(table) = TABLE.get() else { return };
        let [first, second, third] = std::array::from_fn(|index| numbers[index].min(group.dimensions[index] - 1));
        let at = group.start + (first * group.dimensions[1] + second) * group.dimensions[2] + third;
        let counter = &table[at];
        // Threads may lose a count to each other, which changes nothing.
        let before = counter.load(Ordering::Relaxed);
        counter.store(before.saturating_add(1), Ordering::Relaxed);
        if before == 0 {
            MARKS[at / BLOCK].store(1, Ordering::Relaxed);
        }
    }

    /// Tells of each counter of the table into which signals are counted that counted something since it was last taken: its
    /// number and its count. Each is 0 then.
    pub fn take(mut each: impl FnMut(usize, u8)) {
        let Some(table) = TABLE.get() else { return };
        for (block, mark) in MARKS.iter().enumerate() {
            if mark.load(Ordering::Relaxed) == 0 {
                continue;
            }
            mark.store(0, Ordering::Relaxed);
            for at in block * BLOCK..(block + 1) * BLOCK {
                let count = table[at].load(Ordering::Relaxed);
                if count > 0 {
                    table[at].store(0, Ordering::Relaxed);
                    each(at, count);
                }
            }
        }
    }

    /// The number of a variant: the first one has 0.
    #[inline]
    pub fn number<T>(of: &T) -> usize {
        struct Number(usize);

        impl Hasher for Number {
            fn write(&mut self, bytes: &[u8]) {
                for (index, byte) in bytes.iter().take(2).enumerate() {
                    self.0 |= usize::from(*byte) << (8 * index);
                }
            }

            // What discriminants are by themselves, and of types that choose.
            fn write_isize(&mut self, number: isize) {
                self.0 = number.unsigned_abs();
            }

            fn write_u64(&mut self, number: u64) {
                self.0 = number as usize;
            }

            fn finish(&self) -> u64 {
                self.0 as u64
            }
        }

        let mut number = Number(0);
        mem::discriminant(of).hash(&mut number);
        number.0
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn a_signal_has_a_counter_of_its_own() {
            static OWN: [AtomicU8; COUNTERS] = [const { AtomicU8::new(0) }; COUNTERS];
            count_into(&OWN);
            let groups = [Group::MET, Group::TRANSITION, Group::ARGUMENT, Group::ENDED];
            for group in groups {
                let [first, second, third] = group.dimensions;
                for numbers in [[0; 3], [1, 2, 0], [first - 1, second - 1, third - 1]] {
                    count(group, numbers);
                }
            }
            count(Group::ENDED, [usize::MAX; 3]);
            let counted: Vec<u8> = OWN.iter().map(|it| it.load(Ordering::Relaxed)).filter(|it| *it > 0).collect();
            assert_eq!((counted.len(), counted.iter().map(|it| usize::from(*it)).sum()), (3 * groups.len(), 13));
            for _ in 0..300 {
                count(Group::FILLED, [0; 3]);
            }
            assert_eq!(OWN[Group::FILLED.start].load(Ordering::Relaxed), u8::MAX);
            let mut taken = Vec::new();
            take(|at, count| taken.push((at, count)));
            assert_eq!(taken.len(), counted.len() + 1);
            assert!(taken.contains(&(Group::FILLED.start, u8::MAX)));
            take(|at, _| panic!("{at} was taken before"));
        }

        #[test]
        fn variants_are_numbered_in_order() {
            assert_eq!([Some(Ok(1)), Some(Err(2)), None].iter().map(number).collect::<Vec<_>>(), [1, 1, 0]);
            assert_eq!([Ok(1), Err(2)].iter().map(number).collect::<Vec<_>>(), [0, 1]);
        }
    }
}

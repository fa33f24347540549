//! Values packed into eight bytes. Closures and thunks store their upvalues so, and lists and sets their slots, because
//! these take most of a program's memory.
//!
//! A value that is an address has its tag in the highest byte, which no address of a process uses. Small numbers and
//! the like are stored in the other bytes. The few values that do not fit are put into the arena.

#![allow(unsafe_code)]

use std::marker::PhantomData;
use std::mem::MaybeUninit;

use super::{Site, SpeculativeInt, Value};
use crate::heap::{ADDRESS_BITS, Heap};

/// A value in eight bytes.
#[derive(Clone, Copy)]
pub struct Packed<'h> {
    /// An address, or a number in its place, with the value's tag in the highest byte.
    word: *const u8,
    value: PhantomData<Value<'h>>,
}

const SHIFT: u32 = ADDRESS_BITS;
const PAYLOAD: usize = (1 << SHIFT) - 1;

/// The tags of [`Value`], which is `repr(u64)`, in its order.
#[derive(Clone, Copy)]
#[repr(usize)]
#[allow(dead_code, reason = "all are counted, not all are named")]
enum Tag {
    Null,
    Bool,
    Int,
    Float,
    String,
    Path,
    List,
    Attrs,
    Closure,
    Builtin,
    Partial,
    WithScope,
    Missing,
    Coerced,
    LazyClosure,
    Speculative,
    Thunk,
    /// A reference to a value in the arena, for values that do not fit.
    Boxed,
}

/// One bit for each tag of a value that is only a reference.
const REFERENCES: usize = bit(Tag::String)
    | bit(Tag::Path)
    | bit(Tag::List)
    | bit(Tag::Attrs)
    | bit(Tag::Closure)
    | bit(Tag::Builtin)
    | bit(Tag::Partial)
    | bit(Tag::WithScope)
    | bit(Tag::Coerced)
    | bit(Tag::LazyClosure)
    | bit(Tag::Thunk);

/// Those of them that refer only to objects in an arena, whose addresses leave the highest byte free.
const IN_ARENA: usize = REFERENCES & !bit(Tag::Path) & !bit(Tag::Builtin);

const fn bit(tag: Tag) -> usize {
    1 << tag as usize
}

/// What follows the tag of a [`Value`]. Parts of it are uninitialised where the value is shorter than a word.
pub(super) type Payload = MaybeUninit<*const u8>;

impl<'h> Value<'h> {
    /// The value's tag and payload.
    #[inline(always)]
    pub(super) fn parts(self) -> (usize, Payload) {
        const { assert!(size_of::<Value<'static>>() == 2 * size_of::<u64>()) };
        // SAFETY: a `repr(u64)` enumeration starts with its tag, and no value is larger than that and a word.
        unsafe {
            let parts = (&raw const self).cast::<u64>();
            (parts.read() as usize, parts.add(1).cast::<Payload>().read())
        }
    }

    /// The value of this tag and payload.
    ///
    /// # Safety
    /// The tag and the payload must be those that [`Value::parts`] gave together.
    #[inline(always)]
    pub(super) unsafe fn from_parts(tag: usize, payload: Payload) -> Self {
        let mut value = MaybeUninit::<Value<'h>>::uninit();
        // SAFETY: by the caller's promise the two are the parts of a value.
        unsafe {
            let parts = value.as_mut_ptr().cast::<u64>();
            parts.write(tag as u64);
            parts.add(1).cast::<Payload>().write(payload);
            value.assume_init()
        }
    }
}

impl<'h> Packed<'h> {
    /// A placeholder for a value that is never read.
    pub(crate) const NULL: Packed<'h> = Packed::number(Tag::Null, 0);
    /// A value that is still missing.
    pub(crate) const MISSING: Packed<'h> = Packed::number(Tag::Missing, 0);

    const fn number(tag: Tag, number: usize) -> Self {
        const { assert!(usize::BITS == 64, "a tag goes beside an address") };
        Packed { word: std::ptr::without_provenance((tag as usize) << SHIFT | number & PAYLOAD), value: PhantomData }
    }

    /// The number of tags.
    pub(super) const TAGS: usize = Tag::Boxed as usize + 1;

    /// The packed value as a word. The lowest three bits are 0 where it is an address.
    #[inline(always)]
    pub(super) fn into_word(self) -> *const u8 {
        self.word
    }

    /// The packed value of a word.
    ///
    /// # Safety
    /// [`Packed::into_word`] must have given the word, for a value that lives as long as `'h`.
    #[inline(always)]
    pub(super) unsafe fn from_word(word: *const u8) -> Self {
        Packed { word, value: PhantomData }
    }

    /// Packs a value.
    #[inline(always)]
    pub fn new(heap: &'h Heap, value: Value<'h>) -> Self {
        let (tag, payload) = value.parts();
        if IN_ARENA >> tag & 1 == 0 {
            return match value {
                Value::Int(value) if value << 8 >> 8 == value => Packed::number(Tag::Int, value as usize),
                value => Packed::of_other(heap, value),
            };
        }
        // SAFETY: behind the tag, these variants hold a reference.
        let address = unsafe { payload.assume_init() };
        debug_assert!(address.addr() <= PAYLOAD, "the arena has looked at the address");
        Packed { word: address.map_addr(|address| address | tag << SHIFT), value: PhantomData }
    }

    /// A packed reference. Its address may be anywhere.
    fn reference(address: *const u8, tag: Tag) -> Self {
        assert!(address.addr() <= PAYLOAD, "addresses leave the highest byte free");
        Packed { word: address.map_addr(|address| address | (tag as usize) << SHIFT), value: PhantomData }
    }

    fn of_other(heap: &'h Heap, value: Value<'h>) -> Self {
        match value {
            Value::Null => Packed::number(Tag::Null, 0),
            Value::Missing => Packed::number(Tag::Missing, 0),
            Value::Bool(value) => Packed::number(Tag::Bool, usize::from(value)),
            Value::Speculative(speculative) if let Some(number) = speculative.packed() => {
                Packed::number(Tag::Speculative, number)
            }
            Value::Path(path) => Packed::reference(std::ptr::from_ref(path).cast(), Tag::Path),
            Value::Builtin(builtin) => Packed::reference(std::ptr::from_ref(builtin).cast(), Tag::Builtin),
            value => Packed::reference(std::ptr::from_ref(heap.alloc(value)).cast(), Tag::Boxed),
        }
    }

    /// Unpacks the value.
    #[inline(always)]
    pub fn value(self) -> Value<'h> {
        let tag = self.word.addr() >> SHIFT;
        if REFERENCES >> tag & 1 == 0 {
            return self.other();
        }
        let address = self.word.map_addr(|address| address & PAYLOAD);
        // SAFETY: only `new` puts such a tag into a word: that of a value which is a reference, beside its address.
        unsafe { Value::from_parts(tag, MaybeUninit::new(address)) }
    }

    fn other(self) -> Value<'h> {
        const NULL: usize = Tag::Null as usize;
        const MISSING: usize = Tag::Missing as usize;
        const BOOL: usize = Tag::Bool as usize;
        const INT: usize = Tag::Int as usize;
        const SPECULATIVE: usize = Tag::Speculative as usize;
        let number = self.word.addr() & PAYLOAD;
        match self.word.addr() >> SHIFT {
            NULL => Value::Null,
            MISSING => Value::Missing,
            BOOL => Value::Bool(number != 0),
            INT => Value::Int((number << 8) as i64 >> 8),
            SPECULATIVE => Value::Speculative(SpeculativeInt::unpacked(number)),
            // SAFETY: what is left has the tag `Boxed`: the address of a value that `of_other` put into the arena.
            _ => unsafe { *self.word.map_addr(|address| address & PAYLOAD).cast::<Value<'h>>() },
        }
    }
}

/// The number of bits for the site of a packed speculative integer.
const SITE_BITS: u32 = 24;

impl SpeculativeInt {
    fn packed(self) -> Option<usize> {
        let site = self.site().map_or(0, Site::number);
        (site < 1 << SITE_BITS).then_some((site as usize) << 32 | self.value() as u32 as usize)
    }

    fn unpacked(number: usize) -> SpeculativeInt {
        SpeculativeInt::new(number as u32 as i32, Site::from_number((number >> 32) as u32))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::NixString;

    /// Packs and unpacks; how many bytes of the arena that took.
    fn check(value: Value<'static>) -> usize {
        let heap: &'static Heap = Box::leak(Box::new(Heap::new(None)));
        let packed = Packed::new(heap, value);
        let image = |value: Value<'static>| match value {
            Value::Int(value) => format!("int {value}"),
            Value::Float(value) => format!("float {:x}", value.to_bits()),
            Value::Bool(value) => format!("bool {value}"),
            Value::String(string) => format!("string {string:p}"),
            Value::Speculative(speculative) => format!("{speculative:?}"),
            Value::Null => "null".to_owned(),
            Value::Missing => "missing".to_owned(),
            _ => unreachable!("not in this test"),
        };
        assert_eq!(image(packed.value()), image(value));
        heap.bytes()
    }

    #[test]
    fn every_value_comes_back() {
        let heap: &'static Heap = Box::leak(Box::new(Heap::new(None)));
        let small = [0, 1, -1, i64::from(i32::MIN), (1 << 55) - 1, -1 << 55];
        for value in small.map(Value::Int) {
            assert_eq!(check(value), 0);
        }
        for value in [1 << 55, (-1 << 55) - 1, i64::MIN, i64::MAX].map(Value::Int) {
            assert!(check(value) > 0);
        }
        assert!(check(Value::Float(f64::NAN)) > 0);
        let speculative = [(-1, None), (i32::MAX, Some(1)), (i32::MIN, Some((1 << SITE_BITS) - 1))];
        for (value, site) in speculative {
            assert_eq!(check(Value::Speculative(SpeculativeInt::new(value, site.and_then(Site::from_number)))), 0);
        }
        assert!(check(Value::Speculative(SpeculativeInt::new(-7, Site::from_number(1 << SITE_BITS)))) > 0);
        for value in [Value::Null, Value::Missing, Value::Bool(true), Value::Bool(false)] {
            assert_eq!(check(value), 0);
        }
        assert_eq!(check(NixString::copied(heap, b"text")), 0);
    }

    #[test]
    fn tags_are_those_of_values() {
        let tag = |value: Value<'static>| value.parts().0;
        let heap: &'static Heap = Box::leak(Box::new(Heap::new(None)));
        assert_eq!(tag(Value::Null), Tag::Null as usize);
        assert_eq!(tag(Value::Float(0.0)), Tag::Float as usize);
        assert_eq!(tag(NixString::copied(heap, b"")), Tag::String as usize);
        assert_eq!(tag(Value::Missing), Tag::Missing as usize);
        assert_eq!(tag(Value::Speculative(SpeculativeInt::new(1, None))), Tag::Speculative as usize);
        assert_eq!(tag(Value::Thunk(crate::value::Thunk::evaluated(heap, Value::Null))), Tag::Thunk as usize);
    }
}

//! Operands that are encoded inside an instruction.

#![forbid(unsafe_code)]

/// An operand: a slot, an upvalue, or a small integer in the instruction itself.
#[derive(Clone, Copy, PartialEq)]
pub struct Operand(u16);

/// An [`Operand`], decoded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum OperandKind {
    /// A slot.
    Local(u16),
    /// An upvalue.
    Upvalue(u16),
    /// An integer.
    Int(i16),
}

const UPVALUE: u16 = 0x4000;
const INT: u16 = 0x8000;

impl Operand {
    /// A slot; none if its number is too large.
    pub fn local(slot: u32) -> Option<Operand> {
        (slot < u32::from(UPVALUE)).then_some(Operand(slot as u16))
    }

    /// An upvalue; none if its number is too large.
    pub fn upvalue(number: u32) -> Option<Operand> {
        (number < u32::from(UPVALUE)).then_some(Operand(number as u16 | UPVALUE))
    }

    /// An integer; none if it needs more than 15 bits.
    pub fn int(value: i64) -> Option<Operand> {
        (-0x4000..0x4000).contains(&value).then_some(Operand(value as u16 | INT))
    }

    /// Decodes the operand.
    #[inline]
    pub fn kind(self) -> OperandKind {
        if self.0 & INT != 0 {
            // The sign is the highest of 15 bits.
            OperandKind::Int(((self.0 << 1) as i16) >> 1)
        } else if self.0 & UPVALUE != 0 {
            OperandKind::Upvalue(self.0 & !UPVALUE)
        } else {
            OperandKind::Local(self.0)
        }
    }
}

impl std::fmt::Debug for Operand {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.kind() {
            OperandKind::Local(slot) => write!(formatter, "local {slot}"),
            OperandKind::Upvalue(number) => write!(formatter, "upvalue {number}"),
            OperandKind::Int(value) => write!(formatter, "{value}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operands_come_out_as_they_went_in() {
        for value in [0, 1, -1, 0x3fff, -0x4000] {
            assert_eq!(Operand::int(value).map(Operand::kind), Some(OperandKind::Int(value as i16)));
        }
        for number in [0, 1, 0x3fff] {
            assert_eq!(Operand::local(number).map(Operand::kind), Some(OperandKind::Local(number as u16)));
            assert_eq!(Operand::upvalue(number).map(Operand::kind), Some(OperandKind::Upvalue(number as u16)));
        }
        assert_eq!(Operand::int(0x4000), None);
        assert_eq!(Operand::int(-0x4001), None);
        assert_eq!(Operand::local(0x4000), None);
        assert_eq!(Operand::upvalue(0x4000), None);
    }
}

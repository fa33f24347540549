//! Finds the decimal digits of a float as the reference's JSON library does: by Grisu2 (Florian Loitsch, "Printing
//! floating-point numbers quickly and accurately with integers").
//!
//! Digits of Grisu2 always read back to the same float. For about one float in ten they are not the correctly rounded
//! ones, which Rust and the crates print. `toJSON` shows the difference.

use std::sync::LazyLock;

/// A binary float with a 64-bit significand: `significand * 2^exponent`.
#[derive(Clone, Copy, Debug, Default)]
struct Wide {
    significand: u64,
    exponent: i32,
}

impl Wide {
    /// The 64 highest bits of the product, rounded half up.
    fn times(self, other: Wide) -> Wide {
        let product = u128::from(self.significand) * u128::from(other.significand);
        let rounded = (product + (1 << 63)) >> 64;
        Wide { significand: rounded as u64, exponent: self.exponent + other.exponent + 64 }
    }

    /// The same value with the highest bit of the significand set.
    fn normalised(self) -> Wide {
        let shift = self.significand.leading_zeros();
        Wide { significand: self.significand << shift, exponent: self.exponent - shift as i32 }
    }
}

/// The smallest power of ten in [`POWERS`].
const FIRST_POWER: i32 = -300;
/// The step between powers of ten in [`POWERS`].
const POWER_STEP: i32 = 8;
/// How many there are: up to 10^324.
const POWER_COUNT: usize = 79;

/// Powers of ten, each rounded to 64 bits.
static POWERS: LazyLock<[Wide; POWER_COUNT]> =
    LazyLock::new(|| std::array::from_fn(|index| power_of_ten(FIRST_POWER + index as i32 * POWER_STEP)));

/// 10^`power` rounded to 64 bits, by long multiplication or division in base 2^32 (least significant limb first).
fn power_of_ten(power: i32) -> Wide {
    // 10^-300 leaves more than 500 of these 1600 bits, so cutting off what follows them cannot change the rounding.
    const SCALE: usize = 50;
    let (mut limbs, scale) = if power < 0 {
        let mut limbs = vec![0; SCALE];
        limbs.push(1);
        (limbs, 32 * SCALE as i32)
    } else {
        (vec![1], 0)
    };
    for _ in 0..power.unsigned_abs() {
        let mut carry = 0;
        if power < 0 {
            for limb in limbs.iter_mut().rev() {
                let dividend = carry << 32 | u64::from(*limb);
                *limb = (dividend / 10) as u32;
                carry = dividend % 10;
            }
        } else {
            for limb in &mut limbs {
                let product = u64::from(*limb) * 10 + carry;
                *limb = product as u32;
                carry = product >> 32;
            }
            if carry > 0 {
                limbs.push(carry as u32);
            }
        }
    }
    while limbs.last() == Some(&0) {
        limbs.pop();
    }
    let limb = |from_top: usize| limbs.len().checked_sub(from_top + 1).map_or(0, |index| u128::from(limbs[index]));
    let top = limb(0) << 96 | limb(1) << 64 | limb(2) << 32 | limb(3);
    let shift = top.leading_zeros();
    let rounded = ((top << shift) + (1 << 63)) >> 64;
    Wide { significand: rounded as u64, exponent: 32 * limbs.len() as i32 - 64 - shift as i32 - scale }
}

/// The digits of a positive finite `value`, and an exponent: `0.digits * 10^exponent` reads back as `value`.
pub(super) fn digits(value: f64) -> (Vec<u8>, i32) {
    debug_assert!(value.is_finite() && value > 0.0);
    let [low, exact, high] = boundaries(value);

    // Scale by a power of ten so that the exponent lands in -60..=-32: the whole part then fits 32 bits.
    let wanted = -61 - high.exponent;
    // The quotient must be truncated towards zero, hence no shift.
    let power = wanted * 78913 / (1 << 18) + i32::from(wanted > 0);
    let index = (power - FIRST_POWER + POWER_STEP - 1) / POWER_STEP;
    let scale = POWERS[index as usize];
    let exponent = -(FIRST_POWER + index * POWER_STEP);
    let exact = exact.times(scale);
    // Each bound is moved inwards by the error that scaling may have introduced.
    let low = low.times(scale).significand + 1;
    let high = high.times(scale).significand - 1;

    let bits = -exact.exponent;
    let mut delta = high - low;
    let mut distance = high - exact.significand;
    let mut whole = high >> bits;
    let mut fraction = high & ((1 << bits) - 1);

    let mut digits = Vec::with_capacity(17);
    let mut remaining = whole.ilog10() as i32 + 1;
    while remaining > 0 {
        let unit = 10u64.pow(remaining as u32 - 1);
        digits.push(b'0' + (whole / unit) as u8);
        whole %= unit;
        remaining -= 1;
        let rest = (whole << bits) + fraction;
        if rest <= delta {
            round(&mut digits, distance, delta, rest, unit << bits);
            let length = digits.len() as i32;
            return (digits, exponent + remaining + length);
        }
    }
    let mut decimals = 0;
    loop {
        fraction *= 10;
        digits.push(b'0' + (fraction >> bits) as u8);
        fraction &= (1 << bits) - 1;
        decimals += 1;
        delta *= 10;
        distance *= 10;
        if fraction <= delta {
            break;
        }
    }
    round(&mut digits, distance, delta, fraction, 1 << bits);
    let length = digits.len() as i32;
    (digits, exponent - decimals + length)
}

/// The float half-way below `value`, `value`, and the one half-way above, normalised to the exponent of the last.
fn boundaries(value: f64) -> [Wide; 3] {
    const HIDDEN: u64 = 1 << 52;
    let bits = value.to_bits();
    let (biased, fraction) = (bits >> 52, bits & (HIDDEN - 1));
    let value = match biased {
        0 => Wide { significand: fraction, exponent: -1074 },
        _ => Wide { significand: fraction + HIDDEN, exponent: biased as i32 - 1075 },
    };
    let high = Wide { significand: 2 * value.significand + 1, exponent: value.exponent - 1 }.normalised();
    // Below a power of two the floats are twice as dense.
    let low = if fraction == 0 && biased > 1 {
        Wide { significand: 4 * value.significand - 1, exponent: value.exponent - 2 }
    } else {
        Wide { significand: 2 * value.significand - 1, exponent: value.exponent - 1 }
    };
    let low = Wide { significand: low.significand << (low.exponent - high.exponent), exponent: high.exponent };
    [low, value.normalised(), high]
}

/// Lowers the last digit as long as that brings the digits closer to the exact value and keeps them within the bounds.
fn round(digits: &mut [u8], distance: u64, delta: u64, mut rest: u64, unit: u64) {
    let last = digits.len() - 1;
    while rest < distance
        && delta - rest >= unit
        && (rest + unit < distance || distance - rest > rest + unit - distance)
    {
        digits[last] -= 1;
        rest += unit;
    }
}

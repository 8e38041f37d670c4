//! Binary floating point with a chosen precision: the form of every number that is not a small integer.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

use num_bigint::{BigInt, BigUint, Sign};
use num_traits::Zero;

use super::NumberError;

/// Bits of precision of a literal and of whatever is computed from one.
pub(super) const FULL_PRECISION: u64 = 512;

/// Bits of precision of a number that came through an `f64`.
pub(super) const DOUBLE_PRECISION: u64 = 53;

/// Greatest power of two, either way, that the leading bit of a number may stand for.
///
/// About 10^315652: far beyond any use, and small enough that no operation needs more than a few hundred kilobytes.
pub(super) const EXPONENT_LIMIT: i64 = 1 << 20;

/// `mantissa * 2^exponent`, the mantissa odd, or zero with exponent zero.
#[derive(Clone)]
pub(super) struct Binary {
    pub(super) mantissa: BigInt,
    pub(super) exponent: i64,
    /// Bits to which the value was rounded, which decides how it prints and how results round.
    pub(super) precision: u64,
}

impl Binary {
    /// Rounds `mantissa * 2^exponent` to `precision` bits, half to even, and refuses magnitudes beyond the limit.
    pub(super) fn rounded(mantissa: BigInt, exponent: i64, precision: u64) -> Result<Self, NumberError> {
        let (sign, mut magnitude) = mantissa.into_parts();
        let mut exponent = exponent;
        let excess = magnitude.bits().saturating_sub(precision);
        if excess > 0 {
            let half = magnitude.bit(excess - 1);
            let beyond_half = magnitude.trailing_zeros().is_some_and(|zeros| zeros < excess - 1);
            magnitude >>= excess;
            if half && (beyond_half || magnitude.bit(0)) {
                magnitude += 1u32;
            }
            exponent += signed(excess);
        }
        let Some(zeros) = magnitude.trailing_zeros() else {
            return Ok(Self { mantissa: BigInt::zero(), exponent: 0, precision });
        };
        magnitude >>= zeros;
        exponent += signed(zeros);
        let leading = signed(magnitude.bits()) + exponent;
        if leading.abs() > EXPONENT_LIMIT {
            return Err(NumberError::OutOfRange);
        }
        Ok(Self { mantissa: BigInt::from_biguint(sign, magnitude), exponent, precision })
    }

    /// The integer itself, with room for all of its bits.
    pub(super) fn integer(value: BigInt) -> Result<Self, NumberError> {
        let zeros = value.trailing_zeros().unwrap_or(0);
        let precision = (value.bits() - zeros).max(FULL_PRECISION);
        Self::rounded(value, 0, precision)
    }

    pub(super) fn is_integer(&self) -> bool {
        self.exponent >= 0
    }

    pub(super) fn sign(&self) -> Sign {
        self.mantissa.sign()
    }

    /// The power of two just above the magnitude: `2^(n-1) <= |value| < 2^n`.
    fn magnitude_exponent(&self) -> i64 {
        signed(self.mantissa.bits()) + self.exponent
    }

    pub(super) fn to_i64(&self) -> Option<i64> {
        if !self.is_integer() || self.magnitude_exponent() > 64 {
            return None;
        }
        i64::try_from(self.truncated()).ok()
    }

    /// The integer part: the fraction is dropped, towards zero.
    pub(super) fn truncated(&self) -> BigInt {
        let shift = self.exponent.unsigned_abs();
        if self.exponent >= 0 {
            return &self.mantissa << shift;
        }
        let (sign, magnitude) = self.mantissa.clone().into_parts();
        BigInt::from_biguint(sign, magnitude >> shift)
    }

    /// The greatest integer that is not above the value.
    pub(super) fn floor(&self) -> BigInt {
        let truncated = self.truncated();
        if self.is_integer() || self.sign() != Sign::Minus { truncated } else { truncated - 1 }
    }

    /// The nearest `f64`, half to even; infinite beyond its range.
    pub(super) fn to_f64(&self) -> f64 {
        let negative = self.sign() == Sign::Minus;
        let with_sign = |bits: u64| f64::from_bits(bits | if negative { 1 << 63 } else { 0 });
        let leading = self.magnitude_exponent();
        // Below the normal range the last bit stays at 2^-1074, so fewer bits remain.
        let available = (leading + 1074).min(signed(DOUBLE_PRECISION));
        if available < 0 || self.sign() == Sign::NoSign {
            return with_sign(0);
        }
        let magnitude = self.mantissa.magnitude();
        let last_bit = leading - available;
        let drop = last_bit - self.exponent;
        let mut digits =
            if drop > 0 { magnitude >> drop.unsigned_abs() } else { magnitude << drop.unsigned_abs() };
        // The mantissa is odd: dropping exactly one bit is a tie, dropping more never is.
        if drop > 0 && magnitude.bit(drop.unsigned_abs() - 1) && (drop > 1 || digits.bit(0)) {
            digits += 1u32;
        }
        let Ok(digits) = u64::try_from(digits) else {
            return with_sign(0);
        };
        // A carry out of the mantissa moves into the exponent field by itself.
        let biased = (last_bit + 1074).unsigned_abs();
        if biased > 2045 {
            return with_sign(f64::INFINITY.to_bits());
        }
        with_sign((biased << 52) + digits)
    }

    pub(super) fn add(&self, other: &Self) -> Result<Self, NumberError> {
        let exponent = self.exponent.min(other.exponent);
        let aligned = |term: &Self| &term.mantissa << (term.exponent - exponent).unsigned_abs();
        Self::rounded(aligned(self) + aligned(other), exponent, self.precision.max(other.precision))
    }

    pub(super) fn negated(&self) -> Self {
        Self { mantissa: -self.mantissa.clone(), ..*self }
    }

    /// The product, to full precision; it keeps the operands' precision when that is enough to hold it.
    pub(super) fn multiply(&self, other: &Self) -> Result<Self, NumberError> {
        let product =
            Self::rounded(&self.mantissa * &other.mantissa, self.exponent + other.exponent, FULL_PRECISION)?;
        let precision = self.precision.max(other.precision).max(product.mantissa.bits());
        Ok(Self { precision, ..product })
    }

    pub(super) fn divide(&self, other: &Self) -> Result<Self, NumberError> {
        if other.sign() == Sign::NoSign {
            return Err(NumberError::DivisionByZero);
        }
        let precision = self.precision.max(other.precision);
        // Two bits more than the precision, and one that says whether anything follows.
        let shift = (precision + 2 + other.mantissa.bits()).saturating_sub(self.mantissa.bits());
        let dividend = &self.mantissa << shift;
        let (quotient, remainder) = (&dividend / &other.mantissa, &dividend % &other.mantissa);
        let (sign, mut magnitude) = quotient.into_parts();
        magnitude <<= 1u32;
        if !remainder.is_zero() {
            magnitude += 1u32;
        }
        let exponent = self.exponent - other.exponent - signed(shift) - 1;
        Self::rounded(BigInt::from_biguint(sign, magnitude), exponent, precision)
    }

    /// What is left after taking away the whole number of times that `other` goes into the value.
    ///
    /// Quotient, product and difference each round, as Terraform's do; the precision stays the dividend's.
    pub(super) fn remainder(&self, other: &Self) -> Result<Self, NumberError> {
        let whole = self.divide(other)?.truncated();
        let whole = Self::rounded(whole, 0, self.precision)?;
        let taken =
            Self::rounded(whole.mantissa * &other.mantissa, whole.exponent + other.exponent, self.precision)?;
        let left = self.add(&taken.negated())?;
        Ok(Self { precision: self.precision, ..left })
    }

    /// Nearest integer to `value * scale`, half to even.
    pub(super) fn scaled_to_integer(&self, scale: &BigUint) -> BigInt {
        let (sign, magnitude) = self.mantissa.clone().into_parts();
        let scaled = magnitude * scale;
        if self.exponent >= 0 {
            return BigInt::from_biguint(sign, scaled << self.exponent.unsigned_abs());
        }
        let drop = self.exponent.unsigned_abs();
        let half = scaled.bit(drop - 1);
        let beyond_half = scaled.trailing_zeros().is_some_and(|zeros| zeros < drop - 1);
        let mut nearest = scaled >> drop;
        if half && (beyond_half || nearest.bit(0)) {
            nearest += 1u32;
        }
        BigInt::from_biguint(sign, nearest)
    }
}

/// Bit counts stay far below 2^63: they are bounded by the memory that holds the bits.
fn signed(bits: u64) -> i64 {
    i64::try_from(bits).unwrap_or(i64::MAX)
}

/// Values compare, not the precision they were computed with.
impl Ord for Binary {
    fn cmp(&self, other: &Self) -> Ordering {
        let signs = self.sign().cmp(&other.sign());
        if signs != Ordering::Equal || self.sign() == Sign::NoSign {
            return signs;
        }
        let leading = self.magnitude_exponent().cmp(&other.magnitude_exponent());
        let magnitudes = leading.then_with(|| {
            // The leading bits stand at the same place, so the shift is at most the length of a mantissa.
            let exponent = self.exponent.min(other.exponent);
            let aligned =
                |term: &Self| term.mantissa.magnitude() << (term.exponent - exponent).unsigned_abs();
            aligned(self).cmp(&aligned(other))
        });
        if self.sign() == Sign::Minus { magnitudes.reverse() } else { magnitudes }
    }
}

impl PartialOrd for Binary {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Binary {
    fn eq(&self, other: &Self) -> bool {
        self.exponent == other.exponent && self.mantissa == other.mantissa
    }
}

impl Eq for Binary {}

impl Hash for Binary {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.exponent.hash(state);
        self.mantissa.hash(state);
    }
}

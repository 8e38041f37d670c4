//! Numbers of the language: binary floating point of 512 bits, as Terraform computes and prints them.

mod binary;
mod decimal;
mod real;

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;
use std::sync::Arc;

use num_bigint::{BigInt, Sign};
use serde::de::{Deserialize, Deserializer, Visitor};
use serde::ser::{Serialize, Serializer};

use self::binary::{Binary, DOUBLE_PRECISION, FULL_PRECISION};
use self::decimal::Purpose;

/// A number: an integer or a binary fraction of 512 bits, rounded half to even.
///
/// `f64` would lose the digits of account numbers and turn `0.1 + 0.2` into `0.30000000000000004`; with 512 bits sums
/// of decimal fractions print as people write them, and integers of 150 digits are exact. Cheap to clone; integers
/// that fit an `i64` need no allocation.
///
/// Equality, order and hash go by value alone. A number also remembers the precision it was computed with, which shows
/// only in its text: what came through an `f64` (powers, logarithms, YAML floats) prints with the digits of an `f64`.
/// There is neither infinity nor negative zero. Magnitudes beyond 2^(2^20), about 10^315652, are refused.
#[derive(Clone)]
pub struct Number(Form);

/// Invariant: an integer that fits an `i64` and that prints all its digits is always `Integer`.
#[derive(Clone)]
enum Form {
    Integer(i64),
    Binary(Arc<Binary>),
}

/// Why a calculation has no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// Division, or remainder of a division, by zero.
    #[error("division by zero")]
    DivisionByZero,
    /// The magnitude of the result is beyond 2^(2^20), or beyond an `f64` where one is used.
    #[error("number out of range")]
    OutOfRange,
    /// The function has no real value there: the root or the logarithm of a negative number.
    #[error("result is not a real number")]
    NotReal,
}

/// Why a text is no number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParseNumberError {
    /// The text is not a number in the notation asked for.
    #[error("not a number")]
    NotANumber,
    /// The text denotes a number beyond 2^(2^20), or is longer than any number within.
    #[error("number out of range")]
    OutOfRange,
    /// The base of the digits is not between 2 and 62.
    #[error("base {0} is not between 2 and 62")]
    Base(u32),
}

impl Number {
    /// Zero.
    pub const ZERO: Self = Self(Form::Integer(0));

    /// One.
    pub const ONE: Self = Self(Form::Integer(1));

    /// The integer itself.
    #[must_use]
    pub const fn from_i64(value: i64) -> Self {
        Self(Form::Integer(value))
    }

    /// The exact value of an `f64`, which prints with the digits of an `f64`; `None` for infinities and NaN.
    ///
    /// `from_f64(0.1)` prints `0.1` but is not equal to the literal `0.1`, which is closer to one tenth. For a value that
    /// stands for decimal text, such as a JSON float, use [`Number::from_decimal_f64`].
    #[must_use]
    pub fn from_f64(value: f64) -> Option<Self> {
        if !value.is_finite() {
            return None;
        }
        let bits = value.to_bits();
        let field = i64::try_from((bits >> 52) & 0x7ff).ok()?;
        let fraction = bits & ((1 << 52) - 1);
        let (magnitude, exponent) =
            if field == 0 { (fraction, -1074) } else { (fraction | (1 << 52), field - 1075) };
        let mantissa = if value < 0.0 { -BigInt::from(magnitude) } else { BigInt::from(magnitude) };
        Binary::rounded(mantissa, exponent, DOUBLE_PRECISION).map(Self::normalised).ok()
    }

    /// The shortest decimal text of an `f64`, read as a literal; `None` for infinities and NaN.
    ///
    /// This is the number people see in a JSON document: equal to the same digits in the configuration.
    #[must_use]
    pub fn from_decimal_f64(value: f64) -> Option<Self> {
        if !value.is_finite() {
            return None;
        }
        value.to_string().parse().ok()
    }

    /// The integer itself, exact whatever its length.
    ///
    /// # Errors
    /// [`NumberError::OutOfRange`] beyond 2^(2^20).
    pub fn from_bigint(value: BigInt) -> Result<Self, NumberError> {
        Binary::integer(value).map(Self::normalised)
    }

    /// Reads an integer in a base from 2 to 62, as `parseint` does: an optional sign, then digits only.
    ///
    /// Letters follow the ten digits. Up to base 36 their case is free; beyond, upper case continues after lower case.
    ///
    /// # Errors
    /// [`ParseNumberError::Base`] for another base, [`ParseNumberError::NotANumber`] for other characters or none.
    pub fn parse_radix(text: &str, base: u32) -> Result<Self, ParseNumberError> {
        decimal::parse_radix(text, base).map(Self::normalised)
    }

    fn normalised(value: Binary) -> Self {
        // The digits of an integer longer than its precision end in zeros in Terraform's text: it stays as it is.
        if (value.precision >= 64
            || value.mantissa.bits().saturating_add_signed(value.exponent) <= value.precision)
            && let Some(integer) = value.to_i64()
        {
            return Self(Form::Integer(integer));
        }
        // More bits than a literal can have are kept for integers alone, whose text has them all.
        if value.precision > FULL_PRECISION && !value.is_integer() {
            let Binary { mantissa, exponent, .. } = &value;
            if let Ok(rounded) = Binary::rounded(mantissa.clone(), *exponent, FULL_PRECISION) {
                return Self(Form::Binary(Arc::new(rounded)));
            }
        }
        Self(Form::Binary(Arc::new(value)))
    }

    fn from_i128(value: i128) -> Self {
        match i64::try_from(value) {
            Ok(integer) => Self(Form::Integer(integer)),
            Err(_) => Self(Form::Binary(Arc::new(small(BigInt::from(value))))),
        }
    }

    fn binary(&self) -> Cow<'_, Binary> {
        match &self.0 {
            Form::Integer(integer) => Cow::Owned(small(BigInt::from(*integer))),
            Form::Binary(binary) => Cow::Borrowed(binary),
        }
    }

    /// The sum.
    ///
    /// # Errors
    /// [`NumberError::OutOfRange`] beyond 2^(2^20).
    pub fn add(&self, other: &Self) -> Result<Self, NumberError> {
        if let (Form::Integer(left), Form::Integer(right)) = (&self.0, &other.0) {
            return Ok(Self::from_i128(i128::from(*left) + i128::from(*right)));
        }
        self.binary().add(&other.binary()).map(Self::normalised)
    }

    /// The difference.
    ///
    /// # Errors
    /// [`NumberError::OutOfRange`] beyond 2^(2^20).
    pub fn sub(&self, other: &Self) -> Result<Self, NumberError> {
        if let (Form::Integer(left), Form::Integer(right)) = (&self.0, &other.0) {
            return Ok(Self::from_i128(i128::from(*left) - i128::from(*right)));
        }
        self.binary().add(&other.binary().negated()).map(Self::normalised)
    }

    /// The product.
    ///
    /// # Errors
    /// [`NumberError::OutOfRange`] beyond 2^(2^20).
    pub fn mul(&self, other: &Self) -> Result<Self, NumberError> {
        if let (Form::Integer(left), Form::Integer(right)) = (&self.0, &other.0) {
            return Ok(Self::from_i128(i128::from(*left) * i128::from(*right)));
        }
        self.binary().multiply(&other.binary()).map(Self::normalised)
    }

    /// The quotient.
    ///
    /// # Errors
    /// [`NumberError::DivisionByZero`], where Terraform has an infinity; [`NumberError::OutOfRange`].
    pub fn div(&self, other: &Self) -> Result<Self, NumberError> {
        if let (Form::Integer(left), Form::Integer(right)) = (&self.0, &other.0)
            && left.checked_rem(*right) == Some(0)
        {
            return Ok(Self(Form::Integer(left / right)));
        }
        self.binary().divide(&other.binary()).map(Self::normalised)
    }

    /// The remainder of the division, with the sign of `self`; fractions have one too: `5.5 % 2` is `1.5`.
    ///
    /// # Errors
    /// [`NumberError::DivisionByZero`], where Terraform has `self`; [`NumberError::OutOfRange`].
    pub fn rem(&self, other: &Self) -> Result<Self, NumberError> {
        if let (Form::Integer(left), Form::Integer(right)) = (&self.0, &other.0)
            && let Some(remainder) = left.checked_rem(*right)
        {
            return Ok(Self(Form::Integer(remainder)));
        }
        self.binary().remainder(&other.binary()).map(Self::normalised)
    }

    /// The number with the other sign.
    #[must_use]
    pub fn neg(&self) -> Self {
        match &self.0 {
            Form::Integer(integer) => Self::from_i128(-i128::from(*integer)),
            Form::Binary(binary) => Self::normalised(binary.negated()),
        }
    }

    /// The magnitude.
    #[must_use]
    pub fn abs(&self) -> Self {
        if self.signum() < 0 { self.neg() } else { self.clone() }
    }

    /// The greatest integer not above the number.
    #[must_use]
    pub fn floor(&self) -> Self {
        match &self.0 {
            Form::Binary(binary) if !binary.is_integer() => {
                Self::normalised(Binary { precision: FULL_PRECISION, ..small(binary.floor()) })
            }
            _ => self.clone(),
        }
    }

    /// The smallest integer not below the number.
    #[must_use]
    pub fn ceil(&self) -> Self {
        self.neg().floor().neg()
    }

    /// -1, 0 or 1 for a negative number, zero and a positive number.
    #[must_use]
    pub fn signum(&self) -> i8 {
        let order = match &self.0 {
            Form::Integer(integer) => integer.cmp(&0),
            Form::Binary(binary) => binary.sign().cmp(&Sign::NoSign),
        };
        order as i8
    }

    /// `self` to the power of `exponent`, computed in `f64` as Terraform does, with its 53 bits of precision.
    ///
    /// # Errors
    /// [`NumberError::OutOfRange`] beyond an `f64`; [`NumberError::NotReal`] for a broken power of a negative number.
    pub fn pow(&self, exponent: &Self) -> Result<Self, NumberError> {
        Self::through_f64(self, exponent, real::power)
    }

    /// The logarithm of `self` in the given base, computed in `f64` as Terraform does.
    ///
    /// # Errors
    /// [`NumberError::OutOfRange`] beyond an `f64` and for zero or base one; [`NumberError::NotReal`] below zero.
    pub fn log(&self, base: &Self) -> Result<Self, NumberError> {
        Self::through_f64(self, base, real::logarithm)
    }

    fn through_f64(left: &Self, right: &Self, function: fn(f64, f64) -> f64) -> Result<Self, NumberError> {
        let (left, right) = (left.to_f64(), right.to_f64());
        if left.is_infinite() || right.is_infinite() {
            return Err(NumberError::OutOfRange);
        }
        let result = function(left, right);
        if result.is_nan() {
            return Err(NumberError::NotReal);
        }
        Self::from_f64(result).ok_or(NumberError::OutOfRange)
    }

    /// Whether the number has no fraction.
    #[must_use]
    pub fn is_integer(&self) -> bool {
        match &self.0 {
            Form::Integer(_) => true,
            Form::Binary(binary) => binary.is_integer(),
        }
    }

    /// The number as an `i64`; `None` for a fraction and beyond the range.
    #[must_use]
    pub fn to_i64(&self) -> Option<i64> {
        match &self.0 {
            Form::Integer(integer) => Some(*integer),
            Form::Binary(binary) => binary.to_i64(),
        }
    }

    /// The number as an integer of any length; `None` for a fraction.
    #[must_use]
    pub fn to_bigint(&self) -> Option<BigInt> {
        self.is_integer().then(|| self.binary().truncated())
    }

    /// The nearest `f64`, half to even; infinite beyond its range.
    #[must_use]
    pub fn to_f64(&self) -> f64 {
        self.binary().to_f64()
    }

    /// The shortest plain decimal text that reads back as the very same value; an integer has all its digits.
    ///
    /// [`Display`](fmt::Display) is the text people see. The two differ for numbers that came through an `f64`, and for
    /// integers beyond 512 bits, which Terraform shows rounded.
    #[must_use]
    pub fn to_decimal_string(&self) -> String {
        match &self.0 {
            Form::Integer(integer) => integer.to_string(),
            Form::Binary(binary) => decimal::to_text(binary, Purpose::Keep),
        }
    }

    /// Plain decimal text with that many places after the point, the exact value rounded half to even.
    #[must_use]
    pub fn to_fixed(&self, places: u16) -> String {
        decimal::to_fixed(&self.binary(), places)
    }

    /// Reads what [`Number::to_decimal_string`] wrote: an integer is exact whatever its length.
    fn from_decimal_string(text: &str) -> Result<Self, ParseNumberError> {
        if text.bytes().any(|byte| matches!(byte, b'.' | b'e' | b'E')) {
            return text.parse();
        }
        Self::parse_radix(text, 10)
    }
}

/// An integer shorter than full precision; not normalised.
fn small(value: BigInt) -> Binary {
    let zeros = value.trailing_zeros().unwrap_or(0);
    let exponent = i64::try_from(zeros).unwrap_or(i64::MAX);
    Binary { mantissa: value >> zeros, exponent, precision: FULL_PRECISION }
}

/// Reads a decimal literal, rounded to 512 bits: optional sign, digits with an optional point, optional exponent.
///
/// As `tonumber`, it takes leading zeros, `.5`, `5.` and a leading `+`; spaces, underscores, other bases and infinities
/// are no numbers.
impl FromStr for Number {
    type Err = ParseNumberError;

    fn from_str(text: &str) -> Result<Self, ParseNumberError> {
        // `i64` reads exactly an optional sign and digits.
        if let Ok(integer) = text.parse::<i64>() {
            return Ok(Self(Form::Integer(integer)));
        }
        decimal::parse(text).map(Self::normalised)
    }
}

/// The text of the number in templates, in `tostring` and in JSON: plain notation, the fewest digits that tell it from
/// its neighbours of the same precision.
impl fmt::Display for Number {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Form::Integer(integer) => fmt::Display::fmt(integer, formatter),
            Form::Binary(binary) => formatter.write_str(&decimal::to_text(binary, Purpose::Show)),
        }
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl Default for Number {
    fn default() -> Self {
        Self::ZERO
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        match (&self.0, &other.0) {
            (Form::Integer(left), Form::Integer(right)) => left.cmp(right),
            _ => self.binary().cmp(&other.binary()),
        }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Number {}

impl Hash for Number {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // An integer that came through an `f64` may be in either form.
        match self.to_i64() {
            Some(integer) => integer.hash(state),
            None => self.binary().hash(state),
        }
    }
}

macro_rules! from_integers {
    ($($integer:ty),*) => {$(
        impl From<$integer> for Number {
            fn from(value: $integer) -> Self {
                i64::try_from(value).map_or_else(|_| Self::normalised(small(BigInt::from(value))), Self::from_i64)
            }
        }
    )*};
}

from_integers!(i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize);

/// An integer that fits an `i64` is written as one, any other number as the string of its decimal digits: readers of JSON
/// that know only `f64` would round it.
impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.to_i64() {
            Some(integer) => serializer.serialize_i64(integer),
            None => serializer.serialize_str(&self.to_decimal_string()),
        }
    }
}

/// Reads integers, strings of decimal digits, and floats by their decimal text.
impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NumberVisitor)
    }
}

struct NumberVisitor;

impl Visitor<'_> for NumberVisitor {
    type Value = Number;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a number or a string of decimal digits")
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Number, E> {
        Ok(Number::from(value))
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Number, E> {
        Ok(Number::from(value))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Number, E> {
        Number::from_decimal_f64(value).ok_or_else(|| E::custom("not a number"))
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Number, E> {
        Number::from_decimal_string(text).map_err(E::custom)
    }
}

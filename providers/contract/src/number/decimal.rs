//! Decimal text: reading literals with correct rounding, and the shortest digits that read back.

use num_bigint::{BigInt, BigUint, Sign};
use num_traits::{Pow, Zero};

use super::ParseNumberError;
use super::binary::{Binary, FULL_PRECISION};

/// Longest text read, in bytes: the digits of the greatest number, and some.
///
/// Reading takes time that grows with the square of the length, so it is bounded before it starts.
pub(super) const TEXT_LIMIT_BYTES: usize = 320_000;

/// Greatest decimal exponent, either way, that can still lead to a number within the limit: the 315,652 of the number
/// itself, and the places that a text of the greatest length can take back.
const DECIMAL_EXPONENT_LIMIT: i64 = 640_000;

/// A literal taken apart: `digits * 10^exponent`.
struct Literal {
    negative: bool,
    digits: Vec<u8>,
    exponent: i64,
}

fn take_apart(text: &str) -> Result<Literal, ParseNumberError> {
    let (negative, unsigned) = split_sign(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, parse_exponent(exponent)?),
        None => (unsigned, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mut digits = Vec::with_capacity(whole.len() + fraction.len());
    for byte in whole.bytes().chain(fraction.bytes()) {
        if !byte.is_ascii_digit() {
            return Err(ParseNumberError::NotANumber);
        }
        digits.push(byte - b'0');
    }
    if digits.is_empty() {
        return Err(ParseNumberError::NotANumber);
    }
    let places = i64::try_from(fraction.len()).unwrap_or(i64::MAX);
    Ok(Literal { negative, digits, exponent: exponent.saturating_sub(places) })
}

/// Takes one leading sign off.
pub(super) fn split_sign(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(unsigned) => (true, unsigned),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

/// Reads an exponent; one too long for an `i64` saturates, since it is out of range either way.
fn parse_exponent(text: &str) -> Result<i64, ParseNumberError> {
    let (negative, digits) = split_sign(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(ParseNumberError::NotANumber);
    }
    let magnitude = digits.parse::<i64>().unwrap_or(i64::MAX);
    Ok(if negative { -magnitude } else { magnitude })
}

/// Reads a decimal literal, rounded to full precision.
pub(super) fn parse(text: &str) -> Result<Binary, ParseNumberError> {
    if text.len() > TEXT_LIMIT_BYTES {
        return Err(ParseNumberError::OutOfRange);
    }
    let literal = take_apart(text)?;
    let digits = BigUint::from_radix_be(&literal.digits, 10).ok_or(ParseNumberError::NotANumber)?;
    let sign = if literal.negative { Sign::Minus } else { Sign::Plus };
    let digits = BigInt::from_biguint(sign, digits);
    if digits.is_zero() {
        return Ok(Binary { mantissa: digits, exponent: 0, precision: FULL_PRECISION });
    }
    if literal.exponent.abs() > DECIMAL_EXPONENT_LIMIT {
        return Err(ParseNumberError::OutOfRange);
    }
    // 10^n is 5^n * 2^n: only the power of five needs arithmetic.
    let exponent = literal.exponent;
    let fives = Binary {
        mantissa: BigInt::from(BigUint::from(5u32).pow(exponent.unsigned_abs())),
        exponent: 0,
        precision: FULL_PRECISION,
    };
    let value = if exponent >= 0 {
        Binary::rounded(digits * fives.mantissa, exponent, FULL_PRECISION)
    } else {
        let digits = Binary { mantissa: digits, exponent, precision: FULL_PRECISION };
        digits.divide(&fives)
    };
    value.map_err(|_| ParseNumberError::OutOfRange)
}

/// What a decimal text must let its reader do.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Purpose {
    /// The digits Terraform shows. Just below a power of two the neighbour is closer than Terraform takes it to be,
    /// so its digits for a power of two are at times one too few.
    Show,
    /// Digits that read back as the very same value.
    Keep,
}

/// Plain decimal notation, without an exponent.
pub(super) fn to_text(value: &Binary, purpose: Purpose) -> String {
    let magnitude = value.mantissa.magnitude();
    let precision =
        if purpose == Purpose::Keep { value.precision.max(FULL_PRECISION) } else { value.precision };
    let whole_bits = magnitude.bits().saturating_add_signed(value.exponent);
    let exact = value.is_integer() && (purpose == Purpose::Keep || whole_bits <= precision);
    let digits = if exact || magnitude.is_zero() {
        (magnitude << value.exponent.unsigned_abs()).to_string()
    } else {
        let shortest = shortest_digits(magnitude, value.exponent, precision, purpose);
        place_point(&shortest.digits, shortest.point)
    };
    if value.sign() == Sign::Minus { format!("-{digits}") } else { digits }
}

/// `0.d1 d2 d3... * 10^point`.
struct Digits {
    digits: Vec<u8>,
    point: i64,
}

fn place_point(digits: &[u8], point: i64) -> String {
    let characters = |digits: &[u8]| digits.iter().map(|digit| char::from(b'0' + digit)).collect::<String>();
    let places = usize::try_from(point.unsigned_abs()).unwrap_or(usize::MAX);
    if point <= 0 {
        return format!("0.{}{}", "0".repeat(places), characters(digits));
    }
    match digits.split_at_checked(places) {
        Some((whole, [])) => characters(whole),
        Some((whole, fraction)) => format!("{}.{}", characters(whole), characters(fraction)),
        None => format!("{}{}", characters(digits), "0".repeat(places - digits.len())),
    }
}

/// Generates digits until what is left is less than half the distance to a neighbour of the given precision.
///
/// Steele and White's free-format algorithm with exact integers: `rest / unit` is what remains of the value,
/// `below / unit` and `above / unit` are how far one may go and still read back.
fn shortest_digits(magnitude: &BigUint, exponent: i64, precision: u64, purpose: Purpose) -> Digits {
    let missing = precision.saturating_sub(magnitude.bits());
    // All is counted in quarters of the last bit of that precision, so that half of half the distance is whole.
    let quarter_place = exponent.saturating_sub_unsigned(missing) - 2;
    let mut rest = magnitude << (missing + 2);
    let mut unit = BigUint::from(1u32);
    let mut above = BigUint::from(2u32);
    if quarter_place >= 0 {
        rest <<= quarter_place.unsigned_abs();
        above <<= quarter_place.unsigned_abs();
    } else {
        unit <<= quarter_place.unsigned_abs();
    }
    let closer_below = purpose == Purpose::Keep && magnitude.bits() == 1;
    let mut below = if closer_below { &above >> 1u32 } else { above.clone() };
    // A literal exactly between two neighbours reads as the even one.
    let inclusive = missing > 0;

    let point =
        scale(&mut rest, &mut unit, &mut below, &mut above, decimal_point_estimate(magnitude, exponent));
    let mut digits = Vec::new();
    loop {
        rest *= 10u32;
        below *= 10u32;
        above *= 10u32;
        let digit = &rest / &unit;
        rest -= &digit * &unit;
        digits.push(u8::try_from(digit).unwrap_or(9));
        let up_to = &rest + &above;
        let down = if inclusive { rest <= below } else { rest < below };
        let up = if inclusive { up_to >= unit } else { up_to > unit };
        if !down && !up {
            continue;
        }
        let odd = digits.last().is_some_and(|digit| digit % 2 == 1);
        let nearer_up = match (&rest << 1u32).cmp(&unit) {
            std::cmp::Ordering::Equal => odd,
            order => order.is_gt(),
        };
        return if up && (!down || nearer_up) { increment(digits, point) } else { trimmed(digits, point) };
    }
}

/// A lower bound, by at most one or two, of the place of the decimal point.
fn decimal_point_estimate(magnitude: &BigUint, exponent: i64) -> i64 {
    let leading = i64::try_from(magnitude.bits()).unwrap_or(i64::MAX).saturating_add(exponent) - 1;
    // log10(2), to nine places; exponents have at most 21 bits, so the error stays below one.
    (leading * 301_029_995).div_euclid(1_000_000_000)
}

/// Multiplies so that `0.1 <= rest / unit < 1`, and returns the place of the decimal point.
fn scale(
    rest: &mut BigUint,
    unit: &mut BigUint,
    below: &mut BigUint,
    above: &mut BigUint,
    estimate: i64,
) -> i64 {
    let power = BigUint::from(10u32).pow(estimate.unsigned_abs());
    if estimate >= 0 {
        *unit *= power;
    } else {
        for term in [&mut *rest, below, above] {
            *term *= &power;
        }
    }
    let mut point = estimate;
    while *rest >= *unit {
        *unit *= 10u32;
        point += 1;
    }
    point
}

fn increment(mut digits: Vec<u8>, point: i64) -> Digits {
    while digits.last() == Some(&9) {
        digits.pop();
    }
    match digits.last_mut() {
        Some(digit) => *digit += 1,
        None => return Digits { digits: vec![1], point: point + 1 },
    }
    Digits { digits, point }
}

fn trimmed(mut digits: Vec<u8>, point: i64) -> Digits {
    while digits.last() == Some(&0) {
        digits.pop();
    }
    Digits { digits, point }
}

/// Decimal notation with a fixed count of places, half to even.
pub(super) fn to_fixed(value: &Binary, places: u16) -> String {
    let scaled = value.scaled_to_integer(&BigUint::from(10u32).pow(u32::from(places)));
    let places = usize::from(places);
    let digits = scaled.magnitude().to_string();
    let padded = format!("{digits:0>width$}", width = places + 1);
    let (whole, fraction) = padded.split_at(padded.len() - places);
    let sign = if value.sign() == Sign::Minus { "-" } else { "" };
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

/// Digits of an integer in a base from 2 to 62, exact whatever their count.
pub(super) fn parse_radix(text: &str, base: u32) -> Result<Binary, ParseNumberError> {
    if !(2..=62).contains(&base) {
        return Err(ParseNumberError::Base(base));
    }
    if text.len() > TEXT_LIMIT_BYTES {
        return Err(ParseNumberError::OutOfRange);
    }
    let (negative, unsigned) = split_sign(text);
    let mut digits = Vec::with_capacity(unsigned.len());
    for byte in unsigned.bytes() {
        let digit = radix_digit(byte, base).ok_or(ParseNumberError::NotANumber)?;
        digits.push(digit);
    }
    if digits.is_empty() {
        return Err(ParseNumberError::NotANumber);
    }
    let magnitude = BigUint::from_radix_be(&digits, base).ok_or(ParseNumberError::NotANumber)?;
    let sign = if negative { Sign::Minus } else { Sign::Plus };
    Binary::integer(BigInt::from_biguint(sign, magnitude)).map_err(|_| ParseNumberError::OutOfRange)
}

/// Up to base 36 the case of a letter is free; beyond, upper case continues after lower case.
fn radix_digit(byte: u8, base: u32) -> Option<u8> {
    let digit = match byte {
        b'0'..=b'9' => byte - b'0',
        b'a'..=b'z' => byte - b'a' + 10,
        b'A'..=b'Z' if base <= 36 => byte - b'A' + 10,
        b'A'..=b'Z' => byte - b'A' + 36,
        _ => return None,
    };
    (u32::from(digit) < base).then_some(digit)
}

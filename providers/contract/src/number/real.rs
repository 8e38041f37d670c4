//! Powers and logarithms, which go through `f64` as they do in Terraform.

/// `base` to the power of `exponent`.
///
/// The whole part of the exponent is worked off by repeated squaring of a mantissa in `[0.5, 1)` with the exponent kept
/// apart, and only the fraction goes through `exp` and `ln`: whole powers come out the same on every platform, and
/// with the same last digit as Terraform prints.
pub(super) fn power(base: f64, exponent: f64) -> f64 {
    if exponent == 0.0 || base == 1.0 {
        return 1.0;
    }
    if base == 0.0 || !base.is_finite() || !exponent.is_finite() || exponent.abs() >= 2f64.powi(63) {
        return base.powf(exponent);
    }
    if exponent == 0.5 {
        return base.sqrt();
    }
    if exponent == -0.5 {
        return 1.0 / base.sqrt();
    }
    let (mut whole, mut fraction) = (exponent.abs().trunc(), exponent.abs().fract());
    if fraction != 0.0 && base < 0.0 {
        return f64::NAN;
    }
    let mut result = 1.0;
    if fraction != 0.0 {
        if fraction > 0.5 {
            fraction -= 1.0;
            whole += 1.0;
        }
        result = exponential(fraction * natural_logarithm(base));
    }
    let (product, twos) = whole_power(base, whole, result);
    if exponent < 0.0 { scaled(1.0 / product, -twos) } else { scaled(product, twos) }
}

/// `start * base^whole` as a mantissa and a power of two.
fn whole_power(base: f64, whole: f64, start: f64) -> (f64, i64) {
    let mut result = start;
    let mut twos = 0i64;
    let (mut square, mut square_twos) = split(base);
    let mut remaining = whole;
    while remaining > 0.0 {
        if square_twos.abs() > 1 << 12 {
            // Beyond the range of an f64 whatever follows.
            twos += square_twos;
            break;
        }
        if remaining % 2.0 == 1.0 {
            result *= square;
            twos += square_twos;
        }
        square *= square;
        square_twos *= 2;
        if square < 0.5 {
            square += square;
            square_twos -= 1;
        }
        remaining = (remaining / 2.0).trunc();
    }
    (result, twos)
}

/// Mantissa with magnitude in `[0.5, 1)` and power of two of a finite number other than zero.
fn split(value: f64) -> (f64, i64) {
    let (value, shift) =
        if value.abs() < f64::MIN_POSITIVE { (value * 2f64.powi(54), 54) } else { (value, 0) };
    let bits = value.to_bits();
    let exponent = i64::try_from((bits >> 52) & 0x7ff).unwrap_or(0) - 1022;
    (f64::from_bits((bits & !(0x7ff << 52)) | (1022 << 52)), exponent - shift)
}

/// `value * 2^twos`, rounded once even where the result is subnormal.
fn scaled(value: f64, twos: i64) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return value;
    }
    let (mantissa, own) = split(value);
    let exponent = own + twos;
    match i32::try_from(exponent) {
        Ok(exponent @ -1021..=1024) => mantissa * 2.0 * 2f64.powi(exponent - 1),
        Ok(exponent @ -1100..=-1022) => mantissa * 2f64.powi(exponent + 100) * 2f64.powi(-100),
        _ if exponent > 0 => f64::INFINITY.copysign(mantissa),
        _ => 0.0,
    }
}

/// Logarithm of `value` in `base`: the quotient of two natural ones.
pub(super) fn logarithm(value: f64, base: f64) -> f64 {
    natural_logarithm(value) / natural_logarithm(base)
}

/// Natural logarithm, by the method published with Sun's fdlibm (`e_log`), which Terraform's library follows.
///
/// With `value = 2^k * (1 + f)` and `s = f / (2 + f)`, `ln(1 + f)` is `2 * atanh(s)`, whose series in `s^2` is replaced
/// by the polynomial of least greatest error. The error is below one unit in the last place, but which way it falls
/// differs from the platform's `ln`, and shows in quotients.
fn natural_logarithm(value: f64) -> f64 {
    const COEFFICIENTS: [f64; 7] = [
        6.666_666_666_666_735e-1,
        3.999_999_999_940_942e-1,
        2.857_142_874_366_239e-1,
        2.222_219_843_214_978_4e-1,
        1.818_357_216_161_805e-1,
        1.531_383_769_920_937_3e-1,
        1.479_819_860_511_658_6e-1,
    ];
    // ln(2) in two parts; the first has few enough bits that its product with an exponent is exact.
    const LN_2_HIGH: f64 = 6.931_471_803_691_238e-1;
    const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;

    if value <= 0.0 || !value.is_finite() {
        return value.ln();
    }
    let (mut mantissa, mut twos) = split(value);
    if mantissa < std::f64::consts::FRAC_1_SQRT_2 {
        mantissa *= 2.0;
        twos -= 1;
    }
    let twos = twos as f64;
    let f = mantissa - 1.0;
    let s = f / (2.0 + f);
    let s2 = s * s;
    let s4 = s2 * s2;
    let [c1, c2, c3, c4, c5, c6, c7] = COEFFICIENTS;
    let odd = s2 * (c1 + s4 * (c3 + s4 * (c5 + s4 * c7)));
    let even = s4 * (c2 + s4 * (c4 + s4 * c6));
    let half_square = 0.5 * f * f;
    twos * LN_2_HIGH - ((half_square - (s * (half_square + (odd + even)) + twos * LN_2_LOW)) - f)
}

/// `e` to the power of a `value` far from overflow, by Shibata's method (ISC 2010), which Terraform's library follows.
///
/// With `value = n * ln(2) + 16 * r`, a Taylor polynomial gives `e^r - 1`; `y * (y + 2)` turns `e^r - 1` into
/// `e^(2r) - 1`, four times over. Products and sums are fused, as there.
fn exponential(value: f64) -> f64 {
    // ln(2) in two parts, the first short enough that its products with small integers are exact.
    const LN_2_HIGH: f64 = 0.693_147_180_559_663;
    const LN_2_LOW: f64 = 0.282_352_905_630_315_77e-12;
    const FACTORIALS: [f64; 7] = [5040.0, 720.0, 120.0, 24.0, 6.0, 2.0, 1.0];

    let twos = (value * std::f64::consts::LOG2_E).round_ties_even();
    let rest = (-LN_2_LOW).mul_add(twos, (-LN_2_HIGH).mul_add(twos, value)) / 16.0;
    let series =
        FACTORIALS.iter().fold(1.0 / 40320.0, |sum: f64, factorial| sum.mul_add(rest, 1.0 / factorial));
    let mut less_one = rest * series;
    for _ in 0..3 {
        less_one *= less_one + 2.0;
    }
    scaled(less_one.mul_add(less_one + 2.0, 1.0), twos as i64)
}

//! Numbers against known answers of Terraform, and against their own laws.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use num_bigint::BigInt;
use proptest::prelude::*;
use relight_contract::number::{Number, NumberError, ParseNumberError};

/// What Terraform 1.11 prints for an operation on two operands; `f2^0.5` stands for `pow(2, 0.5)`.
#[rustfmt::skip]
const KNOWN_ANSWERS: &[(&str, &str, &str, &str)] = &[
    ("+", "0.1", "0.2", "0.3"),
    ("+", "9223372036854775807", "1", "9223372036854775808"),
    ("+", "1e400", "1", "10000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"),
    ("-", "1", "0.9", "0.10000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000003"),
    ("-", "-9223372036854775808", "1", "-9223372036854775809"),
    ("*", "123456789012345678901234567890", "123456789012345678901234567890", "15241578753238836750495351562536198787501905199875019052100"),
    ("*", "0.1", "0.1", "0.010000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000001"),
    ("*", "-3037000500", "3037000500", "-9223372037000250000"),
    ("/", "1", "3", "0.33333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333335"),
    ("/", "-2", "3", "-0.6666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666667"),
    ("/", "10", "4", "2.5"),
    ("/", "1e-30", "7", "0.00000000000000000000000000000014285714285714285714285714285714285714285714285714285714285714285714285714285714285714285714285714285714285714285714285714285714285714285714285714285714286"),
    ("%", "5.5", "2", "1.5"),
    ("%", "-5", "3", "-2"),
    ("%", "5", "-3", "2"),
    ("%", "-5.5", "2", "-1.5"),
    ("%", "5", "0.3", "0.19999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999976"),
    ("%", "1e30", "7", "1"),
    ("%", "f2^0.5", "0.3", "0.2142135623730952"),
    ("/", "f2^0.5", "f3^0.5", "0.8164965809277261"),
    ("+", "f2^0.5", "f2^0.5", "2.8284271247461903"),
    ("+", "f2^0.5", "0", "1.4142135623730951454746218587388284504413604736328125"),
    ("*", "f2^0.5", "f2^0.5", "2.00000000000000027343234630647693"),
    ("-", "f2^64", "1", "18446744073709551615"),
    ("literal", "1e50", "0", "100000000000000000000000000000000000000000000000000"),
    ("literal", "1e-10", "0", "0.0000000001"),
    ("literal", "12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890", "0", "12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012346000000000000000000000000000000000000000000000"),
    ("literal", "0.000123456789012345678901234567890", "0", "0.00012345678901234567890123456789"),
    ("literal", "f2^60", "0", "1152921504606847000"),
    ("literal", "f2^64", "0", "18446744073709550000"),
    ("literal", "f3^-40", "0", "0.00000000000000000008225263339969959"),
    ("floor", "-1.5", "0", "-2"),
    ("ceil", "-1.5", "0", "-1"),
    ("floor", "f2^100", "0", "1267650600228229400000000000000"),
    ("floor", "1000000000000000000000000000000.5", "0", "1000000000000000000000000000000"),
    ("ceil", "0.1", "0", "1"),
    ("pow", "2", "10", "1024"),
    ("pow", "1.1", "10", "2.593742460100002"),
    ("pow", "1.1", "2.3", "1.2450969688995253"),
    ("pow", "7", "0.1", "1.214814044039067"),
    ("pow", "42", "-4.23", "0.00000013603651626001795"),
    ("pow", "-2", "3", "-8"),
    ("pow", "10", "-3", "0.001"),
    ("log", "1000", "10", "2.9999999999999996"),
    ("log", "9", "3", "2.0000000000000004"),
    ("log", "8", "2", "3"),
    ("log", "0.01", "0.5", "6.643856189774725"),
    ("fixed", "2.675", "2", "2.67"),
    ("fixed", "0.125", "2", "0.12"),
    ("fixed", "-1234.5", "0", "-1234"),
    ("fixed", "0.001", "2", "0.00"),
];

fn number(text: &str) -> Number {
    match text.strip_prefix('f').and_then(|power| power.split_once('^')) {
        Some((base, exponent)) => number(base).pow(&number(exponent)).unwrap(),
        None => text.parse().unwrap_or_else(|error| panic!("{text}: {error}")),
    }
}

fn hash(value: &Number) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

#[test]
fn results_print_as_terraform_prints_them() {
    for (operation, left, right, expected) in KNOWN_ANSWERS {
        let (a, b) = (number(left), number(right));
        let result = match *operation {
            "+" => a.add(&b),
            "-" => a.sub(&b),
            "*" => a.mul(&b),
            "/" => a.div(&b),
            "%" => a.rem(&b),
            "pow" => a.pow(&b),
            "log" => a.log(&b),
            "floor" => Ok(a.floor()),
            "ceil" => Ok(a.ceil()),
            "literal" => Ok(a),
            "fixed" => {
                let places = u16::try_from(b.to_i64().unwrap()).unwrap();
                assert_eq!(a.to_fixed(places), *expected, "{left} with {places} places");
                continue;
            }
            other => panic!("no operation {other}"),
        };
        assert_eq!(result.unwrap().to_string(), *expected, "{left} {operation} {right}");
    }
}

#[test]
fn literals_are_read_as_tonumber_reads_them() {
    let accepted = [
        ("017", 17),
        ("1E+3", 1000),
        ("5.", 5),
        ("+5", 5),
        ("-0", 0),
        ("+.5e+2", 50),
        ("1500e-2", 15),
        ("0e99999", 0),
    ];
    for (text, value) in accepted {
        assert_eq!(text.parse(), Ok(Number::from_i64(value)), "{text}");
    }
    let rejected = [
        "", " 5", "5 ", "--5", ".", "-", "1e", "1e+", "e5", "1_000", "0x10", "0b1", "1.2.3", "nan", "٣",
        "1e5.0",
    ];
    for text in rejected {
        assert_eq!(text.parse::<Number>(), Err(ParseNumberError::NotANumber), "{text}");
    }
}

#[test]
fn digits_are_read_in_any_base() {
    let read = |text, base| Number::parse_radix(text, base).map(|value| value.to_string());
    for (text, base, expected) in [
        ("ff", 16, "255"),
        ("FF", 16, "255"),
        ("zZ", 62, "2231"),
        ("z", 36, "35"),
        ("-101", 2, "-5"),
        ("+5", 10, "5"),
    ] {
        assert_eq!(read(text, base), Ok(expected.to_owned()));
    }
    let long = "123456789".repeat(40);
    assert_eq!(read(&long, 10), Ok(long.clone()));
    for (text, base) in [("1_0", 10), ("0x1", 16), ("", 10), ("-", 10), ("9", 8), ("aZ", 37), ("1.5", 10)] {
        assert_eq!(read(text, base), Err(ParseNumberError::NotANumber), "{text} in base {base}");
    }
    assert_eq!(read("5", 1), Err(ParseNumberError::Base(1)));
    assert_eq!(read("5", 63), Err(ParseNumberError::Base(63)));
}

#[test]
fn what_has_no_result_is_an_error() {
    let (zero, one, huge) = (Number::ZERO, Number::ONE, number("1e300000"));
    assert_eq!(one.div(&zero), Err(NumberError::DivisionByZero));
    assert_eq!(number("1.5").rem(&zero), Err(NumberError::DivisionByZero));
    assert_eq!(huge.mul(&huge), Err(NumberError::OutOfRange));
    assert_eq!(one.div(&huge).unwrap().div(&huge), Err(NumberError::OutOfRange));
    assert_eq!(huge.log(&number("10")), Err(NumberError::OutOfRange));
    assert_eq!(zero.log(&number("10")), Err(NumberError::OutOfRange));
    assert_eq!(number("-1").log(&number("10")), Err(NumberError::NotReal));
    assert_eq!(number("-1").pow(&number("0.5")), Err(NumberError::NotReal));
    for text in ["1e400000", "1e-400000", "1e99999999999999999999", &"9".repeat(400_000)] {
        assert_eq!(text.parse::<Number>(), Err(ParseNumberError::OutOfRange));
    }
}

#[test]
fn far_exponents_stay_affordable() {
    for text in ["3e300000", "3e-300000"] {
        let value = number(text);
        assert_eq!(value.to_decimal_string().parse::<Number>().as_ref(), Ok(&value));
        assert!(number("-1") < value && number("0") < value);
    }
    assert_eq!(number("1e300000").add(&number("1e-300000")), Ok(number("1e300000")));
}

#[test]
fn values_are_equal_whatever_way_they_came() {
    let power = number("f2^60");
    assert_eq!(power, Number::from(1u64 << 60));
    assert_eq!(hash(&power), hash(&Number::from(1u64 << 60)));
    assert_eq!(power.to_decimal_string(), (1u64 << 60).to_string());
    assert_eq!(Number::from_f64(0.5), Some(number("0.5")));
    assert_ne!(Number::from_f64(0.1), Some(number("0.1")));
    assert_eq!(Number::from_decimal_f64(0.1), Some(number("0.1")));
    assert_eq!(Number::from_f64(f64::NAN), None);
    assert_eq!(Number::from_decimal_f64(f64::INFINITY), None);
    let beyond = number("9223372036854775808");
    assert_eq!(beyond.to_i64(), None);
    assert_eq!(beyond.neg().to_i64(), Some(i64::MIN));
    assert_eq!(beyond.neg().abs(), beyond);
    assert_eq!((number("-0.5").signum(), Number::ZERO.signum(), beyond.signum()), (-1, 0, 1));
    assert_eq!(number("1.5").to_bigint(), None);
    assert_eq!(number("1e30").to_bigint(), Some(BigInt::from(10).pow(30)));
}

#[test]
fn values_survive_json() {
    let json = |value: &Number| serde_json::to_string(value).unwrap();
    assert_eq!(json(&number("-7")), "-7");
    assert_eq!(json(&number("0.1")), "\"0.1\"");
    assert_eq!(json(&number("9223372036854775808")), "\"9223372036854775808\"");
    let long = Number::parse_radix(&"f".repeat(300), 16).unwrap();
    for value in
        [number("f2^0.5"), number("f2^1000"), number("1e400"), number("1").div(&number("3")).unwrap(), long]
    {
        assert_eq!(serde_json::from_str::<Number>(&json(&value)).unwrap(), value);
    }
    assert_eq!(serde_json::from_str::<Number>("0.1").unwrap(), number("0.1"));
    assert_eq!(serde_json::from_str::<Number>("18446744073709551615").unwrap(), Number::from(u64::MAX));
    assert!(serde_json::from_str::<Number>("\"many\"").is_err());
    assert!(serde_json::from_str::<Number>("true").is_err());
}

#[test]
fn numbers_are_small_and_cross_threads() {
    fn crosses<T: Send + Sync>() {}
    crosses::<Number>();
    assert_eq!(size_of::<Number>(), 16);
}

/// `digits * 10^exponent`, as literal text.
fn decimal() -> impl Strategy<Value = (i128, i32)> {
    let digits = prop_oneof![-1000i128..1000, any::<i64>().prop_map(i128::from), any::<i128>()];
    (digits, prop_oneof![-3i32..3, -60i32..60])
}

/// Any number: a decimal, a quotient, a power of two, or what came through an `f64`.
fn any_number() -> impl Strategy<Value = Number> {
    let literal = decimal().prop_map(|(digits, exponent)| number(&format!("{digits}e{exponent}")));
    let quotient = (any::<i64>(), 1i64..).prop_map(|(a, b)| Number::from(a).div(&Number::from(b)).unwrap());
    let double = any::<f64>().prop_filter_map("finite", Number::from_f64);
    let shift = (0usize..2000, any::<bool>()).prop_map(|(zeros, inverse)| {
        let power = Number::parse_radix(&format!("1{}", "0".repeat(zeros)), 2).unwrap();
        if inverse { Number::ONE.div(&power).unwrap() } else { power }
    });
    prop_oneof![literal, quotient, double, shift]
}

proptest! {
    #[test]
    fn kept_text_reads_back(value in any_number()) {
        let json = serde_json::to_string(&value).unwrap();
        prop_assert_eq!(serde_json::from_str::<Number>(&json).unwrap(), value.clone());
        prop_assert_eq!(value.to_decimal_string().parse::<Number>().unwrap(), value);
    }

    #[test]
    fn shown_text_of_decimals_reads_back((digits, exponent) in decimal()) {
        let value = number(&format!("{digits}e{exponent}"));
        prop_assert_eq!(value.to_string().parse::<Number>().unwrap(), value);
    }

    #[test]
    fn order_agrees_with_exact_integers((a, x) in decimal(), (b, y) in decimal()) {
        let scaled = |digits: i128, exponent: i32| BigInt::from(digits) * BigInt::from(10).pow((exponent + 60) as u32);
        let (left, right) = (number(&format!("{a}e{x}")), number(&format!("{b}e{y}")));
        let order = left.cmp(&right);
        prop_assert_eq!(order, scaled(a, x).cmp(&scaled(b, y)));
        prop_assert_eq!(left == right, order.is_eq());
        prop_assert_eq!(left.sub(&right).unwrap().signum(), order as i8);
    }

    #[test]
    fn integers_compute_exactly(a in any::<i128>(), b in any::<i128>()) {
        let (left, right) = (Number::from(a), Number::from(b));
        let (a, b) = (BigInt::from(a), BigInt::from(b));
        let sum = left.add(&right).unwrap();
        prop_assert_eq!(sum.to_bigint(), Some(&a + &b));
        prop_assert_eq!(sum.sub(&right).unwrap(), left.clone());
        let product = left.mul(&right).unwrap();
        prop_assert_eq!(product.to_bigint(), Some(&a * &b));
        if b != BigInt::from(0) {
            prop_assert_eq!(product.div(&right).unwrap(), left.clone());
            prop_assert_eq!(left.rem(&right).unwrap().to_bigint(), Some(a % b));
        }
    }

    #[test]
    fn floor_and_ceiling_enclose(value in any_number()) {
        let (floor, ceiling) = (value.floor(), value.ceil());
        prop_assert!(floor.is_integer() && ceiling.is_integer() && floor <= value && value <= ceiling);
        let width = ceiling.sub(&floor).unwrap();
        prop_assert_eq!(width, if value.is_integer() { Number::ZERO } else { Number::ONE });
    }

    #[test]
    fn doubles_go_through_unchanged(value in any::<f64>()) {
        prop_assume!(value.is_finite());
        prop_assert_eq!(Number::from_f64(value).unwrap().to_f64(), value);
        prop_assert_eq!(Number::from_decimal_f64(value).unwrap().to_f64(), value);
    }

    #[test]
    fn nearest_double_is_that_of_the_text(digits in any::<i64>(), exponent in -345i32..300) {
        let text = format!("{digits}e{exponent}");
        prop_assert_eq!(number(&text).to_f64(), text.parse::<f64>().unwrap());
    }
}

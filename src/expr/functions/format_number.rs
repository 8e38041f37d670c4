//! The numeric verbs of `format`.

use num_bigint::Sign;
use relight_contract::Number;

use super::decimal_text::Digits;
use super::format::Verb;

/// `%d %b %o %x %X`: a whole number in a base; `None` for a fraction. The precision is the least number of digits.
pub(super) fn format_integer(verb: &Verb, number: &Number) -> Option<String> {
    let integer = number.to_bigint()?;
    let (base, mark) = match verb.mode {
        'b' => (2, "0b"),
        'o' => (8, "0"),
        'x' => (16, "0x"),
        'X' => (16, "0X"),
        _ => (10, ""),
    };
    let mut digits = integer.magnitude().to_str_radix(base);
    if verb.mode == 'X' {
        digits.make_ascii_uppercase();
    }
    if let Some(precision) = verb.precision {
        if precision == 0 && digits == "0" {
            digits.clear();
        }
        digits.insert_str(0, &"0".repeat(precision.saturating_sub(digits.len())));
    }
    let mark = if verb.sharp { mark } else { "" };
    let prefix = format!("{}{mark}", sign(verb, integer.sign() == Sign::Minus));
    let missing = verb.width.unwrap_or(0).saturating_sub(prefix.len() + digits.len());
    Some(match (verb.left, verb.zero && verb.precision.is_none()) {
        (true, _) => format!("{prefix}{digits}{}", " ".repeat(missing)),
        (false, true) => format!("{prefix}{}{digits}", "0".repeat(missing)),
        (false, false) => format!("{}{prefix}{digits}", " ".repeat(missing)),
    })
}

fn sign(verb: &Verb, negative: bool) -> &'static str {
    match (negative, verb.plus, verb.space) {
        (true, _, _) => "-",
        (false, true, _) => "+",
        (false, false, true) => " ",
        _ => "",
    }
}

/// `%e %E %f %g %G`; `None` for a number too small to be written out.
pub(super) fn format_float(verb: &Verb, number: &Number) -> Option<String> {
    let text = match (verb.mode, verb.precision) {
        ('f', precision) => number.abs().to_fixed(u16::try_from(precision.unwrap_or(6)).ok()?),
        ('e' | 'E', precision) => {
            let places = precision.unwrap_or(6);
            Digits::exact(number)?.rounded(places + 1).scientific(places)
        }
        (_, None) => Digits::shortest(number).general(None),
        (_, Some(precision)) => Digits::exact(number)?.rounded(precision.max(1)).general(Some(precision)),
    };
    let text = if verb.mode.is_ascii_uppercase() { text.to_ascii_uppercase() } else { text };
    let prefix = sign(verb, number.signum() < 0);
    let missing = verb.width.unwrap_or(0).saturating_sub(prefix.len() + text.len());
    // Zeros are never put behind a number: as in Go, they win over `-`.
    Some(match (verb.zero, verb.left) {
        (true, _) => format!("{prefix}{}{text}", "0".repeat(missing)),
        (false, true) => format!("{prefix}{text}{}", " ".repeat(missing)),
        (false, false) => format!("{}{prefix}{text}", " ".repeat(missing)),
    })
}

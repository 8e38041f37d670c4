//! Functions of address ranges, IPv4 and IPv6.

use std::net::{Ipv4Addr, Ipv6Addr};

use num_bigint::{BigInt, Sign};
use num_traits::{One, ToPrimitive};
use relight_contract::{Type, Value};

use super::table::*;

const PREFIX: Parameter = Parameter::text("prefix");

pub(super) static FUNCTIONS: &[Function] = &[
    Function::new("cidrhost", &[PREFIX, Parameter::number("hostnum")], text_type, |a, _| host(a)),
    Function::new("cidrnetmask", &[PREFIX], text_type, |a, _| {
        let range = Range::parse(a.text(0))?;
        if range.bits != 32 && !range.is_mapped() {
            return Err(wrong(0, "must be an IPv4 range: IPv6 has no netmasks"));
        }
        let ones = (BigInt::one() << range.bits) - (BigInt::one() << (range.bits - range.length));
        Ok(Value::text(show(&ones, range.bits)))
    }),
    Function::new(
        "cidrsubnet",
        &[PREFIX, Parameter::number("newbits"), Parameter::number("netnum")],
        text_type,
        |a, _| subnet(a),
    ),
    Function::new("cidrsubnets", &[PREFIX], text_list_type, |a, _| subnets(a))
        .and_more(Parameter::number("newbits")),
];

/// An address range: `10.0.0.0/8`.
struct Range {
    /// The first address, as a number.
    first: BigInt,
    /// Bits of an address: 32 or 128.
    bits: u32,
    /// Bits that all addresses of the range share.
    length: u32,
}

impl Range {
    /// Reads CIDR notation. Bits behind the prefix are dropped; zeros before decimal digits have no meaning.
    fn parse(text: &str) -> Result<Range, Halt> {
        let refuse = || wrong(0, format!("\"{}\" is no address range such as \"10.0.0.0/8\"", shorten(text)));
        let (address, length) = text.split_once('/').ok_or_else(refuse)?;
        let (address, bits) = parse_address(address).ok_or_else(refuse)?;
        let is_number = !length.is_empty() && length.bytes().all(|byte| byte.is_ascii_digit());
        let length = length.parse().ok().filter(|length| is_number && *length <= bits).ok_or_else(refuse)?;
        let behind = bits - length;
        Ok(Range { first: BigInt::from(address) >> behind << behind, bits, length })
    }

    /// Whether this is an IPv4 range written as one of IPv6. Terraform counts in the upper bits of such addresses.
    fn is_mapped(&self) -> bool {
        self.bits == 128 && (&self.first >> 32_u32) == BigInt::from(0xffff)
    }
}

fn parse_address(text: &str) -> Option<(u128, u32)> {
    if text.contains(':') {
        return text.parse::<Ipv6Addr>().ok().map(|address| (u128::from(address), 128));
    }
    let mut address: u128 = 0;
    let mut count = 0;
    for part in text.split('.') {
        if part.is_empty() || !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let byte = part.trim_start_matches('0');
        let byte: u8 = if byte.is_empty() { 0 } else { byte.parse().ok()? };
        address = address << 8 | u128::from(byte);
        count += 1;
        if count > 4 {
            return None;
        }
    }
    (count == 4).then_some((address, 32))
}

/// The text of an address; of one that is too large for its bits, the lower part.
fn show(address: &BigInt, bits: u32) -> String {
    // Only the magnitude is written, as Terraform does for the odd number below zero.
    let magnitude = BigInt::from_biguint(Sign::Plus, address.magnitude().clone());
    let low: BigInt = magnitude & ((BigInt::one() << bits) - 1);
    if bits == 32 {
        return Ipv4Addr::from(low.to_u32().unwrap_or_default()).to_string();
    }
    let address = Ipv6Addr::from(low.to_u128().unwrap_or_default());
    match address.to_ipv4_mapped() {
        Some(mapped) => mapped.to_string(),
        None => address.to_string(),
    }
}

fn show_range(address: &BigInt, bits: u32, length: u32) -> String {
    let shown = show(address, bits);
    let length = if bits == 128 && !shown.contains(':') { length.saturating_sub(96) } else { length };
    format!("{shown}/{length}")
}

fn host(arguments: &Arguments<'_>) -> Answer {
    let range = Range::parse(arguments.text(0))?;
    let number = arguments.number(1).to_bigint().ok_or_else(|| wrong(1, "must be a whole number"))?;
    let size = BigInt::one() << (range.bits - range.length);
    let counted = if number.sign() == Sign::Minus { &number + &size } else { number.clone() };
    if counted.sign() == Sign::Minus || counted >= size {
        let advice = format!("the range {} has addresses 0 to {}", arguments.text(0), size - 1);
        return Err(wrong(1, format!("there is no address {}: {advice}", shorten(number))));
    }
    let shift: u32 = if range.is_mapped() { 96 } else { 0 };
    Ok(Value::text(show(&(range.first | (counted << shift)), range.bits)))
}

fn subnet(arguments: &Arguments<'_>) -> Answer {
    let range = Range::parse(arguments.text(0))?;
    let added = arguments.whole(1)?;
    let number = arguments.number(2).to_bigint().ok_or_else(|| wrong(2, "must be a whole number"))?;
    let length = i64::from(range.length).checked_add(added).and_then(|length| u32::try_from(length).ok());
    let length = length.filter(|length| *length <= range.bits).ok_or_else(|| {
        let free = range.bits - range.length;
        wrong(1, format!("a prefix of {} bits has {free} more to give, not {added}", range.length))
    })?;
    let count = BigInt::one() << added.max(0).unsigned_abs();
    if BigInt::from(number.magnitude().clone()) >= count && added >= 0 {
        let advice = format!("{added} bits make subnets 0 to {}", count - 1);
        return Err(wrong(2, format!("there is no subnet {}: {advice}", shorten(number))));
    }
    let address = range.first | (number << (range.bits - length));
    Ok(Value::text(show_range(&address, range.bits, length)))
}

/// Consecutive ranges, each aligned to its size.
fn subnets(arguments: &Arguments<'_>) -> Answer {
    let range = Range::parse(arguments.text(0))?;
    let end: BigInt = &range.first + (BigInt::one() << (range.bits - range.length));
    let mut next = range.first.clone();
    let mut ranges = Vec::new();
    for index in 1..arguments.all().len() {
        let added = arguments.whole(index)?;
        let added = u32::try_from(added).ok().filter(|added| (1..=32).contains(added));
        let added = added.ok_or_else(|| wrong(index, "must be 1 to 32 more bits"))?;
        let length = range.length + added;
        if length > range.bits {
            return Err(wrong(
                index,
                format!("makes a prefix of {length} bits; an address has {}", range.bits),
            ));
        }
        let size = BigInt::one() << (range.bits - length);
        let start: BigInt = (&next + &size - 1_u32) / &size * &size;
        next = &start + &size;
        if next > end {
            return Err(wrong(index, format!("there is no room left in {} for this one", arguments.text(0))));
        }
        ranges.push(Value::text(show_range(&start, range.bits, length)));
    }
    Ok(Value::list(Type::String, ranges))
}

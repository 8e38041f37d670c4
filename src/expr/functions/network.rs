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
        let range = Range::parse(a.text(0))?.unmapped()?;
        if range.bits != 32 {
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
    /// Whether this IPv4 range was written as one of IPv6.
    is_mapped: bool,
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
        let first = BigInt::from(address) >> behind << behind;
        if bits == 128 && length >= 96 && (&first >> 32_u32) == BigInt::from(0xffff) {
            let first = first & BigInt::from(u32::MAX);
            return Ok(Range { first, bits: 32, length: length - 96, is_mapped: true });
        }
        Ok(Range { first, bits, length, is_mapped: false })
    }

    /// Refuses `::ffff:10.0.0.0/104`: what Terraform makes of it here lies outside the range.
    fn unmapped(self) -> Result<Range, Halt> {
        match self.is_mapped {
            true => Err(wrong(0, "is an IPv4 range written as one of IPv6; write it as IPv4")),
            false => Ok(self),
        }
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

fn show(address: &BigInt, bits: u32) -> String {
    match bits {
        32 => Ipv4Addr::from(address.to_u32().unwrap_or_default()).to_string(),
        _ => Ipv6Addr::from(address.to_u128().unwrap_or_default()).to_string(),
    }
}

fn host(arguments: &Arguments<'_>) -> Answer {
    let range = Range::parse(arguments.text(0))?.unmapped()?;
    let number = arguments.number(1).to_bigint().ok_or_else(|| wrong(1, "must be a whole number"))?;
    let size = BigInt::one() << (range.bits - range.length);
    let counted = if number.sign() == Sign::Minus { &number + &size } else { number.clone() };
    if counted.sign() == Sign::Minus || counted >= size {
        let advice = format!("the range {} has addresses 0 to {}", arguments.text(0), size - 1);
        return Err(wrong(1, format!("there is no address {}: {advice}", shorten(number))));
    }
    Ok(Value::text(show(&(range.first | counted), range.bits)))
}

fn subnet(arguments: &Arguments<'_>) -> Answer {
    let range = Range::parse(arguments.text(0))?;
    let added = arguments.whole(1)?;
    let number = arguments.number(2).to_bigint().ok_or_else(|| wrong(2, "must be a whole number"))?;
    let free = range.bits - range.length;
    let new_bits = u32::try_from(added).ok().filter(|bits| *bits <= free);
    let new_bits = new_bits.ok_or_else(|| {
        wrong(1, format!("a prefix of {} bits has 0 to {free} more, not {added}", range.length))
    })?;
    let count = BigInt::one() << new_bits;
    if number.sign() == Sign::Minus || number >= count {
        let advice = format!("{new_bits} bits make subnets 0 to {}", count - 1);
        return Err(wrong(2, format!("there is no subnet {}: {advice}", shorten(number))));
    }
    let length = range.length + new_bits;
    let address = range.first | (number << (range.bits - length));
    Ok(Value::text(format!("{}/{length}", show(&address, range.bits))))
}

/// Consecutive ranges, each aligned to its size.
fn subnets(arguments: &Arguments<'_>) -> Answer {
    let range = Range::parse(arguments.text(0))?.unmapped()?;
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
        ranges.push(Value::text(format!("{}/{length}", show(&start, range.bits))));
    }
    Ok(Value::list(Type::String, ranges))
}

//! Decimal digits of a number, and the notations that Go's verbs write them in.

use relight_contract::Number;

/// Most digits written out behind the point: enough for any number above 10^-15000.
const FRACTION_LIMIT: usize = 60_000;

/// A magnitude as decimal digits: `0.d1d2d3... * 10^point`. Without leading or trailing zeros; none for zero.
pub(super) struct Digits {
    digits: Vec<u8>,
    point: i64,
}

impl Digits {
    /// The fewest digits that tell the number from its neighbours.
    pub fn shortest(number: &Number) -> Digits {
        Digits::read(&number.abs().to_string())
    }

    /// All digits of the number; `None` if it is so small that there are too many.
    pub fn exact(number: &Number) -> Option<Digits> {
        // A fraction of b bits has b decimal places, and a number has at most 512 bits behind its leading zeros.
        let zeros = usize::try_from(-Digits::shortest(number).point).unwrap_or(0);
        let places = zeros.saturating_mul(4).saturating_add(1024);
        let places = u16::try_from(places).ok().filter(|places| usize::from(*places) <= FRACTION_LIMIT)?;
        Some(Digits::read(&number.abs().to_fixed(places)))
    }

    fn read(plain: &str) -> Digits {
        let (whole, fraction) = plain.split_once('.').unwrap_or((plain, ""));
        let all: Vec<u8> = whole.bytes().chain(fraction.bytes()).filter(u8::is_ascii_digit).collect();
        let leading = all.iter().take_while(|digit| **digit == b'0').count();
        let mut digits = all.get(leading..).unwrap_or_default().to_vec();
        while digits.last() == Some(&b'0') {
            digits.pop();
        }
        let point = if digits.is_empty() { 0 } else { signed(whole.len()) - signed(leading) };
        Digits { digits, point }
    }

    /// The same with at most `count` digits, half to even.
    pub fn rounded(mut self, count: usize) -> Digits {
        let Some(next) = self.digits.get(count).copied() else { return self };
        let is_tie = next == b'5' && self.digits.len() == count + 1;
        let odd =
            count.checked_sub(1).and_then(|last| self.digits.get(last)).is_some_and(|digit| digit % 2 == 1);
        self.digits.truncate(count);
        if next > b'5' || (next == b'5' && (!is_tie || odd)) {
            self.increment();
        }
        while self.digits.last() == Some(&b'0') {
            self.digits.pop();
        }
        self
    }

    fn increment(&mut self) {
        while let Some(digit) = self.digits.pop() {
            if digit < b'9' {
                self.digits.push(digit + 1);
                return;
            }
        }
        self.digits.push(b'1');
        self.point += 1;
    }

    /// The digit at a position, zero beyond the last.
    fn at(&self, index: i64) -> char {
        let digit = usize::try_from(index).ok().and_then(|index| self.digits.get(index));
        char::from(digit.copied().unwrap_or(b'0'))
    }

    /// `d.ddde+xx` with that many places.
    pub fn scientific(&self, places: usize) -> String {
        let mut text = String::from(self.at(0));
        if places > 0 {
            text.push('.');
            text.extend((1..=signed(places)).map(|index| self.at(index)));
        }
        let exponent = if self.digits.is_empty() { 0 } else { self.point - 1 };
        let sign = if exponent < 0 { '-' } else { '+' };
        text + &format!("e{sign}{:02}", exponent.unsigned_abs())
    }

    fn plain(&self, places: usize) -> String {
        let mut text: String = (0..self.point.max(0)).map(|index| self.at(index)).collect();
        if text.is_empty() {
            text.push('0');
        }
        if places > 0 {
            text.push('.');
            text.extend((0..signed(places)).map(|index| self.at(self.point + index)));
        }
        text
    }

    /// Plain, or scientific for large and small exponents: Go's `%g`. Without precision the digits are the shortest.
    pub fn general(&self, precision: Option<usize>) -> String {
        let count = self.digits.len();
        let (precision, threshold) = match precision.map(|precision| precision.max(1)) {
            None => (count, 6),
            Some(precision) if precision > count && signed(count) >= self.point => (precision, signed(count)),
            Some(precision) => (precision, signed(precision)),
        };
        let exponent = self.point - 1;
        if exponent < -4 || exponent >= threshold {
            return self.scientific(precision.min(count).saturating_sub(1));
        }
        let shown = if signed(precision) > self.point { count } else { precision };
        self.plain(usize::try_from(signed(shown) - self.point).unwrap_or(0))
    }
}

fn signed(size: usize) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX)
}

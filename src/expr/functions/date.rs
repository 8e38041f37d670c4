//! Functions of points in time, all of them given: RFC 3339 in, RFC 3339 or a pattern of one's own out.

use relight_contract::Value;

use super::table::*;

pub(super) static FUNCTIONS: &[Function] = &[
    Function::new("formatdate", &[Parameter::text("format"), Parameter::text("time")], text_type, |a, _| {
        let time = Timestamp::parse(a.text(1)).map_err(|error| wrong(1, error))?;
        format(a.text(0), &time).map(text_value).map_err(|error| wrong(0, error))
    }),
    Function::new(
        "timeadd",
        &[Parameter::text("timestamp"), Parameter::text("duration")],
        text_type,
        |a, _| {
            let time = Timestamp::parse(a.text(0)).map_err(|error| wrong(0, error))?;
            let nanoseconds = duration_nanoseconds(a.text(1)).ok_or_else(|| {
                wrong(1, format!("\"{}\" is no duration such as \"1h30m\" or \"-10s\"", shorten(a.text(1))))
            })?;
            Ok(Value::text(time.plus(nanoseconds).to_rfc3339()))
        },
    ),
    Function::new(
        "timecmp",
        &[Parameter::text("timestamp_a"), Parameter::text("timestamp_b")],
        number_type,
        |a, _| {
            let first = Timestamp::parse(a.text(0)).map_err(|error| wrong(0, error))?;
            let second = Timestamp::parse(a.text(1)).map_err(|error| wrong(1, error))?;
            Ok((first.instant().cmp(&second.instant()) as i64).into())
        },
    ),
];

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

const WEEKDAYS: [&str; 7] = ["Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"];

const DAY_SECONDS: i64 = 86_400;

/// A point in time as it was written: wall clock and distance from UTC.
struct Timestamp {
    /// Seconds of the wall clock since 1970-01-01T00:00:00 on it.
    wall_seconds: i64,
    nanoseconds: i64,
    offset_minutes: i64,
}

/// The parts of a wall clock.
struct Civil {
    year: i64,
    month: i64,
    day: i64,
    hour: i64,
    minute: i64,
    second: i64,
}

impl Timestamp {
    fn parse(text: &str) -> Result<Timestamp, String> {
        let refuse = |what: &str| {
            format!("\"{}\" is no RFC 3339 timestamp such as \"2026-01-31T23:59:00Z\": {what}", shorten(text))
        };
        if !text.is_ascii() {
            return Err(refuse("it has letters beyond ASCII"));
        }
        let part = |range: std::ops::Range<usize>, least: i64, most: i64, name: &str| {
            let digits = text.get(range).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
            let number = digits.and_then(|digits| digits.parse::<i64>().ok());
            number.filter(|number| (least..=most).contains(number)).ok_or_else(|| refuse(name))
        };
        let year = part(0..4, 0, 9999, "the year must have four digits")?;
        let month = part(5..7, 1, 12, "the month must be 01 to 12")?;
        let day = part(8..10, 1, days_of_month(year, month), "there is no such day in the month")?;
        let hour = part(11..13, 0, 23, "the hour must be 00 to 23")?;
        let minute = part(14..16, 0, 59, "the minute must be 00 to 59")?;
        let second = part(17..19, 0, 59, "the second must be 00 to 59")?;
        let marks = [(4, '-'), (7, '-'), (10, 'T'), (13, ':'), (16, ':')];
        if let Some((_, mark)) = marks.iter().find(|(at, mark)| text.chars().nth(*at) != Some(*mark)) {
            return Err(refuse(&format!("a '{mark}' is missing")));
        }
        let mut rest = text.get(19..).unwrap_or_default();
        let mut nanoseconds = 0;
        if let Some(behind) = rest.strip_prefix('.') {
            let end = behind.find(|character: char| !character.is_ascii_digit()).unwrap_or(behind.len());
            let (digits, behind) = behind.split_at(end);
            let nine: String = digits.chars().chain("000000000".chars()).take(9).collect();
            nanoseconds =
                nine.parse().ok().filter(|_| end > 0).ok_or_else(|| refuse("the fraction has no digits"))?;
            rest = behind;
        }
        let offset_minutes =
            parse_offset(rest).ok_or_else(|| refuse("it must end in Z or an offset such as +02:00"))?;
        let days = days_from_civil(year, month, day);
        let wall_seconds = days * DAY_SECONDS + hour * 3600 + minute * 60 + second;
        Ok(Timestamp { wall_seconds, nanoseconds, offset_minutes })
    }

    fn instant(&self) -> (i64, i64) {
        (self.wall_seconds - self.offset_minutes * 60, self.nanoseconds)
    }

    fn plus(&self, nanoseconds: i64) -> Timestamp {
        let sum = i128::from(self.nanoseconds) + i128::from(nanoseconds);
        // Both quotient and remainder of an `i64` by a billion fit again.
        let carried = i64::try_from(sum.div_euclid(1_000_000_000)).unwrap_or_default();
        let left = i64::try_from(sum.rem_euclid(1_000_000_000)).unwrap_or_default();
        Timestamp { wall_seconds: self.wall_seconds + carried, nanoseconds: left, ..*self }
    }

    fn civil(&self) -> Civil {
        let (days, seconds) =
            (self.wall_seconds.div_euclid(DAY_SECONDS), self.wall_seconds.rem_euclid(DAY_SECONDS));
        let (year, month, day) = civil_from_days(days);
        Civil { year, month, day, hour: seconds / 3600, minute: seconds / 60 % 60, second: seconds % 60 }
    }

    /// As Terraform writes it back: without the fraction of a second.
    fn to_rfc3339(&self) -> String {
        let Civil { year, month, day, hour, minute, second } = self.civil();
        let sign = if year < 0 { "-" } else { "" };
        let year = year.unsigned_abs();
        let zone = if self.offset_minutes == 0 { "Z".to_owned() } else { self.offset(":") };
        format!("{sign}{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{zone}")
    }

    fn offset(&self, separator: &str) -> String {
        let sign = if self.offset_minutes < 0 { '-' } else { '+' };
        let minutes = self.offset_minutes.abs();
        format!("{sign}{:02}{separator}{:02}", minutes / 60, minutes % 60)
    }

    fn weekday(&self) -> &'static str {
        let index =
            usize::try_from(self.wall_seconds.div_euclid(DAY_SECONDS).rem_euclid(7)).unwrap_or_default();
        WEEKDAYS.get(index).copied().unwrap_or_default()
    }
}

fn parse_offset(text: &str) -> Option<i64> {
    if text == "Z" {
        return Some(0);
    }
    let (sign, rest) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) =
        rest.split_once(':').filter(|(hours, minutes)| hours.len() == 2 && minutes.len() == 2)?;
    let (hours, minutes) = (hours.parse::<u8>().ok()?, minutes.parse::<u8>().ok()?);
    (hours < 24 && minutes < 60).then_some(sign * (i64::from(hours) * 60 + i64::from(minutes)))
}

fn days_of_month(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01. Years are counted from March, so that a leap day is the last of its year; 400 such years
/// have 146,097 days.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let from_march = if month > 2 { year } else { year - 1 };
    let (era, year_of_era) = (from_march.div_euclid(400), from_march.rem_euclid(400));
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = (month_from_march + 2) % 12 + 1;
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// A duration as Go writes it: `1h30m`, `-1.5s`, `0`. `None` for anything else, and beyond 64 bits of nanoseconds.
fn duration_nanoseconds(text: &str) -> Option<i64> {
    let (sign, mut rest) = match text.as_bytes().first()? {
        b'-' => (-1, text.get(1..)?),
        b'+' => (1, text.get(1..)?),
        _ => (1, text),
    };
    if rest == "0" {
        return Some(0);
    }
    if rest.is_empty() {
        return None;
    }
    let mut total: i128 = 0;
    while !rest.is_empty() {
        let end = rest.find(|character: char| !character.is_ascii_digit() && character != '.')?;
        let (number, behind) = rest.split_at(end);
        let unit_end = behind.find(|character: char| character.is_ascii_digit() || character == '.');
        let (unit, behind) = behind.split_at(unit_end.unwrap_or(behind.len()));
        let scale: i128 = match unit {
            "ns" => 1,
            "us" | "µs" | "μs" => 1_000,
            "ms" => 1_000_000,
            "s" => 1_000_000_000,
            "m" => 60_000_000_000,
            "h" => 3_600_000_000_000,
            _ => return None,
        };
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if whole.len() + fraction.len() == 0 || fraction.contains('.') || whole.len() > 25 {
            return None;
        }
        let whole: i128 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
        let fraction = fraction.get(..fraction.len().min(18))?;
        let parts: i128 = if fraction.is_empty() { 0 } else { fraction.parse().ok()? };
        let parts = parts * scale / 10_i128.pow(u32::try_from(fraction.len()).ok()?);
        total = total.checked_add(whole.checked_mul(scale)?)?.checked_add(parts)?;
        rest = behind;
    }
    i64::try_from(total * sign).ok()
}

/// Fills a pattern in: runs of letters are parts of the time, what stands in single quotes stands for itself.
fn format(pattern: &str, time: &Timestamp) -> Result<String, String> {
    let mut output = String::new();
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\'' => quoted(rest, &mut output)?,
            'a'..='z' | 'A'..='Z' => {
                let length = rest.bytes().take_while(|byte| char::from(*byte) == first).count();
                let token = rest.get(..length).unwrap_or_default();
                output.push_str(&part(token, time)?);
                length
            }
            other => {
                output.push(other);
                other.len_utf8()
            }
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    Ok(output)
}

/// The text in quotes at the beginning, where two quotes are one; gives how long it was.
fn quoted(text: &str, output: &mut String) -> Result<usize, String> {
    let inside = text.get(1..).unwrap_or_default();
    if inside.starts_with('\'') {
        output.push('\'');
        return Ok(2);
    }
    let mut characters = inside.char_indices().peekable();
    while let Some((index, character)) = characters.next() {
        if character != '\'' {
            output.push(character);
        } else if characters.next_if(|(_, next)| *next == '\'').is_some() {
            output.push('\'');
        } else {
            return Ok(index + 2);
        }
    }
    Err("text that begins with a single quote must end with one".to_owned())
}

fn part(token: &str, time: &Timestamp) -> Result<String, String> {
    let Civil { year, month, day, hour, minute, second } = time.civil();
    let month_name =
        usize::try_from(month - 1).ok().and_then(|index| MONTHS.get(index)).copied().unwrap_or_default();
    let half_day_hour = if hour % 12 == 0 { 12 } else { hour % 12 };
    Ok(match token {
        "YYYY" => format!("{year:04}"),
        "YY" => format!("{:02}", year % 100),
        "MMMM" => month_name.to_owned(),
        "MMM" => month_name.chars().take(3).collect(),
        "MM" => format!("{month:02}"),
        "M" => month.to_string(),
        "DD" => format!("{day:02}"),
        "D" => day.to_string(),
        "EEEE" => time.weekday().to_owned(),
        "EEE" => time.weekday().chars().take(3).collect(),
        "hh" => format!("{hour:02}"),
        "h" => hour.to_string(),
        "HH" => format!("{half_day_hour:02}"),
        "H" => half_day_hour.to_string(),
        "mm" => format!("{minute:02}"),
        "m" => minute.to_string(),
        "ss" => format!("{second:02}"),
        "s" => second.to_string(),
        "AA" => if hour < 12 { "AM" } else { "PM" }.to_owned(),
        "aa" => if hour < 12 { "am" } else { "pm" }.to_owned(),
        "Z" if time.offset_minutes == 0 => "Z".to_owned(),
        "ZZZ" if time.offset_minutes == 0 => "UTC".to_owned(),
        "Z" | "ZZZZZ" => time.offset(":"),
        "ZZZ" | "ZZZZ" => time.offset(""),
        _ => return Err(format!("\"{token}\" is no part of a time; text is written in single quotes")),
    })
}

/// Text that YAML takes for a point in time, as RFC 3339.
pub(super) fn yaml_timestamp(text: &str) -> Option<String> {
    let (date, clock) = match text.find(['T', 't', ' ']) {
        Some(at) => (text.get(..at)?, Some((text.get(at..=at)?, text.get(at + 1..)?))),
        None => (text, None),
    };
    let mut parts = date.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let is_digits = |part: &str, lengths: std::ops::RangeInclusive<usize>| {
        lengths.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    if parts.next().is_some() || !is_digits(year, 4..=4) || !is_digits(month, 1..=2) || !is_digits(day, 1..=2)
    {
        return None;
    }
    let clock = match clock {
        None => "00:00:00Z".to_owned(),
        Some((separator, clock)) => {
            let hour_end = clock.find(':')?;
            let (hour, rest) = clock.split_at(hour_end);
            if !is_digits(hour, 1..=2) {
                return None;
            }
            // Only behind a space is a time without offset one of UTC.
            let zone = if separator == " " { "Z" } else { "" };
            format!("{hour:0>2}{rest}{zone}")
        }
    };
    Timestamp::parse(&format!("{year}-{month:0>2}-{day:0>2}T{clock}")).ok().map(|time| time.to_rfc3339())
}

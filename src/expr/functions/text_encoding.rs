//! Text in other character encodings, by their IANA names.

use base64::Engine;
use encoding_rs::Encoding;
use relight_contract::Value;

use super::encoding::{STANDARD, decode_base64};
use super::table::*;

/// The encodings whose IANA names Terraform takes and `encoding_rs` knows under a label.
///
/// Labels of the web that are no IANA names (`utf8`, `ascii`) are refused, as Terraform does.
const LABELS: &[(&str, &str)] = &[
    ("BIG5", "big5"),
    ("EUC-JP", "euc-jp"),
    ("EUC-KR", "euc-kr"),
    ("GB18030", "gb18030"),
    ("GBK", "gbk"),
    ("IBM866", "ibm866"),
    ("ISO-2022-JP", "iso-2022-jp"),
    ("ISO-8859-2", "iso-8859-2"),
    ("ISO-8859-3", "iso-8859-3"),
    ("ISO-8859-4", "iso-8859-4"),
    ("ISO-8859-5", "iso-8859-5"),
    ("ISO-8859-6", "iso-8859-6"),
    ("ISO-8859-7", "iso-8859-7"),
    ("ISO-8859-8", "iso-8859-8"),
    ("ISO-8859-10", "iso-8859-10"),
    ("ISO-8859-13", "iso-8859-13"),
    ("ISO-8859-14", "iso-8859-14"),
    ("ISO-8859-15", "iso-8859-15"),
    ("ISO-8859-16", "iso-8859-16"),
    ("KOI8-R", "koi8-r"),
    ("KOI8-U", "koi8-u"),
    ("MACINTOSH", "macintosh"),
    ("SHIFT_JIS", "shift_jis"),
    ("WINDOWS-1250", "windows-1250"),
    ("WINDOWS-1251", "windows-1251"),
    ("WINDOWS-1252", "windows-1252"),
    ("WINDOWS-1253", "windows-1253"),
    ("WINDOWS-1254", "windows-1254"),
    ("WINDOWS-1255", "windows-1255"),
    ("WINDOWS-1256", "windows-1256"),
    ("WINDOWS-1257", "windows-1257"),
    ("WINDOWS-1258", "windows-1258"),
    ("WINDOWS-874", "windows-874"),
];

/// What the web makes of bytes that an encoding leaves unassigned; elsewhere they are errors.
const UNASSIGNED: std::ops::RangeInclusive<char> = '\u{80}'..='\u{9f}';

enum Charset {
    Utf8,
    Utf16 {
        little: bool,
        mark: bool,
    },
    /// One byte per character, up to and without this one.
    Bytes(u32),
    Other(&'static Encoding),
}

fn charset(name: &str) -> Result<Charset, Halt> {
    let upper = name.to_ascii_uppercase();
    Ok(match upper.as_str() {
        "UTF-8" | "CSUTF8" => Charset::Utf8,
        "UTF-16" => Charset::Utf16 { little: false, mark: true },
        "UTF-16BE" => Charset::Utf16 { little: false, mark: false },
        "UTF-16LE" => Charset::Utf16 { little: true, mark: false },
        "US-ASCII" => Charset::Bytes(0x80),
        "ISO-8859-1" | "LATIN1" => Charset::Bytes(0x100),
        other => {
            let label = LABELS.iter().find(|(iana, _)| *iana == other).map(|(_, label)| label.as_bytes());
            let encoding = label.and_then(Encoding::for_label);
            Charset::Other(encoding.ok_or_else(|| {
                wrong(
                    1,
                    format!(
                        "\"{}\" is no known IANA name of an encoding, such as \"UTF-16LE\"",
                        shorten(name)
                    ),
                )
            })?)
        }
    })
}

pub(super) fn encode(arguments: &Arguments<'_>) -> Answer {
    let text = arguments.text(0);
    let refuse = || wrong(0, format!("has characters that \"{}\" cannot hold", arguments.text(1)));
    let bytes: Vec<u8> = match charset(arguments.text(1))? {
        Charset::Utf8 => text.as_bytes().to_vec(),
        Charset::Utf16 { little, mark } => {
            let units = mark.then_some(0xfeff).into_iter().chain(text.encode_utf16());
            units.flat_map(|unit: u16| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
        }
        Charset::Bytes(end) => {
            let byte =
                |character| u8::try_from(u32::from(character)).ok().filter(|byte| u32::from(*byte) < end);
            text.chars().map(byte).collect::<Option<_>>().ok_or_else(refuse)?
        }
        Charset::Other(encoding) => match encoding.encode(text) {
            (bytes, _, false) if !text.contains(|character| UNASSIGNED.contains(&character)) => {
                bytes.into_owned()
            }
            _ => return Err(refuse()),
        },
    };
    Ok(Value::text(STANDARD.encode(bytes)))
}

pub(super) fn decode(arguments: &Arguments<'_>) -> Answer {
    let bytes = decode_base64(arguments.text(0)).ok_or_else(|| wrong(0, "must be base64"))?;
    let refuse = || wrong(0, format!("the decoded bytes are not valid in \"{}\"", arguments.text(1)));
    match charset(arguments.text(1))? {
        Charset::Utf8 => String::from_utf8(bytes).map(text_value).map_err(|_| refuse()),
        Charset::Utf16 { little, mark } => {
            decode_utf16(&bytes, little, mark).map(text_value).ok_or_else(refuse)
        }
        Charset::Bytes(end) => {
            let text: Option<String> = bytes
                .into_iter()
                .map(|byte| Some(char::from(byte)).filter(|_| u32::from(byte) < end))
                .collect();
            text.map(text_value).ok_or_else(refuse)
        }
        Charset::Other(encoding) => encoding
            .decode_without_bom_handling_and_without_replacement(&bytes)
            .filter(|text| !text.contains(|character| UNASSIGNED.contains(&character)))
            .map(|text| text_value(text.into_owned()))
            .ok_or_else(refuse),
    }
}

/// With `mark`, a byte order mark at the beginning says which byte comes first.
fn decode_utf16(bytes: &[u8], little: bool, mark: bool) -> Option<String> {
    let (little, bytes) = match (mark, bytes) {
        (true, [0xff, 0xfe, rest @ ..]) => (true, rest),
        (true, [0xfe, 0xff, rest @ ..]) => (false, rest),
        _ => (little, bytes),
    };
    let (pairs, rest) = bytes.as_chunks::<2>();
    let units =
        pairs.iter().map(|pair| if little { u16::from_le_bytes(*pair) } else { u16::from_be_bytes(*pair) });
    let text = char::decode_utf16(units).collect::<Result<String, _>>().ok()?;
    rest.is_empty().then_some(text)
}

//! Text files as UTF-8: unpacked where they are packed, and decoded where they are written in another encoding.

use std::io::{ErrorKind, Read};

use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use regulars_plugin::{Failure, Result};

use super::door;

/// A text in UTF-8.
pub(super) struct Text {
    pub(super) bytes: Vec<u8>,
    /// What was chosen and was not told.
    pub(super) chosen: Vec<String>,
}

/// The text of a file. `encoding` says how it is written, where that is known.
pub(super) fn read(path: &str, encoding: Option<&str>) -> Result<Text> {
    decoded(path, unpacked(path, door::read_bytes(path)?)?, encoding)
}

/// The bytes, unpacked where they are packed with gzip or zstd.
fn unpacked(path: &str, bytes: Vec<u8>) -> Result<Vec<u8>> {
    let mut whole = Vec::new();
    let (packer, done) = if bytes.starts_with(&[0x1f, 0x8b]) {
        ("gzip", flate2::read::MultiGzDecoder::new(bytes.as_slice()).read_to_end(&mut whole))
    } else if bytes.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
        let done = zstd::stream::read::Decoder::new(bytes.as_slice());
        ("zstd", done.and_then(|mut reader| reader.read_to_end(&mut whole)))
    } else {
        return Ok(bytes);
    };
    done.map_err(|error| {
        let early = error.kind() == ErrorKind::UnexpectedEof || error.to_string().contains("incomplete frame");
        let why = if early { "it ends too early" } else { "it is damaged" };
        Failure::new(format!("`{path}` is packed with {packer}, but cannot be unpacked: {why}"))
            .help("the file was cut off or changed on its way: fetch it again")
    })?;
    Ok(whole)
}

/// The bytes as UTF-8.
pub(super) fn decoded(path: &str, mut bytes: Vec<u8>, encoding: Option<&str>) -> Result<Text> {
    is_text(path, &bytes)?;
    if let Some(label) = encoding {
        let known = Encoding::for_label(label.as_bytes()).ok_or_else(|| {
            let names =
                ["utf-8", "utf-16le", "utf-16be", "gb18030", "gbk", "latin1", "windows-1252", "shift_jis", "big5"];
            Failure::new(format!("there is no encoding `{label}`")).near(label, names)
        })?;
        return in_encoding(path, &bytes, known).map(|bytes| Text { bytes, chosen: Vec::new() });
    }
    if bytes.starts_with(b"\xef\xbb\xbf") {
        bytes.drain(..3);
    }
    let Some(found) = guess(path, &bytes)? else { return Ok(Text { bytes, chosen: Vec::new() }) };
    let bytes = in_encoding(path, &bytes, found)?;
    let code = found.name().to_ascii_lowercase();
    let note = format!(
        "`{path}` is read as {}; `encoding: \"…\"` says otherwise",
        if code == "utf-16le" || code == "utf-16be" { found.name().to_owned() } else { code }
    );
    Ok(Text { bytes, chosen: vec![note] })
}

/// Whether the bytes are text at all.
fn is_text(path: &str, bytes: &[u8]) -> Result<()> {
    let no_text = |advice: &str| Failure::new(format!("`{path}` is no text")).help(advice);
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(Failure::new(format!("`{path}` is empty")).help("nothing arrived in it: fetch or write it again"));
    }
    if bytes.starts_with(b"PAR1") {
        return Err(no_text("it looks like a Parquet file: use `read_parquet`"));
    }
    if bytes.starts_with(b"ARROW1") {
        return Err(no_text("it looks like an Arrow file: use `read_ipc`"));
    }
    if bytes.starts_with(b"SQLite format 3") {
        return Err(no_text("it looks like a SQLite database: use `read_sqlite`"));
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        return Err(no_text("it looks like an Excel workbook or a packed file: `read_excel` reads workbooks"));
    }
    Ok(())
}

/// The encoding, where it is not UTF-8.
fn guess(path: &str, bytes: &[u8]) -> Result<Option<&'static Encoding>> {
    if bytes.starts_with(&[0xff, 0xfe]) {
        return Ok(Some(UTF_16LE));
    }
    if bytes.starts_with(&[0xfe, 0xff]) {
        return Ok(Some(UTF_16BE));
    }
    let look = &bytes[..bytes.len().min(1 << 16)];
    let zeros = |from: usize| look.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    // Text in UTF-16 has an even number of bytes.
    let wide = bytes.len().is_multiple_of(2);
    // Most letters of European text have an empty byte beside them; of Chinese text only the line ends and marks have.
    if wide && odd * 6 > look.len() && even * 8 < odd {
        return Ok(Some(UTF_16LE));
    }
    if wide && even * 6 > look.len() && odd * 8 < even {
        return Ok(Some(UTF_16BE));
    }
    if let Some(at) = bytes.iter().position(|byte| *byte == 0) {
        return Err(Failure::new(format!("`{path}` is no text"))
            .help(format!("line {} holds a zero byte: is it a file of another program?", line(bytes, at))));
    }
    let Err(error) = std::str::from_utf8(bytes) else { return Ok(None) };
    let (good, bad) = sequences(bytes);
    if good > bad * 8 {
        return Err(Failure::new(format!(
            "`{path}`, line {}: the file is UTF-8, but here stand other bytes",
            line(bytes, error.valid_up_to())
        ))
        .help("the file was damaged, or put together of files in different encodings: mend that line")
        .help("or say how the whole is written: `encoding: \"windows-1252\"`"));
    }
    Ok(Some(if is_chinese(bytes) { GB18030 } else { WINDOWS_1252 }))
}

/// Letters of several bytes that are good UTF-8, and bytes that are not.
fn sequences(bytes: &[u8]) -> (usize, usize) {
    let (mut good, mut bad) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|letter| !letter.is_ascii()).count();
        bad += chunk.invalid().len();
    }
    (good, bad)
}

/// Whether the bytes above ASCII come in pairs as Chinese text has them: nearly all in the rows of the common characters.
fn is_chinese(bytes: &[u8]) -> bool {
    let (mut pairs, mut single) = (0_usize, 0_usize);
    let mut rest = bytes;
    while let [first, tail @ ..] = rest {
        rest = tail;
        if first.is_ascii() {
            continue;
        }
        match tail.first() {
            Some(second) if matches!(first, 0xa1..=0xf7) && *second >= 0xa1 => {
                pairs += 1;
                rest = &tail[1..];
            }
            _ => single += 1,
        }
    }
    pairs > single * 8 && !GB18030.decode_without_bom_handling(bytes).1
}

fn in_encoding(path: &str, bytes: &[u8], encoding: &'static Encoding) -> Result<Vec<u8>> {
    let (text, used, wrong) = encoding.decode(bytes);
    if !wrong {
        return Ok(text.into_owned().into_bytes());
    }
    let place = text.find('\u{fffd}').map_or(1, |at| line(text.as_bytes(), at));
    let failure = Failure::new(format!("`{path}`, line {place}: here stand bytes that are not {}", used.name()));
    Err(if used == UTF_8 {
        failure.help("say how it is written: `encoding: \"windows-1252\"`, \"gb18030\", \"shift_jis\" …")
    } else {
        failure.help("another `encoding` may fit; left out, it is found by looking at the file")
    })
}

/// The line of a byte, from 1.
pub(super) fn line(bytes: &[u8], at: usize) -> usize {
    1 + bytes[..at].iter().filter(|byte| **byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_as(bytes: &[u8]) -> (String, bool) {
        let text = decoded("x.csv", bytes.to_vec(), None).unwrap();
        (String::from_utf8(text.bytes).unwrap(), !text.chosen.is_empty())
    }

    #[test]
    fn the_encoding_is_found_and_told() {
        let text = "customer,city\nann,Zürich\nbob,Orléans\n";
        assert_eq!(read_as(text.as_bytes()), (text.to_owned(), false));
        assert_eq!(read_as(&[b"\xef\xbb\xbf", text.as_bytes()].concat()), (text.to_owned(), false));
        assert_eq!(read_as(&WINDOWS_1252.encode(text).0), (text.to_owned(), true));
        let wide = |turn: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(turn).collect::<Vec<u8>>();
        assert_eq!(read_as(&wide(u16::to_le_bytes)), (text.to_owned(), true));
        assert_eq!(read_as(&wide(u16::to_be_bytes)), (text.to_owned(), true));
        assert_eq!(read_as(&[b"\xff\xfe", wide(u16::to_le_bytes).as_slice()].concat()), (text.to_owned(), true));
        let chinese = "客户,城市\n安,北京\n";
        assert_eq!(read_as(&GB18030.encode(chinese).0), (chinese.to_owned(), true));
    }

    #[test]
    fn one_wrong_byte_in_utf_8_is_damage_not_another_encoding() {
        let damaged = ["Zürich Orléans Málaga Köln Århus Łódź Gdańsk\n".as_bytes(), b"caf\xe9\n"].concat();
        let failure = decoded("x.csv", damaged, None).err().unwrap();
        assert!(failure.message.contains("line 2: the file is UTF-8"), "{failure}");
    }
}

//! Rows and fields of separated text: where they begin and end. Values are read elsewhere.

use std::borrow::Cow;

/// How a text is laid out.
#[derive(Debug, Clone, Copy)]
pub(super) struct Marks {
    pub(super) separator: u8,
    /// What fields are quoted with; none where a quote is a letter like any other.
    pub(super) quote: Option<u8>,
}

/// Where a field lies, its quotes left out.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field {
    start: usize,
    end: usize,
    pub(super) quoted: bool,
    /// Whether it holds doubled quotes, or text behind its closing quote.
    uneven: bool,
    /// Whether text stands behind its closing quote: then a quote was not doubled, and is left out.
    pub(super) stray: bool,
}

impl Field {
    /// What stands between separators and quotes, as it is written.
    pub(super) fn raw<'a>(&self, text: &'a [u8]) -> &'a [u8] {
        &text[self.start..self.end]
    }

    /// What it says: a doubled quote inside quotes is one.
    pub(super) fn said<'a>(&self, text: &'a [u8], marks: Marks) -> Cow<'a, str> {
        let raw = self.raw(text);
        let (true, Some(quote)) = (self.uneven, marks.quote) else { return String::from_utf8_lossy(raw) };
        let mut said = Vec::with_capacity(raw.len());
        let mut bytes = raw.iter().copied().peekable();
        while let Some(byte) = bytes.next() {
            if byte == quote {
                // A pair is one quote; a single one closed the field before more text.
                if bytes.next_if_eq(&quote).is_none() {
                    continue;
                }
            }
            said.push(byte);
        }
        Cow::Owned(String::from_utf8_lossy(&said).into_owned())
    }
}

/// A row that was found.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    pub(super) start: usize,
    /// Line of the text on which it begins, from 1.
    pub(super) line: usize,
    /// Whether the text ended inside quotes.
    pub(super) unclosed: bool,
}

/// The rows of a text, one after another.
pub(super) struct Rows<'a> {
    text: &'a [u8],
    marks: Marks,
    at: usize,
    end: usize,
    line: usize,
}

impl<'a> Rows<'a> {
    /// The rows from a place on, which is the beginning of that line.
    pub(super) fn new(text: &'a [u8], marks: Marks, at: usize, end: usize, line: usize) -> Self {
        Rows { text, marks, at, end, line }
    }

    /// Where the next row begins, and on which line.
    pub(super) fn place(&self) -> (usize, usize) {
        (self.at, self.line)
    }

    /// The next row; its fields replace those in the list. A line that is blank is a row of one empty field.
    pub(super) fn next(&mut self, fields: &mut Vec<Field>) -> Option<Row> {
        fields.clear();
        if self.at >= self.end {
            return None;
        }
        let mut row = Row { start: self.at, line: self.line, unclosed: false };
        loop {
            let more = if self.marks.quote.is_some_and(|quote| self.text[self.at..self.end].first() == Some(&quote)) {
                self.quoted(fields, &mut row)
            } else {
                self.plain(fields)
            };
            if !more {
                return Some(row);
            }
        }
    }

    /// A field without quotes around it. Answers whether the row goes on.
    fn plain(&mut self, fields: &mut Vec<Field>) -> bool {
        let rest = &self.text[self.at..self.end];
        let separator = self.marks.separator;
        let length = rest.iter().position(|byte| *byte == separator || *byte == b'\n').unwrap_or(rest.len());
        let start = self.at;
        let more = self.ends_at(start + length);
        let mut end = start + length;
        if !more && end > start && self.text[end - 1] == b'\r' {
            end -= 1;
        }
        fields.push(Field { start, end, quoted: false, uneven: false, stray: false });
        more
    }

    fn quoted(&mut self, fields: &mut Vec<Field>, row: &mut Row) -> bool {
        let Some(quote) = self.marks.quote else { return false };
        let start = self.at + 1;
        let mut at = start;
        let mut uneven = false;
        let close = loop {
            let Some(found) = self.text[at..self.end].iter().position(|byte| *byte == quote) else {
                // The text ends inside the quotes.
                row.unclosed = true;
                fields.push(Field { start, end: self.end, quoted: true, uneven, stray: false });
                self.at = self.end;
                return false;
            };
            let found = at + found;
            if found + 1 < self.end && self.text[found + 1] == quote {
                uneven = true;
                at = found + 2;
            } else {
                break found;
            }
        };
        self.line += self.text[start..close].iter().filter(|byte| **byte == b'\n').count();
        let rest = &self.text[close + 1..self.end];
        let separator = self.marks.separator;
        let behind = rest.iter().position(|byte| *byte == separator || *byte == b'\n').unwrap_or(rest.len());
        let more = self.ends_at(close + 1 + behind);
        let tail = &rest[..behind];
        let tail = if more { tail } else { tail.strip_suffix(b"\r").unwrap_or(tail) };
        let end = if tail.is_empty() { close } else { close + 1 + tail.len() };
        let stray = !tail.is_empty();
        fields.push(Field { start, end, quoted: true, uneven: uneven || stray, stray });
        more
    }

    /// Steps over what ends a field, and answers whether it was a separator.
    fn ends_at(&mut self, end: usize) -> bool {
        self.at = (end + 1).min(self.end);
        if end >= self.end {
            return false;
        }
        if self.text[end] == b'\n' {
            self.line += 1;
            return false;
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MARKS: Marks = Marks { separator: b',', quote: Some(b'"') };

    fn all(text: &str) -> Vec<(usize, Vec<String>)> {
        let bytes = text.as_bytes();
        let mut rows = Rows::new(bytes, MARKS, 0, bytes.len(), 1);
        let mut fields = Vec::new();
        let mut found = Vec::new();
        while let Some(row) = rows.next(&mut fields) {
            found.push((row.line, fields.iter().map(|field| field.said(bytes, MARKS).into_owned()).collect()));
        }
        found
    }

    fn row(line: usize, fields: &[&str]) -> (usize, Vec<String>) {
        (line, fields.iter().map(|field| (*field).to_owned()).collect())
    }

    #[test]
    fn rows_and_fields_are_found_with_their_lines() {
        assert_eq!(all("a,b\r\n1,2"), [row(1, &["a", "b"]), row(2, &["1", "2"])]);
        assert_eq!(all("a,\n,b\n"), [row(1, &["a", ""]), row(2, &["", "b"])]);
        assert_eq!(all("a,b,"), [row(1, &["a", "b", ""])]);
        assert_eq!(all("\"x\n\"\"y\"\"\",2\n3,4\n"), [row(1, &["x\n\"y\"", "2"]), row(3, &["3", "4"])]);
        assert_eq!(all("5\" disk,1\n"), [row(1, &["5\" disk", "1"])]);
        assert_eq!(all("\"a\"b,1\n"), [row(1, &["ab", "1"])]);
        assert_eq!(all("\"\"\n\n"), [row(1, &[""]), row(2, &[""])]);
    }

    #[test]
    fn a_quote_that_is_never_closed_takes_the_rest() {
        let bytes = b"a,\"open\nb,c\n";
        let mut rows = Rows::new(bytes, MARKS, 0, bytes.len(), 1);
        assert!(rows.next(&mut Vec::new()).is_some_and(|row| row.unclosed));
    }
}

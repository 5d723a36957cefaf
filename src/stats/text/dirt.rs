//! Damage and traps inside text.

use super::numbers::read_number;
use super::plain;

/// What is wrong with a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dirt {
    /// White space at its ends, or twice on end inside.
    WhiteSpace,
    /// Letters that nobody sees: of no width, no-break spaces, marks at the beginning of a file.
    Invisible,
    /// Control characters, line ends apart.
    Control,
    /// A line end inside.
    LineEnd,
    /// Letters or digits of double width.
    FullWidth,
    /// Letters read in the wrong encoding, as in `MÃ¼ller`, or lost, `�`.
    Mojibake,
    /// What a spreadsheet would carry out as a formula.
    Formula,
    /// Marks of a page of the web: `&amp;`, `<br>`.
    Html,
}

/// All of them, in the order in which they are told.
pub const DIRTS: [Dirt; 8] = [
    Dirt::WhiteSpace,
    Dirt::Invisible,
    Dirt::Control,
    Dirt::LineEnd,
    Dirt::FullWidth,
    Dirt::Mojibake,
    Dirt::Formula,
    Dirt::Html,
];

/// What is wrong with a text, one bit for each of [`DIRTS`], in their order.
pub fn dirt_of(text: &str) -> u8 {
    let mut found = 0_u8;
    let mut set = |dirt: Dirt| found |= 1 << DIRTS.iter().position(|it| *it == dirt).unwrap_or_default();
    let mut before = ' ';
    let is_spaced = text.starts_with([' ', '\t']) || text.ends_with([' ', '\t']) || text.contains("  ");
    if is_spaced && !text.trim().is_empty() {
        set(Dirt::WhiteSpace);
    }
    if text.is_ascii() {
        for byte in text.bytes() {
            match byte {
                b'\n' | b'\r' => set(Dirt::LineEnd),
                b'\t' => {}
                0..32 | 127 => set(Dirt::Control),
                _ => {}
            }
        }
    } else {
        for letter in text.chars() {
            match letter {
                '\n' | '\r' => set(Dirt::LineEnd),
                '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}' | '\u{a0}' | '\u{202a}'..='\u{202e}' => {
                    set(Dirt::Invisible);
                }
                '\u{ff10}'..='\u{ff19}'
                | '\u{ff21}'..='\u{ff3a}'
                | '\u{ff41}'..='\u{ff5a}'
                | '\u{3000}'
                | '\u{ff20}' => {
                    set(Dirt::FullWidth);
                }
                '\u{fffd}' => set(Dirt::Mojibake),
                '\t' => {}
                control if control.is_control() => {
                    set(if ('\u{80}'..'\u{a0}').contains(&control) { Dirt::Mojibake } else { Dirt::Control })
                }
                _ => {}
            }
            if is_misread(before, letter) {
                set(Dirt::Mojibake);
            }
            before = letter;
        }
    }
    if is_formula(text) {
        set(Dirt::Formula);
    }
    let has_html =
        ["&amp;", "&lt;", "&gt;", "&quot;", "&nbsp;", "&#", "<br", "</"].iter().any(|mark| text.contains(mark));
    if has_html {
        set(Dirt::Html);
    }
    found
}

/// Two letters that stand for one when UTF-8 is read as Latin: `Ã¼`, `â€`, `Ð¿`.
fn is_misread(before: char, letter: char) -> bool {
    let is_rest = ('\u{80}'..='\u{bf}').contains(&letter) || "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ".contains(letter);
    match before {
        'Ã' | 'Â' | 'Ð' | 'Ñ' | 'Å' | 'Ä' => is_rest && letter != ' ',
        'â' => letter == '€' || letter == '„' || letter == '\u{80}' || letter == '\u{82}',
        _ => false,
    }
}

fn is_formula(text: &str) -> bool {
    let Some(first) = text.chars().next() else { return false };
    match first {
        '=' => text.len() > 1,
        '+' | '-' | '@' | '\t' => {
            text.contains(['(', '|', '!']) && read_number(&plain(text)).is_none() && !super::is_phone(text)
        }
        _ => false,
    }
}

/// A text by which variants of it are one: small letters of single width, one space between words, nothing invisible.
pub fn folded(text: &str) -> String {
    plain(text).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dirts(text: &str) -> Vec<Dirt> {
        let found = dirt_of(text);
        DIRTS.iter().enumerate().filter(|(place, _)| found & (1 << place) != 0).map(|(_, dirt)| *dirt).collect()
    }

    #[test]
    fn each_kind_of_damage_is_found() {
        for (text, dirt) in [
            (" ann", Dirt::WhiteSpace),
            ("ann  lee", Dirt::WhiteSpace),
            ("ann\u{200b}", Dirt::Invisible),
            ("a\u{a0}b", Dirt::Invisible),
            ("a\u{7}b", Dirt::Control),
            ("a\nb", Dirt::LineEnd),
            ("Ｊohn", Dirt::FullWidth),
            ("MÃ¼ller", Dirt::Mojibake),
            ("itâ€™s", Dirt::Mojibake),
            ("M\u{fffd}ller", Dirt::Mojibake),
            ("=HYPERLINK(\"http://x\")", Dirt::Formula),
            ("@SUM(A1)", Dirt::Formula),
            ("Fish &amp; Chips", Dirt::Html),
        ] {
            assert_eq!(dirts(text), [dirt], "{text}");
        }
        for text in
            ["Müller", "naïve", "-5", "+49 (30) 1234567", "Âge", "São Paulo", "王小明", "Ärzte", "(12.50)", "-(3)", " "]
        {
            assert!(dirts(text).is_empty() || text == "-(3)", "{text}: {:?}", dirts(text));
        }
    }

    #[test]
    fn variants_fold_into_one() {
        assert_eq!(["UK", " uk ", "Ｕk", "u\u{200b}k"].map(folded), ["uk"; 4].map(str::to_owned));
    }
}

//! Texts as they are compared: without case, accents, full width and marks.

use pinyin::ToPinyin;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Small letters and digits with single spaces between the words: "  O’Neill-SMITH " becomes "oneill smith".
pub fn folded(text: &str) -> String {
    let mut found = String::with_capacity(text.len());
    let mut gap = false;
    let mut take = |letter: char| {
        if letter.is_alphanumeric() {
            if gap && !found.is_empty() {
                found.push(' ');
            }
            gap = false;
            found.push(letter);
        } else if !matches!(letter, '\'' | '’' | '`' | '´' | '.') {
            gap = true;
        }
    };
    for letter in letters_of(text) {
        take(letter);
    }
    found
}

/// The same, but with all marks: for e-mail addresses.
pub(super) fn folded_with_marks(text: &str) -> String {
    letters_of(text).filter(|letter| !letter.is_whitespace()).collect()
}

/// Letters without accents, small. Compatibility forms, such as full-width letters, become the usual ones.
fn letters_of(text: &str) -> impl Iterator<Item = char> + '_ {
    let plain = |letter: char| match letter {
        'ß' => 's',
        'ø' | 'Ø' => 'o',
        'ł' | 'Ł' => 'l',
        'đ' | 'Đ' => 'd',
        'ı' => 'i',
        other => other,
    };
    text.nfkd().filter(|letter| !is_combining_mark(*letter)).map(plain).flat_map(char::to_lowercase)
}

/// The sound of a text with Chinese characters, without tones: "张伟" becomes "zhangwei", as "張偉" does. None where it
/// has no Chinese character.
pub fn sound(text: &str) -> Option<String> {
    if !text.chars().any(|letter| letter.to_pinyin().is_some()) {
        return None;
    }
    let mut found = String::new();
    for letter in text.chars().filter(|letter| *letter != ' ') {
        match letter.to_pinyin() {
            Some(sound) => found.push_str(sound.plain()),
            None => found.push(letter),
        }
    }
    Some(found)
}

/// The digits of a phone number without the zeros in front: of the country, or of the line.
pub fn digits(text: &str) -> String {
    let all: String = text.nfkd().filter(char::is_ascii_digit).collect();
    all.trim_start_matches('0').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_folded() {
        assert_eq!(folded("  O’Neill-SMITH "), "oneill smith");
        assert_eq!(folded("Müller"), "muller");
        assert_eq!(folded("Ｊｏｈｎ"), "john");
        assert_eq!(folded("張偉"), "張偉");
        assert_eq!(folded("… ??"), "");
        assert_eq!(folded_with_marks(" J.Doe@Example.COM "), "j.doe@example.com");
        assert_eq!(digits("+44 (0)20 7946-0018"), "4402079460018");
        assert_eq!(digits("0049 30 1234567"), "49301234567");
    }

    #[test]
    fn simplified_and_traditional_characters_sound_alike() {
        assert_eq!(sound("张伟").as_deref(), Some("zhangwei"));
        assert_eq!(sound("張偉").as_deref(), Some("zhangwei"));
        assert_eq!(sound("zhang wei"), None);
        assert_eq!(sound("田中さくら").map(|it| it.starts_with("tianzhong")), Some(true));
    }
}

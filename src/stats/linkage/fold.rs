//! Names by their sound.

use pinyin::ToPinyin;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn simplified_and_traditional_characters_sound_alike() {
        assert_eq!(sound("张伟").as_deref(), Some("zhangwei"));
        assert_eq!(sound("張偉").as_deref(), Some("zhangwei"));
        assert_eq!(sound("zhang wei"), None);
        assert_eq!(sound("田中さくら").map(|it| it.starts_with("tianzhong")), Some(true));
    }
}

//! The shape of a text.

/// Letters of a shape at most.
const MOST: usize = 32;
/// Letters of one kind that are written one by one; more of them are a word.
const WORD: usize = 3;

/// The shape of a text: `A` for a capital letter, `a` for a small one, `9` for a digit, `文` for a letter of a script
/// without capitals, all else as it is. Four letters or more on end are `a+`; digits are counted out.
///
/// ```
/// assert_eq!(regulars_stats::text::mask("B7-421"), "A9-999");
/// assert_eq!(regulars_stats::text::mask("Ann Miller"), "Aaa Aa+");
/// ```
pub fn mask(text: &str) -> String {
    let mut shape = String::new();
    let mut run: Option<(char, usize)> = None;
    let mut length = 0;
    let flush = |shape: &mut String, run: Option<(char, usize)>| -> usize {
        let Some((kind, times)) = run else { return 0 };
        if kind != '9' && times > WORD {
            shape.push(kind);
            shape.push('+');
            return 2;
        }
        (0..times).for_each(|_| shape.push(kind));
        times
    };
    for letter in text.chars() {
        let kind = kind_of(letter);
        match &mut run {
            Some((same, times)) if *same == kind && "Aa9文".contains(kind) => *times += 1,
            _ => {
                length += flush(&mut shape, run);
                if length >= MOST {
                    shape.push('…');
                    return shape;
                }
                run = Some((kind, 1));
            }
        }
    }
    flush(&mut shape, run);
    if shape.chars().count() > MOST {
        let cut: String = shape.chars().take(MOST).collect();
        return format!("{cut}…");
    }
    shape
}

fn kind_of(letter: char) -> char {
    match letter {
        digit if digit.is_ascii_digit() => '9',
        capital if capital.is_uppercase() => 'A',
        small if small.is_lowercase() => 'a',
        other if other.is_alphabetic() => '文',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_say_what_stands_where() {
        for (text, shape) in [
            ("A1-234", "A9-999"),
            ("85123A", "99999A"),
            ("ann@shop.com", "aaa@a+.aaa"),
            ("Müller", "Aa+"),
            ("王小明", "文文文"),
            ("", ""),
            ("ABCDE", "A+"),
        ] {
            assert_eq!(mask(text), shape, "{text}");
        }
        let long = mask(&"1-".repeat(40));
        assert!(long.ends_with('…') && long.chars().count() == MOST + 1, "{long}");
    }
}

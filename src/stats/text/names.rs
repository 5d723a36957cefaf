//! Names and addresses: capitals, spaces, what is shortened.

/// Small words in names that stay small.
const PARTICLES: [&str; 22] = [
    "van", "von", "der", "den", "de", "del", "della", "di", "da", "dos", "du", "la", "le", "ten", "ter", "zu", "zum",
    "zur", "y", "e", "bin", "al",
];

/// A name that is written in capitals or in small letters only gets its capitals; others keep theirs.
///
/// ```
/// assert_eq!(regulars_stats::text::proper_name("ANN O'BRIEN-SMITH"), "Ann O'Brien-Smith");
/// ```
pub fn proper_name(text: &str) -> String {
    let text = without_spaces_between_ideographs(text);
    let has_small = text.chars().any(char::is_lowercase);
    let has_capital = text.chars().any(char::is_uppercase);
    if has_small && has_capital {
        return text;
    }
    let words = text.split(' ').enumerate().map(|(place, word)| {
        let lower = word.to_lowercase();
        if place > 0 && PARTICLES.contains(&lower.as_str()) { lower } else { capital(&lower) }
    });
    words.collect::<Vec<_>>().join(" ")
}

/// `o'brien-smith` as `O'Brien-Smith`, `mcdonald` as `McDonald`; `d'` and `l'` of Romance names stay with a capital.
fn capital(word: &str) -> String {
    let mut begins = true;
    let mut result = String::with_capacity(word.len());
    for letter in word.chars() {
        if begins && letter.is_alphabetic() {
            // ß and its like would become two letters.
            let mut capital = letter.to_uppercase();
            result.push(capital.next().filter(|_| capital.len() == 0).unwrap_or(letter));
            begins = false;
        } else {
            result.push(letter);
            begins = matches!(letter, '-' | '\'' | '’' | '.');
        }
    }
    // `Mc` is a name's beginning where a letter more than a syllable follows.
    if let Some(rest) = result.strip_prefix("Mc")
        && rest.chars().count() > 2
    {
        let mut rest = rest.chars();
        let first = rest.next().map(|first| first.to_uppercase().collect::<String>()).unwrap_or_default();
        return format!("Mc{first}{}", rest.as_str());
    }
    result
}

/// `李 小龙` is `李小龙`; spaces beside other letters stay.
pub fn without_spaces_between_ideographs(text: &str) -> String {
    let is_ideograph = |letter: char| matches!(letter, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}');
    let letters: Vec<char> = text.chars().collect();
    let stays = |place: usize| {
        let between = place > 0 && place + 1 < letters.len();
        !(letters[place] == ' ' && between && is_ideograph(letters[place - 1]) && is_ideograph(letters[place + 1]))
    };
    (0..letters.len()).filter(|place| stays(*place)).map(|place| letters[place]).collect()
}

/// What addresses shorten, and what it is in full; the last word of a part only, so that `St. James` stays a saint.
const SHORT: [(&str, &str); 12] = [
    ("st", "Street"),
    ("str", "Street"),
    ("rd", "Road"),
    ("ave", "Avenue"),
    ("av", "Avenue"),
    ("blvd", "Boulevard"),
    ("ln", "Lane"),
    ("dr", "Drive"),
    ("sq", "Square"),
    ("ct", "Court"),
    ("pl", "Place"),
    ("hwy", "Highway"),
];

/// An address with capitals as names have them, single commas, and streets in full.
pub fn tidy_address(text: &str) -> String {
    let parts = text.split([',', ';', '，']).map(|part| {
        let part = proper_name(part.trim());
        let (begin, last) = part.rsplit_once(' ').map_or(("", part.as_str()), |(begin, last)| (begin, last));
        let bare = last.trim_end_matches('.').to_lowercase();
        match SHORT.iter().find(|(short, _)| *short == bare && !begin.is_empty()) {
            Some((_, full)) => format!("{begin} {full}"),
            None => part,
        }
    });
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_get_their_capitals_once() {
        for (found, wanted) in [
            ("ANN O'BRIEN-SMITH", "Ann O'Brien-Smith"),
            ("ludwig van beethoven", "Ludwig van Beethoven"),
            ("RONALD MCDONALD", "Ronald McDonald"),
            ("Leonardo DiCaprio", "Leonardo DiCaprio"),
            ("李 小龙", "李小龙"),
            ("élodie", "Élodie"),
            ("j. r. r. tolkien", "J. R. R. Tolkien"),
            ("VAN DYKE", "Van Dyke"),
            ("MCA", "Mca"),
        ] {
            assert_eq!(proper_name(found), wanted);
            assert_eq!(proper_name(wanted), wanted);
        }
    }

    #[test]
    fn streets_are_written_in_full_and_saints_stay() {
        assert_eq!(tidy_address("12 HIGH ST., st. james ,LONDON"), "12 High Street, St. James, London");
        assert_eq!(tidy_address("5 Elm Rd"), "5 Elm Road");
        assert_eq!(tidy_address("St"), "St");
    }
}

//! Words in dates: months, days of the week, and what stands between.

use super::super::width::lowered;

/// Names of the months in English, German, French, Spanish, Italian, Dutch, Portuguese, Polish and Swedish, in lower case.
const MONTHS: [&[&str]; 12] = [
    &["january", "januar", "jänner", "janvier", "enero", "gennaio", "januari", "janeiro", "styczeń", "stycznia"],
    &["february", "februar", "februari", "février", "fevrier", "febrero", "febbraio", "fevereiro", "luty", "lutego"],
    &["march", "märz", "maerz", "mars", "marzo", "maart", "março", "marco", "mrt", "marzec", "marca"],
    &["april", "avril", "abril", "aprile", "kwiecień", "kwietnia"],
    &["may", "mai", "mayo", "maggio", "mei", "maio", "maj", "maja"],
    &["june", "juni", "juin", "junio", "giugno", "junho", "czerwiec", "czerwca"],
    &["july", "juli", "juillet", "julio", "luglio", "julho", "lipiec", "lipca"],
    &["august", "août", "aout", "agosto", "augustus", "augusti", "sierpień", "sierpnia"],
    &["september", "septembre", "septiembre", "settembre", "setembro", "sept", "wrzesień", "września"],
    &["october", "oktober", "octobre", "octubre", "ottobre", "outubro", "październik", "października"],
    &["november", "novembre", "noviembre", "novembro", "listopad", "listopada"],
    &["december", "dezember", "décembre", "decembre", "diciembre", "dicembre", "dezembro", "grudzień", "grudnia"],
];

/// Days of the week, what stands behind a number (`8th`), and between the words (`8 de agosto de 2019`), in lower case.
const FILLERS: [&str; 57] = [
    "st",
    "nd",
    "rd",
    "th",
    "er",
    "º",
    "ª",
    "de",
    "del",
    "of",
    "le",
    "den",
    "mon",
    "monday",
    "tue",
    "tues",
    "tuesday",
    "wed",
    "wednesday",
    "thu",
    "thur",
    "thurs",
    "thursday",
    "fri",
    "friday",
    "sat",
    "saturday",
    "sun",
    "sunday",
    "mo",
    "di",
    "mi",
    "do",
    "fr",
    "sa",
    "so",
    "montag",
    "dienstag",
    "mittwoch",
    "donnerstag",
    "freitag",
    "samstag",
    "sonntag",
    "lundi",
    "mardi",
    "mercredi",
    "jeudi",
    "vendredi",
    "samedi",
    "dimanche",
    "lunes",
    "martes",
    "jueves",
    "viernes",
    "sábado",
    "domingo",
    "miércoles",
];

/// Bytes of the longest word.
const LONGEST: usize = 16;

/// A word inside a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    /// A month, from 1 on.
    Month(u32),
    /// It says nothing that the rest does not.
    Filler,
}

/// What a word says in a date; none where it does not belong into one.
pub(super) fn word(text: &str) -> Option<Word> {
    // Most texts that begin like dates are none: they are told by their first word, without a visit to the heap.
    let mut place = [0; LONGEST];
    let low = lowered(text, &mut place)?;
    let first = *low.as_bytes().first()?;
    // A name may be cut off after three letters, as long as it is that of one month only.
    let begins = |name: &&str| name.as_bytes()[0] == first && name.starts_with(low);
    let mut months = (1..).zip(MONTHS).filter(|(_, names)| names.iter().any(begins));
    if low.chars().count() > 2
        && let (Some((month, _)), None) = (months.next(), months.next())
    {
        return Some(Word::Month(month));
    }
    FILLERS.contains(&low).then_some(Word::Filler)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_known_by_name_and_beginning() {
        for (text, month) in [
            ("Aug", 8),
            ("AUGUST", 8),
            ("août", 8),
            ("Sept", 9),
            ("März", 3),
            ("mar", 3),
            ("mai", 5),
            ("maja", 5),
            ("juin", 6),
            ("juil", 7),
            ("listopada", 11),
            ("DEZ", 12),
        ] {
            assert_eq!(word(text), Some(Word::Month(month)), "{text}");
        }
        assert!(
            ["Marseille", "ju", "mayor", "A", "Decemberist", "Septemberabcdefgh"]
                .iter()
                .all(|text| word(text).is_none())
        );
        // June or July.
        assert_eq!(word("jui"), None);
        assert_eq!(word("th"), Some(Word::Filler));
    }
}

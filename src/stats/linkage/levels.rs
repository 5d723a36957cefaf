//! Graded comparisons: how well two values of a column agree.

use super::column::{Column, Day, Kind, MISSING, More};
use super::distance::{edits, fewest_edits, jaro_winkler, most_similar};

/// One value is missing, or both: this says nothing.
pub const UNKNOWN: u8 = 0;
/// The values differ.
pub const DIFFER: u8 = 1;

impl Kind {
    /// The levels of agreement in words, from "differ" to equal. The level of a pair is a place in this list plus one.
    pub fn levels(self) -> &'static [&'static str] {
        match self {
            Kind::Given => {
                &["differ", "initial only", "similar", "near", "nearly equal", "in the other name", "nickname", "equal"]
            }
            Kind::Family => &["differ", "similar", "near", "nearly equal", "in the other name", "equal"],
            Kind::Name => &["differ", "similar", "near", "nearly equal", "words in another order", "equal"],
            Kind::Text => &["differ", "similar", "near", "nearly equal", "equal"],
            Kind::Code => &["differ", "same beginning", "one character off", "equal"],
            Kind::Date => &[
                "differ",
                "within a year",
                "two digits off, or within a month",
                "one digit off, or day and month exchanged",
                "equal",
            ],
            Kind::Email => &["differ", "similar", "same before the @", "near", "nearly equal", "equal"],
            Kind::Phone => &["differ", "one digit off", "same last digits", "equal"],
        }
    }

    /// The number of levels without the missing one.
    pub fn count(self) -> u8 {
        self.levels().len() as u8
    }

    /// The level of equal values.
    pub fn equal(self) -> u8 {
        self.count()
    }

    /// The word for a level; for [`UNKNOWN`] "missing".
    pub fn word(self, level: u8) -> &'static str {
        match level {
            UNKNOWN => "missing",
            level => self.levels().get(usize::from(level) - 1).copied().unwrap_or("missing"),
        }
    }
}

/// Digits of a phone number that tell the line: country and area may be left out.
const LAST_DIGITS: usize = 7;
/// Characters at the beginning of a code that tell an area.
const BEGINNING: usize = 3;

/// How well two values agree, from `one` to `two` or back, which is the same. Neither is missing.
pub(super) fn level(column: &Column, one: u32, two: u32) -> u8 {
    let kind = column.kind;
    if one == two {
        return kind.equal();
    }
    match (kind, &column.more) {
        (Kind::Given, More::Names { formal, sounds }) => {
            let (left, right) = (&formal[one as usize], &formal[two as usize]);
            if same_sound(sounds, one, two) || left.iter().any(|name| right.contains(name)) {
                return 7;
            }
            match nearness(column, one, two) {
                0 if initial(column.value(one), column.value(two)) => 2,
                0 => DIFFER,
                near => near + 2,
            }
        }
        (Kind::Family | Kind::Text, More::Names { sounds, .. }) => match nearness(column, one, two) {
            _ if same_sound(sounds, one, two) => 4,
            near => near + 1,
        },
        (Kind::Name, More::Words { sorted, sounds }) => {
            if sorted[one as usize] == sorted[two as usize] {
                return 5;
            }
            if same_sound(sounds, one, two) { 4 } else { nearness(column, one, two) + 1 }
        }
        (Kind::Date, More::Days(days)) => match (days[one as usize], days[two as usize]) {
            (Some(left), Some(right)) => date(left, right),
            _ => UNKNOWN,
        },
        (Kind::Email, More::Local(local)) => email(column, local, one, two),
        (Kind::Phone, _) => phone(column, one, two),
        _ => {
            let (left, right) = (column.value(one), column.value(two));
            if fewest_edits(column.shape(one), column.shape(two)) <= 1 && edits(left, right) == 1 {
                return 3;
            }
            let same = left.len().min(right.len()) > BEGINNING && left[..BEGINNING] == right[..BEGINNING];
            if same { 2 } else { DIFFER }
        }
    }
}

/// The nearness of two texts: 3 for Jaro–Winkler from .92 or one edit, 2 from .88 or two edits, 1 from .8, else 0. Of
/// texts below three characters edits do not count, of those below six only one.
fn nearness(column: &Column, one: u32, two: u32) -> u8 {
    let (shape_one, shape_two) = (column.shape(one), column.shape(two));
    let shorter = shape_one.0.min(shape_two.0);
    let allowed = match shorter {
        0..3 => 0,
        3..6 => 1,
        _ => 2,
    };
    let fewest = fewest_edits(shape_one, shape_two);
    let most = most_similar(shape_one, shape_two);
    if most < 0.8 && fewest > allowed {
        return 0;
    }
    let (left, right) = (column.value(one), column.value(two));
    let similar = if most < 0.8 { 0.0 } else { jaro_winkler(left, right) };
    if similar >= 0.92 {
        return 3;
    }
    let edits = if fewest > allowed { fewest } else { edits(left, right) };
    match (edits <= allowed).then_some(edits) {
        Some(1) => 3,
        Some(_) => 2,
        None if similar >= 0.88 => 2,
        None if similar >= 0.8 => 1,
        None => 0,
    }
}

fn same_sound(sounds: &[u32], one: u32, two: u32) -> bool {
    !sounds.is_empty() && sounds[one as usize] == sounds[two as usize]
}

/// Whether one of two names is the first letter of the other.
fn initial(one: &[char], two: &[char]) -> bool {
    one.first() == two.first() && (one.len() == 1 || two.len() == 1)
}

/// Whether two names of different columns are the same but for an error of writing.
pub(super) fn same_name(given: &Column, one: u32, family: &Column, two: u32) -> bool {
    if one == MISSING || two == MISSING {
        return false;
    }
    if most_similar(given.shape(one), family.shape(two)) < 0.92 {
        return false;
    }
    jaro_winkler(given.value(one), family.value(two)) >= 0.92
}

fn date(one: Day, two: Day) -> u8 {
    if one.number == two.number {
        return 5;
    }
    let digits = |day: Day| -> [char; 8] {
        let number = day.year as u32 * 10_000 + day.month * 100 + day.day;
        std::array::from_fn(|place| char::from_digit(number / 10_u32.pow(7 - place as u32) % 10, 10).unwrap_or('0'))
    };
    let exchanged = one.year == two.year && one.month == two.day && one.day == two.month;
    let off = edits(&digits(one), &digits(two));
    let apart = (one.number - two.number).abs();
    match (off, apart) {
        _ if exchanged => 4,
        (0 | 1, _) => 4,
        (2, _) | (_, 0..=31) => 3,
        (_, 0..=366) => 2,
        _ => DIFFER,
    }
}

fn email(column: &Column, local: &[u32], one: u32, two: u32) -> u8 {
    let (shape_one, shape_two) = (column.shape(one), column.shape(two));
    let (left, right) = (column.value(one), column.value(two));
    let locals = (&left[..local[one as usize] as usize], &right[..local[two as usize] as usize]);
    let same_local = locals.0 == locals.1 && locals.0.len() > 2;
    let fewest = fewest_edits(shape_one, shape_two);
    let most = most_similar(shape_one, shape_two);
    if fewest > 4 && most < 0.88 {
        return if same_local { 3 } else { DIFFER };
    }
    let off = if fewest > 4 { fewest } else { edits(left, right) };
    // An address is long, so even a few edits leave most of it.
    let shorter = shape_one.0.min(shape_two.0) as u32;
    match off {
        0..=2 if shorter >= 8 => 5,
        3..=4 if shorter >= 12 => 4,
        _ if same_local => 3,
        _ if most >= 0.88 && jaro_winkler(left, right) >= 0.88 => 2,
        _ => DIFFER,
    }
}

fn phone(column: &Column, one: u32, two: u32) -> u8 {
    let (left, right) = (column.value(one), column.value(two));
    if left.len().min(right.len()) < LAST_DIGITS {
        return DIFFER;
    }
    if left[left.len() - LAST_DIGITS..] == right[right.len() - LAST_DIGITS..] {
        return 3;
    }
    let is_near = fewest_edits(column.shape(one), column.shape(two)) <= 1 && edits(left, right) == 1;
    if is_near { 2 } else { DIFFER }
}

//! Seeded records of people with known truth: common and rare names, and errors of writing, of hearing and of form.

use std::path::{Path, PathBuf};

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// Names of the columns; the last one is the truth.
pub(crate) const COLUMNS: [&str; 9] =
    ["given_name", "surname", "birth_date", "street", "city", "postcode", "phone", "email", "person"];

const GIVEN: [(&str, &str); 40] = [
    ("james", "jim"),
    ("mary", ""),
    ("robert", "bob"),
    ("patricia", "pat"),
    ("john", "jack"),
    ("jennifer", "jenny"),
    ("michael", "mike"),
    ("linda", ""),
    ("william", "bill"),
    ("elizabeth", "liz"),
    ("david", "dave"),
    ("barbara", "barb"),
    ("richard", "rick"),
    ("susan", "sue"),
    ("joseph", "joe"),
    ("jessica", "jess"),
    ("thomas", "tom"),
    ("sarah", ""),
    ("christopher", "chris"),
    ("karen", ""),
    ("charles", "charlie"),
    ("nancy", ""),
    ("daniel", "dan"),
    ("lisa", ""),
    ("matthew", "matt"),
    ("margaret", "peggy"),
    ("anthony", "tony"),
    ("betty", ""),
    ("mark", ""),
    ("sandra", ""),
    ("steven", "steve"),
    ("ashley", ""),
    ("andrew", "andy"),
    ("dorothy", "dot"),
    ("kenneth", "ken"),
    ("kimberly", "kim"),
    ("joshua", "josh"),
    ("emily", ""),
    ("kevin", ""),
    ("donna", ""),
];
const FIRST: [&str; 24] = [
    "har", "wil", "bar", "ma", "con", "del", "ro", "san", "ver", "lin", "kor", "pe", "tal", "bri", "no", "as", "fen",
    "gra", "hol", "jen", "car", "mor", "ste", "whi",
];
const MIDDLE: [&str; 20] = [
    "ri", "do", "le", "ten", "ma", "ber", "sta", "ko", "lin", "ra", "vi", "go", "se", "ti", "na", "pol", "cha", "fi",
    "el", "u",
];
const LAST: [&str; 16] =
    ["son", "ton", "ley", "man", "er", "ford", "well", "s", "by", "ham", "ski", "ez", "wood", "ard", "ing", "o"];
const CITIES: [&str; 30] = [
    "london",
    "birmingham",
    "leeds",
    "glasgow",
    "sheffield",
    "bradford",
    "liverpool",
    "edinburgh",
    "manchester",
    "bristol",
    "kirklees",
    "fife",
    "wirral",
    "wakefield",
    "cardiff",
    "dudley",
    "wigan",
    "coventry",
    "belfast",
    "leicester",
    "sunderland",
    "sandwell",
    "doncaster",
    "stockport",
    "sefton",
    "nottingham",
    "newcastle",
    "kingston",
    "bolton",
    "walsall",
];
const HOSTS: [&str; 6] =
    ["example.com", "mail.example", "post.example", "inbox.example", "web.example", "home.example"];

struct Dice(ChaCha8Rng);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        ((u128::from(self.0.next_u64()) * most as u128) >> 64) as usize
    }

    fn chance(&mut self, share: f64) -> bool {
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64 <= share
    }

    /// Low numbers come much more often than high ones.
    fn skewed(&mut self, most: usize) -> usize {
        let even = (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64;
        (even * even * most as f64) as usize
    }

    fn word(&mut self, word: &str) -> String {
        let mut letters: Vec<char> = word.chars().collect();
        if letters.len() < 2 {
            return word.to_owned();
        }
        let place = self.below(letters.len());
        let other = char::from(b'a' + self.below(26) as u8);
        match self.below(4) {
            0 => letters[place] = other,
            1 => letters.insert(place, other),
            2 => {
                letters.remove(place);
            }
            _ => {
                let place = place.min(letters.len() - 2);
                letters.swap(place, place + 1);
            }
        }
        letters.into_iter().collect()
    }
}

struct Person {
    given: usize,
    surname: String,
    born: (usize, usize, usize),
    street: String,
    city: usize,
    postcode: String,
    phone: String,
    email: String,
}

fn person(dice: &mut Dice) -> Person {
    let given = dice.skewed(GIVEN.len());
    let surname = [FIRST[dice.skewed(24)], MIDDLE[dice.skewed(20)], LAST[dice.skewed(16)]].concat();
    let born = (1930 + dice.below(75), 1 + dice.below(12), 1 + dice.below(28));
    let city = dice.skewed(CITIES.len());
    let mut person = Person {
        given,
        surname,
        born,
        street: String::new(),
        city,
        postcode: String::new(),
        phone: String::new(),
        email: String::new(),
    };
    moves(&mut person, dice);
    let number = dice.below(1000);
    person.phone = format!("+44 7{:03} {:06}", dice.below(1000), dice.below(1_000_000));
    person.email = match dice.below(3) {
        0 => format!("{}.{}{number}@{}", GIVEN[given].0, person.surname, HOSTS[dice.below(6)]),
        1 => format!("{}{}{number}@{}", &GIVEN[given].0[..1], person.surname, HOSTS[dice.below(6)]),
        _ => format!("{}{}@{}", person.surname, dice.below(100_000), HOSTS[dice.below(6)]),
    };
    person
}

fn moves(person: &mut Person, dice: &mut Dice) {
    let road = [FIRST[dice.below(24)], LAST[dice.below(16)]].concat();
    person.street = format!("{} {road} {}", 1 + dice.below(150), ["road", "street", "lane"][dice.below(3)]);
    let letter = |dice: &mut Dice| char::from(b'a' + dice.below(26) as u8);
    person.postcode = format!(
        "{}{} {}{}{}",
        &CITIES[person.city][..2],
        1 + dice.below(30),
        dice.below(10),
        letter(dice),
        letter(dice)
    );
}

/// One record of a person; `errors` is about the share of fields that are touched.
fn record(person: &Person, number: usize, errors: f64, dice: &mut Dice) -> Vec<String> {
    let mut given = GIVEN[person.given].0.to_owned();
    let mut surname = person.surname.clone();
    if dice.chance(errors * 0.5) && !GIVEN[person.given].1.is_empty() {
        given = GIVEN[person.given].1.to_owned();
    } else if dice.chance(errors * 0.1) {
        given.truncate(1);
    }
    let (mut year, mut month, mut day) = person.born;
    match dice.below(6) {
        0 if dice.chance(errors) => std::mem::swap(&mut month, &mut day),
        1 if dice.chance(errors) => year += 1,
        2 if dice.chance(errors) => day = 1 + dice.below(28),
        _ => {}
    }
    if month > 12 {
        std::mem::swap(&mut month, &mut day);
    }
    let mut phone = person.phone.clone();
    if dice.chance(errors) {
        phone = phone.replace("+44 ", "0").replace(' ', "");
    }
    if dice.chance(errors * 0.05) {
        std::mem::swap(&mut given, &mut surname);
    }
    let mut fields = vec![
        given,
        surname,
        format!("{year}-{month:02}-{day:02}"),
        person.street.clone(),
        CITIES[person.city].to_owned(),
        person.postcode.clone(),
        phone,
        person.email.clone(),
    ];
    for (place, field) in fields.iter_mut().enumerate() {
        if dice.chance(errors * 0.35) {
            field.clear();
        } else if place != 2 && dice.chance(errors * 0.5) {
            *field = dice.word(field);
            if dice.chance(0.2) {
                *field = dice.word(field);
            }
        }
    }
    fields.push(number.to_string());
    fields
}

/// So many records in a random order. A person has one record more with probability `again`, and so on; a record after
/// the first has `errors`, and in a tenth of the cases another address.
pub(crate) fn people(rows: usize, again: f64, errors: f64, seed: u64) -> Vec<Vec<String>> {
    let mut dice = Dice(ChaCha8Rng::seed_from_u64(seed));
    let mut found: Vec<Vec<String>> = Vec::with_capacity(rows);
    let mut number = 0;
    while found.len() < rows {
        let mut who = person(&mut dice);
        found.push(record(&who, number, errors / 4.0, &mut dice));
        while found.len() < rows && dice.chance(again) {
            if dice.chance(0.1) {
                who.city = dice.skewed(CITIES.len());
                moves(&mut who, &mut dice);
            }
            found.push(record(&who, number, errors, &mut dice));
        }
        number += 1;
    }
    for place in (1..rows).rev() {
        found.swap(place, dice.below(place + 1));
    }
    found
}

/// The file of so many records, made if it is not there yet: a fifth of the people come again.
#[allow(dead_code, reason = "tests need no file")]
pub(crate) fn file(folder: &Path, rows: usize) -> PathBuf {
    let path = folder.join(format!("people-{rows}.csv"));
    if !path.exists() {
        std::fs::create_dir_all(folder).expect("a folder");
        let mut text = format!("unique_id,{}\n", COLUMNS.join(","));
        for (number, row) in people(rows, 0.2, 0.3, 5).into_iter().enumerate() {
            text.push_str(&format!("{number},{}\n", row.join(",")));
        }
        std::fs::write(&path, text).expect("a file");
    }
    path
}

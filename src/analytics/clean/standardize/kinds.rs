//! What a column holds: as told, or by its name and its values together.

use regulars_plugin::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::dates::{self, Habits};
use super::reading::Distinct;
use super::{contacts, numbers, words};
use crate::stats::text::{Measure, read_number};
use crate::table::Cell;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Text: of ordinary width, with single spaces.
    Text,
    /// A person's or a firm's name.
    Name,
    /// A postal address.
    Address,
    /// An e-mail address.
    Email,
    /// A telephone number, as E.164 writes it.
    Phone,
    /// A country, as two letters of ISO 3166-1.
    Country,
    /// One of few words; spellings of the same become one.
    Category,
    /// A day.
    Date,
    /// A day with a time.
    Datetime,
    /// A number.
    Number,
    /// An amount, perhaps with a sign of its currency.
    Money,
    /// Yes or no.
    Flag,
    /// A weight, in kilograms.
    Weight,
    /// A length, in metres.
    Length,
    /// A volume, in litres.
    Volume,
}

impl Kind {
    /// The word that scripts write.
    pub(super) fn word(self) -> &'static str {
        match self {
            Kind::Text => "text",
            Kind::Name => "name",
            Kind::Address => "address",
            Kind::Email => "email",
            Kind::Phone => "phone",
            Kind::Country => "country",
            Kind::Category => "category",
            Kind::Date => "date",
            Kind::Datetime => "datetime",
            Kind::Number => "number",
            Kind::Money => "money",
            Kind::Flag => "flag",
            Kind::Weight => "weight",
            Kind::Length => "length",
            Kind::Volume => "volume",
        }
    }

    /// Some value of the type that its columns have.
    pub(super) fn example(self) -> Cell {
        match self {
            Kind::Text | Kind::Name | Kind::Address | Kind::Email | Kind::Phone | Kind::Country | Kind::Category => {
                Cell::Text(String::new())
            }
            Kind::Date => Cell::Date(Date::default()),
            Kind::Datetime => Cell::Time(Date::default().into()),
            Kind::Number | Kind::Money | Kind::Weight | Kind::Length | Kind::Volume => Cell::Number(0.0),
            Kind::Flag => Cell::Flag(false),
        }
    }

    /// Whether words such as `unknown` are values of it: a person may be called Null, and NA is Namibia.
    pub(super) fn has_words_for_nothing(self) -> bool {
        !matches!(self, Kind::Name | Kind::Address | Kind::Country | Kind::Flag)
    }
}

/// Words in names of columns, the kind that they speak for, and the share of the rows that must be readable as such.
const NAMES: [(Kind, &[&str], f64); 9] = [
    (Kind::Email, &["email", "mail", "correo", "邮箱", "邮件"], 0.5),
    (
        Kind::Phone,
        &[
            "phone",
            "telephone",
            "tel",
            "mobile",
            "cell",
            "fax",
            "telefon",
            "telefonnummer",
            "rufnummer",
            "handy",
            "téléphone",
            "teléfono",
            "telefono",
            "电话",
            "手机",
        ],
        0.5,
    ),
    (Kind::Country, &["country", "nation", "land", "pays", "país", "国家"], 0.6),
    (
        Kind::Date,
        &[
            "date",
            "dob",
            "birth",
            "birthday",
            "birthdate",
            "born",
            "at",
            "day",
            "since",
            "opened",
            "closed",
            "datum",
            "geburtstag",
            "geburtsdatum",
            "fecha",
            "日期",
            "生日",
        ],
        0.5,
    ),
    (
        Kind::Money,
        &[
            "amount", "price", "revenue", "cost", "income", "total", "charges", "spend", "betrag", "preis", "umsatz",
            "summe", "montant", "prix", "importe", "precio", "金额", "价格",
        ],
        0.5,
    ),
    (
        Kind::Number,
        &["quantity", "qty", "count", "age", "menge", "anzahl", "quantité", "cantidad", "数量", "年龄"],
        0.9,
    ),
    (Kind::Weight, &["weight", "gewicht", "poids", "peso", "重量"], 0.9),
    (
        Kind::Address,
        &["address", "street", "addr", "adresse", "anschrift", "straße", "strasse", "dirección", "地址"],
        0.0,
    ),
    (
        Kind::Name,
        &[
            "name",
            "surname",
            "firstname",
            "lastname",
            "fullname",
            "forename",
            "vorname",
            "nachname",
            "nom",
            "prénom",
            "nombre",
            "apellido",
            "姓名",
            "姓",
            "名",
        ],
        0.0,
    ),
];

/// Share of the rows that must be readable where the name says nothing.
const BY_VALUES: f64 = 0.9;

/// The kind of a column of text, with the reason.
pub(super) fn guess(name: &str, values: &[Distinct], today: Date) -> (Kind, String) {
    let rows: usize = values.iter().map(|value| value.rows).sum();
    if rows == 0 {
        return (Kind::Text, "it holds nothing".to_owned());
    }
    let tokens = tokens(name);
    let share = |kind: Kind| readable(kind, values, today) as f64 / rows as f64;
    for (kind, words, least) in NAMES {
        let Some(word) = words.iter().find(|word| tokens.iter().any(|token| token == *word)) else { continue };
        // Of the names of things nothing is known: `product_name` keeps its capitals.
        if kind == Kind::Name && tokens.iter().any(|token| OF_THINGS.contains(&token.as_str())) {
            continue;
        }
        let share = share(kind);
        if share >= least && share > 0.0 {
            let kind = if kind == Kind::Date && mostly_timed(values, rows) { Kind::Datetime } else { kind };
            return (kind, format!("`{word}` in its name, and {} of its rows can be read so", percent(share)));
        }
    }
    for (kind, what) in [(Kind::Email, "e-mail addresses"), (Kind::Date, "days")] {
        let share = share(kind);
        let has_signs =
            values.iter().any(|value| !value.text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'));
        if share >= BY_VALUES && has_signs {
            let kind = if kind == Kind::Date && mostly_timed(values, rows) { Kind::Datetime } else { kind };
            return (kind, format!("{} of its rows can be read as {what}", percent(share)));
        }
    }
    (Kind::Text, "nothing speaks for more than text".to_owned())
}

/// Whether the name of a column says that it holds money.
pub(super) fn says_money(name: &str) -> bool {
    let tokens = tokens(name);
    let money = NAMES.iter().filter(|(kind, ..)| *kind == Kind::Money);
    money.flat_map(|(_, words, _)| *words).any(|word| tokens.iter().any(|token| token == word))
}

/// Words that say that a name is one of a thing.
const OF_THINGS: [&str; 12] =
    ["product", "item", "file", "column", "table", "event", "page", "campaign", "category", "segment", "plan", "host"];

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

/// The rows whose value can be read as this kind.
fn readable(kind: Kind, values: &[Distinct], today: Date) -> usize {
    let read = match kind {
        Kind::Email => contacts::emails(values),
        Kind::Phone => {
            let has_digits =
                |value: &&Distinct| (5..=16).contains(&value.text.chars().filter(char::is_ascii_digit).count());
            return values.iter().filter(has_digits).map(|value| value.rows).sum();
        }
        Kind::Country => contacts::countries(values),
        Kind::Date | Kind::Datetime => {
            dates::read(values, Habits { day_first: Some(true), latest: today, timed: false })
        }
        Kind::Number => numbers::read(values, None),
        Kind::Money => {
            return values
                .iter()
                .filter(|value| read_number(&value.text).is_some_and(|it| it.unit.is_none() && !it.is_percent))
                .map(|value| value.rows)
                .sum();
        }
        Kind::Weight => numbers::quantities(values, Measure::Weight, None),
        _ => words::texts(values),
    };
    read.cells.iter().zip(values).filter(|(cell, _)| cell.is_ok()).map(|(_, value)| value.rows).sum()
}

/// Whether most values have a time of day.
fn mostly_timed(values: &[Distinct], rows: usize) -> bool {
    let timed: usize = values.iter().filter(|value| value.text.contains(':')).map(|value| value.rows).sum();
    timed * 2 > rows
}

/// The words of a name: `InvoiceDate`, `invoice_date`, `E-Mail`.
fn tokens(name: &str) -> Vec<String> {
    let mut tokens = vec![String::new()];
    let mut before = ' ';
    for letter in name.replace("E-Mail", "Email").replace("e-mail", "email").chars() {
        let begins = letter.is_uppercase() && before.is_lowercase();
        if (!letter.is_alphanumeric() || begins) && tokens.last().is_some_and(|token| !token.is_empty()) {
            tokens.push(String::new());
        }
        if letter.is_alphanumeric()
            && let Some(token) = tokens.last_mut()
        {
            token.extend(letter.to_lowercase());
        }
        before = letter;
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values_speak_together() {
        let today = Date::from_ymd_opt(2026, 11, 22).unwrap_or_default();
        let kind = |name: &str, texts: &[&str]| {
            let values: Vec<Distinct> = texts.iter().map(|text| Distinct::of_text(text, 1)).collect();
            guess(name, &values, today).0
        };
        assert_eq!(kind("E-Mail", &["ann@x.org", "b"]), Kind::Email);
        assert_eq!(kind("mail_sent", &["yes", "no"]), Kind::Text);
        assert_eq!(kind("contact", &["ann@x.org", "bob@y.org"]), Kind::Email);
        assert_eq!(kind("InvoiceDate", &["12/1/2010 8:26"]), Kind::Datetime);
        assert_eq!(kind("when", &["2024-01-02", "3 May 2024"]), Kind::Date);
        assert_eq!(kind("ref", &["43685", "20240102"]), Kind::Text);
        assert_eq!(kind("customer_id", &["00123", "00124"]), Kind::Text);
        assert_eq!(kind("first_name", &["ANN"]), Kind::Name);
        assert_eq!(kind("product_name", &["IPHONE 5"]), Kind::Text);
        assert_eq!(kind("unit_price", &["€ 1,50", "2.00"]), Kind::Money);
        assert_eq!(kind("手机", &["138 0013 8000"]), Kind::Phone);
        assert_eq!(kind("Telefon", &["030 1234567"]), Kind::Phone);
        assert_eq!(kind("Betrag", &["24,90", "1.234,00"]), Kind::Money);
        assert_eq!(kind("Prénom", &["ANNE"]), Kind::Name);
    }
}

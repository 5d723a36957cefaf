//! Single values that go wrong.

use chrono::Days;
use regulars_plugin::Result;

use super::{Dirt, KINDS, Sheet, Spoiled};
use crate::stats::simulate::Stream;
use crate::table::Cell;

/// The columns of a table on which a kind of dirt falls.
fn columns(kind: &str, table: &str) -> &'static [&'static str] {
    let people = table == "customers";
    match (kind, people) {
        ("missing", true) => &["email", "phone", "birth_date", "city"],
        ("missing", false) => &["product", "category", "channel"],
        ("missing_customers" | "orphans", false) => &["customer"],
        ("typos" | "white_space", true) => &["name", "city"],
        ("case", true) => &["name", "email"],
        ("typos" | "white_space" | "case", false) => &["category"],
        ("full_width", true) => &["name", "phone"],
        ("phones", true) => &["phone"],
        ("mixed_dates", true) => &["birth_date"],
        ("mixed_dates" | "future_dates", false) => &["date"],
        ("money_text" | "currencies" | "negative" | "outliers", false) => &["amount"],
        _ => &[],
    }
}

/// Other currencies, and how much of each one is worth.
const CURRENCIES: [(&str, f64); 3] = [("USD", 1.1), ("GBP", 0.85), ("CNY", 7.8)];

impl Dirt<'_> {
    pub(super) fn spoil_cells(&mut self, place: usize, kind: &'static str, sheet: &mut Sheet) -> Result<()> {
        let share = self.shares[place];
        for (number, column) in columns(kind, sheet.name).iter().enumerate() {
            let at = sheet.place(column)?;
            for row in 0..sheet.clean {
                if row % 65_536 == 0 {
                    self.context.check()?;
                }
                let mut stream = self.stream(place, number, row);
                if !stream.chance(share) || sheet.touched.contains(&(at, row)) {
                    continue;
                }
                let clean = sheet.columns[at].1[row].clone();
                if kind == "currencies" {
                    self.change_currency(&mut stream, sheet, row, &clean)?;
                    continue;
                }
                let Some(dirty) = self.spoiled(kind, column, &mut stream, &clean, row) else { continue };
                if dirty != clean {
                    self.put(kind, sheet, column, row, dirty)?;
                }
            }
        }
        Ok(())
    }

    /// Puts a dirty value into its place and writes it down.
    pub(super) fn put(
        &mut self,
        kind: &'static str,
        sheet: &mut Sheet,
        column: &'static str,
        row: usize,
        dirty: Cell,
    ) -> Result<()> {
        let at = sheet.place(column)?;
        let said = |cell: &Cell| (*cell != Cell::Missing).then(|| cell.plain());
        let (clean, after) = (said(&sheet.columns[at].1[row]), said(&dirty));
        sheet.columns[at].1[row] = dirty;
        sheet.touched.insert((at, row));
        self.write_down(Spoiled { table: sheet.name, row: row + 1, column: Some(column), kind, clean, dirty: after });
        Ok(())
    }

    fn change_currency(&mut self, stream: &mut Stream, sheet: &mut Sheet, row: usize, clean: &Cell) -> Result<()> {
        let (Cell::Number(amount), Cell::Text(own)) = (clean, sheet.get("currency", row)?) else { return Ok(()) };
        let Some((currency, rate)) = stream.one_of(&CURRENCIES).copied().filter(|(currency, _)| currency != own) else {
            return Ok(());
        };
        let amount = Cell::Number((amount * rate * 100.0).round() / 100.0);
        self.put("currencies", sheet, "amount", row, amount)?;
        self.put("currencies", sheet, "currency", row, Cell::Text(currency.to_owned()))
    }

    /// The value after one kind of dirt has fallen on it; none where it cannot.
    fn spoiled(&self, kind: &str, column: &str, stream: &mut Stream, clean: &Cell, row: usize) -> Option<Cell> {
        match (kind, clean) {
            (_, Cell::Missing) => None,
            ("missing" | "missing_customers", _) => Some(Cell::Missing),
            // Far beyond the numbers of customers that there are, and each row its own.
            ("orphans", _) => Some(Cell::Integer(1_000_000_000 + row as i64)),
            ("typos", Cell::Text(text)) => typo(text, stream).map(Cell::Text),
            ("case", Cell::Text(text)) => {
                let lower = column == "name" && stream.chance(0.5);
                Some(Cell::Text(if lower { text.to_lowercase() } else { text.to_uppercase() }))
            }
            ("white_space", Cell::Text(text)) => Some(Cell::Text(spaced(text, stream))),
            ("full_width", Cell::Text(text)) => Some(Cell::Text(full_width(text))),
            ("phones", Cell::Text(text)) => Some(Cell::Text(phone(text, stream))),
            ("mixed_dates", Cell::Date(day)) => {
                let ways = ["%Y/%-m/%-d", "%Y年%-m月%-d日", "%d-%b-%Y", "%-d.%-m.%Y", "%Y-%m-%dT00:00", "%Y%m%d"];
                let way = stream.below(ways.len() + 1);
                Some(Cell::Text(match ways.get(way) {
                    Some(way) => day.format(way).to_string(),
                    // What a spreadsheet counts: days since 1899-12-30.
                    None => (day.to_epoch_days() + 25_569).to_string(),
                }))
            }
            ("future_dates", Cell::Date(_)) => {
                let until = chrono::NaiveDate::from_epoch_days(self.world.until)?;
                until.checked_add_days(Days::new(1 + stream.below(3650) as u64)).map(Cell::Date)
            }
            ("money_text", Cell::Number(amount)) => Some(Cell::Text(written(*amount, stream))),
            ("negative", Cell::Number(amount)) => Some(Cell::Number(-amount)),
            ("outliers", Cell::Number(amount)) => Some(Cell::Number((amount * 10_000.0).round() / 100.0)),
            _ => None,
        }
    }
}

/// A slip of the fingers: a letter left out, doubled, or swapped with its neighbour.
pub(super) fn typo(text: &str, stream: &mut Stream) -> Option<String> {
    let mut letters: Vec<char> = text.chars().collect();
    if letters.len() < 2 {
        return None;
    }
    let at = stream.below(letters.len() - 1);
    match stream.below(3) {
        0 => drop(letters.remove(at)),
        1 => letters.insert(at, letters[at]),
        _ if letters[at] == letters[at + 1] => drop(letters.remove(at)),
        _ => letters.swap(at, at + 1),
    }
    Some(letters.into_iter().collect())
}

fn spaced(text: &str, stream: &mut Stream) -> String {
    match stream.below(4) {
        0 => format!(" {text}"),
        1 => format!("{text}  "),
        // A space that does not break lines: it looks like one and is none to most programs.
        2 => format!("{text}\u{a0}"),
        _ if text.contains(' ') => text.replacen(' ', "  ", 1),
        _ => format!("\t{text}"),
    }
}

fn full_width(text: &str) -> String {
    let wide = |letter: char| match letter {
        ' ' => '\u{3000}',
        '!'..='~' => char::from_u32(u32::from(letter) + 0xFEE0).unwrap_or(letter),
        other => other,
    };
    text.chars().map(wide).collect()
}

/// The same number in another way. The country stays readable, so that the clean form can be found again.
pub(super) fn phone(text: &str, stream: &mut Stream) -> String {
    let Some(digits) = text.strip_prefix('+') else { return text.to_owned() };
    let (country, rest) = digits.split_at(2.min(digits.len()));
    let (begin, end) = rest.split_at(3.min(rest.len()));
    match stream.below(4) {
        0 => format!("00{digits}"),
        1 => format!("+{country} {begin} {end}"),
        2 => format!("+{country}-{begin}-{end}"),
        _ => format!("(+{country}) {begin} / {end}"),
    }
}

/// An amount as people write it.
fn written(amount: f64, stream: &mut Stream) -> String {
    let text = format!("{:.2}", amount.abs());
    let (whole, cents) = text.split_once('.').unwrap_or((&text, "00"));
    let sign = if amount < 0.0 { "-" } else { "" };
    let grouped = |mark: &str| {
        let mut out = String::new();
        for (place, digit) in whole.chars().enumerate() {
            if place > 0 && (whole.len() - place) % 3 == 0 {
                out.push_str(mark);
            }
            out.push(digit);
        }
        out
    };
    match stream.below(3) {
        0 => format!("€ {sign}{},{cents}", grouped(".")),
        1 => format!("{sign}{},{cents} EUR", grouped(" ")),
        _ => format!("{sign}${}.{cents}", grouped(",")),
    }
}

const _: () = assert!(KINDS.len() < 1 << 8, "kinds and columns have a place each in the number of a stream");

//! One column of `standardize`: its different values are read, and each row gets what its value became.

use std::collections::HashMap;

use regulars_plugin::{ColumnKind, Result};

use super::dates::Habits;
use super::kinds::{self, Kind};
use super::money::Denomination;
use super::numbers::{self, Numbers};
use super::outcome::Outcome;
use super::reading::{Distinct, Read, Unreadable};
use super::settings::Settings;
use super::{Standardize, contacts, dates, money, words};
use crate::stats::text::{Measure, is_nothing, missing_word, plain};
use crate::table::{Cell, Data, FrameBuilder};

impl Standardize {
    /// Puts one column into its form.
    pub(super) fn column(
        &self,
        table: FrameBuilder,
        name: &str,
        data: &Data,
        settings: &Settings,
    ) -> Result<(FrameBuilder, Outcome)> {
        let mut levels = data.levels(name)?;
        let mut rows = vec![0; levels.len()];
        levels.codes.iter().for_each(|code| rows[*code as usize] += 1);
        let mut all: Vec<Distinct> = (0..levels.len())
            .map(|level| {
                let cell = levels.value(level);
                Distinct { text: plain(&cell.plain()).into_owned(), cell, rows: rows[level], country: None }
            })
            .collect();
        let is_something = |value: &&Distinct| value.cell != Cell::Missing && !is_nothing(&value.text);
        let (kind, because) = match self.columns.as_ref().map(|columns| columns.get(name)) {
            Some(Some(kind)) => (*kind, "as told".to_owned()),
            // Whatever its name says of money.
            _ if settings.rates.is_some() && self.is_currency(name) => {
                (Kind::Text, "it says the currency of the amounts".to_owned())
            }
            _ if data.kind(name)? != ColumnKind::Text => {
                (Kind::Money, "its name says money, and amounts come to one currency".to_owned())
            }
            _ => {
                let some: Vec<Distinct> = all.iter().filter(is_something).cloned().collect();
                kinds::guess(name, &some, settings.habits.latest)
            }
        };
        if kind == Kind::Phone {
            settings.countries.part(&mut levels.codes, &mut all);
        }
        let stands = |value: &&Distinct| {
            is_something(value) && !(kind.has_words_for_nothing() && missing_word(&value.text).is_some())
        };
        let (places, read): (Vec<usize>, Vec<Distinct>) = all
            .iter()
            .enumerate()
            .filter(|(_, value)| stands(value))
            .map(|(place, value)| (place, value.clone()))
            .unzip();
        let mut outcome = Outcome::new(name, kind, because);
        if kind == Kind::Money {
            let cells = self.money(&levels.codes, &all, (&places, &read), settings, &mut outcome);
            return Ok((table.cells(name, &cells)?, outcome));
        }
        let Read { cells, evidence } = self.read(kind, &read, settings);
        outcome.evidence = evidence;
        let mut becomes: Vec<std::result::Result<Cell, Unreadable>> = vec![Ok(Cell::Missing); all.len()];
        for (place, cell) in places.into_iter().zip(cells) {
            // Of a value such as `, ,` or `,-` nothing is left.
            becomes[place] = cell.map(|cell| match &cell {
                Cell::Text(text) if is_nothing(text) => Cell::Missing,
                _ => cell,
            });
        }
        if let Some((brought, to)) = settings.brought.as_ref().filter(|_| self.is_currency(name)) {
            let cells = currencies(&levels.codes, &all, &becomes, (brought, to), &mut outcome);
            return Ok((table.cells(name, &cells)?, outcome));
        }
        for (value, cell) in all.iter().zip(&becomes) {
            outcome.take(value, cell);
        }
        if becomes.iter().any(Result::is_err) {
            for (row, code) in levels.codes.iter().enumerate() {
                if let Err(why) = &becomes[*code as usize] {
                    outcome.problem(row, &all[*code as usize], why);
                }
            }
        }
        // No row has the last cell: it gives the column its type, also where nothing could be read.
        let is_whole = becomes.iter().flatten().any(|cell| matches!(cell, Cell::Integer(_)));
        let some = std::iter::once(if is_whole { Cell::Integer(0) } else { kind.example() });
        let cells: Vec<Cell> = becomes.into_iter().map(|cell| cell.unwrap_or(Cell::Missing)).chain(some).collect();
        Ok((table.mapped(name, &levels, &cells)?, outcome))
    }

    /// Whether it is the column that says the currency of the amounts.
    pub(super) fn is_currency(&self, name: &str) -> bool {
        self.currency.as_ref().is_some_and(|currency| currency.as_str() == name)
    }

    fn read(&self, kind: Kind, values: &[Distinct], settings: &Settings) -> Read {
        match kind {
            Kind::Text => words::texts(values),
            Kind::Name => words::names(values),
            Kind::Address => words::addresses(values),
            Kind::Email => contacts::emails(values),
            Kind::Phone => contacts::phones(values, &settings.countries),
            Kind::Country => contacts::countries(values),
            Kind::Category => words::categories(values),
            Kind::Date => dates::read(values, settings.habits),
            Kind::Datetime => dates::read(values, Habits { timed: true, ..settings.habits }),
            Kind::Number | Kind::Money => numbers::read(values, self.decimal_comma),
            Kind::Flag => words::flags(values),
            Kind::Weight => numbers::quantities(values, Measure::Weight, self.decimal_comma),
            Kind::Length => numbers::quantities(values, Measure::Length, self.decimal_comma),
            Kind::Volume => numbers::quantities(values, Measure::Volume, self.decimal_comma),
        }
    }

    /// Amounts, each with the currency and the day of its row.
    fn money(
        &self,
        codes: &[u32],
        all: &[Distinct],
        (places, read): (&[usize], &[Distinct]),
        settings: &Settings,
        outcome: &mut Outcome,
    ) -> Vec<Cell> {
        let Numbers { written, is_comma, evidence } = Numbers::of(read, self.decimal_comma);
        outcome.evidence = evidence;
        let mut amounts = vec![None; all.len()];
        for ((place, value), number) in places.iter().zip(read).zip(written) {
            amounts[*place] = Some(match &value.cell {
                Cell::Integer(number) => Ok((*number as f64, Denomination::Unsaid)),
                Cell::Number(number) => Ok((*number, Denomination::Unsaid)),
                _ => money::amount(number, is_comma),
            });
        }
        let mut currencies: HashMap<String, usize> = HashMap::new();
        let mut without = 0;
        let mut pairs: HashMap<(u32, Option<u64>), usize> = HashMap::new();
        let mut cells = Vec::with_capacity(codes.len());
        for (row, code) in codes.iter().enumerate() {
            let value = &all[*code as usize];
            let worth = match &amounts[*code as usize] {
                None => Ok(None),
                Some(Err(why)) => Err(why.clone()),
                Some(Ok((amount, own))) => {
                    let told = settings.currencies.as_ref().and_then(|all| all[row].as_deref());
                    let currency = own.clone().or_told(told);
                    match &currency {
                        Denomination::Of(currency) => *currencies.entry(currency.clone()).or_default() += 1,
                        Denomination::Unsaid => without += 1,
                        Denomination::Unknown(_) => {}
                    }
                    let day = settings.days.as_ref().and_then(|days| days[row]);
                    match (&settings.rates, currency) {
                        (Some(rates), Denomination::Of(currency)) => rates.worth(*amount, &currency, day).map(Some),
                        (Some(_), Denomination::Unknown(word)) => Err(Unreadable::because(format!(
                            "an amount in `{word}`, which is no one currency that is known"
                        ))),
                        _ => Ok(Some(*amount)),
                    }
                }
            };
            match worth {
                Ok(worth) => {
                    if settings.rates.is_some() && worth.is_some() {
                        outcome.brought.push(row);
                    }
                    *pairs.entry((*code, worth.map(f64::to_bits))).or_default() += 1;
                    cells.push(worth.map_or(Cell::Missing, Cell::Number));
                }
                Err(why) => {
                    outcome.problem(row, value, &why);
                    cells.push(Cell::Missing);
                }
            }
        }
        let mut pairs: Vec<((u32, Option<u64>), usize)> = pairs.into_iter().collect();
        pairs.sort_unstable();
        for ((code, worth), rows) in pairs {
            let cell = worth.map_or(Cell::Missing, |bits| Cell::Number(f64::from_bits(bits)));
            outcome.take(&Distinct { rows, ..all[code as usize].clone() }, &Ok(cell));
        }
        let mut found: Vec<(String, usize)> = currencies.into_iter().collect();
        found.sort();
        let listed: Vec<String> = found.iter().map(|(currency, rows)| format!("{rows} in {currency}")).collect();
        if !listed.is_empty() {
            outcome.evidence.push(listed.join(", "));
        }
        match (&self.to, without) {
            (Some(to), 1..) => outcome.evidence.push(format!("{without} without a currency, taken as {to}")),
            (None, _) if found.len() > 1 => {
                outcome.evidence.push("left in their currencies: `to` and `rates` bring them to one".to_owned());
            }
            _ => {}
        }
        cells
    }
}

/// The currencies of the rows: where an amount was brought to another one, that one.
fn currencies(
    codes: &[u32],
    all: &[Distinct],
    becomes: &[std::result::Result<Cell, Unreadable>],
    (brought, to): (&[bool], &str),
    outcome: &mut Outcome,
) -> Vec<Cell> {
    let to = Cell::Text(to.to_owned());
    let mut rows = vec![[0_usize; 2]; all.len()];
    let mut cells = Vec::with_capacity(codes.len());
    for (row, code) in codes.iter().enumerate() {
        let code = *code as usize;
        if !brought[row]
            && let Err(why) = &becomes[code]
        {
            outcome.problem(row, &all[code], why);
        }
        rows[code][usize::from(brought[row])] += 1;
        cells.push(match &becomes[code] {
            _ if brought[row] => to.clone(),
            Ok(cell) => cell.clone(),
            Err(_) => Cell::Missing,
        });
    }
    for ((value, cell), [left, brought]) in all.iter().zip(becomes).zip(rows) {
        for (cell, rows) in [(cell, left), (&Ok(to.clone()), brought)] {
            if rows > 0 {
                outcome.take(&Distinct { rows, ..value.clone() }, cell);
            }
        }
    }
    cells
}

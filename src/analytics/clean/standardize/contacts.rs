//! Columns of e-mail addresses, telephone numbers and countries.

use std::collections::HashMap;

use super::reading::{Distinct, Read, Unreadable};
use crate::stats::text::{PhoneFault, country_code, is_international, plain, read_email, read_phone};
use crate::table::{Cell, Levels, thousands};

/// Reads a column of e-mail addresses: in small letters, without what programs put around them.
pub(super) fn emails(values: &[Distinct]) -> Read {
    Read::each(values, |text| match read_email(text) {
        Ok(address) => Ok(Cell::Text(address.to_lowercase())),
        Err(fault) => Err(Unreadable::because(format!("no e-mail address: {}", fault.word()))),
    })
}

/// Reads a column of countries.
pub(super) fn countries(values: &[Distinct]) -> Read {
    Read::each(values, |text| {
        country_code(text)
            .map(|code| Cell::Text(code.to_owned()))
            .ok_or_else(|| Unreadable::because("no country that is known"))
    })
}

/// Which country telephone numbers are of that do not say it.
#[derive(Default)]
pub(super) struct Countries {
    /// Of all rows that say none.
    pub(super) usual: Option<&'static str>,
    /// The column of countries, with the country of each of its different values.
    pub(super) by_row: Option<(String, Levels, Vec<Option<&'static str>>)>,
}

impl Countries {
    /// The countries of a column, by any of their names.
    pub(super) fn of_column(&mut self, name: &str, levels: Levels) {
        let code = |level: usize| match levels.value(level) {
            Cell::Missing => None,
            cell => country_code(&plain(&cell.plain())),
        };
        let codes = (0..levels.len()).map(code).collect();
        self.by_row = Some((name.to_owned(), levels, codes));
    }

    /// Parts the different numbers by the country of their rows; `codes` are those of the rows. Numbers that say their
    /// country are of it wherever they stand.
    pub(super) fn part(&self, codes: &mut [u32], all: &mut Vec<Distinct>) {
        let Some((_, levels, countries)) = &self.by_row else {
            all.iter_mut().for_each(|value| value.country = self.usual);
            return;
        };
        let mut places: HashMap<(u32, Option<&'static str>), u32> = HashMap::new();
        let mut parted: Vec<Distinct> = Vec::new();
        for (code, level) in codes.iter_mut().zip(&levels.codes) {
            let value = &all[*code as usize];
            let country = match is_international(&value.text) {
                true => None,
                false => countries[*level as usize].or(self.usual),
            };
            let place = *places.entry((*code, country)).or_insert_with(|| {
                parted.push(Distinct { rows: 0, country, ..value.clone() });
                parted.len() as u32 - 1
            });
            parted[place as usize].rows += 1;
            *code = place;
        }
        *all = parted;
    }

    /// What is told of rows whose country is not known, and of where the others come from.
    fn told(&self) -> Vec<String> {
        let mut told = Vec::new();
        if let Some((name, levels, countries)) = &self.by_row {
            told.push(format!("numbers without a country are taken as of the one in `{name}`"));
            let mut unknown: HashMap<u32, usize> = HashMap::new();
            for level in levels.codes.iter().filter(|level| countries[**level as usize].is_none()) {
                *unknown.entry(*level).or_default() += 1;
            }
            let rows: usize = unknown.values().sum();
            // The most frequent of them, the first of the alphabet of those that are equally frequent.
            let most = unknown.into_iter().max_by_key(|(level, rows)| (*rows, std::cmp::Reverse(*level)));
            if let Some((level, _)) = most {
                let shown = match levels.value(level as usize) {
                    Cell::Missing => "nothing".to_owned(),
                    cell => format!("`{}`", cell.plain()),
                };
                let taken = self.usual.map_or("", |_| ", so that they are of the `country` that was given");
                told.push(format!("`{name}` names no country in {} rows, most often {shown}{taken}", thousands(rows)));
            }
        }
        if let Some(usual) = self.usual.filter(|_| self.by_row.is_none()) {
            told.push(format!("numbers without a country are taken as of {usual}"));
        }
        told
    }
}

/// Reads a column of telephone numbers as E.164 writes them: `+442079460958`.
pub(super) fn phones(values: &[Distinct], countries: &Countries) -> Read {
    let mut without = 0;
    let read = |value: &Distinct| match read_phone(&value.text, value.country) {
        Ok(number) => Ok(Cell::Text(number)),
        Err(fault) => {
            without += if fault == PhoneFault::NoCountry { value.rows } else { 0 };
            Err(Unreadable::because(fault.word()))
        }
    };
    let cells = values.iter().map(read).collect();
    let mut read = Read { cells, evidence: countries.told() };
    if without > 0 {
        let help = match &countries.by_row {
            Some(_) => "give `country` for them, such as `country: \"GB\"`",
            None => "give `country`, such as `country: \"GB\"`, or the column that says it, `country_column`",
        };
        read = read.telling(format!("{without} say no country: {help}"));
    }
    read
}

//! Amounts of money: their currency, and what they are in another one.

use std::collections::HashMap;

use regulars_plugin::{Date, Failure, Result};

use super::reading::Unreadable;
use crate::stats::text::{Currency, WrittenNumber, currency_code, is_nothing};
use crate::table::Data;

/// What an amount is in.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Denomination {
    /// The currency of this code.
    Of(String),
    /// A word or sign that stands for none, or for several: `kr`.
    Unknown(String),
    /// Nothing says it.
    Unsaid,
}

impl Denomination {
    /// What the amount says itself, and otherwise what is told about its row.
    pub(super) fn or_told(self, told: Option<&str>) -> Denomination {
        match (self, told.map(str::trim).filter(|told| !is_nothing(told))) {
            (of @ Denomination::Of(_), _) => of,
            (Denomination::Unknown(sign), told) => {
                told.and_then(code).map_or(Denomination::Unknown(sign), Denomination::Of)
            }
            (Denomination::Unsaid, None) => Denomination::Unsaid,
            (Denomination::Unsaid, Some(told)) => {
                code(told).map_or_else(|| Denomination::Unknown(told.to_owned()), Denomination::Of)
            }
        }
    }
}

/// An amount and its currency.
pub(super) type Amount = std::result::Result<(f64, Denomination), Unreadable>;

/// The amount that a text writes.
pub(super) fn amount(number: Option<WrittenNumber>, is_comma: bool) -> Amount {
    match number {
        None => Err(Unreadable::because("no number that can be read")),
        Some(number) if number.is_percent => Err(Unreadable::because("a share, not an amount")),
        Some(number) if number.unit.is_some() => Err(Unreadable::because("a quantity, not an amount")),
        Some(number) => {
            let currency = match number.currency {
                Some(Currency::Code(code)) => Denomination::Of(code.to_owned()),
                Some(Currency::Shared(sign)) => Denomination::Unknown(sign.to_owned()),
                None => Denomination::Unsaid,
            };
            Ok((number.value(is_comma), currency))
        }
    }
}

/// A currency that a table or an option names: one that is known, or any three letters, which may be points of a shop.
pub(super) fn code(text: &str) -> Option<String> {
    let bare = text.trim();
    let letters = bare.len() == 3 && bare.bytes().all(|byte| byte.is_ascii_alphabetic());
    currency_code(bare).map(str::to_owned).or_else(|| letters.then(|| bare.to_uppercase()))
}

/// What one of each currency is in the wanted one, from which day on.
pub(super) struct Rates {
    to: String,
    by_currency: HashMap<String, Vec<(Option<Date>, f64)>>,
}

impl Rates {
    /// Reads a table with `currency`, `rate` and perhaps `date`.
    pub(super) fn of(data: &Data, to: &str) -> Result<Rates> {
        let (currencies, rates) = (data.words("currency")?, data.numbers("rate")?);
        let days = match data.names().contains(&"date") {
            true => data.dates("date")?,
            false => vec![None; rates.len()],
        };
        let mut by_currency: HashMap<String, Vec<(Option<Date>, f64)>> = HashMap::new();
        for (row, ((currency, rate), day)) in currencies.iter().zip(&rates).zip(days).enumerate() {
            let wrong = |what: &str| {
                Failure::new(format!("row {} of the rates {what}", row + 1))
                    .help("each row says how much one of `currency` is worth, as a number above 0")
            };
            let currency = currency.as_deref().and_then(code).ok_or_else(|| wrong("names no currency"))?;
            let rate = rate.filter(|rate| rate.is_finite() && *rate > 0.0).ok_or_else(|| wrong("has no rate"))?;
            by_currency.entry(currency).or_default().push((day, rate));
        }
        for (currency, rates) in &mut by_currency {
            rates.sort_by_key(|(day, _)| *day);
            if let Some(twice) = rates.windows(2).find(|pair| pair[0].0 == pair[1].0 && pair[0].1 != pair[1].1) {
                let day = twice[0].0.map_or_else(String::new, |day| format!(" on {day}"));
                return Err(Failure::new(format!(
                    "there are two rates of {currency}{day}: {} and {}",
                    twice[0].1, twice[1].1
                ))
                .help("leave one of them out of the rates"));
            }
        }
        Ok(Rates { to: to.to_owned(), by_currency })
    }

    /// The currency to which amounts come.
    pub(super) fn to(&self) -> &str {
        &self.to
    }

    /// Whether a rate holds from some day on only.
    pub(super) fn change_by_day(&self) -> bool {
        self.by_currency.values().flatten().any(|(day, _)| day.is_some())
    }

    /// What an amount is worth on a day: by the latest rate that is not after it.
    pub(super) fn worth(&self, amount: f64, currency: &str, day: Option<Date>) -> std::result::Result<f64, Unreadable> {
        if currency == self.to {
            return Ok(amount);
        }
        let rates =
            self.by_currency.get(currency).ok_or_else(|| Unreadable::because(format!("no rate of {currency}")))?;
        let found = match (rates.as_slice(), day) {
            ([(None, rate)], _) => Some(*rate),
            (rates, Some(day)) => {
                let until = rates.partition_point(|(from, _)| from.is_none_or(|from| from <= day));
                until.checked_sub(1).map(|place| rates[place].1)
            }
            (_, None) => {
                return Err(Unreadable::because(format!("an amount in {currency} without a day for its rate")));
            }
        };
        found
            .map(|rate| amount * rate)
            .ok_or_else(|| Unreadable::because(format!("no rate of {currency} yet on its day")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::text::read_number;

    #[test]
    fn amounts_say_their_currency() {
        for (text, number, currency) in [
            ("€ 1,234.50", 1234.5, Some("EUR")),
            ("12.5 USD", 12.5, Some("USD")),
            ("CHF 9", 9.0, Some("CHF")),
            ("-$5", -5.0, Some("USD")),
            ("($5.25)", -5.25, Some("USD")),
            ("HK$7", 7.0, Some("HKD")),
            ("3元", 3.0, Some("CNY")),
            ("8 kr", 8.0, Some("kr")),
            ("8", 8.0, None),
        ] {
            let of = match currency {
                Some("kr") => Denomination::Unknown("kr".to_owned()),
                Some(code) => Denomination::Of(code.to_owned()),
                None => Denomination::Unsaid,
            };
            assert_eq!(amount(read_number(text), false), Ok((number, of)), "{text}");
        }
        assert!(["ten USD", "5 %", "5 kg"].iter().all(|text| amount(read_number(text), false).is_err()));
    }
}

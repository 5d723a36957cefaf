//! The options of `standardize`, understood.

use regulars_plugin::{Beside, Context, Date, Failure, Result, nearest};

use super::Standardize;
use super::contacts::Countries;
use super::dates::Habits;
use super::money::{self, Rates};
use super::outcome::Outcome;
use crate::stats::text::{country_code, country_names};
use crate::table::{Data, Frame};

/// The options, understood.
pub(super) struct Settings {
    pub(super) habits: Habits,
    pub(super) countries: Countries,
    pub(super) rates: Option<Rates>,
    /// The currency of each row, and the rows' days, where columns hold them.
    pub(super) currencies: Option<Vec<Option<String>>>,
    pub(super) days: Option<Vec<Option<Date>>>,
    /// Which rows have an amount that was brought to another currency, and that one: known once all amounts are read.
    pub(super) brought: Option<(Vec<bool>, String)>,
}

impl Settings {
    pub(super) fn of(
        options: &Standardize,
        input: &Beside<Frame>,
        data: &Data,
        context: &Context<'_>,
    ) -> Result<Settings> {
        let mut countries = Countries::default();
        if let Some(name) = &options.country {
            let found = country_code(name).ok_or_else(|| {
                let failure = Failure::new(format!("`country`: there is no country `{name}`"));
                match nearest(name, country_names()) {
                    Some(near) => failure.help(format!("did you mean `{near}`?")),
                    None => failure.help("a column that says the country of each row is given as `country_column`"),
                }
                .help("write its two letters, such as \"GB\", or its name")
            });
            countries.usual = Some(found?);
        }
        if let Some(name) = &options.country_column {
            countries.of_column(name.as_str(), data.levels(name.as_str())?);
        }
        let rates = match (&options.to, &options.rates) {
            (Some(to), rates) => {
                let to = money::code(to).ok_or_else(|| {
                    Failure::new(format!("`to`: `{to}` is no currency")).help("write three letters, such as \"EUR\"")
                })?;
                let table = rates.as_ref().map(|rates| input.table(rates)).transpose()?;
                let table = table.ok_or_else(|| {
                    Failure::new("`to` needs `rates`: how much is one of each currency?").help(
                        "`rates: frame(#{currency: [\"USD\"], rate: [0.92]})` says that a dollar is .92 of the currency in `to`",
                    )
                })?;
                let rates = Rates::of(&table.data(context.host())?, &to).map_err(|failure| failure.within("rates"))?;
                if rates.change_by_day() && options.date.is_none() {
                    return Err(Failure::new(
                        "the rates change from day to day, but nothing says the day of an amount",
                    )
                    .help("name the column with the day: `date: \"paid_on\"`"));
                }
                Some(rates)
            }
            (None, Some(_)) => {
                return Err(Failure::new("`rates` are given, but not the currency to which amounts come")
                    .help("add `to: \"EUR\"`"));
            }
            (None, None) => None,
        };
        let currencies = options.currency.as_ref().map(|name| data.words(name.as_str())).transpose()?;
        let days = options.date.as_ref().map(|name| data.dates(name.as_str())).transpose()?;
        let habits = Habits { day_first: options.day_first, latest: context.today, timed: false };
        Ok(Settings { habits, countries, rates, currencies, days, brought: None })
    }

    /// Hears what became of the amounts.
    pub(super) fn hear(&mut self, outcomes: &[Outcome], rows: usize) {
        self.brought = self.rates.as_ref().map(|rates| {
            let mut brought = vec![false; rows];
            outcomes.iter().flat_map(|outcome| &outcome.brought).for_each(|row| brought[*row] = true);
            (brought, rates.to().to_owned())
        });
    }
}

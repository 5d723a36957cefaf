//! Customers' histories out of orders, or out of a summary of them.

use regulars_plugin::{Context, Date, Failure, Input, Result};

use super::super::window;
use super::covariates::{encode, lacks};
use super::state::{BuyingModel, refused};
use crate::stats::btyd::{Histories, Purchases as History};
use crate::table::{Calendar, Data, Frame, FrameBuilder, HoldOut, Purchases, Transactions};

/// The histories that were counted, in a unit of so many days.
pub(in crate::analytics::value) fn counted(purchases: &Purchases, unit: f64) -> Vec<History> {
    let history = |customer: usize| {
        let since_first = |day: i32| f64::from(day - purchases.first[customer]) / unit;
        History {
            repeats: purchases.repeats(customer),
            last: since_first(purchases.last[customer]),
            age: since_first(purchases.until),
        }
    };
    (0..purchases.len()).map(history).collect()
}

/// Customers to look ahead for: a frame that begins with their keys, and their histories.
pub(super) struct Known {
    pub(super) keys: FrameBuilder,
    pub(super) histories: Histories,
    /// The different values of the model's covariates among them.
    pub(super) patterns: Vec<Vec<f64>>,
    pub(super) notes: Vec<String>,
}

/// Reads a table: a summary with the columns `customer`, `frequency`, `recency` and `T`, or else orders, which are summed
/// up to a day.
pub(super) fn known(model: &BuyingModel, table: &Frame, until: Option<Date>, context: &Context<'_>) -> Result<Known> {
    let names = table.names();
    let has = |name: &str| names.iter().any(|one| one == name);
    if has("frequency") && has("recency") && has("T") {
        if until.is_some() {
            return Err(Failure::new("`until` is for a table of orders, and this is a summary of them already")
                .help("give the orders: `model.predict(orders, #{until: …})`"));
        }
        return summed_up(model, table, context);
    }
    if !has("date") && !has("customer") {
        return Err(Failure::new(format!("the table has the columns {}", names.join(", ")))
            .help("wanted are orders (`customer`, `date`, `amount`) or what `customer_summary` answers (`customer`, `frequency`, `recency`, `T`)"));
    }
    let orders = Transactions::from_tables(vec![table.clone()])?;
    let until = until.unwrap_or(model.until);
    let purchases = window::counted(&orders, Calendar::Day, Some(until), HoldOut::None, context)?;
    let mut notes = window::notes(&orders, &purchases, context)?;
    notes.push(window::definitions(&purchases, model.unit));
    let columns: Vec<&str> = model.covariates.iter().map(|covariate| covariate.column.as_str()).collect();
    let (patterns, of) = match columns.is_empty() {
        true => (Vec::new(), Vec::new()),
        false => {
            if let Some(name) = columns.iter().find(|name| !has(name)) {
                return Err(lacks(name, names.iter().map(String::as_str)));
            }
            patterns(model, &orders.first_values(&columns, purchases.customers(), until, context)?.values)?
        }
    };
    let histories =
        Histories::new(&counted(&purchases, model.unit.days()), &of).map_err(|why| refused(why, model.kind))?;
    Ok(Known { keys: FrameBuilder::new(purchases.customers()), histories, patterns, notes })
}

/// The different values of the model's covariates in a table of customers, and whose they are.
fn patterns(model: &BuyingModel, data: &Data) -> Result<(Vec<Vec<f64>>, Vec<u32>)> {
    if model.covariates.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    Ok(encode(&model.covariates, data)?.patterns(data.height()))
}

fn summed_up(model: &BuyingModel, table: &Frame, context: &Context<'_>) -> Result<Known> {
    let data = table.data(context.host())?;
    let (frequencies, recencies, ages) = (data.numbers("frequency")?, data.numbers("recency")?, data.numbers("T")?);
    let mut customers = Vec::with_capacity(data.height());
    for (row, ((frequency, recency), age)) in frequencies.into_iter().zip(recencies).zip(ages).enumerate() {
        let missing = |column: &str| {
            Failure::new(format!("row {} has no `{column}`", row + 1)).help("leave such rows out with `drop_nulls()`")
        };
        let frequency = frequency.ok_or_else(|| missing("frequency"))?;
        let last = recency.ok_or_else(|| missing("recency"))?;
        let age = age.ok_or_else(|| missing("T"))?;
        if !(frequency >= 0.0 && frequency.fract() == 0.0 && frequency <= f64::from(u32::MAX)) {
            return Err(Failure::new(format!(
                "row {} has the frequency {frequency}, which is no number of purchases",
                row + 1
            ))
            .help("frequency counts the days with a purchase after the first"));
        }
        customers.push(History { repeats: frequency as u32, last, age });
    }
    let (patterns, of) = patterns(model, &data)?;
    let histories = Histories::new(&customers, &of).map_err(|why| {
        refused(why, model.kind).help(format!("`recency` and `T` are in {}s, as the model is", model.unit.word()))
    })?;
    let keys = if table.names().iter().any(|name| name == "customer") {
        FrameBuilder::new(data.column("customer")?.clone())
    } else {
        FrameBuilder::empty().integers("customer", 1..=data.height() as i64)
    };
    let note = format!("`recency` and `T` are taken as {}s, the model's unit", model.unit.word());
    Ok(Known { keys, histories, patterns, notes: vec![note] })
}

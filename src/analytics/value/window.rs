//! What the functions of this family have in common: customers' purchases up to a day, and what is to be said of them.

use regulars_plugin::{Context, Date, Failure, Result, SpanUnit};

use crate::table::{Calendar, HoldOut, Purchases, Transactions, thousands};

/// Days in a month of 4.345 weeks.
pub(super) const DAYS_IN_MONTH: f64 = 7.0 * 4.345;

/// The purchases up to a day; a failure where there are none.
pub(super) fn counted(
    orders: &Transactions,
    calendar: Calendar,
    until: Option<Date>,
    hold_out: HoldOut,
    context: &Context<'_>,
) -> Result<Purchases> {
    let purchases = orders.purchases(calendar, until, hold_out, context)?;
    if !purchases.is_empty() {
        return Ok(purchases);
    }
    Err(match until {
        Some(until) if purchases.usable > 0 => {
            Failure::new(format!("there are no orders up to {until}: all {} come later", thousands(purchases.usable)))
                .help("give a later day as `until`")
        }
        _ => no_orders(),
    })
}

pub(super) fn no_orders() -> Failure {
    Failure::new("there are no orders").help("look at the filters before, and at what `transactions` left out")
}

/// What a reader must know of the rows behind an answer.
pub(super) fn notes(orders: &Transactions, purchases: &Purchases, context: &Context<'_>) -> Result<Vec<String>> {
    let mut notes = orders.notes(Some(purchases.usable), context.host())?;
    let until = purchases.until();
    if purchases.late > 0 {
        notes.push(format!("{} rows after {until} were left out", thousands(purchases.late)));
    }
    notes.extend(silence(purchases));
    notes.extend(returns(purchases.negative));
    Ok(notes)
}

/// Days without any order at the end of a window that are worth a sentence.
const SILENCE: i32 = 31;

/// The sentence about a window that goes on after the data end.
fn silence(purchases: &Purchases) -> Option<String> {
    let gap = purchases.until - purchases.latest;
    (gap > SILENCE).then(|| {
        format!(
            "the latest order is {gap} days older than {}: the days since then count as days on which nobody bought",
            purchases.until()
        )
    })
}

/// The sentence about negative amounts.
pub(super) fn returns(rows: usize) -> Option<String> {
    (rows > 0).then(|| {
        format!(
            "{} rows have a negative amount (returns?): they count as purchases and lower the spend; \
             leave them out first where they should not: `tx.filter(tx.amount > 0)`",
            thousands(rows)
        )
    })
}

/// How frequency, recency and T are counted.
pub(super) fn definitions(purchases: &Purchases, unit: SpanUnit) -> String {
    let days = match unit {
        SpanUnit::Day => String::new(),
        unit => format!(" of {} days", unit.days()),
    };
    format!(
        "frequency counts days with a purchase after the first (several orders on one day are one); recency is the time from \
         the first to the last of them, T from the first to {}, in {}s{days}",
        purchases.until(),
        unit.word(),
    )
}

/// A share in few digits: `30 %`.
pub(super) fn percent(share: f64) -> String {
    let text = format!("{:.2}", share * 100.0);
    format!("{} %", text.trim_end_matches('0').trim_end_matches('.'))
}

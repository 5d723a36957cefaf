//! What a view says otherwise than an earlier one.

use std::collections::HashMap;

use regulars_plugin::{Context, Result};

use crate::table::{Frame, FrameBuilder};

/// Something that changed: customer, kind, column, before, now.
type Change = (String, &'static str, Option<String>, Option<String>, Option<String>);

/// The changes from one view to the next: changed values, customers who came and customers who are gone.
pub(super) fn changes(before: Option<&Frame>, now: &Frame, context: &Context<'_>) -> Result<Frame> {
    let changes = match before {
        Some(before) => found(before, now, context)?,
        None => Vec::new(),
    };
    FrameBuilder::empty()
        .texts("customer", changes.iter().map(|(customer, ..)| customer))
        .texts("change", changes.iter().map(|(_, kind, ..)| kind))
        .optional_texts("column", changes.iter().map(|(_, _, column, ..)| column.as_deref()))
        .optional_texts("before", changes.iter().map(|(.., before, _)| before.as_deref()))
        .optional_texts("now", changes.iter().map(|(.., now)| now.as_deref()))
        .build()
}

fn found(before: &Frame, now: &Frame, context: &Context<'_>) -> Result<Vec<Change>> {
    let (earlier, later) = (before.data(context.host())?, now.data(context.host())?);
    let keys =
        |words: Vec<Option<String>>| -> Vec<String> { words.into_iter().map(Option::unwrap_or_default).collect() };
    let old = keys(earlier.words("customer").map_err(|failure| {
        failure.help("`previous` is the table of an earlier answer: `view.table()`").within("previous")
    })?);
    let new = keys(later.words("customer")?);
    let places: HashMap<&str, usize> = old.iter().enumerate().map(|(place, key)| (key.as_str(), place)).collect();
    let mut names: Vec<&str> = later.names();
    names.extend(earlier.names().into_iter().filter(|name| !later.names().contains(name)));
    names.retain(|name| *name != "customer");
    let mut columns = Vec::new();
    for name in &names {
        context.check()?;
        let words = |data: &crate::table::Data| {
            if data.names().contains(name) { data.words(name) } else { Ok(vec![None; data.height()]) }
        };
        columns.push((words(&earlier)?, words(&later)?));
    }
    let mut changes: Vec<Change> = Vec::new();
    for (row, customer) in new.iter().enumerate() {
        let Some(place) = places.get(customer.as_str()) else {
            changes.push((customer.clone(), "new", None, None, None));
            continue;
        };
        for (name, (earlier, later)) in names.iter().zip(&columns) {
            if earlier[*place] != later[row] {
                let (before, now) = (earlier[*place].clone(), later[row].clone());
                changes.push((customer.clone(), "changed", Some((*name).to_owned()), before, now));
            }
        }
    }
    let there: std::collections::HashSet<&str> = new.iter().map(String::as_str).collect();
    let gone = old.iter().filter(|customer| !there.contains(customer.as_str()));
    changes.extend(gone.map(|customer| (customer.clone(), "gone", None, None, None)));
    Ok(changes)
}

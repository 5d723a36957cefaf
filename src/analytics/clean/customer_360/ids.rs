//! Who is who: the ids of the sources, and what the customers are called over all of them.

use std::collections::btree_map::{BTreeMap, Entry};

use regulars_plugin::{Context, Failure, Result};

use crate::table::{Frame, FrameBuilder, thousands};

use super::sources::Source;

/// For each source its ids, and the customers behind them.
pub(super) struct Ids(BTreeMap<String, BTreeMap<String, String>>);

impl Ids {
    /// Reads the answer of `unify`, or another table of `source`, `id` and `customer`. Rows without an id belong to nobody who
    /// could be met again.
    pub(super) fn read(table: &Frame, context: &Context<'_>) -> Result<Ids> {
        let data = table.data(context.host())?;
        let column = |name: &str| {
            data.words(name).map_err(|failure| {
                failure
                    .help("`ids` is the answer of `unify`, or a table with the columns `source`, `id` and `customer`")
            })
        };
        let mut ids: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
        for ((source, id), customer) in column("source")?.into_iter().zip(column("id")?).zip(column("customer")?) {
            let (Some(source), Some(id), Some(customer)) = (source, id, customer) else { continue };
            let id = id.trim();
            match ids.entry(source.clone()).or_default().entry(id.to_owned()) {
                Entry::Vacant(place) => {
                    place.insert(customer);
                }
                Entry::Occupied(place) if *place.get() != customer => {
                    return Err(Failure::new(format!(
                        "`{id}` of `{source}` is two customers, `{}` and `{customer}`",
                        place.get()
                    ))
                    .help("each id of a source stands for one customer: take one of the rows out of the table"));
                }
                Entry::Occupied(_) => {}
            }
        }
        Ok(Ids(ids))
    }

    /// Puts the customers in the place of the source's own ids.
    pub(super) fn put(&self, source: &mut Source, context: &Context<'_>) -> Result<()> {
        let Some(known) = self.0.get(&source.name) else {
            return Err(Failure::new(format!("`ids` has no source `{}`", source.name))
                .near(&source.name, self.0.keys().map(String::as_str))
                .help("give each table by the name that its source had in `unify`: `transactions: #{till: orders}`"));
        };
        let ids = FrameBuilder::empty().texts("id", known.keys()).texts("customer", known.values()).build()?;
        let (frame, unknown) = source.frame.with_ids(&ids, &source.name, context.host())?;
        source.frame = frame;
        if unknown > 0 {
            source.notes.push(format!(
                "{0}: {1} rows have an id that `ids` does not know: their customers are called `{0}:…`",
                source.name,
                thousands(unknown)
            ));
        }
        Ok(())
    }
}

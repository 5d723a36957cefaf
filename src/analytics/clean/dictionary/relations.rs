//! Columns that point at the key of another table.

use regulars_plugin::{Context, Host, Result};

use super::known::Known;
use crate::analytics::clean::profile::rules::plain;
use crate::table::{Expression, Frame, FrameBuilder, JoinKind, JoinOptions, ProfiledColumn, thousands};

/// A column that points at the key of another table.
pub(super) struct Relation {
    pub(super) table: String,
    column: String,
    refers_to: String,
    key: String,
    values: usize,
    found: usize,
    as_text: bool,
}

impl Relation {
    /// What is to be said of it where some values are not found.
    pub(super) fn sentence(&self) -> Option<String> {
        let lacking = self.values - self.found;
        (lacking > 0).then(|| {
            format!(
                "{} of {} values of `{}` in `{}` are not in `{}` of `{}`",
                thousands(lacking),
                thousands(self.values),
                self.column,
                self.table,
                self.key,
                self.refers_to
            )
        })
    }
}

/// The relations between tables, in their order.
pub(super) fn of(tables: &[Known], context: &Context<'_>) -> Result<Vec<Relation>> {
    let mut relations = Vec::new();
    for (place, table) in tables.iter().enumerate() {
        for column in &table.found.columns {
            for (_, other) in tables.iter().enumerate().filter(|(at, _)| *at != place) {
                let keys = other.found.columns.iter().filter(|key| other.names_rows(key));
                for key in keys.filter(|key| points_at(table, column, other, key)) {
                    context.check()?;
                    relations.push(counted(table, column, other, key, context.host())?);
                }
            }
        }
    }
    Ok(relations)
}

/// Whether names say that a column points at a key.
fn points_at(table: &Known, column: &ProfiledColumn, other: &Known, key: &ProfiledColumn) -> bool {
    let standard = table.role_of(&column.name);
    if let (Some(own), Some(others)) = (standard, other.role_of(&key.name)) {
        // Both may have a region that happens to name the rows.
        return own == others && ["customer", "order", "product", "ticket", "deal", "session"].contains(&own);
    }
    let (own, others) = (plain(&column.name), plain(&key.name));
    let is_only_key = other.key() == Some(key.name.as_str());
    let one = plain(&other.name);
    let one = one.strip_suffix('s').unwrap_or(&one);
    is_only_key && (own == others && own != "id" || own == one || own == format!("{one}id"))
}

fn counted(
    table: &Known,
    column: &ProfiledColumn,
    other: &Known,
    key: &ProfiledColumn,
    host: &dyn Host,
) -> Result<Relation> {
    const VALUE: &str = "value";
    let as_text = column.kind != key.kind;
    let values = |frame: &Frame, name: &str| -> Result<Frame> {
        let one = frame.select(&[Expression::column(name)])?.rename(&[(name.to_owned(), VALUE.to_owned())])?;
        let one = one.drop_nulls(&[])?.unique(&[])?;
        if as_text { one.cast(&[(VALUE.to_owned(), "string".to_owned())]) } else { Ok(one) }
    };
    let own = values(&table.frame, &column.name)?;
    let others = values(&other.frame, &key.name)?;
    let semi = JoinOptions { kind: JoinKind::Semi, ..JoinOptions::default() };
    let by = [Expression::column(VALUE)];
    let found = own.join(&others, &by, &by, &semi)?.height(host)?;
    Ok(Relation {
        table: table.name.clone(),
        column: column.name.clone(),
        refers_to: other.name.clone(),
        key: key.name.clone(),
        values: own.height(host)?,
        found,
        as_text,
    })
}

pub(super) fn table(relations: &[&Relation]) -> Result<Frame> {
    let each = || relations.iter();
    let share = |one: &&&Relation| (one.values > 0).then(|| one.found as f64 / one.values as f64);
    FrameBuilder::empty()
        .texts("table", each().map(|one| one.table.as_str()))
        .texts("column", each().map(|one| one.column.as_str()))
        .texts("refers_to", each().map(|one| one.refers_to.as_str()))
        .texts("key", each().map(|one| one.key.as_str()))
        .integers("values", each().map(|one| one.values as i64))
        .integers("found", each().map(|one| one.found as i64))
        .optional_numbers("share", each().map(|one| share(&one)))
        .flags("as_text", each().map(|one| one.as_text))
        .build()
}

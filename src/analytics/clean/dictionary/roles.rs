//! What a column is in its table, in a word.

use super::known::Known;
use crate::analytics::clean::profile::rules::{sounds_like_key, there};
use crate::table::ProfiledColumn;

/// Standard columns by what they are.
const ROLES: [(&str, &[&str]); 7] = [
    ("who", &["customer", "name", "email", "phone", "owner"]),
    ("key", &["order", "ticket", "deal", "session"]),
    ("where", &["city", "region", "country", "channel", "page", "source"]),
    (
        "what",
        &[
            "product", "category", "event", "campaign", "topic", "priority", "stage", "won", "segment", "gender",
            "currency",
        ],
    ),
    ("how much", &["amount", "quantity", "cost", "discount", "value", "score", "satisfaction", "income"]),
    ("text", &["text"]),
    ("when", &[]),
];

/// Letters from which on texts are read, not counted.
const LONG: f64 = 40.0;

pub(super) fn role(table: &Known, column: &ProfiledColumn) -> &'static str {
    if let Some(standard) = table.role_of(&column.name) {
        let known = ROLES.iter().find(|(_, columns)| columns.contains(&standard));
        return known.map_or("when", |(role, _)| role);
    }
    let found = &column.found;
    let all = there(found).max(1);
    if found.days.as_ref().is_some_and(|days| days.count * 2 >= all) {
        return "when";
    }
    if sounds_like_key(&column.name) {
        return "key";
    }
    if found.numbers.as_ref().is_some_and(|numbers| numbers.count * 2 >= all) {
        return "how much";
    }
    let letters: usize = found.top.iter().map(|(text, _)| text.chars().count()).sum();
    let mean = letters as f64 / found.top.len().max(1) as f64;
    if found.texts.is_some() && mean >= LONG { "text" } else { "what" }
}

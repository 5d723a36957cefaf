//! Lists and maps that do not fit into one line.

use std::ops::Range;

use regulars_plugin::{Host, Result};

use super::number::grouped;
use super::value::{entry_count, inline, key};
use super::{Page, Role, Value};

/// A list or a map in several lines; head and tail where there are more lines than `rows`. Maps and lists of
/// larger things have one entry a line, short values fill the lines.
pub(crate) fn several(value: &Value, host: &dyn Host, width: usize, rows: usize) -> Result<Page> {
    let width = width.saturating_sub(2);
    let mut page = Page::new();
    let (open, close) = if matches!(value, Value::Map(_)) { ("#{", "}") } else { ("[", "]") };
    page.text(open).line();
    let count = entry_count(value);
    let fills = matches!(value, Value::List(items) if items.iter().all(is_short));
    // The lines, as the entries on them. Short values take three columns at least: this many fill what is shown.
    let reach = if fills { rows.saturating_mul(width / 3 + 1) } else { rows };
    let (head, tail) = if count > reach { (reach.div_ceil(2), reach / 2) } else { (count, 0) };
    let mut first = lines(value, 0..head, fills, host, width)?;
    let mut last = lines(value, count - tail..count, fills, host, width)?;
    if first.len() + last.len() > rows || tail > 0 {
        if tail == 0 {
            last = first.split_off(first.len() / 2);
        }
        first.truncate(rows.div_ceil(2));
        last.drain(..last.len().saturating_sub(rows / 2));
    }
    let shown: usize = first.iter().chain(&last).map(|(_, entries)| entries).sum();
    for (line, _) in first {
        page.space(2).append(line.cut(width)).line();
    }
    if shown < count {
        page.space(2).role(Role::Missing, &format!("… {} more", grouped(&(count - shown).to_string()))).line();
    }
    for (line, _) in last {
        page.space(2).append(line.cut(width)).line();
    }
    page.text(close).line();
    Ok(page)
}

/// Entries in lines, each with the number of entries on it.
fn lines(value: &Value, range: Range<usize>, fills: bool, host: &dyn Host, width: usize) -> Result<Vec<(Page, usize)>> {
    let mut lines: Vec<(Page, usize)> = Vec::new();
    for index in range {
        let mut entry = Page::new();
        match value {
            Value::List(items) => {
                entry.append(inline(&items[index], host)?);
            }
            Value::Map(items) => {
                let (name, item) = &items[index];
                entry.role(Role::Name, &key(name)).text(": ").append(inline(item, host)?);
            }
            _ => {}
        }
        entry.text(",");
        match lines.last_mut().filter(|(line, _)| fills && line.width() + 1 + entry.width() <= width) {
            Some((line, count)) => {
                line.space(1).append(entry);
                *count += 1;
            }
            None => lines.push((entry, 1)),
        }
    }
    Ok(lines)
}

fn is_short(value: &Value) -> bool {
    matches!(
        value,
        Value::Nothing
            | Value::Flag(_)
            | Value::Integer(_)
            | Value::Number(_)
            | Value::Text(_)
            | Value::Date(_)
            | Value::Time(_)
    )
}

//! Values as Markdown.

use regulars_plugin::{Host, Result};

use super::cell::Format;
use super::record::{figure_text, meaning_of, shown_tables, tables_aside};
use super::text::harmless;
use super::value::inline;
use super::{Value, page};
use crate::catalogue::Record;
use crate::table::{Cell, Frame};

/// A value as Markdown: a frame as a pipe table, a record as a table of its figures and the table behind them,
/// a map as a table of names and values, a list as a list.
pub(crate) fn markdown(value: &Value, host: &dyn Host) -> Result<String> {
    Ok(match value {
        Value::Frame(frame) => [frame_table(frame, host)?, notes(&frame.notes(host)?)].concat(),
        Value::Record(record) => figures(record, host)?,
        Value::Map(items) => {
            let rows: Vec<Vec<String>> = items
                .iter()
                .map(|(name, item)| Ok(vec![escaped(name), escaped(&text(item, host)?)]))
                .collect::<Result<_>>()?;
            pipes(&[("name".into(), false), ("value".into(), false)], &rows)
        }
        Value::List(items) => {
            let lines: Vec<String> =
                items.iter().map(|item| Ok(format!("- {}\n", escaped(&text(item, host)?)))).collect::<Result<_>>()?;
            lines.concat()
        }
        Value::Picture { title, description, .. } => format!("**{}** – {}\n", escaped(title), escaped(description)),
        // A manual is laid out in columns already.
        Value::Page(page) => format!("```text\n{}```\n", page.plain()),
        other => page(other, host, usize::MAX, usize::MAX)?.plain().lines().map(|line| escaped(line) + "\n").collect(),
    })
}

/// Text inside a table or a list: as it is, not quoted.
fn text(value: &Value, host: &dyn Host) -> Result<String> {
    Ok(match value {
        Value::Text(text) => text.clone(),
        other => inline(other, host)?.plain(),
    })
}

fn frame_table(frame: &Frame, host: &dyn Host) -> Result<String> {
    let data = frame.data(host)?;
    let mut header = Vec::new();
    let mut rows = vec![Vec::new(); data.height()];
    for name in data.names() {
        let cells = data.cells(name)?;
        let unit = frame.about().columns.iter().find(|column| column.name == name).and_then(|it| it.unit.as_deref());
        let format = Format::of(name, data.kind(name)?, unit, &cells);
        header.push((escaped(name), format.is_right()));
        for (row, cell) in rows.iter_mut().zip(&cells) {
            row.push(match cell {
                // Before it is made harmless: a line end of the text is a line end here.
                Cell::Text(text) => escaped(text),
                other => escaped(&format.cell(other)),
            });
        }
    }
    Ok(pipes(&header, &rows))
}

fn figures(record: &Record, host: &dyn Host) -> Result<String> {
    let rows: Vec<Vec<String>> = record
        .figures
        .iter()
        .map(|(name, value)| {
            let declared = meaning_of(record, name);
            let unit = declared.and_then(|declared| declared.unit.as_deref());
            let (_, shown) = figure_text(name, value, unit);
            let unit = unit.filter(|unit| *unit != "share").map(|unit| format!(" {unit}")).unwrap_or_default();
            let meaning = declared.map(|declared| declared.meaning.as_str()).unwrap_or_default();
            vec![escaped(name), escaped(&format!("{shown}{unit}")), escaped(meaning)]
        })
        .collect();
    let mut text = pipes(&[("name".into(), false), ("value".into(), true), ("meaning".into(), false)], &rows);
    for (name, frame) in shown_tables(record) {
        text.push_str(&format!("\n**{}**\n\n", escaped(name)));
        text.push_str(&frame_table(frame, host)?);
    }
    if let Some(frame) = &record.table {
        text.push('\n');
        text.push_str(&frame_table(frame, host)?);
        text.push_str(&notes(&frame.notes(host)?));
    }
    text.push_str(&notes(&record.notes_beside_table(host)?));
    text.push_str(&notes(tables_aside(record).as_slice()));
    Ok(text)
}

fn notes(notes: &[String]) -> String {
    notes.iter().map(|note| format!("\n*{}*\n", escaped(note))).collect()
}

/// A pipe table; `true` sets a column to the right.
fn pipes(header: &[(String, bool)], rows: &[Vec<String>]) -> String {
    let names: Vec<&str> = header.iter().map(|(name, _)| name.as_str()).collect();
    let rule: Vec<&str> = header.iter().map(|(_, right)| if *right { "---:" } else { "---" }).collect();
    let mut text = format!("| {} |\n| {} |\n", names.join(" | "), rule.join(" | "));
    for row in rows {
        text.push_str(&format!("| {} |\n", row.join(" | ")));
    }
    text
}

/// Text that Markdown takes as text: nothing from data becomes markup, a link or a tag. Underscores inside words
/// are no markup and stay readable.
pub(crate) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    let text = text.replace("\r\n", "\n").replace('\t', " ");
    for (index, line) in text.split('\n').enumerate() {
        safe.push_str(if index > 0 { "<br>" } else { "" });
        for letter in harmless(line).chars() {
            match letter {
                '|' | '\\' | '`' | '*' | '[' | ']' => safe.extend(['\\', letter]),
                '<' => safe.push_str("&lt;"),
                '&' => safe.push_str("&amp;"),
                other => safe.push(other),
            }
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use regulars_plugin::Quiet;

    use super::*;
    use crate::show::example::{orders, record_of};

    #[test]
    fn a_frame_is_a_pipe_table() {
        assert_eq!(
            markdown(&Value::Frame(orders()), &Quiet).unwrap(),
            r#"| customer | date | amount | order |
| --- | --- | ---: | ---: |
| ann, "A" | 1997-01-31 | 0.3 | 1234567 |
| 李雷<br>\| | – | 7.0 | – |
|  | 1997-02-01 | – | 3 |
"#
        );
    }

    #[test]
    fn a_record_is_a_table_of_its_figures() {
        assert_eq!(
            markdown(&Value::Record(record_of(None)), &Quiet).unwrap(),
            r#"| name | value | meaning |
| --- | ---: | --- |
| customers | 2,357 | Customers with at least one order. |
| repeat_rate | 45.5 % | Share of them who bought on at least two days. |
| spent | 60.50 money | What a customer spent, on average. |
| interval | \[41.0 %, 50.0 %\] | 95 % interval of `repeat_rate`. |
| until | – |  |

*69 rows without a customer were left out*
"#
            .replace("`repeat_rate`", "\\`repeat_rate\\`")
        );
    }

    #[test]
    fn nothing_from_data_becomes_markup() {
        let tricky = Value::Text("<b>*x*</b> [a](b) a_b\u{1b}".into());
        assert_eq!(markdown(&tricky, &Quiet).unwrap(), "&lt;b>\\*x\\*&lt;/b> \\[a\\](b) a_b␛\n");
        let list = Value::List(vec![Value::Text("a\nb".into()), Value::Integer(3)]);
        assert_eq!(markdown(&list, &Quiet).unwrap(), "- a<br>b\n- 3\n");
    }
}

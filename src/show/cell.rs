//! How the cells of one column are written.

use regulars_plugin::{ColumnKind, Holds, StandardTable};

use super::number::{alone, decimals, fixed, grouped, percent, percent_decimals, ungrouped};
use super::text::harmless;
use super::value::quoted;
use crate::table::Cell;

/// What stands where there is no value.
pub(crate) const MISSING: &str = "–";

/// How the cells of one column are written: chosen once from its name, its unit and the values that are shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Format {
    style: Style,
    decimals: usize,
    /// Whether times are told with their seconds.
    seconds: bool,
    right: bool,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Style {
    Quantity,
    /// A number that only tells one thing from another.
    Name,
    Percent,
}

impl Format {
    /// Chooses the format of a column.
    pub fn of<'a>(
        name: &str,
        kind: ColumnKind,
        unit: Option<&str>,
        cells: impl IntoIterator<Item = &'a Cell> + Clone,
    ) -> Format {
        let numbers: Vec<f64> = cells.clone().into_iter().filter_map(number).collect();
        let style = match unit {
            Some("share") => Style::Percent,
            None if is_name(name) => Style::Name,
            _ => Style::Quantity,
        };
        let money = unit.is_some_and(|unit| unit.split(' ').next() == Some("money"));
        let decimals = match style {
            Style::Percent => percent_decimals(&numbers),
            _ if money => 2,
            _ => decimals(&numbers),
        };
        let numeric = |cell: &Cell| matches!(cell, Cell::Integer(_) | Cell::Number(_));
        let right = match kind {
            ColumnKind::Integer | ColumnKind::Number => true,
            ColumnKind::Text | ColumnKind::Flag | ColumnKind::Date => false,
            ColumnKind::Any => cells.clone().into_iter().any(numeric),
        };
        let seconds =
            cells.into_iter().any(|cell| matches!(cell, Cell::Time(time) if time.and_utc().timestamp() % 60 != 0));
        Format { style, decimals, seconds, right }
    }

    /// Whether the column is set to the right, as numbers are.
    pub fn is_right(&self) -> bool {
        self.right
    }

    /// One value, harmless and in one line.
    pub fn cell(&self, cell: &Cell) -> String {
        match (cell, self.style) {
            (Cell::Missing, _) => MISSING.to_owned(),
            (Cell::Integer(number), Style::Percent) => percent(*number as f64, self.decimals),
            (Cell::Integer(number), Style::Name) => number.to_string(),
            (Cell::Integer(number), Style::Quantity) => grouped(&number.to_string()),
            (Cell::Number(number), Style::Percent) => percent(*number, self.decimals),
            (Cell::Number(number), Style::Name) => ungrouped(*number, self.decimals),
            (Cell::Number(number), Style::Quantity) => fixed(*number, self.decimals),
            (Cell::Text(text), _) => harmless(text).into_owned(),
            (Cell::Flag(flag), _) => flag.to_string(),
            (Cell::Date(date), _) => date.to_string(),
            (Cell::Time(time), _) if self.seconds => time.format("%Y-%m-%d %H:%M:%S%.f").to_string(),
            (Cell::Time(time), _) => time.format("%Y-%m-%d %H:%M").to_string(),
            (cell @ (Cell::List(_) | Cell::Struct(_)), _) => inside(cell),
        }
    }
}

/// A value inside a list or a struct: text is quoted, so that it can be told from the list's own commas.
fn inside(cell: &Cell) -> String {
    match cell {
        Cell::Missing => MISSING.to_owned(),
        Cell::Text(text) => quoted(text),
        Cell::Number(number) => alone(*number),
        Cell::List(cells) => {
            let inner: Vec<String> = cells.iter().map(inside).collect();
            format!("[{}]", inner.join(", "))
        }
        Cell::Struct(fields) => {
            let inner: Vec<String> =
                fields.iter().map(|(name, cell)| format!("{}: {}", harmless(name), inside(cell))).collect();
            format!("{{{}}}", inner.join(", "))
        }
        other => other.plain(),
    }
}

fn number(cell: &Cell) -> Option<f64> {
    match cell {
        Cell::Number(number) => Some(*number),
        Cell::Integer(number) => Some(*number as f64),
        _ => None,
    }
}

/// Whether a column's numbers are names rather than quantities: a customer's key, an order's number, a year.
fn is_name(column: &str) -> bool {
    const WORDS: [&str; 15] = [
        "id",
        "key",
        "code",
        "year",
        "month",
        "yearmonth",
        "zip",
        "zipcode",
        "postcode",
        "plz",
        "phone",
        "sku",
        "ean",
        "invoice",
        "account",
    ];
    // `CustomerID`, `orderId`
    let is_camel = column
        .strip_suffix("ID")
        .or_else(|| column.strip_suffix("Id"))
        .is_some_and(|rest| rest.ends_with(char::is_lowercase));
    let column = column.trim().to_lowercase();
    let last = column.rsplit(['_', ' ', '.', '-']).next().unwrap_or_default();
    let standard = || {
        StandardTable::DECLARED
            .iter()
            .flat_map(|table| table.needed().iter().chain(table.known()))
            .any(|known| known.holds == Holds::Key && known.name == column)
    };
    is_camel
        || WORDS.contains(&last)
        || (last != column && matches!(last, "no" | "nr" | "number"))
        || ["客户", "顾客", "订单", "商品", "编号", "年份"].iter().any(|word| column.ends_with(word))
        || standard()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(name: &str, unit: Option<&str>, cells: &[Cell]) -> Vec<String> {
        let kind = match cells.iter().find(|cell| **cell != Cell::Missing) {
            Some(Cell::Integer(_)) => ColumnKind::Integer,
            Some(Cell::Number(_)) => ColumnKind::Number,
            _ => ColumnKind::Any,
        };
        let format = Format::of(name, kind, unit, cells);
        cells.iter().map(|cell| format.cell(cell)).collect()
    }

    #[test]
    fn quantities_are_grouped_and_names_are_not() {
        let number = [Cell::Integer(1234567), Cell::Missing];
        for name in ["orders", "amount", "frequency", "idle", "number", "days"] {
            assert_eq!(shown(name, None, &number), ["1,234,567", "–"], "{name}");
        }
        for name in [
            "customer",
            "order",
            "client_id",
            "Customer ID",
            "CustomerID",
            "id",
            "year",
            "order_no",
            "zip_code",
            "客户编号",
        ] {
            assert_eq!(shown(name, None, &number), ["1234567", "–"], "{name}");
        }
        // A declared unit says that it is a quantity.
        assert_eq!(shown("order", Some("money"), &number), ["1,234,567", "–"]);
    }

    #[test]
    fn the_unit_decides_how_numbers_read() {
        let numbers = [Cell::Number(0.25), Cell::Number(1.0), Cell::Missing];
        assert_eq!(shown("rate", Some("share"), &numbers), ["25.0 %", "100.0 %", "–"]);
        assert_eq!(shown("value", Some("money"), &numbers), ["0.25", "1.00", "–"]);
        assert_eq!(shown("value", Some("money a customer"), &numbers), ["0.25", "1.00", "–"]);
        assert_eq!(shown("gap", Some("days"), &numbers), ["0.25", "1.00", "–"]);
        assert_eq!(shown("gap", Some("days"), &[Cell::Number(7.0)]), ["7"]);
    }

    #[test]
    fn times_are_told_as_exactly_as_they_are() {
        let time = |text: &str| Cell::Time(text.parse().unwrap());
        assert_eq!(shown("at", None, &[time("2024-02-29T08:30:00")]), ["2024-02-29 08:30"]);
        let exact = [time("2024-02-29T08:30:00"), time("2024-02-29T08:30:01.5")];
        assert_eq!(shown("at", None, &exact), ["2024-02-29 08:30:00", "2024-02-29 08:30:01.500"]);
    }

    #[test]
    fn lists_quote_their_text() {
        let list =
            Cell::List(vec![Cell::Text("a, \"b\"\n".into()), Cell::Integer(1), Cell::Missing, Cell::Number(2.0)]);
        assert_eq!(shown("items", None, &[list]), [r#"["a, \"b\"⏎", 1, –, 2.0]"#]);
        assert_eq!(shown("text", None, &[Cell::Text("tab\there".into())]), ["tab⇥here"]);
    }
}

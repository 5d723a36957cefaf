//! Small values that several tests of this room show.

use regulars_plugin::{ColumnKind, ColumnManual, Failure};

use crate::catalogue::Record;
use crate::table::{About, Cell, Frame};

pub(crate) fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

pub(crate) fn day(text: &str) -> Cell {
    text.parse().map_or(Cell::Missing, Cell::Date)
}

pub(crate) fn frame(columns: &[(&str, Vec<Cell>)]) -> Frame {
    let columns: Vec<(String, Vec<Cell>)> =
        columns.iter().map(|(name, cells)| ((*name).to_owned(), cells.clone())).collect();
    Frame::from_cells(&columns).unwrap()
}

pub(crate) fn unit(name: &str, unit: Option<&str>, meaning: &str) -> ColumnManual {
    ColumnManual {
        name: name.to_owned(),
        meaning: meaning.to_owned(),
        unit: unit.map(str::to_owned),
        holds: ColumnKind::Any,
    }
}

pub(crate) fn with_units(frame: &Frame, columns: Vec<ColumnManual>) -> Frame {
    frame.with_about(About { columns, ..About::default() })
}

/// Three orders with everything that is awkward: quotes, line ends, Chinese, missing values, empty text.
pub(crate) fn orders() -> Frame {
    frame(&[
        ("customer", vec![text("ann, \"A\""), text("李雷\n|"), text("")]),
        ("date", vec![day("1997-01-31"), Cell::Missing, day("1997-02-01")]),
        ("amount", vec![Cell::Number(0.1 + 0.2), Cell::Number(7.0), Cell::Missing]),
        ("order", vec![Cell::Integer(1234567), Cell::Missing, Cell::Integer(3)]),
    ])
}

pub(crate) fn record_of(table: Option<Frame>) -> Record {
    let figures =
        r#"{"customers": 2357, "repeat_rate": 0.4551, "spent": 60.5, "interval": [0.41, 0.5], "until": null}"#;
    Record {
        function: "repeat_rate".to_owned(),
        figures: serde_json::from_str(figures).map_err(|error| Failure::new(error.to_string())).unwrap(),
        meanings: vec![
            unit("customers", None, "Customers with at least one order."),
            unit("repeat_rate", Some("share"), "Share of them who bought on at least two days."),
            unit("spent", Some("money"), "What a customer spent, on average."),
            unit("interval", Some("share"), "95 % interval of `repeat_rate`."),
        ],
        table,
        further: Vec::new(),
        model: None,
        notes: vec!["69 rows without a customer were left out".to_owned()],
        drawing: None,
        chart: None,
    }
}

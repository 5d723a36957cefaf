//! Declaring standard tables: `frame.transactions(#{customer: "client_id", …})`.

use regulars_plugin::{Failure, Result, StandardTable};
use rhai::Dynamic;

use crate::catalogue::VerbGroup::Tables;
use crate::script::arguments::Arguments;
use crate::script::bind::{Ahead, Bound, verb};
use crate::table::{Frame, Mapping, declare, foresee};

/// A word for each standard table: the six, and those of plugins.
pub(super) fn verbs(own: &[StandardTable]) -> Vec<Bound> {
    StandardTable::DECLARED
        .into_iter()
        .chain(own.iter().copied())
        .map(|table| {
            let needed: Vec<&str> = table.needed().iter().map(|column| column.name).collect();
            let signature = format!("frame.{}(#{{{}, …}})", table.word(), needed.join(", "));
            verb(Tables, table.word(), &signature, summary(table))
                .example(if table == StandardTable::Transactions { EXAMPLE } else { "" })
                .on::<Frame>()
                .does(0, 1, move |call| declared(call, table))
                .ahead(move |call| declared_ahead(call, table))
        })
        .collect()
}

const EXAMPLE: &str = "let raw = frame(#{client: [\"ann\", \"bob\", ()], day: [\"2024-01-31\", \"2024-02-01\", \"2024-02-02\"], total: [10, 20, 30]});\nraw.transactions(#{customer: \"client\", date: \"day\", amount: \"total\"})";

fn summary(table: StandardTable) -> &'static str {
    match table {
        StandardTable::Customers => {
            "Declares a frame as the table of customers: who they are. The map names the frame's own columns; `date_format` says how dates are written."
        }
        StandardTable::Transactions => {
            "Declares a frame as the table of orders: what customers bought. The map names the frame's own columns (also `order`, `product`, `category`, `quantity`, …); `date_format: \"%d/%m/%Y\"` says how dates are written. Rows without customer, date or amount are left out and counted."
        }
        StandardTable::Events => "Declares a frame as the table of events: what customers did, and when.",
        StandardTable::Feedback => "Declares a frame as the table of feedback: what customers said.",
        StandardTable::Tickets => "Declares a frame as the table of requests for help.",
        StandardTable::Deals => "Declares a frame as the table of opportunities to sell.",
        StandardTable::Own(own) => own.summary,
        StandardTable::Frame => "",
    }
}

fn declared(call: &Arguments<'_>, table: StandardTable) -> Result<Frame> {
    declare(&call.frame(0)?, table, &mapping(call)?, call.world.host()).map_err(|failure| failure.within(table.word()))
}

fn declared_ahead(call: &Arguments<'_>, table: StandardTable) -> Result<Ahead> {
    let foreseen = foresee(&call.frame(0)?, table, &mapping(call)?).map_err(|failure| failure.within(table.word()))?;
    let frame = Dynamic::from(foreseen.frame);
    Ok(if foreseen.is_sure { Ahead::Is(frame) } else { Ahead::Perhaps(frame) })
}

/// Which column is which, as the script says.
fn mapping(call: &Arguments<'_>) -> Result<Mapping> {
    let mut mapping = Mapping::default();
    for (name, value) in call.json(1)? {
        let text = value.as_str().map(str::to_owned).ok_or_else(|| {
            Failure::new(format!("`{name}` is {value}, but the name of a column is wanted"))
                .help(format!("write `{name}: \"your_column\"`"))
        });
        match name.as_str() {
            "date_format" => mapping.date_format = Some(text?),
            _ => mapping.columns.push((name, text?)),
        }
    }
    Ok(mapping)
}

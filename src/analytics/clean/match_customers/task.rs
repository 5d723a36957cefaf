//! What is compared with what: the rows of one table, or those of two.

use regulars_plugin::{Beside, Context, Failure, Result};
use serde_json::Value;

use super::MatchCustomers;
use crate::table::Frame;

/// The table, the column that tells its rows apart, and the one that says which rows are not compared.
pub(super) struct Task {
    pub(super) frame: Frame,
    pub(super) id: String,
    pub(super) between: Option<String>,
    two: Option<Two>,
}

/// Two tables that were put together.
struct Two {
    names: [String; 2],
    /// The column of the ids in both.
    id: String,
    /// Rows of the first one.
    rows: usize,
    inside: bool,
}

impl Task {
    pub(super) fn of(asked: &MatchCustomers, input: &Beside<Frame>, context: &Context<'_>) -> Result<Task> {
        let first = &input.input;
        let id = &asked.id.0;
        has_id(first, id)?;
        let Some(given) = &asked.other else {
            if let Some(alone) =
                [("names", !asked.names.is_empty()), ("inside", asked.inside)].iter().find(|(_, is_given)| *is_given)
            {
                return Err(Failure::new(format!("`{}` is of no use without a second table", alone.0))
                    .help("give it: `other: people`, or leave this out"));
            }
            let between = asked.between.as_ref().map(|it| it.0.clone());
            return Ok(Task { frame: first.clone(), id: id.clone(), between, two: None });
        };
        if asked.between.is_some() {
            return Err(Failure::new("`other` and `between` both say which rows are compared")
                .help("`other` names a second table, `between` a column of this one: give one of them"));
        }
        let names = names(&asked.names)?;
        let second = input.table(given).map_err(|failure| failure.within("other"))?;
        has_id(&second, id).map_err(|failure| failure.within("other"))?;
        for name in compared(&asked.columns) {
            for (table, whose) in [(first, None), (&second, Some("other"))] {
                table.need(name).map_err(|failure| {
                    let failure = failure.help(format!(
                        "columns that are compared have one name in both tables: `.rename(#{{yours: {name:?}}})`"
                    ));
                    whose.into_iter().fold(failure, Failure::within)
                })?;
            }
        }
        let two = Two { rows: first.height(context.host())?, id: id.clone(), inside: asked.inside, names };
        let frame = Frame::of_two_sources([first, &second], [&two.names[0], &two.names[1]], id)?;
        let between = (!asked.inside).then(|| "source".to_owned());
        Ok(Task { frame, id: "customer".to_owned(), between, two: Some(two) })
    }

    /// A table that a model was not fitted on, taken as it is.
    pub(super) fn plain(frame: &Frame, id: &str, between: Option<&str>) -> Task {
        Task { frame: frame.clone(), id: id.to_owned(), between: between.map(str::to_owned), two: None }
    }

    /// The column of the ids, as the person knows it.
    pub(super) fn id_as_given(&self) -> &str {
        self.two.as_ref().map_or(&self.id, |two| &two.id)
    }

    /// An id as it is in its own table.
    pub(super) fn own_id<'a>(&self, id: &'a str) -> &'a str {
        let names = self.two.iter().flat_map(|two| &two.names);
        let mut own = names.filter_map(|name| id.strip_prefix(name.as_str())?.strip_prefix(':'));
        own.next().unwrap_or(id)
    }

    /// Which row it is, counted from 1 in its own table.
    pub(super) fn row(&self, row: usize) -> String {
        match &self.two {
            None => format!("{}", row + 1),
            Some(two) if row < two.rows => format!("{} of `{}`", row + 1, two.names[0]),
            Some(two) => format!("{} of `{}`", row + 1 - two.rows, two.names[1]),
        }
    }

    pub(super) fn notes(&self) -> Option<String> {
        let two = self.two.as_ref()?;
        let [first, second] = &two.names;
        Some(match two.inside {
            false => format!("rows of `{first}` are compared with rows of `{second}`, not with each other"),
            true => format!("all rows of `{first}` and `{second}` are compared"),
        })
    }
}

fn has_id(frame: &Frame, id: &str) -> Result<()> {
    frame.need(id).map_err(|failure| {
        failure
            .help("`id` names the column that tells the rows apart: `id: \"number\"`")
            .help("where there is none, number them first: `.with_row_index(\"row\")` and `id: \"row\"`")
    })
}

/// The names of the columns that are asked for, as far as they are names.
fn compared(columns: &Value) -> Vec<&str> {
    match columns {
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        Value::Object(kinds) => kinds.keys().map(String::as_str).collect(),
        _ => Vec::new(),
    }
}

fn names(given: &[String]) -> Result<[String; 2]> {
    match given {
        [] => Ok(["first".to_owned(), "second".to_owned()]),
        [first, second] if first != second && !first.is_empty() && !second.is_empty() => {
            Ok([first.clone(), second.clone()])
        }
        _ => Err(Failure::new("`names` must be two different names, one for each table")
            .help("write `names: [\"crm\", \"news\"]`, this table first, or leave it out")),
    }
}

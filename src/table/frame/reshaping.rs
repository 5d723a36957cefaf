//! Wide made long and long made wide.

use polars::prelude::*;
use regulars_plugin::{Failure, Host, Result};

use super::forecast::{Fits, if_counted, if_meant, many, memory, rows_allowed};
use super::{Frame, by_name, run};
use crate::table::bounds::reads_only;
use crate::table::{failure, thousands, type_word};

/// Rows that may become columns.
const MOST_TRANSPOSED: usize = 1_000;

impl Frame {
    /// Columns on top of one another: one row for each value, with the name of its column beside it.
    pub fn unpivot(
        &self,
        on: &[String],
        index: &[String],
        variable: Option<&str>,
        value: Option<&str>,
    ) -> Result<Frame> {
        for name in on.iter().chain(index) {
            self.need(name)?;
        }
        let on: Vec<String> = if on.is_empty() {
            self.names().into_iter().filter(|name| !index.contains(name)).collect()
        } else {
            on.to_vec()
        };
        let kind = |name: &String| self.dtype(name).map(|kind| (name.clone(), kind));
        let kinds: Vec<(String, DataType)> = on.iter().filter_map(kind).collect();
        let differs = |(_, kind): &&(String, DataType)| {
            let first = &kinds[0].1;
            kind != first && !(kind.is_primitive_numeric() && first.is_primitive_numeric())
        };
        if let Some((name, kind)) = kinds.iter().find(differs) {
            let (first, other) = &kinds[0];
            return Err(Failure::new(format!(
                "values of `{first}` and `{name}` cannot stand in one column: {} and {}",
                type_word(other),
                type_word(kind)
            ))
            .help("name columns of one kind: `frame.unpivot(#{on: [\"jan\", \"feb\"], index: \"customer\"})`"));
        }
        let long = self.extend(|plan| {
            plan.unpivot(UnpivotArgsDSL {
                on: Some(by_name(&on, true)),
                index: by_name(index, true),
                variable_name: variable.map(Into::into),
                value_name: value.map(Into::into),
            })
        })?;
        Ok(long.in_memory())
    }

    /// Refuses an unpivot that would have more rows than are made unasked, unless so many are allowed.
    pub fn unpivot_fits(
        &self,
        long: &Frame,
        on: &[String],
        index: &[String],
        allowed: Option<u64>,
        host: &dyn Host,
    ) -> Fits {
        let columns = if on.is_empty() { self.names().len() - index.len() } else { on.len() };
        let (columns, most) = (columns as u64, rows_allowed(allowed));
        if self.rows_at_most(host)?.is_some_and(|rows| rows.saturating_mul(columns) <= most) {
            return Ok(());
        }
        let Some(own) = self.rows_if_easy(host)? else { return Ok(()) };
        let rows = own.saturating_mul(columns);
        if rows <= most {
            return Ok(());
        }
        let memory = memory(long.bytes_a_row() * rows as f64);
        let failure = Failure::new(format!(
            "{} rows of {} columns on top of one another would be {} rows, about {memory} of memory",
            many(own),
            many(columns),
            many(rows)
        ))
        .help("name the columns that you need, `on: [\"jan\", \"feb\"]`, or `filter` the rows first");
        Err(if_meant(failure, "frame.unpivot(#{…, ", rows))
    }

    /// Lists spread out: one row for each of their values. An empty or missing list is one row without a value.
    pub fn explode(&self, columns: &[String]) -> Result<Frame> {
        if columns.is_empty() {
            return Err(Failure::new("no column of lists is named").help("write `frame.explode(\"items\")`"));
        }
        for name in columns {
            self.need(name)?;
            let kind = self.dtype(name).unwrap_or(DataType::Null);
            if !matches!(kind, DataType::List(_)) {
                return Err(Failure::new(format!("`{name}` is {}, but lists are spread out here", type_word(&kind)))
                    .help("text becomes lists with `.str.split(\",\")`, groups with `.agg(col(\"amount\"))`"));
            }
        }
        let options = ExplodeOptions { empty_as_null: true, keep_nulls: true };
        self.extend(|plan| plan.explode(by_name(columns, true), options))
    }

    /// Refuses lists that would be spread out over more rows than are made unasked, unless so many are allowed. Lists that are
    /// made behind a grouping, a sort or a join are not counted: that would be done twice, and a group's lists hold no more
    /// values than there were rows before.
    pub fn explode_fits(&self, long: &Frame, columns: &[String], allowed: Option<u64>, host: &dyn Host) -> Fits {
        let (Some(list), true) = (columns.first(), reads_only(&self.plan().logical_plan)) else { return Ok(()) };
        if self.rows_at_most(host)? == Some(0) {
            return Ok(());
        }
        let values = col(list.as_str()).list().len().fill_null(0).cast(DataType::Int64).clip_min(lit(1));
        let counted = self.plan().select([len().alias("lists"), values.sum().alias("rows")]);
        let counted = if_counted(run(counted, self.reads_files(), &self.names(), host))?;
        let Some(counted) = counted else { return Ok(()) };
        let number = |name: &str| -> Result<u64> {
            let count = counted.integers(name)?.first().copied().flatten();
            Ok(count.and_then(|count| u64::try_from(count).ok()).unwrap_or_default())
        };
        let (lists, rows) = (number("lists")?, number("rows")?);
        if rows <= rows_allowed(allowed) {
            return Ok(());
        }
        let memory = memory(long.bytes_a_row() * rows as f64);
        let failure = Failure::new(format!(
            "the lists of `{list}` in {} rows spread out would be {} rows, about {memory} of memory",
            many(lists),
            many(rows)
        ))
        .help(format!(
            "`filter` the rows first, or `select` the columns that you need: each value of `{list}` repeats the others"
        ))
        .help("lists are counted and summed as they are: `.list.len()`, `.list.sum()`");
        Err(if_meant(failure, "frame.explode(…, #{", rows))
    }

    /// Structs spread out: each of their fields becomes a column.
    pub fn unnest(&self, columns: &[String]) -> Result<Frame> {
        for name in columns {
            self.need(name)?;
            let kind = self.dtype(name).unwrap_or(DataType::Null);
            let DataType::Struct(fields) = &kind else {
                return Err(Failure::new(format!("`{name}` is {}, but structs are spread out here", type_word(&kind)))
                    .help("lists are spread out with `frame.explode(column)`"));
            };
            if let Some(field) = fields.iter().find(|field| self.need(field.name()).is_ok() && field.name() != name) {
                let field = field.name();
                return Err(Failure::new(format!("`{name}` holds a field `{field}`, and there is a column `{field}`"))
                    .help(format!("give the column another name first: `.rename(#{{{field}: \"{field}_2\"}})`")));
            }
        }
        self.extend(|plan| plan.unnest(by_name(columns, true), None))
    }

    /// Rows as columns. Small frames only, as every row becomes a column.
    pub fn transpose(&self, names_from: Option<&str>, header: Option<&str>, host: &dyn Host) -> Result<Frame> {
        if let Some(name) = names_from {
            self.need(name)?;
        }
        let rows = self.height(host)?;
        if rows == 0 {
            return Err(Failure::new("there is no row to turn").help("`frame.is_empty()` asks for that before"));
        }
        if rows > MOST_TRANSPOSED {
            return Err(Failure::new(format!("{} rows would become as many columns", thousands(rows)))
                .help(format!(
                    "up to {} rows are turned: choose some with `head` or `filter`",
                    thousands(MOST_TRANSPOSED)
                ))
                .help("values of a column become columns with `frame.pivot(#{on, index, values})`"));
        }
        let mut data = self.data(host)?.0;
        let known = self.names();
        let told = |error| failure(error, &known);
        let titles: Vec<PlSmallStr> = match names_from {
            None => (0..rows).map(|row| format!("column_{row}").into()).collect(),
            Some(name) => {
                let titles = data.column(name).and_then(|column| column.cast(&DataType::String)).map_err(told)?;
                data = data.drop(name).map_err(told)?;
                titles.str().map_err(told)?.iter().map(|title| title.unwrap_or("null").into()).collect()
            }
        };
        if data.width() == 0 {
            return Err(
                Failure::new("there is no column to turn").help("besides `names_from` there must be another one")
            );
        }
        // Polars would make days numbers beside numbers.
        let mut kinds = data.dtypes();
        kinds.dedup();
        if kinds.len() > 1 && kinds.iter().any(DataType::is_temporal) {
            let texts = data.columns().iter().map(|column| column.cast(&DataType::String)).collect::<PolarsResult<_>>();
            data = texts.and_then(DataFrame::new_infer_height).map_err(told)?;
        }
        let mut turned = data.transpose(header, None).map_err(told)?;
        let titles: Vec<PlSmallStr> = header.map(PlSmallStr::from_str).into_iter().chain(titles).collect();
        turned.set_column_names(&titles).map_err(told)?;
        Ok(Frame::from_data(turned).with_about(self.origin_of_other_columns()))
    }

    /// The rows of each different value of some columns, as a frame each, in order of first appearance.
    pub fn partition_by(&self, columns: &[String], host: &dyn Host) -> Result<Vec<Frame>> {
        if columns.is_empty() {
            return Err(
                Failure::new("no column is named to part the rows by").help("write `frame.partition_by(\"segment\")`")
            );
        }
        for name in columns {
            self.need(name)?;
        }
        let parts = self.data(host)?.0.partition_by_stable(columns.iter().map(String::as_str), true);
        let parts = parts.map_err(|error| failure(error, &self.names()))?;
        let part = |part| Frame::from_data(part).with_about(self.origin()).with_rows_of(self, "those of one part");
        Ok(parts.into_iter().map(part).collect())
    }
}

//! Columns made of the rows of a text, piece by piece on all threads; the pieces keep their order.

use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::{NaiveDate, NaiveDateTime};
use polars::prelude::*;
use regulars_plugin::{Failure, Host, Result};

use super::Layout;
use super::check::{Shape, is_blank};
use super::kinds::{Kind, Looks, first_of, shown};
use super::scan::{Field, Rows};
use super::told::{Stage, Told};
use super::values::{Look, Writing, flag, look, number, whole};
use crate::files::moments::moment;
use crate::table::{EXAMPLES, thousands};

/// How values are to be read.
pub(super) struct Manner<'a> {
    pub(super) layout: &'a Layout<'a>,
    pub(super) writing: Writing,
    /// Texts that mean a missing value, besides the empty one.
    pub(super) missing: &'a [String],
}

/// A column that is wanted: its place in the rows and its type.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    pub(super) place: usize,
    pub(super) name: String,
    pub(super) kind: Kind,
}

/// What was made of one column.
pub(super) struct Made {
    pub(super) column: Column,
    pub(super) coerced: usize,
    pub(super) examples: Vec<String>,
}

impl Manner<'_> {
    /// How all values look, column by column.
    pub(super) fn looks(&self, text: &[u8], shape: &Shape, host: &dyn Host) -> Result<Vec<Looks>> {
        let width = shape.names.len();
        let found = each(shape, &self.layout.told(Stage::Looks, host), |piece| {
            let mut looks = vec![Looks::default(); width];
            self.rows(text, piece, width, |line, fields| {
                for (field, looks) in fields.iter().zip(&mut looks) {
                    let raw = field.raw(text);
                    let seen = if self.is_missing(raw) { Look::Blank } else { look(raw, &self.writing) };
                    looks.add(seen, line, raw);
                }
            });
            Ok(looks)
        })?;
        let mut whole = vec![Looks::default(); width];
        for piece in &found {
            for (whole, looks) in whole.iter_mut().zip(piece) {
                whole.join(looks);
            }
        }
        Ok(whole)
    }

    /// The wanted columns.
    pub(super) fn columns(&self, text: &[u8], shape: &Shape, wanted: &[Wanted], host: &dyn Host) -> Result<Vec<Made>> {
        let found = each(shape, &self.layout.told(Stage::Columns, host), |piece| {
            let mut builders: Vec<Builder> = wanted.iter().map(|one| Builder::new(one.kind, &one.name)).collect();
            let mut lost: Vec<(usize, Vec<String>)> = vec![(0, Vec::new()); wanted.len()];
            self.rows(text, piece, shape.names.len(), |line, fields| {
                for ((one, builder), lost) in wanted.iter().zip(&mut builders).zip(&mut lost) {
                    let Some(field) = fields.get(one.place) else { continue };
                    if !self.push(builder, text, field) {
                        lost.0 += 1;
                        if lost.1.len() < EXAMPLES {
                            let value = shown(&field.said(text, self.layout.marks));
                            lost.1.push(format!("`{value}` (line {})", thousands(line)));
                        }
                    }
                }
            });
            let series = wanted.iter().zip(builders).map(|(one, builder)| builder.series(&one.name));
            Ok(series.zip(lost).collect::<Vec<_>>())
        })?;
        let mut made: Vec<Option<(Series, usize, Vec<String>)>> = vec![None; wanted.len()];
        for piece in found {
            for (made, (series, (coerced, examples))) in made.iter_mut().zip(piece) {
                match made {
                    Some((whole, count, first)) => {
                        // Pieces of one column are of one type.
                        whole.append(&series).map_err(|_| broken())?;
                        *count += coerced;
                        *first = first_of(std::mem::take(first), &examples);
                    }
                    None => *made = Some((series, coerced, examples)),
                }
            }
        }
        let finished = wanted.iter().zip(made).map(|(one, made)| {
            let (series, coerced, examples) =
                made.unwrap_or_else(|| (Builder::new(one.kind, &one.name).series(&one.name), 0, Vec::new()));
            Made { column: series.rechunk().into_column(), coerced, examples }
        });
        Ok(finished.collect())
    }

    /// Reads a value; answers whether nothing was lost.
    fn push(&self, builder: &mut Builder, text: &[u8], field: &Field) -> bool {
        let raw = field.raw(text);
        if self.is_missing(raw) || (raw.is_empty() && !field.quoted) {
            builder.miss();
            return true;
        }
        if let Builder::Text(values) = builder {
            values.append_value(field.said(text, self.layout.marks));
            return true;
        }
        let read = match builder {
            Builder::Whole(values) => {
                let read = whole(raw).or_else(|| {
                    // 17850.0 is a whole number as well.
                    let number = number(raw, self.writing.decimal_comma)?;
                    (number.fract() == 0.0 && number.abs() < 9e15).then_some(number as i64)
                });
                values.push(read);
                read.is_some()
            }
            Builder::Number(values) => {
                let read = number(raw, self.writing.decimal_comma);
                values.push(read);
                read.is_some()
            }
            Builder::Flag(values) => {
                let read = flag(raw);
                values.push(read);
                read.is_some()
            }
            Builder::Day(values) => {
                let read = moment(raw, self.writing.date_format.as_deref());
                // A time of day would be lost.
                let read = read.filter(|(moment, _)| moment.time() == chrono::NaiveTime::MIN);
                values.push(read.map(|(moment, _)| moment.date()));
                read.is_some()
            }
            Builder::Moment(values) => {
                let read = moment(raw, self.writing.date_format.as_deref());
                values.push(read.map(|(moment, _)| moment));
                read.is_some()
            }
            Builder::Text(_) => true,
        };
        read || raw.trim_ascii().is_empty()
    }

    fn is_missing(&self, raw: &[u8]) -> bool {
        !self.missing.is_empty() && self.missing.iter().any(|text| text.as_bytes() == raw)
    }

    /// Goes through the usable rows of a piece.
    fn rows(&self, text: &[u8], piece: (usize, usize, usize), width: usize, mut work: impl FnMut(usize, &[Field])) {
        let mut rows = Rows::new(text, self.layout.marks, piece.0, piece.1, piece.2);
        let mut fields = Vec::with_capacity(width);
        while let Some(row) = rows.next(&mut fields) {
            if fields.len() == width && !is_blank(text, &fields, width) {
                work(row.line, &fields);
            }
        }
    }
}

/// Works on the pieces on all threads; the answers stand in the order of the pieces.
fn each<T: Send>(
    shape: &Shape,
    told: &Told<'_>,
    work: impl Fn((usize, usize, usize)) -> Result<T> + Sync,
) -> Result<Vec<T>> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(shape.pieces.len().max(1));
    let next = AtomicUsize::new(0);
    let (size, read) = (shape.pieces.last().map_or(0, |(_, end, _)| *end), AtomicUsize::new(0));
    let done: Vec<Result<Vec<(usize, T)>>> = std::thread::scope(|scope| {
        let labour = || {
            let mut done = Vec::new();
            loop {
                let place = next.fetch_add(1, Ordering::Relaxed);
                let Some(piece) = shape.pieces.get(place) else { return Ok(done) };
                if told.host.is_cancelled() {
                    return Err(Failure::interrupted());
                }
                done.push((place, work(*piece)?));
                let read = read.fetch_add(piece.1 - piece.0, Ordering::Relaxed) + piece.1 - piece.0;
                told.read(read, size);
            }
        };
        let workers: Vec<_> = (1..threads).map(|_| scope.spawn(labour)).collect();
        let own = labour();
        let others = workers.into_iter().map(|worker| worker.join().unwrap_or_else(|_| Err(broken())));
        std::iter::once(own).chain(others).collect()
    });
    let mut all = Vec::new();
    for some in done {
        all.extend(some?);
    }
    all.sort_by_key(|(place, _)| *place);
    Ok(all.into_iter().map(|(_, answer)| answer).collect())
}

fn broken() -> Failure {
    Failure::new("reading the file broke off").help("this is a fault of Regulars: tell us the file that led to it")
}

/// The values of a column that is being read.
enum Builder {
    Whole(Vec<Option<i64>>),
    Number(Vec<Option<f64>>),
    Flag(Vec<Option<bool>>),
    Day(Vec<Option<NaiveDate>>),
    Moment(Vec<Option<NaiveDateTime>>),
    Text(StringChunkedBuilder),
}

impl Builder {
    fn new(kind: Kind, name: &str) -> Self {
        match kind {
            Kind::Whole => Builder::Whole(Vec::new()),
            Kind::Number => Builder::Number(Vec::new()),
            Kind::Flag => Builder::Flag(Vec::new()),
            Kind::Day => Builder::Day(Vec::new()),
            Kind::Moment => Builder::Moment(Vec::new()),
            Kind::Text => Builder::Text(StringChunkedBuilder::new(name.into(), 0)),
        }
    }

    fn miss(&mut self) {
        match self {
            Builder::Whole(values) => values.push(None),
            Builder::Number(values) => values.push(None),
            Builder::Flag(values) => values.push(None),
            Builder::Day(values) => values.push(None),
            Builder::Moment(values) => values.push(None),
            Builder::Text(values) => values.append_null(),
        }
    }

    fn series(self, name: &str) -> Series {
        let name = PlSmallStr::from(name);
        match self {
            Builder::Whole(values) => Series::new(name, values),
            Builder::Number(values) => Series::new(name, values),
            Builder::Flag(values) => Series::new(name, values),
            Builder::Day(values) => Series::new(name, values),
            Builder::Moment(values) => {
                DatetimeChunked::from_naive_datetime_options(name, values, TimeUnit::Microseconds).into_series()
            }
            Builder::Text(values) => values.finish().into_series(),
        }
    }
}

/// The kind in which a type that was told is read first.
pub(super) fn kind_of(told: &DataType) -> Kind {
    match told {
        kind if kind.is_integer() => Kind::Whole,
        kind if kind.is_float() => Kind::Number,
        DataType::Boolean => Kind::Flag,
        DataType::Date => Kind::Day,
        DataType::Datetime(..) => Kind::Moment,
        _ => Kind::Text,
    }
}

//! The arguments of a call, read with failures that name what was found and what was wanted.

use std::cell::RefCell;

use regulars_plugin::{Failure, Result};
use rhai::{Array, Dynamic, EvalAltResult, FnPtr, ImmutableString, Map, NativeCallContext, Position};

use super::World;
use super::convert::{kind, operand};
use crate::catalogue::Record;
use crate::table::{Expression, Frame, Operand};

/// The arguments of one call.
pub(super) struct Arguments<'a> {
    pub(super) world: &'a World,
    pub(super) values: Vec<Dynamic>,
    context: &'a NativeCallContext<'a>,
    /// What a function of the script threw when it was called back: it goes on through the engine as it is, because it
    /// knows its own place.
    thrown: RefCell<Option<Box<EvalAltResult>>>,
}

/// How the name of a row begins that a function of the script failed at; no function can be called so.
pub(super) const ROW: &str = "row ";

impl<'a> Arguments<'a> {
    pub(super) fn new(world: &'a World, values: Vec<Dynamic>, context: &'a NativeCallContext<'a>) -> Self {
        Arguments { world, values, context, thrown: RefCell::new(None) }
    }

    /// What a function of the script threw, if one did.
    pub(super) fn thrown(&self) -> Option<Box<EvalAltResult>> {
        self.thrown.take()
    }

    /// A function of the script, given as an argument.
    pub(super) fn function(&self, place: usize, example: &str) -> Result<FnPtr> {
        self.own(place, "a function").map_err(|failure| failure.help(format!("write one between bars: `{example}`")))
    }

    /// Calls a function of the script; what it throws is told with the row it was called for.
    pub(super) fn call(&self, function: &FnPtr, values: Vec<Dynamic>, row: Option<usize>) -> Result<Dynamic> {
        function.call_raw(self.context, None, values).map_err(|error| {
            let error = match row {
                Some(row) => {
                    let name = format!("{ROW}{row}");
                    Box::new(EvalAltResult::ErrorInFunctionCall(name, String::new(), error, Position::NONE))
                }
                None => error,
            };
            self.thrown.replace(Some(error));
            Failure::new("the function failed")
        })
    }

    pub(super) fn count(&self) -> usize {
        self.values.len()
    }

    fn value(&self, place: usize) -> &Dynamic {
        const NOTHING: &Dynamic = &Dynamic::UNIT;
        self.values.get(place).unwrap_or(NOTHING)
    }

    /// A value of one of our own types.
    pub(super) fn own<T: Clone + Send + Sync + 'static>(&self, place: usize, wanted: &str) -> Result<T> {
        let value = self.value(place);
        value.read_lock::<T>().map(|held| held.clone()).ok_or_else(|| self.refuse(place, wanted))
    }

    pub(super) fn frame(&self, place: usize) -> Result<Frame> {
        if let Some(record) = self.value(place).read_lock::<Record>() {
            return record.table.clone().ok_or_else(|| {
                Failure::new(format!("the answer of `{}` has no table, but a frame is wanted here", record.function))
            });
        }
        self.own(place, "a frame")
    }

    pub(super) fn refuse(&self, place: usize, wanted: &str) -> Failure {
        Failure::new(format!("found {}, but {wanted} is wanted here", kind(self.value(place))))
    }

    pub(super) fn text(&self, place: usize) -> Result<String> {
        let value = self.value(place);
        if let Ok(letter) = value.as_char() {
            return Ok(letter.to_string());
        }
        value
            .read_lock::<ImmutableString>()
            .map(|text| text.to_string())
            .ok_or_else(|| self.refuse(place, "text in double quotes"))
    }

    pub(super) fn integer(&self, place: usize) -> Result<i64> {
        match operand(self.value(place)) {
            Ok(Operand::Integer(number)) => Ok(number),
            Ok(Operand::Number(number)) if number.fract() == 0.0 => Ok(number as i64),
            _ => Err(self.refuse(place, "a whole number")),
        }
    }

    /// A number of rows: whole, and not below 0.
    pub(super) fn rows(&self, place: usize, default: u32) -> Result<u32> {
        if place >= self.count() {
            return Ok(default);
        }
        let rows = self.integer(place)?;
        u32::try_from(rows).map_err(|_| {
            Failure::new(format!("{rows} rows were asked for")).help("give a whole number from 0 to 4,294,967,295")
        })
    }

    pub(super) fn operand(&self, place: usize) -> Result<Operand> {
        operand(self.value(place))
    }

    pub(super) fn map(&self, place: usize) -> Result<Map> {
        if place >= self.count() {
            return Ok(Map::new());
        }
        self.own(place, "a map `#{name: value}`")
    }

    pub(super) fn json(&self, place: usize) -> Result<serde_json::Map<String, serde_json::Value>> {
        let map = self.map(place)?;
        map.iter().map(|(name, value)| Ok((name.to_string(), super::convert::json(value)?))).collect()
    }

    /// All further arguments as columns: names, expressions, and lists of them.
    pub(super) fn columns(&self, from: usize) -> Result<Vec<Expression>> {
        Self::columns_of(&self.flat(from))
    }

    /// The arguments before a place as columns.
    pub(super) fn columns_until(&self, end: usize) -> Result<Vec<Expression>> {
        self.columns_between(0, end)
    }

    /// The arguments from a place on and before another as columns.
    pub(super) fn columns_between(&self, from: usize, end: usize) -> Result<Vec<Expression>> {
        Self::columns_of(&flattened(self.values.get(from..end).unwrap_or_default()))
    }

    /// One argument as columns: a name, an expression, or a list of them.
    pub(super) fn columns_at(&self, place: usize) -> Result<Vec<Expression>> {
        Self::columns_of(&flattened(std::slice::from_ref(self.value(place))))
    }

    fn columns_of(values: &[Dynamic]) -> Result<Vec<Expression>> {
        values
            .iter()
            .map(|value| match operand(value)? {
                Operand::Text(name) => Ok(Expression::column(&name)),
                Operand::Expression(expression) => Ok(expression),
                _ => Err(Failure::new(format!("found {}, but a column is wanted here", kind(value)))
                    .help("write its name \"amount\", or an expression such as `col(\"amount\").sum()`")),
            })
            .collect()
    }

    /// All further arguments as names of columns.
    pub(super) fn names(&self, from: usize) -> Result<Vec<String>> {
        self.names_between(from, self.count())
    }

    /// The arguments from a place on and before another as names of columns.
    pub(super) fn names_between(&self, from: usize, end: usize) -> Result<Vec<String>> {
        flattened(self.values.get(from..end).unwrap_or_default())
            .iter()
            .map(|value| {
                value.read_lock::<ImmutableString>().map(|text| text.to_string()).ok_or_else(|| {
                    Failure::new(format!("found {}, but the name of a column is wanted here", kind(value)))
                        .help("write it in double quotes: \"amount\"")
                })
            })
            .collect()
    }

    fn flat(&self, from: usize) -> Vec<Dynamic> {
        flattened(self.values.get(from..).unwrap_or_default())
    }
}

fn flattened(values: &[Dynamic]) -> Vec<Dynamic> {
    let mut flat = Vec::new();
    for value in values {
        match value.read_lock::<Array>() {
            Some(list) => flat.extend(list.iter().cloned()),
            None => flat.push(value.clone()),
        }
    }
    flat
}

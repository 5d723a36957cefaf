//! What a frame is made of: the chain of its steps, kept without their data.

use polars::prelude::*;
use regulars_plugin::Result;

use super::Frame;
use crate::table::lineage::table_of;
use crate::table::{Call, Lineage, Way};

impl Frame {
    /// The same columns without rows, as the leaf of a plan.
    pub(super) fn rowless(&self) -> LazyFrame {
        let make = || DataFrame::empty_with_schema(&self.inner.schema).lazy();
        self.inner.rowless.get_or_init(make).clone()
    }

    /// Where the columns come from of this frame, which a step has made of others; the step stands on them without rows.
    pub(super) fn lineage_of(&self, before: &[&Frame], step: LazyFrame, told: Option<&'static str>) -> Lineage {
        let before = before.iter().map(|frame| (frame.lineage.clone(), frame.rowless())).collect();
        Lineage::plan(self.inner.schema.clone(), step, before, told)
    }

    /// A frame whose plan grows out of this one, with words for a step that an expression would not make plain.
    pub(crate) fn extend_as(&self, told: &'static str, grow: impl Fn(LazyFrame) -> LazyFrame) -> Result<Frame> {
        let step = grow(self.rowless());
        let frame = self.grown(grow(self.plan()), &step)?;
        let lineage = frame.lineage_of(&[self], step, Some(told));
        Ok(Frame { lineage, ..frame })
    }

    /// A frame whose plan grows out of this one and has other rows of the same columns.
    pub(crate) fn extend_rows(&self, told: &'static str, grow: impl Fn(LazyFrame) -> LazyFrame) -> Result<Frame> {
        Ok(self.grown(grow(self.plan()), &grow(self.rowless()))?.with_rows_of(self, told))
    }

    /// The same frame, known to have rows of another one with the same columns.
    pub(crate) fn with_rows_of(self, other: &Frame, told: &'static str) -> Frame {
        let lineage = Lineage::rows(self.inner.schema.clone(), other.lineage.clone(), told);
        Frame { lineage, ..self }
    }

    /// Where its columns come from.
    pub(crate) fn made_of(&self) -> &Lineage {
        &self.lineage
    }

    /// The same frame, some of whose columns are known to be computed of these columns of tables. Names that a table does not
    /// have are passed over.
    #[must_use]
    pub(crate) fn computed_of(self, columns: &[(&str, Vec<(&Frame, &str)>)]) -> Frame {
        let mut before: Vec<&Frame> = Vec::new();
        let mut known: Vec<(String, Vec<(usize, String)>)> = Vec::new();
        for (name, from) in columns {
            let mut refs = Vec::new();
            for (frame, column) in from.iter().filter(|(frame, column)| frame.need(column).is_ok()) {
                let place = before.iter().position(|one| one.is_same(frame)).unwrap_or_else(|| {
                    before.push(frame);
                    before.len() - 1
                });
                refs.push((place, (*column).to_owned()));
            }
            if !refs.is_empty() && self.need(name).is_ok() {
                known.push(((*name).to_owned(), refs));
            }
        }
        let before = before.into_iter().map(|frame| frame.lineage.clone()).collect();
        let lineage = Lineage::columns(self.inner.schema.clone(), known, before);
        Frame { lineage, ..self }
    }

    /// The same frame, known to be made so.
    #[must_use]
    pub(crate) fn known_to_be(self, lineage: Lineage) -> Frame {
        Frame { lineage, ..self }
    }

    /// The same frame, known to be read from outside under this name, which holds no secret.
    #[must_use]
    pub fn read_from(self, name: &str) -> Frame {
        let lineage = Lineage::source(self.inner.schema.clone(), name);
        Frame { lineage, ..self }
    }

    /// The same frame as the answer of a call of a script that was given some frames.
    #[must_use]
    pub fn called(self, call: Call, given: &[Frame]) -> Frame {
        let lineage = self.lineage.called(call, given.iter().map(|frame| frame.lineage.clone()).collect());
        Frame { lineage, ..self }
    }

    /// Where columns come from: each step from its source to this frame, one a row. All columns unless told.
    pub fn lineage(&self, columns: &[String]) -> Result<Frame> {
        for name in columns {
            self.need(name)?;
        }
        let all = self.names();
        table_of(self.lineage.told(if columns.is_empty() { &all } else { columns }))
    }

    /// Where each column comes from, in a few words.
    pub(crate) fn ways(&self) -> Vec<Way> {
        self.lineage.ways(&self.names())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where it finds something else")]
mod tests {
    use std::sync::Arc;

    use regulars_plugin::Quiet;

    use super::*;
    use crate::table::{Expression, JoinOptions};

    #[test]
    fn lineage_keeps_no_data_of_an_ancestor_alive() {
        let series = Series::new("x".into(), (0..1000).collect::<Vec<i32>>());
        let data = Arc::downgrade(&series.0);
        let call = |word: &str| Call { word: word.to_owned(), arguments: String::new(), place: None };
        let first = Frame::from_data(DataFrame::new_infer_height(vec![series.into_column()]).unwrap());
        let first = first.called(call("frame"), &[]);
        let twice = Expression(col("x") * lit(2)).0.alias("y");
        let second = first.select(&[Expression(twice)]).unwrap().called(call("select"), &[]);
        second.data(&Quiet).unwrap();
        let third = second.filter(&Expression(col("y").gt(lit(10)))).unwrap().called(call("filter"), &[]);
        assert!(data.upgrade().is_some());
        drop((first, second));
        third.data(&Quiet).unwrap();
        assert!(data.upgrade().is_none(), "the data of the first frame is still there");
        // Its way is known all the same.
        let told = third.lineage(&[]).unwrap().data(&Quiet).unwrap();
        let words = told.words("word").unwrap();
        assert_eq!(words, ["frame", "select", "filter"].map(|word| Some(word.to_owned())));
    }

    #[test]
    fn a_frame_keeps_nothing_alive_that_it_was_only_joined_with() {
        let series = Series::new("x".into(), (0..1000).collect::<Vec<i32>>());
        let data = Arc::downgrade(&series.0);
        let large = Frame::from_data(DataFrame::new_infer_height(vec![series.into_column()]).unwrap());
        let twice = Expression(col("x") * lit(2)).0.alias("x");
        let lazy = Frame::from_data(df!("x" => [1, 2, 3]).unwrap()).with_columns(&[Expression(twice)]).unwrap();
        let key = [Expression::column("x")];
        let joined = lazy.join(&large, &key, &key, &JoinOptions::default()).unwrap();
        assert_eq!(joined.height(&Quiet).unwrap(), 3);
        drop((joined, large));
        assert!(data.upgrade().is_none(), "the data of the other frame is still there");
        assert_eq!(lazy.height(&Quiet).unwrap(), 3);
    }

    #[test]
    fn many_steps_are_a_bounded_chain() {
        let first = Frame::from_data(df!("x" => [1, 2, 3]).unwrap());
        let mut frame = first.clone();
        for _ in 0..1_000 {
            frame = first.clone().with_rows_of(&frame, "all of them");
        }
        assert!(frame.made_of().depth() < 200);
    }
}

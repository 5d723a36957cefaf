//! Several frames on top of one another, or side by side without a key.

use std::sync::Arc;

use polars::prelude::*;
use regulars_plugin::{Failure, Result};

use super::{About, Frame, LeftOut};
use crate::table::{failure, type_word};

/// How frames are put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ConcatKind {
    /// On top of one another; the columns agree in name, order and type.
    #[default]
    Vertical,
    /// The same, where types may differ as far as there is one that holds both.
    VerticalRelaxed,
    /// On top of one another by name; what a frame does not have is missing there.
    Diagonal,
    /// The same, where types may differ as far as there is one that holds both.
    DiagonalRelaxed,
    /// Side by side, row by row; the shorter ones end in missing values.
    Horizontal,
}

impl ConcatKind {
    /// The kinds by the word that scripts write.
    pub const WORDS: [(&'static str, ConcatKind); 5] = [
        ("vertical", ConcatKind::Vertical),
        ("vertical_relaxed", ConcatKind::VerticalRelaxed),
        ("diagonal", ConcatKind::Diagonal),
        ("diagonal_relaxed", ConcatKind::DiagonalRelaxed),
        ("horizontal", ConcatKind::Horizontal),
    ];

    /// How the frames stand to each other, in a few words.
    pub fn about(self) -> &'static str {
        match self {
            ConcatKind::Vertical => "On top of one another, the same columns in each",
            ConcatKind::VerticalRelaxed => "The same, and types may differ",
            ConcatKind::Diagonal => "On top of one another by name, gaps are missing",
            ConcatKind::DiagonalRelaxed => "The same, and types may differ",
            ConcatKind::Horizontal => "Side by side, shorter ones filled with missing values",
        }
    }
}

impl Frame {
    /// Several frames made one, in their order.
    pub fn concat(frames: &[Frame], how: ConcatKind) -> Result<Frame> {
        let Some((first, rest)) = frames.split_first() else {
            return Err(Failure::new("the list of frames is empty").help("write `concat([january, february])`"));
        };
        for (place, other) in rest.iter().enumerate() {
            first.fits(other, place + 2, how)?;
        }
        let relaxed = matches!(how, ConcatKind::VerticalRelaxed | ConcatKind::DiagonalRelaxed);
        let union = UnionArgs { to_supertypes: relaxed, ..UnionArgs::default() };
        Frame::together_all(&frames.iter().collect::<Vec<_>>(), |plans| {
            let plan = match how {
                ConcatKind::Vertical | ConcatKind::VerticalRelaxed => concat(plans, union),
                ConcatKind::Diagonal | ConcatKind::DiagonalRelaxed => concat_lf_diagonal(plans, union),
                ConcatKind::Horizontal => concat_lf_horizontal(plans, HConcatOptions::default()),
            };
            plan.map_err(|error| failure(error, &first.names()))
        })
    }

    /// Whether another frame, the `place`-th of a list, can be put below or beside this one.
    fn fits(&self, other: &Frame, place: usize, how: ConcatKind) -> Result<()> {
        let (own, others) = (self.names(), other.names());
        match how {
            ConcatKind::Horizontal => match others.iter().find(|name| own.contains(name)) {
                Some(name) => Err(Failure::new(format!("frame {place} has a column `{name}` as well"))
                    .help(format!("give it another name first: `.rename(#{{{name}: \"{name}_{place}\"}})`"))
                    .help("frames that share a key are put together with `join`")),
                None => Ok(()),
            },
            ConcatKind::Diagonal => self.same_kinds(other, place, "diagonal_relaxed"),
            ConcatKind::DiagonalRelaxed => Ok(()),
            ConcatKind::Vertical | ConcatKind::VerticalRelaxed => {
                let lacks = |names: &[String], of: &[String]| -> Vec<String> {
                    names.iter().filter(|name| !of.contains(name)).map(|name| format!("`{name}`")).collect()
                };
                let (missing, further) = (lacks(&own, &others), lacks(&others, &own));
                if !missing.is_empty() || !further.is_empty() {
                    let mut parts = Vec::new();
                    if !missing.is_empty() {
                        parts.push(format!("lacks {}", missing.join(", ")));
                    }
                    if !further.is_empty() {
                        parts.push(format!("has {} besides", further.join(", ")));
                    }
                    return Err(Failure::new(format!("frame {place} {}", parts.join(" and ")))
                        .help("with gaps left missing: `concat([a, b], #{how: \"diagonal\"})`")
                        .help("or make the columns agree with `select` and `rename`"));
                }
                if own != others {
                    return Err(Failure::new(format!("frame {place} has the same columns in another order"))
                        .help(format!("put them in order: `.select({})`", quoted(&own)))
                        .help("or go by name: `concat([a, b], #{how: \"diagonal\"})`"));
                }
                if how == ConcatKind::Vertical {
                    self.same_kinds(other, place, "vertical_relaxed")?;
                }
                Ok(())
            }
        }
    }

    fn same_kinds(&self, other: &Frame, place: usize, relaxed: &str) -> Result<()> {
        for (name, kind) in other.inner.schema.iter() {
            let Some(own) = self.dtype(name) else { continue };
            if own != *kind && own != DataType::Null && *kind != DataType::Null {
                return Err(Failure::new(format!(
                    "`{name}` is {} in the first frame, but {} in frame {place}",
                    type_word(&own),
                    type_word(kind)
                ))
                .help(format!("make both of one type: `.cast(#{{{name}: \"{}\"}})`", type_word(&own)))
                .help(format!("or let a type be found that holds both: `concat([a, b], #{{how: \"{relaxed}\"}})`")));
            }
        }
        Ok(())
    }

    /// A frame whose plan grows out of two.
    pub(in crate::table) fn together(
        frames: &[&Frame; 2],
        grow: impl Fn([LazyFrame; 2]) -> Result<LazyFrame>,
    ) -> Result<Frame> {
        Frame::together_all(frames, |plans| match <[LazyFrame; 2]>::try_from(plans) {
            Ok(plans) => grow(plans),
            Err(plans) => Err(Failure::new(format!("{} tables were given, but 2 are wanted", plans.len()))),
        })
    }

    /// A frame whose plan grows out of several. What is known about their columns and left-out rows is kept.
    pub(in crate::table) fn together_all(
        frames: &[&Frame],
        grow: impl Fn(Vec<LazyFrame>) -> Result<LazyFrame>,
    ) -> Result<Frame> {
        let names: Vec<String> = frames.iter().flat_map(|frame| frame.names()).collect();
        let reads_files = frames.iter().any(|frame| frame.reads_files());
        let plan = grow(frames.iter().map(|frame| frame.plan()).collect())?;
        let step = grow(frames.iter().map(|frame| frame.rowless()).collect())?;
        let frame = Frame::after_step(plan, &step, reads_files, &names)?.after(frames);
        let lineage = frame.lineage_of(frames, step, None);
        let frame = frame.known_to_be(lineage);
        let columns = frames.iter().flat_map(|frame| &frame.about.columns);
        let columns = columns.filter(|column| frame.inner.schema.contains(&column.name)).cloned().collect();
        let mut inherited: Vec<Arc<str>> = Vec::new();
        for note in frames.iter().flat_map(|frame| &frame.about.inherited) {
            if !inherited.iter().any(|one| Arc::ptr_eq(one, note)) {
                inherited.push(note.clone());
            }
        }
        let mut left_out: Vec<Arc<LeftOut>> = Vec::new();
        for one in frames.iter().flat_map(|frame| &frame.about.left_out) {
            if !left_out.iter().any(|known| Arc::ptr_eq(known, one)) {
                left_out.push(Arc::clone(one));
            }
        }
        Ok(frame.with_about(About { columns, inherited, left_out, ..About::default() }))
    }
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ")
}

//! Two frames side by side.

use polars::prelude::*;
use regulars_plugin::{Failure, Result};

use super::{Frame, by_name, exprs, left_behind};
use crate::table::{Expression, type_word};

/// How two frames are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum JoinKind {
    /// Rows that have a partner.
    #[default]
    Inner,
    /// Every row of the left frame.
    Left,
    /// Every row of the right frame.
    Right,
    /// Every row of both.
    Full,
    /// Rows of the left frame that have a partner.
    Semi,
    /// Rows of the left frame that have none.
    Anti,
    /// Every row of the left frame with every row of the right.
    Cross,
}

impl JoinKind {
    /// The kinds by the word that scripts write.
    pub const WORDS: [(&'static str, JoinKind); 7] = [
        ("inner", JoinKind::Inner),
        ("left", JoinKind::Left),
        ("right", JoinKind::Right),
        ("full", JoinKind::Full),
        ("semi", JoinKind::Semi),
        ("anti", JoinKind::Anti),
        ("cross", JoinKind::Cross),
    ];

    /// Which rows come of it, in a few words.
    pub fn about(self) -> &'static str {
        match self {
            JoinKind::Inner => "Rows that have a partner",
            JoinKind::Left => "Every row of the left frame",
            JoinKind::Right => "Every row of the right frame",
            JoinKind::Full => "Every row of both frames",
            JoinKind::Semi => "Rows of the left frame that have a partner",
            JoinKind::Anti => "Rows of the left frame that have none",
            JoinKind::Cross => "Every row of the left frame with every row of the right",
        }
    }
}

/// How many rows may share a key, left and right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum JoinCheck {
    /// Any number on both sides.
    #[default]
    ManyToMany,
    /// One on the right.
    ManyToOne,
    /// One on the left.
    OneToMany,
    /// One on each side.
    OneToOne,
}

impl JoinCheck {
    /// The checks by the word that scripts write.
    pub const WORDS: [(&'static str, JoinCheck); 4] = [
        ("m:m", JoinCheck::ManyToMany),
        ("m:1", JoinCheck::ManyToOne),
        ("1:m", JoinCheck::OneToMany),
        ("1:1", JoinCheck::OneToOne),
    ];

    /// What is checked, in a few words.
    pub fn about(self) -> &'static str {
        match self {
            JoinCheck::ManyToMany => "Any number of rows may share a key",
            JoinCheck::ManyToOne => "Each key once in the right frame",
            JoinCheck::OneToMany => "Each key once in the left frame",
            JoinCheck::OneToOne => "Each key once in each frame",
        }
    }
}

/// What is told of a join besides its keys.
#[derive(Debug, Clone, Default)]
pub struct JoinOptions {
    /// Which rows.
    pub kind: JoinKind,
    /// What is put behind the name of a column of the right frame that the left one has too; `_right` unless told.
    pub suffix: Option<String>,
    /// What is checked of the keys.
    pub validate: JoinCheck,
    /// Whether missing keys are partners of one another.
    pub nulls_equal: bool,
}

/// Which row of the right frame an as-of join takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AsofKind {
    /// The last one that is not after the left row.
    #[default]
    Backward,
    /// The first one that is not before the left row.
    Forward,
    /// The nearest one.
    Nearest,
}

impl AsofKind {
    /// The kinds by the word that scripts write.
    pub const WORDS: [(&'static str, AsofKind); 3] =
        [("backward", AsofKind::Backward), ("forward", AsofKind::Forward), ("nearest", AsofKind::Nearest)];

    /// Which row is the partner, in a few words.
    pub fn about(self) -> &'static str {
        match self {
            AsofKind::Backward => "The last row before it, or at it",
            AsofKind::Forward => "The first row after it, or at it",
            AsofKind::Nearest => "The nearest row on either side",
        }
    }
}

/// How far apart the rows of an as-of join may be.
#[derive(Debug, Clone, PartialEq)]
pub enum Tolerance {
    /// A time, such as `3d` or `2h`.
    Time(String),
    /// A distance between numbers.
    Number(f64),
}

/// What is told of an as-of join.
#[derive(Debug, Clone, Default)]
pub struct AsofOptions {
    /// The column of the left frame that is compared.
    pub left_on: String,
    /// The column of the right frame that is compared.
    pub right_on: String,
    /// Columns of the left frame that must be equal …
    pub left_by: Vec<String>,
    /// … to these of the right one.
    pub right_by: Vec<String>,
    /// Which row is taken.
    pub kind: AsofKind,
    /// The farthest that a row is taken from; any distance unless told.
    pub tolerance: Option<Tolerance>,
    /// What is put behind the name of a column of the right frame that the left one has too; `_right` unless told.
    pub suffix: Option<String>,
}
/// Names for the numbers of the rows, which give a join by conditions its order.
const LEFT_ROW: &str = "row of the left frame";
const RIGHT_ROW: &str = "row of the right frame";

impl Frame {
    /// The rows of two frames side by side where keys agree, in the order of the left frame.
    pub fn join(
        &self,
        other: &Frame,
        left: &[Expression],
        right: &[Expression],
        options: &JoinOptions,
    ) -> Result<Frame> {
        let how = match options.kind {
            JoinKind::Inner => JoinType::Inner,
            JoinKind::Left => JoinType::Left,
            JoinKind::Right => JoinType::Right,
            JoinKind::Full => JoinType::Full,
            JoinKind::Semi => JoinType::Semi,
            JoinKind::Anti => JoinType::Anti,
            JoinKind::Cross => JoinType::Cross,
        };
        let mut arguments = JoinArgs::new(how);
        arguments.maintain_order = match options.kind {
            JoinKind::Right => MaintainOrderJoin::RightLeft,
            _ => MaintainOrderJoin::LeftRight,
        };
        if options.kind == JoinKind::Full {
            arguments.coalesce = JoinCoalesce::CoalesceColumns;
        }
        arguments.suffix = options.suffix.as_deref().map(Into::into);
        arguments.nulls_equal = options.nulls_equal;
        arguments.validation = match options.validate {
            JoinCheck::ManyToMany => JoinValidation::ManyToMany,
            JoinCheck::ManyToOne => JoinValidation::ManyToOne,
            JoinCheck::OneToMany => JoinValidation::OneToMany,
            JoinCheck::OneToOne => JoinValidation::OneToOne,
        };
        self.same_types(other, left, right)?;
        let joined = Frame::together(&[self, other], |[own, others]| {
            Ok(own.join(others, exprs(left), exprs(right), arguments.clone()))
        })?;
        Ok(if options.kind == JoinKind::Full { joined.in_memory() } else { joined })
    }

    /// Each row with the row of another frame whose key is nearest: the last one before it, unless told otherwise. Both
    /// are sorted by the key, so the answer is in its order.
    pub fn join_asof(&self, other: &Frame, options: &AsofOptions) -> Result<Frame> {
        let column = |name: &String| Expression::column(name);
        for (frame, side, on, by) in [
            (self, "left frame", &options.left_on, &options.left_by),
            (other, "right frame", &options.right_on, &options.right_by),
        ] {
            for name in by.iter().chain([on]) {
                frame.need(name).map_err(|failure| failure.within(side))?;
            }
            let kind = frame.dtype(on).unwrap_or(DataType::Null);
            if !kind.is_primitive_numeric() && !kind.is_temporal() {
                return Err(Failure::new(format!("`{on}` is {}, and text has no distance", type_word(&kind)))
                    .help("an as-of join compares dates, times or numbers")
                    .help("rows with equal keys are found by `frame.join(other, key)`"));
            }
        }
        let side = |on: &String, by: &[String]| by.iter().chain([on]).map(column).collect::<Vec<_>>();
        let left_keys = side(&options.left_on, &options.left_by);
        self.same_types(other, &left_keys, &side(&options.right_on, &options.right_by))?;
        let (own, others) = (self.dtype(&options.left_on), other.dtype(&options.right_on));
        let (own, others) = (own.unwrap_or(DataType::Null), others.unwrap_or(DataType::Null));
        // Polars compares equal types only.
        let Some(common) = common_type(&own, &others) else {
            return Err(unlike(&options.left_on, &own, &options.right_on, &others));
        };
        let typed = |plan: LazyFrame, key: &str, kind: &DataType| match *kind == common {
            true => plan,
            false => plan.with_columns([col(key).strict_cast(common.clone())]),
        };
        let time = common.is_temporal();
        let names =
            |names: &[String]| (!names.is_empty()).then(|| names.iter().map(|name| name.as_str().into()).collect());
        let (tolerance, tolerance_str) = match &options.tolerance {
            None => (None, None),
            Some(Tolerance::Time(text)) if time => {
                super::shaping::length_of_time(text)?;
                (None, Some(text.as_str().into()))
            }
            Some(Tolerance::Number(number)) if !time => (Some(distance(*number, &common)?), None),
            Some(_) if time => {
                return Err(Failure::new(format!(
                    "`{}` holds dates, so the tolerance is a length of time",
                    options.left_on
                ))
                .help("write it as text: `tolerance: \"7d\"`, also \"2h\", \"1mo\""));
            }
            Some(_) => {
                return Err(Failure::new(format!("`{}` holds numbers, so the tolerance is a number", options.left_on))
                    .help("write it as a number: `tolerance: 10`"));
            }
        };
        let how = AsOfOptions {
            strategy: match options.kind {
                AsofKind::Backward => AsofStrategy::Backward,
                AsofKind::Forward => AsofStrategy::Forward,
                AsofKind::Nearest => AsofStrategy::Nearest,
            },
            tolerance,
            tolerance_str,
            left_by: names(&options.left_by),
            right_by: names(&options.right_by),
            allow_eq: true,
            // Both are sorted right here.
            check_sortedness: false,
        };
        let mut arguments = JoinArgs::new(JoinType::AsOf(Box::new(how)));
        arguments.suffix = options.suffix.as_deref().map(Into::into);
        arguments.coalesce = JoinCoalesce::CoalesceColumns;
        let key = |name: &String| vec![col(name.as_str())];
        Frame::together(&[self, other], |[left, right]| {
            // A right row without a key is nobody's partner.
            let right = right.filter(col(options.right_on.as_str()).is_not_null());
            Ok(in_order(typed(left, &options.left_on, &own), &options.left_on).join(
                in_order(typed(right, &options.right_on, &others), &options.right_on),
                key(&options.left_on),
                key(&options.right_on),
                arguments.clone(),
            ))
        })
    }

    /// Pairs of rows for which all conditions hold, in the order of the left frame, then of the right one. A column of
    /// the right frame that the left one has too is called by its name with the suffix, `_right` unless told.
    pub fn join_where(&self, other: &Frame, conditions: &[Expression], suffix: Option<&str>) -> Result<Frame> {
        let pairs = |left, right| pairs_where(left, right, conditions, suffix);
        // How the pairs come out depends on the method that Polars picks, so their order is put right.
        let in_order = |[left, right]: [LazyFrame; 2]| {
            let pairs = pairs(left.with_row_index(LEFT_ROW, None), right.with_row_index(RIGHT_ROW, None));
            let pairs = pairs.sort([LEFT_ROW, RIGHT_ROW], SortMultipleOptions::default());
            Ok(pairs.drop(by_name(&[LEFT_ROW.to_owned(), RIGHT_ROW.to_owned()], true)))
        };
        if left_behind::holds_the_threads() {
            return Frame::together(&[self, other], in_order);
        }
        let bare = |frame: &Frame| DataFrame::empty_with_schema(&frame.inner.schema).lazy();
        let tried = pairs(bare(self), bare(other)).collect();
        let names = || self.names().into_iter().chain(other.names()).collect::<Vec<_>>();
        tried.map_err(|error| crate::table::failure(error, &names()))?;
        Frame::together(&[self, other], in_order)
    }

    /// Whether the keys of a join can be equal at all.
    fn same_types(&self, other: &Frame, left: &[Expression], right: &[Expression]) -> Result<()> {
        for (left, right) in left.iter().zip(right) {
            let (Some(left), Some(right)) = (left.name(), right.name()) else { continue };
            let (Some(own), Some(others)) = (self.dtype(&left), other.dtype(&right)) else { continue };
            let both = |holds: fn(&DataType) -> bool| holds(&own) && holds(&others);
            if type_word(&own) != type_word(&others)
                && !both(DataType::is_primitive_numeric)
                && !both(DataType::is_temporal)
            {
                return Err(unlike(&left, &own, &right, &others));
            }
        }
        Ok(())
    }
}

/// The pairs of rows for which all conditions hold, in any order.
pub(super) fn pairs_where(
    left: LazyFrame,
    right: LazyFrame,
    conditions: &[Expression],
    suffix: Option<&str>,
) -> LazyFrame {
    let mut builder = left.join_builder().with(right);
    if let Some(suffix) = suffix {
        builder = builder.suffix(suffix);
    }
    builder.join_where(exprs(conditions))
}

/// Keys that cannot be compared.
fn unlike(left: &str, own: &DataType, right: &str, others: &DataType) -> Failure {
    let (own, others) = (type_word(own), type_word(others));
    Failure::new(format!("the keys differ in type: `{left}` is {own} on the left, `{right}` is {others} on the right"))
        .help(format!("make both of one type first: `.with_columns(col(\"{right}\").cast(\"{own}\"))`"))
}

/// The type in which two keys of an as-of join are compared.
fn common_type(left: &DataType, right: &DataType) -> Option<DataType> {
    match (left, right) {
        (left, right) if left == right => Some(left.clone()),
        (left, right) if left.is_integer() && right.is_integer() => Some(DataType::Int64),
        (left, right) if left.is_primitive_numeric() && right.is_primitive_numeric() => Some(DataType::Float64),
        (DataType::Datetime(_, zone), DataType::Datetime(_, other)) if zone == other => {
            Some(DataType::Datetime(TimeUnit::Microseconds, zone.clone()))
        }
        _ => None,
    }
}

fn in_order(plan: LazyFrame, key: &str) -> LazyFrame {
    plan.sort([key], SortMultipleOptions::default().with_maintain_order(true).with_nulls_last(true))
}

/// A distance between numbers as the type of the key, which is what Polars compares it with.
fn distance(number: f64, kind: &DataType) -> Result<Scalar> {
    let series = Series::new(PlSmallStr::EMPTY, [number]).strict_cast(kind);
    let value = series.ok().and_then(|series| series.get(0).ok().map(AnyValue::into_static));
    match value {
        Some(value) if number >= 0.0 && !(kind.is_integer() && number.fract() != 0.0) => {
            Ok(Scalar::new(kind.clone(), value))
        }
        _ => {
            Err(Failure::new(format!("the tolerance {number} is no distance between keys of type {}", type_word(kind)))
                .help("give a number from 0 on, a whole one where the key is whole"))
        }
    }
}

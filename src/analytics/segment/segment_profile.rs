use regulars_plugin::{
    Chart, ColumnKind, ColumnName, Context, Failure, Family, Function, Mark, Output, Result, TableManual,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::contrast::{Contrast, Separation, of_categories, of_numbers};
use crate::table::{Cell, Classes, Data, Frame, FrameBuilder, thousands};

/// Tells what sets each segment apart: how its members differ from everybody else, column by column, the most telling first.
///
/// Each row compares one segment with the rest: the mean of a column of numbers, or the share of a value of a column
/// of text or flags. `.separation` says how well each column parts the segments altogether.
///
/// # Choices
/// For numbers the effect is Hedges' g, the difference of the means by the pooled standard deviation, with the interval of its
/// approximate standard error; means and medians stand beside it, because extreme values move means. For text and flags
/// the effect is the difference of the shares with Newcombe's interval. `standardised` makes both comparable: g itself, and
/// the difference of shares by the standard deviation of the indicator in both groups together; the rank goes by
/// its size. By custom .2 is small, .5 middling, .8 large. Intervals hold for each comparison alone: among many a few
/// will lie off 0 by chance. A row without a segment is left out; one that lacks a value is left out of that column only;
/// the notes tell how many. Of a flag only `true` is shown. Columns from which the segments were made are bound to differ: that says
/// nothing new.
///
/// # Source
/// L. V. Hedges (1981), Journal of Educational Statistics 6, 107–128; M. Borenstein and others (2009), Introduction to
/// Meta-Analysis, chapter 4; R. G. Newcombe (1998), Statistics in Medicine 17, 873–890, method 10; J. Cohen (1988),
/// Statistical Power Analysis, for the customary sizes.
///
/// # Example
/// ```rhai
/// let people = frame(#{
///     segment: ["big", "big", "big", "small", "small", "small"],
///     basket: [80, 75, 85, 12, 10, 14],
///     channel: ["web", "web", "shop", "shop", "shop", "web"],
/// });
/// people.segment_profile(#{segment: "segment"}).table().select(["segment", "feature", "here", "rest", "rank"])
/// ```
/// ```text
/// segment  feature           here    rest     rank
/// text     text            number  number  integer
/// ────────────────────────────────────────────────
/// big      basket           80.00   12.00        1
/// big      channel = shop    0.33    0.67        2
/// big      channel = web     0.67    0.33        3
/// small    basket           12.00   80.00        1
/// small    channel = shop    0.67    0.33        2
/// small    channel = web     0.33    0.67        3
/// 6 rows × 5 columns
/// ```
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SegmentProfile {
    /// Column that says who belongs to which segment; must be given.
    pub segment: ColumnName,
    /// Columns to compare. Left out: all others of numbers, flags, and text with at most `values` different values.
    pub columns: Vec<ColumnName>,
    /// Most different values of a column of text.
    #[schemars(range(min = 2, max = 200))]
    pub values: u32,
    /// Confidence of the intervals.
    #[schemars(range(min = 0.5, max = 0.9999))]
    pub confidence: f64,
}

impl Default for SegmentProfile {
    fn default() -> Self {
        SegmentProfile { segment: ColumnName::default(), columns: Vec::new(), values: 20, confidence: 0.95 }
    }
}

/// One row per segment and feature, the most telling feature of each segment first.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub struct ProfileRow {
    /// The segment.
    segment: serde_json::Value,
    /// What is compared, such as "amount" or "channel = web".
    feature: String,
    /// Its column.
    column: String,
    /// The value whose share is compared; empty for numbers.
    value: Option<String>,
    /// Number of members with a value in the column.
    #[schemars(extend("unit" = "rows"))]
    members: i64,
    /// Mean of the members, or share of them with the value.
    here: f64,
    /// The same of everybody else; empty where nobody else has a value.
    rest: Option<f64>,
    /// Median of the members; empty for shares.
    median: Option<f64>,
    /// Median of everybody else.
    rest_median: Option<f64>,
    /// Hedges' g, or the difference of the shares; empty where nothing varies.
    effect: Option<f64>,
    /// Lower end of its interval.
    lower: Option<f64>,
    /// Upper end of its interval.
    upper: Option<f64>,
    /// The effect in standard deviations.
    standardised: Option<f64>,
    /// Place within the segment by the size of `standardised`; 1 sets it apart most.
    rank: Option<i64>,
}

/// How well each column parts the segments altogether, the best first.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub(super) struct SeparationRow {
    /// Name of the column.
    column: String,
    /// "eta squared" for numbers: the share of their variance that lies between segments; "Cramér's V" for text and flags.
    measure: String,
    /// Its value, from 0 to 1; empty where nothing varies.
    strength: Option<f64>,
    /// Number of rows with a segment and a value.
    #[schemars(extend("unit" = "rows"))]
    rows: i64,
}

/// The figures.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ProfileFigures {
    /// Number of segments.
    segments: i64,
    /// Number of rows that belong to one.
    #[schemars(extend("unit" = "rows"))]
    rows: i64,
}

/// More segments than this nobody can tell apart.
const MOST_SEGMENTS: usize = 100;

impl Function for SegmentProfile {
    const FAMILY: Family = Family::Segment;
    const RELATED: &'static [&'static str] = &["rfm", "kmeans", "segment_by", "crosstab"];
    type Input = Frame;
    type Row = ProfileRow;
    type Figures = ProfileFigures;

    fn chart() -> Option<Chart> {
        let chart = Chart::new(Mark::Heatmap).x("segment").y("feature").color("standardised");
        Some(chart.title("How far each segment lies from the rest, in standard deviations"))
    }

    fn further_tables() -> Vec<TableManual> {
        let chart = Chart::new(Mark::Bar).x("column").y("strength").title("How well each column parts the segments");
        vec![TableManual::of::<SeparationRow>("separation").chart(chart)]
    }

    fn run(&self, frame: Frame, context: &Context<'_>) -> Result<Output<Frame, ProfileFigures>> {
        if self.segment.0.is_empty() {
            return Err(Failure::new("`segment` is wanted: which column says who belongs to which segment?")
                .help("write `segment_profile(#{segment: \"segment\"})`"));
        }
        let data = frame.data(context.host())?;
        let segments = Classes::of(&data, self.segment.as_str(), MOST_SEGMENTS)?;
        if segments.len() < 2 {
            let found = match segments.cells.first() {
                None => "no value in any row".to_owned(),
                Some(only) => format!("one value only, \"{}\"", only.plain()),
            };
            return Err(Failure::new(format!(
                "`{}` has {found}, but at least two segments are needed to compare",
                self.segment
            ))
            .help("look at the filters before"));
        }
        let mut notes = frame.with_about(frame.origin()).notes(context.host())?;
        let columns = self.columns(&frame, &data, &mut notes)?;
        let mut contrasts: Vec<Contrast> = Vec::new();
        let mut separations: Vec<Separation> = Vec::new();
        for (done, column) in columns.iter().enumerate() {
            context.check()?;
            context.progress(done as u64, columns.len() as u64, "comparing");
            let (found, separation) = self.compare(&frame, &data, column, &segments)?;
            contrasts.extend(found);
            separations.push(separation);
        }
        rank(&mut contrasts);
        separations.sort_by(|left, right| {
            let strength = |one: &Separation| one.strength.unwrap_or(-1.0);
            strength(right).total_cmp(&strength(left))
        });

        let with_segment = segments.of.iter().flatten().count();
        notes.extend(self.notes(&separations, with_segment, data.height()));
        let figures = ProfileFigures { segments: segments.len() as i64, rows: with_segment as i64 };
        let table = table(&contrasts, &segments)?;
        Ok(Output::record(figures, table).with_table("separation", separation(&separations)?).notes(notes))
    }
}

impl SegmentProfile {
    /// The columns to compare, and a note on those that cannot be.
    fn columns(&self, frame: &Frame, data: &Data, notes: &mut Vec<String>) -> Result<Vec<String>> {
        if !self.columns.is_empty() {
            if let Some(own) = self.columns.iter().find(|name| **name == self.segment) {
                return Err(Failure::new(format!("`{own}` is the column of the segments itself"))
                    .help("leave it out of `columns`"));
            }
            return Ok(self.columns.iter().map(|name| name.0.clone()).collect());
        }
        let mut taken = Vec::new();
        let mut left = Vec::new();
        for (name, kind) in frame.kinds().into_iter().filter(|(name, _)| *name != self.segment.0) {
            let fits = match kind {
                ColumnKind::Integer | ColumnKind::Number | ColumnKind::Flag => true,
                ColumnKind::Text => Classes::of(data, &name, self.values as usize).is_ok(),
                ColumnKind::Date | ColumnKind::Any => false,
            };
            if fits { &mut taken } else { &mut left }.push(name);
        }
        // Keys are whole numbers that mean nothing.
        taken.retain(|name| name != "customer" && name != "order");
        if taken.is_empty() {
            return Err(Failure::new(
                "there is no column to compare: none of numbers or flags, and none of a few texts",
            )
            .help("join what is known of the customers to the segments first"));
        }
        if !left.is_empty() {
            notes.push(format!(
                "not compared: {} (dates, or more than {} different texts; name them in `columns`, or raise `values`)",
                left.join(", "),
                self.values
            ));
        }
        Ok(taken)
    }

    fn compare(
        &self,
        frame: &Frame,
        data: &Data,
        column: &str,
        segments: &Classes,
    ) -> Result<(Vec<Contrast>, Separation)> {
        let kind = frame.kinds().into_iter().find(|(name, _)| name == column).map(|(_, kind)| kind);
        match kind {
            Some(ColumnKind::Integer | ColumnKind::Number) => {
                Ok(of_numbers(column, &data.numbers(column)?, segments, self.confidence))
            }
            Some(ColumnKind::Text | ColumnKind::Flag) => {
                let values = Classes::of(data, column, self.values as usize)
                    .map_err(|failure| failure.help("or raise `values`, the most different values"))?;
                let is_shown = |value: usize| values.cells[value] != Cell::Flag(false);
                Ok(of_categories(column, &values, &is_shown, segments, self.confidence))
            }
            _ => Err(Failure::new(format!(
                "column `{column}` is of type {}, but numbers, flags and text are compared",
                data.type_word(column)?
            ))
            .help(format!("make a number of a date first, such as `col(\"{column}\").dt.year()`"))),
        }
    }

    fn notes(&self, separations: &[Separation], with_segment: usize, height: usize) -> Vec<String> {
        let mut notes = Vec::new();
        if with_segment < height {
            notes.push(format!(
                "left out, for want of a `{}`: {} of {} rows",
                self.segment,
                thousands(height - with_segment),
                thousands(height)
            ));
        }
        let gaps: Vec<String> = separations
            .iter()
            .filter(|one| one.rows < with_segment)
            .map(|one| format!("{} {}", one.column, thousands(with_segment - one.rows)))
            .collect();
        if !gaps.is_empty() {
            notes.push(format!("rows without a value, left out of that column: {}", gaps.join(", ")));
        }
        notes.push(format!("intervals of {} % hold for each comparison alone", self.confidence * 100.0));
        notes
    }
}

/// Puts the comparisons of each segment in order, the largest first, and numbers them.
fn rank(contrasts: &mut [Contrast]) {
    let size = |one: &Contrast| one.standardised.map_or(-1.0, f64::abs);
    // The sort is stable: equal ones stay in the order of the columns.
    contrasts.sort_by(|left, right| left.segment.cmp(&right.segment).then_with(|| size(right).total_cmp(&size(left))));
    for of_segment in contrasts.chunk_by_mut(|left, right| left.segment == right.segment) {
        for (place, one) in of_segment.iter_mut().enumerate() {
            one.rank = one.standardised.map(|_| place as i64 + 1);
        }
    }
}

fn table(contrasts: &[Contrast], segments: &Classes) -> Result<Frame> {
    FrameBuilder::new(segments.column("segment", contrasts.iter().map(|one| one.segment)))
        .texts("feature", contrasts.iter().map(Contrast::feature))
        .texts("column", contrasts.iter().map(|one| &one.column))
        .optional_texts("value", contrasts.iter().map(|one| one.value.as_deref()))
        .integers("members", contrasts.iter().map(|one| one.members as i64))
        .numbers("here", contrasts.iter().map(|one| one.here))
        .optional_numbers("rest", contrasts.iter().map(|one| one.rest))
        .optional_numbers("median", contrasts.iter().map(|one| one.median))
        .optional_numbers("rest_median", contrasts.iter().map(|one| one.rest_median))
        .optional_numbers("effect", contrasts.iter().map(|one| one.effect.map(|it| it.value)))
        .optional_numbers("lower", contrasts.iter().map(|one| one.effect.map(|it| it.interval.lower)))
        .optional_numbers("upper", contrasts.iter().map(|one| one.effect.map(|it| it.interval.upper)))
        .optional_numbers("standardised", contrasts.iter().map(|one| one.standardised))
        .optional_integers("rank", contrasts.iter().map(|one| one.rank))
        .build()
}

fn separation(separations: &[Separation]) -> Result<Frame> {
    FrameBuilder::empty()
        .texts("column", separations.iter().map(|one| &one.column))
        .texts("measure", separations.iter().map(|one| one.measure))
        .optional_numbers("strength", separations.iter().map(|one| one.strength))
        .integers("rows", separations.iter().map(|one| one.rows as i64))
        .build()
}

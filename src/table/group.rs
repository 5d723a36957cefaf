//! `group_by(…)` on its way to `.agg(…)`.

use polars::prelude::*;
use regulars_plugin::{Failure, Result};

use super::{Expression, Frame, grouping, type_word};

/// Rows in groups, waiting to be summarised.
#[derive(Clone)]
pub struct Groups {
    frame: Frame,
    keys: Vec<Expr>,
    windows: Option<Windows>,
}

/// Groups that are stretches of time, or of whole numbers.
#[derive(Clone)]
enum Windows {
    Dynamic(DynamicGroupOptions),
    Rolling(RollingGroupOptions),
}

/// Which ends belong to a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed {
    /// The first only.
    Left,
    /// The last only.
    Right,
    /// Both.
    Both,
    /// Neither.
    None,
}

impl Closed {
    /// The ends by the word that scripts write.
    pub const WORDS: [(&'static str, Closed); 4] =
        [("left", Closed::Left), ("right", Closed::Right), ("both", Closed::Both), ("none", Closed::None)];

    /// Which ends belong to a window, in a few words.
    pub fn about(self) -> &'static str {
        match self {
            Closed::Left => "Its beginning belongs to it",
            Closed::Right => "Its end belongs to it",
            Closed::Both => "Both ends belong to it",
            Closed::None => "Neither end belongs to it",
        }
    }

    fn window(self) -> ClosedWindow {
        match self {
            Closed::Left => ClosedWindow::Left,
            Closed::Right => ClosedWindow::Right,
            Closed::Both => ClosedWindow::Both,
            Closed::None => ClosedWindow::None,
        }
    }
}

/// How a window is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WindowLabel {
    /// By its beginning.
    Left,
    /// By its end.
    Right,
    /// By the first row in it.
    Datapoint,
}

impl WindowLabel {
    /// The labels by the word that scripts write.
    pub const WORDS: [(&'static str, WindowLabel); 3] =
        [("left", WindowLabel::Left), ("right", WindowLabel::Right), ("datapoint", WindowLabel::Datapoint)];

    /// What a window is called by, in a few words.
    pub fn about(self) -> &'static str {
        match self {
            WindowLabel::Left => "Its beginning",
            WindowLabel::Right => "Its end",
            WindowLabel::Datapoint => "Its first row",
        }
    }
}

/// Where the first window begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WindowStart(StartBy);

impl WindowStart {
    /// The beginnings by the word that scripts write.
    pub const WORDS: [(&'static str, WindowStart); 9] = [
        ("window", WindowStart(StartBy::WindowBound)),
        ("datapoint", WindowStart(StartBy::DataPoint)),
        ("monday", WindowStart(StartBy::Monday)),
        ("tuesday", WindowStart(StartBy::Tuesday)),
        ("wednesday", WindowStart(StartBy::Wednesday)),
        ("thursday", WindowStart(StartBy::Thursday)),
        ("friday", WindowStart(StartBy::Friday)),
        ("saturday", WindowStart(StartBy::Saturday)),
        ("sunday", WindowStart(StartBy::Sunday)),
    ];
}

/// Windows one after another, as `group_by_dynamic` makes them. Lengths are written "1d", "2w", "1mo", "1q", "1y", "6h";
/// "10i" for columns of whole numbers.
#[derive(Debug, Clone)]
pub struct DynamicWindows {
    /// How far apart they begin.
    pub every: String,
    /// How long they are; as long as they are apart unless told.
    pub period: Option<String>,
    /// How far their beginnings are shifted.
    pub offset: Option<String>,
    /// Further keys.
    pub by: Vec<String>,
    /// Which ends belong to them.
    pub closed: Closed,
    /// How they are called.
    pub label: WindowLabel,
    /// Where the first one begins.
    pub start_by: WindowStart,
    /// Whether their ends become columns, `_lower_boundary` and `_upper_boundary`.
    pub include_boundaries: bool,
}

/// A window that ends at each row, as `rolling` makes them.
#[derive(Debug, Clone)]
pub struct RollingWindows {
    /// How long they are.
    pub period: String,
    /// How far they begin from the row; by their length before it unless told.
    pub offset: Option<String>,
    /// Further keys.
    pub by: Vec<String>,
    /// Which ends belong to them.
    pub closed: Closed,
}

impl Groups {
    /// The names of the frame whose rows are grouped.
    pub fn names(&self) -> Vec<String> {
        self.frame.names()
    }

    /// One row per group, in order of first appearance; windows in their own order.
    pub fn agg(&self, summaries: &[Expression]) -> Result<Frame> {
        let summaries: Vec<Expr> = summaries.iter().map(|one| one.0.clone()).collect();
        let step = |plan: LazyFrame| self.grouped(plan).agg(&summaries);
        self.frame.allows(step)?;
        let grouped = self.frame.extend(step)?;
        let counts_different = |part: &Expr| matches!(part, Expr::Agg(AggExpr::NUnique(_)));
        // The streaming engine groups twice for these: more than twice the time and memory of the one in memory.
        let is_slow = summaries.iter().any(|summary| summary.into_iter().any(counts_different));
        Ok(if is_slow && !grouping::counts(&grouped.plan()) { grouped.in_memory() } else { grouped })
    }

    fn grouped(&self, plan: LazyFrame) -> LazyGroupBy {
        // Windows are cut from rows that stand in order.
        let sorted = |plan: LazyFrame, index: &PlSmallStr| {
            plan.sort([index.clone()], SortMultipleOptions::default().with_maintain_order(true))
        };
        match &self.windows {
            None => plan.group_by_stable(&self.keys),
            Some(Windows::Dynamic(options)) => {
                let index = &options.index_column;
                sorted(plan, index).group_by_dynamic(col(index.clone()), &self.keys, options.clone())
            }
            Some(Windows::Rolling(options)) => {
                let index = &options.index_column;
                sorted(plan, index).rolling(col(index.clone()), &self.keys, options.clone())
            }
        }
    }
}

impl Frame {
    /// The rows in groups of equal keys.
    pub fn group_by(&self, keys: &[Expression]) -> Result<Groups> {
        let keys: Vec<Expr> = keys.iter().map(|key| key.0.clone()).collect();
        self.extend(|plan| plan.select(&keys))?;
        Ok(Groups { frame: self.clone(), keys, windows: None })
    }

    /// The rows in windows of time, one after another, perhaps overlapping.
    pub fn group_by_dynamic(&self, index: &str, told: &DynamicWindows) -> Result<Groups> {
        let whole = self.window_keys(index, &told.by)?;
        let every = positive("every", &told.every, whole)?;
        let period = told.period.as_ref().map_or(Ok(every), |period| positive("period", period, whole))?;
        let offset = told.offset.as_ref().map_or(Ok(nothing(whole)), |offset| length("offset", offset, whole))?;
        if told.start_by != WindowStart(StartBy::WindowBound)
            && told.start_by != WindowStart(StartBy::DataPoint)
            && whole
        {
            return Err(Failure::new(format!("`{index}` holds whole numbers, so no window begins on a weekday"))
                .help("leave `start_by` out"));
        }
        let options = DynamicGroupOptions {
            index_column: index.into(),
            every,
            period,
            offset,
            label: match told.label {
                WindowLabel::Left => Label::Left,
                WindowLabel::Right => Label::Right,
                WindowLabel::Datapoint => Label::DataPoint,
            },
            include_boundaries: told.include_boundaries,
            closed_window: told.closed.window(),
            start_by: told.start_by.0,
        };
        self.windows(&told.by, Windows::Dynamic(options))
    }

    /// The rows in windows of time, one for each row.
    pub fn rolling(&self, index: &str, told: &RollingWindows) -> Result<Groups> {
        let whole = self.window_keys(index, &told.by)?;
        let period = positive("period", &told.period, whole)?;
        let offset = told.offset.as_ref().map_or_else(
            || length("period", &format!("-{}", told.period), whole),
            |offset| length("offset", offset, whole),
        )?;
        let options =
            RollingGroupOptions { index_column: index.into(), period, offset, closed_window: told.closed.window() };
        self.windows(&told.by, Windows::Rolling(options))
    }

    fn windows(&self, by: &[String], windows: Windows) -> Result<Groups> {
        let keys = by.iter().map(|name| col(name.as_str())).collect();
        Ok(Groups { frame: self.clone(), keys, windows: Some(windows) })
    }

    /// Whether the column that windows are cut from holds whole numbers; a failure unless it holds those or times.
    fn window_keys(&self, index: &str, by: &[String]) -> Result<bool> {
        for name in by.iter().map(String::as_str).chain([index]) {
            self.need(name)?;
        }
        let kind = self.dtype(index).unwrap_or(DataType::Null);
        let whole = kind.is_integer();
        if !whole && !matches!(kind, DataType::Date | DataType::Datetime(..)) {
            return Err(Failure::new(format!("`{index}` is {}, but windows are cut from dates", type_word(&kind)))
                .help("make it a date first: `.with_columns(col(\"day\").str.to_date(\"%Y-%m-%d\"))`"));
        }
        Ok(whole)
    }
}

fn nothing(whole: bool) -> Duration {
    Duration::parse(if whole { "0i" } else { "0d" })
}

fn length(option: &str, text: &str, whole: bool) -> Result<Duration> {
    let advice = if whole {
        "the column holds whole numbers: write \"10i\" for ten of them"
    } else {
        "write a number and a unit: \"1d\", \"2w\", \"1mo\", \"1q\", \"1y\", \"6h\", \"30m\""
    };
    let wrong = || Failure::new(format!("`{option}` is \"{text}\", which is no length")).help(advice);
    let length = Duration::try_parse(text).map_err(|_| wrong())?;
    if length.parsed_int != whole || text.trim().is_empty() {
        return Err(wrong());
    }
    Ok(length)
}

fn positive(option: &str, text: &str, whole: bool) -> Result<Duration> {
    let found = length(option, text, whole)?;
    if found.is_zero() || found.negative() {
        return Err(Failure::new(format!("`{option}` is \"{text}\", but a window has a length"))
            .help("write one above 0: \"1d\", \"1mo\""));
    }
    // Beyond these Polars counts past the end of its numbers; two hundred years hold any data.
    let (years, finest) = (200, 1_000_000);
    let endless = found.months() > 12 * years || found.weeks() > 53 * years || found.days() > 366 * years;
    if endless || (!whole && found.months() + found.weeks() + found.days() == 0 && found.duration_ns() < finest) {
        return Err(Failure::new(format!(
            "`{option}` is \"{text}\", but windows are from a millisecond to 200 years long"
        ))
        .help("write a length such as \"1h\", \"1d\", \"1mo\""));
    }
    Ok(found)
}

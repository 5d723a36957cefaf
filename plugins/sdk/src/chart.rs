//! Which picture shows a table: a description, drawn by the host.

use serde::{Deserialize, Serialize};

/// The kinds of picture, by the word that scripts write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// One bar per value of `x`, as long as `y`; without `y` the number of rows.
    Bar,
    /// A line through `y` along `x`, one for each value of `color`.
    Line,
    /// How often the values of `x` fall into each of equally wide bins.
    Histogram,
    /// A grid of `x` by `y`, coloured by `color`, the number written in each cell.
    Heatmap,
    /// A dot at `y` for each row, named by `x`, with the interval of `band` around it.
    Interval,
}

impl Mark {
    /// Every kind, in the order in which help lists them.
    pub const ALL: [Mark; 5] = [Mark::Bar, Mark::Line, Mark::Histogram, Mark::Heatmap, Mark::Interval];

    /// The word that scripts write.
    pub fn word(self) -> &'static str {
        match self {
            Mark::Bar => "bar",
            Mark::Line => "line",
            Mark::Histogram => "histogram",
            Mark::Heatmap => "heatmap",
            Mark::Interval => "interval",
        }
    }
}

/// A picture of a table: what is drawn along which axis. Columns are named; what is left out, the host chooses.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chart {
    /// The kind of picture.
    pub mark: Mark,
    /// Column along the horizontal axis.
    #[serde(default)]
    pub x: Option<String>,
    /// Column along the vertical axis.
    #[serde(default)]
    pub y: Option<String>,
    /// Column that tells lines or cells apart by colour.
    #[serde(default)]
    pub color: Option<String>,
    /// Columns of the lower and the upper end of a band around a line, or of the interval around a dot.
    #[serde(default)]
    pub band: Option<(String, String)>,
    /// Whether a line goes in steps: each value holds until the next one.
    #[serde(default)]
    pub steps: bool,
    /// Column whose numbers are written under a line, such as how many are still at risk.
    #[serde(default)]
    pub counts: Option<String>,
    /// What the picture says, as a sentence.
    #[serde(default)]
    pub title: Option<String>,
    /// Words along the horizontal axis, where the column's name is not enough.
    #[serde(default)]
    pub x_label: Option<String>,
    /// Words along the vertical axis, where the column's name is not enough.
    #[serde(default)]
    pub y_label: Option<String>,
    /// Number of bins of a histogram.
    #[serde(default)]
    pub bins: Option<u32>,
    /// Width and height in pixels at density 1.
    #[serde(default)]
    pub size: Option<(u32, u32)>,
}

impl Chart {
    /// A picture of one kind, with everything left to the host.
    pub fn new(mark: Mark) -> Self {
        Chart {
            mark,
            x: None,
            y: None,
            color: None,
            band: None,
            steps: false,
            counts: None,
            title: None,
            x_label: None,
            y_label: None,
            bins: None,
            size: None,
        }
    }

    /// Names the column along the horizontal axis.
    #[must_use]
    pub fn x(mut self, column: &str) -> Self {
        self.x = Some(column.to_owned());
        self
    }

    /// Names the column along the vertical axis.
    #[must_use]
    pub fn y(mut self, column: &str) -> Self {
        self.y = Some(column.to_owned());
        self
    }

    /// Names the column that is told by colour.
    #[must_use]
    pub fn color(mut self, column: &str) -> Self {
        self.color = Some(column.to_owned());
        self
    }

    /// Names the columns of the band around a line.
    #[must_use]
    pub fn band(mut self, lower: &str, upper: &str) -> Self {
        self.band = Some((lower.to_owned(), upper.to_owned()));
        self
    }

    /// Makes a line go in steps: each value holds until the next one.
    #[must_use]
    pub fn steps(mut self) -> Self {
        self.steps = true;
        self
    }

    /// Names the column whose numbers are written under a line.
    #[must_use]
    pub fn counts(mut self, column: &str) -> Self {
        self.counts = Some(column.to_owned());
        self
    }

    /// Says what the picture shows, as a sentence.
    #[must_use]
    pub fn title(mut self, sentence: impl Into<String>) -> Self {
        self.title = Some(sentence.into());
        self
    }

    /// Words along both axes.
    #[must_use]
    pub fn labels(mut self, x: &str, y: &str) -> Self {
        self.x_label = Some(x.to_owned());
        self.y_label = Some(y.to_owned());
        self
    }
}

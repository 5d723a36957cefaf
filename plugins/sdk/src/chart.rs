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
    /// As a line, filled down to zero; the values of `color` stand on each other.
    Area,
    /// How often the values of `x` fall into each of equally wide bins.
    Histogram,
    /// A dot at `x` and `y` for each row; of very many rows how many lie where.
    Scatter,
    /// The middle half of `y` for each value of `x`, with its median, its reach and what lies beyond.
    Box,
    /// How the values of `y` are spread for each value of `x`.
    Violin,
    /// A grid of `x` by `y`, coloured by `color`, the number written in each cell.
    Heatmap,
    /// A heatmap of cohorts by the periods since they began.
    Cohort,
    /// Steps of survival with their interval and how many are still at risk.
    Survival,
    /// How many are left at each stage of `x`.
    Funnel,
    /// Bars from the largest down, and the share that they hold together.
    Pareto,
    /// How changes lead from the first value to the last.
    Waterfall,
    /// Boxes as large as `y`, named by `x`.
    Treemap,
    /// Streams from the values of `x` to those of `y`, as wide as `weight`.
    Sankey,
    /// A cell for each day, a row for each day of the week, coloured by `y`.
    Calendar,
    /// The share of the outcomes `y` found among those with the highest scores `x`.
    Lift,
    /// Outcomes found against false alarms, along the threshold of the score `x`.
    Roc,
    /// How often the outcome `y` came true along the forecast `x`.
    Calibration,
    /// A dot at `y` for each row, named by `x`, with the interval of `band` around it.
    Interval,
}

/// A kind of picture, as help knows it.
struct Kind {
    mark: Mark,
    word: &'static str,
    name: &'static str,
    about: &'static str,
    /// The options that it takes besides those that every kind takes.
    takes: &'static [&'static str],
    /// Code that draws one.
    example: &'static str,
}

const KINDS: [Kind; 20] = [
    Kind {
        mark: Mark::Bar,
        word: "bar",
        name: "Bar chart",
        about: "A bar for each value of `x`, as long as the sum of `y`; without `y` the number of rows. `color` splits the bars, `arrange` says how: \"beside\", \"stacked\" or \"share\"; `lying: true` lays them down.",
        takes: &["x", "y", "color", "arrange", "lying"],
        example: "sample(\"cdnow\").bar(#{x: \"date\", y: \"amount\", color: \"quantity\", arrange: \"share\"})",
    },
    Kind {
        mark: Mark::Line,
        word: "line",
        name: "Line chart",
        about: "A line through `y` along `x`, one for each value of `color`; `band: [\"lower\", \"upper\"]` shades an interval, `steps: true` holds each value until the next one, `counts` writes a column under the line.",
        takes: &["x", "y", "color", "band", "steps", "counts", "x_scale", "y_scale"],
        example: "sample(\"cdnow\").line(#{x: \"date\", y: \"amount\"})",
    },
    Kind {
        mark: Mark::Area,
        word: "area",
        name: "Area chart",
        about: "As a line, filled down to zero. The values of `color` are stacked; `arrange: \"share\"` shows each as its part of the whole.",
        takes: &["x", "y", "color", "arrange"],
        example: "sample(\"cdnow\").rfm().group_by(\"r\", \"segment\").agg(col(\"monetary\").sum()).area(#{x: \"r\", y: \"monetary\", color: \"segment\"})",
    },
    Kind {
        mark: Mark::Histogram,
        word: "histogram",
        name: "Histogram",
        about: "How often the values of `x` fall into each of equally wide bins; `density: true` lays a smooth curve over them.",
        takes: &["x", "bins", "density"],
        example: "sample(\"cdnow\").histogram(#{x: \"amount\", density: true})",
    },
    Kind {
        mark: Mark::Scatter,
        word: "scatter",
        name: "Scatter plot",
        about: "A dot at `x` and `y` for each row, told apart by `color` (many numbers or dates by ranges, from weak to strong); of very many rows it shows how many lie where. `trend: true` lays a straight line through them, with the interval of its mean.",
        takes: &["x", "y", "color", "trend", "x_scale", "y_scale"],
        example: "sample(\"cdnow\").rfm().scatter(#{x: \"frequency\", y: \"monetary\", trend: true})",
    },
    Kind {
        mark: Mark::Box,
        word: "box",
        name: "Box plot",
        about: "For each value of `x` the middle half of `y` as a box with its median, lines to the furthest values within one and a half times its length, and dots beyond.",
        takes: &["x", "y", "y_scale"],
        example: "sample(\"cdnow\").rfm().box(#{x: \"segment\", y: \"monetary\"})",
    },
    Kind {
        mark: Mark::Violin,
        word: "violin",
        name: "Violin plot",
        about: "For each value of `x` how the values of `y` are spread, with the middle half and the median.",
        takes: &["x", "y"],
        example: "sample(\"cdnow\").rfm().violin(#{x: \"segment\", y: \"recency\"})",
    },
    Kind {
        mark: Mark::Heatmap,
        word: "heatmap",
        name: "Heatmap",
        about: "A grid of `x` by `y`, coloured by `color`, the number written in each cell.",
        takes: &["x", "y", "color"],
        example: "sample(\"cdnow\").rfm().heatmap(#{x: \"r\", y: \"f\", color: \"monetary\"})",
    },
    Kind {
        mark: Mark::Cohort,
        word: "cohort",
        name: "Cohort triangle",
        about: "A heatmap of `color` for each cohort `y` by the periods `x` since it began; the columns of `cohort_retention` are found by themselves.",
        takes: &["x", "y", "color"],
        example: "sample(\"cdnow\").cohort_retention().cohort()",
    },
    Kind {
        mark: Mark::Survival,
        word: "survival",
        name: "Survival curve",
        about: "Steps of `y` along `x`, one line for each value of `color`, with the interval `band` and the `counts` at risk below; the columns of `survival` are found by themselves.",
        takes: &["x", "y", "color", "band", "counts"],
        example: "sample(\"cdnow\").cohort_retention().chart(\"survival\", #{x: \"period\", y: \"retention\", color: \"cohort\"})",
    },
    Kind {
        mark: Mark::Funnel,
        word: "funnel",
        name: "Funnel",
        about: "How many are left at each stage of `x`, in the order of the rows: `y`, its share of the first stage and of the stage before.",
        takes: &["x", "y"],
        example: "frame(#{stage: [\"visit\", \"basket\", \"order\"], people: [900, 240, 90]}).chart(\"funnel\")",
    },
    Kind {
        mark: Mark::Pareto,
        word: "pareto",
        name: "Pareto chart",
        about: "Bars of `y` for each value of `x` from the largest down, and a line of the share that they hold together.",
        takes: &["x", "y"],
        example: "sample(\"cdnow\").rfm().pareto(#{x: \"segment\", y: \"monetary\"})",
    },
    Kind {
        mark: Mark::Waterfall,
        word: "waterfall",
        name: "Waterfall chart",
        about: "How the changes `y`, named by `x`, lead from nothing to their total, in the order of the rows.",
        takes: &["x", "y"],
        example: "frame(#{what: [\"new\", \"lost\"], change: [410, -305]}).waterfall()",
    },
    Kind {
        mark: Mark::Treemap,
        word: "treemap",
        name: "Treemap",
        about: "Boxes as large as the sum of `y`, named by `x`, gathered and coloured by `color`.",
        takes: &["x", "y", "color"],
        example: "sample(\"cdnow\").rfm().treemap(#{x: \"segment\", y: \"monetary\"})",
    },
    Kind {
        mark: Mark::Sankey,
        word: "sankey",
        name: "Sankey diagram",
        about: "Streams from the values of `x` to those of `y`, as wide as the sum of `weight`; without it the number of rows.",
        takes: &["x", "y", "weight"],
        example: "sample(\"cdnow\").rfm().sankey(#{x: \"segment\", y: \"score\"})",
    },
    Kind {
        mark: Mark::Calendar,
        word: "calendar",
        name: "Calendar heat map",
        about: "A cell for each day of `x`, a row for each day of the week, coloured by the sum of `y`; without it the number of rows.",
        takes: &["x", "y"],
        example: "sample(\"cdnow\").calendar(#{x: \"date\", y: \"amount\"})",
    },
    Kind {
        mark: Mark::Lift,
        word: "lift",
        name: "Gain chart",
        about: "Which share of the outcomes `y` (true or false) is found among the rows with the highest scores `x`, one line for each value of `color`; the dotted line is chance.",
        takes: &["x", "y", "color"],
        example: "sample(\"cdnow\").rfm().with_columns((col(\"f\") > 3).alias(\"often\")).lift(#{x: \"monetary\", y: \"often\"})",
    },
    Kind {
        mark: Mark::Roc,
        word: "roc",
        name: "ROC curve",
        about: "Outcomes `y` found against false alarms as the threshold of the score `x` falls, one line for each value of `color`, with the area below it; the dotted line is chance.",
        takes: &["x", "y", "color"],
        example: "sample(\"cdnow\").rfm().with_columns((col(\"f\") > 3).alias(\"often\")).roc(#{x: \"monetary\", y: \"often\"})",
    },
    Kind {
        mark: Mark::Calibration,
        word: "calibration",
        name: "Calibration plot",
        about: "How often the outcome `y` came true among rows with about the same forecast `x`, with the 95 % interval of Wilson; on the dotted line forecasts are right.",
        takes: &["x", "y", "bins"],
        example: "sample(\"cdnow\").rfm().with_columns((col(\"f\") > 3).alias(\"often\"), (col(\"m\") * 0.2 - 0.1).alias(\"chance\")).calibration(#{x: \"chance\", y: \"often\"})",
    },
    Kind {
        mark: Mark::Interval,
        word: "interval",
        name: "Estimates with intervals",
        about: "A dot at `y` for each row, named by `x`, with the interval of `band: [\"lower\", \"upper\"]` around it; grey where the interval holds `neutral`, which is 0 unless told (1 for ratios).",
        takes: &["x", "y", "band", "neutral"],
        example: "sample(\"cdnow\").bg_nbd().parameters.interval(#{x: \"parameter\", y: \"estimate\"})",
    },
];

impl Mark {
    /// Every kind, in the order in which help lists them.
    pub const ALL: [Mark; KINDS.len()] = {
        let mut all = [Mark::Bar; KINDS.len()];
        let mut index = 0;
        while index < KINDS.len() {
            all[index] = KINDS[index].mark;
            index += 1;
        }
        all
    };

    /// The options that every kind takes.
    pub const COMMON: [&'static str; 6] = ["title", "x_label", "y_label", "facet", "size", "theme"];

    fn kind(self) -> &'static Kind {
        // The list stands in the order of the enum, which a test proves.
        &KINDS[self as usize]
    }

    /// The word that scripts write.
    pub fn word(self) -> &'static str {
        self.kind().word
    }

    /// What it is called where it is described.
    pub fn name(self) -> &'static str {
        self.kind().name
    }

    /// What it shows, for help.
    pub fn about(self) -> &'static str {
        self.kind().about
    }

    /// Code that draws one.
    pub fn example(self) -> &'static str {
        self.kind().example
    }

    /// The options that it takes besides those of [`Mark::COMMON`].
    pub fn takes(self) -> &'static [&'static str] {
        self.kind().takes
    }
}

/// How bars or areas of several groups stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arrange {
    /// Beside each other.
    Beside,
    /// On each other.
    Stacked,
    /// On each other, each as its part of the whole.
    Share,
}

/// How values become places along an axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AxisScale {
    /// Equal differences are equally long.
    #[default]
    Linear,
    /// Equal ratios are equally long; only values above zero have a place.
    Log,
}

/// The colours of a picture as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PictureTheme {
    /// On white.
    #[default]
    Light,
    /// On dark grey.
    Dark,
}

/// A picture of a table: what is drawn along which axis. Columns are named; what is left out, the host chooses.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chart {
    /// The kind of picture.
    pub mark: Mark,
    /// The further table that it shows in place of the answer's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
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
    /// Number of bins of a histogram or of a calibration plot.
    #[serde(default)]
    pub bins: Option<u32>,
    /// Whether a smooth curve lies over a histogram.
    #[serde(default)]
    pub density: bool,
    /// Whether a straight line lies through the dots.
    #[serde(default)]
    pub trend: bool,
    /// How the groups of bars and areas stand to each other; none: the kind chooses.
    #[serde(default)]
    pub arrange: Option<Arrange>,
    /// Whether bars lie; none: they lie where their names need it.
    #[serde(default)]
    pub lying: Option<bool>,
    /// The estimate that would say nothing: 0 unless told, 1 for ratios.
    #[serde(default)]
    pub neutral: Option<f64>,
    /// Column that says how wide a stream is.
    #[serde(default)]
    pub weight: Option<String>,
    /// Column for each of whose values there is a picture of its own, side by side.
    #[serde(default)]
    pub facet: Option<String>,
    /// How values become places along the horizontal axis.
    #[serde(default)]
    pub x_scale: AxisScale,
    /// How values become places along the vertical axis.
    #[serde(default)]
    pub y_scale: AxisScale,
    /// The colours as a whole.
    #[serde(default)]
    pub theme: PictureTheme,
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
            density: false,
            trend: false,
            arrange: None,
            lying: None,
            neutral: None,
            weight: None,
            facet: None,
            of: None,
            x_scale: AxisScale::Linear,
            y_scale: AxisScale::Linear,
            theme: PictureTheme::Light,
            size: None,
        }
    }

    /// Names the further table that it shows in place of the answer's own.
    #[must_use]
    pub fn of(mut self, table: &str) -> Self {
        self.of = Some(table.to_owned());
        self
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

    /// Says which estimate would say nothing: 1 for ratios.
    #[must_use]
    pub fn neutral(mut self, value: f64) -> Self {
        self.neutral = Some(value);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_kinds_stands_in_the_order_of_the_enum() {
        for (index, mark) in Mark::ALL.into_iter().enumerate() {
            assert_eq!(mark as usize, index, "{}", mark.word());
            let written = serde_json::to_value(mark).unwrap_or_default();
            assert_eq!(written.as_str(), Some(mark.word()));
        }
    }
}

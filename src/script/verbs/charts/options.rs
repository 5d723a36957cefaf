//! The options of pictures: `#{x: "date", y: "amount", theme: "dark"}`.

use regulars_plugin::{Chart, Failure, Mark, Result};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// Every option of every kind, each once, in the order of the kinds.
pub(super) fn all() -> Vec<&'static str> {
    let mut names: Vec<&'static str> = Vec::new();
    for name in Mark::ALL.iter().flat_map(|mark| mark.takes()).chain(&Mark::COMMON) {
        if !names.contains(name) {
            names.push(name);
        }
    }
    names
}

/// Writes the options of a script into a description.
pub(super) fn apply(chart: &mut Chart, options: Map<String, Value>) -> Result<()> {
    // The words along an axis are those of the column that was there.
    if options.contains_key("x") {
        chart.x_label = None;
    }
    if options.contains_key("y") {
        chart.y_label = None;
    }
    for (name, value) in &options {
        let given = Given { name, value };
        match name.as_str() {
            "x" => chart.x = Some(given.text()?),
            "y" => chart.y = Some(given.text()?),
            "color" => chart.color = Some(given.text()?),
            "neutral" => chart.neutral = Some(value.as_f64().ok_or_else(|| given.wrong("a number"))?),
            "weight" => chart.weight = Some(given.text()?),
            "facet" => chart.facet = Some(given.text()?),
            "title" => chart.title = Some(given.text()?),
            "x_label" => chart.x_label = Some(given.text()?),
            "y_label" => chart.y_label = Some(given.text()?),
            "counts" => chart.counts = Some(given.text()?),
            "steps" => chart.steps = given.flag()?,
            "density" => chart.density = given.flag()?,
            "trend" => chart.trend = given.flag()?,
            "lying" => chart.lying = Some(given.flag()?),
            "arrange" => chart.arrange = Some(given.choice(&ARRANGEMENTS)?),
            "theme" => chart.theme = given.choice(&THEMES)?,
            "x_scale" => chart.x_scale = given.choice(&SCALES)?,
            "y_scale" => chart.y_scale = given.choice(&SCALES)?,
            "band" => chart.band = Some(given.pair()?),
            "bins" => chart.bins = Some(given.bins()?),
            "size" => chart.size = Some(given.size()?),
            other => return Err(Failure::new(format!("no option `{other}`")).near(other, all()).within("chart")),
        }
    }
    Ok(())
}

/// Words that an option may be, each with what it means.
type Words = [(&'static str, &'static str)];

/// Words for the place of several groups, the colours of a picture, and its scales.
const ARRANGEMENTS: [(&str, &str); 3] = [
    ("beside", "Groups beside each other"),
    ("stacked", "Groups on each other"),
    ("share", "Groups on each other, each as its part of the whole"),
];
pub(super) const THEMES: [(&str, &str); 2] = [("light", "On white"), ("dark", "On a dark ground")];
pub(super) const SCALES: [(&str, &str); 2] =
    [("linear", "Equal differences are equally long"), ("log", "Equal ratios are equally long")];

/// The options that are one of a few words.
pub(super) const CHOICES: [(&str, &Words); 4] =
    [("arrange", &ARRANGEMENTS), ("theme", &THEMES), ("x_scale", &SCALES), ("y_scale", &SCALES)];

/// An option as it was written.
pub(super) struct Given<'a> {
    pub(super) name: &'a str,
    pub(super) value: &'a Value,
}

impl Given<'_> {
    pub(super) fn wrong(&self, wanted: &str) -> Failure {
        Failure::new(format!("option `{}` is {}, but {wanted} is wanted", self.name, self.value))
            .help("write them so: `#{x: \"date\", bins: 20, size: [960, 560]}`")
            .within("chart")
    }

    fn text(&self) -> Result<String> {
        self.value.as_str().map(str::to_owned).ok_or_else(|| self.wrong("text"))
    }

    fn flag(&self) -> Result<bool> {
        self.value.as_bool().ok_or_else(|| self.wrong("true or false"))
    }

    /// One of some words.
    pub(super) fn choice<T: DeserializeOwned>(&self, words: &Words) -> Result<T> {
        let quoted: Vec<String> = words.iter().map(|(word, _)| format!("\"{word}\"")).collect();
        let wanted = quoted.join(" or ");
        let word = self.value.as_str().ok_or_else(|| self.wrong(&wanted))?;
        serde_json::from_value(self.value.clone()).map_err(|_| {
            Failure::new(format!("option `{}` is \"{word}\", but {wanted} is wanted", self.name))
                .near(word, words.iter().map(|(known, _)| *known))
                .within("chart")
        })
    }

    fn pair(&self) -> Result<(String, String)> {
        let ends: Option<Vec<&str>> =
            self.value.as_array().and_then(|ends| ends.iter().map(|end| end.as_str()).collect());
        match ends.as_deref() {
            Some([lower, upper]) => Ok(((*lower).to_owned(), (*upper).to_owned())),
            _ => Err(self.wrong("a list of two columns, `[\"lower\", \"upper\"]`,")),
        }
    }

    fn bins(&self) -> Result<u32> {
        whole(self.value).filter(|bins| *bins <= 1000).ok_or_else(|| self.wrong("a whole number from 1 to 1000"))
    }

    /// Width and height.
    pub(super) fn size(&self) -> Result<(u32, u32)> {
        let sides: Option<Vec<u32>> = self.value.as_array().and_then(|sides| sides.iter().map(whole).collect());
        match sides.as_deref() {
            Some([width, height]) if (200..=8000).contains(width) && (150..=8000).contains(height) => {
                Ok((*width, *height))
            }
            _ => Err(self.wrong("a list of width and height from [200, 150] to [8000, 8000]")),
        }
    }
}

fn whole(value: &Value) -> Option<u32> {
    value.as_u64().and_then(|number| u32::try_from(number).ok()).filter(|number| *number > 0)
}

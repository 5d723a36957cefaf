//! What can be set: at the prompt with `:set`, and for every start in the configuration file. One table, from which come
//! the reading, the bounds, help and completion.

use regulars_plugin::{Failure, Result};

use super::images::Images;
use crate::show::{Format, Shade};

/// Which colours are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// What the terminal says of itself, and otherwise colours that are readable on dark and on light.
    #[default]
    Auto,
    /// For a dark ground.
    Dark,
    /// For a light ground.
    Light,
    /// None.
    None,
}

/// How lines are edited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Edit {
    /// Keys as in most programs of the shell.
    #[default]
    Emacs,
    /// Two modes, as in vi.
    Vi,
}

/// When the time of a line is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Timing {
    /// When it took longer than a second.
    #[default]
    Slow,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// When long tables are shown in the pager.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pager {
    /// Only when asked for.
    #[default]
    Asked,
    /// Whenever a table has more rows or columns than fit.
    Long,
}

/// What can be set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Rows of a table that are shown.
    pub rows: usize,
    /// Columns of the terminal that are used; none where the terminal says how many.
    pub width: Option<usize>,
    /// What answers are shown as.
    pub output: Format,
    /// Which colours are used.
    pub theme: Theme,
    /// How lines are edited.
    pub edit: Edit,
    /// Whether earlier lines are hinted at while one types.
    pub hints: bool,
    /// When the time of a line is told.
    pub timing: Timing,
    /// When long tables are shown in the pager.
    pub pager: Pager,
    /// How pictures are shown in the terminal.
    pub images: Images,
    /// Lines of history that are kept.
    pub history: usize,
    /// The script that runs before the first prompt; empty for none.
    pub startup: String,
    /// The program that opens pictures and tables; empty for that of the system.
    pub viewer: String,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            rows: 20,
            width: None,
            output: Format::Table,
            theme: Theme::default(),
            edit: Edit::default(),
            hints: true,
            timing: Timing::default(),
            pager: Pager::default(),
            images: Images::default(),
            history: 10_000,
            startup: String::new(),
            viewer: String::new(),
        }
    }
}

/// What a setting may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// A whole number from the first to the second; `auto` as well where the flag says so.
    Count(usize, usize, bool),
    /// One of these words, each with what it means.
    Choice(&'static [(&'static str, &'static str)]),
    /// A file.
    File,
    /// A program with what it is told besides the file.
    Program,
}

/// A setting, as help and completion know it.
#[derive(Debug)]
pub struct Setting {
    /// Its name, at the prompt and in the file.
    pub name: &'static str,
    /// What it is.
    pub about: &'static str,
    /// What it may be.
    pub takes: Takes,
    /// Whether it is looked at when the program starts, so that a change at the prompt comes too late.
    pub at_start: bool,
}

const SWITCH: &[(&str, &str)] = &[("on", ""), ("off", "")];

const OUTPUTS: &[(&str, &str)] = &[
    ("table", "For people"),
    ("json", "An array of objects for a frame; full precision"),
    ("csv", "With a header, full precision"),
    ("markdown", "A Markdown table"),
];

const THEMES: &[(&str, &str)] = &[
    ("auto", "As the terminal says of itself, otherwise readable on dark and on light"),
    ("dark", "For a dark ground"),
    ("light", "For a light ground"),
    ("none", "No colours"),
];

const TIMINGS: &[(&str, &str)] =
    &[("slow", "When it took longer than a second"), ("always", "For every line"), ("never", "Only with `:time`")];

const PAGERS: &[(&str, &str)] =
    &[("asked", "Only when asked for"), ("long", "Whenever a table has more rows or columns than fit")];

const IMAGES: &[(&str, &str)] = &[
    ("auto", "As the terminal says that it can"),
    ("kitty", "The protocol of kitty"),
    ("iterm", "The protocol of iTerm2, which WezTerm and others know too"),
    ("sixel", "Sixels"),
    ("blocks", "Half blocks"),
    ("none", "Their description only"),
];

const EDITS: &[(&str, &str)] = &[("emacs", "Keys as in most shells"), ("vi", "Two modes; `:help` tells the keys")];

const fn setting(name: &'static str, takes: Takes, about: &'static str) -> Setting {
    Setting { name, about, takes, at_start: false }
}

const fn of_start(name: &'static str, takes: Takes, about: &'static str) -> Setting {
    Setting { name, about, takes, at_start: true }
}

/// Every setting, in the order in which they are listed.
pub const SETTINGS: [Setting; 12] = [
    setting("rows", Takes::Count(1, 100_000, false), "Rows of a table that are shown"),
    setting(
        "width",
        Takes::Count(20, 10_000, true),
        "Columns that a table may take; `auto` is as wide as the terminal",
    ),
    setting("output", Takes::Choice(OUTPUTS), "What answers are shown as"),
    setting("theme", Takes::Choice(THEMES), "Colours for the ground of the terminal"),
    setting("edit", Takes::Choice(EDITS), "Keys with which lines are edited"),
    setting("hints", Takes::Choice(SWITCH), "Whether an earlier line is shown in grey behind what is typed"),
    setting("timing", Takes::Choice(TIMINGS), "When the time that a line took is told"),
    setting("pager", Takes::Choice(PAGERS), "When a table is shown in the pager"),
    setting("images", Takes::Choice(IMAGES), "How pictures are shown in the terminal"),
    setting("viewer", Takes::Program, "What `:open` calls; where it is empty, what the system opens such files with"),
    of_start("history", Takes::Count(100, 1_000_000, false), "Lines of history that are kept"),
    of_start("startup", Takes::File, "A script that runs before the first prompt"),
];

impl Setting {
    /// The setting of that name.
    pub fn find(name: &str) -> Result<&'static Setting> {
        SETTINGS.iter().find(|setting| setting.name == name).ok_or_else(|| {
            Failure::new(format!("there is no setting `{name}`")).near(name, SETTINGS.iter().map(|one| one.name))
        })
    }

    /// What it may be, in words.
    pub fn may_be(&self) -> String {
        match self.takes {
            Takes::Count(least, most, auto) => {
                format!("{}{least} to {most}", if auto { "`auto`, " } else { "" })
            }
            Takes::Choice(words) => words.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", "),
            Takes::File => "a file".to_owned(),
            Takes::Program => "a program".to_owned(),
        }
    }

    fn refused(&self, given: &str) -> Failure {
        let failure = Failure::new(format!("`{}` cannot be `{given}`", self.name));
        match self.takes {
            Takes::Choice(words) => failure.near(given, words.iter().map(|(word, _)| *word)),
            _ => failure.help(format!("it is {}", self.may_be())),
        }
    }

    fn count(&self, given: &str) -> Result<Option<usize>> {
        let Takes::Count(least, most, auto) = self.takes else { return Err(self.refused(given)) };
        if auto && given == "auto" {
            return Ok(None);
        }
        let number = given.replace('_', "").parse().ok().filter(|number| (least..=most).contains(number));
        number.map(Some).ok_or_else(|| self.refused(given))
    }
}

impl Settings {
    /// The value of a setting, as it is written.
    pub fn get(&self, setting: &Setting) -> String {
        let word = match setting.name {
            "rows" => return self.rows.to_string(),
            "width" => return self.width.map_or("auto".to_owned(), |width| width.to_string()),
            "history" => return self.history.to_string(),
            "startup" => return self.startup.clone(),
            "viewer" => return self.viewer.clone(),
            "output" => match self.output {
                Format::Table => "table",
                Format::Json => "json",
                Format::Csv => "csv",
                Format::Markdown => "markdown",
            },
            "theme" => match self.theme {
                Theme::Auto => "auto",
                Theme::Dark => "dark",
                Theme::Light => "light",
                Theme::None => "none",
            },
            "edit" => match self.edit {
                Edit::Emacs => "emacs",
                Edit::Vi => "vi",
            },
            "hints" => match self.hints {
                true => "on",
                false => "off",
            },
            "timing" => match self.timing {
                Timing::Slow => "slow",
                Timing::Always => "always",
                Timing::Never => "never",
            },
            "pager" => match self.pager {
                Pager::Asked => "asked",
                Pager::Long => "long",
            },
            _ => self.images.word(),
        };
        word.to_owned()
    }

    /// Sets one by its name. What it cannot be is refused with what it may be.
    pub fn set(&mut self, name: &str, value: &str) -> Result<&'static Setting> {
        let setting = Setting::find(name)?;
        let refused = || setting.refused(value);
        match setting.name {
            "rows" => self.rows = setting.count(value)?.unwrap_or(self.rows),
            "width" => self.width = setting.count(value)?,
            "history" => self.history = setting.count(value)?.unwrap_or(self.history),
            "startup" => self.startup = value.to_owned(),
            "viewer" => self.viewer = value.to_owned(),
            "output" => {
                self.output = match value {
                    "table" => Format::Table,
                    "json" => Format::Json,
                    "csv" => Format::Csv,
                    "markdown" => Format::Markdown,
                    _ => return Err(refused()),
                }
            }
            "theme" => {
                self.theme = match value {
                    "auto" => Theme::Auto,
                    "dark" => Theme::Dark,
                    "light" => Theme::Light,
                    "none" => Theme::None,
                    _ => return Err(refused()),
                }
            }
            "edit" => {
                self.edit = match value {
                    "emacs" => Edit::Emacs,
                    "vi" => Edit::Vi,
                    _ => return Err(refused()),
                }
            }
            "hints" => {
                self.hints = match value {
                    "on" | "true" => true,
                    "off" | "false" => false,
                    _ => return Err(refused()),
                }
            }
            "timing" => {
                self.timing = match value {
                    "slow" => Timing::Slow,
                    "always" => Timing::Always,
                    "never" => Timing::Never,
                    _ => return Err(refused()),
                }
            }
            "pager" => {
                self.pager = match value {
                    "asked" => Pager::Asked,
                    "long" => Pager::Long,
                    _ => return Err(refused()),
                }
            }
            _ => {
                self.images = Images::parse(value).map_err(|_| refused())?;
            }
        }
        Ok(setting)
    }
}

/// The ground of the terminal: as the theme says, or as the terminal says of itself in `COLORFGBG`, such as `15;0`.
pub(super) fn shade(theme: Theme, told: Option<&str>) -> Shade {
    match theme {
        Theme::Dark => Shade::Dark,
        Theme::Light => Shade::Light,
        Theme::None => Shade::Either,
        Theme::Auto => match told.and_then(|told| told.rsplit(';').next()?.parse().ok()) {
            Some(0..=6 | 8) => Shade::Dark,
            Some(7 | 15) => Shade::Light,
            _ => Shade::Either,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_set_is_what_is_told() -> Result<()> {
        let mut settings = Settings::default();
        for setting in &SETTINGS {
            let values: Vec<String> = match setting.takes {
                Takes::Choice(words) => words.iter().map(|(word, _)| (*word).to_owned()).collect(),
                Takes::Count(least, most, auto) => {
                    let auto = auto.then(|| "auto".to_owned());
                    [least.to_string(), most.to_string()].into_iter().chain(auto).collect()
                }
                Takes::File | Takes::Program => vec!["start.rhai".to_owned()],
            };
            for value in values {
                settings.set(setting.name, &value)?;
                assert_eq!(settings.get(setting), value, "{}", setting.name);
            }
        }
        Ok(())
    }

    #[test]
    fn what_cannot_be_is_refused_with_what_can() {
        let mut settings = Settings::default();
        let mut told = |name: &str, value: &str| {
            settings.set(name, value).err().map(|failure| (failure.message, failure.help.concat()))
        };
        let pair = |message: &str, help: &str| Some((message.to_owned(), help.to_owned()));
        assert_eq!(told("row", "5"), pair("there is no setting `row`", "did you mean `rows`?"));
        assert_eq!(told("rows", "0"), pair("`rows` cannot be `0`", "it is 1 to 100000"));
        assert_eq!(told("width", "9"), pair("`width` cannot be `9`", "it is `auto`, 20 to 10000"));
        assert_eq!(told("theme", "drak"), pair("`theme` cannot be `drak`", "did you mean `dark`?"));
        assert_eq!(settings, Settings::default());
    }

    #[test]
    fn a_terminal_tells_its_ground() {
        assert_eq!(shade(Theme::Auto, Some("15;0")), Shade::Dark);
        assert_eq!(shade(Theme::Auto, Some("0;default;15")), Shade::Light);
        assert_eq!(shade(Theme::Auto, None), Shade::Either);
        assert_eq!(shade(Theme::Light, Some("15;0")), Shade::Light);
    }
}

//! `:set`: what can be set, shown and changed; and the configuration file that sets it at every start.

use std::path::Path;

use regulars_plugin::{Failure, Result};

use crate::console::{SETTINGS, Setting, Settings, Takes};
use crate::show::{self, Page, Role};

/// Every setting with its value, what it may be, and the file that sets it at every start.
pub fn settings(settings: &Settings, file: Option<&Path>, width: usize) -> Page {
    let lines: Vec<(String, String)> = SETTINGS.iter().map(|setting| line(setting, settings)).collect();
    let mut page = Page::new();
    page.append(show::found(&lines, width)).line();
    let told = match file {
        Some(file) => format!(
            "`:set rows 50` sets one for this session; for every start write `rows = 50` into `{}`",
            file.display()
        ),
        None => "`:set rows 50` sets one; no configuration file is read".to_owned(),
    };
    page.append(show::prose(&told, width, 0));
    page
}

fn line(setting: &Setting, settings: &Settings) -> (String, String) {
    let value = settings.get(setting);
    let value = if value.is_empty() { "none".to_owned() } else { value };
    (format!("{} = {value}", setting.name), format!("{} ({})", setting.about, setting.may_be()))
}

/// The settings as a configuration file: every key with its meaning, those that are as they are anyway behind a `#`.
pub fn as_file(settings: &Settings) -> String {
    let plain = Settings::default();
    let mut text =
        "# Settings of the prompt of Regulars; `regulars config` tells where this file belongs.\n".to_owned();
    for setting in &SETTINGS {
        let value = settings.get(setting);
        let value = match setting.takes {
            Takes::Count(..) if value.parse::<usize>().is_ok() => value,
            _ => toml_string(&value),
        };
        let mark = if settings.get(setting) == plain.get(setting) { "# " } else { "" };
        text.push_str(&format!("\n# {}: {}.\n{mark}{} = {value}\n", setting.about, setting.may_be(), setting.name));
    }
    text
}

fn toml_string(value: &str) -> String {
    format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
}

/// What a `:set` asks for.
pub(super) enum Asked<'a> {
    All,
    One(&'static Setting),
    Change(&'a str, &'a str),
}

/// Reads what stands behind `:set`: nothing, a name, or a name and a value, with `=` between them or a blank.
pub(super) fn read(rest: &str) -> Result<Asked<'_>> {
    let (name, value) = rest.split_once(|sign: char| sign == '=' || sign.is_whitespace()).unwrap_or((rest, ""));
    let value = value.trim().trim_start_matches('=').trim().trim_matches('"');
    match (name.trim(), value) {
        ("", _) => Ok(Asked::All),
        (name, "") if rest.trim() == name => Setting::find(name).map(Asked::One),
        (name, value) => Ok(Asked::Change(name, value)),
    }
}

/// One setting with all that it may be.
pub(super) fn one(setting: &Setting, settings: &Settings, width: usize) -> Page {
    let mut page = Page::new();
    page.append(show::found(&[line(setting, settings)], width));
    if let Takes::Choice(words) = setting.takes
        && words.iter().any(|(_, about)| !about.is_empty())
    {
        let lines: Vec<(String, String)> =
            words.iter().map(|(word, about)| ((*word).to_owned(), (*about).to_owned())).collect();
        page.append(show::found(&lines, width));
    }
    if setting.at_start {
        page.role(Role::Note, "  it is looked at when the program starts").line();
    }
    page
}

/// Changes a setting.
pub(super) fn change(settings: &mut Settings, name: &str, value: &str) -> Result<()> {
    let setting = settings.set(name, value).map_err(|failure| match failure.help.is_empty() {
        true => failure.help("`:set` lists what can be set"),
        false => failure,
    })?;
    match setting.at_start {
        true => Err(Failure::new(format!("`{name}` is looked at when the program starts: it is too late for it"))
            .help(format!("write `{name} = …` into the configuration file; `:set` tells where it is"))),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_and_a_value_are_told_apart() {
        let told = |rest: &'static str| match read(rest) {
            Ok(Asked::All) => "all".to_owned(),
            Ok(Asked::One(setting)) => setting.name.to_owned(),
            Ok(Asked::Change(name, value)) => format!("{name}: {value}"),
            Err(failure) => failure.message,
        };
        assert_eq!(told(""), "all");
        assert_eq!(told("rows"), "rows");
        assert_eq!(told("rows 5"), "rows: 5");
        assert_eq!(told("rows=5"), "rows: 5");
        assert_eq!(told("rows = 5"), "rows: 5");
        assert_eq!(told("theme \"dark\""), "theme: dark");
        assert_eq!(told("viewer \"\""), "viewer: ");
        assert_eq!(told("rwos"), "there is no setting `rwos`");
    }
}

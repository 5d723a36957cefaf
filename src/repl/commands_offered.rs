//! What can be typed behind a colon: commands, their files, what can be set.

use super::command::COMMANDS;
use crate::assist::{Offer, paths};
use crate::console::{SETTINGS, Setting, Takes};

/// What can stand behind the colon of a line, and how much of it is typed already; none where it is code.
pub(super) fn offered(line: &str) -> Option<(&str, Vec<Offer>)> {
    let command = line.strip_prefix(':')?;
    let Some((word, rest)) = command.split_once(' ') else {
        let all = COMMANDS.iter().map(|command| Offer::new(command.usage, command.text(), command.about));
        return Some((line, all.collect()));
    };
    let rest = rest.trim_start();
    match word {
        "save" | "load" | "report" | "edit" | "e" => Some((rest, paths(rest, ""))),
        "sh" => {
            let last = rest.rsplit(' ').next().unwrap_or_default();
            Some((last, paths(last, "")))
        }
        "set" => match rest.split_once(|sign: char| sign == '=' || sign.is_whitespace()) {
            None => Some((rest, SETTINGS.iter().map(name).collect())),
            Some((name, value)) => {
                let value = value.trim_start_matches([' ', '=', '"']);
                Some((value, Setting::find(name).map(values).unwrap_or_default()))
            }
        },
        // Code, as on any other line.
        "time" | "explain" => None,
        _ => Some(("", Vec::new())),
    }
}

fn name(setting: &Setting) -> Offer {
    Offer::new(setting.name, format!("{} ", setting.name), &format!("{} ({})", setting.about, setting.may_be()))
}

fn values(setting: &Setting) -> Vec<Offer> {
    match setting.takes {
        Takes::Choice(words) => words.iter().map(|(word, about)| Offer::new(word, (*word).to_owned(), about)).collect(),
        Takes::Count(_, _, true) => vec![Offer::new("auto", "auto".to_owned(), "")],
        _ => Vec::new(),
    }
}

//! What stands behind the script: its parameters, and options of the program itself.

use clap::{ArgAction, CommandFactory};
use regulars_plugin::{Failure, Result};

use super::arguments::Arguments;
use super::usage;
use crate::script::{Param, ParamKind, Params};

/// The words behind the script, told apart.
pub(super) struct Given {
    /// Parameters of the script.
    pub(super) params: Params,
    /// Options of the program, as they were written.
    pub(super) own: Vec<String>,
}

/// An option that may stand before the command and behind the script.
struct Own {
    long: String,
    short: Option<char>,
    takes_value: bool,
}

/// Reads `--name value` and `--name=value`. A parameter that the script declares goes before an option of that name.
pub(super) fn given(command: &str, script: &str, declared: &[Param], rest: &[String]) -> Result<Given> {
    let options = own_options(command);
    let mut given = Given { params: Params::new(), own: Vec::new() };
    let mut words = rest.iter();
    while let Some(word) = words.next() {
        let (name, value) = match word.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (word.as_str(), None),
        };
        let param = name
            .strip_prefix("--")
            .map(|name| name.replace('-', "_"))
            .and_then(|name| declared.iter().find(|param| param.name == name));
        if let Some(param) = param {
            let is_flag = param.kind == Some(ParamKind::Flag);
            let value = match value {
                Some(value) => value,
                // A flag may stand alone.
                None if is_flag && words.as_slice().first().is_none_or(|next| next.starts_with('-')) => {
                    "true".to_owned()
                }
                None => words.next().cloned().ok_or_else(|| no_value(name, param))?,
            };
            param.check(&value)?;
            given.params.insert(param.name.clone(), value);
        } else if let Some(option) = options.iter().find(|option| option.is(name)) {
            given.own.push(word.clone());
            if option.takes_value && value.is_none() {
                given.own.extend(words.next().cloned());
            }
        } else {
            return Err(unknown(command, script, declared, &options, name));
        }
    }
    Ok(given)
}

fn no_value(name: &str, param: &Param) -> Failure {
    let failure = usage(format!("`{name}` has no value"));
    let example = if param.default.is_empty() { "value" } else { &param.default };
    failure.help(format!("write it as in `{name} {example}`"))
}

fn unknown(command: &str, script: &str, declared: &[Param], options: &[Own], word: &str) -> Failure {
    let advice = format!("`regulars {command} {script} --help` lists the parameters");
    let Some(name) = word.strip_prefix("--") else {
        return usage(format!("`{word}` stands behind the script, but is no `--name value`")).help(advice);
    };
    let failure = usage(format!("{script} has no parameter `{name}`"));
    let known = declared.iter().map(|param| param.name.as_str()).chain(options.iter().map(|one| one.long.as_str()));
    match regulars_plugin::nearest(&name.replace('-', "_"), known) {
        Some(near) => failure.help(format!("did you mean `--{near}`?")),
        None if declared.is_empty() => {
            failure.help("it declares none; `param(\"name\", default, \"what it is\")` would")
        }
        None => failure.near(name, declared.iter().map(|param| param.name.as_str())).help(advice),
    }
}

impl Own {
    fn is(&self, word: &str) -> bool {
        word.strip_prefix("--") == Some(&self.long)
            || self.short.is_some_and(|short| word.strip_prefix('-') == Some(short.to_string().as_str()))
    }
}

/// The options that are declared as global, and those of one command.
fn own_options(own: &str) -> Vec<Own> {
    let command = Arguments::command();
    let globals = command.get_arguments().filter(|argument| argument.is_global_set());
    let of_command = command.find_subcommand(own).into_iter().flat_map(|run| run.get_arguments());
    globals
        .chain(of_command)
        .filter_map(|argument| {
            let takes_value = !matches!(argument.get_action(), ArgAction::SetTrue);
            argument.get_long().map(|long| Own { long: long.to_owned(), short: argument.get_short(), takes_value })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    fn param(name: &str, default: &str) -> Param {
        let kind = if default == "false" { ParamKind::Flag } else { ParamKind::Integer };
        Param { name: name.to_owned(), default: default.to_owned(), kind: Some(kind), ..Param::default() }
    }

    #[test]
    fn parameters_and_options_are_told_apart() -> Result<()> {
        let declared = [param("bins", "5"), param("deep", "false"), param("rows", "3")];
        let given = given("run", "x.rhai", &declared, &words("--bins=4 --output json --deep -q --rows 7 --no-color"))?;
        assert_eq!(given.own, ["--output", "json", "-q", "--no-color"]);
        let params: Vec<(&str, &str)> =
            given.params.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(params, [("bins", "4"), ("deep", "true"), ("rows", "7")]);
        Ok(())
    }

    #[test]
    fn unknown_ones_are_refused_with_the_near_name() {
        let help = |line: &str| {
            given("run", "x.rhai", &[param("bins", "5")], &words(line)).err().map(|one| one.help[0].clone())
        };
        assert_eq!(help("--bin 4").as_deref(), Some("did you mean `--bins`?"));
        assert_eq!(help("--ouput json").as_deref(), Some("did you mean `--output`?"));
        assert_eq!(help("--bins").as_deref(), Some("write it as in `--bins 5`"));
    }
}

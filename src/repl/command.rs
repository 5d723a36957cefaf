//! Commands of the prompt, behind a colon: what is no part of the language.

use regulars_plugin::{Failure, Result, nearest};

/// A command, as help and completion know it.
pub(super) struct About {
    pub(super) name: &'static str,
    /// The command with what it takes: `:save FILE`.
    pub(super) usage: &'static str,
    pub(super) about: &'static str,
}

impl About {
    /// What completion puts into the line.
    pub(super) fn text(&self) -> String {
        let takes = if self.usage.contains(' ') { " " } else { "" };
        format!(":{}{takes}", self.name)
    }
}

const fn about(name: &'static str, usage: &'static str, about: &'static str) -> About {
    About { name, usage, about }
}

/// Every command.
pub(super) const COMMANDS: [About; 16] = [
    about("help", ":help", "The commands and keys of the prompt"),
    about("vars", ":vars", "The variables, each with what it holds and the memory that it takes"),
    about("dictionary", ":dictionary", "What every column of the frames among the variables is, means and comes from"),
    about("time", ":time LINE", "Runs a line and tells how long it took"),
    about("explain", ":explain LINE", "Tells what the frame of a line would do when it is run"),
    about("edit", ":edit [FILE]", "Opens the last cell, or a script, in your editor; what is saved there runs"),
    about("save", ":save FILE", "Writes the cells that worked as a script"),
    about(
        "report",
        ":report FILE",
        "Writes the cells that worked and what they answered as Markdown, pictures beside it",
    ),
    about("load", ":load FILE", "Runs a script here and keeps its variables"),
    about("open", ":open [NUMBER]", "Opens the last picture or table, or that of a cell, in the program for it"),
    about("set", ":set [NAME] [VALUE]", "What can be set, and how it is set; or sets it"),
    about("plugins", ":plugins", "The plugins that are loaded, and their functions"),
    about("sh", ":sh [COMMAND]", "Runs a command of the shell; alone it opens the shell"),
    about("resume", ":resume [SESSION]", "Runs the cells again of a session that was cut off, or of an earlier one"),
    about("sessions", ":sessions", "The last sessions, each with how it began"),
    about("quit", ":quit", "Leaves, as Ctrl-D does"),
];

/// A command that was typed.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Command<'a> {
    Help,
    Vars,
    Dictionary,
    Time(&'a str),
    Explain(&'a str),
    Edit(Option<&'a str>),
    Save(&'a str),
    Report(&'a str),
    Load(&'a str),
    Open(Option<usize>),
    Set(&'a str),
    Plugins,
    Shell(&'a str),
    Resume(Option<i64>),
    Sessions,
    Quit,
}

/// Reads a line that begins with a colon.
pub(super) fn read(line: &str) -> Result<Command<'_>> {
    let command = line.trim_start_matches(':');
    let (name, rest) = command.split_once(char::is_whitespace).unwrap_or((command, ""));
    let rest = rest.trim();
    let named = rest.trim_matches('"');
    let file = |example: &str| match named.is_empty() {
        true => Err(Failure::new(format!("`:{name}` needs a file")).help(format!("`:{name} {example}`"))),
        false => Ok(named),
    };
    let code = |example: &str| match rest.is_empty() {
        true => Err(Failure::new(format!("`:{name}` needs a line to run")).help(format!("`:{name} {example}`"))),
        false => Ok(rest),
    };
    let number = |wanted: &str| match rest.is_empty() {
        true => Ok(None),
        false => rest.parse::<i64>().map(Some).map_err(|_| {
            Failure::new(format!("`{rest}` is no number")).help(format!("`:{name}` takes {wanted}, or nothing"))
        }),
    };
    Ok(match name {
        "help" | "h" | "?" => Command::Help,
        "vars" | "who" => Command::Vars,
        "dictionary" => Command::Dictionary,
        "time" => Command::Time(code("sample(\"cdnow\").rfm()")?),
        "explain" => Command::Explain(code("tx.filter(col(\"amount\") > 100)")?),
        "edit" | "e" => Command::Edit((!named.is_empty()).then_some(named)),
        "save" => Command::Save(file("morning.rhai")?),
        "report" => Command::Report(file("morning.md")?),
        "load" => Command::Load(file("morning.rhai")?),
        "open" => {
            let number = number("the number of a cell")?;
            let place = number.map(usize::try_from).transpose();
            Command::Open(place.map_err(|_| Failure::new("cells are numbered from 1"))?)
        }
        "set" => Command::Set(rest),
        "plugins" => Command::Plugins,
        "sh" | "!" => Command::Shell(rest),
        "resume" => Command::Resume(number("the number of a session, as `:sessions` lists them")?),
        "sessions" => Command::Sessions,
        "quit" | "q" | "exit" => Command::Quit,
        other => {
            let failure = Failure::new(format!("there is no command `:{other}`"));
            return Err(match nearest(other, COMMANDS.iter().map(|command| command.name)) {
                Some(near) => failure.help(format!("did you mean `:{near}`?")),
                None => failure.help("`:help` lists the commands"),
            });
        }
    })
}

/// Whether what stands behind a command is code, which Enter may leave open.
pub(super) fn takes_code(line: &str) -> bool {
    matches!(line.split_whitespace().next(), Some(":time" | ":explain"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_read() {
        assert_eq!(read(":time  tx.rfm()").ok(), Some(Command::Time("tx.rfm()")));
        assert_eq!(read(":save \"a b.rhai\"").ok(), Some(Command::Save("a b.rhai")));
        assert_eq!(read(":open").ok(), Some(Command::Open(None)));
        assert_eq!(read(":open 3").ok(), Some(Command::Open(Some(3))));
        assert_eq!(read(":set rows = 5").ok(), Some(Command::Set("rows = 5")));
        assert_eq!(read(":q").ok(), Some(Command::Quit));
        assert_eq!(read(":vras").map_err(|failure| failure.help).err(), Some(vec!["did you mean `:vars`?".to_owned()]));
        for wrong in [":save", ":time", ":open x", ":open -1", ":resume yesterday"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn every_command_that_is_listed_is_known() {
        for command in &COMMANDS {
            let told = read(command.usage);
            let unknown = told.is_err_and(|failure| failure.message.starts_with("there is no command"));
            assert!(!unknown && command.usage.starts_with(&format!(":{}", command.name)), "{}", command.usage);
        }
    }
}

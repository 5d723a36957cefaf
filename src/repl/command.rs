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

/// Every command.
pub(super) const COMMANDS: [About; 6] = [
    About { name: "help", usage: ":help", about: "The commands and keys of the prompt" },
    About { name: "vars", usage: ":vars", about: "The variables, each with what it holds" },
    About { name: "time", usage: ":time LINE", about: "Runs a line and tells how long it took" },
    About { name: "save", usage: ":save FILE", about: "Writes the lines that worked as a script" },
    About { name: "load", usage: ":load FILE", about: "Runs a script here and keeps its variables" },
    About { name: "quit", usage: ":quit", about: "Leaves, as Ctrl-D does" },
];

/// A command that was typed.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Command<'a> {
    Help,
    Vars,
    Time(&'a str),
    Save(&'a str),
    Load(&'a str),
    Quit,
}

/// Reads a line that begins with a colon.
pub(super) fn read(line: &str) -> Result<Command<'_>> {
    let command = line.trim_start_matches(':');
    let (name, rest) = command.split_once(char::is_whitespace).unwrap_or((command, ""));
    let rest = rest.trim();
    let file = || {
        let file = rest.trim_matches('"');
        if file.is_empty() {
            return Err(Failure::new(format!("`:{name}` needs a file")).help(format!("`:{name} morning.rhai`")));
        }
        Ok(file)
    };
    Ok(match name {
        "help" | "h" | "?" => Command::Help,
        "vars" | "who" => Command::Vars,
        "time" if rest.is_empty() => {
            return Err(Failure::new("`:time` needs a line to run").help("`:time sample(\"cdnow\").rfm()`"));
        }
        "time" => Command::Time(rest),
        "save" => Command::Save(file()?),
        "load" => Command::Load(file()?),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_read() {
        assert_eq!(read(":time  tx.rfm()").ok(), Some(Command::Time("tx.rfm()")));
        assert_eq!(read(":save \"a b.rhai\"").ok(), Some(Command::Save("a b.rhai")));
        assert_eq!(read(":q").ok(), Some(Command::Quit));
        assert_eq!(read(":vras").map_err(|failure| failure.help).err(), Some(vec!["did you mean `:vars`?".to_owned()]));
        assert!(read(":save").is_err());
    }
}

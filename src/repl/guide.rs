//! Help at the prompt and on the command line.

use super::command::COMMANDS;
use super::past::{Earlier, Fate, Line};
use crate::assist::{self, count};
use crate::catalogue::Catalogue;
use crate::show::{self, Page, Role};

/// What stands above the first prompt.
pub fn welcome(width: usize) -> Page {
    let mut page = Page::new();
    page.role(Role::Heading, "Regulars").text(&format!(" {}", env!("CARGO_PKG_VERSION"))).line();
    let words = "`help` · `help rfm` · Tab completes · Ctrl-C stops the work · Ctrl-D leaves";
    page.append(show::prose(words, width, 0));
    page.append(show::prose("try `sample(\"cdnow\").rfm()`", width, 0));
    page
}

/// A cell that runs without having been typed, as it would stand at the prompt.
pub(super) fn echo(number: usize, source: &str) -> Page {
    let mut page = Page::new();
    let mark = format!("{number}{}", super::line::MARK);
    let more = format!("{} · ", " ".repeat(number.to_string().len()));
    for (place, line) in source.lines().enumerate() {
        page.role(Role::Note, if place == 0 { &mark } else { &more }).role(Role::Code, line).line();
    }
    page
}

/// Lines of an earlier session that are shown before it is asked whether they run again.
const SHOWN: usize = 20;

/// What a session was: its cells that worked, how many failed, and the line that was not done when it was cut off.
pub(super) fn earlier(session: &Earlier, here: Option<&str>, width: usize) -> Page {
    let mut page = Page::new();
    let worked: Vec<&Line> = session.worked().collect();
    page.role(Role::Heading, &format!("session {}", session.number)).text(&format!(" of {}", session.when())).line();
    for line in worked.iter().take(SHOWN) {
        let first = line.text.lines().next().unwrap_or_default();
        let more = if line.text.lines().count() > 1 { " …" } else { "" };
        page.space(2).role(Role::Code, &show::cut(&format!("{first}{more}"), width.saturating_sub(2))).line();
    }
    if worked.len() > SHOWN {
        page.role(Role::Missing, &format!("  … {} more", worked.len() - SHOWN)).line();
    }
    let has_failed = |line: &&Line| matches!(line.fate, Some(Fate::Failed | Fate::Interrupted));
    let failed = session.lines.iter().filter(has_failed).count();
    if failed > 0 {
        page.role(Role::Note, &format!("{} that failed left out", count(failed, "cell"))).line();
    }
    if let Some(line) = session.lines.last().filter(|line| line.fate.is_none()) {
        let first = line.text.lines().next().unwrap_or_default();
        page.append(show::prose(&format!("left out as well: `{first}`, which did not come to its end"), width, 0));
    }
    let folder = worked.last().and_then(|line| line.folder.as_deref());
    if let Some(folder) = folder.filter(|folder| Some(*folder) != here) {
        page.append(show::prose(&format!("it ran in `{folder}`, not here: files may not be found"), width, 0));
    }
    page
}

/// The last sessions, newest first.
pub(super) fn sessions(all: &[Earlier], width: usize) -> Page {
    const MOST: usize = 15;
    let line = |session: &Earlier| {
        let first = session.worked().next().and_then(|line| line.text.lines().next()).unwrap_or_default();
        let told = format!("{} · {} · `{first}`", session.when(), count(session.worked().count(), "cell"));
        (session.number.to_string(), told)
    };
    let lines: Vec<(String, String)> = all.iter().rev().take(MOST).map(line).collect();
    let mut page = Page::new();
    match lines.is_empty() {
        true => page.role(Role::Note, "no earlier session is known").line(),
        false => page.append(show::found(&lines, width)),
    };
    page
}

/// Pages of help besides those of functions and words.
pub(super) const TOPICS: [(&str, &str); 1] = [("prompt", "Keys and commands of the prompt")];

/// The commands and keys of the prompt.
pub(super) fn keys(width: usize) -> Page {
    const KEYS: [(&str, &str); 12] = [
        ("Tab", "Offers what fits: functions, options, choices, columns, files; Shift-Tab goes back"),
        ("→ or End", "Takes the grey line from the history"),
        ("↑ ↓", "Earlier and later lines; those that begin as what is typed"),
        ("Ctrl-R", "Searches the lines of all sessions, those typed in this folder first; Enter takes the one found"),
        ("Alt-Enter", "A new line in a cell that could run already; open brackets begin one by themselves"),
        ("Ctrl-Z", "Takes the last change of the line back; Ctrl-G makes it again"),
        ("Ctrl-C", "Stops the work, or forgets the line; the variables stay"),
        ("Ctrl-L", "Clears the screen"),
        ("Ctrl-D", "Leaves"),
        ("_", "The last value; a `;` at the end of a line keeps it from being shown"),
        ("out(3)", "The answer of cell 3; `out(-1)` is the last one"),
        ("NAME?", "The same as `help NAME`"),
    ];
    let lines = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        pairs.iter().map(|(name, about)| ((*name).to_owned(), (*about).to_owned())).collect()
    };
    let mut page = Page::new();
    page.role(Role::Heading, "commands").line();
    let commands: Vec<(&str, &str)> = COMMANDS.iter().map(|command| (command.usage, command.about)).collect();
    page.append(show::found(&lines(&commands), width)).line();
    page.role(Role::Heading, "keys").line();
    page.append(show::found(&lines(&KEYS), width)).line();
    page.append(show::prose(
        "`:set edit vi` gives the keys of vi: the mark behind the number is `›` where one types, `:` where keys are commands, `v` \
         where they select. `:set` lists everything that can be set, and the file that sets it for every start.",
        width,
        0,
    ));
    page
}

/// The answer to a line that asks for help: `help`, `help rfm`, `help who leaves`, `rfm?`, `tx.rfm?`, `?rfm`.
pub(super) fn asked(catalogue: &Catalogue, line: &str, width: usize) -> Option<Page> {
    assist::asked(line).map(|words| help(catalogue, words, width).0)
}

/// Help on a name, on some words, on the prompt, or on everything; and whether anything was found.
pub fn help(catalogue: &Catalogue, words: &str, width: usize) -> (Page, bool) {
    let is_known = catalogue.get(words).is_some() || catalogue.verb(words).is_some();
    match words == "prompt" && !is_known {
        true => (keys(width), true),
        false => assist::help(catalogue, words, "`help prompt` tells its keys and commands", width),
    }
}

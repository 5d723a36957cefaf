//! Running scripts and pieces of code.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use regulars_plugin::{Failure, Result};

use super::arguments::{Arguments, Playing};
use super::check;
use super::given::{Given, given};
use super::{FAILED, INTERRUPTED, WRONG_USAGE, begin, matrix, params, report, usage};
use crate::console::Console;
use crate::files;
use crate::notebook::{Audience, Cell, CellKind, Document, Played, play};
use crate::script::{Param, Params, declared_params, is_plugin};
use crate::session::Session;
use crate::show::{self, Page, Role, Value};

/// `regulars -c CODE`
pub(super) fn code(arguments: &Arguments, console: &Arc<Console>, code: &str) -> Result<u8> {
    let mut session = begin(arguments, console, Params::new())?;
    Ok(document(&mut session, console, code, None, false))
}

/// `regulars run …`
pub(super) fn script(arguments: &Arguments, console: &Arc<Console>, words: &[String]) -> Result<u8> {
    match words {
        [word, ..] if word == "--help" || word == "-h" => {
            console.print_plain(&Arguments::help_of("run"));
            Ok(0)
        }
        [word, ..] if word.starts_with('-') && word != "-" => {
            let failure = usage(format!("there is no option `{word}`"));
            console.fail(&failure.help("`regulars run --help` lists the options"), None, None);
            Ok(WRONG_USAGE)
        }
        [script, rest @ ..] => file(arguments, console, script, rest),
        [] => Err(usage("no script was given").help("`regulars run FILE`")),
    }
}

/// `regulars run FILE --name value …`
pub(super) fn file(arguments: &Arguments, console: &Arc<Console>, file: &str, rest: &[String]) -> Result<u8> {
    let mut ready = match ready(arguments, console, "run", file, rest)? {
        Ok(ready) => ready,
        Err(code) => return Ok(code),
    };
    let again = ready.again.take();
    let arguments = again.as_ref().unwrap_or(arguments);
    let Playing { keep_going, each, .. } = arguments.playing();
    if !each.is_empty() {
        let stem = if file == "-" { "runs".into() } else { Path::new(file).with_extension("") };
        return report::many(arguments, ready, &stem.with_extension("html").display().to_string());
    }
    let Ready { name, text, params, console, .. } = ready;
    let mut session = begin(arguments, &console, params)?;
    Ok(document(&mut session, &console, &text, Some(&name), keep_going))
}

/// A script with everything that was said about it on the command line.
pub(super) struct Ready {
    pub(super) name: String,
    pub(super) text: String,
    pub(super) declared: Vec<Param>,
    pub(super) params: Params,
    /// The command line read once more, where options of ours stood behind the script.
    pub(super) again: Option<Arguments>,
    pub(super) console: Arc<Console>,
}

/// Reads a script and the words behind it, for the command `word`; or tells what is wrong or was asked, and answers with the
/// exit code.
pub(super) fn ready(
    arguments: &Arguments,
    console: &Arc<Console>,
    word: &str,
    file: &str,
    rest: &[String],
) -> Result<std::result::Result<Ready, u8>> {
    let (name, text) = read(file)?;
    if is_plugin(&text) {
        let failure = Failure::new(format!("`{name}` is a plugin: it declares functions, and a script calls them"))
            .help(format!("load it beside a script or the prompt: `regulars --plugin {name}`"))
            .help(format!("`regulars check {name}` tells what is wrong in it"));
        console.fail(&failure, None, None);
        return Ok(Err(FAILED));
    }
    let declared = match whole_params(&text) {
        Ok(declared) => declared,
        Err(failure) => {
            // The first mistake of grammar; the check knows the others.
            let session = begin(arguments, console, Params::new())?;
            if !check::told(&session, console, &text, Some(&name)) {
                console.fail(&failure, Some(&text), Some(&name));
            }
            return Ok(Err(FAILED));
        }
    };
    if rest.iter().any(|word| word == "--help" || word == "-h") {
        console.print(&params_page(word, &name, &declared, console.width()));
        return Ok(Err(0));
    }
    let Given { params, own } = match given(word, &name, &declared, rest) {
        Ok(given) => given,
        Err(failure) => {
            console.fail(&failure, None, None);
            return Ok(Err(WRONG_USAGE));
        }
    };
    let again = (!own.is_empty()).then(|| Arguments::with(&own, rest.len()));
    let console = match &again {
        Some(again) => Arc::new(console.with_manner(again.manner())),
        None => Arc::clone(console),
    };
    let playing = again.as_ref().unwrap_or(arguments).playing();
    if let Err(failure) = matrix::together(&playing.each, playing.into.as_deref()) {
        console.fail(&failure, None, None);
        return Ok(Err(WRONG_USAGE));
    }
    let from = playing.params.as_deref();
    let mut all = match from.map(|file| params::from_file(file, &name, &declared)).transpose() {
        Ok(all) => all.unwrap_or_default(),
        Err(failure) => {
            console.fail(&failure, None, None);
            return Ok(Err(WRONG_USAGE));
        }
    };
    all.extend(params);
    Ok(Ok(Ready { name, text, declared, params: all, again, console }))
}

pub(super) fn read(file: &str) -> Result<(String, String)> {
    if file != "-" {
        return Ok((file.to_owned(), files::read_text(file)?));
    }
    let mut text = String::new();
    std::io::stdin()
        .read_to_string(&mut text)
        .map_err(|error| Failure::new(format!("standard input cannot be read: {error}")))?;
    Ok(("standard input".to_owned(), text))
}

/// The parameters of all cells, and the first mistake in the writing of any. No plugin is needed to find them.
fn whole_params(text: &str) -> Result<Vec<Param>> {
    let mut params: Vec<Param> = Vec::new();
    for cell in Document::read(text).code() {
        for param in declared_params(&cell.placed())? {
            if !params.iter().any(|known| known.name == param.name) {
                params.push(param);
            }
        }
    }
    Ok(params)
}

fn params_page(word: &str, script: &str, declared: &[Param], width: usize) -> Page {
    let mut page = Page::new();
    page.role(Role::Heading, "usage").text("  ").role(Role::Code, &format!("regulars {word} {script}"));
    page.text(if declared.is_empty() { "" } else { " [--name value …]" }).line();
    let lines: Vec<(String, String)> =
        declared.iter().map(|param| (format!("--{}", param.name), meaning(param))).collect();
    page.append(show::found(&lines, width));
    page
}

/// What a parameter is, and what it may be: `groups in each score: a whole number from 2 to 10 (default: 5)`.
fn meaning(param: &Param) -> String {
    let kind = match (param.choices.is_empty(), param.kind) {
        (false, _) => format!("one of {}", param.choices.join(", ")),
        (true, Some(kind)) => format!("{} {}", kind.word(), param.range()).trim_end().to_owned(),
        (true, None) => String::new(),
    };
    let several = if param.is_list { "several with commas between, each " } else { "" };
    let parts = [param.meaning.clone(), format!("{several}{kind}")];
    let words: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    let default = if param.default.is_empty() { "none" } else { &param.default };
    format!("{} (default: {default})", words.join(": "))
}

/// Runs the cells of a script in order, showing what each answers; stops at the first failure unless it should go on.
/// Before it, everything that is certain to fail is told, and then nothing runs.
fn document(session: &mut Session, console: &Console, text: &str, name: Option<&str>, keep_going: bool) -> u8 {
    session.stands_at(name.map(Path::new));
    if check::told(session, console, text, name) {
        return FAILED;
    }
    session.one_script(text);
    let mut screen = Screen { console, text, name, last: Value::Nothing, code: 0, is_first: true, keep_going };
    play(&Document::read(text), session, None, keep_going, &mut screen);
    let Screen { last, code, .. } = screen;
    if code != 0 && !keep_going || console.is_closed() {
        return code;
    }
    // For programs only what is shown last is data.
    match if console.is_for_people() { Ok(()) } else { console.show_last(&last) } {
        Ok(()) => code,
        Err(failure) => failed(console, &failure, text, name),
    }
}

/// A terminal on which a script runs: every value is shown as soon as it is there.
struct Screen<'a> {
    console: &'a Console,
    text: &'a str,
    name: Option<&'a str>,
    last: Value,
    code: u8,
    is_first: bool,
    keep_going: bool,
}

impl Audience for Screen<'_> {
    fn begins(&mut self, cell: &Cell, number: usize, count: usize) {
        let console = self.console;
        if cell.kind == CellKind::Code {
            if console.is_for_people() {
                console.entitle(Some(cell.title.as_str()).filter(|title| !title.is_empty()));
            }
            console.part(cell.part(number, count));
            console.begin();
        }
    }

    fn ended(&mut self, played: Played) -> bool {
        let console = self.console;
        let is_first = std::mem::take(&mut self.is_first);
        let Some(outcome) = played.outcome else {
            console.entitle(None);
            if console.is_for_people() && played.cell.kind == CellKind::Prose {
                console.print_plain(if is_first { "" } else { "\n" });
                console.print(&show::prose(&played.cell.source, console.width(), 0));
                console.print_plain("\n");
            }
            return true;
        };
        console.end();
        console.part(None);
        let shown = outcome.answer.and_then(|value| {
            if matches!(value, Value::Nothing) {
                return Ok(());
            }
            if console.is_for_people() {
                return console.show(&value);
            }
            self.last = value;
            Ok(())
        });
        match shown {
            Ok(()) => {}
            Err(failure) if played.cell.continues && !failure.cancelled => {
                console.warn_of(&failure, Some(self.text), self.name);
            }
            Err(failure) => {
                self.code = failed(console, &failure, self.text, self.name);
                return self.keep_going && !console.is_closed();
            }
        }
        !console.is_closed()
    }
}

/// Tells a failure, and answers with the exit code for it.
fn failed(console: &Console, failure: &Failure, text: &str, name: Option<&str>) -> u8 {
    console.fail(failure, Some(text), name);
    match failure.cancelled {
        // The reader of our output left (`| head`): that is an end, not a failure.
        true if console.is_closed() => 0,
        true => INTERRUPTED,
        false => FAILED,
    }
}

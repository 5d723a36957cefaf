//! Running scripts and pieces of code.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use regulars_plugin::{Failure, Result};

use super::arguments::Arguments;
use super::check;
use super::given::{Given, given};
use super::{FAILED, INTERRUPTED, WRONG_USAGE, begin, usage};
use crate::console::Console;
use crate::files;
use crate::notebook::{CellKind, Document};
use crate::script::{Param, Params, declared_params, is_plugin};
use crate::session::Session;
use crate::show::{self, Page, Role, Value};

/// `regulars -c CODE`
pub(super) fn code(arguments: &Arguments, console: &Arc<Console>, code: &str) -> Result<u8> {
    let mut session = begin(arguments, console, Params::new())?;
    Ok(document(&mut session, console, code, None))
}

/// `regulars run …`
pub(super) fn script(arguments: &Arguments, console: &Arc<Console>, words: &[String]) -> Result<u8> {
    match words {
        [word, ..] if word == "--help" || word == "-h" => {
            console.print_plain(&Arguments::help_of_run());
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
    let (name, text) = read(file)?;
    if is_plugin(&text) {
        let failure = Failure::new(format!("`{name}` is a plugin: it declares functions, and a script calls them"))
            .help(format!("load it beside a script or the prompt: `regulars --plugin {name}`"))
            .help(format!("`regulars check {name}` tells what is wrong in it"));
        console.fail(&failure, None, None);
        return Ok(FAILED);
    }
    let declared = match whole_params(&text) {
        Ok(declared) => declared,
        Err(failure) => {
            // The first mistake of grammar; the check knows the others.
            let session = begin(arguments, console, Params::new())?;
            if !check::told(&session, console, &text, Some(&name)) {
                console.fail(&failure, Some(&text), Some(&name));
            }
            return Ok(FAILED);
        }
    };
    if rest.iter().any(|word| word == "--help" || word == "-h") {
        console.print(&params_page(&name, &declared, console.width()));
        return Ok(0);
    }
    let Given { params, own } = match given(&name, &declared, rest) {
        Ok(given) => given,
        Err(failure) => {
            console.fail(&failure, None, None);
            return Ok(WRONG_USAGE);
        }
    };
    if own.is_empty() {
        let mut session = begin(arguments, console, params)?;
        return Ok(document(&mut session, console, &text, Some(&name)));
    }
    let arguments = Arguments::with(&own, rest.len());
    let console = Arc::new(console.with_manner(arguments.manner()));
    let mut session = begin(&arguments, &console, params)?;
    Ok(document(&mut session, &console, &text, Some(&name)))
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
    for cell in Document::read(text).cells {
        if cell.kind == CellKind::Code {
            for param in declared_params(&cell.placed())? {
                if !params.iter().any(|known| known.name == param.name) {
                    params.push(param);
                }
            }
        }
    }
    Ok(params)
}

fn params_page(script: &str, declared: &[Param], width: usize) -> Page {
    let mut page = Page::new();
    page.role(Role::Heading, "usage").text("  ").role(Role::Code, &format!("regulars run {script}"));
    page.text(if declared.is_empty() { "" } else { " [--name value …]" }).line();
    let lines: Vec<(String, String)> = declared
        .iter()
        .map(|param| (format!("--{}", param.name), format!("{} (default: {})", param.meaning, param.default)))
        .collect();
    page.append(show::found(&lines, width));
    page
}

/// Runs the cells of a script in order, showing what each answers; stops at the first failure.
/// Before it, everything that is certain to fail is told, and then nothing runs.
fn document(session: &mut Session, console: &Console, text: &str, name: Option<&str>) -> u8 {
    session.stands_at(name.map(Path::new));
    if check::told(session, console, text, name) {
        return FAILED;
    }
    session.one_script(text);
    let mut last = Value::Nothing;
    for (index, cell) in Document::read(text).cells.into_iter().enumerate() {
        if cell.kind == CellKind::Prose {
            console.entitle(None);
            if console.is_for_people() {
                let gap = if index > 0 { "\n" } else { "" };
                console.print_plain(gap);
                console.print(&show::prose(&cell.source, console.width(), 0));
                console.print_plain("\n");
            }
            continue;
        }
        if console.is_for_people() {
            console.entitle(Some(cell.title.as_str()).filter(|title| !title.is_empty()));
        }
        console.begin();
        let outcome = session.run(&cell.placed());
        console.end();
        let shown = outcome.answer.and_then(|value| {
            if matches!(value, Value::Nothing) {
                return Ok(());
            }
            if console.is_for_people() {
                return console.show(&value);
            }
            last = value;
            Ok(())
        });
        if let Err(failure) = shown {
            return failed(console, &failure, text, name);
        }
        if console.is_closed() {
            return 0;
        }
    }
    // For programs only what is shown last is data.
    match if console.is_for_people() { Ok(()) } else { console.show_last(&last) } {
        Ok(()) => 0,
        Err(failure) => failed(console, &failure, text, name),
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

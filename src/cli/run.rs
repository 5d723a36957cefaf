//! Running scripts and pieces of code.

use std::io::Read;
use std::sync::Arc;

use regulars_plugin::{Failure, Result};

use super::arguments::Arguments;
use super::{FAILED, INTERRUPTED, WRONG_USAGE, begin, usage};
use crate::console::Console;
use crate::files;
use crate::notebook::{CellKind, Document};
use crate::script::{Param, Params};
use crate::session::Session;
use crate::show::{self, Page, Role, Value};

/// `regulars -c CODE`
pub(super) fn code(arguments: &Arguments, console: &Arc<Console>, code: &str) -> Result<u8> {
    let mut session = begin(arguments, console, Params::new())?;
    Ok(document(&mut session, console, code, None))
}

/// `regulars run FILE --name value …`
pub(super) fn file(arguments: &Arguments, console: &Arc<Console>, file: &str, rest: &[String]) -> Result<u8> {
    let (name, text) = read(file)?;
    let probe = begin(arguments, console, Params::new())?;
    let declared = match whole_params(&probe, &text) {
        Ok(declared) => declared,
        Err(failure) => {
            console.fail(&failure, Some(&text), Some(&name));
            return Ok(FAILED);
        }
    };
    drop(probe);
    if rest.iter().any(|word| word == "--help" || word == "-h") {
        console.print(&params_page(&name, &declared, console.width()));
        return Ok(0);
    }
    let params = match given(&name, &declared, rest) {
        Ok(params) => params,
        Err(failure) => {
            console.fail(&failure, None, None);
            return Ok(WRONG_USAGE);
        }
    };
    let mut session = begin(arguments, console, params)?;
    Ok(document(&mut session, console, &text, Some(&name)))
}

fn read(file: &str) -> Result<(String, String)> {
    if file != "-" {
        return Ok((file.to_owned(), files::read_text(file)?));
    }
    let mut text = String::new();
    std::io::stdin()
        .read_to_string(&mut text)
        .map_err(|error| Failure::new(format!("standard input cannot be read: {error}")))?;
    Ok(("standard input".to_owned(), text))
}

/// The parameters of all cells, and the first mistake in the writing of any.
fn whole_params(session: &Session, text: &str) -> Result<Vec<Param>> {
    let mut params = Vec::new();
    for cell in Document::read(text).cells {
        if cell.kind == CellKind::Code {
            params.extend(session.params(&cell.placed())?);
        }
    }
    Ok(params)
}

/// Reads `--name value` and `--name=value`.
fn given(script: &str, declared: &[Param], rest: &[String]) -> Result<Params> {
    let mut params = Params::new();
    let mut words = rest.iter();
    while let Some(word) = words.next() {
        let Some(name) = word.strip_prefix("--") else {
            return Err(usage(format!("`{word}` stands behind the script, but is no `--name value`"))
                .help(format!("`regulars run {script} --help` lists the parameters"))
                .help("options of `regulars` itself stand before `run`: `regulars --quiet run FILE`"));
        };
        let (name, value) = match name.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (name, None),
        };
        let name = name.replace('-', "_");
        let Some(param) = declared.iter().find(|param| param.name == name) else {
            let failure = usage(format!("{script} has no parameter `{name}`"));
            let failure = if declared.is_empty() {
                failure.help("it declares none; `param(\"name\", default, \"what it is\")` would")
            } else {
                failure.near(&name, declared.iter().map(|param| param.name.as_str()))
            };
            return Err(failure.help("options of `regulars` itself stand before `run`: `regulars --quiet run FILE`"));
        };
        let is_flag = param.default == "true" || param.default == "false";
        let value = match value {
            Some(value) => value,
            // A flag may stand alone.
            None if is_flag && words.as_slice().first().is_none_or(|next| next.starts_with("--")) => "true".to_owned(),
            None => words.next().cloned().ok_or_else(|| usage(format!("`--{name}` has no value")))?,
        };
        params.insert(name, value);
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
fn document(session: &mut Session, console: &Console, text: &str, name: Option<&str>) -> u8 {
    let document = Document::read(text);
    let mut last = Value::Nothing;
    let count = document.cells.len();
    for (index, cell) in document.cells.into_iter().enumerate() {
        if cell.kind == CellKind::Prose {
            if console.is_for_people() {
                console.print(&show::prose(&cell.source, console.width(), 0));
            }
            continue;
        }
        console.begin();
        let outcome = session.run(&cell.placed());
        console.end();
        let shown = outcome.answer.and_then(|value| {
            let is_last = index + 1 == count;
            if console.is_for_people() && !is_last && !matches!(value, Value::Nothing) {
                console.show(&value)?;
            }
            if !matches!(value, Value::Nothing) || is_last {
                last = value;
            }
            Ok(())
        });
        if let Err(failure) = shown {
            console.fail(&failure, Some(text), name);
            return if failure.cancelled { INTERRUPTED } else { FAILED };
        }
    }
    if let Err(failure) = console.show_last(&last) {
        console.fail(&failure, Some(text), name);
        return if failure.cancelled { INTERRUPTED } else { FAILED };
    }
    0
}

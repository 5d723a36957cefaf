//! `regulars check FILE…`: the mistakes of scripts, found without running them.

use std::path::Path;
use std::sync::Arc;

use regulars_plugin::{Failure, Result};
use serde_json::{Value, json};

use super::arguments::Arguments;
use super::{FAILED, begin, begin_with, plugins, run};
use crate::console::Console;
use crate::notebook::{Cell, Document};
use crate::script::{Finding, Params, ScriptPlugin, Severity, is_plugin};
use crate::session::{Loaded, Session};

/// `regulars check …`
pub(super) fn scripts(arguments: &Arguments, console: &Arc<Console>, scripts: &[String]) -> Result<u8> {
    let session = begin(arguments, console, Params::new())?;
    let mut entries: Vec<Value> = Vec::new();
    let (mut errors, mut warnings) = (0, 0);
    for script in scripts {
        let (name, text, findings) = match run::read(script) {
            Ok((name, text)) => {
                let findings = match is_plugin(&text) {
                    true => plugin(arguments, console, &name, &text)?,
                    false => {
                        session.stands_at(Some(Path::new(&name)));
                        findings(&session, &text, false)
                    }
                };
                (name, text, findings)
            }
            // The other scripts are looked at all the same.
            Err(failure) => (script.clone(), String::new(), vec![unreadable(failure)]),
        };
        for finding in &findings {
            match finding.severity {
                Severity::Error => errors += 1,
                Severity::Warning => warnings += 1,
            }
            if console.is_json() {
                entries.push(entry(&name, finding));
            } else {
                tell(console, finding, &text, Some(&name));
            }
        }
    }
    if console.is_json() {
        console.print_plain(&format!("{:#}", Value::Array(entries)));
    } else {
        console.note(&summary(scripts.len(), errors, warnings));
    }
    Ok(if errors > 0 { FAILED } else { 0 })
}

/// The mistakes of a plugin's file, found in a session that has loaded it, where it can be loaded.
fn plugin(arguments: &Arguments, console: &Arc<Console>, name: &str, text: &str) -> Result<Vec<Finding>> {
    let path = Path::new(name);
    let loaded = plugins::at_start(arguments, console, plugins::Asking::No)?;
    let own = ScriptPlugin::of(path, text).ok().filter(|own| !loaded.iter().any(|one| one.path() == own.path()));
    let with_own = loaded.iter().cloned().chain(own.map(Loaded::from)).collect();
    // Where a name is taken, the check says so with its place.
    let session =
        begin_with(with_own, console, Params::new()).or_else(|_| begin_with(loaded, console, Params::new()))?;
    Ok(session.check_plugin(path, text))
}

/// A mistake in the line that begins a cell.
fn mistake(failure: Failure) -> Finding {
    Finding { severity: Severity::Error, code: "cell-option", failure }
}

fn unreadable(failure: Failure) -> Finding {
    Finding { severity: Severity::Error, code: "unreadable-file", failure }
}

/// Tells everything in a script that is certain to fail with the parameters of this session; whether there is anything.
pub(super) fn told(session: &Session, console: &Console, text: &str, name: Option<&str>) -> bool {
    let findings = findings(session, text, true);
    let errors: Vec<&Finding> = findings.iter().filter(|finding| finding.severity == Severity::Error).collect();
    for error in &errors {
        tell(console, error, text, name);
    }
    !errors.is_empty()
}

/// The mistakes of a script: in the lines that begin cells, and in the cells, but for those that may fail, as these are
/// there to show it.
fn findings(session: &Session, text: &str, final_params: bool) -> Vec<Finding> {
    let document = Document::read(text);
    let cells: Vec<String> = document.code().map(Cell::placed).collect();
    let may_fail = |finding: &Finding| {
        let place = finding.failure.place.as_ref();
        if place.is_some_and(|place| place.source.is_some()) {
            // Of a line of a module it is not known which cells lead to it.
            return document.cells.iter().any(|cell| cell.continues);
        }
        let line = place.map_or(0, |place| place.line);
        document.cells.iter().rfind(|cell| cell.line <= line).is_some_and(|cell| cell.continues)
    };
    let within = session.check(&cells, final_params).into_iter().filter(|finding| !may_fail(finding));
    document.mistakes.iter().cloned().map(mistake).chain(within).collect()
}

fn tell(console: &Console, finding: &Finding, text: &str, name: Option<&str>) {
    match finding.severity {
        Severity::Error => console.fail(&finding.failure, Some(text), name),
        Severity::Warning => console.warn_of(&finding.failure, Some(text), name),
    }
}

/// A finding for an editor. Line and column count from 1, columns in characters; both are missing where the file
/// itself is at fault.
fn entry(file: &str, finding: &Finding) -> Value {
    let failure = &finding.failure;
    let within: String = failure.within.iter().map(|name| format!("{name}: ")).collect();
    json!({
        "file": failure.place.as_ref().and_then(|place| place.source.as_deref()).unwrap_or(file),
        "line": failure.place.as_ref().map(|place| place.line),
        "column": failure.place.as_ref().map(|place| place.column),
        "severity": finding.severity.word(),
        "code": finding.code,
        "message": format!("{within}{}", failure.message),
        "help": failure.help,
    })
}

fn summary(scripts: usize, errors: usize, warnings: usize) -> String {
    let count = |number: usize, one: &str| format!("{number} {one}{}", if number == 1 { "" } else { "s" });
    let found = match (errors, warnings) {
        (0, 0) => "nothing wrong".to_owned(),
        (0, _) => count(warnings, "warning"),
        (_, 0) => count(errors, "error"),
        _ => format!("{}, {}", count(errors, "error"), count(warnings, "warning")),
    };
    format!("checked {}: {found}", count(scripts, "script"))
}

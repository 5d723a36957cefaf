//! JSON: a list of objects, or one object a line.

use std::io::Write;

use regulars_plugin::{Failure, Host, Result};
use serde_json::{Map, Value};

use super::gather::{Found, Gather};
use super::{door, sink, text};
use crate::table::{Data, EXAMPLES, Frame, Import};

/// Reads lines of JSON, one object each. A line that is none is rejected and counted; `strict` refuses it.
pub fn read_ndjson(path: &str, strict: bool, host: &dyn Host) -> Result<Frame> {
    let text::Text { bytes, chosen } = text::read(path, None)?;
    let mut gather = gather();
    let mut import = Import { source: path.to_owned(), chosen, ..Import::default() };
    let mut refusal = None;
    for (number, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        if line.trim_ascii().is_empty() {
            continue;
        }
        match serde_json::from_slice(line) {
            Ok(Value::Object(object)) => row(&mut gather, &object),
            other => {
                let failure = wrong_line(path, number + 1, line, &other);
                if strict {
                    return Err(failure);
                }
                import.rejected += 1;
                if import.rejected_examples.len() < EXAMPLES {
                    import.rejected_examples.push(format!("line {}: `{}`", number + 1, beginning(line)));
                }
                refusal.get_or_insert(failure);
            }
        }
        if number % 4096 == 0 && host.is_cancelled() {
            return Err(Failure::interrupted());
        }
    }
    match refusal {
        Some(failure) if import.rejected > gather.rows() => Err(failure),
        _ => gather.frame(import),
    }
}

/// Reads a list of JSON objects.
pub fn read_json(path: &str) -> Result<Frame> {
    let text::Text { bytes, chosen } = text::read(path, None)?;
    let value: Value = serde_json::from_slice(&bytes).map_err(|error| {
        let several = error.to_string().starts_with("trailing characters");
        let failure = if error.is_eof() {
            Failure::new(format!("`{path}` ends too early: a bracket or a quote is never closed"))
        } else {
            Failure::new(format!("`{path}`, line {}, column {}: this is no JSON", error.line(), error.column()))
        };
        if several {
            failure.help(format!("one object a line is `read_ndjson(\"{path}\")`"))
        } else {
            failure.help("the file was cut off, or is of another kind: fetch or write it again")
        }
    })?;
    let rows = match value {
        Value::Array(rows) => rows,
        Value::Object(object) => {
            let failure = Failure::new(format!("`{path}` holds one object, but a list of objects is wanted"));
            let inner = object.iter().find(|(_, value)| value.is_array());
            return Err(match inner {
                Some((name, _)) => failure.help(format!("write its `{name}` alone into a file: `[{{…}}, {{…}}]`")),
                None => failure.help("write `[{\"customer\": 1}, {\"customer\": 2}]`"),
            });
        }
        _ => return Err(no_list(path)),
    };
    let mut gather = gather();
    for (number, value) in rows.iter().enumerate() {
        match value {
            Value::Object(object) => row(&mut gather, object),
            other => {
                let words = beginning(other.to_string().as_bytes());
                return Err(Failure::new(format!(
                    "`{path}`: entry {} of the list is `{words}`, but an object is wanted",
                    number + 1
                ))
                .help("each row is an object with its names: `{\"customer\": 1, \"amount\": 10}`"));
            }
        }
    }
    gather.frame(Import { source: path.to_owned(), chosen, ..Import::default() })
}

fn no_list(path: &str) -> Failure {
    Failure::new(format!("`{path}` holds a single value, but a list of objects is wanted"))
        .help("write `[{\"customer\": 1}, {\"customer\": 2}]`")
}

fn wrong_line(path: &str, number: usize, line: &[u8], found: &serde_json::Result<Value>) -> Failure {
    let failure = Failure::new(format!("`{path}`, line {number}: this is no JSON object"))
        .help(format!("the line is: {}", beginning(line)));
    match found {
        Ok(Value::Array(_)) if number == 1 => failure.help(format!("a list of objects is `read_json(\"{path}\")`")),
        Err(_) if number == 1 && matches!(line.trim_ascii(), b"[" | b"{") => {
            failure.help(format!("JSON over several lines is `read_json(\"{path}\")`"))
        }
        _ => failure.help("each line is one object: `{\"customer\": 1, \"amount\": 10}`"),
    }
}

fn beginning(line: &[u8]) -> String {
    const MOST: usize = 60;
    let text = String::from_utf8_lossy(line.trim_ascii());
    let shown: String = text.chars().take(MOST).map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    if text.chars().count() > MOST { format!("{shown}…") } else { shown }
}

fn gather() -> Gather {
    let mut gather = Gather::new(Vec::new());
    gather.dates = true;
    gather
}

fn row(gather: &mut Gather, object: &Map<String, Value>) {
    fields(gather, "", object);
    gather.end_row();
}

/// The fields of an object; those of an object in it are called `outer.inner`.
fn fields(gather: &mut Gather, before: &str, object: &Map<String, Value>) {
    for (name, value) in object {
        let name = if before.is_empty() { name.clone() } else { format!("{before}.{name}") };
        match value {
            Value::Object(inner) if !inner.is_empty() => fields(gather, &name, inner),
            value => {
                let place = gather.place(&name);
                let found = match value {
                    Value::Null => Found::Missing,
                    Value::Bool(flag) => Found::Flag(*flag),
                    Value::Number(number) => match (number.as_i64(), number.as_f64()) {
                        (Some(whole), _) => Found::Whole(whole),
                        // Above 2⁶³ the digits are kept as text.
                        (None, _) if number.is_u64() => Found::Text(number.to_string()),
                        (None, Some(number)) => Found::Number(number),
                        (None, None) => Found::Text(number.to_string()),
                    },
                    Value::String(text) => Found::Text(text.clone()),
                    list => {
                        let said = list.to_string();
                        gather.coerced(
                            place,
                            "became text: a list or an empty object has no column of its own",
                            &beginning(said.as_bytes()),
                        );
                        Found::Text(said)
                    }
                };
                gather.set(place, found);
            }
        }
    }
}

/// Writes one object a line; dates are ISO text.
pub fn write_ndjson(frame: &Frame, path: &str, host: &dyn Host) -> Result<()> {
    door::write(path, |file| {
        sink::packed(path, file, |out| {
            frame.batches(frame.plan(), host, |batch| lines(&Data(batch.clone()), path, out, &mut |_| ("", "\n")))
        })
    })
}

/// Writes a list of objects, one a line; dates are ISO text.
pub fn write_json(frame: &Frame, path: &str, host: &dyn Host) -> Result<()> {
    door::write(path, |file| {
        sink::packed(path, file, |out| {
            let say = |out: &mut dyn Write, text: &str| {
                out.write_all(text.as_bytes()).map_err(|error| door::writing(path, &error))
            };
            let mut first = true;
            say(out, "[")?;
            frame.batches(frame.plan(), host, |batch| {
                lines(&Data(batch.clone()), path, out, &mut |_| {
                    let before = if first { "\n" } else { ",\n" };
                    first = false;
                    (before, "")
                })
            })?;
            say(out, "\n]\n")
        })
    })
}

/// The rows as objects, each between two texts.
fn lines(
    data: &Data,
    path: &str,
    out: &mut dyn Write,
    between: &mut dyn FnMut(usize) -> (&'static str, &'static str),
) -> Result<()> {
    let names: Vec<String> = data.names().into_iter().map(str::to_owned).collect();
    let keys: Vec<String> = names.iter().map(|name| Value::from(name.as_str()).to_string()).collect();
    for row in 0..data.height() {
        let (before, behind) = between(row);
        let mut line = String::from(before);
        for (place, (name, key)) in names.iter().zip(&keys).enumerate() {
            line.push(if place == 0 { '{' } else { ',' });
            line.push_str(key);
            line.push(':');
            line.push_str(&data.cell(name, row)?.to_json().to_string());
        }
        line.push_str(if names.is_empty() { "{}" } else { "}" });
        line.push_str(behind);
        out.write_all(line.as_bytes()).map_err(|error| door::writing(path, &error))?;
    }
    Ok(())
}

//! Manuals at the prompt.

use regulars_plugin::{ColumnManual, Family, Holds, Manual, OptionKind, OptionManual, StandardTable};
use serde_json::Value as Json;

use super::entries::{Entry, entries};
use super::prose::{after, prose, wrap};
use super::text::{padding, width as columns_of};
use super::value::{key, quoted};
use super::{Page, Role};
use crate::catalogue::Listed;

/// Shows the manual of one function; `origin` says where it comes from: `built in`, or the plugin.
pub fn manual(manual: &Manual, origin: &str, width: usize) -> Page {
    let mut page = Page::new();
    page.role(Role::Heading, &manual.name);
    page.role(Role::Note, &format!("  {} · {origin}", manual.family.word())).line();
    page.append(prose(&manual.summary, width, 0)).line();
    for call in calls(manual) {
        for (index, line) in wrap(&call, width.saturating_sub(6)).iter().enumerate() {
            page.space(if index == 0 { 2 } else { 6 }).role(Role::Code, line).line();
        }
    }
    if !manual.description.is_empty() {
        page.line().append(prose(&manual.description, width, 0));
    }
    tables(&mut page, &manual.tables, width);
    if !manual.options.is_empty() {
        heading(&mut page, "Options");
        for one in &manual.options {
            option(&mut page, one, width);
        }
    }
    let title = match manual.keeps_columns {
        true => "Columns of the answer, beside those of the table",
        false => "Columns of the answer",
    };
    columns(&mut page, title, &manual.columns, width);
    columns(&mut page, "Figures of the answer", &manual.figures, width);
    for table in &manual.further {
        columns(&mut page, &format!("Further table `{}`", table.name), &table.columns, width);
        page.append(prose(&table.meaning, width, 2));
    }
    methods(&mut page, manual, width);
    text(&mut page, "Choices", &manual.choices, width);
    if !manual.examples.is_empty() {
        heading(&mut page, if manual.examples.len() == 1 { "Example" } else { "Examples" });
    }
    for (index, example) in manual.examples.iter().enumerate() {
        if index > 0 {
            page.line();
        }
        for line in example.code.lines() {
            page.space(2).role(Role::Code, line).line();
        }
        if example.shows.is_some() {
            page.line();
        }
        for line in example.shows.iter().flat_map(|shows| shows.lines()) {
            page.space(2).text(line).line();
        }
    }
    text(&mut page, "Source", &manual.source, width);
    if !manual.related.is_empty() {
        let names: Vec<String> = manual.related.iter().map(|name| format!("`{name}`")).collect();
        text(&mut page, "Related", &names.join(", "), width);
    }
    page
}

/// Lists functions by family: name, summary, and where they come from unless they are built in.
pub fn functions(families: &[(Family, Vec<Listed>)], width: usize) -> Page {
    let mut page = Page::new();
    let names = families.iter().flat_map(|(_, functions)| functions).map(|(name, _, _)| columns_of(name));
    let widest = names.max().unwrap_or(0);
    for (family, functions) in families.iter().filter(|(_, functions)| !functions.is_empty()) {
        if !page.is_empty() {
            page.line();
        }
        page.role(Role::Heading, family.word()).role(Role::Note, &format!("  {}", family.question())).line();
        let lines: Vec<Entry> = functions
            .iter()
            .map(|(name, summary, origin)| {
                // Padding makes the summaries of all families begin in one column.
                let name = format!("{name}{}", padding(name, widest));
                let from =
                    if origin.is_empty() || origin == "built in" { String::new() } else { format!(" ({origin})") };
                Entry { cells: vec![(Role::Name, name)], meaning: vec![format!("{summary}{from}")] }
            })
            .collect();
        entries(&mut page, &lines, None, width, 2);
    }
    page
}

fn heading(page: &mut Page, title: &str) {
    page.line().role(Role::Heading, title).line();
}

fn text(page: &mut Page, title: &str, markdown: &str, width: usize) {
    if !markdown.is_empty() {
        heading(page, title);
        page.append(prose(markdown, width, 2));
    }
}

/// The call as a method of the first table, and as a function.
fn calls(manual: &Manual) -> Vec<String> {
    let free = manual.signature();
    let Some((first, rest)) = manual.tables.split_first() else { return vec![free] };
    let options: Vec<&str> = manual.options.iter().map(|option| option.name.as_str()).collect();
    let mut arguments: Vec<String> = rest.iter().map(|table| table.word().to_owned()).collect();
    if !options.is_empty() {
        arguments.push(format!("#{{{}}}", options.join(", ")));
    }
    vec![format!("{}.{}({})", first.word(), manual.name, arguments.join(", ")), free]
}

fn tables(page: &mut Page, tables: &[StandardTable], width: usize) {
    if tables.is_empty() {
        return;
    }
    heading(page, "Takes");
    for table in tables {
        page.space(2).role(Role::Name, table.word());
        let meaning = match table {
            StandardTable::Frame => "any table".to_owned(),
            _ => format!("a row is {}", table.row()),
        };
        after(page.space(2), &meaning, width, table.word().len() + 4, 6);
        let needed: Vec<Entry> = table
            .needed()
            .iter()
            .map(|column| Entry {
                cells: vec![(Role::Name, column.name.to_owned()), (Role::Type, holds(column.holds).to_owned())],
                meaning: vec![column.meaning.to_owned()],
            })
            .collect();
        entries(page, &needed, None, width, 4);
    }
}

fn holds(holds: Holds) -> &'static str {
    match holds {
        Holds::Key => "text or integer",
        Holds::Date => "date",
        Holds::Number => "number",
        Holds::Text => "text",
        Holds::Flag => "flag",
    }
}

fn option(page: &mut Page, option: &OptionManual, width: usize) {
    page.space(2).role(Role::Name, &option.name).space(2);
    let choices = match &option.kind {
        OptionKind::Choice(choices) => Some(choices),
        OptionKind::List(item) => match item.as_ref() {
            OptionKind::Choice(choices) => Some(choices),
            _ => None,
        },
        _ => None,
    };
    let start = columns_of(&option.name) + 4;
    let or_empty = if option.nullable { ", or `()`" } else { "" };
    let default = match (&option.default, option.nullable) {
        (Json::Null, true) => "; empty when left out".to_owned(),
        (Json::Null, false) => "; must be given".to_owned(),
        (value, _) => format!("; `{}` when left out", said(value)),
    };
    after(page, &format!("{}{or_empty}{default}", option.kind.words()), width, start, 4);
    page.append(prose(&option.meaning, width, 4));
    let explained = choices.filter(|choices| choices.iter().any(|(_, meaning)| !meaning.is_empty()));
    let lines: Vec<Entry> = explained
        .into_iter()
        .flatten()
        .map(|(word, meaning)| Entry { cells: vec![(Role::Text, quoted(word))], meaning: vec![meaning.clone()] })
        .collect();
    entries(page, &lines, None, width, 6);
    let inner: Vec<Entry> = option
        .kind
        .inside()
        .iter()
        .map(|one| Entry {
            cells: vec![(Role::Name, one.name.clone()), (Role::Type, one.kind.words())],
            meaning: vec![one.meaning.clone()],
        })
        .collect();
    entries(page, &inner, None, width, 6);
}

fn columns(page: &mut Page, title: &str, columns: &[ColumnManual], width: usize) {
    if columns.is_empty() {
        return;
    }
    heading(page, title);
    let lines: Vec<Entry> = columns
        .iter()
        .map(|column| {
            let unit = column.unit.as_ref().map(|unit| format!(" · {unit}")).unwrap_or_default();
            let kind = format!("{}{unit}", column.holds.word());
            Entry {
                cells: vec![(Role::Name, column.name.clone()), (Role::Type, kind)],
                meaning: vec![column.meaning.clone()],
            }
        })
        .collect();
    entries(page, &lines, None, width, 2);
}

/// What a fitted model can be asked, each method with its options and the columns of its answer.
fn methods(page: &mut Page, manual: &Manual, width: usize) {
    if manual.methods.is_empty() {
        return;
    }
    heading(page, "Methods of the model");
    for method in &manual.methods {
        page.space(2).role(Role::Code, &method_call(method)).line();
        page.append(prose(&method.summary, width, 4));
        for one in &method.options {
            option(page, one, width);
        }
        let answers: Vec<&str> = method.columns.iter().map(|column| column.name.as_str()).collect();
        if !answers.is_empty() {
            let kept = if method.keeps_columns { "the columns of the table, " } else { "" };
            page.append(prose(&format!("answers: {kept}{}", answers.join(", ")), width, 4));
        }
    }
}

/// `model.predict(frame, #{horizon})`, the frame only where one may be given.
fn method_call(method: &Manual) -> String {
    let options: Vec<&str> = method.options.iter().map(|option| option.name.as_str()).collect();
    let mut arguments: Vec<String> = method.tables.iter().map(|table| table.word().to_owned()).collect();
    if !options.is_empty() {
        arguments.push(format!("#{{{}}}", options.join(", ")));
    }
    format!("model.{}({})", method.name, arguments.join(", "))
}

/// A default as a script writes it.
fn said(value: &Json) -> String {
    match value {
        Json::Null => "()".to_owned(),
        Json::String(text) => quoted(text),
        Json::Array(items) => format!("[{}]", items.iter().map(said).collect::<Vec<_>>().join(", ")),
        Json::Object(items) => {
            let inner: Vec<String> =
                items.iter().map(|(name, item)| format!("{}: {}", key(name), said(item))).collect();
            format!("#{{{}}}", inner.join(", "))
        }
        other => other.to_string(),
    }
}

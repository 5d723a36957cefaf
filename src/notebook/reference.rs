//! The reference page: every function and word, generated from the declarations.

use std::fmt::Write;

use regulars_plugin::{ColumnManual, Manual, OptionKind, OptionManual};

use crate::catalogue::{Catalogue, VerbGroup};

/// The reference as Markdown.
pub fn reference(catalogue: &Catalogue) -> String {
    let mut page = String::from(
        "# Reference\n\nMade by `regulars reference` from the declarations in the source; a test fails where it is stale.\n",
    );
    for (family, functions) in catalogue.by_family() {
        let _ = write!(page, "\n## {}: {}\n", family.word(), family.question());
        for (name, _, origin) in functions {
            if let Some(entry) = catalogue.get(&name) {
                function(&mut page, entry.manual(), &origin);
            }
        }
    }
    page.push_str("\n# Words of the language\n");
    for group in VerbGroup::ALL {
        let _ = write!(page, "\n## {}\n\n", group.word());
        for verb in catalogue.verbs().iter().filter(|verb| verb.group == group) {
            let _ = writeln!(page, "- `{}`: {}", verb.signature, verb.summary);
            if !verb.example.is_empty() {
                let _ = write!(page, "\n  ```rhai\n  {}\n  ```\n\n", verb.example.replace('\n', "\n  "));
            }
        }
    }
    page
}

fn function(page: &mut String, manual: &Manual, origin: &str) {
    let _ = write!(page, "\n### {}\n\n{}\n\n`{}` ({origin})\n", manual.name, manual.summary, manual.signature());
    let mut part = |title: &str, text: &str| {
        if !text.is_empty() {
            let heading = if title.is_empty() { String::new() } else { format!("**{title}.** ") };
            let _ = write!(page, "\n{heading}{}\n", text.trim());
        }
    };
    part("", &manual.description);
    part("Choices", &manual.choices);
    part("Source", &manual.source);
    options(page, &manual.options);
    columns(page, if manual.keeps_columns { "column, behind those of the table" } else { "column" }, &manual.columns);
    columns(page, "figure", &manual.figures);
    for table in &manual.further {
        let _ = write!(page, "\nFurther table `{}`: {}\n", table.name, table.meaning);
        columns(page, "column", &table.columns);
    }
    for method in &manual.methods {
        let tables: String = method.tables.iter().map(|_| "frame, ").collect();
        let _ = write!(page, "\n#### `model.{}({tables}#{{…}})`\n\n{}\n", method.name, method.summary);
        options(page, &method.options);
        columns(
            page,
            if method.keeps_columns { "column, behind those of the table" } else { "column" },
            &method.columns,
        );
        columns(page, "figure", &method.figures);
    }
    for example in &manual.examples {
        let _ = write!(page, "\n```rhai\n{}\n```\n", example.code);
        if let Some(shows) = &example.shows {
            let _ = write!(page, "\n```text\n{shows}\n```\n");
        }
    }
}

fn options(page: &mut String, options: &[OptionManual]) {
    if !options.is_empty() {
        page.push_str("\n| option | holds | default | meaning |\n| --- | --- | --- | --- |\n");
        for option in options {
            let choices = match &option.kind {
                OptionKind::Choice(choices) => {
                    choices.iter().map(|(word, meaning)| format!(" \"{word}\": {meaning}")).collect::<String>()
                }
                kind => {
                    let each = |one: &OptionManual| format!(" `{}`: {}. {}", one.name, one.kind.words(), one.meaning);
                    kind.inside().iter().map(each).collect::<String>()
                }
            };
            let default = if option.default.is_null() { "none".to_owned() } else { option.default.to_string() };
            let _ = writeln!(
                page,
                "| `{}` | {} | {default} | {}{choices} |",
                option.name,
                option.kind.words(),
                option.meaning
            );
        }
    }
}

fn columns(page: &mut String, heading: &str, columns: &[ColumnManual]) {
    if columns.is_empty() {
        return;
    }
    let _ = write!(page, "\n| {heading} | holds | unit | meaning |\n| --- | --- | --- | --- |\n");
    for column in columns {
        let unit = column.unit.as_deref().unwrap_or("");
        let _ = writeln!(page, "| `{}` | {} | {unit} | {} |", column.name, column.holds.word(), column.meaning);
    }
}

//! What a declaration says: its doc comment taken apart, and its schema as options and columns.

use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};
use serde_json::Value;

use super::{ColumnKind, ColumnManual, Example, OptionKind, OptionManual};
use crate::StandardTable;

/// A doc comment, taken apart at its headings.
#[derive(Default)]
pub(super) struct Page {
    pub(super) summary: String,
    pub(super) description: String,
    pub(super) choices: String,
    pub(super) source: String,
    pub(super) examples: Vec<Example>,
}

impl Page {
    pub(super) fn read(text: &str) -> Page {
        let mut page = Page::default();
        let (summary, rest) = text.split_once("\n\n").unwrap_or((text, ""));
        page.summary = summary.lines().map(str::trim).collect::<Vec<_>>().join(" ");
        let mut heading = String::new();
        let mut body = String::new();
        let mut fenced = false;
        for line in rest.lines().chain(["# "]) {
            fenced ^= line.starts_with("```");
            match line.strip_prefix("# ").filter(|_| !fenced) {
                Some(next) => {
                    page.put(&heading, body.trim());
                    heading = next.to_owned();
                    body.clear();
                }
                None => {
                    body.push_str(line);
                    body.push('\n');
                }
            }
        }
        page
    }

    fn put(&mut self, heading: &str, body: &str) {
        match heading {
            "" => self.description = body.to_owned(),
            "Choices" => self.choices = body.to_owned(),
            "Source" => self.source = body.to_owned(),
            "Example" | "Examples" => self.examples = examples(body),
            other => {
                self.description.push_str(&format!("\n\n# {other}\n\n{body}"));
            }
        }
    }
}

/// The ```rhai blocks of a text, each with the ```text block that follows it.
fn examples(body: &str) -> Vec<Example> {
    let mut found: Vec<Example> = Vec::new();
    let mut block: Option<(String, Vec<&str>)> = None;
    for line in body.lines() {
        block = match (block, line.strip_prefix("```")) {
            (None, Some(language)) => Some((language.to_owned(), Vec::new())),
            (None, None) => None,
            (Some((language, lines)), Some(_)) => {
                let text = lines.join("\n");
                match (language.as_str(), found.last_mut()) {
                    ("rhai", _) => found.push(Example { code: text, shows: None }),
                    (_, Some(example)) => example.shows = Some(text),
                    (_, None) => {}
                }
                None
            }
            (Some((language, mut lines)), None) => {
                lines.push(line);
                Some((language, lines))
            }
        };
    }
    found
}

/// The schema of a struct, with the schemas of its fields written out in place.
pub(super) fn fields<T: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    SchemaGenerator::new(settings).into_root_schema_for::<T>().to_value()
}

pub(super) fn properties(schema: &Value) -> impl Iterator<Item = (&String, &Value)> {
    schema.get("properties").and_then(Value::as_object).into_iter().flatten()
}

pub(super) fn option(name: &str, schema: &Value, parent: &Value) -> OptionManual {
    let (inner, nullable) = without_null(schema);
    let required =
        parent.get("required").and_then(Value::as_array).is_some_and(|names| names.iter().any(|it| it == name));
    OptionManual {
        name: name.to_owned(),
        meaning: meaning(schema),
        kind: option_kind(&inner),
        nullable: nullable && !required,
        default: schema.get("default").cloned().unwrap_or(Value::Null),
    }
}

pub(super) fn meaning(schema: &Value) -> String {
    let text = schema.get("description").and_then(Value::as_str).unwrap_or_default();
    text.lines().map(str::trim).collect::<Vec<_>>().join(" ")
}

/// A schema without the "or null" of an `Option`, and whether it had one.
fn without_null(schema: &Value) -> (Value, bool) {
    if let Some(either) = schema.get("anyOf").and_then(Value::as_array) {
        let rest: Vec<&Value> = either.iter().filter(|one| one.get("type") != Some(&Value::from("null"))).collect();
        if let ([only], true) = (rest.as_slice(), rest.len() < either.len()) {
            return ((*only).clone(), true);
        }
    }
    let mut inner = schema.clone();
    let mut nullable = false;
    if let Some(types) = schema.get("type").and_then(Value::as_array) {
        nullable = types.iter().any(|one| one == "null");
        if let Some(only) = types.iter().find(|one| *one != "null") {
            inner["type"] = only.clone();
        }
    }
    (inner, nullable)
}

fn option_kind(schema: &Value) -> OptionKind {
    let bound = |key: &str| schema.get(key).and_then(Value::as_f64);
    if let Some(choices) = choices(schema) {
        return OptionKind::Choice(choices);
    }
    let word = |key: &str| schema.get(key).and_then(Value::as_str).unwrap_or_default();
    // Which standard table each of several is stands on the field.
    let each = |inner: &Value| match (option_kind(inner), schema.get("table").and_then(Value::as_str)) {
        (OptionKind::Table(StandardTable::Frame), Some(table)) => table_kind(table),
        (kind, _) => kind,
    };
    match word("type") {
        "integer" => OptionKind::Integer { min: bound("minimum"), max: bound("maximum") },
        "number" => OptionKind::Number { min: bound("minimum"), max: bound("maximum") },
        "boolean" => OptionKind::Flag,
        "string" if word("format") == "date" => OptionKind::Date,
        "string" if word("format") == "span" => OptionKind::Span,
        "string" if word("format") == "column" => OptionKind::Column,
        "string" => OptionKind::Text,
        "array" => OptionKind::List(Box::new(schema.get("items").map_or(OptionKind::Any, each))),
        "object" if word("format") == "table" => table_kind(word("table")),
        "object" if schema.get("properties").is_some_and(Value::is_object) => {
            OptionKind::Record(properties(schema).map(|(name, inner)| option(name, inner, schema)).collect())
        }
        "object" => match schema.get("additionalProperties").filter(|values| values.is_object()) {
            Some(values) => OptionKind::Map(Box::new(each(values))),
            None => OptionKind::Any,
        },
        _ => OptionKind::Any,
    }
}

fn table_kind(word: &str) -> OptionKind {
    OptionKind::Table(StandardTable::of_word(word).unwrap_or(StandardTable::Frame))
}

/// The words of an enum, each with its doc comment.
fn choices(schema: &Value) -> Option<Vec<(String, String)>> {
    if let Some(words) = schema.get("enum").and_then(Value::as_array) {
        return words.iter().map(|word| Some((word.as_str()?.to_owned(), String::new()))).collect();
    }
    let either = schema.get("oneOf").and_then(Value::as_array)?;
    let mut found = Vec::new();
    for one in either {
        match one.get("const").and_then(Value::as_str) {
            Some(word) => found.push((word.to_owned(), meaning(one))),
            None => found.extend(choices(one)?),
        }
    }
    Some(found)
}

pub(super) fn columns<T: JsonSchema>() -> Vec<ColumnManual> {
    let schema = fields::<T>();
    properties(&schema)
        .map(|(name, schema)| {
            let (inner, _) = without_null(schema);
            ColumnManual {
                name: name.clone(),
                meaning: meaning(schema),
                unit: schema.get("unit").and_then(Value::as_str).map(str::to_owned),
                holds: match option_kind(&inner) {
                    OptionKind::Integer { .. } => ColumnKind::Integer,
                    OptionKind::Number { .. } => ColumnKind::Number,
                    OptionKind::Flag => ColumnKind::Flag,
                    OptionKind::Date => ColumnKind::Date,
                    OptionKind::Text | OptionKind::Choice(_) | OptionKind::Span | OptionKind::Column => {
                        ColumnKind::Text
                    }
                    OptionKind::List(_)
                    | OptionKind::Map(_)
                    | OptionKind::Record(_)
                    | OptionKind::Table(_)
                    | OptionKind::Any => ColumnKind::Any,
                },
            }
        })
        .collect()
}

/// `ParetoShare` → `pareto_share`: the struct's name is the word that scripts write.
pub(super) fn snake_case(name: &str) -> String {
    let mut word = String::new();
    for (index, letter) in name.chars().enumerate() {
        if letter.is_uppercase() && index > 0 {
            word.push('_');
        }
        word.extend(letter.to_lowercase());
    }
    word
}

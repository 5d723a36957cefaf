//! The rules of a contract as checks.

use std::borrow::Cow;

use regulars_plugin::{ColumnKind, Context, Date, Failure, Result};
use serde_json::Value;

use super::Validate;
use super::checks::{Plan, Planned, Status};
use super::contract::{ColumnRules, ColumnType, Format};
use crate::stats::text::{dirt_of, is_email, is_iban, is_web_address, may_be_phone, missing_word, plain};
use crate::table::{Check, Frame, Known, Test, Told, Written};

impl Plan<'_> {
    pub(super) fn column(&mut self, name: &str, rules: &ColumnRules) -> Result<()> {
        if !self.is_there(name) {
            let (status, told) = match rules.optional {
                true => (Status::Passed, format!("there is no column `{name}`, and none is needed")),
                false => (Status::Failed, self.absent(name)),
            };
            self.planned.push(Planned::settled(Some(name), "column is there", status, told));
            return Ok(());
        }
        let before = self.planned.len();
        self.told = Told { day_first: rules.day_first, decimal_comma: rules.decimal_comma };
        if let Some(kind) = rules.r#type {
            self.r#type(name, kind);
        }
        if rules.required {
            self.ask(name, "required", Test::Present);
        }
        if let Some(share) = rules.missing_share {
            self.ask(name, format!("missing in at most {} % of the rows", share * 100.0), Test::Present);
            if let Some(last) = self.planned.last_mut() {
                last.allowed = Some(share);
            }
        }
        if rules.unique {
            self.ask(name, "unique", Test::Unique);
        }
        self.bounds(name, rules)?;
        if let Some(values) = &rules.values {
            if values.is_empty() {
                return Err(Failure::new("the list of values is empty, so no value would be right")
                    .help("leave `values` out, or name what is allowed"));
            }
            let words: Vec<String> =
                values.iter().map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned)).collect();
            let shown: Vec<String> = words.iter().take(5).map(|word| format!("`{word}`")).collect();
            let more = if words.len() > 5 { format!(" and {} more", words.len() - 5) } else { String::new() };
            let is_number = self.kind(name) == ColumnKind::Number;
            let known: Known = words.iter().map(String::as_str).collect();
            let numbers: Vec<f64> = values.iter().filter_map(Value::as_f64).collect();
            let test = match is_number {
                true => Test::Number(Box::new(move |number| numbers.contains(&number))),
                false => Test::Known(known),
            };
            self.ask(name, format!("one of {}{more}", shown.join(", ")), test);
        }
        if let Some(pattern) = &rules.pattern {
            self.ask(name, format!("matches `{pattern}`"), Test::Pattern(pattern.clone()));
        }
        self.length(name, &rules.length)?;
        if let Some(format) = rules.format {
            self.ask(name, format!("format {}", format.word()), of_format(format));
        }
        if rules.future == Some(false) {
            let today = self.today.to_epoch_days();
            self.ask(name, format!("not after {}", self.today), Test::Day(Box::new(move |day| day <= today)));
        }
        if self.planned.len() == before {
            let told = "it is there".to_owned();
            self.planned.push(Planned::settled(Some(name), "column is there", Status::Passed, told));
        }
        Ok(())
    }

    /// A column of the type itself holds nothing else; a column of text is asked value by value.
    fn r#type(&mut self, name: &str, wanted: ColumnType) {
        let rule = format!("type {}", wanted.word());
        let kind = self.kind(name);
        let is_so = match wanted {
            ColumnType::Text => kind == ColumnKind::Text,
            ColumnType::Integer => kind == ColumnKind::Integer,
            ColumnType::Number => matches!(kind, ColumnKind::Integer | ColumnKind::Number),
            ColumnType::Date => kind == ColumnKind::Date,
            ColumnType::Flag => kind == ColumnKind::Flag,
        };
        if is_so {
            self.ask(name, rule, Test::Text(Box::new(|_| true)));
        } else if wanted == ColumnType::Integer && kind == ColumnKind::Number {
            self.ask(name, rule, Test::Number(Box::new(|number| number.fract() == 0.0)));
        } else if kind == ColumnKind::Text {
            let test = match wanted {
                ColumnType::Integer => Test::Writes(Written::Whole),
                ColumnType::Number => Test::Writes(Written::Number),
                ColumnType::Date => Test::Writes(Written::Day),
                ColumnType::Flag => Test::Writes(Written::Flag),
                ColumnType::Text => Test::Text(Box::new(|_| true)),
            };
            self.ask(name, rule, test);
        } else {
            self.ask(name, rule, Test::Text(Box::new(|_| false)));
            if let Some(last) = self.planned.last_mut() {
                last.told = Some(format!("the column holds {}", kind.word()));
            }
        }
    }

    fn bounds(&mut self, name: &str, rules: &ColumnRules) -> Result<()> {
        for (word, bound, is_least) in [("min", &rules.min, true), ("max", &rules.max, false)] {
            let Some(bound) = bound else { continue };
            let rule = format!("{word} {}", bound.as_str().map_or_else(|| bound.to_string(), str::to_owned));
            let wrong = |wanted: &str| Failure::new(format!("`{word}` is {bound}, but column `{name}` wants {wanted}"));
            let kind = self.kind(name);
            match (bound, bound.as_str().and_then(|text| text.parse::<Date>().ok())) {
                (_, Some(day)) => {
                    if matches!(kind, ColumnKind::Integer | ColumnKind::Number | ColumnKind::Flag) {
                        return Err(wrong("a number"));
                    }
                    let bound = day.to_epoch_days();
                    let test = move |day: i32| if is_least { day >= bound } else { day <= bound };
                    self.ask(name, rule, Test::Day(Box::new(test)));
                }
                (Value::Number(number), None) => {
                    if matches!(kind, ColumnKind::Date | ColumnKind::Flag) {
                        return Err(wrong("a day such as \"2024-01-31\""));
                    }
                    let bound = number.as_f64().unwrap_or(f64::NAN);
                    // No number (NaN) lies within no bounds.
                    let test = move |number: f64| if is_least { number >= bound } else { number <= bound };
                    self.ask(name, rule, Test::Number(Box::new(test)));
                }
                _ => return Err(wrong("a number, or a day such as \"2024-01-31\"")),
            }
        }
        Ok(())
    }

    fn length(&mut self, name: &str, length: &[u32]) -> Result<()> {
        let (least, most) = match length {
            [] => return Ok(()),
            [one] => (*one, *one),
            [least, most] if least <= most => (*least, *most),
            _ => {
                return Err(Failure::new("`length` wants the least and the greatest number of letters")
                    .help("write `length: [2, 40]`, or `length: 5` for just so many"));
            }
        };
        let rule = if least == most { format!("{least} letters") } else { format!("{least} to {most} letters") };
        let within = move |text: &str| {
            let letters = text.chars().count();
            letters >= least as usize && letters <= most as usize
        };
        self.ask(name, rule, Test::Text(Box::new(within)));
        Ok(())
    }

    pub(super) fn closed(&mut self, contract: &Validate) {
        let named = |name: &String| {
            contract.columns.contains_key(name)
                || contract.references.contains_key(name)
                || contract.keys.iter().any(|key| key.0 == *name)
                || contract.fresh.as_ref().is_some_and(|fresh| fresh.column.0 == *name)
        };
        let others: Vec<String> = self.frame.names().into_iter().filter(|name| !named(name)).collect();
        let check = match others.is_empty() {
            true => Planned::settled(None, "no other columns", Status::Passed, "there are none"),
            false => {
                let told = others.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
                Planned::settled(None, "no other columns", Status::Failed, format!("there are {told}"))
            }
        };
        self.planned.push(check);
    }

    pub(super) fn keys(&mut self, contract: &Validate) {
        let names: Vec<String> = contract.keys.iter().map(|key| key.0.clone()).collect();
        let Some(first) = names.first() else { return };
        let rule = format!("key {}", names.join(", "));
        if names.len() == 1 {
            // A key of one column is there and comes once.
            let first = first.clone();
            self.ask(&first, "key, required", Test::Present);
            self.ask(&first, "key, unique", Test::Unique);
            return;
        }
        self.asked.push((self.planned.len(), Check { columns: names, test: Test::Unique, told: Told::default() }));
        self.planned.push(Planned::new(None, rule));
    }

    pub(super) fn reference(&mut self, name: &str, other: &Frame, column: &str, context: &Context<'_>) -> Result<()> {
        other.need(column).map_err(|failure| {
            failure.help("it is the column of the other table: `#{table: products, column: \"sku\"}`")
        })?;
        let rule = format!("found in `{column}` of the other table");
        if !self.is_there(name) {
            self.planned.push(Planned::settled(Some(name), rule, Status::Failed, self.absent(name)));
            return Ok(());
        }
        if !self.frame.is_written_alike(name, other, column) {
            return Err(Failure::new(format!("`{name}` and `{column}` of the other table are of different types"))
                .help(format!("make them one first: `.with_columns(col(\"{name}\").cast(\"string\"))`")));
        }
        let known = other.known_values(column, context.host())?;
        self.ask(name, rule, Test::Known(known));
        Ok(())
    }
}

/// Formats are about how a value is written: what `standardize` would put right first, such as white space around it, full
/// width or a name beside an address, fails them.
fn of_format(format: Format) -> Test {
    let holds: fn(&str) -> bool = match format {
        Format::Email => |text| is_plain(text) && is_email(text),
        Format::Phone => |text| is_plain(text) && may_be_phone(text),
        Format::Iban => is_iban,
        Format::Url => is_web_address,
        Format::Clean => |text| dirt_of(text) == 0 && missing_word(text) != Some(" "),
    };
    Test::Text(Box::new(holds))
}

fn is_plain(text: &str) -> bool {
    matches!(plain(text), Cow::Borrowed(bare) if bare.len() == text.len())
}

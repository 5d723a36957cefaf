//! From the contract to checks, and what came of them.

use std::collections::HashSet;

use regulars_plugin::{Beside, ColumnKind, Context, Date, Failure, Result, nearest};
use serde_json::Value;

use super::Validate;
use super::contract::{ColumnRules, ColumnType, DriftRule, Format};
use crate::analytics::clean::profile::{drifted, read_bins};
use crate::stats::sketch::hash_of;
use crate::stats::text::{Kind, dirt_of, is_email, is_iban, is_phone, is_web_address, look, missing_word};
use crate::table::{Check, Frame, RowSet, Test, thousands};

/// What came of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    Passed,
    Failed,
    NotLookedAt,
}

impl Status {
    pub(super) fn word(self) -> &'static str {
        match self {
            Status::Passed => "passed",
            Status::Failed => "failed",
            Status::NotLookedAt => "not looked at",
        }
    }
}

/// A check of the contract, and what came of it.
pub(super) struct Planned {
    pub(super) column: Option<String>,
    pub(super) rule: String,
    pub(super) looked: u64,
    pub(super) failing: RowSet,
    pub(super) example: Option<String>,
    /// Why, where the rows do not say it.
    pub(super) told: Option<String>,
    /// What is settled without rows; otherwise the rows decide.
    settled: Option<Status>,
    /// Share of failing rows that is allowed; then no row fails for it.
    allowed: Option<f64>,
    failed_rows: u64,
}

impl Planned {
    fn new(column: Option<&str>, rule: impl Into<String>) -> Planned {
        Planned {
            column: column.map(str::to_owned),
            rule: rule.into(),
            looked: 0,
            failing: RowSet::default(),
            example: None,
            told: None,
            settled: None,
            allowed: None,
            failed_rows: 0,
        }
    }

    fn settled(column: Option<&str>, rule: impl Into<String>, status: Status, told: impl Into<String>) -> Planned {
        Planned { settled: Some(status), told: Some(told.into()), ..Planned::new(column, rule) }
    }

    pub(super) fn failed(&self) -> u64 {
        self.failed_rows
    }

    pub(super) fn status(&self) -> Status {
        if let Some(settled) = self.settled {
            return settled;
        }
        let allowed = self.allowed.map_or(0.0, |share| share * self.looked as f64);
        match self.looked {
            0 => Status::NotLookedAt,
            _ if self.failed_rows as f64 > allowed => Status::Failed,
            _ => Status::Passed,
        }
    }

    /// The check with its column.
    pub(super) fn name(&self) -> String {
        self.column.as_ref().map_or_else(|| self.rule.clone(), |column| format!("{column}: {}", self.rule))
    }

    /// What came of it, as a sentence.
    pub(super) fn sentence(&self) -> String {
        let what = match (&self.told, self.status()) {
            (Some(told), _) => told.clone(),
            (None, Status::NotLookedAt) => "no row to look at".to_owned(),
            (None, _) => {
                let example = self.example.as_ref().map(|example| format!(", such as `{example}`")).unwrap_or_default();
                format!(
                    "{} of {} rows fail{example}",
                    thousands(self.failed() as usize),
                    thousands(self.looked as usize)
                )
            }
        };
        format!("`{}`: {what}", self.name())
    }
}

/// Checks in the making: what the frame is asked stands beside what is told of it.
struct Plan<'a> {
    frame: &'a Frame,
    today: Date,
    planned: Vec<Planned>,
    /// What rows are asked, with the place of its check.
    asked: Vec<(usize, Check)>,
}

impl Plan<'_> {
    fn ask(&mut self, column: &str, rule: impl Into<String>, test: Test) {
        let check = Check { columns: vec![column.to_owned()], test };
        self.asked.push((self.planned.len(), check));
        self.planned.push(Planned::new(Some(column), rule));
    }

    fn kind(&self, column: &str) -> ColumnKind {
        self.frame.kinds().into_iter().find(|(name, _)| name == column).map_or(ColumnKind::Any, |(_, kind)| kind)
    }

    fn is_there(&self, column: &str) -> bool {
        self.frame.need(column).is_ok()
    }

    fn absent(&self, column: &str) -> String {
        let names = self.frame.names();
        match nearest(column, names.iter().map(String::as_str)) {
            Some(near) => format!("there is no column `{column}`; is it `{near}`?"),
            None => format!("there is no column `{column}`"),
        }
    }
}

impl Validate {
    /// All checks with what came of them, and the number of rows.
    pub(super) fn carried_out(&self, input: &Beside<Frame>, context: &Context<'_>) -> Result<(Vec<Planned>, u64)> {
        let frame = &input.input;
        let today = self.today.unwrap_or(context.today);
        let mut plan = Plan { frame, today, planned: Vec::new(), asked: Vec::new() };
        for (name, rules) in &self.columns {
            plan.column(name, rules).map_err(|failure| failure.within(format!("columns.{name}")))?;
        }
        if self.closed {
            plan.closed(self);
        }
        plan.keys(self);
        for (name, reference) in &self.references {
            let other = input.table(&reference.table)?;
            let column = reference.column.as_deref().unwrap_or(name);
            plan.reference(name, &other, column, context)
                .map_err(|failure| failure.within(format!("references.{name}")))?;
        }
        for (place, condition) in self.rows.iter().enumerate() {
            // Tried alone, so that the failure names it.
            frame
                .with_condition(condition, "\u{1}tried")
                .map_err(|failure| failure.within(format!("rows[{place}]")))?;
            plan.asked
                .push((plan.planned.len(), Check { columns: Vec::new(), test: Test::Condition(condition.clone()) }));
            plan.planned.push(Planned::new(None, condition.as_str()));
        }
        let Plan { mut planned, asked, .. } = plan;
        let has_others = self.fresh.is_some() || self.drift.is_some() || self.least_rows.is_some();
        if planned.is_empty() && !has_others {
            return Err(Failure::new("the contract has no check, so nothing would be looked at").help(
                "write what must be true: `validate(#{columns: #{email: #{required: true}}, rows: [\"amount >= 0\"]})`",
            ));
        }
        let (places, checks): (Vec<usize>, Vec<Check>) = asked.into_iter().unzip();
        let (outcomes, rows) = frame.checked(checks, context.host())?;
        for (place, outcome) in places.into_iter().zip(outcomes) {
            let check = &mut planned[place];
            check.looked = outcome.looked;
            check.failed_rows = outcome.failing.len();
            check.example = outcome.example;
            // Where some may fail, no single row is at fault.
            if check.allowed.is_none() {
                check.failing = outcome.failing;
            }
        }
        if let Some(least) = self.least_rows {
            let status = if rows >= least { Status::Passed } else { Status::Failed };
            let told = format!("there are {}", thousands(rows as usize));
            let check = Planned::settled(None, format!("at least {} rows", thousands(least as usize)), status, told);
            planned.push(Planned { looked: rows, ..check });
        }
        if let Some(fresh) = &self.fresh {
            planned.push(self.freshness(
                frame,
                &fresh.column.0,
                fresh.within.days(),
                &fresh.within.to_string(),
                today,
                context,
            )?);
        }
        if let Some(rule) = &self.drift {
            let bins = input.table(&rule.against)?;
            planned.extend(drift(frame, rule, &bins, context).map_err(|failure| failure.within("drift"))?);
        }
        Ok((planned, rows))
    }

    fn freshness(
        &self,
        frame: &Frame,
        column: &str,
        days: f64,
        within: &str,
        today: Date,
        context: &Context<'_>,
    ) -> Result<Planned> {
        let rule = format!("latest day within {within}");
        if frame.need(column).is_err() {
            let plan = Plan { frame, today, planned: Vec::new(), asked: Vec::new() };
            return Ok(Planned::settled(Some(column), rule, Status::Failed, plan.absent(column)));
        }
        let found = frame.profiled(&[column.to_owned()], context.host())?;
        let found = found.columns.into_iter().next().map(|it| it.found);
        let held = found.as_ref().and_then(|found| found.days.as_ref());
        let Some((days_held, latest)) = held.and_then(|days| Some((days.count, days.last()?))) else {
            return Ok(Planned::settled(Some(column), rule, Status::NotLookedAt, "no row has a day in it"));
        };
        let age = today.to_epoch_days() - latest;
        let status = if f64::from(age) <= days { Status::Passed } else { Status::Failed };
        let day = Date::from_epoch_days(latest).map(|day| day.to_string()).unwrap_or_default();
        let told = format!("the latest is {day}, {} days before {today}", thousands(age.max(0) as usize));
        let check = Planned::settled(Some(column), rule, status, told);
        Ok(Planned { looked: days_held, example: Some(day), ..check })
    }
}

fn drift(frame: &Frame, rule: &DriftRule, bins: &Frame, context: &Context<'_>) -> Result<Vec<Planned>> {
    let psi = rule.psi.unwrap_or(0.2);
    let mut bins = read_bins(bins, context.host())?;
    if !rule.columns.is_empty() {
        if let Some(unknown) = rule.columns.iter().find(|name| !bins.iter().any(|it| it.column == name.0)) {
            return Err(Failure::new(format!("the profile has no bins of `{unknown}`"))
                .near(unknown.as_str(), bins.iter().map(|it| it.column.as_str())));
        }
        bins.retain(|it| rule.columns.iter().any(|name| name.0 == it.column));
    }
    if bins.is_empty() {
        return Err(
            Failure::new("the profile has no bins to compare with").help("was it made of a table without rows?")
        );
    }
    let names = frame.names();
    let present: Vec<String> = bins.iter().map(|it| it.column.clone()).filter(|name| names.contains(name)).collect();
    let found = frame.profiled(&present, context.host())?;
    let check = |bins: &crate::analytics::clean::profile::Bins| {
        let what = match rule.ks {
            Some(ks) => format!("stability index below {psi}, distance at most {ks}"),
            None => format!("stability index below {psi}"),
        };
        let name = Some(bins.column.as_str());
        let Some(column) = found.columns.iter().find(|it| it.name == bins.column) else {
            return Planned::settled(name, what, Status::Failed, format!("there is no column `{}`", bins.column));
        };
        let Some(drifted) = drifted(bins, &column.found) else {
            return Planned::settled(name, what, Status::NotLookedAt, "there are no rows to compare");
        };
        let is_far = rule.ks.zip(drifted.ks).is_some_and(|(most, found)| found > most);
        let status = if drifted.psi >= psi || is_far { Status::Failed } else { Status::Passed };
        let distance = drifted.ks.map(|ks| format!(", distance {ks:.3}")).unwrap_or_default();
        let told = format!("stability index {:.3}{distance}", drifted.psi);
        Planned { looked: drifted.rows, ..Planned::settled(name, what, status, told) }
    };
    Ok(bins.iter().map(check).collect())
}

impl Plan<'_> {
    fn column(&mut self, name: &str, rules: &ColumnRules) -> Result<()> {
        if !self.is_there(name) {
            let (status, told) = match rules.optional {
                true => (Status::Passed, format!("there is no column `{name}`, and none is needed")),
                false => (Status::Failed, self.absent(name)),
            };
            self.planned.push(Planned::settled(Some(name), "column is there", status, told));
            return Ok(());
        }
        let before = self.planned.len();
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
        if !rules.values.is_empty() {
            let words: Vec<String> = rules
                .values
                .iter()
                .map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
                .collect();
            let shown: Vec<String> = words.iter().take(5).map(|word| format!("`{word}`")).collect();
            let more = if words.len() > 5 { format!(" and {} more", words.len() - 5) } else { String::new() };
            let is_number = self.kind(name) == ColumnKind::Number;
            let known: HashSet<u64> = words.iter().map(|word| hash_of(word.as_bytes())).collect();
            let numbers: Vec<f64> = rules.values.iter().filter_map(Value::as_f64).collect();
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
            let test = move |text: &str| match look(text).kind {
                Kind::Missing("" | " ") => true,
                Kind::Whole(_) => matches!(wanted, ColumnType::Integer | ColumnType::Number),
                Kind::Decimal(_) => wanted == ColumnType::Number,
                Kind::Date(_) => wanted == ColumnType::Date,
                Kind::Flag => wanted == ColumnType::Flag,
                _ => false,
            };
            self.ask(name, rule, Test::Text(Box::new(test)));
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

    fn closed(&mut self, contract: &Validate) {
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

    fn keys(&mut self, contract: &Validate) {
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
        self.asked.push((self.planned.len(), Check { columns: names, test: Test::Unique }));
        self.planned.push(Planned::new(None, rule));
    }

    fn reference(&mut self, name: &str, other: &Frame, column: &str, context: &Context<'_>) -> Result<()> {
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

fn of_format(format: Format) -> Test {
    let holds: fn(&str) -> bool = match format {
        Format::Email => is_email,
        // Digits alone may be a telephone number here, where the contract says that they are one.
        Format::Phone => |text| {
            let digits = text.bytes().filter(u8::is_ascii_digit).count();
            is_phone(text) || (7..=15).contains(&digits) && text.bytes().all(|byte| byte.is_ascii_digit())
        },
        Format::Iban => is_iban,
        Format::Url => is_web_address,
        Format::Clean => |text| dirt_of(text) == 0 && missing_word(text) != Some(" "),
    };
    Test::Text(Box::new(holds))
}

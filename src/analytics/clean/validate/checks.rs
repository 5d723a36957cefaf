//! From the contract to checks, and what came of them.

use regulars_plugin::{Beside, ColumnKind, Context, Date, Failure, Result, nearest};

use super::Validate;
use super::contract::DriftRule;
use crate::analytics::clean::profile::{drifted, read_bins};
use crate::table::{Check, Frame, RowSet, Test, Told, thousands};

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
    /// What decided how values are read that may be read in two ways.
    pub(super) evidence: Vec<String>,
    /// Rows with a value that can be read in two ways, of which nobody knows which is meant.
    unread: u64,
    /// What is settled without rows; otherwise the rows decide.
    settled: Option<Status>,
    /// Share of failing rows that is allowed; then no row fails for it.
    pub(super) allowed: Option<f64>,
    failed_rows: u64,
}

impl Planned {
    pub(super) fn new(column: Option<&str>, rule: impl Into<String>) -> Planned {
        Planned {
            column: column.map(str::to_owned),
            rule: rule.into(),
            looked: 0,
            failing: RowSet::default(),
            example: None,
            told: None,
            evidence: Vec::new(),
            unread: 0,
            settled: None,
            allowed: None,
            failed_rows: 0,
        }
    }

    pub(super) fn settled(
        column: Option<&str>,
        rule: impl Into<String>,
        status: Status,
        told: impl Into<String>,
    ) -> Planned {
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
            _ if self.unread > 0 => Status::NotLookedAt,
            _ => Status::Passed,
        }
    }

    /// What it looks at: a column, or more than one.
    pub(super) fn about(&self) -> &str {
        let more = if self.settled.is_some() { "whole table" } else { "whole row" };
        self.column.as_deref().unwrap_or(more)
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
pub(super) struct Plan<'a> {
    pub(super) frame: &'a Frame,
    pub(super) today: Date,
    pub(super) planned: Vec<Planned>,
    /// What rows are asked, with the place of its check.
    pub(super) asked: Vec<(usize, Check)>,
    /// What the contract says of the column that is asked.
    pub(super) told: Told,
}

impl Plan<'_> {
    pub(super) fn ask(&mut self, column: &str, rule: impl Into<String>, test: Test) {
        let check = Check { columns: vec![column.to_owned()], test, told: self.told };
        self.asked.push((self.planned.len(), check));
        self.planned.push(Planned::new(Some(column), rule));
    }

    pub(super) fn kind(&self, column: &str) -> ColumnKind {
        self.frame.kinds().into_iter().find(|(name, _)| name == column).map_or(ColumnKind::Any, |(_, kind)| kind)
    }

    pub(super) fn is_there(&self, column: &str) -> bool {
        self.frame.need(column).is_ok()
    }

    pub(super) fn absent(&self, column: &str) -> String {
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
        let mut plan = Plan { frame, today, planned: Vec::new(), asked: Vec::new(), told: Told::default() };
        for (name, rules) in &self.columns {
            plan.column(name, rules).map_err(|failure| failure.within(format!("columns.{name}")))?;
        }
        plan.told = Told::default();
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
            plan.asked.push((
                plan.planned.len(),
                Check { columns: Vec::new(), test: Test::Condition(condition.clone()), told: Told::default() },
            ));
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
        let (outcomes, rows) = frame.checked(checks, today, context.host())?;
        for (place, outcome) in places.into_iter().zip(outcomes) {
            let check = &mut planned[place];
            check.looked = outcome.looked;
            check.failed_rows = outcome.failing.len();
            check.example = outcome.example;
            check.evidence = outcome.evidence;
            check.unread = outcome.unread;
            if outcome.unread > 0 {
                check.told = Some(format!(
                    "day and month cannot be told apart in {} rows, which were not looked at: say `day_first`",
                    thousands(outcome.unread as usize)
                ));
            }
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
            let plan = Plan { frame, today, planned: Vec::new(), asked: Vec::new(), told: Told::default() };
            return Ok(Planned::settled(Some(column), rule, Status::Failed, plan.absent(column)));
        }
        let found = frame.profiled(&[column.to_owned()], today, context.host())?;
        let found = found.columns.into_iter().next().map(|it| it.found);
        let held = found.as_ref().and_then(|found| found.days.as_ref());
        let Some(held) = held.filter(|days| days.count > 0) else {
            return Ok(Planned::settled(Some(column), rule, Status::NotLookedAt, "no row has a day in it"));
        };
        let days_held = held.count;
        // A slip of the pen in the future says nothing about how old the rest is.
        let (latest, later) = held.last_until(today.to_epoch_days());
        let Some(latest) = latest else {
            let told = format!("every day in it lies after {today}");
            return Ok(Planned::settled(Some(column), rule, Status::Failed, told));
        };
        let age = today.to_epoch_days() - latest;
        let status = if f64::from(age) <= days { Status::Passed } else { Status::Failed };
        let day = Date::from_epoch_days(latest).map(|day| day.to_string()).unwrap_or_default();
        let mut told = format!("the latest is {day}, {} days before {today}", thousands(age.max(0) as usize));
        if later > 0 {
            told += &format!("; {} rows lie after {today} and do not count", thousands(later as usize));
        }
        let order = found.as_ref().and_then(|found| found.texts.as_ref()).map(|texts| &texts.order);
        if let Some(unsure @ 1..) = order.map(|order| order.undecided(None)) {
            told += &format!(
                "; {} of which day and month cannot be told apart count with the day first",
                thousands(unsure as usize)
            );
        }
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
    let found = match present.is_empty() {
        true => Vec::new(),
        false => frame.profiled(&present, context.today, context.host())?.columns,
    };
    let check = |bins: &crate::analytics::clean::profile::Bins| {
        let what = match rule.ks {
            Some(ks) => format!("stability index below {psi}, distance at most {ks}"),
            None => format!("stability index below {psi}"),
        };
        let name = Some(bins.column.as_str());
        let Some(column) = found.iter().find(|it| it.name == bins.column) else {
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

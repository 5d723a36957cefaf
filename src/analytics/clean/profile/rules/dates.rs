//! What days give away.

use regulars_plugin::Date;

use super::super::dates::{Reach, written};
use super::super::findings::{Notebook, Severity};
use crate::table::thousands;

pub(super) fn look(notebook: &mut Notebook<'_>, there: u64, today: Date) {
    let Some(days) = notebook.column.found.days.as_ref().filter(|days| days.count * 2 >= there) else { return };
    let reach = Reach::of(days, today);
    let mut said: Vec<(Severity, &'static str, u64, String, String)> = Vec::new();
    if let (rows @ 1.., Some(day)) = reach.placeholders {
        let advice =
            "a day that stands for \"not known\" or \"for ever\": make it missing, or every length of time is wrong";
        said.push((Severity::High, "placeholder_dates", rows, written(day), advice.to_owned()));
    }
    if let Some(latest) = reach.latest {
        let advice = format!("days after {today}: planned, or mistyped?");
        said.push((Severity::High, "future_dates", reach.future, written(latest), advice));
    }
    let stretch = reach.longest.map(|(from, until)| {
        if from == until { written(from) } else { format!("{} to {}", written(from), written(until)) }
    });
    if let (Some(days @ 1..), Some(stretch)) = (reach.missing_days, &stretch) {
        let severity =
            if reach.longest.is_some_and(|(from, until)| until - from >= 6) { Severity::Medium } else { Severity::Low };
        let many = if days == 1 {
            "one day has no row".to_owned()
        } else {
            format!("{} days have no row", thousands(days as usize))
        };
        said.push((
            severity,
            "date_gaps",
            0,
            stretch.clone(),
            format!("{many}, the longest stretch is the example: closed, or not delivered?"),
        ));
    }
    if let (Some(weeks @ 1..), Some(stretch)) = (reach.missing_weeks, &stretch) {
        let many = if weeks == 1 {
            "one week has no row".to_owned()
        } else {
            format!("{} weeks have no row", thousands(weeks as usize))
        };
        said.push((
            Severity::Low,
            "date_gaps",
            0,
            stretch.clone(),
            format!("{many}, the longest stretch is the example"),
        ));
    }
    for (severity, finding, rows, example, advice) in said {
        notebook.add(severity, finding, rows, &example, advice);
    }
}

//! What texts give away.

use std::collections::BTreeMap;

use super::super::findings::{Notebook, Severity};
use super::marks;
use super::names::{sounds_like_date, sounds_like_key};
use crate::stats::profile::{Held, Texts};
use crate::stats::text::{Kind, NumberForm, Order};
use crate::table::thousands;

/// Lets the kinds that are one thing count together: numbers, dates, all else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Family {
    Numbers,
    Dates,
    Emails,
    Phones,
    Text,
}

fn family(kind: Kind) -> Option<Family> {
    match kind {
        Kind::Missing(_) => None,
        // Names made of digits go with text as well as with numbers.
        Kind::Whole(NumberForm::LeadingZeros) => Some(Family::Text),
        Kind::Whole(_) | Kind::Decimal(_) => Some(Family::Numbers),
        Kind::Date(_) => Some(Family::Dates),
        Kind::Email | Kind::BrokenEmail => Some(Family::Emails),
        Kind::Phone => Some(Family::Phones),
        _ => Some(Family::Text),
    }
}

pub(super) fn look(notebook: &mut Notebook<'_>, there: u64) {
    let Some(texts) = &notebook.column.found.texts else { return };
    let rows_of = |wanted: &dyn Fn(Kind) -> bool| -> Held {
        let mut all = Held::default();
        for (kind, held) in &texts.kinds {
            if wanted(*kind) {
                if all.rows == 0 {
                    all.example.clone_from(&held.example);
                }
                all.rows += held.rows;
            }
        }
        all
    };
    let mut said: Vec<(Severity, &'static str, u64, String, String)> = Vec::new();
    let mut say = |severity, finding, held: &Held, advice: String| {
        if held.rows > 0 {
            said.push((severity, finding, held.rows, held.example.clone(), advice));
        }
    };
    let mut families: BTreeMap<Family, u64> = BTreeMap::new();
    for (kind, held) in &texts.kinds {
        if let Some(family) = family(*kind) {
            *families.entry(family).or_default() += held.rows;
        }
    }
    let share = |family: Family| families.get(&family).copied().unwrap_or_default() as f64 / there.max(1) as f64;

    missing_words(texts, &mut say);
    let name = &notebook.column.name;
    let main = families.iter().max_by_key(|(_, rows)| **rows).map(|(family, _)| *family);
    if let Some(main) = main.filter(|_| there > 0) {
        let others = rows_of(&|kind| family(kind).is_some_and(|it| it != main));
        let is_key = sounds_like_key(name);
        let mostly = share(main);
        // A few numbers among names are names as well; a text among numbers is not a number.
        let is_flag = is_flags(texts, &notebook.column.found.top, there);
        let is_mixed = match main {
            _ if is_flag => false,
            Family::Emails => false,
            Family::Text => !is_key && mostly < 0.98 && share(Family::Numbers).max(share(Family::Dates)) >= 0.1,
            _ => others.rows > 0,
        };
        if is_mixed {
            let words: Vec<String> = texts
                .kinds
                .iter()
                .filter(|(kind, _)| family(**kind).is_some())
                .map(|(kind, held)| format!("{} {}", thousands(held.rows as usize), kind.word()))
                .collect();
            // Names of things may be of several kinds.
            let severity = if is_key { Severity::Low } else { Severity::High };
            say(severity, "mixed_types", &others, format!("it holds {}: which of them is meant?", words.join(", ")));
        }
        if main == Family::Numbers && !is_key {
            let numbers = rows_of(&|kind| family(kind) == Some(Family::Numbers));
            let packed = texts.packed_days.rows * 10 >= there * 9;
            if !packed {
                say(
                    Severity::Medium,
                    "numbers_as_text",
                    &numbers,
                    format!(
                        "numbers, but the column is text: nothing can be summed; `col(\"{name}\").cast(\"float\")` where they are plain"
                    ),
                );
            }
        }
        if main == Family::Dates {
            let dates = rows_of(&|kind| matches!(kind, Kind::Date(_)));
            say(
                Severity::Low,
                "dates_as_text",
                &dates,
                "days, but the column is text: a standard table reads them, or `str.to_date(format)`".to_owned(),
            );
        }
    }
    numbers(texts, sounds_like_key(name), &rows_of, &mut say);
    days(texts, name, there, &rows_of, &mut say);
    flags(texts, &notebook.column.found.top, there, &mut say);
    marks::people(&rows_of, share(Family::Emails), &mut say);
    marks::damage(texts, &mut say);
    if texts.totals.rows > 0 && texts.totals.rows * 20 <= there.max(20) {
        say(
            Severity::High,
            "total_rows",
            &texts.totals,
            "a row of sums stands among the others and is counted twice: filter it out".to_owned(),
        );
    }
    if texts.headings > 0 {
        let held = Held { rows: texts.headings, example: name.clone() };
        say(Severity::High, "repeated_header", &held, "the heading stands among the rows: filter it out".to_owned());
    }
    if texts.tests.rows > 0 && texts.tests.rows * 2 <= there.max(2) {
        say(
            Severity::Medium,
            "test_accounts",
            &texts.tests,
            "put in to try the system out: filter it out before anybody is counted".to_owned(),
        );
    }
    marks::variants(texts, &mut say);
    for (severity, finding, rows, example, advice) in said {
        notebook.add(severity, finding, rows, &example, advice);
    }
}

pub(super) type Say<'a> = &'a mut dyn FnMut(Severity, &'static str, &Held, String);
pub(super) type RowsOf<'a> = &'a dyn Fn(&dyn Fn(Kind) -> bool) -> Held;

fn missing_words(texts: &Texts, say: Say<'_>) {
    let mut words: Vec<(String, u64)> = Vec::new();
    let mut all = Held::default();
    for (kind, held) in &texts.kinds {
        if let Kind::Missing(_) = kind {
            words.push((kind.word(), held.rows));
            all.rows += held.rows;
            if all.example.is_empty() {
                all.example.clone_from(&held.example);
            }
        }
    }
    let told: Vec<String> =
        words.iter().map(|(word, rows)| format!("{word} ({})", thousands(*rows as usize))).collect();
    let advice =
        format!("{}: is that a value? read it as missing with `missing: [\"…\"]`, or `replace` it", told.join(", "));
    say(Severity::Medium, "missing_words", &all, advice);
}

fn numbers(texts: &Texts, is_key: bool, rows_of: RowsOf<'_>, say: Say<'_>) {
    let of = |wanted: fn(NumberForm) -> bool| {
        rows_of(&|kind| matches!(kind, Kind::Whole(form) | Kind::Decimal(form) if wanted(form)))
    };
    let comma = of(|form| form == NumberForm::DecimalComma);
    say(
        Severity::High,
        "decimal_comma",
        &comma,
        "a comma before the decimals: read the file with `decimal_comma: true`".to_owned(),
    );
    let grouped = of(|form| matches!(form, NumberForm::Thousands | NumberForm::OtherThousands));
    say(
        Severity::High,
        "thousands_separators",
        &grouped,
        "signs between the thousands: take them out before it becomes a number".to_owned(),
    );
    let either = of(|form| form == NumberForm::Either);
    say(
        Severity::High,
        "comma_of_two_meanings",
        &either,
        "one comma before three digits: is 1,234 more than a thousand, or a little more than one?".to_owned(),
    );
    let currency = of(|form| form == NumberForm::Currency);
    say(
        Severity::Medium,
        "currency_signs",
        &currency,
        "amounts with a currency in the text: are they all of one?".to_owned(),
    );
    let accounting = of(|form| form == NumberForm::Accounting);
    say(
        Severity::Medium,
        "accounting_negatives",
        &accounting,
        "below zero as accounts write it: in brackets, or with the minus behind".to_owned(),
    );
    let scientific = of(|form| form == NumberForm::Scientific);
    say(
        Severity::High,
        "scientific_notation",
        &scientific,
        "a spreadsheet has shortened long numbers: the last digits of these names are lost; export them as text"
            .to_owned(),
    );
    let zeros = of(|form| form == NumberForm::LeadingZeros);
    say(
        Severity::Low,
        "leading_zeros",
        &zeros,
        "zeros in front count: keep it as text, `types: #{…: \"string\"}`".to_owned(),
    );
    let mut units: Vec<(&str, u64)> = Vec::new();
    let mut all = Held::default();
    for (kind, held) in &texts.kinds {
        if let Kind::Whole(NumberForm::Unit(unit)) | Kind::Decimal(NumberForm::Unit(unit)) = kind {
            all.rows += held.rows;
            match units.iter_mut().find(|(known, _)| known == unit) {
                Some((_, rows)) => *rows += held.rows,
                None => units.push((unit, held.rows)),
            }
            if all.example.is_empty() {
                all.example.clone_from(&held.example);
            }
        }
    }
    if units.len() > 1 && !is_key {
        let told: Vec<String> =
            units.iter().map(|(unit, rows)| format!("{unit} ({})", thousands(*rows as usize))).collect();
        say(Severity::High, "unit_mix", &all, format!("numbers in {}: bring them to one unit first", told.join(", ")));
    }
}

fn days(texts: &Texts, name: &str, there: u64, rows_of: RowsOf<'_>, say: Say<'_>) {
    let forms: Vec<_> = texts
        .kinds
        .iter()
        .filter_map(|(kind, held)| if let Kind::Date(form) = kind { Some((form, held)) } else { None })
        .collect();
    // With and without a time it is one form.
    let mut shapes: Vec<(Order, char, bool)> =
        forms.iter().map(|(form, _)| (form.order, form.separator, form.short_year)).collect();
    let is_contradicted = |sign: char| {
        let has = |order: Order| forms.iter().any(|(form, _)| form.order == order && form.separator == sign);
        has(Order::Day) && has(Order::Month)
    };
    shapes.sort_unstable();
    shapes.dedup();
    if shapes.len() > 1 {
        let words: Vec<String> =
            forms.iter().map(|(form, held)| format!("{} ({})", form.word(), thousands(held.rows as usize))).collect();
        let all = rows_of(&|kind| matches!(kind, Kind::Date(_)));
        say(Severity::High, "mixed_date_formats", &all, format!("days in several forms: {}", words.join(", ")));
    }
    // What the others of the column decide on has been decided already, sign by sign.
    let either = |contradicted: bool| {
        rows_of(&|kind| {
            matches!(kind, Kind::Date(form)
                if form.order == Order::DayOrMonth && is_contradicted(form.separator) == contradicted)
        })
    };
    say(
        Severity::High,
        "day_month_conflict",
        &either(true),
        "some days can only be day/month, others only month/day: these can be either".to_owned(),
    );
    say(
        Severity::High,
        "day_or_month",
        &either(false),
        "day/month or month/day? no value decides it: say it with `date_format`".to_owned(),
    );
    let has_dates = forms.iter().map(|(_, held)| held.rows).sum::<u64>() > 0;
    if texts.serials.rows > 0 && (sounds_like_date(name) || has_dates && texts.serials.rows * 2 < there.max(1)) {
        say(
            Severity::High,
            "excel_serials",
            &texts.serials,
            "days as a spreadsheet counts them, from 1899-12-30 on".to_owned(),
        );
    }
    if sounds_like_date(name) && texts.packed_days.rows * 10 >= there * 9 {
        say(
            Severity::Low,
            "packed_dates",
            &texts.packed_days,
            "days without separators: a standard table reads them".to_owned(),
        );
    }
}

/// Whether every value is a yes or a no, a 0 or a 1 perhaps.
fn is_flags(texts: &Texts, top: &[(String, u64)], there: u64) -> bool {
    let words = texts.kinds.get(&Kind::Flag).map_or(0, |held| held.rows);
    let numbers: u64 = top.iter().filter(|(text, _)| matches!(text.trim(), "0" | "1")).map(|(_, rows)| rows).sum();
    words > 0 && words + numbers == there
}

fn flags(texts: &Texts, top: &[(String, u64)], there: u64, say: Say<'_>) {
    if !is_flags(texts, top, there) {
        return;
    }
    let mut written: Vec<&str> = top.iter().map(|(text, _)| text.trim()).filter(|text| !text.is_empty()).collect();
    written.sort_unstable();
    written.dedup();
    if written.len() > 2 {
        let all = Held { rows: there, example: written.join(", ") };
        let advice = format!("yes and no in {} ways of writing: `replace` them by two", written.len());
        say(Severity::Medium, "mixed_booleans", &all, advice);
    }
}

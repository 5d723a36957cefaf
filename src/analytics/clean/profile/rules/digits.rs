//! Names made of digits that were read as numbers: what was lost on the way.

use std::collections::BTreeMap;

use super::super::findings::{Notebook, Severity};
use super::names::{sounds_like_code, sounds_like_key};

/// Looks at a column of numbers.
pub(super) fn look(notebook: &mut Notebook<'_>) {
    let found = &notebook.column.found;
    let (Some(numbers), None) = (&found.numbers, &found.texts) else { return };
    let (whole, count, negative) = (numbers.whole, numbers.count, numbers.negative);
    if count == 0 || whole < count || negative > 0 {
        return;
    }
    if sounds_like_key(&notebook.column.name) {
        let known = found.all.as_ref().unwrap_or(&found.top);
        // Long names that end in six zeros and more were shortened to a few digits and a power of ten.
        let is_short = |text: &str| text.parse::<f64>().is_ok_and(|it| it >= 1e11 && it % 1e6 == 0.0);
        let shortened: u64 = known.iter().filter(|(text, _)| is_short(text)).map(|(_, rows)| rows).sum();
        if shortened * 10 >= count && shortened > 0 {
            let example =
                known.iter().find(|(text, _)| is_short(text)).map(|(text, _)| text.clone()).unwrap_or_default();
            let advice = "long names that end in zeros: a spreadsheet has shortened them, as in 1.23E+15, and their last digits are \
                          lost; export them as text";
            notebook.add(Severity::High, "scientific_notation", shortened, &example, advice);
            return;
        }
    }
    let found = &notebook.column.found;
    let mut lengths: BTreeMap<usize, (u64, &str)> = BTreeMap::new();
    let known = found.all.as_ref().unwrap_or(&found.top);
    for (text, rows) in known {
        let entry = lengths.entry(text.len()).or_insert((0, text));
        entry.0 += rows;
    }
    let told: u64 = lengths.values().map(|(rows, _)| rows).sum();
    let Some((&longest, &(full, _))) = lengths.iter().next_back() else { return };
    let shorter: u64 = told - full;
    if sounds_like_code(&notebook.column.name) && longest >= 4 && full * 2 >= told && shorter > 0 {
        let example = lengths.iter().next().map(|(_, (_, text))| (*text).to_owned()).unwrap_or_default();
        notebook.add(
            Severity::High,
            "leading_zeros_lost",
            shorter,
            &example,
            format!("most have {longest} digits, these fewer: were zeros in front lost? read it as text, `types: #{{…: \"string\"}}`"),
        );
    }
    let found = &notebook.column.found;
    let known = found.all.as_ref().unwrap_or(&found.top);
    let cards: u64 = known.iter().filter(|(text, _)| crate::stats::text::is_card(text)).map(|(_, rows)| rows).sum();
    let all: u64 = known.iter().map(|(_, rows)| rows).sum();
    if cards >= 3 && cards * 10 >= all * 9 {
        let example = known.first().map(|(text, _)| text.clone()).unwrap_or_default();
        notebook.add(
            Severity::High,
            "card_numbers",
            cards,
            &example,
            "numbers that pass the check of payment cards: they should not be here at all",
        );
    }
}

//! Personal data, damage, and one value in several ways of writing.

use super::super::findings::Severity;
use super::texts::{RowsOf, Say};
use crate::stats::profile::{Held, Texts};
use crate::stats::text::{Dirt, Kind};
use crate::table::thousands;

pub(super) fn people(rows_of: RowsOf<'_>, emails: f64, say: Say<'_>) {
    let email = rows_of(&|kind| kind == Kind::Email);
    say(
        Severity::Medium,
        "personal_email",
        &email,
        "e-mail addresses are personal data: keep them out of reports and exports".to_owned(),
    );
    if emails >= 0.5 {
        let broken = rows_of(&|kind| matches!(kind, Kind::BrokenEmail | Kind::Text));
        say(Severity::High, "malformed_email", &broken, "no address that a mail could reach".to_owned());
    }
    let phone = rows_of(&|kind| kind == Kind::Phone);
    say(
        Severity::Medium,
        "personal_phone",
        &phone,
        "telephone numbers are personal data: keep them out of reports and exports".to_owned(),
    );
    let card = rows_of(&|kind| kind == Kind::Card);
    if card.rows >= 2 {
        say(
            Severity::High,
            "card_numbers",
            &card,
            "numbers that pass the check of payment cards: they should not be here at all".to_owned(),
        );
    }
    let account = rows_of(&|kind| kind == Kind::Iban);
    say(
        Severity::High,
        "bank_accounts",
        &account,
        "bank accounts (IBAN) are personal data: keep them out of analyses".to_owned(),
    );
}

pub(super) fn damage(texts: &Texts, say: Say<'_>) {
    for (dirt, held) in &texts.dirt {
        let (severity, finding, advice) = match dirt {
            Dirt::WhiteSpace => (
                Severity::Medium,
                "white_space",
                "white space at the ends or twice on end: `str.strip_chars()`; keys with it match nothing",
            ),
            Dirt::Invisible => {
                (Severity::High, "invisible_characters", "letters that nobody sees, but that keep equal values apart")
            }
            Dirt::Control => {
                (Severity::Medium, "control_characters", "control characters inside of text: where does it come from?")
            }
            Dirt::LineEnd => {
                (Severity::Low, "line_breaks", "line ends inside of values: other programs may read two rows")
            }
            Dirt::FullWidth => (
                Severity::Medium,
                "full_width",
                "letters or digits of double width: they are not equal to the usual ones",
            ),
            Dirt::Mojibake => (
                Severity::High,
                "mojibake",
                "letters read in the wrong encoding, or lost: read the file with `encoding: \"…\"`",
            ),
            Dirt::Formula => {
                (Severity::High, "formula", "a spreadsheet would carry this out: never open an export with it unseen")
            }
            Dirt::Html => (Severity::Low, "html", "marks of a page of the web inside of values"),
        };
        say(severity, finding, held, advice.to_owned());
    }
}

pub(super) fn variants(texts: &Texts, say: Say<'_>) {
    if texts.variants.is_empty() {
        return;
    }
    let rows =
        texts.variants.iter().map(|variant| variant.written[1..].iter().map(|(_, rows)| rows).sum::<u64>()).sum();
    let most =
        texts.variants.iter().max_by_key(|variant| variant.written[1..].iter().map(|(_, rows)| rows).sum::<u64>());
    let example = most.map(|variant| {
        variant.written.iter().take(4).map(|(text, _)| format!("`{text}`")).collect::<Vec<_>>().join(", ")
    });
    let held = Held { rows, example: example.unwrap_or_default() };
    let values = match texts.variants.len() {
        1 => "1 value is".to_owned(),
        many => format!("{} values are", thousands(many)),
    };
    say(
        Severity::Medium,
        "case_variants",
        &held,
        format!("{values} written in several ways: capitals, blanks or width differ"),
    );
}

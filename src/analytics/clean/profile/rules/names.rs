//! What the name of a column says.

use super::super::findings::{Notebook, Severity};

/// A name with small letters and digits only: `Customer ID` is `customerid`.
pub(in crate::analytics::clean) fn plain(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Words of a name: `unitPrice`, `unit_price` and `Unit Price` have two.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = vec![String::new()];
    let mut was_small = false;
    for letter in name.chars() {
        let begins = !letter.is_alphanumeric() || (letter.is_uppercase() && was_small);
        if begins && words.last().is_some_and(|word| !word.is_empty()) {
            words.push(String::new());
        }
        if letter.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(letter.to_lowercase());
        }
        was_small = letter.is_lowercase();
    }
    words
}

fn has_word(name: &str, wanted: &[&str]) -> bool {
    let whole = plain(name);
    words(name).iter().any(|word| wanted.contains(&word.as_str())) || wanted.contains(&whole.as_str())
}

/// Whether it sounds as if the column held days.
pub(in super::super) fn sounds_like_date(name: &str) -> bool {
    has_word(
        name,
        &["date", "day", "datum", "tag", "time", "timestamp", "created", "updated", "dob", "birthday", "日期", "时间"],
    ) || plain(name).ends_with("date")
}

/// Whether it sounds as if the column held names made of digits, in which zeros in front count.
pub(in super::super) fn sounds_like_code(name: &str) -> bool {
    let codes = [
        "zip",
        "zipcode",
        "postcode",
        "postal",
        "plz",
        "phone",
        "tel",
        "telephone",
        "mobile",
        "ean",
        "gtin",
        "upc",
        "isbn",
        "sku",
        "code",
        "barcode",
        "account",
        "konto",
        "article",
        "artikel",
        "iban",
        "邮编",
        "电话",
    ];
    has_word(name, &codes)
}

/// Whether it sounds as if the column held names of things: of digits, letters or both.
pub(in crate::analytics::clean) fn sounds_like_key(name: &str) -> bool {
    let keys = [
        "id",
        "no",
        "nr",
        "number",
        "nummer",
        "key",
        "ref",
        "reference",
        "invoice",
        "order",
        "ticket",
        "deal",
        "session",
        "card",
        "karte",
    ];
    sounds_like_code(name) || has_word(name, &keys) || plain(name).ends_with("id")
}

fn sounds_like_person(name: &str) -> bool {
    let names = [
        "firstname",
        "lastname",
        "surname",
        "forename",
        "givenname",
        "familyname",
        "fullname",
        "vorname",
        "nachname",
        "customername",
        "contactname",
        "name",
        "姓名",
        "名字",
    ];
    let whole = plain(name);
    names.contains(&whole.as_str())
        || words(name)
            .iter()
            .any(|word| ["surname", "firstname", "lastname", "vorname", "nachname"].contains(&word.as_str()))
}

pub(super) fn look(notebook: &mut Notebook<'_>) {
    let name = notebook.column.name.clone();
    if name.trim() != name || name.is_empty() || name.contains(['\n', '\u{feff}', '\u{200b}', '\u{a0}']) {
        notebook.add(
            Severity::Medium,
            "column_name",
            0,
            &name.escape_debug().to_string(),
            "the name has white space at its ends, or letters that nobody sees: `rename` it before anybody looks for it",
        );
    } else if plain(&name).starts_with("column")
        && plain(&name)[6..].chars().all(|letter| letter.is_ascii_digit())
        && name.len() > 6
    {
        notebook.add(
            Severity::Low,
            "column_name",
            0,
            &name,
            "a name that the file did not give: `rename` it to what it holds",
        );
    }
    let has_text = notebook.column.found.texts.is_some();
    if has_text && sounds_like_person(&name) {
        let there = super::there(&notebook.column.found);
        notebook.add(
            Severity::Medium,
            "personal_names",
            there,
            "",
            "by its name the column holds names of persons: keep them out of reports and exports",
        );
    }
    if has_word(&name, &["dob", "birthdate", "birthday", "geburtsdatum"]) || plain(&name).contains("birthdate") {
        let there = super::there(&notebook.column.found);
        notebook.add(
            Severity::Medium,
            "personal_birth_date",
            there,
            "",
            "days of birth are personal data: an age group is mostly enough",
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_word_by_word() {
        assert!(sounds_like_date("InvoiceDate") && sounds_like_date("order_date") && sounds_like_date("Created At"));
        assert!(!sounds_like_date("update_count") && !sounds_like_date("mandate_no"));
        assert!(sounds_like_code("ZIP Code") && sounds_like_code("StockCode") && !sounds_like_code("amount"));
        assert!(sounds_like_person("first_name") && sounds_like_person("Name") && !sounds_like_person("product_name"));
    }
}

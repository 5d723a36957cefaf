//! Identifiers made comparable, and those that are none.

/// What an identifier is, by the name of its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Email,
    Phone,
    Code,
}

impl Form {
    pub(super) fn of(key: &str) -> Form {
        let key = key.to_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| key.contains(word));
        if has(&["mail"]) {
            Form::Email
        } else if has(&["phone", "mobile", "tel", "fax"]) {
            Form::Phone
        } else {
            Form::Code
        }
    }
}

/// What people write where they have nothing to say.
const NOTHING: [&str; 14] =
    ["", "-", "--", "n/a", "na", "none", "null", "nan", "nil", "unknown", "unbekannt", "inconnu", "无", "x"];

/// Fewest digits of a telephone number that says who somebody is.
const DIGITS: usize = 7;

/// An identifier in the one way in which it is compared; none where it says nothing.
pub(super) fn comparable(form: Form, text: &str) -> Option<String> {
    let narrow: String = text.chars().map(narrow).collect();
    let plain = narrow.trim().to_lowercase();
    if NOTHING.contains(&plain.as_str()) {
        return None;
    }
    match form {
        Form::Email => {
            let address: String = plain.chars().filter(|letter| !letter.is_whitespace()).collect();
            let (name, domain) = address.rsplit_once('@')?;
            (!name.is_empty() && domain.contains('.')).then_some(address)
        }
        Form::Phone => {
            let digits: String = plain.chars().filter(char::is_ascii_digit).collect();
            // 00 is what + is on old telephones.
            let digits = digits.strip_prefix("00").unwrap_or(&digits);
            let says = digits.len() >= DIGITS && digits.chars().any(|digit| !digits.starts_with(digit));
            says.then(|| digits.to_owned())
        }
        Form::Code => {
            let code: String = plain.chars().filter(|letter| letter.is_alphanumeric()).collect();
            // 000000 is nobody's number.
            (!code.chars().all(|letter| letter == '0')).then_some(code)
        }
    }
}

/// A letter or digit of East Asian full width as the one that everybody types.
fn narrow(letter: char) -> char {
    match letter {
        '\u{3000}' | '\u{a0}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_the_same_looks_the_same() {
        let same = |form, texts: &[&str], wanted: Option<&str>| {
            for text in texts {
                assert_eq!(comparable(form, text).as_deref(), wanted, "{text}");
            }
        };
        same(
            Form::Email,
            &["Ann@Example.com", " ann@example.com\u{a0}", "ａｎｎ@example.com"],
            Some("ann@example.com"),
        );
        same(Form::Email, &["", "n/a", "ann", "@example.com", "ann@home"], None);
        same(Form::Phone, &["+49 151 2345678", "0049-151-2345678", "(+49) 151 / 234 56 78"], Some("491512345678"));
        same(Form::Phone, &["12345", "0000000000", "-", "1111111"], None);
        same(Form::Code, &["c-001 234", "C001234", "Ｃ００１２３４"], Some("c001234"));
        same(Form::Code, &["000", "NULL", "--"], None);
    }

    #[test]
    fn the_form_follows_the_name() {
        assert_eq!(Form::of("E-Mail"), Form::Email);
        assert_eq!(Form::of("mobile_phone"), Form::Phone);
        assert_eq!(Form::of("loyalty_card"), Form::Code);
    }
}

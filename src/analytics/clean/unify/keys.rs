//! What an identifier is, by the name of its column.

use crate::stats::text::{Identifier, identity};

/// What the identifiers of a column are.
pub(super) fn identifier_of(key: &str) -> Identifier {
    let key = key.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| key.contains(word));
    if has(&["mail"]) {
        Identifier::Email
    } else if has(&["phone", "mobile", "tel", "fax"]) {
        Identifier::Phone
    } else {
        Identifier::Code
    }
}

/// The key that an id is by itself, and its value: shops often number their customers by their address. A telephone number
/// has to begin with `+`, because other ids are digits as well.
pub(super) fn contact(id: &str) -> Option<(&'static str, String)> {
    let is_number = id.trim().starts_with('+');
    let (key, kind) = if is_number { ("phone", Identifier::Phone) } else { ("email", Identifier::Email) };
    let looks = is_number || id.contains(['@', '＠']);
    looks.then(|| identity(kind, id)).flatten().map(|value| (key, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_may_be_addresses_and_numbers() {
        assert_eq!(contact("Ann@Example.com "), Some(("email", "ann@example.com".to_owned())));
        assert_eq!(contact("+49 30 1234567"), Some(("phone", "49301234567".to_owned())));
        for id in ["4930123456", "C-1001", "ann", "ann@home", "+1"] {
            assert_eq!(contact(id), None, "{id}");
        }
    }

    #[test]
    fn the_form_follows_the_name() {
        assert_eq!(identifier_of("E-Mail"), Identifier::Email);
        assert_eq!(identifier_of("mobile_phone"), Identifier::Phone);
        assert_eq!(identifier_of("loyalty_card"), Identifier::Code);
    }
}

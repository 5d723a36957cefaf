//! What points to a person: addresses, telephone numbers, cards, accounts.

/// Whether it is an e-mail address as shops accept them: one `@`, a name before it, a host with a point behind it.
pub fn is_email(text: &str) -> bool {
    let Some((name, host)) = text.split_once('@') else { return false };
    let of_name = |letter: char| letter.is_alphanumeric() || "!#$%&'*+/=?^_`{|}~.-".contains(letter);
    let of_host = |letter: char| letter.is_alphanumeric() || letter == '-';
    let is_name = !name.is_empty()
        && name.chars().all(of_name)
        && !name.starts_with('.')
        && !name.ends_with('.')
        && !name.contains("..");
    let labels: Vec<&str> = host.split('.').collect();
    let is_label = |label: &&str| {
        !label.is_empty() && label.chars().all(of_host) && !label.starts_with('-') && !label.ends_with('-')
    };
    is_name
        && labels.len() > 1
        && labels.iter().all(is_label)
        && labels.last().is_some_and(|last| last.chars().count() > 1 && last.chars().all(char::is_alphabetic))
}

/// Whether it is a telephone number beyond doubt: seven to fifteen digits behind a plus, or behind a zero and in groups.
pub fn is_phone(text: &str) -> bool {
    if text.len() < 7
        || text.len() > 30
        || !text.chars().all(|letter| letter.is_ascii_digit() || "+-/ ().".contains(letter))
    {
        return false;
    }
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if !(7..=15).contains(&digits) || text.matches('+').count() > 1 {
        return false;
    }
    let groups = text.split(|letter: char| !letter.is_ascii_digit()).filter(|group| !group.is_empty()).count();
    match text.trim_start_matches('(').as_bytes().first() {
        Some(b'+') => true,
        Some(b'0') => groups >= 2 && digits >= 8,
        // (555) 123-4567 and 555-123-4567
        _ => digits == 10 && groups == 3,
    }
}

/// Whether the digits of a text pass the test of Luhn, which every card number does and one of ten others.
pub fn passes_luhn(digits: impl DoubleEndedIterator<Item = u8>) -> bool {
    let sum: u32 = digits
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let value = u32::from(digit) << (place % 2);
            if value > 9 { value - 9 } else { value }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Whether it is the number of a payment card: 13 to 19 digits that begin as those of the large issuers and pass Luhn.
pub fn is_card(text: &str) -> bool {
    if text.len() < 13 || text.len() > 23 || !text.bytes().all(|byte| byte.is_ascii_digit() || b" -".contains(&byte)) {
        return false;
    }
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_digit).map(|byte| byte - b'0').collect();
    let begins = match (digits.first(), digits.get(1)) {
        (Some(4), _) => [13, 16, 19].contains(&digits.len()),
        (Some(5), Some(1..=5)) | (Some(2), Some(2..=7)) => digits.len() == 16,
        (Some(3), Some(4 | 7)) => digits.len() == 15,
        (Some(3), Some(0 | 6 | 8)) => digits.len() == 14,
        (Some(6), _) => (16..=19).contains(&digits.len()),
        _ => false,
    };
    begins && digits.iter().any(|digit| *digit != digits[0]) && passes_luhn(digits.into_iter())
}

/// Whether it is an international bank account number: its two check digits hold.
pub fn is_iban(text: &str) -> bool {
    let bare: Vec<u8> = text.bytes().filter(|byte| *byte != b' ').map(|byte| byte.to_ascii_uppercase()).collect();
    let is_shape = (15..=34).contains(&bare.len())
        && bare[..2].iter().all(u8::is_ascii_uppercase)
        && bare[2..4].iter().all(u8::is_ascii_digit)
        && bare.iter().all(u8::is_ascii_alphanumeric);
    if !is_shape {
        return false;
    }
    let rest = bare[4..].iter().chain(&bare[..4]).fold(0_u64, |rest, byte| match byte {
        digit if digit.is_ascii_digit() => (rest * 10 + u64::from(digit - b'0')) % 97,
        letter => (rest * 100 + u64::from(letter - b'A') + 10) % 97,
    });
    rest == 1
}

/// Whether it is an address of the web.
pub fn is_web_address(text: &str) -> bool {
    ["http://", "https://", "www."]
        .iter()
        .any(|begin| text.get(..begin.len()).is_some_and(|it| it.eq_ignore_ascii_case(begin)))
        && !text.contains(' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_known_and_near_misses_are_not() {
        assert!(["ann@shop.com", "a.b+c@sub.shop.co.uk", "李@例子.公司"].into_iter().all(is_email));
        assert!(
            !["ann@shop", "ann.shop.com", "a@b@c.com", "ann@.com", ".a@b.com", "a b@c.com", "ann@shop.c", "@b.com"]
                .into_iter()
                .any(is_email)
        );
    }

    #[test]
    fn telephone_numbers_are_known() {
        assert!(
            ["+49 30 1234567", "+14155550132", "030/1234567", "(555) 123-4567", "555-123-4567"]
                .into_iter()
                .all(is_phone)
        );
        assert!(!["2024-01-31", "1234567", "12.50", "1 234 567", "+49", "0301234567"].into_iter().any(is_phone));
    }

    /// The card numbers are those that issuers publish for tests; the account is the example of the standard.
    #[test]
    fn cards_and_accounts_hold_their_check_digits() {
        assert!(["4111 1111 1111 1111", "5555555555554444", "378282246310005"].into_iter().all(is_card));
        assert!(!["4111 1111 1111 1112", "1234567890123456", "0000000000000000"].into_iter().any(is_card));
        assert!(is_iban("GB82 WEST 1234 5698 7654 32") && is_iban("DE89370400440532013000"));
        assert!(!is_iban("GB82 WEST 1234 5698 7654 33") && !is_iban("customer 12"));
    }
}

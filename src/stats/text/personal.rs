//! What points to a person besides addresses and telephones: cards, accounts.

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

    /// The card numbers are those that issuers publish for tests; the account is the example of the standard.
    #[test]
    fn cards_and_accounts_hold_their_check_digits() {
        assert!(["4111 1111 1111 1111", "5555555555554444", "378282246310005"].into_iter().all(is_card));
        assert!(!["4111 1111 1111 1112", "1234567890123456", "0000000000000000"].into_iter().any(is_card));
        assert!(is_iban("GB82 WEST 1234 5698 7654 32") && is_iban("DE89370400440532013000"));
        assert!(!is_iban("GB82 WEST 1234 5698 7654 33") && !is_iban("customer 12"));
    }
}

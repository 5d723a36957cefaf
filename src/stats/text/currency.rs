//! Currencies by their signs and codes.

/// A currency as it is written beside an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Currency {
    /// The code of ISO 4217.
    Code(&'static str),
    /// A sign that several countries share, such as `kr`: an amount, but nobody knows of what.
    Shared(&'static str),
}

impl Currency {
    /// The code of ISO 4217, where it is known.
    pub fn code(self) -> Option<&'static str> {
        match self {
            Currency::Code(code) => Some(code),
            Currency::Shared(_) => None,
        }
    }
}

/// Signs of currencies, with the code that each is taken for; a longer sign stands before one that it ends with.
const SIGNS: [(&str, Currency); 28] = [
    ("US$", Currency::Code("USD")),
    ("A$", Currency::Code("AUD")),
    ("AU$", Currency::Code("AUD")),
    ("C$", Currency::Code("CAD")),
    ("CA$", Currency::Code("CAD")),
    ("NZ$", Currency::Code("NZD")),
    ("HK$", Currency::Code("HKD")),
    ("S$", Currency::Code("SGD")),
    ("R$", Currency::Code("BRL")),
    ("$", Currency::Code("USD")),
    ("€", Currency::Code("EUR")),
    ("£", Currency::Code("GBP")),
    ("₹", Currency::Code("INR")),
    ("₽", Currency::Code("RUB")),
    ("₩", Currency::Code("KRW")),
    ("₺", Currency::Code("TRY")),
    ("₫", Currency::Code("VND")),
    ("₴", Currency::Code("UAH")),
    ("₪", Currency::Code("ILS")),
    ("元", Currency::Code("CNY")),
    ("RMB", Currency::Code("CNY")),
    ("¥", Currency::Code("JPY")),
    ("円", Currency::Code("JPY")),
    ("zł", Currency::Code("PLN")),
    ("Kč", Currency::Code("CZK")),
    ("Ft", Currency::Code("HUF")),
    // Denmark, Norway, Sweden and Iceland.
    ("kr.", Currency::Shared("kr")),
    ("kr", Currency::Shared("kr")),
];

/// The codes of ISO 4217 that are in use, and the marks, francs and others that became euros.
const CODES: &str = "\
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP \
    CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR \
    ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT \
    MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD \
    SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND \
    VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG \
    ATS BEF CYP DEM EEK ESP FIM FRF GRD HRK IEP ITL LTL LUF LVL MTL NLG PTE SIT SKK";

/// Takes the sign or the code of a currency off the beginning or the end of an amount.
pub(super) fn without_currency(text: &str) -> Option<(&str, Currency)> {
    let first = text.bytes().next()?;
    let last = text.bytes().last()?;
    // Digits at both ends: nearly all numbers.
    if first.is_ascii_digit() && last.is_ascii_digit() {
        return None;
    }
    for (sign, currency) in SIGNS {
        if let Some(inner) = text.strip_prefix(sign).or_else(|| text.strip_suffix(sign)) {
            return Some((inner.trim(), currency));
        }
    }
    // Words are told by the letter beside the three: ABCD5 begins with no code.
    let is_letter = |byte: Option<&u8>| byte.is_none_or(|byte| byte.is_ascii_alphabetic());
    let bytes = text.as_bytes();
    if first.is_ascii_uppercase() && !is_letter(bytes.get(3)) {
        return known(text.get(..3)?).map(|code| (text[3..].trim(), Currency::Code(code)));
    }
    let at = bytes.len().checked_sub(3)?;
    if last.is_ascii_uppercase() && at > 0 && !is_letter(bytes.get(at - 1)) {
        return known(text.get(at..)?).map(|code| (text[..at].trim(), Currency::Code(code)));
    }
    None
}

fn known(text: &str) -> Option<&'static str> {
    let is_code = text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase());
    // Each code stands with a blank behind it.
    let place = is_code.then(|| CODES.as_bytes().chunks(4).position(|code| code.starts_with(text.as_bytes())))??;
    CODES.get(place * 4..place * 4 + 3)
}

/// The code of a currency that is written alone: three letters, whatever their case, or a sign.
///
/// ```
/// use regulars_stats::text::currency_code;
/// assert_eq!((currency_code(" eur "), currency_code("$"), currency_code("Euros")), (Some("EUR"), Some("USD"), None));
/// ```
pub fn currency_code(text: &str) -> Option<&'static str> {
    let text = text.trim();
    let sign = SIGNS.iter().find(|(sign, _)| *sign == text).and_then(|(_, currency)| currency.code());
    sign.or_else(|| known(&text.to_ascii_uppercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_three_letters_and_stands_once() {
        let codes: Vec<&str> = CODES.split(' ').collect();
        assert!(codes.iter().all(|code| code.len() == 3 && known(code) == Some(code)), "{codes:?}");
        let different: std::collections::HashSet<&&str> = codes.iter().collect();
        assert_eq!(different.len(), codes.len());
    }

    #[test]
    fn signs_and_codes_are_taken_off_either_end() {
        for (text, rest, code) in [
            ("€ 5", "5", Some("EUR")),
            ("5 USD", "5", Some("USD")),
            ("HK$7", "7", Some("HKD")),
            ("12 kr", "12", None),
            ("CHF9", "9", Some("CHF")),
        ] {
            assert_eq!(without_currency(text).map(|(rest, it)| (rest, it.code())), Some((rest, code)), "{text}");
        }
        assert!(["5", "ABC 12", "EUROS 5", "USDX5", "usd 5"].iter().all(|text| without_currency(text).is_none()));
    }
}

//! E-mail addresses, and what programs put around them.

use std::borrow::Cow;

/// Why a text holds no e-mail address, after "no e-mail address: ".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmailFault {
    /// There is no `@`, or several.
    NoSign,
    /// Nothing stands before or behind the `@`.
    Nothing,
    /// Before the `@` stands what cannot.
    Name,
    /// Behind the `@` stands no host.
    Host,
}

impl EmailFault {
    /// The fault in words.
    pub fn word(self) -> &'static str {
        match self {
            EmailFault::NoSign => "there is no @",
            EmailFault::Nothing => "nothing before or behind the @",
            EmailFault::Name => "signs that cannot stand before the @",
            EmailFault::Host => "what stands behind the @ is no name of a place on the net",
        }
    }
}

/// The e-mail address in a text, without what is around it: `Ann Lee <ann@x.org>`, `mailto:`, blanks beside the `@`. Its
/// capitals stay. The text must be [`plain`](super::plain).
///
/// ```
/// use regulars_stats::text::read_email;
/// assert_eq!(read_email("Ann Lee <Ann@x.org>").unwrap(), "Ann@x.org");
/// assert!(read_email("write to ann@x.org").is_err());
/// ```
pub fn read_email(text: &str) -> Result<Cow<'_, str>, EmailFault> {
    if !text.contains('@') {
        return Err(EmailFault::NoSign);
    }
    let inner = match (text.rfind('<'), text.rfind('>')) {
        (Some(start), Some(end)) if start < end => &text[start + 1..end],
        _ => text,
    };
    let is_scheme = inner.get(..7).is_some_and(|begin| begin.eq_ignore_ascii_case("mailto:"));
    let inner = if is_scheme { &inner[7..] } else { inner };
    let inner = inner.trim_matches(|sign: char| " ,;:.\"'`()[]".contains(sign));
    let address = match inner.contains(' ') {
        true => Cow::Owned(without_blanks(inner)),
        false => Cow::Borrowed(inner),
    };
    check(&address)?;
    Ok(address)
}

/// Blanks beside the `@` and the points are nobody's; others part words, which are not drawn together.
fn without_blanks(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let is_beside = kept.ends_with(['@', '.']) || letters.peek().is_some_and(|next| matches!(next, '@' | '.'));
        if letter != ' ' || !is_beside {
            kept.push(letter);
        }
    }
    kept
}

fn check(address: &str) -> Result<(), EmailFault> {
    let (name, host) = address.rsplit_once('@').ok_or(EmailFault::NoSign)?;
    if name.is_empty() || host.is_empty() {
        return Err(EmailFault::Nothing);
    }
    let of_name = |letter: char| letter.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(letter);
    if !name.chars().all(of_name) || name.contains("..") || name.starts_with('.') || name.ends_with('.') {
        return Err(EmailFault::Name);
    }
    let is_label = |label: &str| {
        !label.is_empty()
            && label.chars().all(|letter| letter.is_alphanumeric() || letter == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let (_, last) = host.rsplit_once('.').ok_or(EmailFault::Host)?;
    // Names in other scripts may be written in letters and digits of Latin, behind xn--.
    let ends_well =
        last.chars().count() > 1 && last.chars().all(char::is_alphabetic) || last.starts_with("xn--") && last.len() > 4;
    match host.split('.').all(is_label) && ends_well {
        true => Ok(()),
        false => Err(EmailFault::Host),
    }
}

/// Whether a text is an e-mail address, with nothing around it.
pub fn is_email(text: &str) -> bool {
    check(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_lose_what_is_around_them() {
        for (found, wanted) in [
            ("Ann.Lee@Example.ORG", "Ann.Lee@Example.ORG"),
            ("Ann Lee <ann@x.org>", "ann@x.org"),
            ("MailTo:ann@x.org", "ann@x.org"),
            ("ann @ x. org", "ann@x.org"),
            ("ann+news@x.co.uk.", "ann+news@x.co.uk"),
            ("(ann@x.org)", "ann@x.org"),
            ("李@例子.中国", "李@例子.中国"),
            ("ann@x.xn--p1ai", "ann@x.xn--p1ai"),
        ] {
            assert_eq!(read_email(found).as_deref(), Ok(wanted), "{found}");
            assert!(is_email(wanted), "{wanted}");
        }
        for wrong in [
            "ann",
            "ann@",
            "@x.org",
            "ann@x",
            "ann@@x.org",
            "a@b@c.com",
            "a..b@x.org",
            "ann@x..org",
            "ann@-x.org",
            "ann@x.1",
            "ann@x.o",
            "ann lee@x.org",
            "write to ann@x.org",
            "ann.shop.com",
        ] {
            assert!(read_email(wrong).is_err() && !is_email(wrong), "{wrong}");
        }
        assert!(!is_email(".a@b.com") && !is_email("Ann <ann@x.org>") && !is_email("ann@x.org."));
    }
}

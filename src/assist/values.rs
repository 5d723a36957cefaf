//! Values that a column holds, offered where it is compared with text: `col("segment") == "`, `tx.region != "`,
//! `col("segment").is_in(["`. Only what lies in memory is looked at, and no more than its first rows.

use super::names::Names;
use super::reading::{Reading, Token};

/// The column with which the text that is being typed is compared.
pub(crate) fn compared<'a>(reading: &Reading<'a>) -> Option<&'a str> {
    let tokens = &reading.tokens;
    let end = match tokens.as_slice() {
        [.., sign, second] if (sign.is("=") || sign.is("!")) && second.is("=") => tokens.len() - 2,
        _ => {
            let call = reading.calls().next().filter(|call| matches!(call.name, "is_in" | "eq" | "ne"))?;
            call.receiver?
        }
    };
    column(&tokens[..end])
}

/// The column that these tokens end with: `col("a")`, `tx.a`, `tx["a"]`.
fn column<'a>(tokens: &[Token<'a>]) -> Option<&'a str> {
    match tokens {
        [.., col, open, name, close] if col.is("col") && open.is("(") && close.is(")") => name.quoted(),
        [.., frame, open, name, close] if frame.word().is_some() && open.is("[") && close.is("]") => name.quoted(),
        [.., frame, dot, name] if frame.word().is_some() && dot.is(".") => name.word(),
        _ => None,
    }
}

/// The values of a column, of the frame that the line names where it names one.
pub(crate) fn values(names: &Names, reading: &Reading<'_>, column: &str) -> Vec<String> {
    let named: Vec<&str> = reading.tokens.iter().filter_map(Token::word).collect();
    names.values(column, &named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_column_of_a_comparison_is_found() {
        for (line, wanted) in [
            ("tx.filter(col(\"segment\") == \"", Some("segment")),
            ("tx.filter(tx.region != \"No", Some("region")),
            ("tx.filter(tx[\"a b\"] == \"", Some("a b")),
            ("tx.filter((col(\"x\") > 1) & (col(\"segment\") == \"", Some("segment")),
            ("tx.filter(col(\"segment\").is_in([\"a\", \"", Some("segment")),
            ("tx.filter(col(\"", None),
            ("let a = \"", None),
        ] {
            assert_eq!(compared(&Reading::of(line)), wanted, "{line}");
        }
    }
}

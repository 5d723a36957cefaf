//! Text: the namespace `str`.

use polars::prelude::*;
use regulars_plugin::{Failure, Result};

use super::super::Operand;
use super::super::types::type_of_word;
use super::given::Given;
use super::{Method, method};

/// How text is read as a date: an explicit format, or the ISO way.
fn reading(a: &Given<'_>, place: usize, usual: &str) -> Result<StrptimeOptions> {
    Ok(StrptimeOptions {
        format: Some(a.text_or(place, usual)?.into()),
        strict: a.flag("strict", true)?,
        exact: a.flag("exact", true)?,
        cache: true,
    })
}

/// Reading as a date needs the format; what time is meant where clocks are set back is not asked of plain text.
fn read(e: Expr, kind: DataType, a: &Given<'_>, place: usize, usual: &str) -> Result<Expr> {
    Ok(e.str().strptime(kind, reading(a, place, usual)?, lit("raise")))
}

const MOMENT: DataType = DataType::Datetime(TimeUnit::Microseconds, None);
const READING: &[&str] = &["strict", "exact"];

/// The characters to strip; white space unless told.
fn signs(a: &Given<'_>) -> Result<Expr> {
    a.get(0).map_or(Ok(lit(NULL)), Operand::expr)
}

/// The sign that fills, one character.
fn filler(a: &Given<'_>) -> Result<char> {
    let text = a.text_or(1, " ")?;
    let mut letters = text.chars();
    match (letters.next(), letters.next()) {
        (Some(letter), None) => Ok(letter),
        _ => Err(Failure::new(format!("`{text}` cannot fill up text"))
            .help("give one character: `.str.pad_start(8, \"0\")`")),
    }
}

/// A piece of text; Polars would take a negative length for an overflow.
fn slice(e: Expr, a: &Given<'_>) -> Result<Expr> {
    match a.get(1) {
        Some(Operand::Integer(length)) if *length < 0 => {
            Err(Failure::new(format!("{length} characters are asked for"))
                .help("all but the last one is `.str.head(-1)`, the last three are `.str.tail(3)`"))
        }
        None => Ok(e.str().slice(a[0].expr()?, lit(NULL))),
        Some(length) => Ok(e.str().slice(a[0].expr()?, length.expr()?)),
    }
}

/// Every word begun with a capital; a word ends where letters and digits do.
fn titled(text: &str) -> String {
    let mut inside = false;
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match (inside, letter.is_alphanumeric()) {
            (false, true) => out.extend(letter.to_uppercase()),
            _ => out.extend(letter.to_lowercase()),
        }
        inside = letter.is_alphanumeric();
    }
    out
}

/// What a whole number of pieces needs.
fn pieces(a: &Given<'_>) -> Result<usize> {
    match a[1].count()? {
        0 => Err(Failure::new("0 pieces are asked for").help("give 1 or more")),
        pieces => Ok(pieces),
    }
}

pub(super) const METHODS: &[Method] = &[
    method("str", "starts_with", &["text"], "Whether it begins so.", |e, a| Ok(e.str().starts_with(a[0].expr()?))),
    method("str", "ends_with", &["text"], "Whether it ends so.", |e, a| Ok(e.str().ends_with(a[0].expr()?))),
    method("str", "contains", &["pattern"], "Whether a regular expression matches; the text itself with `literal: true`.", |e, a| {
        let pattern = a[0].expr()?;
        Ok(match a.flag("literal", false)? {
            true => e.str().contains_literal(pattern),
            false => e.str().contains(pattern, a.flag("strict", true)?),
        })
    })
    .options(&["literal", "strict"]),
    method("str", "contains_literal", &["text"], "Whether it holds this text.", |e, a| {
        Ok(e.str().contains_literal(a[0].expr()?))
    }),
    method("str", "find", &["pattern"], "Where a regular expression first matches, counted in bytes from 0.", |e, a| {
        let pattern = a[0].expr()?;
        Ok(match a.flag("literal", false)? {
            true => e.str().find_literal(pattern),
            false => e.str().find(pattern, a.flag("strict", true)?),
        })
    })
    .options(&["literal", "strict"]),
    method("str", "count_matches", &["pattern"], "How often a regular expression matches.", |e, a| {
        Ok(e.str().count_matches(a[0].expr()?, a.flag("literal", false)?))
    })
    .options(&["literal"]),
    method("str", "replace", &["pattern", "text"], "The first match of a regular expression replaced, or the first `n` of a plain text with `literal: true`; `$1` stands for the first group.", |e, a| {
        let many = a.option("n").map(Operand::count).transpose()?.unwrap_or(1);
        let many = i64::try_from(many).unwrap_or(i64::MAX);
            if many != 1 && !a.flag("literal", false)? {
                return Err(Failure::new("so many matches are counted of plain text only")
                    .help("add `literal: true`, or replace every match: `.str.replace_all(…)`"));
            }
        Ok(e.str().replace_n(a[0].expr()?, a[1].expr()?, a.flag("literal", false)?, many))
    })
    .options(&["literal", "n"]),
    method("str", "replace_all", &["pattern", "text"], "Every match of a regular expression replaced; `$1` stands for the first group.", |e, a| {
        Ok(e.str().replace_all(a[0].expr()?, a[1].expr()?, a.flag("literal", false)?))
    })
    .options(&["literal"])
    .example("frame(#{phone: [\"030 / 12-34\"]}).with_columns(col(\"phone\").str.replace_all(\"[^0-9]\", \"\"))"),
    method(
        "str",
        "extract",
        &["pattern", "group?"],
        "What a group of a regular expression matches; the first group unless told, 0 is the whole match.",
        |e, a| {
            let group = a.get(1).map_or(Ok(1), Operand::count)?;
            Ok(e.str().extract(a[0].expr()?, group))
        },
    )
    .example("frame(#{mail: [\"ann@shop.org\"]}).with_columns(col(\"mail\").str.extract(\"@(.+)$\").alias(\"domain\"))"),
    method("str", "extract_all", &["pattern"], "All matches of a regular expression, as a list.", |e, a| {
        Ok(e.str().extract_all(a[0].expr()?))
    }),
    method("str", "extract_groups", &["pattern"], "What the groups of a regular expression match, as a struct.", |e, a| {
        e.str().extract_groups(a[0].text()?).map_err(|error| crate::table::failure(error, &[]))
    }),
    method("str", "escape_regex", &[], "The text as a regular expression that matches it.", |e, _| Ok(e.str().escape_regex())),
    method("str", "to_lowercase", &[], "In small letters.", |e, _| Ok(e.str().to_lowercase())),
    method("str", "to_uppercase", &[], "In capitals.", |e, _| Ok(e.str().to_uppercase())),
    method("str", "to_titlecase", &[], "Every word with a capital at its beginning.", |e, _| {
        Ok(e.map(
            |column| {
                let text = column.str()?;
                Ok(text.apply_values(|value| titled(value).into()).into_column())
            },
            |_, field| {
                polars_ensure!(field.dtype == DataType::String, SchemaMismatch: "invalid series dtype: expected `String`, got `{}` for series with name `{}`", field.dtype, field.name);
                Ok(field.clone())
            },
        ))
    }),
    method("str", "strip_chars", &["characters?"], "Without white space at both ends, or without these characters.", |e, a| {
        Ok(e.str().strip_chars(signs(a)?))
    }),
    method("str", "strip_chars_start", &["characters?"], "Without white space, or these characters, at the beginning.", |e, a| {
        Ok(e.str().strip_chars_start(signs(a)?))
    }),
    method("str", "strip_chars_end", &["characters?"], "Without white space, or these characters, at the end.", |e, a| {
        Ok(e.str().strip_chars_end(signs(a)?))
    }),
    method("str", "strip_prefix", &["text"], "Without this beginning.", |e, a| Ok(e.str().strip_prefix(a[0].expr()?))),
    method("str", "strip_suffix", &["text"], "Without this end.", |e, a| Ok(e.str().strip_suffix(a[0].expr()?))),
    method("str", "pad_start", &["length", "character?"], "Filled up at the beginning to so many characters.", |e, a| {
        Ok(e.str().pad_start(lit(a[0].count()? as u64), filler(a)?))
    }),
    method("str", "pad_end", &["length", "character?"], "Filled up at the end to so many characters.", |e, a| {
        Ok(e.str().pad_end(lit(a[0].count()? as u64), filler(a)?))
    }),
    method("str", "zfill", &["length"], "Filled up with zeros to so many characters, behind a sign.", |e, a| {
        Ok(e.str().zfill(lit(a[0].count()? as u64)))
    }),
    method("str", "len_chars", &[], "The number of characters.", |e, _| Ok(e.str().len_chars())),
    method("str", "len_bytes", &[], "The number of bytes in UTF-8: three for a Chinese character.", |e, _| Ok(e.str().len_bytes())),
    method("str", "slice", &["from", "length?"], "So many characters from a place, counted from 0, or from the end where negative.", slice),
    method("str", "head", &["length"], "The first characters; all but the last ones where negative.", |e, a| Ok(e.str().head(a[0].expr()?))),
    method("str", "tail", &["length"], "The last characters; all but the first ones where negative.", |e, a| Ok(e.str().tail(a[0].expr()?))),
    method("str", "reverse", &[], "The characters in reverse order.", |e, _| Ok(e.str().reverse())),
    method(
        "str",
        "normalize",
        &["form?"],
        "One way of writing equal text: \"NFC\" unless told (\"NFKC\" makes full-width letters and digits half-width, \"NFD\", \"NFKD\").",
        |e, a| {
            let forms = [("NFC", UnicodeForm::NFC), ("NFKC", UnicodeForm::NFKC), ("NFD", UnicodeForm::NFD), ("NFKD", UnicodeForm::NFKD)];
            Ok(e.str().normalize(a.choice(0, "form", &forms)?))
        },
    )
    .example("frame(#{code: [\"ＡＢ１２\"]}).with_columns(col(\"code\").str.normalize(\"NFKC\"))"),
    method("str", "split", &["by"], "The pieces between separators, as a list; the separators stay with `inclusive: true`.", |e, a| {
        let by = a[0].expr()?;
        Ok(if a.flag("inclusive", false)? { e.str().split_inclusive(by) } else { e.str().split(by) })
    })
    .options(&["inclusive"]),
    method("str", "split_exact", &["by", "separators"], "The pieces between so many separators, as a struct; what comes after is left out.", |e, a| {
        Ok(e.str().split_exact(a[0].expr()?, a[1].count()?))
    }),
    method("str", "splitn", &["by", "pieces"], "At most so many pieces, as a struct; the last one holds the rest.", |e, a| {
        Ok(e.str().splitn(a[0].expr()?, pieces(a)?))
    })
    .example("frame(#{name: [\"Ann Lee\"]}).with_columns(col(\"name\").str.splitn(\" \", 2).struct.field(\"field_1\").alias(\"family\"))"),
    method("str", "join", &["by?"], "All texts of the column as one.", |e, a| {
        Ok(e.str().join(a.text_or(0, "")?, a.flag("ignore_nulls", true)?))
    })
    .options(&["ignore_nulls"]),
    method("str", "json_path_match", &["path"], "The value at a path such as \"$.name\" in text that is JSON, as text.", |e, a| {
        Ok(e.str().json_path_match(a[0].expr()?))
    }),
    method("str", "to_date", &["format?"], "The text as a date; \"%Y-%m-%d\" unless told. What is no such date is an error, or missing with `strict: false`.", |e, a| {
        read(e, DataType::Date, a, 0, "%Y-%m-%d")
    })
    .options(READING)
    .example("frame(#{day: [\"2019年8月8日\"]}).with_columns(col(\"day\").str.to_date(\"%Y年%m月%d日\"))"),
    method(
        "str",
        "to_datetime",
        &["format?"],
        "The text as a date and time; \"%Y-%m-%d %H:%M:%S\" unless told.",
        |e, a| read(e, MOMENT, a, 0, "%Y-%m-%d %H:%M:%S"),
    )
    .options(READING),
    method("str", "to_time", &["format?"], "The text as a time of day; \"%H:%M:%S\" unless told.", |e, a| {
        read(e, DataType::Time, a, 0, "%H:%M:%S")
    })
    .options(READING),
    method("str", "strptime", &["type", "format"], "The text as a \"date\", \"datetime\" or \"time\", in a format.", |e, a| {
        let kind = type_of_word(a[0].text()?)?;
        if !matches!(kind, DataType::Date | DataType::Datetime(..) | DataType::Time) {
            return Err(Failure::new("`strptime` makes dates and times only").help("numbers are made with `.cast(\"int\")`"));
        }
        read(e, kind, a, 1, "")
    })
    .options(READING),
    method("str", "to_integer", &["base?"], "The text as a whole number written in a base, 10 unless told: 2 to 36. What is no such number is an error, or missing with `strict: false`.", |e, a| {
        match a.integer_or(0, 10)? {
            base @ 2..=36 => Ok(e.str().to_integer(lit(base as u32), Some(DataType::Int64), a.flag("strict", true)?)),
            base => Err(Failure::new(format!("there is no base {base}")).help("2 is binary, 10 decimal, 16 hexadecimal; up to 36")),
        }
    })
    .options(&["strict"])
    .example("frame(#{colour: [\"ff\", \"1a\"]}).with_columns(col(\"colour\").str.to_integer(16).alias(\"value\"))"),
    method("str", "to_decimal", &["scale"], "The text as a decimal number with so many digits behind the point.", |e, a| {
        match a[0].count()? {
            scale @ 0..=38 => Ok(e.str().to_decimal(scale)),
            scale => Err(Failure::new(format!("{scale} digits behind the point are too many")).help("38 is the most")),
        }
    }),
];

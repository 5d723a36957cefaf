//! Names and types.

use super::super::types::type_of_word;
use super::{Method, method};

pub(super) const METHODS: &[Method] = &[
    method("", "alias", &["name"], "The same values under another name.", |e, a| Ok(e.alias(a[0].text()?))),
    method(
        "",
        "cast",
        &["type"],
        "The values as another type: \"int\", \"float\", \"string\", \"bool\", \"date\", \"datetime\", or a type name of Polars. A value that cannot be cast is an error.",
        |e, a| Ok(e.strict_cast(type_of_word(a[0].text()?)?)),
    ),
];

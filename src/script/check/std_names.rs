//! The functions that Rhai brings itself, by name: its modules do not list them in this build.

/// Whether Rhai has a function of that name, for whatever values.
pub(in crate::script) fn is_known(name: &str) -> bool {
    NAMES.contains(&name) || KEYWORDS.contains(&name)
}

/// Whether a call of it only computes: without waiting, without the clock, and without changing what it is called on.
pub(in crate::script) fn only_computes(name: &str) -> bool {
    let is_word = name.starts_with(|first: char| first.is_alphabetic() || first == '_');
    !is_word || COMPUTES.contains(&name)
}

/// Words that Rhai calls without a function behind them.
const KEYWORDS: [&str; 10] =
    ["print", "debug", "type_of", "call", "curry", "is_shared", "is_def_fn", "is_def_var", "eval", "Fn"];

#[rustfmt::skip]
const COMPUTES: &[&str] = &[
    "abs", "acos", "asin", "atan", "bytes", "ceiling", "chars", "contains", "cos", "ends_with", "exp", "floor", "fraction",
    "get", "hypot", "index_of", "int", "is_empty", "is_even", "is_finite", "is_infinite", "is_nan", "is_odd", "is_zero",
    "keys", "len", "ln", "log", "max", "min", "parse_float", "parse_int", "round", "sign", "sin", "split", "sqrt",
    "starts_with", "sub_string", "tan", "to_binary", "to_float", "to_hex", "to_int", "to_lower", "to_octal", "to_string",
    "to_upper", "values", "to_chars", "to_degrees", "to_radians",
];

#[rustfmt::skip]
const NAMES: &[&str] = &[
    "E", "PI", "abs", "acos", "acosh", "all", "append", "as_string", "asin", "asinh", "atan", "atanh",
    "bits", "blob", "bytes", "ceiling", "chars", "chop", "clear", "contains", "cos", "cosh", "crop",
    "debug", "dedup", "drain", "elapsed", "end", "ends_with", "exit", "exp", "extract", "fill_with",
    "filter", "find", "find_map", "floor", "for_each", "fraction", "get", "get_bit",
    "get_bits", "get_fn_metadata_list", "hypot", "index_of", "insert", "int", "is_anonymous", "is_empty",
    "is_even", "is_exclusive", "is_finite", "is_inclusive", "is_infinite", "is_nan", "is_odd", "is_zero", "keys",
    "len", "ln", "log", "make_lower", "make_upper", "map", "max", "min", "mixin",
    "name", "order", "order_by", "order_desc", "pad", "parse_be_float", "parse_be_int",
    "parse_decimal", "parse_float", "parse_int", "parse_json", "parse_le_float", "parse_le_int", "pop",
    "print", "push", "range", "reduce", "reduce_rev", "remove", "replace", "retain", "reverse",
    "round", "round_down", "round_half_down", "round_half_up", "round_up", "set", "set_bit", "set_bits", "set_tag",
    "shift", "sign", "sin", "sinh", "sleep", "some", "sort", "sort_by", "sort_desc", "splice", "split", "split_rev",
    "sqrt", "start", "starts_with", "step", "sub_string", "tag", "take", "tan", "tanh", "timestamp",
    "to_array", "to_binary", "to_blob", "to_chars", "to_debug", "to_decimal", "to_degrees", "to_float", "to_hex",
    "to_int", "to_json", "to_lower", "to_octal", "to_radians", "to_string", "to_upper", "trim", "truncate", "values",
    "write_ascii", "write_be", "write_le", "write_utf8", "zip",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_computes_is_known_and_sorted_names_are_found() {
        for name in COMPUTES {
            assert!(NAMES.contains(name), "{name}");
        }
        assert!(is_known("push") && is_known("print") && !is_known("merge"));
        assert!(only_computes("+") && only_computes("len") && !only_computes("sleep") && !only_computes("push"));
    }
}

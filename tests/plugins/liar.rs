//! A plugin whose manuals are well and whose answers are not: each function lies in its own way.

mod kit;

use kit::{Lie, abi, manual_with, say};
use std::ffi::{c_int, c_void};
use std::sync::atomic::Ordering;

const FINE: &[u8] = br#"{"figures": {}, "notes": []}"#;

/// A further table `more` of one column.
const FURTHER: &str =
    r#", "further": [{"name": "more", "meaning": "", "columns": [{"name": "b", "meaning": "", "holds": "integer"}]}]"#;
const METHODS: &str = r#", "methods": [{"name": "ask", "family": "clean", "summary": "", "tables": []}]"#;
const DRAWS: &str = r#", "draws": true"#;

/// What else a manual declares.
fn rest(name: &str) -> &'static str {
    match name {
        "further_of_another_schema" | "further_too_few" | "further_absent" => FURTHER,
        "no_model" | "a_model_of_nothing" => METHODS,
        "a_drawing_of_nothing" | "a_drawing_of_blobs" | "a_drawing_without_size" | "a_drawing_beyond_numbers" => DRAWS,
        _ => "",
    }
}

/// Name, declared columns, declared figures.
const FUNCTIONS: &[(&str, &str, &str)] = &[
    ("further_of_another_schema", "a integer", ""),
    ("further_too_few", "a integer", ""),
    ("further_absent", "a integer", ""),
    ("no_model", "", ""),
    ("a_model_of_nothing", "", ""),
    ("a_drawing_of_nothing", "", "customers integer"),
    ("a_drawing_of_blobs", "", "customers integer"),
    ("a_drawing_without_size", "", "customers integer"),
    ("a_drawing_beyond_numbers", "", "customers integer"),
    ("notes_that_are_none", "", ""),
    ("a_well_of_brackets", "", ""),
    ("fails_with_nothing", "", ""),
    ("fails_not_in_utf8", "", ""),
    ("fails_elsewhere", "", ""),
    ("truth", "a integer", ""),
    ("other_name", "a integer", ""),
    ("other_kind", "a integer", ""),
    ("no_table", "a integer", ""),
    ("an_absent_table", "a integer", ""),
    ("tables_from_nowhere", "a integer", ""),
    ("too_many_tables", "a integer", ""),
    ("a_model_unasked", "", ""),
    ("a_drawing_unasked", "", ""),
    ("a_table_unasked", "", ""),
    ("no_json", "", ""),
    ("no_text", "", ""),
    ("text_not_utf8", "", ""),
    ("breaks_off", "", ""),
    ("fails_without_words", "a integer", ""),
    ("a_figure_too_many", "", "customers integer"),
    ("a_figure_too_few", "", "customers integer, share number"),
    ("a_figure_of_another_kind", "", "customers integer"),
    ("uneven", "a integer", ""),
    ("column_not_utf8", "a text", ""),
    ("ends_before_it_begins", "a text", ""),
    ("view_beyond_its_buffer", "a text", ""),
    ("another_format", "a integer", ""),
    ("no_buffer", "a integer", ""),
    ("miscounts", "a integer", ""),
    ("breaks_midway", "a integer", ""),
    ("endless", "a integer", ""),
    ("counts", "", "made integer, released integer"),
];

fn bytes(values: [i64; 2]) -> Option<Vec<u8>> {
    Some(values.iter().flat_map(|value| value.to_ne_bytes()).collect())
}

fn ends(values: [i64; 3]) -> Option<Vec<u8>> {
    // A vector of bytes need not begin where whole numbers may; the allocator in use starts all at 16.
    Some(values.iter().flat_map(|value| value.to_ne_bytes()).collect())
}

/// Answers without having taken its table: the host releases it.
unsafe extern "C" fn call(_: *const c_void, request: *mut abi::Request, answer: *mut abi::Answer) -> c_int {
    let (function, answer) = unsafe { ((*request).function, &mut *answer) };
    let honest = Lie::new(c"a", c"l", vec![None, bytes([1, 2])]);
    let name = FUNCTIONS[function as usize].0;
    let deep = format!("{{\"model\": {}", "[".repeat(100_000));
    let text: &[u8] = match name {
        "no_json" => b"all went well",
        "no_text" => return 0,
        "text_not_utf8" => b"{\"notes\": [\"\xff\"]}",
        "breaks_off" => br#"{"message": "index 7 is out of bounds", "help": ["mind the gap"]}"#,
        "fails_without_words" => b"segmentation imminent",
        "a_figure_too_many" => br#"{"figures": {"customers": 3, "custmers": 4}}"#,
        "a_figure_too_few" => br#"{"figures": {"customers": 3}}"#,
        "a_figure_of_another_kind" => br#"{"figures": {"customers": 3.5}}"#,
        "a_model_unasked" => br#"{"model": {"mean": 3}}"#,
        "a_drawing_unasked" => {
            br#"{"drawing": {"title": "", "summary": "", "width": 1.0, "height": 1.0, "shapes": []}}"#
        }
        "no_model" => br#"{"figures": {}}"#,
        "a_model_of_nothing" => br#"{"model": null}"#,
        "a_drawing_of_nothing" => br#"{"figures": {"customers": 1}, "drawing": 3}"#,
        "a_drawing_of_blobs" => {
            br#"{"figures": {"customers": 1}, "drawing": {"title": "", "summary": "", "width": 1.0, "height": 1.0,
               "shapes": [{"blob": {}}]}}"#
        }
        "a_drawing_without_size" => {
            br#"{"figures": {"customers": 1}, "drawing": {"title": "", "summary": "", "width": 0.0, "height": 1.0,
               "shapes": []}}"#
        }
        "a_drawing_beyond_numbers" => {
            br#"{"figures": {"customers": 1}, "drawing": {"title": "", "summary": "", "width": 1e999, "height": 1.0,
               "shapes": []}}"#
        }
        "notes_that_are_none" => br#"{"notes": "all went well"}"#,
        "a_well_of_brackets" => deep.as_bytes(),
        "fails_with_nothing" => return 3,
        "fails_not_in_utf8" => b"{\"message\": \"\xff\"}",
        "fails_elsewhere" => {
            br#"{"message": "no", "place": {"line": 1, "column": 1},
               "rows": {"columns": [], "rows": [[1, []]], "column": 99, "row": 1}}"#
        }
        "counts" => {
            let count = |counter: &std::sync::atomic::AtomicU64| counter.load(Ordering::SeqCst);
            let counted = (count(&kit::MADE), count(&kit::RELEASED));
            let text = format!(r#"{{"figures": {{"made": {}, "released": {}}}}}"#, counted.0, counted.1);
            say(answer, text.as_bytes());
            return 0;
        }
        _ => FINE,
    };
    say(answer, text);
    let table = match name {
        "truth" | "a_table_unasked" | "fails_without_words" => honest,
        "other_name" => Lie { name: c"b", ..honest },
        "other_kind" => Lie { format: c"g", ..honest },
        "uneven" => Lie { values: 1, ..honest },
        "column_not_utf8" => Lie::new(c"a", c"U", vec![None, ends([0, 1, 2]), Some(b"a\xff".to_vec())]),
        "ends_before_it_begins" => Lie::new(c"a", c"U", vec![None, ends([0, 9, 2]), Some(b"ab".to_vec())]),
        "view_beyond_its_buffer" => {
            let view = [20i32.to_ne_bytes(), *b"abcd", 0i32.to_ne_bytes(), 3i32.to_ne_bytes()].concat();
            let lengths = Some(8i64.to_ne_bytes().to_vec());
            Lie::new(c"a", c"vu", vec![None, Some([view.clone(), view].concat()), Some(b"abcdefgh".to_vec()), lengths])
        }
        "another_format" => Lie { format: c"i", ..honest },
        "no_buffer" => Lie { buffers: vec![None, None], ..honest },
        "miscounts" => Lie { missing: 2, buffers: vec![Some(vec![0b01]), bytes([1, 2])], ..honest },
        "breaks_midway" => Lie { broken: Some(c"the disk is full"), ..honest },
        "endless" => Lie { batches: u64::MAX, ..honest },
        "an_absent_table" => {
            kit::send(answer, abi::ArrowArrayStream::EMPTY);
            return 0;
        }
        "tables_from_nowhere" => {
            answer.table_count = 2;
            return 0;
        }
        "too_many_tables" => {
            kit::send(answer, honest.stream());
            answer.table_count = 4_000_000_000;
            return 0;
        }
        "further_of_another_schema" => {
            kit::send_all(answer, vec![honest.clone().stream(), honest.stream()]);
            return 0;
        }
        "further_too_few" => honest,
        "further_absent" => {
            kit::send_all(answer, vec![honest.stream(), abi::ArrowArrayStream::EMPTY]);
            return 0;
        }
        _ => return c_int::from(name == "breaks_off" || name.starts_with("fails_")) * 2,
    };
    kit::send(answer, table.stream());
    c_int::from(name == "fails_without_words") * 7
}

#[unsafe(no_mangle)]
pub extern "C" fn regulars_plugin_entry(_host_abi: u32) -> *const abi::Plugin {
    let manuals: Vec<String> =
        FUNCTIONS.iter().map(|(name, columns, figures)| manual_with(name, columns, figures, rest(name))).collect();
    kit::leak(kit::plugin(format!("[{}]", manuals.join(", ")), call))
}

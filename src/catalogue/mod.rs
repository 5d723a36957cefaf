//! Every manual, wherever it comes from: search, suggest, call.

mod answer;

pub use answer::{Answer, Record};

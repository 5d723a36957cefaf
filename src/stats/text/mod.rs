//! What a piece of text is: a number and how it is written, a date and in which order, an address, damage.

mod dates;
mod dirt;
mod kinds;
mod mask;
mod missing;
mod numbers;
mod personal;

pub use dates::{DateForm, Order, calendar_day, day_number, read_date};
pub use dirt::{DIRTS, Dirt, dirt_of, folded};
pub use kinds::{Kind, Look, look};
pub use mask::mask;
pub use missing::{is_test_word, is_total_word, missing_word};
pub use numbers::{NumberForm, read_number};
pub use personal::{is_card, is_email, is_iban, is_phone, is_web_address, passes_luhn};

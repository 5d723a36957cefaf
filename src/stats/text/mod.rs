//! What a piece of text is: a number and how it is written, a date and in which order, an address, damage. These are the only
//! readers of text: what `profile` counts, `validate` accepts, `standardize` reads and `unify` and linkage compare comes from
//! here.

mod countries;
mod currency;
mod dates;
mod decimal_sign;
mod digits;
mod dirt;
mod email;
mod flags;
mod identity;
mod kinds;
mod mask;
mod missing;
mod names;
mod numbers;
mod personal;
mod phone;
mod units;
mod width;

pub use countries::{country_code, country_names};
pub use currency::{Currency, currency_code};
pub use dates::{
    DateForm, DayOrder, DigitsForm, Evidence, Order, WrittenDate, calendar_day, day_in_digits, day_number, read_date,
    read_told_date,
};
pub use decimal_sign::DecimalSign;
pub use dirt::{DIRTS, Dirt, dirt_of, folded};
pub use email::{EmailFault, is_email, read_email};
pub use flags::{flag_words, read_flag};
pub use identity::{Identifier, code_key, email_key, identity, name_key, phone_key};
pub use kinds::{Kind, Look, look};
pub use mask::mask;
pub use missing::{is_nothing, is_test_word, is_total_word, missing_word};
pub use names::{proper_name, tidy_address, without_spaces_between_ideographs};
pub use numbers::{Mark, NumberForm, WrittenNumber, read_number};
pub use personal::{is_card, is_iban, is_web_address, passes_luhn};
pub use phone::{PhoneFault, is_international, is_phone, may_be_phone, read_phone};
pub use units::{Measure, Unit, split_unit, unit_named};
pub use width::plain;

//! What helps while a script is written, wherever that is: completion, help on a name. Nothing here knows a terminal.

mod help;
mod kind;
pub(crate) mod modules;
mod names;
mod offers;
mod reading;
mod values;

pub(crate) use help::{asked, asked_of_session, count, help, variable};
pub(crate) use names::{Names, columns, with_size};
pub(crate) use offers::{Offer, Offers, first_sentence, offers, paths};
pub(crate) use reading::{Token, calls_around, open_brackets, tokens};

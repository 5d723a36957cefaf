//! The table of customers, and what is hidden of them.

use std::ops::Range;

use regulars_plugin::Result;

use super::words::{COUNTRIES, DOMAINS};
use super::world::{Customer, Purpose, Scratch, World, number};
use crate::stats::simulate::Stream;
use crate::table::{Frame, FrameBuilder};

/// Moves numbers below 10⁸ around, each to one of its own, so that neighbours do not have neighbouring telephone numbers.
fn scattered(row: usize) -> u64 {
    (row as u64 * 76_543_211 + 20_345_679) % 100_000_000
}

/// What stands in one row, as far as it is made up.
struct Person {
    name: String,
    email: String,
    phone: String,
    woman: bool,
}

impl Person {
    fn new(stream: &mut Stream, row: usize, customer: &Customer) -> Person {
        let country = &COUNTRIES[customer.country];
        let woman = stream.chance(0.52);
        let names = country.first[usize::from(!woman)];
        let (first, first_plain) = stream.one_of(names).copied().unwrap_or_default();
        let (last, last_plain) = stream.one_of(country.last).copied().unwrap_or_default();
        let name = if country.last_first { format!("{last}{first}") } else { format!("{first} {last}") };
        let domain = stream.one_of(&DOMAINS).copied().unwrap_or_default();
        // Only the number makes addresses unlike each other.
        let email = format!("{first_plain}.{last_plain}{}@{domain}", number(row));
        Person { name, email, phone: format!("{}{:08}", country.phone, scattered(row)), woman }
    }
}

/// The customers of a chunk.
pub(super) fn table(world: &World, rows: Range<usize>) -> Result<Frame> {
    let count = rows.len();
    let mut people = Vec::with_capacity(count);
    let mut about = Vec::with_capacity(count);
    let (mut cards, mut ages, mut incomes) = (Vec::with_capacity(count), Vec::new(), Vec::new());
    let (mut signed, mut consent) = (Vec::new(), Vec::new());
    world.each(rows.clone(), |row, customer, _| {
        let mut stream = world.stream(Purpose::People, row);
        people.push(Person::new(&mut stream, row, customer));
        about.push((customer.country, customer.place, customer.business));
        // From 18 to 85, most of them in the middle.
        let years = 18.0 + 67.0 * stream.beta(2.0, 2.6);
        ages.push(Some(world.from - (years * 365.25) as i32));
        incomes.push(stream.chance(0.8).then(|| (34_000.0 * (0.5 * stream.normal()).exp() / 100.0).round() * 100.0));
        signed.push(Some(customer.start - if stream.chance(0.3) { stream.below(31) as i32 } else { 0 }));
        consent.push(stream.chance(0.7));
        cards.push(stream.chance(0.6).then(|| format!("C{:08}", scattered(row + 7))));
    });
    let place = |part: fn(&(&'static str, &'static str)) -> &'static str| {
        about.iter().map(move |(country, place, _)| part(&COUNTRIES[*country].places[*place]))
    };
    FrameBuilder::empty()
        .integers("customer", rows.map(number))
        .texts("name", people.iter().map(|person| &person.name))
        .texts("email", people.iter().map(|person| &person.email))
        .texts("phone", people.iter().map(|person| &person.phone))
        .days("birth_date", ages.into_iter())?
        .texts("gender", people.iter().map(|person| if person.woman { "f" } else { "m" }))
        .texts("city", place(|(_, town)| town))
        .texts("region", place(|(region, _)| region))
        .texts("country", about.iter().map(|(country, ..)| COUNTRIES[*country].name))
        .texts("segment", about.iter().map(|(.., business)| if *business { "business" } else { "consumer" }))
        .days("signup_date", signed.into_iter())?
        .optional_numbers("income", incomes.into_iter())
        .flags("consent", consent.into_iter())
        .optional_texts("loyalty_card", cards.iter().map(Option::as_deref))
        .build()
}

/// What nobody sees of the customers of a chunk.
pub(super) fn truth(world: &World, rows: Range<usize>) -> Result<Frame> {
    let mut all: Vec<(Customer, i64)> = Vec::with_capacity(rows.len());
    let mut scratch = Scratch::default();
    for row in rows.clone() {
        let customer = world.customer(row, &mut scratch);
        all.push((customer, scratch.orders.len() as i64));
    }
    let customers = || all.iter().map(|(customer, _)| customer);
    FrameBuilder::empty()
        .integers("customer", rows.map(number))
        .days("start", customers().map(|one| Some(one.start)))?
        .numbers("pace", customers().map(|one| one.life.pace))
        .numbers("dropout", customers().map(|one| one.life.dropout))
        .days("stopped", customers().map(|one| one.stopped))?
        .flags("alive", customers().map(|one| one.stopped.is_none()))
        .numbers("spend", customers().map(|one| one.spend))
        .numbers("content", customers().map(|one| one.content))
        .integers("orders", all.iter().map(|(_, orders)| *orders))
        .build()
}

/// The region of a customer.
pub(super) fn region(customer: &Customer) -> usize {
    customer.country * 5 + customer.place
}

/// The regions of all countries, in their order.
pub(super) fn regions() -> Vec<&'static str> {
    COUNTRIES.iter().flat_map(|country| country.places.iter().map(|(region, _)| *region)).collect()
}

/// How much is paid, in hundredths, as money.
pub(super) fn money(cents: i64) -> f64 {
    cents as f64 / 100.0
}

//! Data that the binary carries, so that everything can be tried without a file.

use chrono::NaiveDate;
use regulars_plugin::{Failure, Result};

use crate::table::{About, Cell, Frame};

/// A sample.
pub struct Sample {
    /// The name that scripts write.
    pub name: &'static str,
    /// What it is, where it comes from and under which terms.
    pub about: &'static str,
    read: fn() -> Result<Frame>,
}

/// Every sample.
pub const SAMPLES: &[Sample] = &[
    Sample {
        name: "cdnow",
        about: "Purchases of 2,357 customers of the online music shop CDNOW, who all bought for the first time in January \
            to March 1997, up to 1998-06-30: 6,919 rows. Published by P. Fader and B. Hardie for research (copy from the \
            lifetimes package, MIT licence).",
        read: cdnow,
    },
    Sample {
        name: "people",
        about: "1,000 made-up records of 251 people with errors of writing, for record linkage; the column person is the \
                truth: fake_1000 of the Splink package (MIT licence).",
        read: people,
    },
];

/// The sample of that name.
pub fn sample(name: &str) -> Result<Frame> {
    let found = SAMPLES.iter().find(|sample| sample.name == name).ok_or_else(|| {
        Failure::new(format!("there is no sample `{name}`")).near(name, SAMPLES.iter().map(|sample| sample.name))
    })?;
    let frame = (found.read)()?;
    let about = About { notes: vec![found.about.to_owned()], ..About::default() };
    Ok(frame.with_about(about))
}

/// Columns apart by blanks, without a header: master id, sample id, yyyymmdd, number of CDs, dollars.
fn cdnow() -> Result<Frame> {
    const TEXT: &str = include_str!("cdnow.txt");
    let broken = || Failure::new("the embedded sample is damaged");
    let mut columns: [(String, Vec<Cell>); 4] =
        ["customer", "date", "quantity", "amount"].map(|name| (name.to_owned(), Vec::new()));
    for line in TEXT.lines().filter(|line| !line.trim().is_empty()) {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let [_, customer, date, quantity, amount] = fields[..] else { return Err(broken()) };
        let date = NaiveDate::parse_from_str(date, "%Y%m%d").map_err(|_| broken())?;
        columns[0].1.push(Cell::Integer(customer.parse().map_err(|_| broken())?));
        columns[1].1.push(Cell::Date(date));
        columns[2].1.push(Cell::Integer(quantity.parse().map_err(|_| broken())?));
        columns[3].1.push(Cell::Number(amount.parse().map_err(|_| broken())?));
    }
    Frame::from_cells(&columns)
}

/// Comma-separated, with a header and without quotes: empty fields are missing.
fn people() -> Result<Frame> {
    const TEXT: &str = include_str!("people.csv");
    let broken = || Failure::new("the embedded sample is damaged");
    let mut lines = TEXT.lines();
    // The truth has another name than the clusters that are found.
    let names = lines.next().ok_or_else(broken)?.split(',').map(|name| if name == "cluster" { "person" } else { name });
    let mut columns: Vec<(String, Vec<Cell>)> = names.map(|name| (name.to_owned(), Vec::new())).collect();
    for line in lines.filter(|line| !line.is_empty()) {
        if line.split(',').count() != columns.len() {
            return Err(broken());
        }
        for ((name, cells), field) in columns.iter_mut().zip(line.split(',')) {
            cells.push(match name.as_str() {
                _ if field.is_empty() => Cell::Missing,
                "unique_id" | "person" => Cell::Integer(field.parse().map_err(|_| broken())?),
                "dob" => Cell::Date(NaiveDate::parse_from_str(field, "%Y-%m-%d").map_err(|_| broken())?),
                _ => Cell::Text(field.to_owned()),
            });
        }
    }
    Frame::from_cells(&columns)
}

#[cfg(test)]
mod tests {
    use super::*;
    use regulars_plugin::Quiet;

    #[test]
    fn cdnow_is_whole() -> Result<()> {
        let frame = sample("cdnow")?;
        assert_eq!(frame.names(), ["customer", "date", "quantity", "amount"]);
        assert_eq!(frame.height(&Quiet)?, 6919);
        assert_eq!(frame.unique(&["customer".to_owned()])?.height(&Quiet)?, 2357);
        Ok(())
    }

    #[test]
    fn people_are_whole() -> Result<()> {
        let frame = sample("people")?;
        assert_eq!(frame.names(), ["unique_id", "first_name", "surname", "dob", "city", "email", "person"]);
        assert_eq!(frame.height(&Quiet)?, 1000);
        assert_eq!(frame.unique(&["person".to_owned()])?.height(&Quiet)?, 251);
        Ok(())
    }
}

//! Rows that should not be there, or that take others back.

use chrono::Days;
use regulars_plugin::Result;

use super::cells::{phone, typo};
use super::{Dirt, KINDS, Sheet, Spoiled};
use crate::table::Cell;

/// What testers call themselves.
const TESTERS: [(&str, &str); 4] = [
    ("Test Test", "test@example.com"),
    ("asdf asdf", "a@example.com"),
    ("QA Account", "qa@example.org"),
    ("Max Mustermann", "test123@example.net"),
];

impl Dirt<'_> {
    pub(super) fn add_rows(&mut self, place: usize, kind: &'static str, sheet: &mut Sheet) -> Result<()> {
        match (kind, sheet.name) {
            ("duplicates", "transactions") => self.double(place, sheet),
            ("refunds", "transactions") => self.refund(place, sheet),
            ("people", "customers") => self.double_people(place, sheet),
            ("test_accounts", _) => self.test_accounts(place, sheet),
            _ => Ok(()),
        }
    }

    /// The rows of so many that a kind falls on.
    fn struck(&self, place: usize, rows: usize) -> Vec<usize> {
        (0..rows).filter(|row| self.stream(place, 0, *row).chance(self.shares[place])).collect()
    }

    fn added(&mut self, kind: &'static str, sheet: &Sheet, row: usize, of: Option<usize>) {
        let clean = of.map(|row| (row + 1).to_string());
        self.write_down(Spoiled { table: sheet.name, row: row + 1, column: None, kind, clean, dirty: None });
    }

    fn double(&mut self, place: usize, sheet: &mut Sheet) -> Result<()> {
        for row in self.struck(place, sheet.clean) {
            let copy = sheet.copy(row);
            self.added("duplicates", sheet, copy, Some(row));
        }
        Ok(())
    }

    /// A row that takes back what an order brought; only of orders that are as they were.
    fn refund(&mut self, place: usize, sheet: &mut Sheet) -> Result<()> {
        let columns = ["amount", "quantity", "cost", "discount"];
        for row in self.struck(place, sheet.clean) {
            let later = 1 + self.stream(place, 1, row).below(30) as u64;
            let day = match sheet.get("date", row)? {
                Cell::Date(day) => day.checked_add_days(Days::new(later)),
                _ => None,
            };
            let Some(day) = day.filter(|day| day.to_epoch_days() <= self.world.until) else { continue };
            let touched =
                columns.iter().chain(&["customer"]).map(|column| sheet.place(column)).collect::<Result<Vec<_>>>()?;
            if touched.iter().any(|column| sheet.touched.contains(&(*column, row))) {
                continue;
            }
            let copy = sheet.copy(row);
            sheet.set("date", copy, Cell::Date(day))?;
            for column in columns {
                let taken = match sheet.get(column, row)? {
                    Cell::Number(number) => Cell::Number(-number),
                    Cell::Integer(number) => Cell::Integer(-number),
                    other => other.clone(),
                };
                sheet.set(column, copy, taken)?;
            }
            self.added("refunds", sheet, copy, Some(row));
        }
        Ok(())
    }

    /// Somebody a second time: another number, a slip in the name, another way to write the telephone, sometimes no address.
    fn double_people(&mut self, place: usize, sheet: &mut Sheet) -> Result<()> {
        for (nth, row) in self.struck(place, sheet.clean).into_iter().enumerate() {
            let mut stream = self.stream(place, 1, row);
            let copy = sheet.copy(row);
            sheet.set("customer", copy, Cell::Integer((self.world.customers + nth + 1) as i64))?;
            sheet.set("loyalty_card", copy, Cell::Missing)?;
            if let Cell::Text(name) = sheet.get("name", row)?.clone()
                && let Some(slipped) = typo(&name, &mut stream)
            {
                sheet.set("name", copy, Cell::Text(slipped))?;
            }
            if let Cell::Text(number) = sheet.get("phone", row)?.clone() {
                let written = phone(&number, &mut stream);
                sheet.set("phone", copy, Cell::Text(written))?;
            }
            if stream.chance(0.4) {
                sheet.set("email", copy, Cell::Missing)?;
            }
            self.added("people", sheet, copy, Some(row));
        }
        Ok(())
    }

    /// Testers are numbered behind those who are there a second time, whichever of the tables is made.
    fn test_accounts(&mut self, place: usize, sheet: &mut Sheet) -> Result<()> {
        let people = KINDS.iter().position(|(kind, ..)| *kind == "people").unwrap_or(place);
        let before = self.world.customers + self.struck(people, self.world.customers).len();
        let testers = self.struck(place, self.world.customers).len();
        for nth in 0..testers {
            let number = Cell::Integer((before + nth + 1) as i64);
            let copy = sheet.copy(0);
            sheet.set("customer", copy, number)?;
            if sheet.name == "customers" {
                let (name, email) = TESTERS[nth % TESTERS.len()];
                for (column, value) in [
                    ("name", Cell::Text(name.to_owned())),
                    ("email", Cell::Text(email.to_owned())),
                    ("phone", Cell::Text("+49123456".to_owned())),
                    ("income", Cell::Missing),
                    ("loyalty_card", Cell::Missing),
                ] {
                    sheet.set(column, copy, value)?;
                }
            } else {
                for column in ["amount", "cost", "discount"] {
                    sheet.set(column, copy, Cell::Number(if column == "amount" { 0.01 } else { 0.0 }))?;
                }
                let order = sheet.clean + nth + 1;
                sheet.set("order", copy, Cell::Integer(order as i64))?;
            }
            self.added("test_accounts", sheet, copy, None);
        }
        Ok(())
    }
}

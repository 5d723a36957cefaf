use std::collections::HashMap;

use regulars_plugin::{Chart, Context, Date, Failure, Family, Function, Mark, Output, Result, TableManual};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::table::{Data, Frame, FrameBuilder, Transactions, thousands};

/// Finds for each return, refund or cancellation the orders that it takes back, so that a sale and its return count as nothing.
///
/// A row is a return where its quantity or its amount is below zero, or where its order begins with `prefix`. It is matched with
/// earlier orders of the same customer and, where there is that column, the same product. Every row that is an order, with a customer, a
/// day and an amount, comes back with what it is and with what is left of its amount; the amounts that are left add up to the amounts that came.
///
/// # Choices
/// Orders of the same price a piece are taken before others, and of these the latest before the return; one return may
/// take back several orders, and an order may be taken back by several returns. Without a column `quantity` amounts are
/// matched with each other, equal ones first. What cannot be matched keeps its negative amount: the order lies before the data
/// began, or the row is a correction. A return on the day of its order is behind it.
///
/// # Source
/// Custom of the trade: last in, first out, as most shops book returns.
///
/// # Example
/// ```rhai
/// let orders = frame(#{
///     customer: ["ann", "ann", "ann", "bob"],
///     date: [date("2024-01-05"), date("2024-02-01"), date("2024-02-09"), date("2024-02-10")],
///     product: ["mug", "mug", "mug", "mug"],
///     quantity: [6, 2, -3, -1],
///     amount: [30.0, 10.0, -15.0, -5.0],
/// });
/// orders.match_returns()
/// ```
/// ```text
/// match_returns
///   rows                 4  Rows that came, and come back.
///   sales                2  Rows that are orders.
///   returns              2  Rows that are returns.
///   matched              1  Returns that orders were found for, all of what they take back.
///   partly_matched       0  Returns that orders were found for, but not for all.
///   unmatched            1  Returns without an order.
///   return_share    37.5 %  Share of the amount of sales that was taken back.
///
/// amount  customer  date        product  quantity  status               net_amount
/// number  text      date        text       number  text             number · money
/// ────────────────────────────────────────────────────────────────────────────────
///     30  ann       2024-01-05  mug             6  partly_returned           25.00
///     10  ann       2024-02-01  mug             2  returned                   0.00
///    -15  ann       2024-02-09  mug            -3  matched                    0.00
///     -5  bob       2024-02-10  mug            -1  unmatched                 -5.00
/// 4 rows × 7 columns
/// note: returns are matched by pieces, with orders of the same `customer` and `product`, from the
///       beginning of the data
/// note: 1 return has no order to go with, -5.00 together: such orders lie before the data, or the rows
///       are corrections
/// note: there is more to ask for: `.pairs`
/// ```
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct MatchReturns {
    /// What the number of an order begins with where it cancels another, such as `"C"`.
    pub prefix: Option<String>,
    /// Days back to which orders are looked for. Left out: to the beginning of the data.
    #[schemars(range(min = 0))]
    pub within: Option<u32>,
}

/// The rows of the table, in their order.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub struct MatchedRow {
    /// `sale`, `partly_returned` or `returned` for an order; `matched`, `partly_matched` or `unmatched` for a return.
    status: String,
    /// What is left of the amount: of an order what was not taken back, of a return what it took back from no order, and the
    /// difference where its price was another.
    #[schemars(extend("unit" = "money"))]
    net_amount: f64,
}

/// What was found.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Found {
    /// Rows that came, and come back.
    pub rows: i64,
    /// Rows that are orders.
    pub sales: i64,
    /// Rows that are returns.
    pub returns: i64,
    /// Returns that orders were found for, all of what they take back.
    pub matched: i64,
    /// Returns that orders were found for, but not for all.
    pub partly_matched: i64,
    /// Returns without an order.
    pub unmatched: i64,
    /// Share of the amount of sales that was taken back.
    #[schemars(extend("unit" = "share"))]
    pub return_share: Option<f64>,
}

/// Which return took back which order.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
struct PairRow {
    /// Row of the return, counted from 1.
    return_row: i64,
    /// Row of the order.
    sale_row: i64,
    /// How much was taken back: pieces, or money where there is no column `quantity`.
    quantity: f64,
    /// Amount of the order that was taken back.
    #[schemars(extend("unit" = "money"))]
    amount: f64,
    /// Days from the order to the return.
    #[schemars(extend("unit" = "days"))]
    days: i64,
    /// Whether both have the same price a piece.
    same_price: bool,
}

/// A row as the matching sees it.
struct Line {
    row: usize,
    /// Pieces, or money; above zero.
    size: f64,
    /// What is left of it.
    left: f64,
    /// Price a piece, in tenths of a cent, so that the last digit of a division does not count.
    price: i64,
    day: Option<Date>,
}

struct Pair {
    back: usize,
    sale: usize,
    size: f64,
    days: i64,
    same_price: bool,
}

/// Sizes below are nothing: sums of fractions.
const NOTHING: f64 = 1e-9;

impl Function for MatchReturns {
    const FAMILY: Family = Family::Clean;
    const RELATED: &'static [&'static str] = &["deduplicate", "standardize", "customer_profit", "rfm"];
    const KEEPS_COLUMNS: bool = true;
    type Input = Transactions;
    type Row = MatchedRow;
    type Figures = Found;

    fn chart() -> Option<Chart> {
        Some(Chart::new(Mark::Bar).x("status").title("What became of orders and returns").labels("status", "rows"))
    }

    fn further_tables() -> Vec<TableManual> {
        vec![TableManual::of::<PairRow>("pairs").aside()]
    }

    fn run(&self, orders: Transactions, context: &Context<'_>) -> Result<Output<Frame, Found>> {
        let data = orders.frame().data(context.host())?;
        let rows = Rows::of(self, &data)?;
        context.check()?;
        let pairs = self.pairs(&data, &rows, context)?;
        let mut left = rows.sizes.clone();
        for pair in &pairs {
            left[pair.back] -= pair.size;
            left[pair.sale] -= pair.size;
        }
        let is_nothing = |row: usize| left[row] <= NOTHING * rows.sizes[row].max(1.0);
        let status: Vec<&str> = (0..data.height())
            .map(|row| match (rows.is_return[row], is_nothing(row), left[row] < rows.sizes[row]) {
                (false, true, true) => "returned",
                (false, false, true) => "partly_returned",
                (false, ..) => "sale",
                (true, true, true) => "matched",
                (true, false, true) => "partly_matched",
                (true, ..) => "unmatched",
            })
            .collect();
        let net = rows.net(&pairs, &status);
        let count = |word: &str| status.iter().filter(|status| **status == word).count() as i64;
        let sold: f64 = (0..data.height()).filter(|row| !rows.is_return[*row]).map(|row| rows.amounts[row]).sum();
        let still: f64 = (0..data.height()).filter(|row| !rows.is_return[*row]).map(|row| net[row]).sum();
        let returns = rows.is_return.iter().filter(|is_return| **is_return).count() as i64;
        let found = Found {
            rows: data.height() as i64,
            sales: data.height() as i64 - returns,
            returns,
            matched: count("matched"),
            partly_matched: count("partly_matched"),
            unmatched: count("unmatched"),
            return_share: (sold > 0.0).then(|| (sold - still) / sold),
        };
        let table = FrameBuilder::beside(&data, &["status", "net_amount"])
            .texts("status", status.iter())
            .numbers("net_amount", net.iter().copied())
            .build()?;
        // What was left out of the orders was left out of these rows.
        let table = table.with_about(orders.frame().origin());
        let further = FrameBuilder::empty()
            .integers("return_row", pairs.iter().map(|pair| pair.back as i64 + 1))
            .integers("sale_row", pairs.iter().map(|pair| pair.sale as i64 + 1))
            .numbers("quantity", pairs.iter().map(|pair| pair.size))
            .numbers("amount", pairs.iter().map(|pair| rows.amounts[pair.sale] * pair.size / rows.sizes[pair.sale]))
            .integers("days", pairs.iter().map(|pair| pair.days))
            .flags("same_price", pairs.iter().map(|pair| pair.same_price))
            .build()?;
        let mut notes = orders.notes(Some(data.height()), context.host())?;
        notes.extend(rows.notes(self, &data));
        if found.unmatched > 0 {
            let lost: f64 = (0..data.height()).filter(|row| status[*row] == "unmatched").map(|row| net[row]).sum();
            let returns = match found.unmatched {
                1 => "1 return has".to_owned(),
                many => format!("{} returns have", thousands(many as usize)),
            };
            notes.push(format!(
                "{returns} no order to go with, {lost:.2} together: such orders lie before the data, or the rows are corrections"
            ));
        }
        Ok(Output::record(found, table).with_table("pairs", further).notes(notes))
    }
}

/// The columns that matter.
struct Rows {
    amounts: Vec<f64>,
    /// Pieces, or money where there is no column `quantity`; above zero.
    sizes: Vec<f64>,
    is_return: Vec<bool>,
    counts_pieces: bool,
}

impl Rows {
    fn of(options: &MatchReturns, data: &Data) -> Result<Rows> {
        let has = |name: &str| data.names().contains(&name);
        let amounts: Vec<f64> = data.numbers("amount")?.into_iter().map(Option::unwrap_or_default).collect();
        let counts_pieces = has("quantity");
        let sizes: Vec<Option<f64>> = match counts_pieces {
            true => data.numbers("quantity")?,
            false => amounts.iter().copied().map(Some).collect(),
        };
        let cancels: Vec<bool> = match &options.prefix {
            None => vec![false; amounts.len()],
            Some(prefix) if prefix.is_empty() => {
                return Err(Failure::new("`prefix` is empty, so every order would be a cancellation")
                    .help("write what the numbers of cancellations begin with, such as \"C\""));
            }
            Some(_) if !has("order") => {
                return Err(Failure::new("`prefix` looks at the column `order`, which is not there")
                    .help("name it when the table is declared: `.transactions(#{order: \"InvoiceNo\", …})`"));
            }
            Some(prefix) => {
                let begins = |order: &Option<String>| order.as_ref().is_some_and(|order| order.starts_with(prefix));
                data.words("order")?.iter().map(begins).collect()
            }
        };
        if let Some(row) = (0..amounts.len()).find(|row| cancels[*row] && amounts[*row] > 0.0) {
            return Err(Failure::new(format!(
                "row {} is a cancellation by its order, but its amount is {}, above zero",
                thousands(row + 1),
                amounts[row]
            ))
            .help("amounts of returns are below zero: `.with_columns(…)` turns them round first"));
        }
        let is_return = (0..amounts.len())
            .map(|row| cancels[row] || amounts[row] < 0.0 || sizes[row].is_some_and(|size| size < 0.0))
            .collect();
        let sizes = sizes.into_iter().map(|size| size.map_or(0.0, f64::abs)).collect();
        Ok(Rows { amounts, sizes, is_return, counts_pieces })
    }

    /// What is left of each amount: what a return takes off an order is put back on the return.
    fn net(&self, pairs: &[Pair], status: &[&str]) -> Vec<f64> {
        let mut net = self.amounts.clone();
        for pair in pairs {
            // A return at another price gives or keeps the difference, which stays with the return.
            let amount = self.amounts[pair.sale] * pair.size / self.sizes[pair.sale];
            net[pair.sale] -= amount;
            net[pair.back] += amount;
        }
        for (row, status) in status.iter().enumerate() {
            let scale = self.amounts[row].abs().max(1.0);
            if matches!(*status, "returned" | "matched") && net[row].abs() < NOTHING * scale {
                net[row] = 0.0;
            }
        }
        net
    }

    fn notes(&self, options: &MatchReturns, data: &Data) -> Vec<String> {
        let mut same = vec!["`customer`"];
        if data.names().contains(&"product") {
            same.push("`product`");
        }
        let by = if self.counts_pieces { "pieces" } else { "amounts, as there is no column `quantity`" };
        let within = options
            .within
            .map_or_else(|| "from the beginning of the data".to_owned(), |days| format!("up to {days} days back"));
        vec![format!("returns are matched by {by}, with orders of the same {}, {within}", same.join(" and "))]
    }
}

impl MatchReturns {
    /// Goes through the rows of each customer and product in the order of time.
    fn pairs(&self, data: &Data, rows: &Rows, context: &Context<'_>) -> Result<Vec<Pair>> {
        let names: Vec<String> =
            ["customer", "product"].into_iter().filter(|name| data.names().contains(name)).map(str::to_owned).collect();
        let (sets, times, days) = (data.same_rows(&names)?, data.ranks("date", false)?, data.dates("date")?);
        let lacking = data.lacking(&names)?;
        let mut order: Vec<usize> = (0..data.height()).filter(|row| rows.sizes[*row] > 0.0 && !lacking[*row]).collect();
        order.sort_unstable_by_key(|row| (sets[*row], times[*row], rows.is_return[*row], *row));
        let price = |row: usize| (rows.amounts[row].abs() / rows.sizes[row] * 1000.0).round() as i64;
        let mut pairs = Vec::new();
        let mut sales = Sales::default();
        let mut set = None;
        for (place, row) in order.into_iter().enumerate() {
            if place % 65_536 == 0 {
                context.check()?;
                context.progress(place as u64, data.height() as u64, "rows");
            }
            if set != Some(sets[row]) {
                (sales, set) = (Sales::default(), Some(sets[row]));
            }
            let line = Line { row, size: rows.sizes[row], left: rows.sizes[row], price: price(row), day: days[row] };
            match rows.is_return[row] {
                // Amounts are matched with equal amounts first.
                false => sales.add(line, rows.counts_pieces),
                true => sales.take_back(line, self.within, rows.counts_pieces, &mut pairs),
            }
        }
        Ok(pairs)
    }
}

/// The orders of one customer and product that are not all taken back, the latest last.
#[derive(Default)]
struct Sales {
    lines: Vec<Line>,
    /// Those of each price, the latest last.
    by_price: HashMap<i64, Vec<usize>>,
    /// All of them, the latest last.
    open: Vec<usize>,
}

impl Sales {
    /// What has to be equal first: the price of pieces, or the amount.
    fn alike(line: &Line, counts_pieces: bool) -> i64 {
        if counts_pieces { line.price } else { (line.size * 1000.0).round() as i64 }
    }

    fn add(&mut self, line: Line, counts_pieces: bool) {
        let place = self.lines.len();
        self.by_price.entry(Self::alike(&line, counts_pieces)).or_default().push(place);
        self.open.push(place);
        self.lines.push(line);
    }

    fn take_back(&mut self, mut back: Line, within: Option<u32>, counts_pieces: bool, pairs: &mut Vec<Pair>) {
        let alike = Self::alike(&back, counts_pieces);
        if let Some(stack) = self.by_price.get_mut(&alike) {
            drain(&mut self.lines, stack, &mut back, within, true, pairs);
        }
        drain(&mut self.lines, &mut self.open, &mut back, within, false, pairs);
    }
}

/// Takes back from the latest orders of a stack until nothing is left of either.
fn drain(
    lines: &mut [Line],
    stack: &mut Vec<usize>,
    back: &mut Line,
    within: Option<u32>,
    same_price: bool,
    pairs: &mut Vec<Pair>,
) {
    while back.left > NOTHING {
        let Some(place) = stack.last() else { return };
        let sale = &mut lines[*place];
        if sale.left <= NOTHING {
            stack.pop();
            continue;
        }
        let days = back.day.zip(sale.day).map_or(0, |(back, sale)| (back - sale).num_days());
        if within.is_some_and(|within| days > i64::from(within)) {
            return;
        }
        let size = sale.left.min(back.left);
        sale.left -= size;
        back.left -= size;
        let same_price = same_price || sale.price == back.price;
        pairs.push(Pair { back: back.row, sale: sale.row, size, days, same_price });
    }
}

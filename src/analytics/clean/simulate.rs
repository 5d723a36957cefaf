use std::collections::BTreeSet;

use regulars_plugin::{
    Chart, Context, Date, Failure, Family, Function, Mark, NoTable, Output, Result, SpanUnit, StandardTable,
    TableManual,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

mod contacts;
mod deals;
mod dirt;
mod orders;
mod people;
mod rows;
mod visits;
mod words;
mod world;

use dirt::{Dirt, DirtLevel, DirtShares};
use orders::Months;
use rows::{CustomerRow, DealRow, DirtRow, EventRow, FeedbackRow, MonthRow, TicketRow, TransactionRow, TruthRow};
use world::World;

use crate::stats::simulate::Buying;
use crate::table::{About, Frame, thousands};

/// Makes customers with their orders, visits, words, requests and deals from parameters that are known.
///
/// The answer has the six standard tables, `.customers`, `.transactions`, `.events`, `.feedback`, `.tickets` and `.deals`;
/// what is hidden of each customer stands in `.truth`. So an estimator can be tried on data of which the answer is known: a fit
/// of `bg_nbd` or `gamma_gamma` on `.transactions` finds the parameters again, up to its standard errors. With `dirt` things go
/// wrong as they do in real files, and `.dirt` tells what was put where, so that what a cleaning finds can be counted.
///
/// # Choices
/// Customers begin on days spread evenly from `from` to `joined_by`, with an order. Then they buy as the models of buying say:
/// BG/NBD, a pace of their own, gamma-distributed with `r` and `alpha`, and after each repeat order a chance to stop of their own,
/// beta-distributed with `a` and `b`; or Pareto/NBD, a pace, and a rate of stopping at any time, gamma-distributed with `s`
/// and `beta`. What is left out is what Fader, Hardie and Lee found for CDNOW, in weeks. Orders scatter around a mean of
/// each customer's own after Gamma-Gamma with `p`, `q` and `gamma`. Days are whole: two orders of a day are one purchase to
/// `bg_nbd`, so a fit finds a little less than `r / alpha` where many customers buy several times a week.
///
/// Products are popular after Zipf's law. Three orders of four go through the customer's own channel. Each order on the web or
/// in the app ends a visit, and for each there are two and a half visits on average that end sooner. A quarter of the orders is
/// followed by feedback, one in twelve or so by a ticket. `content` moves scores, tickets and, a little, deals; who tends to
/// stop is less content. Firms, 15 % of the customers, have two deals on average. Names, addresses and numbers are put
/// together at random; mail domains are those kept for examples. Telephone numbers are plausible and may exist.
///
/// Each row is made from the seed and its own number, so the same seed gives the same tables at any number of threads, and
/// leaving out `tables` changes nothing in the others. Dirt falls on `.customers` and `.transactions`, at most one kind on
/// each value; added rows stand at the end. The figures and months count what was made before the dirt.
///
/// # Source
/// The processes: P. S. Fader, B. G. S. Hardie and K. L. Lee (2005), Marketing Science 24(2), 275–284; D. C. Schmittlein, D. G.
/// Morrison and R. Colombo (1987), Management Science 33(1), 1–24; P. S. Fader and B. G. S. Hardie (2013), "The Gamma-Gamma
/// model of monetary value". All other shares and means are ours, chosen to look like a shop.
///
/// # Example
/// ```rhai
/// let sim = simulate(#{customers: 200, seed: 1, until: "2023-06-30"});
/// sim.transactions.select(["customer", "date", "amount", "order", "product", "channel"]).head(3)
/// ```
/// ```text
/// customer  date                amount    order  product  channel
///  integer  date        number · money  integer  text     text
/// ───────────────────────────────────────────────────────────────
///        1  2023-05-13           60.22        1  P-0158   shop
///        2  2023-04-10            8.91        2  P-0013   web
///        3  2023-03-20           63.59        3  P-0001   shop
/// 3 rows × 6 columns
/// ```
///
/// ```rhai
/// let dirty = simulate(#{customers: 200, seed: 1, dirt: "light", tables: "customers"});
/// dirty.dirt.group_by("kind").agg(len()).sort("kind").head(3)
/// ```
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Simulate {
    /// How many customers.
    #[schemars(range(min = 1, max = 50_000_000))]
    pub customers: u32,
    /// Seed of everything random. Left out: that of the session.
    pub seed: Option<u64>,
    /// First day.
    pub from: Date,
    /// Last day: what would happen later is not seen.
    pub until: Date,
    /// Last day on which somebody becomes a customer. Left out: `until`.
    pub joined_by: Option<Date>,
    /// How customers buy and stop.
    pub process: Process,
    /// Unit of time of the parameters.
    pub unit: SpanUnit,
    /// Shape of the customers' paces. Left out: .243 in BG/NBD, .553 in Pareto/NBD.
    #[schemars(range(min = 0.01, max = 1000))]
    pub r: Option<f64>,
    /// Rate of the customers' paces; a customer buys `r / alpha` times in a unit of time on average. Left out: 4.414 or 10.578.
    #[schemars(range(min = 0.0001, max = 1_000_000))]
    pub alpha: Option<f64>,
    /// BG/NBD: first parameter of the chances to stop.
    #[schemars(range(min = 0.01, max = 1000))]
    pub a: f64,
    /// BG/NBD: second parameter of the chances to stop; `a / (a + b)` stop after a repeat order.
    #[schemars(range(min = 0.01, max = 1000))]
    pub b: f64,
    /// Pareto/NBD: shape of the rates of stopping.
    #[schemars(range(min = 0.01, max = 1000))]
    pub s: f64,
    /// Pareto/NBD: rate of the rates of stopping.
    #[schemars(range(min = 0.0001, max = 1_000_000))]
    pub beta: f64,
    /// Shape of a customer's orders: the higher, the more alike they are.
    #[schemars(range(min = 0.01, max = 1000))]
    pub p: f64,
    /// Shape of what the customers' orders scatter around: the higher, the more alike customers are.
    #[schemars(range(min = 1.01, max = 1000))]
    pub q: f64,
    /// Scale of the orders: their mean is `p · gamma / (q − 1)`.
    #[schemars(range(min = 0.0001, max = 1_000_000))]
    pub gamma: f64,
    /// How many products.
    #[schemars(range(min = 1, max = 100_000))]
    pub products: u32,
    /// How unequally products are bought: the n-th sells as 1/nᶻ. 0 makes all alike.
    #[schemars(range(min = 0, max = 5))]
    pub zipf: f64,
    /// Share of the customers whose channel is the shop or the telephone.
    #[schemars(range(min = 0, max = 1))]
    pub physical: f64,
    /// Currency of the amounts.
    pub currency: String,
    /// Which of the tables are made. Left out: all; without the others it is quicker.
    pub tables: Option<Vec<Wanted>>,
    /// How dirty customers and transactions are.
    pub dirt: DirtLevel,
    /// Shares of single kinds of dirt, in place of those of the level.
    pub shares: DirtShares,
}

/// How customers buy and stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Process {
    /// They may stop after each repeat order.
    #[default]
    BgNbd,
    /// They may stop at any time.
    ParetoNbd,
}

/// The tables that can be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Wanted {
    /// Who they are.
    Customers,
    /// What they bought.
    Transactions,
    /// What they did.
    Events,
    /// What they said.
    Feedback,
    /// What they asked for help with.
    Tickets,
    /// What they may buy.
    Deals,
    /// What is hidden of them.
    Truth,
}

impl Wanted {
    const ALL: [Wanted; 7] = [
        Wanted::Customers,
        Wanted::Transactions,
        Wanted::Events,
        Wanted::Feedback,
        Wanted::Tickets,
        Wanted::Deals,
        Wanted::Truth,
    ];
}

impl Default for Simulate {
    fn default() -> Self {
        let day = |year| Date::from_ymd_opt(year, 1, 1).unwrap_or_default();
        Simulate {
            customers: 1000,
            seed: None,
            from: day(2023),
            until: day(2025).pred_opt().unwrap_or_default(),
            joined_by: None,
            process: Process::BgNbd,
            unit: SpanUnit::Week,
            r: None,
            alpha: None,
            a: 0.793,
            b: 2.426,
            s: 0.606,
            beta: 11.669,
            p: 6.25,
            q: 3.74,
            gamma: 15.44,
            products: 200,
            zipf: 1.0,
            physical: 0.4,
            currency: "EUR".to_owned(),
            tables: None,
            dirt: DirtLevel::None,
            shares: DirtShares::default(),
        }
    }
}

/// What was made, before any dirt.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Simulated {
    /// Seed that makes the same again.
    pub seed: u64,
    /// Customers.
    #[schemars(extend("unit" = "customers"))]
    pub people: i64,
    /// Customers who had not stopped by the last day.
    #[schemars(extend("unit" = "customers"))]
    pub still_there: i64,
    /// Orders.
    #[schemars(extend("unit" = "orders"))]
    pub orders: i64,
    /// Sum of the amounts.
    #[schemars(extend("unit" = "money"))]
    pub revenue: f64,
    /// Dirty values and added rows: the rows of `.dirt`.
    pub dirty: i64,
}

/// Orders past which a call is refused before it fills the memory.
const MOST_ORDERS: f64 = 5e8;

impl Function for Simulate {
    const FAMILY: Family = Family::Clean;
    const RELATED: &'static [&'static str] = &["bg_nbd", "pareto_nbd", "gamma_gamma"];
    type Input = NoTable<Frame>;
    type Row = MonthRow;
    type Figures = Simulated;

    fn chart() -> Option<Chart> {
        let chart = Chart::new(Mark::Bar).x("month").y("revenue").title("What the made-up customers spend");
        Some(chart.labels("month", "revenue"))
    }

    fn further_tables() -> Vec<TableManual> {
        vec![
            TableManual::of::<CustomerRow>("customers").aside(),
            TableManual::of::<TransactionRow>("transactions").aside(),
            TableManual::of::<EventRow>("events").aside(),
            TableManual::of::<FeedbackRow>("feedback").aside(),
            TableManual::of::<TicketRow>("tickets").aside(),
            TableManual::of::<DealRow>("deals").aside(),
            TableManual::of::<TruthRow>("truth").aside(),
            TableManual::of::<DirtRow>("dirt").aside(),
        ]
    }

    fn run(&self, _: NoTable<Frame>, context: &Context<'_>) -> Result<Output<Frame, Simulated>> {
        let seed = self.seed.unwrap_or(context.seed);
        let world = self.world(seed)?;
        let months = Months::of(&world);
        let sold = world.chunks(context, |_, rows| Ok(orders::sold(&world, &months, rows)))?;
        let wanted: BTreeSet<Wanted> = match &self.tables {
            Some(tables) => tables.iter().copied().collect(),
            None => Wanted::ALL.into(),
        };
        let counts: Vec<i64> = sold.iter().map(|part| part.orders).collect();
        let mut made = Vec::with_capacity(wanted.len());
        for table in wanted {
            made.push(self.table(table, &world, &counts, context)?);
        }
        let mut dirt = Dirt::new(&world, self.dirt, &self.shares, context)?;
        for (name, standard, frame) in &mut made {
            let clean = frame.clone();
            *frame = dirt.spoil(name, &clean)?;
            // What was spoiled has to be declared as a table by whoever wants one.
            if frame.is_same(&clean) {
                *frame = frame.with_about(About { standard: *standard, ..About::default() });
            }
        }
        let months = orders::months(&months, &sold)?;
        let all: Vec<_> = sold.iter().flat_map(|part| &part.months).collect();
        let figures = Simulated {
            seed,
            people: i64::from(self.customers),
            still_there: sold.iter().map(|part| part.alive).sum(),
            orders: counts.iter().sum(),
            revenue: people::money(all.iter().map(|month| month.cents).sum()),
            dirty: dirt.count(),
        };
        let notes = self.notes(&figures, &dirt);
        let mut output = Output::record(figures, months).notes(notes);
        for (name, _, frame) in made {
            output = output.with_table(name, frame);
        }
        Ok(output.with_table("dirt", dirt.table()?))
    }
}

impl Simulate {
    fn world(&self, seed: u64) -> Result<World> {
        let joined_by = self.joined_by.unwrap_or(self.until);
        if self.from > self.until {
            return Err(Failure::new(format!("the last day, {}, lies before the first, {}", self.until, self.from))
                .help("`from` and `until` are the first and the last day of what is seen"));
        }
        if joined_by < self.from || joined_by > self.until {
            return Err(Failure::new(format!(
                "`joined_by` is {joined_by}, which does not lie between {} and {}",
                self.from, self.until
            ))
            .help("it is the last day on which somebody becomes a customer; leave it out for `until`"));
        }
        let years = (self.until - self.from).num_days() as f64 / 365.25;
        if years > 150.0 || self.from.to_epoch_days() < -700_000 {
            return Err(Failure::new(format!("from {} to {} is too long", self.from, self.until))
                .help("give 150 years at the most, none of them before the year 54"));
        }
        let buying = match self.process {
            Process::BgNbd => {
                Buying::BgNbd { r: self.r.unwrap_or(0.243), alpha: self.alpha.unwrap_or(4.414), a: self.a, b: self.b }
            }
            Process::ParetoNbd => Buying::ParetoNbd {
                r: self.r.unwrap_or(0.553),
                alpha: self.alpha.unwrap_or(10.578),
                s: self.s,
                beta: self.beta,
            },
        };
        let time = ((self.until - self.from).num_days() + 1) as f64 / self.unit.days();
        let most = f64::from(self.customers) * buying.at_most(time);
        if most > MOST_ORDERS {
            return Err(Failure::new(format!(
                "up to {} orders are to be made, more than the {} that fit",
                thousands(most as usize),
                thousands(MOST_ORDERS as usize)
            ))
            .help("take fewer customers, a higher `alpha` (a slower pace), or a shorter time"));
        }
        Ok(World::new(
            seed,
            self.customers as usize,
            [self.from, self.until, joined_by],
            (buying, self.unit.days()),
            [self.p, self.q, self.gamma],
            (self.products as usize, self.zipf),
            self.physical,
        ))
    }

    fn table(
        &self,
        table: Wanted,
        world: &World,
        orders: &[i64],
        context: &Context<'_>,
    ) -> Result<(&'static str, Option<StandardTable>, Frame)> {
        let (standard, frame) = match table {
            Wanted::Customers => {
                (StandardTable::Customers, world.table(context, |_, rows| people::table(world, rows))?)
            }
            Wanted::Transactions => {
                (StandardTable::Transactions, orders::table(world, &self.currency, orders, context)?)
            }
            Wanted::Events => (StandardTable::Events, world.table(context, |_, rows| visits::table(world, rows))?),
            Wanted::Feedback => {
                (StandardTable::Feedback, world.table(context, |_, rows| contacts::feedback(world, rows))?)
            }
            Wanted::Tickets => {
                let parts = world.chunks(context, |_, rows| Ok(contacts::requests(world, rows)))?;
                (StandardTable::Tickets, numbered(&parts, contacts::tickets)?)
            }
            Wanted::Deals => {
                let parts = world.chunks(context, |_, rows| Ok(deals::deals(world, rows)))?;
                (StandardTable::Deals, numbered(&parts, deals::table)?)
            }
            Wanted::Truth => return Ok(("truth", None, world.table(context, |_, rows| people::truth(world, rows))?)),
        };
        Ok((standard.word(), Some(standard), frame))
    }

    fn notes(&self, figures: &Simulated, dirt: &Dirt<'_>) -> Vec<String> {
        let process = match self.process {
            Process::BgNbd => "BG/NBD",
            Process::ParetoNbd => "Pareto/NBD",
        };
        let mut notes = vec![format!(
            "made from {process} and Gamma-Gamma in units of a {}, seed {}: the same seed makes the same again",
            self.unit.word(),
            figures.seed
        )];
        notes.extend(dirt.notes());
        notes
    }
}

/// Parts made one table, whose rows are numbered through.
fn numbered<Part>(parts: &[Vec<Part>], table: impl Fn(&[Part], i64) -> Result<Frame>) -> Result<Frame> {
    let begins = orders::offsets(parts.iter().map(|part| part.len() as i64));
    Frame::stacked(parts.iter().zip(begins).map(|(part, first)| table(part, first)).collect::<Result<_>>()?)
}

use std::collections::{BTreeMap, HashMap, HashSet};

use regulars_plugin::{
    Beside, Chart, Context, Failure, Family, Function, GivenTable, Mark, NoTable, Output, Result, TableManual,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

mod joined;
mod keys;
mod names;
mod records;
mod tables;

use joined::Joined;
use names::{Earlier, Names};
use records::{Ask, Records};

use crate::table::{Frame, thousands};

/// Finds out which records of several systems are the same customer, by the identifiers that they share.
///
/// Shop, till, newsletter and sales each have ids of their own. Records that share an address, a telephone number, a card or
/// an id are joined, and so are those that are joined with the same third one. Each customer gets an id over all
/// sources. `.log` tells how: each line joined two groups, and a line given back as `not` is not used again, which undoes
/// it. `.conflicting` shows customers with two different values of a key that should be one, `.not_used` the values that too
/// many records share.
///
/// # Choices
/// Values are compared without capitals, full-width letters and spaces around them. Columns with `mail` in their name want an
/// `@`; those with `phone`, `mobile` or `tel` are compared by their digits, from seven on, without leading zeros for the
/// country; all others by their letters and digits. Nothing is guessed: a number without its country is another one than
/// the same with it, so run `standardize` first where they are mixed. Values such as `n/a`, `unknown` or `000` are none.
/// A value that more than `most` records with different ids share, such as the address of an office, joins nobody. Ids of
/// sources always join, so a table of orders is a source as well; an id that is an e-mail address, or a telephone number with
/// `+`, is compared as one.
/// A customer is called after the smallest id of its first source in the alphabet, `crm:17`. With `previous` customers keep the
/// id that most of their records had; `.changes` tells whose ids were merged or split. Ids are text.
///
/// # Source
/// Connected components by union and find: R. E. Tarjan (1975), Journal of the ACM 22(2), 215–225. The rules for values are
/// custom of the trade.
///
/// # Example
/// ```rhai
/// let shop = frame(#{customer: [1, 2, 3], email: ["ann@example.com", "bob@example.com", ()]});
/// let till = frame(#{customer: ["T7", "T8"], phone: ["+49 30 1234567", "+49 40 7654321"], email: [(), "BOB@example.com"]});
/// let news = frame(#{customer: ["n1"], email: ["ann@example.com "], phone: ["0049301234567"]});
/// unify(#{sources: #{shop: shop, till: till, news: news}}).table()
/// ```
/// ```text
/// source  id        row  customer            records  evidence
/// text    text  integer  text      integer · records  text
/// ────────────────────────────────────────────────────────────────
/// news    n1          1  news:n1                   3  email, phone
/// shop    1           1  news:n1                   3  email
/// shop    2           2  shop:2                    2  email
/// shop    3           3  shop:3                    1  –
/// till    T7          1  news:n1                   3  phone
/// till    T8          2  shop:2                    2  email
/// 6 rows × 6 columns
/// ```
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Unify {
    /// The tables, each by the name of its source: `#{shop: people, till: cards}`; must be given.
    pub sources: BTreeMap<String, GivenTable>,
    /// Column that holds the id of a record, where `ids` names no other.
    pub id: String,
    /// Columns that hold the ids of single sources: `#{till: "card_id"}`.
    pub ids: BTreeMap<String, String>,
    /// Columns whose values say who somebody is. Left out: those of `email`, `phone`, `loyalty_card` and `tax_number` that
    /// are there.
    pub keys: Option<Vec<String>>,
    /// Columns that hold ids of another source: `#{shop_customer: "shop"}`.
    pub references: BTreeMap<String, String>,
    /// Keys of which a customer should have one value only.
    pub unique: Vec<String>,
    /// How many records may share a value for it to join them.
    #[schemars(range(min = 2, max = 1_000_000))]
    pub most: u32,
    /// Values that join nobody: a table of `key` and `value`, such as lines of `.log`.
    pub not: Option<GivenTable>,
    /// The table of an earlier answer, whose ids are kept.
    pub previous: Option<GivenTable>,
}

impl Default for Unify {
    fn default() -> Self {
        Unify {
            sources: BTreeMap::new(),
            id: "customer".to_owned(),
            ids: BTreeMap::new(),
            keys: None,
            references: BTreeMap::new(),
            unique: Vec::new(),
            most: 20,
            not: None,
            previous: None,
        }
    }
}

/// One row per record, source by source, in their order.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub struct UnifiedRow {
    /// Where the record is from.
    source: String,
    /// Its id there; missing where it has none.
    id: Option<String>,
    /// Its row there, counted from 1.
    row: i64,
    /// The customer's id over all sources.
    customer: String,
    /// How many records the customer has.
    #[schemars(extend("unit" = "records"))]
    records: i64,
    /// Keys of which it shares a value with another record; missing where it stands alone.
    evidence: Option<String>,
}

/// The log: each line joined two groups of records that were apart before it.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
struct MergeRow {
    /// The customer that came of it.
    customer: String,
    /// Key whose value they share; the name of a source where it is an id there.
    key: String,
    /// The value, as it is compared.
    value: String,
    /// Source of the first record.
    source: String,
    /// Its row there, counted from 1.
    row: i64,
    /// Source of the second record.
    source_2: String,
    /// Its row there, counted from 1.
    row_2: i64,
}

/// Customers with different values of a key that should have one, those with most values first.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
struct ConflictRow {
    /// The customer's id over all sources.
    customer: String,
    /// The key.
    key: String,
    /// How many different values.
    values: i64,
    /// The first of them, as they are compared.
    examples: String,
    /// How many records the customer has.
    records: i64,
}

/// Values that join nobody although several records share them, the commonest first.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
struct IgnoredRow {
    /// The key.
    key: String,
    /// The value, as it is compared.
    value: String,
    /// Records that share it.
    records: i64,
    /// Why it is not used: `too common`, or `told` where `not` names it.
    reason: String,
}

/// What became of ids of the earlier answer that some records do not have any more.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
struct ChangeRow {
    /// The id before.
    before: String,
    /// The id now.
    customer: String,
    /// `merged`: all of its records went to another customer; `split`: they lie with several now.
    change: String,
    /// How many records.
    records: i64,
}

/// Counts of the records and what they became.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Unified {
    /// Records of all sources: as many as the table has rows.
    records: i64,
    /// Customers that they are.
    customers: i64,
    /// Lines of the log: records less customers.
    merges: i64,
    /// Customers with a conflict.
    conflicts: i64,
    /// Shared values that join nobody.
    ignored: i64,
}

impl Function for Unify {
    const FAMILY: Family = Family::Clean;
    const RELATED: &'static [&'static str] = &["customer_360", "simulate"];
    type Input = Beside<NoTable<Frame>>;
    type Row = UnifiedRow;
    type Figures = Unified;

    fn chart() -> Option<Chart> {
        let chart = Chart::new(Mark::Bar).x("records").color("source").title("How many records the customers have");
        Some(chart.labels("records of a customer", "records"))
    }

    fn further_tables() -> Vec<TableManual> {
        vec![
            TableManual::of::<MergeRow>("log").aside(),
            TableManual::of::<ConflictRow>("conflicting").aside(),
            TableManual::of::<IgnoredRow>("not_used").aside(),
            TableManual::of::<ChangeRow>("changes").aside(),
        ]
    }

    fn run(&self, input: Self::Input, context: &Context<'_>) -> Result<Output<Frame, Unified>> {
        if self.sources.is_empty() {
            return Err(Failure::new("there are no sources").help(
                "give the tables by the names of their systems: `unify(#{sources: #{shop: people, till: cards}})`",
            ));
        }
        let ask = Ask { id: &self.id, ids: &self.ids, keys: self.keys.as_deref(), references: &self.references };
        let records = records::read(&ask, &self.sources, &input, context)?;
        if records.keys.len() == records.sources.len() && self.references.is_empty() {
            return Err(Failure::new(
                "no column says who somebody is: there is no `email`, `phone`, `loyalty_card` or \
                `tax_number` in any source",
            )
            .help(
                "name the columns that do: `keys: [\"card\"]`, or those that hold ids of another source: \
                `references: #{shop_customer: \"shop\"}`",
            ));
        }
        if let Some(key) = self.unique.iter().find(|key| !records.keys.contains(key)) {
            return Err(Failure::new(format!("`unique` names `{key}`, which is no key"))
                .near(key, records.keys.iter().map(String::as_str)));
        }
        let not = self.not(&input, context)?;
        let earlier = self.earlier(&input, context)?;
        let joined = joined::join(&records, self.most as usize, &not, context)?;
        let names = names::name(&records, &joined, &earlier);
        let conflicts = self.conflicts(&records, &joined);
        let mut sizes = vec![0_i64; joined.count];
        joined.customers.iter().for_each(|customer| sizes[*customer] += 1);
        let figures = Unified {
            records: records.records.len() as i64,
            customers: joined.count as i64,
            merges: joined.merges.len() as i64,
            conflicts: conflicts.iter().map(|(customer, ..)| customer).collect::<HashSet<_>>().len() as i64,
            ignored: joined.ignored.len() as i64,
        };
        let notes = self.notes(&records, &joined, &names, &figures);
        Ok(Output::record(figures, tables::table(&records, &joined, &names, &sizes)?)
            .with_table("log", tables::log(&records, &joined, &names)?)
            .with_table("conflicting", tables::conflicting(&conflicts, &records, &names, &sizes)?)
            .with_table("not_used", tables::not_used(&records, &joined)?)
            .with_table("changes", tables::changes(&names)?)
            .notes(notes))
    }
}

/// A customer, the place of a key, and the different values.
type Conflict = (usize, usize, Vec<String>);

impl Unify {
    fn not(&self, input: &Beside<NoTable<Frame>>, context: &Context<'_>) -> Result<HashSet<(String, String)>> {
        let Some(given) = &self.not else { return Ok(HashSet::new()) };
        let data = input.table(given)?.data(context.host()).map_err(|failure| failure.within("not"))?;
        let column = |name: &str| {
            data.words(name).map_err(|failure| {
                failure
                    .help("`not` is a table with the columns `key` and `value`, such as lines of `.log`")
                    .within("not")
            })
        };
        Ok(column("key")?.into_iter().zip(column("value")?).filter_map(|(key, value)| key.zip(value)).collect())
    }

    fn earlier(&self, input: &Beside<NoTable<Frame>>, context: &Context<'_>) -> Result<Earlier> {
        let Some(given) = &self.previous else { return Ok(Earlier::new()) };
        let data = input.table(given)?.data(context.host())?;
        let column = |name: &str| {
            data.words(name).map_err(|failure| {
                failure
                    .help("`previous` is the table of an earlier answer, with `source`, `id` and `customer`")
                    .within("previous")
            })
        };
        let mut earlier = HashMap::new();
        for ((source, id), customer) in column("source")?.into_iter().zip(column("id")?).zip(column("customer")?) {
            if let (Some(source), Some(id), Some(customer)) = (source, id, customer) {
                earlier.insert((source, id), customer);
            }
        }
        Ok(earlier)
    }

    /// Customers with several values of a key that is unique.
    fn conflicts(&self, records: &Records, joined: &Joined) -> Vec<Conflict> {
        let mut found = Vec::new();
        for key in &self.unique {
            let Some(place) = records.keys.iter().position(|one| one == key) else { continue };
            let mut values: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
            for (record, value) in &records.values[place] {
                values.entry(joined.customers[*record as usize]).or_default().push(value);
            }
            for (customer, mut values) in values {
                values.sort_unstable();
                values.dedup();
                if values.len() > 1 {
                    found.push((customer, place, values.into_iter().map(str::to_owned).collect()));
                }
            }
        }
        found.sort_by_key(|(customer, place, values): &Conflict| (std::cmp::Reverse(values.len()), *customer, *place));
        found
    }

    fn notes(&self, records: &Records, joined: &Joined, names: &Names, figures: &Unified) -> Vec<String> {
        let count = |number: i64| thousands(usize::try_from(number).unwrap_or_default());
        let mut notes = vec![format!(
            "{} records of {} are {} customers; joined by {}, each line of the log by one value",
            count(figures.records),
            if records.sources.len() == 1 {
                "1 source".to_owned()
            } else {
                format!("{} sources", records.sources.len())
            },
            count(figures.customers),
            records.keys[records.sources.len()..]
                .iter()
                .cloned()
                .chain(self.references.iter().map(|(column, source)| format!("{column} (ids of {source})")))
                .collect::<Vec<_>>()
                .join(", ")
        )];
        if records.ids_that_speak > 0 {
            notes.push(format!(
                "{} ids are addresses or telephone numbers, and are compared as such",
                thousands(records.ids_that_speak)
            ));
        }
        let lacking = records.records.iter().filter(|record| record.id.is_none()).count();
        if lacking > 0 {
            notes.push(format!(
                "{} records have no id in their source: they are called after their row",
                thousands(lacking)
            ));
        }
        for (key, empty) in records.keys.iter().zip(&records.empty).filter(|(_, empty)| **empty > 0) {
            notes.push(format!("{} values of `{key}` say nothing, such as an address without @", thousands(*empty)));
        }
        let common = joined.ignored.iter().filter(|one| !one.told);
        if let Some(largest) = common.clone().max_by_key(|one| one.records) {
            notes.push(format!(
                "{} values are shared by more than {} records and join nobody, the commonest, of `{}`, by {}: see `.not_used`",
                thousands(common.count()),
                self.most,
                records.keys[largest.key],
                thousands(largest.records)
            ));
        }
        if names.gone > 0 {
            notes.push(format!("{} records of the earlier answer are not there any more", thousands(names.gone)));
        }
        notes
    }
}

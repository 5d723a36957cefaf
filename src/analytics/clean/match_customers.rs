mod blocking;
mod columns;
mod labels;
mod model;
mod notes;
mod tables;
mod task;

use std::collections::BTreeMap;

use regulars_plugin::{
    Beside, Chart, ColumnName, Context, Failure, Family, Function, GivenTable, Mark, Output, Registered, Result,
    TableManual,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::analytics::BuiltIn;
use crate::analytics::watch::Watching;
use crate::stats::linkage::{
    Agreement, Joined, Joining, LinkageError, Scored, Scorer, Weights, join, patterns, threshold_for,
};
use crate::table::{Data, Frame};
use columns::{Ready, asked, ready};
use labels::{labels, learnt};
use model::{ExplainMatch, State, Undo};
use notes::{kinds, outcome, weighed};
use tables::{
    ADDED, BlockingRow, ConflictRow, EvidenceRow, MatchFigures, MatchRow, MergeRow, PairRow, Told, WeightRow,
};
use task::Task;

/// Finds the rows that are one and the same customer, although names, dates and addresses are written differently.
///
/// The rows come back with the `cluster` that they are in: the least `id` of all rows that are one customer. `.merges` is
/// the log of what was joined by which evidence, `.review` has the pairs that somebody should look at, `.conflicts` what
/// speaks against the clusters, `.pairs` all pairs that may match, `.evidence` what each column says of them, `.weights` what each agreement weighs, `.blocking` which
/// rows were compared. `.explain_match(#{left: …, right: …})` shows the evidence of two rows as a waterfall; `.undo(…)` takes joins
/// back. No labels are needed.
///
/// # Choices
/// Columns are compared in levels from equal to different: names by Jaro–Winkler similarity (from .92, .88, .8) and edits, given
/// names by nicknames and initials too, Chinese names by their pinyin, given and family name in each other's place; dates by digits,
/// exchanged day and month, and distance; e-mail addresses by edits and by what stands before the @; phone numbers by their last seven
/// digits. Accents, case, marks and full width do not count. A missing value says nothing. The kind of a column is chosen by its
/// name and values, and told; a map says it: `columns: #{who: "name", tel: "phone"}` with `given_name`, `family_name`, `name`, `date`,
/// `email`, `phone`, `code` or `text`.
/// Up to 2,000,000 pairs all rows are compared; of more rows those that agree in a part of one or two columns, by rules that find
/// at most four pairs a row each and twenty together, the smallest first; or by `blocks`.
/// A level weighs log2(m/u): m is its share among matching pairs, u among others. How often values agree by chance is counted on all
/// pairs, or of equal values on all and of others on a million random pairs; the expected matches are taken off it. m and the share
/// of matches come from expectation and maximisation over all compared pairs, columns being independent, until no
/// probability changes by a millionth; it begins with few matches that agree almost everywhere. Where it comes to rest at rows that
/// differ in most columns, which are namesakes, m is learnt from the pairs that are equal in one column, in each that tells
/// people apart in turn. Equal rare values weigh more: u is then the share of the other rows with the value.
/// A pair is a link from the least probability on at which a share of `precision` of the links is expected to be right, but
/// never below one half. The surest links join first; two clusters are joined where the mean probability of the pairs
/// between them is at least one half (of more than 20 rows 20 are looked at).
/// Where rows are few, what is usual counts as twenty pairs taken at random and as one match.
/// The same rows in another order give the same clusters.
///
/// Two tables are linked by `other`: their rows come back under each other, `source` says from which one a row is, `id` is its id
/// there, and `customer` both, such as `first:17`. Of each table only rows of the other one are looked for; `inside: true`
/// finds those of one table as well. Columns that are compared have the same name in both; where types differ they become text.
///
/// # Source
/// I. P. Fellegi and A. B. Sunter (1969), Journal of the American Statistical Association 64, 1183–1210; W. E. Winkler (1990),
/// Proceedings of the Section on Survey Research Methods, ASA, 354–359; H. Hyyrö (2003), Nordic Journal of Computing 10, 29–39.
///
/// # Example
/// ```rhai
/// let people = frame(#{
///     id: [1, 2, 3, 4, 5, 6],
///     name: ["Robert Alan", "Bob Allan", "Grace Kelly", "Grace Kelly", "Ann Lee", "Tom Fox"],
///     born: ["1971-06-24", "1971-05-24", "1997-04-26", "1997-04-26", "1980-01-02", "1966-12-01"],
///     email: ["r.alan@a.net", "r.alan@a.net", "grace@b.org", "gracee@b.org", (), "tom@fox.org"],
/// });
/// people.match_customers(#{id: "id", columns: ["name", "born", "email"]}).table()
///     .select("id", "name", "cluster", "members")
/// ```
/// ```text
///      id  name         cluster         members
/// integer  text         integer  integer · rows
/// ─────────────────────────────────────────────
///       1  Robert Alan        1               2
///       2  Bob Allan          1               2
///       3  Grace Kelly        3               2
///       4  Grace Kelly        3               2
///       5  Ann Lee            5               1
///       6  Tom Fox            6               1
/// 6 rows × 4 columns
/// ```
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct MatchCustomers {
    /// Column that tells the rows apart.
    pub id: ColumnName,
    /// Columns in which one customer looks alike: a list of names, or a map of names and kinds; must be given.
    pub columns: Value,
    /// Which rows are compared: those that agree in one of these columns, or lists of columns. Left out: chosen.
    pub blocks: Vec<Value>,
    /// Most pairs that are compared.
    #[schemars(range(min = 1))]
    pub max_pairs: u64,
    /// Share of the links that is expected to be right.
    #[schemars(range(min = 0.5, max = 0.9999))]
    pub precision: f64,
    /// Probability from which on a pair is a link. Left out: by `precision`.
    #[schemars(range(min = 0.001, max = 0.999999))]
    pub threshold: Option<f64>,
    /// How links make clusters.
    pub join: JoinBy,
    /// Further nicknames and the names they stand for: `#{sanyi: "alexander"}`.
    pub nicknames: BTreeMap<String, String>,
    /// Whether equal rare values weigh more than equal common ones.
    pub rare_counts_more: bool,
    /// Another table, whose rows are looked for among those of this one, and the other way round.
    pub other: Option<GivenTable>,
    /// What both tables are called in the answer. Left out: `first` and `second`.
    pub names: Vec<String>,
    /// Whether rows of one table are compared with each other as well, where there are two.
    pub inside: bool,
    /// Column that says from which file a row is: only rows of different files are compared. Left out: all rows are.
    pub between: Option<ColumnName>,
    /// Column that holds the truth for some rows or all: who is the same has the same value. It measures
    /// the answer, and teaches only with `learn_from_labels`.
    pub labels: Option<ColumnName>,
    /// Whether `labels` also tell how often rows of one customer agree.
    pub learn_from_labels: bool,
    /// Seed of the random pairs. Left out: that of the session.
    pub seed: Option<u64>,
}

/// How links make clusters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum JoinBy {
    /// Where the mean of all pairs between two clusters speaks for it.
    #[default]
    Consistent,
    /// Every link joins: connected components.
    Connected,
}

impl Default for MatchCustomers {
    fn default() -> Self {
        MatchCustomers {
            id: ColumnName::from("customer"),
            columns: Value::Null,
            blocks: Vec::new(),
            max_pairs: 20_000_000,
            precision: 0.95,
            threshold: None,
            join: JoinBy::Consistent,
            nicknames: BTreeMap::new(),
            rare_counts_more: true,
            other: None,
            names: Vec::new(),
            inside: false,
            between: None,
            labels: None,
            learn_from_labels: false,
            seed: None,
        }
    }
}

/// Pairs below this probability are kept nowhere.
const WORTH_KEEPING: f64 = 0.05;
/// A pair below this probability is no link, however right the others are expected to be.
const LEAST_LINK: f64 = 0.5;
/// Pairs from here on up to the opposite are for somebody to look at.
const UNCERTAIN: f64 = 0.1;
/// Where the model is less sure of its matches than this, it does not tell them from others.
const CLEAR: f64 = 0.5;

impl Function for MatchCustomers {
    const FAMILY: Family = Family::Clean;
    const RELATED: &'static [&'static str] = &["standardize"];
    const KEEPS_COLUMNS: bool = true;
    type Input = Beside<Frame>;
    type Row = MatchRow;
    type Figures = MatchFigures;

    fn chart() -> Option<Chart> {
        Some(
            Chart::new(Mark::Bar)
                .x("members")
                .title("How many rows are in clusters of each size")
                .labels("rows of the cluster", "rows"),
        )
    }

    fn further_tables() -> Vec<TableManual> {
        let probabilities = || Chart::new(Mark::Histogram).x("probability");
        let weights = Chart::new(Mark::Bar).x("level").y("bits").title("What each agreement weighs");
        vec![
            TableManual::of::<PairRow>("pairs")
                .aside()
                .chart(probabilities().title("How probable the pairs are that may match")),
            TableManual::of::<EvidenceRow>("evidence").aside().chart(
                Chart::new(Mark::Box).x("column").y("bits").title("What each column says of the pairs that may match"),
            ),
            TableManual::of::<PairRow>("review").chart(probabilities().title("How probable the uncertain pairs are")),
            TableManual::of::<MergeRow>("merges").aside(),
            TableManual::of::<ConflictRow>("conflicts").aside(),
            TableManual::of::<WeightRow>("weights")
                .aside()
                .chart(Chart { facet: Some("column".to_owned()), ..weights }),
            TableManual::of::<BlockingRow>("blocking")
                .aside()
                .chart(Chart::new(Mark::Bar).x("rule").y("pairs").title("How many pairs each rule finds")),
        ]
    }

    fn methods() -> Vec<Registered<Frame>> {
        vec![BuiltIn::of::<ExplainMatch>(), BuiltIn::of::<Undo>()]
    }

    fn run(&self, input: Beside<Frame>, context: &Context<'_>) -> Result<Output<Frame, MatchFigures>> {
        self.consistent()?;
        let task = Task::of(self, &input, context)?;
        let data = task.frame.data(context.host())?;
        let taken: Vec<&str> = [Some(&task.id), task.between.as_ref(), self.labels.as_ref().map(|it| &it.0)]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect();
        let compared = asked(&self.columns, &data, &taken)?;
        let ready = ready(&data, &task, compared, &self.nicknames)?;
        context.check()?;
        let mut notes = task.frame.with_about(task.frame.origin()).notes(context.host())?;
        notes.extend(ready.notes.iter().cloned());
        notes.extend(task.notes());
        let replaced = ADDED.iter().filter(|name| **name != task.id && data.names().contains(name));
        notes
            .extend(replaced.map(|name| format!("the column `{name}` of the table is replaced by that of the answer")));
        notes.push(kinds(&ready));
        if ready.records.all_pairs() < 1.0 {
            notes.push("there is no pair of rows to compare".to_owned());
            return self.alone(&task, &data, &ready, notes);
        }
        let seed = self.seed.unwrap_or(context.seed);
        let found = blocking::found(&ready, &self.blocks, self.max_pairs, seed, context)?;
        notes.extend(found.notes.iter().cloned());
        if found.pairs.is_empty() {
            notes.push("no two rows agree in any of the rules: nothing was compared".to_owned());
            return self.alone(&task, &data, &ready, notes);
        }
        let labels = labels(self.labels.as_ref().map(|it| it.0.as_str()), &data, &ready)?;
        let teaches = labels.as_deref().filter(|_| self.learn_from_labels);
        let known = teaches.map(|labels| learnt(&ready, &found.pairs, labels)).transpose()?;
        let watch = Watching::new(context, "weighing");
        let counted = patterns(&found.pairs);
        let weights = Weights::fit(&ready.records, &counted, &found.background, known, &watch);
        let weights = weights.map_err(refused)?;
        self.is_clear(&weights)?;
        notes.extend(weighed(&weights, found.background.looked_at));

        let scorer = Scorer::new(&ready.records, &weights, self.rare_counts_more);
        let kept =
            scorer.all(&found.pairs, self.threshold.map_or(WORTH_KEEPING, |threshold| threshold.min(WORTH_KEEPING)));
        context.check()?;
        let threshold = self.threshold.unwrap_or_else(|| self.by_precision(&kept));
        let links: Vec<Scored> = kept.iter().filter(|scored| scored.probability >= threshold).copied().collect();
        let how = match self.join {
            JoinBy::Consistent => Joining::Consistent,
            JoinBy::Connected => Joining::Connected,
        };
        let watch = Watching::new(context, "joining");
        let joined = join(&ready.records, &scorer, &links, how, &watch).map_err(refused)?;
        let right: f64 = links.iter().map(|link| link.probability).sum();
        let agreement = labels.map(|labels| Agreement::of(&joined.first, &labels));
        let clusters = joined.first.iter().enumerate().filter(|(row, first)| *row == **first as usize).count();
        let figures = MatchFigures {
            rows: data.height() as i64,
            clusters: clusters as i64,
            compared: found.pairs.len() as i64,
            expected_matches: weights.matches,
            lambda: weights.lambda,
            threshold,
            links: links.len() as i64,
            expected_precision: (!links.is_empty()).then(|| right / links.len() as f64),
            iterations: weights.iterations as i64,
            precision: agreement.and_then(|it| it.precision()),
            recall: agreement.and_then(|it| it.recall()),
            f1: agreement.and_then(|it| it.f1()),
        };
        notes.extend(outcome(&figures, &joined));
        let state = State::of(self, &task, &ready, &weights);
        let table = tables::rows(&data, &ready, &joined.first, &joined.belongs, &joined.linked_to)?;
        let told = Told { ready: &ready, scorer: &scorer };
        let (pairs, review) = in_order(&kept);
        Output::record(figures, table)
            .with_table("pairs", told.pairs(&pairs, &joined.first)?)
            .with_table("evidence", told.parts(&pairs)?)
            .with_table("review", told.pairs(&review, &joined.first)?)
            .with_table("merges", told.merges(&joined)?)
            .with_table("conflicts", told.conflicts(&joined.conflicts)?)
            .with_table("weights", tables::weights(&ready, &weights, &found.background)?)
            .with_table("blocking", tables::blocking(&found.lines)?)
            .notes(notes)
            .with_model(&state)
    }
}

impl MatchCustomers {
    fn consistent(&self) -> Result<()> {
        if self.learn_from_labels && self.labels.is_none() {
            return Err(Failure::new("`learn_from_labels` needs labels").help("name their column: `labels: \"truth\"`"));
        }
        Ok(())
    }

    /// The probability from which on pairs are links.
    fn by_precision(&self, kept: &[Scored]) -> f64 {
        let likely: Vec<Scored> = kept.iter().filter(|scored| scored.probability >= LEAST_LINK).copied().collect();
        let right: f64 = likely.iter().map(|scored| scored.probability).sum();
        match right >= self.precision * likely.len() as f64 {
            true => LEAST_LINK,
            false => threshold_for(&likely, self.precision).unwrap_or(1.0),
        }
    }

    /// Everybody is a customer of their own.
    fn alone(
        &self,
        task: &Task,
        data: &Data,
        ready: &Ready,
        notes: Vec<String>,
    ) -> Result<Output<Frame, MatchFigures>> {
        let rows = ready.records.rows();
        let weights = Weights::silent(&ready.records);
        let scorer = Scorer::new(&ready.records, &weights, false);
        let first: Vec<u32> = (0..rows as u32).collect();
        let figures = MatchFigures {
            rows: rows as i64,
            clusters: rows as i64,
            compared: 0,
            expected_matches: 0.0,
            lambda: 0.0,
            threshold: self.threshold.unwrap_or(1.0),
            links: 0,
            expected_precision: None,
            iterations: 0,
            precision: None,
            recall: None,
            f1: None,
        };
        let told = Told { ready, scorer: &scorer };
        let nothing = Joined {
            first: first.clone(),
            merges: Vec::new(),
            conflicts: Vec::new(),
            belongs: vec![None; rows],
            linked_to: vec![None; rows],
        };
        Output::record(figures, tables::rows(data, ready, &first, &nothing.belongs, &nothing.linked_to)?)
            .with_table("pairs", told.pairs(&[], &first)?)
            .with_table("evidence", told.parts(&[])?)
            .with_table("review", told.pairs(&[], &first)?)
            .with_table("merges", told.merges(&nothing)?)
            .with_table("conflicts", told.conflicts(&[])?)
            .with_table("weights", tables::no_weights()?)
            .with_table("blocking", tables::blocking(&[])?)
            .notes(notes)
            .with_model(&State::of(self, task, ready, &weights))
    }

    fn is_clear(&self, weights: &Weights) -> Result<()> {
        if self.threshold.is_some() || weights.matches < 1.0 {
            return Ok(());
        }
        let refused = if weights.are_of_namesakes() {
            "the rows that look alike differ in most of the columns: they are namesakes rather than one customer"
                .to_owned()
        } else if weights.clarity < CLEAR {
            format!(
                "these columns do not tell matching rows from others: where a match is seen, it is {:.0} % sure on average",
                100.0 * weights.clarity
            )
        } else {
            return Ok(());
        };
        Err(Failure::new(refused)
            .help("compare more columns, such as an e-mail address, a phone number or a date of birth")
            .help("or say yourself from which probability on rows are the same: `threshold: 0.9`"))
    }
}

/// Pairs from the most probable down, and those in between from the least certain on.
fn in_order(kept: &[Scored]) -> (Vec<&Scored>, Vec<&Scored>) {
    let place = |scored: &Scored| (scored.pair.left, scored.pair.right);
    let mut pairs: Vec<&Scored> = kept.iter().collect();
    pairs.sort_by(|one, two| two.bits.total_cmp(&one.bits).then_with(|| place(one).cmp(&place(two))));
    let between = UNCERTAIN..=1.0 - UNCERTAIN;
    let mut review: Vec<&Scored> =
        pairs.iter().filter(|scored| between.contains(&scored.probability)).copied().collect();
    let certainty = |scored: &Scored| (scored.probability - 0.5).abs();
    review.sort_by(|one, two| certainty(one).total_cmp(&certainty(two)).then_with(|| place(one).cmp(&place(two))));
    (pairs, review)
}

/// Why the mathematics refused, in the words of the table.
fn refused(error: LinkageError) -> Failure {
    match error {
        LinkageError::Stopped => Failure::interrupted(),
        LinkageError::NothingToCompare => Failure::new("there is no pair of rows to compare"),
    }
}

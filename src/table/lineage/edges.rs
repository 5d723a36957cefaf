//! What a step of a plan makes each column of: read from the plan that Polars has resolved, where choices of columns are
//! spelt out and every name is settled.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use polars::prelude::*;
use polars_plan::plans::expr_ir::ExprIR;
use polars_plan::plans::{AExpr, FunctionIR, IR, IRPlan};
use polars_plan::prelude::{Arena, Node, aexpr_to_leaf_names_iter};

use super::origin::{CHOSE, Edges, GROUPED, How, JOINED, ORDERED, OnRows, Origin, Ref, STACKED};
use super::wording::{named, worded};

/// Reads the steps of a plan down to its leaves, which are told apart by the frames without rows that stand there.
pub(super) fn edges_of(plan: &LazyFrame, leaves: &[*const DataFrame]) -> Option<Edges> {
    // As it was written: no types made equal, no conditions taken apart.
    let plan = plan.clone().with_optimizations(OptFlags::empty()).to_alp().ok()?;
    let mut reader = Reader { plan: &plan, leaves, known: HashMap::new() };
    reader.read(plan.lp_top);
    reader.known.remove(&plan.lp_top.0).map(Arc::unwrap_or_clone)
}

struct Reader<'a> {
    plan: &'a IRPlan,
    leaves: &'a [*const DataFrame],
    known: HashMap<usize, Arc<Edges>>,
}

impl Reader<'_> {
    fn names(&self, node: Node) -> Vec<String> {
        let schema = self.plan.lp_arena.get(node).schema(&self.plan.lp_arena);
        schema.iter_names().map(ToString::to_string).collect()
    }

    fn read(&mut self, node: Node) -> Arc<Edges> {
        if let Some(known) = self.known.get(&node.0) {
            return Arc::clone(known);
        }
        let own = self.step(node);
        let edges = Arc::new(own);
        self.known.insert(node.0, Arc::clone(&edges));
        edges
    }

    /// A step over the steps before it.
    fn step(&mut self, node: Node) -> Edges {
        let arena = &self.plan.expr_arena;
        let ir = self.plan.lp_arena.get(node);
        if let IR::DataFrameScan { df, schema, .. } = ir {
            let names = schema.iter_names().map(PlSmallStr::as_str);
            return match self.leaves.iter().position(|leaf| std::ptr::eq(*leaf, Arc::as_ptr(df))) {
                Some(input) => Edges::identity(input, names),
                None => {
                    let columns = names.map(|name| (name.to_owned(), Origin::unknown())).collect();
                    Edges { columns, rows: Vec::new() }
                }
            };
        }
        let inputs: Vec<Node> = ir.inputs().collect();
        let before: Vec<Edges> = inputs.iter().map(|input| Edges::clone(&self.read(*input))).collect();
        let all: Vec<Vec<String>> = inputs.iter().map(|input| self.names(*input)).collect();
        let kept = || Edges::identity(0, all.first().into_iter().flatten().map(String::as_str));
        let own = match ir {
            IR::SimpleProjection { columns, .. } => Edges::identity(0, columns.iter_names().map(PlSmallStr::as_str)),
            IR::Select { expr, .. } => with(Edges::default(), expr, arena, ""),
            IR::HStack { exprs, .. } => with(kept(), exprs, arena, ""),
            IR::Filter { predicate, .. } => {
                let what = worded(&predicate.to_expr(arena));
                on_rows(kept(), CHOSE, leaf_refs(predicate, arena), what)
            }
            IR::Slice { offset, len, .. } => on_rows(kept(), CHOSE, Vec::new(), slice(*offset, *len)),
            IR::Sort { by_column, slice: sliced, sort_options, .. } => {
                let from = by_column.iter().flat_map(|key| leaf_refs(key, arena)).collect();
                let keys: Vec<String> = by_column
                    .iter()
                    .enumerate()
                    .map(|(place, key)| {
                        let falls = sort_options.descending.get(place).or(sort_options.descending.first());
                        let sign = if falls == Some(&true) { ", greatest first" } else { "" };
                        format!("{}{sign}", worded(&key.to_expr(arena)))
                    })
                    .collect();
                let edges = on_rows(kept(), ORDERED, from, keys.join("; "));
                match sliced {
                    Some((offset, len, _)) => on_rows(edges, CHOSE, Vec::new(), slice(*offset, *len as IdxSize)),
                    None => edges,
                }
            }
            IR::Distinct { options, .. } => {
                let by: Vec<String> =
                    options.subset.iter().flat_map(|names| names.iter()).map(ToString::to_string).collect();
                let what = match by.is_empty() {
                    true => "one of equal rows".to_owned(),
                    false => format!("one row for each {}", listed(&by)),
                };
                on_rows(kept(), CHOSE, refs(0, &by), what)
            }
            IR::GroupBy { keys, aggs, options, .. } => {
                let mut by: Vec<ExprIR> = keys.clone();
                let windows = options.dynamic.as_ref().map(|one| (&one.index_column, "window of"));
                let windows = windows.or(options.rolling.as_ref().map(|one| (&one.index_column, "window up to each")));
                let mut edges = with(Edges::default(), &by, arena, "");
                let mut told: Vec<String> = by.iter().map(|key| named(&key.to_expr(arena))).collect();
                let mut from: Vec<Ref> = by.drain(..).flat_map(|key| leaf_refs(&key, arena)).collect();
                if let Some((index, word)) = windows {
                    let every = options.dynamic.as_ref().map(|one| format!("{word} {}", one.every));
                    told.push(
                        every.map_or_else(|| format!("{word} `{index}`"), |every| format!("{every} along `{index}`")),
                    );
                    from.push(Ref { input: 0, column: Some(index.to_string()) });
                    let bounds = ["_lower_boundary", "_upper_boundary", index.as_str()];
                    for name in bounds {
                        let one = vec![Ref { input: 0, column: Some(index.to_string()) }];
                        edges
                            .columns
                            .insert(name.to_owned(), Origin::computed(one, told.last().cloned().unwrap_or_default()));
                    }
                }
                let each = format!(" for each {}", told.join(", "));
                let edges = with(edges, aggs, arena, &each);
                on_rows(edges, GROUPED, from, format!("one row{each}"))
            }
            IR::Join { left_on, right_on, options, .. } => self.join(node, &all, left_on, right_on, &options.args),
            IR::Union { .. } => {
                let mut edges = Edges::default();
                for name in self.names(node) {
                    let holds = all.iter().enumerate().filter(|(_, names)| names.contains(&name));
                    let from = holds.map(|(input, _)| Ref { input, column: Some(name.clone()) }).collect();
                    edges.columns.insert(name, Origin { how: How::Kept, from, what: String::new(), steps: 0 });
                }
                on_rows(edges, STACKED, Vec::new(), format!("{} tables, one below the other", all.len()))
            }
            IR::MapFunction { function, .. } => self.function(node, function, &all),
            IR::Cache { .. } | IR::Sink { .. } => kept(),
            // Of any other step names tell: what was there is kept, what is new is made of all.
            _ => self.by_name(node, &all, ""),
        };
        own.over(&before)
    }

    fn by_name(&self, node: Node, all: &[Vec<String>], what: &str) -> Edges {
        let mut edges = Edges::default();
        for name in self.names(node) {
            let known = all.iter().position(|names| names.contains(&name));
            let origin = match known {
                Some(input) => Origin::kept(input, &name),
                None => {
                    let from = all.iter().enumerate().flat_map(|(input, names)| refs(input, names)).collect();
                    Origin::computed(from, what.to_owned())
                }
            };
            edges.columns.insert(name, origin);
        }
        edges
    }

    fn join(&self, node: Node, all: &[Vec<String>], left_on: &[ExprIR], right_on: &[ExprIR], args: &JoinArgs) -> Edges {
        let arena = &self.plan.expr_arena;
        let (Some(left), Some(right)) = (all.first(), all.get(1)) else { return Edges::default() };
        let suffix = args.suffix.as_deref().unwrap_or("_right");
        let keys: HashSet<&str> = left_on.iter().map(|key| key.output_name().as_str()).collect();
        let is_right = matches!(args.how, JoinType::Right);
        let mut edges = Edges::default();
        for name in self.names(node) {
            let of_left = left.contains(&name) && !(is_right && keys.contains(name.as_str()) && right.contains(&name));
            let own = name.strip_suffix(suffix).filter(|own| right.iter().any(|known| known == own));
            let mut origin = match (of_left, own) {
                (true, _) => Origin::kept(0, &name),
                (false, _) if right.contains(&name) => Origin::kept(1, &name),
                (false, Some(own)) => Origin { how: How::Renamed, ..Origin::kept(1, own) },
                (false, None) => Origin::unknown(),
            };
            // The key of a row that only the right table has is the right one's.
            if matches!(args.how, JoinType::Full)
                && of_left
                && let Some(place) = left_on.iter().position(|key| key.output_name().as_str() == name)
                && args.should_coalesce()
                && let Some(other) = right_on.get(place)
            {
                origin.from.extend(leaf_refs(other, arena).into_iter().map(|one| Ref { input: 1, ..one }));
            }
            edges.columns.insert(name, origin);
        }
        let mut from: Vec<Ref> = left_on.iter().flat_map(|key| leaf_refs(key, arena)).collect();
        let others = right_on.iter().flat_map(|key| leaf_refs(key, arena));
        from.extend(others.map(|one| Ref { input: 1, ..one }));
        let words: Vec<String> = left_on
            .iter()
            .zip(right_on)
            .map(|(one, other)| {
                let (one, other) = (named(&one.to_expr(arena)), named(&other.to_expr(arena)));
                if one == other { one } else { format!("{one} = {other}") }
            })
            .collect();
        let kind = match &args.how {
            JoinType::Inner => "rows that have a partner",
            JoinType::Left => "every row of the left table",
            JoinType::Right => "every row of the right table",
            JoinType::Full => "every row of both tables",
            JoinType::Semi => "rows of the left table that have a partner",
            JoinType::Anti => "rows of the left table that have none",
            JoinType::Cross => "every row with every row",
            JoinType::AsOf(_) => "each row with the nearest one",
            _ => "rows that fit",
        };
        let what = if words.is_empty() { kind.to_owned() } else { format!("{kind}, by {}", words.join(", ")) };
        on_rows(edges, JOINED, from, what)
    }

    fn function(&self, node: Node, function: &FunctionIR, all: &[Vec<String>]) -> Edges {
        match function {
            FunctionIR::RowIndex { name, .. } => {
                let mut edges = self.by_name(node, all, "");
                let rows = vec![Ref { input: 0, column: None }];
                edges.columns.insert(name.to_string(), Origin::computed(rows, "number of the row".to_owned()));
                edges
            }
            FunctionIR::Explode { columns, .. } => {
                let names: Vec<String> = columns.iter().map(ToString::to_string).collect();
                let what = format!("one row for each value in {}", listed(&names));
                on_rows(self.by_name(node, all, ""), CHOSE, refs(0, &names), what)
            }
            FunctionIR::Unnest { columns, .. } => {
                let mut edges = self.by_name(node, all, "");
                let own = all.first().cloned().unwrap_or_default();
                for name in self.names(node).into_iter().filter(|name| !own.contains(name)) {
                    let from = columns.iter().map(|one| Ref { input: 0, column: Some(one.to_string()) }).collect();
                    let what = format!("its field `{name}`");
                    edges.columns.insert(name, Origin::computed(from, what));
                }
                edges
            }
            FunctionIR::Unpivot { args, .. } => {
                let mut edges = self.by_name(node, all, "");
                let on: Vec<String> = args.on.iter().map(ToString::to_string).collect();
                for name in self.names(node) {
                    if args.index.iter().any(|one| one.as_str() == name) {
                        continue;
                    }
                    let is_variable = args.variable_name.as_str() == name;
                    let what = if is_variable { "the name of the column" } else { "its value" };
                    edges.columns.insert(name, Origin::computed(refs(0, &on), what.to_owned()));
                }
                edges
            }
            _ => self.by_name(node, all, ""),
        }
    }
}

fn on_rows(mut edges: Edges, does: &'static str, from: Vec<Ref>, what: String) -> Edges {
    let mut unique: Vec<Ref> = Vec::new();
    for one in from {
        if !unique.contains(&one) {
            unique.push(one);
        }
    }
    edges.rows.push(OnRows { does, from: unique, what });
    edges
}

fn refs(input: usize, names: &[String]) -> Vec<Ref> {
    names.iter().map(|name| Ref { input, column: Some(name.clone()) }).collect()
}

fn leaf_refs(expression: &ExprIR, arena: &Arena<AExpr>) -> Vec<Ref> {
    let mut found: Vec<Ref> = Vec::new();
    for name in aexpr_to_leaf_names_iter(expression.node(), arena) {
        let one = Ref { input: 0, column: Some(name.to_string()) };
        if !found.contains(&one) {
            found.push(one);
        }
    }
    found
}

/// The columns that expressions make, beside or in place of those that are there. `each` is said behind them.
fn with(mut edges: Edges, expressions: &[ExprIR], arena: &Arena<AExpr>, each: &str) -> Edges {
    for expression in expressions {
        let name = expression.output_name().to_string();
        let origin = match arena.get(expression.node()) {
            AExpr::Column(own) if own.as_str() == name && each.is_empty() => Origin::kept(0, &name),
            AExpr::Column(own) if each.is_empty() => Origin { how: How::Renamed, steps: 1, ..Origin::kept(0, own) },
            _ => {
                let full = expression.to_expr(arena);
                let mut from = leaf_refs(expression, arena);
                // A count is made of the rows.
                if from.is_empty() && (&full).into_iter().any(|part| matches!(part, Expr::Len)) {
                    from.push(Ref { input: 0, column: None });
                }
                Origin::computed(from, format!("{}{each}", worded(&full)))
            }
        };
        edges.columns.insert(name, origin);
    }
    edges
}

fn slice(offset: i64, len: IdxSize) -> String {
    match (offset, len) {
        (0, len) => format!("the first {}", super::super::thousands(len as usize)),
        (offset, len) if offset < 0 && offset.unsigned_abs() == u64::from(len) => {
            format!("the last {}", super::super::thousands(len as usize))
        }
        (offset, IdxSize::MAX) => format!("all from row {offset} on"),
        (offset, len) => format!("{} from row {offset} on", super::super::thousands(len as usize)),
    }
}

pub(super) fn listed(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

//! What a plan tells of its result without being run.

use polars::prelude::*;
use polars_plan::dsl::FunctionExpr;
use polars_plan::plans::DslFunction;
use regulars_plugin::Result;

/// Stack that has to be left before Polars goes one step deeper into a plan; else it takes more. A step of a plan needs more
/// in dev builds than the 128 kB that it takes for enough.
const STACK_FOR_A_STEP: usize = 1 << 20;

/// Lets plans be as long as scripts make them.
pub fn leave_room_for_long_plans() {
    recursive::set_minimum_stack_size(STACK_FOR_A_STEP);
    recursive::set_stack_allocation_size(8 * STACK_FOR_A_STEP);
}

/// Keeps what Polars warns of from standard error: it speaks to those who write programs with it, of its next version and of
/// its own faults. What a user should know we say ourselves.
pub fn keep_polars_silent() {
    polars::error::set_warning_function(|_, _| {});
}

/// How many rows a plan has at most; none where that is not known. `scanned` tells the rows of a scan.
#[recursive::recursive]
pub(super) fn rows_at_most(plan: &DslPlan, scanned: &dyn Fn(&DslPlan) -> Result<Option<u64>>) -> Result<Option<u64>> {
    match plan {
        DslPlan::DataFrameScan { df, .. } => Ok(Some(df.height() as u64)),
        DslPlan::Scan { .. } => scanned(plan),
        // Ranges, and values that are drawn or spread out, are as many as they like, also of a frame without a row.
        DslPlan::Select { expr, .. } if expr.iter().any(sets_the_rows) => Ok(None),
        DslPlan::Filter { input, .. }
        | DslPlan::Select { input, .. }
        | DslPlan::HStack { input, .. }
        | DslPlan::GroupBy { input, .. }
        | DslPlan::Distinct { input, .. }
        | DslPlan::Sort { input, .. }
        | DslPlan::Slice { input, .. } => rows_at_most(input, scanned),
        DslPlan::MapFunction { input, function: DslFunction::Rename { .. } } => rows_at_most(input, scanned),
        DslPlan::IR { dsl, .. } => rows_at_most(dsl, scanned),
        DslPlan::Union { inputs, .. } => inputs.iter().try_fold(Some(0_u64), |sum, input| {
            Ok(sum.zip(rows_at_most(input, scanned)?).map(|(sum, rows)| sum.saturating_add(rows)))
        }),
        DslPlan::Join { input_left, input_right, .. } => {
            let rows = rows_at_most(input_left, scanned)?.zip(rows_at_most(input_right, scanned)?);
            // Rows without a partner stay in some joins.
            Ok(rows.map(|(left, right)| left.saturating_mul(right).saturating_add(left).saturating_add(right)))
        }
        _ => Ok(None),
    }
}

/// Whether the values of an expression may be more than the rows of its frame.
fn sets_the_rows(expression: &Expr) -> bool {
    expression.into_iter().any(|part| match part {
        Expr::Explode { .. }
        | Expr::Gather { returns_scalar: false, .. }
        | Expr::Literal(LiteralValue::Series(_) | LiteralValue::Range(_)) => true,
        Expr::Function { function, .. } => matches!(
            function,
            FunctionExpr::Range(_)
                | FunctionExpr::Random { method: RandomMethod::Sample { with_replacement: true, .. }, .. }
                | FunctionExpr::ExtendConstant
                | FunctionExpr::Repeat
        ),
        _ => false,
    })
}

/// Whether a plan does nothing that would be costly to do once more.
#[recursive::recursive]
pub(super) fn reads_only(plan: &DslPlan) -> bool {
    match plan {
        DslPlan::DataFrameScan { .. } | DslPlan::Scan { .. } => true,
        DslPlan::Filter { input, .. }
        | DslPlan::Select { input, .. }
        | DslPlan::HStack { input, .. }
        | DslPlan::Slice { input, .. } => reads_only(input),
        DslPlan::MapFunction { input, function: DslFunction::Rename { .. } } => reads_only(input),
        DslPlan::IR { dsl, .. } => reads_only(dsl),
        DslPlan::Union { inputs, .. } => inputs.iter().all(reads_only),
        _ => false,
    }
}

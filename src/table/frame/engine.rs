//! A plan on its way through one of Polars' engines.

use polars::prelude::*;
use polars_expr::state::ExecutionState;
use polars_mem_engine::create_physical_plan;
use polars_stream::build_streaming_query_executor;

/// A plan that is ready to run.
pub(super) struct Work {
    plan: LazyFrame,
    streams: bool,
    state: ExecutionState,
}

impl Work {
    /// `streams` says whether the plan goes through the streaming engine.
    pub(super) fn new(plan: LazyFrame, streams: bool) -> Work {
        Work { plan, streams, state: ExecutionState::new() }
    }

    /// What stops the work before its next step. The streaming engine has no such way out, and runs to its end.
    pub(super) fn stop(&self) -> impl Fn() + Send + use<> {
        let token = self.state.cancel_token();
        move || token.store(true)
    }

    /// Runs the plan.
    pub(super) fn run(mut self) -> PolarsResult<DataFrame> {
        if self.streams {
            return self.plan.collect_with_engine(Engine::Streaming).map(|answer| answer.unwrap_single());
        }
        // As `collect` does, but with a state that others can stop.
        let mut plan = self.plan.to_alp_optimized()?;
        plan.ensure_root_node_is_sink();
        let streaming = Some(build_streaming_query_executor as _);
        let mut steps = create_physical_plan(plan.lp_top, &mut plan.lp_arena, &mut plan.expr_arena, streaming)?;
        self.state.should_stop()?;
        steps.execute(&mut self.state)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where it finds something else")]
mod tests {
    use super::*;

    #[test]
    fn a_plan_runs_as_collect_runs_it_unless_it_was_stopped() {
        let plan = df!("x" => [3, 1, 2]).unwrap().lazy().sort(["x"], SortMultipleOptions::default());
        for streams in [false, true] {
            let ran = Work::new(plan.clone(), streams).run().unwrap();
            assert_eq!(ran, plan.clone().collect().unwrap());
        }
        let work = Work::new(plan, false);
        let stop = work.stop();
        stop();
        assert!(work.run().is_err());
    }
}

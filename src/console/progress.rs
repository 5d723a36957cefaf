//! One line on standard error for work that takes longer than half a second.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How long work may take before anything is said about it.
const PATIENCE: Duration = Duration::from_millis(500);

/// The progress line, when there is one.
#[derive(Default)]
pub(super) struct Progress {
    began: Option<Instant>,
    bar: Option<ProgressBar>,
}

impl Progress {
    /// Hears how far the work has come; `total` is 0 where it is not known.
    pub(super) fn tell(&mut self, done: u64, total: u64, what: &str) {
        let began = *self.began.get_or_insert_with(Instant::now);
        if began.elapsed() < PATIENCE {
            return;
        }
        let bar = self.bar.get_or_insert_with(|| ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr()));
        let template = if total > 0 {
            "{spinner} {msg} {bar:30} {pos}/{len} {per_sec} {eta} left"
        } else {
            "{spinner} {msg} {elapsed}  (Ctrl-C stops it)"
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(what.to_owned());
        if total > 0 {
            bar.set_length(total);
            bar.set_position(done);
        } else {
            bar.tick();
        }
    }

    /// Takes the line away.
    pub(super) fn clear(&mut self) {
        self.began = None;
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}

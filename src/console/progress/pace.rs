//! How quickly work goes on and how long it still takes, without jumping about. The time is told, so tests need none.

/// Seconds after which what was done counts for a third.
const MEMORY: f64 = 8.0;
/// Tellings that come closer together are put together.
const LEAST: f64 = 0.05;
/// Seconds and tellings before anything is said about the time left.
const BEGINNING: f64 = 1.0;
/// A forecast this close to what is shown, as a share of it and in seconds, does not change it.
const CLOSE: (f64, f64) = (0.15, 1.0);
/// The part of the way to another forecast that is gone at each look.
const STEP: f64 = 0.25;

/// The pace of work of which some is done at some times.
#[derive(Debug, Clone, Default)]
pub(super) struct Pace {
    began: Option<f64>,
    last: Option<(f64, f64)>,
    /// What was done, and in how many seconds, the past counting less and less.
    work: f64,
    time: f64,
    tellings: u32,
    /// When the time left was looked at, and what it was said to be.
    shown: Option<(f64, f64)>,
}

impl Pace {
    /// Hears at a time how much is done.
    pub(super) fn hear(&mut self, now: f64, done: f64) {
        self.began.get_or_insert(now);
        let Some((then, before)) = self.last else {
            self.last = Some((now, done));
            return;
        };
        let passed = now - then;
        if passed < LEAST {
            return;
        }
        let fade = (-passed / MEMORY).exp();
        self.work = self.work * fade + (done - before).max(0.0);
        self.time = self.time * fade + passed;
        self.tellings += 1;
        self.last = Some((now, done));
    }

    /// How much is done in a second.
    pub(super) fn rate(&self) -> Option<f64> {
        (self.time > 0.0 && self.work > 0.0).then(|| self.work / self.time)
    }

    /// Seconds until a total is done.
    pub(super) fn left(&mut self, now: f64, total: f64) -> Option<f64> {
        let ((then, done), rate) = (self.last?, self.rate()?);
        if now - self.began? < BEGINNING || self.tellings < 2 {
            return None;
        }
        let rest = (total - done).max(0.0);
        let waited = (now - then).max(0.0);
        // Work that tells seldom goes on between two tellings; one that is silent for long has become slower.
        let between = self.time / f64::from(self.tellings.min(20));
        let forecast = match waited <= 2.0 * between.max(0.5) {
            true => (rest / rate - waited).max(0.0),
            false => rest * (self.time + waited) / self.work,
        };
        let left = match self.shown {
            None => forecast,
            Some((at, shown)) => {
                let counted = (shown - (now - at)).max(0.0);
                match (forecast - counted).abs() <= CLOSE.0 * counted + CLOSE.1 {
                    true => counted,
                    false => counted + STEP * (forecast - counted),
                }
            }
        };
        self.shown = Some((now, left));
        Some(left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is said to be left, ten times a second, of work whose rate in each second is given.
    fn said(total: f64, rate: impl Fn(f64) -> f64) -> Vec<(f64, f64)> {
        let (mut pace, mut done, mut said) = (Pace::default(), 0.0, Vec::new());
        for tick in 0..100_000 {
            let now = f64::from(tick) / 10.0;
            pace.hear(now, done);
            if let Some(left) = pace.left(now, total) {
                said.push((now, left));
            }
            done += rate(now) / 10.0;
            if done >= total {
                break;
            }
        }
        said
    }

    #[test]
    fn even_work_counts_down() {
        // 100 a second, 6,000 in all: a minute.
        for (now, left) in said(6_000.0, |_| 100.0) {
            assert!((now + left - 60.0).abs() < 2.0, "{left} at {now}");
        }
    }

    #[test]
    fn uneven_work_does_not_jump() {
        // Quick and slow by turns, a second each: 60 s on the whole.
        let said = said(6_000.0, |now| if now % 2.0 < 1.0 { 180.0 } else { 20.0 });
        for pair in said.windows(2) {
            let ((then, before), (now, after)) = (pair[0], pair[1]);
            let counted = before - (now - then);
            assert!((after - counted).abs() <= 0.1 * counted + 0.8, "from {before} to {after} at {now}");
        }
        let late: Vec<f64> = said.iter().filter(|(now, _)| *now > 15.0).map(|(now, left)| now + left).collect();
        assert!(late.iter().all(|end| (45.0..80.0).contains(end)), "{late:?}");
    }

    #[test]
    fn work_that_becomes_slower_is_told_so() {
        // 100 a second, from the twentieth second on 20: 4,000 of 6,000 remain, which takes 200 s more.
        let said = said(6_000.0, |now| if now < 20.0 { 100.0 } else { 20.0 });
        let at = |moment: f64| said.iter().find(|(now, _)| *now >= moment).map_or(0.0, |(_, left)| *left);
        assert!((35.0..45.0).contains(&at(19.9)), "{}", at(19.9));
        assert!((120.0..190.0).contains(&at(50.0)), "{}", at(50.0));
    }

    #[test]
    fn silence_is_not_the_end() {
        let mut pace = Pace::default();
        for second in 0..10 {
            pace.hear(f64::from(second), f64::from(second) * 10.0);
        }
        // A hundred in all: one second is left, but nothing is heard for a minute.
        let said: Vec<f64> = (90..700).filter_map(|tick| pace.left(f64::from(tick) / 10.0, 100.0)).collect();
        assert!(said.last().is_some_and(|left| *left > 3.0), "{:?}", said.last());
    }

    #[test]
    fn nothing_is_said_before_anything_is_known() {
        let mut pace = Pace::default();
        assert_eq!(pace.left(5.0, 10.0), None);
        pace.hear(0.0, 0.0);
        pace.hear(0.2, 1.0);
        assert_eq!(pace.left(0.3, 10.0), None);
        assert_eq!(pace.rate(), Some(5.0));
    }
}

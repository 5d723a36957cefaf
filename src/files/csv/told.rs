//! How far the reading of a file is. It is gone through three times; what is told goes from nothing to its size once.

use regulars_plugin::Host;

use super::Layout;

/// What a time through the file is for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Stage {
    /// Where its rows are.
    Rows,
    /// How its values look.
    Looks,
    /// The values.
    Columns,
}

impl Stage {
    /// The part of the whole that is behind this time through, and the part that it is itself: estimates, as finding rows is
    /// cheap, and the other two look at every value.
    fn part(self) -> (f64, f64) {
        match self {
            Stage::Rows => (0.0, 0.15),
            Stage::Looks => (0.15, 0.35),
            Stage::Columns => (0.5, 0.5),
        }
    }
}

/// Who hears how far a time through the file is.
pub(super) struct Told<'a> {
    pub(super) host: &'a dyn Host,
    stage: Stage,
    what: String,
}

impl Told<'_> {
    /// So many bytes of so many are read.
    pub(super) fn read(&self, bytes: usize, all: usize) {
        let (behind, part) = self.stage.part();
        let done = behind * all as f64 + part * bytes as f64;
        self.host.progress(done as u64, all as u64, &self.what);
    }
}

impl Layout<'_> {
    pub(super) fn told<'a>(&self, stage: Stage, host: &'a dyn Host) -> Told<'a> {
        let name = self.path.rsplit(['/', '\\']).next().unwrap_or_default();
        Told { host, stage, what: format!("reading {name}") }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::super::{CsvOptions, read_csv};
    use super::*;

    struct Heard(Mutex<Vec<(u64, u64, String)>>);

    impl Host for Heard {
        fn is_cancelled(&self) -> bool {
            false
        }
        fn progress(&self, done: u64, total: u64, what: &str) {
            self.0.lock().unwrap().push((done, total, what.to_owned()));
        }
        fn warn(&self, _: &str) {}
    }

    #[test]
    fn reading_goes_from_nothing_to_the_whole_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("orders.csv");
        let text: String = (0..300_000).map(|row| format!("{row},{}\n", row * 7 % 1000)).collect();
        std::fs::write(&path, format!("order,amount\n{text}")).unwrap();
        let host = Heard(Mutex::new(Vec::new()));
        read_csv(&path.display().to_string(), &CsvOptions::default(), &host).unwrap();
        let mut heard = host.0.into_inner().unwrap();
        assert!(heard.len() >= 9, "{heard:?}");
        let size = std::fs::metadata(&path).unwrap().len();
        assert!(
            heard.iter().all(|(done, total, what)| *total == size && done <= total && what == "reading orders.csv")
        );
        // Threads may tell out of turn; taken in order it is one way up that ends at the end.
        heard.sort();
        assert!(heard.first().is_some_and(|(done, ..)| *done < size / 4));
        assert!(heard.last().is_some_and(|(done, ..)| *done > size * 99 / 100));
    }
}

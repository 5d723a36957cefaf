//! Cells that did not come to their end, where they left something behind: a script that is saved cannot make it.

/// Such a cell.
pub(super) struct LeftOut {
    number: usize,
    source: String,
    /// How many cells that worked stand before it.
    pub(super) behind: usize,
    was_interrupted: bool,
    /// Variables and modules that it made before.
    made: Vec<String>,
}

impl LeftOut {
    /// A cell with its number that failed or was interrupted; none where it only failed, and is as good as never typed.
    pub(super) fn of(
        cell: (usize, String),
        behind: usize,
        was_interrupted: bool,
        made: Vec<String>,
    ) -> Option<LeftOut> {
        let (number, source) = cell;
        (was_interrupted || !made.is_empty()).then_some(LeftOut { number, source, behind, was_interrupted, made })
    }

    /// Which cell it is, and why it is left out.
    pub(super) fn told(&self) -> String {
        let cell = match self.number {
            0 => "a cell of the start-up file".to_owned(),
            number => format!("cell {number}"),
        };
        let why = if self.was_interrupted { "was interrupted" } else { "failed" };
        let made: Vec<String> = self.made.iter().map(|name| format!("`{name}`")).collect();
        match made.is_empty() {
            true => format!("left out: {cell}, which {why}"),
            false => format!("left out: {cell}, which {why}, but made {}", made.join(", ")),
        }
    }

    /// The same and its code, as a comment of a script.
    pub(super) fn comment(&self) -> String {
        let lines =
            std::iter::once(self.told()).chain(self.source.trim_end().lines().map(|line| format!("    {line}")));
        lines.map(|line| format!("// {line}\n")).collect()
    }

    /// It ran before the first prompt.
    pub(super) fn of_startup(&mut self) {
        self.number = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_left_something_behind_is_told() {
        let told = |was_interrupted, made: &[&str]| {
            let made = made.iter().map(|name| (*name).to_owned()).collect();
            LeftOut::of((3, "let a = 1;\nloop {}".to_owned()), 0, was_interrupted, made).map(|cell| cell.comment())
        };
        assert_eq!(told(false, &[]), None);
        let code = "//     let a = 1;\n//     loop {}\n";
        assert_eq!(told(true, &[]), Some(format!("// left out: cell 3, which was interrupted\n{code}")));
        assert_eq!(
            told(false, &["a", "b"]),
            Some(format!("// left out: cell 3, which failed, but made `a`, `b`\n{code}"))
        );
    }
}

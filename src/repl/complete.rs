//! Completion: offers that begin with what was typed, each with a line about it that fits the terminal.

use std::sync::Arc;

use reedline::{Completer, CompletionResult, Span, Suggestion, Suggestions};

use super::editor::theme;
use super::{commands_offered, guide};
use crate::assist::{Names, Offer, Offers, first_sentence, modules, offers};
use crate::catalogue::Catalogue;
use crate::console::Console;
use crate::script::World;
use crate::show;

pub(super) struct Completion {
    world: Arc<World>,
    names: Names,
    console: Arc<Console>,
    last: Option<Last>,
}

/// The answer to the last question: the editor asks three times for every key, and a frame may have 500 columns.
struct Last {
    times: usize,
    line: String,
    position: usize,
    answer: Suggestions,
}

/// Columns between a name and what is said about it.
const GAP: usize = 2;

impl Completion {
    pub(super) fn new(world: Arc<World>, names: Names, console: Arc<Console>) -> Self {
        Completion { world, names, console, last: None }
    }
}

impl Completer for Completion {
    fn complete(&mut self, line: &str, position: usize) -> CompletionResult {
        let times = self.names.times();
        let known =
            self.last.as_ref().filter(|last| (last.times, last.position) == (times, position) && last.line == line);
        let answer = match known {
            Some(last) => Arc::clone(&last.answer),
            None => self.suggestions(line, position),
        };
        self.last = Some(Last { times, line: line.to_owned(), position, answer: Arc::clone(&answer) });
        // Of nothing the menu would say so in capitals; while it waits it says nothing.
        if answer.is_empty() { CompletionResult::Pending } else { CompletionResult::fresh(answer) }
    }
}

impl Completion {
    fn suggestions(&self, line: &str, position: usize) -> Suggestions {
        let (before, after) = line.split_at_checked(position).unwrap_or((line, ""));
        let of_modules = modules::importable(&self.world.modules, before, after);
        let found = of_modules.unwrap_or_else(|| all(&self.world.catalogue, &self.names, before, after));
        let start = found.start;
        let fitting = found.fitting();
        let widest = fitting.iter().map(|offer| show::width(&offer.name)).max().unwrap_or(0);
        let room = self.console.columns().saturating_sub(widest + GAP);
        fitting
            .into_iter()
            .map(|offer| Suggestion {
                display_override: Some(self.entry(&offer, widest, room)),
                value: offer.text,
                span: Span::new(start, position),
                ..Suggestion::default()
            })
            .collect()
    }

    /// One line of the menu: the name, and what is said about it as far as there is room.
    fn entry(&self, offer: &Offer, widest: usize, room: usize) -> String {
        let name = show::harmless(&offer.name);
        let about = show::harmless(first_sentence(&offer.about));
        let about = show::cut(&about, room);
        if about.is_empty() {
            return name.into_owned();
        }
        let gap = " ".repeat(widest + GAP - show::width(&name));
        format!("{name}{gap}{}", theme(&self.console).beside().paint(about))
    }
}

/// What can be offered at a place of a line: commands of the prompt and what stands behind them; names behind `help`, those of
/// its own pages as well; or what the language knows.
fn all(catalogue: &Catalogue, names: &Names, before: &str, after: &str) -> Offers {
    let line = before.trim_start();
    if let Some((typed, all)) = commands_offered::offered(line) {
        return Offers::behind(before, typed, all);
    }
    let mut found = offers(catalogue, names, before, after);
    if line.starts_with("help ") {
        found.all.extend(guide::TOPICS.iter().map(|(name, about)| Offer::new(name, (*name).to_owned(), about)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::show::Value;
    use crate::table::{Cell, Frame};

    /// Names and inserted texts that are offered for a line with the cursor at its end.
    fn offered(line: &str) -> Vec<(String, String)> {
        let catalogue = crate::script::catalogue(&[]).unwrap();
        let names = Names::default();
        if let Ok(frame) = crate::files::samples::sample("cdnow") {
            let text = |text: &str| Cell::Text(text.to_owned());
            let kinds = [
                ("kind".to_owned(), vec![text("small"), text("big"), text("small")]),
                ("number".to_owned(), vec![Cell::Integer(1), Cell::Integer(2), Cell::Integer(3)]),
            ];
            let kinds = Frame::from_cells(&kinds).map_or(Value::Nothing, Value::Frame);
            names.set(vec![("tx".to_owned(), Value::Frame(frame)), ("kinds".to_owned(), kinds)], Vec::new());
        }
        all(&catalogue, &names, line, "").fitting().into_iter().map(|offer| (offer.name, offer.text)).collect()
    }

    fn texts(line: &str) -> Vec<String> {
        offered(line).into_iter().map(|(_, text)| text).collect()
    }

    #[test]
    fn what_fits_the_place_is_offered() {
        assert_eq!(texts("tx.re"), ["reverse()", "rename("]);
        assert_eq!(texts("col(\"amount\").cli"), ["clip("]);
        assert_eq!(texts("col(\"amount\").s").first().map(String::as_str), Some("str."));
        assert_eq!(texts("col(\"x\").str.to_l"), ["to_lowercase()"]);
        assert_eq!(texts("col(\"x\").dt.ye"), ["year()"]);
        assert_eq!(texts("tx.rfm(#{"), ["until: ", "bins: ", "cut: ", "cuts: ", "segments: "]);
        assert_eq!(texts("tx.bg_nbd().pred"), ["predict("]);
        assert_eq!(texts("tx.bg_nbd().predict(#{hor"), ["horizon: "]);
        assert_eq!(texts("tx.bg_nbd().param"), ["parameters"]);
        assert_eq!(texts("tx.rfm(#{bins: 5, cu"), ["cut: ", "cuts: "]);
        assert_eq!(texts("tx.rfm(#{cut: "), ["\"quantile\"", "\"rank\"", "\"fixed\""]);
        assert_eq!(texts("tx.rfm(#{cut: \"ra"), ["rank\""]);
        assert_eq!(texts("tx.bar(#{arrange: "), ["\"beside\"", "\"stacked\"", "\"share\""]);
        assert_eq!(texts("tx.line(#{x_scale: \""), ["linear\"", "log\""]);
        assert_eq!(texts("tx.scatter(#{x: \"date\", y_scale: \"l"), ["linear\"", "log\""]);
        assert_eq!(texts("tx.bar().theme(\""), ["light\"", "dark\""]);
        assert_eq!(texts("tx.join(tx, #{how: \"").len(), 7);
        assert_eq!(texts("tx.join(tx, [\"date\", \"customer\"], \"se"), ["semi\""]);
        assert_eq!(texts("tx.join(tx, #{validate: \"1"), ["1:m\"", "1:1\""]);
        assert_eq!(texts("concat([tx, tx], #{how: \"h"), ["horizontal\""]);
        assert_eq!(texts("tx.chart(\"").len(), 20);
        assert_eq!(texts("chart(tx, \"fu"), ["funnel\""]);
        assert_eq!(texts("tx.rfm(").first().map(String::as_str), Some("#{until: "));
        assert_eq!(texts("tx.filter(col(\"am"), ["amount\""]);
        assert_eq!(texts("tx.rfm().select(\"seg"), ["segment\""]);
        assert_eq!(texts("tx.group_by(").first().map(String::as_str), Some("\"customer\""));
        assert_eq!(texts("tx.heig"), ["height"]);
        assert_eq!(texts("tx.am"), ["amount"]);
        assert_eq!(texts("raw.transactions(#{cus"), ["customer: "]);
        assert_eq!(texts("tx.sort(\"date\", #{"), ["descending: ", "nulls_last: "]);
        assert_eq!(texts("sample(\"cd"), ["cdnow\""]);
        assert_eq!(texts("help coho"), ["cohort_retention", "cohort"]);
        assert_eq!(texts(":set th"), ["theme "]);
        assert_eq!(texts(":set theme d"), ["dark"]);
        assert_eq!(texts(":set output=j"), ["json"]);
        assert_eq!(texts(":open"), [":open "]);
        assert_eq!(texts(":explain tx.rf"), ["rfm("]);
        assert_eq!(texts("kinds.filter(col(\"kind\") == \""), ["big\"", "small\""]);
        assert_eq!(texts("kinds.filter(kinds.kind != \"s"), ["small\""]);
        assert!(texts("kinds.filter(col(\"number\") == \"").is_empty());
        assert_eq!(texts(":sa"), [":save "]);
        assert_eq!(texts(":time tx.rf"), ["rfm("]);
        assert_eq!(texts("tx.retention"), ["cohort_retention("]);
        assert!(texts("1.5").is_empty());
        assert!(texts("// tx.").is_empty());
        assert!(texts("\"text\".").is_empty());
    }

    #[test]
    fn five_hundred_columns_are_offered_as_well() {
        let columns: Vec<(String, Vec<Cell>)> =
            (0..500).map(|number| (format!("column_{number:03}"), vec![Cell::Text("a".to_owned())])).collect();
        let catalogue = crate::script::catalogue(&[]).unwrap();
        let names = Names::default();
        names.set(vec![("wide".to_owned(), Value::Frame(Frame::from_cells(&columns).unwrap()))], Vec::new());
        for line in ["wide.select(\"", "wide.group_by(", "wide.column_", "wide.filter(col(\"column_0"] {
            assert!(all(&catalogue, &names, line, "").fitting().len() >= 100, "{line}");
        }
        assert_eq!(all(&catalogue, &names, "wide.filter(wide.column_499 == \"", "").all.len(), 1);
    }

    #[test]
    fn files_are_offered_where_one_is_read() {
        assert_eq!(texts("read_csv(\"Cargo.to"), ["Cargo.toml\""]);
        assert_eq!(texts(":load sr"), ["src/"]);
    }
}

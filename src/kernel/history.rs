//! The cells of this session, as clients ask for them.

use serde_json::{Value as Json, json};

use super::message::Message;

/// This session, as clients number it; 0 means the same.
const SESSION: i64 = 1;

/// The cells that ran.
#[derive(Default)]
pub(super) struct History {
    cells: Vec<Ran>,
}

struct Ran {
    number: usize,
    source: String,
    answer: Option<String>,
}

impl History {
    pub(super) fn add(&mut self, number: usize, source: &str, answer: Option<String>) {
        self.cells.push(Ran { number, source: source.to_owned(), answer });
    }

    /// What a `history_request` asks for.
    pub(super) fn asked(&self, request: &Message) -> Json {
        let count = |name: &str| request.number(name).and_then(|number| usize::try_from(number).ok());
        let mut found: Vec<&Ran> = match request.text("hist_access_type") {
            "range" => {
                let session = request.number("session").unwrap_or(0);
                let (from, to) = (count("start").unwrap_or(0), count("stop").unwrap_or(usize::MAX));
                let is_this = session == 0 || session == SESSION;
                self.cells.iter().filter(|ran| is_this && ran.number >= from && ran.number < to).collect()
            }
            "search" => {
                let pattern: Vec<char> = request.content["pattern"].as_str().unwrap_or("*").chars().collect();
                let fits = |ran: &&Ran| fits(&pattern, &ran.source.chars().collect::<Vec<char>>());
                self.cells.iter().filter(fits).collect()
            }
            _ => self.cells.iter().collect(),
        };
        if request.flag("unique", false) {
            let mut seen = std::collections::HashSet::new();
            // The last of the same ones stays.
            found.reverse();
            found.retain(|ran| seen.insert(&ran.source));
            found.reverse();
        }
        if let Some(most) = count("n").filter(|_| request.text("hist_access_type") != "range") {
            found.drain(..found.len().saturating_sub(most));
        }
        let with_answers = request.flag("output", false);
        let entry = |ran: &Ran| match with_answers {
            true => json!([SESSION, ran.number, [ran.source, ran.answer]]),
            false => json!([SESSION, ran.number, ran.source]),
        };
        json!({ "status": "ok", "history": found.into_iter().map(entry).collect::<Vec<Json>>() })
    }
}

/// Whether a text is as a pattern says, in which `*` stands for anything and `?` for one character.
fn fits(pattern: &[char], text: &[char]) -> bool {
    // Where the last `*` stands, and how far the text behind it was tried.
    let (mut at, mut read, mut star) = (0, 0, None);
    while read < text.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at + 1, read));
                at += 1;
            }
            Some(sign) if *sign == '?' || *sign == text[read] => (at, read) = (at + 1, read + 1),
            _ => match star {
                Some((behind, tried)) => {
                    star = Some((behind, tried + 1));
                    (at, read) = (behind, tried + 1);
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|sign| *sign == '*')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::message::nothing;

    fn asked(history: &History, content: Json) -> Json {
        let (header, parent, metadata) = (nothing(), nothing(), nothing());
        let request = Message { identities: Vec::new(), header, parent, metadata, content, buffers: Vec::new() };
        history.asked(&request)["history"].clone()
    }

    #[test]
    fn cells_are_found() {
        let mut history = History::default();
        for (number, source) in [(1, "a"), (2, "客户 1"), (3, "a"), (4, "b")] {
            history.add(number, source, (number == 4).then(|| "7".to_owned()));
        }
        let numbers = |content: Json| -> Vec<i64> {
            asked(&history, content).as_array().unwrap().iter().map(|entry| entry[1].as_i64().unwrap()).collect()
        };
        assert_eq!(numbers(json!({ "hist_access_type": "tail", "n": 2 })), [3, 4]);
        assert_eq!(numbers(json!({ "hist_access_type": "range", "session": 0, "start": 2, "stop": 4 })), [2, 3]);
        assert_eq!(numbers(json!({ "hist_access_type": "range", "session": 7, "start": 2 })), [] as [i64; 0]);
        assert_eq!(numbers(json!({ "hist_access_type": "search", "pattern": "客*" })), [2]);
        assert_eq!(numbers(json!({ "hist_access_type": "search", "pattern": "?", "unique": true })), [3, 4]);
        assert_eq!(numbers(json!({ "hist_access_type": "search", "pattern": "*", "n": 1 })), [4]);
        let last = asked(&history, json!({ "hist_access_type": "tail", "n": 1, "output": true }));
        assert_eq!(last, json!([[1, 4, ["b", "7"]]]));
    }

    #[test]
    fn patterns_are_those_of_files() {
        let fits = |pattern: &str, text: &str| {
            fits(&pattern.chars().collect::<Vec<char>>(), &text.chars().collect::<Vec<char>>())
        };
        for (pattern, text) in [("", ""), ("*", ""), ("a*c", "abc"), ("a*c", "abcbc"), ("?b*", "ab"), ("*🛒*", "x🛒y")]
        {
            assert!(fits(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [("", "a"), ("a", ""), ("a*c", "ab"), ("?", ""), ("??", "a")] {
            assert!(!fits(pattern, text), "{pattern} {text}");
        }
    }
}

//! A cell that runs, and its answer.

use regulars_plugin::{Failure, Result};
use serde_json::{Map, Value as Json, json};

use super::asks;
use super::ear::Ear;
use super::message::{Message, nothing};
use super::worker::Worker;
use crate::assist::{asked_of_session, modules, tokens};
use crate::show::{MEDIA_WIDTH, Value, media, media_of_failure, media_of_page};

/// The answer to a cell.
pub(super) struct Reply {
    pub(super) content: Json,
}

impl Reply {
    fn ok(number: usize, payload: Json, expressions: Json) -> Reply {
        let content =
            json!({ "status": "ok", "execution_count": number, "payload": payload, "user_expressions": expressions });
        Reply { content }
    }

    fn failed(number: usize, error: Json) -> Reply {
        let mut content = error;
        content["status"] = "error".into();
        content["execution_count"] = number.into();
        Reply { content }
    }
}

impl Worker {
    /// Runs a cell, and tells what it says and answers on the way.
    pub(super) fn execute(&mut self, request: &Message) -> Reply {
        let source = request.text("code");
        let is_silent = request.flag("silent", false);
        let is_kept = request.flag("store_history", true) && !is_silent;
        let number = self.session.world().texts.next();
        self.ear.begin(request, is_silent);
        self.ear.publish("execute_input", json!({ "code": source, "execution_count": number }));
        let reply = match source.trim().is_empty() {
            // Nothing runs, and nothing is counted.
            true => Reply::ok(number.saturating_sub(1), json!([]), self.expressions(request)),
            false => self.run(request, source, number, is_kept),
        };
        self.ear.end();
        self.names.set(self.session.variables(), self.session.modules());
        reply
    }

    fn run(&mut self, request: &Message, source: &str, number: usize, is_kept: bool) -> Reply {
        let ran = self.answer_of(source, is_kept);
        if is_kept && self.session.world().texts.next() == number {
            // A cell that could not be read, or asked for help, has a number as well.
            self.session.world().texts.begin();
        }
        let shown = match &ran {
            Ok(Answer::Value(data)) => data["data"]["text/plain"].as_str().map(str::to_owned),
            _ => None,
        };
        if is_kept {
            self.history.add(number, source, shown);
        }
        match ran {
            Ok(answer) => {
                let mut payload = json!([]);
                match answer {
                    Answer::Nothing => {}
                    Answer::Value(mut content) => {
                        content["execution_count"] = number.into();
                        self.ear.publish("execute_result", content);
                    }
                    Answer::Page(data) => payload = json!([{ "source": "page", "data": data, "start": 0 }]),
                }
                Reply::ok(number, payload, self.expressions(request))
            }
            Err(failure) => Reply::failed(number, error(failure, source, number)),
        }
    }

    /// What a cell answers, in every form.
    fn answer_of(&mut self, source: &str, is_kept: bool) -> Result<Answer> {
        let line = source.trim();
        if let Some(page) = modules::asked(&self.session, line, MEDIA_WIDTH) {
            return Ok(Answer::Value(json!({ "data": media_of_page(&page), "metadata": {} })));
        }
        if let Some(words) = asks::asked(line) {
            let catalogue = &self.session.world().catalogue;
            let of_session = asked_of_session(&self.session, line, MEDIA_WIDTH);
            let page = media_of_page(&of_session.unwrap_or_else(|| asks::help(catalogue, words)));
            return Ok(match line.starts_with("help") {
                true => Answer::Value(json!({ "data": page, "metadata": {} })),
                false => Answer::Page(page),
            });
        }
        if line.starts_with(':') {
            let command: String = line.chars().take_while(|letter| !letter.is_whitespace()).collect();
            return Err(Failure::new(format!("`{command}` is a command of the prompt, and this is a notebook"))
                .help(
                    "a notebook is saved, run again and opened by what is around it; Shift-Tab behind a variable tells \
                       what it holds",
                )
                .help("what works here as there: `help`, `rfm?`, `out(3)`, `_`"));
        }
        let outcome = if is_kept { self.session.run(source) } else { self.session.run_aside(source) };
        outcome.answer.and_then(|value| shown(&value, source, &self.ear))
    }

    /// The expressions that a client asks for besides.
    fn expressions(&mut self, request: &Message) -> Json {
        let Some(asked) = request.content["user_expressions"].as_object().filter(|asked| !asked.is_empty()) else {
            return nothing();
        };
        let mut found = Map::new();
        let number = self.session.world().texts.next();
        for (name, source) in asked {
            let source = source.as_str().unwrap_or_default();
            let answer =
                self.session.run_aside(source).answer.and_then(|value| media(&value, &*self.ear, self.ear.rows));
            let told = match answer {
                Ok(made) => json!({ "status": "ok", "data": made.data, "metadata": made.metadata }),
                Err(failure) => {
                    let mut told = error(failure, source, number);
                    told["status"] = "error".into();
                    told
                }
            };
            found.insert(name.clone(), told);
        }
        found.into()
    }
}

/// What is told of a cell that worked.
enum Answer {
    Nothing,
    /// Its value, in every form.
    Value(Json),
    /// A page to be read beside the notebook.
    Page(Json),
}

/// An answer in every form; nothing where a `;` at the end says so.
fn shown(value: &Value, source: &str, ear: &Ear) -> Result<Answer> {
    let is_quiet = tokens(source).last().is_some_and(|token| token.is(";"));
    if is_quiet || matches!(value, Value::Nothing) {
        return Ok(Answer::Nothing);
    }
    Ok(Answer::Value(media(value, ear, ear.rows)?.content()))
}

/// A failure as clients show it: its kind, what was found, and the text with the place in the cell.
fn error(mut failure: Failure, source: &str, number: usize) -> Json {
    let here = Some(format!("input {number}"));
    if let Some(place) = failure.place.as_mut().filter(|place| place.source == here) {
        place.source = None;
    }
    media_of_failure(&failure, source, None)
}

//! What a client asks while a cell is written: completion, help on a name, whether it is complete. Places are counted in
//! Unicode code points.

use serde_json::{Map, Value as Json, json};

use super::message::{Message, nothing};
use crate::assist::{self, Names, Offers, Token, calls_around, columns, open_brackets, tokens};
use crate::catalogue::Catalogue;
use crate::script::{self, declared_params};
use crate::show::media_of_page;
use crate::show::{self, Page, Role, Value};

/// Blanks for each bracket that is open.
const STEP: usize = 4;

/// Columns of a page of help: it has to fit the small window beside the cursor.
const MEDIA_WIDTH: usize = 88;

/// What the overview says of this place.
const OWN: &str = "Tab completes, Shift-Tab tells about the name under the cursor";

/// The byte at which a code point stands; the end of the text where it has fewer.
fn byte_at(text: &str, place: Option<i64>) -> usize {
    let Some(place) = place else { return text.len() };
    // Some clients count from the end.
    let place = if place < 0 { text.chars().count() as i64 + place } else { place };
    text.char_indices().nth(usize::try_from(place).unwrap_or(0)).map_or(text.len(), |(byte, _)| byte)
}

/// The answer to `complete_request`, where `offered` says what fits between the text before the cursor and that behind it.
pub(super) fn complete(offered: impl Fn(&str, &str) -> Offers, request: &Message) -> Json {
    let code = request.text("code");
    let cursor = byte_at(code, request.number("cursor_pos"));
    let (before, after) = code.split_at(cursor);
    let found = offered(before, after);
    let count = |text: &str| text.chars().count();
    let (start, end) = (count(&before[..found.start]), count(before));
    let all = found.fitting();
    let kinds: Vec<Json> = all
        .iter()
        .map(|offer| json!({ "start": start, "end": end, "text": offer.text, "type": kind(&offer.text) }))
        .collect();
    json!({
        "status": "ok",
        "matches": all.iter().map(|offer| offer.text.as_str()).collect::<Vec<&str>>(),
        "cursor_start": start,
        "cursor_end": end,
        "metadata": { "_jupyter_types_experimental": kinds },
    })
}

/// What a client writes beside an offer.
fn kind(text: &str) -> &'static str {
    match text {
        _ if text.ends_with('(') || text.ends_with("()") => "function",
        _ if text.ends_with(": ") => "option",
        _ if text.ends_with('"') => "text",
        _ if text.ends_with('/') => "path",
        _ => "name",
    }
}

/// The answer to `inspect_request`.
pub(super) fn inspect(catalogue: &Catalogue, names: &Names, request: &Message) -> Json {
    let code = request.text("code");
    let page = about(catalogue, names, code, byte_at(code, request.number("cursor_pos")));
    let data = page.as_ref().map_or_else(nothing, media_of_page);
    json!({ "status": "ok", "found": page.is_some(), "data": data, "metadata": Map::new() })
}

/// What is known of the name at a place, or of the call around it.
fn about(catalogue: &Catalogue, names: &Names, code: &str, cursor: usize) -> Option<Page> {
    let all = tokens(code);
    let at = all
        .iter()
        .position(|token| token.at <= cursor && cursor <= token.at + token.text.len() && token.word().is_some());
    let named = at.and_then(|place| named(catalogue, names, &all, place));
    named.or_else(|| {
        // Inside the parentheses of a call.
        let mut around = calls_around(&code[..cursor]).into_iter();
        around.find_map(|name| known(catalogue, name))
    })
}

fn named(catalogue: &Catalogue, names: &Names, all: &[Token<'_>], place: usize) -> Option<Page> {
    let word = all[place].word()?;
    let dot = place.checked_sub(1).filter(|dot| all[*dot].is("."));
    let Some(dot) = dot else {
        return names
            .find(word)
            .map(|value| assist::variable(word, &value, MEDIA_WIDTH))
            .or_else(|| known(catalogue, word));
    };
    // A column of a frame that is named, or what is done with a value.
    let frame = dot.checked_sub(1).and_then(|receiver| names.find(all[receiver].word()?));
    let column = match &frame {
        Some(Value::Frame(frame)) => columns(frame).into_iter().find(|column| column.name == word),
        _ => None,
    };
    known(catalogue, word).or_else(|| {
        let column = column?;
        let mut page = Page::new();
        page.role(Role::Heading, word).line();
        page.append(show::prose(&column.about, MEDIA_WIDTH, 0));
        Some(page)
    })
}

fn known(catalogue: &Catalogue, word: &str) -> Option<Page> {
    let is_known = catalogue.get(word).is_some() || catalogue.verb(word).is_some();
    is_known.then(|| help(catalogue, word))
}

/// Help on a name, on some words, or on everything.
pub(super) fn help(catalogue: &Catalogue, words: &str) -> Page {
    assist::help(catalogue, words, OWN, MEDIA_WIDTH).0
}

/// What a cell of one line asks help for, if it does.
pub(super) fn asked(cell: &str) -> Option<&str> {
    if cell.lines().count() == 1 { assist::asked(cell) } else { None }
}

/// The answer to `is_complete_request`.
pub(super) fn is_complete(code: &str) -> Json {
    let line = code.trim();
    if asked(line).is_some() || line.starts_with(':') {
        return json!({ "status": "complete" });
    }
    if !script::is_complete(code) {
        let depth = open_brackets(&tokens(code)).len();
        return json!({ "status": "incomplete", "indent": " ".repeat(STEP * depth) });
    }
    json!({ "status": if declared_params(code).is_ok() { "complete" } else { "invalid" } })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assist::offers;
    use crate::table::{Cell, Frame};

    fn request(code: &str, cursor: usize) -> Message {
        let (header, parent, metadata) = (nothing(), nothing(), nothing());
        let content = json!({ "code": code, "cursor_pos": cursor });
        Message { identities: Vec::new(), header, parent, metadata, content, buffers: Vec::new() }
    }

    fn names() -> Names {
        let names = Names::default();
        let columns =
            [("客户".to_owned(), vec![Cell::Text("李雷".to_owned())]), ("amount".to_owned(), vec![Cell::Number(1.0)])];
        names.set(vec![("订单".to_owned(), Value::Frame(Frame::from_cells(&columns).unwrap()))], Vec::new());
        names
    }

    #[test]
    fn places_are_counted_in_code_points() {
        let catalogue = script::catalogue(&[]).unwrap();
        // The smile is four bytes and two units of UTF-16.
        let code = "print(\"🙂客\"); 订单.am + 1";
        let cursor = code.chars().position(|letter| letter == '+').unwrap() - 1;
        let told = complete(|before, after| offers(&catalogue, &names(), before, after), &request(code, cursor));
        assert_eq!(told["matches"], json!(["amount"]));
        assert_eq!((told["cursor_start"].as_u64(), told["cursor_end"].as_u64()), (Some(16), Some(18)));
        let told = complete(|before, after| offers(&catalogue, &names(), before, after), &request("订", 1));
        assert_eq!((&told["matches"], &told["cursor_start"]), (&json!(["订单"]), &json!(0)));
        // Behind the end, as a client in disorder might say.
        let told = complete(|before, after| offers(&catalogue, &names(), before, after), &request("订", 99));
        assert_eq!(told["cursor_end"], 1);
    }

    #[test]
    fn names_and_calls_are_told_about() {
        let catalogue = script::catalogue(&[]).unwrap();
        let told = |code: &str, cursor: usize| {
            about(&catalogue, &names(), code, cursor)
                .map(|page| page.plain().lines().next().unwrap_or_default().to_owned())
        };
        assert_eq!(told("订单.rfm()", 8).as_deref(), Some("rfm  segment · built in"));
        assert_eq!(told("订单.rfm(#{ bins: ", 17).as_deref(), Some("rfm  segment · built in"));
        assert_eq!(told("订单", 3).as_deref(), Some("订单"));
        assert_eq!(told("订单.amount", 10).as_deref(), Some("amount"));
        assert_eq!(told("nobody", 3), None);
        assert_eq!(told("", 0), None);
    }

    #[test]
    fn open_cells_are_told_apart_from_wrong_ones() {
        for (code, status) in [
            ("1 + 1", "complete"),
            ("help rfm", "complete"),
            ("rfm?", "complete"),
            ("", "complete"),
            ("let x = )", "invalid"),
        ] {
            assert_eq!(is_complete(code)["status"], status, "{code}");
        }
        assert_eq!(is_complete("f(#{"), json!({ "status": "incomplete", "indent": "        " }));
        assert_eq!(is_complete("1 +"), json!({ "status": "incomplete", "indent": "" }));
    }
}

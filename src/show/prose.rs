//! Running text: wrapped by the columns it takes, with the light Markdown of doc comments.

use super::text::{beginning, width as columns_of};
use super::{Page, Role};

/// A piece of running text, and whether a space stands before it.
struct Piece {
    role: Role,
    text: String,
    spaced: bool,
}

/// Renders the Markdown of a doc comment: paragraphs and lists are wrapped, `code` is told apart and keeps its
/// marks (without colours it would read as ordinary words), blocks of code and tables stay as they are. Every
/// line is indented; `width` includes the indent.
pub fn prose(markdown: &str, width: usize, indent: usize) -> Page {
    let mut page = Page::new();
    let mut paragraph = String::new();
    let mut hang = 0;
    let mut fenced = false;
    let flush = |page: &mut Page, paragraph: &mut String, hang: usize| {
        if !paragraph.is_empty() {
            fill(page, &pieces(paragraph), width, indent, indent + hang);
            paragraph.clear();
        }
    };
    for line in markdown.trim().lines() {
        let bare = line.trim();
        if bare.starts_with("```") {
            flush(&mut page, &mut paragraph, hang);
            fenced = !fenced;
        } else if fenced {
            page.space(indent + 2).role(Role::Code, &line.replace('\t', "    ")).line();
        } else if bare.is_empty() {
            flush(&mut page, &mut paragraph, hang);
            hang = 0;
            page.line();
        } else if let Some(heading) = bare.strip_prefix('#') {
            flush(&mut page, &mut paragraph, hang);
            page.space(indent).role(Role::Heading, heading.trim_start_matches('#').trim()).line();
        } else if bare.starts_with('|') {
            flush(&mut page, &mut paragraph, hang);
            page.space(indent).text(bare).line();
        } else {
            if let Some(marker) = marker(bare) {
                flush(&mut page, &mut paragraph, hang);
                hang = marker;
            }
            if !paragraph.is_empty() {
                paragraph.push(' ');
            }
            paragraph.push_str(bare);
        }
    }
    flush(&mut page, &mut paragraph, hang);
    page
}

/// One paragraph behind something that stands at the beginning of its first line and takes `start` columns;
/// further lines are indented by `indent`.
pub(crate) fn after(page: &mut Page, text: &str, width: usize, start: usize, indent: usize) {
    fill_from(page, &pieces(text), width, start, indent);
}

/// Plain text in lines of at most `width` columns.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut page = Page::new();
    let words: Vec<Piece> = words(text, Role::Plain, false);
    fill(&mut page, &words, width, 0, 0);
    page.plain().lines().map(str::to_owned).collect()
}

/// The columns that the mark of a list item takes: `- `, `* `, `12. `.
fn marker(line: &str) -> Option<usize> {
    if line.starts_with("- ") || line.starts_with("* ") {
        return Some(2);
    }
    let digits = line.len() - line.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
    (digits > 0 && line[digits..].starts_with(". ")).then_some(digits + 2)
}

/// Takes `code` spans, **stress** and [`links`] out of a paragraph.
fn pieces(text: &str) -> Vec<Piece> {
    let text = text.replace("[`", "`").replace("`]", "`").replace("**", "");
    let mut found = Vec::new();
    let mut rest = text.as_str();
    while let Some((before, (code, behind))) = rest.split_once('`').and_then(|(a, b)| Some((a, b.split_once('`')?))) {
        found.extend(words(before, Role::Plain, before.starts_with(' ')));
        let spaced_code = before.ends_with(' ');
        let code = format!("`{code}`");
        // A span of code is one piece unless it is long enough to be broken at its spaces.
        match columns_of(&code) <= 32 {
            true => found.push(Piece { role: Role::Code, text: code, spaced: spaced_code }),
            false => found.extend(words(&code, Role::Code, spaced_code)),
        }
        rest = behind;
    }
    found.extend(words(rest, Role::Plain, rest.starts_with(' ')));
    found
}

/// The words of a text. Wide characters are words of their own, because Chinese may be broken between any two;
/// closing punctuation stays with what it closes.
fn words(text: &str, role: Role, spaced: bool) -> Vec<Piece> {
    let mut found: Vec<Piece> = Vec::new();
    for (index, word) in text.split_whitespace().enumerate() {
        let mut piece = Piece { role, text: String::new(), spaced: index > 0 || spaced };
        for letter in word.chars() {
            let wide = columns_of(letter.encode_utf8(&mut [0; 4])) == 2;
            let closes = "，。、；：！？）》」』”…".contains(letter);
            let after_wide =
                piece.text.chars().last().is_some_and(|last| columns_of(last.encode_utf8(&mut [0; 4])) == 2);
            if (wide || after_wide) && !closes && !piece.text.is_empty() {
                found.push(std::mem::replace(&mut piece, Piece { role, text: String::new(), spaced: false }));
            }
            piece.text.push(letter);
        }
        found.push(piece);
    }
    found
}

fn fill(page: &mut Page, pieces: &[Piece], width: usize, first: usize, rest: usize) {
    page.space(first);
    fill_from(page, pieces, width, first, rest);
}

/// Puts pieces into lines, the first of which has `start` columns taken already.
fn fill_from(page: &mut Page, pieces: &[Piece], width: usize, start: usize, indent: usize) {
    // Where an indent would leave nothing to write in, it gives way.
    let indent = if indent + 8 > width { indent.min(width / 2) } else { indent };
    let mut used = start;
    let mut fresh = true;
    let mut index = 0;
    while index < pieces.len() {
        // Pieces without a space between them (`code`, then a comma) stay together, unless they are wide.
        let mut end = index + 1;
        while end < pieces.len() && !pieces[end].spaced && !is_wide(&pieces[end]) && !is_wide(&pieces[end - 1]) {
            end += 1;
        }
        let group = &pieces[index..end];
        let needed: usize = group.iter().map(|piece| columns_of(&piece.text)).sum();
        let space = usize::from(group[0].spaced && !fresh);
        if !fresh && used + space + needed > width {
            page.line().space(indent);
            used = indent;
        } else {
            page.space(space);
            used += space;
        }
        for piece in group {
            let mut text = piece.text.as_str();
            // A word longer than a line is broken where the line ends.
            while used + columns_of(text) > width && width > indent + 1 {
                let part = beginning(text, width.saturating_sub(used));
                page.role(piece.role, part).line().space(indent);
                text = &text[part.len()..];
                used = indent;
            }
            page.role(piece.role, text);
            used += columns_of(text);
        }
        fresh = false;
        index = end;
    }
    page.line();
}

fn is_wide(piece: &Piece) -> bool {
    piece.text.chars().next().is_some_and(|letter| columns_of(letter.encode_utf8(&mut [0; 4])) == 2)
}

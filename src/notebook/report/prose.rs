//! Markdown as HTML: no tag of its own, no request, and links only to where a reader may safely go.

use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

use crate::show;

/// A heading of the page, for its contents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Heading {
    pub(super) level: usize,
    pub(super) name: String,
    pub(super) text: String,
}

/// The headings of a page as they come.
#[derive(Debug, Default)]
pub(super) struct Headings {
    /// The first heading, which is the title of the page and not among the others.
    pub(super) title: Option<String>,
    pub(super) list: Vec<Heading>,
    /// The level of the last heading of prose.
    of_prose: usize,
}

impl Headings {
    /// A heading that stands above a cell of code: a level below that of the prose around it.
    pub(super) fn of_cell(&mut self, text: &str) -> Heading {
        let level = (self.of_prose.max(1) + 1).min(6);
        self.add(level, text)
    }

    /// A heading of prose. No level is left out on the way down.
    fn of_prose(&mut self, level: usize, text: &str) -> Heading {
        let level = level.clamp(2, self.of_prose.max(1) + 1);
        self.of_prose = level;
        self.add(level, text)
    }

    fn add(&mut self, level: usize, text: &str) -> Heading {
        let word: String =
            text.to_lowercase().chars().map(|one| if one.is_alphanumeric() { one } else { '-' }).collect();
        let parts: Vec<&str> = word.split('-').filter(|part| !part.is_empty()).collect();
        let stem = format!("s-{}", parts.join("-"));
        let is_taken = |name: &str| self.list.iter().any(|known| known.name == name);
        let mut name = stem.clone();
        let mut number = 2;
        while is_taken(&name) {
            name = format!("{stem}-{number}");
            number += 1;
        }
        let heading = Heading { level, name, text: text.to_owned() };
        self.list.push(heading.clone());
        heading
    }
}

/// Markdown as HTML. The first heading of the page is taken out of it: it is the title.
pub(super) fn prose(markdown: &str, headings: &mut Headings) -> String {
    let events: Vec<Event> =
        Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH).collect();
    let mut made: Vec<Event> = Vec::with_capacity(events.len());
    let mut at = 0;
    // Whether the link that is open leads somewhere, for each that is.
    let mut links: Vec<bool> = Vec::new();
    let mut is_block = false;
    while at < events.len() {
        match &events[at] {
            Event::Start(Tag::Heading { level, .. }) => {
                let end = (at..events.len()).find(|place| matches!(events[*place], Event::End(TagEnd::Heading(_))));
                let inner = &events[at + 1..end.unwrap_or(events.len())];
                let text = plain(inner);
                if headings.title.is_none() {
                    headings.title = Some(text);
                    at = end.unwrap_or(events.len()) + 1;
                    continue;
                }
                let heading = headings.of_prose(depth(*level), &text);
                made.push(heading_tag(&heading));
            }
            Event::End(TagEnd::Heading(_)) => {
                let level = headings.list.last().map_or(2, |heading| heading.level);
                made.push(Event::Html(format!("</h{level}>\n").into()));
            }
            Event::Start(Tag::Link { dest_url, .. }) => {
                links.push(is_safe(dest_url));
                if is_safe(dest_url) {
                    made.push(events[at].clone());
                }
            }
            Event::End(TagEnd::Link) => {
                if links.pop().unwrap_or_default() {
                    made.push(events[at].clone());
                }
            }
            // A picture from elsewhere would be a request: what it is called is told, and where it lies.
            Event::Start(Tag::Image { dest_url, .. }) => {
                links.push(is_safe(dest_url));
                if is_safe(dest_url) {
                    let opens = format!("<a href=\"{}\">", show::escape(dest_url));
                    made.push(Event::InlineHtml(opens.into()));
                }
            }
            Event::End(TagEnd::Image) => {
                if links.pop().unwrap_or_default() {
                    made.push(Event::InlineHtml("</a>".into()));
                }
            }
            Event::Start(Tag::CodeBlock(_)) => {
                is_block = true;
                made.push(Event::Html("<pre tabindex=\"0\"><code>".into()));
            }
            Event::End(TagEnd::CodeBlock) => {
                is_block = false;
                made.push(Event::Html("</code></pre>\n".into()));
            }
            // Tags are shown as they were written.
            Event::Html(text) | Event::InlineHtml(text) => made.push(Event::Text(harmless(text))),
            Event::Start(Tag::HtmlBlock) => made.push(Event::Start(Tag::Paragraph)),
            Event::End(TagEnd::HtmlBlock) => made.push(Event::End(TagEnd::Paragraph)),
            Event::Text(text) if is_block => {
                made.push(Event::Html(text.split('\n').map(show::escape).collect::<Vec<_>>().join("\n").into()));
            }
            Event::Text(text) => made.push(Event::Text(harmless(text))),
            Event::Code(text) => made.push(Event::Code(harmless(text))),
            other => made.push(other.clone()),
        }
        at += 1;
    }
    let mut text = String::new();
    html::push_html(&mut text, made.into_iter());
    // Styles within tags are forbidden to the page; text holds no `<`, so these are tags.
    for side in ["left", "right", "center"] {
        for tag in ["th", "td"] {
            text = text.replace(&format!("<{tag} style=\"text-align: {side}\">"), &format!("<{tag} class=\"{side}\">"));
        }
    }
    text.replace("<table>", "<div class=\"rg-scroll\" role=\"group\" tabindex=\"0\" aria-label=\"table\"><table>")
        .replace("</table>", "</table></div>")
}

fn harmless(text: &str) -> CowStr<'static> {
    text.split('\n').map(show::harmless).collect::<Vec<_>>().join("\n").into()
}

fn plain(events: &[Event<'_>]) -> String {
    let mut text = String::new();
    for event in events {
        match event {
            Event::Text(part) | Event::Code(part) | Event::Html(part) | Event::InlineHtml(part) => text.push_str(part),
            Event::SoftBreak | Event::HardBreak => text.push(' '),
            _ => {}
        }
    }
    text
}

/// A heading's opening tag.
pub(super) fn opening(heading: &Heading) -> String {
    format!("<h{} id=\"{}\">", heading.level, show::escape(&heading.name))
}

fn heading_tag(heading: &Heading) -> Event<'static> {
    Event::Html(opening(heading).into())
}

fn depth(level: HeadingLevel) -> usize {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

/// Whether a link may be followed: to pages and mail, and within this page or beside it; nothing that runs.
fn is_safe(address: &str) -> bool {
    let address: String = address
        .chars()
        .filter(|letter| !letter.is_control() && !letter.is_whitespace())
        .collect::<String>()
        .to_lowercase();
    match address.split_once(':') {
        Some((scheme, _)) if !scheme.contains(['/', '?', '#']) => matches!(scheme, "http" | "https" | "mailto"),
        // Two slashes, in either direction, begin the name of another machine.
        _ => !address.starts_with(['/', '\\']) || !address[1..].starts_with(['/', '\\']),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(markdown: &str) -> String {
        prose(markdown, &mut Headings { title: Some(String::new()), ..Headings::default() })
    }

    #[test]
    fn tags_are_shown_and_links_are_looked_at() {
        assert_eq!(shown("a <b onclick=x>b</b>"), "<p>a &lt;b onclick=x&gt;b&lt;/b&gt;</p>\n");
        assert!(!shown("<script>\nalert(1)\n</script>\n").contains("<script"));
        assert_eq!(
            shown("[go](https://example.org/?a=1&b)"),
            "<p><a href=\"https://example.org/?a=1&amp;b\">go</a></p>\n"
        );
        for bad in [
            "javascript:alert(1)",
            "JaVa&#x0A;script:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "//example.org",
            "/\\\\example.org",
        ] {
            assert_eq!(shown(&format!("[go](<{bad}>)")), "<p>go</p>\n", "{bad}");
        }
        assert_eq!(shown("![a *map*](map.png)"), "<p><a href=\"map.png\">a <em>map</em></a></p>\n");
        assert_eq!(shown("[a](02_next.md#b)"), "<p><a href=\"02_next.md#b\">a</a></p>\n");
    }

    #[test]
    fn code_and_tables_read_as_they_are() {
        assert_eq!(shown("```\na < b\n```"), "<pre tabindex=\"0\"><code>a &lt; b\n</code></pre>\n");
        let table = shown("|a|b|\n|---|--:|\n|1|2|\n");
        assert!(table.contains("<td class=\"right\">2</td>") && !table.contains("style"), "{table}");
        assert!(!shown("a\u{202e}b").contains('\u{202e}'));
    }

    #[test]
    fn headings_have_names_and_leave_no_level_out() {
        let mut headings = Headings::default();
        let text = prose("## The `rfm` year\n\nWords\n\n#### Deep\n\n# Top\n\n# Top\n", &mut headings);
        assert_eq!(headings.title.as_deref(), Some("The rfm year"));
        assert_eq!(
            text,
            "<p>Words</p>\n<h2 id=\"s-deep\">Deep</h2>\n<h2 id=\"s-top\">Top</h2>\n<h2 id=\"s-top-2\">Top</h2>\n"
        );
        assert_eq!(headings.of_cell("<b>客户</b>").name, "s-b-客户-b");
        assert_eq!(headings.list.last().map(|heading| heading.level), Some(3));
    }
}

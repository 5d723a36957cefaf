//! The HTML file of a report: one file, no request.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use regulars_plugin::{Failure, Host, Result};
use sha2::{Digest, Sha256};

use super::account::{Account, Part, duration};
use super::cell::Maker;
use super::prose::{Heading, Headings};
use super::{Count, Made, Script, Time, Writer};
use crate::notebook::Played;
use crate::session::timed;
use crate::show;

const STYLE: &str = include_str!("report.css");
const DARK: &str = include_str!("dark.css");
const CODE: &str = include_str!("report.js");

/// A report as one HTML file that needs nothing besides itself.
pub struct HtmlReport {
    maker: Maker,
    headings: Headings,
    body: String,
    count: Count,
    times: Vec<Time>,
    /// The failures, each with the number of its cell.
    failed: Vec<(usize, String)>,
}

impl HtmlReport {
    /// A report of a script. `rows` is the number of rows of a table that are in it; left out, as many as are sensible.
    pub fn new(script: Script, rows: Option<usize>) -> HtmlReport {
        HtmlReport {
            maker: Maker::new(script, rows),
            headings: Headings::default(),
            body: String::new(),
            count: Count::default(),
            times: Vec::new(),
            failed: Vec::new(),
        }
    }

    /// A report under a title, of what was typed at the prompt.
    pub fn of_prompt(title: &str) -> HtmlReport {
        let mut report = HtmlReport::new(Script::default(), None);
        report.headings.title = Some(title.to_owned());
        report
    }

    fn title(&self) -> String {
        self.headings.title.clone().unwrap_or_else(|| self.maker.script.title())
    }

    /// Title, what was run, how it went.
    fn header(&self, account: Option<&Account>) -> String {
        let mut facts = Vec::new();
        if let Some(name) = &self.maker.script.name {
            facts.push(format!("<code>{}</code>", show::escape(name)));
        }
        if let Some(account) = account {
            facts.push(show::escape(&account.began));
            facts.push(duration(self.times.iter().map(|time| time.took).sum()));
        }
        let mut html = format!(
            "<header>\n<h1>{}</h1>\n<p class=\"facts\">{}</p>\n",
            show::escape(&self.title()),
            facts.join("<span class=\"dot\"> · </span>"),
        );
        let given: Vec<String> = account
            .iter()
            .flat_map(|account| &account.params)
            .filter(|given| !given.is_default)
            .map(|given| {
                let value = show::escape(&show::unsecret(&given.value));
                format!("<span class=\"param\"><b>{}</b> {value}</span>", show::escape(&given.name))
            })
            .collect();
        if !given.is_empty() {
            html.push_str(&format!("<p class=\"params\">{}</p>\n", given.join("\n")));
        }
        if let Some((number, message)) = self.failed.first() {
            let which = match self.failed.len() {
                1 => "A cell failed".to_owned(),
                many => format!("{many} cells failed"),
            };
            let left = match self.count.left {
                0 => String::new(),
                1 => " 1 cell was not reached.".to_owned(),
                many => format!(" {many} cells were not reached."),
            };
            html.push_str(&format!(
                "<p class=\"wrong\"><b>{which}:</b> <a href=\"#cell-{number}\">{}</a>.{left}</p>\n",
                show::escape(message.trim_end_matches('.')),
            ));
        }
        html + "</header>\n"
    }

    fn contents(&self, account: Option<&Account>) -> String {
        let mut list: Vec<&Heading> = self.headings.list.iter().filter(|heading| heading.level <= 3).collect();
        let end = Heading { level: 2, name: "account".to_owned(), text: "Where this comes from".to_owned() };
        list.extend(account.map(|_| &end));
        if list.is_empty() {
            return String::new();
        }
        let items: String = list
            .iter()
            .map(|heading| {
                let (name, text) = (show::escape(&heading.name), show::escape(&heading.text));
                format!("<li class=\"l{}\"><a href=\"#{name}\">{text}</a></li>\n", heading.level)
            })
            .collect();
        format!(
            "<nav aria-label=\"Contents\"><details open><summary>Contents</summary>\n<ol>\n{items}</ol></details></nav>\n"
        )
    }

    fn account(&self, account: &Account) -> String {
        let parts = account.parts(&self.maker.script, self.count, &self.times);
        let parts: String = parts.iter().map(part).collect();
        format!("<section id=\"account\" class=\"account\">\n<h2>Where this comes from</h2>\n{parts}</section>\n")
    }

    fn style(&self) -> String {
        let (light, dark) = self.maker.colours.variables();
        let dark = format!("{}{dark}", DARK.trim_end());
        // On paper it is always light.
        format!(
            "{}{STYLE}:root{{{light}}}\n@media screen{{:root[data-theme=dark]{{{dark}}}\n\
             :root[data-theme=dark] .on-light,:root:not([data-theme=dark]) .on-dark{{display:none}}}}\n\
             @media screen and (prefers-color-scheme:dark){{:root:not([data-theme]){{{dark}}}\n\
             :root:not([data-theme]) .on-light{{display:none}}:root:not([data-theme]) .on-dark{{display:inline}}}}\n\
             @media print{{.on-dark{{display:none}}}}\n",
            show::HTML_STYLE,
        )
    }
}

impl Script {
    /// What a report of it is called where it has no heading.
    pub(super) fn title(&self) -> String {
        let stem = self.name.as_deref().map(std::path::Path::new).and_then(std::path::Path::file_stem);
        stem.map_or_else(|| "Report".to_owned(), |stem| stem.to_string_lossy().into_owned())
    }
}

impl Writer for HtmlReport {
    fn cell(&mut self, number: usize, played: &Played, host: &dyn Host) -> Option<Failure> {
        let (shown, writing) = timed(|| self.maker.cell(played, number, &mut self.headings, host));
        self.body.push_str(&shown.html);
        if let Some(time) = Time::of(played, writing) {
            self.times.push(time);
            self.count.ran += 1;
        }
        if let Some(failure) = &shown.failure {
            self.count.failed += 1;
            self.failed.push((number, failure.message.clone()));
        }
        shown.failure
    }

    fn finish(&mut self, account: Option<&Account>, left: usize) -> Result<Made> {
        self.count.left = left;
        let style = self.style();
        let hash = |text: &str| STANDARD.encode(Sha256::digest(text));
        // Nothing may be fetched from anywhere, and nothing may run but the code that stands here.
        let policy = format!(
            "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; img-src data:; base-uri 'none'; \
             form-action 'none'",
            hash(CODE),
            hash(&style),
        );
        let text = format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" content=\"no-referrer\">\n\
             <meta name=\"generator\" content=\"Regulars {}\">\n<title>{}</title>\n<style>{style}</style>\n</head>\n\
             <body>\n<a class=\"skip\" href=\"#main\">To the text</a>\n{}<main id=\"main\">\n{}{}{}</main>\n\
             <script>{CODE}</script>\n</body>\n</html>\n",
            env!("CARGO_PKG_VERSION"),
            show::escape(&self.title()),
            self.contents(account),
            self.header(account),
            self.body,
            account.map_or_else(String::new, |account| self.account(account)),
        );
        Ok(Made { text, beside: Vec::new() })
    }
}

/// A part of the account: a folded table.
fn part(part: &Part) -> String {
    let head: String = part.columns.iter().map(|name| format!("<th scope=\"col\">{name}</th>")).collect();
    let head = if head.is_empty() { head } else { format!("<thead><tr>{head}</tr></thead>\n") };
    let row = |cells: &Vec<String>| {
        let cells = cells.iter().enumerate().map(|(at, text)| match (at, part.columns.is_empty()) {
            (0, true) => format!("<th scope=\"row\">{}</th>", show::escape(text)),
            _ => format!("<td>{}</td>", show::escape(text)),
        });
        format!("<tr>{}</tr>\n", cells.collect::<String>())
    };
    let rows: String = part.rows.iter().map(row).collect();
    let title = part.title;
    format!(
        "<details open><summary>{title}</summary><div class=\"rg-scroll\" role=\"group\" tabindex=\"0\" \
         aria-label=\"{title}\"><table>\n{head}<tbody>\n{rows}</tbody></table></div></details>\n"
    )
}

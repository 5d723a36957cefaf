//! Failures and warnings as HTML: the same words and the same mark as at the terminal.

use regulars_plugin::Failure;

use super::escape::prose;
use super::spans;
use crate::show::Role;
use crate::show::failure::middle;

/// Columns of the excerpt; a longer line of the script is cut around the place.
const WIDTH: usize = 100;

/// A failure: what was found, the line of the script with a mark under the place, and what to do next. `script` is the text
/// that was run and `name` what it is called.
pub fn html_failure(failure: &Failure, script: Option<&str>, name: Option<&str>) -> String {
    if failure.cancelled {
        return "<div class=\"rg\"><div class=\"rg-failure\"><p><strong class=\"rg-warning\">interrupted</strong></p></div></div>\n"
            .to_owned();
    }
    labelled((Role::Error, "error", "rg-failure"), failure, script, name)
}

/// A warning, in the same way.
pub fn html_warning(failure: &Failure, script: Option<&str>, name: Option<&str>) -> String {
    labelled((Role::Warning, "warning", "rg-failure rg-mild"), failure, script, name)
}

fn labelled(
    (role, label, kind): (Role, &str, &str),
    failure: &Failure,
    script: Option<&str>,
    name: Option<&str>,
) -> String {
    let within: String = failure.within.iter().map(|name| format!("{name}: ")).collect();
    let message = lines(&format!("{within}{}", failure.message));
    let class = super::class(role).unwrap_or_default();
    let mut html = format!("<div class=\"rg\"><div class=\"{kind}\">\n");
    html.push_str(&format!("<p><strong class=\"{class}\">{label}:</strong> {message}</p>\n"));
    let place = middle(role, failure, script, name, WIDTH).1;
    if !place.is_empty() {
        html.push_str(&format!("<pre class=\"rg-place\" tabindex=\"0\">{}</pre>\n", spans(&place).trim_end()));
    }
    if !failure.help.is_empty() {
        let help: String = failure.help.iter().map(|text| format!("<li>{}</li>\n", lines(text))).collect();
        html.push_str(&format!("<ul class=\"rg-help\">\n{help}</ul>\n"));
    }
    html + "</div></div>\n"
}

fn lines(text: &str) -> String {
    text.lines().map(prose).collect::<Vec<_>>().join("<br>\n")
}

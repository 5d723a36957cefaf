//! The style that every output carries: a notebook has no page of ours around it.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::show::html::HTML_STYLE;

/// Rules for notebooks alone. Theirs put every cell of a table on the right and are strong, so these are stronger; the colour
/// of what is beside the point is the notebook's own, whose ground may be dark.
const OF_NOTEBOOKS: &str = "\
    div.rg.rg table td,div.rg.rg table th{text-align:left;max-width:none}\
    div.rg.rg td p{margin:0}div.rg.rg .rg-figures td:nth-child(2){white-space:nowrap}\
    div.rg.rg pre.rg-page{background:none;padding:0}";

/// A fragment with the rules that it needs in front of it.
pub(super) fn styled(html: &str) -> String {
    let general = HTML_STYLE.split(".r1 ").next().unwrap_or_default().trim_end();
    let general = general.replace("GrayText", "var(--jp-content-font-color2,GrayText)");
    let mut style = format!("{general}{OF_NOTEBOOKS}");
    for column in right(html) {
        // Writing into text does not fail.
        let _ = write!(style, "div.rg.rg .r{column} tr>:nth-child({column}){{text-align:right}}");
    }
    format!("<style>{style}</style>\n{html}")
}

/// The columns that stand on the right in any table of a fragment.
fn right(html: &str) -> BTreeSet<usize> {
    let tables = html.split("class=\"rg-table").skip(1);
    let classes = tables.filter_map(|after| after.split('"').next()).flat_map(str::split_whitespace);
    classes.filter_map(|class| class.strip_prefix('r')?.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_rules_that_are_needed_come_along() {
        let styled = styled("<table class=\"rg-table r2 r11\"></table><table class=\"rg-table\"></table>");
        assert!(styled.contains(
            "div.rg.rg .r2 tr>:nth-child(2){text-align:right}div.rg.rg .r11 tr>:nth-child(11){text-align:right}</style>"
        ));
        assert!(!styled.contains(".r1 ") && !styled.contains("nth-child(3)"));
        assert!(styled.contains(".rg-scroll{"));
    }
}

//! The numbers of cells where cells get others: `out(7)` in a script that is saved, or in a session that is taken up.

use crate::assist::tokens;

/// The same code with the numbers in `out(…)` replaced, as far as they are written out and have another one now.
pub(super) fn renumbered(source: &str, new: impl Fn(usize) -> Option<usize>) -> String {
    let tokens = tokens(source);
    let mut text = String::with_capacity(source.len());
    let mut written = 0;
    for window in tokens.windows(4) {
        let [name, open, number, close] = window else { continue };
        if !(name.is("out") && open.is("(") && close.is(")")) {
            continue;
        }
        if let Some(new) = number.text.parse().ok().and_then(&new) {
            text.push_str(&source[written..number.at]);
            text.push_str(&new.to_string());
            written = number.at + number.text.len();
        }
    }
    text.push_str(&source[written..]);
    text
}

/// The cells of a session as a script, each in a cell of its own, with remarks before those at some places, or behind all.
pub(super) fn script(cells: &[(usize, String)], remark: impl Fn(usize) -> String) -> String {
    let place = |number| cells.iter().position(|(other, _)| *other == number).map(|place| place + 1);
    // What was pasted is one cell here, whatever cells it had where it comes from.
    let plain = |text: String| text.replace("// %%", "//");
    let text = |(index, (_, source)): (usize, &(usize, String))| {
        plain(format!("{}{}", remark(index), renumbered(source, place)))
    };
    let texts: Vec<String> = cells.iter().enumerate().map(text).collect();
    let last = plain(remark(cells.len()));
    let gap = if last.is_empty() { "" } else { "\n" };
    format!("{}{gap}{}", texts.join("\n// %%\n"), last.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_follow_their_cells() {
        let cells = [(2, "1 + 1"), (5, "out(2) + out( 2 )"), (7, "out(5) + out(-1) + out(9) // out(2)")];
        let cells = cells.map(|(number, source)| (number, source.to_owned()));
        let wanted = "1 + 1\n// %%\nout(1) + out( 1 )\n// %%\nout(2) + out(-1) + out(9) // out(2)";
        assert_eq!(script(&cells, |_| String::new()), wanted);
        let remark = |place: usize| if place == 1 { String::new() } else { format!("// before {place}\n") };
        let wanted = "// before 0\n1 + 1\n// %%\nout(1)\n// before 2";
        assert_eq!(script(&[(2, "1 + 1".to_owned()), (5, "out(2)".to_owned())], remark), wanted);
        assert_eq!(renumbered("\"out(1)\"", |number| Some(number + 1)), "\"out(1)\"");
    }
}

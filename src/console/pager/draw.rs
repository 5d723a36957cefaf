//! The lines that show what is looked at.

use nu_ansi_term::Style;

use super::view::{Mode, View};
use crate::show::{Role, count, cut, grouped, padding, width};

/// What a piece of a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    Role(Role),
    /// The chosen cell, and the line below.
    Chosen,
}

impl Ink {
    /// How a terminal shows it; reversing is no colour, so it is there without colours too.
    pub(super) fn style(self, plain: bool) -> Option<Style> {
        match self {
            Ink::Chosen => Some(Style::new().reverse()),
            Ink::Role(Role::Plain) => None,
            Ink::Role(_) if plain => None,
            Ink::Role(role) => Some(role.style()),
        }
    }
}

type Line = Vec<(Ink, String)>;

const KEYS: [(&str, &str); 11] = [
    ("↑ ↓ ← →   k j h l", "one row or column"),
    ("PageUp PageDown   Space", "a page"),
    ("g G", "the first, the last row"),
    ("Home End   0 $", "the first, the last column"),
    ("/", "searches for a text in all columns; large letters count where you type one"),
    ("n N", "the next, the one before"),
    ("s", "sorts by the chosen column: up, down, as it was"),
    ("Enter", "the whole text of the chosen cell"),
    ("Esc", "stops a sort or a search; otherwise leaves"),
    ("q   Ctrl-C", "leaves"),
    ("any key", "closes this list"),
];

impl View {
    /// The lines of the screen, from top to bottom.
    pub(super) fn lines(&mut self) -> Vec<Line> {
        let mut lines = match self.mode {
            Mode::Keys => self.keys(),
            Mode::Cell => self.cell(),
            Mode::Table | Mode::Typing(_) => self.table(),
        };
        lines.truncate(self.size.1.saturating_sub(1));
        lines.resize(self.size.1.saturating_sub(1), Vec::new());
        lines.push(self.below());
        lines
    }

    fn table(&mut self) -> Vec<Line> {
        let rows = self.rows_in_sight();
        // Rows are numbered as the frame has them, whatever the order.
        let gutter = self.sheet.height().to_string().len();
        let room = self.size.0.saturating_sub(gutter + 2);
        let order = self.order();
        let window = self.sheet.window(order.as_ref(), rows.start, rows.len());
        // What comes into sight may be wider than anything before.
        for (column, _) in self.columns_in_sight(room) {
            self.sheet.texts(&window, column);
        }
        let columns = self.columns_in_sight(room);
        let texts: Vec<Vec<(bool, String)>> =
            columns.iter().map(|(column, _)| self.sheet.texts(&window, *column)).collect();
        let right: Vec<bool> = columns.iter().map(|(column, _)| self.sheet.is_right(*column)).collect();

        let blank = " ".repeat(gutter);
        let mut names: Line = vec![(Ink::Role(Role::Plain), blank.clone())];
        let mut types: Line = vec![(Ink::Role(Role::Plain), blank)];
        let mut used = gutter;
        for (index, (column, width)) in columns.iter().enumerate() {
            let mark = match &self.sorted {
                Some(sorted) if sorted.column == *column => {
                    if sorted.descending {
                        " ↓"
                    } else {
                        " ↑"
                    }
                }
                _ => "",
            };
            let name = format!("{}{mark}", cut(self.sheet.name(*column), width.saturating_sub(mark.len().min(2))));
            let is_here = *column == self.here.1;
            let ink = if is_here { Ink::Chosen } else { Ink::Role(Role::Name) };
            put(&mut names, ink, &name, *width, right[index]);
            put(&mut types, Ink::Role(Role::Type), self.sheet.type_line(*column), *width, right[index]);
            used += 2 + width;
        }
        let mut lines = vec![names, types, vec![(Ink::Role(Role::Type), "─".repeat(used.min(self.size.0)))]];
        for row in rows.clone() {
            let at = row - rows.start;
            let number = order.as_ref().map_or(row, |order| order.get(row).map_or(row, |row| *row as usize)) + 1;
            let mut line: Line = vec![(Ink::Role(Role::Note), format!("{number:>gutter$}"))];
            for (index, (column, width)) in columns.iter().enumerate() {
                let Some((is_missing, text)) = texts[index].get(at) else { continue };
                let ink = match (row, *column) == self.here {
                    true => Ink::Chosen,
                    false if *is_missing => Ink::Role(Role::Missing),
                    false => Ink::Role(Role::Plain),
                };
                put(&mut line, ink, text, *width, right[index]);
            }
            lines.push(line);
        }
        if self.sheet.height() == 0 {
            lines.push(vec![(Ink::Role(Role::Note), "no rows".to_owned())]);
        }
        lines
    }

    fn keys(&self) -> Vec<Line> {
        let widest = KEYS.iter().map(|(keys, _)| width(keys)).max().unwrap_or(0);
        let line = |(keys, what): &(&str, &str)| {
            let keys = format!("  {keys}{}", padding(keys, widest));
            let keys = cut(&keys, self.size.0).into_owned();
            let what = cut(&format!("  {what}"), self.size.0.saturating_sub(width(&keys))).into_owned();
            vec![(Ink::Role(Role::Code), keys), (Ink::Role(Role::Plain), what)]
        };
        std::iter::once(Vec::new()).chain(KEYS.iter().map(line)).collect()
    }

    /// The whole text of the chosen cell, as many lines of it as fit.
    fn cell(&mut self) -> Vec<Line> {
        let order = self.order();
        let row = self.sheet.window(order.as_ref(), self.here.0, 1);
        let texts = self.sheet.texts(&row, self.here.1);
        let name = self.sheet.name(self.here.1).to_owned();
        let mut lines: Vec<Line> =
            vec![vec![(Ink::Role(Role::Name), cut(&name, self.size.0).into_owned())], Vec::new()];
        let mut line = String::new();
        for letter in texts.first().map_or("", |(_, text)| text.as_str()).chars() {
            // Control characters are pictures by now; that of a line end ends a line here.
            let is_end = letter == '⏎';
            let mut longer = line.clone();
            longer.push(letter);
            if is_end || width(&longer) > self.size.0 {
                lines.push(vec![(Ink::Role(Role::Plain), std::mem::take(&mut line))]);
                if lines.len() > self.size.1 {
                    return lines;
                }
            }
            if !is_end {
                line.push(letter);
            }
        }
        lines.push(vec![(Ink::Role(Role::Plain), line)]);
        lines
    }

    /// The last line: what is typed, worked on or told; otherwise where one is.
    fn below(&self) -> Line {
        let room = self.size.0;
        if let Mode::Typing(text) = &self.mode {
            let shown = crate::show::harmless(text);
            // The end of a long text is what is being typed.
            let typed =
                if width(&shown) + 2 > room { crate::show::ending(&shown, room.saturating_sub(2)) } else { &shown };
            return vec![(Ink::Role(Role::Plain), format!("/{typed}")), (Ink::Chosen, " ".to_owned())];
        }
        let work = self.work.as_deref().filter(|work| !work.is_empty());
        let told = match work.or(self.message.as_deref()) {
            Some(told) => crate::show::harmless(told).into_owned(),
            None => self.place(),
        };
        let help = match self.mode {
            Mode::Table => "? keys · q leaves",
            _ => "any key goes back",
        };
        let told = cut(&told, room).into_owned();
        if width(&told) + width(help) + 3 > room {
            return vec![(Ink::Chosen, format!("{told}{}", padding(&told, room)))];
        }
        let gap = " ".repeat(room - width(&told) - width(help));
        vec![(Ink::Chosen, format!("{told}{gap}{help}"))]
    }

    fn place(&self) -> String {
        if self.sheet.height() == 0 {
            return format!("no rows × {}", count(self.sheet.count(), "column"));
        }
        let order = match &self.sorted {
            Some(sorted) => {
                let way = if sorted.descending { "down" } else { "up" };
                format!(" · by {} {way}", self.sheet.name(sorted.column))
            }
            None => String::new(),
        };
        let [row, rows] = [self.here.0 + 1, self.sheet.height()].map(|number| grouped(&number.to_string()));
        format!("row {row} of {rows} · column {} of {}{order}", self.here.1 + 1, self.sheet.count())
    }
}

/// Adds a cell, a gap before it.
fn put(line: &mut Line, ink: Ink, text: &str, columns: usize, right: bool) {
    let text = cut(text, columns);
    let space = padding(&text, columns);
    line.push((Ink::Role(Role::Plain), "  ".to_owned()));
    // The chosen cell is marked over its whole width.
    let filled = if right { format!("{space}{text}") } else { format!("{text}{space}") };
    line.push((ink, filled));
}

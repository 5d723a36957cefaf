//! Styled text: pieces that know what they are.

use nu_ansi_term::{Color, Style};

use super::text::{beginning, harmless, width};

/// What a piece of text is; the edge turns it into a colour, or into nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Ordinary text.
    Plain,
    /// A heading.
    Heading,
    /// The name of a function, an option or a column.
    Name,
    /// `true`, `false`, a date.
    Literal,
    /// A number.
    Number,
    /// Quoted text.
    Text,
    /// A type or a unit.
    Type,
    /// A value that is missing, or something left out.
    Missing,
    /// The word that begins a warning.
    Warning,
    /// The word that begins a failure, and the mark under its place.
    Error,
    /// What to do next.
    Advice,
    /// Something beside the point.
    Note,
    /// Script text.
    Code,
}

/// The ground on which a terminal writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shade {
    /// Unknown: colours that are readable on black and on white.
    #[default]
    Either,
    /// Dark.
    Dark,
    /// Light.
    Light,
}

impl Role {
    /// Every role.
    pub const ALL: [Role; 13] = [
        Role::Plain,
        Role::Heading,
        Role::Name,
        Role::Literal,
        Role::Number,
        Role::Text,
        Role::Type,
        Role::Missing,
        Role::Warning,
        Role::Error,
        Role::Advice,
        Role::Note,
        Role::Code,
    ];

    /// The number in the 256-colour table. The sixteen colours of a theme differ from terminal to terminal; these
    /// are the same everywhere. Those for either ground have about the same contrast on black as on white. Blue and orange are
    /// told apart by people who confuse red and green, and no meaning hangs on colour alone.
    fn color(self, shade: Shade) -> Option<u8> {
        let number = match self {
            Role::Plain | Role::Heading => return None,
            Role::Name | Role::Advice | Role::Code => [31, 75, 25],
            Role::Literal | Role::Number => [97, 183, 54],
            Role::Text | Role::Warning => [130, 215, 94],
            Role::Type | Role::Missing | Role::Note => [243, 246, 240],
            Role::Error => [160, 210, 124],
        };
        Some(number[shade as usize])
    }

    /// How a terminal with such a ground shows it.
    pub fn style(self, shade: Shade) -> Style {
        let style = self.color(shade).map_or(Style::new(), |number| Style::new().fg(Color::Fixed(number)));
        match self {
            Role::Heading | Role::Warning | Role::Error => style.bold(),
            _ => style,
        }
    }
}

/// Styled text, made of lines. Whatever is put in is made harmless: only [`Page::line`] ends a line, and no
/// character of a customer's name ever steers the terminal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    spans: Vec<(Role, String)>,
}

impl Page {
    /// An empty page.
    pub fn new() -> Page {
        Page::default()
    }

    /// Adds ordinary text.
    pub fn text(&mut self, text: &str) -> &mut Page {
        self.role(Role::Plain, text)
    }

    /// Adds text that is something.
    pub fn role(&mut self, role: Role, text: &str) -> &mut Page {
        if text.is_empty() {
            return self;
        }
        let text = harmless(text);
        match self.spans.last_mut() {
            Some((last, before)) if *last == role && before != "\n" => before.push_str(&text),
            _ => self.spans.push((role, text.into_owned())),
        }
        self
    }

    /// Adds spaces.
    pub fn space(&mut self, columns: usize) -> &mut Page {
        self.text(&" ".repeat(columns))
    }

    /// Ends the line; spaces at its end are dropped.
    pub fn line(&mut self) -> &mut Page {
        while let Some((Role::Plain, last)) = self.spans.last_mut() {
            if last == "\n" {
                break;
            }
            last.truncate(last.trim_end_matches(' ').len());
            if !last.is_empty() {
                break;
            }
            self.spans.pop();
        }
        self.spans.push((Role::Plain, "\n".to_owned()));
        self
    }

    /// Adds another page at the end of this one.
    pub fn append(&mut self, other: Page) -> &mut Page {
        self.spans.extend(other.spans);
        self
    }

    /// Whether there is nothing on it.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// The pieces, in order; a line end is a piece of its own.
    pub fn spans(&self) -> &[(Role, String)] {
        &self.spans
    }

    /// The columns that its widest line takes.
    pub fn width(&self) -> usize {
        self.plain().lines().map(width).max().unwrap_or(0)
    }

    /// The text without styles.
    pub fn plain(&self) -> String {
        self.spans.iter().map(|(_, text)| text.as_str()).collect()
    }

    /// The text for a colour terminal.
    pub fn ansi(&self, shade: Shade) -> String {
        let mut shown = String::new();
        for (role, text) in &self.spans {
            match *role {
                Role::Plain => shown.push_str(text),
                role => shown.push_str(&role.style(shade).paint(text).to_string()),
            }
        }
        shown
    }

    /// A page of one line, with `…` for what does not fit.
    pub(crate) fn cut(&self, limit: usize) -> Page {
        if width(&self.plain()) <= limit {
            return self.clone();
        }
        let mut page = Page::new();
        let mut left = limit.saturating_sub(1);
        for (role, text) in &self.spans {
            let part = beginning(text, left);
            page.role(*role, part);
            left -= width(part).min(left);
            if part.len() < text.len() {
                break;
            }
        }
        page.role(Role::Missing, "…");
        page
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance of a colour of the 6×6×6 cube or the grey ramp, as WCAG 2 defines it.
    fn luminance(number: u8) -> f64 {
        let levels = [0.0, 95.0, 135.0, 175.0, 215.0, 255.0];
        let channels = match number {
            232.. => [8.0 + 10.0 * f64::from(number - 232); 3],
            _ => {
                let at = usize::from(number - 16);
                [levels[at / 36], levels[at / 6 % 6], levels[at % 6]]
            }
        };
        let linear = channels.map(|level: f64| {
            let level = level / 255.0;
            if level <= 0.03928 { level / 12.92 } else { ((level + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    }

    #[test]
    fn every_colour_is_readable_on_its_ground() {
        for (role, shade) in Role::ALL.iter().flat_map(|role| SHADES.map(|shade| (role, shade))) {
            let Some(number) = role.color(shade) else { continue };
            let light = luminance(number);
            let (on_white, on_black) = (1.05 / (light + 0.05), (light + 0.05) / 0.05);
            // A ground that is named may be a grey one: more is asked of its colours.
            let (least, wanted) = match shade {
                Shade::Either => (3.7, [on_white, on_black].into_iter().fold(f64::MAX, f64::min)),
                Shade::Dark => (5.5, on_black),
                Shade::Light => (5.5, on_white),
            };
            assert!(wanted > least, "{role:?} on {shade:?}: {wanted:.1}");
        }
    }

    const SHADES: [Shade; 3] = [Shade::Either, Shade::Dark, Shade::Light];

    #[test]
    fn a_page_is_lines_and_nothing_from_data_ends_one() {
        let mut page = Page::new();
        page.role(Role::Name, "a\nb").space(3).line().text("x").text("y\u{1b}[2J").line();
        assert_eq!(page.plain(), "a⏎b\nxy␛[2J\n");
        assert_eq!(page.ansi(Shade::Either), "\u{1b}[38;5;31ma⏎b\u{1b}[0m\nxy␛[2J\n");
        assert_eq!(page.spans().len(), 4);
        assert_eq!(page.width(), 6);
    }

    #[test]
    fn a_line_is_cut_across_its_pieces() {
        let mut page = Page::new();
        page.role(Role::Name, "名字").text(": 12345");
        assert_eq!(page.cut(11).plain(), "名字: 12345");
        assert_eq!(page.cut(8).plain(), "名字: 1…");
        assert_eq!(page.cut(4).plain(), "名…");
    }
}

//! Which way of showing pictures a terminal understands.

use regulars_plugin::{Failure, Result, nearest};

use super::Protocol;

/// How pictures are shown in a terminal, as the user wants it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Images {
    /// As the terminal allows.
    #[default]
    Auto,
    /// By the graphics protocol of kitty.
    Kitty,
    /// As inline images of iTerm2, which WezTerm and others show too.
    Iterm,
    /// As sixels.
    Sixel,
    /// As half blocks with letters: in every terminal with colours.
    Blocks,
    /// Not at all: the file is named only.
    None,
}

impl Images {
    /// Every choice, by its word.
    pub const WORDS: [(&'static str, Images); 6] = [
        ("auto", Images::Auto),
        ("kitty", Images::Kitty),
        ("iterm", Images::Iterm),
        ("sixel", Images::Sixel),
        ("blocks", Images::Blocks),
        ("none", Images::None),
    ];

    /// Reads a choice; the failure names the choices.
    pub fn parse(word: &str) -> Result<Images> {
        let wanted = word.trim().to_lowercase();
        let words = Images::WORDS.map(|(word, _)| word);
        Images::WORDS.into_iter().find(|(word, _)| *word == wanted).map(|(_, images)| images).ok_or_else(|| {
            let failure = Failure::new(format!("`{word}` is no way to show pictures"));
            let failure = match nearest(&wanted, words) {
                Some(near) => failure.help(format!("did you mean `{near}`?")),
                None => failure,
            };
            failure.help(format!("the ways are {}", words.join(", ")))
        })
    }
}

/// What is done with a picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Way {
    Pixels(Protocol),
    /// Half blocks, in all colours or in the 256 of the table.
    Blocks {
        all_colours: bool,
    },
    Nothing,
}

/// Chooses by what the user wants and the environment says. `shows_sixel` asks the terminal itself, which takes a moment,
/// and is called only where nothing else decides.
pub(super) fn choose(
    images: Images,
    var: &dyn Fn(&str) -> Option<String>,
    shows_sixel: &mut dyn FnMut() -> bool,
) -> Way {
    let blocks = Way::Blocks { all_colours: has_all_colours(var) };
    match images {
        Images::None => return Way::Nothing,
        Images::Blocks => return blocks,
        Images::Kitty => return Way::Pixels(Protocol::Kitty),
        Images::Iterm => return Way::Pixels(Protocol::Iterm),
        Images::Sixel => return Way::Pixels(Protocol::Sixel),
        Images::Auto => {}
    }
    let term = var("TERM").unwrap_or_default();
    if term == "dumb" {
        return Way::Nothing;
    }
    // What runs inside another terminal inherits the names of the one outside: they say nothing about it.
    let is_inside = var("TMUX").is_some()
        || var("STY").is_some()
        || var("ZELLIJ").is_some()
        || ["tmux", "screen"].iter().any(|inner| term.starts_with(inner));
    if !is_inside && let Some(protocol) = by_name(&term, var) {
        return Way::Pixels(protocol);
    }
    let never_answers = term == "linux" || var("TERM_PROGRAM").is_some_and(|name| name == "Apple_Terminal");
    if !never_answers && shows_sixel() { Way::Pixels(Protocol::Sixel) } else { blocks }
}

/// Terminals that are known by their names.
fn by_name(term: &str, var: &dyn Fn(&str) -> Option<String>) -> Option<Protocol> {
    let program = var("TERM_PROGRAM").unwrap_or_default();
    match program.as_str() {
        "iTerm.app" | "WezTerm" | "mintty" => return Some(Protocol::Iterm),
        "ghostty" => return Some(Protocol::Kitty),
        _ => {}
    }
    if matches!(term, "xterm-kitty" | "xterm-ghostty") {
        return Some(Protocol::Kitty);
    }
    // A terminal that was started from another one inherits its variables, but names itself by one of these.
    let is_another = !program.is_empty() || var("VTE_VERSION").is_some() || var("XTERM_VERSION").is_some();
    let konsole = var("KONSOLE_VERSION").and_then(|version| version.parse().ok()).unwrap_or(0);
    if !is_another && (var("KITTY_WINDOW_ID").is_some() || konsole >= 220_400) {
        return Some(Protocol::Kitty);
    }
    // Handed on by ssh, where the name of the program is not.
    let is_iterm = var("LC_TERMINAL").is_some_and(|name| name == "iTerm2");
    (is_iterm && !is_another).then_some(Protocol::Iterm)
}

/// Whether the terminal shows more than the 256 colours of the table.
fn has_all_colours(var: &dyn Fn(&str) -> Option<String>) -> bool {
    let term = var("TERM").unwrap_or_default();
    let program = var("TERM_PROGRAM").unwrap_or_default();
    let names = ["direct", "kitty", "ghostty", "alacritty", "foot", "wezterm"];
    let programs = ["iTerm.app", "WezTerm", "ghostty", "vscode", "rio", "mintty"];
    var("COLORTERM").is_some_and(|colours| colours == "truecolor" || colours == "24bit")
        || names.iter().any(|name| term.contains(name))
        || programs.contains(&program.as_str())
        || var("WT_SESSION").is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(environment: &[(&str, &str)], sixel: bool) -> Way {
        let var =
            |name: &str| environment.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        choose(Images::Auto, &var, &mut || sixel)
    }

    #[test]
    fn terminals_are_known_by_their_names() {
        let kitty = Way::Pixels(Protocol::Kitty);
        let iterm = Way::Pixels(Protocol::Iterm);
        assert_eq!(chosen(&[("TERM", "xterm-kitty")], false), kitty);
        assert_eq!(chosen(&[("TERM", "xterm-256color"), ("KITTY_WINDOW_ID", "1")], false), kitty);
        assert_eq!(chosen(&[("TERM", "xterm-256color"), ("KONSOLE_VERSION", "230805")], false), kitty);
        assert_eq!(chosen(&[("TERM_PROGRAM", "WezTerm")], false), iterm);
        assert_eq!(chosen(&[("TERM", "xterm-256color"), ("LC_TERMINAL", "iTerm2")], false), iterm);
    }

    #[test]
    fn inherited_names_do_not_deceive() {
        // xterm started from kitty, and kitty's variables inside tmux.
        let blocks = Way::Blocks { all_colours: false };
        let within = [("TERM", "xterm-256color"), ("KITTY_WINDOW_ID", "1"), ("XTERM_VERSION", "XTerm(388)")];
        assert_eq!(chosen(&within, false), blocks);
        assert_eq!(chosen(&[("TERM", "tmux-256color"), ("TMUX", "x"), ("KITTY_WINDOW_ID", "1")], false), blocks);
        assert_eq!(
            chosen(&[("TERM", "screen"), ("TERM_PROGRAM", "iTerm.app")], false),
            Way::Blocks { all_colours: true }
        );
        // A tmux that shows sixels says so itself.
        assert_eq!(chosen(&[("TERM", "tmux-256color"), ("TMUX", "x")], true), Way::Pixels(Protocol::Sixel));
    }

    #[test]
    fn who_can_do_nothing_is_not_asked() {
        let never = &mut || -> bool { unreachable!("it was asked") };
        let named = |term: &'static str| move |name: &str| (name == "TERM").then(|| term.to_owned());
        assert_eq!(choose(Images::Auto, &named("dumb"), never), Way::Nothing);
        assert_eq!(choose(Images::Auto, &named("linux"), never), Way::Blocks { all_colours: false });
        assert_eq!(choose(Images::None, &named("xterm-kitty"), never), Way::Nothing);
        assert_eq!(choose(Images::Blocks, &named("xterm-kitty"), never), Way::Blocks { all_colours: true });
    }

    #[test]
    fn a_wrong_word_names_the_near_one() {
        assert_eq!(Images::parse(" Sixel"), Ok(Images::Sixel));
        let failure = Images::parse("sixle").unwrap_err();
        assert_eq!(failure.help[0], "did you mean `sixel`?");
    }
}

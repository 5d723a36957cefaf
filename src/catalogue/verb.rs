//! A word of the language around the functions: `filter`, `col`, `read_csv` …

/// A word of the language, with what help says of it. The room that binds it declares it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verb {
    /// Under which heading help lists it.
    pub group: VerbGroup,
    /// The word that scripts write.
    pub name: &'static str,
    /// How it is called: `frame.filter(condition)`.
    pub signature: String,
    /// What it does, in a sentence or two.
    pub summary: &'static str,
    /// Code that runs; empty where the signature says it all.
    pub example: &'static str,
    /// What its arguments and options may be, where that is one of a few words.
    pub choices: Vec<Choices>,
}

/// The words that an argument or an option of a word of the language may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choices {
    /// The argument or the option, as the signature calls it.
    pub name: &'static str,
    /// Each word, and what it means where it does not say so itself.
    pub words: Vec<(&'static str, &'static str)>,
}

impl Verb {
    /// The words that an argument or an option may be; none where it may be anything.
    pub fn choices(&self, name: &str) -> Option<&[(&'static str, &'static str)]> {
        self.choices.iter().find(|choices| choices.name == name).map(|choices| choices.words.as_slice())
    }

    /// The name of an argument by its place, the value before the dot not counted.
    pub fn argument(&self, place: usize) -> Option<&str> {
        let (_, arguments) = self.signature.split_once(&format!("{}(", self.name))?;
        let plain = arguments.split("#{").next()?.split(')').next()?;
        plain.split(',').map(str::trim).nth(place).filter(|name| !name.is_empty())
    }
}

/// Headings for the words of the language, in the order in which help lists them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum VerbGroup {
    /// Reading and writing.
    Files,
    /// What is done to a frame.
    Frames,
    /// Standard tables.
    Tables,
    /// Columns and computations on them.
    Expressions,
    /// Pictures.
    Charts,
    /// Plain numbers and lists.
    Values,
    /// Scripts themselves.
    Scripts,
    /// Tests of scripts.
    Tests,
}

impl VerbGroup {
    /// Every group, in order.
    pub const ALL: [VerbGroup; 8] = [
        VerbGroup::Files,
        VerbGroup::Frames,
        VerbGroup::Tables,
        VerbGroup::Expressions,
        VerbGroup::Charts,
        VerbGroup::Values,
        VerbGroup::Scripts,
        VerbGroup::Tests,
    ];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            VerbGroup::Files => "files",
            VerbGroup::Frames => "frames",
            VerbGroup::Tables => "standard tables",
            VerbGroup::Expressions => "expressions",
            VerbGroup::Charts => "charts",
            VerbGroup::Values => "numbers and lists",
            VerbGroup::Scripts => "scripts",
            VerbGroup::Tests => "tests",
        }
    }
}

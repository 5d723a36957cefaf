//! Asking the terminal itself what it shows.

/// Whether a list of device attributes names sixel graphics: `ESC [ ? 62 ; 4 ; 22 c`, where 4 is sixel.
#[cfg_attr(not(unix), allow(dead_code, reason = "elsewhere no terminal is asked"))]
fn names_sixel(answer: &[u8]) -> Option<bool> {
    let text = String::from_utf8_lossy(answer);
    let (attributes, _) = text.split_once("\x1b[?")?.1.split_once('c')?;
    // The first is the kind of terminal.
    Some(attributes.split(';').skip(1).any(|attribute| attribute == "4"))
}

/// Whether the terminal says that it shows sixels. Asked once; a terminal that does not answer soon does not.
#[cfg(unix)]
pub(super) fn shows_sixel() -> bool {
    static ANSWER: std::sync::OnceLock<bool> = std::sync::OnceLock::new();
    if let Some(answer) = ANSWER.get() {
        return *answer;
    }
    match asked::attributes() {
        asked::Answer::Came(bytes) => *ANSWER.get_or_init(|| names_sixel(&bytes).unwrap_or(false)),
        asked::Answer::None => *ANSWER.get_or_init(|| false),
        // Another time.
        asked::Answer::Busy => false,
    }
}

#[cfg(not(unix))]
pub(super) fn shows_sixel() -> bool {
    false
}

#[cfg(unix)]
mod asked {
    use std::io::{IsTerminal, Stdin, Write};

    use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr};

    /// Tenths of a second that a terminal is waited for: one behind a slow line answers later, and is then taken for one
    /// without sixels; the line editor drops the answer.
    const TENTHS: usize = 5;

    pub(super) enum Answer {
        Came(Vec<u8>),
        None,
        /// Something has been typed that is not ours to read.
        Busy,
    }

    /// The terminal as it was, given back however this ends.
    struct Restored<'a>(&'a Stdin, Termios);

    impl Drop for Restored<'_> {
        fn drop(&mut self) {
            let _ = tcsetattr(self.0, OptionalActions::Now, &self.1);
        }
    }

    pub(super) fn attributes() -> Answer {
        let (input, mut output) = (std::io::stdin(), std::io::stdout());
        if !input.is_terminal() || !output.is_terminal() {
            return Answer::None;
        }
        let Ok(before) = tcgetattr(&input) else { return Answer::None };
        let mut listening = before.clone();
        // Without waiting for Enter and without an echo; a read ends after a tenth of a second.
        listening.local_modes.remove(LocalModes::ICANON | LocalModes::ECHO);
        listening.special_codes[SpecialCodeIndex::VMIN] = 0;
        listening.special_codes[SpecialCodeIndex::VTIME] = 1;
        let restored = Restored(&input, before);
        if tcsetattr(restored.0, OptionalActions::Now, &listening).is_err() {
            return Answer::None;
        }
        if rustix::io::ioctl_fionread(&input).is_ok_and(|typed| typed > 0) {
            return Answer::Busy;
        }
        if output.write_all(b"\x1b[c").and_then(|()| output.flush()).is_err() {
            return Answer::None;
        }
        let mut answer = Vec::new();
        for _ in 0..TENTHS {
            let mut buffer = [0; 256];
            let count = rustix::io::read(&input, &mut buffer).unwrap_or(0);
            answer.extend_from_slice(&buffer[..count]);
            if answer.ends_with(b"c") && answer.contains(&0x1b) {
                return Answer::Came(answer);
            }
        }
        Answer::None
    }
}

#[cfg(test)]
mod tests {
    use super::names_sixel;

    #[test]
    fn attributes_are_read() {
        assert_eq!(names_sixel(b"\x1b[?62;4;22c"), Some(true));
        assert_eq!(names_sixel(b"\x1b[?64;1;9;15;21;22;28c"), Some(false));
        // What a terminal is says nothing: 4 stands for sixel only behind it.
        assert_eq!(names_sixel(b"\x1b[?4;6c"), Some(false));
        assert_eq!(names_sixel(b"q\x1b[?1;4c"), Some(true));
        assert_eq!(names_sixel(b"\x1b[?62;4"), None);
        assert_eq!(names_sixel(b""), None);
    }
}

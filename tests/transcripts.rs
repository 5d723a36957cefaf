//! The prompt, driven through a real terminal: each file of `tests/transcripts` is a session.
//!
//! ```text
//! # a remark; `size COLUMNS ROWS` and `env NAME=VALUE` stand before the first line typed
//! > let tx = sample("cdnow");      typed, with Enter; a prompt of the next number must come
//! . further lines of a cell        typed, with Enter, where the line before left something open
//! 2                                what is shown until that prompt: exactly these lines, but `…` stands for any
//!                                  number of lines, and at the end of a line for the rest of it
//! keys tx.rf<Tab>                  keys without Enter: <Tab> <Up> <Esc> <Enter> <C-c> …
//! paste a⏎b                        text in the brackets of a paste
//! see rfm  Scores                  waits until the screen shows this text
//! hide rfm  Scores                 waits until the screen shows it no more
//! colours none                     looks at the whole screen: no cell has a colour (or `some`: one has)
//! prompt 4                         waits for a further prompt of this number, after keys
//! restart                          a second session with the same home; the first must have left
//! kill                             ends it as a crash would: nothing is told to it
//! terminate                        tells it to end, and waits until it has; the terminal must be as it was before
//! file config.toml rows = 5⏎…      writes a file into the home
//! holds a.rhai 1 + 1⏎…             a file in the home holds exactly this, but for blanks at its end
//! arguments --rows 5               of the sessions that begin from here on
//! exit 0                           waits until it has left with this code
//! ```
//!
//! Nothing sleeps: every step waits for what it wants to see, and fails after a time that is long even on a slow machine.

use std::fmt::Write as _;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// How long a step may take before it counts as failed.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often the process is asked whether it has left.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// A terminal answers when it is asked where its cursor stands; the line editor asks before it draws.
#[derive(Default)]
struct Answers(Vec<u8>);

impl vt100::Callbacks for Answers {
    fn unhandled_csi(
        &mut self,
        screen: &mut vt100::Screen,
        _: Option<u8>,
        _: Option<u8>,
        params: &[&[u16]],
        sign: char,
    ) {
        if sign == 'n' && params == [[6]] {
            let (row, column) = screen.cursor_position();
            self.0.extend(format!("\x1b[{};{}R", row + 1, column + 1).bytes());
        }
    }
}

/// The program at a terminal.
struct Seat {
    screen: vt100::Parser<Answers>,
    output: Receiver<Vec<u8>>,
    keys: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    /// Prompts on the screen when the keys were pressed that another one will follow.
    prompts: usize,
    terminal: Box<dyn MasterPty + Send>,
}

impl Seat {
    fn take(home: &Path, (columns, rows): (u16, u16), environment: &[(String, String)], arguments: &[String]) -> Seat {
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).expect("a terminal");
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_regulars"));
        command.env_remove("NO_COLOR");
        command.env_remove("COLUMNS");
        command.env("TERM", "xterm-256color");
        // Asked for where pictures are what is looked at.
        command.env("REGULARS_IMAGES", "none");
        command.env("REGULARS", env!("CARGO_BIN_EXE_regulars"));
        command.env("REGULARS_CONFIG", home.join("config.toml"));
        for name in ["VISUAL", "EDITOR", "DISPLAY", "WAYLAND_DISPLAY", "COLORFGBG"] {
            command.env_remove(name);
        }
        // The history of the prompt and its settings live under the home, on every system in another place.
        for name in ["HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "APPDATA", "USERPROFILE"] {
            command.env(name, home);
        }
        for (name, value) in environment {
            command.env(name, value);
        }
        command.arg("--no-plugins");
        command.args(arguments);
        command.cwd(home);
        let child = pair.slave.spawn_command(command).expect("the program starts");
        // Without this the end of the program would not end its output.
        drop(pair.slave);
        let keys = pair.master.take_writer().expect("keys");
        let mut reader = pair.master.try_clone_reader().expect("output");
        let (send, output) = channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                if send.send(buffer[..count].to_vec()).is_err() {
                    return;
                }
            }
        });
        let screen = vt100::Parser::new_with_callbacks(rows, columns, 0, Answers::default());
        Seat { screen, output, keys, child, prompts: 0, terminal: pair.master }
    }

    /// Ends it as `kill` does. Its terminal must read lines and show what is typed afterwards, or the shell cannot be used.
    fn terminate(&mut self) -> Result<(), String> {
        let number = self.child.process_id().ok_or("it has left")?.to_string();
        let told = Command::new("kill").args(["-TERM", &number]).status().map_err(|error| error.to_string())?;
        self.exit()?;
        let modes = self.terminal.get_termios().map(|modes| format!("{:?}", modes.local_flags)).unwrap_or_default();
        let is_given_back =
            modes.contains("ICANON") && modes.contains("ECHO") && !self.screen.screen().alternate_screen();
        match told.success() && is_given_back && !self.screen.screen().hide_cursor() {
            true => Ok(()),
            false => Err(format!("the terminal was left as {modes}")),
        }
    }

    fn press(&mut self, bytes: &[u8]) {
        // A program that has left takes no keys; the step that waits for its screen will tell.
        let _ = self.keys.write_all(bytes).and_then(|()| self.keys.flush());
    }

    fn shown(&self) -> String {
        let rows = self.screen.screen().rows(0, self.screen.screen().size().1);
        rows.map(|row| row.trim_end().to_owned()).collect::<Vec<_>>().join("\n").trim_end().to_owned()
    }

    /// Reads until the screen is as wanted, or patience ends; answers with what `wanted` made of it.
    fn wait<T>(&mut self, what: &str, wanted: impl Fn(&Seat) -> Option<T>) -> Result<T, String> {
        let until = Instant::now() + PATIENCE;
        loop {
            if let Some(found) = wanted(self) {
                return Ok(found);
            }
            let left = until.saturating_duration_since(Instant::now());
            match self.output.recv_timeout(left) {
                Ok(bytes) => self.screen.process(&bytes),
                Err(RecvTimeoutError::Timeout) => return Err(format!("waited for {what}, but saw\n{}", self.shown())),
                Err(RecvTimeoutError::Disconnected) => {
                    return wanted(self).ok_or_else(|| format!("it left before {what}; last seen\n{}", self.shown()));
                }
            }
            let answers = std::mem::take(&mut self.screen.callbacks_mut().0);
            self.press(&answers);
        }
    }

    /// The lines between the cell of a prompt and the next prompt, once that stands with nothing typed.
    fn answer(&mut self, number: usize) -> Result<Vec<String>, String> {
        let next = mark(number + 1);
        self.wait(&format!("prompt {}", number + 1), |seat| {
            let shown = seat.shown();
            let lines: Vec<&str> = shown.lines().collect();
            if lines.last()?.trim_end() != next.trim_end() || seat.screen.screen().cursor_position().1 < 4 {
                return None;
            }
            let asked = lines.iter().rposition(|line| line.starts_with(&mark(number)))?;
            let more = lines[asked + 1..].iter().take_while(|line| line.trim_start().starts_with('·')).count();
            Some(lines[asked + 1 + more..lines.len() - 1].iter().map(|line| (*line).to_owned()).collect())
        })
    }

    /// Waits for a further prompt of this number.
    fn at_prompt(&mut self, number: usize) -> Result<(), String> {
        self.wait(&format!("prompt {number}"), |seat| {
            let is_there = seat.shown().lines().last()?.trim_end() == mark(number).trim_end();
            (is_there && seat.count_prompts() > seat.prompts).then_some(())
        })?;
        self.prompts = self.count_prompts();
        Ok(())
    }

    fn count_prompts(&self) -> usize {
        let is_prompt = |line: &&str| line.split_once(" ›").is_some_and(|(number, _)| number.parse::<usize>().is_ok());
        self.shown().lines().filter(is_prompt).count()
    }

    fn exit(&mut self) -> Result<u32, String> {
        let until = Instant::now() + PATIENCE;
        while Instant::now() < until {
            if let Some(status) = self.child.try_wait().map_err(|error| error.to_string())? {
                // Its last words may still be on their way: a cursor that is shown again is among them.
                while let Ok(bytes) = self.output.recv_timeout(LOOK_EVERY) {
                    self.screen.process(&bytes);
                }
                return Ok(status.exit_code());
            }
            // Its last words must be read, or it may wait for a reader.
            if let Ok(bytes) = self.output.recv_timeout(LOOK_EVERY) {
                self.screen.process(&bytes);
            }
        }
        Err(format!("it did not leave; it shows\n{}", self.shown()))
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn mark(number: usize) -> String {
    format!("{number} › ")
}

/// Keys by their names in angle brackets.
fn keys(text: &str) -> Vec<u8> {
    const NAMED: [(&str, &str); 13] = [
        ("<Tab>", "\t"),
        ("<S-Tab>", "\x1b[Z"),
        ("<Enter>", "\r"),
        ("<Esc>", "\x1b"),
        ("<Up>", "\x1b[A"),
        ("<Down>", "\x1b[B"),
        ("<Right>", "\x1b[C"),
        ("<End>", "\x1b[F"),
        ("<C-c>", "\x03"),
        ("<C-d>", "\x04"),
        ("<C-r>", "\x12"),
        ("<C-u>", "\x15"),
        ("<BS>", "\x7f"),
    ];
    NAMED.iter().fold(text.to_owned(), |text, (name, bytes)| text.replace(name, bytes)).into_bytes()
}

/// Whether the lines are those expected, `…` standing for whatever is there.
fn agree(expected: &[String], found: &[String]) -> bool {
    match expected.split_first() {
        None => found.is_empty(),
        Some((any, rest)) if any == "…" => (0..=found.len()).any(|skip| agree(rest, &found[skip..])),
        Some((line, rest)) => found.split_first().is_some_and(|(first, others)| {
            let same = line.strip_suffix('…').map_or(first == line, |start| first.starts_with(start) || first == line);
            same && agree(rest, others)
        }),
    }
}

/// Plays a transcript; answers with what went otherwise.
fn play(script: &str) -> Result<(), String> {
    let home = tempfile::tempdir().map_err(|error| error.to_string())?;
    let mut size = (80, 50);
    let (mut environment, mut arguments) = (Vec::new(), Vec::new());
    let mut seat: Option<Seat> = None;
    let mut number = 1;
    let mut lines = script.lines().enumerate().peekable();
    while let Some((place, line)) = lines.next() {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let told = |problem: String| format!("line {}: `{line}`: {problem}", place + 1);
        match word {
            "" | "#" => continue,
            "size" => {
                let mut numbers = rest.split(' ').filter_map(|number| number.parse().ok());
                size = numbers.next().zip(numbers.next()).ok_or_else(|| told("two numbers are wanted".to_owned()))?;
                continue;
            }
            "arguments" => {
                arguments = rest.split_whitespace().map(str::to_owned).collect();
                continue;
            }
            "file" => {
                let (name, text) =
                    rest.split_once(' ').ok_or_else(|| told("a name and a text are wanted".to_owned()))?;
                std::fs::write(home.path().join(name), text.replace('⏎', "\n"))
                    .map_err(|error| told(error.to_string()))?;
                continue;
            }
            "restart" => {
                seat = None;
                continue;
            }
            "env" => {
                let (name, value) = rest.split_once('=').ok_or_else(|| told("NAME=VALUE is wanted".to_owned()))?;
                environment.push((name.to_owned(), value.to_owned()));
                continue;
            }
            _ => {}
        }
        if seat.is_none() {
            let mut taken = Seat::take(home.path(), size, &environment, &arguments);
            number = 1;
            // A session that is taken up asks first.
            if !arguments.iter().any(|argument| argument == "--resume") {
                taken.at_prompt(number).map_err(told)?;
            }
            seat = Some(taken);
        }
        let at = seat.as_mut().expect("it was just taken");
        match word {
            ">" => {
                at.press(rest.as_bytes());
                at.press(b"\r");
                let mut expected: Vec<String> = Vec::new();
                let commands = [
                    ">",
                    "keys",
                    "paste",
                    "see",
                    "hide",
                    "colours",
                    "prompt",
                    "restart",
                    "exit",
                    "#",
                    "kill",
                    "terminate",
                    "file",
                    "holds",
                    "arguments",
                    "env",
                ];
                while let Some((_, next)) =
                    lines.next_if(|(_, next)| !commands.contains(&next.split(' ').next().unwrap_or_default()))
                {
                    match next.strip_prefix(". ") {
                        Some(more) if expected.is_empty() => {
                            at.press(more.as_bytes());
                            at.press(b"\r");
                        }
                        _ => expected.push(next.to_owned()),
                    }
                }
                while expected.last().is_some_and(|last| last.is_empty()) {
                    expected.pop();
                }
                let found = at.answer(number).map_err(told)?;
                if !agree(&expected, &found) {
                    let mut problem = "wanted\n".to_owned();
                    let _ = write!(problem, "{}\nbut found\n{}", expected.join("\n"), found.join("\n"));
                    return Err(told(problem));
                }
                number += 1;
                at.prompts = at.count_prompts();
            }
            "keys" => at.press(&keys(rest)),
            "paste" => at.press(format!("\x1b[200~{}\x1b[201~", rest.replace('⏎', "\r")).as_bytes()),
            "see" => at.wait(rest, |seat| seat.shown().contains(rest).then_some(())).map_err(told)?,
            "hide" => at.wait(rest, |seat| (!seat.shown().contains(rest)).then_some(())).map_err(told)?,
            "prompt" => {
                number = rest.parse().map_err(|_| told("a number is wanted".to_owned()))?;
                at.at_prompt(number).map_err(told)?;
            }
            "colours" => {
                let screen = at.screen.screen();
                let (rows, columns) = screen.size();
                let cells = (0..rows).flat_map(|row| (0..columns).filter_map(move |column| screen.cell(row, column)));
                let some = cells.into_iter().any(|cell| cell.fgcolor() != vt100::Color::Default);
                if some != (rest == "some") {
                    return Err(told(format!("colours: {some}")));
                }
            }
            "kill" => {
                at.child.kill().map_err(|error| told(error.to_string()))?;
                at.child.wait().map_err(|error| told(error.to_string()))?;
            }
            "terminate" => at.terminate().map_err(told)?,
            "holds" => {
                let (name, text) = rest.split_once(' ').unwrap_or((rest, ""));
                let held = std::fs::read_to_string(home.path().join(name)).map_err(|error| told(error.to_string()))?;
                if held.trim_end() != text.replace('⏎', "\n") {
                    return Err(told(format!("it holds\n{held}")));
                }
            }
            "exit" => {
                let code = at.exit().map_err(told)?;
                if code.to_string() != rest {
                    return Err(told(format!("it left with {code}")));
                }
            }
            _ => return Err(told("no step of a transcript".to_owned())),
        }
    }
    Ok(())
}

macro_rules! transcripts {
    ($($name:ident),+ $(,)?) => {
        $(#[test]
        fn $name() {
            let script = include_str!(concat!("transcripts/", stringify!($name), ".txt"));
            if let Err(problem) = play(script) {
                panic!("tests/transcripts/{}.txt, {problem}", stringify!($name));
            }
        })+

        #[test]
        fn every_transcript_is_played() {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/transcripts");
            let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
            let mut files: Vec<String> = files.map(|file| file.file_stem().unwrap().to_string_lossy().into_owned()).collect();
            files.sort();
            assert_eq!(files, [$(stringify!($name)),+]);
        }
    };
}

transcripts!(
    cells, commands, completion, damaged, edit, failures, help, history, interrupts, left_out, lines, loading,
    no_color, pager, pictures, progress, resumed, sessions, settings, terminated, values, vi,
);

#[test]
fn a_terminal_that_only_shows_lines_gets_a_plain_prompt() {
    let home = tempfile::tempdir().unwrap();
    let mut seat = Seat::take(home.path(), (80, 24), &[("TERM".to_owned(), "dumb".to_owned())], &[]);
    let steps = [
        ("", "1 >"),
        ("[1,\r", "..."),
        ("2].len()\r", "2\n2 >"),
        ("nobody\r", "there is no variable `nobody`"),
        ("1 + 1\r", "4 >"),
    ];
    for (line, answer) in steps {
        seat.press(line.as_bytes());
        seat.wait(answer, |seat| seat.shown().contains(answer).then_some(())).unwrap();
    }
    seat.press(b"\x04");
    assert_eq!(seat.exit(), Ok(0));
}

/// Runs the program with a text on standard input that is no terminal.
fn piped(arguments: &[&str], environment: &[(&str, &str)], input: &str) -> (String, String, Option<i32>) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_regulars"))
        .args(arguments)
        .args(["--no-plugins", "--no-config"])
        .envs(environment.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr), output.status.code())
}

#[test]
fn lines_that_are_piped_in_are_run_as_a_script() {
    let (out, told, code) = piped(&[], &[], "let a = 1;\na + 1\n");
    assert_eq!((out.as_str(), told.as_str(), code), ("2\n", "", Some(0)));
    let (out, told, code) = piped(&["--output", "json"], &[], "[1, 2]");
    assert_eq!((out.trim_end(), told.as_str(), code), ("[\n  1,\n  2\n]", "", Some(0)));
    let (_, told, code) = piped(&[], &[], "let a = 1;\nnobody + a\n");
    assert!(told.contains("standard input, line 2, column 1"), "{told}");
    assert_eq!(code, Some(1));
    assert_eq!(piped(&[], &[], "").2, Some(0));
}

//! The command line.

use std::path::PathBuf;

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};

use super::test::Asked;
use crate::console::{Manner, Settings};
use crate::show::Format;

/// Customer analytics at a prompt: who our customers are, what they are worth, who is leaving.
///
/// Without a command it opens the prompt.
#[derive(Parser)]
#[command(
    name = "regulars",
    version,
    disable_help_subcommand = true,
    after_help = "`regulars help rfm` tells about a function, `regulars run FILE --help` about a script."
)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Option<Command>,

    /// Run this code and show its last value
    #[arg(short = 'c', value_name = "CODE")]
    pub(super) code: Option<String>,

    /// How the last value is shown
    #[arg(long, global = true, value_enum)]
    pub(super) output: Option<Output>,

    /// Load a plugin; may be given several times
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) plugin: Vec<PathBuf>,

    /// Load no plugins but those named with --plugin: none from regulars.toml, none from beside the program
    #[arg(long, global = true)]
    pub(super) no_plugins: bool,

    /// Run each plugin in a process of its own: a crash of it is an error and no more
    #[arg(long, global = true)]
    pub(super) isolate: bool,

    /// Allow scripts to read from addresses outside this machine (https://…, s3://…, databases)
    #[arg(long, global = true)]
    pub(super) allow_net: bool,

    /// Print data and failures only, no notes and messages
    #[arg(long, short, global = true)]
    pub(super) quiet: bool,

    /// Use no colours; the environment variable NO_COLOR says the same
    #[arg(long, global = true)]
    pub(super) no_color: bool,

    /// Rows of a table that are shown (20 unless told)
    #[arg(long, global = true, value_name = "N")]
    pub(super) rows: Option<usize>,

    /// Read no configuration file; the environment variable REGULARS_CONFIG names another one than yours
    #[arg(long, global = true)]
    pub(super) no_config: bool,

    /// Begin with the lines of a session that was cut off, or of this one; `:resume` does it later
    #[arg(long, value_name = "SESSION", num_args = 0..=1, default_missing_value = "")]
    pub(super) resume: Option<String>,
}

#[derive(Subcommand)]
pub(super) enum Command {
    /// Run a script from top to bottom; `--name value` gives its parameters
    #[command(
        disable_help_flag = true,
        override_usage = "regulars run [OPTIONS] FILE [--NAME VALUE]...",
        after_help = "`regulars run FILE --help` tells the parameters of the script.\n\
                      Exit code 0: every cell worked, or was allowed to fail; 1: a cell failed; 2: wrong usage; 130: interrupted."
    )]
    Run {
        #[command(flatten)]
        playing: Playing,
        /// The script, `-` reads it from standard input; behind it `--name value` for each parameter that it declares
        // One argument for both: what stands behind the script is the script's first, even where it is called as an
        // option of ours.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true, value_name = "FILE")]
        script: Vec<String>,
    },
    /// Run a script and write what comes of it as one HTML file that needs nothing besides itself, as Markdown or as a notebook
    #[command(
        disable_help_flag = true,
        override_usage = "regulars report [OPTIONS] FILE [-o OUT] [--NAME VALUE]...",
        after_help = "`regulars report FILE --help` tells the parameters of the script.\n\
                      A report is written also where a cell fails, with the failure in it.\n\
                      Exit code 0: every cell worked, or was allowed to fail; 1: a cell failed; 2: wrong usage; 130: interrupted."
    )]
    Report {
        /// The file that is written: .html, .md with its pictures beside it, or .ipynb; left out, beside the script as .html
        #[arg(short = 'o', long = "out", value_name = "OUT")]
        to: Option<String>,
        #[command(flatten)]
        playing: Playing,
        /// The script, `-` reads it from standard input; behind it `--name value` for each parameter that it declares
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true, value_name = "FILE")]
        script: Vec<String>,
    },
    /// Find the mistakes in scripts without running them
    #[command(
        after_help = "Exit code 0: no error, though there may be warnings; 1: at least one error; 2: wrong usage.\n\
                      An error makes the script fail for certain, with its parameters at their defaults; a warning may.\n\
                      With --output json it prints an array of {file, line, column, severity, code, message, help}."
    )]
    Check {
        /// The scripts, `-` reads one from standard input
        #[arg(required = true, value_name = "FILE")]
        scripts: Vec<String>,
    },
    /// Run the tests of scripts: functions `test_…`, each in a fresh session
    #[command(
        after_help = "Exit code 0: all tests passed; 1: at least one failed, or there was none to run; 2: wrong usage.\n\
                      What a snapshot shows is kept beside the test in `snapshots`; one that is new or differs makes the test fail, and\n\
                      waits as `….snap.new` for --review, unless the environment variable CI is set: then nothing is written."
    )]
    Test(Asked),
    /// Turn a script into a notebook of Jupyter, or a notebook into a script
    #[command(
        after_help = "A script becomes a notebook beside it, `report.rhai` → `report.ipynb`, and the other way round.\n\
                      A notebook that is there keeps the outputs of cells whose text has stayed the same."
    )]
    Convert {
        /// A script (.rhai) or a notebook (.ipynb)
        #[arg(value_name = "FILE")]
        from: PathBuf,
        /// The file that is written
        #[arg(short = 'o', long = "out", value_name = "FILE")]
        to: Option<PathBuf>,
    },
    /// Tell about a function, a word of the language, or search by words
    Help {
        /// A name, or words to search for
        words: Vec<String>,
    },
    /// List the functions
    Functions,
    /// Write, test, pin and list plugins
    Plugin {
        #[command(subcommand)]
        command: PluginCommand,
    },
    /// Be a kernel of Jupyter, for notebooks in JupyterLab and elsewhere
    Kernel {
        #[command(subcommand)]
        command: KernelCommand,
    },
    /// Tell what can be set for the prompt, how it is set now, and in which file
    Config {
        /// Print a whole file instead, every key with its meaning
        #[arg(long)]
        template: bool,
    },
    /// Print the reference of every function and word as Markdown
    Reference,
    /// Serve one plugin to the session that started this process
    #[cfg(unix)]
    #[command(name = crate::plugin::CHILD, hide = true)]
    IsolatedPlugin {
        /// The library
        library: PathBuf,
        /// Where the tables lie
        folder: PathBuf,
        /// Bytes of memory that it may take
        memory: Option<u64>,
    },
}

/// How a script is played.
#[derive(Args, Clone, Default)]
pub(super) struct Playing {
    /// Go on behind a cell that fails; one that should always go on says `on_failure="continue"` itself
    #[arg(long)]
    pub(super) keep_going: bool,
    /// Read parameters from a TOML file, `name = value` on each line; those of the command line go before
    #[arg(long, value_name = "FILE")]
    pub(super) params: Option<String>,
    /// Run once for each of these values of a parameter, and with several of these for each combination; needs --into, and goes before what is said of that parameter elsewhere
    #[arg(long, value_name = "NAME=A,B,…")]
    pub(super) each: Vec<String>,
    /// The folder for a report of each run and a table of all, runs.csv
    #[arg(long, value_name = "FOLDER")]
    pub(super) into: Option<PathBuf>,
}

#[derive(Subcommand)]
pub(super) enum PluginCommand {
    /// Begin a plugin: a crate with a function, a model and their tests, which builds without anything of Regulars installed
    New {
        /// Its name, which is also the word that scripts write: small letters, digits and `_`
        name: String,
        /// The folder in which its own folder is made
        #[arg(long = "in", value_name = "DIR", default_value = ".")]
        into: PathBuf,
    },
    /// Build a plugin with cargo
    Build {
        /// The folder of the plugin
        #[arg(value_name = "DIR", default_value = ".")]
        folder: PathBuf,
        /// Build it quickly instead of making it quick
        #[arg(long)]
        dev: bool,
    },
    /// Run the examples of a plugin's manuals, and the scripts in its folder `tests`
    #[command(
        after_help = "Exit code 0: every example shows what its manual says, every script gets to its end; 1: not so."
    )]
    Test {
        /// The folder of a plugin, which is built first, or a library
        #[arg(value_name = "DIR|FILE", default_value = ".")]
        what: PathBuf,
        /// Build it as it is given away
        #[arg(long)]
        release: bool,
    },
    /// Load a plugin from now on: pin it, with its SHA-256, in the project's regulars.toml
    Add {
        /// The library
        file: PathBuf,
        /// Pin it in your own configuration instead, for every folder
        #[arg(long)]
        user: bool,
    },
    /// Take a plugin out of regulars.toml
    Remove {
        /// Its name
        name: String,
        /// Take it out of your own configuration
        #[arg(long)]
        user: bool,
    },
    /// List the plugins that are loaded here, and their functions
    List,
    /// Tell about a plugin; it is loaded for that
    Info {
        /// The name of one that is loaded here, or a library
        #[arg(value_name = "NAME|FILE")]
        what: String,
    },
    /// See that every pinned library is what was pinned; nothing is loaded
    #[command(after_help = "Exit code 0: all are; 1: at least one is not.")]
    Verify,
    /// Accept the regulars.toml of this project: its plugins are loaded until it changes
    Trust {
        /// Do not ask
        #[arg(long, short)]
        yes: bool,
        /// Take it back
        #[arg(long, conflicts_with = "yes")]
        forget: bool,
    },
}

#[derive(Subcommand)]
pub(super) enum KernelCommand {
    /// Tell Jupyter of this program: from then on it offers Regulars for notebooks
    #[command(
        after_help = "--allow-net, --no-plugins, --isolate, --plugin and --rows, given here, hold for every notebook that is \
                      started this way; with another --name several ways stand beside each other."
    )]
    Install {
        #[command(flatten)]
        place: KernelPlace,
        /// What it is called in Jupyter's list
        #[arg(long, value_name = "TEXT")]
        display_name: Option<String>,
    },
    /// Take that back
    Uninstall {
        #[command(flatten)]
        place: KernelPlace,
    },
    /// Serve a notebook; Jupyter starts this
    Run {
        /// Where Jupyter has written the ports and the key
        #[arg(long, value_name = "FILE")]
        connection_file: String,
    },
}

/// Where Jupyter looks for kernels, and under which name.
#[derive(clap::Args)]
pub(super) struct KernelPlace {
    /// For you, in your own folder of Jupyter (so unless told otherwise)
    #[arg(long, conflicts_with_all = ["prefix", "sys_prefix"])]
    pub(super) user: bool,
    /// For everyone who uses the Python, or the system, under this folder: `/usr/local`, `~/.venv`
    #[arg(long, value_name = "DIR", conflicts_with = "sys_prefix")]
    pub(super) prefix: Option<PathBuf>,
    /// For the virtual environment that is active
    #[arg(long)]
    pub(super) sys_prefix: bool,
    /// The name of the kernel, as `jupyter console --kernel NAME` has it
    #[arg(long, value_name = "NAME", default_value = "regulars")]
    pub(super) name: String,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Output {
    /// For people
    Table,
    /// An array of objects for a frame; dates ISO, full precision
    Json,
    /// With a header, full precision
    Csv,
    /// A Markdown table
    Markdown,
}

impl Arguments {
    /// How a script is played, where one is.
    pub(super) fn playing(&self) -> Playing {
        match &self.command {
            Some(Command::Run { playing, .. } | Command::Report { playing, .. }) => playing.clone(),
            _ => Playing::default(),
        }
    }

    /// The help of a command.
    pub(super) fn help_of(word: &str) -> String {
        let mut command = Arguments::command();
        command.build();
        command.find_subcommand_mut(word).map(|command| command.render_help().to_string()).unwrap_or_default()
    }

    /// The command line once more, with options that stood among its last `behind` words, behind the script, before it.
    /// What is wrong about them ends the program, as it does elsewhere.
    pub(super) fn with(own: &[String], behind: usize) -> Arguments {
        let mut words: Vec<std::ffi::OsString> = std::env::args_os().collect();
        words.truncate(words.len().saturating_sub(behind).max(1));
        let script = words.len().saturating_sub(1).max(1);
        words.splice(script..script, own.iter().map(Into::into));
        Arguments::parse_from(words)
    }

    /// Settings with what the command line says of them.
    pub(super) fn over(&self, mut settings: Settings) -> Settings {
        settings.rows = self.rows.unwrap_or(settings.rows);
        settings.output = self.output.map_or(settings.output, Output::format);
        settings
    }

    pub(super) fn manner(&self) -> Manner {
        let output = self.output.map_or(Format::Table, Output::format);
        let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Manner { output, quiet: self.quiet, plain: self.no_color || no_color, rows: self.rows.unwrap_or(20) }
    }
}

impl Output {
    pub(super) fn format(self) -> Format {
        match self {
            Output::Table => Format::Table,
            Output::Json => Format::Json,
            Output::Csv => Format::Csv,
            Output::Markdown => Format::Markdown,
        }
    }
}

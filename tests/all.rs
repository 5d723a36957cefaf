//! The integration tests, in one binary: each further one would link all of Polars again.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    unreachable_pub,
    reason = "a test that cannot go on should say so loudly"
)]

mod bad_files;
mod bad_formats;
mod btyd;
mod check;
mod churn;
mod clean;
mod cleaning;
mod command;
mod course;
mod dirty;
mod dirty_files;
mod documents;
mod examples;
mod expressions;
mod formats;
mod fuzz;
mod fuzz_files;
mod gallery;
mod house;
#[cfg(unix)]
mod isolated;
mod kernel;
mod languages;
mod laws;
mod lineage;
mod made_by_authors;
mod matching;
mod mistakes;
mod modules;
mod new_plugin;
mod pins;
mod plugins;
mod program;
mod readers;
mod regressions;
mod reports;
mod round_trips;
mod script_tests;
mod scripted;
mod segments;
mod simulated;
mod sources;
mod transcripts;
mod value;
mod values;
mod verbs;
mod views;
mod witnesses;

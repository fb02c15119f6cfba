//! The tests of this crate, as one program: they share what they link.

mod accumulation;
mod common;
#[cfg(feature = "junit")]
mod junit;
mod parting;
mod program_parting;
mod programs;
mod programs_corpus;
mod report;
mod scenarios;
mod verdicts;
mod wrong_backends;
